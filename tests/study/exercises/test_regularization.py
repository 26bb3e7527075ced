"""Section 4: what the answers say is what the code prints."""

from npnet.study.exercises import regularization
from tests.study.exercises.reading import numbers, rows


def test_more_data_make_the_training_loss_worse_and_the_net_better():
    (_, train_few, test_few), (_, train_more, test_more) = rows(regularization.more_data())
    assert train_few < train_more
    assert test_few > test_more
    assert abs(test_more - train_more) < (test_few - train_few) / 2


def test_l1_takes_the_same_of_each_weight_and_l2_the_same_share():
    (_, _, *one), (_, _, *two) = (numbers(line) for line in regularization.pulls().output.splitlines())
    assert abs(one[0] - (0.5 - 0.3)) < 1e-9
    assert 0 < abs(one[1]) < 0.003
    assert [round(after / before, 4) for after, before in zip(two, (0.5, 0.01))] == [round(0.997**100, 4)] * 2


def test_too_strong_a_penalty_leaves_the_mean_of_the_labels():
    (_, weak, large), (_, middle, medium), (_, strong, none) = rows(regularization.stronger())
    assert weak < middle < 0.1
    assert strong > 0.23
    assert large > medium > 1
    assert none < 0.1
