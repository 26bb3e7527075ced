"""Mutants of npnet/losses.py."""

FUNCTIONS = [
    "Loss.__call__", "Loss.per_sample", "Loss.gradient", "Loss.fold", "MeanSquaredError", "MeanAbsoluteError", "Huber",
    "CategoricalCrossentropy",
    "SoftmaxCrossentropy", "_SoftLabels", "KLDivergence", "SoftmaxKLDivergence", "BinaryCrossentropy",
    "SigmoidCrossentropy", "LabelSmoothing", "Weighted", "with_weights", "count", "for_labels", "_check_probabilities",
    "_distributions", "_shares", "_logarithm", "_logarithm_of_ratio", "_quotient",
]  # fmt: skip
EQUIVALENT = {
    "Loss.per_sample": {"without one or #1": "of what is finite nothing is replaced"},
    "SoftmaxCrossentropy.terms": {"without axis= #0": "the first axis is the default"},
    "BinaryCrossentropy.terms": {"exchange - #2": "a logarithm is left out where this is 0, whatever its sign"},
    "SigmoidCrossentropy.derivative": {"bound >= #0": "at 0, e is 1, the maximum of itself and of either truth value"},
    "_distributions": {"exchange - #0": "the absolute value is the same"},
    "_logarithm": {"call np.zeros_like #0": "any finite number times a label of 0 is 0"},
    "_logarithm_of_ratio": {
        "swap + #0": "0 is added, for its type",
        "swap * #0": "where the error is 0, the other form is taken",
        "call np.zeros_like #0": "any finite number times a label of 0 is 0",
        "call np.zeros_like #1": "where there is no label, it is not read",
        "bound < #0": "both forms keep their digits there",
    },
}
REWRITES = {
    "Loss.fold": [("folded()", "self")],
    "Loss.gradient": [("count(loss, p)", "len(p)"), ("count(loss, p)", "1")],
    "MeanSquaredError.terms": [("(error, error)", "(error, np.sign(error))")],
    "MeanAbsoluteError.terms": [
        ("(error, sign)", "(error, error)"),
        # 2 times the slope by a complex step
        ("error.real", "error"),
        # 1 at 0
        ("np.sign(error.real, out=out)", "np.copysign(np.ones_like(error.real), error.real)"),
        # A later layer writes to it
        ("np.sign(error.real, out=out)", "np.sign(error.real, out=scratch)"),
    ],
    "Huber.terms": [
        ("np.clip(error, -delta, delta, out=out)", "np.clip(error, -1, 1, out=out)"),
        ("np.clip(error, -delta, delta, out=out)", "np.minimum(error, delta, out=out)"),
        ("(clipped, error)", "(clipped, clipped)"),
        # PyTorch's smooth L1, which is divided by delta
        ("(clipped, error)", "(clipped / delta, error)"),
    ],
    "CategoricalCrossentropy.terms": [("_logarithm(y, np.log, p)", "_logarithm(y, np.log, p.clip(1e-7, 1))")],
    "CategoricalCrossentropy.derivative": [("_quotient(y, saved)", "_quotient(y, saved.clip(1e-7, 1))")],
    "SoftmaxCrossentropy.terms": [
        # Overflows
        ("np.subtract(p, np.maximum.reduce(p, axis=0), out=scratch)", "np.positive(p, out=scratch)"),
        # Loses the digits of a loss that is far under 1
        ("np.log1p(rest)", "np.log(1 + rest)"),
        ("self.largest(y)", "1"),
    ],
    "KLDivergence.terms": [
        # From the labels to the predictions, and not the other way round
        (
            "(y, 0 - _logarithm_of_ratio(y, p - y, _logarithm(y, np.log, p)))",
            "(p, _logarithm_of_ratio(y, p - y, _logarithm(y, np.log, p)))",
        ),
        ("0 - _logarithm_of_ratio(y, p - y, _logarithm(y, np.log, p))", "-_logarithm(y, np.log, p)"),
    ],
    "SoftmaxKLDivergence.terms": [
        # The terms whose digits cancel
        ("error - y * _logarithm_of_ratio(y, error, -surprise)", "-y * _logarithm_of_ratio(y, error, -surprise)"),
        (
            "np.maximum(error - y * _logarithm_of_ratio(y, error, -surprise), 0)",
            "error - y * _logarithm_of_ratio(y, error, -surprise)",
        ),
    ],
    "LabelSmoothing._smoothed": [
        ("2 if self.labels == 'shares' else units", "units"),
        ("2 if self.labels == 'shares' else units", "2"),
        ("self.smoothing / classes", "self.smoothing"),
        # All that is taken goes to the other classes
        ("self.smoothing / classes", "self.smoothing / (classes - 1) * (y == 0)"),
    ],
    "LabelSmoothing.original": [("y if low == high else np.where(y == high, 1, np.where(y == low, 0, y))", "y")],
    "LabelSmoothing.fold": [("None if folded is None else LabelSmoothing(folded, self.smoothing)", "folded")],
    "_logarithm_of_ratio": [
        ("given & (abs(relative) < 0.5)", "given & (abs(relative) < 0)"),
        ("given & (abs(relative) < 0.5)", "given"),
    ],
    "BinaryCrossentropy.terms": [
        ("_logarithm(1 - y, np.log1p, -p)", "_logarithm(1 - y, np.log, 1 - p)"),
        ("_logarithm(y, np.log, p)", "_logarithm(y, np.log, p.clip(1e-7, 1))"),
    ],
    "SigmoidCrossentropy.terms": [
        ("np.exp(np.minimum(p, -p), out=out)", "np.exp(-p, out=out)"),
        ("np.minimum(p, -p)", "-abs(p)"),
        ("np.log1p(e)", "np.log(1 + e)"),
    ],
    "SigmoidCrossentropy.derivative": [
        # Loses its digits where the right answer is nearly certain
        ("((t - y) - y * e) / ((1 + e) * count)", "(t / (1 + e) - y) / count"),
    ],
    "Weighted.terms": [
        # An infinite loss times 0
        ("_products(y[-1:], a)", "y[-1:] * a"),
        # The loss is not weighted, its gradient is
        ("(_products(y[-1:], a), b)", "(a, b)"),
    ],
    "Weighted.derivative": [
        (
            "_products(y[-1:], self.loss.derivative(y[:-1], saved, count))",
            "y[-1:] * self.loss.derivative(y[:-1], saved, count)",
        ),
        ("_products(y[-1:], self.loss.derivative(y[:-1], saved, count))", "self.loss.derivative(y[:-1], saved, count)"),
        # The mean over the sum of the weights, as scikit-learn has it
        (
            "self.loss.derivative(y[:-1], saved, count)",
            "self.loss.derivative(y[:-1], saved, count) * y.shape[1] / y[-1].sum()",
        ),
    ],
    "_distributions": [("y_true / sums", "y_true")],
    "_logarithm": [("logarithm(p, out=result, where=y != 0)", "logarithm(p, out=result)")],
}
