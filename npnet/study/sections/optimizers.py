"""Section 5 of the notes: the optimizers."""

from npnet.experiments import notes
from npnet.experiments.optimizer_comparison import OptimizerComparison
from npnet.experiments.optimizer_paths import optimizer_paths
from npnet.language import Message
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp
from npnet.source import listing
from npnet.study import figures, plain
from npnet.study.content import Picture, RunSettings, Section, Table
from npnet.study.exercises import optimizers as exercises
from npnet.study.worked import optimizers as worked


def optimizers(settings: RunSettings) -> Section:
    """Return the head of the part."""
    why = """
The gradient says which way is down at this point, for this batch. Two things it does not say: whether the next batch
will agree, and how far it is safe to go. The optimizers differ in how they guess the two.
"""
    return Section("5", "Optimizers", why=why, quotation="神经网络参数优化器")


def update(settings: RunSettings) -> Section:
    """Return the template of all five."""
    why = r"""
All five optimizers of the notes are one sentence with two blanks: *go against where the gradients have been pointing,
in steps measured by how large they have been*. The first blank is a memory of direction, `$m_t$`: today's gradient
alone, or a mean over the last ones, in which the noise of single batches cancels. The second is a memory of size,
`$V_t$`: nothing, or a sum or mean of squared gradients, for each weight by itself. Dividing by its root gives a
weight with small gradients steps as long as one with large gradients, which no single learning rate can do.
"""
    text = r"""
`$w_{t+1} = w_t - \mathrm{lr}\,\frac{m_t}{\sqrt{V_t}}$`

`$t$` counts the steps from 1, one for each batch; `$w_t$` is a weight or a bias, `$g_t$` the gradient of the loss
along it, `$\mathrm{lr}$` the learning rate, `$m_t$` the first moment, made of gradients, and `$V_t$` the second, made
of their squares. All weights and biases of a net are one flat vector, so that a step is a handful of operations
however many layers there are.
"""
    how = r"""
`apply` is the same for all optimizers; `numbers` and `update` are each one's own, listed in the sections below.
`numbers` gives what is one number for all weights in step `t`, such as the rate. `update` returns what is taken from
the weights, in an array `out` that is used again in every step, so that none is allocated; a long vector is updated in
parts that fit into the cache. The other lines stop where a number is not finite and, once in many steps, set to 0
those moments that are so small that processors slow down for them.
"""
    return Section(
        "5.1", "How parameters are updated", text, why=why, worked=worked.no_unit(), exercise=exercises.louder(),
        listings=(listing(Optimizer, "apply", plain=plain.update, note=how),),
        quotation="对于待优化参数w,损失函数L,学习率lr,每次迭代一个batch,t表示当前batch迭代总次数",
    )  # fmt: skip


def common(settings: RunSettings) -> Section:
    """Return the paths of the optimizers over a loss surface."""
    picture = Picture(
        "optimizer_paths",
        "The paths of 60 steps with the notes' learning rates, over the loss of a line with one weight and one bias "
        "that gives the width of an iris's petal from its length, less 2 cm. Right, the loss at each step.",
        "Left, a long, narrow, tilted valley of contours. SGD crosses it in one step and creeps along its floor; SGDM "
        "swings from side to side; Adagrad, RMSProp and Adam first go diagonally, as their steps are of the same size "
        "in both directions. Right, the loss falls fastest with RMSProp at 0.1, which later jumps up tenfold, and "
        "with SGD; with SGDM and Adam it swings; with RMSProp at 0.01 it falls slowest.",
        figures.optimizer_paths(optimizer_paths()),
    )  # fmt: skip
    why = """
Losses are seldom round bowls. They are long valleys, steep across and flat along, because some weights matter much
more than others. Below, one such valley and five ways down. Before you read on, look for who crosses it, who creeps
along its floor, who swings, and who takes the diagonal.
"""
    return Section(
        "5.2",
        "The five optimizers",
        why=why,
        pictures=(picture,),
        quotation="下面列举一些常见的优化器的动量表达形式,并用python实现",
    )


def sgd(settings: RunSettings) -> Section:
    """Return stochastic gradient descent."""
    why = """
Stochastic gradient descent keeps no memory: it looks at one batch, steps, and forgets. "Stochastic" is the batch: its
gradient is that of a few samples, right on average and wrong in detail. That is a bargain, as ten rough steps usually
lead farther than one exact step of ten times the cost. What it lacks is a sense of scale. The steepest direction sets
how large the rate may be, and the flattest then waits.
"""
    text = r"""
`$m_t = g_t, \quad V_t = 1, \quad w_{t+1} = w_t - \mathrm{lr} \cdot g_t$`
"""
    return Section(
        "5.2 (1)", "SGD", text, why=why, worked=worked.plain(), exercise=exercises.valley(),
        listings=(listing(SGD, "update", "numbers", plain=plain.sgd),),
        quotation="动量表达形式",
    )  # fmt: skip


def sgdm(settings: RunSettings) -> Section:
    """Return momentum."""
    why = r"""
Let a heavy ball roll down the valley in place of a walker. Across it the slope changes sides, so the pushes cancel;
along it they all point the same way, so they add up. `$m_t$` is a mean of the gradients that fades into the past:
each step keeps `$\beta$` of it and adds `$1-\beta$` of what is new. A gradient that is `$k$` steps old counts
`$\beta^k$` times as much as today's, and all of them together as much as
`$1 + \beta + \beta^2 + \dots = \frac{1}{1-\beta}$` of today's: with 0.9, as ten. That is what it means to remember
about the last ten. What gradients agree on stays, and what they disagree on, such as the noise of batches, is averaged
away.

A ball also rolls on: past the minimum, and back. The larger `$\beta$`, the longer the memory and the longer the
swinging.
"""
    text = r"""
`$m_t = \beta m_{t-1} + (1-\beta) g_t, \quad V_t = 1, \quad w_{t+1} = w_t - \mathrm{lr} \cdot m_t$`

`$\beta$` is the share of the old mean that is kept, 0.9 in the notes, and `$m_0 = 0$`. Keras and PyTorch add up without
the factor `$1-\beta$`: with a constant rate, theirs is to be taken `$1-\beta$` times as large for the same path.
npnet's `Momentum` is Keras's form.
"""
    how = r"""
Where is `$1-\beta$`? What is kept is `$M_t = \frac{m_t}{1-\beta}$`, for which `$M_t = \beta M_{t-1} + g_t$`. The
factor is part of `rate`, one number for all weights: `$\mathrm{lr} \cdot m_t = \mathrm{lr}\,(1-\beta) \cdot M_t$`, and
each weight is spared a product.
"""
    return Section(
        "5.2 (2)", "SGDM", text, why=why, worked=worked.agreement(), exercise=exercises.heavier(),
        listings=(listing(SGDM, "update", "numbers", plain=plain.sgdm, note=how),),
        quotation="计算动量",
    )  # fmt: skip


def adagrad(settings: RunSettings) -> Section:
    """Return Adagrad."""
    why = """
Some weights hear from almost every sample, others once in a thousand, such as the one of a rare word. With one rate
for all, the rare one hardly moves. Adagrad gives each weight its own: it adds up the squares of all gradients that
the weight ever had, and divides by the root of the sum. Who has heard much takes small steps; who hears seldom takes
a long one when it comes.

A sum only grows, so that all steps shrink with time, as in a decay that nobody has to tune, but also one that nobody
can stop: on a long training it comes to rest too early.
"""
    text = r"""
`$m_t = g_t, \quad V_t = \sum_{\tau=1}^t g_\tau^2$`

`$w_{t+1} = w_t - \mathrm{lr}\,\frac{g_t}{\sqrt{V_t + \epsilon}}$`

`$\tau$` runs over all steps so far. `$\epsilon$`, 10⁻⁷ here, stands **inside** the root, as in Keras (PyTorch has it
outside, here and in RMSProp), and keeps the quotient finite where a weight had no gradient yet; the notes have none.
Keras begins with `$V_0 = 0.1$` in place of 0.
"""
    how = r"""
`_divide(g, out, …)` puts `g / out` into `out`, and 0 for 0/0, which only `$\epsilon = 0$` can meet.
"""
    return Section(
        "5.2 (3)", "Adagrad", text, why=why, worked=worked.shrinking(), exercise=exercises.far_away(),
        listings=(listing(Adagrad, "update", "numbers", plain=plain.adagrad, note=how),),
        quotation="参数空间更新",
    )  # fmt: skip


def rmsprop(settings: RunSettings) -> Section:
    """Return RMSProp."""
    why = r"""
RMSProp lets Adagrad forget. In place of the sum of all squares it keeps a mean that fades, so that `$\sqrt{V_t}$` is
the usual size of the *recent* gradients, and steps stay about as long as the rate says.

They stay so even where they should not. Near a minimum gradients get small, their usual size gets small with them,
and the quotient stays about 1: RMSProp does not slow down by itself. With batches that differ it goes on jumping
around the minimum, half of its rate away and more, which is why the notes see it oscillate at 0.1, and take 0.01.
"""
    text = r"""
`$m_t = g_t, \quad V_t = \rho V_{t-1} + (1-\rho) g_t^2$`

`$w_{t+1} = w_t - \mathrm{lr}\,\frac{g_t}{\sqrt{V_t + \epsilon}}$`

`$\rho$`, the notes' `$\beta$`, is the share of the old mean that is kept, 0.9, and `$V_0 = 0$`. `$\epsilon$`, 10⁻⁷,
stands **inside** the root, as in Keras.
"""
    how = r"""
Where is `$1-\rho$`? What is kept, and called `V` here, is `$S_t = \frac{V_t}{1-\rho}$`, for which
`$S_t = \rho S_{t-1} + g_t^2$`. Taken out of the root, the factor becomes part of `epsilon` and `rate`, two numbers for
all weights:

`$\sqrt{V_t + \epsilon} = \sqrt{(1-\rho)\,S_t + \epsilon} = \sqrt{1-\rho}\,\sqrt{S_t + \frac{\epsilon}{1-\rho}}$`
"""
    return Section(
        "5.2 (4)", "RMSProp", text, why=why, worked=worked.first_is_longest(), exercise=exercises.never_at_rest(),
        listings=(listing(RMSProp, "update", "numbers", plain=plain.rmsprop, note=how),),
        quotation="曲线振荡明显,因此调小学习率至lr=0.01",
    )  # fmt: skip


def adam(settings: RunSettings) -> Section:
    """Return Adam."""
    why = r"""
Adam has both memories: the heavy ball's direction over RMSProp's size. `$\beta_1 = 0.9$` is how long it remembers the
*direction*, about ten steps; `$\beta_2 = 0.999$` how long it remembers the *size*, about a thousand, as a scale
should be steadier than a direction. Their quotient is near 1 where the gradients agree and near 0 where they
contradict each other, so that Adam hurries when it is sure and hesitates when it is not. With `$\beta_1 = 0$` there is
no ball, and what is left is RMSProp, corrected; a larger `$\beta_1$` rolls on longer past the minimum; with a smaller
`$\beta_2$` one large gradient shortens the next steps more, and is forgotten sooner.

Why divide by `$1 - \beta^t$`? Both means begin at 0, as if all gradients before the first had been 0. After `$t$`
steps the real gradients have the shares `$1-\beta,\ (1-\beta)\beta,\ (1-\beta)\beta^2, \dots$`, newest first, and
these add up to `$1 - \beta^t$` only; the rest, `$\beta^t$`, still stands on the zeros. A mean whose shares do not add
up to 1 is too small, and dividing by their sum makes it right. The first mean recovers in some twenty steps, the
second in some two thousand; and as one divides by the root of the second, **without the corrections the early steps are
too long, not too short**.
"""
    text = r"""
`$m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad \hat m_t = \frac{m_t}{1-\beta_1^t}$`

`$V_t = \beta_2 V_{t-1} + (1-\beta_2) g_t^2, \quad \hat V_t = \frac{V_t}{1-\beta_2^t}$`

`$w_{t+1} = w_t - \mathrm{lr}\,\frac{\hat m_t}{\sqrt{\hat V_t}}$`

`$m_0 = V_0 = 0$`, `$\beta_1$` and `$\beta_2$`, Keras's `beta_1` and `beta_2`, are the shares of the old means that are
kept, and the hats mark the
corrected means, which are used for the step only.

**Where ε stands.** The notes have none. npnet has it where Keras has it: inside the root in Adagrad and RMSProp, but in
Adam **outside** the root and beside the *uncorrected* `$V_t$`:

`$w_{t+1} = w_t - \mathrm{lr}\,\frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}\,\frac{m_t}{\sqrt{V_t} + \epsilon}$`

The paper's main form, and PyTorch, have `$\sqrt{\hat V_t} + \epsilon$`. The two agree where the `$\epsilon$` above,
which the paper calls `$\hat\epsilon$`, "epsilon hat", is `$\sqrt{1-\beta_2^t}$` times that of the main form. So at the
first step Keras's 10⁻⁷ does what `$3 \cdot 10^{-6}$` does in PyTorch, and after a few thousand steps what 10⁻⁷ does
(PyTorch's own is 10⁻⁸). It matters only where gradients are about as small as `$\epsilon$`, and to whoever carries a
training from one library to another.
"""
    how = r"""
Where are `$1-\beta_1$` and `$1-\beta_2$`? What is kept, and called `M` and `V` here, are
`$M_t = \frac{m_t}{1-\beta_1}$` and `$S_t = \frac{V_t}{1-\beta_2}$`, to which `$g_t$` and `$g_t^2$` are added as they
are. `numbers` makes `$1-\beta_2$` part of `epsilon` and of
`rate`, and `$1-\beta_1$` part of `rate`, which has both corrections too: two numbers in each step, and two products
fewer for each weight. [Adam's moments need no factor](#derivation-scaled-moments) derives it
line by line.
"""
    return Section(
        "5.2 (5)", "Adam", text, why=why, worked=worked.corrected(), exercise=exercises.uncorrected(),
        listings=(listing(Adam, "update", "numbers", plain=plain.adam, note=how),),
        quotation="注意这里的m̂t, V̂t仅仅在更新权重时使用,而动量更新则用修正前的,在编写程序时要注意",
    )  # fmt: skip


def _compared(result: OptimizerComparison, seeds: int) -> tuple[Table, ...]:
    """Return the tables of the comparison."""
    return (
        Table(
            "optimizers",
            Message(
                "Each optimizer beside the notes' figures: medians (of the accuracy the mean) over {seeds} seeds, "
                "with 95 % intervals.",
                seeds=seeds,
            ),
            result.to_frame(), {"accuracy": "{:.3f}".format},
        ),
        Table(
            "optimizer_pairs",
            "Each optimizer (RMSProp at 0.01) against the next, seed by seed: by how many epochs it needs more "
            "(median), and in what share of seeds; to converge, and to the loss 0.05. With 95 % intervals.",
            result.paired(names=notes.FIVE), dict.fromkeys(["share", "share to the loss"], "{:.0%}".format),
        ),
    )  # fmt: skip


def comparison(settings: RunSettings) -> Section:
    """Return the comparison of the optimizers."""
    result, count = settings.result("optimizer-epochs"), len(settings.seeds)
    why = """
Which one is best? One run of each, as in the notes, shows one optimizer with one start: with other initial weights
the order may be another. So each is run from the same starts as the others, many times, and differences are taken
start by start, which takes away the luck that they share.

Two things to keep in mind while you read. "Converged" has two meanings: the accuracy can be final while the loss
still falls, and the order depends on which one you ask for. And one rate for all is not fair to all, as the exercise
shows: much of what looks like a better optimizer is a better rate.
"""
    text = """
A 4-3 softmax net with the mean squared error on the irises, 500 epochs in batches of 32, from the same initial
weights with each optimizer, and many seeds. Epochs: the first from which the test accuracy stays at its final value;
beside the notes' figures, the first whose training loss is under 0.05; both are counted from 0.
"""
    picture = Picture(
        "optimizers",
        Message(
            "Training loss and test accuracy over the epochs, on a logarithmic axis, with a panel for each optimizer: "
            "the median over {seeds} seeds, and a band that holds nine tenths of them. The thin lines are the medians "
            "of the others, without RMSProp at 0.1, which jumps at each epoch; the thicker grey one is the loss 0.05.",
            seeds=count,
        ),
        "Six panels of the training loss and six of the test accuracy, all on the same axes. Adam's loss is the first "
        "under 0.05, then come RMSProp at 0.01, Adagrad, SGDM and last SGD; RMSProp at 0.1 jumps at each epoch, and "
        "its band stays wide to the end. The accuracy reaches 1 first with Adam and last with SGD.",
        figures.optimizer_comparison(result),
    )  # fmt: skip
    return Section(
        "5.3", "The optimizers compared", text, why=why, exercise=exercises.own_rate(),
        tables=_compared(result, count), pictures=(picture,),
        quotation="因此实际使用时,需要在训练时间(模型复杂度)和收敛速度(有时还需考虑训练精度)上寻求平衡",
    )  # fmt: skip


SECTIONS = (optimizers, update, common, sgd, sgdm, adagrad, rmsprop, adam, comparison)
