"""Mutants of npnet/tabular/features.py."""

FUNCTIONS = ["Statistics", "NumberFeature", "TruthFeature", "CategoryFeature", "Fitting", "_same_number"]
