import numpy as np
import pytest

from npnet import MLP, gradcheck
from npnet.gradcheck import assert_gradient, check, check_hessian_vector, check_vjp
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
    x = np.random.default_rng(0).normal(size=2_000)
    right = 2 * x
    assert check(lambda v: v @ v, right, x, method, directions=3)
    wrong = right.copy()
    wrong[1_234] += 1
    assert not check(lambda v: v @ v, wrong, x, method, directions=3)


def test_neither_an_offset_nor_another_large_slope_hides_a_wrong_element():
    assert not check(lambda x: 1e15 + np.sum(x**3), [0.0, 0.0], [1.0, 2.0])
    assert not check(lambda x: 1e8 + np.sum(x**3), [3.0, 12.0 * (1 + 1e-6)], [1.0, 2.0])
    assert not check(lambda x: 1e13 * x[0] + x[1], [1e13, -5.0], [1.0, 2.0])


def test_elements_of_different_sizes_have_steps_of_their_own():
    x = [1e4, 1.0]
    assert check(lambda x: np.sin(x).sum(), np.cos, x, "central")
    assert not check(lambda x: np.sin(x).sum(), np.zeros_like, x, "central")


def test_a_float32_gradient_is_held_to_float32():
    assert check(f, gradient(X).astype("float32"), X)
    assert not check(f, (gradient(X) * 1.01).astype("float32"), X)


def test_a_constant_function_has_the_gradient_zero():
    for method in ("complex", "central"):
        assert check(lambda x: 7 + 0 * x[0], [0.0, 0.0], [1.0, 2.0], method)
    assert [d.limit for d in check(lambda x: 7 + 0 * x[0], [0.0], [1.0]).derivatives] == [2.0**-1020]


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
        # The derivative's own error is a few roundings more
        assert (np.array([d.limit for d in result.derivatives]) >= limits).all()
        assert_within([d.limit for d in result.derivatives], limits, bound(64, abs(slopes) + limits, "float64"))


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
    lengths = np.linalg.norm([point for point in points if point.any()][:1], axis=1)
    assert_within(lengths, np.ones(1), bound(12, 1, "float64"))
    assert [d.place for d in result.derivatives] == [f"direction {i}" for i in range(4)]
    assert check(record, np.ones(5), np.zeros(5), directions=4, step=1.0, seed=0) == result
    assert check(record, np.ones(5), np.zeros(5), directions=4, step=1.0, seed=1) != result


@methods
@pytest.mark.parametrize("offset", [0.0, -1e3, 1e9])
def test_a_derivative_is_certain_whatever_the_size_and_sign_of_the_value(method, offset):
    assert check(lambda x: 3 * x[0] + offset, [3.0], [0.0], method)


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
        ({"f": lambda x: x}, r"f: expected a scalar, got float64 of shape \(2, 3\)"),
        ({"f": lambda x: "a"}, "f: expected a number, or an array, got a str"),
    ],
)
def test_arguments_are_checked(arguments, message):
    with pytest.raises(ValueError, match=message):
        gradcheck.check(**{"f": f, "gradient": gradient, "x": X, **arguments})


def test_several_arguments_are_checked_element_by_element():
    def several(W, b):
        return ((W @ b) ** 2).sum()

    def slopes(W, b):
        return 2 * np.outer(W @ b, b), 2 * W.T @ (W @ b)

    W, b = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([0.3, -2.0])
    right = slopes(W, b)
    named = {"W": right[0], "b": right[1]}
    for method in ("complex", "central"):
        assert check(several, slopes, (W, b), method)
        assert check(several, lambda W, b: named, {"W": W, "b": b}, method)
        result = check(several, (right[0], right[1] * [1, 1.02]), (W, b), method)
        assert [failure.place for failure in result.failures] == ["x[1][1]"]


A = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


@methods
def test_several_outputs_are_checked_by_a_random_cotangent(method):
    def vjp(x, c):
        return 2 * x * (A.T @ c)

    result = check_vjp(lambda x: A @ x**2, vjp, [1.0, -1.0], method=method)
    assert result
    assert len(result.derivatives) == 2
    for row in range(3):
        wrong = A.copy()
        wrong[row, 1] *= 1.02
        assert check_vjp(
            lambda x: A @ x**2, lambda x, c, B=wrong: 2 * x * (B.T @ c), [1.0, -1.0], method=method
        ).failures
    assert check_vjp(lambda a, b: a * b, lambda a, b, c: (b * c, a * c), (np.ones(3), np.arange(3.0)), method=method)
    assert check_vjp(lambda x: A @ x**2, vjp, [1.0, -1.0], seed=1) != check_vjp(lambda x: A @ x**2, vjp, [1.0, -1.0])


def test_a_vector_jacobian_product_has_the_limits_of_a_gradient():
    def vjp(x, c):
        return 2 * x * (A.T @ c)

    assert check_vjp(lambda x: A @ x**2, vjp, [1.0, -1.0]) == check_vjp(
        lambda x: A @ x**2, vjp, [1.0, -1.0], roundings=1000
    )
    (one,) = check_vjp(lambda x: A @ x**2, vjp, [1.0, -1.0], directions=1, roundings=7).derivatives
    assert_within(one.limit, 7 * 2.0**-53 * 17 / 16 * abs(one.numeric), bound(64, 2 * abs(one.numeric), "float64"))


def test_the_cotangent_is_left_alone():
    assert check_vjp(lambda x: x**2, lambda x, c: np.multiply(c, 2 * x, out=c), [1.0, -2.0])


def test_outputs_keep_their_dtype_and_their_shape():
    result = check_vjp(lambda x: np.float32(x) ** 2, lambda x, c: 2 * x * c, [1.5, 2.5], method="central")
    assert result, str(result)
    assert max(d.limit for d in result.derivatives) > 1e-6
    with pytest.raises(ValueError, match=r"f: expected outputs of one shape, got \(2,\) and \(1,\)"):
        check_vjp(lambda x: x if x[0] == 1 and not np.iscomplexobj(x) else x[:1], lambda x, c: c, [1.0, 2.0])
    with pytest.raises(ValueError, match="f, vjp: expected functions"):
        check_vjp(lambda x: x, None, [1.0])
    with pytest.raises(ValueError, match="f, vjp: expected functions, got None and"):
        check_vjp(None, lambda x, c: c, [1.0])
    with pytest.raises(TypeError, match="stepp"):
        check_vjp(lambda x: x, lambda x, c: c, [1.0], stepp=1)


@methods
def test_second_derivatives_are_checked_by_the_gradients_slope(method):
    def hessian_vector(x, v):
        return 3 * x**2 * v + v.sum()

    def slope(x):
        return x**3 + x.sum()

    assert check_hessian_vector(slope, hessian_vector, [1.0, 2.0, -0.5], method=method)
    wrong = check_hessian_vector(slope, lambda x, v: 3 * x**2 * v + v, [1.0, 2.0, -0.5], method=method)
    assert wrong.verdict == "failed"


def test_an_error_says_where():
    with pytest.raises(AssertionError, match="gradient check not decided"):
        assert_gradient(lambda x: 0.5 * np.vdot(x, x), lambda x: x, [1.0])


def test_outputs_have_one_shape_and_are_some():
    for f, message in (
        (lambda x: x[:0], r"f: expected at least one output, got shape \(0,\)"),
        (lambda x: [x[0], x], "f: expected a number, or an array, got a list of several shapes"),
    ):
        with pytest.raises(ValueError, match=message):
            check_vjp(f, lambda x, c: x, np.ones(2))


def test_outputs_that_are_whole_numbers_are_weighed_by_all_digits_of_the_cotangent():
    def f(x):
        return (x * 2.0**40).real.astype(np.int64)

    x = np.array([0.7, -1.3, 2.1, -0.4])
    assert check_vjp(f, lambda x, c: 2.0**40 * c, x, method="central").verdict != "failed"
    assert not check_vjp(f, lambda x, c: 0 * c, x, method="central")


@pytest.mark.parametrize(
    ("gradient", "product", "message"),
    [
        (lambda x: 2 * x, lambda x, v: 2 * v @ v, r"^hessian_vector: expected real numbers of shape \(2,\), got"),
        (lambda x: x @ x, lambda x, v: 2 * v, r"^gradient: expected real numbers of shape \(2,\), got"),
        (lambda x: 2 * x, lambda x: 2 * np.eye(2), "^hessian_vector: expected a function of one array"),
        (lambda x, y: 2 * x, lambda x, v: 2 * v, "^gradient: expected a function of one array"),
        (3, lambda x, v: 2 * v, "^gradient, hessian_vector: expected functions, got 3"),
    ],
)
def test_what_is_wrong_of_a_hessian_vector_product_has_its_name(gradient, product, message):
    with pytest.raises(ValueError, match=message):
        check_hessian_vector(gradient, product, [1.0, 2.0])


def cubes(W, b):
    # The gradient of sum(W)³ + sum(b)³ + sum(W) sum(b)
    return 3 * np.sum(W) ** 2 + np.sum(b) + 0 * W, 3 * np.sum(b) ** 2 + np.sum(W) + 0 * b


def their_product(W, b, v, c):
    return 6 * np.sum(W) * np.sum(v) + np.sum(c) + 0 * W, 6 * np.sum(b) * np.sum(c) + np.sum(v) + 0 * b


@pytest.mark.parametrize("method", ["complex", "central"])
@pytest.mark.parametrize(("factor", "verdict"), [(1, "passed"), (1.02, "failed")])
def test_a_hessian_vector_product_may_be_of_several_arrays(method, factor, verdict):
    W, b = np.array([0.5, -1.0]), np.array([2.0, 0.3, 1.0])

    def product(W, b, v):
        assert [part.shape for part in v] == [(2,), (3,)]
        return their_product(W, b, *v)[0], factor * their_product(W, b, *v)[1]

    def named(v, *, W, b):
        return dict(zip("Wb", product(W, b, (v["W"], v["b"]))))

    assert check_hessian_vector(cubes, product, (W, b), method).verdict == verdict
    x = {"W": W, "b": b}
    assert check_hessian_vector(lambda W, b: dict(zip("Wb", cubes(W, b))), named, x, method).verdict == verdict


def test_outputs_that_change_their_shape_near_x_are_told():
    for method in ("complex", "central"):
        with pytest.raises(ValueError, match=r"^f: expected outputs of one shape, got \(1,\) and \(2,\)"):
            check_vjp(lambda x: x[np.real(x) > -1.2], lambda x, c: np.ones(2), [-1.2, 1.0], method)


@pytest.mark.parametrize("output", [None, {"y": 1.0}, "text"])
def test_outputs_that_are_no_numbers_are_refused(output):
    with pytest.raises(ValueError, match=r"^f: expected a number, or an array, got (None|a dict|a str)"):
        check_vjp(lambda x: output, lambda x, c: x, [1.0])


def test_a_product_of_another_shape_has_its_name():
    with pytest.raises(ValueError, match=r"^vjp: expected real numbers of shape \(2,\), got float64 \(\)"):
        check_vjp(np.sin, lambda x, c: c @ x, [1.0, 2.0])
