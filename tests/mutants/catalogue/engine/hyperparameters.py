"""Mutants of npnet/engine/hyperparameters.py."""

FUNCTIONS = ["Scalar", "Number", "Hyperparameters", "_vectors", "cast"]
REWRITES = {"cast": [("np.asarray(value, like.dtype)", "np.asarray(value)")]}
