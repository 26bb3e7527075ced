"""Section 5: what the answers say is what the code prints."""

from itertools import pairwise

from npnet.study.exercises import optimizers
from tests.study.exercises.reading import numbers, rows


def test_where_there_is_a_second_moment_both_weights_move_alike():
    for line in optimizers.louder().output.splitlines():
        name, (first, second) = line.split()[0], numbers(line)
        assert (first == second) == (name in ("Adagrad", "RMSProp", "Adam"))


def test_the_steep_direction_sets_the_limit_and_the_flat_one_the_pace():
    (_, slow, done), (rate, flat, steep), (_, _, exploded) = rows(optimizers.valley())
    assert done < slow < 1
    assert rate < 2 / 50
    assert 0 < steep < flat < 0.1
    assert exploded > 100


def test_on_a_round_bowl_momentum_runs_past_the_minimum():
    (_, low, last), (_, lower, nearly), (_, lowest, swinging) = rows(optimizers.heavier())
    assert (low, last) == (-1, -1)
    assert lowest < lower < -1
    assert abs(nearly + 1) < 1 < abs(swinging + 1)


def test_four_times_the_steps_are_twice_the_way_with_adagrad_and_four_times_with_rmsprop():
    printed = [row[-1] for row in rows(optimizers.far_away())]
    for way, ratio in ((printed[0::2], 2), (printed[1::2], 4)):
        assert all(0.9 * ratio < farther / far < 1.1 * ratio for far, farther in pairwise(way))


def test_rmsprop_hardly_gets_calmer_with_less_noise():
    loud_sgd, loud_rms, calm_sgd, calm_rms = (row[-1] for row in rows(optimizers.never_at_rest()))
    assert 90 < loud_sgd / calm_sgd < 110
    assert loud_rms / calm_rms < 4
    assert 0.04 < calm_rms < 0.06


def test_adams_first_steps_are_too_long_without_corrections():
    corrected, plain = (numbers(line.partition("[")[2]) for line in optimizers.uncorrected().output.splitlines())
    assert corrected == [1] * 10
    assert plain[0] == 3.16
    assert plain == sorted(plain)


def test_sgdm_at_a_rate_of_its_own_is_as_fast_as_adam():
    adam, sgd, own_sgd, sgdm, own_sgdm = (row[-1] for row in rows(optimizers.own_rate()))
    assert 0.4 < own_sgd / sgd < 0.6
    assert sgdm > 5 * own_sgdm
    assert own_sgdm <= adam
