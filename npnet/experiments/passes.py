"""Counting: how many passes over the parameters an optimizer's step makes, which no clock is needed for."""

from typing import Any

import numpy as np

from npnet.optimizers import Optimizer


class _Counted(np.ndarray[Any, Any]):
    """An array that counts the NumPy functions that go over it or its like."""

    calls = 0

    def __array_ufunc__(self, ufunc: np.ufunc, method: Any, *inputs: Any, **options: Any) -> Any:
        _Counted.calls += 1
        out = options.pop("out", ())
        plain, given = ([np.asarray(one) for one in arrays] for arrays in (inputs, out))
        result = getattr(ufunc, method)(*plain, out=tuple(given) or None, **options)
        return out[0] if out else result.view(_Counted)


def passes(optimizer: Optimizer) -> int:
    """Return how often one step goes over all parameters: once for each operation on vectors.

    Examples
    --------
    >>> from npnet.optimizers import SGD, Adam
    >>> # One multiplies the gradient by the rate, and one takes that off the weights
    >>> passes(SGD(0.1)), passes(Adam(0.1))
    (2, 10)
    """
    w, g, out, *moments = (np.ones(2).view(_Counted) for _ in range(3 + len(optimizer.slots)))
    numbers = [np.asarray(value) for value in optimizer.numbers(1)]
    before = _Counted.calls
    w -= optimizer.update(w, g, out, *moments, *numbers)
    return _Counted.calls - before
