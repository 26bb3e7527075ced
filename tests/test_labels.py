"""Labels of any kind become class indices, and the classes say what they stand for."""

import datetime
import decimal
import enum

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import MLP
from npnet.datasets import encode_labels

NAN = float("nan")


@given(
    st.one_of(
        st.lists(st.text("abc", max_size=3), min_size=1),
        st.lists(st.integers(-5, 5), min_size=1),
        st.lists(st.booleans(), min_size=1),
        st.lists(st.sampled_from([-1.5, 0, 2.0, np.inf]), min_size=1),
    ),
    st.sampled_from(
        [list, tuple, np.array, lambda a: np.array(a, object), pd.Series, lambda a: pd.DataFrame({"a": a})]
    ),
)
def test_indices_are_places_in_the_sorted_classes(labels, form):
    indices, classes = encode_labels(form(labels))
    assert (indices.dtype, indices.shape) == (np.dtype("int64"), (len(labels),))
    assert classes[indices].tolist() == labels
    assert classes.tolist() == ([False, True] if isinstance(labels[0], bool) else sorted(set(labels)))


def test_the_classes_are_scikit_learns():
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    labels = ["versicolor", "setosa", "virginica", "setosa"]
    encoder = preprocessing.LabelEncoder().fit(labels)
    indices, classes = encode_labels(labels)
    np.testing.assert_array_equal(indices, encoder.transform(labels))
    np.testing.assert_array_equal(classes, encoder.classes_)


@pytest.mark.parametrize("form", [pd.Series, pd.Categorical, pd.CategoricalIndex, lambda c: pd.DataFrame({"size": c})])
def test_categories_keep_their_order_also_those_without_samples(form):
    sizes = pd.Categorical(["large", "small"], ["small", "medium", "large"], ordered=True)
    indices, classes = encode_labels(form(sizes))
    assert (indices.tolist(), classes.tolist()) == ([2, 0], ["small", "medium", "large"])
    # The classes that are given decide
    assert encode_labels(form(sizes), ["large", "small"]).indices.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (np.array(["2021-01-01", "2020-01-01"], "datetime64[D]"), ["2020-01-01", "2021-01-01"]),
        (pd.Series(pd.to_datetime(["2021-01-01", "2020-01-01"])), ["2020-01-01", "2021-01-01"]),
        ([datetime.date(2021, 1, 1), datetime.date(2020, 1, 1)], ["2020-01-01", "2021-01-01"]),
        ([decimal.Decimal("0.2"), decimal.Decimal("0.1")], ["0.1", "0.2"]),
        ([b"b", b"a"], ["b'a'", "b'b'"]),
        (pd.Series(["b", "a"], dtype="string"), ["a", "b"]),
        (pd.Series([2, 1], dtype="Int64"), ["1", "2"]),
        (pd.Series([2, 1.5]), ["1.5", "2.0"]),
        (pd.Series([True, False], dtype="boolean"), ["False", "True"]),
        (np.array(["b", "a"], np.dtypes.StringDType()), ["a", "b"]),
        ([["b"], ["a"]], ["a", "b"]),
    ],
    ids=str,
)
def test_labels_may_be_of_many_types(labels, classes):
    indices, found = encode_labels(labels)
    assert indices.tolist() == [1, 0]
    assert [str(name)[: len(classes[0])] for name in found] == [name[: len(classes[0])] for name in classes]


@pytest.mark.parametrize(
    "labels",
    [[2**63 + 1, 2**63], [2**53 + 1, 0.5, 2**53], [2**64, 1], ["b\0", "b"], np.array(["b\0", "b"], object)],
    ids=str,
)
def test_labels_that_numpy_would_make_equal_are_classes_of_their_own(labels):
    indices, classes = encode_labels(labels)
    assert classes.tolist() == sorted(set(labels))
    assert classes[indices].tolist() == list(labels)
    assert encode_labels(labels, classes).indices.tolist() == indices.tolist()


def test_the_classes_of_the_training_data_serve_the_test_data():
    _, classes = encode_labels(["b", "c", "a"])
    assert encode_labels(["c", "c"], classes).indices.tolist() == [2, 2]
    assert encode_labels(np.array([True]), [True, False]).indices.tolist() == [0]
    assert encode_labels([3, 1], [3, 1]).classes.tolist() == [3, 1]
    assert encode_labels(np.array([3, 1], "uint8")).classes.dtype == np.uint8
    for wrong, message in (
        (
            ([np.datetime64("2020")], [np.datetime64("2021")]),
            "labels: expected one of the classes, got 2020 at index 0",
        ),
        ((["c", "d"], classes), r"labels: expected one of the classes, got 'd' at index 1"),
        ((["a"], ["a", "a"]), "classes: expected each class once, got 2 of which 1 are distinct"),
        ((["a"], [None]), "classes: expected a label for each sample, got None at index 0"),
        (([1], [True, 2]), "classes: expected labels of one kind, got booleans and numbers"),
        (([1], [{1}, {2}]), "classes: expected text, booleans or numbers, got a set"),
        ((["a"], []), r"classes: expected at least one label, of shape \(samples,\), got shape \(0,\)"),
    ):
        with pytest.raises(ValueError, match=message):
            encode_labels(*wrong)


@pytest.mark.parametrize(
    ("labels", "where"),
    [
        (["a", None, "b"], "None at index 1; 1 of 3 are missing"),
        (["a", NAN], "nan at index 1; 1 of 2 are missing"),
        ([0.0, NAN, NAN], "nan at index 1; 2 of 3 are missing"),
        (pd.Series(["a", None], dtype="str"), "nan at index 1"),
        (pd.Series(["a", None], dtype="string"), "<NA> at index 1"),
        (pd.Series([1, None], dtype="Int64"), "(<NA>|nan) at index 1"),
        (pd.Series(["a", None], dtype="category"), "nan at index 1"),
        (pd.Categorical([None, "a"]), "nan at index 0"),
        ([decimal.Decimal(1), decimal.Decimal("NaN")], "NaN at index 1"),
        ([decimal.Decimal("sNaN"), decimal.Decimal(1)], "sNaN at index 0"),
        (np.array(["2020", "NaT"], "datetime64[Y]"), "NaT at index 1"),
        (np.array(["a", None], np.dtypes.StringDType(na_object=None)), "None at index 1; 1 of 2 are missing"),
        (np.array(["a", NAN], np.dtypes.StringDType(na_object=NAN)), "nan at index 1; 1 of 2 are missing"),
        (np.array(["a", pd.NA], np.dtypes.StringDType(na_object=pd.NA)), "<NA> at index 1; 1 of 2 are missing"),
    ],
    ids=str,
)
def test_missing_labels_are_refused_by_their_place(labels, where):
    with pytest.raises(ValueError, match=f"labels: expected a label for each sample, got {where}"):
        encode_labels(labels)


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["a", 1], "labels: expected labels of one kind, got numbers and text"),
        (["a", True], "labels: expected labels of one kind, got booleans and text"),
        ([b"a", "a"], "labels: expected labels of one kind, got bytes and text"),
        (np.array([True, 1], object), "labels: expected labels of one kind, got booleans and numbers"),
        ([Colour.RED, Colour.BLUE], "classes: expected them in their order, as labels of type Colour have none"),
        ([{"a"}, {"b"}], "labels: expected text, booleans or numbers, got a set"),
        ([True, 2], "labels: expected labels of one kind, got booleans and numbers"),
        ((1, np.False_), "labels: expected labels of one kind, got booleans and numbers"),
        ([], r"labels: expected at least one label, of shape \(samples,\), got shape \(0,\)"),
        (pd.Categorical([]), r"labels: expected at least one label, of shape \(samples,\), got shape \(0,\)"),
        (pd.Series([], dtype="category"), r"labels: expected at least one label, .*, got shape \(0,\)"),
        ("yes", r"labels: expected at least one label, of shape \(samples,\), got shape \(\)"),
        (pd.DataFrame({"a": [1], "b": [2]}), r"labels: expected at least one label, .*, got shape \(1, 2\)"),
        (pd.CategoricalDtype(["a", "b"]), r"labels: expected at least one label, .*, got shape \(\)"),
        (np.eye(2), r"labels: expected at least one label, of shape \(samples,\), got shape \(2, 2\)"),
        ({"a": 1}, "labels: expected an array, got a dict"),
        ((label for label in "ab"), r"labels: expected an array, got a generator; list\(labels\) makes a list of it"),
    ],
    ids=str,
)
def test_labels_are_of_one_kind_and_stand_in_a_row(labels, message):
    with pytest.raises(ValueError, match=message):
        encode_labels(labels)


def test_labels_may_be_tuples():
    pairs = pd.MultiIndex.from_tuples([(1, "b"), (1, "a"), (1, "b")])
    indices, classes = encode_labels(pairs)
    assert (indices.tolist(), classes.tolist()) == ([1, 0, 1], [(1, "a"), (1, "b")])


def test_tuples_may_be_of_any_length():
    labels = np.empty(3, object)
    labels[:] = [("b",), ("a", "b"), ("b",)]
    indices, classes = encode_labels(labels)
    assert (indices.tolist(), classes.tolist()) == ([1, 0, 1], [("a", "b"), ("b",)])


def test_classes_of_an_array_keep_its_dtype():
    assert encode_labels(np.array([0.5, 0.25, 0.5], np.float32)).classes.dtype == np.float32


def test_labels_without_an_order_need_classes():
    indices, classes = encode_labels([Colour.BLUE, Colour.RED], list(Colour))
    assert (indices.tolist(), classes.tolist()) == ([1, 0], list(Colour))


def test_encoded_labels_train_a_net_of_one_unit_or_two():
    x, labels = [[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"]
    indices, classes = encode_labels(labels)
    for units, output, loss in ((1, "sigmoid", "binary_crossentropy"), (2, "softmax", "categorical_crossentropy")):
        net = MLP([1, units], output=output, seed=0)
        net.fit(x, indices, loss=loss, optimizer="adam", epochs=1000)
        p = net.predict(x)
        assert classes[p.argmax(axis=1) if units == 2 else (p[:, 0] > 0.5).astype(int)].tolist() == labels
        with pytest.raises(ValueError, match=r"y: .*datasets.encode_labels\(y\) makes class indices of labels"):
            net.fit(x, pd.Series(labels), loss=loss)


@pytest.mark.parametrize("unit", ["D", "s", "ns"])
def test_dates_are_found_among_classes_of_another_unit(unit):
    dates = np.array(["2021-03-01", "2020-02-29"], f"datetime64[{unit}]")
    known = encode_labels(np.array(["2020-02-29", "2021-03-01"], "datetime64[D]")).classes
    assert encode_labels(dates, known).indices.tolist() == [1, 0]
    assert encode_labels(known, dates).indices.tolist() == [1, 0]
    durations = np.array([48, 24], "timedelta64[h]")
    assert encode_labels(durations, np.array([1, 2], "timedelta64[D]")).indices.tolist() == [1, 0]


def test_text_that_reads_like_a_date_is_none():
    dates, text = np.array(["2021-03-01", "2020-02-29"], "datetime64[D]"), ["2021-03-01", "2020-02-29"]
    with pytest.raises(ValueError, match=r"got datetime.date\(2021, 3, 1\) at index 0"):
        encode_labels(dates, text)
    with pytest.raises(ValueError, match="got '2021-03-01' at index 0"):
        encode_labels(text, dates)
