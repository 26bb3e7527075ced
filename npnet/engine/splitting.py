"""The choice of samples that are kept for validation."""

import numpy as np

from npnet.metrics import classes_of, is_classification
from npnet.typing import Array

SEED = 0
"""The same rows are chosen in each call: a second training does not see those that the first was validated on."""


def split(y: Array, share: float) -> tuple[Array, Array]:
    """Return the rows to train on and those for validation, drawn at random, both in ascending order.

    Where labels name classes, each has its share of the validation rows, up to one row, and at least one row is left
    to train on.

    Parameters
    ----------
    y : ndarray, shape (samples, units)
        The labels.
    share : float
        The share of the rows for validation, from 0 to 1.
    """
    groups = classes_of(y) if is_classification(y) else np.zeros(len(y), int)
    return split_groups(groups, share, SEED)


def split_groups(groups: Array, share: float, seed: int) -> tuple[Array, Array]:
    """Return the same for samples of these groups, such as the classes that they are in, each counted from 0."""
    counts = np.bincount(groups)
    exact = share * counts
    chosen = exact.astype(int)
    missing = round(share * len(groups)) - int(chosen.sum())
    # The largest remainders are rounded up
    chosen[np.argsort(chosen - exact, kind="stable")[:missing]] += 1
    chosen = np.minimum(chosen, np.maximum(counts - 1, 0))
    rng = np.random.default_rng(seed)
    rows = [rng.permutation(np.flatnonzero(groups == k))[:count] for k, count in enumerate(chosen.tolist())]
    held_out = np.sort(np.concatenate(rows))
    return np.setdiff1d(np.arange(len(groups)), held_out), held_out
