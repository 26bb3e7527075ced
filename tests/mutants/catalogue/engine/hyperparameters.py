"""Mutants of npnet/engine/hyperparameters.py."""

FUNCTIONS = ["Scalar", "Number", "Hyperparameters", "vectors_of", "check_members", "cast"]
REWRITES = {"cast": [("np.asarray(value, like.dtype)", "np.asarray(value)")]}
