"""Worked numbers of section 4: more numbers than samples, and two pulls."""

import numpy as np

from npnet.network import MLP
from npnet.optimizers import SGD
from npnet.regularizers import L1, L2, Regularizer
from npnet.study.content import Worked
from npnet.typing import Array


def more_unknowns() -> Worked:
    """Return how many parameters there are for each label."""
    small, large = MLP([2, 11, 1]).parameters.size, MLP([2, 50, 1]).parameters.size
    text = r"""
A 2-50-1 net has `$2 \cdot 50 + 50 + 50 + 1 = {large}$` parameters. Trained on 40 dots, it has {each} for each label:
enough to bend around any single dot. The notes' 2-11-1 net has {small}, and 300 dots: {labels} labels for each
parameter. It cannot learn them by heart, and must find what they have in common.
"""
    values = {"large": str(large), "each": f"{large / 40:.0f}", "small": str(small), "labels": f"{300 / small:.1f}"}
    return Worked("Parameters for each label", text, values)


def two_pulls() -> Worked:
    """Return one step of L1 and of L2 on a large and on a small weight."""
    rate, strength, w = 0.1, 0.03, np.array([0.5, 0.01])
    one, two = (_after(penalty, w, rate) for penalty in (L1(strength), L2(strength)))
    text = r"""
Take the strength `$s = 0.03$`, the rate 0.1 and the weights 0.5 and 0.01, and let only the penalty act. **L1** pulls
both with 0.03, and one step takes `$0.1 \cdot 0.03 = 0.003$` off each: {large_one} and {small_one}. **L2** pulls with
`$0.03\,w$`, and one step multiplies each by `$1 - 0.1 \cdot 0.03 = 0.997$`: {large_two} and {small_two}. Three more
steps of L1 and the small weight is past 0; L2 needs {half} steps to halve it, and never gets there.
"""
    values = {
        "large_one": f"{one[0]:.3f}", "small_one": f"{one[1]:.3f}", "large_two": f"{two[0]:.4f}",
        "small_two": f"{two[1]:.5f}", "half": f"{np.ceil(np.log(0.5) / np.log(two[0] / w[0])):.0f}",
    }  # fmt: skip
    return Worked("A large weight and a small one", text, values)


def _after(penalty: Regularizer, w: Array, rate: float) -> Array:
    moved = w.copy()
    SGD(rate).step(moved, penalty.gradient(w))
    return moved
