"""Mutants of npnet/training.py."""

FUNCTIONS = ["EarlyStopping", "train", "_checked_data", "_checked_validation", "_checked_callbacks", "_answers"]
