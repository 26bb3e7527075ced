"""Mutants of npnet/activations.py."""

TESTS = ["tests/test_activations.py", "tests/reference/bounds/test_activations.py"]
FUNCTIONS = [
    "Activation.__call__", "Activation.backward", "Activation.kept", "Elementwise", "_nans", "_with_nan", "Identity", "Sigmoid", "Tanh", "ReLU",
    "LeakyReLU.value", "LeakyReLU.slope", "ReLU6", "Softplus", "ELU.max_curvature",
    "ELU.kinks", "ELU.value", "ELU.slope", "SELU", "SiLU", "GELU", "GELUTanh", "_place",
    "_negative", "_reflected", "Softmax.along", "Softmax.value", "Softmax.pullback", "sum_over",
]  # fmt: skip
EQUIVALENT = {
    "_nans": {"always if else #0": "nothing is written where nothing is NaN; the condition saves the search"},
    "Identity.value": {"never if else #0": "a copy onto itself changes nothing; the condition saves it"},
    "Sigmoid.value": {"bound >= #0": "at 0 the exponential is 1, the maximum of itself and of either truth value"},
    "LeakyReLU.value": {"bound <= #0": "with alpha 1, both arguments are z"},
    "ELU.value": {"bound >= #0": "at 0, both sides give 0"},
    "SELU.value": {"bound >= #0": "at 0, both sides give 0"},
    "_reflected": {"bound > #0": "at 0 the slope is a half, and so is what is missing to 1"},
}
REWRITES = {
    "Elementwise.pullback": [("grad_y", "y")],
    "Sigmoid.value": [
        # Overflows
        ("np.divide(np.maximum(e, z >= 0), 1 + e, out=out)", "np.divide(1, 1 + np.exp(-z), out=out)"),
        # Not analytic, so that neither complex numbers nor symbols pass
        ("np.minimum(z, -z)", "-abs(z)"),
    ],
    "Sigmoid.slope": [
        ("np.multiply(y, np.subtract(1, y, out=out), out=out)", "np.subtract(1, y, out=out)"),
        # From z, where y is given
        (
            "np.multiply(y, np.subtract(1, y, out=out), out=out)",
            "np.multiply(self.value(y), 1 - self.value(y), out=out)",
        ),
    ],
    "Tanh.value": [("np.tanh(z, out=out)", "np.tanh(z / 2, out=out)")],
    "Tanh.slope": [
        ("np.multiply(np.subtract(1, y, out=out), 1 + y, out=out)", "np.subtract(1, y, out=out)"),
        # Loses its digits where y is nearly 1
        ("np.multiply(np.subtract(1, y, out=out), 1 + y, out=out)", "np.subtract(1, y * y, out=out)"),
        ("np.multiply(np.subtract(1, y, out=out), 1 + y, out=out)", "np.subtract(1, np.tanh(y) ** 2, out=out)"),
    ],
    "ReLU.value": [
        ("z.clip(constant(0, z.dtype), constant(np.inf, z.dtype), out=out)", "z.clip(-np.inf, 0, out=out)"),
        ("constant(0, z.dtype)", "constant(1e-30, z.dtype)"),
        ("np.inf", "1e30"),
    ],
    "ReLU.slope": [("0", "1e-30")],
    "LeakyReLU.value": [("self.alpha * z", "0.2 * z")],
    "LeakyReLU.slope": [
        ("self.alpha", "0.2"),
        ("np.add(step, self.alpha * (1 - step), out=out)", "np.multiply(1 - step, self.alpha, out=out)"),
    ],
    "ReLU6.value": [("constant(6, z.dtype)", "constant(np.inf, z.dtype)")],
    "Softplus.value": [
        # Overflows
        ("np.minimum(z, -z)", "z"),
        # Loses its digits where the exponential is small
        ("np.log1p(np.exp(np.minimum(z, -z)))", "np.log(1 + np.exp(np.minimum(z, -z)))"),
    ],
    "Softplus.slope": [
        (
            "np.negative(np.expm1(np.negative(y, out=out), out=out), out=out)",
            "np.subtract(1, np.exp(-y), out=out)",
        ),
    ],
    "ELU.value": [("np.expm1(np.minimum(z, -z))", "np.exp(np.minimum(z, -z)) - 1"), ("self.alpha", "1.0")],
    "ELU.slope": [
        ("self.alpha", "1.0"),
        # From the output
        ("np.exp(np.minimum(z, -z))", "np.expm1(np.minimum(z, -z)) + 1"),
    ],
    "SELU.value": [("np.expm1(np.minimum(z, -z))", "np.exp(np.minimum(z, -z)) - 1")],
    "SiLU.value": [
        ("m * e / (1 + e * e) * e", "m * (e * e) / (1 + e * e)"),
        # Not finite where z is not
        ("_negative(z)", "np.minimum(z, -z)"),
    ],
    "SiLU.slope": [("_negative(z)", "np.minimum(z, -z)"), ("(1 + m / d) * e / d * e", "(1 + m / d) / d * (e * e)")],
    "GELU.value": [("normal.cumulative(m, m)", "m * normal.cumulative(m)")],
    "GELU.slope": [
        ("normal.density(m, m)", "m * normal.density(m)"),
        # In the type of z, in which the slope near its zero has no digits
        ("_negative(z)", "np.minimum(z, -z)"),
    ],
    "Softmax.value": [
        ("np.subtract(z, np.maximum.reduce(z, self.axis, keepdims=True), out=out)", "np.positive(z, out=out)"),
        ("sum_over(out, self.axis)", "sum_over(out, 0)"),
        ("sum_over(out, self.axis)", "sum_over(out, -1)"),
    ],
    "Softmax.pullback": [
        ("np.multiply(grad_y, y, out=scratch)", "grad_y"),
        # The Jacobian's diagonal alone
        (
            "np.multiply(np.subtract(grad_y, mean, out=scratch), y, out=out)",
            "np.multiply(grad_y, y * (1 - y), out=out)",
        ),
    ],
}
