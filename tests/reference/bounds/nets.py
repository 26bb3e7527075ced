"""Nets as people train them: the notes' and others, each with data, labels, a loss and a regularizer."""

from typing import Any, NamedTuple

import numpy as np

from npnet import MLP, datasets
from npnet.activations import LeakyReLU
from npnet.losses import Loss
from npnet.optimizers import SGD
from npnet.regularizers import L1, L2, Regularizer
from reference.bounds.errors import network_bounds, output_bound
from reference.bounds.losses import LOSSES
from reference.bounds.tolerance import excess


class Example(NamedTuple):
    """A net that has been trained for some epochs, in float64."""

    net: MLP
    x: Any
    y: Any
    loss: Loss
    regularizer: Regularizer | None = None

    def of(self, dtype: str) -> "Example":
        """Return it with all numbers rounded to a type."""
        return self._replace(net=self.net.astype(dtype), x=self.x.astype(dtype), y=self.y.astype(dtype))

    def shares(self, dtype: str) -> tuple[Any, Any, Any]:
        """Return the errors of the outputs, of the loss and of its gradient in `dtype`, as shares of their bounds."""
        net, x, y, *settings = self.of(dtype)
        exact, *_ = wide = self.of(dtype).of("longdouble")
        limits = output_bound(exact, wide.x, dtype), *network_bounds(*wide, dtype)
        found = net(x), *net.loss_and_gradient(x, y, *settings)
        right = exact(wide.x), *exact.loss_and_gradient(wide.x, wide.y, *settings)
        return tuple(map(excess, found, right, limits))


def trained(widths, hidden, output, data, loss, rate, epochs, regularizer=None):
    """Return a net after some epochs, with the first 32 of its samples."""
    (x, y), loss = data, LOSSES[loss]
    net = MLP(widths, hidden, output, dtype="float64", seed=0)
    if epochs:
        net.fit(x, y, loss=loss, optimizer=SGD(rate), epochs=epochs, regularizer=regularizer, shuffle=False)
    return Example(net, x[:32], y[:32], loss, regularizer)


def iris():
    x, y, *_ = datasets.iris_split()
    return datasets.standardize(x, x)[0], datasets.one_hot(y, 3)


def dots():
    found = datasets.load_dots()
    return found.features, found.labels.reshape(-1, 1).astype(float)


def digits():
    found = datasets.load_digits()
    return found.features[:128] / 16, datasets.one_hot(found.labels[:128], 10)


XOR = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])
# How each is made, for a number of epochs
NARROW = {
    "the notes' irises": lambda n: trained([4, 3], "relu", "softmax", iris(), "mse", 0.1, n),
    "the notes' dots": lambda n: trained([2, 11, 1], "relu", "identity", dots(), "mse", 0.005, n),
    "the notes' dots with L1": lambda n: trained([2, 11, 1], "relu", "identity", dots(), "mse", 0.005, n, L1(0.03)),
    "the notes' dots with L2": lambda n: trained([2, 11, 1], "relu", "identity", dots(), "mse", 0.005, n, L2(0.03)),
    "ReLU": lambda n: trained([4, 16, 3], "relu", "softmax", iris(), "categorical_crossentropy", 0.1, n),
    "tanh": lambda n: trained([4, 16, 3], "tanh", "softmax", iris(), "categorical_crossentropy", 0.1, n),
    "sigmoid": lambda n: trained([4, 10, 10, 3], "sigmoid", "softmax", iris(), "categorical_crossentropy", 0.1, n),
    "softmax": lambda n: trained([4, 8, 3], "softmax", "softmax", iris(), "mse", 0.1, n),
    "leaky ReLU": lambda n: trained([2, 11, 1], LeakyReLU(0.2), "sigmoid", dots(), "binary_crossentropy", 0.1, n),
    "XOR": lambda n: trained([2, 4, 4, 1], "relu", "sigmoid", XOR, "binary_crossentropy", 0.1, n),
}
WIDE = {
    "digits": lambda n: trained([64, 64, 64, 10], "relu", "softmax", digits(), "categorical_crossentropy", 0.1, n),
    "six layers": lambda n: trained(
        [64, *[32] * 6, 10], "tanh", "softmax", digits(), "categorical_crossentropy", 0.1, n
    ),
}
