"""Bounds on the rounding errors of clipped gradients."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from npnet.clipping import ClipByNorm, ClipByValue, Clipping

from .tolerance import bound


def clipped_bound(rule: Clipping, gradients: Sequence[Any], dtype: Any) -> list[Any]:
    """Return a bound on the error of each variable's clipped gradient, in any order of summation.

    A limit is rounded once. By a norm, the sum of n squares takes n roundings, of which the root leaves half; the root
    itself, the quotient, its product with the elements, and Keras's product with the limit are five more. A sum of
    squares can be wrong by the smallest normal number for each of them that is flushed, which moves its root by less
    than sqrt(n · smallest).
    """
    wide = [np.asarray(gradient, np.longdouble) for gradient in gradients]
    clipped = rule(wide)
    if isinstance(rule, ClipByValue):
        return [bound(1, g, dtype, flushed=True) for g in clipped]
    each = [g.size for g in wide] if isinstance(rule, ClipByNorm) else [sum(g.size for g in wide)] * len(wide)
    lost = [np.sqrt(np.longdouble(n * np.finfo(dtype).smallest_normal)) / rule.norm for n in each]
    return [bound(n / 2 + 6, g, dtype, flushed=True) + share * abs(g) for n, g, share in zip(each, clipped, lost)]
