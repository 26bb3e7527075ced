"""Mutants of npnet/gradcheck/checking.py."""

TESTS = ["tests/gradcheck/test_checking.py", "tests/gradcheck/test_checks.py"]
FUNCTIONS = ["Task.noise_of", "Task.judged", "Task.lost", "_largest"]
EQUIVALENT = {
    "_largest": dict.fromkeys(["next 0.0 #0", "next 0.0 #1"], "of two numbers the smaller one counts"),
    "Task.lost": {
        "exchange - #1": "the size of a difference has no sign",
    },
}
REWRITES = {
    "_compared": [("values.jumps", "False")],
    "_complex": [
        ("list(_confirmed(task))", "[]"),
        ("values.jumps or not wrong", "values.jumps"),
        ("values.jumps or not wrong", "True"),
        ("values.jumps or not wrong", "not wrong"),
        ("line.verdict != 'passed' or estimate.uneven", "line.verdict != 'passed'"),
        ("line.verdict != 'passed' or estimate.uneven", "False"),
    ],
    "_confirmed": [
        ("values.error <= 0.1 * abs(values.value)", "True"),
        ("parts.min() < UNEQUAL * parts.max()", "False"),
    ],
    "_seconded": [
        ("apart > max(2 * found.error, line.difference / FARTHER)", "False"),
        ("line.difference / FARTHER", "0.0"),
        ("line.verdict == 'passed' and differences.verdict == 'failed'", "False"),
        ("8 * task.scatter(way) >= line.difference", "False"),
        ("8 * task.scatter(way) >= line.difference", "True"),
        ("found.doubt if found.stepped else _noise(found, line.gradient)", "_noise(found, line.gradient)"),
    ],
    "gradient_noise": [
        ("NEAR if unit == 2.0 ** -53 else NARROW_NEAR", "NEAR"),
        ("np.where(small, noise, 0.0)", "noise"),
        ("max(ROUNDED, 64 * unit)", "ROUNDED"),
        ("np.maximum(sizes, largest)", "sizes"),
        ("np.max(sizes * size, initial=0, where=np.isfinite(given))", "np.max(sizes * size)"),
        ("SURE * table_noise(every)", "0 * given"),
    ],
    "run": [("task.f.changes()", "[]")],
}
