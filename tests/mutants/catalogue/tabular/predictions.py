"""Mutants of npnet/tabular/predictions.py."""

TESTS = ["tests/tabular/test_predictions.py", "tests/commands/test_predict.py"]
FUNCTIONS = ["write", "names", "_columns", "_texts", "_quoting"]
EQUIVALENT = {
    "_columns": {
        "without .astype #0": "places have 64 bits, but where a machine has 32",
        "without .astype #1": "places have 64 bits, but where a machine has 32",
    },
}
