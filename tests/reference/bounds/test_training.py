"""Steps on gradients that are known to within errors end within the bound, wherever the gradients are."""

import numpy as np
import pytest

from npnet.clipping import ClipByGlobalNorm, ClipByNorm, ClipByValue
from npnet.optimizers import (
    SGD,
    SGDM,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    CenteredRMSProp,
    CenteredRMSPropMomentum,
    Momentum,
    Nadam,
    Nesterov,
    RMSProp,
    RMSPropMomentum,
)
from npnet.schedules import ExponentialDecay, WarmupCosineDecay
from reference.bounds.tolerance import Inexact, assert_within, excess
from reference.bounds.training import clipped, scheduled_bound, stepped_by_step, trained

OPTIMIZERS = [SGD(0.1), SGDM(0.1), Adagrad(0.1), RMSProp(0.1), Adam(0.1), SGD(ExponentialDecay(0.1, 1, 0.5))]
OTHERS = [Momentum(0.1), Nesterov(0.1), RMSPropMomentum(0.1), CenteredRMSProp(0.1), CenteredRMSPropMomentum(0.1)]
OTHERS += [AdamW(0.1), AMSGrad(0.1), Nadam(0.1)]
named = pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)


def gradients(rng, steps=12, size=8):
    """Gradients of all sizes, some of them smaller than their errors."""
    sizes = 10.0 ** rng.integers(-9, 3, size=size)
    return [Inexact(g, 1e-6 * abs(g) + 1e-8) for g in rng.normal(size=(steps, size)) * sizes]


@pytest.mark.parametrize("optimizer", [*OPTIMIZERS, *OTHERS], ids=repr)
@pytest.mark.parametrize("sign", [-1, 1, None], ids=["below", "above", "anywhere"])
def test_wherever_the_gradients_are_the_parameters_are_within_the_bound(optimizer, sign):
    rng = np.random.default_rng(0)
    known, w = gradients(rng), rng.normal(size=8)
    found = trained(optimizer, w, known)
    for _ in range(20):
        signs = [rng.choice([-1, 1], 8) if sign is None else sign for _ in known]
        actual = [one.value + one.error * s for one, s in zip(known, signs)]
        assert_within(stepped_by_step(optimizer, w, actual), found.value, found.error)


@named
def test_the_bound_is_not_much_larger_than_what_errors_do(optimizer):
    rng = np.random.default_rng(1)
    known = [Inexact(g, 1e-6 * abs(g)) for g in rng.normal(size=(3, 8))]
    found = trained(optimizer, np.zeros(8), known)
    moved = [stepped_by_step(optimizer, np.zeros(8), [one.value * (1 + s) for one in known]) for s in (-1e-6, 1e-6)]
    # A relative error of 1e-6 moves an update by as much, once in its numerator and once in its divisor
    largest = -stepped_by_step(optimizer, np.zeros(8), [abs(one.value) for one in known])
    assert (found.error <= 3e-6 * largest).all()
    assert all(excess(one, found.value, found.error).max() <= 1 for one in moved)


@named
def test_exact_gradients_leave_the_roundings(optimizer):
    rng = np.random.default_rng(2)
    known = [Inexact(g, 0 * g) for g in rng.normal(size=(5, 8))]
    w = np.float32(rng.normal(size=8))
    found = trained(optimizer, w, known)
    limit = scheduled_bound(optimizer, w, [one.value for one in known])
    np.testing.assert_allclose(found.error, limit, rtol=1e-6)
    assert_within(stepped_by_step(optimizer, w, [np.float32(one.value) for one in known]), found.value, 2 * found.error)


def test_a_schedule_counts_the_steps():
    optimizer = SGD(ExponentialDecay(0.5, 1, 0.5))
    np.testing.assert_array_equal(stepped_by_step(optimizer, np.zeros(1), np.ones((3, 1))), [-0.875])
    assert optimizer.iterations == 0
    constant = scheduled_bound(SGD(0.5), np.zeros(1), np.ones((3, 1)))
    np.testing.assert_array_equal(scheduled_bound(optimizer, np.zeros(1), np.ones((3, 1))), constant)


def test_a_warm_up_may_begin_at_the_rate_0():
    optimizer = SGD(WarmupCosineDecay(0.0, 5, warmup_target=0.5, warmup_epochs=2))
    assert (scheduled_bound(optimizer, np.ones(1), np.ones((1, 1))) > 0).all()
    np.testing.assert_array_equal(stepped_by_step(optimizer, np.zeros(1), np.ones((3, 1))), [-0.75])


def test_a_gradient_may_have_either_sign_where_its_error_is_larger():
    for g in (-1e-6, 1e-6):
        found = trained(Adam(0.1), np.zeros(1), [Inexact(np.full(1, g), np.full(1, 1e-4))])
        for actual in (g - 1e-4, g + 1e-4):
            assert_within(stepped_by_step(Adam(0.1), np.zeros(1), [np.full(1, actual)]), found.value, found.error)


def test_where_nothing_is_known_of_an_update_the_bound_is_a_number():
    known = [Inexact(np.zeros(1), np.ones(1))]
    found = trained(RMSProp(0.1, epsilon=0.0), np.zeros(1), known)
    assert np.isfinite(found.error).all()
    assert found.error > 1e300


# Clipping

PLACES = [slice(0, 6), slice(6, 8), slice(8, 20)]
RULES = [ClipByValue(0.5), ClipByNorm(1.0), ClipByGlobalNorm(1.0), ClipByNorm(100.0), ClipByGlobalNorm(2.0)]


def clip(rule, gradient):
    return np.concatenate(rule([gradient[place] for place in PLACES]))


@pytest.mark.parametrize("rule", RULES, ids=repr)
@pytest.mark.parametrize("relative", [0, 1e-6, 1e-2, 3.0])
def test_wherever_the_gradient_is_it_is_clipped_within_the_bound(rule, relative):
    rng = np.random.default_rng(0)
    for _ in range(50):
        g = rng.normal(size=20)
        e = relative * abs(g) * rng.random(20)
        found = clipped(rule, Inexact(g, e), PLACES, np.float32)
        np.testing.assert_allclose(found.value, clip(rule, g), rtol=1e-15)
        for signs in (rng.choice([-1, 1], 20), rng.uniform(-1, 1, 20)):
            assert_within(clip(rule, np.float32(g + e * signs)), found.value, found.error + 2.0**-24 * (abs(g) + e))


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_an_exact_gradient_has_the_roundings_alone(rule):
    g = np.random.default_rng(0).normal(size=20)
    found = clipped(rule, Inexact(g, 0 * g), PLACES, np.float64)
    assert (found.error <= 20 * 2.0**-53 * abs(g) + 1e-300).all()


def test_a_gradient_that_is_not_clipped_keeps_its_error():
    g, e = np.ones(20), np.full(20, 1e-3)
    found = clipped(ClipByNorm(100.0), Inexact(g, e), PLACES, np.float64)
    np.testing.assert_allclose(found.error, e, rtol=1e-9)
    assert clipped(None, Inexact(g, e), PLACES, np.float64) == (g, e)
