"""What the notes report, found again on the real data."""

import numpy as np
import pytest

from npnet import experiments
from npnet.optimizers import SGD
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
    assert result.derivatives[4, 1] == pytest.approx(2 / 9, rel=4 * 2.0**-53)
    assert result.to_frame().shape == (3, 11)
    with pytest.raises(ValueError, match="high: expected a finite number > 1"):
        experiments.activation_curves(low=1, high=1)


def test_cross_entropies_are_the_notes_in_every_printed_digit():
    result = experiments.cross_entropies()
    assert [f"{value:.8e}" for value in result.fused] == CROSS_ENTROPIES
    assert [f"{value:.8e}" for value in result.unfused] == CROSS_ENTROPIES


@pytest.fixture(scope="module")
def regularization():
    return experiments.regularization()


def test_the_regularization_experiment_is_the_notes(regularization):
    assert regularization.xx.shape == (60, 60)
    assert regularization.xx[-1, 0] == pytest.approx(2.9)
    for boundary in regularization.boundaries.values():
        assert boundary.net.widths == (2, 11, 1)
        assert boundary.history.epochs == 800
        assert boundary.accuracy > 0.85
        assert boundary.surface.shape == (60, 60)


def test_l2_shrinks_weights_and_smooths_the_boundary_and_l1_zeroes_weights(regularization):
    none, l1, l2 = regularization.boundaries.values()
    assert l2.weight_norm < none.weight_norm / 2
    assert l2.length < none.length
    assert none.small_share == l2.small_share == 0
    assert l1.small_share > 0.5


def test_a_boundarys_length_and_pieces():
    net = experiments.regularization(epochs=1).boundaries["none"].net
    square = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    boundary = experiments.Boundary(net, None, 1.0, np.zeros((60, 60)), (square, square[:2]))
    assert (boundary.length, boundary.pieces) == (5, 2)


@pytest.fixture(scope="module")
def comparisons():
    return [experiments.optimizer_comparison(seed=seed) for seed in range(11)]


def test_the_order_of_convergence_is_the_notes(comparisons):
    names = ["SGD", "SGDM", "Adagrad", "RMSProp at 0.01", "Adam"]
    epochs = np.array([[c.runs[name].epochs_to_converge for name in names] for c in comparisons])
    # By accuracy, Adagrad and RMSProp at 0.01 tie: over 100 seeds the medians are 61 and 62
    assert (epochs[:, 4] < epochs[:, 2]).all()
    assert (epochs[:, 3] < epochs[:, 1]).all()
    losses = np.array([[c.runs[name].epochs_to_loss(0.05) for name in names] for c in comparisons])
    assert (np.diff(losses, axis=1) < 0).all()
    assert 150 < np.median(epochs[:, 0]) < 250
    assert (epochs[:, 0] > epochs[:, 1]).all()
    assert (epochs[:, 1] > epochs[:, 2]).all()
    assert (epochs[:, 4] < epochs[:, 3]).all()


def test_all_reach_the_notes_accuracy_and_rmsprop_at_a_tenth_stays_finite(comparisons):
    for comparison in comparisons:
        for name, run in comparison.runs.items():
            assert run.history.epochs == 500
            assert np.isfinite(run.history.loss).all()
            assert run.final_accuracy == 1 or name.startswith("RMSProp")


def test_the_optimizer_table_stands_beside_the_notes(comparisons):
    table = comparisons[0].to_frame()
    assert table["notes: seconds"].tolist()[0] == 8.394366025924683
    assert table["epochs"].tolist() == [run.epochs_to_converge for run in comparisons[0].runs.values()]


def test_other_optimizers_can_be_compared():
    comparison = experiments.optimizer_comparison(epochs=3, optimizers={"slow": SGD(0.001)})
    assert comparison.to_frame()["optimizer"].tolist() == ["slow"]


def test_epochs_to_converge_is_the_first_epoch_of_the_last_plateau():
    run = experiments.optimizer_comparison(epochs=6, optimizers={"SGD": SGD(0.1)}).runs["SGD"]
    for accuracies, first in (([0, 1, 0, 1, 1, 1], 3), ([1] * 6, 0), ([1, 1, 1, 1, 1, 0], 5)):
        run.history.val_accuracy[:] = accuracies
        assert run.epochs_to_converge == first
