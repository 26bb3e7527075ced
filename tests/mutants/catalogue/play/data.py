"""Mutants of npnet/play/data.py."""

FUNCTIONS = ["prepared", "_circles", "_spirals", "_xor", "_slope", "_hills", "_components", "_labels", "Points.bounds"]
EQUIVALENT = {
    "prepared": {
        "without one and #0": "a noise of 0 moves no point",
        "swap + #0": "normal noise is as likely with the other sign",
    },
    "_circles": {"negative 2 #0": "a point and the one opposite are as likely"},
}
