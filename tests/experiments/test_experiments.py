"""The notes' results, found again on the real data."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from npnet import MLP, datasets, experiments
from npnet.experiments import notes
from npnet.experiments.regularization import contour
from npnet.initializers import Constant, Normal, TruncatedNormal
from npnet.optimizers import SGD, Adam
from reference.bounds.tolerance import assert_within, bound
from tests.test_losses import PRINTED as CROSS_ENTROPIES
from tests.test_schedules import PRINTED as RATES


def test_the_learning_rates_are_the_notes_in_every_printed_digit():
    result = experiments.decayed_rates()
    printed = [repr(float(rate)) for rate in result.learning_rates]
    assert printed[:10] + printed[-10:] == RATES
    assert result.to_frame().shape == (100, 2)


def test_a_rate_too_small_hardly_moves_and_one_too_large_does_not_converge():
    result = experiments.one_weight()
    small, decayed, jumping, diverging = result.weights
    assert small[-1] > 4.5
    assert abs(decayed[-1] + 1) < 1e-6
    assert (np.sign(jumping[1:] + 1) == -np.sign(jumping[:-1] + 1)).all()
    assert jumping[-1] > 4.5
    assert (np.diff(abs(diverging + 1)) > 0).all()
    assert result.losses[3, -1] > 1e4
    np.testing.assert_array_equal(result.losses, (result.weights + 1) ** 2)
    assert list(result.to_frame()["learning rate"]) == list(result.names)


def test_each_step_on_one_weight_multiplies_its_distance():
    path = experiments.one_weight({"quarter": 0.25}, start=7, epochs=3).weights[0]
    assert path.tolist() == [7, 3, 1, 0]


def test_activation_curves():
    result = experiments.activation_curves(low=-1, high=1, points=3)
    assert result.names == ("sigmoid", "tanh", "relu", "leaky_relu", "softmax")
    assert result.values[2:4].tolist() == [[0, 0, 1], [-0.2, 0, 1]]
    assert result.derivatives[:4, 1].tolist() == [0.25, 1, 0, 0.2]
    assert result.values[4, 1] == 1 / 3
    assert_within(result.derivatives[4, 1], 2 / 9, bound(4, 2 / 9, "float64"))
    assert result.to_frame().shape == (3, 11)
    with pytest.raises(ValueError, match="high: expected a finite number > 1"):
        experiments.activation_curves(low=1, high=1)


def test_cross_entropies_are_the_notes_in_every_printed_digit():
    result = experiments.cross_entropies()
    assert [f"{value:.8e}" for value in result.fused] == CROSS_ENTROPIES
    assert [f"{value:.8e}" for value in result.unfused] == CROSS_ENTROPIES


@pytest.fixture(scope="module")
def regularization():
    return experiments.regularization(seeds=range(12))


def test_the_regularization_experiment_is_the_notes(regularization):
    assert regularization.xx.shape == (60, 60)
    np.testing.assert_array_equal(regularization.xx, np.mgrid[-3:3:0.1, -3:3:0.1][0])
    for run in regularization.runs.values():
        assert run.history.loss.shape == (800, 12)
        assert (run.history.learning_rate == 0.005).all()
        for boundary in run.boundaries:
            assert boundary.net.widths == (2, 11, 1)
            assert repr(boundary.net.activations) == "[relu, identity]"
            assert boundary.accuracy > 0.85
            assert boundary.surface.shape == (60, 60)


def test_nets_side_by_side_have_the_penalty_of_their_run_and_no_other():
    x, y, _ = datasets.load_dots()
    runs = experiments.regularization(epochs=20, seeds=[3, 8]).runs
    for (name, regularizer), run in zip(notes.regularizers().items(), runs.values()):
        nets = notes.dots_nets([3, 8])
        history = nets.fit(x, y, "mse", SGD(0.005), epochs=20, shuffle=False, regularizer=regularizer)
        # A few hundred roundings a step, of which there are 200
        assert_within(run.history.loss, history.loss, bound(60_000, history.loss, "float32"))
        assert (abs(run.history.loss - runs["none"].history.loss) > 0.01).all() == (name != "none")


def test_l2_shrinks_weights_and_smooths_the_boundary_and_l1_zeroes_weights(regularization):
    none, l1, l2 = regularization.runs.values()
    assert (l2.of("weight_norm") < none.of("weight_norm") / 1.5).all()
    assert np.median(l2.of("length")) < np.median(none.of("length"))
    assert np.std(l2.of("length")) < np.std(none.of("length"))
    assert max(*none.share_within(1e-3), *l2.share_within(1e-3)) == 0
    assert (l1.share_within(1e-3) > 0.4).all()


def test_the_regularization_table_has_an_interval_around_each_median(regularization):
    table = regularization.to_frame()
    assert table["regularizer"].tolist() == ["none", "L1(0.03)", "L2(0.03)"]
    for name in ("accuracy", "length", "pieces", "norm", "≤ 0.001"):
        assert (table[f"{name} low"] <= table[name]).all()
        assert (table[name] <= table[f"{name} high"]).all()
    assert table["norm"][0] == experiments.median(regularization.runs["none"].of("weight_norm"))


def turns(*lines):
    return experiments.Boundary(None, 1.0, None, lines).turns


@given(
    angles=st.lists(st.floats(0, 6.28), min_size=4, max_size=40, unique_by=lambda angle: round(angle, 2)),
    squeezed=st.floats(0.1, 1),
    start=st.integers(0, 39),
    repeated=st.floats(0, 1e-15),
)
def test_a_closed_convex_polygon_turns_exactly_once_wherever_it_begins(angles, squeezed, start, repeated):
    corners = np.sort(angles)
    assume(np.diff(corners).min() > 0.005)
    polygon = np.roll(np.c_[np.cos(corners), squeezed * np.sin(corners)], start, axis=0)
    # After each corner a step of the size of a rounding, whose direction is that of the rounding
    points = np.repeat(polygon, 2, axis=0) + repeated * np.tile([[0.0, 0], [1, -1]], (len(polygon), 1))
    # Each corner's angle is rounded a few times; a step of the shortest, 3e-4 here, magnifies what its ends are off by
    limit = bound(20 * len(points), 1, "float64") + len(polygon) * 1e-15 / 3e-4
    assert_within(turns(np.r_[points, points[:1]]), 1.0, limit)


@pytest.mark.parametrize("radius", [0.5, 1.5, 2.5])
def test_the_contour_of_a_circle_turns_exactly_once(radius):
    xx, yy = notes.grid()
    lines = contour(xx, yy, 0.5 + radius**2 - xx**2 - yy**2)
    assert len(lines) == 1
    # A few roundings of each corner's angle; where the points are off, one corner turns by what the next does not
    assert_within(turns(*lines), 1.0, bound(20 * len(lines[0]), 1, "float64"))


def test_a_line_that_is_not_closed_turns_at_its_corners_only():
    square_wave = np.array([[0, 0], [1, 0], [1, 0], [1, 1], [2, 1], [2, 0]])
    assert turns(square_wave, square_wave) == 1.5
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    assert (turns(square[:-1]), turns(square)) == (0.5, 1)


def test_all_three_start_from_the_notes_weights():
    # With a rate this small nothing moves: weights from N(0, 1) and biases of 0.01
    for run in experiments.regularization(learning_rate=1e-30, epochs=1, seeds=[3, 8]).runs.values():
        for seed, boundary in zip([3, 8], run.boundaries):
            net = MLP([2, 11, 1], seed=seed, kernel_initializer=Normal(1), bias_initializer=Constant(0.01))
            np.testing.assert_array_equal(boundary.net.parameters, net.parameters)


def test_the_boundary_is_where_the_output_is_a_half(regularization):
    for run in regularization.runs.values():
        for boundary in run.boundaries:
            outputs = boundary.net.predict(np.concatenate(boundary.lines))
            # Interpolated between grid points 0.1 apart, where the output bends but little
            assert abs(outputs - 0.5).max() < 0.1


def test_a_comparison_leaves_the_optimizers_alone():
    optimizers = {"Adam": Adam(0.1)}
    first, second = (experiments.optimizer_comparison(epochs=2, seeds=[0], optimizers=optimizers) for _ in range(2))
    np.testing.assert_array_equal(first.runs["Adam"].history.loss, second.runs["Adam"].history.loss)
    assert optimizers["Adam"].iterations == 0


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="rates: expected a mapping of names to rates"):
        experiments.one_weight([0.1])
    with pytest.raises(ValueError, match="curves: expected elementwise activations"):
        experiments.activation_curves(curves=("relu",))


def test_a_boundarys_numbers():
    net = MLP([1, 2], kernel_initializer="zeros", bias_initializer=Constant(9))
    net.weights[0] = [[3, -4]]
    square = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    boundary = experiments.Boundary(net, 1.0, np.zeros((60, 60)), (square, square[:2]))
    assert (boundary.length, boundary.pieces, boundary.weight_norm, boundary.share_within(1e-3)) == (5, 2, 5, 0)
    net.weights[0] = [[1e-3, -1]]
    size = float(net.weights[0][0, 0])
    assert [boundary.share_within(limit) for limit in (size / 2, size, 1)] == [0, 0.5, 1]


@pytest.fixture(scope="module")
def comparison():
    return experiments.optimizer_comparison()


def test_the_order_of_convergence_is_the_notes(comparison):
    names = ["SGD", "SGDM", "Adagrad", "RMSProp at 0.01", "Adam"]
    sgd, sgdm, adagrad, rmsprop, adam = (comparison.runs[name].epochs_to_converge for name in names)
    assert 190 < np.median(sgd) < 220
    assert (sgd > sgdm).all()
    assert (sgdm > adagrad).all()
    # By accuracy, Adagrad and RMSProp tie; by loss, all follow the notes' order
    assert abs(np.median(adagrad) - np.median(rmsprop)) < 3
    assert np.mean(rmsprop > adam) > 0.95
    losses = np.stack([comparison.runs[name].epochs_to_loss(0.05) for name in names])
    assert (np.diff(np.median(losses, axis=1)) < 0).all()
    assert np.mean(np.diff(losses, axis=0) < 0) > 0.95


def test_all_reach_the_notes_accuracy_and_rmsprop_at_a_tenth_stays_finite(comparison):
    for name, run in comparison.runs.items():
        assert run.history.loss.shape == (500, 100)
        assert not run.history.frozen
        assert np.isfinite(run.history.loss).all()
        assert (run.final_accuracy == 1).all() or name == "RMSProp at 0.1"


def test_the_optimizer_table_stands_beside_the_notes(comparison):
    table = comparison.to_frame()
    assert table["epochs"].tolist() == [experiments.median(run.epochs_to_converge) for run in comparison.runs.values()]
    assert (table["epochs low"] < table["epochs high"]).all()


def test_optimizers_are_compared_seed_by_seed(comparison):
    table = comparison.paired(names=["SGD", "SGDM", "Adam"])
    assert table["first"].tolist() == ["SGD", "SGDM"]
    difference = comparison.runs["SGDM"].epochs_to_converge - comparison.runs["Adam"].epochs_to_converge
    assert table["more epochs"][1] == experiments.median(difference)
    assert table["share"].tolist() == [1, np.mean(difference > 0)]
    assert 0.96 < table["share low"][0] < table["share high"][0] == 1
    with pytest.raises(ValueError, match="names: expected some of SGD, SGDM"):
        comparison.paired(names=["SGD", "Nadam"])


def test_a_net_of_the_comparison_is_the_one_trained_alone(comparison):
    x_train, y_train, x_test, y_test = datasets.iris_split()
    first = TruncatedNormal(0.1)
    net = MLP([4, 3], output="softmax", seed=7, kernel_initializer=first, bias_initializer=first)
    history = net.fit(
        x_train, y_train, loss="mse", optimizer=SGD(0.1), epochs=500, shuffle=False, validation_data=(x_test, y_test),
        record_batches=True,
    )  # fmt: skip
    run = comparison.runs["SGD"]
    assert_within(run.history.loss[:, 7], history.loss, bound(2000, 1, "float32"))
    # The notes' loss counts all batches alike
    assert_within(run.losses[:, 7], history.batch_loss.mean(axis=1), bound(2000, 1, "float32"))
    assert abs(run.losses[:, 7] - history.loss).max() > 1e-4
    assert run.epochs_to_converge[7] == experiments.epochs_to_converge(history.val_accuracy[:, np.newaxis])[0]


def test_a_seed_that_diverges_counts_as_a_failure():
    runs = experiments.optimizer_comparison(epochs=5, seeds=range(3), optimizers={"b": SGD([0.1, 3e38, 0.1])})
    assert list(runs.runs["b"].history.frozen) == [1]
    assert runs.runs["b"].final_accuracy[1] == 0
    assert runs.runs["b"].epochs_to_converge[1] == np.inf
    assert np.isfinite(runs.to_frame()["accuracy"][0])


def test_other_optimizers_can_be_compared():
    comparison = experiments.optimizer_comparison(epochs=3, seeds=[0], optimizers={"slow": SGD(0.001)})
    assert comparison.to_frame()["optimizer"].tolist() == ["slow"]


def test_epochs_to_converge_is_the_first_epoch_of_the_last_plateau():
    accuracies = np.transpose([[0, 1, 0, 1, 1, 1], [1] * 6, [1, 1, 1, 1, 1, 0]])
    assert experiments.epochs_to_converge(accuracies).tolist() == [3, 0, 5]
