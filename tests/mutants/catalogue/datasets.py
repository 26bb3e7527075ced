"""Mutants of npnet/datasets.py."""

FUNCTIONS = ["read_csv", "iris_split", "batches", "standardize"]
