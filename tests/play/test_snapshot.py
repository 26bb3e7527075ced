"""What a frame shows is what the net computes."""

import base64
import json

import numpy as np
import pytest

from npnet.play.choices import State
from npnet.play.run import Run
from npnet.play.snapshot import BINS, UNIT_SIZE, Views, boundary, histogram


def decoded(text):
    return np.frombuffer(base64.b64decode(text), np.uint8)


def shown(epochs=2, **changes):
    """Return a run, its views and its frame after some epochs."""
    run = Run(State().changed(changes))
    views = Views(run)
    for _ in range(epochs):
        run.epoch()
    return run, views, json.loads(json.dumps(views.frame(), allow_nan=False))


def test_the_boundary_is_the_prediction_in_the_middles_of_the_cells_from_below():
    run, views, frame = shown()
    left, right, bottom, top = views.bounds
    size = frame["boundary"]["size"]
    values = decoded(frame["boundary"]["values"]).reshape(size, size)
    for row, column in ((0, 0), (0, size - 1), (size - 1, 0), (20, 30)):
        x = left + (right - left) * (column + 0.5) / size, bottom + (top - bottom) * (row + 0.5) / size
        expected = run.learners[0].net.predict(run.points.features(np.array([x])))[0, 0]
        assert values[row, column] == int(np.float32(expected) * 255)


def test_of_several_classes_the_boundary_has_the_winner_and_its_probability():
    run, views, frame = shown(data="iris")
    outputs = run.learners[0].net.predict(views.grid)
    assert np.array_equal(decoded(frame["boundary"]["winner"]), outputs.argmax(axis=1))
    assert np.array_equal(decoded(frame["boundary"]["values"]), (outputs.max(axis=1) * 255).astype(np.uint8))


def test_of_an_ensemble_the_boundary_is_the_mean_on_a_coarser_grid():
    run, views, frame = shown(members=3)
    mean = run.learners[0].net.predict(views.grid).mean(axis=2)[:, 0]
    assert frame["boundary"]["size"] == 25
    assert np.array_equal(decoded(frame["boundary"]["values"]), (mean * 255).astype(np.uint8))


@pytest.mark.parametrize("classes", [0, 2])
def test_where_one_output_says_all_no_class_wins(classes):
    assert set(boundary(np.array([[0.25], [0.75]]), classes)) == {"classes", "values"}


def test_numbers_go_from_black_to_white_between_minus_one_and_one():
    values = boundary(np.array([[-2.0], [-1.0], [0.0], [1.0], [np.nan]]), 0)["values"]
    assert decoded(values).tolist() == [0, 0, 127, 255, 0]


@pytest.mark.parametrize("activation", ["relu", "gelu", "sigmoid"])
def test_units_are_their_outputs_on_the_plane(activation):
    run, views, frame = shown(activations=[activation, "tanh"])
    net = run.learners[0].net
    y = net.activations[0](views.coarse.astype(np.float32) @ net.weights[0] + net.biases[0])
    first = decoded(frame["units"][0][0])
    assert len(first) == UNIT_SIZE**2
    assert [len(layer) for layer in frame["units"]] == [8, 8]
    assert abs(first - (128 + 127 * y[:, 0] / abs(y[:, 0]).max())).max() <= 1.001


def test_weights_gradients_and_moments_are_those_of_the_layers():
    run, _, frame = shown(optimizer="adam", l2=0.1)
    learner, points = run.learners[0], run.points
    _, gradient = learner.net.loss_and_gradient(points.x_train, points.y_train, regularizer=learner.penalty)
    parts = np.split(gradient, [24, 96])
    assert np.allclose(frame["gradient_norms"], [np.linalg.norm(part) for part in parts])
    assert np.allclose(frame["weights"][1], learner.net.weights[1], rtol=0.006)
    assert np.allclose(frame["biases"][0], learner.net.biases[0], rtol=0.006)
    m = np.split(np.asarray(learner.optimizer.state["m"]), [24, 96])
    assert list(frame["slots"]) == ["m", "V"]
    assert np.allclose(frame["slots"]["m"], [np.sqrt(np.mean(part**2)) for part in m], rtol=1e-4)


def test_of_an_ensemble_the_moments_are_those_of_the_first_net():
    slots, alone = (shown(optimizer="adam", members=members)[2]["slots"] for members in (3, 1))
    assert list(slots) == list(alone)
    for name, moments in slots.items():
        assert moments == pytest.approx(alone[name], rel=1e-3)


def test_before_the_first_step_moments_are_zero():
    assert shown(0, optimizer="adam")[2]["slots"] == {"m": [0.0] * 3, "V": [0.0] * 3}
    assert shown(0)[2]["slots"] == {}


def test_a_histogram_counts_all_weights_between_the_least_and_the_largest():
    found = histogram(np.array([[-1.0, 0.0], [0.5, 2.0]]))
    assert found["edges"] == [-1.0, 2.0]
    assert (len(found["counts"]), sum(found["counts"])) == (BINS, 4)
    assert (found["counts"][0], found["counts"][-1]) == (1, 1)
    almost_equal = np.nextafter(np.float32([[1.0, 1.0]]), np.float32([[1.0, 2.0]]))
    assert sum(histogram(almost_equal)["counts"]) == sum(histogram(-almost_equal)["counts"]) == 2


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e6])
@pytest.mark.parametrize("ends", [(1, 2), (-2, -1), (-1, 0), (0, 1), (-1, 1), (1, 1 + 4e-6), (-1, -1 + 4e-6)])
def test_a_histogram_has_no_room_around_weights_that_differ_whatever_their_size_is(scale, ends):
    least, largest = (scale * end for end in ends)
    found = histogram(np.array([[least, largest]]))
    assert found["edges"] == [least, largest]
    assert (found["counts"][0], sum(found["counts"]), found["counts"][-1]) == (1, 2, 1)


@pytest.mark.parametrize("weight", [0.0, 0.25, -0.25, 4.0, -4.0, 4096.0])
def test_a_histogram_of_equal_weights_has_them_in_its_middle(weight):
    for other in (weight, weight + 2.0**-23 * abs(weight)):
        found = histogram(np.array([[weight, other, weight, other]]))
        # From half of a weight to half as much again, but no narrower than 1
        room = max(abs(weight) / 2, 0.5)
        assert found["edges"] == pytest.approx([weight - room, weight + room], rel=1e-6)
        middle = found["counts"][BINS // 2 - 1 : BINS // 2 + 1]
        assert sum(middle) == sum(found["counts"]) == 4


def test_a_histogram_has_bins_between_neighbours_of_single_precision():
    step = np.finfo(np.float32).eps
    found = histogram(np.array([[1, 1 + 16 * step]], np.float32))
    assert found["edges"] == [1, 1 + 16 * step]
    assert [place for place, count in enumerate(found["counts"]) if count] == [0, BINS - 1]


def test_dead_units_are_those_without_a_slope_at_any_sample():
    run = Run(State(widths=(4,), activations=("relu",)))
    net, views = run.learners[0].net, Views(run)
    net.biases[0][:] = [-100, -100, 100, -100]
    net.weights[0][:, 3] = 200
    assert views.frame()["dead"] == [0.5]


def test_losses_and_accuracies_are_those_of_evaluate():
    run, _, frame = shown(data="digits", l1=0.01)
    net, points = run.learners[0].net, run.points
    train = net.evaluate(points.x_train, points.y_train, regularizer=run.learners[0].penalty)
    test = net.evaluate(points.x_test, points.y_test, regularizer=run.learners[0].penalty)
    assert (frame["loss"], frame["accuracy"]) == train
    assert (frame["test_loss"], frame["test_accuracy"]) == test


def test_the_second_net_has_a_frame_of_its_own_and_its_curves_beside_the_first():
    frame = shown(rival={"optimizer": "adam"})[2]
    alone = shown(optimizer="adam", numbers={})[2]
    assert {name: frame["b"][name] for name in ("loss", "boundary", "weights")} == {
        name: alone[name] for name in ("loss", "boundary", "weights")
    }
    assert frame["curves"]["b"] == alone["curves"]


def test_the_data_are_all_points_with_their_classes():
    run, views, _ = shown(0)
    found = json.loads(json.dumps(views.data()))
    assert np.allclose(np.array(found["train"])[:, :2], run.points.plane_train, atol=1e-4)
    assert np.array_equal(np.array(found["test"])[:, 2], run.points.y_test)
    assert found["classes"] == ["outside", "inside"]


def test_a_net_that_has_diverged_is_shown():
    run, _, frame = shown(
        20, data="digits", standardize=False, activations=["identity"] * 2, learning_rate=100, loss="mse"
    )
    assert run.stopped
    assert frame["diverged"]
