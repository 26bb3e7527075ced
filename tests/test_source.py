"""Code is shown as it stands in its file, without docstrings."""

import inspect
from pathlib import Path

import pytest

from npnet import activations, losses, optimizers, schedules
from npnet.source import body, listing

ROOT = Path(__file__).parent.parent


def one_expression(a, b):
    """Return a sum."""
    return a + b  # of two


def several_lines(a):
    """Return twice the number.

    In two lines.
    """
    # Doubled
    twice = 2 * a

    return twice


def no_docstring(a):
    if a:
        return a
    return -a


class Shape:
    """What has sides."""

    sides = 3

    def area(self, a):
        """Return the area."""
        return a * a

    @staticmethod
    def name():
        return "shape"


def test_the_body_of_one_expression_is_the_expression():
    assert body(one_expression) == "a + b  # of two"


def test_a_body_keeps_its_lines_and_loses_its_docstring():
    assert body(several_lines) == "twice = 2 * a\n\nreturn twice"
    assert body(no_docstring) == "if a:\n    return a\nreturn -a"
    assert body(Shape.area) == "a * a"


def test_a_function_without_a_file_has_no_body():
    names = {}
    exec("def made(a):\n    return a", names)
    with pytest.raises(OSError):
        body(names["made"])


def test_a_listing_of_a_function_has_its_signature_and_place():
    found = listing(several_lines)
    assert found.code == "def several_lines(a):\n    # Doubled\n    twice = 2 * a\n\n    return twice"
    assert found.where == f"tests/test_source.py:{inspect.getsourcelines(several_lines)[1]}"


def test_a_listing_keeps_what_is_noted_about_it():
    assert listing(several_lines, note="Twice.").note == listing(Shape, "area", note="Twice.").note == "Twice."
    assert listing(several_lines).note == ""


def test_the_parameters_of_a_signature_wider_than_the_page_have_a_line_of_their_own():
    _, first, second, third, *_ = listing(losses.MeanSquaredError, "terms").code.splitlines()
    assert first == "    def terms("
    assert second == "        self, y: Array, p: Array, out: Array | None = None, scratch: Array | None = None"
    assert third == "    ) -> tuple[Factors, Any]:"
    code = listing(optimizers.RMSProp, "update").code
    assert "update(\n        self,\n        w: Array,\n" in code
    assert "        rate: Array,\n    ) -> Array:\n" in code


def test_a_listing_of_a_class_has_the_methods_that_are_asked_for_in_that_order():
    area, name = "    def area(self, a):\n        return a * a", '    def name():\n        return "shape"'
    assert listing(Shape, "area").code == f"class Shape:\n{area}"
    assert listing(Shape, "name", "area").code == f"class Shape:\n{name}\n\n{area}"
    with pytest.raises(KeyError):
        listing(Shape, "perimeter")


@pytest.mark.parametrize(
    ("of", "methods"),
    [
        (activations.Sigmoid, ["value", "slope"]),
        (activations.Softmax, ["value", "pullback"]),
        (optimizers.Adam, ["numbers", "update"]),
        (schedules.ExponentialDecay, ["rate"]),
        (optimizers.get, []),
    ],
)
def test_what_is_listed_are_lines_of_the_file(of, methods):
    found = listing(of, *methods)
    file, line = found.where.split(":")
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    assert lines[int(line) - 1] == found.code.splitlines()[0]
    # But for the parameters of wide signatures, which are broken into lines
    text = "".join("".join(lines).split())
    parts = ["".join(line.split()).rstrip(",") for line in found.code.splitlines()]
    assert [part for part in parts if part not in text] == []
    assert '"""' not in found.code
    assert all(f"def {name}(" in found.code for name in methods)
