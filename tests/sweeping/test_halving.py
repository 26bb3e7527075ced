import numpy as np

from npnet.sweeping.halving import epochs_of_rungs, repeats, survivors


def test_each_rung_has_a_factor_more_epochs_and_the_last_has_all():
    assert epochs_of_rungs(81, 81, 3) == [1, 3, 9, 27, 81]
    assert epochs_of_rungs(100, 9, 3) == [11, 33, 100]
    assert epochs_of_rungs(100, 2, 3) == [100]
    assert epochs_of_rungs(90, 4, 3) == [30, 90]
    assert epochs_of_rungs(1, 50, 2) == [1]
    assert epochs_of_rungs(4, 50, 2) == [1, 2, 4]


def test_trials_that_differ_in_seed_and_fold_alone_repeat_each_other():
    trials = [{"units": [4], "seed": seed, "fold": fold} for seed in range(2) for fold in range(2)]
    assert repeats([*trials, {"units": [5], "seed": 0, "fold": 0}]) == [[0, 1, 2, 3], [4]]
    assert repeats([{"a": 1, "b": 2}, {"b": 2, "a": 1}]) == [[0, 1]]


def test_the_best_third_goes_on_in_the_order_of_the_table():
    values = dict(enumerate([0.5, 0.1, 0.4, 0.3, np.nan, 0.2, 0.9]))
    groups = [[number] for number in values]
    assert survivors(groups, values, 1, 3) == [[1], [3], [5]]
    assert survivors(groups, values, -1, 3) == [[0], [2], [6]]


def test_repeated_trials_go_on_together_by_their_mean():
    values = {0: 0.0, 1: 0.9, 2: 0.4, 3: 0.4, 4: 0.0, 5: np.nan}
    assert survivors([[0, 1], [2, 3], [4, 5]], values, 1, 2) == [[0, 1], [2, 3]]
    assert survivors([[0, 1], [2, 3], [4, 5]], values, 1, 3) == [[2, 3]]


def test_of_equal_ones_the_first_goes_on():
    assert survivors([[0], [1]], {0: 0.5, 1: 0.5}, 1, 2) == [[0]]
    assert survivors([[0], [1]], {0: np.nan, 1: np.nan}, 1, 2) == [[0]]
    values = np.random.default_rng(0).integers(0, 4, 300).tolist()
    first = sorted(sorted(range(300), key=values.__getitem__)[:50])
    assert survivors([[number] for number in range(300)], dict(enumerate(values)), 1, 6) == [[one] for one in first]


def test_more_repeats_weigh_no_more():
    assert survivors([[0, 1], [2]], {0: 0.4, 1: 0.4, 2: 0.5}, 1, 2) == [[0, 1]]
    assert survivors([[0, 1], [2]], {0: 0.4, 1: 0.4, 2: 0.5}, -1, 2) == [[2]]
