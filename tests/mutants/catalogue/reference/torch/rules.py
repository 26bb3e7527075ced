"""Mutants of reference/torch/rules.py."""

FUNCTIONS = ["_Corrected", "OuterRMSProp", "OuterAdagrad", "_beside_the_root"]
