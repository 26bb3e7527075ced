"""Samples that are made some at a time, when a training needs them, so that memory need not hold all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np

from npnet.engine.layers import inputs
from npnet.engine.stepping import Objective
from npnet.typing import Array

PART = 1 << 14
"""Samples that are made at once, about."""


class Samples(ABC):
    """Samples with their labels, which are made when they are needed."""

    width: int
    """The number of features."""

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of samples."""

    @abstractmethod
    def order(self, rng: np.random.Generator) -> Any:
        """Draw what stands for the order of the samples in an epoch."""

    @abstractmethod
    def parts(self, order: Any, rows: int) -> Iterator[tuple[Array, Array]]:
        """Yield all samples, some at a time: `rows` of them, and in the last part those that are left.

        Parameters
        ----------
        order : object
            What `order` has drawn; None for the order in which they are stored.
        rows : int
            How many samples are in a part.

        Yields
        ------
        x, y : ndarray, shapes (rows, features) and (rows,) or (rows, units)
            Samples, and labels as `npnet.MLP.fit` takes them.
        """


class PartBatches:
    """The batches of an epoch of `Samples`; the same as those of `Batches` where these draw the same orders.

    Parameters
    ----------
    objective : Objective
        The loss, which prepares the labels.
    samples : Samples
        The samples.
    size : int
        The samples in a batch; the last may have fewer.
    rng : numpy.random.Generator or None
        The source of the orders; None to leave the samples in order.
    """

    def __init__(self, objective: Objective, samples: Samples, size: int, rng: np.random.Generator | None) -> None:
        self.samples, self.size, self.rng, self._objective = samples, size, rng, objective
        self.count = len(samples)
        self.largest = min(size, self.count)
        starts = np.arange(0, self.count, size)
        self.shares = np.minimum(size, self.count - starts) / self.count
        """Each batch's share of the samples."""
        self._order: Any = None

    def draw(self) -> None:
        """Draw the order of the next epoch."""
        if self.rng is not None:
            self._order = self.samples.order(self.rng)

    def contents(self) -> Iterator[tuple[Array, Array]]:
        """Yield all samples and labels as they are computed with, in the order in which they are stored."""
        return self._parts(None)

    def _parts(self, order: Any) -> Iterator[tuple[Array, Array]]:
        net: Any = self._objective.net
        for x, y in self.samples.parts(order, max(1, PART // self.size) * self.size):
            labels = net.checked_labels("y", y, len(x), self._objective.loss)
            yield inputs(x, net.use_bias[0]), self._objective.labels(labels)

    def __len__(self) -> int:
        return len(self.shares)

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        for rows, y in self._parts(self._order):
            for start in range(0, len(rows), self.size):
                part = slice(start, start + self.size)
                yield rows[part].T, y[:, part].copy()
