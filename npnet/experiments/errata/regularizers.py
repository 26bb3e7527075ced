"""Errata of section 4.2: the penalties on the weights."""

import numpy as np

from npnet.experiments.errata.erratum import Shown, erratum, row
from npnet.experiments.notes import STRENGTH
from npnet.regularizers import L1, L2


@erratum(
    "l2-formula",
    "4.2 (1)",
    "One formula stands for L1 and L2, and for L2 it is twice what the code has",
    r"\mathrm{loss}(w) = \sum_i |w_i^k|, \quad k = 2",
    r"\mathrm{loss}(w) = \frac12 \sum_i w_i^2",
    "One formula stands for both penalties, and neither is written out. For L1 it is right; for L2 it is twice what "
    "the notes' code has, tf.nn.l2_loss, so that the strength would mean another pull on the weights.",
    L2,
    quotation="其中,L(⋅)为上述介绍的几种损失函数,Regularizer为超参数",
)
def l2_formula() -> tuple[Shown, ...]:
    w = np.array([1.0, -2.0, 3.0])
    return (
        row("L2 of (1, -2, 3) at 0.03", STRENGTH * np.sum(abs(w**2)), L2(STRENGTH)(w)),
        row("its gradient", STRENGTH * 2 * w, L2(STRENGTH).gradient(w)),
        row("L1 of (1, -2, 3) at 0.03", STRENGTH * np.sum(abs(w**1)), L1(STRENGTH)(w)),
    )
