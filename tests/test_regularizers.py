import numpy as np
import pytest
from hypothesis import given

from npnet import regularizers
from npnet.regularizers import L1, L1L2, L2
from reference.bounds.tolerance import assert_within, bound
from tests import complex_step
from tests.strategies import seeds

ALL = [L1(0.03), L2(0.03), L1L2(0.03, 0.5)]
every = pytest.mark.parametrize("regularizer", ALL, ids=repr)


def test_the_notes_penalties():
    w = np.array([[1.0, -2.0], [0.0, 3.0]])
    assert L1(0.5)(w) == 0.5 * 6
    assert L2(0.5)(w) == 0.5 * 14 / 2
    assert L1L2(0.5, 0.25)(w) == 0.5 * 6 + 0.25 * 14 / 2


@every
@given(seed=seeds)
def test_the_gradient_is_that_of_the_penalty(regularizer, seed):
    w = np.random.default_rng(seed).normal(size=(3, 4))
    slope = complex_step.gradient(regularizer, w)
    assert_within(regularizer.gradient(w), slope, bound(20, abs(slope).max(), "float64"))


def test_the_gradient_of_l1_at_zero_is_zero():
    assert L1(0.5).gradient([0.0, -0.0, -1.0]).tolist() == [0, 0, -0.5]


@every
def test_float32_stays_float32(regularizer):
    w = np.ones((2, 3), "float32")
    assert regularizer(w).dtype == regularizer.gradient(w).dtype == np.float32


@pytest.mark.parametrize("kind", [L1, L2, L1L2])
@pytest.mark.parametrize("strength", [-0.1, np.nan, np.inf, "strong"])
def test_a_strength_must_not_be_negative(kind, strength):
    with pytest.raises(ValueError, match=r"(strength|l1): expected a finite number >= 0, got"):
        kind(strength)


def test_names():
    assert regularizers.get(None) is None
    assert repr(regularizers.get("l1_l2")) == "L1L2(l1=0.01, l2=0.01)"
    with pytest.raises(ValueError, match="regularizer: expected one of l1, l1_l2, l2"):
        regularizers.get("dropout")


@pytest.mark.parametrize("regularizer", [L1([0.1, 0.5, 0.0]), L2([0.1, 0.5, 0.0]), L1L2([0.1, 0, 1], 0.5)], ids=repr)
def test_a_vector_of_strengths_has_a_penalty_for_each_member(regularizer):
    W = np.random.default_rng(0).normal(size=(4, 2, 3))
    for k in range(3):
        one = regularizer.subset(k)
        assert_within(regularizer(W)[k], one(W[..., k]), bound(20, one(W[..., k]), "float64"))
        np.testing.assert_array_equal(regularizer.gradient(W)[..., k], one.gradient(W[..., k]))
    assert regularizer(W.astype("float32")).dtype == regularizer.gradient(W.astype("float32")).dtype == np.float32
