import threading
import warnings

import numpy as np
import pytest

from npnet.gradcheck import check, check_vjp
from npnet.gradcheck.arguments import Function, Point, probing, unit_of
from reference.bounds.tolerance import assert_within

A, B = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0])


class Graph:
    """What refuses to be an array, as a tensor of a graph does."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no numbers yet")


def test_one_array_is_handed_on_in_its_shape():
    point = Point([[1, 2], [3, 4]])
    np.testing.assert_array_equal(point.vector, [1, 2, 3, 4])
    assert point.vector.dtype == np.float64
    assert point.call(lambda x: x.shape, point.vector) == (2, 2)
    assert list(point.places()) == ["x[0, 0]", "x[0, 1]", "x[1, 0]", "x[1, 1]"]


def test_a_tuple_of_numbers_is_one_array_and_one_of_arrays_are_several():
    assert not Point((1.0, 2.0)).several
    point = Point((A, B, 6.0))
    np.testing.assert_array_equal(point.vector, [1, 2, 3, 4, 5, 6])
    assert point.call(lambda a, b, c, d: (a.shape, b.shape, c.shape, d), point.vector, 7) == ((2, 2), (1,), (), 7)
    assert list(point.places())[3:] == ["x[0][1, 1]", "x[1][0]", "x[2]"]


def test_a_tuple_of_one_array_is_one_argument():
    point = Point((B,))
    assert list(point.places()) == ["x[0][0]"]
    assert point.call(lambda b: b.shape, point.vector) == (1,)


def test_a_dict_is_handed_on_by_name():
    point = Point({"W": A, "b": B})
    assert point.call(lambda c, W, b: (c, W.shape, b.shape), point.vector, 7) == (7, (2, 2), (1,))
    assert list(point.places())[-2:] == ["W[1, 1]", "b[0]"]


def test_a_scalar_has_a_place():
    assert list(Point(3.0).places()) == ["x"]
    assert list(Point({"W": A, "rate": 3.0}).places())[-1] == "rate"


def test_places_can_be_named():
    assert list(Point(B, ["layer 1 b[0]"]).places()) == ["layer 1 b[0]"]


def test_what_a_function_does_to_its_arguments_stays_there():
    point = Point((A, B))
    point.call(lambda a, b: a.fill(0), point.vector)
    np.testing.assert_array_equal(point.vector, [1, 2, 3, 4, 5])
    x = A.copy()
    Point(x).vector[0] = 9
    assert x[0, 0] == 1


def test_gradients_have_the_structure_of_the_arguments():
    gradient, unit = Point((A, B)).gradient((A, np.float32([7])))
    np.testing.assert_array_equal(gradient, [1, 2, 3, 4, 7])
    assert unit == 2.0**-24
    assert Point((A, B)).gradient([A, B])[0].tolist() == [1, 2, 3, 4, 5]
    assert Point({"W": A, "b": B}).gradient({"W": 2 * A, "b": B})[0].tolist() == [2, 4, 6, 8, 5]
    assert Point({"W": A, "b": B}).gradient({"b": B, "W": 2 * A})[0].tolist() == [2, 4, 6, 8, 5]
    assert gradient.dtype == np.float64


@pytest.mark.parametrize(
    ("x", "gradient", "message"),
    [
        ((A, B), (A,), "gradient: expected 2 arrays, got a tuple"),
        ((A, B), A, "gradient: expected 2 arrays, got an ndarray"),
        ((A, B), {"a": A, "b": B}, "gradient: expected 2 arrays, got a dict of a, b"),
        ({"W": A, "b": B}, (A, B), "gradient: expected a dict of W, b, got a tuple"),
        ({"W": A, "b": B}, {"W": A}, "gradient: expected a dict of W, b, got a dict of W"),
        ({"W": A, "b": B}, {"W": A, "c": B}, "gradient: expected a dict of W, b, got a dict of W, c"),
        ((A, B), (B, A), r"gradient: expected real numbers of shape \(2, 2\) for x\[0\], got float64 \(1,\)"),
        ({"W": A, "b": B}, {"W": A, "b": A}, r"gradient: expected real numbers of shape \(1,\) for b, got float64"),
        (B, Graph(), r"gradient: expected real numbers of shape \(1,\), got a Graph: no numbers yet"),
        (B, None, r"gradient: expected real numbers of shape \(1,\), got None, as from a function without return"),
        (A, [[1, 2], [3]], r"gradient: expected real numbers of shape \(2, 2\), got a ragged array"),
        (B, [1j], "gradient: expected real numbers"),
    ],
)
def test_other_gradients_are_refused(x, gradient, message):
    with pytest.raises(ValueError, match=message):
        Point(x).gradient(gradient)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([], r"x: expected at least one element, got shape \(0,\)"),
        ({}, "x: expected at least one element, got no array"),
        ({1: A}, "x: expected a dict from the names of arguments to arrays, got the key 1"),
        ((A, np.array([np.nan])), r"x\[1\]: expected finite numbers"),
        ({"b": "a"}, "b: expected numbers"),
        ({"a": {"W": A}}, "x: expected arrays by the names of arguments, got a dict in a"),
        (
            [np.ones((2, 2)), np.ones(2)],
            "x: expected one array, or a tuple of NumPy arrays, got a list of different sh",
        ),
        (([0.3, 0.8], 0.7), "x: expected one array, or a tuple of NumPy arrays, got a tuple of different shapes"),
    ],
)
def test_other_points_are_refused(x, message):
    with pytest.raises(ValueError, match=message):
        Point(x)


@pytest.mark.parametrize(
    ("dtype", "unit"),
    [("float64", 2.0**-53), ("float32", 2.0**-24), ("float16", 2.0**-11), ("longdouble", 2.0**-53),
     ("int64", 2.0**-53), ("complex64", 2.0**-24), ("complex128", 2.0**-53)],
)  # fmt: skip
def test_a_dtype_has_a_unit_roundoff_that_of_float64_at_least(dtype, unit):
    assert unit_of(np.dtype(dtype)) == unit


def function(f, x=(1.0, 2.0)):
    return Function(f, Point(x))


def test_a_value_is_a_python_float():
    f = function(lambda x: [[x.sum()]])
    assert f.real(f.point.vector) == f.first == 3
    assert type(f.first) is float


def test_a_value_may_be_weighed():
    assert Function(lambda x: 2 * x, Point([1.0, 2.0]), lambda value: value @ [10, 1]).first == 24


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: Graph(), "f: expected a number, or an array, got a Graph: no numbers yet"),
        (lambda x: x, r"f: expected a scalar, got float64 of shape \(2,\); check_vjp is for several outputs"),
        (lambda x: "a", "f: expected a number, or an array, got a str$"),
        (lambda x: None, "f: expected a number, or an array, got None, as from a function without return"),
        (lambda x: np.array([True]), "f: expected a number, or an array, got an ndarray of dtype bool"),
        (lambda x: [x, 1], "f: expected a number, or an array, got a list of several shapes"),
        (lambda x: np.nan * x[0], "f: expected a finite number at x, got nan"),
        (lambda x: np.inf, "f: expected a finite number at x, got inf"),
        (lambda x: 1 + 1j * x[0], r"f: expected a real value of real numbers, got \(1\+1j\)"),
    ],
)
def test_other_values_are_refused(f, message):
    with pytest.raises(ValueError, match=message):
        function(f)


def test_an_imaginary_part_of_rounding_errors_is_no_matter():
    assert function(lambda x: x[0] + 2.0**-41 * 1j).first == 1
    assert function(lambda x: -x[0] - 2.0**-41 * 1j).first == -1
    with pytest.raises(ValueError, match="f: expected a real value"):
        function(lambda x: x[0] + 2.0**-39 * 1j)


def raising(error):
    def f(x):
        if x[0] != 1:
            raise error
        return x[0]

    return f


def test_outside_of_its_domain_a_function_is_nan():
    def root(x):
        if x[0] < 0:
            raise ValueError("math domain error")
        return 1 / x[0] ** 0.5

    f = function(root)
    assert f.near(np.array([4.0, 0])) == 0.5
    assert np.isnan(f.near(np.array([-4.0, 0])))

    for error in (AssertionError, IndexError, RuntimeError, ZeroDivisionError):
        with pytest.raises(error):
            function(raising(error)).real(np.zeros(2))
        assert np.isnan(function(raising(error)).near(np.zeros(2)))
        assert np.isnan(function(raising(error)).near_complex(np.zeros(2)))

    def failing(x):
        if x[0] != 1:
            raise TypeError("a bug")
        return x[0]

    with pytest.raises(TypeError, match="a bug"):
        function(failing).near(np.array([2.0, 0]))


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: np.abs(x).sum(), "f: expected a complex value .* got dtype float64; .* method='central'"),
        (lambda x: np.hypot(x[0], x[1]), "f: expected a function of complex numbers; .*'hypot'.* method='central'"),
        (lambda x: x.astype(float).sum(), "f: expected a function of complex numbers; .*discards.* method='central'"),
    ],
)
def test_a_function_that_does_not_take_complex_numbers_is_told_from_one_that_does(f, message):
    f = function(f)
    with probing(), pytest.raises(ValueError, match=message):
        f.complex(f.point.vector + 1e-100j)
    assert function(lambda x: x[0] ** 2).complex(np.array([1j, 0])) == -1


def test_what_changes_between_calls_is_told():
    values = iter([1.0, 2.0, 2.0])
    f = function(lambda x: next(values))
    assert list(f.changes()) == [
        "f: its value at x changed between two calls, from 1 to 2; random numbers need a seed of their own in each call"
    ]
    f = function(lambda x: (np.float32 if x[0] == 1 else np.float64)(x[0]))
    assert list(f.changes()) == []
    f.real(np.array([2.0, 0]))
    assert list(f.changes()) == ["f: its dtype changes between calls: float32 and float64"]
    assert f.unit == 2.0**-24
    f = function(lambda x: x[0])
    f.complex(f.point.vector * (1 + 0j))
    assert list(f.changes()) == []
    assert f.unit == 2.0**-53
    assert function(lambda x: 3).unit == 2.0**-53


def test_probing_is_silent_but_for_lost_imaginary_parts():
    with probing():
        np.log(np.array([-1.0, 0.0])), np.exp(np.array([1e4]))
        warnings.warn("a warning", stacklevel=1)
        with pytest.raises(np.exceptions.ComplexWarning):
            np.array([1j]).astype(float)


def test_checks_in_several_threads_leave_the_filters_of_warnings_as_they_were():
    before, inside, both = list(warnings.filters), threading.Event(), threading.Event()

    def first():
        with probing():
            inside.set()
            # In vain where the other one waits for its turn
            both.wait(0.1)

    def second():
        inside.wait()
        with probing(), probing():
            both.set()
            threads[0].join()

    threads = [threading.Thread(target=target) for target in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warnings.filters == before


@pytest.mark.parametrize("value", [(1.0, np.ones(2)), [[1.0], 2.0]])
def test_values_of_several_shapes_are_refused_by_name(value):
    with pytest.raises(ValueError, match=f"f: expected a number, or an array, got a {type(value).__name__} of several"):
        Function(lambda x: value, Point(B))


@pytest.mark.parametrize(
    ("f", "x", "said"),
    [
        (lambda a, b: a * b**2, (2.0, 3.0), r"f: expected a function of one array of shape \(2,\), as x is no tuple of "
         r"arrays or dict, got one of \(a, b\)$"),
        (lambda a: a.sum(), (np.ones(2), np.ones(3)), r"f: expected a function of 2 arrays, as x is a tuple of arrays"),
        (lambda W: W["a"], {"a": [1.0], "b": [2.0]}, r"f: expected a function that takes a, b by name, as x is a dict"),
    ],
)  # fmt: skip
def test_a_function_of_other_arguments_is_told_what_x_stands_for(f, x, said):
    with pytest.raises(ValueError, match=said):
        check(f, lambda *several, **named: 1.0, x)
    with pytest.raises(ValueError, match=said):
        check_vjp(f, f, x)
    with pytest.raises(ValueError, match=said.replace("f: expected", "gradient: expected")):
        check(lambda *several, **named: 1.0, f, x)


def test_a_vjp_without_a_cotangent_is_refused():
    with pytest.raises(
        ValueError, match=r"vjp: expected a function of one array of shape \(2,\) and a cotangent, as x is no"
    ):
        check_vjp(np.sin, lambda x: x, [1.0, 2.0])
    # What has no signature is called
    assert check_vjp(np.sin, lambda x, c: c * np.cos(x), [1.0, 2.0])


@pytest.mark.skipif(np.finfo(np.longdouble).nmant <= 52, reason="np.longdouble has the digits of float64")
def test_what_is_lost_of_a_value_is_what_more_digits_add():
    lost = Function(lambda x: (1 + x[0]) - 1, Point([0.1])).lost(np.array([0.1]), (1 + 0.1) - 1)
    assert_within(lost, 0.1 - ((1 + 0.1) - 1), 2.0**-63)
    assert lost != 0
    assert Function(lambda x: 2 * x[0], Point([0.1])).lost(np.array([0.1]), 0.2) == 0


def strict(x):
    assert x.dtype == np.float64
    return x[0]


def test_what_is_lost_is_not_known_where_f_takes_no_more_digits():
    for f in (lambda x: float(x[0]), lambda x: np.linalg.det(np.diag(x)), lambda x: x.astype(np.float32)[0], strict):
        function = Function(f, Point([0.1, 0.2]))
        dtypes = list(function.dtypes)
        assert np.isnan(function.lost(np.array([0.1, 0.2]), function.first))
        assert function.dtypes == dtypes
