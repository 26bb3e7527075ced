"""Mutants of npnet/schedules.py."""

FUNCTIONS = [
    "Schedule", "_is_rate", "Constant", "ExponentialDecay", "InverseTimeDecay", "CosineDecay", "WarmupCosineDecay",
    "PolynomialDecay", "PiecewiseConstantDecay", "_half_cosine", "_number_or_vector", "get",
]  # fmt: skip
REWRITES = {
    "ExponentialDecay.rate": [
        # The formula that the notes print
        ("self.initial_learning_rate * self.decay_rate**exponent", "self.initial_learning_rate**exponent"),
        ("self.decay_rate**exponent", "self.decay_rate ** (exponent + 1)"),
    ],
    "InverseTimeDecay.rate": [("self.decay_rate * epoch", "self.decay_rate")],
    "WarmupCosineDecay.rate": [
        # The warm-up is a part of the decay, as in optax
        ("(epoch - self.warmup_epochs) / self.decay_epochs", "epoch / self.decay_epochs"),
        ("epoch < self.warmup_epochs", "epoch < self.decay_epochs"),
    ],
    "PolynomialDecay.rate": [
        ("self.initial_learning_rate - last", "self.initial_learning_rate"),
        ("np.minimum(epoch / self.decay_epochs, 1)", "np.asarray(epoch / self.decay_epochs)"),
    ],
    # PyTorch's, where a rate ends before its milestone
    "PiecewiseConstantDecay.rate": [
        ("bisect.bisect_left(self.boundaries, epoch)", "bisect.bisect_right(self.boundaries, epoch)"),
    ],
    "_half_cosine": [
        ("1 + np.cos(np.pi * np.minimum(fraction, 1))", "2 - 2 * np.minimum(fraction, 1)"),
        ("np.minimum(fraction, 1)", "np.asarray(fraction)"),
    ],
}
EQUIVALENT = {"_is_rate": {"never if #0": "a number is an array too; only slower"}}
