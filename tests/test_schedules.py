import math
from functools import partial

import numpy as np
import pytest

from npnet import MLP, Ensemble, schedules
from npnet.optimizers import SGD
from npnet.schedules import (
    Constant,
    CosineDecay,
    CyclicPolynomialDecay,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
    WarmupCosineDecay,
)
from reference.bounds.tolerance import assert_within, bound

# The study notes, section 2.2 (2): all that they print
PRINTED = [
    "0.2", "0.198", "0.19602", "0.1940598", "0.192119202", "0.19019800998", "0.1882960298802", "0.186413069581398",
    "0.18454893888558402", "0.18270344949672818", "0.08094639453566477", "0.08013693059030812", "0.07933556128440503",
    "0.07854220567156098", "0.07775678361484537", "0.07697921577869692", "0.07620942362090993", "0.07544732938470083",
    "0.07469285609085384", "0.07394592752994529",
]  # fmt: skip


def test_the_notes_decay_in_every_printed_digit():
    schedule = ExponentialDecay(0.2, decay_epochs=1, decay_rate=0.99)
    assert [repr(schedule(epoch)) for epoch in [*range(10), *range(90, 100)]] == PRINTED


def test_decay_epochs_and_staircase():
    assert ExponentialDecay(1, 4, 0.25)(2) == 0.5
    assert ExponentialDecay(1, 4, 0.25, staircase=True)(3) == 1
    assert ExponentialDecay(1, 4, 0.25, staircase=True)(9) == 0.0625


def test_there_are_no_stairs_by_default():
    assert ExponentialDecay(1, 1, 0.25)(0.5) == 0.5


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        (Constant, [(0.1, 0.2)]),
        (ExponentialDecay, [(0.1, 0.2), (2, 3), (0.5, 0.9)]),
        (partial(ExponentialDecay, staircase=True), [(0.1, 0.2), (2, 3), (0.5, 0.9)]),
        (InverseTimeDecay, [(0.1, 0.2), (2, 3), (0.5, 0.9)]),
        (CosineDecay, [(0.1, 0.2), (20, 30), (0.0, 0.5)]),
        (WarmupCosineDecay, [(0.0, 0.2), (20, 30), (0.5, 0.7), (5, 9), (0.25, 0.0)]),
        (PolynomialDecay, [(0.1, 0.2), (20, 30), (0.01, 0.02), (0.5, 2)]),
        (CyclicPolynomialDecay, [(0.1, 0.2), (20, 30), (0.01, 0.02), (0.5, 2)]),
    ],
)
def test_vectors_give_the_rate_of_each_member(kind, numbers):
    members = [kind(*own) for own in zip(*numbers)]
    for epoch in (0, 7, 25, 40):
        rates = [schedule(epoch) for schedule in members]
        assert [type(rate) for rate in rates] == [float, float]
        # A power of a vector may be rounded otherwise than that of a number
        assert_within(kind(*map(list, numbers))(epoch), rates, bound(4, rates, "float64"))


def test_the_other_schedules():
    assert Constant(0.1)(1000) == 0.1
    assert [InverseTimeDecay(0.2, decay_epochs=2, decay_rate=3)(e) for e in (0, 2, 4)] == [0.2, 0.05, 0.2 / 7]
    assert_within(CosineDecay(0.2, 12)(4), 0.15, bound(6, 0.2, "float64"))
    assert_within(CosineDecay(0.2, 10)(5), 0.1, bound(6, 0.2, "float64"))
    assert CosineDecay(0.2, 10)(0) == 0.2
    assert CosineDecay(0.2, 10)(20) == 0


@pytest.mark.parametrize("kind", [Constant, lambda r: ExponentialDecay(r, 1, 0.9), lambda r: CosineDecay(r, 1)])
@pytest.mark.parametrize("rate", [0, -0.1, math.nan, math.inf, "fast", None])
def test_a_rate_must_be_above_zero(kind, rate):
    with pytest.raises(ValueError, match="learning_rate: expected a finite number > 0, got"):
        kind(rate)


def test_a_rate_that_overflows_is_refused():
    with pytest.raises(ValueError, match="epoch: expected one at which the rate is finite and not negative, got 400"):
        ExponentialDecay(0.1, 1, 10)(400)
    with pytest.raises(ValueError, match="epoch: expected one at which the rate is finite and not negative, got 400"):
        ExponentialDecay(0.1, 1, [10, 20])(400)
    for first in (1e300, [1e300, 1]):
        with pytest.raises(ValueError, match="epoch: expected one at which the rate is finite and not negative, got 1"):
            ExponentialDecay(first, 1, 1e10)(1)
    with pytest.raises(ValueError, match="learning_rate: expected a finite number > 0"):
        Constant(10**400)


def test_a_number_on_the_way_to_a_rate_may_overflow_or_underflow():
    with np.errstate(all="raise"):
        assert InverseTimeDecay(0.1, 1, 1e308)(1e10) == 0
        assert InverseTimeDecay(0.1, 1, [1e308, 1])(9).tolist() == [0, 0.01]
        assert ExponentialDecay(0.1, 1, 0.5)(5000) == 0
        assert ExponentialDecay(0.1, 1, [0.5, 1])(5000).tolist() == [0, 0.1]


def test_names_and_order_of_the_arguments_are_kerass_and_say_that_they_count_epochs():
    assert list(ExponentialDecay.table) == ["initial_learning_rate", "decay_epochs", "decay_rate", "staircase"]
    assert list(InverseTimeDecay.table) == ["initial_learning_rate", "decay_epochs", "decay_rate"]
    assert list(CosineDecay.table) == ["initial_learning_rate", "decay_epochs", "alpha"]
    assert CosineDecay(1, 1) == CosineDecay(1, 1, 0)
    # Theirs has alpha in the third place, before the warm-up's, which may be left out there
    warmup = ["initial_learning_rate", "decay_epochs", "warmup_target", "warmup_epochs", "alpha"]
    assert list(WarmupCosineDecay.table) == warmup
    polynomial = ["initial_learning_rate", "decay_epochs", "end_learning_rate", "power"]
    assert list(PolynomialDecay.table) == list(CyclicPolynomialDecay.table) == polynomial
    assert PolynomialDecay(1, 1) == PolynomialDecay(1, 1, 1e-4, 1)
    assert CyclicPolynomialDecay(1, 1) == CyclicPolynomialDecay(1, 1, 1e-4, 1)
    assert list(PiecewiseConstantDecay.table) == ["boundaries", "values"]


@pytest.mark.parametrize(
    ("kind", "name", "limit"),
    [
        (ExponentialDecay, "initial_learning_rate", "> 0"),
        (ExponentialDecay, "decay_rate", "> 0"),
        (ExponentialDecay, "decay_epochs", "> 0"),
        (InverseTimeDecay, "initial_learning_rate", "> 0"),
        (InverseTimeDecay, "decay_rate", ">= 0"),
        (InverseTimeDecay, "decay_epochs", "> 0"),
        (CosineDecay, "initial_learning_rate", "> 0"),
        (CosineDecay, "decay_epochs", "> 0"),
        (CosineDecay, "alpha", ">= 0"),
        (WarmupCosineDecay, "alpha", ">= 0"),
        (WarmupCosineDecay, "initial_learning_rate", ">= 0"),
        (WarmupCosineDecay, "decay_epochs", "> 0"),
        (WarmupCosineDecay, "warmup_target", "> 0"),
        (WarmupCosineDecay, "warmup_epochs", "> 0"),
        (PolynomialDecay, "initial_learning_rate", "> 0"),
        (PolynomialDecay, "decay_epochs", "> 0"),
        (PolynomialDecay, "end_learning_rate", ">= 0"),
        (PolynomialDecay, "power", "> 0"),
        (CyclicPolynomialDecay, "initial_learning_rate", "> 0"),
        (CyclicPolynomialDecay, "decay_epochs", "> 0"),
        (CyclicPolynomialDecay, "end_learning_rate", ">= 0"),
        (CyclicPolynomialDecay, "power", "> 0"),
    ],
)
def test_each_number_has_a_lower_limit(kind, name, limit):
    fitting = {one: 1 for one in kind.table if one != "staircase"}
    above, below = (0 if limit == ">= 0" else 1e-9), (-1e-9 if limit == ">= 0" else 0)
    assert getattr(kind(**fitting | {name: above}), name) == above
    with pytest.raises(ValueError, match=f"{name}: expected a finite number {limit}, got {below}"):
        kind(**fitting | {name: below})


@pytest.mark.parametrize(
    "schedule",
    [
        Constant(1), ExponentialDecay(1, 1, 0.9), InverseTimeDecay(1, 1, 1), CosineDecay(1, 1),
        WarmupCosineDecay(0, 1, 1, 1), PolynomialDecay(1, 1), CyclicPolynomialDecay(1, 1),
        PiecewiseConstantDecay([1], [1, 0.5]),
    ],
)  # fmt: skip
def test_an_epoch_must_not_be_negative(schedule):
    with pytest.raises(ValueError, match="epoch: expected a finite number >= 0, got -1"):
        schedule(-1)


def test_a_number_is_a_constant_schedule():
    assert schedules.get(0.3)(9) == 0.3
    decay = ExponentialDecay(1, 1, 0.5)
    assert schedules.get(decay) is decay


@pytest.mark.parametrize(
    "schedule",
    [Constant, lambda r: ExponentialDecay(0.2, [1, 2, 3], r), lambda r: ExponentialDecay(r, 2, 0.5, staircase=True),
     lambda r: ExponentialDecay(0.2, [1, 2, 3], r, staircase=True),
     lambda r: InverseTimeDecay(0.1, 1, r), lambda r: CosineDecay(r, [2, 3, 10]),
     lambda r: WarmupCosineDecay(r, 9, 0.7, [1, 3, 8]), lambda r: PolynomialDecay(1, [2, 4, 9], r, [0.5, 1, 3]),
     lambda r: CyclicPolynomialDecay(1, [2, 4, 9], r, [0.5, 1, 3]), lambda r: CosineDecay(1, [2, 3, 10], r)],
)  # fmt: skip
def test_a_schedule_of_vectors_gives_each_members_rate(schedule):
    vector = schedule([0.1, 0.5, 0.9])
    for epoch in (0, 1, 5):
        rates = vector(epoch)
        assert rates.shape == (3,)
        for k in range(3):
            one = vector.subset(k)(epoch)
            assert isinstance(one, float)
            assert_within(rates[k], one, bound(4, one, "float64"))


@pytest.mark.parametrize(
    "rate", [-1e-300, np.nan, -np.inf, None, "0.1", 1j, [0.1, -0.1], [0.1, np.inf], np.array(None)]
)
def test_a_schedule_of_ones_own_gives_rates(rate):
    """A negative rate would climb."""

    class Own(schedules.Schedule):
        def rate(self, epoch):
            return rate if epoch == 2 else 0.1

    net, x = MLP([1, 1], seed=0), np.ones((3, 1))
    with pytest.raises(ValueError, match="epoch: expected one at which the rate is finite and not negative, got 2"):
        net.fit(x, x, optimizer=SGD(Own()), epochs=4)


def test_a_schedule_of_ones_own_gives_as_many_rates_as_there_are_members():
    class Own(schedules.Schedule):
        def rate(self, epoch):
            return np.array([0.1, 0.2, 0])

    x = np.ones((3, 1))
    with pytest.raises(ValueError, match="learning_rate: expected one number for a single net, got 3 of them"):
        MLP([1, 1]).fit(x, x, optimizer=SGD(Own()))
    with pytest.raises(ValueError, match="learning_rate: expected a number for each of the 2 members, got 3"):
        Ensemble([1, 1], members=2).fit(x, x, optimizer=SGD(Own()))
    rates = Ensemble([1, 1], members=3).fit(x, x, optimizer=SGD(Own())).learning_rate
    assert rates.tolist() == [[0.1, 0.2, 0]]


def test_a_warmup_is_a_line_that_the_cosine_goes_on_from():
    schedule = WarmupCosineDecay(0.25, decay_epochs=20, warmup_target=1.0, warmup_epochs=8)
    assert [schedule(epoch) for epoch in (0, 2, 4, 6)] == [0.25, 0.4375, 0.625, 0.8125]
    # Neither jumps: the line ends where the cosine begins, and the cosine where the rate stays 0
    assert [schedule(epoch) for epoch in (8, 28, 99)] == [1, 0, 0]
    assert_within(schedule(8 - 1e-9), 1, bound(2, 1, "float32"))
    for epoch in (8, 9.5, 18, 27):
        assert_within(schedule(epoch), CosineDecay(1, 20)(epoch - 8), bound(8, 1, "float64"))
    falling = WarmupCosineDecay(1.0, 20, 0.5, 4)
    assert [falling(epoch) for epoch in (0, 2, 4)] == [1, 0.75, 0.5]


def test_a_polynomial_goes_from_one_rate_to_another():
    assert [PolynomialDecay(1, 4, 0, power=2)(epoch) for epoch in (0, 1, 2, 4, 9)] == [1, 0.5625, 0.25, 0, 0]
    assert [PolynomialDecay(1.5, 4, 0.5)(epoch) for epoch in (0, 1, 2, 4, 9)] == [1.5, 1.25, 1, 0.5, 0.5]
    # Upwards, if the last is higher
    assert PolynomialDecay(0.5, 4, 1.5)(1) == 0.75


@pytest.mark.parametrize(
    ("schedule", "end"), [(CosineDecay(0.5, 8, 0.25), 8), (WarmupCosineDecay(0.0, 8, 0.5, 4, alpha=0.25), 12)]
)
def test_a_cosine_may_end_at_a_share_of_its_highest_rate(schedule, end):
    assert [schedule(epoch) for epoch in (end - 8, end, 99)] == [0.5, 0.125, 0.125]
    assert_within(schedule(end - 4), 0.3125, bound(9, 0.5, "float64"))
    # It may rise too
    assert CosineDecay(0.5, 8, alpha=2)(8) == 1


def test_a_polynomial_in_cycles_begins_again_after_each():
    schedule = CyclicPolynomialDecay(1.5, 4, 0.5)
    assert [schedule(epoch) for epoch in (0, 1, 2, 4)] == [
        PolynomialDecay(1.5, 4, 0.5)(epoch) for epoch in (0, 1, 2, 4)
    ]
    # Over all the epochs so far: a half of the way is left after the first cycle, a third after the second
    assert [schedule(epoch) for epoch in (5, 6, 8, 9, 12)] == [0.875, 0.75, 0.5, 0.75, 0.5]
    assert [CyclicPolynomialDecay(1, 4, 0, power=2)(epoch) for epoch in (3, 4, 6)] == [0.0625, 0, 0.0625]


def test_an_epoch_that_is_rounded_to_the_end_of_a_cycle_has_the_last_rate():
    epoch = math.nextafter(9 * 0.1, 1)
    assert epoch / 0.1 == 9
    assert epoch > 9 * 0.1
    assert CyclicPolynomialDecay(1, 0.1, 0.25, power=0.5)(epoch) == 0.25


def test_a_rate_holds_up_to_its_boundary():
    schedule = PiecewiseConstantDecay([3, 7.5], [0.5, 0.25, 0.125])
    assert [schedule(epoch) for epoch in (0, 3, 3.5, 4, 7, 8, 99)] == [0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125]
    assert PiecewiseConstantDecay([], [0.5])(7) == 0.5
    assert repr(schedule) == "PiecewiseConstantDecay(boundaries=(3.0, 7.5), values=(0.5, 0.25, 0.125))"
    assert eval(repr(schedule)) == schedule != PiecewiseConstantDecay([3, 7], [0.5, 0.25, 0.125])
    assert schedule.subset(0) == schedule


@pytest.mark.parametrize(
    ("boundaries", "values", "message"),
    [
        ([2, 1], [1, 1, 1], r"boundaries: expected numbers in ascending order, got \[2, 1\]"),
        ([1, 1], [1, 1, 1], r"boundaries: expected numbers in ascending order, got \[1, 1\]"),
        ([1], [1], r"values: expected one more number than boundaries, 2, got 1"),
        ([1], [1, 2, 3], r"values: expected one more number than boundaries, 2, got 3"),
        ([1], [1, 0], r"values: expected a finite number > 0, got 0"),
        ([math.nan], [1, 2], r"boundaries: expected a finite number, got nan"),
        (1, [1, 2], r"boundaries: expected a list of numbers, got 1"),
        ([1], [0.1, [0.2]], r"values: expected a rectangular array of numbers, got a ragged one"),
        ([1], [[0.1], [0.2]], r"values: expected a list of numbers, got \[\[0.1\], \[0.2\]\]"),
    ],
)
def test_pieces_that_do_not_fit_are_refused(boundaries, values, message):
    with pytest.raises(ValueError, match=message):
        PiecewiseConstantDecay(boundaries, values)


def test_a_cycle_begins_between_the_first_rate_and_the_last():
    schedule = CyclicPolynomialDecay(0.5, decay_epochs=8, end_learning_rate=0.25, power=2)
    # In the k-th cycle a share of 1 - e / (8 k) is left, of which the square is taken
    assert [schedule(epoch) for epoch in (0, 4, 8, 12, 16, 18)] == [0.5, 0.3125, 0.25, 0.265625, 0.25, 0.265625]
