"""The parts that derivations are written with, and their check."""

from npnet.derivations.engine.calculus import along, derivative, gradient, jacobian
from npnet.derivations.engine.chain import BEYOND, Derivation, Line, continues
from npnet.derivations.engine.checking import check, has_sympy
from npnet.derivations.engine.notation import Notation
from npnet.derivations.engine.report import Check, Comparison, Report
from npnet.derivations.engine.variables import Variable, counts, distributions, normals, reals, uniform

__all__ = [
    "BEYOND",
    "Check",
    "Comparison",
    "Derivation",
    "Line",
    "Notation",
    "Report",
    "Variable",
    "along",
    "check",
    "continues",
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
