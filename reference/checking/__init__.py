"""Equivalence tests of people's own models: a model in its framework beside npnet's net with the same weights.

NumPy only; each framework's side is an `adapter.Adapter`, in a package of its own.
"""
