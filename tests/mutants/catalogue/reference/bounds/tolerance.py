"""Mutants of reference/bounds/tolerance.py."""

FUNCTIONS = ["exactly", "bound", "ulps", "excess", "assert_within"]
EQUIVALENT = {
    "excess": {
        "always if else #0": "a real number is a complex one without an imaginary part",
        "exchange - #0": "its absolute value is taken",
    },
    "ulps": {"exchange - #0": "its absolute value is taken"},
}
REWRITES = {
    "assert_within": [
        # One good element passes a whole array
        ("(ratio > 1).any()", "(ratio > 1).all()"),
        ("(ratio > 1).any()", "(ratio > 1000).any()"),
    ],
    "bound": [
        ("info.eps / 2", "500 * info.eps"),
        ("info.smallest_normal if flushed else info.smallest_subnormal", "info.smallest_normal"),
        ("info.smallest_normal if flushed else info.smallest_subnormal", "info.smallest_subnormal"),
        ("info.smallest_normal if flushed else info.smallest_subnormal", "info.eps"),
    ],
    "excess": [
        # A NaN that passes
        ("np.where(np.isnan(ratio), np.inf, ratio)", "ratio"),
        ("np.where(np.isnan(ratio), np.inf, ratio)", "np.nan_to_num(ratio)"),
        ("(actual == expected) | (np.isnan(actual) & np.isnan(expected))", "(actual == expected) | np.isnan(actual)"),
        ("(actual == expected) | (np.isnan(actual) & np.isnan(expected))", "(actual == expected) | np.isnan(expected)"),
        ("(np.isfinite(limit) & (np.asarray(limit) >= 0)).all()", "(np.isfinite(limit) & (np.asarray(limit) >= 0)).any()"),
        ("(np.isfinite(limit) & (np.asarray(limit) >= 0)).all()", "(np.asarray(limit) >= 0).all()"),
        ("(np.isfinite(limit) & (np.asarray(limit) >= 0)).all()", "np.isfinite(limit).all()"),
        # The types that are compared, not those that the numbers have
        ("np.clongdouble if np.iscomplexobj(actual) or np.iscomplexobj(expected) else np.longdouble", "np.float32"),
        ("np.clongdouble if np.iscomplexobj(actual) or np.iscomplexobj(expected) else np.longdouble", "np.longdouble"),
        ("actual.shape != expected.shape", "actual.size != expected.size"),
        ("abs(actual - expected)", "abs(abs(actual) - abs(expected))"),
        ("abs(actual - expected)", "actual - expected"),
    ],
    "ulps": [
        ("error[np.isnan(error)] = np.inf", "error[np.isnan(error)] = 0"),
        ("(actual == exact) | (np.isnan(actual) & np.isnan(exact))", "(actual == exact) | np.isnan(actual)"),
        ("(actual == exact) | (np.isnan(actual) & np.isnan(exact))", "(actual == exact) | np.isnan(exact)"),
        ("np.maximum(np.spacing(size), info.smallest_subnormal)", "np.spacing(abs(exact))"),
    ],
}  # fmt: skip
