"""The check of a derivation: each line's code against that of the line before, and its formula against its code."""

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from npnet.derivations.engine.chain import Derivation, Line
from npnet.derivations.engine.formulas import Formula
from npnet.derivations.engine.numbers import each
from npnet.derivations.engine.report import Check, Comparison, Report, Verdict
from npnet.derivations.engine.tracked import Tracked
from npnet.typing import Array

# From the variables, by name, and a way to make plain numbers ones of their kind, to a line's quantity
Run: TypeAlias = Callable[[dict[str, Any], Callable[[float], Any]], Any]


def has_sympy() -> bool:
    """Return whether the symbolic check can be made."""
    return importlib.util.find_spec("sympy") is not None


def check(derivation: Derivation, symbolic: bool | None = None, seed: int = 0) -> Report:
    """Check each line of a derivation: its code against the line before it, and its formula against its code.

    On numbers, float64, the two may differ by their rounding errors: each is run once more on numbers that carry a
    bound on their own error (`npnet.derivations.engine.tracked`). On symbols, the difference of the two expressions
    must vanish, and a formula may jump only where its code asks for a sign.

    Parameters
    ----------
    derivation : Derivation
        The chain.
    symbolic : bool or None
        Whether to check on symbols; by default if SymPy is installed.
    seed : int
        The seed of the numbers.

    Returns
    -------
    Report
        A check for each line.
    """
    rng = np.random.default_rng(seed)
    numbers = [{name: v.draw(rng) for name, v in derivation.variables.items()} for _ in range(derivation.cases)]
    cases = _Cases(derivation, numbers, _symbols(derivation) if (has_sympy() if symbolic is None else symbolic) else [])
    checks: list[Check] = []
    before: _Result | None = None
    formula: Formula | None = None
    for number, line in enumerate(derivation.lines, 1):
        try:
            result = _of_code(line, cases, before)
            code = _continued(result, before, cases, rng) if before else Comparison()
        except Exception as error:  # whatever a broken formula raises is a finding about this line
            checks.append(Check(number, line, Comparison(problem=_words(error)), None))
            break
        shown = None
        if not line.unchecked:
            try:
                formula = Formula(line.latex, derivation.notation, derivation.variables, formula)
                shown = _displayed(formula, result, cases, rng)
            except Exception as error:
                shown = Comparison(problem=f"cannot be evaluated: {_words(error)}")
        checks.append(Check(number, line, code, shown))
        before = result
    return Report(derivation, tuple(checks))


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


@dataclass(frozen=True)
class _Cases:
    """The variables, once for each case: as numbers, and as symbols with the values near which they are tried."""

    derivation: Derivation
    numbers: list[dict[str, Any]]
    symbols: list[tuple[dict[str, Any], dict[Any, float]]]

    def tracked(self) -> Iterator[dict[str, Any]]:
        """Yield the numbers of each case as numbers that carry their error."""
        variables = self.derivation.variables
        for case in self.numbers:
            yield {name: value if variables[name].fixed else each(Tracked.lift, value) for name, value in case.items()}


@dataclass(frozen=True)
class _Result:
    """A quantity in each case: its values with their error bounds, and its expressions where it takes symbols."""

    values: list[Array]
    errors: list[Array]
    expressions: list[Array] | None = None
    asked: frozenset[tuple[Any, str]] = frozenset()
    """The strict comparisons of symbols."""

    def flat(self) -> "_Result":
        """Return the same quantity as one row of numbers."""
        expressions = self.expressions and [array.reshape(1, -1) for array in self.expressions]
        values, errors = ([array.reshape(1, -1) for array in arrays] for arrays in (self.values, self.errors))
        return _Result(values, errors, expressions)


def _of_code(line: Line, cases: _Cases, before: _Result | None) -> _Result:
    if line.error is None and not line.floats_only:
        return _run(lambda variables, lift: line.function(**variables), cases, bool(cases.symbols))
    values = [np.asarray(line.function(**case), float) for case in cases.numbers]
    if line.error is not None:
        return _Result(values, [np.broadcast_to(line.error(**c), v.shape) for c, v in zip(cases.numbers, values)])
    if before is None:
        raise ValueError("floats_only: expected a line before this one, got the first line")
    return _Result(values, before.errors)


def _run(run: Run, cases: _Cases, symbolic: bool) -> _Result:
    values = [np.asarray(run(case, np.float64), float) for case in cases.numbers]
    errors = [_errors(run(case, Tracked.lift)) for case in cases.tracked()]
    if not symbolic:
        return _Result(values, errors)
    from npnet.derivations.engine import symbols

    with symbols.strict_questions() as asked:
        found = [run(case, symbols.Symbol.lift) for case, _ in cases.symbols]
    expressions = [np.array(symbols.expressions(value), object).reshape(np.shape(value)) for value in found]
    return _Result(values, errors, expressions, frozenset(asked))


def _errors(values: Any) -> Array:
    return np.array(each(lambda value: Tracked.lift(value).error, values), float)


def _symbols(derivation: Derivation) -> list[tuple[dict[str, Any], dict[Any, float]]]:
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


def _continued(code: _Result, before: _Result, cases: _Cases, rng: np.random.Generator) -> Comparison:
    """Compare a line's code with that of the line before."""
    for value, last in zip(code.values, before.values):
        if value.shape != last.shape:
            raise ValueError(f"shape {value.shape}, where the line before has {last.shape}")
    return _compare(code, before, cases, rng)


def _displayed(formula: Formula, code: _Result, cases: _Cases, rng: np.random.Generator) -> Comparison:
    """Compare each side of a formula with its line's code, number by number; one number may stand for all."""
    shown = _run(formula, cases, code.expressions is not None)
    unasked = sorted(f"{expression} {relation} 0" for expression, relation in shown.asked - code.asked)
    if unasked:
        return Comparison(problem=f"asks whether {' and whether '.join(unasked)}, which its code does not")
    return _compare(shown, code.flat(), cases, rng)


def _compare(one: _Result, other: _Result, cases: _Cases, rng: np.random.Generator) -> Comparison:
    largest, points = 0.0, 0
    for value, error, other_value, other_error in zip(one.values, one.errors, other.values, other.errors):
        limit = error + other_error
        if not np.isfinite(limit).all():
            raise ValueError("no finite bound on the rounding errors")
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(value == other_value, 0, abs(value - other_value) / limit)
        # NaN is no agreement
        largest, points = max(largest, float(np.where(np.isnan(ratio), np.inf, ratio).max())), points + ratio.size
    return Comparison(points, largest, _verdict(one, other, cases, rng))


def _verdict(one: _Result, other: _Result, cases: _Cases, rng: np.random.Generator) -> Verdict | None:
    if one.expressions is None or other.expressions is None:
        return None
    from npnet.derivations.engine import symbols

    found = {
        symbols.verdict(difference, rng, around)
        for (_, around), expressions, others in zip(cases.symbols, one.expressions, other.expressions)
        for difference in np.ravel(expressions - others)
    }
    worst: tuple[Verdict, ...] = ("differs", "50 digits", "proved")
    return next(verdict for verdict in worst if verdict in found)
