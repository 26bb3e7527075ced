"""Each optimizer against the notes' hand-written loop and against Keras's own, over hyperparameters."""

from unittest.mock import Mock

import keras
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
    CenteredRMSPropMomentum,
    Momentum,
    Nadam,
    Nesterov,
    Optimizer,
    RMSProp,
    RMSPropMomentum,
)
from npnet.schedules import Constant, ExponentialDecay
from reference.bounds import cases
from reference.bounds.tolerance import assert_within, bound, excess
from reference.tensorflow import comparisons
from reference.tensorflow.optimizers import NotesLoop, keras_counterpart, state_from_keras, state_to_keras
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


BEYOND = ["Momentum", "Nesterov", "RMSPropMomentum", "CenteredRMSProp", "CenteredRMSPropMomentum"]
BEYOND += ["AdamW", "AMSGrad", "Nadam"]


@pytest.mark.parametrize("kind", BEYOND)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("count", [1, 50])
@settings(max_examples=5)
@given(seed=seeds)
def test_steps_beyond_the_notes(kind, dtype, count, seed):
    assert_agree(*steps(kind, True, dtype, count, seed))


SETTINGS = {
    Momentum: {"momentum": 0.5},
    Nesterov: {"momentum": 0.5},
    RMSPropMomentum: {"momentum": 0.5},
    CenteredRMSProp: {},
    CenteredRMSPropMomentum: {"momentum": 0.5},
    AdamW: {"weight_decay": 0.25},
    AMSGrad: {},
    Nadam: {},
}


@pytest.mark.parametrize("kind", SETTINGS)
def test_a_state_goes_to_keras_and_back_and_both_go_on(kind):
    rng, dtype = np.random.default_rng(0), "float32"
    gradients = rng.normal(size=(4, 6)).astype(dtype)
    ours, w = kind(0.125, **SETTINGS[kind]), rng.normal(size=6).astype(dtype)
    for g in gradients[:2]:
        ours.step(w, g)
    theirs = keras_counterpart(ours)
    variable = keras.Variable(w.reshape(2, 3))
    theirs.build([variable])
    state_to_keras(ours, theirs)
    back = kind(0.125, **SETTINGS[kind])
    state_from_keras(back, theirs, dtype)
    assert back.iterations == 2
    for name, moment in ours.state.items():
        assert_within(back.state[name], moment, bound(4, moment, dtype))
    for g in gradients[2:]:
        ours.step(w, g)
        theirs.apply([keras.ops.convert_to_tensor(g.reshape(2, 3))], [variable])
    # Two steps of about 20 roundings, and of 1 at most
    assert_within(variable.numpy().ravel(), w, bound(100, 1 + abs(w), dtype))


@pytest.mark.parametrize(
    ("ours", "theirs"), [(Momentum(0.01), Nesterov(0.01)), (Adam(), AMSGrad()), (RMSProp(), CenteredRMSProp())]
)
def test_a_state_of_another_rule_is_refused(ours, theirs):
    for one, other in ((ours, theirs), (theirs, ours)):
        made = keras_counterpart(other)
        made.build([keras.Variable([1.0])])
        with pytest.raises(ValueError, match="model: expected an optimizer with"):
            state_from_keras(one, made, "float32")


def test_nadams_momentum_decay_is_one_in_keras():
    with pytest.raises(ValueError, match="optimizer: expected momentum_decay=1, which Keras's Nadam has"):
        keras_counterpart(Nadam(momentum_decay=0.004))
    with pytest.raises(ValueError, match="optimizer: expected one of the notes' five"):
        NotesLoop(AMSGrad(epsilon=0))


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
