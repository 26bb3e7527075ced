"""Mutants of npnet/engine/moments.py."""

FUNCTIONS = ["State", "Moment", "drop_subnormal"]
EQUIVALENT = {
    "drop_subnormal": {
        "without lower #0": "what was swept once stays",
        "without upper #0": "what was swept once stays",
    },
}
