"""Mutants of npnet/gradcheck/checking.py."""

TESTS = ["tests/gradcheck/test_checking.py", "tests/gradcheck/test_checks.py"]
FUNCTIONS = ["Task.judged"]
EQUIVALENT = {"Task.judged": {"negative 2.0 #0": "an even power"}}
REWRITES = {
    "_complex": [
        ("list(_confirmed(task))", "[]"),
        ("line.verdict != 'passed' or estimate.uneven", "line.verdict != 'passed'"),
        ("line.verdict != 'passed' or estimate.uneven", "False"),
    ],
    "_confirmed": [
        ("values.error <= 0.1 * abs(values.value)", "True"),
        ("parts.min() < UNEQUAL * parts.max()", "False"),
    ],
    "_seconded": [
        ("apart > 2 * found.error + 1e-9 * abs(line.numeric)", "False"),
        ("8 * task.scatter(way) >= line.difference", "False"),
        ("8 * task.scatter(way) >= line.difference", "True"),
        ("found.doubt if found.stepped else _noise(found, line.gradient)", "_noise(found, line.gradient)"),
    ],
    "run": [("task.f.changes()", "[]")],
}
