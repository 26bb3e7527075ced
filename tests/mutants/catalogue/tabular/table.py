"""Mutants of npnet/tabular/table.py."""

TESTS = ["tests/tabular/test_table.py", "tests/tabular/test_streamed.py"]
FUNCTIONS = [
    "Table.read", "Table.split", "stream", "_gather", "chosen_columns", "checked_kinds", "checked_invalid", "_names_classes",
    "few_whole", "are_classes",
]  # fmt: skip
EQUIVALENT = {
    "Table.split": dict.fromkeys(["left + #0", "next 2 #0"], "any number that no class has makes another group"),
    "stream": {"always if #0": "a table of no rows adds nothing"},
    "few_whole": dict.fromkeys(
        ["without one or #0", "without upper #0", "next 1000 #0"], "a look at some numbers saves the sorting of all"
    ),
}
