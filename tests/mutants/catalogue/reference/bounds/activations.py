"""Mutants of reference/bounds/activations.py: bounds that forget an error, and bounds that let anything pass."""

FUNCTIONS = ["_elementwise"]
REWRITES = {
    "": [("ACTIVATION = 16", "ACTIVATION = 16000"), ("ACTIVATION = 16", "ACTIVATION = 0")],
    "activated": [
        ("passed_on(f, z)", "0"),
        ("passed_on(f, z)", "1000 * passed_on(f, z)"),
        ("rounding(ACTIVATION + y.shape[-1], y * (1 + spread))", "rounding(1, y)"),
        ("rounding(ACTIVATION + y.shape[-1], y * (1 + spread))", "rounding(ACTIVATION + y.shape[-1], 1000 + spread)"),
        ("np.where((y == 0) & (z.error == 0), 0, _value_rounded(_elementwise(f), z.value, y, rounding))", "0"),
        ("np.where((y == 0) & (z.error == 0), 0, _value_rounded(_elementwise(f), z.value, y, rounding))", "_value_rounded(_elementwise(f), z.value, y, rounding)"),
        ("np.where((y == 0) & (z.error == 0), 0, _value_rounded(_elementwise(f), z.value, y, rounding))", "np.where(z.error == 0, 0, _value_rounded(_elementwise(f), z.value, y, rounding))"),
        ("np.where((y == 0) & (z.error == 0), 0, _value_rounded(_elementwise(f), z.value, y, rounding))", "np.where((y == 0) & (z.error == 0), 0, rounding(ACTIVATION, 1000))"),
    ],
    "passed_on": [
        ("z.error * _steepest_slope(_elementwise(f), z)", "z.error * 1000"),
        ("z.error * _steepest_slope(_elementwise(f), z)", "z.error * abs(complex_step(f, z.value, 1))"),
        ("z.error * _steepest_slope(_elementwise(f), z)", "0 * z.error"),
        ("moved * (1 + 2 * error.max(axis=-1, keepdims=True))", "1000 * moved"),
        ("y * (error + (error * y).sum(axis=-1, keepdims=True))", "y * error"),
        ("y * (error + (error * y).sum(axis=-1, keepdims=True))", "y * (error * y).sum(axis=-1, keepdims=True)"),
    ],
    "pulled_back": [
        ("steepest * grad.error", "0"),
        ("steepest * grad.error", "1000 * grad.error"),
        ("_slope_error(f, z) + moved", "_slope_error(f, z)"),
        ("_slope_error(f, z) + moved", "moved"),
        ("_slope_error(f, z) + moved", "1"),
        ("rounding(4, size * steepest)", "1000 * rounding(4, size * steepest)"),
        ("complex_step(f, z.value, 1)", "abs(complex_step(f, z.value, 1) - 1)"),
    ],
    "_value_rounded": [
        ("rounding(ACTIVATION, y)", "rounding(ACTIVATION, 1000 * y)"),
        ("cancelled(f, z).value", "0"),
        ("cancelled(f, z).value", "1000"),
        ("rounding(ACTIVATION, size)", "rounding(1000 * ACTIVATION, size)"),
    ],
    "_slope_rounded": [
        ("cancelled(f, z.value).slope", "0"),
        ("cancelled(f, z.value).slope", "1000"),
        ("abs(z.value * complex_step(f.derivative, z.value, 1))", "0"),
        ("abs(complex_step(f.derivative, y.value, 1)) * rounding(ACTIVATION, y.value)", "rounding(ACTIVATION, 1000)"),
    ],
    "cancelled": [
        ("np.where(z < 0, f.max_curvature, 0)", "0"),
        ("np.where(abs(u) < 20, abs(z) * rise, 0)", "0"),
        ("np.where(abs(u) < 20, abs(z) * rise, 0)", "1000 * abs(z) * rise"),
    ],
    "_pulled_back_through_softmax": [
        ("y.error * size", "0"),
        ("y.error * size", "1000 * y.error * size"),
        ("grad.error + mean(grad.error) + (y.error * abs(grad.value)).sum(axis=-1, keepdims=True)", "0"),
        ("grad.error + mean(grad.error) + (y.error * abs(grad.value)).sum(axis=-1, keepdims=True)", "1000 * (grad.error + mean(grad.error))"),
        ("rounding(4 + y.value.shape[-1], size)", "rounding(4000, size)"),
        ("y.value * (grad.value - mean(grad.value))", "y.value * grad.value"),
    ],
    "_steepest_slope": [
        ("abs(z.value - kink) <= z.error", "False"),
        ("abs(z.value - kink) <= z.error", "True"),
        ("abs(_sides(f, kink)).max()", "abs(_sides(f, kink)).min()"),
        ("f.max_curvature * z.error", "0"),
        ("f.max_curvature * z.error", "1000"),
    ],
    "_slope_error": [
        # A bound for ReLU nets as large as the gradient
        ("abs(z.value - kink) < z.error", "True"),
        ("abs(z.value - kink) < z.error", "abs(z.value - kink) <= z.error"),
        ("abs(z.value - kink) < z.error", "abs(z.value - kink) < z.error + 1"),
        ("abs(z.value - kink) < z.error", "False"),
        ("abs(right - left)", "right + left"),
        ("f.max_curvature * z.error", "0"),
        ("f.max_curvature * z.error", "f.max_curvature"),
    ],
    "_sides": [("[kink - aside, kink + aside]", "[kink, kink]")],
}  # fmt: skip
