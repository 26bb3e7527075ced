"""Mutants of npnet/estimators.py."""

FUNCTIONS = [
    "_Estimator._fit", "_Estimator._partial_fit", "_Estimator._train", "_with_weights", "_at_least_two", "_output",
    "NpnetClassifier.predict_proba", "NpnetClassifier.predict", "NpnetRegressor.predict",
]  # fmt: skip
EQUIVALENT = {"_Estimator._train": {"always if else #1": "a penalty of strength 0 is none"}}
