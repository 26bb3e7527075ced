import numpy as np
import pytest

from npnet.experiments import Interval, band, bootstrap, epochs_to_converge, epochs_to_level, paired
from reference.tolerance import assert_within, bound


def test_the_interval_of_a_mean_is_that_of_the_normal_distribution():
    sample = np.random.default_rng(0).normal(size=400)
    estimate, low, high = bootstrap(sample, np.mean, resamples=20000)
    assert estimate == sample.mean()
    half = 1.959964 * sample.std() / 20
    # A quantile of 20000 draws is off by about a hundredth of the deviation that it is in the tail of
    assert abs(low - (estimate - half)) < half / 20
    assert abs(high - (estimate + half)) < half / 20


def test_the_interval_holds_the_true_median_in_about_95_of_100_samples():
    rng = np.random.default_rng(1)
    held = [low <= 0 <= high for _, low, high in (bootstrap(rng.normal(size=60), resamples=400) for _ in range(400))]
    # Four deviations of a share of 400 around 0.95
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
    assert (result.difference.estimate, result.less, result.equal, result.more) == (-1, 0.5, 0.25, 0.25)


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
        (lambda: bootstrap([1], resamples=0), "resamples: expected a whole number >= 1, got 0"),
        (lambda: paired([1], [1, 2]), r"first: expected the shape of second, \(2,\), got \(1,\)"),
        (lambda: band([1]), r"values: expected shape \(epochs, members\), got \(1,\)"),
        (lambda: band([[1]], share=0), "share: expected a finite number > 0"),
        (lambda: epochs_to_level([1], 1), r"losses: expected shape \(epochs, members\)"),
        (lambda: epochs_to_converge([]), r"accuracies: expected shape \(epochs, members\)"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()
