"""How far rounding errors can move a result: bounds for formulas, for whole nets and for optimizer steps.

NumPy only. The bounds are stated independently of npnet's code: they read the public arrays of a net and the values
of its functions, and no formula's own lines.
"""
