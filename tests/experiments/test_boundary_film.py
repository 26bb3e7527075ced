import numpy as np
import pytest

from npnet import MLP, datasets
from npnet.experiments.boundary_film import boundary_film
from npnet.initializers import Constant, Normal
from npnet.optimizers import SGD
from npnet.regularizers import L2


@pytest.fixture(scope="module")
def film():
    return boundary_film(epochs=50, snapshots=12)


def test_all_runs_begin_alike_and_differ_at_the_end(film):
    first = [run[0] for run in film.runs.values()]
    assert len({(snapshot.loss, snapshot.accuracy) for snapshot in first}) == 1
    assert len({run[-1].loss for run in film.runs.values()}) == 3
    assert list(film.runs) == ["none", "L1(0.03)", "L2(0.03)"]


def test_the_epochs_begin_with_0_and_end_with_the_last(film):
    assert film.epochs[0] == 0
    assert film.epochs[-1] == 50
    assert len(film.epochs) == 13
    assert all(np.diff(film.epochs) > 0)
    for run in film.runs.values():
        assert [snapshot.epoch for snapshot in run] == film.epochs
    # More are not there than epochs
    assert boundary_film(epochs=3, snapshots=20).epochs == [0, 1, 2, 3]


def test_the_last_snapshot_is_the_net_trained_at_once(film):
    x, y, _ = datasets.load_dots()
    net = MLP([2, 11, 1], seed=0, kernel_initializer=Normal(), bias_initializer=Constant(0.01))
    net.fit(x, y, optimizer=SGD(0.005), epochs=50, batch_size=32, shuffle=False, regularizer=L2(0.03))
    loss, accuracy = net.evaluate(x, y, loss="mse")
    last = film.runs["L2(0.03)"][-1]
    assert (last.loss, last.accuracy) == (loss, accuracy)
    outputs = net.predict(np.concatenate(last.lines))
    # Interpolated between grid points 0.1 apart, where the output bends but little
    assert abs(outputs - 0.5).max() < 0.1


def test_training_makes_the_loss_smaller(film):
    for run in film.runs.values():
        assert run[-1].loss < run[0].loss


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, "epochs: expected a whole number >= 1, got 0"),
        ({"snapshots": 1}, "snapshots: expected a whole number >= 2, got 1"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(settings, message):
    with pytest.raises(ValueError, match=message):
        boundary_film(**settings)
