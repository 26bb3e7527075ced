"""Clipping: by value, by each variable's norm, by the norm of all; of nets and of ensembles."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import MLP, Ensemble, clipping
from npnet.clipping import ClipByGlobalNorm, ClipByNorm, ClipByValue
from npnet.engine import tuning
from npnet.engine.parameters import variables
from npnet.optimizers import SGD, Adam
from npnet.regularizers import L2
from npnet.training import DivergenceError
from reference.bounds.tolerance import assert_within, bound
from tests.strategies import seeds

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(30, 2)), np.arange(30) % 2
RULES = [ClipByValue(0.01), ClipByNorm(0.02), ClipByGlobalNorm(0.05)]
every = pytest.mark.parametrize("rule", RULES, ids=repr)


def drawn(rng, dtype):
    """The gradients of a few variables, of several sizes."""
    shapes = [(3, 4), (4,), (4, 1), (1,)]
    return [(rng.normal(size=shape) * 10.0 ** rng.integers(-3, 4)).astype(dtype) for shape in shapes]


@given(seed=seeds, limit=st.sampled_from([1e-3, 1.0, 50.0]), dtype=st.sampled_from(["float32", "float64"]))
def test_gradients_are_those_of_the_formulas(seed, limit, dtype):
    gradients = drawn(np.random.default_rng(seed), dtype)
    wide = [g.astype("longdouble") for g in gradients]
    whole = np.sqrt(sum((g**2).sum() for g in wide))
    for g, by_value, by_norm, by_global in zip(
        wide, ClipByValue(limit)(gradients), ClipByNorm(limit)(gradients), ClipByGlobalNorm(limit)(gradients)
    ):
        np.testing.assert_array_equal(by_value, np.clip(g, -limit, limit).astype(dtype))
        # A sum of squares, its root, a quotient and a product; the limit and the elements are rounded once
        for actual, norm in ((by_norm, np.sqrt((g**2).sum())), (by_global, whole)):
            exact = g * limit / max(norm, limit)
            assert_within(actual, exact, bound(21 / 2 + 6, exact, dtype))
            assert actual.dtype == dtype


def test_what_is_not_too_long_keeps_its_bits():
    gradients = [np.array([3.0, 4.0]), np.array([[0.1]]), np.zeros(2)]
    for rule in (ClipByValue(4.0), ClipByNorm(5.0), ClipByGlobalNorm(5.1)):
        for before, after in zip(gradients, rule(gradients)):
            np.testing.assert_array_equal(before, after)
            assert not np.shares_memory(before, after)


@pytest.mark.parametrize("rule", [ClipByNorm(1.0), ClipByGlobalNorm(1.0)], ids=repr)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_norm_whose_squares_overflow_is_still_the_norm(rule, dtype):
    large = np.sqrt(np.finfo(dtype).max) * 100
    (clipped,) = rule([np.array([3 * large, -4 * large, 0], dtype)])
    assert_within(clipped, [0.6, -0.8, 0], bound(12, 1, dtype))
    # Even where the norm itself is no number of the dtype
    (clipped,) = rule([np.full(4, np.finfo(dtype).max, dtype)])
    assert_within(clipped, np.full(4, 0.5), bound(12, 1, dtype))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite(wrong):
    gradients = [np.array([3.0, wrong]), np.array([30.0])]
    one, other = ClipByNorm(1.0)(gradients)
    assert np.isnan(one).all()
    assert other == [1.0]
    assert all(np.isnan(g).all() for g in ClipByGlobalNorm(1.0)(gradients))
    one, _ = ClipByValue(1.0)(gradients)
    np.testing.assert_array_equal(one, [1, np.clip(wrong, -1, 1)])


@pytest.mark.parametrize("kind", [ClipByValue, ClipByNorm, ClipByGlobalNorm])
def test_members_are_clipped_each_by_its_own_limit_and_norm(kind):
    limits = [1e-2, 1.0, 1e3, 2.0]
    gradients = [RNG.normal(size=(3, 2, 4)), RNG.normal(size=(2, 4)) * 5]
    gradients[0][..., 3] = gradients[1][..., 3] = 0
    # The squares of one overflow
    gradients[1][0, 1] = 1e200
    together = kind(limits)(gradients)
    for k, limit in enumerate(limits):
        for whole, alone in zip(together, kind(limit)([g[..., k] for g in gradients])):
            assert_within(whole[..., k], alone, bound(30, abs(alone), "float64"))
    with pytest.raises(ValueError, match="expected a number for each of the 4 members, got 2"):
        kind([0.1, 0.2])(gradients)


def test_a_net_has_a_variable_for_each_layers_weights_and_one_for_its_biases():
    net = MLP([2, 3, 1], use_bias=[False, True], seed=0)
    parts = variables(net.parameters, net.widths, net.use_bias)
    expected = [net.weights[0], net.weights[1], net.biases[1]]
    assert all(np.shares_memory(part, array) for part, array in zip(parts, expected))
    assert [part.tolist() for part in parts] == [array.ravel().tolist() for array in expected]
    ensemble = Ensemble([2, 3, 1], seeds=range(2))
    parts = variables(ensemble.parameters, ensemble.widths, ensemble.use_bias)
    assert [part.shape for part in parts] == [(6, 2), (3, 2), (3, 2), (1, 2)]


def by_hand(net, rule, rate, steps):
    """Plain steps with all samples, each with the gradient that the rule leaves."""
    for _ in range(steps):
        _, gradient = net.loss_and_gradient(X, LABELS)
        parts = variables(gradient, net.widths, net.use_bias)
        net.parameters = net.parameters - rate * np.concatenate(rule(parts))


@every
@pytest.mark.parametrize("use_bias", [True, [False, True]])
def test_training_takes_the_steps_of_the_clipped_gradients(rule, use_bias):
    net = MLP([2, 4, 2], "tanh", "softmax", dtype="float64", seed=0, use_bias=use_bias, kernel_regularizer=L2(0.1))
    expected = net.copy()
    by_hand(expected, rule, 0.5, 3)
    net.fit(X, LABELS, optimizer=SGD(0.5), epochs=3, batch_size=None, clipping=rule)
    # A net of some hundred roundings a step, which the next steps do not magnify
    assert_within(net.parameters, expected.parameters, bound(1000, 3, "float64"))
    free = MLP([2, 4, 2], "tanh", "softmax", dtype="float64", seed=0, use_bias=use_bias, kernel_regularizer=L2(0.1))
    free.fit(X, LABELS, optimizer=SGD(0.5), epochs=3, batch_size=None)
    assert abs(net.parameters - free.parameters).max() > 1e-3


@every
@pytest.mark.parametrize("grouping", ["whole", "groups", "alone"])
def test_a_member_is_clipped_as_a_net_alone(rule, grouping, monkeypatch):
    if grouping != "whole":
        monkeypatch.setattr(tuning, {"groups": "GROUP_BYTES", "alone": "ALONE"}[grouping], 1)
    name = next(iter(rule.table))
    limit = getattr(rule, name)
    limits = [limit, 2 * limit, 100.0]
    ensemble = Ensemble([2, 4, 2], "tanh", "softmax", dtype="float64", seeds=range(3))
    nets, options = list(ensemble), {"optimizer": SGD(0.5), "epochs": 3, "batch_size": 10, "seed": 1}
    ensemble.fit(X, LABELS, clipping=type(rule)(limits), **options)
    for k, net in enumerate(nets):
        net.fit(X, LABELS, clipping=type(rule)(limits[k]), **options)
        assert_within(ensemble[k].parameters, net.parameters, bound(3000, 3, "float64"))


def test_a_callback_may_change_a_limit_that_fits():
    rule, net = ClipByNorm(0.1), MLP([2, 2], output="softmax", seed=0)
    before = net.parameters.copy()

    def shut(*_):
        rule.norm = 1e-30

    net.fit(X, LABELS, epochs=1, clipping=rule, callbacks=[shut], optimizer=SGD(0.1))
    moved = net.parameters.copy()
    assert (moved != before).any()
    net.fit(X, LABELS, epochs=1, clipping=rule, optimizer=SGD(0.1))
    np.testing.assert_array_equal(net.parameters, moved)

    def spoil(*_):
        rule.norm = [0.1, 0.2]

    with pytest.raises(ValueError, match="norm: expected one number for a single net, got 2 of them"):
        net.fit(X, LABELS, epochs=2, clipping=rule, callbacks=[spoil])


@pytest.mark.parametrize("rule", [ClipByNorm(1.0), ClipByGlobalNorm(1.0)], ids=repr)
def test_a_gradient_that_is_not_finite_ends_training_all_the_same(rule):
    net = MLP([1, 1], seed=0)
    net.weights[0] = [[1e-38]]
    before = net.parameters.copy()
    with pytest.raises(DivergenceError, match="the gradient is not finite"):
        net.fit([[3e38]], [[13.0]], optimizer=SGD(0.1), clipping=rule)
    np.testing.assert_array_equal(net.parameters, before)


def test_a_gradient_too_large_for_adam_is_not_so_once_it_is_clipped():
    options = {"optimizer": Adam(0.1), "epochs": 1, "loss": "mse"}
    net = MLP([1, 1], seed=0)
    with pytest.raises(DivergenceError, match="the squared gradient is not finite"):
        net.fit([[1e18]], [[1.0]], **options)
    net.fit([[1e18]], [[1.0]], clipping=ClipByGlobalNorm(1.0), **options)
    assert np.isfinite(net.parameters).all()


def test_without_a_rule_nothing_is_computed_for_one():
    net = MLP([2, 2], output="softmax", seed=0)
    one, other = net.copy(), net.copy()
    one.fit(X, LABELS, clipping=None, seed=0)
    other.fit(X, LABELS, seed=0)
    np.testing.assert_array_equal(one.parameters, other.parameters)


def test_what_is_no_rule_is_refused():
    net = MLP([2, 2], output="softmax", seed=0)
    for wrong in (1.0, "norm", ClipByNorm):
        with pytest.raises(ValueError, match=r"clipping: expected one, such as ClipByNorm\(1.0\), or None, got"):
            net.fit(X, LABELS, clipping=wrong)
    with pytest.raises(ValueError, match="norm: expected one number for a single net"):
        net.fit(X, LABELS, clipping=ClipByNorm([1, 2]))
    for kind, name in ((ClipByValue, "value"), (ClipByNorm, "norm"), (ClipByGlobalNorm, "norm")):
        with pytest.raises(ValueError, match=f"{name}: expected a finite number > 0, got 0"):
            kind(0)
    with pytest.raises(ValueError, match=r"gradients\[1\]: expected"):
        ClipByNorm(1.0)([[1.0], ["a"]])
    with pytest.raises(ValueError, match="norm: expected one number for a single net, got 2 of them"):
        ClipByNorm([1, 2])([3.0])
    assert clipping.get(None) is None


@every
def test_a_rule_is_shown_copied_and_compared(rule):
    assert eval(repr(rule)) == rule
    assert copy.deepcopy(rule) == pickle.loads(pickle.dumps(rule)) == rule
    assert rule([]) == []


@pytest.mark.parametrize("kind", [ClipByValue, ClipByNorm, ClipByGlobalNorm])
def test_gradients_may_be_one_number_or_one_vector_for_members_or_none(kind):
    assert kind(1.0)([3.0]) == [1]
    assert kind([1, 2])([[3, 1]])[0].tolist() == [1, 1]
    assert kind([1, 2])([]) == []


@pytest.mark.parametrize("wrong", [None, 3.0, np.array(3.0)])
def test_gradients_are_those_of_some_variables(wrong):
    for rule in (ClipByValue(1.0), ClipByNorm(1.0), ClipByGlobalNorm(1.0)):
        with pytest.raises(ValueError, match="gradients: expected the gradient of each variable, got"):
            rule(wrong)
    assert ClipByNorm(1.0)(iter([np.array([2.0])])) == [1]
