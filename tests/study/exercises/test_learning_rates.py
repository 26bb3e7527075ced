"""Section 2: what the answers say is what the code prints."""

from npnet.study.exercises import learning_rates
from tests.study.exercises.reading import rows


def test_a_second_layer_takes_four_times_the_parameters_and_a_wider_one_twice():
    one, two, wide = (row[-2] for row in rows(learning_rates.deeper()))
    assert 3.9 < two / one < 4
    assert 1.9 < wide / one < 2


def test_a_loss_ten_times_as_large_diverges_by_minus_three_a_step():
    printed = rows(learning_rates.steeper())
    calm, wild = ([w + 1 for scale, w in printed if scale == which] for which in (1, 10))
    assert calm[0] > calm[1] > calm[2] > calm[3] > 0
    assert [round(distance / 6) for distance in wild] == [-3, 9, -27, 81]


def test_a_fast_decay_stops_on_the_way():
    ends = dict(rows(learning_rates.fast_decay()))
    assert ends[0.99] == -1
    assert -1 < ends[0.8] < ends[0.5] < 5
