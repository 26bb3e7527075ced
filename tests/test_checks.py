"""Arguments are returned in the form that the library works with, or refused by name."""

import decimal
import fractions

import numpy as np
import pandas as pd
import pytest

from npnet import _checks as checks
from npnet.activations import ReLU, Tanh, relu


def refused(message):
    return pytest.raises(ValueError, match=message)


def test_an_error_names_the_callers_own_argument():
    def number(name):
        with checks.renamed(size="width", low="high"):
            return checks.number(name, "size: 1")

    for name, shown in (("size", "width"), ("low", "high"), ("other", "other"), ("size of", "size of")):
        with refused(f"^{shown}: expected a finite number, got 'size: 1'$"):
            number(name)
    with pytest.raises(TypeError, match=r"^size: "), checks.renamed(size="width"):
        raise TypeError("size: 1")


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble", "complex64", "complex128"])
def test_arrays_of_numbers_pass_as_they_are(dtype):
    array = np.array([1, 2, 3], dtype)
    assert checks.numeric("x", array) is array
    objects = np.array([fractions.Fraction(1, 3), 2], object)
    assert checks.numeric("x", objects) is objects


@pytest.mark.parametrize("value", [[1, 2], (1, 2), np.array([1, 2], "int8"), np.array([1, 2], "uint64"), [True, 2]])
def test_whole_numbers_become_float64(value):
    array = checks.numeric("x", value)
    assert (array.dtype, array.tolist()) == (np.dtype("float64"), [1, 2])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("text", "x: expected numbers, got dtype <U4, text such as 'text'"),
        (["a", 1], "x: expected numbers, got dtype <U21, text such as 'a'"),
        (None, "x: expected numbers, got dtype object, None"),
        ([1, None], "x: expected numbers, got dtype object, None"),
        (np.array([1, "a"], object), "x: expected numbers, got dtype object"),
        (np.array(["2020-01-01"], "datetime64[D]"), "x: expected numbers, got dtype datetime64"),
        (np.zeros(1, [("a", "f8")]), r"x: expected numbers, got dtype \[\('a', '<f8'\)\]"),
        ([[1], [1, 2]], "x: expected a rectangular array of numbers, got a ragged one"),
        (np.ma.masked_array([1.0, 2.0], [True, False]), "x: expected an array without a mask, got a masked one"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused(value, message):
    for check in (checks.numeric, checks.real):
        with refused(message):
            check("x", value)


def test_real_numbers_are_floats_and_finite():
    assert checks.real("x", np.float32([1, 2])).dtype == np.float32
    assert checks.real("x", np.array([1, fractions.Fraction(1, 2)], object)).tolist() == [1, 0.5]
    for wrong, message in (
        ([1j], "x: expected real numbers, got dtype complex128"),
        (np.array([object()], object), "x: expected real numbers, got dtype object"),
        ([[1, np.nan]], r"x: expected finite numbers, got nan at index \(0, 1\)"),
    ):
        with refused(message):
            checks.real("x", wrong)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_whose_squares_overflow_are_finite(dtype):
    largest = np.finfo(dtype).max
    assert checks.is_finite(np.array([largest, -largest, 0], dtype))
    assert checks.is_finite(np.zeros((0, 3), dtype))
    for wrong in (np.nan, np.inf, -np.inf):
        for array in (np.array([largest, wrong], dtype), np.array([[0], [wrong]], dtype)):
            assert not checks.is_finite(array)
            with refused(rf"x: expected finite numbers, got {wrong} at index \({array.shape[0] - 1},( 0)?\)"):
                checks.finite("x", array)
    # Of two infinities the squares, of opposite signs the sum
    assert not checks.is_finite(np.array([np.inf, -np.inf], dtype))


def test_complex_numbers_and_objects_are_not_asked_whether_they_are_finite():
    for array in (np.array([np.nan + 1j]), np.array([np.inf], object)):
        assert checks.finite("x", array) is array


def test_shapes_that_differ_are_refused():
    a, b = np.ones((2, 3)), np.zeros((2, 3))
    assert [array is given for array, given in zip(checks.same_shape("a", a, "b", b), (a, b))] == [True, True]
    with refused(r"a: expected the shape of b, \(3,\), got \(2, 3\)"):
        checks.same_shape("a", a, "b", np.ones(3))


NUMBERS = [
    1, 1.0, np.float32(1), np.float64(1), np.longdouble(1), np.int8(1), np.array(1.0), np.array(1),
    fractions.Fraction(1), decimal.Decimal(1),
]  # fmt: skip


@pytest.mark.parametrize("value", NUMBERS, ids=lambda value: type(value).__name__)
def test_a_number_of_any_type_becomes_a_python_float(value):
    assert (type(checks.number("rate", value)), checks.number("rate", value)) == (float, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        "1", b"1", True, np.True_, None, 1j, np.complex64(1), [1], [1, 2], np.ones(1), np.ones(2), np.nan, np.inf,
        10**400, np.array("1"), np.array(True), np.array(1j), np.timedelta64(1, "D"),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_finite_number_is_refused(wrong):
    with refused("rate: expected a finite number, got"):
        checks.number("rate", wrong)


def test_a_number_has_its_limits():
    assert checks.number("x", 0, low=0) == 0
    assert checks.number("x", 5e-324, above=0) == 5e-324
    assert checks.number("x", 1 - 2.0**-53, low=0, below=1) < 1
    for limits, wrong, expected in (
        ({"above": 0}, 0.0, "> 0"),
        ({"low": 0}, -5e-324, ">= 0"),
        ({"below": 1}, 1, "< 1"),
        ({"low": 0, "below": 1}, 1, ">= 0 and < 1"),
        ({"above": 0, "below": 1e16}, 1e16, r"> 0 and < 1e\+16"),
    ):
        with refused(f"x: expected a finite number {expected}, got"):
            checks.number("x", wrong, **limits)


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_a_whole_number_of_any_type_becomes_a_python_int(value):
    assert (type(checks.integer("n", value, 3)), checks.integer("n", value, 3)) == (int, 3)


@pytest.mark.parametrize("wrong", [0, 3.0, "3", None, True, np.True_, [3], np.float64(3), np.nan])
def test_what_is_no_whole_number_or_too_small_is_refused(wrong):
    with refused("n: expected a whole number >= 1, got"):
        checks.integer("n", wrong, 1)


def test_a_flag_is_true_or_false():
    assert [checks.flag("f", value) for value in (True, np.False_)] == [True, False]
    assert type(checks.flag("f", np.True_)) is bool
    for wrong in (0, 1, "True", None, [True]):
        with refused("f: expected True or False, got"):
            checks.flag("f", wrong)


def test_a_generator_is_used_as_it_is_and_a_seed_makes_one():
    rng = np.random.default_rng(0)
    assert checks.generator("seed", rng) is rng
    assert checks.generator("seed", 5).random() == checks.generator("seed", np.int64(5)).random()
    assert checks.generator("seed", 5).random() != checks.generator("seed", 6).random()
    assert checks.generator("seed", None).random() != checks.generator("seed", None).random()
    for wrong in (-1, 0.5, "x", np.random.RandomState(0), True):
        with refused("seed: expected a whole number >= 0, got"):
            checks.generator("seed", wrong)


def test_an_object_is_looked_up_by_its_name():
    known = {"relu": ReLU, "tanh": Tanh}
    assert checks.lookup("f", relu, ReLU, known) is relu
    assert isinstance(checks.lookup("f", "tanh", ReLU, known), Tanh)
    assert checks.lookup("f", "tanh", ReLU, known) is not checks.lookup("f", "tanh", ReLU, known)
    for wrong in ("mish", None, ReLU, ["relu"]):
        with refused(r"f: expected one of relu, tanh, or an instance of ReLU, got"):
            checks.lookup("f", wrong, ReLU, known)
    with refused(r"f: expected one of .*; did you mean ReLU\(\)\?$"):
        checks.lookup("f", ReLU, ReLU, known)
    with refused(r"f: expected one of .*, got <class '.*Tanh'>$"):
        checks.lookup("f", Tanh, ReLU, known)


def test_class_indices_become_rows():
    rows = checks.one_hot(np.array([2, 0], "uint8"), 3)
    assert (rows.dtype, rows.tolist()) == (np.dtype("float64"), [[0, 0, 1], [1, 0, 0]])
    assert checks.one_hot(np.array([], int), 2).shape == (0, 2)
    assert checks.one_hot([True, False], 2).tolist() == [[0, 1], [1, 0]]
    for wrong in ([0, 2], [0, -1], np.array([0, 2**63 + 1], "uint64")):
        with refused(rf"y: expected class indices from 0 to 1, got {wrong[1]}; datasets.encode_labels\(y\) makes"):
            checks.one_hot(wrong, 2, "y")
    expected = r"labels: expected class indices, integers of shape \(batch,\), or one-hot rows, got dtype float64"
    for wrong, way_out in (([0.0, 1.0], r"; astype\(int\) makes integers of these"), ([0.0, 0.5], "")):
        with refused(rf"{expected} and shape \(2,\){way_out}$"):
            checks.one_hot(wrong, 2)
    for wrong in ([[0], [1]], [[0.0], [0.5]]):
        with refused(r"y: .* got shape \(2, 1\); ravel\(\) makes a vector of one column$"):
            checks.one_hot(wrong, 2, "y")
    with refused(r"y: .* got shape \(2, 2\); argmax\(axis=1\) makes class indices of one-hot rows$"):
        checks.one_hot(np.eye(2), 2, "y")
    with refused(r"y: expected finite numbers, got nan at index \(1,\)"):
        checks.one_hot([0, np.nan, 1], 2, "y")
    with refused(r"y: expected class indices, .*'b'; datasets.encode_labels\(y\) makes class indices of labels"):
        checks.one_hot(["b", "a"], 2, "y")


@pytest.mark.parametrize("classes", [2**50, 2**62, 10**30])
def test_classes_that_do_not_fit_into_the_memory_are_refused_by_the_argument_that_names_them(classes):
    for name, blamed in (("labels", "classes"), ("y", "y")):
        with refused(f"^{blamed}: expected classes whose rows fit into the memory, got {classes}$"):
            checks.one_hot([0], classes, name)


def test_labels_get_the_shape_of_the_outputs():
    assert checks.targets("y", [1, 0], (2, 2)).tolist() == [[0, 1], [1, 0]]
    assert checks.targets("y", [1, 0], (2, 1)).tolist() == [[1], [0]]
    soft = np.float32([[0.25, 0.75]])
    assert checks.targets("y", soft, (1, 2)) is soft
    symbols = np.array([[fractions.Fraction(1, 3)]], object)
    assert checks.targets("y", symbols, (1, 1)) is symbols
    column = np.array([[1], [0]])
    for indices in (column, column.astype(bool), column.astype(object)):
        assert checks.targets("y", indices, (2, 2)).tolist() == [[0, 1], [1, 0]]
    assert checks.targets("y", [[1.0, 0.0]], (1, 2)).tolist() == [[1, 0]]
    for wrong, shape, message in (
        (
            [1, 0, 1],
            (2, 2),
            r"y: expected shape \(2, 2\), or class indices, .* of shape \(2,\), got \(3,\) of dtype int64",
        ),
        ([1, 0, 1], (2, 1), r"y: expected shape \(2, 1\) or \(2,\), got \(3,\)"),
        ([[1, 0]], (2, 1), r"y: expected shape \(2, 1\) or \(2,\), got \(1, 2\)"),
        ([0, np.nan], (2, 2), r"y: expected finite numbers, got nan at index \(1,\)"),
        ([[np.nan]], (1, 1), "y: expected finite numbers"),
        (
            [[1.0], [0.0]],
            (2, 2),
            r"y: .* or class indices, integers of shape \(2,\), got \(2, 1\) .*; astype\(int\) makes integers",
        ),
        ([[1.0], [0.5]], (2, 2), r"y: .* or class indices, integers of shape \(2,\), got \(2, 1\) of dtype float64$"),
        ([[1.0, 0.0]], (2, 1), r"y: expected shape \(2, 1\) or \(2,\), got \(1, 2\) of dtype float64$"),
        (["yes", "no"], (2, 1), r"'yes'; datasets.encode_labels\(y\) makes class indices of labels"),
        (["yes", "no"], (2, 2), r"'yes'; datasets.encode_labels\(y\) makes class indices of labels"),
        (np.array(["yes", "no"], object), (2, 1), r"'yes' at index \(0,\); datasets.encode_labels\(y\) makes"),
        ([0, None], (2, 1), r"y: expected numbers, got dtype object, None at index \(1,\)$"),
        ([[1j]], (1, 1), "y: expected real numbers, got dtype complex128"),
    ):
        with refused(message):
            checks.targets("y", wrong, shape)


def test_a_slice_chooses_at_least_one():
    assert checks.some_of("members", slice(-2, 9), 3) == range(1, 3)
    assert checks.some_of("members", slice(None, None, -2), 3) == range(2, -1, -2)
    for wrong in (slice(3, 9), slice("a"), slice(0, 2, 0), slice(0.5), 1, [0, 1], None):
        with refused("nets: expected a slice with some of 3 nets, got"):
            checks.some_of("nets", wrong, 3)


@pytest.mark.parametrize("form", [list, lambda labels: [[label] for label in labels]])
def test_numbers_for_one_of_several_units_are_told_the_shape_of_all(form):
    expected = r"y: expected shape \(2, 3\), or class indices, integers of shape \(2,\), got \(2,( 1)?\) of dtype"
    for labels, end in (([0.5, 1], " float64"), ([0, 1.0], r" float64; astype\(int\) makes integers of these")):
        with refused(f"{expected}{end}$"):
            checks.targets("y", form(labels), (2, 3))


def test_a_sequence_has_one_axis_and_is_no_text():
    for value in ([1], (), range(2), np.zeros(2), np.array(["a"]), pd.Series([1])):
        assert checks.is_sequence(value)
    for value in ("ab", b"ab", {1, 2}, {1: 2}, 1, None, np.float32(1), np.array(1), np.zeros((2, 1)), iter([1])):
        assert not checks.is_sequence(value)


def test_widths_are_at_least_two_whole_numbers_above_zero():
    for value in ([4, 3], (4, 3), np.array([4, 3]), pd.Series([4, 3], [1, 0]), pd.array([4, 3], "Int64")):
        assert checks.widths(value) == (4, 3)
        assert all(type(width) is int for width in checks.widths(value))
    for wrong in ([4], 4, "43", b"43", None, np.array(4), {4, 3}):
        with refused("widths: expected at least two numbers, inputs and outputs, got"):
            checks.widths(wrong)
    for wrong in ([4, 0], [4, 0.5], [4, None], [True, 3]):
        with refused("widths: expected a whole number >= 1, got"):
            checks.widths(wrong)


def test_dtypes_are_those_of_nets():
    for known in ("float32", np.float64, np.dtype("longdouble"), complex, object):
        assert checks.dtype(known) == np.dtype(known)
    for wrong in ("float16", int, "no such", None, "complex64", 3):
        with refused("dtype: expected float32 or float64 .*, got"):
            checks.dtype(wrong)
