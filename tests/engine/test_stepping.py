"""Training steps: an objective and its buffers, batches that are laid out once, and where a training diverges."""

import tracemalloc

import numpy as np
import pytest

from npnet import MLP
from npnet.engine.layers import with_ones
from npnet.engine.stepping import Batches, Objective
from npnet.losses import BinaryCrossentropy
from npnet.optimizers import SGD, Adam, RMSProp
from npnet.regularizers import L2
from npnet.training import DivergenceError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 2))
LABELS = (X.sum(axis=1) > 0).astype(int)


def classifier(**options):
    return MLP([2, 4, 2], output="softmax", seed=1, **options)


def test_an_epoch_is_one_step_for_each_batch_in_order():
    net, twin = classifier(dtype="float64"), classifier(dtype="float64")
    history = net.fit(X, LABELS, optimizer=SGD(0.5), epochs=2, batch_size=20, regularizer=L2(0.1))
    means = []
    for _ in range(2):
        values = []
        for i in (0, 20, 40):
            value, gradient = twin.loss_and_gradient(X[i : i + 20], LABELS[i : i + 20], regularizer=L2(0.1))
            values.append(value)
            twin.parameters[...] -= 0.5 * gradient
        means.append(sum(values) / 3)
    np.testing.assert_array_equal(net.parameters, twin.parameters)
    assert history.loss.tolist() == means


def test_shuffling_visits_every_sample_in_an_order_that_the_seed_gives():
    def run(seed, shuffle=True):
        net = classifier()
        net.fit(X, LABELS, epochs=3, batch_size=7, shuffle=shuffle, seed=seed)
        return net.parameters

    np.testing.assert_array_equal(run(3), run(3))
    assert (run(3) != run(4)).any()
    assert (run(3) != run(3, shuffle=False)).any()
    # With one batch of all samples, the order only changes roundings
    one, other = classifier(dtype="float64"), classifier(dtype="float64")
    one.fit(X, LABELS, batch_size=None)
    other.fit(X, LABELS, batch_size=None, shuffle=True, seed=9)
    np.testing.assert_allclose(one.parameters, other.parameters, rtol=0, atol=50 * 2.0**-52)


def test_shuffling_moves_rows_with_their_labels():
    x = np.arange(12.0).reshape(12, 1) / 12
    net = MLP([1, 1], dtype="float64", kernel_initializer="zeros")
    history = net.fit(x, 2 * x, optimizer=SGD(0.5), epochs=2000, batch_size=5, shuffle=True, seed=0)
    assert history.loss[-1] < 1e-12


def test_each_epoch_has_an_order_of_its_own():
    x = np.arange(6.0).reshape(6, 1)
    batches = Batches(x, x.T, 6, np.random.default_rng(0))
    seen = []
    for _ in range(3):
        batches.draw()
        ((drawn, labels),) = batches
        np.testing.assert_array_equal(drawn[:1], labels)
        assert (drawn[1] == 1).all()
        seen.append(tuple(drawn[0]))
    assert len(set(seen)) == 3
    assert {tuple(sorted(order)) for order in seen} == {tuple(range(6))}


def test_validation_takes_the_threshold_of_the_output():
    net = MLP([2, 1], output="sigmoid", seed=0)
    history = net.fit(X, LABELS, loss=BinaryCrossentropy(), epochs=5, validation_data=(X, LABELS))
    assert history.val_accuracy[-1] == np.mean((net(X)[:, 0] > 0.5) == LABELS)


def test_the_validation_loss_has_the_penalty_too():
    net = classifier(dtype="float64")
    history = net.fit(X, LABELS, epochs=1, regularizer=L2(0.5), validation_data=(X, LABELS))
    assert history.val_loss[0] == net.evaluate(X, LABELS, regularizer=L2(0.5)).loss
    assert history.val_loss[0] > net.evaluate(X, LABELS).loss


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_loss_that_is_not_finite_names_its_place_and_leaves_finite_parameters(dtype):
    net = MLP([2, 4, 1], seed=1, dtype=dtype)
    with pytest.raises(DivergenceError) as caught:
        net.fit(X, X.sum(axis=1), optimizer=SGD(1e3), epochs=200, batch_size=20)
    error = caught.value
    assert np.isfinite(net.parameters).all()
    assert error.learning_rate == 1e3
    assert error.batch in range(3)
    assert error.layer in (1, 2)
    assert error.history.epochs == error.epoch
    expected = f"in epoch {error.epoch}, batch {error.batch}, at learning rate 1000, in layer {error.layer} ("
    assert expected in str(error)


def test_the_layer_of_a_penalty_that_is_not_finite_is_named():
    net = MLP([2, 4, 1], seed=1)
    net.weights[1][0] = 1e25
    before = net.parameters.copy()
    with pytest.raises(DivergenceError, match=r"the loss is not finite in epoch 0, batch 0, .* layer 2 \(4 -> 1"):
        net.fit(np.zeros((4, 2)), np.zeros(4), regularizer=L2(0.1))
    np.testing.assert_array_equal(net.parameters, before)


def test_the_layer_of_a_gradient_that_is_not_finite_is_named():
    net = MLP([2, 3, 1], hidden="identity", dtype="float32", seed=1)
    net.parameters[...] = 0
    net.weights[1][...] = 1e25
    with pytest.raises(DivergenceError, match=r"the gradient is not finite .* layer 1 \(2 -> 3"):
        net.fit(np.full((4, 2), 1e15), np.ones(4))


def test_an_update_that_is_not_finite_stops_before_it_is_taken():
    net = MLP([2, 1], kernel_initializer="zeros")
    before = net.parameters.copy()
    with pytest.raises(DivergenceError, match=r"the update is not finite in epoch 0, batch 0.* layer 1"):
        net.fit(np.full((4, 2), 1e-30), np.ones(4), optimizer=RMSProp(0.1, epsilon=0))
    np.testing.assert_array_equal(net.parameters, before)


def test_an_objective_may_be_evaluated_before_its_gradient():
    net, x = MLP([2, 4, 1], seed=0, dtype="float64"), np.ones((5, 2))
    objective, y = Objective(net, "mse", L2(0.1)), np.ones((5, 1))
    batch = with_ones(x).T, objective.labels(y)
    value = objective.value(*batch)
    gradient = objective.gradient
    assert value == objective.value_and_gradient(*batch) == objective.value(*batch)
    np.testing.assert_array_equal(gradient, net.loss_and_gradient(x, y, "mse", L2(0.1))[1])


def test_an_evaluation_needs_no_memory_for_a_gradient():
    net, x, y = MLP([4, 64, 3], output="softmax"), np.ones((1000, 4), "float32"), np.zeros(1000, int)

    def peak(run):
        tracemalloc.start()
        run()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    evaluation = peak(lambda: net.evaluate(x, y, "categorical_crossentropy"))
    assert evaluation < 1.5 * peak(lambda: net.predict(x))


def test_a_wide_nets_gradient_that_is_not_finite_is_found():
    net = MLP([60, 50, 1], "identity", seed=0)
    net.weights[0][...] = 0
    net.weights[1][...] = 1e20
    before = net.parameters.copy()
    with pytest.raises(DivergenceError, match=r"the gradient is not finite in epoch 0, batch 0, .* layer 1"):
        net.fit(np.full((2, 60), 1e20), [1, 1])
    np.testing.assert_array_equal(net.parameters, before)


def test_a_wide_nets_squared_gradient_is_found_whatever_memory_the_losss_derivative_is_in():
    net = MLP([60, 8], output="sigmoid", kernel_initializer="zeros")
    # A wrong answer that is as good as certain: e ** -abs(z) is 0, p - y is 1
    net.biases[0][...] = 200
    x = np.zeros((1, 60))
    x[0, 0] = 1e19
    with pytest.raises(DivergenceError, match="the squared gradient is not finite in epoch 0, batch 0"):
        net.fit(x, np.zeros((1, 8)), "binary_crossentropy", Adam())
