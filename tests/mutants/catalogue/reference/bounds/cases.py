"""Mutants of reference/bounds/cases.py: cases that are all of one kind."""

REWRITES = {
    "": [
        ("STRENGTHS = [single(0.01), single(0.03), 0.5, 1.0]", "STRENGTHS = [0.01, 0.03, 0.5, 1.0]"),
    ],
    "single": [("float(np.float32(value))", "float(value)")],
    "hard_values": [
        ("np.where(rng.random(shape) < 0.3, chosen, values)", "values"),
        ("np.where(rng.random(shape) < 0.3, chosen, values)", "chosen"),
        ("rng.choice(special, size=shape) * rng.choice([-1, 1], size=shape)", "rng.choice(special, size=shape)"),
        ("rng.integers(-6, 3, size=shape)", "rng.integers(0, 1, size=shape)"),
    ],
    "gradients": [
        ("(rng.normal(size=(steps, size)) * sizes)", "rng.normal(size=(steps, size))"),
        ("rng.uniform(-12, 4, size=(1, size))", "rng.uniform(-12, 4, size=(steps, size))"),
        ("rng.uniform(-12, 4, size=(1, size))", "rng.uniform(-2, 4, size=(1, size))"),
    ],
    "network": [
        ("rng.integers(0, 5)", "rng.integers(0, 2)"),
        ("PAIRS[rng.integers(len(PAIRS))]", "PAIRS[0]"),
        ("regularizer(rng) if rng.random() < 0.5 else None", "None"),
        ("regularizer(rng) if rng.random() < 0.5 else None", "L2(0.5)"),
    ],
    "labels": [("datasets.one_hot(rng.integers(0, units, batch), units)", "np.zeros((batch, units))")],
    "predictions": [
        ("rng.uniform(1e-6, 1 - 1e-6, (batch, units))", "rng.uniform(-1, 1, (batch, units))"),
        ("activations.softmax(rng.normal(size=(batch, units)) * 3)", "rng.normal(size=(batch, units))"),
    ],
}  # fmt: skip
