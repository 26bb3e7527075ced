"""TensorFlow's network from npnet's parameters."""

import numpy as np
import pytest

from npnet import MLP
from reference.bounds.tolerance import bound
from reference.tensorflow import network


@pytest.mark.parametrize(("output", "loss"), [("softmax", "categorical_crossentropy"), ("identity", "mse")])
def test_labels_may_be_class_indices(output, loss):
    net, x = MLP([2, 3], output=output, dtype="float64", seed=0), np.ones((2, 2))
    value, gradient = network.loss_and_gradient(net, x, [0, 2], loss)
    other_value, other_gradient = network.loss_and_gradient(net, x, np.eye(3)[[0, 2]], loss)
    assert value == other_value
    np.testing.assert_array_equal(gradient, other_gradient)
    assert abs(value - net.loss_and_gradient(x, [0, 2], loss)[0]) <= bound(32, 1 + value, "float64")


def test_labels_of_one_unit_may_be_a_vector():
    net, x = MLP([2, 1], output="sigmoid", seed=0), np.ones((2, 2))
    value, _ = network.loss_and_gradient(net, x, [0.0, 1.0], "binary_crossentropy")
    assert value == network.loss_and_gradient(net, x, [[0.0], [1.0]], "binary_crossentropy")[0]


def test_what_does_not_fit_is_refused():
    net = MLP([2, 3], output="softmax", seed=0)
    with pytest.raises(ValueError, match="y: expected class indices from 0 to 2, got 3"):
        network.loss_and_gradient(net, np.ones((1, 2)), [3])
    with pytest.raises(ValueError, match="x: expected shape"):
        network.loss_and_gradient(net, np.ones((1, 3)), [0])
    with pytest.raises(ValueError, match="loss: "):
        network.loss_and_gradient(net, np.ones((1, 2)), [0], "binary_crossentropy")
