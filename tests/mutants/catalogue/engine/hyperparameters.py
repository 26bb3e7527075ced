"""Mutants of npnet/engine/hyperparameters.py."""

FUNCTIONS = ["Scalar", "Number", "Hyperparameters", "vectors_of", "check_members", "cast_like"]
REWRITES = {"cast_like": [("np.asarray(value, like.dtype)", "np.asarray(value)")]}
