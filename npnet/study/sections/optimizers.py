"""Section 5 of the notes: the optimizers."""

from npnet import experiments
from npnet.experiments import notes
from npnet.experiments.optimizer_paths import optimizer_paths
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp
from npnet.source import listing
from npnet.study import figures
from npnet.study.content import Picture, RunSettings, Section, Table


def optimizers(settings: RunSettings) -> Section:
    """Return the head of the part."""
    return Section("5", "Optimizers")


def update(settings: RunSettings) -> Section:
    """Return the template of all five."""
    text = r"""
Each step `$t$` takes one batch. From the gradient `$g_t$` come a first moment `$m_t$`, a mean of gradients, and a
second one `$V_t$`, a sum or mean of their squares; the optimizers differ in these two. The weights then move by `$lr
\cdot m_t/\sqrt{V_t}$`:

`$w_{t+1} = w_t - lr\,\frac{m_t}{\sqrt{V_t}}$`

All weights and biases of a net are one flat vector, so that a step is a handful of operations however many layers
there are.
"""
    return Section("5.1", "How parameters are updated", text, listings=(listing(Optimizer, "apply"),))


def common(settings: RunSettings) -> Section:
    """Return the paths of the optimizers over a loss surface."""
    picture = Picture(
        "optimizer_paths",
        "The paths of 60 steps with the notes' learning rates, over the loss of a line with one weight and one bias "
        "that gives the width of an iris's petal from its length, less 2 cm. Right, the loss at each step.",
        "Left, a long, narrow, tilted valley of contours. SGD crosses it in one step and creeps along its floor; SGDM "
        "swings from side to side; Adagrad, RMSProp and Adam first go diagonally, as their steps are of the same size "
        "in both directions. Right, the loss falls fastest with RMSProp at 0.1, which later jumps up tenfold, and with "
        "SGD; with SGDM and Adam it swings; with RMSProp at 0.01 it falls slowest.",
        figures.optimizer_paths(optimizer_paths()),
    )  # fmt: skip
    return Section("5.2", "The five optimizers", pictures=(picture,))


def sgd(settings: RunSettings) -> Section:
    """Return stochastic gradient descent."""
    text = r"`$m_t = g_t$` and `$V_t = 1$`: the step is `$lr \cdot g_t$`."
    return Section("5.2 (1)", "SGD", text, listings=(listing(SGD, "update", "numbers"),))


def sgdm(settings: RunSettings) -> Section:
    """Return momentum."""
    text = r"""
`$m_t = \beta m_{t-1} + (1-\beta) g_t$` and `$V_t = 1$`. What the gradients have in common stays, what changes its
sign cancels. In the notes `$\beta$` is 0.9.
"""
    return Section("5.2 (2)", "SGDM", text, listings=(listing(SGDM, "update", "numbers"),))


def adagrad(settings: RunSettings) -> Section:
    """Return Adagrad."""
    text = r"""
`$m_t = g_t$` and `$V_t = \sum_{\tau=1}^t g_\tau^2$`. A weight with large gradients takes smaller steps, and all steps
become smaller with time. The ε inside the root keeps the first quotient finite.
"""
    return Section("5.2 (3)", "Adagrad", text, listings=(listing(Adagrad, "update", "numbers"),))


def rmsprop(settings: RunSettings) -> Section:
    """Return RMSProp."""
    text = r"""
`$m_t = g_t$` and `$V_t = \rho V_{t-1} + (1-\rho) g_t^2$` (the notes' β is ρ here). `$V$` forgets, so that steps need
not become smaller; near a minimum they may be too large, which is why the notes take a rate of 0.01 where the others
have 0.1.
"""
    return Section("5.2 (4)", "RMSProp", text, listings=(listing(RMSProp, "update", "numbers"),))


def adam(settings: RunSettings) -> Section:
    """Return Adam."""
    text = r"""
`$m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t$` and `$V_t = \beta_2 V_{t-1} + (1-\beta_2) g_t^2$`, each divided by what is
missing because it began at 0: `$\hat m_t = m_t/(1-\beta_1^t)$` and `$\hat V_t = V_t/(1-\beta_2^t)$`. The step is `$lr
\cdot \hat m_t/\sqrt{\hat V_t}$`.
"""
    return Section("5.2 (5)", "Adam", text, listings=(listing(Adam, "update", "numbers"),))


def comparison(settings: RunSettings) -> Section:
    """Return the comparison of the optimizers."""
    result, count = experiments.optimizer_comparison(seeds=settings.seeds), len(settings.seeds)
    text = f"""
A 4-3 softmax net with the mean squared error on the irises, 500 epochs in batches of 32, from the same initial
weights with each optimizer, and {count} seeds. Epochs: the first from which the test accuracy stays at its final value;
beside the notes' figures, the first whose training loss is under 0.05; both are counted from 0.
"""
    tables = (
        Table(
            "optimizers",
            f"Each optimizer beside the notes' figures: medians (of the accuracy the mean) over {count} seeds, with "
            "95 % intervals.",
            result.to_frame(), {"accuracy": "{:.3f}".format},
        ),
        Table(
            "optimizer_times",
            f"The time of the training of all {count} nets together, and that divided by {count}. The notes' is "
            "TensorFlow's for one net, on another machine.",
            result.times(), dict.fromkeys(["seconds", "notes: seconds"], "{:.2f}".format),
        ),
        Table(
            "optimizer_pairs",
            "Each optimizer (RMSProp at 0.01) against the next, seed by seed: by how many epochs it needs "
            "more (median), and in what share of seeds; to converge, and to the loss 0.05. With 95 % intervals.",
            result.paired(names=notes.FIVE), dict.fromkeys(["share", "share to 0.05"], "{:.0%}".format),
        ),
    )  # fmt: skip
    picture = Picture(
        "optimizers",
        f"Training loss and test accuracy over the epochs, on a logarithmic axis: medians over {count} seeds, and "
        "bands that hold nine tenths of them. RMSProp at 0.1 jumps at each epoch: of it, one seed is drawn.",
        "Two panels of six curves, each with a band over the seeds: under the loss 0.05, marked by a line, "
        "Adam comes first, then RMSProp, Adagrad, SGDM and last SGD; the accuracy reaches 1 first with Adam "
        "and last with SGD.",
        figures.optimizer_comparison(result),
    )  # fmt: skip
    return Section("5.3", "The optimizers compared", text, tables=tables, pictures=(picture,))


SECTIONS = (optimizers, update, common, sgd, sgdm, adagrad, rmsprop, adam, comparison)
