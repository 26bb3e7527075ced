"""Which samples are kept for validation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import MLP, Ensemble, datasets
from npnet.engine.splitting import SEED, split

SHARES = st.floats(0.01, 0.99)
COUNTS = st.lists(st.integers(1, 40), min_size=2, max_size=5)


def one_hot(counts):
    labels = np.repeat(np.arange(len(counts)), counts)
    return np.eye(len(counts))[np.random.default_rng(1).permutation(labels)]


@given(y=st.one_of(COUNTS.map(one_hot), st.integers(1, 99).map(lambda n: np.linspace(2, 3, n)[:, None])), share=SHARES)
def test_each_row_is_on_one_side_and_in_order(y, share):
    rows, held_out = split(y, share)
    assert sorted([*rows, *held_out]) == list(range(len(y)))
    assert (np.diff(rows) > 0).all()
    assert (np.diff(held_out) > 0).all()
    assert rows.size


@given(counts=COUNTS, share=SHARES)
def test_each_class_has_its_share_and_one_row_to_train_on(counts, share):
    y = one_hot(counts)
    _, held_out = split(y, share)
    found = y[held_out].sum(axis=0)
    for count, chosen in zip(counts, found):
        assert abs(chosen - share * count) < 1 or chosen == count - 1
        assert chosen < count
    if all(count > 1 for count in counts) and share <= 0.5:
        assert found.sum() == round(share * sum(counts))


def test_one_unit_of_zeros_and_ones_names_two_classes():
    y = np.r_[np.zeros(80), np.ones(20)].reshape(-1, 1)
    _, held_out = split(y, 0.25)
    assert np.bincount(y[held_out, 0].astype(int)).tolist() == [20, 5]


def test_rows_without_classes_are_drawn_from_all():
    _, held_out = split(np.linspace(2, 3, 100)[:, None], 0.3)
    assert held_out.size == 30
    assert 20 < held_out.mean() < 80
    assert set(np.diff(held_out)) > {1}


def test_what_names_no_classes_is_not_cut_into_any():
    y = np.random.default_rng(0).normal(size=(50, 2))
    expected = np.sort(np.random.default_rng(SEED).permutation(50)[:10])
    np.testing.assert_array_equal(split(y, 0.2)[1], expected)


@pytest.mark.parametrize(
    ("counts", "share", "expected"),
    [
        ([10, 13, 17], 0.1, [1, 1, 2]),
        ([17, 13, 10], 0.1, [2, 1, 1]),
        # Of equal remainders, the first classes' are rounded up
        ([5, 7] * 100, 0.1, [1, 1] * 20 + [0, 1] * 80),
    ],
)
def test_the_largest_remainders_are_rounded_up(counts, share, expected):
    y = one_hot(counts)
    assert y[split(y, share)[1]].sum(axis=0).tolist() == expected


def test_the_same_rows_are_chosen_each_time():
    y = one_hot([30, 20])
    np.testing.assert_array_equal(split(y, 0.2)[1], split(y, 0.2)[1])
    x, labels, _ = datasets.load_iris()
    first, second = MLP([4, 3], output="softmax", seed=0), MLP([4, 3], output="softmax", seed=0)
    options = {"validation_split": 0.2, "epochs": 2, "seed": 5}
    one, other = first.fit(x, labels, **options), second.fit(x, labels, **options)
    assert one.val_loss.tolist() == other.val_loss.tolist()


@pytest.mark.parametrize("members", [None, 2])
def test_a_split_is_the_same_as_the_data_that_it_chooses(members):
    x, labels, _ = datasets.load_iris()
    rows, held_out = split(np.eye(3)[labels], 0.2)
    assert np.bincount(labels[held_out]).tolist() == [10, 10, 10]
    make = (lambda: MLP([4, 3], output="softmax", seed=0)) if members is None else (
        lambda: Ensemble([4, 3], output="softmax", seeds=range(members)))  # fmt: skip
    one, other = make(), make()
    history = one.fit(x, labels, epochs=3, validation_split=0.2)
    expected = other.fit(x[rows], labels[rows], epochs=3, validation_data=(x[held_out], labels[held_out]))
    assert history == expected
    np.testing.assert_array_equal(one.parameters, other.parameters)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"validation_split": 0}, "validation_split: expected a finite number > 0 and < 1, got 0"),
        ({"validation_split": 1}, "validation_split: expected a finite number > 0 and < 1, got 1"),
        ({"validation_split": "half"}, "validation_split: expected a finite number"),
        ({"validation_split": 0.001}, "validation_split: expected a share that leaves samples for both, got 0.001"),
        (
            {"validation_split": 0.5, "validation_data": (np.ones((1, 4)), [0])},
            "validation_split: expected None beside validation_data, got both",
        ),
    ],
)
def test_a_share_that_leaves_nothing_is_refused_before_anything_changes(options, message):
    x, labels, _ = datasets.load_iris()
    net = MLP([4, 3], output="softmax", seed=0)
    before = net.parameters.copy()
    with pytest.raises(ValueError, match=message):
        net.fit(x, labels, **options)
    np.testing.assert_array_equal(net.parameters, before)
