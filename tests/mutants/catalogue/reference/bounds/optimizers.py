"""Mutants of reference/bounds/optimizers.py: bounds that forget an error, and bounds that let anything pass.

The roundings of the powers in Adam's corrections are not left out: TensorFlow has them, and npnet has not.
"""

FUNCTIONS = ["stepped"]
REWRITES = {
    "steps_bound": [
        ("rounding(3 * steps + 12 + velocity + _lost(optimizer, steps), total)", "0"),
        ("rounding(3 * steps + 12 + velocity + _lost(optimizer, steps), total)", "1000 * rounding(3 * steps + 12 + velocity + _lost(optimizer, steps), total)"),
        ("limit + rounding(steps, abs(parameters) + total)", "limit"),
        ("limit + rounding(steps, abs(parameters) + total)", "limit + 1000 * rounding(steps, abs(parameters) + total)"),
        ("abs(gradients)", "gradients"),
        ("(-total, 2 * steps * ({'V', 'v'} <= set(optimizer.slots)))", "(abs(total.sum()), 2 * steps * ({'V', 'v'} <= set(optimizer.slots)))"),
        ("longer * optimizer.learning_rate * rounding(steps, 0) / np.sqrt(epsilon)", "rounding(steps, 1)"),
        ("rounding(roundings[name], size)", "1000 * rounding(roundings[name], size)"),
        ("rounding(roundings[name], size)", "rounding(0, size)"),
        ("rounding(4 * steps, optimizer.learning_rate * decay * (abs(parameters) + total))", "1000 * rounding(4 * steps, abs(parameters) + total)"),
        ("rounding(1.5 * steps, abs(parameters) + total)", "rounding(steps, abs(parameters) + total)"),
        ("rounding(1.5 * steps, abs(parameters) + total)", "1000 * rounding(1.5 * steps, abs(parameters) + total)"),
        ("rounding(3 * steps + 6, _cancelled(make(), gradients) * total)", "0"),
        ("rounding(3 * steps + 6, _cancelled(make(), gradients) * total)", "1000 * rounding(3 * steps + 6, _cancelled(make(), gradients) * total)"),
        ("partial(bound, dtype=dtype, flushed=True)", "partial(bound, dtype='float32', flushed=True)"),
    ],
    "_lost": [
        ("sum(b**2 / (1 - b**2) / n for b, n in ((optimizer.beta_1, 1), (optimizer.beta_2, 2)))", "1e6"),
        ("lost + 6", "1000 * (lost + 6)"),
    ],
}  # fmt: skip
