"""Training steps: an objective and its buffers, batches that are laid out once, and where a training diverges."""

import sys
from pathlib import Path

import numpy as np
import pytest

import npnet
from npnet import MLP, Ensemble, activations, losses
from npnet.clipping import ClipByGlobalNorm
from npnet.engine import tuning
from npnet.engine.layers import with_ones
from npnet.engine.stepping import Batches, Objective, Validation
from npnet.losses import BinaryCrossentropy, Weighted
from npnet.optimizers import SGD, Adam, RMSProp
from npnet.regularizers import L2
from npnet.schedules import ExponentialDecay
from npnet.training import DivergenceError
from reference.bounds import cases
from reference.bounds.tolerance import assert_within, bound

FOLDER = Path(npnet.__file__).parent
RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 2))
LABELS = (X.sum(axis=1) > 0).astype(int)


def classifier(**options):
    return MLP([2, 4, 2], output="softmax", seed=1, **options)


def test_an_epoch_is_one_step_for_each_batch_in_order():
    net, expected = classifier(dtype="float64"), classifier(dtype="float64")
    history = net.fit(
        X, LABELS, "mse", SGD(0.5), epochs=2, batch_size=20, shuffle=False, regularizer=L2(0.1), record_batches=True
    )
    losses = []
    for _ in range(2):
        values = []
        for i in (0, 20, 40):
            value, gradient = expected.loss_and_gradient(X[i : i + 20], LABELS[i : i + 20], "mse", L2(0.1))
            values.append(value)
            expected.parameters[...] -= 0.5 * gradient
        losses.append(values)
    np.testing.assert_array_equal(net.parameters, expected.parameters)
    assert history.batch_loss.tolist() == losses
    means = np.average(losses, axis=1, weights=[20, 20, 10])
    assert_within(history.loss, means, bound(6, means, "float64"))


def test_the_steps_of_an_epoch_have_the_rate_of_that_epoch():
    net, x = MLP([1, 1], dtype="float64", kernel_initializer="zeros"), np.zeros((4, 1))
    optimizer, left = SGD(ExponentialDecay(0.25, decay_epochs=1, decay_rate=0.5)), []
    callbacks = [lambda *_: left.append(1 - net.biases[0][0])]
    history = net.fit(x, np.ones(4), "mse", optimizer, epochs=3, callbacks=callbacks)
    assert history.learning_rate.tolist() == [0.25, 0.125, 0.0625]
    # The slope of (1 - b)² is -2 (1 - b), and so a step at rate r leaves 1 - 2 r of 1 - b
    assert left == [1 / 2, 1 / 2 * 3 / 4, 1 / 2 * 3 / 4 * 7 / 8]


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
    one.fit(X, LABELS, batch_size=None, shuffle=False)
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


@pytest.mark.parametrize("regularizer", [None, L2(0.1)])
def test_the_first_layer_whose_output_is_not_finite_is_named(regularizer):
    net = MLP([2, 4, 3, 1], "identity", seed=1)
    net.weights[1][0, 0] = 1e15
    # One of three outputs of layer 2, and so that of layer 3; its penalty is finite
    with pytest.raises(DivergenceError, match=r"the loss is not finite .* layer 2 \(4 -> 3, ") as caught:
        net.fit(np.full((4, 2), 1e30), np.zeros(4), regularizer=regularizer)
    assert caught.value.layer == 2


def test_the_first_layer_whose_penalty_is_not_finite_is_named():
    net = MLP([2, 4, 3, 1], seed=1)
    net.weights[1][0, 0] = 1e25
    with pytest.raises(DivergenceError, match=r"the loss is not finite .* layer 2 \(4 -> 3, "):
        net.fit(np.zeros((4, 2)), np.zeros(4), regularizer=L2(0.1))


@pytest.mark.parametrize("regularizer", [None, L2(0.1)])
def test_a_loss_that_overflows_is_that_of_the_last_layer(regularizer):
    net = MLP([2, 4, 1], "identity", seed=1)
    with pytest.raises(DivergenceError, match=r"the loss is not finite .* layer 2 \(4 -> 1, "):
        net.fit(np.ones((4, 2)), np.full(4, 1e30), regularizer=regularizer)


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


# What a step passes through, and what is laid out once


def trail(run, watched):
    """The files of npnet whose functions are called from the beginning of each call of `watched` to the next."""
    steps = []

    def note(frame, event, argument):
        if event != "call" or not Path(frame.f_code.co_filename).is_relative_to(FOLDER):
            return
        if frame.f_code is watched.__code__:
            steps.append([])
        name = Path(frame.f_code.co_filename).relative_to(FOLDER).as_posix()
        if steps and name not in steps[-1]:
            steps[-1].append(name)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    return steps


@pytest.mark.parametrize("weights", [None, np.ones(50)], ids=["without", "with weights"])
@pytest.mark.parametrize("optimizer", ["sgd", "sgdm", "adagrad", "rmsprop", "adam"])
def test_a_step_passes_through_five_files(optimizer, weights):
    net = MLP([2, 4, 3, 2], ["tanh", "relu"], "softmax", seed=0)
    options = {"epochs": 3, "batch_size": 25, "sample_weight": weights}
    steps = trail(
        lambda: net.fit(X, LABELS, "categorical_crossentropy", optimizer, **options),
        Objective.value_and_gradient,
    )
    assert len(steps) == 6
    # The first step makes what all later ones use, the last of an epoch leads to its end
    five = ["engine/stepping.py", "engine/layers.py", "activations.py", "losses.py", "optimizers.py"]
    assert steps[2] == steps[4] == five


def recorded(monkeypatch):
    """A list of all arguments of the steps that are taken from now on."""
    calls, shipped = [], Objective.value_and_gradient

    def record(self, x, y):
        calls.append((x, y, x.copy(), y.copy()))
        return shipped(self, x, y)

    monkeypatch.setattr(Objective, "value_and_gradient", record)
    return calls


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("members", [None, 3])
def test_samples_and_labels_are_laid_out_once(monkeypatch, shuffle, members):
    net = classifier() if members is None else Ensemble([2, 4, 2], output="softmax", members=members)
    calls = recorded(monkeypatch)
    net.fit(X, LABELS, epochs=3, batch_size=20, shuffle=shuffle, seed=0)
    epochs = [calls[start : start + 3] for start in range(0, 9, 3)]
    assert len(calls) == 9
    for epoch in epochs[1:]:
        for (x, y, *_), (first, labels, *_) in zip(epoch, epochs[0]):
            assert x is first
            assert y is labels
    for epoch in epochs:
        # Units first, a row of ones under the samples, and an axis for members
        assert [x.shape for _, _, x, _ in epoch] == [(3, 20), (3, 20), (3, 10)]
        assert [y.shape[:2] for *_, y in epoch] == [(2, 20), (2, 20), (2, 10)]
        assert all((x[-1] == 1).all() and y.ndim == (2 if members is None else 3) for _, _, x, y in epoch)
        assert all(y.flags.c_contiguous for _, y, *_ in epoch)
        rows = np.concatenate([np.vstack([x[:2], y.reshape(2, -1)]) for *_, x, y in epoch], axis=1).T
        expected = np.column_stack([X.astype("float32"), np.eye(2)[LABELS]])
        if not shuffle:
            np.testing.assert_array_equal(rows, expected)
        assert sorted(rows.tolist()) == sorted(expected.tolist())
    assert (epochs[0][0][2] != epochs[1][0][2]).any() == shuffle


@pytest.mark.parametrize("members", [None, 3])
def test_weights_are_one_more_row_of_the_labels(monkeypatch, members):
    net = classifier() if members is None else Ensemble([2, 4, 2], output="softmax", members=members)
    calls, weights = recorded(monkeypatch), np.arange(50) / 50
    net.fit(X, LABELS, epochs=2, batch_size=20, shuffle=True, sample_weight=weights, seed=0)
    for epoch in (calls[:3], calls[3:]):
        rows = np.concatenate([np.vstack([x[:2], y.reshape(3, -1)]) for *_, x, y in epoch], axis=1).T
        expected = np.column_stack([X, np.eye(2)[LABELS], weights]).astype("float32")
        assert sorted(rows.tolist()) == sorted(expected.tolist())
    assert all(y is first for (_, y, *_), (_, first, *_) in zip(calls[3:], calls[:3]))


def test_samples_without_weights_have_1_beside_others_that_have_some():
    net, y = classifier(), np.eye(2, dtype="float32")[LABELS]
    objective = Objective(net, "categorical_crossentropy", None)
    assert objective.labels(y).shape == (2, 50)
    assert not isinstance(objective.loss, Weighted)
    assert objective.labels(y, np.full(50, 3, "float32"))[2].tolist() == [3] * 50
    assert isinstance(objective.loss, Weighted)
    assert objective.labels(y)[2].tolist() == [1] * 50
    assert objective.labels(y, np.full(50, 4, "float32"))[2].tolist() == [4] * 50
    assert not isinstance(objective.loss.loss, Weighted)


def test_batches_of_another_size_do_not_mix():
    x = np.arange(14.0).reshape(7, 2)
    batches = Batches(x, x.T, 3, None)
    assert (len(batches), batches.largest) == (3, 3)
    batches.draw()
    for (drawn, labels), part in zip(batches, (slice(0, 3), slice(3, 6), slice(6, 7))):
        np.testing.assert_array_equal(drawn[:2].T, x[part])
        np.testing.assert_array_equal(labels.T, x[part])
    whole = Batches(x, x.T, 100, None)
    assert (len(whole), whole.largest) == (1, 7)


# Labels that are shares of several classes


def soft(rows):
    return activations.softmax(np.random.default_rng(1).normal(size=(rows, 2)))


def notes_classifier(net, x, y):
    """The loss of a net of one layer and softmax, and the gradient by its weights, in long double."""
    x, y, W = (np.asarray(a, np.longdouble) for a in (x, y, net.weights[0]))
    p = activations.softmax(x @ W + net.biases[0].astype(np.longdouble))
    return -(y * np.log(p)).sum() / len(x), x.T @ (p - y) / len(x)


@pytest.mark.parametrize("y", [soft(50), np.eye(2)[LABELS], np.vstack([soft(30), np.eye(2)[LABELS[30:]]])])
def test_soft_labels_are_those_of_the_formula(y):
    net = MLP([2, 2], output="softmax", dtype="float64", seed=0)
    value, gradient = net.loss_and_gradient(X, y, "categorical_crossentropy")
    expected, by_weights = notes_classifier(net, X, y)
    assert_within(value, expected, bound(200, 1 + abs(expected), "float64"))
    assert_within(gradient[:4].reshape(2, 2), by_weights, bound(200, abs(X).max(), "float64"))


def test_soft_labels_have_weights():
    net, y, w = MLP([2, 2], output="softmax", dtype="float64", seed=0), soft(50), np.arange(50.0)
    value, gradient = net.loss_and_gradient(X, y, "categorical_crossentropy", sample_weight=w)
    alone = [notes_classifier(net, X[s : s + 1], y[s : s + 1]) for s in range(50)]
    expected, by_weights = (sum(w * part for w, part in zip(w, parts)) / 50 for parts in zip(*alone))
    assert_within(value, expected, bound(200, 50 + abs(expected), "float64"))
    assert_within(gradient[:4].reshape(2, 2), by_weights, bound(200, 50 * abs(X).max(), "float64"))


def test_soft_labels_of_validation_change_no_training():
    alone, both = classifier(dtype="float64"), classifier(dtype="float64")
    alone.fit(X, LABELS, "categorical_crossentropy", epochs=3)
    history = both.fit(X, LABELS, "categorical_crossentropy", epochs=3, validation_data=(X, soft(50)))
    assert_within(both.parameters, alone.parameters, bound(200, 1 + abs(alone.parameters), "float64"))
    assert history.val_loss[-1] == both.evaluate(X, soft(50), "categorical_crossentropy").loss
    assert history.val_accuracy is None


# What an objective computes, and in which memory


def batch_of(objective, x, y):
    """A batch as it is laid out for an objective."""
    return with_ones(x).T, objective.labels(np.asarray(y, x.dtype))


@pytest.mark.parametrize(("output", "loss"), cases.PAIRS)
@pytest.mark.parametrize("widths", [[2, 2], [2, 5, 2], [2, 3, 4, 2]])
def test_the_value_is_the_loss_of_the_nets_output(output, loss, widths):
    """Also where the last activation is folded into the loss."""
    net = MLP(widths, "tanh", output, dtype="float64", seed=0, bias_initializer="normal")
    y = np.eye(2)[LABELS]
    expected = loss(y, net.astype("longdouble")(X))
    for value in (
        Objective(net, loss, None).value(*batch_of(Objective(net, loss, None), X, y)),
        net.loss_and_gradient(X, y, loss)[0],
    ):
        # Some 50 products and 20 other roundings on the way to each term, a term of which is magnified by 1 / p
        assert_within(value, expected, bound(500, 1 + abs(expected), "float64"))


def test_the_form_of_a_loss_is_that_of_the_labels_which_were_laid_out_last():
    objective = Objective(MLP([2, 2], output="softmax"), "categorical_crossentropy", None)
    objective.labels(np.eye(2)[LABELS])
    one_hot = objective.loss
    objective.labels(soft(50))
    assert objective.loss is not one_hot
    assert losses.for_labels(objective.loss, soft(50).T) is objective.loss


@pytest.mark.parametrize("members", [None, 2])
def test_a_penalty_with_a_number_for_each_member_must_fit_the_members(members):
    net = MLP([2, 2]) if members is None else Ensemble([2, 2], members=members)
    with pytest.raises(ValueError, match=r"strength: expected (one|a) number for"):
        Objective(net, "mse", L2([0.1, 0.2, 0.3]))


def test_biases_have_no_penalty_and_no_gradient_of_one():
    """With samples of 0 and labels that are the outputs, the gradient is that of the penalty alone."""
    for widths in ([1, 1], [1, 3], [3, 2]):
        net = MLP(widths, dtype="float64", seed=0, bias_initializer="normal")
        x = np.zeros((4, widths[0]))
        value, gradient = net.loss_and_gradient(x, net(x), "mse", L2(0.5))
        W = net.weights[0]
        assert_within(value, (W**2).sum() / 4, bound(W.size + 3, value, "float64"))
        assert gradient.tolist() == [*(0.5 * W).ravel(), *np.zeros(widths[1])]


def test_a_penalty_is_added_to_the_loss_and_its_slope_to_the_gradient():
    net = MLP([2, 4, 2], "tanh", dtype="float64", seed=0, bias_initializer="normal")
    alone, gradient = net.loss_and_gradient(X, np.eye(2)[LABELS])
    value, both = net.loss_and_gradient(X, np.eye(2)[LABELS], regularizer=L2(0.5))
    first, second = net.weights
    assert_within(value - alone, ((first**2).sum() + (second**2).sum()) / 4, bound(20, value, "float64"))
    slope = np.concatenate([0.5 * first.ravel(), np.zeros(4), 0.5 * second.ravel(), np.zeros(2)])
    assert_within(both - gradient, slope, bound(2, abs(both) + abs(gradient), "float64"))


def test_an_output_over_one_half_means_yes_where_the_loss_is_not_on_logits():
    net = MLP([2, 1], output="sigmoid", seed=0)
    history = net.fit(X, LABELS, loss="mse", epochs=5, validation_data=(X, LABELS))
    right = np.mean((net(X)[:, 0] > 0.5) == LABELS)
    assert history.val_accuracy[-1] == right
    # Neither none nor all of them
    assert right not in (np.mean(LABELS), np.mean(1 - LABELS))


def test_the_arrays_of_a_batch_size_are_used_again():
    net, shared = MLP([2, 3, 2], seed=0), {}
    one, other = (Objective(net, "mse", None, shared) for _ in range(2))
    x, y = batch_of(one, X.astype("float32"), np.eye(2)[LABELS])
    one.value_and_gradient(x, y)
    first = one.outputs()
    for again in (one.value, one.value_and_gradient, other.value, other.value_and_gradient):
        again(x, y)
        assert all(a is b for a, b in zip((one if again.__self__ is one else other).outputs(), first))
    assert one.gradient is one.gradient is not other.gradient
    alone = Objective(net, "mse", None)
    alone.value(x, y)
    assert alone.outputs()[0] is not first[0]


def test_a_gradient_is_left_and_clipped_in_the_array_that_is_assigned():
    objective = Objective(MLP([2, 3, 2], seed=0), "mse", L2(0.1))
    objective.clipping = ClipByGlobalNorm(0.01)
    batch = batch_of(objective, X.astype("float32"), np.eye(2)[LABELS])
    objective.of_step(*batch)
    first, expected = objective.gradient, objective.gradient.copy()
    assert np.linalg.norm(expected) == pytest.approx(0.01)
    first[...] = 0
    objective.gradient = other = np.empty_like(first)
    objective.of_step(*batch)
    assert objective.gradient is other
    np.testing.assert_array_equal(other, expected)
    assert not first.any()


@pytest.mark.parametrize("members", [None, 3])
def test_an_evaluation_before_the_first_gradient_changes_no_bit(members, monkeypatch):
    # Products of which each needs its own array
    monkeypatch.setattr(tuning, "few", lambda *_: False)
    net = MLP([2, 4, 2]) if members is None else Ensemble([2, 4, 2], members=members)
    fresh, used = (Objective(net, "mse", None) for _ in range(2))
    batch = batch_of(fresh, X.astype("float32"), np.eye(2)[LABELS])
    used.value(*batch)
    np.testing.assert_array_equal(used.value_and_gradient(*batch), fresh.value_and_gradient(*batch))
    np.testing.assert_array_equal(used.gradient, fresh.gradient)


def test_the_bound_on_the_gradients_squares_is_that_of_the_batch():
    """For one sample, Cauchy's and Schwarz's inequality is an equation."""
    net = MLP([60, 50, 1], "tanh", dtype="float64", seed=0)
    objective, rng = Objective(net, "mse", None), np.random.default_rng(0)
    for rows in (1, 800, 1, 800):
        objective.value_and_gradient(*batch_of(objective, rng.normal(size=(rows, 60)), rng.normal(size=(rows, 1))))
        exact = (objective.gradient**2).sum()
        if rows == 1:
            assert_within(objective.square, exact, bound(2 * net.parameters.size, exact, "float64"))
        else:
            # No layer is wide, and the sum itself is as quick to have
            assert objective.square is None


def test_the_mean_of_several_batches_is_taken_in_float64():
    objective = Objective(MLP([2, 2]), "mse", None)
    # Python's floats, as a float32 number would be compared as one
    assert float(objective.mean([np.float32(1e8), np.float32(1), np.float32(1)], 4)) == (1e8 + 2) / 4
    assert float(objective.mean([np.float32(1e8), np.float32(1)], 1)) == 1e8 + 1
    assert objective.mean([np.array([1, 2]), np.array([3, 5])], 2).tolist() == [2, 3.5]
    assert objective.mean([1j, 2], 3) == (2 + 1j) / 3
    # One batch alone keeps its dtype, as in training
    assert objective.mean([np.float32(1)], 3).dtype == np.float32


@pytest.mark.parametrize("members", [None, 3])
@pytest.mark.parametrize("size", [20, 25, 49])
def test_data_that_are_measured_in_batches_have_the_numbers_of_all_together(members, size):
    net = classifier(dtype="float64")
    net = net if members is None else Ensemble([2, 4, 2], output="softmax", dtype="float64", members=members)
    objective, y = Objective(net, "categorical_crossentropy", L2(0.1)), np.eye(2)[LABELS]
    whole, parts = (Validation(objective, Batches(X, objective.labels(y), n, None)).measure() for n in (50, size))
    assert parts.keys() == {"val_loss", "val_accuracy"}
    assert_within(parts["val_loss"], whole["val_loss"], bound(500, whole["val_loss"], "float64"))
    np.testing.assert_array_equal(parts["val_accuracy"], whole["val_accuracy"])


def test_samples_are_weighted_once_however_often_labels_are_laid_out():
    objective, y, x = Objective(MLP([2, 2], dtype="float64"), "mse", None), np.eye(2)[LABELS], with_ones(X).T
    once = objective.value(x, objective.labels(y, np.arange(50.0)))
    assert objective.value(x, objective.labels(y, np.arange(50.0))) == once > objective.value(x, objective.labels(y))


def test_each_of_several_sigmoid_units_has_its_own_right_answers():
    net, y = MLP([2, 2], output="sigmoid", seed=0), np.column_stack([LABELS, X[:, 0] > 0])
    history = net.fit(X, y, loss="binary_crossentropy", epochs=2, validation_data=(X, y))
    assert history.val_accuracy[-1] == np.mean((net(X) > 0.5) == y)


def test_batches_for_one_member_have_no_axis_for_members():
    x = np.arange(14.0).reshape(7, 2)
    batches = Batches(x, x.T[..., np.newaxis], 3, None)
    alone = batches.without_members()
    for (first, labels), (same, many) in zip(alone, batches):
        assert first is same
        np.testing.assert_array_equal(labels, many[..., 0])
        assert (labels.ndim, many.ndim) == (2, 3)
    assert len(alone) == len(batches) == 3


def test_some_members_are_measured_on_the_same_data():
    net = Ensemble([2, 4, 2], output="softmax", dtype="float64", seeds=range(4))
    objective = Objective(net, "categorical_crossentropy", None)
    whole = Validation(objective, Batches(X, objective.labels(np.eye(2)[LABELS]), 20, None))
    expected = whole.measure()
    for some, members in ((net[2], 2), (net.part(slice(1, 3)), slice(1, 3))):
        found = whole.of(Objective(some, "categorical_crossentropy", None)).measure()
        loss = expected["val_loss"][members]
        assert_within(found["val_loss"], loss, bound(500, loss, "float64"))
        np.testing.assert_array_equal(found["val_accuracy"], expected["val_accuracy"][members])
    np.testing.assert_array_equal(whole.measure()["val_loss"], expected["val_loss"])


def test_weights_beside_the_labels_are_no_labels():
    net, x = MLP([3, 4, 2], output="softmax", dtype="float64", seed=0), np.column_stack([X, X[:, :1]])
    objective = Objective(net, "mse", None)
    labels = objective.labels(np.eye(2)[LABELS], np.arange(50.0))
    found = Validation(objective, Batches(x, labels, 50, None)).measure()
    assert found["val_loss"] == objective.value(with_ones(x).T, labels)
    assert found["val_accuracy"] == np.mean(net(x).argmax(axis=1) == LABELS)


def test_labels_that_name_classes_in_some_batches_alone_have_no_accuracy():
    objective = Objective(classifier(dtype="float64"), "categorical_crossentropy", None)
    labels = objective.labels(np.vstack([np.eye(2)[LABELS[:25]], soft(25)]))
    assert Validation(objective, Batches(X, labels, 25, None)).measure().keys() == {"val_loss"}
