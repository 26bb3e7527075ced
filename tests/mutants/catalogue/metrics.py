"""Mutants of npnet/metrics.py."""

FUNCTIONS = [
    "is_classification", "classes_of", "Accuracy", "accuracy", "binary_accuracy", "confusion_matrix", "precision",
    "recall", "f1_score", "r2_score", "_largest", "_explained", "_shares", "_rows_of_indices", "_checked", "_checked_pair",
    "_advice",
]  # fmt: skip
_SLOWER = "the same places, found in another order"
_ALL = "no row has all units under its largest"
EQUIVALENT = {
    "classes_of": {
        "always if else #0": _SLOWER,
        "never if else #0": _SLOWER,
        "turn == #1": _SLOWER,
        "next 2 #0": _SLOWER,
    },
    "_largest": {"always if #0": _SLOWER, "left - #0": _ALL, "zero 1 #0": _ALL},
    "_explained": {
        "exchange - #0": "it is squared",
        "exchange - #1": "it is squared",
        "next 0 #0": "of equal labels each is as good as the first",
        "next 1 #1": "what is divided by it is not taken",
    },
}
