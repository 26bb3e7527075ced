"""Mutants of npnet/tabular/table.py."""

TESTS = ["tests/tabular/test_table.py", "tests/tabular/test_streamed.py"]
FUNCTIONS = [
    "Table.read", "Table.split", "stream", "_gather", "chosen_columns", "checked_kinds", "checked_invalid", "_names_classes",
    "few_whole", "are_classes",
]  # fmt: skip
