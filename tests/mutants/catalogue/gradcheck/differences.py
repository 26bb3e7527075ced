"""Mutants of npnet/gradcheck/differences.py."""

TESTS = ["tests/gradcheck/test_differences.py", "tests/gradcheck/test_checking.py"]
FUNCTIONS = ["last_places", "granularity", "table_noise"]
REWRITES = {
    "Values.rounding": [
        ("4 * noise", "0 * noise"),
        ("2 * granularity(every)", "0 * granularity(every)"),
        ("max(unit, 2.0 ** -24)", "unit"),
        ("_bits(every) > SHORT", "True"),
    ],
    "_slopes": [
        ("2 * unit * (values.scale + h)", "2 * unit * values.scale"),
        ("np.fmax.accumulate(abs(slopes) + abs(jumps))", "abs(slopes) + abs(jumps)"),
    ],
    "Values.noise": [
        ("pairs[:, 1] - pairs[:, 0]", "pairs[:, 1]"),
        ("np.isfinite(odd).all()", "True"),
    ],
    "Values.treads": [
        ("2.0 ** -50 * max(self.scale, abs(high))", "2.0 ** -20 * max(self.scale, abs(high))"),
        ("self._from(between) == value", "self._from(between) == self.middle"),
        ("max(4 * rounding, 2 * abs(on - after))", "2 * abs(on - after)"),
        ("max(4 * rounding, 2 * abs(on - after))", "4 * rounding"),
    ],
    "_treads": [
        ("(0, 1)", "(0,)"),
        ("(0, 1)", "(1,)"),
        ("min(2, len(changed) - 1)", "0"),
    ],
    "_settled": [
        ("4 * values.noise(steps[best])", "0.0"),
        ("noise[best:] = 4 * values.noise(steps[best])", "noise[:] = 4 * values.noise(steps[best])"),
    ],
    "Values.jumps": [
        ("16 * self.f.unit * abs(last)", "0.0"),
        ("abs(high[1] - low[1]) < seen / JUMP", "True"),
        ("abs(high[1] - low[1]) < seen / JUMP", "False"),
        ("abs(high[1] - low[1]) > least", "True"),
        ("abs(middle[1] - low[1]) > abs(high[1] - middle[1])", "True"),
    ],
    "Values.is_stair": [("found >= SEVERAL", "found >= 1"), ("found >= SEVERAL", "found >= 4"), ("(-1, 1)", "(1,)")],
    "Values.coarse": [
        ("size > 2.0 ** -46 * abs(self.middle)", "True"),
        ("STAIRS * size > abs(slope) * self.scale", "True"),
        ("STAIRS * size > abs(slope) * self.scale", "False"),
    ],
    "_across": [
        ("values.is_stair(RATIO ** 2 * float(table.h[step]), slope, rounding)", "True"),
        ("values.is_stair(RATIO ** 2 * float(table.h[step]), slope, rounding)", "False"),
        ("slope == 0 and place is not None and _treads(values, table.h[beyond]) > 1", "False"),
        ("_treads(values, table.h[beyond]) > 1", "_treads(values, table.h[beyond]) > 0"),
        ("_treads(values, table.h[beyond]) > 1", "_treads(values, table.h[beyond]) > 2"),
    ],
    "_judged": [
        ("last or values.several()", "True"),
        ("abs(value) <= max(error, zero)", "abs(value) <= error"),
        ("min(error, float(table.rounding[best]) * step / values.scale)", "0.0"),
        ("min(error, float(table.rounding[best]) * step / values.scale)", "error"),
        ("max(error, float(np.interp(MODEST * values.scale, table.h, table.rounding)))", "error"),
        ("jump[0] / 2", "jump[0]"),
        ("AT_OPTIMUM * unit * curvature", "0.0"),
        ("max(float(table.errors[best]), KNOWN * abs(value))", "float(table.errors[best])"),
        ("table.h < PLATEAU * values.scale", "usual"),
    ],
    "_truncation": [
        ("abs(ratio * changes[:-1] - changes[1:]) <= abs(changes[1:]) / 4", "changes[1:] == changes[1:]"),
        ("np.fmin(errors[:-1], finer)[smooth]", "errors[:-1][smooth]"),
    ],
    "_stepped": [("FARTHER * (abs(between) + abs(across))", "np.inf")],
    "_jumping": [
        ("change > 2.0 ** 10 * unit * abs(near).max()", "True"),
        ("change > 2.0 ** 10 * unit * abs(near).max()", "False"),
        ("spread <= change / 16", "True"),
        ("np.ptp(changes)", "0.0"),
        ("usual.any()", "True"),
    ],
    "_jump": [("(abs(jumps) > errors)[place - 2:place + 1].all()", "True")],
    "_coarse": [("float(table.errors[place]) + 2 * hidden / float(table.h[place])", "float(table.errors[place])")],
}
