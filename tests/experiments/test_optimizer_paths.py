import numpy as np
import pytest

from npnet.experiments import notes
from npnet.experiments.optimizer_paths import optimizer_paths
from reference.bounds.tolerance import assert_within, bound


@pytest.fixture(scope="module")
def paths():
    return optimizer_paths(steps=60, points=22)


def test_each_of_the_notes_optimizers_starts_at_the_same_point(paths):
    assert list(paths.paths) == list(notes.optimizers())
    for path in paths.paths.values():
        assert path.shape == (61, 2)
        assert path[0].tolist() == [-0.6, 1.5]
    assert len({losses[0] for losses in paths.losses.values()}) == 1


def test_the_surface_and_the_paths_are_of_the_same_loss(paths):
    # The grid's steps are 0.1: the start is its point (2, ...), no path needed
    one = optimizer_paths(steps=1, start=(float(paths.w[2]), float(paths.b[5])), points=22)
    for losses in one.losses.values():
        # A mean of 150 squares below 10
        assert_within(losses[0], paths.surface[5, 2], bound(300, 10, "float64"))


def test_the_minimum_has_the_smallest_loss_and_all_come_near_it(paths):
    w, b = paths.minimum
    at = optimizer_paths(steps=1, start=(w, b)).losses["SGD"][0]
    assert at < paths.surface.min()
    for losses in paths.losses.values():
        assert at < losses[-1] < losses[0] / 5


def test_the_order_of_the_losses_is_as_the_figures_text_says(paths):
    soon = {name: int(np.argmax(losses < 0.06)) for name, losses in paths.losses.items() if losses.min() < 0.06}
    assert sorted(soon, key=soon.get)[:2] == ["RMSProp at 0.1", "SGD"]
    assert set(paths.losses) - set(soon) == {"Adagrad", "RMSProp at 0.01"}
    assert paths.losses["RMSProp at 0.01"][-1] > paths.losses["Adagrad"][-1]
    jumping = paths.losses["RMSProp at 0.1"]
    assert jumping[50:].max() > 8 * jumping.min()


def test_sgd_goes_down_the_gradient(paths):
    w, b = paths.paths["SGD"][0]
    small = 1e-6
    slopes = []
    for aside in ((small, 0), (0, small)):
        up, down = (optimizer_paths(1, (w + s * aside[0], b + s * aside[1])).losses["SGD"][0] for s in (1, -1))
        slopes.append((up - down) / (2 * small))
    # The loss is a square: central differences leave roundings only, over the step
    step = paths.paths["SGD"][1] - paths.paths["SGD"][0]
    assert_within(step, -0.1 * np.array(slopes), 0.1 / small * bound(300, 10, "float64"))


def test_what_does_not_fit_is_refused_by_name():
    with pytest.raises(ValueError, match="steps: expected a whole number >= 1, got 0"):
        optimizer_paths(steps=0)
    with pytest.raises(ValueError, match="points: expected a whole number >= 2, got 1"):
        optimizer_paths(points=1)
    with pytest.raises(ValueError, match=r"start\[1\]: expected a finite number, got nan"):
        optimizer_paths(start=(0.0, float("nan")))
