import numpy as np
import pytest

from npnet.sweeping import Integers, LogUniform, Random, Uniform, grid
from npnet.sweeping.spaces import trials_of

RNG = np.random.default_rng(0)


def test_a_grid_has_each_combination_and_the_last_setting_changes_fastest():
    assert grid({"a": [1, 2], "b": "xy".__iter__()}) == [
        {"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 2, "b": "x"}, {"a": 2, "b": "y"},
    ]  # fmt: skip
    assert grid({}) == [{}]


def test_a_mapping_is_a_grid_and_a_list_has_the_trials():
    assert trials_of({"a": np.array([1, 2])}) == [{"a": 1}, {"a": 2}]
    assert trials_of([{"a": 1}, {"b": [2]}]) == [{"a": 1}, {"b": [2]}]
    assert len(trials_of(Random({"a": [1]}, 7))) == 7


def test_draws_are_between_the_ends():
    for one in (Uniform(2, 3), LogUniform(2, 3)):
        drawn = [one.draw(RNG) for _ in range(200)]
        assert 2 <= min(drawn) < 2.1
        assert 2.9 < max(drawn) <= 3
    assert {Integers(2, 5).draw(RNG) for _ in range(100)} == {2, 3, 4}
    assert {Integers(0, 1).draw(RNG) for _ in range(9)} == {0}


def test_logarithms_are_equally_likely():
    for low, high in ((1e-4, 1), (1, 1e4), (1e-3, 0.1)):
        drawn = np.log([LogUniform(low, high).draw(RNG) for _ in range(2000)])
        shares = np.histogram(drawn, 4, (np.log(low), np.log(high)))[0] / 2000
        # Of 2000 draws, a quarter is not missed by 6 standard deviations
        assert abs(shares - 0.25).max() < 6 * np.sqrt(0.25 * 0.75 / 2000)


def test_the_same_seed_draws_the_same_and_more_begin_with_them():
    space = {"rate": LogUniform(1e-3, 1), "units": [(4,), (8,)]}
    assert Random(space, 9).trials()[:5] == Random(space, 5).trials()
    assert Random(space, 5, seed=1).trials() != Random(space, 5).trials()
    assert repr(Random({"rate": Uniform(0, 1)}, 5)) == "Random({'rate': Uniform(0, 1)}, 5, seed=0)"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Uniform(1, 1), "high: expected a number above low, 1.0, got 1.0"),
        (lambda: LogUniform(0, 1), "low: expected a finite number > 0, got 0"),
        (lambda: LogUniform(1, -1), "high: expected a finite number > 0, got -1"),
        (lambda: LogUniform(2, 1), "high: expected a number above low, 2.0, got 1.0"),
        (lambda: Integers(-1, 2), "low: expected a whole number >= 0, got -1"),
        (lambda: Integers(0, 0), "high: expected a whole number >= 1, got 0"),
        (lambda: Integers(3, 2), "high: expected a number above low, 3, got 2"),
        (lambda: grid({"a": "xy"}), "a: expected a list of values, got 'xy'"),
        (lambda: grid({"a": []}), "a: expected at least one value, got none"),
        (lambda: grid({"a": 3}), "a: expected a list of values, got 3"),
        (lambda: Random({"a": {}}, 3), "a: expected a list of values, got {}"),
        (lambda: Random({"a": [1]}, 0), "count: expected a whole number >= 1, got 0"),
        (lambda: trials_of("ab"), "space: expected a grid, a list of settings, or Random(...), got 'ab'"),
        (lambda: trials_of([]), "space: expected a grid, a list of settings, or Random(...), got []"),
        (lambda: trials_of([3]), "space: expected settings by their names, got 3"),
        (lambda: trials_of({1: [2]}), "space: expected settings by their names, got {1: [2]}"),
    ],
)
def test_what_is_no_space_is_refused(make, said):
    with pytest.raises(ValueError) as caught:
        make()
    assert str(caught.value) == said
