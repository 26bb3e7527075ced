"""Names in formulas: those that every derivation knows, and those that one derivation adds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from npnet.activations import relu, sigmoid, softmax, tanh

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": lambda x: np.maximum(x, -x),
    "ceil": np.ceil,
    "cos": np.cos,
    "exp": np.exp,
    "ln": np.log,
    "max": np.maximum,
    "relu": relu,
    "sigma": sigmoid,
    "sign": np.sign,
    "sin": np.sin,
    "softmax": softmax,
    "sqrt": np.sqrt,
    "tanh": tanh,
}


@dataclass(frozen=True)
class Notation:
    """Names in a derivation's formulas, beside its variables and the usual functions.

    A name has no backslash: ``alpha``, ``hat m``. Values, and how many values an index has, are functions of the
    derivation's variables, which they take by name.
    """

    functions: Mapping[str, Callable[..., Any] | Sequence[Callable[..., Any]]] = field(default_factory=dict)
    """A sequence of functions has one for each value of its subscript."""
    values: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    """A list or a tuple has one value for each value of its subscript; an array, one element."""
    indices: Mapping[str, Callable[..., int]] = field(default_factory=dict)
    """The order is that of the axes of a result with several free indices."""
    matrices: bool = False
    """Whether a product of arrays is one of matrices; else it is element by element."""
