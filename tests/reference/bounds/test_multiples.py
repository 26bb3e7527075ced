"""A multiple of a loss: its value, its gradient, its folding and its bounds are as many times larger."""

import doctest
from functools import partial

import numpy as np
import pytest

from npnet import MLP, activations
from npnet.losses import BinaryCrossentropy, LabelSmoothing, MeanSquaredError, SigmoidCrossentropy
from npnet.optimizers import SGD
from reference.bounds import cases, losses, multiples
from reference.bounds.errors import network_bounds
from reference.bounds.multiples import Multiple
from reference.bounds.tolerance import Inexact, bound


@pytest.mark.parametrize("name", losses.LOSSES)
def test_all_of_a_loss_is_multiplied(name):
    loss, rng, rounding = losses.LOSSES[name], np.random.default_rng(0), partial(bound, dtype="float64")
    y, p = cases.labels(rng, loss, 5, 3), cases.predictions(rng, loss, 5, 3, "float64").astype("longdouble")
    multiple = Multiple(4, loss)
    attributes = ("from_logits", "mean_over_units", "labels", "predictions")
    assert [getattr(multiple, key) for key in attributes] == [getattr(loss, key) for key in attributes]
    # Soft labels, whose sum is 1 but for roundings, have a form of their own without a factor
    for one, other in ((multiple(y, p), loss(y, p)), (multiple.gradient(y, p), loss.gradient(y, p))):
        np.testing.assert_allclose(one.astype(float), 4 * other.astype(float), rtol=1e-14, atol=1e-15)
    for one, other in zip(losses.sizes(multiple, y, p), losses.sizes(loss, y, p)):
        np.testing.assert_array_equal(one, 4 * other)
    moved = Inexact(p, np.full(p.shape, 1e-9))
    pairs = [
        [of(each, y, p, rounding) for each in (multiple, loss)]
        for of in (losses.value_rounded, losses.gradient_rounded)
    ]
    if loss.predictions != "probabilities":
        pairs += [
            [of(each, y, moved) for each in (multiple, loss)] for of in (losses.value_moved, losses.gradient_moved)
        ]
    for one, other in pairs:
        np.testing.assert_allclose(one.astype(float), 4 * other.astype(float), rtol=1e-12)


def test_a_multiple_folds_as_its_loss_does():
    multiple = Multiple(3, BinaryCrossentropy())
    assert multiple.fold(activations.sigmoid) == Multiple(3, SigmoidCrossentropy())
    folded, output = losses.folded(multiple, activations.sigmoid)
    assert (folded, output) == (Multiple(3, SigmoidCrossentropy()), activations.identity)
    assert Multiple(3, MeanSquaredError()).fold(activations.sigmoid) is None
    with pytest.raises(ValueError, match=r"loss: .* expects the output activation sigmoid"):
        multiple.fold(activations.tanh)


def test_a_multiple_takes_labels_as_its_loss_does():
    smooth = LabelSmoothing(BinaryCrossentropy(), 0.25)
    y = np.array([[0.0, 1.0]])
    assert Multiple(2, smooth)(y, y / 2 + 0.25) == pytest.approx(2 * smooth(y, y / 2 + 0.25))
    np.testing.assert_array_equal(Multiple(2, smooth).original(Multiple(2, smooth).prepared(y)), y)


def test_a_nets_bounds_are_multiplied():
    net, rng = MLP([3, 4, 2], "tanh", "sigmoid", dtype="longdouble", seed=0), np.random.default_rng(0)
    x, y = rng.normal(size=(5, 3)).astype("longdouble"), rng.random((5, 2)).astype("longdouble")
    one, other = (network_bounds(net, x, y, each, None, "float64") for each in (Multiple(4, net.loss), net.loss))
    np.testing.assert_allclose(np.append(*one).astype(float), 4 * np.append(*other).astype(float), rtol=1e-12)


def test_a_multiple_trains_as_a_larger_rate_does():
    x = np.random.default_rng(0).normal(size=(8, 3))
    nets = [MLP([3, 4, 1], dtype="float64", seed=0) for _ in range(2)]
    nets[0].fit(x, x[:, :1], Multiple(4, MeanSquaredError()), SGD(0.0625), epochs=5, shuffle=False)
    nets[1].fit(x, x[:, :1], MeanSquaredError(), SGD(0.25), epochs=5, shuffle=False)
    np.testing.assert_array_equal(nets[0].parameters, nets[1].parameters)


@pytest.mark.parametrize("factor", [0, -1, np.inf, np.nan])
def test_a_factor_is_a_finite_number_above_0(factor):
    with pytest.raises(ValueError, match="factor: expected a finite number above 0, got"):
        Multiple(factor, MeanSquaredError())


def test_the_example_runs():
    assert doctest.testmod(multiples).failed == 0
