"""Mutants of npnet/play/data.py."""

FUNCTIONS = ["prepared", "_circles", "_spirals", "_xor", "_slope", "_hills", "_components", "_labels", "Points.bounds"]
EQUIVALENT = {
    "prepared": {
        "without one and #0": "a noise of 0 moves no point",
        "swap + #0": "normal noise is as likely with the other sign",
    },
    "_circles": {
        "negative 2 #0": "a point and the one opposite are as likely",
        "negative 2 #1": "an angle and its negative are as likely",
    },
    "_xor": {
        "swap * #0": "1 and -1 are their own inverses",
        "bound > #0": "no coordinate is 0",
        "swap * #3": "a quotient has the sign of the product",
    },
    "_hills": {"exchange - #0": "a distance is the same from either end"},
    "_components": {
        "turn False #0": "there are more axes of the samples then, and none of them is used",
        "swap *= #0": "1 and -1 are their own inverses",
    },
    "_labels": {"next 1 #1": "all that is divided by it is 0"},
}
