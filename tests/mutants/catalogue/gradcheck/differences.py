"""Mutants of npnet/gradcheck/differences.py."""

TESTS = ["tests/gradcheck/test_differences.py", "tests/gradcheck/test_checking.py"]
FUNCTIONS = ["last_places", "granularity", "table_noise"]
REWRITES = {
    "Values.rounding": [
        ("4 * noise", "0 * noise"),
        ("2 * granularity(every)", "0 * granularity(every)"),
        ("max(unit, 2.0 ** -24)", "unit"),
    ],
    "_slopes": [
        ("abs(slopes[:-1] - slopes[1:]) / 2 + rounding[:-1]", "rounding[:-1]"),
        ("abs(slopes[:-1] - slopes[1:]) / 2 + rounding[:-1]", "abs(slopes[:-1] - slopes[1:]) / 2"),
        ("abs(slopes) + abs(jumps)", "abs(slopes)"),
    ],
    "_estimate": [
        ("max(error, float(np.interp(MODEST * values.scale, table.h, table.rounding)))", "error"),
        ("jump[0] / 2", "jump[0]"),
        ("AT_ZERO * unit * curvature", "0.0"),
    ],
    "_jump": [("(abs(jumps) > errors)[place - 2:place + 1].all()", "True")],
    "_coarse": [("float(table.errors[place]) + 2 * hidden / float(table.h[place])", "float(table.errors[place])")],
}
