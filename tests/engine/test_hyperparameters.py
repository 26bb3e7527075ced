"""Hyperparameters are what a class declares: names, ranges and defaults that all its parts read."""

import numpy as np

from npnet.optimizers import SGD, Adam
from npnet.regularizers import L2


def test_settings_are_shown_in_the_expression():
    assert repr(SGD([0.1, 0.2])) == "SGD([0.1, 0.2])"
    assert repr(L2(np.linspace(0, 1, 11))) == "L2([0, 0.1, ..., 0.9, 1])"
    assert repr(Adam(0.1, beta_1=[0.5, 0.9])) == "Adam(0.1, beta_1=[0.5, 0.9], beta_2=0.999, epsilon=1e-07)"
