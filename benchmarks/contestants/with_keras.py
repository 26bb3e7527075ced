"""Keras: `Model.fit`, and a model that is called."""

from typing import Any

import keras
import numpy as np

from benchmarks.cases import Arrays, Case, Prediction, Training
from benchmarks.contestants.base import Call, CannotExpressError, Contestant
from npnet import losses
from npnet.regularizers import L2
from reference.tensorflow.losses import keras_counterpart as loss_counterpart
from reference.tensorflow.optimizers import keras_counterpart as optimizer_counterpart


def make(name: str, case: Case, arrays: Arrays) -> Contestant:
    """Return the contestant for a case."""
    if isinstance(case, Training):
        return Trainer(case, arrays)
    if isinstance(case, Prediction):
        model, x = _model(case.widths, "relu", "softmax", 0.0, case.net()), arrays["x"]
        return Call(case, arrays, lambda: model(x).numpy())
    raise CannotExpressError("Keras has no such thing in one call")


class Trainer(Contestant):
    """`Model.fit`."""

    case: Training

    def __init__(self, case: Training, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        strength = case.regularizer.strength if isinstance(case.regularizer, L2) else 0.0
        self.net = case.net()
        self.model = _model(case.widths, case.hidden, case.output, strength, self.net)
        optimizer = optimizer_counterpart(case.optimizer)
        tested = "x_test" in arrays
        self.model.compile(optimizer, loss_counterpart(losses.get(case.loss)), metrics=["accuracy"] if tested else None)
        optimizer.build(self.model.trainable_variables)
        # A call of `fit` makes its data pipeline anew, which a run of hundreds of epochs does once
        self.fewest_units = min(case.epochs, -(-40 // case.parts))
        self.first = [variable.numpy() for variable in optimizer.variables]
        self.differs = "Keras counts the training batches' accuracy too" if tested else ""
        self.validation = (arrays["x_test"], arrays["y_test"]) if tested else None

    def reset(self) -> None:
        """Go back to the initial weights."""
        _set(self.model, self.net)
        for variable, first in zip(self.model.optimizer.variables, self.first):
            variable.assign(first)

    def run(self, units: int) -> None:
        """Train."""
        self.model.fit(
            self.arrays["x"], self.arrays["y"], batch_size=self.case.batch_size, epochs=units, shuffle=False,
            validation_data=self.validation, verbose=0,
        )  # fmt: skip

    def outcome(self) -> Any:
        """Return the parameters."""
        return np.concatenate([array.ravel() for array in self.model.get_weights()])


def _model(widths: tuple[int, ...], hidden: str, output: str, strength: float, net: Any) -> Any:
    names = [hidden] * (len(widths) - 2) + [output]
    # L2(s) is s * sum(w**2) / 2 in npnet, and s * sum(w**2) in Keras
    penalty = keras.regularizers.L2(strength / 2) if strength else None
    layers = [
        keras.layers.Dense(units, "linear" if name == "identity" else name, kernel_regularizer=penalty)
        for units, name in zip(widths[1:], names)
    ]
    model = keras.Sequential([keras.Input((widths[0],)), *layers])
    _set(model, net)
    return model


def _set(model: Any, net: Any) -> None:
    model.set_weights([array for pair in zip(net.weights, net.biases) for array in pair])
