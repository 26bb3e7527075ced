"""Mutants of npnet/schedules.py."""

FUNCTIONS = [
    "Schedule", "_is_rate", "Constant", "ExponentialDecay", "InverseTimeDecay", "CosineDecay", "WarmupCosineDecay",
    "PolynomialDecay", "CyclicPolynomialDecay", "PiecewiseConstantDecay", "_half_cosine", "_number_or_vector", "get",
]  # fmt: skip
REWRITES = {
    "ExponentialDecay.rate": [
        # The formula that the notes print
        ("self.initial_learning_rate * self.decay_rate**exponent", "self.initial_learning_rate**exponent"),
        ("self.decay_rate**exponent", "self.decay_rate ** (exponent + 1)"),
    ],
    "InverseTimeDecay.rate": [("self.decay_rate * epoch", "self.decay_rate")],
    "CosineDecay": [("Number(0.0, low=0)", "Number(0.1, low=0)")],
    "CosineDecay.rate": [
        ("_half_cosine(epoch / self.decay_epochs, self.alpha)", "_half_cosine(epoch / self.decay_epochs, 0)"),
        # A rate of its own, not a share of the first
        (
            "self.initial_learning_rate * _half_cosine(epoch / self.decay_epochs, self.alpha)",
            "self.alpha + self.initial_learning_rate * _half_cosine(epoch / self.decay_epochs, 0)",
        ),
    ],
    "WarmupCosineDecay": [("Number(0.0, low=0)", "Number(0.1, low=0)")],
    "WarmupCosineDecay.rate": [
        # The warm-up is a part of the decay, as in optax
        ("(epoch - self.warmup_epochs) / self.decay_epochs", "epoch / self.decay_epochs"),
        ("epoch < self.warmup_epochs", "epoch < self.decay_epochs"),
        (
            "target * _half_cosine((epoch - self.warmup_epochs) / self.decay_epochs, self.alpha)",
            "first * _half_cosine((epoch - self.warmup_epochs) / self.decay_epochs, self.alpha)",
        ),
        (
            "_half_cosine((epoch - self.warmup_epochs) / self.decay_epochs, self.alpha)",
            "_half_cosine((epoch - self.warmup_epochs) / self.decay_epochs, 0)",
        ),
    ],
    "PolynomialDecay.rate": [
        ("self.initial_learning_rate - last", "self.initial_learning_rate"),
        ("np.minimum(epoch / self.decay_epochs, 1)", "np.asarray(epoch / self.decay_epochs)"),
    ],
    "CyclicPolynomialDecay.rate": [
        # Each cycle the same, or as if none were begun
        ("1 - epoch / (cycles * self.decay_epochs)", "cycles - epoch / self.decay_epochs"),
        ("np.maximum(np.ceil(epoch / self.decay_epochs), 1)", "np.maximum(epoch / self.decay_epochs, 1)"),
        # At a multiple, the next cycle has begun
        ("np.maximum(np.ceil(epoch / self.decay_epochs), 1)", "np.floor(epoch / self.decay_epochs) + 1"),
        ("np.maximum(np.ceil(epoch / self.decay_epochs), 1)", "np.ceil(epoch / self.decay_epochs)"),
        ("np.maximum(1 - epoch / (cycles * self.decay_epochs), 0)", "1 - epoch / (cycles * self.decay_epochs)"),
        ("self.initial_learning_rate - last", "self.initial_learning_rate"),
        ("left**self.power", "left"),
    ],
    # PyTorch's, where a rate ends before its milestone
    "PiecewiseConstantDecay.rate": [
        ("bisect.bisect_left(self.boundaries, epoch)", "bisect.bisect_right(self.boundaries, epoch)"),
    ],
    "_half_cosine": [
        ("1 + np.cos(np.pi * np.minimum(fraction, 1))", "2 - 2 * np.minimum(fraction, 1)"),
        ("np.minimum(fraction, 1)", "np.asarray(fraction)"),
        ("1 - last", "1"),
    ],
}
EQUIVALENT = {
    "_is_rate": {"never if #0": "a number is an array too; only slower"},
    "WarmupCosineDecay.rate": {"bound < #0": "both ways meet at the target"},
}
