"""A framework's side that is npnet itself in the net's dtype, with what a test breaks in it."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from npnet import MLP
from npnet.losses import MeanSquaredError
from npnet.optimizers import Adam
from reference.bounds.losses import folded
from reference.bounds.training import stepped_by_step
from reference.checking.adapter import Adapter, Reported, Setting, Trained


def setting(dtype="float32", output="identity", loss=None, optimizer=None, **options: Any) -> Setting:
    """A net with two hidden layers of five units, so that one weight matrix is square."""
    net = MLP([5, 5, 5, 3], ["tanh", "sigmoid"], output, dtype=dtype, seed=0, bias_initializer="normal", **options)
    return Setting(net, loss or MeanSquaredError(), optimizer or Adam(0.01, 0.875, 0.96875))


@dataclass
class Npnet(Adapter):
    """The side: `setting` is what it should be, `has` what it is."""

    setting: Setting
    has: Setting
    known: list = field(default_factory=list)
    factor: float = 1.0
    """What the reported numbers are multiplied by."""
    gradient_factor: float = 1.0
    """What the gradient by the weights is multiplied by."""
    hard_labels: bool = False
    framework: str = "npnet"

    def outputs(self, x):
        net, found = self.has.net, []
        y = x
        for W, b, f in zip(net.weights, net.biases, net.activations):
            y = f(y @ W + (0 if b is None else b))
            found.append(y)
        return found

    def penalty(self):
        net = self.has.net
        return None if net.regularizer is None else sum(net.regularizer(W) for W in net.weights)

    def loss(self, x, y):
        return self.has.net.loss_and_gradient(x, y, self.has.loss)[0]

    def loss_gradient(self, x, y):
        net = self.has.net.copy()
        unfolded, net.activations[-1] = folded(self.setting.loss, net.activations[-1])
        return (self.has.loss if unfolded is self.setting.loss else unfolded).gradient(y, net(x))

    def gradient(self, x, y):
        return self.has.net.loss_and_gradient(x, y, self.has.loss)[1] * self.has.net.dtype.type(self.gradient_factor)

    def optimizer_steps(self, parameters, gradients):
        return stepped_by_step(self.has.optimizer, parameters, gradients)

    def train(self, batches):
        net, optimizer = self.has.net.copy(), self.has.optimizer.clone()
        parameters, losses = [], []
        for step, (x, y) in enumerate(batches):
            value, gradient = net.loss_and_gradient(x, y, self.has.loss)
            optimizer.begin_epoch(step)
            optimizer.step(net.parameters, gradient)
            parameters.append(net.parameters.copy())
            losses.append(value * self.factor)
        mean = Reported("history: loss", np.average(losses, weights=[len(x) for x, _ in batches]), "loss")
        return Trained(parameters, losses, mean)

    def report(self, x, y):
        found = self.has.net.evaluate(x, y, self.has.loss)
        said = [Reported("evaluate: loss", found.loss * self.factor, "loss")]
        return said if found.accuracy is None else [*said, Reported("evaluate: accuracy", found.accuracy, "accuracy")]

    def reasons(self):
        return self.known


def broken(right: Setting, **changes: Any) -> Npnet:
    """The side that is right but for these parts of its setting."""
    return Npnet(right, replace(right, **changes))
