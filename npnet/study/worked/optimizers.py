"""Worked numbers of section 5: the first steps of each optimizer."""

from itertools import pairwise

import numpy as np

from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp
from npnet.study.content import Worked


def _steps(optimizer: Optimizer, gradients: list[float]) -> list[float]:
    """Return how far each step goes."""
    w, path = np.array([0.0]), [0.0]
    for gradient in gradients:
        optimizer.step(w, np.array([gradient]))
        path.append(float(w[0]))
    return [before - after for before, after in pairwise(path)]


def no_unit() -> Worked:
    """Return the step of the template for a gradient of any size."""
    small, large = (_steps(Adam(0.1), [gradient])[0] for gradient in (0.03, 30.0))
    text = r"""
If every gradient so far was `$g$`, a mean of the gradients is `$g$`, a mean of their squares is `$g^2$` (but for the
first steps of a mean that begins at 0 and is not corrected; Adam's are), and the quotient
`$\frac{m_t}{\sqrt{V_t}} = \frac{g}{\sqrt{g^2}}$` is 1 or −1, whatever the size of `$g$`. With `$\mathrm{lr} = 0.1$`,
Adam's first step is {small} for a gradient of 0.03, and {large} for one of 30. Should gradients be 1 and −1 in turn,
their mean is about 0 and that of their squares still 1: the step is about 0. The quotient measures how much the
gradients agree.
"""
    return Worked(
        "A step that does not depend on the gradient's size", text, {"small": f"{small:.3f}", "large": f"{large:.3f}"}
    )


def plain() -> Worked:
    """Return a step of SGD in two directions of different curvature."""
    w = np.array([1.0, 1.0])
    SGD(0.01).step(w, np.array([1.0, 50.0]) * w)
    text = r"""
In a valley `$L = \frac12(w_1^2 + 50\,w_2^2)$` the gradient at (1, 1) is `$(1, 50)$`. With `$\mathrm{lr} = 0.01$` the
step leads to `$(1 - 0.01,\ 1 - 0.5) = ({first}, {second})$`: half of the steep direction is done, and a hundredth of
the flat one. It takes 69 steps to halve the first weight, and one to halve the second.
"""
    return Worked("Two directions, one rate", text, {"first": f"{w[0]:.2f}", "second": f"{w[1]:.2f}"})


def agreement() -> Worked:
    """Return the momentum of gradients that agree, and of gradients that do not."""
    same, changing = (_steps(SGDM(1.0), gradients) for gradients in ([1.0] * 3, [1.0, -1.0, 1.0]))
    late = _steps(SGDM(1.0), [1.0, -1.0] * 50)[-1]
    text = r"""
With `$\beta = 0.9$` and the gradients 1, 1, 1 the momentum is `$0.1 \cdot 1 = {same_first}$`, then
`$0.9 \cdot {same_first} + 0.1 = {same_second}$`, then {same_third}: it fills up, and after 22 steps nine tenths are
there. With the gradients 1, −1, 1 it is {other_first}, {other_second} and {other_third}, and after a hundred of them
it swings by {late} only. What agrees adds up, what does not cancels.
"""
    values = {f"same_{place}": f"{m:.3f}" for place, m in zip(PLACES, same)}
    values |= {f"other_{place}": f"{m:.3f}".replace("-", "−") for place, m in zip(PLACES, changing)}
    return Worked("Gradients that agree", text, values | {"late": f"{abs(late):.3f}"})


PLACES = ("first", "second", "third")


def shrinking() -> Worked:
    """Return Adagrad's first steps along a constant gradient, and along a small one."""
    large, small = (_steps(Adagrad(0.1, epsilon=0.0), [gradient] * 4) for gradient in (2.0, 0.02))
    assert np.allclose(large, small)
    text = r"""
The gradient is 2 in every step, and `$\mathrm{lr} = 0.1$`. `$V$` is 4, 8, 12 and 16; the steps are
`$0.1 \cdot \frac{2}{\sqrt 4} = {first}$`, `$0.1 \cdot \frac{2}{\sqrt 8} = {second}$`, {third} and {fourth}:
`$\frac{0.1}{\sqrt t}$`. With a gradient of 0.02 they would be the very same. A weight whose gradient is 0 in most
steps keeps its `$V$` small, and its next step long.
"""
    values = {name: f"{step:.4f}" for name, step in zip((*PLACES, "fourth"), large)}
    return Worked("Steps that shrink", text, values)


def first_is_longest() -> Worked:
    """Return RMSProp's steps along a constant gradient."""
    first, second, *_, last = _steps(RMSProp(0.1, epsilon=0.0), [2.0] * 40)
    text = r"""
With `$\rho = 0.9$`, `$\mathrm{lr} = 0.1$` and the gradient 2 in every step, `$V_1 = 0.1 \cdot 4 = 0.4$`, and the
first step is `$0.1 \cdot \frac{2}{\sqrt{0.4}} = {first}$`. Then `$V_2 = 0.9 \cdot 0.4 + 0.1 \cdot 4 = 0.76$`, and the
step is {second}. After 40 steps `$V$` is all but 4, and the step {last}. It began three times as long, since
`$V_0 = 0$` counted as if the gradients before had been 0; Adam mends that.
"""
    return Worked("The first step is the longest", text, {
        "first": f"{first:.3f}", "second": f"{second:.3f}", "last": f"{last:.3f}",
    })  # fmt: skip


GRADIENTS = [2.0, 1.0]


def corrected() -> Worked:
    """Return Adam's first two steps, with the corrections and without."""
    optimizer, w = Adam(0.1, epsilon=0.0), np.array([0.0])
    moments, path = [], [0.0]
    for gradient in GRADIENTS:
        optimizer.step(w, np.array([gradient]))
        moments.append((float(optimizer.state["m"][0]), float(optimizer.state["V"][0])))
        path.append(float(w[0]))
    (m_1, V_1), (m_2, V_2) = moments
    hat_m, hat_V = m_2 / (1 - 0.9**2), V_2 / (1 - 0.999**2)
    text = r"""
`$\beta_1 = 0.9$`, `$\beta_2 = 0.999$`, `$\mathrm{lr} = 0.1$`, and the gradients are 2, then 1.

**`$t = 1$`.** `$m_1 = 0.1 \cdot 2 = {m_first}$` and `$V_1 = 0.001 \cdot 4 = {V_first}$`: a tenth and a thousandth of
what they are means of, because the rest of the shares stands on the zeros that the means began with. Divided by
`$1 - 0.9 = 0.1$` and `$1 - 0.999 = 0.001$` they are `$\hat m_1 = 2$` and `$\hat V_1 = 4$`, and the step is
`$0.1 \cdot \frac{2}{\sqrt 4} = {step_first}$`. Without the corrections it would be
`$0.1 \cdot \frac{{m_first}}{\sqrt{{V_first}}} = {plain_first}$`.

**`$t = 2$`.** `$m_2 = 0.9 \cdot {m_first} + 0.1 \cdot 1 = {m_second}$` and
`$V_2 = 0.999 \cdot {V_first} + 0.001 \cdot 1 = {V_second}$`. Now `$1 - 0.9^2 = 0.19$` and `$1 - 0.999^2 = 0.001999$`:
`$\hat m_2 = {hat_m}$` and `$\hat V_2 = {hat_V}$`, means of 2 and 1, and of 4 and 1, in which the newer one counts a
little more. The step is `$0.1 \cdot \frac{{hat_m}}{\sqrt{{hat_V}}} = {step_second}$`; without the corrections,
{plain_second}.
"""
    values = {
        "m_first": f"{m_1:.1f}", "V_first": f"{V_1:.3f}", "step_first": f"{path[0] - path[1]:.1f}",
        "plain_first": f"{0.1 * m_1 / np.sqrt(V_1):.3f}", "m_second": f"{m_2:.2f}", "V_second": f"{V_2:.6f}",
        "hat_m": f"{hat_m:.3f}", "hat_V": f"{hat_V:.3f}", "step_second": f"{path[1] - path[2]:.4f}",
        "plain_second": f"{0.1 * m_2 / np.sqrt(V_2):.3f}",
    }  # fmt: skip
    return Worked("Two steps of Adam", text, values)
