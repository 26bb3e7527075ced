"""Section 1: what the answers say is what the code prints."""

from npnet.study.exercises import preliminaries
from tests.study.exercises.reading import rows


def test_where_computes_both_branches():
    assert preliminaries.both_are_computed().output == "error: divide by zero encountered in log\n"


def test_equal_weights_stay_equal_and_random_ones_differ():
    equal, random = preliminaries.equal_weights().output.splitlines()
    assert equal.endswith(" 1 different units")
    assert random.endswith(" 11 different units")


def test_a_vector_and_a_column_make_nine_differences_of_right_predictions():
    (output,) = preliminaries.row_or_column().output.splitlines()
    assert output.startswith("(3, 3) 1.333")


def test_half_the_step_is_four_times_the_points_and_the_end_is_left_out():
    (coarse, fine) = rows(preliminaries.coarser_grid())
    assert fine[3] == 4 * coarse[3] == 4 * 3600
    assert coarse[4] < fine[4] < 3
    # What the answer says of four features
    assert round(60**4 / 1e6) == 13
