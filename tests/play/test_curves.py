"""The curves: what is kept of them, however long a training is."""

import pytest

from npnet.play.curves import MOST, Curves


def filled(count):
    curves = Curves()
    for step in range(count):
        if curves.wants(step):
            curves.add(step, (float(step), None, 0.5, float("nan")))
    return curves


def test_all_points_of_a_short_training_are_kept():
    curves = filled(MOST)
    assert curves.steps == list(range(MOST))
    assert curves.json()["loss"] == [float(step) for step in range(MOST)]


def test_of_a_long_training_every_second_fourth_or_eighth_point_is_kept():
    for count in (MOST + 1, 3000, 100_000):
        steps = filled(count).steps
        gap = steps[1] - steps[0]
        assert gap & (gap - 1) == 0
        assert steps == list(range(0, gap * len(steps), gap))
        assert count - gap <= steps[-1] + gap
        assert MOST // 2 <= len(steps) <= MOST


def test_what_is_no_number_is_none():
    found = filled(1).json()
    assert found == {"step": [0], "loss": [0.0], "accuracy": [None], "test_loss": [0.5], "test_accuracy": [None]}


def test_a_step_has_one_point():
    curves = filled(3)
    assert not curves.wants(2)
    assert curves.wants(3)


def test_an_ensemble_has_its_median_and_a_band():
    curves = Curves()
    curves.add(0, ([float(i) for i in range(11)], None, None, None))
    assert curves.json()["loss"] == [5.0]
    assert curves.json()["band"] == {"low": [1.0], "high": [9.0]}


def test_the_band_ends_where_members_have_diverged():
    curves = Curves()
    curves.add(0, ([0.0, 1.0, float("inf"), float("inf")], None, None, None))
    assert curves.json()["band"] == {"low": [pytest.approx(0.3)], "high": [None]}
