"""The weights of samples that those of their classes make."""

from fractions import Fraction

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import datasets
from npnet.weighting import class_weights, named, weights_of
from reference.bounds.tolerance import assert_within, bound
from tests.strategies import seeds

ROWS = datasets.one_hot([2, 0, 1, 1], 3)
YES_OR_NO = np.array([[0.0], [1.0], [1.0]])


def test_each_sample_has_the_weight_of_its_class():
    assert class_weights(ROWS, [5, 6, 7]).tolist() == [7, 5, 6, 6]
    assert class_weights(ROWS, np.array([5, 6, 7])).tolist() == [7, 5, 6, 6]
    assert class_weights(ROWS, {0: 5, 1: 6, 2: 7}).tolist() == [7, 5, 6, 6]
    assert class_weights(ROWS, pandas.Series([7, 6], index=[2, 1])).tolist() == [7, 1, 6, 6]


def test_one_unit_has_two_classes_and_so_have_two():
    assert class_weights(YES_OR_NO, [2, 3]).tolist() == [2, 3, 3]
    assert class_weights(datasets.one_hot([0, 1, 1], 2), [2, 3]).tolist() == [2, 3, 3]
    assert class_weights(YES_OR_NO.astype(complex), [2, 3]).tolist() == [2, 3, 3]


def test_classes_without_samples_have_weights():
    assert class_weights(datasets.one_hot([0, 1], 3), [5, 6, 7]).tolist() == [5, 6]
    assert class_weights(datasets.one_hot([0, 0], 3), {2: 7}).tolist() == [1, 1]
    assert class_weights(np.zeros((2, 1)), [5, 6]).tolist() == [5, 5]


def test_a_class_that_has_no_weight_has_1():
    assert class_weights(ROWS, {1: 6}).tolist() == [1, 1, 6, 6]
    assert class_weights(ROWS, {np.int64(1): 0}).tolist() == [1, 1, 0, 0]
    assert class_weights(YES_OR_NO, {}).tolist() == [1, 1, 1]


@given(seeds, st.integers(1, 5), st.integers(1, 40))
def test_balanced_classes_count_the_same_and_their_mean_weight_is_1(seed, classes, samples):
    labels = np.random.default_rng(seed).integers(0, classes, samples)
    rows = datasets.one_hot(labels, classes) if classes > 1 else labels.reshape(-1, 1).astype(float)
    weights = class_weights(rows, "balanced")
    present = np.unique(labels)
    assert_within(weights.sum(), samples, bound(samples + 3, samples, "float64"))
    for k in present:
        share = samples / len(present)
        assert_within(weights[labels == k].sum(), share, bound(samples + 3, share, "float64"))


def test_balanced_weights_are_those_of_classes():
    with pytest.raises(ValueError, match=r"^w: expected a number for each sample, got 'balanced'; class_weight takes"):
        weights_of("w", ROWS, "balanced", None)


def test_weights_of_samples_and_of_classes_are_multiplied():
    assert weights_of("w", ROWS, [1, 2, 3, 4], [5, 6, 7]).tolist() == [7, 10, 18, 24]
    assert weights_of("w", ROWS, [1, 2, 3, 4], None).tolist() == [1, 2, 3, 4]
    assert weights_of("w", ROWS, None, [5, 6, 7]).tolist() == [7, 5, 6, 6]
    assert weights_of("w", ROWS, None, None) is None


def test_weights_of_samples_may_be_any_column_of_numbers():
    for column in (
        np.array([[1], [2], [3], [4]]),
        pandas.Series([1, 2, 3, 4], index=[9, 8, 7, 6]),
        pandas.DataFrame({"w": [1, 2, 3, 4]}),
        np.array([1, 2.0, Fraction(3), 4], object),
    ):
        weights = weights_of("w", ROWS, column, None)
        assert (weights.tolist(), weights.dtype.kind) == ([1, 2, 3, 4], "f")
    assert weights_of("w", ROWS, [True, False, True, True], None).tolist() == [1, 0, 1, 1]


def test_balanced_weights_count_samples_not_their_own_weights():
    own = np.array([10.0, 1, 1, 1])
    assert weights_of("w", ROWS, own, "balanced").tolist() == (own * class_weights(ROWS, "balanced")).tolist()


@pytest.mark.parametrize("wrong", ["balance", 2.0, b"12", {1, 2}, np.array(2.0), np.ones((3, 1))])
def test_other_kinds_of_class_weights_are_refused(wrong):
    with pytest.raises(ValueError, match=r"class_weight: expected a dict .* or 'balanced', got"):
        class_weights(ROWS, wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([1, 2], r"class_weight: expected 3 weights, one for each class, got 2"),
        ([1, 2, 3, 4], r"class_weight: expected 3 weights, one for each class, got 4"),
        ({3: 1}, r"class_weight: expected class indices from 0 to 2, got 3"),
        ({-1: 1}, r"class_weight: expected a whole number >= 0, got -1"),
        ({"yes": 1}, r"class_weight: expected a whole number >= 0, got 'yes'"),
        ({1.0: 1}, r"class_weight: expected a whole number >= 0, got 1.0"),
        ([1, -2, 1], r"class_weight\[1\]: expected a finite number >= 0, got -2"),
        ({2: np.nan}, r"class_weight\[2\]: expected a finite number >= 0, got nan"),
        ([1, np.inf, 1], r"class_weight\[1\]: expected a finite number >= 0, got inf"),
        ([1, "2", 1], r"class_weight\[1\]: expected a finite number >= 0, got '2'"),
        ([[1], [2, 3], [4]], r"class_weight\[0\]: expected a finite number >= 0, got \[1\]"),
    ],
)
def test_class_weights_that_do_not_fit_are_refused_by_name(wrong, message):
    with pytest.raises(ValueError, match=message):
        class_weights(ROWS, wrong)


@pytest.mark.parametrize("labels", [[[1.0, 1.0]], [[0.5, 0.5]], [[0.5]], [[0.0, 0.0]]])
def test_classes_have_weights_only_where_labels_name_classes(labels):
    with pytest.raises(ValueError, match=r"class_weight: expected labels that name classes .* sample_weight"):
        class_weights(np.array(labels), "balanced")


def test_classes_may_be_named_by_the_truth():
    labels = np.array([[0.0], [1.0]])
    for weights in ({False: 1, True: 5}, {np.True_: 5}):
        assert class_weights(labels, weights).tolist() == [1, 5]


def test_a_product_under_the_smallest_number_is_0():
    with np.errstate(all="raise"):
        assert weights_of("w", ROWS, np.r_[1e-200, np.ones(len(ROWS) - 1)], [1, 1, 1e-200]).min() == 0


def test_a_product_that_overflows_is_refused_by_both_names():
    with pytest.raises(ValueError, match=r"^w \* class_weight: expected finite numbers, got inf at index \(0,\)"):
        weights_of("w", ROWS, np.full(len(ROWS), 1e300), [1e300] * 3)


def test_weights_are_named_by_the_arguments_that_are_given():
    assert (named("w", [1], None), named("w", None, [1])) == ("w", "class_weight")
    assert named("w", [1], [1]) == "w * class_weight"
