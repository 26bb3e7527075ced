"""Mutants of npnet/datasets.py."""

FUNCTIONS = ["read_csv", "_rows", "_numbers_if_all_are", "_numbers", "iris_split", "batches", "standardize", "_scaled"]
EQUIVALENT = {
    "_scaled": {"turn False #0": "the quotient is nobody else's"},
    "read_csv": {
        "bound > #0": "it is not 1 there",
        "without .astype #0": "numpy.unique returns int64 where that is the size of an index",
    },
}
