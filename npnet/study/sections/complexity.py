"""Section 2 of the notes: the complexity of a net, and the learning rate."""

import pandas

from npnet import experiments
from npnet.experiments import notes
from npnet.language import Message
from npnet.schedules import ExponentialDecay
from npnet.source import listing
from npnet.study import figures, plain
from npnet.study.content import Picture, RunSettings, Section, Table
from npnet.study.exercises import learning_rates as exercises
from npnet.study.worked import learning_rates as worked


def complexity_and_rate(settings: RunSettings) -> Section:
    """Return the head of the part."""
    why = """
Two questions come before any training, and both can be answered with a pencil: how large is the net, and how long
should its steps be?
"""
    return Section("2", "Complexity and the learning rate", why=why, quotation="神经网络复杂度、学习率选取")


def complexity(settings: RunSettings) -> Section:
    """Return the notes' space and time complexity of their two nets."""
    rows = [
        {
            Message("net"): "-".join(str(width) for width in net.widths),
            Message("layers"): len(net.weights),
            Message("parameters (space)"): net.parameters.size,
            Message("multiply-adds per sample (time)"): net.multiply_adds,
        }
        for net in (notes.iris_net(), notes.dots_net())
    ]
    why = """
How much does a net remember, and how long does it think? In a net of this kind one number answers both. Each weight
has to be kept, and each weight is used once for every sample: one multiplication, one addition. So whoever counts the
weights knows the memory and the work, before a single line has run. Biases are kept too, but only added.

The count is not yet a time. A small net spends its time on calls of functions rather than on multiplying, and a large
one on fetching weights from memory that does not keep up; the claim below measures both.
"""
    text = r"""
A layer computes `$z = xW + b$` and `$y = f(z)$`. Here `$x$` are its inputs, one row for each sample; `$W$` its
weights, one row for each input and one column for each unit; `$b$` its biases, one for each unit; `$f$` its
activation, and `$y$` its outputs, which are the next layer's inputs. With `$n$` inputs and `$m$` units, these are
`$nm$` weights, `$m$` biases and, for each sample, `$nm$` multiply-adds.
"""
    table = Table("complexity", "Space and time of the notes' nets.", pandas.DataFrame(rows))
    return Section(
        "2.1",
        "Complexity",
        text,
        why=why,
        worked=worked.counted(),
        exercise=exercises.deeper(),
        tables=(table,),
        quotation="空间:层数;时间:乘加运算次数。",
    )


def learning_rate(settings: RunSettings) -> Section:
    """Return the head of the section."""
    why = r"""
Picture a hillside in thick fog. You feel the slope under your feet, and nothing else: it tells you which way is down,
and how steep it is here. It does not tell how far the valley is. The gradient `$g$` is that slope, taken at one point
and true for a short way around it; the learning rate is how far you trust it.
"""
    text = r"""
`$w \leftarrow w - \mathrm{lr} \cdot g$`

Each weight `$w$` moves against its gradient `$g = \frac{\partial L}{\partial w}$`, the slope of the loss `$L$` along
it, by the gradient times the learning rate `$\mathrm{lr}$`. Where the loss is steep, the step is long.
"""
    return Section("2.2", "Learning rate", text, why=why, quotation="学习率更新")


def influence(settings: RunSettings) -> Section:
    """Return the paths of one weight."""
    paths = experiments.one_weight()
    frame = paths.to_frame()
    why = """
Take the simplest valley there is, a parabola with its minimum at −1, and put one weight on its side. The farther away
it is, the steeper the ground, so that every step covers the same *share* of the distance that is left. That share is
all there is to know: a tenth of it, and the weight creeps; all of it, and the weight is there at once; twice of it,
and the weight lands as far off on the other side; more, and it climbs out of the valley in ever longer leaps.
"""
    text = r"""
The loss is `$L = (w+1)^2$` and its gradient `$2(w+1)$`, so that a step turns the distance `$w + 1$` into

`$(w + 1) - \mathrm{lr} \cdot 2(w+1) = (1 - 2\,\mathrm{lr})(w+1)$`

This converges where the factor lies between −1 and 1, so for `$0 < \mathrm{lr} < 1$`. The 2 is how sharply this loss
bends, its second derivative. With a bend of `$c$` the factor is `$1 - c\,\mathrm{lr}$` and the limit `$\frac2c$`: a
loss of many weights has a bend for each direction, and the sharpest one sets the limit for all.
"""
    table = Table(
        "one_weight", "The weight after some steps; the minimum is at −1.", frame,
        {"last loss": "{:.1e}".format, **dict.fromkeys(frame.columns[1:-1], "{:.2f}".format)},
    )  # fmt: skip
    picture = Picture(
        "one_weight", "One weight under four learning rates: its path, and its distance from the minimum.",
        "Left, the weight: the smallest rate stays near 5, the decayed one goes to -1, the two largest jump from side "
        "to side. Right, the distance from the minimum: it falls to 1e-6 with the decayed rate, "
        "hardly falls with 0.001 and 0.999, and grows with 1.05.", figures.one_weight(paths),
    )  # fmt: skip
    return Section(
        "2.2 (1)", "What the learning rate does", text, why=why, worked=worked.three_steps(),
        exercise=exercises.steeper(), tables=(table,), pictures=(picture,),
        quotation="学习率过小→更新过慢;学习率过大→不收敛",
    )  # fmt: skip


def decay(settings: RunSettings) -> Section:
    """Return the decayed rates."""
    decayed = experiments.decayed_rates()
    why = """
Far from the valley floor long steps save time; near it they step across. And there is a second reason to slow down.
Each batch sees only a few samples, so that its gradient is a guess, the true one plus noise. With a rate that stays
the same the noise shakes the weights for ever, as strongly at the end as at the start. With a rate that falls, late
steps average the noise away.

It has a price: a weight whose rate is gone cannot travel any more. So the first rate must be large enough that the
way is done before the rate is small, and this is what the claim below finds: the decay helps from a large first rate,
and only costs time from a small one.
"""
    text = r"""
`$\mathrm{lr} = \mathrm{lr}_0 \cdot r^{e/s}$`

`$\mathrm{lr}_0$` is the first rate, `$e$` the epoch, counted from 0, and `$r$` the factor by which the rate has
fallen after every `$s$` epochs. Below, `$\mathrm{lr}_0 = 0.2$`, `$r = 0.99$` and `$s = 1$`, as in the notes, and the
numbers are the notes' in every digit.
"""
    table = Table(
        "learning_rates", "The decayed learning rate of each epoch, in all digits.", decayed.to_frame(),
        {"learning_rate": repr}, preview=True,
    )  # fmt: skip
    picture = Picture(
        "learning_rates", "The decayed learning rate: each epoch takes 1 % of it away.",
        "A curve that falls from 0.2 to 0.074 in 100 epochs, ever more slowly.", figures.decayed_rates(decayed),
    )  # fmt: skip
    code = listing(ExponentialDecay, "rate", plain=plain.exponential_decay)
    return Section(
        "2.2 (2)", "Exponential decay", text, why=why, worked=worked.half_life(), exercise=exercises.fast_decay(),
        listings=(code,), tables=(table,), pictures=(picture,),
        quotation="这里老师推荐了指数衰减学习率",
    )  # fmt: skip


SECTIONS = (complexity_and_rate, complexity, learning_rate, influence, decay)
