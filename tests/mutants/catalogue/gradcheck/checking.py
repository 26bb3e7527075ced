"""Mutants of npnet/gradcheck/checking.py."""

TESTS = ["tests/gradcheck/test_checking.py", "tests/gradcheck/test_checks.py"]
FUNCTIONS = ["Task.judged", "Task.lost", "_largest"]
EQUIVALENT = {
    "_largest": dict.fromkeys(["next 0.0 #0", "next 0.0 #1"], "of two numbers the smaller one counts"),
    "Task.judged": {"negative 2.0 #0": "an even power"},
    "Task.lost": {
        "exchange - #1": "the size of a difference has no sign",
    },
}
REWRITES = {
    "_compared": [("values.jumps", "False"), ("SAME * abs(values.value)", "1e-9 * abs(values.value)")],
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
        ("apart > 2 * found.error + SAME * abs(line.numeric)", "False"),
        ("line.verdict == 'passed' and differences.verdict == 'failed'", "False"),
        ("8 * task.scatter(way) >= line.difference", "False"),
        ("8 * task.scatter(way) >= line.difference", "True"),
        ("found.doubt if found.stepped else _noise(found, line.gradient)", "_noise(found, line.gradient)"),
    ],
    "run": [("task.f.changes()", "[]")],
}
