"""Mutants of npnet/engine/moments.py."""

FUNCTIONS = ["State", "Moment", "Place", "Workspace.fits", "drop_subnormal"]
EQUIVALENT = {
    "State.update": dict.fromkeys(["without upper #0", "next 1 #0"], "all others are compared with the first"),
    "Moment.__array_wrap__": {"turn False #0": "functions that do not say so return arrays with axes"},
    "drop_subnormal": {
        "without lower #0": "what was swept once stays",
        "without upper #0": "what was swept once stays",
    },
}
