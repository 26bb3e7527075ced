"""Mutants of reference/bounds/optimizers.py: bounds that forget an error, and bounds that let anything pass.

The roundings of the powers in Adam's corrections are not left out: TensorFlow has them, and npnet has not.
"""

FUNCTIONS = ["stepped"]
REWRITES = {
    "steps_bound": [
        ("rounding(3 * steps + 12 + lost, total)", "0"),
        ("rounding(3 * steps + 12 + lost, total)", "1000 * rounding(3 * steps + 12 + lost, total)"),
        ("rounding(steps, abs(parameters) + total)", "0"),
        ("rounding(steps, abs(parameters) + total)", "1000 * rounding(steps, abs(parameters) + total)"),
        ("abs(gradients)", "gradients"),
        ("-total", "abs(total.sum())"),
        ("sum(b**2 / (1 - b**2) / n for b, n in ((optimizer.beta_1, 1), (optimizer.beta_2, 2)))", "1e6"),
        ("optimizer.learning_rate * rounding(steps, 0) / np.sqrt(epsilon)", "rounding(steps, 1)"),
        ("rounding(3 * steps + 2, size)", "1000 * rounding(3 * steps + 2, size)"),
        ("rounding(3 * steps + 2, size)", "rounding(0, size)"),
        ("partial(bound, dtype=np.asarray(parameters).dtype, flushed=True)", "partial(bound, dtype='float32', flushed=True)"),
    ],
}  # fmt: skip
