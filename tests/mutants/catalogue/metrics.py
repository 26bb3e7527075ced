"""Mutants of npnet/metrics.py."""

FUNCTIONS = ["is_classification", "classes_of", "Accuracy", "accuracy", "binary_accuracy", "_checked", "_advice"]
