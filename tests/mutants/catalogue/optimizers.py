"""Mutants of npnet/optimizers.py; the bounds in `update_bound` are not among them: a larger one decides the same."""

FUNCTIONS = [
    "StepError", "Optimizer.apply", "Optimizer.square_limit", "Optimizer._workspace", "Optimizer.check_gradient",
    "Optimizer.allocate", "Optimizer.restart",
    "Optimizer.gather", "Optimizer.clone", "Optimizer.subset", "Optimizer.begin_epoch", "Optimizer.store", "_divide",
    "_root", "SGD.numbers", "SGD.update", "SGDM.scale", "SGDM.numbers", "SGDM.update", "Adagrad.first",
    "Adagrad.numbers", "Adagrad.update", "RMSProp.scale", "RMSProp.numbers", "RMSProp.update", "Adam.scale",
    "Adam.numbers", "Adam.update", "Momentum.scale", "Momentum.numbers", "Momentum.update", "Nesterov.scale",
    "Nesterov.numbers", "Nesterov.update", "RMSPropMomentum.scale", "RMSPropMomentum.decays", "RMSPropMomentum.numbers",
    "RMSPropMomentum.update", "CenteredRMSProp.decays", "CenteredRMSProp.numbers", "CenteredRMSProp.update",
    "AdamW.numbers", "AdamW.update", "AMSGrad.update", "Nadam.store",
    "Nadam.momentum", "Nadam.product", "Nadam.numbers", "Nadam.update",
]  # fmt: skip
EQUIVALENT = {
    "Optimizer.apply": {
        "bound <= #0": "a gradient of just this size passes",
        "always if #3": "numbers that do not change are the same again",
        "never if else #1": "a slice of all parameters has all of the gradient",
        "without one or #3": "a sum of squares that is finite saves the look at each number",
    },
    "Optimizer.allocate": {"always if #0": "parameters that are where they were have the same place"},
    "Optimizer.begin_epoch": {
        "never if else #0": "a constant returns the rate that it has; the condition saves the call",
    },
    "Optimizer.store": {"always filter #0": "a factor of 1 changes nothing"},
    "Nadam.product": dict.fromkeys(
        ["always if #0", "bound > #0", "always if #1", "never if #1", "bound > #1", "turn > #1", "drop = #2"],
        "a product that is not kept is computed again",
    ),
    "_divide": {
        "always if else #0": "all of one number is the number",
        "next 1 #0": "0 over any positive number is 0",
    },
}
REWRITES = {
    "Optimizer.__init_subclass__": [("cls.numbers_change = True", "pass")],
    "Optimizer.apply": [
        # The count is off by one, or stays
        ("self.numbers(t)", "self.numbers(t + 1)"),
        ("self.numbers(t)", "self.numbers(1)"),
        ("w -= update", "w -= 2 * update"),
    ],
    "Optimizer.begin_epoch": [
        ("schedule(epoch)", "schedule(epoch + 1)"),
        ("schedule(epoch)", "schedule(0)"),
    ],
    "Optimizer.restart": [
        ("first[members]", "0"),
        ("moment[:, members] = first[members]", "moment[...] = 0"),
    ],
    "_divide": [("numerator == 0", "root == 0")],
    "SGD.update": [("rate", "-rate")],
    "SGDM.scale": [("self.beta", "0.9")],
    "SGDM.numbers": [
        ("(self.beta, self.learning_rate * (1 - self.beta))", "(0.9, self.learning_rate * (1 - self.beta))"),
        ("1 - self.beta", "0.1"),
    ],
    "SGDM.update": [("np.multiply(M, rate, out=out)", "np.multiply(g, rate, out=out)")],
    "Adagrad.first": [("self.initial_accumulator_value", "0.0")],
    "Adagrad.update": [
        ("V += np.square(g, out=out)", "V[...] = np.square(g, out=out)"),
        # Epsilon beside the root
        ("np.sqrt(out, out=out)", "np.add(np.sqrt(V, out=out), epsilon, out=out)"),
    ],
    "RMSProp.scale": [("self.rho", "0.9")],
    "RMSProp.numbers": [
        (
            "(self.rho, self.epsilon / (1 - self.rho), self.learning_rate / _root(1 - self.rho))",
            "(0.9, self.epsilon / (1 - self.rho), self.learning_rate / _root(1 - self.rho))",
        ),
        ("self.epsilon / (1 - self.rho)", "self.epsilon / 0.1"),
        ("_root(1 - self.rho)", "_root(0.1)"),
        ("_root(1 - self.rho)", "(1 - self.rho)"),
    ],
    "RMSProp.update": [
        ("V += np.square(g, out=out)", "V[...] = np.square(g, out=out)"),
        ("V += np.square(g, out=out)", "V += np.abs(g, out=out)"),
        # Epsilon beside the root
        ("np.sqrt(out, out=out)", "np.add(np.sqrt(V, out=out), epsilon, out=out)"),
    ],
    "Adam.scale": [("self.beta_1", "0.9"), ("self.beta_2", "0.999")],
    "Adam.numbers": [
        # Decay factors pinned, in the average and in its correction
        (
            "(self.beta_1, self.beta_2, self.epsilon / root, rate * (1 - self.beta_1) / root)",
            "(0.9, self.beta_2, self.epsilon / root, rate * (1 - self.beta_1) / root)",
        ),
        (
            "(self.beta_1, self.beta_2, self.epsilon / root, rate * (1 - self.beta_1) / root)",
            "(self.beta_1, 0.999, self.epsilon / root, rate * (1 - self.beta_1) / root)",
        ),
        ("self.beta_1**t", "0.9**t"),
        ("self.beta_2**t", "0.999**t"),
        ("rate * (1 - self.beta_1)", "rate * 0.1"),
        ("_root(1 - self.beta_2)", "_root(0.001)"),
        # No correction, that of another step, and one without its root
        ("self.learning_rate * _root(1 - self.beta_2**t) / (1 - self.beta_1**t)", "self.learning_rate"),
        ("self.beta_1**t", "self.beta_1 ** (t + 1)"),
        ("self.beta_2**t", "self.beta_2 ** (t + 1)"),
        ("self.beta_1**t", "self.beta_1"),
        ("_root(1 - self.beta_2**t)", "(1 - self.beta_2**t)"),
        ("_root(1 - self.beta_2)", "(1 - self.beta_2)"),
        ("self.epsilon / root", "self.epsilon"),
    ],
    "Momentum.numbers": [("(self.momentum, self.learning_rate)", "(0.9, self.learning_rate)")],
    "Momentum.update": [
        ("U += np.multiply(g, rate, out=out)", "U += np.multiply(g, rate * (1 - momentum), out=out)"),
        ("out[...] = U", "out[...] = g"),
    ],
    "Nesterov.update": [
        # The plain form, and a look ahead by the old velocity
        ("out += U", "out[...] = U / momentum"),
        ("U *= momentum", "pass"),
    ],
    "RMSPropMomentum.update": [("U += s", "U += s * (1 - momentum)"), ("out[...] = U", "pass")],
    "CenteredRMSProp.update": [
        # The mean of squares, not the variance; a mean that is not squared
        ("np.subtract(V, out, out=out)", "np.add(V, out, out=out)"),
        ("np.subtract(V, out, out=out)", "np.copyto(out, V) or out"),
        ("np.multiply(M, root, out=out)", "np.multiply(M, root**2, out=out)"),
        ("np.maximum(np.subtract(V, out, out=out), 0, out=out)", "np.subtract(V, out, out=out)"),
    ],
    "AdamW.numbers": [
        # A decay that does not follow the rate
        ("self.learning_rate * self.weight_decay", "self.weight_decay"),
    ],
    "AdamW.update": [("update += decay * w", "update += decay * g"), ("update += decay * w", "update -= decay * w")],
    "AMSGrad.update": [
        ("np.sqrt(V_max, out=out)", "np.sqrt(V, out=out)"),
        ("np.maximum(V_max, V, out=V_max)", "np.minimum(V_max, V, out=V_max)"),
    ],
    "Nadam.momentum": [
        ("0.96 ** (self.momentum_decay * t)", "0.96 ** (0.004 * t)"),
        ("0.96", "0.9"),
        ("self.beta_1 * (1 - 0.96 ** (self.momentum_decay * t) / 2)", "self.beta_1"),
    ],
    "Nadam.numbers": [
        ("self.product(t)", "self.beta_1**t"),
        ("ahead / (1 - product * ahead)", "ahead / (1 - product)"),
        ("self.epsilon * root", "self.epsilon"),
    ],
    "Nadam.update": [("ahead += of_g * g", "pass"), ("of_m * M", "of_m * g")],
    "Adam.update": [
        ("V += np.square(g, out=out)", "V[...] = np.square(g, out=out)"),
        ("V += np.square(g, out=out)", "V += np.abs(g, out=out)"),
        # Epsilon under the root
        ("out += epsilon", "np.sqrt(np.add(V, epsilon, out=out), out=out)"),
    ],
}
