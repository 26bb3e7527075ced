"""Verdicts follow from intervals: a number at the very end of one is neither shown nor refuted."""

import itertools

import pytest

from npnet.experiments import Interval
from npnet.experiments.claims.verdicts import (
    VERDICTS,
    Evidence,
    above,
    below,
    between,
    judge,
    larger,
    some,
    together,
    unless,
)

SHOWN, OPEN, REFUTED = Evidence.SHOWN, Evidence.OPEN, Evidence.REFUTED
INTERVAL = Interval(2, 1, 3)


@pytest.mark.parametrize(
    ("level", "evidence"), [(0.5, SHOWN), (1, OPEN), (2, OPEN), (3, OPEN), (3.5, REFUTED), (float("nan"), OPEN)]
)
def test_what_the_whole_interval_says_of_a_level(level, evidence):
    assert above(INTERVAL, level) is evidence
    assert below(INTERVAL, level) is Evidence(-evidence)


@pytest.mark.parametrize(
    ("low", "high", "evidence"),
    [(0, 4, SHOWN), (0, 3, OPEN), (1, 4, OPEN), (0, 2, OPEN), (3.5, 5, REFUTED), (-1, 0.5, REFUTED), (2, 0.5, REFUTED)],
)
def test_between_two_levels_is_above_one_and_below_the_other(low, high, evidence):
    assert between(INTERVAL, low, high) is evidence


def test_intervals_that_touch_are_not_apart():
    lower, touching, higher = Interval(0, -1, 0.5), Interval(4, 3, 5), Interval(4, 3.5, 5)
    assert (larger(INTERVAL, lower), larger(lower, INTERVAL)) == (SHOWN, REFUTED)
    assert (larger(INTERVAL, touching), larger(touching, INTERVAL)) == (OPEN, OPEN)
    assert (larger(INTERVAL, higher), larger(higher, INTERVAL)) == (REFUTED, SHOWN)
    assert larger(INTERVAL, INTERVAL) is OPEN


def test_no_number_shows_nothing():
    nothing = Interval(float("nan"), float("nan"), float("nan"))
    assert above(nothing, 0) is below(nothing, 0) is between(nothing, -1, 1) is OPEN
    assert larger(nothing, INTERVAL) is larger(INTERVAL, nothing) is OPEN
    assert some(0)(a=nothing) == "left open"


def test_a_never_holds_until_an_exception_is_shown():
    assert [unless(evidence) for evidence in (SHOWN, OPEN, REFUTED)] == [REFUTED, SHOWN, SHOWN]


@pytest.mark.parametrize("core", [SHOWN, OPEN, REFUTED])
def test_the_core_decides_and_the_rest_limits(core):
    for rest in [(), *itertools.product((SHOWN, OPEN, REFUTED), repeat=2)]:
        whole = "holds" if set(rest) <= {SHOWN} else "holds with a limit"
        assert judge(core, *rest) == {SHOWN: whole, OPEN: "left open", REFUTED: "refuted"}[core]


@pytest.mark.parametrize("compare", [above, below])
def test_the_best_of_several_is_the_core_and_all_are_the_rest(compare):
    up, unknown, down = Interval(2, 1.5, 3), Interval(1, 0.5, 1.5), Interval(0.5, 0.4, 0.9)
    if compare is below:
        up, down = down, up
    rule = some(1, compare)
    for values, verdict in (
        ((up, up), "holds"), ((up, unknown), "holds with a limit"), ((down, up), "holds with a limit"),
        ((unknown, down), "left open"), ((down, down), "refuted"),
    ):  # fmt: skip
        assert rule(**dict(zip("ab", values))) == verdict
    assert some(1)(a=Interval(2, 1.5, 3)) == "holds"


@pytest.mark.parametrize(("count", "level"), [(1, 0.95), (2, 0.975), (5, 0.99), (50, 0.999)])
def test_the_chances_that_an_interval_misses_add_up_to_a_twentieth(count, level):
    assert together(count) == level


def test_evidence_has_an_order_and_verdicts_have_their_words():
    assert SHOWN > OPEN > REFUTED
    assert VERDICTS == ("holds", "holds with a limit", "left open", "refuted")
