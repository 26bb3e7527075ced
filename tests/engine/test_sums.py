"""Sums in their fast forms are the plain sums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet.engine import sums, tuning
from reference.bounds.tolerance import assert_within, bound
from tests.strategies import seeds

# One number, small matrices, matrices over either limit of a repeated sum, and arrays with members
SHAPES = [(1, 1), (3, 5), (1, 40), (16, 64), (17, 3), (16, 65), (700, 2), (3, 5, 4), (1, 1, 1), (20, 70, 3)]
DTYPES = ["float32", "float64", "longdouble", "complex128", object]
shapes = st.sampled_from(SHAPES)
layouts = st.sampled_from(
    [np.ascontiguousarray, np.asfortranarray, lambda a: a[::-1], lambda a: np.repeat(a, 2, 1)[:, ::2]]
)
every_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=str)


def drawn(rng, shape, dtype):
    """Numbers of several sizes, real or complex."""
    values = rng.normal(size=shape) * 10.0 ** rng.integers(-3, 4, size=shape)
    return (values * (1 + 1j) if dtype == "complex128" else values).astype(dtype)


def rounded_in(dtype):
    """The real type that a dtype's sums are rounded in."""
    return {"complex128": "float64", object: "float64"}.get(dtype, dtype)


def wide(a):
    return a.astype(np.clongdouble if a.dtype.kind == "c" else np.longdouble)


@every_dtype
@given(seed=seeds, shape=shapes, layout=layouts, axis=st.sampled_from([0, 1, -1]))
def test_a_sum_over_an_axis_is_the_plain_sum(dtype, seed, shape, layout, axis):
    a = layout(drawn(np.random.default_rng(seed), shape, dtype))
    before = a.copy()
    total = sums.over_axis(a, axis)
    exact, size = (np.sum(terms, axis=axis, keepdims=True) for terms in (wide(a), abs(wide(a))))
    limit = np.broadcast_to(bound(shape[axis], size, rounded_in(dtype)), shape)
    assert total.dtype == a.dtype
    assert_within(np.broadcast_to(total, shape), np.broadcast_to(exact, shape), limit)
    np.testing.assert_array_equal(a, before)


@every_dtype
@given(seed=seeds, shape=shapes, layout=layouts, other=layouts)
def test_a_sum_of_products_is_the_plain_sum(dtype, seed, shape, layout, other):
    rng = np.random.default_rng(seed)
    a, b = layout(drawn(rng, shape, dtype)), other(drawn(rng, shape, dtype))
    total = sums.of_products(a, b)
    exact, size = (np.sum(terms, axis=(0, 1)) for terms in (wide(a) * wide(b), abs(wide(a) * wide(b))))
    assert np.shape(total) == shape[2:]
    # Four real products and two sums make a complex product
    assert_within(total, exact, bound(shape[0] * shape[1] + 6, size, rounded_in(dtype)))


@pytest.mark.parametrize("dtype", ["float32", "float64", "longdouble"])
@given(seed=seeds, members=st.sampled_from([None, 1, 3]), size=st.sampled_from([1, 50, 2000]))
def test_a_sum_of_squares_is_the_plain_sum(dtype, seed, members, size):
    shape = (size,) if members is None else (size, members)
    a = drawn(np.random.default_rng(seed), shape, dtype)
    exact = (wide(a) ** 2).sum()
    # It is a Python float
    assert_within(sums.sum_of_squares(a), exact, bound(a.size + 1, exact, dtype) + bound(1, exact, "float64"))
    assert type(sums.sum_of_squares(a)) is float


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e30])
def test_a_sum_of_squares_shows_what_is_not_finite_or_too_large(wrong):
    for shape in ((4,), (2, 2)):
        a = np.ones(shape, "float32")
        a.reshape(-1)[2] = wrong
        with np.errstate(over="ignore"):
            assert not np.isfinite(sums.sum_of_squares(a))


def test_sums_of_small_matrices_are_there_for_each_row():
    assert sums.over_axis(np.ones((3, 5)), 0).tolist() == [[3.0] * 5] * 3
    assert sums.over_axis(np.ones((tuning.REPEATED_ROWS + 1, 2)), 0).tolist() == [tuning.REPEATED_ROWS + 1.0] * 2


def test_a_constant_is_made_once_for_each_dtype():
    half = sums.constant(0.5, np.dtype("float32"))
    assert (half.dtype, half.shape, half) == (np.dtype("float32"), (), 0.5)
    assert sums.constant(0.5, np.dtype("float32")) is half
    assert sums.constant(0.5, np.dtype("float64")).dtype == np.float64
