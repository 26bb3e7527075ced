"""Right and wrong gradients on which checkers go wrong, and what npnet's says."""

from types import SimpleNamespace

import numpy as np
import pytest

from npnet.gradcheck import check, complex_step
from npnet.gradcheck.arguments import Point
from npnet.gradcheck.checking import IDLE, Task, Way, _largest, gradient_noise
from npnet.gradcheck.estimates import Estimate

methods = pytest.mark.parametrize("method", ["complex", "central"])


def relu(x):
    return np.where(x.real > 0, x, 0)


def logit_loss(x):
    return (np.log1p(np.exp(-x)) + x - x).sum()


def logit_slope(x):
    return -1 / (1 + np.exp(x))


CASES = {
    "an offset": (lambda x: np.sum(x**2) + 1e11, lambda x: 2 * x, [-2.0]),
    "a larger slope": (lambda x: 1e6 * x[0] + np.sin(1e3 * x[1]) / 1e3, lambda x: [1e6, np.cos(1e3 * x[1])], [1.0, 0]),
    "a frequency": (lambda x: 1e6 + np.sin(1000 * x).sum(), lambda x: 1000 * np.cos(1000 * x), [1040.0]),
    "a large x": (lambda x: np.log(x).sum(), lambda x: 1 / x, [1e8]),
    "a small x": (lambda x: np.log(x).sum(), lambda x: 1 / x, [1e-8]),
    "a near corner": (lambda x: relu(x).sum(), lambda x: 1.0 * (x > 0), [1e-7]),
    "a left-over": (logit_loss, logit_slope, [20.0]),
    "a tiny slope": (lambda x: (x**2).sum(), lambda x: 2 * x, [1e-8]),
    "slopes 1e9 apart": (lambda x: 1e9 * x[0] ** 2 + x[1] ** 3, lambda x: [2e9 * x[0], 3 * x[1] ** 2], [0.7, 1.1]),
    "saturation": (lambda x: np.tanh(x).sum(), lambda x: 1 / np.cosh(x) ** 2, [12.0, 1.0]),
    "a large constant": (lambda x: 1e4 + np.exp(x).sum(), np.exp, [-3.0, 1.0]),
}  # fmt: skip


@methods
@pytest.mark.parametrize(("f", "gradient", "x"), CASES.values(), ids=CASES)
def test_right_gradients_pass_and_wrong_ones_fail(method, f, gradient, x):
    right = np.array(gradient(np.array(x)))
    assert check(f, right, x, method), str(check(f, right, x, method))
    largest, smallest = np.argmax(abs(right)), np.argmin(abs(right))
    for place, factor in ((largest, 1.02), (smallest, 1.1), (smallest, 0), (smallest, -1)):
        wrong = right.copy()
        wrong[place] *= factor
        result = check(f, wrong, x, method)
        assert result.verdict == "failed"
        assert [d.place for d in result.failures] == [f"x[{place}]"]


@methods
@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: (x**2).sum(), [0.0, 0.0]),
        (lambda x: ((x - 1) ** 2).sum(), [1.0, 1.0]),
        (lambda x: 5 + np.cosh(x).sum(), [0.0]),
        (lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2, [1.0, 1.0]),
        (lambda x: ((x - 1) ** 4).sum(), [1.0]),
        (lambda x: 7 + 0 * x[0], [0.0, 1.0]),
        (lambda x: relu(x - 1).sum() + x[1], [0.5, 3.0]),
    ],
)
def test_a_gradient_of_0_passes_at_an_optimum_and_where_nothing_changes(method, f, x):
    right = np.zeros(len(x))
    if len(x) == 2 and x[1] == 3:
        right[1] = 2
    assert check(f, right, x, method), str(check(f, right, x, method))
    wrong = right.copy()
    wrong[0] = 0.01
    assert check(f, wrong, x, method).verdict == "failed"


@methods
def test_a_gradient_of_rounding_errors_passes_at_an_optimum(method):
    assert check(lambda x: ((x - 1) ** 2).sum(), [1e-16], [1.0], method)
    assert check(lambda x: ((x - 1) ** 2).sum(), [1e-13], [1.0], method).verdict != "passed"


@pytest.mark.parametrize("factor", [1, 1.02, 2, -1])
def test_a_slope_below_the_roundings_of_the_values_is_left_open(factor):
    result = check(lambda x: np.tanh(x).sum(), factor / np.cosh(np.array([30.0])) ** 2, [30.0], "central")
    assert result.verdict == "not decided"
    assert "the derivative is known to ±" in str(result)


@pytest.mark.parametrize("offset", [0.0, 3.0])
def test_on_a_plateau_the_gradient_is_0(offset):
    def hinge(x):
        return offset + np.sum(np.maximum(x, 0))

    def distances(m):
        return np.sum(abs(m - np.array([0.1, 1.3, 2.2, 4.9])))

    for f, x in ((hinge, [-1.5, -2.7]), (distances, [1.7]), (lambda x: np.tanh(x).sum(), [30.0])):
        assert check(f, np.zeros(len(x)), x, "central").verdict == "passed"
        assert check(f, np.full(len(x), 1e-6), x, "central").verdict == "failed"


def test_the_complex_step_sees_slopes_below_the_roundings_of_the_values():
    right = 1 / np.cosh(np.array([30.0])) ** 2
    assert check(lambda x: np.tanh(x).sum(), right, [30.0])
    for factor in (1.02, 2, -1, 0):
        assert check(lambda x: np.tanh(x).sum(), factor * right, [30.0]).verdict == "failed"


@methods
@pytest.mark.parametrize("factor", [1, 1.02, -1])
def test_what_is_lost_in_f_itself_can_not_be_known(method, factor):
    assert check(logit_loss, factor * logit_slope(np.array([40.0])), [40.0], method).verdict == "not decided"


@methods
def test_one_step_out_of_the_domain_is_no_failure(method):
    assert check(lambda x: np.sqrt(x).sum(), lambda x: 0.5 / np.sqrt(x), [1e-12, 3.0], method)


def test_no_step_in_the_domain_leaves_it_open():
    def corner(x):
        return np.where(x.real == 0, 0.0, np.nan).sum()

    result = check(corner, [0.0], [0.0], "central")
    assert result.verdict == "not decided"
    assert "f is not finite on both sides of x" in str(result)


@methods
@pytest.mark.parametrize(
    ("f", "x", "gradient", "sides"),
    [
        (lambda x: relu(x).sum(), [0.0], [0.0], (0, 1)),
        (lambda x: relu(x).sum(), [0.0], [1.0], (0, 1)),
        (lambda x: relu(x).sum(), [0.0], [0.5], (0, 1)),
        (lambda x: (x - 2 * relu(x)).sum(), [0.0], [0.25], (1, -1)),
        (lambda x: x[np.argmax(x.real)], [1.0, 1.0], [0.5, 0.5], (0, 1)),
        (lambda x: x[np.argmax(x.real)], [1.0, 1.0], [1.0, 1.0], (0, 1)),
    ],
)
def test_a_corner_is_a_verdict_of_its_own(method, f, x, gradient, sides):
    result = check(f, gradient, x, method)
    assert result.verdict == "corner", str(result)
    assert not result
    found = result.corners[0]
    assert abs(found.sides[0] - sides[0]) <= 1e-6
    assert abs(found.sides[1] - sides[1]) <= 1e-6


@methods
@pytest.mark.parametrize("gradient", [2.0, -0.1, 1.01])
def test_a_gradient_beyond_both_sides_of_a_corner_fails(method, gradient):
    result = check(lambda x: relu(x).sum(), [gradient], [0.0], method)
    assert result.verdict == "failed"
    assert "does not lie between them" in str(result)


@methods
def test_a_random_direction_at_a_corner_leaves_the_rest_to_the_elements(method):
    # The slopes of two units of opposite sign add up to less than each
    result = check(lambda x: relu(x[0]) - relu(x[1]), [0.0, 0.0], [0.0, 0.0], method, directions=6)
    assert {d.verdict for d in result.derivatives} <= {"corner", "not decided", "passed"}
    assert result.undecided


LOST = {
    "x |x|": (lambda x: np.sum(x * abs(x)), lambda x: 2 * abs(x), abs),
    "half of vdot": (lambda x: 0.5 * np.vdot(x, x), lambda x: x, np.zeros_like),
    "x sign(x)": (lambda x: np.sum(x * np.sign(x)), np.sign, lambda x: 2 * np.sign(x)),
    "np.cov": (lambda x: np.cov(x), lambda x: 2 * (x - x.mean()) / (len(x) - 1), np.zeros_like),
    "x**101": (lambda x: np.sum(x**101), lambda x: 101 * x**100, lambda x: 101 * x**100),
    "a transform": (lambda x: np.fft.ifft(np.fft.fft(x))[0], lambda x: np.array([1.0, 0, 0]), lambda x: 0 * x + 1 / 3),
}  # fmt: skip


@pytest.mark.parametrize(("f", "right", "lost"), LOST.values(), ids=LOST)
def test_a_lost_imaginary_part_is_noticed_whatever_the_gradient(f, right, lost):
    x = np.array([1.1, -0.97, 0.9])
    for gradient in (right(x), lost(x)):
        result = check(f, gradient, x)
        assert result.verdict == "not decided", str(result)
        assert "method='central'" in str(result)
    assert check(f, right(x), x, "central"), str(check(f, right(x), x, "central"))


def test_a_doubt_names_functions_that_are_known_for_it():
    result = check(lambda x: 0.5 * np.vdot(x, x), lambda x: x, [0.5, -0.97])
    assert "along a random direction the complex step gives 0, and the central difference, " in str(result)
    assert "f loses its imaginary part or a part of it" in str(result)
    assert all(name in str(result) for name in ("np.vdot", "np.abs", "np.sign", "np.linalg.norm"))


def test_a_lost_part_is_noticed_where_the_value_at_x_shows_nothing():
    def saturated(x):
        return np.tanh(x[0]) + 1e-3 * np.tanh(abs(x[1]))

    assert check(saturated, [1 / np.cosh(30.0) ** 2, 0.0], [30.0, 30.0]).verdict == "not decided"


def test_a_small_part_that_is_lost_is_noticed_where_the_gradient_fails():
    def f(x):
        return 1e12 * x[0] + (x[1] * abs(x[1]))

    result = check(f, [1e12, 2.4], [0.3, 1.2])
    assert result.verdict == "not decided"
    # And where it passes, as what is left of it is what was given
    assert check(f, [1e12, 1.2], [0.3, 1.2]).verdict == "not decided"


@methods
def test_noise_is_measured(method):
    def noise(x):
        bits = np.ascontiguousarray(np.asarray(x).real).view(np.uint64)
        return ((int(bits.sum()) * 0x9E3779B97F4A7C15) >> 20) % 2**40 / 2**40

    def f(x):
        return np.tanh(x).sum() + 1e-10 * noise(x)

    right = 1 / np.cosh(np.array([0.2, -0.9])) ** 2
    assert check(f, right, [0.2, -0.9], method), str(check(f, right, [0.2, -0.9], method))
    assert check(f, 1.02 * right, [0.2, -0.9], method).verdict == "failed"


@methods
def test_a_fine_structure_that_may_be_noise_is_told(method):
    def f(x):
        return np.tanh(x[0]) + 1e-10 * np.sin(1e7 * x[0])

    smooth = 1 / np.cosh(0.2) ** 2
    result = check(f, [smooth], [0.2], method)
    assert result.verdict == "not decided"
    assert "f has noise or a fine structure: its slope is 0.9618 at small steps, and 0.961 at larger ones" in str(
        result
    )
    assert check(f, [smooth + 1e-3 * np.cos(2e6)], [0.2], method)
    assert check(f, [1.02 * smooth], [0.2], method).verdict == "failed"


@methods
def test_a_function_in_float32_is_held_to_float32(method):
    def f(x):
        return (np.asarray(x).astype(np.complex64 if np.iscomplexobj(x) else np.float32) ** 3).sum()

    right = 3 * np.array([0.5, -1.2, 2.0]) ** 2
    assert check(f, right, [0.5, -1.2, 2.0], method), str(check(f, right, [0.5, -1.2, 2.0], method))
    assert check(f, right.astype(np.float32), [0.5, -1.2, 2.0], method)
    assert check(f, right * [1, 1.02, 1], [0.5, -1.2, 2.0], method).verdict == "failed"


def test_a_function_that_hides_its_float32_is_found_by_its_values():
    def f(x):
        return float((np.asarray(x, np.float32) ** 3).sum())

    assert check(f, [0.75, 12.0], [0.5, 2.0], "central")
    assert check(f, [0.75 * 1.02, 12.0], [0.5, 2.0], "central").verdict == "failed"


def test_where_float32_does_not_tell_it_is_named():
    def f(x):
        return np.float32(1e4) + np.sin(np.asarray(x, np.float32)).sum()

    result = check(f, np.cos(np.array([0.3])), [0.3], "central")
    assert result.verdict == "not decided"
    assert "f is computed in float32; use float64" in str(result)


@methods
def test_a_function_of_chance_is_told(method):
    rng = np.random.default_rng(0)
    result = check(lambda x: (x**2).sum() + 1e-3 * rng.normal(), lambda x: 2 * x, [1.0], method)
    assert result.verdict == "not decided"
    assert "f: its value at x changed between two calls, from " in str(result)


def test_a_gradient_that_is_nan_fails():
    for method in ("complex", "central"):
        assert check(lambda x: (x**2).sum(), [np.nan, 4.0], [1.0, 2.0], method).verdict == "failed"


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
@pytest.mark.parametrize("method", ["complex", "central"])
def test_an_element_that_is_no_number_fails_alone(method, wrong):
    result = check(lambda x: x @ x, [2.0, wrong, 6.0], [1.0, 2.0, 3.0], method)
    assert [d.place for d in result.failures] == ["x[1]"]
    assert [d.verdict for d in result.derivatives] == ["passed", "failed", "passed"]


@pytest.mark.parametrize("method", ["complex", "central"])
def test_elements_may_be_of_any_size(method):
    for x in ([1e300, 1e-300], [1e-310, 1.0]):
        result = check(lambda x: np.sum(x), np.ones(2), x, method)
        assert result.verdict != "failed"
    assert check(lambda x: np.sum(x), np.ones(2), [1e300, 1e-300])
    assert check(lambda x: np.sum(x**2), lambda x: 2 * x, [1e150, -3e152], method)


def test_a_gradient_that_is_nan_fails_where_nothing_is_known():
    def point(x):
        return np.where(x == 0, 0.0, np.nan).sum()

    assert check(point, [np.nan], [0.0], "central").verdict == "failed"


def test_a_gradient_at_the_limit_of_a_derivative_of_0_is_left_open():
    assert check(lambda x: 0 * x[0], [2.0**-1020], [1.0]).verdict == "not decided"
    assert check(lambda x: 0 * x[0], [2.0**-1019], [1.0]).verdict == "failed"


@methods
def test_a_wrong_gradient_fails_along_random_directions(method):
    result = check(lambda x: (x**3).sum(), lambda x: 3.1 * x**2, [1.0, -2.0], method, directions=3)
    assert len(result.failures) == 3


def test_slopes_far_below_the_roundings_of_the_largest_are_left_open():
    def f(x):
        return 1e8 * x[0] ** 2 + 1e-8 * x[1]

    assert check(f, [2e8, 1e-8], [1.0, 1.0])
    for method in ("complex", "central"):
        for wrong in (1.1e-8, 0.0, -1e-8):
            result = check(f, [2e8, wrong], [1.0, 1.0], method)
            assert result.verdict == "not decided"
            assert [d.place for d in result.undecided] == ["x[1]"]


@pytest.mark.parametrize(
    ("gradient", "found", "verdict"),
    [
        # Known to half a percent of itself, and at most as far from the gradient
        (201.0, Estimate(200.0, error=1.0), "passed"),
        (201.25, Estimate(200.0, error=1.5), "not decided"),
        (200.0, Estimate(200.0, error=1.25), "not decided"),
        (203.0, Estimate(200.0, error=1.0), "failed"),
        # 0 as far as x is known, on both sides
        (0.5, Estimate(0.0, error=1.0, zero=0.5), "passed"),
        (-0.5, Estimate(0.0, error=1.0, zero=0.5), "passed"),
        (0.75, Estimate(0.0, error=1.0, zero=0.5), "not decided"),
        # As large as the limit
        (1.0, Estimate(0.0, error=1.0, zero=1.0), "passed"),
        (-0.75, Estimate(0.0, error=1.0, zero=0.5), "not decided"),
        (0.0, Estimate(0.0, error=1.0), "not decided"),
        # Nothing of it is seen, and what may be hidden is small beside the largest, which is 1
        (0.0, Estimate(0.0, error=IDLE, idle=True), "passed"),
        (0.0, Estimate(0.0, error=2 * IDLE, idle=True), "not decided"),
        (IDLE, Estimate(0.0, error=IDLE, idle=True), "not decided"),
        (0.0, Estimate(0.0, error=IDLE, idle=False), "not decided"),
    ],
)
def test_what_an_estimate_lets_pass(gradient, found, verdict):
    f = SimpleNamespace(unit=2.0**-53, first=0.0)
    task = Task(f, np.ones(1), np.array([gradient]), 16, 2.0**-53, np.random.default_rng(0), None, np.zeros(1))
    assert task.judged(Way("x", 1.0, (0, 1)), found, 1.0).verdict == verdict


@pytest.mark.parametrize(
    ("gradient", "value", "error", "verdict"),
    [
        # In unit roundoffs of the largest derivative, of which a gradient may be 1000 / 16 off
        (16, 0, 62, "passed"),
        (-16, 0, 62, "passed"),
        (0, -30, 60, "passed"),
        (0, 60, 60, "passed"),
        (0, 0, 62.5, "passed"),
        (17, 0, 62, "not decided"),
        (-17, 0, 62, "not decided"),
        (0, 61, 60, "not decided"),
        (0, -61, 60, "not decided"),
        (0, 0, 63, "not decided"),
    ],
)
def test_roundings_of_the_largest_derivative_are_0(gradient, value, error, verdict):
    u, largest = 2.0**-53, 4.0
    f = SimpleNamespace(unit=u, first=0.0)
    task = Task(f, np.ones(1), np.array([gradient * u * largest]), 1000, u, np.random.default_rng(0), None, np.zeros(1))
    found = Estimate(value * u * largest, error * u * largest)
    assert task.judged(Way("x", 1.0, (0, 1)), found, largest).verdict == verdict


def judged(ours, found, largest=0.0, noise=0.0, first=0.0, scale=1.0, sign=1.0):
    """The verdict on a gradient, along the element or against it."""
    f = SimpleNamespace(unit=2.0**-53, first=first, near=lambda x: first, lost=lambda x, value: 0.0)
    gradient, noise = np.array([sign * ours]), np.array([noise])
    task = Task(f, np.ones(1), gradient, 1000, 2.0**-53, np.random.default_rng(0), None, noise)
    return task.judged(Way("x", scale, np.array([sign])), found, largest).verdict


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_rounding_errors_that_a_gradient_was_seen_to_have_are_its_own(sign):
    for noise, verdict in ((0.0, "failed"), (5e-10, "failed"), (2e-9, "passed")):
        assert judged(1 + 1e-9, Estimate(1.0, 0.0), noise=noise, sign=sign) == verdict
    for noise, verdict in ((0.0, "not decided"), (0.1, "not decided"), (0.3, "passed")):
        assert judged(0.75, Estimate(0.0, 1.0, zero=0.5), noise=noise, sign=sign) == verdict
    # Nothing speaks for 0 here
    assert judged(0.75, Estimate(0.0, 1.0), noise=2.0, sign=sign) == "not decided"


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_terms_that_cancel_are_no_larger_than_a_million_derivatives(sign):
    for curved, off, verdict in (
        (0.0, 1e-15, "failed"),
        (4.0, 1e-15, "passed"),
        (4.0, 5e-14, "failed"),
        (1e30, 1e-13, "passed"),
        (1e30, 2e-13, "failed"),
    ):
        assert judged(sign * (1e-5 + off), Estimate(sign * 1e-5, 0.0, curved=curved), largest=1e-5) == verdict


@pytest.mark.parametrize("first", [1.0, -1.0])
@pytest.mark.parametrize(("scale", "limit"), [(0.5, 2e-6), (1.0, 1e-6), (2.0, 5e-7)])
def test_what_may_be_hidden_of_0_is_small_beside_the_value(first, scale, limit):
    for error, verdict in ((0.9 * limit, "passed"), (1.1 * limit, "not decided")):
        assert judged(0.0, Estimate(0.0, error, idle=True), first=first, scale=scale) == verdict


def doubt_of(lost, difference, step, scale=1.0, near=lambda x: 0.0):
    task = Task(
        SimpleNamespace(lost=lambda x, _: lost(x), near=near, unit=2.0**-53),
        np.array([1.0, 2.0]),
        np.zeros(2),
        1,
        2.0**-53,
        None,
        None,
        np.zeros(2),
    )
    line = SimpleNamespace(difference=difference, limit=1.0)
    return task.lost(Way("x[1]", scale, (1, 2)), Estimate(0.0, 0.0, step=step), line)


def test_what_rounding_errors_make_of_a_slope_is_their_own_slope():
    # Its slope along the second element is -5, twice of which and the limit of 1 may be lost
    assert doubt_of(lambda x: 3 * x[0] - 5 * x[1], 11.0, 2.0**-9).startswith(
        "f's own rounding errors make 5 of its slope"
    )
    assert doubt_of(lambda x: 3 * x[0] - 5 * x[1], 11.01, 2.0**-9) == ""
    # A complex step has no steps of real numbers
    assert doubt_of(lambda x: 3 * x[0] - 5 * x[1], 2.0, 0.0) == ""


def test_the_last_places_of_large_values_far_away_are_no_rounding_errors_of_a_slope():
    def lost(x):
        return 5 * (x[1] - 2)

    # 1024 unit roundoffs of the values are as much as all changes, or hardly less
    assert doubt_of(lost, 11.0, 0.9, near=lambda x: 9 * 2.0**43) == ""
    assert doubt_of(lost, 11.0, 0.9, near=lambda x: -9 * 2.0**43) == ""
    assert doubt_of(lost, 11.0, 0.9, near=lambda x: 9 * 2.0**43 * (1 - 2.0**-40) * (x[1] > 2))
    for factor in (1.01, 0, 2, -1):
        wrong = lambda x, k=factor: -k * x * np.exp(-x * x / 2)  # noqa: E731
        assert check(lambda x: np.sum(np.exp(-x * x / 2)), wrong, [10.0], "central").verdict == "failed"


def test_what_complex_logarithms_lose_fails_no_right_gradient():
    # log1p(1e-9 + 0j) has 8 right digits
    def softplus(x):
        return np.log1p(np.exp(x))

    for x in (-17.5, -20.5):
        right = 2 * np.log1p(np.exp(x)) / (1 + np.exp(-x))
        assert check(lambda x: np.sum(softplus(x) ** 2), [right], [x]).verdict != "failed"
        assert check(lambda x: np.sum(softplus(x) ** 2), [1.01 * right], [x]).verdict == "failed"
    assert check(lambda x: np.sum(x * np.tanh(softplus(x))), [-3.916191874246e-08], [-20.0]).verdict != "failed"


@pytest.mark.parametrize("method", ["complex", "central"])
def test_slopes_that_agree_by_chance_are_no_steps(method):
    a, c, x = 1.45, -1.06, 0.089
    right = 2 * (np.sin(x + a) + c) * np.cos(x + a)
    assert check(lambda x: np.sum((np.sin(x + a) + c) ** 2), [right], [x], method)
    for wrong in (0, 1.01 * right, -right):
        assert check(lambda x: np.sum((np.sin(x + a) + c) ** 2), [wrong], [x], method).verdict == "failed"


@pytest.mark.parametrize("method", ["complex", "central"])
def test_an_atom_at_the_origin_moves_by_the_distances_of_the_others(method):
    # Argon, in metres and joules
    x = np.array([[0.0, 0.0, 0.0], [3.9e-10, 0.0, 0.0], [1.9e-10, 3.3e-10, 0.0]])
    sigma, epsilon = 3.4e-10, 1.65e-21
    pairs = [(0, 1), (0, 2), (1, 2)]

    def energy(x):
        powers = [sigma**6 / np.sum((x[i] - x[j]) ** 2) ** 3 for i, j in pairs]
        return 4 * epsilon * sum(power**2 - power for power in powers)

    force = np.zeros((3, 3))
    for i, j in pairs:
        d = x[i] - x[j]
        power = sigma**6 / np.sum(d**2) ** 3
        slope = 4 * epsilon * (2 * power - 1) * power * -6 / np.sum(d**2) * d
        force[i] += slope
        force[j] -= slope
    assert check(energy, force, x, method)
    for wrong in (1.01, 0.0, -1.0):
        assert check(energy, force * np.where(np.arange(3) == 0, wrong, 1)[:, None], x, method).verdict == "failed"


def test_a_step_of_a_few_roundings_is_told():
    result = check(lambda x: np.sum(x**2), [2e8], [1e8], "central", step=1e-7)
    assert result.verdict == "not decided"
    assert "a step of 1.2e-08 is no more than a few roundings of x: take a larger one" in str(result)


def test_rounding_errors_are_looked_at_up_to_the_size_of_x():
    def lost(x):
        return 5 * (x[1] - 2) * (abs(x[1] - 2) >= 1)

    assert doubt_of(lost, 11.0, 0.125).startswith("f's own rounding errors make 5 of its slope")
    assert doubt_of(lost, 11.0, 0.125, scale=0.9) == ""
    # What can't be told is not counted
    assert doubt_of(lambda x: np.nan if abs(x[1] - 2) < 1 else lost(x), 11.0, 0.125)
    assert doubt_of(lambda x: np.nan, 2.0, 0.125) == ""


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def naive(z):
    return -np.sum(np.log(1 - sigmoid(z)))


@methods
@pytest.mark.parametrize("z", [[30.0], [34.5], [0.3, 30.0]])
def test_a_loss_that_is_rounded_where_it_saturates_is_not_decided(z, method):
    right = sigmoid(np.array(z))
    assert check(naive, right, z, method).verdict == "not decided"
    for wrong in (0 * right, 1.01 * right, 2 * right, -right):
        result = check(naive, wrong, z, method)
        assert result.verdict in ("not decided", "failed"), str(result)
    assert "f changes in steps near x" in str(check(naive, right, z, method))


def test_short_treads_are_noise_beside_the_step():
    z = [20.25]
    right = sigmoid(np.array(z))
    assert check(naive, right, z, "central").verdict == "passed"
    for wrong in (0 * right, 1.01 * right, 2 * right, -right):
        assert check(naive, wrong, z, "central").verdict == "failed"


def test_noise_near_x_is_noise_at_its_step():
    rng = np.random.default_rng(2)
    x, w = rng.normal(size=(6, 3)), 5 * rng.normal(size=3)
    p, q = sigmoid(x @ w), sigmoid(-x @ w)
    right = -(p * q / (q + 1e-12)) @ x / 6
    assert check(lambda w: np.mean(np.log(1 - sigmoid(x @ w) + 1e-12)), right, w, "central")


@pytest.mark.parametrize("z", [37.0, 40.0, 44.0])
def test_a_probability_that_is_rounded_to_1_hides_the_slope_of_its_loss(z):
    q = np.exp(-z)
    for gradient in (-q / (q + 1e-8), 0.0, 2 * q / (q + 1e-8)):
        result = check(lambda x: np.log(1 - sigmoid(x[0]) + 1e-8), [gradient], [z], "central")
        assert result.verdict == "not decided", str(result)


@pytest.mark.skipif(np.finfo(np.longdouble).nmant <= 52, reason="np.longdouble has the digits of float64")
def test_a_right_gradient_does_not_fail_for_the_rounding_errors_of_f():
    q = np.exp(-40.0)
    right = -sigmoid(1.0) - 40 * q / (q + 1e-12)

    def f(x):
        return np.log(1 - sigmoid(x[0])) + np.log(1 - sigmoid(40 * x[0]) + 1e-12)

    result = check(f, [right], [1.0], "central")
    assert result.verdict == "not decided"
    assert "f's own rounding errors make 0.00028 of its slope" in str(result)
    for wrong in (1.01 * right, 0.0, -right):
        assert check(f, [wrong], [1.0], "central").verdict == "failed"
    # What calculates in float64 only can't tell
    assert check(lambda x: f(x.astype(np.float64)), [right], [1.0], "central").verdict == "failed"


def test_a_hinge_that_is_satisfied_has_no_slope_whatever_large_steps_lose():
    x, p, n = np.random.default_rng(1).normal(size=(3, 3))

    def f(x, w):
        return 1.3 + np.maximum(np.sum((x - p) ** 2) - np.sum((x - n) ** 2) - 5, 0) + w**2

    point = (x, np.array(0.7))
    assert check(f, (np.zeros(3), np.array(1.4)), point, "central")
    assert check(f, (np.array([0, 0, -0.0694]), np.array(1.4)), point, "central").verdict == "failed"


def test_a_shift_that_f_does_not_depend_on_has_a_gradient_of_rounding_errors():
    S, C = np.array([[0.1, 0.9], [1.3, -0.4], [-0.7, 0.2]]), np.array([[1.0, 2.0], [-1.0, 0.5], [0.3, -2.0]])

    def normalized(W, b):
        z = S @ W + b
        z = (z - z.mean(0)) / np.sqrt(((z - z.mean(0)) ** 2).mean(0) + 1e-5)
        return np.sum(np.sin(z) * C)

    W, b = np.array([[0.5, -0.3], [0.8, 1.1]]), np.array([0.2, -0.6])
    units = np.eye(4).reshape(4, 2, 2)
    right = np.array([complex_step(lambda W: normalized(W, b), W, unit) for unit in units]).reshape(2, 2)
    for shift in ([0.0, 0.0], [0.0, -4e-16], [2e-16, 0.0]):
        assert check(normalized, (right, np.array(shift)), (W, b))
    # Large shifts lose digits, small ones do not
    assert check(normalized, (right, np.zeros(2)), (W, b), "central")
    for shift in ([1e-13, 0.0], [0.0, -1e-10]):
        assert check(normalized, (right, np.array(shift)), (W, b)).verdict != "passed"


def test_a_derivative_that_is_known_and_below_the_gradients_rounding_error_is_told():
    result = check(lambda x: np.tanh(x).sum(), 1 - np.tanh([0.5, 25.0]) ** 2, [0.5, 25.0])
    assert result.verdict == "not decided"
    assert "x[1]: gradient 0, derivative 7.714999392e-22" in str(result)
    assert "the gradient's own rounding error may be 5.46e-15, more than the difference" in str(result)


def test_a_function_that_refuses_complex_numbers_by_any_error_is_told_the_other_method():
    def f(x):
        if np.iscomplexobj(x):
            raise RuntimeError("expected both vectors to have the same dtype")
        return x @ x

    with pytest.raises(ValueError, match=r"f: expected a function of complex numbers; expected both .*'central'"):
        check(f, [2.0], [1.0])
    assert check(f, [2.0], [1.0], "central")


def test_a_part_in_float32_hides_its_slope_from_central_differences():
    A, w = np.arange(12.0).reshape(4, 3) / 7, np.array([0.3, -0.5, 0.8])

    def f(w):
        return float(np.sum(np.tanh(A.astype(np.float32) @ w.astype(np.float32)) ** 2)) + 0.01 * np.sum(w**2)

    y = np.tanh(A @ w)
    penalty = 0.02 * w
    for gradient in (penalty, A.T @ (2 * y * (1 - y**2)) + penalty):
        assert check(f, gradient, w, "central").verdict == "not decided"


@pytest.mark.parametrize("z", [28.0, 30.0, 32.25, 35.0])
def test_a_complex_step_that_has_lost_digits_decides_nothing(z):
    result = check(lambda z: np.sum((sigmoid(z) - 1) ** 2), lambda z: -2 * sigmoid(z) * sigmoid(-z) ** 2, [z])
    assert result.verdict == "not decided"
    assert "method='central'" not in str(result)


def entropy(p):
    some = p[p != 0]
    return -np.sum(some * np.log(some))


EDGES = {
    "power": (lambda x: np.sum(x**1.5), [0.0, 3.0], [0.0, 4.0]),
    "entropy": (entropy, [0.0, -1 - np.log(0.25), -1 - np.log(0.75)], [0.0, 0.25, 0.75]),
    "logarithm": (lambda p: -np.sum(np.log(1 - p)), [1 / 2.0**-40, 1 / 0.7], [1 - 2.0**-40, 0.3]),
    "several": (lambda x: np.sum(np.sqrt(x) ** 3), [0.0, 0.0, 3.0], [0.0, 0.0, 4.0]),
    "eigenvalues": (lambda A: np.sum(np.linalg.eigvals(A) ** 2), [[2.0, 0.0], [2.0, 2.0]], [[1.0, 1.0], [0.0, 1.0]]),
}


@pytest.mark.parametrize("name", EDGES)
def test_beyond_the_edge_of_its_domain_f_tells_nothing_and_a_wrong_gradient_does_not_pass(name):
    f, gradient, x = EDGES[name]
    gradient = np.array(gradient)
    assert check(f, gradient, x).verdict != "failed"
    for place in np.ndindex(gradient.shape):
        for wrong in (-99.0, 1.01 * gradient[place] + 0.01):
            other = gradient.copy()
            other[place] = wrong
            assert not check(f, other, x), (place, wrong)


def test_a_structure_far_below_the_size_of_x_is_seen_at_0():
    for f in (lambda x: np.sum(np.log(x**2 + 1e-16)), lambda x: np.sum(np.exp(-(x**2) / 2e-18)) + x[1]):
        gradient = np.array([0.0, complex_step(f, [0.0, 1.0], [0.0, 1.0])])
        assert check(f, gradient, [0.0, 1.0]).verdict != "failed"
        assert not check(f, gradient + [1.0, 0.0], [0.0, 1.0])


def test_a_lost_part_that_differences_can_see_leaves_nothing_decided():
    def f(x):
        return np.sum(np.exp(x)) + 1e-9 * np.linalg.norm(x) ** 2

    x = np.array([0.7, -1.3])
    for gradient in (np.exp(x) + 2e-9 * x, np.exp(x)):
        assert check(f, gradient, x).verdict == "not decided"
    assert check(f, np.exp(x) + 2e-9 * x, x, method="central")
    assert not check(f, np.exp(x), x, method="central")


def test_a_plateau_that_ends_sooner_on_one_side_is_not_flat():
    def f(x):
        return np.log(1 - 1 / (1 + np.exp(-x))).sum()

    for gradient in ([-1 / (1 + np.exp(34.0))], [0.0]):
        assert check(f, gradient, [-34.0], method="central").verdict == "not decided"


def test_an_infinite_slope_is_not_decided():
    for gradient in ([np.inf, 0.5], [0.0, 0.5], [1e49, 0.5]):
        result = check(lambda x: np.sqrt(x).sum(), gradient, [0.0, 1.0])
        assert result.verdict == "not decided"
        assert "the steps 1e-100 and 1e-30 give 7.071e+49 and 7.071e+14" in str(result)


@pytest.mark.parametrize("step", [1e-13, 1e-9, 1e3])
def test_any_one_step_gives_a_verdict(step):
    # Among others one that is too short to tell of a jump
    assert check(lambda x: np.sum(x**2), [2.0, 4.0], [1.0, 2.0], method="central", step=step).verdict != "failed"


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("size", "value"), [(6, 2.5), (10, 20.0), (5, 2.5)])
def test_differences_know_what_f_has_lost_by_subtracting_a_mean(size, value, seed):
    def f(x):
        return np.sum(slopes * (x - x.mean()))

    slopes = np.random.default_rng(seed).standard_normal(size)
    gradient, x = slopes - slopes.mean(), np.full(size, value)
    assert check(f, gradient, x, method="central")
    gradient[0] *= 0.994
    assert check(f, gradient, x, method="central").verdict == "failed"


@pytest.mark.parametrize("method", ["complex", "central"])
@pytest.mark.parametrize(
    ("f", "x"),
    [(lambda x: np.where(x > 0, x + 1, x).sum(), [0.0, 2.0]), (lambda x: (x + (x >= 0.5)).sum(), [0.5, 2.0]),
     (lambda x: x.sum() - 1e-3 * (x[1] < -2.0), [1.0, -2.0])],
)  # fmt: skip
def test_where_f_jumps_nothing_is_known(method, f, x):
    for gradient in ([1.0, 1.0], [0.0, 1.0]):
        result = check(f, gradient, x, method=method)
        assert not result
        assert "f jumps at x" in " ".join([*result.doubts, *(line.doubt for line in result.derivatives)])
    # Nor beside x, where it does not
    assert check(f, [1.0, 1.0], np.array(x) + 0.1, method=method)


def test_where_no_difference_can_tell_a_complex_step_alone_finds_a_wrong_gradient():
    # The slope is nothing beside the rounding errors of 1e20
    def f(x):
        return 1e20 + np.sin(x).sum()

    assert check(f, np.cos, [0.7])
    assert check(f, lambda x: 1.01 * np.cos(x), [0.7]).verdict == "failed"


def test_an_imaginary_part_that_is_lost_from_a_small_element_is_noticed():
    def f(x):
        return 1e6 * x[0] ** 2 + 1e-3 * np.abs(x[1])

    for gradient in ([2e6, 0.0], [2e6, 1e-3]):
        result = check(f, gradient, [1.0, 0.5])
        assert result.verdict == "not decided"
        assert "along a random direction the complex step gives" in str(result)
    assert check(lambda x: 1e6 * x[0] ** 2 + 1e-3 * x[1], [2e6, 1e-3], [1.0, 0.5])
    assert check(lambda x: 1e6 * x[0] ** 2 + 1e-3 * x[1], [2e6, 0], [1.0, 0.5]).verdict == "failed"


@pytest.mark.parametrize("factor", [1, 0, 0.5])
def test_a_gradient_of_0_passes_no_more_than_another_one_where_f_is_0_all_around(factor):
    # sqrt(1 + x^2) - 1 is 0 or 2^-52 near 1e-8
    result = check(lambda x: np.sum(np.sqrt(1 + x * x) - 1), [factor * 1e-8], [1e-8], "central")
    assert result.verdict == "not decided"


@pytest.mark.parametrize("f", [np.round, np.floor, lambda x: np.round(x, 2)])
def test_what_counts_has_no_verdict(f):
    for x in ([10.4, -3.3], [0.7, 25.2]):
        for slope in (0.0, 1.0):
            assert check(lambda x: f(x).sum(), [slope, slope], x, "central").verdict == "not decided"
    # Far more steps within x are its own roundings
    assert check(lambda x: (1e11 + x).sum() - 2e11, [1.0, 1.0], [10.4, -3.3], "central")


@methods
@pytest.mark.parametrize("weight", [1.0, 1e4, 1e6])
def test_unequal_squares_near_their_minimum_are_decided(weight, method):
    rng = np.random.default_rng(0)
    scale = np.array([weight, 1.0])
    for _ in range(10):
        x = 3 * rng.standard_normal(2)
        least = x + 1e-3 * rng.standard_normal(2)

        def f(x, least=least):
            return (scale * (x - least) ** 2).sum()

        right = 2 * scale * (x - least)
        assert check(f, right, x, method), str(check(f, right, x, method))
        assert check(f, [right[0], 1.02 * right[1]], x, method).verdict == "failed"


def test_a_pole_is_no_step():
    assert check(lambda x: (x / (1 - x)).sum(), [1e4], [0.99], "central")
    for method in ("complex", "central"):
        assert check(lambda x: (x / (1 - x)).sum(), [1.02e4], [0.99], method).verdict == "failed"


def test_a_hinge_that_is_satisfied_has_a_gradient_of_0():
    y = np.array([1, -1, 1])
    result = check(lambda s: np.maximum(1 - y * s, 0).mean(), np.zeros(3), [3.0, -5.0, 4.0], "central")
    assert result, str(result)


def test_a_lost_part_is_noticed_beside_a_corner():
    # Along a random direction there is a corner, and no derivative to be compared
    result = check(lambda x: relu(x[0]) + x[1] * abs(x[1]), [0.0, 1.0], [0.0, 0.5])
    assert [d.place for d in result.undecided] == ["x[1]"]
    assert "the central difference is 1 ± " in str(result)
    assert "f loses its imaginary part" in str(result)


@pytest.mark.parametrize(
    ("scales", "found", "largest"),
    [
        ([1.0, 1.0], [Estimate(2.0, 0.0), Estimate(-5.0, 0.0)], [5, 5]),
        ([1.0, 1.0], [Estimate(2.0, 0.0), Estimate(-5.0, 1.0)], [2, 2]),
        ([1.0, 1.0], [Estimate(2.0, 1.0), Estimate(0.0, 0.0)], [0, 0]),
        # Units that are 1000 apart may be the same
        ([1024.0, 1.0], [Estimate(2.0, 0.0), Estimate(5.0, 0.0)], [5, 5]),
        ([2.0**14, 0.5], [Estimate(2.0**-13, 0.0), Estimate(5.0, 0.0)], [2.5 / 16, 5]),
    ],
)
def test_the_largest_derivative_is_that_of_the_same_unit(scales, found, largest):
    assert _largest([Way("x", scale, (0, 1)) for scale in scales], found) == largest


def stress(p):
    # Of a beam with a modulus and a moment of inertia: it does not depend on the modulus
    return 4e3 / p[1]


def deflection(p):
    return 6.4e5 / (3 * p[0] * p[1])


@methods
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("factor", [1.02, 2, -1, 0])
def test_a_wrong_derivative_fails_in_its_own_unit(method, place, factor):
    x = np.array([2.1e11, 8e-6])
    right = -deflection(x) / x
    assert check(deflection, right, x, method).verdict == "passed"
    assert check(deflection, np.where(np.arange(2) == place, factor * right, right), x, method).verdict == "failed"


@methods
def test_a_derivative_of_0_is_0_in_its_own_unit(method):
    x = np.array([2.1e11, 8e-6])
    right = np.array([0, -4e3 / x[1] ** 2])
    assert check(stress, right, x, method).verdict == "passed"
    assert check(stress, right + [1e-2, 0], x, method).verdict == "failed"
    # And is not more exact than rounding errors of what it may have been computed with
    assert check(lambda p: np.sum((p - np.mean(p)) ** 3), lambda p: np.array([1e-16, 0, 0]) + slopes_of_cubes(p),
                 [300.0, 1.0, 2.0], method).verdict == "passed"  # fmt: skip


def slopes_of_cubes(p):
    apart = (p - np.mean(p)) ** 2
    return 3 * (apart - np.mean(apart))


def fitted(seed):
    """Return losses at their optimum, found by a solver: f, its gradient and x."""
    rng = np.random.default_rng(seed)
    data, A, years = rng.normal(size=50), rng.normal(size=(20, 4)), np.arange(1990.0, 2021)
    b, line = rng.normal(size=20), np.stack([np.ones(31), years], axis=1)
    y = 0.3 * (years - 2000) + rng.normal(size=31)

    def likelihood(p):
        return np.sum(0.5 * ((data - p[0]) / np.exp(p[1])) ** 2 + p[1])

    def score(p):
        z = (data - p[0]) / np.exp(p[1])
        return np.array([-np.sum(z) / np.exp(p[1]), np.sum(1 - z * z)])

    return {
        "normal": (likelihood, score, np.array([data.mean(), np.log(data.std())])),
        "squares": (lambda w: np.sum((A @ w - b) ** 2), lambda w: 2 * A.T @ (A @ w - b),
                    np.linalg.lstsq(A, b, rcond=None)[0]),
        "trend": (lambda w: np.mean((line @ w - y) ** 2), lambda w: 2 * line.T @ (line @ w - y) / 31,
                  np.linalg.lstsq(line, y, rcond=None)[0]),
        "mean": (lambda m: np.sum((data - m) ** 2), lambda m: np.sum(2 * (m - data)), np.mean(data)),
    }  # fmt: skip


@methods
@pytest.mark.parametrize("name", ["normal", "squares", "trend", "mean"])
def test_at_a_fitted_optimum_a_gradient_of_rounding_errors_passes_and_a_millionth_of_a_slope_fails(method, name):
    for seed in range(8):
        f, gradient, x = fitted(seed)[name]
        assert check(f, gradient, x, method).verdict == "passed"
        wrong = gradient(x) + 1e-6 * abs(gradient(1.5 * x))
        assert check(f, wrong, x, method).verdict == "failed"


@pytest.mark.parametrize(
    ("gradient", "verdict"), [(1e-12, "passed"), (-1e-12, "passed"), (5e-12, "not decided"), (1e-5, "failed")]
)
def test_a_gradient_at_an_optimum_is_0_up_to_rounding_errors_of_f_over_the_size_of_x(gradient, verdict):
    def f(x):
        # The third derivative keeps steps small, and the offset makes their errors large
        return 1e4 + np.sum((x - 1) ** 2 + 10 * (x - 1) ** 3)

    assert check(f, [gradient], [1.0], "central").verdict == verdict


@pytest.mark.parametrize("offset", [0.0, 1e11])
def test_an_offset_of_f_takes_no_digits_of_a_complex_step(offset):
    def f(x):
        return offset + np.sum(x**2)

    assert check(f, [2.0, 6.0], [1.0, 3.0]).verdict == "passed"
    assert check(f, [2.0 + 1e-11, 6.0], [1.0, 3.0]).verdict == "failed"


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (1e-3, "near x, the steps 0.001 and 0.000125 give other derivatives: take a smaller step, or none"),
        (1e10, "the step 1e+10 is too large, or f loses its imaginary part"),
    ],
)
def test_a_step_that_is_too_large_is_told(step, reason):
    found = check(lambda x: np.sum(np.exp(x) * x), lambda x: np.exp(x) * (x + 1), [0.5, -1.0, 2.0], step=step)
    assert found.verdict == "not decided"
    assert reason in str(found)


@methods
@pytest.mark.parametrize("seed", range(4))
def test_terms_that_cancel_in_a_gradient_leave_their_rounding_errors(method, seed):
    # Of a budget that is met the penalty has a slope of 0, made of terms thousands of times as large as the others
    rng = np.random.default_rng(seed)
    mu, w = rng.normal(size=8) * 1e-3, rng.dirichlet(np.ones(8))

    def f(w):
        return mu @ w + 10 * (np.sum(w) - 1) ** 2

    def gradient(w):
        return mu + 20 * (np.sum(w) - 1)

    assert check(f, gradient, w, method).verdict == "passed"
    assert check(f, gradient(w), w, method).verdict != "failed"
    assert check(f, lambda w: gradient(w) * (1 + 1e-6), w, method).verdict == "failed"


@methods
def test_coefficients_that_are_0_but_for_rounding_errors_do_not_fail(method):
    t = np.linspace(-1, 1, 20)
    A = t[:, np.newaxis] ** np.arange(5)
    x = np.linalg.lstsq(A, np.cos(t), rcond=None)[0]
    assert abs(x[1]) < 1e-14
    found = check(lambda x: np.sum((A @ x - np.cos(t)) ** 2), lambda x: 2 * A.T @ (A @ x - np.cos(t)), x, method)
    # Which of both depends on the last places that the solver leaves
    assert found.verdict in ("passed", "not decided")


def circle(m):
    return np.sum(1 - np.cos(np.array([0.3, 1.2, 2.0]) - m))


@methods
@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: np.sum(np.cos(x)), np.pi),
        (lambda x: np.sum(np.cos(x)), 2 * np.pi),
        (lambda x: np.sum(np.sin(x)), np.pi / 2),
        (circle, np.arctan2(np.sin([0.3, 1.2, 2.0]).sum(), np.cos([0.3, 1.2, 2.0]).sum())),
    ],
)
def test_a_slope_of_rounding_errors_between_bounds_is_0(method, f, x):
    assert check(f, [0.0], [x], method).verdict == "passed"
    for wrong in (0.1, 1e-3, 1e-9):
        assert check(f, [wrong], [x], method).verdict == "failed"


@methods
@pytest.mark.parametrize("x", [[3.0, 1.0, 2.0], [1.0, 2.0, 3.0], [3.2, 1.1, 2.7]])
def test_a_median_of_whole_numbers_is_that_of_others(method, x):
    right = np.zeros(3)
    right[np.argsort(x)[1]] = 1
    assert check(np.median, right, x, method).verdict == "passed"
    assert check(np.median, [0.5, 0.5, 0.5], x, method).verdict == "failed"


def test_differences_know_a_small_slope_beside_a_large_curvature():
    f, gradient, x = fitted(0)["normal"]
    for off in (1e-8, -1e-7):
        assert check(f, gradient, x + off, "central").verdict == "passed"
        assert check(f, 1.02 * gradient(x + off), x + off, "central").verdict == "failed"


@pytest.mark.parametrize("wrong", [100.0, -100.0])
def test_what_f_loses_saves_no_gradient_that_is_far_off(wrong):
    # The derivative is 3, and 2 by a complex step
    def f(x):
        return np.sum(2 * x + abs(x))

    assert check(f, [3.0], [1.0]).verdict == "not decided"
    assert check(f, [3.06], [1.0]).verdict == "not decided"
    assert check(f, [wrong], [1.0]).verdict == "failed"


def test_a_gradient_far_beyond_the_slopes_of_steps_fails():
    def f(x):
        return np.sum(np.round(x * 1e4)) / 1e4

    assert check(f, [1.0], [0.7], "central").verdict == "not decided"
    assert check(f, [1.1], [0.7], "central").verdict == "not decided"
    assert check(f, [100.0], [0.7], "central").verdict == "failed"


def test_a_plateau_far_shorter_than_the_size_of_x_is_one():
    def f(x):
        return 3 + np.sum(np.maximum(x - 16.8, 0) + np.minimum(x - 16.6, 0))

    assert check(f, [0.0], [16.7], "central").verdict == "passed"
    assert check(f, [1e-6], [16.7], "central").verdict == "failed"


def noise_of(gradient, x, unit=2.0**-53):
    point = Point(x)
    given = np.asarray(gradient(point.vector), np.float64)
    return gradient_noise(gradient, point, given, unit, np.random.default_rng(0))


def test_the_noise_of_a_gradient_is_what_is_no_smooth_change():
    u = 2.0**-53
    np.testing.assert_array_equal(noise_of(lambda x: [1.0, 2.0], [1.0, 2.0]), [0, 0])
    # Each power is rounded once
    assert (noise_of(lambda x: x**3, [1.1, 2.3]) <= 8 * 8 * np.array([1.1, 2.3]) ** 3 * u).all()
    # Rounding errors of 1 are left of a difference
    noise = noise_of(lambda x: (x + 1) - 1, [1e-3, 3e-3])
    assert (noise > u / 4).all()
    assert (noise < 32 * u).all()


def test_a_jump_of_a_gradient_is_no_noise_and_what_raises_has_none():
    def outside(x):
        if (x != 1).any():
            raise ValueError("x is out of range")
        return x

    np.testing.assert_array_equal(noise_of(lambda x: np.where(x > 1, 2.0, 1.0), [1.0]), [0])
    np.testing.assert_array_equal(noise_of(outside, [1.0]), [0])
    # Of what is computed in float32 the points are far enough away to be others
    assert noise_of(lambda x: np.float32(x) ** 3, [1.1], 2.0**-24) > 2.0**-27


def test_the_noise_of_a_gradient_is_small_beside_it_or_beside_the_largest_one_in_its_unit():
    def noisy(factor):
        # Another number at each point, without any rule
        return lambda x: np.array([1e3, 1.0, 1e-3]) * (1 + factor * np.sin(1e12 * x))

    small, large = (noise_of(noisy(factor), [1.0, 1.0, 1e3]) for factor in (1e-11, 1e-8))
    assert (small > 0).all()
    # 1e-8 of an element is more than a rounding error, but not beside one that is 1000 times as large: in the unit of
    # the last one that is 1, of which it is a thousandth too
    assert large[0] == 0
    assert 1e-10 < large[1] < 1e-6
    assert 1e-13 < large[2] < 1e-9


def routed(scores):
    """The loss of a mixture of the two experts with the largest scores, with its gradient."""
    outputs, best = np.array([1.0, -1.0, 2.0, 0.5]), np.argsort(-scores)[:2]
    parts = np.zeros(4)
    parts[best] = np.exp(scores[best]) / np.sum(np.exp(scores[best]))
    off = parts @ outputs - 0.3
    return off**2, 2 * off * parts * (outputs - parts @ outputs)


@pytest.mark.parametrize(
    ("f", "slope", "x"),
    [
        # What is paid from a limit on, in whole
        (lambda x: np.where(x > 1000, x, 0.0).sum(), 0.0, 800.0),
        # A jump, and beyond it a slope
        (lambda x: np.where(x > 1.3, 50 * x, 1.0).sum(), 0.0, 1.0),
        (lambda x: np.where(x < -1.3, 50 * x, 1.0).sum(), 0.0, -1.0),
        # Two of them, whose slopes agree by chance at two steps
        *((lambda x, high=high: (0.2 * x + (x > 1.05) + high * (x > 1.5)).sum(), 0.2, 1.0) for high in range(2, 14)),
    ],
)
def test_jumps_of_its_own_far_from_x_are_no_steps(f, slope, x):
    assert check(f, [slope], [x], "central").verdict == "passed"
    for method in ("complex", "central"):
        assert check(f, [slope + 0.1], [x], method).verdict == "failed"


@pytest.mark.parametrize("seed", range(10))
def test_a_router_that_changes_its_choice_elsewhere_is_decided(seed):
    scores = np.random.default_rng(seed).normal(size=4)
    right = routed(scores)[1]
    assert check(lambda x: routed(x)[0], right, scores, "central").verdict == "passed"
    assert check(lambda x: routed(x)[0], 1.02 * right, scores, "central").verdict == "failed"


@pytest.mark.parametrize("wrong", [np.inf, np.nan])
@pytest.mark.parametrize("place", [0, 1])
def test_an_element_that_is_no_number_is_no_measure_of_the_others_noise(wrong, place):
    def gradient(x):
        # Another number at each point
        noisy = 1 + 1e-6 * np.sin(1e12 * x)
        noisy[place] = wrong
        return noisy

    assert noise_of(gradient, [1.0, 1.0]).tolist() == [0, 0]


def test_a_gradient_may_warn_near_x_as_it_does_at_x():
    with pytest.warns(np.exceptions.ComplexWarning):
        assert check(lambda x: np.sum(x**2), lambda x: (2 * x + 0j).astype(float), [1.0, 2.0]).verdict == "passed"


def test_a_smooth_oscillation_takes_some_hundreds_of_values():
    calls = []

    def f(x):
        calls.append(x)
        return float(np.cos(1000 * x[0]))

    assert check(f, [-1000 * np.sin(500.0)], [0.5], "central").verdict == "passed"
    assert len(calls) < 400
