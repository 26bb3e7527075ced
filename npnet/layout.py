"""The layout of a net: its layers as views of one flat vector, its buffers, and the checks of its shape."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from npnet import activations
from npnet.activations import Activation, Softmax
from npnet.affine import Affine
from npnet.validation import Array, integer

if TYPE_CHECKING:
    import numpy.typing as npt


class Buffers(NamedTuple):
    """What a pass over a batch of one size writes to."""

    affine: Affine
    """The products, which may hold arrays of their own."""
    inputs: list[Array]
    """What each layer but the first multiplies: the output of the layer before it, in the same memory."""
    outputs: list[Array]
    """The output of each layer."""
    deltas: list[Array]
    """The gradient with respect to each layer's ``z``."""
    scratch: list[Array]
    """For each layer an array of that shape, whose numbers nobody needs; all are of the same memory."""


class Views(list[Array]):
    """A list of views of one flat vector: assigning to an element writes the numbers into the view."""

    def __setitem__(self, index: Any, values: Any) -> None:
        """Copy `values` into the view."""
        if np.shape(values) != np.shape(self[index]):
            raise ValueError(f"values: expected the view's shape {np.shape(self[index])}, got {np.shape(values)}")
        self[index][...] = values


def checked_widths(widths: Sequence[int]) -> tuple[int, ...]:
    """Return `widths` as Python ints.

    Raises
    ------
    ValueError
        If they are not at least two whole numbers above 0.
    """
    numbers = isinstance(widths, (Sequence, np.ndarray)) and not isinstance(widths, (str, bytes)) and np.ndim(widths)
    if not numbers or len(widths) < 2:
        raise ValueError(f"widths: expected at least two numbers, inputs and outputs, got {widths!r}")
    return tuple(integer("widths", width, 1) for width in widths)


def checked_activations(
    hidden: str | Activation | Sequence[str | Activation], output: str | Activation, layers: int
) -> list[Activation]:
    """Return the activation of each hidden layer, of which there are `layers`, and of the output.

    Raises
    ------
    ValueError
        If one is not known, their number does not fit, or a softmax is not over the units.
    """
    if isinstance(hidden, (str, Activation)):
        hidden = [activations.get(hidden, "hidden")] * layers
    if not isinstance(hidden, Sequence) or len(hidden) != layers:
        raise ValueError(f"hidden: expected one activation, or {layers} for {layers} hidden layers, got {hidden!r}")
    chosen = [*(activations.get(name, "hidden") for name in hidden), activations.get(output, "output")]
    for activation in chosen:
        if isinstance(activation, Softmax) and activation.axis not in (-1, 1):
            raise ValueError(f"hidden, output: expected Softmax over the units, axis -1, got axis {activation.axis}")
    return chosen


def over_second_axis(activation: Activation) -> Activation:
    """Return a softmax as one over the second axis, with or without members after it; others as they are."""
    if not isinstance(activation, Softmax) or activation.axis == 1:
        return activation
    twin = copy.copy(activation)
    twin.axis = 1
    return twin


def checked_dtype(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """Return `dtype` as a numpy.dtype.

    Raises
    ------
    ValueError
        If it is none of those that a net can have.
    """
    known = [np.dtype(t) for t in (np.float32, np.float64, np.longdouble, np.complex128, object)]
    try:
        converted = np.dtype(dtype)
    except TypeError:
        converted = None
    if dtype is None or converted is None or converted not in known:
        raise ValueError(f"dtype: expected float32 or float64 (or longdouble, complex128, object), got {dtype!r}")
    return converted
