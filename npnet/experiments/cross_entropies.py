"""The notes' five cross-entropies, from logits in one step and from softmax's probabilities.

Source: the study notes, section 3.2 (2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from npnet import activations
from npnet._equality import ByValue
from npnet.experiments import notes
from npnet.language import Message
from npnet.losses import CategoricalCrossentropy
from npnet.typing import Array

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False)
class CrossEntropies(ByValue):
    """The loss of each sample, computed two ways."""

    unfused: Array
    """float64, shape (samples,): the cross-entropy of the softmax."""
    fused: Array
    """float64, shape (samples,): the cross-entropy from logits."""

    def to_frame(self) -> pandas.DataFrame:
        """Return a table with one row for each sample."""
        import pandas

        return pandas.DataFrame(
            {
                Message("sample"): np.arange(len(self.fused)),
                Message("softmax, then cross-entropy"): self.unfused,
                Message("cross-entropy from logits"): self.fused,
            }
        )


def cross_entropies(y_true: npt.ArrayLike = notes.LABELS, logits: npt.ArrayLike = notes.LOGITS) -> CrossEntropies:
    """Return each sample's cross-entropy, unfused and fused.

    Parameters
    ----------
    y_true : array_like, shape (samples, classes) or (samples,)
        The labels; the notes' by default.
    logits : array_like, shape (samples, classes)
        The logits; the notes' by default.

    Examples
    --------
    >>> print(cross_entropies().fused)
    [1.68795487e-04 1.03475622e-03 6.58839038e-02 2.58349207e+00
     5.49852354e-02]
    """
    return CrossEntropies(
        CategoricalCrossentropy().per_sample(y_true, activations.softmax(logits)),
        CategoricalCrossentropy(from_logits=True).per_sample(y_true, logits),
    )
