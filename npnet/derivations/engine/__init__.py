"""What derivations are written with and checked by."""

from npnet.derivations.engine.calculus import along, derivative, gradient, jacobian
from npnet.derivations.engine.chain import Derivation, Line
from npnet.derivations.engine.checking import Check, Report, check, has_sympy
from npnet.derivations.engine.variables import Variable, counts, distributions, normals, reals, uniform

__all__ = [
    "Check",
    "Derivation",
    "Line",
    "Report",
    "Variable",
    "along",
    "check",
    "counts",
    "derivative",
    "distributions",
    "gradient",
    "has_sympy",
    "jacobian",
    "normals",
    "reals",
    "uniform",
]
