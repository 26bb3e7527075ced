"""A row of the table: one question, and for each framework the lines that ask it."""

import inspect
import re
from collections.abc import Mapping
from types import ModuleType
from typing import Any, ClassVar

import numpy as np


class Row:
    """A question; a subclass's docstring is its text, and each of its methods asks one framework.

    A method is named after the framework's package and is given that package. The one of ``keras`` runs once on each
    backend. A framework without such a thing has no method.
    """

    mathematics: ClassVar[str]
    """The mathematics' answer, or a paper's; "–" where it has none."""
    sources: ClassVar[Mapping[str, str]] = {}
    """The file of each package that the answer comes from, or a paper, by the methods' names."""

    @property
    def name(self) -> str:
        """The name, as `--only` takes it.

        Examples
        --------
        >>> class ReluSlope(Row): ...
        >>> ReluSlope().name
        'relu-slope'
        """
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()

    @property
    def question(self) -> str:
        """The question in one line."""
        return " ".join((inspect.getdoc(self) or "").split()).rstrip(".")

    def asks(self, package: str) -> bool:
        """Return whether there is anything to ask of a package."""
        return hasattr(self, package)

    def ask(self, package: str, module: ModuleType) -> str:
        """Return a package's answer as text."""
        return text(getattr(self, package)(module))


def text(answer: Any) -> str:
    """Return an answer as the table shows it: of numbers five significant digits.

    Examples
    --------
    >>> text(np.float32([16.118095, -0.0])), text(True), text("outside"), text(None)
    ('16.118 0', 'yes', 'outside', 'none')
    """
    if isinstance(answer, str):
        return answer
    if answer is None:
        return "none"
    if isinstance(answer, (bool, np.bool_)):
        return "yes" if answer else "no"
    # Adding 0 makes -0 to 0
    return " ".join(f"{number + 0.0:.5g}" for number in np.ravel(np.asarray(answer, "float64")))


def outcome(answer: Any) -> str:
    """Return the text of what a function without arguments returns, or which exception it raises, by its name."""
    try:
        return text(answer())
    except Exception as error:
        return type(error).__name__


def relative(value: Any, exact: float) -> str:
    """Return an error as a share of the exact number, by its order if it is float64's own rounding.

    Examples
    --------
    >>> relative(0.1 + 0.2, 0.3), relative(np.float32(0.1), 0.1)
    ('under 1e-14', '1.5e-08')
    """
    error = abs(float(value) / exact - 1)
    return "under 1e-14" if error < 1e-14 else f"{error:.2g}"


def place(value: Any, candidates: Mapping[str, float]) -> str:
    """Return the name of the formula whose result a value is, to a thousandth; the value itself if it is of none."""
    for name, candidate in candidates.items():
        if abs(float(value) - candidate) <= 1e-3 * abs(candidate):
            return name
    return text(value)
