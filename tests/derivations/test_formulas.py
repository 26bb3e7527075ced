"""Each formula that is displayed is what its code computes, and one with a single thing wrong is found."""

import re
from dataclasses import replace

import numpy as np
import pytest

from npnet.derivations import check, every, get
from npnet.derivations.engine import Derivation, normals
from npnet.derivations.engine.formulas import Formula
from npnet.derivations.engine.numbers import each
from npnet.derivations.engine.tracked import Tracked
from tests.derivations.perturbations import perturbations

chains = pytest.mark.parametrize("chain", every(), ids=lambda chain: chain.name)
# Wrong in print and right in value: 0 may be doubled or subtracted, a sign or a quotient forgets a factor, and a slope
# forgets a constant
SAME = {
    ("relu", 5): [r"\mathrm{sign}(y), \quad y = 2 \cdot \mathrm{relu}(z)"],
    ("relu-at-zero", 1): [r"\frac{f(0) + f(-h)}{h}", r"2 \cdot \frac{f(0) - f(-h)}{h}"],
    ("relu-at-zero", 3): [r"\frac{f(h) + f(0)}{h} - 1"],
    ("relu-at-zero", 5): [r"2 \cdot [y > 0], \quad y = f(0)", r"[y > 0], \quad y = 2 \cdot f(0)"],
    ("leaky-relu", 5): [r"s + \alpha(1-s), \quad s = \tfrac12(\mathrm{sign}(y)+1), \quad y = 2 \cdot f(z)"],
    ("softmax-cross-entropy", 3): [
        r"-\frac1n \sum_k \frac{y_{sk}}{p_{sk}}\,\frac{\partial p_{sk}}{\partial z_{sj}}, "
        r"\quad p = 2 \cdot \mathrm{softmax}(z)"
    ],
    ("elu", 2): [
        rf"\frac{{d}}{{dz}}\left(s z + (1-s)\alpha(e^z {other})\right), \quad s = [z \ge 0]" for other in ("+ 1", "- 2")
    ],
    ("selu", 2): [
        rf"\frac{{d}}{{dz}}\left(s\lambda z + (1-s)c(e^z {other})\right), \quad s = [z \ge 0]"
        for other in ("+ 1", "- 2")
    ],
    ("huber", 2): [
        rf"\frac1N\,\frac{{d}}{{dp}}\Bigl(s\,\frac{{e^2}}{{2}} + (1-s)\Bigl(\delta|e| - {other}\Bigr)\Bigr), "
        r"\quad s = [|e| \le \delta], \quad e = p - y"
        for other in (r"\frac{\delta^3}{2}", r"\frac{\delta^2}{3}")
    ],
    ("softmax-kl-divergence", 2): [
        r"\nabla_z \frac1n \sum_s \sum_k \Bigl(p_{sk} + y_{sk} - y_{sk} \ln \frac{p_{sk}}{y_{sk}}\Bigr), "
        r"\quad p = \mathrm{softmax}(z)",
        r"\nabla_z \frac1n \sum_s \sum_k \Bigl(p_{sk} - y_{sk} - y_{sk} \ln \frac{p_{sk}}{y_{sk}}\Bigr), "
        r"\quad p = 2 \cdot \mathrm{softmax}(z)",
    ],
    ("leaky-relu-at-zero", 3): [r"\frac{f(h) + f(0)}{h} - 1 + \alpha"],
    ("leaky-relu-at-zero", 4): [
        r"s + \alpha(1+s), \quad s = [f(0) > 0]",
        r"2 \cdot s + \alpha(1-s), \quad s = [f(0) > 0]",
        r"s + \alpha(1-s), \quad s = 2 \cdot [f(0) > 0]",
    ],
}


def with_formula(chain, number, latex):
    """Return a chain up to one of its lines, which gets another formula."""
    line = replace(chain.lines[number - 1], latex=latex)
    return replace(chain, lines=[*chain.lines[: number - 1], line])


def examples(chain):
    """Return the values of the variables' symbols, as numbers that carry their error."""
    for i in range(max(len(variable.examples) for variable in chain.variables.values())):
        values = {name: variable.examples[i % len(variable.examples)] for name, variable in chain.variables.items()}
        yield {
            name: value if chain.variables[name].fixed else each(Tracked.lift, np.asarray(value, float))
            for name, value in values.items()
        }


def intervals(formula, point):
    """Return the ends of the intervals in which a formula's numbers are."""
    numbers = each(Tracked.lift, np.asarray(formula(point, Tracked.lift), object))
    ends = [each(lambda number, sign=sign: number.value + sign * number.error, numbers) for sign in (-1, 1)]
    return np.array(ends, float)


def agree(one, other, point):
    (low, high), (other_low, other_high) = intervals(one, point), intervals(other, point)
    return low.shape == other_low.shape and ((low <= other_high) & (other_low <= high)).all()


def survivors(chain):
    """Yield each line's number, and the perturbations of its formula whose values at the examples are the same."""
    before = None
    for number, line in enumerate(chain.lines, 1):
        if line.unchecked:
            continue
        formula = Formula(line.latex, chain.notation, chain.variables, before)
        points = list(examples(chain))
        left = []
        for latex in perturbations(line.latex):
            # It can be read: what is found is its value, not its grammar
            other = Formula(latex, chain.notation, chain.variables, before)
            try:
                found = not all(agree(formula, other, point) for point in points)
            except ValueError:
                found = True
            if not found:
                left.append(latex)
        yield number, left
        before = formula


def test_nearly_all_formulas_are_checked():
    """The aim was 85 %. What is left has a reason: it is the mean of a sample, which has no formula of its own."""
    assert [(chain.name, line.unchecked) for chain in every() for line in chain.lines if line.unchecked] == [
        ("he", "the mean of a sample")
    ]


@pytest.mark.parametrize(
    ("name", "line", "latex"),
    [
        ("relu", 6, r"\max(\mathrm{sign}(y), 0)"),
        ("relu-at-zero", 5, r"\max(\mathrm{sign}(y), 0), \quad y = f(0)"),
        ("leaky-relu", 6, r"s + \alpha(1-s), \quad s = \max(\mathrm{sign}(y), 0)"),
        ("leaky-relu-at-zero", 4, r"s + \alpha(1-s), \quad s = \max(\mathrm{sign}(f(0)), 0)"),
    ],
)
def test_a_maximum_of_signs_is_not_what_relus_code_computes(name, line, latex):
    """Its values are those of [y > 0] for all numbers; but where the code asks whether y > 0, a sign asks more."""
    chain = with_formula(get(name), line, latex)
    assert check(chain, symbolic=False)
    (found,) = check(chain).failures
    assert found.number == line
    assert found.code
    assert re.fullmatch("its formula asks whether .* < 0.*, which its code does not", found.failure)


@pytest.mark.parametrize(
    ("name", "line", "latex", "problem"),
    [
        ("sigmoid", 8, "y(1+y)", "its formula differs from its code by .* times the bound; differs from its code on"),
        ("sigmoid", 8, "y(1-y", "its formula cannot be evaluated: ValueError: latex: expected \\), got the end"),
        ("sigmoid", 8, "q(1-y)", "its formula cannot be evaluated: ValueError: latex: expected a known name, got q"),
        ("affine", 4, r"x^T \delta", r"its formula cannot be evaluated: ValueError: operands could not be broadcast"),
        ("softmax", 5, r"y_j\,([i=j] - y_k)", r"its formula cannot be evaluated: ValueError: operands could not be"),
        ("mse", 5, r"p = \frac{2(p-y)}{N}", "its formula differs from its code"),
    ],
)
def test_a_formula_that_is_not_its_code_says_why(name, line, latex, problem):
    chain = get(name)
    changed = with_formula(chain, line, latex + ", \\quad y = \\sigma(z)" * (name == "sigmoid"))
    (found,) = check(changed).failures
    assert found.number == line
    assert re.match(problem, found.failure)


def test_a_formula_that_cannot_be_checked_says_why_and_holds():
    chain = Derivation("example", "0", "An example", {"a": normals("a number", 3, example=[0.5])})
    chain.line(r"\text{twice } a", "The start.", unchecked="words")(lambda a: 2 * a)
    (found,) = check(chain).checks
    assert found
    assert found.formula is None


@chains
def test_a_formula_with_one_thing_wrong_is_found(chain):
    for number, left in survivors(chain):
        # The examples are few and small; the whole check draws many and larger ones, and asks for jumps
        found = [latex for latex in left if check(with_formula(chain, number, latex)).checks[number - 1].formula]
        assert found == SAME.get((chain.name, number), [])


def test_nearly_all_perturbations_are_of_another_value():
    tried = [latex for chain in every() for line in chain.lines for latex in perturbations(line.latex)]
    assert len(tried) >= 1000
    assert sum(map(len, SAME.values())) <= 0.015 * len(tried)
