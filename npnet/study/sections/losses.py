"""Section 3.2 of the notes: the losses."""

from npnet import experiments
from npnet.language import Message
from npnet.losses import MeanSquaredError, SoftmaxCrossentropy
from npnet.source import listing
from npnet.study import plain
from npnet.study.content import RunSettings, Section, Table
from npnet.study.exercises import losses as exercises
from npnet.study.worked import losses as worked


def losses(settings: RunSettings) -> Section:
    """Return the head of the section."""
    why = r"""
A net cannot be told "do better"; it can only be told to make one number smaller. The loss is that number, and
choosing it is choosing what you want. Two losses may agree on the best net and still train quite differently, since
what a net feels is not the loss but its slope: how loudly each mistake speaks.

From here on the outputs are `$p$` (the notes' `$\hat y$`) and the labels `$y$`. A loss is always the mean over the
batch, and the gradient is exactly the gradient of that number.
"""
    return Section("3.2", "Losses", why=why, quotation="损失函数(Loss):预测ŷ和实际y的差距,神经网络优化目标为Loss最小。")


def mean_squared_error(settings: RunSettings) -> Section:
    """Return the mean squared error."""
    why = """
Tie each output to its label with a spring. A spring twice as long pulls twice as hard, and holds four times the
energy: the pull is the gradient, the energy is the loss. Where several labels pull at one output, it comes to rest at
their mean. So the mean squared error suits quantities, such as lengths or prices, and it cares most about what is
farthest off.

For classes it has a flaw. After a softmax or a sigmoid, its pull is multiplied by that curve's slope, and where the
net is sure and wrong, the slope is nearly 0: the worst mistakes are the ones that it learns from the least.
"""
    text = r"""
`$L = \frac1N \sum_{i=1}^N (p_i - y_i)^2, \quad \frac{\partial L}{\partial p_i} = \frac2N (p_i - y_i)$`

`$p_i$` is an output, `$y_i$` its label, and `$N$` counts all outputs of all samples of the batch, as `tf.reduce_mean`
does.
"""
    how = r"""
`terms` returns a pair, and what `derivative` will need, which gets it as `saved`. The pair is two arrays, here the
error twice: multiplied element by element and added up, they are the loss times `$N$`, the `count`.
"""
    code = listing(MeanSquaredError, "terms", "derivative", plain=plain.mean_squared_error, note=how)
    return Section(
        "3.2 (1)", "Mean squared error", text, why=why, worked=worked.springs(), exercise=exercises.outlier(),
        listings=(code,),
        quotation="均方误差MSE",
    )  # fmt: skip


def cross_entropy(settings: RunSettings) -> Section:
    """Return the five cross-entropies."""
    frame = experiments.cross_entropies().to_frame()
    if settings.tensorflow:
        frame[Message("TensorFlow: softmax, then")] = settings.tensorflow.unfused
        frame[Message("TensorFlow: from logits")] = settings.tensorflow.fused
    table = Table(
        "cross_entropies", "The notes' five losses, in the notes' digits.", frame,
        dict.fromkeys(frame.columns[1:], "{:.8e}".format),
    )  # fmt: skip
    why = r"""
How surprised are you by what happens? If you gave it the probability 1, not at all; if you gave it ½, a little; if
you called it next to impossible, very much. The cross-entropy is that surprise, `$-\ln p$` of what did happen: 0,
0.69, and without end as `$p$` goes to 0. To be sure and wrong is what it punishes most.

The softmax makes probabilities of any scores, the logits: it takes exponentials, which makes all of them positive,
and divides by their sum, which makes them shares of 1. Only differences between logits count; add 100 to all of them,
and nothing changes.

Now the two together. The logarithm undoes the exponential, and of both curves little is left: for the right class
`$c$`, `$-\ln p_c = -z_c + \ln \sum_j e^{z_j}$`. The first part has the slope −1 along `$z_c$`: it pulls the right
logit up, as one steps against the slope. The second part is the logarithm of the sum, and its slope along `$z_j$` is
`$e^{z_j}$` over the sum, which is `$p_j$` once more. So the gradient is `$p_j$` for a wrong class and `$p_c - 1$` for
the right one: **what the net said minus what was true**, `$p - y$`. No slope of the softmax is left to multiply it
with, and a net that is sure and wrong gets the full pull.
"""
    text = r"""
`$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}, \quad L = -\sum_k y_k \ln p_k$`

`$\frac{\partial L}{\partial z} = p - y$`

`$z$` are the logits of one sample, one for each class, `$p$` the probabilities, and `$y$` the label, with a 1 for the
right class and 0 for all others (or any shares that add up to 1). For a batch, `$L$` is the mean of their losses, and
the gradient `$p - y$` over the number of samples. Computed in one step from the logits, the loss does not overflow,
loses no digits, and stays finite where a probability underflows to 0: see the claim and the last two errata of this
section. On the notes' samples, in the table, both ways agree.

A sigmoid with the binary cross-entropy, `$-y \ln p - (1-y) \ln(1-p)$`, folds into `$p - y$` in the same way: the slope
of that loss along `$p$` is `$\frac{p - y}{p(1-p)}$`, and the sigmoid's own slope, `$p(1-p)$`, cancels what stands
below.
"""
    how = r"""
Here `p` are the logits, laid out as the engine does, a row for each class and a column for each sample, so that sums
over classes run along axis 0; `z` are the logits less the largest, whose exponentials `$E = e^z$` cannot overflow. When
`terms` returns, `e` holds `$d = E - y$`, and `rest` its sum, `$r = \sum_j E_j - 1$`; `derivative` gets both as `saved`.
It returns `$y$` and `$\ln(1+r) - z$`, which is `$-\ln p$`: the loss is the sum of their products. The probabilities are
`$\frac{E}{1+r}$`, and less the label that is

`$p - y = \frac{E - y\,(1 + r)}{1 + r} = \frac{d - y\,r}{1+r}$`

and over the size of the batch. Written so, no digits are lost where the right answer is nearly certain, and the
probability nearly the label. `largest(y)` is `y` where it has a single 1; labels that are shares are left to a
subclass.
"""
    code = listing(SoftmaxCrossentropy, "terms", "derivative", plain=plain.softmax_cross_entropy, note=how)
    return Section(
        "3.2 (2)", "Cross-entropy", text, why=why, worked=worked.from_logits_to_gradient(),
        exercise=exercises.confidently_wrong(), listings=(code,), tables=(table,),
        quotation="常常与Softmax结合",
    )  # fmt: skip


SECTIONS = (losses, mean_squared_error, cross_entropy)
