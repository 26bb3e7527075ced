"""Section 2 of the notes: the complexity of a net, and the learning rate."""

import pandas

from npnet import experiments
from npnet.experiments import notes
from npnet.schedules import ExponentialDecay
from npnet.source import listing
from npnet.study import figures
from npnet.study.content import Picture, RunSettings, Section, Table


def complexity_and_rate(settings: RunSettings) -> Section:
    """Return the head of the part."""
    return Section("2", "Complexity and the learning rate")


def complexity(settings: RunSettings) -> Section:
    """Return the notes' space and time complexity of their two nets."""
    rows = [
        {
            "net": "-".join(str(width) for width in net.widths),
            "layers": len(net.weights),
            "parameters (space)": net.parameters.size,
            "multiply-adds per sample (time)": net.multiply_adds,
        }
        for net in (notes.iris_net(), notes.dots_net())
    ]
    text = r"""
Space is the number of layers and parameters; time is the number of multiply-adds, one for each weight. A layer
computes `$z = xW + b$` and `$y = f(z)$`; batches come first, so that `$x$` has one row for each sample. Going back,
it needs two more products of the same size, which section 3.3 finds.
"""
    table = Table("complexity", "Space and time of the notes' nets.", pandas.DataFrame(rows))
    return Section("2.1", "Complexity", text, tables=(table,))


def learning_rate(settings: RunSettings) -> Section:
    """Return the head of the section."""
    text = r"""
A step moves the weights against the gradient, `$w \leftarrow w - lr \cdot g$`. How far it goes is the learning rate's
to say.
"""
    return Section("2.2", "Learning rate", text)


def influence(settings: RunSettings) -> Section:
    """Return the paths of one weight."""
    paths = experiments.one_weight()
    frame = paths.to_frame()
    text = r"""
One weight descends on the loss `$(w+1)^2$` from `$w = 5$`. Each step multiplies `$w + 1$` by `$1 - 2\,lr$`: a rate
near 0 hardly moves, one near 1 jumps from side to side, and one over 1 diverges.
"""
    table = Table(
        "one_weight", "The weight after some steps; the minimum is at −1.", frame,
        {"last loss": "{:.1e}".format, **dict.fromkeys(frame.columns[1:-1], "{:.2f}".format)},
    )  # fmt: skip
    picture = Picture(
        "one_weight", "One weight under four learning rates: its path, and its distance from the minimum.",
        "Left, the weight: the smallest rate stays near 5, the decayed one goes to -1, the two largest jump "
        "from side to side. Right, the distance from the minimum: it falls to 1e-6 with the decayed rate, "
        "hardly falls with 0.001 and 0.999, and grows with 1.05.", figures.one_weight(paths),
    )  # fmt: skip
    return Section("2.2 (1)", "What the learning rate does", text, tables=(table,), pictures=(picture,))


def decay(settings: RunSettings) -> Section:
    """Return the decayed rates."""
    decayed = experiments.decayed_rates()
    text = r"""
The rate of an epoch is `$lr = lr_0 \cdot r^{e/s}$`: after every `$s$` epochs it is smaller by the factor `$r$`.
Below, `$lr_0 = 0.2$`, `$r = 0.99$` and `$s = 1$`, as in the notes, and the numbers are the notes' in every digit.
"""
    table = Table(
        "learning_rates", "The decayed learning rate of each epoch, in all digits.", decayed.to_frame(),
        {"learning_rate": repr}, preview=True,
    )  # fmt: skip
    picture = Picture(
        "learning_rates", "The decayed learning rate: each epoch takes 1 % of it away.",
        "A curve that falls from 0.2 to 0.074 in 100 epochs, ever more slowly.", figures.decayed_rates(decayed),
    )  # fmt: skip
    code = listing(ExponentialDecay, "rate")
    return Section(
        "2.2 (2)", "Exponential decay", text, listings=(code,), tables=(table,), pictures=(picture,)
    )  # fmt: skip


SECTIONS = (complexity_and_rate, complexity, learning_rate, influence, decay)
