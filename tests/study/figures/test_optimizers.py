"""The optimizers' figure: a panel for each, on the same axes, with the others' medians to compare."""

import numpy as np
import pytest

from npnet import experiments
from npnet._drawing import subplots
from npnet.experiments import band
from npnet.optimizers import SGD
from npnet.study import figures
from npnet.study.figures.optimizers import plot_band


@pytest.fixture(scope="module")
def result():
    return experiments.optimizer_comparison(epochs=3, seeds=range(4))


@pytest.fixture(scope="module")
def panels(result):
    return figures.optimizer_comparison(result).axes


def test_each_optimizer_has_a_panel_of_its_loss_and_one_of_its_accuracy(result, panels):
    assert len(panels) == 12
    assert [axes.get_title() for axes in panels] == list(result.runs) * 2
    assert [axes.get_ylabel() for axes in panels[::3]] == ["training loss"] * 2 + ["test accuracy"] * 2


def test_a_panel_has_its_own_band_and_the_medians_of_the_others(result, panels):
    for axes, name in zip(panels, [*result.runs] * 2):
        part = "losses" if axes in panels[:6] else "accuracies"
        own, thin = [], []
        for line in axes.lines:
            if len(line.get_ydata()) == 3:
                (own if line.get_alpha() is None else thin).append(line.get_ydata())
        assert np.array_equal(own, [band(getattr(result.runs[name], part)).middle])
        # The one that jumps at each epoch is in its own panel only
        others = [run for other, run in result.runs.items() if other not in (name, "RMSProp at 0.1")]
        assert np.array_equal(thin, [band(getattr(run, part)).middle for run in others])
        assert len(axes.collections) == 1


def test_panels_of_one_quantity_have_the_same_axes_and_nothing_is_outside(result, panels):
    for group, part in ((panels[:6], "losses"), (panels[6:], "accuracies")):
        assert len({axes.get_ylim() for axes in group}) == 1
        assert max(band(getattr(run, part)).high.max() for run in result.runs.values()) < group[0].get_ylim()[1]
    assert {axes.get_xscale() for axes in panels} == {"log"}


def test_a_run_that_diverged_leaves_the_axes_finite():
    rates = [0.1, 3e38, 0.1]
    broken = experiments.optimizer_comparison(epochs=3, seeds=range(3), optimizers={"SGD": SGD(rates)})
    assert not np.isfinite(band(broken.runs["SGD"].losses).high).all()
    assert np.isfinite(figures.optimizer_comparison(broken).axes[0].get_ylim()).all()


def test_of_a_level_stretch_of_a_band_the_ends_are_drawn():
    with subplots(1, 1, 3, 2) as (_, (axes,)):
        plot_band(axes, np.array([[1.0, 2.0]] * 4 + [[3.0, 4.0]] * 3))
    (band_drawn,) = axes.collections
    corners = {(x, y) for x, y in band_drawn.get_paths()[0].vertices}
    assert corners == {(1, 1), (1, 2), (4, 1), (4, 2), (5, 3), (5, 4), (7, 3), (7, 4)}
