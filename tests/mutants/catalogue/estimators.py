"""Mutants of npnet/estimators.py."""

FUNCTIONS = [
    "_Estimator._fit", "_Estimator._partial_fit", "_Estimator._train", "_with_weights", "_at_least_two", "_output",
    "NpnetClassifier.predict_proba", "NpnetClassifier.predict", "NpnetRegressor.predict",
]  # fmt: skip
