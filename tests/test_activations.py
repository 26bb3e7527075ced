import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import Polynomial

from npnet import MLP, activations
from npnet.activations import ELU, SELU, Elementwise, GELUTanh, LeakyReLU, SiLU, Softmax, constant, sum_over
from npnet.engine import tuning
from npnet.initializers import Constant
from reference.bounds.tolerance import assert_within, bound, ulps
from tests import complex_step
from tests.strategies import DTYPES, ELEMENTWISE, SHAPES, alphas, drawn, hard_arrays, layouts, rounded_in, seeds, wide

elementwise = pytest.mark.parametrize("name", ELEMENTWISE)
every = pytest.mark.parametrize("name", [*ELEMENTWISE, "softmax"])
dtypes = pytest.mark.parametrize("dtype", ["float32", "float64"])


FROM_OUTPUT, FROM_INPUT = (
    [name for name in ELEMENTWISE if activations.get(name).needs == needed] for needed in ("y", "z")
)


@elementwise
@dtypes
def test_values_are_right_to_four_units_in_the_last_place(name, dtype):
    f = activations.get(name)
    # In float64 the square of an exponential counts twice, and nothing hides it
    units = 6 if (name, dtype) == ("gelu", "float64") else 4

    @given(hard_arrays(dtype))
    def holds(z):
        # What cannot be had in float64: see the next test
        z = np.maximum(z, -1) if (name, dtype) == ("gelu_tanh", "float64") else z
        assert ulps(f(z), f(z.astype(np.longdouble)), dtype) <= units

    holds()


@given(hard_arrays("float64"))
def test_the_exponent_of_gelu_by_tanh_costs_digits_by_its_size_in_float64(z):
    f, exact = activations.gelu_tanh, z.astype(np.longdouble)
    exponent = f.factor * (exact + f.cubic * exact**3)
    assert_within(f(z), f(exact), bound(8, f(exact) * (1 + abs(exponent)), "float64"))


@pytest.mark.parametrize("name", FROM_OUTPUT)
@dtypes
def test_derivatives_from_the_output_are_right_to_two_units_in_the_last_place(name, dtype):
    f = activations.get(name)

    @given(hard_arrays(dtype))
    def holds(z):
        y = f(z)
        assert ulps(f.derivative(y), f.derivative(y.astype(np.longdouble)), dtype) <= 2

    holds()


@pytest.mark.parametrize("name", FROM_INPUT)
@dtypes
def test_derivatives_from_the_input_are_right_to_a_few_roundings_of_it(name, dtype):
    f = activations.get(name)

    @given(hard_arrays(dtype))
    def holds(z):
        exact = z.astype(np.longdouble)
        # As if z were rounded, which moves the slope by its curvature
        size = abs(f.derivative(exact)) + abs(exact * complex_step.derivative(f.derivative, exact))
        assert_within(f.derivative(z), f.derivative(exact), bound(16, size, dtype))

    holds()


@pytest.mark.parametrize("name", ["silu", "gelu", "gelu_tanh"])
def test_float32_slopes_are_rounded_once_also_where_they_are_nearly_0(name):
    f = activations.get(name)
    z = np.linspace(-1.5, -0.5, 5001, dtype=np.float32)
    slopes = f.derivative(z.astype(np.longdouble))
    assert slopes.min() < 0 < slopes.max()
    # Half a unit, and what float64 leaves of a difference that is smaller than the slope's terms by up to 1e-5
    assert ulps(f.derivative(z), slopes, "float32") <= 0.5 + 1e-3


@pytest.mark.parametrize(
    ("name", "z"), [("gelu", np.linspace(-38.5, -37.5, 101)), ("silu", np.linspace(-745, -708, 101))]
)
def test_a_factor_that_is_smaller_than_any_number_keeps_its_product(name, z):
    f, wide_z = activations.get(name), z.astype(np.longdouble)
    assert ulps(f(z), f(wide_z), "float64") <= 6
    assert ulps(f.derivative(z), f.derivative(wide_z), "float64") <= 8


@elementwise
def test_the_derivative_is_that_of_the_value(name):
    f = activations.get(name)
    z = np.linspace(-20, 20, 402)
    slope = complex_step.derivative(f, z)
    # The derivative from the output inherits y's rounding, 4 units, times |d slope / dy| <= 2
    assert_within(f.derivative(f.kept(z, f(z))), slope, bound(20, 1.0, "float64"))


def test_derivatives_of_fractions_are_exact():
    y, g = np.array([Fraction(1, 3), Fraction(-2, 5)]), np.array([Fraction(3), Fraction(2)])
    for f, slopes in (
        (activations.identity, [1, 1]),
        (activations.sigmoid, [Fraction(2, 9), Fraction(-14, 25)]),
        (activations.tanh, [Fraction(8, 9), Fraction(21, 25)]),
        (activations.relu, [1, 0]),
        (activations.relu6, [1, 0]),
        (LeakyReLU(0.25), [1, 0.25]),
    ):
        assert f.derivative(y).tolist() == slopes
        assert f.backward(g, y).tolist() == [3 * slopes[0], 2 * slopes[1]]


@pytest.mark.parametrize(
    ("name", "slope", "low", "high"),
    [("identity", [1], -np.inf, np.inf), ("sigmoid", [0, 1, -1], 0, 1), ("tanh", [1, 0, -1], -1, 1)],
)
def test_the_largest_curvature_is_where_the_curvature_has_no_slope(name, slope, low, high):
    """The slope is a polynomial s(y), and so is the curvature: ds(y)/dz = s'(y) s(y), 0 at either end."""
    f, s = activations.get(name), Polynomial(slope)
    y = f(np.linspace(-6, 6, 49))
    assert_within(f.derivative(y), s(y), bound(4, 2, "float64"))
    curvature = s * s.deriv()
    flat = curvature.deriv().roots()
    assert ((low < flat) & (flat < high)).all()
    # The coefficients' absolute values sum to at most 6. The curvature is flat there, so that a root's error is squared
    assert_within(f.max_curvature, abs(curvature(flat)).max(initial=0), bound(8, 6, "float64"))
    assert f.kinks == ()


@pytest.mark.parametrize("name", ["softplus", "silu", "gelu", "gelu_tanh"])
def test_the_largest_curvature_is_at_0(name):
    f = activations.get(name)
    z = np.linspace(-8, 8, 1601)
    curvature = abs(complex_step.derivative(lambda z: f.derivative(f.kept(z, f(z))), z))
    assert_within(f.max_curvature, curvature.max(), bound(8, 1, "float64"))
    assert abs(z[curvature.argmax()]) < 1e-9
    assert f.kinks == ()


@given(alphas)
def test_an_elus_largest_curvature_is_just_left_of_0(alpha):
    f, z = ELU(alpha), np.array([-8.0, -1.0, -1e-9])
    curvature = complex_step.derivative(f.derivative, z)
    assert (np.diff(curvature) > 0).all()
    assert_within(f.max_curvature, curvature[-1], bound(8, alpha, "float64") + 1e-9 * alpha)
    assert f.kinks == (() if alpha == 1 else (0,))
    assert SELU.max_curvature == SELU.scale * SELU.alpha


@pytest.mark.parametrize(
    "f", [activations.identity, activations.relu, activations.relu6, LeakyReLU(0.25), LeakyReLU(3)], ids=repr
)
def test_lines_have_no_curvature_but_kinks(f):
    z = np.arange(-4.0, 9.0)
    # A line has equal steps, which are exact here
    bends = np.diff(f(z), 2) != 0
    assert z[1:-1][bends].tolist() == list(f.kinks)
    assert f.max_curvature == 0


@given(alphas)
def test_leaky_relu_has_the_slopes_alpha_and_one_for_any_alpha(alpha):
    f = LeakyReLU(alpha)
    np.testing.assert_array_equal(f([-2.0, -0.0, 0.0, 3.0]), [-2 * alpha, 0, 0, 3])
    np.testing.assert_array_equal(f.derivative(f([-2.0, 0.0, 3.0])), [alpha, alpha, 1])


@given(alphas)
def test_elu_has_the_slopes_alpha_and_one_at_0_for_any_alpha(alpha):
    f = ELU(alpha)
    np.testing.assert_array_equal(f([-1e4, -0.0, 0.0, 3.0]), [-alpha, 0, 0, 3])
    np.testing.assert_array_equal(f.derivative([-1e4, -0.0, 0.0, 1e-300, 3.0]), [0, alpha, alpha, 1, 1])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_largest_numbers_overflow_only_where_the_value_does(name, dtype):
    f, largest = activations.get(name), np.finfo(dtype).max
    z = np.array([-largest, 0.9 * largest], dtype)
    # A warning is an error here
    y = f(z)
    assert np.isfinite(y).all()
    assert np.isfinite(f.derivative(f.kept(z, y))).all()


def test_selu_of_the_largest_number_is_over_it():
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert activations.selu(np.finfo(np.float32).max) == np.inf


def test_selu_is_the_elu_that_keeps_mean_and_variance_of_normal_numbers():
    """Its numbers are those of equation 14 of the paper, and make a mean of 0 and a mean square of 1."""
    root, e = math.erfc(math.sqrt(0.5)), math.e
    alpha = -math.sqrt(2 / math.pi) / (root * math.sqrt(e) - 1)
    square = 2 * math.erfc(math.sqrt(2)) * e**2 + math.pi * root**2 * e
    square += -2 * (2 + math.pi) * root * math.sqrt(e) + math.pi + 2
    scale = (1 - root * math.sqrt(e)) * math.sqrt(2 * math.pi / square)
    assert_within([SELU.alpha, SELU.scale], [alpha, scale], bound(32, 2, "float64"))
    z = np.linspace(-10, 10, 20_002)
    weights = np.exp(-z * z / 2) / np.sum(np.exp(-z * z / 2))
    y = activations.selu(z)
    # Steps of 0.001 miss a corner by its square, at most
    assert abs(np.sum(weights * y)) <= 1e-6
    assert abs(np.sum(weights * y * y) - 1) <= 1e-6


def test_softplus_keeps_small_and_large_numbers():
    z = np.array([-700.0, -100.0, 1000.0])
    np.testing.assert_array_equal(activations.softplus(z), [math.exp(-700), math.exp(-100), 1000])
    assert_within(activations.softplus.derivative(activations.softplus(z)), np.exp(np.minimum(z, 0)), bound(4, 1, "d"))


@pytest.mark.parametrize("f", [activations.silu, activations.gelu, activations.gelu_tanh], ids=repr)
def test_what_a_gate_lets_through_of_z_it_takes_from_minus_z(f):
    z = np.linspace(-9, 9, 181)
    assert_within(f(z) - f(-z), z, bound(8, abs(z), "float64"))
    assert_within(f.derivative(z) + f.derivative(-z), np.ones(181), bound(8, 2, "float64"))


def test_the_two_forms_of_gelu_differ_by_as_much_as_is_said():
    z = np.linspace(-6, 6, 12_001)
    difference = abs(activations.gelu(z) - activations.gelu_tanh(z)).max()
    assert 0.00047 < difference < 0.00048
    # The plain forms, which lose their digits far below 0
    u = math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)
    assert_within(activations.gelu_tanh(z), z / 2 * (1 + np.tanh(u)), bound(16, abs(z), "float64"))
    assert_within(activations.silu(z), z / (1 + np.exp(-z)), bound(16, abs(z), "float64"))
    erf = np.array([math.erf(one / math.sqrt(2)) for one in z])
    assert_within(activations.gelu(z), z / 2 * (1 + erf), bound(16, abs(z), "float64"))


def test_swish_is_silu():
    assert type(activations.get("swish")) is SiLU
    assert type(activations.get("gelu_tanh")) is GELUTanh


@pytest.mark.parametrize(
    ("name", "slopes"), [("relu", [0, 0]), ("leaky_relu", [0.2, 0.2]), ("elu", [1, 1]), ("selu", [SELU.scale] * 2)]
)
def test_the_derivative_at_zero_is_tensorflows(name, slopes):
    assert activations.get(name).derivative(np.array([0.0, -0.0])).tolist() == slopes


def test_the_derivative_of_relu6_at_its_corners_is_tensorflows():
    y = activations.relu6([-0.0, 0.0, 1e-300, 3.0, math.nextafter(6, 0), 6.0, 7.0])
    assert activations.relu6.derivative(y).tolist() == [0, 0, 1, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("identity", -np.inf, np.inf), ("sigmoid", 0, 1), ("tanh", -1, 1), ("relu", 0, np.inf),
     ("leaky_relu", -np.inf, np.inf), ("relu6", 0, 6), ("softplus", 0, np.inf), ("elu", -1, np.inf),
     ("selu", -SELU.scale * SELU.alpha, np.inf), ("silu", 0, np.inf), ("gelu", 0, np.inf), ("gelu_tanh", 0, np.inf)],
)  # fmt: skip
def test_infinities_reach_their_limits_and_nan_stays(name, low, high):
    f, z = activations.get(name), np.array([-np.inf, np.inf, np.nan])
    with np.errstate(all="raise"):
        values = f(z)
        slopes = f.derivative(f.kept(z, values))
    assert values[:2].tolist() == [low, high]
    assert np.isnan(values[2])
    # Slopes do so too: those of the numbers that are next to infinite
    np.testing.assert_array_equal(slopes, f.derivative(f.kept(far := np.array([-1e300, 1e300, np.nan]), f(far))))


@elementwise
def test_nan_stays_nan_in_derivatives_and_products_and_nothing_else_becomes_it(name):
    f, y = activations.get(name), np.array([np.nan, 0.5])
    product = f.backward(np.ones(2), y)
    for result in (f.derivative(y), product, f.backward(np.ones(2), y.copy(), out=(g := np.ones(2))), g):
        assert np.isnan(result).tolist() == [True, False]
    # Also where the product overwrites what tells of it
    np.testing.assert_array_equal(f.backward(np.ones(2), y, out=y), product)
    assert np.isnan(f.derivative(np.nan))
    assert np.isnan(f.backward(1.0, np.nan))


def test_logits_of_ten_thousand_saturate_without_a_warning():
    assert activations.sigmoid([-1e4, 1e4]).tolist() == [0, 1]
    assert activations.tanh([-1e4, 1e4]).tolist() == [-1, 1]
    assert activations.softmax([[-1e4, 1e4], [1e4, 1e4]]).tolist() == [[0, 1], [0.5, 0.5]]


def test_sigmoid_keeps_subnormal_results():
    z = np.float32([-88, -95, -103])
    y = activations.sigmoid(z)
    assert (y > 0).all()
    assert_within(y, np.exp(z.astype(float)), bound(8, np.exp(z.astype(float)), "float32"))


@given(hard_arrays("float64", shape=(4, 3)))
def test_softmax_is_a_distribution_that_a_common_shift_does_not_change(z):
    y = activations.softmax(z)
    assert (y >= 0).all()
    assert_within(y.sum(axis=1), np.ones(4), bound(6, 1, "float64"))
    # The shift rounds z by half a unit of at most 2e4 + 16, and that error is the exponent's
    assert_within(activations.softmax(z + 16), y, bound(8 * 2e4, 1, "float64"))


@given(hard_arrays("float64", shape=(2, 4)), st.integers(0, 3))
def test_softmax_backward_is_the_jacobian_times_the_gradient(z, k):
    y = activations.softmax(z)
    jacobian = np.stack([np.diag(row) - np.outer(row, row) for row in y])
    gradient = np.eye(4)[[k, 0]] * 2 - 1
    expected = np.einsum("bij,bj->bi", jacobian, gradient)
    assert_within(activations.softmax.backward(gradient, y), expected, bound(12, y, "float64"))


def test_softmax_takes_the_classes_from_its_axis():
    z = np.random.default_rng(0).normal(size=(5, 3, 2))
    y = Softmax(axis=1)(z)
    for k in range(2):
        np.testing.assert_array_equal(y[:, :, k], activations.softmax(z[:, :, k]))
    g = np.random.default_rng(1).normal(size=z.shape)
    both = Softmax(axis=1).backward(g, y)
    # The two sum in different orders, three terms each
    alone = activations.softmax.backward(g[:, :, 1], y[:, :, 1])
    assert_within(both[:, :, 1], alone, bound(10, abs(g).max(), "float64"))


@every
@dtypes
def test_shape_and_dtype_stay(name, dtype):
    f = activations.get(name)
    z = np.linspace(-3, 3, 12, dtype=dtype).reshape(4, 3)
    y = f(z)
    assert (y.shape, y.dtype) == (z.shape, z.dtype)
    back = f.backward(z, y)
    assert (back.shape, back.dtype) == (z.shape, z.dtype)
    if name in ELEMENTWISE:
        slope = f.derivative(y)
        assert (slope.shape, slope.dtype) == (z.shape, z.dtype)


@every
def test_formulas_write_to_the_arrays_that_they_are_given(name):
    f = activations.get(name)
    z, g, scratch = np.linspace(-3, 3, 12).reshape(4, 3), np.cos(np.arange(12.0)).reshape(4, 3), np.empty((4, 3))
    y = f.value(z)
    formulas = [(f.value, (z,)), (f.pullback, (g, y))]
    if name in ELEMENTWISE:
        formulas.append((f.slope, (y,)))
    for formula, arguments in formulas:
        expected, out = formula(*arguments), np.empty((4, 3))
        assert formula(*arguments, out=out) is out
        np.testing.assert_array_equal(out, expected)
    assert f.pullback(g, y, out=out, scratch=scratch) is out
    np.testing.assert_array_equal(out, f.pullback(g, y))


@every
def test_results_can_overwrite_their_inputs(name):
    f = activations.get(name)
    z = np.linspace(-3, 3, 12).reshape(4, 3)
    y, g = f(z), np.cos(z)
    expected = f.backward(g, y)
    in_place = z.copy()
    assert f(in_place, out=in_place) is in_place
    np.testing.assert_array_equal(in_place, y)
    assert f.backward(g, y, out=g) is g
    np.testing.assert_array_equal(g, expected)


@every
def test_inputs_are_left_alone(name):
    f = activations.get(name)
    z = np.linspace(-3, 3, 12).reshape(4, 3)
    before = z.copy()
    result = f(z)
    f.backward(z, result)
    assert result is not z
    np.testing.assert_array_equal(z, before)


def test_lists_integers_and_scalars_are_numbers_too():
    assert activations.relu([-1, 2]).tolist() == [0, 2]
    assert activations.sigmoid(0) == 0.5
    assert activations.tanh(np.float32(0)).dtype == np.float32


@every
@pytest.mark.parametrize("bad", ["text", [[1.0], [1.0, 2.0]], None, {"a": 1}])
def test_what_is_no_array_of_numbers_is_refused_by_name(name, bad):
    with pytest.raises(ValueError, match="z: expected"):
        activations.get(name)(bad)


@every
def test_a_gradient_of_another_shape_is_refused(name):
    with pytest.raises(ValueError, match=r"grad_y: expected the shape of y, \(2, 3\), got \(3, 2\)"):
        activations.get(name).backward(np.ones((3, 2)), np.ones((2, 3)) / 3)


@every
@pytest.mark.parametrize("out", [np.empty((3, 2)), np.empty((2, 3), int), [[0.0] * 3] * 2])
def test_an_out_that_does_not_fit_is_refused(name, out):
    f, z = activations.get(name), np.ones((2, 3)) / 3
    for call in (lambda: f(z, out=out), lambda: f.backward(z, z, out=out)):
        with pytest.raises(ValueError, match=r"out: expected an array of dtype float64 and shape \(2, 3\)"):
            call()


@every
def test_an_out_that_is_read_only_is_refused_by_name(name):
    f, z = activations.get(name), np.ones((2, 3)) / 3
    out = np.zeros((2, 3))
    out.flags.writeable = False
    for call in (lambda: f(z, out=out), lambda: f.backward(z, z, out=out)):
        with pytest.raises(
            ValueError, match=r"^out: expected an array that can be written to, got one that is read-only$"
        ):
            call()


@every
def test_a_product_can_overwrite_the_output(name):
    f = activations.get(name)
    y, g = f(np.linspace(-3, 3, 12).reshape(4, 3)), np.cos(np.arange(12.0)).reshape(4, 3)
    expected = f.backward(g, y)
    assert f.backward(g, y, out=y) is y
    np.testing.assert_array_equal(y, expected)


@elementwise
def test_negative_numbers_are_on_the_flat_side_of_a_rectifiers_derivative(name):
    if name in ("relu", "leaky_relu"):
        f = activations.get(name)
        assert f.derivative([-3.0]) == f.derivative([-1e-30]) == f.derivative([0.0])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_softmax_of_the_largest_numbers_is_that_of_any_far_apart(dtype):
    largest = np.finfo(dtype).max
    assert activations.softmax(np.array([largest, -largest, largest], dtype)).tolist() == [0.5, 0, 0.5]


def test_softmax_refuses_arrays_without_its_axis():
    with pytest.raises(ValueError, match="z: expected classes along axis 1"):
        Softmax(axis=1)(np.ones(3))
    with pytest.raises(ValueError, match="z: expected classes along axis -1"):
        activations.softmax(0.5)
    with pytest.raises(ValueError, match="y: expected classes along axis -1"):
        activations.softmax.backward(0.5, 0.5)


@every
@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3), (2, 0, 3)])
def test_arrays_without_numbers_keep_shape_and_dtype(name, shape):
    f, z = activations.get(name), np.zeros(shape, "float32")
    for result in (f(z), f.backward(z, z)):
        assert (result.shape, result.dtype) == (shape, z.dtype)
    assert f(z) is not z
    assert f(z, out=z) is z


@pytest.mark.parametrize("alpha", [0, -1, np.nan, np.inf, "0.1", None, True])
def test_alpha_must_be_a_number_above_zero(alpha):
    for kind in (LeakyReLU, ELU):
        with pytest.raises(ValueError, match="alpha: expected a finite number > 0"):
            kind(alpha)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"activation: expected one of elu, gelu, .* got 'mish'"):
        activations.get("mish")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_smallest_output_of_a_rectifier_has_the_slope_of_the_largest(dtype):
    y = np.array([0, np.finfo(dtype).smallest_subnormal, np.finfo(dtype).tiny, 1, np.finfo(dtype).max], dtype)
    assert activations.relu.derivative(y).tolist() == [0, 1, 1, 1, 1]
    assert activations.LeakyReLU(0.5).derivative(y).tolist() == [0.5, 1, 1, 1, 1]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@given(seed=seeds, shape=st.sampled_from(SHAPES), layout=layouts, axis=st.sampled_from([0, 1, -1]))
def test_a_sum_over_the_units_is_the_plain_sum_in_a_shape_that_broadcasts(dtype, seed, shape, layout, axis):
    a = layout(drawn(np.random.default_rng(seed), shape, dtype))
    before = a.copy()
    total = sum_over(a, axis)
    exact, size = (np.sum(terms, axis=axis, keepdims=True) for terms in (wide(a), abs(wide(a))))
    limit = np.broadcast_to(bound(shape[axis], size, rounded_in(dtype)), shape)
    assert total.dtype == a.dtype
    assert_within(np.broadcast_to(total, shape), np.broadcast_to(exact, shape), limit)
    np.testing.assert_array_equal(a, before)


def test_the_sums_of_a_small_matrix_are_there_for_each_row():
    assert sum_over(np.ones((3, 5)), 0).tolist() == [[3.0] * 5] * 3
    rows = tuning.REPEATED_ROWS + 1
    assert sum_over(np.ones((rows, 2)), 0).tolist() == [rows, rows]


def test_a_constant_is_made_once_for_each_dtype():
    half = constant(0.5, np.dtype("float32"))
    assert (half.dtype, half.shape, half) == (np.dtype("float32"), (), 0.5)
    assert constant(0.5, np.dtype("float32")) is half
    assert constant(0.5, np.dtype("float64")).dtype == np.float64


def test_a_subclass_of_softmax_keeps_its_formulas_in_a_net():
    class Cold(Softmax):
        def value(self, z, out=None):
            return super().value(2 * z, out)

    net = MLP([1, 2], output=Cold(), dtype="float64", seed=0)
    np.testing.assert_array_equal(net.predict([[1.0]]), Cold()(net.weights[0] + net.biases[0]))


def test_a_slope_that_is_too_small_to_be_told_from_0_is_0():
    class Reciprocal(Elementwise):
        """y = -1 / z, dy/dz = 1 / z² = y²."""

        name = "reciprocal"

        def value(self, z, out=None):
            return np.divide(-1, z, out=out)

        def slope(self, y, out=None):
            return np.square(y, out=out)

    with np.errstate(under="raise"):
        assert Reciprocal().derivative(Reciprocal()(np.float32([1e30, 0.5]))).tolist() == [0, 4]


def test_a_replaced_activation_is_noticed():
    class Power(Elementwise):
        name, needs = "power", "z"

        def __init__(self, exponent):
            self.exponent = exponent

        def value(self, z, out=None):
            return np.power(z, self.exponent, out=out)

        def slope(self, z, out=None):
            return np.multiply(self.exponent, z ** (self.exponent - 1), out=out)

    net = MLP([1, 1, 1], Power(2), dtype="float64", kernel_initializer=Constant(1))
    assert net.predict([[3.0]]) == 9
    net.activations[0] = Power(3)
    assert net.predict([[3.0]]) == 27
    assert Power(2) == Power(2) != Power(3)
