"""The figures of section 3: named as the text names activations, and without a line where there is no value."""

import numpy as np
import pytest

from npnet import experiments
from npnet.study import figures

TITLES = ["sigmoid", "tanh", "ReLU", "leaky ReLU", "softmax"]


@pytest.fixture(scope="module")
def panels():
    return figures.activation_curves(experiments.activation_curves()).axes


def test_panels_are_named_as_in_the_text(panels):
    assert [axes.get_title() for axes in panels] == [*TITLES, ""]


@pytest.mark.parametrize(("name", "gaps"), list(zip(TITLES, (0, 0, 1, 1, 0))))
def test_a_derivative_has_no_line_over_a_jump(panels, name, gaps):
    value, derivative = (line.get_ydata() for line in panels[TITLES.index(name)].lines)
    assert np.isfinite(value).all()
    assert np.isnan(derivative).sum() == gaps


def test_the_curves_of_the_gradient_are_named_as_in_the_text():
    (axes,) = figures.gradient_flow(experiments.gradient_flow(depth=3, seeds=range(2))).axes
    assert [line.get_label() for line in axes.lines] == ["sigmoid", "tanh", "ReLU"]
