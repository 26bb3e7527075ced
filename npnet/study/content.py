"""The parts of a section of the study: text, listings, tables, pictures and examples."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas
from matplotlib.figure import Figure

from npnet._html import table as html_table
from npnet.experiments import claims
from npnet.experiments.claims import Finding
from npnet.experiments.claims.claim import FEWEST, SEEDS
from npnet.language import Message
from npnet.source import Listing, body, printed
from npnet.study.counterpart import Numbers

if TYPE_CHECKING:
    from npnet.experiments.boundary_film import BoundaryFilm


@dataclass(frozen=True)
class RunSettings:
    """How much of the study is run."""

    quick: bool = False
    """Whether seconds matter more than narrow intervals."""
    tensorflow: Numbers | None = None
    """TensorFlow's numbers, where there are any."""
    measured: Callable[[str], Finding] | None = None
    """From a claim's name to its finding, where another process measures the claims."""

    @property
    def seeds(self) -> range:
        """The seeds of each experiment that is repeated."""
        return range(FEWEST if self.quick else SEEDS)

    def result(self, claim: str) -> Any:
        """Return the result of a claim's experiment, which a section shows too, so that nothing is run twice."""
        return (self.measured(claim) if self.measured else claims.get(claim).run(self.seeds)).result


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
        for i, row in enumerate(self.frame.itertuples(index=False, name=None)):
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
            show = self.formats.get(name, text_of)
            text = show(row[name])
            if self.has_interval(name):
                text += f"{separator}[{show(row[f'{name} low'])}, {show(row[f'{name} high'])}]"
            texts.append(text)
        return texts

    def _repr_html_(self) -> str:
        numbers = [name for name in self.columns if self.is_number(name)]
        return html_table(self.columns, self.cells(preview=True), self.caption, numbers)

    def has_interval(self, column: str) -> bool:
        """Return whether a column's cells hold an interval."""
        return f"{column} low" in self.frame.columns

    def is_number(self, column: str) -> bool:
        """Return whether a column holds numbers, which stand to the right."""
        return bool(pandas.api.types.is_numeric_dtype(self.frame[column]))


def text_of(value: Any) -> str:
    """Return a cell's text: of a float four significant digits."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Picture:
    """A figure with its file name, caption and alternative text."""

    name: str
    caption: str
    alternative: str
    figure: Figure


@dataclass(frozen=True)
class Executed:
    """Code that was run, with what it printed."""

    title: str
    text: str
    code: str
    output: str


@dataclass(frozen=True)
class Worked:
    r"""A worked number: a few lines of arithmetic that a reader can follow with a pencil, computed at build.

    Examples
    --------
    >>> from npnet.activations import sigmoid
    >>> y = sigmoid(2.0)
    >>> text = r"At `$z = 2$` the output `$y$` is {y}, and the slope `$y(1-y) = {y} \cdot {rest} = {slope}$`."
    >>> numbers = {"y": y, "rest": 1 - y, "slope": sigmoid.derivative(y)}
    >>> print(Worked("At 2", text, {name: f"{number:.3f}" for name, number in numbers.items()}).filled)
    At `$z = 2$` the output `$y$` is 0.881, and the slope `$y(1-y) = 0.881 \cdot 0.119 = 0.105$`.
    """

    title: str
    text: str
    """Markdown with ``{name}`` where a number stands, as `Message` takes it; formulas are code in dollar signs."""
    values: Mapping[str, str] = field(default_factory=dict)
    """The numbers as they are shown, by the names in the text; they are computed, never typed in."""

    @property
    def filled(self) -> Message:
        """The text with its numbers."""
        return Message(self.text, **self.values)


@dataclass(frozen=True)
class Exercise:
    """A change to make and to run: a question, the code, what it prints, and the answer, which the page folds."""

    question: str
    """Markdown that asks the reader to guess what a change does, then to run it."""
    code: str
    output: str
    answer: str
    """Markdown that says why; ``{name}`` is filled as in `Worked`."""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def filled(self) -> Message:
        """The answer with its numbers."""
        return Message(self.answer, **self.values)


def exercise(question: str, function: Callable[[], None], answer: str, **values: str) -> Exercise:
    """Return an exercise of a function without arguments, which is run; its body is the code that the page shows.

    The body imports what it uses, so that it runs wherever a reader pastes it.
    """
    return Exercise(question, body(function), printed(function), answer, values)


@dataclass(frozen=True)
class Section:
    """One section of the study."""

    number: str
    """The notes' section, such as ``3``, ``3.1`` or ``3.1 (2)``."""
    title: str
    text: str = ""
    """Markdown; formulas are code in dollar signs."""
    quotation: str = ""
    """The notes' own sentence, in Chinese."""
    why: str = ""
    """Markdown that gives the intuition, before any formula."""
    worked: Worked | None = None
    exercise: Exercise | None = None
    examples: tuple[Executed, ...] = ()
    listings: tuple[Listing, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    folded: bool = False
    """Whether its derivations are folded into one line."""
    film: "BoundaryFilm | None" = None
    """The snapshots that the figure which the reader can move shows."""

    @property
    def anchor(self) -> str:
        """The part of a link that leads to this section."""
        return "section-" + self.number.replace(" (", "-").replace(")", "").replace(".", "-")

    @property
    def level(self) -> int:
        """The level of its heading: 2 for a part of the notes, 3 and 4 for what is inside it."""
        return 2 + ("." in self.number) + ("(" in self.number)

    @property
    def parent(self) -> str:
        """The number of the section that it stands in; empty for a part of the notes."""
        return self.number.rpartition(" " if " " in self.number else ".")[0]
