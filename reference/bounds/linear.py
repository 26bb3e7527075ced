"""A loss whose gradient is given: with it, a net carries any gradient of its outputs back to its weights."""

from typing import Any

from npnet.losses import Loss


class Linear(Loss):
    r"""The mean over the batch of :math:`\sum_k y_k p_k`, whose gradient is :math:`y / n`, whatever the predictions.

    Examples
    --------
    >>> print(Linear().gradient([[1.0, 2.0], [3.0, 4.0]], [[0.0, 5.0], [0.0, 5.0]]))
    [[0.5 1. ]
     [1.5 2. ]]
    """

    name = "linear"
    mean_over_units = False

    def terms(self, y: Any, p: Any, out: Any = None, scratch: Any = None) -> Any:
        """Return ``y * p``, and nothing."""
        return (y, p), None

    def derivative(self, y: Any, saved: Any, count: int) -> Any:
        """Return ``y / count``."""
        return y / count
