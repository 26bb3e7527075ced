"""Mutants of reference/checking/sides.py: what a framework's results are compared with."""

TESTS = ["tests/reference/checking/test_lines.py"]
REWRITES = {
    "last_layer_first": [("-part.layer", "part.layer")],
    "_mean": [
        ("np.array([len(x) for x, _ in of])", "np.ones(len(of))"),
        ("mean(limit) + rounded", "1e6 * (mean(limit) + rounded)"),
    ],
    "_loss": [("Inexact(exact, limit)", "Inexact(exact, 1e9 * limit)")],
    "_gradient": [("Inexact(exact, limit)", "Inexact(exact, 1e9 * limit)")],
}  # fmt: skip
