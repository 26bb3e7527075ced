"""The page's examples run, its links lead to files, and its lists name what `check` warns of."""

import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks.gradcheckers import analytic
from npnet import gradcheck
from npnet.gradcheck.checking import LOST
from npnet.gradcheck.unsafe import NAMES

PAGE = Path(gradcheck.__file__).parent / "README.md"
TEXT = PAGE.read_text(encoding="utf-8")
VERSION = re.search(r"### NumPy (\S+),", TEXT)[1]


def test_the_examples_pass(capsys):
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(example, {})
    printed = capsys.readouterr().out.splitlines()
    assert [line.startswith("gradient check passed") for line in printed] == [True] * 5


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)\)", TEXT))
def test_links_lead_to_files(target):
    assert (PAGE.parent / target).exists()


def listed(kind):
    section = TEXT.partition("### NumPy")[2].partition("### SciPy")[0]
    wrong, _, rest = section.partition("Refused by the function itself")
    raises, _, right = rest.partition("Right,")
    part = {"wrong": re.findall(r"^\| `(.*?)` \|", wrong, re.MULTILINE)}
    part |= {"raises": re.findall(r"^- `(.*?)`:", raises, re.MULTILINE), "right": re.findall(r"`(.*?)`", right)}
    return part[kind]


def test_every_measured_expression_of_numpy_is_listed_once():
    every = [expression for kind in ("wrong", "raises", "right") for expression in listed(kind)]
    assert sorted(every) == sorted(analytic.expressions(analytic.NUMPY))


@pytest.mark.skipif(np.__version__ != VERSION, reason="the lists are those of another NumPy")
@pytest.mark.parametrize("kind", ["wrong", "raises", "right"])
def test_a_sample_of_the_lists_is_measured_again(kind):
    assert {analytic.measured(expression)[0] for expression in listed(kind)[::8]} == {kind}


@pytest.mark.parametrize("name", NAMES)
def test_each_name_that_a_doubt_gives_is_known_to_go_wrong(name):
    assert name in LOST
    expression = {"x**n for n >= 100": "(x**100).sum()"}.get(name, f"{name}(")
    assert any(expression in known for known in listed("wrong"))


@pytest.mark.parametrize("expression", [e for e in listed("wrong") if "real dtype" not in e][1::6])
def test_neither_the_right_gradient_nor_the_lost_one_gets_a_wrong_verdict(expression):
    x = np.array(analytic.POINTS[0])

    def f(x):
        return eval(expression, analytic.names(x))

    with np.errstate(all="ignore"):
        right = np.array([gradcheck.check(f, 0 * x, x, "central").derivatives[i].numeric for i in range(4)])
        try:
            lost = np.array([gradcheck.complex_step(f, x, direction) for direction in np.eye(4)])
            verdicts = {gradcheck.check(f, gradient, x).verdict for gradient in (right, lost)}
        except (ValueError, np.exceptions.ComplexWarning):
            # What gives real numbers, or warns, is refused
            return
    assert verdicts == {"not decided"}


def test_a_page_that_says_something_else_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(analytic, "lists", lambda: "| `np.abs(x)` | right |\n")
    assert analytic.main(["--check"]) == 1
    assert "the page says something else:\n| `np.abs(x)` | right |" in capsys.readouterr().out
    page = tmp_path / "page.md"
    page.write_text("| `np.abs(x)` | right |\n", encoding="utf-8")
    monkeypatch.setattr(analytic, "PAGE", page)
    assert analytic.main(["--check"]) == 0
    assert analytic.main([]) == 0
    assert capsys.readouterr().out == "the page is right\n| `np.abs(x)` | right |\n\n"
