"""Section 3.3, the study's own: backpropagation, which needs the activations and the losses."""

from npnet.engine import layers
from npnet.experiments.one_step import one_step
from npnet.language import Message
from npnet.source import listing
from npnet.study import figures, plain
from npnet.study.content import Picture, RunSettings, Section
from npnet.study.exercises import losses as exercises
from npnet.study.worked import losses as worked


def backpropagation(settings: RunSettings) -> Section:
    """Return the way back through a net."""
    why = r"""
The loss is too high: which of the weights is to blame, and for how much of it? One could try: move one weight a
little, run the net, see what the loss does, and put it back. That is one pass through the net for each weight, and a
net of a million weights needs a million passes for a single step.

Backpropagation gets all of it in one pass back. The trick is that the effects share their way. Whatever a weight of
the first layer does to the loss, it does through the unit that it leads to; so work out once, for each unit, how much
the loss changes when its `$z$` changes, and call that `$\delta$`. From the `$\delta$` of one layer follow those of
the layer before it, by three rules that are nothing but the chain rule. **Back through a weight: multiply by the
weight. Back through an activation: multiply by its slope. Where ways meet: add.**

The gradient of a weight is then the product of its two ends: what came in, times the `$\delta$` of the unit that it
leads to. A weight whose input was 0 had no part in the loss and gets no blame; one that leads to a unit with `$\delta =
0$` cannot help.
"""
    text = r"""
`$\delta_n = \frac{\partial L}{\partial z_n}, \quad \delta_l = \left(\delta_{l+1} W_{l+1}^T\right) \circ f_l'(z_l)$`

`$\frac{\partial L}{\partial W_l} = y_{l-1}^T\,\delta_l, \quad \frac{\partial L}{\partial b_l} = \sum_s \delta_{ls}$`

The layers are counted by `$l$` from 1 to `$n$`; `$W_l$`, `$b_l$` and `$f_l$` are a layer's weights, biases and
activation, `$z_l = y_{l-1} W_l + b_l$` and `$y_l = f_l(z_l)$`. With an index `$y$` is no label here, but a layer's
output: `$y_0$` is the input `$x$` and `$y_n$` the output `$p$`. `$\circ$` multiplies element by element, `$T$`
transposes, and `$s$` counts the samples of the batch, whose shares in a gradient add up. After a softmax with the
cross-entropy `$\delta_n$` is `$p - y$` over the size of the batch.

In `$\delta_l$` one sees why gradients vanish or explode: each layer back is one more `$W$` and one more `$f'$`.
"""
    how = r"""
In the short form `gradient` begins as `$\frac{\partial L}{\partial p}$`, and layers count from 0, so that `y[i]` is the
input of layer `i` and `y[i + 1]` its output. What runs goes the same way: a layer's pass `p` holds its arrays,
`pullback` turns the gradient by the output into `delta`, in the same memory, `gradients` writes those of weights and
biases, and `back` multiplies by the weights. Where softmax and loss are computed in one step, the first `delta` is
`$p - y$` over the size of the batch, and the last activation counts as the identity.
"""
    code = listing(layers.backward, plain=plain.backward, note=how)
    return Section(
        "3.3", "Backpropagation: all gradients in one pass", text, why=why, worked=worked.there_and_back(),
        exercise=exercises.nudge(), listings=(code,), pictures=(_picture(),),
    )  # fmt: skip


def _picture() -> Picture:
    step = one_step()
    caption = Message(
        "One step of a net with two inputs, two hidden units and one output, whose target is {target}. Blue, from left "
        "to right: what is computed forward. Orange, from right to left: the slopes f′, each unit's δ, each weight's "
        "gradient g, and after ← what the step, with the rate {rate}, makes of weights, biases and loss.",
        target=step.target, rate=step.learning_rate,
    )  # fmt: skip
    return Picture("one_step", caption, figures.one_step_in_words(step), figures.one_step(step))


SECTIONS = (backpropagation,)
