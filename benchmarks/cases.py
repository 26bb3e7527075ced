"""The computations: a training run, a prediction, an ensemble or one formula, with its data and initial weights."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from npnet import MLP, activations, datasets
from npnet.optimizers import SGD, Optimizer
from npnet.regularizers import Regularizer

Arrays = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One thing that contestants compute; a unit of it is timed as often as a round has time for."""

    label: str

    unit = "call"
    most_units = 1 << 20
    parts = 1
    """How many steps a unit has: times are printed for one of them."""
    stretches = ()
    """The units of one run that a round times, where they are not its first ones: early in training, and late."""

    def arrays(self) -> Arrays:
        """Return the data and the initial weights, which all contestants get."""
        return {}


@dataclass(frozen=True)
class Training(Case):
    """A net trained with mini-batches that are not shuffled; a unit is an epoch, a part is a step."""

    widths: tuple[int, ...]
    hidden: str
    output: str
    loss: str
    optimizer: Optimizer
    epochs: int
    data: str = "synthetic"
    """``"iris"``, ``"dots"``, ``"digits"`` or ``"synthetic"``."""
    batch_size: int = 32
    regularizer: Regularizer | None = None
    batches: int = 8
    """Batches of an epoch of synthetic data."""
    stretches: tuple[range, ...] = ()  # type: ignore[assignment]

    unit = "step"

    @property
    def most_units(self) -> int:  # type: ignore[override]
        """The epochs of the whole run."""
        return self.epochs

    @cached_property
    def parts(self) -> int:  # type: ignore[override]
        """Steps of an epoch."""
        return -(-len(self._data()[0]) // self.batch_size)

    def net(self, dtype: str = "float32") -> MLP:
        """Return the untrained net, the same at each call."""
        return MLP(self.widths, self.hidden, self.output, seed=0).astype(dtype)

    def arrays(self) -> Arrays:
        """Return ``x``, ``y`` (one row for each sample), ``weights``, and ``x_test``, ``y_test`` where tested."""
        x, y, *test = self._data()
        named = {"x": x, "y": y, "weights": self.net().parameters}
        return named | (dict(zip(("x_test", "y_test"), test)) if test else {})

    def _data(self) -> tuple[Any, ...]:
        classes = self.widths[-1]
        if self.data == "iris":
            x, y, x_test, y_test = datasets.iris_split()
            return single(x), single(datasets.one_hot(y, 3)), single(x_test), single(datasets.one_hot(y_test, 3))
        if self.data == "dots":
            dots = datasets.load_dots()
            return single(dots.features), single(dots.labels).reshape(-1, 1)
        if self.data == "digits":
            digits = datasets.load_digits()
            return single(digits.features / 16), single(datasets.one_hot(digits.labels, 10))
        rng, samples = np.random.default_rng(0), self.batches * self.batch_size
        x = rng.random((samples, self.widths[0]), np.float32)
        if self.output != "softmax":
            return x, rng.random((samples, classes), np.float32)
        return x, single(datasets.one_hot(rng.integers(0, classes, samples), classes))


@dataclass(frozen=True)
class Prediction(Case):
    """A net's outputs for one batch; arrays of NumPy go in and come out."""

    widths: tuple[int, ...]
    batch: int

    def net(self, dtype: str = "float32") -> MLP:
        """Return the net."""
        return MLP(self.widths, "relu", "softmax", seed=0).astype(dtype)

    def arrays(self) -> Arrays:
        """Return ``x`` and ``weights``."""
        x = np.random.default_rng(0).random((self.batch, self.widths[0]), np.float32)
        return {"x": x, "weights": self.net().parameters}


@dataclass(frozen=True)
class Members(Case):
    """A net, by default the notes' for the irises, many times from other initial weights.

    A unit is an epoch, a part a step of all nets.
    """

    members: int
    run: Training = field(
        default_factory=lambda: Training("one net", (4, 3), "relu", "softmax", "mse", SGD(0.1), 500, "iris")
    )

    unit = "step"

    @property
    def most_units(self) -> int:  # type: ignore[override]
        """The epochs of the whole run."""
        return self.run.epochs

    @property
    def parts(self) -> int:  # type: ignore[override]
        """Steps of an epoch."""
        return self.run.parts

    def arrays(self) -> Arrays:
        """Return ``x``, ``y`` and ``weights`` of shape (parameters, members)."""
        arrays = self.run.arrays()
        nets = [MLP(self.run.widths, self.run.hidden, self.run.output, seed=k) for k in range(self.members)]
        return {"x": arrays["x"], "y": arrays["y"], "weights": np.stack([net.parameters for net in nets], axis=1)}


@dataclass(frozen=True)
class Formula(Case):
    """One formula alone: an activation, a loss or an optimizer step."""

    kind: str
    """``"value"`` or ``"value, then backward"`` of an activation, ``"value"`` or ``"value and gradient"`` of a loss,
    ``"step"`` of an optimizer."""
    formula: Any
    """npnet's activation, loss or optimizer."""
    shape: tuple[int, ...]

    def arrays(self) -> Arrays:
        """Return what the formula is computed from."""
        rng = np.random.default_rng(0)
        z, other = single(rng.normal(size=self.shape)), single(rng.normal(size=self.shape))
        if isinstance(self.formula, Optimizer):
            # Away from 0, where it would matter whether epsilon stands inside a root or beside it
            return {"parameters": z, "gradient": other + single(np.copysign(0.1, other))}
        if isinstance(self.formula, activations.Activation):
            return {"z": z, "grad_y": other}
        return {"y": single(datasets.one_hot(rng.integers(0, self.shape[1], self.shape[0]), self.shape[1])), "p": z}


def single(values: Any) -> Any:
    """Return float32 numbers."""
    return np.asarray(values, np.float32)
