"""The multi-layer perceptron: layers ``y = f(x @ W + b)`` over one flat vector of parameters.

How they are computed, forward and back, is in `npnet.engine`. The lines run on float32 and float64 for use, and on
longdouble, complex numbers and objects for proofs.

Source: the study notes, sections 2.1, 4.2 (3) and 5.
"""

from __future__ import annotations

import copy
import inspect
import math
import os
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from npnet import activations, initializers, losses, regularizers, training, weighting
from npnet._arrays import fractions_as_floats
from npnet._checks import batch_size as checked_batch_size
from npnet._checks import dtype as checked_dtype
from npnet._checks import flags, generator, instance, integer, is_sequence, numeric, renamed, targets
from npnet._checks import widths as checked_widths
from npnet._html import Shown, table
from npnet.activations import Activation, Softmax
from npnet.clipping import Clipping
from npnet.engine.layers import Layer, Pass, check_activations, forward, inputs, layers_of, passes_of
from npnet.engine.parameters import Views, cast, layer_of, matrices, size
from npnet.engine.stepping import Batches, Objective, Validation, describe
from npnet.history import History
from npnet.initializers import Initializer
from npnet.losses import Loss
from npnet.optimizers import Optimizer
from npnet.regularizers import Choice, Regularizer
from npnet.saving import models
from npnet.typing import Array, Seed

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["MLP", "Evaluation", "Network"]


def __dir__() -> list[str]:
    return __all__


class Evaluation(NamedTuple):
    """The result of `evaluate`: floats, or for an ensemble vectors with one number for each member."""

    loss: Any
    """The mean loss, with the regularizer's penalty if one was given."""
    accuracy: Any
    """The share of samples whose class is right; None where labels do not name classes.

    Several units with a binary cross-entropy have a label each: it is the share of labels that are right then. Weights
    do not change it.
    """


Net = TypeVar("Net", bound="Network")


class Network:
    """A net or an ensemble of nets: layers as views of the parameters, predictions, losses and training."""

    widths: tuple[int, ...]
    """Features of the input, units of each layer."""
    use_bias: tuple[bool, ...]
    """Whether each layer has biases."""
    _loss: Loss | None = None
    _regularizers: tuple[Regularizer | None, ...]

    def _hold(self, parameters: Array) -> None:
        self._parameters = parameters
        both = list(zip(matrices(parameters, self.widths, self.use_bias), self.use_bias))
        self._weights = Views((W[:-1] if bias else W for W, bias in both), "weights")
        self._biases = Views((W[-1] if bias else None for W, bias in both), "biases")
        self._layers: list[Layer] = []
        self._activations: list[Activation] = []

    def __getstate__(self) -> dict[str, Any]:
        # Views would be copied as arrays of their own
        views = ("_weights", "_biases", "_layers", "_activations")
        return {name: value for name, value in vars(self).items() if name not in views}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        # A shallow copy is given the same objects, of which it would train and draw from the other net's
        self.activations, self.rng = self.activations, copy.deepcopy(self.rng)
        self._hold(self._parameters.copy())

    @property
    def activations(self) -> list[Activation]:
        """The activation of each layer; a list of them may be assigned."""
        chosen: list[Activation] = self.__dict__["activations"]
        return chosen

    @activations.setter
    def activations(self, activations: Sequence[Activation]) -> None:
        check_activations(activations, len(self.widths) - 1)
        with renamed(hidden="activations", output="activations"):
            _check_softmax(activations, self.widths[1:])
        self.__dict__["activations"] = list(activations)

    @property
    def rng(self) -> np.random.Generator:
        """The source of the orders in which `fit` shuffles, unless it is given a seed."""
        source: np.random.Generator = self.__dict__["rng"]
        return source

    @rng.setter
    def rng(self, rng: np.random.Generator) -> None:
        self.__dict__["rng"] = instance("rng", rng, np.random.Generator)

    @property
    def weights(self) -> Views:
        """The weights of each layer, views of `parameters` of shape (features_in, features_out[, members]).

        Assigning to it, or to an element, copies values into the views.
        """
        return self._weights

    @weights.setter
    def weights(self, values: Iterable[Any]) -> None:
        self._weights[:] = values

    @property
    def biases(self) -> Views:
        """The biases of each layer, views of `parameters` of shape (features_out[, members]); assigned to alike.

        Of a layer without biases it is None.
        """
        return self._biases

    @biases.setter
    def biases(self, values: Iterable[Any]) -> None:
        self._biases[:] = values

    @property
    def parameters(self) -> Array:
        """All weights and biases in one flat vector, shape (size[, members]); assigning to it copies values into it."""
        return self._parameters

    @parameters.setter
    def parameters(self, values: Any) -> None:
        array = numeric("parameters", values)
        if array.shape != self._parameters.shape:
            raise ValueError(f"parameters: expected shape {self._parameters.shape}, got {array.shape}")
        self._parameters[...] = cast("parameters", array, self.dtype, values)

    @property
    def loss(self) -> Loss:
        """The loss that is taken where none is given: that of the last `fit`, else the one that belongs to the output.

        To a softmax belongs the categorical cross-entropy, to a sigmoid the binary one, to others the mean squared
        error. It may be set.
        """
        return losses.of_output(self.layers[-1].activation) if self._loss is None else self._loss

    @loss.setter
    def loss(self, loss: str | Loss) -> None:
        chosen = losses.get(loss)
        chosen.fold(self.activations[-1])
        self._loss = chosen

    @property
    def regularizer(self) -> Regularizer | tuple[Regularizer | None, ...] | None:
        """The penalty on the weights that is taken where none is given: one for all layers, or one for each; or None.

        It may be set, as `fit` is given one. ``regularizer="none"`` leaves it out of one call.
        """
        first = self._regularizers[0]
        return first if all(one is first for one in self._regularizers) else self._regularizers

    @regularizer.setter
    def regularizer(self, regularizer: Choice) -> None:
        self._regularize("regularizer", regularizer)

    def _regularize(self, name: str, regularizer: Choice) -> None:
        chosen = regularizers.of_layers(regularizer, len(self._weights), name)
        for one in chosen:
            if one is not None:
                one.check_members(self.members)
        self._regularizers = chosen

    @property
    def layers(self) -> list[Layer]:
        """The layers, over the same parameters, as `npnet.engine` computes them."""
        if not self._layers or self._activations != self.activations:
            layers = layers_of(self._parameters, self.widths, self.activations, self.use_bias)
            _check_softmax(self.activations, self.widths[1:])
            self._layers = layers
            self._activations = list(self.activations)
        return self._layers

    @property
    def members(self) -> int | None:
        """The number of members of an ensemble; None for a single net."""
        return self._parameters.shape[1] if self._parameters.ndim == 2 else None

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the parameters and of everything computed from them."""
        return self._parameters.dtype

    def astype(self: Net, dtype: npt.DTypeLike) -> Net:
        """Return a copy of this net with another dtype: float32, float64, longdouble, complex128 or object.

        Parameters that the dtype can't hold, such as complex numbers in a net of real ones, are refused.

        Examples
        --------
        >>> MLP([4, 3], seed=0).astype("complex128").predict([[1j, 0, 0, 0]]).dtype
        dtype('complex128')
        """
        chosen = checked_dtype(dtype)
        if chosen == self.dtype:
            return self.copy()
        return self._with(type(self), cast("parameters", self._parameters, chosen))

    def _with(self, kind: type[Net], parameters: Array, members: slice | int = slice(None)) -> Net:
        """Return a net of that kind, of the same layers, that holds `parameters`, those of some members or of one."""
        made = object.__new__(kind)
        made.widths, made.activations, made.use_bias = self.widths, self.activations, self.use_bias
        made.rng, made._loss = copy.deepcopy(self.rng), self._loss
        made._regularizers = regularizers.subset(self._regularizers, members)
        made._hold(parameters)
        return made

    def copy(self: Net) -> Net:
        """Return a net of its own with the same parameters."""
        return self._with(type(self), self._parameters.copy())

    def checked_samples(self, name: str, x: Any) -> Array:
        """Return samples, (batch, features_in), in the net's dtype; `name` is the argument that an error names."""
        array = numeric(name, x)
        if array.ndim != 2 or array.shape[1] != self.widths[0] or array.shape[0] == 0:
            raise ValueError(
                f"{name}: expected shape (batch, {self.widths[0]}), batch > 0, got {array.shape}"
                + _advice_on_shape(name, array.shape, self.widths[0])
            )
        return cast(name, array, self.dtype, x)

    def checked_labels(self, name: str, y: Any, batch: int, loss: Loss) -> Array:
        """Return the labels of `batch` samples, (batch, features_out), in the form that `loss` works with."""
        array = targets(name, y, (batch, self.widths[-1]))
        if self.dtype.kind == "f":
            array = fractions_as_floats(array)
        return cast(name, losses.checked_labels(loss, array, name), self.dtype)

    def checked_weights(self, name: str, labels: Array, sample_weight: Any, class_weight: Any = None) -> Array | None:
        """Return the weight of each sample in the net's dtype, for checked labels; None if there are no weights."""
        weights = weighting.weights_of(name, labels, sample_weight, class_weight)
        if weights is None:
            return None
        return cast(weighting.named(name, sample_weight, class_weight), weights, self.dtype)

    def __call__(self, x: Any) -> Array:
        """Return the outputs for a batch, computed at once.

        Parameters
        ----------
        x : array_like, shape (batch, features_in)
            The samples; converted to the net's dtype.

        Returns
        -------
        ndarray, shape (batch, features_out[, members])
            The outputs of the last layer, after its activation.
        """
        return self._at_once(self.checked_samples("x", x))

    def _at_once(self, x: Array) -> Array:
        return np.ascontiguousarray(self._outputs(x, passes_of(self.layers, len(x))))

    # Predicting one sample is a fifth slower with it, and with a `with` another tenth
    @np.errstate(under="ignore")
    def _outputs(self, x: Array, passes: list[Pass]) -> Array:
        return forward(self.layers, passes, inputs(x, self.use_bias[0]).T).swapaxes(0, 1)

    def predict(self, x: Any, batch_size: int | None = 2048) -> Array:
        """Return the outputs for samples, as calling the net does, in memory that does not grow with their number.

        Parameters
        ----------
        x : array_like, shape (samples, features_in)
            The samples; converted to the net's dtype.
        batch_size : int or None
            How many samples are computed at once; None takes all.

        Returns
        -------
        ndarray, shape (samples, features_out[, members])
            The outputs of the last layer, after its activation.
        """
        x = self.checked_samples("x", x)
        size = checked_batch_size("batch_size", batch_size, len(x))
        if size >= len(x):
            return self._at_once(x)
        y = np.empty((len(x), self.widths[-1], *self._parameters.shape[1:]), self.dtype)
        passes = passes_of(self.layers, size)
        for start in range(0, len(x), size):
            part = x[start : start + size]
            if len(part) < size:
                passes = passes_of(self.layers, len(part))
            y[start : start + size] = self._outputs(part, passes)
        return y

    def _prepared(
        self,
        x: Any,
        y: Any,
        loss: str | Loss | None,
        regularizer: Choice,
        sample_weight: Any,
        class_weight: Any,
    ) -> tuple[Objective, Array, Array]:
        """Return the objective, the samples and the labels as it takes them."""
        loss, chosen = self.loss if loss is None else loss, self._regularizers if regularizer is None else regularizer
        objective = Objective(self, loss, chosen)
        x = self.checked_samples("x", x)
        labels = self.checked_labels("y", y, len(x), objective.loss)
        weights = self.checked_weights("sample_weight", labels, sample_weight, class_weight)
        return objective, x, objective.labels(labels, weights)

    def loss_and_gradient(
        self,
        x: Any,
        y: Any,
        loss: str | Loss | None = None,
        regularizer: Choice = None,
        sample_weight: Any = None,
        class_weight: Any = None,
    ) -> tuple[Any, Array]:
        """Return the loss of a batch, penalty included, and its gradient.

        Softmax with the categorical and sigmoid with the binary cross-entropy fold into one
        function of the logits, whose gradient is ``(p - y) / batch``.

        Derivation: ``npnet derive backpropagation``, and of one layer ``npnet derive affine``,
        ``npnet derive affine-input``.

        Parameters
        ----------
        x : array_like, shape (batch, features_in)
            The samples.
        y : array_like, shape (batch, features_out) or (batch,)
            The labels; class indices where the output has several units.
        loss : str, Loss or None
            The loss of a sample, which is averaged over the batch; None is the net's own, `loss`.
        regularizer : str, Regularizer, a sequence of them, or None
            A penalty on the weights, added once: one for all layers, or one for each, None where it has none. None is
            the net's own, `regularizer`; ``"none"`` is none.
        sample_weight : array_like, shape (batch,), or None
            A weight for each sample, not negative: the loss is ``sum(weight * loss of the sample) / batch``, as
            `npnet.losses.Weighted` has it. The penalty has no weight.
        class_weight : dict, sequence, "balanced" or None
            A weight for each class, by which its samples' losses are multiplied: a dict from class indices, in which
            a class that is missing has a weight of 1; one for each class; or ``"balanced"``, samples / (classes *
            samples of the class). With `sample_weight`, the weights are multiplied.

        Returns
        -------
        value : scalar of the net's dtype, or a vector with one for each member
            The loss.
        gradient : ndarray, shape (size[, members])
            The gradient with respect to `parameters`, of the same layout.

        Examples
        --------
        >>> net = MLP([2, 3], output="softmax", dtype="float64", kernel_initializer="zeros")
        >>> value, gradient = net.loss_and_gradient([[1, 2]], [0], loss="categorical_crossentropy")
        >>> print(value.round(6), gradient[-3:].round(3))
        1.098612 [-0.667  0.333  0.333]
        """
        objective, x, labels = self._prepared(x, y, loss, regularizer, sample_weight, class_weight)
        gradient = objective.gradient
        with np.errstate(all="ignore"):
            value = objective.value_and_gradient(inputs(x, self.use_bias[0]).T, labels)
        return np.asarray(value, self.dtype)[()], gradient

    def evaluate(
        self,
        x: Any,
        y: Any,
        loss: str | Loss | None = None,
        regularizer: Choice = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        batch_size: int | None = 2048,
    ) -> Evaluation:
        """Return the loss and the accuracy on a data set, in memory that does not grow with its outputs.

        Parameters
        ----------
        x, y, loss, regularizer, sample_weight, class_weight
            As for `loss_and_gradient`.
        batch_size : int or None
            How many samples are computed at once; None takes all. The loss is the mean over all samples whatever the
            batches, whose sums are added in float64.

        Returns
        -------
        Evaluation
            ``(loss, accuracy)``; the accuracy is None where `y` does not name classes.

        Examples
        --------
        >>> net = MLP([2, 3], output="softmax", kernel_initializer="zeros")
        >>> net.evaluate([[1, 2]], [0]).accuracy
        1.0
        """
        objective, x, labels = self._prepared(x, y, loss, regularizer, sample_weight, class_weight)
        size = checked_batch_size("batch_size", batch_size, len(x))
        validation = Validation(objective, Batches(x, labels, size, None, self.use_bias[0]))
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            measured = validation.measure()
        value = np.asarray(measured["val_loss"])
        loss_value = value.astype(self.dtype, copy=False) if value.ndim else value.item()
        return Evaluation(loss_value, measured.get("val_accuracy"))

    def fit(
        self,
        x: Any,
        y: Any,
        loss: str | Loss | None = None,
        optimizer: str | Optimizer = "sgd",
        epochs: int = 1,
        batch_size: int | None = 32,
        shuffle: bool = True,
        validation_data: tuple[Any, ...] | None = None,
        regularizer: Choice = None,
        callbacks: Sequence[Callable[[Any, History], object]] = (),
        verbose: int = 0,
        seed: Seed = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        validation_batch_size: int | None = 2048,
        validation_split: float | None = None,
        initial_epoch: int = 0,
        record_batches: bool = False,
        record_accuracy: bool = False,
        clipping: Clipping | None = None,
        resume: str | os.PathLike[str] | None = None,
        communicator: Any = None,
        shards: int | None = None,
    ) -> History:
        """Train a net, or all nets of an ensemble, in place.

        Parameters
        ----------
        x : array_like, shape (samples, features_in)
            The samples.
        y : array_like, shape (samples, features_out) or (samples,)
            The labels; class indices where the output has several units.
        loss : str, Loss or None
            The loss to minimize, together with the regularizer's penalty; None is the net's own, `loss`. From now on it
            is the net's own.
        optimizer : str or Optimizer
            The update rule. Its moments, which belong to this net, go on from earlier calls; its schedule starts at
            `initial_epoch`.
        epochs : int
            The number of passes over all samples, those before `initial_epoch` included.
        batch_size : int or None
            Samples in a batch; the last one of an epoch may be smaller. None takes all samples at once.
        shuffle : bool
            Whether the samples are put in a new order before each epoch, the default.
        validation_data : (x, y), (x, y, sample_weight) or None
            Data whose loss, penalty included, and accuracy are recorded after each epoch.
        regularizer : str, Regularizer, a sequence of them, or None
            A penalty on the weights, as for `loss_and_gradient`.
        callbacks : sequence of callable
            Each is called as ``callback(net, history)`` after each epoch; a true answer ends the training. It
            may change parameters, and the hyperparameters of the optimizer and the regularizer that `fit` was given.
            Where one has a method ``on_train_end(net, history)``, it is called when training ends, however it ends.
        verbose : int or bool
            0 for silence; otherwise one line is printed every `verbose` epochs, and one after the last. With 1, a
            progress bar takes the lines' place on a terminal, where rich is installed.
        seed : int, numpy.random.Generator or None
            The seed of the orders, which are the same for all members of an ensemble. None goes on with the net's
            own generator, so that a net that was made with a seed is trained in the same way each time.
        sample_weight, class_weight
            Weights of the samples and of their classes, as for `loss_and_gradient`; an ensemble's members share them.
            A batch's loss is divided by the number of its samples. The validation data have only weights of their own.
        validation_batch_size : int or None
            How many samples of the validation data are computed at once; None takes all.
        validation_split : float or None
            In place of `validation_data`: the share of the samples, above 0 and below 1, that is not trained on but
            used for validation, with their `sample_weight`. They are chosen at random, the same ones in each call;
            where labels name classes, each class has its share.
        initial_epoch : int
            The number of the first epoch, for a training that goes on: the schedule and the record count from it, and
            as in Keras, `epochs` is where training ends.
        record_batches : bool
            Whether the history has the loss of each batch too, in `batch_loss`.
        record_accuracy : bool
            Whether the history has the accuracy on the samples that are trained on too, in `accuracy`: for labels that
            name classes. (Keras's ``metrics=["accuracy"]``.) It takes time in each step.
        clipping : Clipping or None
            What makes a gradient that is too large smaller before the update, a rule of `npnet.clipping`; of an
            ensemble, each member's by itself.
        resume : str, path or None
            A file of a `npnet.callbacks.Checkpoint`, from which the training goes on as if it had never stopped: all
            other arguments are those that it was given at first, but for `epochs`, which may be more. The net may be a
            new one; it takes over the parameters, the optimizer its moments, and the history begins with that so far.
        communicator : mpi4py.MPI.Comm or None
            The processes that train one net together, each of which calls `fit` with the same arguments, as under
            ``mpiexec -n 4 python script.py``; the net and the orders are the first one's. BLAS takes one thread. Each
            process computes some shards of a batch, whose gradients are added as a binary tree: with as many `shards`,
            any number of processes that divides it gives the same bits. They share memory if all are on one machine
            with Linux, and send messages else; between the calls of callbacks the net may have older parameters, which
            no rule of one's own should read. Callbacks are called in all of them; the first one writes checkpoints and
            shows what `verbose` says. Where one raises an error, or is interrupted, all end. It needs the extra
            ``mpi``.
        shards : int or None
            Into how many shards a batch is cut, a power of two that the number of processes divides; None takes four,
            or one for each process if there are more. Fewer are faster. Without a communicator, this process computes
            all of them.

        Returns
        -------
        History
            The loss, learning rate, validation loss and accuracy of each epoch.

        Raises
        ------
        KeyboardInterrupt
            With Ctrl-C: its attribute `history` is the record of the completed epochs. The net has the parameters of
            the last step, and training can go on with the same optimizer; if it came in the middle of a step, the
            moments may have made that step and the parameters not. (An ensemble in several groups has those from
            before the epoch.)
        DivergenceError
            If a loss, gradient or update is not finite. (A member of an ensemble is frozen instead, and
            listed in the history's `frozen`.)
        npnet.training.RankError
            If another process of the `communicator` has raised an error in its arguments or callbacks.

        Examples
        --------
        >>> from npnet import optimizers
        >>> x = np.linspace(-1, 1, 64).reshape(-1, 1)
        >>> net = MLP([1, 1], seed=0)
        >>> history = net.fit(x, 2 * x + 1, optimizer=optimizers.SGD(0.1), epochs=200)
        >>> print(net.weights[0].round(3), net.biases[0].round(3))
        [[2.]] [1.]
        """
        return training.train(
            self, x=x, y=y, loss=loss, optimizer=optimizer, epochs=epochs, initial_epoch=initial_epoch,
            batch_size=batch_size, shuffle=shuffle, validation_data=validation_data,
            validation_split=validation_split, regularizer=regularizer, callbacks=callbacks,
            verbose=verbose, seed=seed, sample_weight=sample_weight, class_weight=class_weight,
            validation_batch_size=validation_batch_size, record_batches=record_batches,
            record_accuracy=record_accuracy, clipping=clipping, resume=resume, communicator=communicator, shards=shards,
        )  # fmt: skip

    def save(self, path: str | os.PathLike[str], optimizer: Optimizer | None = None) -> None:
        """Write the net to a file, from which `load` makes it again; it needs the extra ``tabular``.

        The file has the parameters of each layer, the activations, the loss, the regularizer and the generator: a net
        that was loaded goes on as this one would, to the bit. Equal nets make equal files.

        Parameters
        ----------
        path : str or path
            The file, such as ``"net.safetensors"``. One that is there keeps its content until the new one is whole;
            folders that are missing are made.
        optimizer : Optimizer or None
            What is written too, with its moments, for a training that goes on: `npnet.saving.load_optimizer` reads it.

        Raises
        ------
        OSError
            If the file can't be written; one that was there before is left as it is.

        Examples
        --------
        >>> import tempfile
        >>> net = MLP([2, 11, 1], seed=0)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     net.save(f"{folder}/net.safetensors")
        ...     MLP.load(f"{folder}/net.safetensors")
        MLP([2, 11, 1], [relu, identity], float32)
        """
        models.save(path, self, optimizer)

    @classmethod
    def load(cls: type[Net], path: str | os.PathLike[str]) -> Net:
        """Return the net of a file that `save` has written.

        All of the file is checked before the net is made, and none of it is run.

        Parameters
        ----------
        path : str or path
            The file.

        Raises
        ------
        OSError
            If there is no such file, or it can't be read.
        ValueError
            If it is no model file, damaged, of a newer npnet, or holds another kind of net.
        """
        return models.load(path, cls)

    @property
    def multiply_adds(self) -> int:
        """The multiply-adds for one sample: one for each weight."""
        return sum(a * b for a, b in pairwise(self.widths))

    def summary(self) -> str:
        """Return a table of the layers, of one net, with the notes' two complexities.

        Space: the number of layers and of parameters. Time: multiply-adds per sample, one for each
        weight. Source: the study notes, section 2.1. It is text, which a notebook shows as a table.

        Examples
        --------
        >>> print(MLP([2, 11, 1]).summary())
        layer  shape    activation  parameters  multiply-adds
        1      2 -> 11  relu                33             22
        2      11 -> 1  identity            12             11
        total  2 layers                     45             33
        """
        header, *rows = self._summary()
        width = [max(map(len, column)) for column in zip(header, *rows)]
        lines = (
            [cell.ljust(width[i]) if i < 3 else cell.rjust(width[i]) for i, cell in enumerate(row)]
            for row in (header, *rows)
        )
        return Shown("\n".join("  ".join(line) for line in lines), self._repr_html_())

    def _summary(self) -> list[tuple[str, ...]]:
        rows: list[tuple[str, ...]] = [("layer", "shape", "activation", "parameters", "multiply-adds")]
        for i, (a, b, activation, bias) in enumerate(
            zip(self.widths, self.widths[1:], self.activations, self.use_bias), 1
        ):
            rows.append((str(i), f"{a} -> {b}", repr(activation), f"{(a + bias) * b}", f"{a * b}"))
        layers, products = len(self.weights), self.multiply_adds
        rows.append(("total", f"{layers} layer{'s' * (layers > 1)}", "", f"{len(self._parameters)}", f"{products}"))
        return rows

    def _repr_html_(self) -> str:
        header, *rows = self._summary()
        members = "" if self.members is None else f" of {self.members} members"
        return table(header, rows, f"{type(self).__name__}{members}, {self.dtype}", numbers=header[3:])

    def layer_of(self, index: int) -> int:
        """Return the layer, counted from 1, of the place `index` of the flat vector."""
        return layer_of(index, self.widths, self.use_bias)

    def describe(self, layer: int) -> str:
        """Return a layer's number, counted from 1, with its activation and shape."""
        if integer("layer", layer, 1) > len(self.weights):
            raise ValueError(f"layer: expected one from 1 to {len(self.weights)}, got {layer}")
        return describe(self, layer)

    def __repr__(self) -> str:
        """Return widths, activations and dtype; members, layers without biases and a penalty if there are some."""
        shown = [str(list(self.widths)), str(self.activations), str(self.dtype)]
        if self.members is not None:
            shown.append(f"members={self.members}")
        if not all(self.use_bias):
            shown.append(f"use_bias={list(self.use_bias) if any(self.use_bias) else False}")
        if any(self._regularizers):
            shown.append(f"regularizer={self.regularizer}")
        return f"{type(self).__name__}({', '.join(shown)})"


class MLP(Network):
    """A fully connected network of layers ``y = f(x @ W + b)``, or ``y = f(x @ W)`` without biases.

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
        The seed of the initial weights, and of the orders in which `fit` shuffles. The same seed gives the same bits.
    kernel_initializer, bias_initializer : str or Initializer
        The rules for the initial weights (He's normal) and biases (0).
    use_bias : bool or a sequence of them
        Whether the layers have biases: for all, or one for each.
    kernel_regularizer : str, Regularizer, a sequence of them, or None
        The net's own penalty on the weights, `regularizer`: of all layers, or one for each, None where it has none.

    Notes
    -----
    `parameters` holds, for each layer, ``W`` row by row, then ``b`` if it has one. `weights` and `biases` are tuples
    of views of it, with None for the biases of a layer without them. What is assigned, to `parameters`, to `weights` or
    to ``weights[0]``, is checked, and copied into the net; writing into an array, as ``weights[0][:] = …`` does, writes
    to the net without a check.

    Samples and labels may be lists, arrays, data frames, tensors, or whatever else NumPy can make an array of numbers
    of; `npnet.datasets.encode_labels` makes class indices of labels that are text.

    Examples
    --------
    >>> net = MLP([2, 11, 1], hidden="relu", seed=0)
    >>> net.predict([[0.5, -0.5]]).shape
    (1, 1)
    >>> net.parameters.size, [w.shape for w in net.weights]
    (45, [(2, 11), (11, 1)])
    >>> net = MLP([2, 11, 1], use_bias=[False, True], kernel_regularizer=[None, "l2"], seed=0)
    >>> net.parameters.size, net.biases[0], net.regularizer
    (34, None, (None, L2(0.01)))
    """

    def __init__(
        self,
        widths: Sequence[int],
        hidden: str | Activation | Sequence[str | Activation] = "relu",
        output: str | Activation = "identity",
        dtype: npt.DTypeLike = "float32",
        seed: Seed = None,
        kernel_initializer: str | Initializer = "he_normal",
        bias_initializer: str | Initializer = "zeros",
        use_bias: bool | Sequence[bool] = True,
        kernel_regularizer: Choice = None,
    ) -> None:
        self.widths = checked_widths(widths)
        self.use_bias = flags("use_bias", use_bias, len(self.widths) - 1)
        self.activations = _checked_activations(hidden, output, self.widths[1:])
        rng = generator("seed", seed)
        kernel = initializers.get(kernel_initializer, "kernel_initializer")
        bias = initializers.get(bias_initializer, "bias_initializer")
        self._hold(np.empty(size(self.widths, self.use_bias), checked_dtype(dtype)))
        for W, b in zip(self.weights, self.biases):
            W[...] = cast("kernel_initializer", kernel(W.shape, rng), self.dtype)
            if b is not None:
                b[...] = cast("bias_initializer", bias(b.shape, rng), self.dtype)
        self._regularize("kernel_regularizer", kernel_regularizer)
        # A generator of the caller's is not drawn from later
        self.rng = copy.deepcopy(rng) if rng is seed else rng


def _checked_activations(
    hidden: str | Activation | Sequence[str | Activation], output: str | Activation, units: Sequence[int]
) -> list[Activation]:
    """Return the activation of each layer, hidden ones and the output; `units` has the units of each."""
    layers = len(units) - 1
    if isinstance(hidden, (str, Activation, type)):
        hidden = [activations.get(hidden, "hidden")] * layers
    if not is_sequence(hidden) or len(hidden) != layers:
        raise ValueError(f"hidden: expected one activation, or {layers} for {layers} hidden layers, got {hidden!r}")
    chosen = [*(activations.get(name, "hidden") for name in hidden), activations.get(output, "output")]
    _check_softmax(chosen, units)
    return chosen


def _check_softmax(chosen: Sequence[Activation], units: Sequence[int]) -> None:
    for number, (activation, width) in enumerate(zip(chosen, units), 1):
        name = "output" if number == len(units) else "hidden"
        if isinstance(activation, Softmax) and activation.axis not in (-1, 1):
            raise ValueError(f"{name}: expected Softmax over the units, axis -1, got axis {activation.axis}")
        if isinstance(activation, Softmax) and width == 1:
            raise ValueError(
                f"{name}: expected at least 2 units for a softmax, got 1 in layer {number}, whose output would always "
                f"be 1; use 'sigmoid' for one unit"
            )


def _advice_on_shape(name: str, shape: tuple[int, ...], features: int) -> str:
    """Return how samples get two axes."""
    if len(shape) == 1 and features == 1:
        sizes, rows = "-1, 1", "a row of each sample"
    elif shape == (features,):
        sizes, rows = "1, -1", "a row of one sample"
    elif len(shape) > 2 and math.prod(shape[1:]) == features:
        sizes, rows = f"len({name}), -1", "a row of each sample"
    else:
        return ""
    return f"; numpy.reshape({name}, ({sizes})) makes {rows}"


# The function has the parameters of the method
_method = inspect.signature(Network.fit)
_net = inspect.Parameter("net", inspect.Parameter.POSITIONAL_OR_KEYWORD)
training.fit.__signature__ = _method.replace(  # type: ignore[attr-defined]
    parameters=[_net, *list(_method.parameters.values())[1:]]
)
