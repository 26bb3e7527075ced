"""Ten more steps of a training, and how far roundings can carry two of them apart."""

import numpy as np

# Twenty steps of a loss with slopes of about 1, each of a dozen roundings: some hundred roundings of numbers of about 1
ROUNDINGS = 500


def unit(dtype):
    """The unit roundoff."""
    return float(np.finfo(dtype).eps) / 2


def npnet_steps(net, optimizer, x, y, steps=10):
    for _ in range(steps):
        optimizer.step(net.parameters, net.loss_and_gradient(x, y)[1])
