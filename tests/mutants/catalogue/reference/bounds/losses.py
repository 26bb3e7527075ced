"""Mutants of reference/bounds/losses.py: bounds that forget an error, and bounds that let anything pass."""

FUNCTIONS = ["kind", "folded", "_count"]
REWRITES = {
    "sizes": [("value * parts", "value"), ("slope * parts", "slope"), ("slope * parts", "slope / p.size")],
    "value_rounded": [
        ("rounding(p.size + ACTIVATION, sizes(loss, y, p, weights).value.sum())", "1000 * rounding(p.size + ACTIVATION, sizes(loss, y, p, weights).value.sum())"),
        ("rounding(p.size + ACTIVATION, sizes(loss, y, p, weights).value.sum())", "rounding(0, sizes(loss, y, p, weights).value.sum())"),
        ("sizes(loss, y, p, weights).value.sum()", "1000"),
    ],
    "logarithm_rounded": [
        ("bound(ACTIVATION, factor + abs(value), dtype, flushed=True)", "bound(ACTIVATION, 1 + abs(value), dtype, flushed=True)"),
        ("bound(ACTIVATION, factor + abs(value), dtype, flushed=True)", "bound(ACTIVATION, abs(value), dtype, flushed=True)"),
        ("0.0", "1.0"),
    ],
    "gradient_rounded": [
        ("p.shape[1] + ACTIVATION", "1000 * (p.shape[1] + ACTIVATION)"),
        ("p.shape[1] + ACTIVATION", "0"),
        ("sizes(loss, y, p, weights).slope", "sizes(loss, y, p, weights).slope.max()"),
        ("sizes(loss, y, p, weights).slope", "sizes(loss, y, p, weights).value"),
    ],
    "value_moved": [
        ("(_slope_moved(loss, y, p) / 2 * p.error * _parts(loss, p.value, weights)).sum()", "0"),
        ("(_slope_moved(loss, y, p) / 2 * p.error * _parts(loss, p.value, weights)).sum()", "p.error.sum()"),
        ("(abs(loss.gradient(y, p.value, weights)) * p.error).sum()", "0"),
        ("(abs(loss.gradient(y, p.value, weights)) * p.error).sum()", "abs((loss.gradient(y, p.value, weights) * p.error).sum())"),
        ("(abs(loss.gradient(y, p.value, weights)) * p.error).sum()", "1000 * (abs(loss.gradient(y, p.value, weights)) * p.error).sum()"),
    ],
    "gradient_moved": [
        ("passed_on(activations.softmax, p) * parts", "passed_on(activations.softmax, p) / p.value.size"),
        ("passed_on(activations.softmax, p) * parts", "1000 * passed_on(activations.softmax, p) * parts"),
        ("_slope_moved(loss, y, p) * parts", "0 * p.error"),
        ("_slope_moved(loss, y, p) * parts", "_slope_moved(loss, y, p)"),
        ("_slope_moved(loss, y, p) * parts", "1000 * p.error * parts"),
    ],
    "_slope_moved": [
        ("np.where(abs(p.value - y) <= p.error, 2, 0)", "2"),
        ("np.where(abs(p.value - y) <= p.error, 2, 0)", "np.where(abs(p.value - y) <= p.error, 1, 0)"),
        ("np.where(abs(p.value - y) <= p.error, 2, 0)", "np.where(abs(p.value - y) < p.error, 2, 0)"),
        ("np.where(abs(p.value - y) <= p.error, 2, 0)", "0 * p.error"),
        ("_CURVATURES[kind(loss)] * p.error", "1000 * p.error"),
    ],
    "_parts": [
        ("ones * np.reshape(weights, (-1, 1))", "ones"),
        ("ones * np.reshape(weights, (-1, 1))", "1000 * ones * np.reshape(weights, (-1, 1))"),
    ],
    "_squared_error": [("2 * abs(p - y)", "abs(p - y)"), ("2 * abs(p - y)", "2 * (p - y)"), ("np.square(p - y)", "abs(p - y)")],
    "_absolute_error": [("abs(np.sign(p - y))", "np.sign(p - y)"), ("abs(np.sign(p - y))", "1000"), ("abs(p - y)", "p - y")],
    "_huber": [
        ("clipped * (error + clipped / 2)", "clipped * (error - clipped / 2)"),
        ("clipped * (error + clipped / 2)", "1000 * error"),
        ("np.minimum(error, delta)", "error"),
        ("np.minimum(error, delta)", "np.minimum(error, 1)"),
    ],
    "_categorical": [
        ("np.where(y == 0, 1, p)", "p"),
        ("abs(y * np.log(p))", "y * np.log(p)"),
        ("y / p", "y"),
        ("y / p", "1 / p"),
    ],
    "_softmax": [
        ("np.log(total) + 2 * size + (size * e).sum(axis=1, keepdims=True)", "np.log(total)"),
        ("y * (np.log(total) + 2 * size + (size * e).sum(axis=1, keepdims=True))", "1000 + size"),
        ("e / total * (1 + size) + y", "e / total"),
        ("e / total * (1 + size) + y", "1000 + y"),
    ],
    "_binary": [("_categorical(1 - y, 1 - p)", "_categorical(y, p)"), ("value + other_value", "value"), ("slope + other_slope", "slope")],
    "_sigmoid": [
        ("np.maximum(z, 0) + abs(y * z) + np.log1p(np.exp(-abs(z)))", "abs(np.maximum(z, 0) - y * z + np.log1p(np.exp(-abs(z))))"),
        ("np.maximum(z, 0) + abs(y * z) + np.log1p(np.exp(-abs(z)))", "1000 + abs(z)"),
        ("activations.sigmoid(z) + y", "abs(activations.sigmoid(z) - y)"),
        ("activations.sigmoid(z) + y", "1000"),
    ],
}  # fmt: skip
