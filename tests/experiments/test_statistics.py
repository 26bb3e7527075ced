import math

import numpy as np
import pytest

from npnet.experiments import Interval, band, bootstrap, epochs_to_converge, epochs_to_level, paired, proportion
from reference.bounds.tolerance import assert_within, bound


def test_the_interval_of_a_mean_is_that_of_the_normal_distribution():
    sample = np.random.default_rng(0).normal(size=400)
    estimate, low, high = bootstrap(sample, np.mean, resamples=20000)
    assert estimate == sample.mean()
    half = 1.959964 * sample.std() / 20
    # A quantile of 20000 draws is off by about a hundredth of the standard deviation that it is in the tail of
    assert abs(low - (estimate - half)) < half / 20
    assert abs(high - (estimate + half)) < half / 20


def test_the_interval_holds_the_true_median_in_about_95_of_100_samples():
    rng = np.random.default_rng(1)
    held = [low <= 0 <= high for _, low, high in (bootstrap(rng.normal(size=60), resamples=400) for _ in range(400))]
    # Four standard deviations of a share of 400 around 0.95
    assert abs(np.mean(held) - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 400)


def test_an_epoch_never_reached_is_infinite_and_stays_so():
    assert bootstrap([np.inf] * 3) == (np.inf, np.inf, np.inf)
    estimate, low, high = bootstrap([1, 2, 3, np.inf])
    assert (estimate, low, high) == (2, 1, np.inf)
    assert paired([np.inf, 1], [np.inf, 3]).difference.estimate == -2
    assert paired([np.inf, 1], [1, np.inf]).difference == (-np.inf, -np.inf, np.inf)


def test_an_interval_is_above_or_below_a_level_as_a_whole():
    interval = Interval(2, 1, 3)
    assert interval.above(0.5)
    assert not interval.above(1)
    assert not interval.below(3)
    assert interval.below(3.5)


def test_the_same_seed_gives_the_same_interval():
    sample = np.random.default_rng(0).normal(size=50)
    assert bootstrap(sample) == bootstrap(sample)
    assert bootstrap(sample, seed=1) != bootstrap(sample)
    assert bootstrap(sample, level=0.5).high < bootstrap(sample).high


def test_pairs_are_compared_seed_by_seed():
    result = paired([3, 4, 5, 9], [4, 6, 5, 3])
    assert result.difference.estimate == -1
    assert (result.less, result.equal, result.more) == tuple(
        proportion(hits) for hits in ([1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1])
    )
    assert paired([2, np.inf], [2, np.inf]).difference == (0, 0, 0)
    narrower = paired([3, 4, 5, 9], [4, 6, 5, 3], level=0.5)
    assert narrower.difference.high < result.difference.high
    assert narrower.more.high < result.more.high


@pytest.mark.parametrize("level", [0.5, 0.95, 0.99])
@pytest.mark.parametrize("count", [1, 10, 20, 100])
def test_the_ends_of_a_share_are_as_many_standard_deviations_from_it_as_the_level_says(count, level):
    z = {0.5: 0.6744897501960817, 0.95: 1.959963984540054, 0.99: 2.5758293035489}[level]
    for hits in range(count + 1):
        share, low, high = proportion(np.arange(count) < hits, level)
        assert share == hits / count
        for end in (low, high):
            # Some 20 roundings, and the quantile's own
            assert abs((share - end) ** 2 - z**2 * end * (1 - end) / count) < bound(100, z**2, "float64")
        assert low <= share <= high
        mirrored = proportion(np.arange(count) >= hits, level)
        assert_within(mirrored.high, 1 - low, bound(20, 1, "float64"))


def test_a_share_of_none_or_all_has_an_end_that_is_exact_and_one_that_is_not():
    for count in range(1, 200):
        none, everyone = proportion([0] * count), proportion([1] * count)
        assert none.low == none.estimate == 0
        assert everyone.high == everyone.estimate == 1
        # z^2 / (n + z^2)
        assert_within(none.high, 3.841458820694124 / (count + 3.841458820694124), bound(40, 1, "float64"))
        assert_within(everyone.low, 1 - none.high, bound(20, 1, "float64"))


@pytest.mark.parametrize(("share", "count"), [(0.02, 100), (0.05, 20), (0.5, 20), (0.3, 100)])
def test_the_interval_of_a_share_holds_it_in_about_95_of_100_samples_however_small_it_is(share, count):
    def chance(hits):
        return math.comb(count, hits) * share**hits * (1 - share) ** (count - hits)

    intervals = [proportion(np.arange(count) < hits) for hits in range(count + 1)]
    held = sum(chance(hits) for hits, (_, low, high) in enumerate(intervals) if low <= share <= high)
    # Hits are whole numbers, so that the chance jumps around 0.95. With no hits the bootstrap has [0, 0], which alone
    # misses a share of 0.05 in 0.95^20, 36 of 100 samples of 20
    assert 0.92 < held < 0.99


@pytest.mark.parametrize(
    "statistic",
    [
        lambda values, axis: values.mean(axis) if values.ndim == 2 else np.nan,
        # Not a number in about half of the resamples of two
        lambda values, axis: np.where(values.max(axis) == values.min(axis), np.nan, values.mean(axis)),
    ],
)
def test_a_statistic_must_be_a_number_for_the_sample_and_for_each_resample(statistic):
    with pytest.raises(ValueError, match="statistic: expected one that is a number for each resample, got NaN"):
        bootstrap([1, 2], statistic)


def test_more_confidence_takes_more_resamples_so_that_both_ends_have_as_many_beyond_them():
    sizes = []

    def count(values, axis):
        sizes.append(values.shape)
        return values.mean(axis=axis)

    for level in (0.95, 0.99):
        bootstrap([1, 2], count, level)
    assert [shape for shape in sizes if len(shape) == 2] == [(2000, 2), (10000, 2)]


def test_a_band_holds_that_share_of_the_members():
    values = np.random.default_rng(0).permuted(np.tile(np.arange(100.0), (3, 1)), axis=1)
    middle, low, high = band(values, share=0.9)
    assert low.tolist() == [4] * 3
    assert middle.tolist() == [49] * 3
    assert high.tolist() == [94] * 3
    assert band([[1, np.nan, 2]]).high.tolist() == [np.inf]


def test_epochs_to_a_level():
    losses = [[3, 3, 0.1], [1, 3, 0.2], [2, 3, 0.3]]
    assert epochs_to_level(losses, 2).tolist() == [1, np.inf, 0]


def test_a_loss_at_the_level_is_not_under_it():
    assert epochs_to_level([[0.3], [0.2]], 0.3).tolist() == [1]


def test_a_member_converges_where_its_accuracy_takes_its_final_value_for_good():
    accuracies = [[0.5, 1, 0.7, 1], [1, 1, 0.7, 0], [0.5, 1, 0.7, 1], [1, 1, 0.9, 1]]
    assert epochs_to_converge(accuracies).tolist() == [3, 0, 3, 2]


def test_a_frozen_member_never_converges():
    accuracies = [[0.5, 0.5], [1, 1], [np.nan, 1]]
    assert epochs_to_converge(accuracies).tolist() == [np.inf, 1]


def test_the_median_needs_no_more_than_the_middle_of_the_sample():
    sample = np.random.default_rng(3).normal(size=31)
    assert_within(bootstrap(sample).estimate, np.sort(sample)[15], bound(0, 1, "float64"))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: bootstrap([]), r"values: expected a vector of at least one number, got shape \(0,\)"),
        (lambda: bootstrap([1, np.nan]), "values: expected no NaN, which frozen members have, got one at index 1"),
        (lambda: bootstrap([1], "mean"), "statistic: expected a function of an array and an axis, got 'mean'"),
        (lambda: bootstrap([[1]]), "values: expected a vector"),
        (lambda: bootstrap([1], level=1), "level: expected a finite number > 0 and < 1, got 1"),
        (
            lambda: bootstrap([np.inf, -np.inf, 1], np.mean),
            "statistic: expected one that is a number for each",
        ),
        (lambda: proportion([]), r"hits: expected a vector of at least one number, got shape \(0,\)"),
        (lambda: proportion([0, 1, 2]), "hits: expected 0 or 1 for each seed, got 2"),
        (lambda: proportion([True], level=0), "level: expected a finite number > 0 and < 1, got 0"),
        (lambda: paired([1], [1], level=2), "level: expected a finite number > 0 and < 1, got 2"),
        (lambda: bootstrap([1], resamples=0), "resamples: expected a whole number >= 1, got 0"),
        (lambda: paired([1], [1, 2]), r"first: expected the shape of second, \(2,\), got \(1,\)"),
        (lambda: band([1]), r"values: expected shape \(epochs, members\), got \(1,\)"),
        (lambda: band([[1]], share=0), "share: expected a finite number > 0 and < 1, got 0"),
        (lambda: band([[1]], share=1), "share: expected a finite number > 0 and < 1, got 1"),
        (lambda: band(np.ones((0, 2))), r"values: expected shape \(epochs, members\), got \(0, 2\)"),
        (lambda: band(np.ones((2, 0))), r"values: expected shape \(epochs, members\), got \(2, 0\)"),
        (lambda: epochs_to_level([1], 1), r"losses: expected shape \(epochs, members\)"),
        (lambda: epochs_to_converge([]), r"accuracies: expected shape \(epochs, members\)"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()
