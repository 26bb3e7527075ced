"""Mutants of npnet/initializers.py."""

FUNCTIONS = [
    "Initializer.__call__", "HeNormal", "HeUniform", "GlorotNormal", "GlorotUniform", "LecunNormal", "LecunUniform",
    "Orthogonal.draw", "Normal", "TruncatedNormal", "Constant", "_uniform",
]  # fmt: skip
EQUIVALENT = {
    "Orthogonal.draw": {"swap *= #0": "a sign is its own reciprocal"},
    "TruncatedNormal.draw": {
        "bound > #0": "no number that is drawn is exactly 2",
        "bound > #1": "no number that is drawn is exactly 2",
    },
}
