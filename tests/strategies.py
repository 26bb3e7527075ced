"""Hypothesis strategies: nets, batches, valid pairs of output and loss, regularizers, hard values."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from npnet import MLP
from npnet.activations import ELU, LeakyReLU
from npnet.losses import CategoricalCrossentropy
from npnet.regularizers import L1, L1L2, L2
from reference.bounds import cases

ELEMENTWISE = [*(name for name in cases.HIDDEN if name != "softmax"), "leaky_relu", "elu"]
"""The names of all activations that map each element by itself."""
alphas = st.sampled_from(cases.ALPHAS)
hidden_activations = st.one_of(st.sampled_from(cases.HIDDEN), st.builds(LeakyReLU, alphas), st.builds(ELU, alphas))
strengths = st.sampled_from([0.0, 0.01, 0.03, 1.0])
regularizers = st.one_of(
    st.none(), st.builds(L1, strengths), st.builds(L2, strengths), st.builds(L1L2, strengths, strengths)
)
seeds = st.integers(0, 2**32 - 1)


def hard_values(dtype):
    """Zeros of both signs, subnormals, where exp under- and overflows, 1e4, and anything between."""
    info = np.finfo(dtype)
    special = [0.0, 1.0, 88.0, 1e4, 103.0, 709.0, 745.0, float(info.smallest_subnormal), float(info.tiny)]
    width = {np.dtype("float32"): 32, np.dtype("float64"): 64}[np.dtype(dtype)]
    return st.one_of(
        st.sampled_from([sign * value for value in special for sign in (1, -1)]),
        st.floats(-1e4, 1e4, width=width),
        st.floats(-8, 8, width=width),
    )


def hard_arrays(dtype, shape=None):
    """Arrays of hard values."""
    shapes = hnp.array_shapes(min_dims=1, max_dims=3, max_side=6) if shape is None else shape
    return hnp.arrays(dtype, shapes, elements=hard_values(dtype))


@dataclass
class Problem:
    """A net with a batch, labels, a loss and a regularizer that fit each other."""

    net: MLP
    x: Any
    y: Any
    loss: Any
    regularizer: Any


@st.composite
def problems(draw, dtype="float64", max_hidden=4, max_width=32, max_batch=64):
    """Nets of 0 to 4 hidden layers with mixed activations, and all that a loss needs."""
    rng = np.random.default_rng(draw(seeds))
    output, loss = draw(st.sampled_from(cases.PAIRS))
    least = 2 if isinstance(loss, CategoricalCrossentropy) or output == "softmax" else 1
    hidden = draw(st.lists(hidden_activations, max_size=max_hidden))
    width = st.integers(1, max_width)
    # A softmax of one unit is refused
    at_least_two = st.integers(2, max(2, max_width))
    units = (draw(at_least_two if function == "softmax" else width) for function in hidden)
    widths = [draw(width), *units, draw(st.integers(least, max(least, max_width)))]
    batch = draw(st.integers(1, max_batch))
    each = st.lists(st.booleans(), min_size=len(widths) - 1, max_size=len(widths) - 1)
    net = MLP(
        widths, hidden, output, dtype=dtype, seed=rng, bias_initializer="normal",
        use_bias=draw(st.one_of(st.just(True), each)),
    )  # fmt: skip
    x = rng.normal(size=(batch, widths[0])) * draw(st.sampled_from([1, 1, 30]))
    y = cases.labels(rng, loss, batch, widths[-1])
    if isinstance(loss, CategoricalCrossentropy) and draw(st.booleans()):
        y = y.argmax(axis=1)
    of_layers = st.lists(regularizers, min_size=len(widths) - 1, max_size=len(widths) - 1)
    return Problem(net, x, y, loss, draw(st.one_of(regularizers, of_layers)))


# Arrays of any type and layout, for what is summed

# One number, small matrices, matrices over either limit of a repeated sum, and arrays with members
SHAPES = [(1, 1), (3, 5), (1, 40), (16, 64), (17, 3), (16, 65), (700, 2), (3, 5, 4), (1, 1, 1), (20, 70, 3)]
DTYPES = ["float32", "float64", "longdouble", "complex128", object]
layouts = st.sampled_from(
    [np.ascontiguousarray, np.asfortranarray, lambda a: a[::-1], lambda a: np.repeat(a, 2, 1)[:, ::2]]
)


def drawn(rng, shape, dtype):
    """Numbers of several sizes, real or complex."""
    values = rng.normal(size=shape) * 10.0 ** rng.integers(-3, 4, size=shape)
    return (values * (1 + 1j) if dtype == "complex128" else values).astype(dtype)


def rounded_in(dtype):
    """The real type that a dtype's sums are rounded in."""
    return {"complex128": "float64", object: "float64"}.get(dtype, dtype)


def wide(a):
    """The same numbers, with more digits."""
    return a.astype(np.clongdouble if a.dtype.kind == "c" else np.longdouble)
