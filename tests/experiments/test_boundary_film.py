import numpy as np
import pytest

from npnet import datasets
from npnet.experiments import regularization


@pytest.fixture(scope="module")
def found():
    return regularization(epochs=50, seeds=[0, 1], snapshots=12)


@pytest.fixture(scope="module")
def film(found):
    return found.film


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
    assert regularization(epochs=3, seeds=[0], snapshots=20).film.epochs == [0, 1, 2, 3]


def test_the_last_snapshot_is_the_boundary_of_the_first_seed(found):
    x, y, _ = datasets.load_dots()
    for run in found.runs.values():
        last, boundary = run.snapshots[-1], run.boundaries[0]
        assert (last.epoch, last.loss) == (50, boundary.net.evaluate(x, y, loss="mse").loss)
        assert (last.accuracy, len(last.lines)) == (boundary.accuracy, boundary.pieces)
        outputs = boundary.net.predict(np.concatenate(last.lines))
        # Interpolated between grid points 0.1 apart, where the output bends but little
        assert abs(outputs - 0.5).max() < 0.1


def test_training_makes_the_loss_smaller(film):
    for run in film.runs.values():
        assert run[-1].loss < run[0].loss


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": -1}, "epochs: expected a whole number >= 0, got -1"),
        ({"snapshots": 0}, "snapshots: expected a whole number >= 1, got 0"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(settings, message):
    with pytest.raises(ValueError, match=message):
        regularization(**settings)
