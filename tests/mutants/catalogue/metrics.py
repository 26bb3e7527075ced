"""Mutants of npnet/metrics.py."""

FUNCTIONS = [
    "is_classification", "classes_of", "Accuracy", "accuracy", "binary_accuracy", "confusion_matrix", "precision",
    "recall", "f1_score", "r2_score", "_explained", "_shares", "_rows_of_indices", "_checked", "_checked_pair", "_advice",
]  # fmt: skip
