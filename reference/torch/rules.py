r"""Update rules that PyTorch has and npnet does not: ε beside the root, and for Adam beside the corrected one.

npnet has the forms of Keras. With ``epsilon=0`` both are the same.

==================  =====================================================  =============================================
rule                the update, PyTorch's                                  npnet's and Keras's
==================  =====================================================  =============================================
`CorrectedAdam`,    :math:`\hat m / (\sqrt{\hat V} + \epsilon)`            :math:`\hat m / (\sqrt{\hat V} + \epsilon /
`CorrectedAdamW`,                                                          \sqrt{1-\beta_2^t})`
`CorrectedAMSGrad`
`OuterRMSProp`      :math:`g / (\sqrt V + \epsilon)`                       :math:`g / \sqrt{V + \epsilon}`
`OuterAdagrad`      :math:`g / (\sqrt V + \epsilon)`                       :math:`g / \sqrt{V + \epsilon}`
==================  =====================================================  =============================================
"""

import math
from typing import Any

import numpy as np

from npnet.optimizers import Adagrad, Adam, AdamW, AMSGrad, Optimizer, RMSProp


class _Corrected:
    """What makes ε stand beside the corrected root: times the root's correction, it is that of npnet's Adam."""

    def update_bound(self, dtype: Any) -> Any:
        """Return infinity: ε is smaller than Adam's bound takes it to be."""
        return math.inf

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return the rule's own, with ε times the root's correction."""
        beta_1, beta_2, epsilon, *others = super().numbers(t)  # type: ignore[misc]
        return beta_1, beta_2, epsilon * math.sqrt(1 - beta_2**t), *others


class CorrectedAdam(_Corrected, Adam):
    r"""Adam with ε beside the corrected root, ``torch.optim.Adam``.

    .. math:: w \leftarrow w - \mathrm{lr}\, \hat m / (\sqrt{\hat V} + \epsilon), \qquad
              \hat m = m/(1-\beta_1^t), \quad \hat V = V/(1-\beta_2^t)

    Times :math:`\sqrt{1-\beta_2^t}` above and below, it is npnet's Adam with an ε that grows from step to step.

    Source: Kingma and Ba 2015, "Adam", algorithm 1; the documentation of ``torch.optim.Adam``.
    """


class CorrectedAdamW(_Corrected, AdamW):
    """AdamW with ε beside the corrected root, ``torch.optim.AdamW``.

    Source: Loshchilov and Hutter 2019, algorithm 2; the documentation of ``torch.optim.AdamW``.
    """


class CorrectedAMSGrad(_Corrected, AMSGrad):
    """AMSGrad with ε beside the corrected root, ``torch.optim.Adam(…, amsgrad=True)``.

    Source: the documentation of ``torch.optim.Adam``.
    """


class OuterRMSProp(RMSProp):
    r"""RMSProp with ε beside the root, ``torch.optim.RMSprop``.

    .. math:: V \leftarrow \rho V + (1-\rho) g^2, \qquad w \leftarrow w - \mathrm{lr}\, g / (\sqrt V + \epsilon)

    Source: the documentation of ``torch.optim.RMSprop``.
    """

    def decays(self, moment: str, dtype: Any) -> bool:
        """Return whether ε is so large that the root of a subnormal V is no rounding error of it."""
        limits = np.finfo(dtype)
        return bool(self.epsilon / math.sqrt(1 - self.rho) >= np.sqrt(limits.tiny) / limits.epsneg)

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return ρ, and with the factor of V taken out of the root, ε and the learning rate."""
        root = math.sqrt(1 - self.rho)
        return self.rho, self.epsilon / root, self.learning_rate / root

    def update(self, w: Any, g: Any, out: Any, V: Any, rho: Any, epsilon: Any, rate: Any) -> Any:
        """Return ``rate * g / (sqrt(V) + epsilon)``, in `out`, with ``V = rho * V + g**2``."""
        V *= rho
        V += np.square(g, out=out)
        return _beside_the_root(g, out, V, epsilon, rate)


class OuterAdagrad(Adagrad):
    r"""Adagrad with ε beside the root, ``torch.optim.Adagrad``.

    .. math:: V \leftarrow V + g^2, \qquad w \leftarrow w - \mathrm{lr}\, g / (\sqrt V + \epsilon)

    Source: the documentation of ``torch.optim.Adagrad``.
    """

    def update(self, w: Any, g: Any, out: Any, V: Any, epsilon: Any, rate: Any) -> Any:
        """Return ``rate * g / (sqrt(V) + epsilon)``, in `out`, with ``V += g**2``."""
        V += np.square(g, out=out)
        return _beside_the_root(g, out, V, epsilon, rate)


def _beside_the_root(g: Any, out: Any, V: Any, epsilon: Any, rate: Any) -> Any:
    np.sqrt(V, out=out)
    out += epsilon
    np.divide(g, out, out=out)
    out *= rate
    return out


PYTORCHS: dict[type[Optimizer], type[Optimizer]] = {
    Adam: CorrectedAdam,
    AMSGrad: CorrectedAMSGrad,
    AdamW: CorrectedAdamW,
    RMSProp: OuterRMSProp,
    Adagrad: OuterAdagrad,
}
"""PyTorch's form of each of npnet's rules that has ε in another place."""
