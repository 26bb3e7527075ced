"""Sections 3.2 and 3.3: what the answers say is what the code prints."""

from npnet.study.exercises import losses
from tests.study.exercises.reading import rows


def test_the_best_constant_by_the_mean_squared_error_is_the_mean():
    (_, first, down), (_, second, _), (mean, least, pull) = rows(losses.outlier())
    assert mean == (1 + 2 + 3 + 14) / 4
    assert first > second > least
    assert (down < 0, pull) == (True, 0)


def test_where_a_sigmoid_is_sure_and_wrong_only_the_cross_entropy_pulls():
    (_, *near), (_, *far), (_, *farthest) = rows(losses.confidently_wrong())
    assert near[0] < far[0] < farthest[0] < 0
    assert farthest[0] > -0.001
    assert -1 < farthest[1] < far[1] < near[1] < 0
    assert farthest[1] < -0.999


def test_the_quotient_comes_nearer_to_the_gradient_with_a_smaller_nudge():
    errors = [abs(quotient + 8) for _, quotient in rows(losses.nudge())]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.02
