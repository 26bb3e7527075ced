"""Mutants of npnet/engine/hyperparameters.py."""

FUNCTIONS = ["Scalar", "Number", "Hyperparameters", "vectors_of", "check_members", "cast_like"]
REWRITES = {"cast_like": [("np.asarray(value, like.dtype)", "np.asarray(value)")]}
EQUIVALENT = {
    "Hyperparameters.__eq__": {"without one or #0": "what has the type of this one is of the base class"},
    "Hyperparameters.take_over": {"always if #0": "a number that is stored again is the same"},
}
