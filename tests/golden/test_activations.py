"""Numbers that the tests of other libraries state about activations: facts that npnet's have to meet as well.

Keras is keras/src/ops/nn_test.py of keras-team/keras, whose ops.gelu is the one with tanh by default; addons is
tensorflow_addons/activations/tests/gelu_test.py of tensorflow/addons; tensorflow is the example of tf.nn.gelu that
TensorFlow's tests run; JAX is tests/nn_test.py of jax-ml/jax.
"""

import numpy as np
import pytest

from npnet import activations
from npnet.activations import ELU
from reference.bounds.tolerance import assert_within, bound

STATED = [
    ("keras", "relu6", [-1, 0, 1, 2, 3, 4, 5, 6, 7], [0, 0, 1, 2, 3, 4, 5, 6, 6]),
    ("keras", "softplus", [-1, 0, 1, 2, 3], [0.31326166, 0.6931472, 1.3132616, 2.126928, 3.0485873]),
    ("keras", "silu", [-1, 0, 1, 2, 3], [-0.26894143, 0, 0.7310586, 1.7615942, 2.8577223]),
    ("keras", "elu", [-1, 0, 1, 2, 3], [-0.63212055, 0, 1, 2, 3]),
    ("keras", ELU(0.5), [-1, 0, 1, 2, 3], [-0.31606027, 0, 1, 2, 3]),
    ("keras", "selu", [-1, 0, 1, 2, 3], [-1.1113307, 0, 1.050701, 2.101402, 3.152103]),
    ("keras", "gelu_tanh", [-1, 0, 1, 2, 3], [-0.15880796, 0, 0.841192, 1.9545977, 2.9963627]),
    ("addons", "gelu_tanh", [-2, -1, 0, 1, 2], [-0.04540229, -0.158808, 0, 0.841192, 1.9545977]),
    ("addons", "gelu", [-2, -1, 0, 1, 2], [-0.04550028, -0.15865526, 0, 0.8413447, 1.9544997]),
    ("tensorflow", "gelu", [-3, -1, 0, 1, 3], [-0.00404951, -0.15865529, 0, 0.8413447, 2.9959507]),
    ("tensorflow", "gelu_tanh", [-3, -1, 0, 1, 3], [-0.00363752, -0.15880796, 0, 0.841192, 2.9963627]),
]


@pytest.mark.parametrize(("whose", "f", "z", "expected"), STATED)
def test_values(whose, f, z, expected):
    # They are float32 results, whose last digits are those of 1 + erf or 1 + tanh, shown with 6 digits or more
    assert_within(activations.get(f)(np.float32(z)), expected, bound(16, np.abs(z) + 1.0, "float32"))


def test_jax_softplus():
    """It is ln 2 at 0, and the slope 1 at infinity and 0 at minus infinity."""
    z = np.float32([0, np.inf, -np.inf])
    y = activations.softplus(z)
    assert y[0] == np.log(np.float32(2))
    assert activations.softplus.derivative(y)[1:].tolist() == [1, 0]
