"""What users have becomes arrays of numbers, or is named with the way out."""

import collections
import decimal
import fractions
import importlib
import re

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from npnet import MLP, _arrays, losses

NAN = float("nan")


def refused(message):
    return pytest.raises(ValueError, match=message)


class Tensor:
    """What NumPy can make an array of by one method, as of the tensors of other libraries."""

    def __init__(self, values, error=None):
        self.values, self.error = values, error

    def __array__(self, dtype=None, copy=None):
        if self.error:
            raise self.error
        return np.array(self.values, dtype)


ROWS = [[0.5, 1.0], [2.0, 0.0]]


@pytest.mark.parametrize(
    "value",
    [
        tuple(map(tuple, ROWS)),
        collections.deque(ROWS),
        np.array(ROWS, object),
        np.array(ROWS).view(np.matrix),
        np.ma.masked_array(ROWS),
        np.ma.masked_array(ROWS, np.zeros((2, 2))),
        [np.ma.masked_array(row) for row in ROWS],
        [[decimal.Decimal("0.5"), fractions.Fraction(1)], [2, False]],
        np.array([[decimal.Decimal("0.5"), fractions.Fraction(1)], [2, False]], object),
        [[np.float32(0.5), True], [2, 0]],
        pd.DataFrame(ROWS),
        pd.DataFrame({"a": [0.5, 2.0], "b": [True, False]}),
        pd.DataFrame({"a": [0.5, 2.0], "b": [True, False]}, dtype=object),
        pd.DataFrame({"a": pd.array([0.5, 2], "Float64"), "b": pd.array([1, 0], "Int64")}),
        pd.DataFrame({"a": [0.5, 2.0], "b": pd.array([True, False], "boolean")}),
        pd.DataFrame({"a": [0.5, 2.0], "b": pd.arrays.SparseArray([1.0, 0.0])}),
        pd.get_dummies(pd.DataFrame({"a": [0.5, 2.0], "b": ["x", "y"]}), drop_first=False)[["a", "b_x"]],
        Tensor(ROWS),
        [Tensor(row) for row in ROWS],
    ],
    ids=lambda value: type(value).__name__,
)
def test_tables_of_numbers_are_taken(value):
    net = MLP([2, 1], seed=0)
    np.testing.assert_array_equal(net.predict(value), net.predict(np.array(ROWS)))


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (scipy.sparse.csr_matrix(ROWS), r"a csr_matrix, which is sparse; x.toarray\(\) makes an array of it"),
        (scipy.sparse.coo_array(ROWS), r"a coo_array, which is sparse; x.toarray\(\) makes an array of it"),
        ((row for row in ROWS), r"a generator; list\(x\) makes a list of it"),
        (map(list, ROWS), r"a map; list\(x\) makes a list of it"),
        ({"a": [0.5, 2]}.values(), r"a dict_values; list\(x\) makes a list of it"),
        ({"a": [0.5, 2]}, r"a dict; numpy.column_stack\(list\(x.values\(\)\)\) makes columns of its values"),
        ({0.5, 1.0}, "a set, which has no order; a list has one"),
        (frozenset([0.5]), "a frozenset, which has no order"),
        (Tensor(ROWS, RuntimeError("use detach()")), r"a Tensor: use detach\(\)"),
        (Tensor(ROWS, TypeError("it is on a GPU")), "a Tensor: it is on a GPU"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_array_is_named_with_the_way_out(value, got):
    for check in (_arrays.read, _arrays.as_numbers):
        with refused(f"^x: expected an array, got {got}"):
            check("x", value)


def test_a_list_of_what_is_no_array_says_why():
    tensors = [Tensor(row, RuntimeError("use detach()")) for row in ROWS]
    with refused(r"x: expected an array, got a list: use detach\(\)"):
        _arrays.read("x", tensors)
    with refused("x: expected an array, got a Tensor: it is ragged"):
        _arrays.read("x", Tensor(ROWS, ValueError("it is ragged")))
    for ragged in ([[1], [1, 2]], ((1,), 2)):
        with refused("x: expected a rectangular array of numbers, got a ragged one"):
            _arrays.read("x", ragged)


def test_short_floats_of_other_libraries_are_taken():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    array = _arrays.as_numbers("x", np.array(ROWS, ml_dtypes.bfloat16))
    assert (array.dtype, array.tolist()) == (np.dtype("float32"), ROWS)
    with refused(r"x: expected numbers, got dtype \|V8$"):
        _arrays.as_numbers("x", np.zeros(2, "V8"))


def test_what_only_can_be_made_dense_is_sparse():
    class Old:
        def todense(self):
            return ROWS

    with refused(r"x: expected an array, got an Old, which is sparse; x.todense\(\) makes an array of it"):
        _arrays.read("x", Old())


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (np.ma.masked_array(ROWS, [[0, 1], [0, 0]]), "1 masked value;"),
        (np.ma.masked_array(ROWS, [[0, 1], [1, 1]]), "3 masked values;"),
        ([1.0, np.ma.masked], "1 masked value;"),
        ([[1.0, 2.0], [np.ma.masked, 3.0]], "1 masked value;"),
        (([1.0, 2.0], np.ma.masked_array([1.0, 2.0], [True, True])), "2 masked values;"),
    ],
)
def test_masked_values_are_refused_wherever_they_are(value, count):
    with refused(f"x: expected an array without a mask, got a masked one, with {count} fill them, or leave them out"):
        _arrays.as_numbers("x", value)


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ([1, None], r"None at index \(1,\)$"),
        (None, "None$"),
        (object(), "an object$"),
        ([[1, 2], [3, pd.NA]], r"<NA> at index \(1, 1\)$"),
        (pd.Series([1, pd.NA], dtype=object), r"<NA> at index \(1,\)$"),
        ([1, pd.Timestamp("2020")], r"a Timestamp at index \(1,\)$"),
        (np.array([1, np.timedelta64(1, "D")], object), r"a timedelta64 at index \(1,\)$"),
        (Tensor(np.array([1, np.timedelta64(1, "D")], object)), r"a timedelta64 at index \(1,\)$"),
        (np.array([1, pd.NaT], object), r"NaT at index \(1,\)$"),
        ([{"a": 1}, {"a": 2}], r"a dict at index \(0,\); \[list\(row.values\(\)\) for row in x\] has numbers alone$"),
        ([scipy.sparse.csr_array(ROWS)], r"a csr_array at index \(0,\)$"),
        (np.array([np.ones(2), np.ones(3)], object), r"an ndarray at index \(0,\); numpy.stack joins arrays"),
        (np.array([1, "a"], object), r"'a' at index \(1,\); datasets.encode_labels and one_hot make columns"),
        (np.array(["1.5", 1], object), r"'1.5' at index \(0,\); astype\(float\) reads numbers"),
        (np.array([b"a"], object), r"b'a' at index \(0,\); datasets"),
        (pd.DataFrame({"a": [1, 2], "b": pd.Series([1, pd.NA], dtype=object)}), "<NA> in row 1, column 'b'$"),
        (pd.DataFrame({"a": pd.Series([1, None], ["r", "s"], object)}), r"None in row 1 \(labelled s\), column 'a'$"),
        (pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), "'x' in row 0, column 'b'; datasets"),
    ],
    ids=str,
)  # fmt: skip
def test_the_element_that_is_no_number_is_named(value, got):
    with refused(f"x: expected numbers, got dtype object, {got}"):
        _arrays.as_numbers("x", value)


def test_infinite_numbers_of_a_table_are_named_by_row_and_column():
    net = MLP([2, 1], seed=0)
    table = pd.DataFrame({"age": [1.0, 2.0, 3.0], "fare": [1.0, 2.0, NAN]})
    with refused("x: expected finite numbers, got nan in row 2, column 'fare'"):
        net.predict(table)
    with refused(r"x: expected finite numbers, got nan in row 1 \(labelled 2\), column 'fare'"):
        net.predict(table.drop(index=1))
    with refused(r"y: expected finite numbers, got nan in row 2, column 'fare'"):
        net.evaluate(np.ones((3, 2)), table[["fare"]])
    with refused(r"y: expected finite numbers, got nan at index \(2, 0\)"):
        net.evaluate(np.ones((3, 2)), table["fare"])


def test_a_row_alone_has_no_columns():
    table = pd.DataFrame({"a": [1.0], "b": [2.0]})
    assert _arrays.place((1,), table) == "at index (1,)"
    assert _arrays.place((0, 1), table) == "in row 0, column 'b'"
    assert _arrays.place((0, 1), table.to_numpy()) == "at index (0, 1)"


@pytest.mark.parametrize("label", [pd.NA, pd.NaT, None, np.nan, ("a", pd.NA)], ids=str)
def test_a_row_may_be_labelled_by_what_is_missing(label):
    index = pd.MultiIndex.from_tuples([("b", 0), label]) if isinstance(label, tuple) else pd.Index([0, label], object)
    table = pd.DataFrame({"a": [1.0, np.nan]}, index)
    with refused(r"x: expected finite numbers, got nan in row 1 \(labelled .*\), column 'a'"):
        MLP([1, 1]).predict(table)


def test_a_table_need_not_be_pandas():
    class Arrow(Tensor):
        columns, column_names = (object(), object()), ("a", "b")

    class Polars(Tensor):
        columns = ("a", "b")

    for kind in (Arrow, Polars):
        with refused("x: expected finite numbers, got nan in row 1, column 'b'"):
            MLP([2, 1]).predict(kind([[0, 0], [1, NAN]]))


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([True, np.False_], "bool"),
        ([True, 2], "int64"),
        ([np.uint8(1), 2**62], "int64"),
        ([1, 2**64], "float64"),
        ([1, 0.5], "float64"),
        ([True, np.float32(0.5)], "float64"),
        ([1, 1j], "complex128"),
        ([1, np.complex64(1j)], "complex128"),
        ([1, NAN], "float64"),
    ],
)
def test_objects_that_are_numbers_get_their_dtype(values, dtype):
    array = _arrays.as_numbers("x", np.array(values, object))
    assert array.dtype == dtype
    np.testing.assert_array_equal(array, np.array(values).astype(dtype))


def test_numbers_that_no_float_can_hold_are_refused():
    with refused("x: expected numbers that fit float64, got a whole number that is larger"):
        _arrays.as_numbers("x", [1, 10**400])


def test_symbols_that_were_given_in_an_array_are_kept():
    class Symbol:
        pass

    for values in ([fractions.Fraction(1, 3), 2], [Symbol(), 1.0], [Symbol(), NAN]):
        array = np.array(values, object)
        assert _arrays.as_numbers("x", array) is array
    empty = np.array([], object)
    assert _arrays.as_numbers("x", empty) is empty
    assert _arrays.as_numbers("x", pd.Series([], dtype=object)).dtype == np.float64
    with refused(r"x: expected numbers, got dtype object, a Symbol at index \(0,\)"):
        _arrays.as_numbers("x", [Symbol()])


def test_fractions_become_floats_for_nets_of_floats_alone():
    thirds = np.array([[fractions.Fraction(1, 3), decimal.Decimal(2)]], object)
    assert _arrays.fractions_as_floats(thirds).tolist() == [[1 / 3, 2]]
    half = fractions.Fraction(1, 2)
    for others in ([1j], [object()], [10**400], [half, "1.5"], [half, None]):
        kept = np.array(others, object)
        assert _arrays.fractions_as_floats(kept) is kept
    floats = np.ones(2)
    assert _arrays.fractions_as_floats(floats) is floats
    y = np.array([[fractions.Fraction(1, 4)]], object)
    for loss in ("mse", "binary_crossentropy"):
        assert losses.get(loss)(y, [[0.5]]) == losses.get(loss)([[0.25]], [[0.5]])
    net = MLP([2, 1], dtype="float64", seed=0)
    assert net.evaluate(thirds, y) == net.evaluate([[1 / 3, 2]], [[0.25]])


@pytest.mark.parametrize("dtype", ["U3", "S3", np.dtypes.StringDType()])
def test_text_is_shown_with_the_way_out(dtype):
    for text, way_out in (("a", "datasets.encode_labels and one_hot"), ("1.5", r"astype\(float\) reads")):
        with refused(f"x: expected numbers, got dtype .*, text such as b?'{text}'; {way_out}"):
            _arrays.as_numbers("x", np.array([text], dtype))
    with refused("x: expected numbers, got dtype [^,]*, text$"):
        _arrays.as_numbers("x", np.array([], dtype))
    with refused("y: expected labels, got dtype .*, text such as b?'1'; do this"):
        _arrays.as_numbers("y", np.array(["1"], dtype), "labels", "; do this")


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA], ids=str)
def test_a_text_that_is_missing_is_none_to_show(missing):
    dtype = np.dtypes.StringDType(na_object=missing)
    for texts, end in (([missing, "1"], "text such as '1'; astype"), ([missing], "text$")):
        with refused(f"x: expected numbers, got dtype .*, {end}"):
            _arrays.as_numbers("x", np.array(texts, dtype))


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", "float64", "complex64"])
def test_arrays_of_numbers_pass_as_they_are(dtype):
    array = np.ones(3, dtype)
    assert _arrays.read("x", array) is _arrays.as_numbers("x", array) is array


def test_one_text_is_shown_and_only_one():
    with refused("text such as 'a'; datasets.encode_labels and one_hot make columns of 0 and 1 of text$"):
        _arrays.as_numbers("x", ["a", "b", "c"])
    with refused(r"text such as '1'; astype\(float\) reads numbers that are written as text$"):
        _arrays.as_numbers("x", ["1", "2", "3"])


def test_the_first_text_that_is_no_number_is_shown():
    with refused("x: expected numbers, got dtype <U3, text such as '[?]'; datasets.encode_labels and one_hot"):
        _arrays.as_numbers("x", [["1.0", "2"], ["?", "!"]])


@pytest.mark.parametrize(
    ("array", "way_out"),
    [
        (
            np.array(["2020-01-01", "2020-01-03"], "datetime64[h]"),
            "(x - x.min()) / numpy.timedelta64(1, 'D') counts days",
        ),
        (np.array([0, 2], "timedelta64[D]"), "x / numpy.timedelta64(1, 'D') counts days"),
        (
            np.array([(0, 2.0)], [("a", "i4"), ("b", "f8")]),
            "numpy.lib.recfunctions.structured_to_unstructured(x) makes columns of the fields",
        ),
    ],
    ids=str,
)
def test_the_way_out_from_other_dtypes_leads_to_numbers(array, way_out):
    with refused(re.escape(f"got dtype {array.dtype}; {way_out}")):
        _arrays.as_numbers("x", array)
    importlib.import_module("numpy.lib.recfunctions")
    numbers = eval(way_out.partition(" counts")[0].partition(" makes")[0], {"numpy": np, "x": array})
    assert numbers.ravel().tolist() == [0, 2]


def test_the_articles_are_right():
    assert [_arrays.with_article(value) for value in ([], 1, np.ones(1), object(), Ellipsis)] == [
        "a list", "an int", "an ndarray", "an object", "an ellipsis"
    ]  # fmt: skip


@pytest.mark.parametrize("value", [None, NAN, np.float32(NAN), pd.NA, pd.NaT, np.datetime64("NaT"), np.ma.masked])
def test_missing_values_are_known(value):
    assert _arrays.is_missing(value)


@pytest.mark.parametrize("value", [0, "", 0.0, False, np.inf, "nan", np.datetime64(0, "D"), np.array([NAN, 1])])
def test_other_values_are_not_missing(value):
    assert not _arrays.is_missing(value)
