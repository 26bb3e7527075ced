from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given

from npnet import activations
from npnet.activations import ELU, LeakyReLU
from npnet.gradcheck import complex_step
from reference.bounds.activations import activated, passed_on, pulled_back
from reference.bounds.tolerance import Inexact, assert_within, bound, exactly, excess
from tests.reference.bounds.newcomer import Arctan
from tests.strategies import ELEMENTWISE as ACTIVATIONS
from tests.strategies import hard_arrays, seeds

ELEMENTWISE = [*map(activations.get, ACTIVATIONS), LeakyReLU(3), ELU(3), Arctan()]
every = pytest.mark.parametrize("f", [*ELEMENTWISE, activations.softmax], ids=repr)
elementwise = pytest.mark.parametrize("f", ELEMENTWISE, ids=repr)
rounding = partial(bound, dtype="float32")


def wide(values):
    return np.asarray(values, np.longdouble)


def backward(f, grad, z):
    return f.backward(grad, f.kept(z, f(z)))


@elementwise
def test_the_declared_curvature_is_the_largest_away_from_the_kinks(f):
    z = np.linspace(-8, 8, 16_001)
    curvature = abs(np.diff(complex_step(f, z, 1)) / np.diff(z))
    crossed = [(z[:-1] <= kink) & (kink <= z[1:]) for kink in f.kinks]
    curvature[np.any(crossed, axis=0) if crossed else []] = 0
    # A difference is a derivative somewhere between; over 0.001, next to a kink's, it misses the largest by 0.0015
    assert curvature.max() <= f.max_curvature + 1e-9
    assert curvature.max() >= 0.998 * f.max_curvature


@elementwise
def test_the_slope_jumps_at_the_kinks_and_nowhere_else(f):
    z = np.linspace(-8, 8, 3202)
    slopes = complex_step(f, z, 1)
    jumps = np.flatnonzero(abs(np.diff(slopes)) > 0.1)
    assert [z[i] < kink < z[i + 1] for i, kink in zip(jumps, f.kinks, strict=True)] == [True] * len(f.kinks)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@every
def test_the_largest_errors_are_near_their_bounds(f, dtype):
    rng, rounding = np.random.default_rng(0), partial(bound, dtype=dtype)
    z, g = (3 * rng.normal(size=(2, 100, 4))).astype(dtype)
    exact = exactly(wide(z))
    y = activated(f, exact, rounding)
    product = pulled_back(f, exactly(wide(g)), exact, y, rounding)
    shares = excess(f(z), y.value, y.error).max(), excess(backward(f, g, z), product.value, product.error).max()
    assert max(shares) <= 1
    # What only passes numbers on, or makes them 0, rounds nothing; the bounds do not know
    assert min(shares) >= 1e-2 or (repr(f) in ("identity", "relu", "relu6") and max(shares) == 0)


def _by_exponential(f, z):
    """An ELU as TensorFlow has it: the value by ``exp(z) - 1``, and the slope from that value."""
    steep = np.float32(getattr(f, "scale", 1))
    y = np.where(z < 0, np.float32(f.max_curvature) * (np.exp(np.minimum(z, 0)) - np.float32(1)), steep * z)
    return y, np.where(y < 0, y + np.float32(f.max_curvature), steep)


def _by_tanh(f, z):
    """GELU by tanh as TensorFlow has it, and its slope as automatic differentiation finds it."""
    half, one = np.float32(f.factor / 2), np.float32(1)
    t = np.tanh(half * (z + np.float32(f.cubic) * z**3))
    rise = half * (one + np.float32(3 * f.cubic) * z**2)
    return z / 2 * (one + t), (one + t) / 2 + z / 2 * ((one - t * t) * rise)


@pytest.mark.parametrize(
    ("f", "form"),
    [(activations.elu, _by_exponential), (activations.selu, _by_exponential), (activations.gelu_tanh, _by_tanh)],
    ids=repr,
)
def test_what_cancels_in_tensorflows_forms_is_within_the_bounds_and_near_them(f, form):
    z = np.linspace(-12, 5, 3001, dtype=np.float32)
    z = z[abs(z) > 1e-5]
    exact = exactly(wide(z))
    y = activated(f, exact, rounding)
    slope = pulled_back(f, exactly(np.ones_like(exact.value)), exact, y, rounding)
    value, derivative = form(f, z)
    assert value.dtype == derivative.dtype == np.float32
    for found, right in ((value, y), (derivative, slope)):
        assert 1e-2 <= excess(found, right.value, right.error).max() <= 1


@every
def test_an_error_of_z_that_is_passed_on_can_be_as_large(f):
    rng = np.random.default_rng(0)
    z, error = wide(rng.normal(size=(50, 4))), wide(1e-4 * rng.uniform(0.5, 1, (50, 4)))
    limit = passed_on(f, Inexact(z, error))
    shares = [excess(f(z + signs * error), f(z), limit).max() for signs in (np.ones(4), *np.eye(4))]
    # The extended type rounds too
    assert 0.25 <= max(shares) <= 1 + 1e-9


@every
def test_an_error_of_a_product_can_be_as_large_as_its_bound_for_any_cause(f):
    rng = np.random.default_rng(0)
    z, grad = exactly(wide(rng.normal(size=(50, 4)))), exactly(wide(rng.normal(size=(50, 4))))
    error = wide(1e-4 * rng.uniform(0.5, 1, (50, 4)))
    right = backward(f, grad.value, z.value)

    def share(moved, grad, z):
        product = pulled_back(f, grad, z, activated(f, z, rounding), rounding)
        return excess(moved, right, product.error).max()

    of_grad = share(backward(f, grad.value + error, z.value), Inexact(grad.value, error), z)
    of_z = share(backward(f, grad.value, z.value + error), grad, Inexact(z.value, error))
    assert 0.1 <= of_grad <= 1
    # A slope that does not change, but for kinks, has no such error
    assert 0.1 <= of_z <= 1 or (of_z <= 1 and getattr(f, "max_curvature", 1) == 0)


@elementwise
def test_a_zero_of_an_exact_z_is_exact_and_nothing_else(f):
    zero, one = exactly(wide([0.0])), exactly(wide([1.0]))
    assert (activated(f, zero, rounding).error == 0) == (f(wide([0.0])) == 0)
    assert activated(f, one, rounding).error > 0
    # A z that only happens to be 0 may be another one
    assert activated(f, Inexact(wide([0.0]), wide([1e-9])), rounding).error > 0


@every
def test_values_are_within_their_bounds(f):
    @given(hard_arrays("float32", shape=(3, 4)))
    def holds(z):
        y = activated(f, exactly(wide(z)), rounding)
        assert_within(f(z), f(wide(z)), y.error)

    holds()


@every
def test_products_are_within_their_bounds(f):
    @given(hard_arrays("float32", shape=(3, 4)), seeds)
    def holds(z, seed):
        g = np.random.default_rng(seed).normal(size=z.shape).astype("float32")
        z = np.where((z == 0) & bool(getattr(f, "kinks", ())), np.float32(1), z)
        exact = exactly(wide(z))
        product = pulled_back(f, exactly(wide(g)), exact, activated(f, exact, rounding), rounding)
        assert_within(backward(f, g, z), product.value, product.error)

    holds()


@every
@given(seed=seeds)
def test_an_error_of_z_moves_the_value_by_no_more_than_is_passed_on(f, seed):
    rng = np.random.default_rng(seed)
    z, error = wide(rng.normal(size=(3, 4))), wide(10 ** rng.uniform(-6, -2, (3, 4)))
    moved = f(z + error * rng.choice([-1, 1], (3, 4)))
    # The extended type rounds too
    assert_within(moved, f(z), passed_on(f, Inexact(z, error)) + bound(40, 1, np.longdouble))


@every
@given(seed=seeds)
def test_errors_of_z_and_of_the_gradient_move_the_product_by_no_more_than_the_bound(f, seed):
    rng = np.random.default_rng(seed)
    shape, signs = (3, 4), rng.choice([-1, 1], (2, 3, 4))
    z, grad = (Inexact(wide(rng.normal(size=shape)), wide(10 ** rng.uniform(-6, -3, shape))) for _ in range(2))
    product = pulled_back(f, grad, z, activated(f, z, rounding), rounding)
    moved = backward(f, grad.value + signs[0] * grad.error, z.value + signs[1] * z.error)
    # To first order: errors of a thousandth leave terms of a thousandth of the bound
    assert_within(moved, backward(f, grad.value, z.value), 1.01 * product.error)


def test_within_reach_of_a_kink_the_slope_is_unknown():
    z = Inexact(wide([1e-3, 1.0]), wide([1e-2, 1e-2]))
    relu, grad = activations.relu, exactly(wide([2.0, 2.0]))
    product = pulled_back(relu, grad, z, activated(relu, z, rounding), rounding)
    assert product.error[0] >= 2
    assert product.error[1] <= 1e-6
    assert passed_on(LeakyReLU(3), Inexact(wide([1e-3]), wide([1e-2]))) == pytest.approx(0.03)
    assert passed_on(LeakyReLU(3), Inexact(wide([1.0]), wide([1e-2]))) == pytest.approx(0.01)


def test_within_reach_of_a_kink_the_slope_is_one_of_two():
    steep, z, grad = LeakyReLU(3), Inexact(wide([1e-3, 0.02]), wide([1e-2, 1e-2])), exactly(wide([1.0, 1.0]))
    near, far = pulled_back(steep, grad, z, activated(steep, z, rounding), rounding).error
    # From 1 to 3, and what is rounded
    assert 2 <= near <= 2 + 1e-5
    assert far <= 1e-5


def test_an_exact_zero_has_the_slope_of_a_kink_and_not_any():
    relu, z, grad = activations.relu, exactly(wide([0.0])), exactly(wide([1.0]))
    assert pulled_back(relu, grad, z, activated(relu, z, rounding), rounding).error < 1e-6


@pytest.mark.parametrize(
    "wrong", [lambda y: y * (1 + y), lambda y: y - y**2 + 1e-5, lambda y: y * (1 - y) * (1 + 1e-5)]
)
def test_a_wrong_derivative_is_far_over_the_bound(wrong):
    z = exactly(wide(np.linspace(-3, 3, 7)))
    y = activated(activations.sigmoid, z, rounding)
    product = pulled_back(activations.sigmoid, exactly(np.ones_like(z.value)), z, y, rounding)
    assert excess(wrong(y.value), product.value, product.error).max() > 3


def test_an_activation_that_declares_nothing_is_refused():
    class Silent(Arctan):
        @property
        def max_curvature(self):
            raise AttributeError

    with pytest.raises(ValueError, match="activation: expected softmax, or an elementwise one with max_curvature"):
        passed_on(Silent(), exactly(wide([1.0])))
    with pytest.raises(ValueError, match="activation: expected softmax, or an elementwise one"):
        passed_on(SimpleNamespace(max_curvature=1.0), exactly(wide([1.0])))
