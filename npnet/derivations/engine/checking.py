"""The check of a derivation: each line against the line before it, on numbers and on symbols."""

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from npnet.derivations.engine.chain import Derivation, Line
from npnet.derivations.engine.numbers import each
from npnet.derivations.engine.tracked import Tracked
from npnet.typing import Array

if TYPE_CHECKING:
    from npnet.derivations.engine.symbols import Verdict


@dataclass(frozen=True)
class Check:
    """What was found about one line."""

    number: int
    """The line's place in the chain, counted from 1."""
    line: Line
    points: int
    """How many numbers were compared with the line before; 0 for the first line."""
    discrepancy: float
    """The largest difference from the line before, in units of its bound; over 1 the line does not hold."""
    symbolic: "Verdict | None"
    """How the difference from the line before was found to be 0; None where that was not asked."""
    problem: str = ""
    """What went wrong, if the line could not be run."""

    def __bool__(self) -> bool:
        """Return whether the line holds."""
        return not self.problem and self.discrepancy <= 1 and self.symbolic != "differs"

    @property
    def failure(self) -> str:
        """What is wrong with the line; empty if it holds."""
        if self.problem:
            return self.problem
        found = [f"differs from the line before by {self.discrepancy:.3g} times the bound"] * (
            not self.discrepancy <= 1
        )
        found += ["its formula is not the one before it"] * (self.symbolic == "differs")
        return "; ".join(found)


@dataclass(frozen=True)
class Report:
    """What was found about a derivation; it is true if all lines hold."""

    derivation: Derivation
    checks: tuple[Check, ...]

    def __bool__(self) -> bool:
        """Return whether all lines hold."""
        return all(self.checks)

    @property
    def failures(self) -> list[Check]:
        """The lines that do not hold."""
        return [check for check in self.checks if not check]

    @property
    def symbolic(self) -> int:
        """How many lines were compared with the line before on symbols."""
        return sum(check.symbolic is not None for check in self.checks)

    @property
    def discrepancy(self) -> float:
        """The largest discrepancy of all lines."""
        return max(check.discrepancy for check in self.checks)


def has_sympy() -> bool:
    """Return whether the symbolic check can be made."""
    return importlib.util.find_spec("sympy") is not None


def check(derivation: Derivation, symbolic: bool | None = None, seed: int = 0) -> Report:
    """Check each line of a derivation against the line before it.

    On numbers, float64, the two lines may differ by what roundings can do to both: each is run once more on numbers
    that carry their own error bound (`npnet.derivations.engine.tracked`). On symbols, the difference of the two
    formulas must vanish.

    Parameters
    ----------
    derivation : Derivation
        The chain.
    symbolic : bool or None
        Whether to check on symbols; by default if SymPy is installed.
    seed : int
        What the numbers are drawn with.

    Returns
    -------
    Report
        A check for each line.
    """
    rng = np.random.default_rng(seed)
    numbers = [{name: v.draw(rng) for name, v in derivation.variables.items()} for _ in range(derivation.cases)]
    with_symbols = _symbolic_cases(derivation) if (has_sympy() if symbolic is None else symbolic) else []
    checks: list[Check] = []
    before: _Result | None = None
    for number, line in enumerate(derivation.lines, 1):
        try:
            result = _Result(derivation, line, numbers, with_symbols, before)
            checks.append(_compare(number, line, result, before, rng))
        except Exception as error:  # whatever a broken formula raises is a finding about this line
            checks.append(Check(number, line, 0, np.inf, None, f"{type(error).__name__}: {error}"))
            break
        before = result
    return Report(derivation, tuple(checks))


class _Result:
    """A line's values with their error bounds, and its formulas, for all cases."""

    def __init__(
        self,
        derivation: Derivation,
        line: Line,
        numbers: list[dict[str, Any]],
        cases: list[tuple[dict[str, Any], dict[Any, float]]],
        before: "_Result | None",
    ) -> None:
        self.values = [np.asarray(line.function(**case), float) for case in numbers]
        if line.error is not None:
            self.errors = [np.broadcast_to(line.error(**case), v.shape) for case, v in zip(numbers, self.values)]
        elif line.floats_only:
            if before is None:
                raise ValueError("floats_only: expected a line before this one, got the first line")
            self.errors = before.errors
        else:
            self.errors = [_errors(line.function(**_lifted(derivation, case))) for case in numbers]
        self.formulas: list[tuple[list[Any], dict[Any, float]]] | None = None
        if cases and line.error is None and not line.floats_only:
            from npnet.derivations.engine import symbols

            self.formulas = [(symbols.expressions(line.function(**case)), around) for case, around in cases]


def _lifted(derivation: Derivation, case: dict[str, Any]) -> dict[str, Any]:
    variables = derivation.variables
    return {name: value if variables[name].fixed else each(Tracked.lift, value) for name, value in case.items()}


def _errors(values: Any) -> Array:
    return np.array(each(lambda value: Tracked.lift(value).error, values), float)


def _symbolic_cases(derivation: Derivation) -> list[tuple[dict[str, Any], dict[Any, float]]]:
    """Return the variables as symbols, and the value of each symbol."""
    from npnet.derivations.engine import symbols

    cases = []
    for i in range(max(len(variable.examples) for variable in derivation.variables.values())):
        arguments, around = {}, {}
        for name, variable in derivation.variables.items():
            example = variable.examples[i % len(variable.examples)]
            arguments[name] = example if variable.fixed else symbols.array(name, example, variable.positive)
            if not variable.fixed:
                around.update({symbol.expression: symbol.value for symbol in np.ravel(arguments[name])})
        cases.append((arguments, around))
    return cases


def _compare(number: int, line: Line, result: _Result, before: _Result | None, rng: np.random.Generator) -> Check:
    if before is None:
        return Check(number, line, 0, 0.0, None)
    largest, points = 0.0, 0
    for value, error, last, last_error in zip(result.values, result.errors, before.values, before.errors):
        if value.shape != last.shape:
            raise ValueError(f"shape {value.shape}, where the line before has {last.shape}")
        limit = error + last_error
        if not np.isfinite(limit).all():
            raise ValueError("no finite bound on the roundings")
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(value == last, 0, abs(value - last) / limit)
        # NaN is no agreement
        largest, points = max(largest, float(np.where(np.isnan(ratio), np.inf, ratio).max())), points + value.size
    return Check(number, line, points, largest, _verdict(result, before, rng))


def _verdict(result: _Result, before: _Result, rng: np.random.Generator) -> "Verdict | None":
    if result.formulas is None or before.formulas is None:
        return None
    from npnet.derivations.engine import symbols

    found = {
        symbols.verdict(formula - last, rng, around)
        for (formulas, around), (lasts, _) in zip(result.formulas, before.formulas)
        for formula, last in zip(formulas, lasts, strict=True)
    }
    worst: tuple[Verdict, ...] = ("differs", "50 digits", "proved")
    return next(verdict for verdict in worst if verdict in found)
