"""The English texts that people read, as they stand in npnet's files: the keys of the catalogues.

In code they are arguments of the functions and classes in `SHOWN`; in templates they are jinja2's ``trans`` and ``_``.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from jinja2.ext import babel_extract

from npnet import derivations
from npnet.derivations import Derivation
from npnet.derivations.engine import Variable, counts, distributions, normals, reals, uniform
from npnet.derivations.engine.helpers import helpers
from npnet.experiments.claims import VERDICTS, Measure, Measured, claim
from npnet.experiments.claims.claim import exceptions
from npnet.experiments.errata.erratum import erratum, row
from npnet.experiments.preliminaries import example
from npnet.experiments.statistics import Interval
from npnet.language import PLACEHOLDER, Message, chained, normalized
from npnet.play.walks import Walk
from npnet.source import listing
from npnet.study import differences
from npnet.study.content import Picture, Section, Table, Worked, exercise

ROOT = Path(__file__).parent.parent.parent

SHOWN: Mapping[Callable[..., Any], tuple[str, ...]] = {
    Message: ("template",),
    chained: ("template",),
    exceptions: ("refuted", "left_open"),
    Derivation: ("title",),
    Derivation.line: ("reason", "unchecked"),
    **dict.fromkeys((Variable, reals, normals, uniform, counts, distributions), ("meaning",)),
    claim: ("statement", "meaning"),
    Measured: ("text", "limit"),
    Measure: ("what",),
    erratum: ("title", "problem"),
    row: ("what", "printed", "right"),
    example: ("title", "text"),
    Section: ("title", "text", "why"),
    listing: ("note",),
    Worked: ("title", "text"),
    exercise: ("question", "answer"),
    Table: ("caption",),
    Picture: ("caption", "alternative"),
    Interval.columns: ("name",),
    Walk: ("title", "sentences", "question"),
}
"""Which arguments of which functions and classes are texts."""

OPTIONS = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
"""How the page's templates are set up."""


class Text(NamedTuple):
    """A text with the place where it stands."""

    place: str
    """The file, from the repository's top."""
    line: int
    msgid: str


def texts(root: Path = ROOT) -> list[Text]:
    """Return each paragraph that people read, in the order of the files."""
    # The verdicts are words of a type, which no call marks
    found = [Text("npnet/experiments/claims/verdicts.py", 0, verdict) for verdict in VERDICTS]
    # What a helper of the derivations' code returns is the first line of its docstring
    entries = {helper for chain in derivations.every() for helper in helpers(chain) if helper.meaning}
    found += [
        Text(helper.where.partition(":")[0], 0, helper.meaning) for helper in sorted(entries, key=attrgetter("where"))
    ]
    # What was asked of the frameworks stands in a file of data
    if asked := differences.read():
        for topic, questions in asked.topics.items():
            found += [
                Text("npnet/study/differences.json", 0, text) for text in (topic, *(item.text for item in questions))
            ]
    for path in sorted((root / "npnet").rglob("*")):
        place = path.relative_to(root).as_posix()
        if path.suffix == ".py":
            found += in_code(path.read_text(encoding="utf-8"), place)
        elif path.suffix == ".j2":
            found += in_template(path, place)
    return found


def in_code(source: str, place: str) -> list[Text]:
    """Return the texts of a file of Python.

    Raises
    ------
    ValueError
        If one has values formatted into it, which a translation could not get at.
    """
    parameters = {name: (order, SHOWN[function]) for function in SHOWN for name, order in [
        (function.__name__, _parameters(function))]}  # fmt: skip
    finder = _Finder(place, parameters)
    finder.visit(ast.parse(source))
    return finder.found


def _parameters(function: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


class _Finder(ast.NodeVisitor):
    """Collects the texts of calls; a name stands for what the same function, or the module, has assigned to it."""

    def __init__(self, place: str, parameters: Mapping[str, tuple[list[str], tuple[str, ...]]]) -> None:
        self.place, self.parameters = place, parameters
        self.found: list[Text] = []
        self.assigned: list[dict[str, list[ast.expr]]] = []

    def visit_Module(self, node: ast.Module) -> None:
        self._visit_scope(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._visit_scope(node)

    def _visit_scope(self, node: ast.Module | ast.FunctionDef) -> None:
        names: dict[str, list[ast.expr]] = {}
        for statement in ast.walk(node):
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                names.setdefault(statement.targets[0].id, []).append(statement.value)
        self.assigned.append(names)
        self.generic_visit(node)
        self.assigned.pop()

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            words = re.findall(r"\\text\{ *([a-z][a-z0-9, ]+?) *\}", node.value)
            self.found += [Text(self.place, node.lineno, text) for text in words]

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if name in self.parameters:
            order, shown = self.parameters[name]
            given = dict(zip(order, node.args)) | {keyword.arg: keyword.value for keyword in node.keywords}
            for parameter in shown:
                if parameter in given:
                    self.found += self._texts(given[parameter])
        self.generic_visit(node)

    def _texts(self, node: ast.expr) -> Iterator[Text]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            paragraphs = map(normalized, re.split(r"\n\s*\n", node.value))
            yield from (Text(self.place, node.lineno, text) for text in paragraphs if _has_words(text))
        elif isinstance(node, ast.JoinedStr):
            words = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
            if _has_words(words):
                raise ValueError(f"{self.place}:{node.lineno}: expected a Message, got a text with values in it")
        elif isinstance(node, ast.IfExp):
            yield from (*self._texts(node.body), *self._texts(node.orelse))
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                yield from self._texts(value)
        elif isinstance(node, ast.Tuple):
            for value in node.elts:
                yield from self._texts(value)
        elif isinstance(node, ast.Name):
            for names in reversed(self.assigned):
                if node.id in names:
                    for value in names[node.id]:
                        yield from self._texts(value)
                    break


def _has_words(text: str) -> bool:
    """Return whether there is more than formulas, code, numbers and single letters, or marks between values."""
    bare = PLACEHOLDER.sub("", re.sub(r"`[^`]*`", "", text))
    return re.search("[A-Za-z]{2}", bare) is not None or (bare != text and re.search(r"\S", bare) is not None)


def in_template(path: Path, place: str) -> list[Text]:
    """Return the texts of a template."""
    with path.open("rb") as file:
        found = babel_extract(file, ("_", "gettext", "ngettext"), (), OPTIONS)
        return [Text(place, line, text if isinstance(text, str) else text[0]) for line, _, text, _ in found]
