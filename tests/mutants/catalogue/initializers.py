"""Mutants of npnet/initializers.py."""

FUNCTIONS = ["Initializer.__call__", "HeNormal", "GlorotUniform", "Normal", "TruncatedNormal", "Constant"]
