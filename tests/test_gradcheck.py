import numpy as np
import pytest

from npnet import MLP, gradcheck
from npnet.gradcheck import Check, Derivative, assert_gradient, check, complex_step
from reference.bounds.tolerance import assert_within, bound

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
    assert [d.limit for d in check(lambda x: 7 + 0 * x[0], [0.0], [1.0]).derivatives] == [2.0**-1000]


@pytest.mark.parametrize(
    ("dtype", "unit"),
    [
        ("float64", 2.0**-53),
        ("float32", 2.0**-24),
        ("float16", 2.0**-11),
        ("longdouble", 2.0**-53),
        ("int64", 2.0**-53),
    ],
)
def test_the_limit_is_the_roundings_of_the_derivative_and_of_a_sixteenth_of_the_largest(dtype, unit):
    slopes = np.array([3, -40, -1])
    for options, roundings in (({}, 1000), ({"roundings": 7}, 7)):
        result = check(lambda x: slopes @ x, slopes.astype(dtype), [1.0, 2.0, 3.0], **options)
        assert result
        limits = roundings * unit * (abs(slopes) + 40 / 16)
        assert_within([d.limit for d in result.derivatives], limits, bound(6, limits, "float64"))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_central_difference_allows_for_the_roundings_of_its_values_and_steps(sign):
    # All numbers are powers of 2 or whole, so that the difference itself is exact
    (derivative,) = check(
        lambda x: sign * 4 * x[0], [4.0 * sign], [1024.0], "central", step=0.25, roundings=1
    ).derivatives
    assert derivative.numeric == 4 * sign
    limit = 2.0**-53 * ((4 + 4 / 16) + 4 * 1024.25 / 0.25 + 4 * 1024 * 4 / 0.25)
    assert_within(derivative.limit, limit, bound(10, limit, "float64"))


def test_a_central_difference_allows_for_the_difference_between_its_two_steps():
    # The differences of x^3 at 0 are h^2 and h^2 / 4, from which 0 is extrapolated
    (derivative,) = check(lambda x: x[0] ** 3 + 128, [0.0], [0.0], "central", step=0.25, roundings=1).derivatives
    assert derivative.numeric == 0
    limit = 3 / 64 + 2.0**-53 * (128 + 1 / 64) / 0.25
    assert_within(derivative.limit, limit, bound(10, limit, "float64"))


def test_a_central_difference_steps_by_a_fifth_root_of_a_rounding_or_by_a_small_part_of_the_element():
    points = []

    def record(x):
        points.append(x)
        return x.sum()

    assert check(record, [1.0, 1.0], [1e8, 1.0], "central")
    steps = abs(np.array(points) - [1e8, 1.0]).max(axis=0)
    # The steps of an element of 1e8 are rounded to those of float64 there
    assert_within(steps, [1, 2 ** (-53 / 5)], [np.spacing(1e8), np.spacing(1.0)])


def test_the_step_can_be_chosen():
    # (x + ih)^3 has the imaginary part 3 x^2 h - h^3; central differences of x^3 are extrapolated to the exact slope
    assert check(lambda x: x[0] ** 3, [3.0], [1.0], step=0.5).derivatives[0].numeric == 3 - 0.25
    assert check(lambda x: x[0] ** 4, [4.0], [1.0], "central", step=1.0 / 1024)
    assert check(lambda x: x[0] ** 3, [3.0], [1.0]).derivatives[0].numeric == 3


def test_random_directions_have_length_1_and_are_the_same_each_time():
    points = []

    def record(x):
        points.append(x.imag)
        return x.sum()

    result = check(record, np.ones(5), np.zeros(5), directions=4, step=1.0)
    lengths = np.linalg.norm(points[:4], axis=1)
    assert_within(lengths, np.ones(4), bound(12, 1, "float64"))
    assert [d.place for d in result.derivatives] == [f"direction {i}" for i in range(4)]
    assert check(record, np.ones(5), np.zeros(5), directions=4, step=1.0, seed=0) == result
    assert check(record, np.ones(5), np.zeros(5), directions=4, step=1.0, seed=1) != result


@methods
@pytest.mark.parametrize("offset", [0.0, -1e3, 1e9])
def test_a_derivative_is_certain_whatever_the_size_and_sign_of_the_value(method, offset):
    assert check(lambda x: 3 * x[0] + offset, [3.0], [0.0], method)


def test_a_step_must_leave_three_digits():
    # The difference of x^2 at 1 is known to 1000 roundings of its values over the step, beside |slope| + |value| = 3
    certain = 1000 * 2.0**-53 / (3 * 1e-3)
    assert check(lambda x: x[0] ** 2, [2.0], [1.0], "central", step=1.01 * certain)
    with pytest.raises(ValueError, match=r"step: the difference at x\[0\] is only known to be"):
        check(lambda x: x[0] ** 2, [2.0], [1.0], "central", step=0.99 * certain)
    assert check(lambda x: 1e9 * x[0] ** 2, [2e9], [1.0], "central")


def test_a_derivative_at_its_limit_passes_and_one_over_it_fails():
    at, over = Derivative("x[0]", 3.0, 1.0, 2.0), Derivative("x[1]", 1.0, 4.0, 2.0)
    assert (at.difference, at.excess, over.difference, over.excess) == (2, 1, 3, 1.5)
    result = Check("complex", (at, over))
    assert result.failures == [over]
    assert result.worst == over
    assert Check("complex", (at,))


@pytest.mark.parametrize("numbers", [(np.nan, 1.0), (1.0, np.nan), (np.inf, np.inf)])
def test_what_is_not_a_number_is_infinitely_far_away(numbers):
    assert Derivative("x[0]", *numbers, limit=1.0).difference == np.inf


@pytest.mark.parametrize(("failures", "rest"), [(1, ""), (5, ""), (6, "\n  and 1 more"), (9, "\n  and 4 more")])
def test_five_failures_are_shown_and_the_others_counted(failures, rest):
    derivatives = tuple(Derivative(f"x[{i}]", 9.0 - i, 0.0, 0.5) for i in range(failures))
    shown = "".join(f"\n  {derivative}" for derivative in derivatives[:5])
    expected = f"gradient check failed: {failures} of {failures} derivatives (central){shown}{rest}"
    assert str(Check("central", derivatives)) == expected


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
    assert check(lambda v: np.sum(v**2), lambda v: np.multiply(v, 2, out=v), x)
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
        ({"roundings": 1e9}, "roundings: expected a finite number > 0 and < 1e"),
        ({"step": -1}, "step: expected a finite number > 0"),
        ({"step": -1, "method": "central"}, "step: expected a finite number > 0"),
        ({"step": 0, "method": "central"}, "step: expected a finite number > 0"),
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
