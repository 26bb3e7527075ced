"""Keras's side of a check, on the TensorFlow backend."""

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from npnet import MLP
from npnet.losses import Loss
from npnet.optimizers import Optimizer

from ..bounds.losses import folded
from ..checking.adapter import Adapter, Reason, Reported, Setting, Trained, compared_with
from ..checking.problem import BATCH
from . import clipping, keras_layers, keras_models, keras_training
from . import losses as loss_counterparts
from . import optimizers as optimizer_counterparts
from .floatx import floatx
from .keras_reasons import reasons


class KerasAdapter(Adapter):
    """A Keras model; its arguments are those of `adapter`."""

    def __init__(self, model: Any, net: MLP | None, loss: Loss | None, optimizer: Optimizer | None) -> None:
        if keras.backend.backend() != "tensorflow":
            raise ValueError(f"model: expected Keras on TensorFlow, got it on {keras.backend.backend()}")
        self.framework = f"Keras {keras.__version__} on TensorFlow {tf.__version__}"
        self.model, self.layers = model, keras_layers.dense_layers(model)
        keras_layers.check_trainable(self.layers)
        self.variables = [variable for layer in self.layers for variable in layer.variables]
        self.parameters = None if net is None else keras_layers.flat(self.variables)
        own = keras_training.keras_loss(model)
        self.trains = own is not None
        # Refused also where another net says what it should be
        made = None if loss is not None else keras_training.loss(model)
        if net is None:
            net = keras_models.net_of(self.layers)
        else:
            net, made = compared_with(net, keras_layers.shape(self.layers)), None
        net.loss = loss = loss or made or net.loss
        self.keras_loss = loss_counterparts.keras_counterpart(loss) if own is None else own
        self.takes_indices = own is not None and keras_training.takes_class_indices(model)
        # Keras's accuracy compares labels for equality, so that it counts no soft one
        self.accuracies = keras_training.accuracies(model)
        self.hard_labels = self.takes_indices or bool(self.accuracies)
        self.keras_optimizer = model.optimizer if model.compiled else None
        if optimizer is None and self.keras_optimizer is not None:
            optimizer = keras_training.optimizer(self.keras_optimizer, net.dtype)
        elif optimizer is not None and self.keras_optimizer is not None:
            keras_training.check_configured(self.keras_optimizer)
        if optimizer is not None and self.keras_optimizer is None:
            self.keras_optimizer = optimizer_counterparts.keras_counterpart(optimizer, net.dtype)
        config = {} if self.keras_optimizer is None else self.keras_optimizer.get_config()
        self.setting = Setting(net, loss, optimizer, clipping.from_keras(config))

    def _inputs(self, x: Any) -> Any:
        """Return samples in the shape that the model takes, in a list if its only input stands in one."""
        inputs = tf.constant(x.reshape(len(x), *self.model.inputs[0].shape[1:]))
        in_list = type(self.model) is not keras.Sequential and isinstance(self.model.input, (list, tuple))
        return [inputs] if in_list else inputs

    def _labels(self, y: Any) -> Any:
        """Return labels as the loss takes them."""
        return tf.constant(y.argmax(axis=1) if self.takes_indices else y)

    def outputs(self, x: Any) -> list[Any]:
        """Return the output of each layer, the last one's from the model itself."""
        found, y = [], tf.constant(x)
        for layer in self.layers:
            y = layer.dense(y)
            if layer.activation is not layer.dense.activation:
                y = layer.activation(y)
            found.append(y.numpy())
        return [*found[:-1], self.model(self._inputs(x), training=False).numpy()]

    def _value(self, x: Any, y: Any, predicted: Any) -> Any:
        if self.trains:
            return self.model.compute_loss(x, self._labels(y), predicted, training=True)
        return self.keras_loss(self._labels(y), predicted) + sum(self.model.losses)

    def penalty(self) -> float | None:
        """Return the sum of the layers' penalties."""
        return float(sum(self.model.losses)) if self.model.losses else None

    def loss(self, x: Any, y: Any) -> float:
        """Return the loss that `fit` minimizes."""
        inputs = self._inputs(x)
        return float(self._value(inputs, y, self.model(inputs, training=True)))

    def loss_gradient(self, x: Any, y: Any) -> Any:
        """Return the gradient of the loss by the outputs, or by the logits where npnet folds."""
        h = tf.constant(self.outputs(x)[-2] if len(self.layers) > 1 else x)
        last, setting = self.layers[-1], self.setting
        z = keras.ops.matmul(h, last.dense.kernel)
        z = z + last.dense.bias if last.dense.use_bias else z
        folds = folded(setting.loss, setting.net.activations[-1])[1] is not setting.net.activations[-1]
        with tf.GradientTape() as tape:
            tape.watch(z)
            predicted = last.activation(z)
            if not folds:
                # Keras's cross-entropies would take the logits that its softmax and sigmoid hang on their results
                predicted = tf.identity(predicted)
                tape.watch(predicted)
            value = self._value(self._inputs(x), y, predicted)
        return tape.gradient(value, z if folds else predicted).numpy()

    def gradient(self, x: Any, y: Any) -> Any:
        """Return the gradient by all variables of what `fit` minimizes."""
        inputs = self._inputs(x)
        with tf.GradientTape() as tape:
            value = self._value(inputs, y, self.model(inputs, training=True))
        gradients = tape.gradient(value, [variable.value for variable in self.variables], unconnected_gradients="zero")
        return keras_layers.flat(gradients)

    def _fresh_optimizer(self) -> Any:
        theirs = self.keras_optimizer
        with floatx(theirs.learning_rate.dtype if isinstance(theirs.learning_rate, keras.Variable) else "float32"):
            return type(theirs).from_config(theirs.get_config())

    def optimizer_steps(self, parameters: Any, gradients: Any) -> Any:
        """Return the parameters after one step for each gradient, each variable by itself."""
        optimizer, variables = self._fresh_optimizer(), [keras.Variable(part) for part in self._cut(parameters)]
        for gradient in gradients:
            optimizer.apply([tf.constant(part) for part in self._cut(gradient)], variables)
        return keras_layers.flat(variables)

    def _cut(self, vector: Any) -> list[Any]:
        ends = np.cumsum([int(np.prod(variable.shape)) for variable in self.variables])
        return [part.reshape(variable.shape) for part, variable in zip(np.split(vector, ends[:-1]), self.variables)]

    def train(self, batches: Sequence[tuple[Any, Any]]) -> Trained | None:
        """Return the record of `train_on_batch` on each batch."""
        if not self.trains:
            return None
        parameters, losses = [], []
        with self._restored():
            for x, y in batches:
                self.model.reset_metrics()
                losses.append(self.model.train_on_batch(self._inputs(x), self._labels(y), return_dict=True)["loss"])
                parameters.append(keras_layers.flat(self.variables))
        return Trained(parameters, [float(value) for value in losses])

    @contextmanager
    def _restored(self) -> Iterator[None]:
        """Train with a fresh optimizer, and leave weights and optimizer as they were."""
        model, weights = self.model, [variable.numpy() for variable in self.variables]
        before = model.optimizer
        model.optimizer = self._fresh_optimizer()
        model.make_train_function(force=True)
        try:
            yield
        finally:
            model.optimizer = before
            model.make_train_function(force=True)
            model.reset_metrics()
            for variable, value in zip(self.variables, weights):
                variable.assign(value)

    def report(self, x: Any, y: Any) -> list[Reported]:
        """Return what `evaluate` says."""
        if not self.trains:
            return []
        said = self.model.evaluate(self._inputs(x), self._labels(y), batch_size=BATCH, verbose=0, return_dict=True)
        found = [Reported("evaluate: loss", said["loss"], "loss")]
        if self.setting.loss.labels == "numbers" or not np.isin(y, (0, 1)).all():
            return found
        return found + [Reported(f"evaluate: {name}", said[name], "accuracy") for name in self.accuracies]

    def reasons(self) -> list[Reason]:
        """Return what is known of Keras on TensorFlow."""
        return reasons(self.setting, self.keras_loss, self.keras_optimizer)


def adapter(model: Any, net: MLP | None, loss: Loss | None, optimizer: Optimizer | None) -> KerasAdapter:
    """Return the adapter of a Keras model, or of the one in a ``.keras`` file."""
    return KerasAdapter(_loaded(Path(model)) if isinstance(model, (str, Path)) else model, net, loss, optimizer)


def _loaded(path: Path) -> Any:
    """Return the model of a file."""
    # Keras says of such a file that it was not found
    if path.is_file() and not zipfile.is_zipfile(path):
        raise ValueError(f"model: expected a file that Keras has saved, got another: {path}")
    try:
        with warnings.catch_warnings():
            # Of an optimizer that was saved before its first step; a check takes a fresh one
            warnings.filterwarnings("ignore", "Skipping variable loading for optimizer")
            return keras.saving.load_model(path)
    except Exception as error:
        # Its errors are of any type, and have whole configurations around what is wrong
        wrong = str(error).rpartition("Exception encountered: ")[2].partition(" Full object config")[0]
        said = " ".join(wrong.split()) or type(error).__name__
        raise ValueError(f"model: expected a file that Keras can load, but of {path} it says: {said}") from error
