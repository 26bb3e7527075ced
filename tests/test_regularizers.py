import numpy as np
import pytest
from hypothesis import given

from npnet import Ensemble, regularizers
from npnet.regularizers import L1, L1L2, L2, Regularizer
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


@every
def test_a_penalty_of_many_weights_in_float32_keeps_its_digits(regularizer):
    weights = np.full((50, 600), 0.3, "float32")
    exact = regularizer(weights.astype("float64"))
    # Roundings of the strength, a square, the sum and the product; those of two penalties, and of their sum
    assert_within(regularizer(weights), exact, bound(9, exact, "float32"))
    of_members = regularizer.penalty(np.repeat(weights[..., np.newaxis], 3, axis=2), (0, 1))
    assert_within(of_members, np.full(3, exact), bound(9, exact, "float32"))


@every
def test_tiny_weights_have_tiny_penalties_whatever_numpy_is_told(regularizer):
    w = np.full(3, 1e-30, np.float32)
    with np.errstate(all="raise"):
        assert regularizer(w) < 1e-30
        assert (regularizer.gradient(np.full(3, 1e-45, np.float32)) < 0.04).all()


def test_sums_of_many_float16_weights_are_single():
    w = np.full(1000, 100.0, np.float16)
    assert L1(1.0)(w) == 100_000
    assert L2(1.0)(w) == 5_000_000
    assert L2(1.0).gradient(w).dtype == np.float32


@pytest.mark.parametrize("kind", [L1, L2, L1L2])
def test_float32_stays_float32_with_a_strength_for_each_member(kind):
    w = np.ones((2, 3), "float32")
    assert kind([0.1, 0.2, 0.3])(w).dtype == kind([0.1, 0.2, 0.3]).gradient(w).dtype == np.float32


@pytest.mark.parametrize("kind", [L1, L2, L1L2])
@pytest.mark.parametrize("strength", [-0.1, np.nan, np.inf, "strong"])
def test_a_strength_must_not_be_negative(kind, strength):
    with pytest.raises(ValueError, match=r"(strength|l1): expected a finite number >= 0, got"):
        kind(strength)


def test_both_strengths_must_not_be_negative():
    with pytest.raises(ValueError, match=r"l2: expected a finite number >= 0, got -0\.1"):
        L1L2(0.1, -0.1)


@pytest.mark.parametrize(
    "kind", [L1, L2, lambda strengths: L1L2(strengths, 0.5), lambda strengths: L1L2(0.5, strengths)]
)
@pytest.mark.parametrize("shape", [(2,), (3, 2), (3, 4, 2)])
def test_a_vector_of_strengths_has_one_for_each_member_on_the_last_axis(kind, shape):
    w = np.random.default_rng(0).normal(size=shape)
    penalties, gradient = kind([0.1, 0.3])(w), kind([0.1, 0.3]).gradient(w)
    for member, strength in enumerate([0.1, 0.3]):
        alone = kind(strength)
        assert_within(penalties[member], alone(w[..., member]), bound(2 * w.size, alone(w[..., member]), "float64"))
        np.testing.assert_array_equal(gradient[..., member], alone.gradient(w[..., member]))


@pytest.mark.parametrize("kind", [L1, L2, L1L2])
def test_weights_must_have_a_member_for_each_strength(kind):
    for call in (kind([0.1, 0.3]), kind([0.1, 0.3]).gradient):
        with pytest.raises(ValueError, match=r"expected a number for each of the 3 members, got 2"):
            call(np.ones((2, 3)))
        with pytest.raises(ValueError, match=r"expected one number for a single net, got 2 of them"):
            call(1.0)


@every
def test_weights_may_be_a_list_of_whole_numbers(regularizer):
    assert regularizer([1, -2]) == regularizer(np.array([1.0, -2.0]))


def test_names():
    assert (repr(L1()), repr(L2())) == ("L1(0.01)", "L2(0.01)")
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


def test_layers_have_one_for_all_or_one_each():
    one = L2(0.5)
    assert regularizers.of_layers(None, 2) == (None, None)
    assert regularizers.of_layers("none", 1) == (None,)
    assert all(rule is one for rule in regularizers.of_layers(one, 3))
    assert regularizers.of_layers([one, "l1", None], 3) == (one, L1(0.01), None)
    assert regularizers.of_layers(np.array([one, None]), 2) == (one, None)
    for wrong in ([], [one], (one, one, one)):
        with pytest.raises(ValueError, match="rule: expected one regularizer, or 2 for 2 layers"):
            regularizers.of_layers(wrong, 2, "rule")
    for wrong in (3, {"l1": 1, "l2": 2}, [one, 3], "l1l2"):
        with pytest.raises(ValueError, match="rule: expected one of l1, l1_l2, l2, none"):
            regularizers.of_layers(wrong, 2, "rule")


def test_a_subset_of_what_layers_share_is_shared_too():
    shared, own = L2([0.1, 0.2]), L1([0.3, 0.4])
    first, none, second, third = regularizers.subset((shared, None, own, shared), 1)
    assert none is None
    assert first is third is not shared
    assert (first, second) == (L2(0.2), L1(0.4))


def test_a_regularizer_of_ones_own_has_a_penalty_for_each_member():
    """A sum over the members too would be added to the loss of each."""

    class Fourth(Regularizer):
        def penalty(self, W, axis):
            return np.sum(W**4, axis=axis if self.right else None)

        def slope(self, W):
            return 4 * W**3

    right, wrong = Fourth(), Fourth()
    right.right, wrong.right = True, False
    nets, x = Ensemble([2, 1], seeds=range(3)), np.ones((4, 2))
    for use in (nets.fit, nets.evaluate, nets.loss_and_gradient):
        with pytest.raises(
            ValueError, match=r"regularizer: expected a penalty of Fourth\(\) for each of the 3 members"
        ):
            use(x, x[:, 0], regularizer=wrong)
    losses = nets.evaluate(x, x[:, 0], regularizer=right).loss
    for k in range(3):
        alone = nets[k].evaluate(x, x[:, 0], regularizer=wrong).loss
        assert_within(losses[k], alone, bound(40, alone, "float32"))
