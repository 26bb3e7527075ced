import numpy as np
import pytest

from npnet.sweeping.data import Data, Split, gathered, parts_of

X, Y = np.arange(24.0).reshape(12, 2), np.array([0, 1, 2] * 4)


def test_folds_are_measured_on_each_sample_once_and_trained_on_the_others():
    data = gathered(X, Y, None, 4, seed=0)
    measured = np.concatenate([split.validation()[0] for split in data.splits])
    assert sorted(measured[:, 0]) == list(X[:, 0])
    for split in data.splits:
        assert not set(split.training()[0][:, 0]) & set(split.validation()[0][:, 0])
        assert len(split.training()[0]) + len(split.validation()[0]) == len(X)
        assert np.bincount(split.validation()[1]).tolist() == [1, 1, 1]


def test_one_hot_labels_are_shared_out_by_class_too():
    parts = parts_of(np.eye(3)[Y], 4, seed=0)
    assert np.bincount(Y * 4 + parts).tolist() == [1] * 12
    assert np.bincount(parts_of(np.linspace(0, 1, 12), 4, seed=0)).tolist() == [3] * 4


def test_a_split_gives_all_samples_or_some():
    x, y, some, others = np.arange(6).reshape(3, 2), np.array([0, 1, 0]), np.array([0, 2]), np.array([1])
    whole, beside, part = (
        Split(x, y, None, None, None, None), Split(x, y, None, x, y, None), Split(x, y, some, x, y, others),
    )  # fmt: skip
    assert [array is given for array, given in zip(whole.training(), (x, y))] == [True, True]
    assert whole.validation() is None
    assert [array is given for array, given in zip(beside.validation(), (x, y))] == [True, True]
    assert [array.tolist() for array in part.training()] == [[[0, 1], [4, 5]], [0, 0]]
    assert [array.tolist() for array in part.validation()] == [[[2, 3]], [1]]


def test_each_sample_may_be_a_part():
    assert sorted(parts_of(np.array([0, 1, 1, 0]), 4, seed=0)) == [0, 1, 2, 3]
    assert len(gathered(np.eye(4), np.arange(4.0), None, 4, seed=0).splits) == 4


def test_samples_of_a_class_stay_in_the_order_in_which_they_were_drawn():
    """So that parts are the same whichever algorithm NumPy sorts by."""
    y = np.random.default_rng(1).integers(0, 3, 500)
    order = sorted(np.random.default_rng(7).permutation(500).tolist(), key=y.tolist().__getitem__)
    expected = np.empty(500, int)
    expected[order] = np.arange(500) % 5
    np.testing.assert_array_equal(parts_of(y, 5, seed=7), expected)


def test_folds_are_drawn_from_a_seed():
    assert (parts_of(Y, 3, 0) == parts_of(Y, 3, 0)).all()
    assert (parts_of(Y, 3, 0) != parts_of(Y, 3, 1)).any()


def test_files_give_the_same_data_that_nobody_can_write_to(tmp_path):
    for data in (gathered(X, Y, None, 3, 0), gathered(X, Y, (X[:3], Y[:3]), None, 0), gathered(X, Y, None, None, 0)):
        data.write(tmp_path)
        read = Data.read(tmp_path)
        assert read.digest() == data.digest()
        assert type(read.splits[0].x) is np.ndarray
        with pytest.raises(ValueError, match="read-only"):
            read.splits[0].x[0] = 1
    assert read.splits[0].validation() is None


def test_arrays_of_folds_are_written_once(tmp_path):
    gathered(X, Y, None, 3, 0).write(tmp_path)
    # Samples, labels, and the rows to train and to measure on
    assert len(list(tmp_path.glob("*.npy"))) == 2 + 3 * 2


def test_other_data_have_another_digest():
    several = [
        gathered(*given, 0)
        for given in (
            (X, Y, None, None), (X, Y, None, 3), (X + 1, Y, None, None), (X, Y[::-1], None, None),
            (X.astype("float32"), Y, None, None), (X.reshape(12, 1, 2), Y, None, None), (X, Y, (X, Y), None),
        )
    ]  # fmt: skip
    assert len({data.digest() for data in several}) == len(several)


def test_the_callers_arrays_are_not_copied_and_not_written_to():
    data = gathered(X, Y, None, None, 0)
    assert np.shares_memory(data.splits[0].x, X)
    with pytest.raises(ValueError, match="read-only"):
        data.splits[0].x[0] = 1
    X[0, 0] = 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((X, Y[:3], None, None), "y: expected a label for each of 12 samples, got 3"),
        ((X, Y, (X, Y), 3), "validation_data: expected None beside folds, got both"),
        ((X, Y, None, 1), "folds: expected a whole number >= 2, got 1"),
        ((X, Y, None, 13), "folds: expected at most one for each of 12 samples, got 13"),
        ((X, Y, X, None), "validation_data: expected (x, y), got "),
        ((X[:0], Y[:0], None, None), "x: expected numbers, got dtype float64 and shape (0, 2)"),
    ],
)
def test_what_does_not_fit_is_refused(given, said):
    with pytest.raises(ValueError) as caught:
        gathered(*given, 0)
    assert str(caught.value).startswith(said)


def test_samples_are_counted_without_a_copy(irises):
    whole = gathered(irises["x"], irises["y"], None, None, 0).splits[0]
    assert whole.samples == len(whole.training()[0]) == len(irises["x"])
    fold = gathered(irises["x"], irises["y"], None, 3, 0).splits[0]
    assert fold.samples == len(fold.training()[0]) == 80
