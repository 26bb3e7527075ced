"""Mutants of npnet/schedules.py."""

FUNCTIONS = ["Schedule", "Constant", "ExponentialDecay", "InverseTimeDecay", "CosineDecay", "get"]
REWRITES = {
    "ExponentialDecay.rate": [
        # The formula that the notes print
        ("self.initial_learning_rate * self.decay_rate**exponent", "self.initial_learning_rate**exponent"),
        ("self.decay_rate**exponent", "self.decay_rate ** (exponent + 1)"),
    ],
    "InverseTimeDecay.rate": [("self.decay_rate * epoch", "self.decay_rate")],
    "CosineDecay.rate": [
        ("1 + np.cos(np.pi * fraction)", "2 - 2 * fraction"),
        ("np.minimum(epoch / self.decay_epochs, 1)", "np.asarray(epoch / self.decay_epochs)"),
    ],
}
