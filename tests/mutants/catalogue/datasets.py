"""Mutants of npnet/datasets.py."""

FUNCTIONS = ["read_csv", "iris_split", "batches", "standardize"]
EQUIVALENT = {
    "read_csv": {
        "without dtype= #0": "features are made float64 by their check as well",
        "without .astype #0": "numpy.unique returns int64 where that is the size of an index",
    },
}
