"""The notes' training loops in TensorFlow, for the irises and for the dots.

Source: the study notes, sections 5 (with the changes of 5.2) and 4.2 (3); the lines inside the loops are theirs, the
function around them returns what they print and plot.
"""

import copy
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from npnet import datasets
from npnet.optimizers import Optimizer
from npnet.regularizers import L2

from .optimizers import NotesLoop


class Record(NamedTuple):
    """The record of a loop."""

    loss: Any
    """float64, shape (epochs,): the mean of the epoch's batch losses."""
    accuracy: Any
    """float64, shape (epochs,): the accuracy on the irises' test set, and on all dots."""
    parameters: Any
    """The final weights and biases in npnet's flat order."""


def iris(parameters: Any, optimizer: Optimizer, dtype: str = "float32", epochs: int = 500) -> Record:
    """Train the notes' 4-3 net with the mean squared error on the irises, from given weights.

    Parameters
    ----------
    parameters : array_like, shape (15,)
        The initial weights (4, 3) and biases (3,), flat.
    optimizer : Optimizer
        npnet's optimizer with ``epsilon=0``, whose kind, rate and decay factors the notes' loop takes.
    dtype : str
        float32 or float64.
    epochs : int
        The number of epochs.
    """
    split, optimizer = datasets.iris_split(), copy.deepcopy(optimizer)
    w1, b1 = _variables(parameters, [(4, 3), (3,)], dtype)
    train = tf.data.Dataset.from_tensor_slices((tf.cast(split.x_train, dtype), split.y_train)).batch(32)
    x_test = tf.cast(split.x_test, dtype)
    loop, losses, accuracies = NotesLoop(optimizer), [], []
    for epoch in _range(epochs):
        optimizer.begin_epoch(epoch)
        loss_all = 0.0
        for x_batch, y_batch in train:
            with tf.GradientTape() as tape:
                y = tf.nn.softmax(tf.matmul(x_batch, w1) + b1)
                y_ = tf.one_hot(y_batch, depth=3, dtype=dtype)
                loss = tf.reduce_mean(tf.square(y_ - y))
            loss_all += float(loss)
            loop.apply(tape.gradient(loss, [w1, b1]), [w1, b1])
        losses.append(loss_all / 4)
        predicted = tf.argmax(tf.nn.softmax(tf.matmul(x_test, w1) + b1), axis=1)
        accuracies.append(np.mean(predicted.numpy() == split.y_test))
    return Record(np.array(losses), np.array(accuracies), _flat([w1, b1]))


def dots(parameters: Any, regularizer: float = 0.0, dtype: str = "float32", epochs: int = 800) -> Record:
    """Train the notes' 2-11-1 net on the dots, from given weights, with or without L2.

    Parameters
    ----------
    parameters : array_like, shape (45,)
        The initial weights (2, 11), biases (11,), weights (11, 1) and biases (1,), flat.
    regularizer : float
        The notes' ``REGULARIZER``, 0.03, or 0 for none.
    dtype : str
        float32 or float64.
    epochs : int
        The number of epochs.
    """
    features, labels, _ = datasets.load_dots()
    lr, strength = 0.005, L2(regularizer).strength
    w1, b1, w2, b2 = variables = _variables(parameters, [(2, 11), (11,), (11, 1), (1,)], dtype)
    columns = tf.cast(features, dtype), tf.cast(labels.reshape(-1, 1), dtype)
    train = tf.data.Dataset.from_tensor_slices(columns).batch(32)
    losses, accuracies = [], []
    for _ in _range(epochs):
        batch_losses = []
        for data_train, label_train in train:
            with tf.GradientTape() as tape:
                s1 = tf.nn.relu(tf.matmul(data_train, w1) + b1)
                y = tf.matmul(s1, w2) + b2
                loss = tf.reduce_mean(tf.square(label_train - y))
                if strength:
                    loss = loss + strength * tf.reduce_sum([tf.nn.l2_loss(w1), tf.nn.l2_loss(w2)])
            for variable, gradient in zip(variables, tape.gradient(loss, variables)):
                variable.assign_sub(lr * gradient)
            batch_losses.append(float(loss))
        losses.append(np.mean(batch_losses))
        y = tf.matmul(tf.nn.relu(tf.matmul(columns[0], w1) + b1), w2) + b2
        accuracies.append(np.mean((y.numpy()[:, 0] > 0.5) == labels))
    return Record(np.array(losses), np.array(accuracies), _flat(variables))


def _range(epochs: int) -> range:
    if not isinstance(epochs, int) or epochs < 1:
        raise ValueError(f"epochs: expected a whole number >= 1, got {epochs!r}")
    return range(epochs)


def _variables(parameters: Any, shapes: list[tuple[int, ...]], dtype: str) -> list[Any]:
    if dtype not in ("float32", "float64"):
        raise ValueError(f"dtype: expected 'float32' or 'float64', got {dtype!r}")
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    if np.shape(parameters) != (ends[-1],):
        raise ValueError(f"parameters: expected shape {(int(ends[-1]),)}, got {np.shape(parameters)}")
    parts = np.split(np.asarray(parameters), ends[:-1])
    return [tf.Variable(part.reshape(shape), dtype=dtype) for part, shape in zip(parts, shapes)]


def _flat(variables: list[Any]) -> Any:
    return np.concatenate([variable.numpy().ravel() for variable in variables])
