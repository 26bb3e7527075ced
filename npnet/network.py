"""The multi-layer perceptron: one flat parameter vector, layers as views of it, forward and backward.

For each layer, ``z = x @ W + b`` and ``y = f(z)``, with batches first. Going back, from
``delta``, the gradient of the loss with respect to ``z``::

    dW = x.T @ delta        db = sum(delta)        dx = delta @ W.T

These products are in `npnet.affine`; ``delta`` of the layer before is ``dx * f'(y)``. The lines run on
float32 and float64 for use, and on longdouble, complex numbers and objects for proofs.

Source: the study notes, sections 2.1, 4.2 (3) and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from npnet import initializers, metrics, training
from npnet.activations import Activation
from npnet.affine import Affine, Layer
from npnet.initializers import Initializer
from npnet.layout import Buffers, Views, checked_activations, checked_dtype, checked_widths, over_second_axis
from npnet.losses import Loss
from npnet.objective import Objective
from npnet.optimizers import Optimizer
from npnet.regularizers import Regularizer
from npnet.validation import Array, Seed, finite, generator, is_finite, numeric, targets

if TYPE_CHECKING:
    import numpy.typing as npt


class Evaluation(NamedTuple):
    """What `evaluate` returns: floats, or of an ensemble a vector with a number for each member."""

    loss: Any
    """The mean loss, with the regularizer's penalty if one was given."""
    accuracy: Any
    """The share of samples whose class is right; None where labels do not name classes."""


Net = TypeVar("Net", bound="Network")


class Network:
    """What one net and an ensemble of nets share: layers as views of the parameters, forward and backward."""

    widths: tuple[int, ...]
    """Features of the input, units of each layer."""
    activations: list[Activation]
    """The activation of each layer."""
    _Affine: type[Affine]
    """The products of a layer."""
    _Trainer: Any
    """What takes the steps of `fit`."""
    _members: int | None = None
    """How many nets these are; None for one that is no ensemble's."""

    def _hold(self, parameters: Array) -> None:
        self._parameters = parameters
        self._layers = self._views(parameters)
        self._weights, self._biases = Views(layer.W for layer in self._layers), Views(layer.b for layer in self._layers)

    def __getstate__(self) -> dict[str, Any]:
        # Views would be copied as arrays of their own
        return {name: value for name, value in vars(self).items() if name not in ("_layers", "_weights", "_biases")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._hold(self._parameters)

    def _views(self, flat: Array) -> list[Layer]:
        """Return the layers of a vector of the parameters' shape: views of it."""
        layers, start = [], 0
        for features_in, features_out in zip(self.widths, self.widths[1:]):
            end = start + (features_in + 1) * features_out
            both = flat[start:end].reshape(features_in + 1, features_out, *flat.shape[1:])
            layers.append(Layer(both[:-1], both[-1], both))
            start = end
        return layers

    @property
    def weights(self) -> list[Array]:
        """The weights of each layer, views of `parameters` of shape (features_in, features_out[, members])."""
        return self._weights

    @property
    def biases(self) -> list[Array]:
        """The biases of each layer, views of `parameters` of shape (features_out[, members])."""
        return self._biases

    @property
    def parameters(self) -> Array:
        """All weights and biases in one flat vector, shape (size[, members]); assigning to it copies values into it."""
        return self._parameters

    @parameters.setter
    def parameters(self, values: Any) -> None:
        array = numeric("parameters", values)
        if array.shape != self._parameters.shape:
            raise ValueError(f"parameters: expected shape {self._parameters.shape}, got {array.shape}")
        self._parameters[...] = self._cast("parameters", array)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the parameters and of everything computed from them."""
        return self._parameters.dtype

    def astype(self: Net, dtype: npt.DTypeLike) -> Net:
        """Return a copy of this net with another dtype.

        Raises
        ------
        ValueError
            If the dtype is not float32, float64, longdouble, complex128 or object.

        Examples
        --------
        >>> MLP([4, 3], seed=0).astype("complex128").predict([[1j, 0, 0, 0]]).dtype
        dtype('complex128')
        """
        return self._with(type(self), self._parameters.astype(checked_dtype(dtype)))

    def _with(self, kind: type[Net], parameters: Array) -> Net:
        """Return a net of that kind, of the same layers, that holds `parameters`."""
        twin = object.__new__(kind)
        twin.widths, twin.activations = self.widths, list(self.activations)
        twin._hold(parameters)
        return twin

    def copy(self: Net) -> Net:
        """Return a net of its own with the same parameters."""
        return self.astype(self.dtype)

    # Checks of what comes in

    def _cast(self, name: str, array: Array) -> Array:
        if array.dtype == self.dtype:
            return finite(name, array)
        if not np.can_cast(array.dtype, self.dtype, "same_kind"):
            raise ValueError(f"{name}: expected numbers that fit a {self.dtype} net, got dtype {array.dtype}")
        with np.errstate(over="ignore"):
            cast = array.astype(self.dtype, copy=False)
        if cast.dtype.kind == "f" and not is_finite(cast) and is_finite(array):
            raise ValueError(f"{name}: expected numbers that fit {self.dtype}, got one of size {abs(array).max():g}")
        return finite(name, cast)

    def _inputs(self, name: str, x: Any) -> Array:
        array = numeric(name, x)
        if array.ndim != 2 or array.shape[1] != self.widths[0] or array.shape[0] == 0:
            raise ValueError(f"{name}: expected shape (batch, {self.widths[0]}), batch > 0, got {array.shape}")
        return self._cast(name, array)

    def _targets(self, name: str, y: Any, batch: int, loss: Loss) -> Array:
        array = targets(name, y, (batch, self.widths[-1]))
        return self._cast(name, loss.checked_labels(array, name))

    # Forward and backward

    def _functions(self) -> list[Activation]:
        """Return the activations as they are computed: a softmax over the second axis, which is that of the units."""
        return [over_second_axis(activation) for activation in self.activations]

    def _buffers(self, batch: int, training: bool = True) -> Buffers:
        affine, units = self._Affine(batch, self.dtype, self._members), self.widths[1:]
        hidden = [affine.hidden(n) for n in units[:-1]]
        inputs, outputs = [x for _, x in hidden], [*(y for y, _ in hidden), affine.buffer(units[-1])]
        if not training:
            return Buffers(affine, inputs, outputs, [], [])
        memory = np.empty(max(output.size for output in outputs), self.dtype)
        scratch = [affine.buffer(n, memory) for n in units]
        return Buffers(affine, inputs, outputs, [affine.buffer(n) for n in units], scratch)

    def _forward(self, x: Array, activations: Sequence[Activation], buffers: Buffers) -> Array:
        """Fill ``buffers.outputs`` with the output of each layer, and return the last."""
        inputs = [x, *buffers.inputs]
        for x_in, layer, activation, y in zip(inputs, self._layers, activations, buffers.outputs):
            buffers.affine.forward(x_in, layer, y)
            activation._value(y, y)
        return y

    def _backward(
        self,
        x: Array,
        activations: Sequence[Activation],
        buffers: Buffers,
        gradients: list[Layer],
    ) -> None:
        """Fill `gradients` from ``buffers.deltas[-1]``, the gradient with respect to the last ``z``."""
        affine, inputs, outputs, deltas, scratch = buffers
        for i in reversed(range(len(outputs))):
            affine.gradients(inputs[i - 1] if i else x, deltas[i], gradients[i])
            if i:
                grad_y = affine.back(deltas[i], self._layers[i], deltas[i - 1])
                activations[i - 1]._backward(grad_y, outputs[i - 1], grad_y, scratch[i - 1])

    def __call__(self, x: Any) -> Array:
        """Return the outputs for a batch.

        Parameters
        ----------
        x : array_like, shape (batch, features_in)
            The samples; converted to the net's dtype.

        Returns
        -------
        ndarray, shape (batch, features_out[, members])
            The outputs of the last layer, after its activation.

        Raises
        ------
        ValueError
            If the shape or dtype of `x` does not fit.
        """
        x = self._inputs("x", x)
        buffers = self._buffers(len(x), training=False)
        return self._forward(buffers.affine.inputs(x), self._functions(), buffers)

    def predict(self, x: Any) -> Array:
        """Return the outputs for a batch: the same as calling the net.

        Raises
        ------
        ValueError
            If the shape or dtype of `x` does not fit.
        """
        return self(x)

    def loss_and_gradient(
        self, x: Any, y: Any, loss: str | Loss = "mse", regularizer: str | Regularizer | None = None
    ) -> tuple[Any, Array]:
        """Return the loss of a batch, penalty included, and its gradient.

        Softmax with the categorical and sigmoid with the binary cross-entropy fold into one
        function of the logits, whose gradient is ``(p - y) / batch``.

        Parameters
        ----------
        x : array_like, shape (batch, features_in)
            The samples.
        y : array_like, shape (batch, features_out) or (batch,)
            The labels; class indices where the output has several units.
        loss : str or Loss
            What is averaged over the batch.
        regularizer : str, Regularizer or None
            A penalty on the weights, added once.

        Returns
        -------
        value : scalar of the net's dtype, or a vector with one for each member
            The loss.
        gradient : ndarray, shape (size[, members])
            The gradient with respect to `parameters`, of the same layout.

        Raises
        ------
        ValueError
            If an argument does not fit the net, or the loss can't follow the output's activation.

        Examples
        --------
        >>> net = MLP([2, 3], output="softmax", dtype="float64", kernel_initializer="zeros")
        >>> value, gradient = net.loss_and_gradient([[1, 2]], [0], loss="categorical_crossentropy")
        >>> print(value.round(6), gradient[-3:].round(3))
        1.098612 [-0.667  0.333  0.333]
        """
        objective = Objective(self, loss, regularizer)
        x = self._inputs("x", x)
        labels = self._targets("y", y, len(x), objective.loss)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            value = objective.value_and_gradient(x, labels)
        return value, objective.gradient

    def evaluate(
        self, x: Any, y: Any, loss: str | Loss = "mse", regularizer: str | Regularizer | None = None
    ) -> Evaluation:
        """Return the loss and the accuracy on a data set.

        Parameters
        ----------
        x, y, loss, regularizer
            As for `loss_and_gradient`.

        Returns
        -------
        Evaluation
            ``(loss, accuracy)``; the accuracy is None where `y` does not name classes.

        Raises
        ------
        ValueError
            If an argument does not fit the net.

        Examples
        --------
        >>> net = MLP([2, 3], output="softmax", kernel_initializer="zeros")
        >>> net.evaluate([[1, 2]], [0]).accuracy
        1.0
        """
        objective = Objective(self, loss, regularizer)
        x = self._inputs("x", x)
        labels = self._targets("y", y, len(x), objective.loss)
        with np.errstate(over="ignore", invalid="ignore"):
            value = np.asarray(objective.value(x, labels))
        value = value if value.ndim else value.item()
        if not metrics.is_classification(labels):
            return Evaluation(value, None)
        return Evaluation(value, metrics.Accuracy(labels, objective.threshold)(objective.outputs(len(x))[-1]))

    def fit(
        self,
        x: Any,
        y: Any,
        loss: str | Loss = "mse",
        optimizer: str | Optimizer = "sgd",
        epochs: int = 1,
        batch_size: int | None = 32,
        shuffle: bool = False,
        validation_data: tuple[Any, Any] | None = None,
        regularizer: str | Regularizer | None = None,
        callbacks: Sequence[Callable[[Any, training.History], object]] = (),
        verbose: int = 0,
        seed: Seed = None,
    ) -> training.History:
        """Train the net in place; see `npnet.training.fit`."""
        return training.fit(
            self, x, y, loss, optimizer, epochs, batch_size, shuffle, validation_data, regularizer, callbacks,
            verbose, seed,
        )  # fmt: skip

    @property
    def multiply_adds(self) -> int:
        """The multiply-adds for one sample: one for each weight."""
        return sum(a * b for a, b in zip(self.widths, self.widths[1:]))

    def summary(self) -> str:
        """Return a table of the layers, of one net, with the notes' two complexities.

        Space: the number of layers and of parameters. Time: multiply-adds per sample, one for each
        weight. Source: the study notes, section 2.1.

        Examples
        --------
        >>> print(MLP([2, 11, 1]).summary())
        layer  shape    activation  parameters  multiply-adds
        1      2 -> 11  relu                33             22
        2      11 -> 1  identity            12             11
        total  2 layers                     45             33
        """
        rows = [("layer", "shape", "activation", "parameters", "multiply-adds")]
        for i, (a, b, activation) in enumerate(zip(self.widths, self.widths[1:], self.activations), 1):
            rows.append((str(i), f"{a} -> {b}", repr(activation), f"{(a + 1) * b}", f"{a * b}"))
        layers, products = len(self.weights), self.multiply_adds
        rows.append(("total", f"{layers} layer{'s' * (layers > 1)}", "", f"{len(self._parameters)}", f"{products}"))
        width = [max(len(row[i]) for row in rows) for i in range(5)]
        lines = (
            [cell.ljust(width[i]) if i < 3 else cell.rjust(width[i]) for i, cell in enumerate(row)] for row in rows
        )
        return "\n".join("  ".join(line) for line in lines)

    def layer_of(self, index: int) -> int:
        """Return the layer, counted from 1, of the place `index` of the flat vector."""
        if not 0 <= index < len(self._parameters):
            raise ValueError(f"index: expected one from 0 to {len(self._parameters) - 1}, got {index}")
        ends = np.cumsum([(a + 1) * b for a, b in zip(self.widths, self.widths[1:])])
        return int(np.searchsorted(ends, index, side="right")) + 1

    def describe(self, layer: int) -> str:
        """Return a layer's number, counted from 1, with its activation and shape."""
        if not 1 <= layer <= len(self.weights):
            raise ValueError(f"layer: expected one from 1 to {len(self.weights)}, got {layer}")
        features_in, features_out = self.widths[layer - 1 : layer + 1]
        return f"layer {layer} ({features_in} -> {features_out}, {self.activations[layer - 1]!r})"

    def __repr__(self) -> str:
        """Return widths, activations and dtype, and the number of members if there are some."""
        members = "" if self._members is None else f", members={self._members}"
        return f"{type(self).__name__}({list(self.widths)}, {self.activations}, {self.dtype}{members})"


class MLP(Network):
    """A fully connected network of layers ``y = f(x @ W + b)``.

    Parameters
    ----------
    widths : sequence of int
        Features of the input, units of each hidden layer, units of the output: at least two numbers.
    hidden : str, Activation or a sequence of them
        The activation of all hidden layers, or one for each.
    output : str or Activation
        The activation of the last layer.
    dtype : dtype
        float32 (the default) or float64; longdouble, complex128 and object for proofs.
    seed : int, numpy.random.Generator or None
        What the first weights are drawn with. The same seed gives the same bits.
    kernel_initializer, bias_initializer : str or Initializer
        The rules for the first weights (He's normal) and biases (0).

    Raises
    ------
    ValueError
        If a width, a name, the dtype or the seed does not fit.

    Notes
    -----
    `parameters` holds, for each layer, ``W`` row by row, then ``b``. `weights` and `biases` are lists of
    views of it: writing to them writes to the net.

    Examples
    --------
    >>> net = MLP([2, 11, 1], hidden="relu", seed=0)
    >>> net.predict([[0.5, -0.5]]).shape
    (1, 1)
    >>> net.parameters.size, [w.shape for w in net.weights]
    (45, [(2, 11), (11, 1)])
    """

    _Affine = Affine
    _Trainer = training.Trainer

    def __init__(
        self,
        widths: Sequence[int],
        hidden: str | Activation | Sequence[str | Activation] = "relu",
        output: str | Activation = "identity",
        dtype: npt.DTypeLike = "float32",
        seed: Seed = None,
        kernel_initializer: str | Initializer = "he_normal",
        bias_initializer: str | Initializer = "zeros",
    ) -> None:
        self.widths = checked_widths(widths)
        self.activations = checked_activations(hidden, output, len(self.widths) - 2)
        dtype = checked_dtype(dtype)
        rng = generator("seed", seed)
        kernel, bias = (
            initializers.get(kernel_initializer, "kernel_initializer"),
            initializers.get(bias_initializer, "bias_initializer"),
        )
        self._hold(np.empty(sum((a + 1) * b for a, b in zip(self.widths, self.widths[1:])), dtype))
        for W, b in zip(self.weights, self.biases):
            W[...] = self._cast("kernel_initializer", kernel(W.shape, rng))
            b[...] = self._cast("bias_initializer", bias(b.shape, rng))


Network.fit.__doc__ = training.fit.__doc__
