import numpy as np
import pytest

from npnet import MLP, gradcheck
from npnet.gradcheck import assert_gradient, check, complex_step

X = np.array([[0.5, -1.5, 2.0], [1.0, 0.25, -3.0]])
methods = pytest.mark.parametrize("method", ["complex", "central"])


def f(x):
    return np.sum(np.exp(x) * x**2)


def gradient(x):
    return np.exp(x) * (x**2 + 2 * x)


@methods
@pytest.mark.parametrize("directions", [None, 7])
def test_a_right_gradient_passes(method, directions):
    result = check(f, gradient, X, method, directions)
    assert result
    assert len(result.derivatives) == (directions or 6)
    assert str(result).startswith(f"gradient check passed: {directions or 6} derivatives ({method}); the worst at ")
    assert_gradient(f, gradient(X), X, method=method, directions=directions)


@methods
def test_a_wrong_element_is_found_and_named(method):
    wrong = gradient(X)
    wrong[1, 2] *= 1 + 1e-5
    result = check(f, wrong, X, method)
    assert not result
    assert [failure.place for failure in result.failures] == ["x[1, 2]"]
    assert abs(result.worst.difference - 1e-5 * abs(gradient(X)[1, 2])) <= result.worst.limit
    assert "failed: 1 of 6 derivatives" in str(result)
    with pytest.raises(AssertionError, match=r"x\[1, 2\]: gradient .* times the limit"):
        assert_gradient(f, wrong, X, method=method)


def test_the_complex_step_sees_errors_of_a_few_roundings():
    assert not check(f, gradient(X) * (1 + 1e-12), X, roundings=100)


@methods
def test_random_directions_find_a_wrong_element_of_a_large_gradient(method):
    x = np.random.default_rng(0).normal(size=20_000)
    right = 2 * x
    assert check(lambda v: v @ v, right, x, method, directions=3)
    wrong = right.copy()
    wrong[12_345] += 1
    assert not check(lambda v: v @ v, wrong, x, method, directions=3)


def test_neither_an_offset_nor_another_large_slope_hides_a_wrong_element():
    assert not check(lambda x: 1e15 + np.sum(x**3), [0.0, 0.0], [1.0, 2.0])
    assert not check(lambda x: 1e8 + np.sum(x**3), [3.0, 12.0 * (1 + 1e-6)], [1.0, 2.0])
    assert not check(lambda x: 1e13 * x[0] + x[1], [1e13, -5.0], [1.0, 2.0])


def test_elements_of_different_sizes_have_steps_of_their_own():
    x = [1e4, 1.0]
    assert check(lambda x: np.sin(x).sum(), np.cos, x, "central")
    assert not check(lambda x: np.sin(x).sum(), np.zeros_like, x, "central")


def test_a_step_that_leaves_no_digits_is_refused():
    with pytest.raises(ValueError, match=r"step: the difference at x\[0\] is only known to be"):
        check(lambda x: np.sum(x**2), [99.0, -4.0], [1.0, 2.0], "central", step=1e-20)


def test_a_float32_gradient_is_held_to_float32():
    assert check(f, gradient(X).astype("float32"), X)
    assert not check(f, (gradient(X) * 1.01).astype("float32"), X)


def test_a_constant_function_has_the_gradient_zero():
    for method in ("complex", "central"):
        assert check(lambda x: 7 + 0 * x[0], [0.0, 0.0], [1.0, 2.0], method)


def test_the_worst_failures_come_first_and_many_are_cut():
    result = check(f, np.zeros_like(X), X)
    excesses = [failure.excess for failure in result.failures]
    assert excesses == sorted(excesses, reverse=True)
    assert str(result).endswith("and 1 more")


def test_a_gradient_that_is_nan_fails():
    assert not check(f, np.full_like(X, np.nan), X)


def test_functions_with_corners_take_central_differences():
    assert check(lambda x: np.abs(x).sum(), np.sign, X, "central")
    with pytest.raises(ValueError, match=r"f: expected a complex value .* method='central'"):
        check(lambda x: np.abs(x).sum(), np.sign, X)


def test_x_and_the_gradient_are_left_alone():
    x = X.copy()
    check(lambda v: np.sum(v**2), lambda v: np.multiply(v, 2, out=v), x)
    np.testing.assert_array_equal(x, X)


def test_a_nets_gradient_can_be_checked_by_a_user():
    net = MLP([3, 4, 2], hidden="tanh", dtype="float64", seed=0)
    twin, x, y = net.astype("complex128"), X, np.ones((2, 2))

    def loss(parameters):
        twin.parameters = parameters
        return twin.loss_and_gradient(x, y)[0]

    assert_gradient(loss, net.loss_and_gradient(x, y)[1], net.parameters)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": []}, "x: expected at least one element"),
        ({"x": [np.nan]}, "x: expected finite numbers"),
        ({"x": "a"}, "x: expected numbers"),
        ({"method": "forward"}, "method: expected 'complex' or 'central', got 'forward'"),
        ({"directions": 0}, "directions: expected a whole number >= 1"),
        ({"roundings": 0}, "roundings: expected a finite number > 0"),
        ({"roundings": 1e16}, "roundings: expected a finite number > 0 and < 1e"),
        ({"f": None}, "f: expected a function, got None"),
        ({"gradient": [[1, 2], [3]]}, r"gradient: expected real numbers .* got a ragged array"),
        ({"method": np.array(["complex"])}, "method: expected 'complex' or 'central'"),
        ({"step": -1}, "step: expected a finite number > 0"),
        ({"gradient": np.ones(3)}, r"gradient: expected real numbers of shape \(2, 3\), got float64 \(3,\)"),
        ({"gradient": X * 1j}, "gradient: expected real numbers"),
        ({"f": lambda x: x}, r"f: expected a scalar, got complex128 of shape \(2, 3\)"),
        ({"f": lambda x: "a"}, "f: expected a scalar"),
    ],
)
def test_arguments_are_checked(arguments, message):
    with pytest.raises(ValueError, match=message):
        gradcheck.check(**{"f": f, "gradient": gradient, "x": X, **arguments})


def test_the_complex_step_has_no_truncation_and_no_cancellation():
    x = np.array([1e-3, 1.0, 30.0])
    # exp and its derivative are the same number: one function call apart, a few units in the last place
    np.testing.assert_array_less(abs(complex_step(np.exp, x, 1) / np.exp(x) - 1), 8 * 2.0**-53)
    assert complex_step(lambda v: v @ v, [3.0, 4.0], [0.0, 1.0]) == 8


def test_the_complex_step_has_the_shape_of_the_value_and_the_digits_of_x():
    assert complex_step(np.cumsum, [1.0, 2.0, 3.0], [1.0, 0.0, 0.0]).tolist() == [1, 1, 1]
    assert complex_step(np.square, np.float32([1, 2]), 1).tolist() == [2, 4]
    third = np.longdouble(1) / 3
    assert complex_step(np.square, third, 1) == 2 * third
    assert complex_step(np.square, third, 1).dtype == np.longdouble


def test_a_step_that_is_not_tiny_shows_its_truncation():
    # sin(x + ih) has the imaginary part cos(x) sinh(h)
    assert abs(complex_step(np.sin, 0.0, 1, step=0.5) - np.sinh(0.5) / 0.5) <= 4 * 2.0**-53


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.exp, [1j], 1), "x: expected real numbers"),
        ((np.exp, [1.0], np.nan), "direction: expected finite numbers"),
        ((np.exp, [1.0], 1, 0), "step: expected a finite number > 0"),
        ((np.abs, [1.0], 1), "f: expected a complex value from complex numbers, got dtype float64"),
    ],
)
def test_the_complex_steps_arguments_are_checked(arguments, message):
    with pytest.raises(ValueError, match=message):
        complex_step(*arguments)
