"""What a model is checked on: samples, labels, and the batches and gradients of its steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from npnet import datasets

from ..bounds import cases
from .adapter import Adapter

SAMPLES = 80
"""How many are drawn where none are given: three batches, of which the last is a half one."""
BATCH = 32
"""The largest batch; that of Keras's and of npnet's `fit`."""


@dataclass(frozen=True)
class Problem:
    """Samples and labels in the net's dtype, labels in the shape of the outputs."""

    x: Any
    y: Any
    batches: Sequence[tuple[Any, Any]]
    """Of training, one for each step: the samples in order, again and again."""
    parameters: Any
    """Of the steps of the optimizer alone: each second one 0, from which no update is lost in rounding."""
    gradients: Any
    """Of these steps, (steps, size), of all sizes."""

    @property
    def first(self) -> tuple[Any, Any]:
        """The first batch, of which losses and gradients are compared."""
        return self.batches[0]


def batches(x: Any, y: Any) -> list[tuple[Any, Any]]:
    """Return samples and labels in batches; the last may have fewer."""
    return [(x[start : start + BATCH], y[start : start + BATCH]) for start in range(0, len(x), BATCH)]


def problem(adapter: Adapter, x: Any, y: Any, steps: int, seed: int) -> Problem:
    """Return what a model is checked on, with random samples and labels where none are given."""
    setting, rng = adapter.setting, np.random.default_rng(seed)
    net, loss = setting.net, setting.loss
    if x is None and y is not None:
        raise ValueError("y: expected none without x")
    if x is None:
        x = rng.normal(size=(SAMPLES, net.widths[0]))
        # Of whole numbers most normal ones are 0
        x = x if np.issubdtype(kind := adapter.sample_dtype or net.dtype, np.floating) else _whole(rng, x.shape, kind)
    x = _rounded(net.checked_samples("x", x), adapter.sample_dtype)
    y = _labels(rng, adapter, len(x)) if y is None else adapter.class_indices(y)
    # A copy: integers become the net's floats
    y = np.array(net.checked_labels("y", y, len(x), loss))
    cut = batches(x, y)
    size = net.parameters.size
    parameters = np.where(rng.random(size) < 0.5, 0, rng.normal(size=size)).astype(net.dtype)
    gradients = cases.gradients(rng, steps, size, net.dtype)
    return Problem(x, y, [cut[i % len(cut)] for i in range(steps)], parameters, gradients)


def _whole(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> Any:
    return rng.integers(0, 100, shape).astype(dtype)


def _rounded(x: Any, dtype: Any) -> Any:
    """Return samples as a framework has them whose model takes them in another type."""
    if dtype is None:
        return x
    rounded = x.astype(dtype).astype(x.dtype)
    if not np.issubdtype(dtype, np.floating) and (rounded != x).any():
        raise ValueError(f"x: expected whole numbers, which the model takes as {dtype}, got others")
    return rounded


def _labels(rng: np.random.Generator, adapter: Adapter, batch: int) -> Any:
    loss, units = adapter.setting.loss, adapter.setting.net.widths[-1]
    if adapter.hard_labels and loss.labels == "distributions":
        return datasets.one_hot(rng.integers(0, units, batch), units)
    if adapter.hard_labels and loss.labels == "shares":
        return rng.integers(0, 2, (batch, units)).astype(float)
    return cases.labels(rng, loss, batch, units)
