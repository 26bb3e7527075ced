import numpy as np
import pytest
from hypothesis import given, settings

from npnet.optimizers import (
    SGD,
    SGDM,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    CenteredRMSProp,
    Momentum,
    Nadam,
    Nesterov,
    RMSProp,
    RMSPropMomentum,
)
from reference.bounds import cases
from reference.bounds.optimizers import stepped, steps_bound
from reference.bounds.tolerance import assert_within, excess
from tests.strategies import seeds

KINDS = ["SGD", "SGDM", "Adagrad", "RMSProp", "Adam", "Momentum", "Nesterov", "RMSPropMomentum", "CenteredRMSProp"]
KINDS += ["CenteredRMSPropMomentum", "AdamW", "AMSGrad", "Nadam"]


def shares(make, w, gradients):
    """The errors of the parameters and of the moments, as shares of their bounds; w is changed."""
    limit, moment_limits = steps_bound(make, w, gradients)
    wide = w.astype("longdouble")
    ours, exact = stepped(make(), w, gradients), stepped(make(), wide, gradients.astype("longdouble"))
    assert moment_limits.keys() == ours.state.keys()
    moments = [excess(ours.state[name], exact.state[name], size).max() for name, size in moment_limits.items()]
    return excess(w, wide, limit).max(), max(moments, default=np.nan)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("steps", [1, 2, 50])
@pytest.mark.parametrize("notes", [True, False], ids=["without epsilon", "with epsilon"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_largest_errors_are_near_their_bounds(kind, notes, steps, dtype):
    found = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        make, gradients = cases.optimizer(rng, kind, notes), cases.gradients(rng, steps, 16, dtype)
        # From 0, where only the updates are rounded, and from numbers of size 1
        w = np.where(np.arange(16) < 8, 0, rng.normal(size=16)).astype(dtype)
        found.append(shares(make, w, gradients))
    parameters, moments = np.max(found, axis=0)
    assert 1e-2 <= parameters <= 1
    # 50 steps of m, whose rounding errors fade, and do not add up
    assert 5e-3 <= moments <= 1 or kind == "SGD"


@pytest.mark.parametrize("make", [lambda: Adagrad(1e-5), lambda: RMSProp(1e-5), lambda: Adam(1e-5)])
def test_small_updates_from_0_have_a_small_bound(make):
    gradients = np.random.default_rng(0).normal(size=(1, 16)).astype("float32")
    parameters, _ = shares(make, np.zeros(16, "float32"), gradients)
    assert 1e-2 <= parameters <= 1


def test_updates_that_cancel_leave_the_roundings_of_their_sizes():
    gradients = np.array([[1.0], [-1 + 2.0**-12]], "float32")
    parameters, _ = shares(lambda: SGD(0.1), np.zeros(1, "float32"), gradients)
    assert 1e-3 <= parameters <= 1


def test_a_decay_that_multiplies_by_a_rounded_factor_is_within_its_bound():
    """As PyTorch's does: here the factor 1 - lr · decay lies nearly between two float32 numbers."""
    rate, decay = 3e-4, 0.01
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=20000).astype("float32"), rng.normal(size=(1, 20000)).astype("float32")
    w = start * np.float32(1 - rate * decay)
    stepped(AdamW(rate, weight_decay=0), w, gradients)
    limit, _ = steps_bound(lambda: AdamW(rate, weight_decay=decay), start, gradients)
    exact = start.astype("longdouble")
    stepped(AdamW(rate, weight_decay=decay), exact, gradients.astype("longdouble"))
    found = excess(w, exact, limit).max()
    assert 0.8 < found <= 1
    # Two roundings of the parameters are less than the factor's, the product's and the difference's
    assert found * 2.5 / 2 > 1


@pytest.mark.parametrize("seed", range(3))
def test_a_variance_that_cancels_magnifies_roundings_within_its_bound(seed):
    """Of gradients that are 1 but for a thousandth, V and the square of m are a million times their difference."""
    gradients = (1 + 1e-3 * np.random.default_rng(seed).normal(size=(40, 16))).astype("float32")
    parameters, _ = shares(lambda: CenteredRMSProp(0.01, 0.5), np.zeros(16, "float32"), gradients)
    assert 5e-4 <= parameters <= 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("notes", [True, False], ids=["without epsilon", "with epsilon"])
@pytest.mark.parametrize("steps", [1, 2, 50])
@settings(max_examples=10)
@given(seed=seeds)
def test_parameters_and_moments_are_within_their_bounds(kind, notes, steps, seed):
    rng = np.random.default_rng(seed)
    make, gradients = cases.optimizer(rng, kind, notes), cases.gradients(rng, steps, 16, "float32")
    w = rng.normal(size=16).astype("float32")
    wide = w.astype("longdouble")
    limit, moment_limits = steps_bound(make, w, gradients)
    ours, exact = stepped(make(), w, gradients), stepped(make(), wide, gradients.astype("longdouble"))
    assert_within(w, wide, limit)
    assert moment_limits.keys() == ours.state.keys()
    for name, moment_limit in moment_limits.items():
        assert_within(ours.state[name], exact.state[name], moment_limit)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (lambda: SGDM(0.1, 0.9), lambda: SGDM(0.1, 0.9001)),
        (lambda: RMSProp(0.1, epsilon=1e-7), lambda: RMSProp(0.1, epsilon=2e-7)),
        (lambda: Adam(0.1, 0.9), lambda: Adam(0.1, 0.9, 0.9991)),
        (lambda: Adam(0.1), lambda: Adam(0.10001)),
        (lambda: Momentum(0.1, 0.9), lambda: Nesterov(0.1, 0.9)),
        (lambda: RMSPropMomentum(0.1, momentum=0.9), lambda: RMSPropMomentum(0.1, momentum=0.901)),
        (lambda: CenteredRMSProp(0.1), lambda: RMSProp(0.1)),
        (lambda: AdamW(0.1, weight_decay=0.01), lambda: AdamW(0.1, weight_decay=0.0101)),
        (lambda: AMSGrad(0.1, beta_2=0.9), lambda: Adam(0.1, beta_2=0.9)),
        (lambda: Nadam(0.1), lambda: Nadam(0.1, momentum_decay=0.99)),
    ],
)
def test_another_setting_is_far_over_the_bound(right, wrong):
    gradients = cases.gradients(np.random.default_rng(0), 50, 16, "float32")
    w = np.zeros(16, "float32")
    limit, _ = steps_bound(right, w, gradients)
    exact, other = np.zeros((2, 16), "longdouble")
    stepped(right(), exact, gradients.astype("longdouble"))
    stepped(wrong(), other, gradients.astype("longdouble"))
    assert excess(other, exact, limit).max() > 1


def test_a_step_too_few_is_far_over_the_bound():
    gradients = cases.gradients(np.random.default_rng(0), 50, 16, "float32")
    limit, _ = steps_bound(Adam, np.zeros(16, "float32"), gradients)
    exact, other = np.zeros((2, 16), "longdouble")
    stepped(Adam(), exact, gradients.astype("longdouble"))
    stepped(Adam(), other, gradients[:-1].astype("longdouble"))
    assert excess(other, exact, limit).max() > 100
