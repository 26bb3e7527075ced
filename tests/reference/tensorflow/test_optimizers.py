"""Each optimizer against the notes' hand-written loop and against Keras's own, over hyperparameters."""

from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given, settings

from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp
from npnet.schedules import Constant, ExponentialDecay
from reference.bounds import cases
from reference.bounds.tolerance import excess
from reference.tensorflow import comparisons
from reference.tensorflow.optimizers import NotesLoop, keras_counterpart
from tests.reference.tensorflow.test_equivalence import assert_agree
from tests.strategies import seeds

KINDS = ["SGD", "SGDM", "Adagrad", "RMSProp", "Adam"]
kinds = pytest.mark.parametrize("kind", KINDS)
forms = pytest.mark.parametrize("keras_form", [False, True], ids=["notes", "keras"])


def steps(kind, keras_form, dtype, count, seed):
    rng = np.random.default_rng(seed)
    make = cases.optimizer(rng, kind, notes=not keras_form)
    parameters = (rng.normal(size=16) * rng.integers(0, 2, 16)).astype(dtype)
    return comparisons.optimizer_steps(make, parameters, cases.gradients(rng, count, 16, dtype), keras_form)


@kinds
@forms
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@settings(max_examples=20)
@given(seed=seeds)
def test_one_step(kind, keras_form, dtype, seed):
    assert_agree(*steps(kind, keras_form, dtype, 1, seed))


@kinds
@forms
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@settings(max_examples=10)
@given(seed=seeds)
def test_fifty_steps(kind, keras_form, dtype, seed):
    assert_agree(*steps(kind, keras_form, dtype, 50, seed))


@pytest.mark.parametrize(
    "make",
    [
        lambda: SGD(0.1),
        lambda: SGDM(0.1, cases.single(0.9)),
        lambda: Adagrad(0.1, initial_accumulator_value=cases.single(0.1)),
        lambda: RMSProp(0.1),
        lambda: Adam(0.1, cases.single(0.9), cases.single(0.999)),
    ],
    ids=KINDS,
)
def test_fifty_steps_of_kerass_defaults_to_thirteen_digits(make):
    rng = np.random.default_rng(0)
    gradients = cases.gradients(rng, 50, 400, "float64")
    for parameters in (rng.normal(size=400), np.zeros(400)):
        ours, *moments = comparisons.optimizer_steps(make, parameters, gradients, True)
        # Relative to the sum of what is added up: the first parameters and, at their largest, all updates
        total, optimizer = np.zeros(400), make()
        for gradient in abs(gradients):
            optimizer.step(total, gradient)
        assert (abs(ours.ours - ours.theirs) <= 1e-13 * (abs(parameters) + abs(total))).all()
        for moment in moments:
            assert moment.excess <= 1


def test_epsilon_inside_or_outside_the_root_would_be_seen():
    gradients = cases.gradients(np.random.default_rng(0), 50, 16, "float64")
    inside, _ = comparisons.optimizer_steps(lambda: RMSProp(0.1), np.zeros(16), gradients, True)
    outside, optimizer, V = np.zeros(16), RMSProp(0.1), 0
    for g in gradients:
        V = optimizer.rho * V + (1 - optimizer.rho) * g**2
        outside -= 0.1 * g / (np.sqrt(V) + optimizer.epsilon)
    assert inside.excess <= 1
    assert excess(outside, inside.theirs, inside.limit).max() > 1e6


def test_other_optimizers_have_no_counterpart():
    other = Mock(spec=Optimizer, schedule=Constant(0.1))
    with pytest.raises(ValueError, match="optimizer: expected one that Keras has"):
        keras_counterpart(other)
    with pytest.raises(ValueError, match="optimizer: expected one of the notes' five"):
        NotesLoop(other)
    with pytest.raises(ValueError, match="optimizer: expected epsilon=0"):
        NotesLoop(Adam(0.1))
    with pytest.raises(ValueError, match="optimizer: expected a constant learning rate"):
        keras_counterpart(SGDM(ExponentialDecay(0.2, 1, 0.5)))
