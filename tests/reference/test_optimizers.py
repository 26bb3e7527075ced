"""Each optimizer against the notes' hand-written loop and against Keras's own, over hyper-parameters."""

import numpy as np
import pytest
from hypothesis import given, settings

from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp
from reference import cases, comparisons
from reference.optimizers import NotesLoop, keras_twin
from tests.reference.test_equivalence import assert_agree
from tests.strategies import seeds

KINDS = ["SGD", "SGDM", "Adagrad", "RMSProp", "Adam"]
kinds = pytest.mark.parametrize("kind", KINDS)
forms = pytest.mark.parametrize("keras_form", [False, True], ids=["notes", "keras"])


def steps(kind, keras_form, dtype, count, seed):
    rng = np.random.default_rng(seed)
    make = cases.optimizer(rng, kind, notes=not keras_form)
    return comparisons.optimizer_steps(
        make, rng.normal(size=16).astype(dtype), cases.gradients(rng, count, 16, dtype), keras_form
    )


@kinds
@forms
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@settings(max_examples=20)
@given(seed=seeds)
def test_one_step(kind, keras_form, dtype, seed):
    assert_agree(steps(kind, keras_form, dtype, 1, seed))


@kinds
@forms
@settings(max_examples=10)
@given(seed=seeds)
def test_fifty_steps(kind, keras_form, seed):
    assert_agree(steps(kind, keras_form, "float64", 50, seed))


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
    case = comparisons.optimizer_steps(make, rng.normal(size=400), cases.gradients(rng, 50, 400, "float64"), True)
    assert (abs(case.ours - case.theirs) <= 1e-13 * np.maximum(abs(case.ours), 0.1)).all()


def test_epsilon_inside_or_outside_the_root_would_be_seen():
    rng = np.random.default_rng(0)
    case = comparisons.optimizer_steps(
        lambda: RMSProp(0.1), np.zeros(16), cases.gradients(rng, 50, 16, "float64"), True
    )
    assert case.excess <= 1
    moved = comparisons.optimizer_steps(
        lambda: RMSProp(0.1, epsilon=2e-7), np.zeros(16), cases.gradients(rng, 50, 16, "float64"), True
    )
    assert abs(moved.ours - case.theirs).max() > 1e6 * case.limit.max()


def test_other_optimizers_have_no_twin():
    class Other(Optimizer):
        def _update(self, gradient, out, *slots):
            return gradient

    with pytest.raises(ValueError, match="optimizer: expected one that Keras has"):
        keras_twin(Other(0.1))
    with pytest.raises(ValueError, match="optimizer: expected one of the notes' five"):
        NotesLoop(Other(0.1)).apply([np.ones(1)], [np.ones(1)])
