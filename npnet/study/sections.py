"""The study's sections in the notes' order: what is run, and the tables and figures made from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas
from matplotlib.figure import Figure

from npnet import experiments
from npnet.network import MLP
from npnet.study import figures


@dataclass(frozen=True)
class Table:
    """A table with its file name and caption."""

    name: str
    caption: str
    frame: pandas.DataFrame
    formats: dict[str, Callable[[Any], str]] = field(default_factory=dict)
    """How the page and the terminal show columns; the CSV file has all digits."""
    preview: bool = False
    """Whether the terminal shows only the first and last ten rows."""

    def cells(self, preview: bool = False, separator: str = " ") -> Iterator[list[str]]:
        """Yield the rows as text; with `preview`, a long table's middle is one row of dots.

        An interval stands after its estimate and the separator.
        """
        shorten = preview and self.preview and len(self.frame) > 20
        for i, row in enumerate(self.frame.itertuples(index=False)):
            if shorten and 10 <= i < len(self.frame) - 10:
                if i == 10:
                    yield ["…"] * len(self.columns)
                continue
            yield self._texts(dict(zip(self.frame.columns, row)), separator)

    @property
    def columns(self) -> list[str]:
        """The columns that are shown; the bounds of an interval, " low" and " high", stand in its own cell."""
        return [name for name in self.frame.columns if not name.endswith((" low", " high"))]

    def _texts(self, row: dict[str, Any], separator: str) -> list[str]:
        texts = []
        for name in self.columns:
            show = self.formats.get(name, _text)
            text = show(row[name])
            if self.has_interval(name):
                text += f"{separator}[{show(row[f'{name} low'])}, {show(row[f'{name} high'])}]"
            texts.append(text)
        return texts

    def has_interval(self, column: str) -> bool:
        """Return whether a column's cells hold an interval."""
        return f"{column} low" in self.frame.columns

    def is_number(self, column: str) -> bool:
        """Return whether a column holds numbers, which stand to the right."""
        return bool(pandas.api.types.is_numeric_dtype(self.frame[column]))


@dataclass(frozen=True)
class Picture:
    """A figure with its file name, caption and alternative text."""

    name: str
    caption: str
    alternative: str
    figure: Figure


@dataclass(frozen=True)
class Section:
    """One section of the study."""

    number: str
    """The notes' section."""
    title: str
    text: str
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def anchor(self) -> str:
        """The part of a link that leads to this section."""
        return "section-" + self.number.replace(".", "-")


FIVE = ("SGD", "SGDM", "Adagrad", "RMSProp at 0.01", "Adam")


def _text(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def complexity() -> Section:
    """Return the notes' space and time complexity of their two nets."""
    rows = [
        {
            "net": "-".join(str(width) for width in net.widths),
            "layers": len(net.weights),
            "parameters (space)": net.parameters.size,
            "multiply-adds per sample (time)": net.multiply_adds,
        }
        for net in (MLP([4, 3], output="softmax"), MLP([2, 11, 1]))
    ]
    table = Table("complexity", "Space and time of the notes' nets.", pandas.DataFrame(rows))
    text = "Space is the number of layers and parameters, time the number of multiply-adds, one for each weight."
    return Section("2.1", "Complexity", text, (table,))


def learning_rates() -> Section:
    """Return the decayed rates, and the paths of one weight."""
    decayed, paths = experiments.decayed_rates(), experiments.one_weight()
    return Section(
        "2.2",
        "Learning rate",
        "The rate of an epoch is 0.2 · 0.99^epoch. Below, one weight descends on the loss (w + 1)² from w = 5: "
        "each step multiplies w + 1 by 1 − 2·rate, so a rate near 0 hardly moves, one near 1 jumps from side to "
        "side, and one over 1 diverges.",
        (
            Table(
                "learning_rates", "The decayed learning rate of each epoch, in all digits.", decayed.to_frame(),
                {"learning_rate": repr}, preview=True,
            ),
            Table("one_weight", "The weight after some steps; the minimum is at −1.", paths.to_frame(),
                {"last loss": "{:.1e}".format, **dict.fromkeys(paths.to_frame().columns[1:-1], "{:.2f}".format)},
            ),
        ),
        (
            Picture(
                "learning_rates", "The decayed learning rate.",
                "A curve that falls from 0.2 to 0.074 in 100 epochs, ever more slowly.", figures.decayed_rates(decayed),
            ),
            Picture(
                "one_weight", "One weight under four learning rates.",
                "Left, the weight: the smallest rate stays near 5, the decayed one goes to -1, the two largest jump "
                "from side to side. Right, the distance from the minimum: it falls to 1e-6 with the decayed rate, "
                "hardly falls with 0.001 and 0.999, and grows with 1.05.", figures.one_weight(paths),
            ),
        ),
    )  # fmt: skip


def activations() -> Section:
    """Return the activation curves."""
    curves, grid = experiments.activation_curves(), experiments.activation_curves(points=13)
    return Section(
        "3.1",
        "Activations",
        "Values and derivatives, the derivatives computed from the values. Softmax is shown for one of three "
        "classes, the other two logits being 0.",
        (
            Table("activations", "Values on a grid.", grid.to_frame()[["z", *grid.names]]),
            Table(
                "activation_derivatives", "Derivatives on the same grid.",
                grid.to_frame()[["z", *(f"{name}'" for name in grid.names)]],
            ),
        ),
        (
            Picture(
                "activations", "The activations (solid) and their derivatives (dashed).",
                "Five panels: sigmoid rises from 0 to 1 with a derivative of at most 0.25; tanh from -1 to 1 with "
                "one of at most 1; ReLU is 0, then z; leaky ReLU is 0.2 z, then z; softmax rises like sigmoid.",
                figures.activation_curves(curves),
            ),
        ),
    )  # fmt: skip


def losses() -> Section:
    """Return the five cross-entropies."""
    frame = experiments.cross_entropies().to_frame()
    table = Table(
        "cross_entropies", "The notes' five losses, in the notes' digits.", frame,
        dict.fromkeys(frame.columns[1:], "{:.8e}".format),
    )  # fmt: skip
    text = "Cross-entropy of the softmax's probabilities, and the same from the logits in one step."
    return Section("3.2", "Losses", text, (table,))


def regularization() -> Section:
    """Return the boundaries with and without a regularizer."""
    result = experiments.regularization()
    return Section(
        "4.2",
        "Regularization",
        "The notes' 2-11-1 net (ReLU, mean squared error, 800 epochs) on the 300 dots, from the same first weights "
        "without a regularizer, with L1 and with L2 of strength 0.03, each with 100 seeds. A smoother boundary, where "
        "the output is 0.5, is a shorter line in fewer pieces; lengths are in units of x1 and x2.",
        (
            Table(
                "regularization",
                "What the regularizer changes: length and pieces of the contour at 0.5 inside the square, the norm of "
                "all weights, and the share of weights under 1e-3. Medians over 100 seeds, with 95 % intervals.",
                result.to_frame(),
                {
                    "accuracy": "{:.2f}".format, "length": "{:.1f}".format,
                    "norm": "{:.2f}".format, "< 1e-3": "{:.0%}".format,
                },
            ),
        ),
        (
            Picture(
                "regularization",
                "The boundary, where the output is 0.5: the first seed's, and thin those of 19 more.",
                "Three panels with dots inside and outside a circle, and the boundaries of 20 seeds without a "
                "regularizer, with L1 and with L2: with L2 they are smoother and differ less, with L1 diamonds.",
                figures.regularization(result),
            ),
        ),
    )  # fmt: skip


def optimizers() -> Section:
    """Return the comparison of the optimizers."""
    result = experiments.optimizer_comparison()
    return Section(
        "5",
        "Optimizers",
        "A 4-3 softmax net with the mean squared error on the irises, 500 epochs in batches of 32, from the same "
        "first weights with each optimizer, and 100 seeds. Epochs: the first from which the test accuracy stays at "
        "its final value; beside the notes' figures, the first whose training loss is under 0.05; both are "
        "counted from 0.",
        (
            Table(
                "optimizers",
                "Each optimizer beside the notes' figures: medians (of the accuracy the mean) over 100 seeds, with "
                "95 % intervals.",
                result.to_frame(), {"accuracy": "{:.3f}".format},
            ),
            Table(
                "optimizer_times",
                "The time of the training of all 100 nets together, and a hundredth of it. The notes' is TensorFlow's "
                "for one net, on another machine.",
                result.times(), dict.fromkeys(["seconds", "notes: seconds"], "{:.2f}".format),
            ),
            Table(
                "optimizer_pairs",
                "Each optimizer (RMSProp at 0.01) against the next, seed by seed: by how many epochs it needs "
                "more (median, with its 95 % interval), and in what share of seeds; to converge, and to the loss 0.05.",
                result.paired(names=FIVE), dict.fromkeys(["share", "share to 0.05"], "{:.0%}".format),
            ),
        ),
        (
            Picture(
                "optimizers",
                "Training loss and test accuracy over the epochs, on a logarithmic axis: medians over 100 seeds, and "
                "bands that hold nine tenths of them. RMSProp at 0.1 jumps at each epoch: of it, one seed is drawn.",
                "Two panels of six curves, each with a band over the seeds: under the loss 0.05, marked by a line, "
                "Adam comes first, then RMSProp, Adagrad, SGDM and last SGD; the accuracy reaches 1 first with Adam "
                "and last with SGD.",
                figures.optimizer_comparison(result),
            ),
        ),
    )  # fmt: skip


SECTIONS: tuple[Callable[[], Section], ...] = (
    complexity,
    learning_rates,
    activations,
    losses,
    regularization,
    optimizers,
)
