"""One flat vector: layers are views of it, and each of its places belongs to a layer."""

import numpy as np
import pytest

from npnet import MLP


def test_layers_are_views_of_one_flat_vector():
    net = MLP([2, 3, 1], seed=0)
    assert net.parameters.size == 2 * 3 + 3 + 3 * 1 + 1
    layout = [net.weights[0].ravel(), net.biases[0], net.weights[1].ravel(), net.biases[1]]
    np.testing.assert_array_equal(net.parameters, np.concatenate(layout))
    net.weights[1][...] = 7
    net.biases[0][...] = 8
    assert net.parameters.tolist()[6:12] == [8, 8, 8, 7, 7, 7]
    held = net.weights[0]
    net.parameters = np.arange(13)
    assert held.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_assigning_to_a_layer_writes_to_the_net():
    net = MLP([2, 3, 1], seed=0)
    net.weights[1] = [[1], [2], [3]]
    assert net.parameters[9:12].tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match=r"values: expected the view's shape \(3, 1\), got \(1, 3\)"):
        net.weights[1] = [[1, 2, 3]]
    with pytest.raises(AttributeError):
        net.weights = []


def test_places_in_the_vector_are_checked():
    net = MLP([2, 3, 1])
    for call, wrong in ((net.layer_of, 13), (net.layer_of, -1), (net.describe, 0), (net.describe, 3)):
        with pytest.raises(ValueError, match=r"(index|layer): expected one from"):
            call(wrong)
