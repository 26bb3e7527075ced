"""Mutants of npnet/sweeping/settings.py."""

FUNCTIONS = ["Training.key", "_fold", "joined", "_shape", "_fixed"]
ANY = "they are of one shape, and more than one"
EQUIVALENT = {
    "Training.key": {"turn True #0": "settings are collected in one order"},
    "joined": {
        "never if else #0": "no trial's optimizer has stepped",
        "next 0 #1": ANY,
        "next 0 #2": ANY,
    },
}
