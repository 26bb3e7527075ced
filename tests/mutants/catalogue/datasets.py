"""Mutants of npnet/datasets.py."""

FUNCTIONS = ["read_csv", "_rows", "_numbers_if_all_are", "iris_split", "batches", "standardize"]
EQUIVALENT = {
    "read_csv": {
        "without .astype #0": "numpy.unique returns int64 where that is the size of an index",
    },
}
