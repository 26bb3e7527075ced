"""Mutants of npnet/initializers.py."""

FUNCTIONS = ["Initializer.__call__", "HeNormal", "GlorotUniform", "Normal", "TruncatedNormal", "Constant"]
EQUIVALENT = {
    "TruncatedNormal.draw": {
        "bound > #0": "no number that is drawn is exactly 2",
        "bound > #1": "no number that is drawn is exactly 2",
    },
}
