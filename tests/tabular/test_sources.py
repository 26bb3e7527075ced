import gzip
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from npnet.tabular import Format, Table, sources
from npnet.tabular.sources import open_source
from tests.tabular.tables import names, written


def cells(source):
    """Return all cells, row by row."""
    batches = [[column.to_pylist() for column in batch] for batch in source.batches(source.names)]
    return [row for batch in batches for row in zip(*batch)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n3,4\n", [("1", "2"), ("3", "4")]),
        ("a,b\n1,2\n3,4", [("1", "2"), ("3", "4")]),
        ("a,b\r\n1,2\r\n\r\n3,4\r\n", [("1", "2"), ("3", "4")]),
        ("\n\n a , b \n1,2\n", [("1", "2")]),
        ('"a",b\n"1,5","x ""y"""\n', [("1,5", 'x "y"')]),
        ('a,b\n"one\ntwo",2\n', [("one\ntwo", "2")]),
        ("a,b\n,\n1,\n", [(None, None), ("1", None)]),
        ("a;b\n1;2\n", [("1", "2")]),
        ("a\tb\n1\t2\n", [("1", "2")]),
        (b"\xef\xbb\xbfa,b\n1,2\n", [("1", "2")]),
    ],
)
def test_a_file_is_its_cells(tmp_path, text, expected):
    source = open_source(written(tmp_path, text))
    assert source.names == ("a", "b")
    assert cells(source) == expected


@pytest.mark.parametrize(
    ("header", "form", "expected"),
    [
        ("a,b;c", Format(), ("a", "b;c")),
        ("a,b;c;d", Format(), ("a,b", "c", "d")),
        ("a,b;c,d", Format(decimal=","), ("a,b", "c,d")),
        ("a,b;c,d", Format(delimiter=";"), ("a,b", "c,d")),
        ("a|b", Format(delimiter=","), ("a|b",)),
    ],
)
def test_the_delimiter_is_the_one_given_or_the_one_that_the_header_has_most_often(tmp_path, header, form, expected):
    assert open_source(written(tmp_path, f"{header}\n"), form).names == expected


@pytest.mark.parametrize("name", ["data.csv", "data.csv.gz"])
def test_the_end_of_a_line_stays_as_it_is_in_a_cell(tmp_path, name):
    text = b'"a\r\nx",b\r\n"1\r\n2",3\r\n'
    source = open_source(written(tmp_path, gzip.compress(text) if name.endswith("gz") else text, name))
    assert source.names == ("a\r\nx", "b")
    assert cells(source) == [("1\r\n2", "3")]


def test_columns_come_in_the_order_in_which_they_are_asked_for(tmp_path):
    source = open_source(written(tmp_path, "a,b,c\n1,2,3\n"))
    assert [[column.to_pylist() for column in batch] for batch in source.batches(["c", "a"])] == [[["3"], ["1"]]]


@pytest.mark.parametrize("block", [32, 1 << 20])
def test_a_cell_may_have_lines_wherever_a_file_is_cut(tmp_path, monkeypatch, block):
    monkeypatch.setattr(sources, "BLOCK", block)
    text = "a,b\n" + "".join(f'"one\ntwo {i}",{i}\n' for i in range(30)) + "\n" * 99
    assert cells(open_source(written(tmp_path, text))) == [(f"one\ntwo {i}", str(i)) for i in range(30)]


def test_a_zipped_file_is_read_as_it_was(tmp_path):
    path = written(tmp_path, gzip.compress(b"a,b\n1,2\n"), "data.csv.gz")
    assert cells(open_source(path)) == [("1", "2")]


def test_another_encoding_is_read_where_it_is_named(tmp_path):
    path = written(tmp_path, "größe,b\n1,ä\n".encode("latin-1"))
    source = open_source(path, Format(encoding="latin-1"))
    assert source.names == ("größe", "b")
    assert cells(source) == [("1", "ä")]
    zipped = written(tmp_path, gzip.compress("größe,b\n1,ä\n".encode("latin-1")), "data.csv.gz")
    assert open_source(zipped, Format(encoding="latin-1")).names == ("größe", "b")
    with pytest.raises(ValueError, match=r"expected text in utf-8, got .*encoding=\.\.\. names another one"):
        open_source(path)


def test_text_that_is_not_utf8_below_the_header_is_refused(tmp_path):
    path = written(tmp_path, b"a,b\n" + b"1,x\n" * 9 + b"1,\xff\n")
    with pytest.raises(ValueError, match=r"data.csv: expected text in utf-8, got"):
        Table.read(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "data.csv: expected a header line, got an empty file"),
        ("\n \n", "data.csv: expected a header line, got an empty file"),
        ("a,b,a\n1,2,3\n", "data.csv: expected columns of different names, got 2 named 'a'"),
        (
            ",a\n0,1\n",
            "data.csv: expected a name for each column, got none for column 1; an index that pandas wrote has none: "
            "to_csv(..., index=False) leaves it out",
        ),
        ("a,,b\n0,1,2\n", "data.csv: expected a name for each column, got none for column 2"),
        ("a,b\n", "data.csv: expected rows below the header, got none"),
        ("a,b", "data.csv: expected rows below the header, got none"),
        ("a,b\n1,2\n\n3\n", "data.csv: expected 2 cells in each line, as the header, got 1 in line 4"),
        ('a,b\n"x\ny",2\n3,4,5\n', "data.csv: expected 2 cells in each line, as the header, got 3 in line 4"),
        (
            'a,b\nx,"2\ny,z\n',
            "data.csv: expected a quotation mark at the end of each quoted cell, got none for one that begins in "
            "line 2",
        ),
        (
            'a\nz\n"x\ny\n',
            "data.csv: expected a quotation mark at the end of each quoted cell, got none for one that begins in "
            "line 3",
        ),
        (
            'a;b\nv;w\nx;"y\nz;u\n',
            "data.csv: expected a quotation mark at the end of each quoted cell, got none for one that begins in "
            "line 3",
        ),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, text, message):
    with pytest.raises(ValueError) as caught:
        Table.read(written(tmp_path, text))
    assert str(caught.value) == message


def test_a_header_that_is_no_row_of_cells_is_refused_by_its_line(tmp_path):
    with pytest.raises(ValueError, match=r"data.csv, line 1: expected cells of a CSV file, got field larger than"):
        open_source(written(tmp_path, f"a,{'b' * 140_000}\n1,2\n"))


def test_another_error_of_arrow_is_told_as_it_is(tmp_path, monkeypatch):
    source = open_source(written(tmp_path, "a,b\n1,2\n"))

    def fail(*_):
        raise pa.ArrowInvalid("something else")

    monkeypatch.setattr(pa.csv, "open_csv", fail)
    with pytest.raises(ValueError, match=r"data.csv: expected a CSV file, got one with an error: something else"):
        cells(source)


def test_a_file_that_has_gone_is_an_error_of_the_system(tmp_path):
    source = open_source(written(tmp_path, "a,b\n1,2\n"))
    assert cells(source) == [("1", "2")]
    source.path.unlink()
    with pytest.raises(FileNotFoundError):
        cells(source)


def test_a_row_longer_than_a_block_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "BLOCK", 100)
    with pytest.raises(ValueError, match="expected rows of less than 100 bytes below the header"):
        Table.read(written(tmp_path, f"a,b\n1,2\n1,{'x' * 200}\n"))


def test_a_header_longer_than_a_block_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "BLOCK", 100)
    header = ",".join(f"column{i}" for i in range(50))
    with pytest.raises(ValueError, match="expected rows of less than 100 bytes"):
        Table.read(written(tmp_path, f"{header}\n{','.join('1' * 50)}\n"))


def test_a_row_is_placed_as_a_text_editor_counts_lines(tmp_path):
    source = open_source(written(tmp_path, '\n"a\nx",b\n1,2\n\n"3\n4",5\n6,7\n'))
    assert [source.place(row) for row in range(3)] == ["line 4", "line 6", "line 8"]
    assert source.place(3) == "row 3"


@pytest.mark.parametrize("block", [16, 64, 1 << 20])
def test_cells_do_not_depend_on_how_a_file_is_cut(tmp_path, monkeypatch, block):
    monkeypatch.setattr(sources, "BLOCK", block)
    text = "a,b\n" + "".join(f"{i},word {i % 3}\n" for i in range(50))
    table = Table.read(written(tmp_path, text))
    np.testing.assert_array_equal(table.columns["a"].values, np.arange(50))
    assert names(table.columns["b"]) == [f"word {i % 3}" for i in range(50)]


FRAME = pd.DataFrame({"n": [1.5, np.nan, 3.0], "c": ["x", None, "y"], "t": [True, False, True]})


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: FRAME,
        lambda folder: FRAME.convert_dtypes(),
        lambda folder: FRAME.astype({"c": "category"}),
        lambda folder: FRAME.astype(object),
        lambda folder: FRAME.set_index(pd.Index([7, 8, 9])),
        lambda folder: pa.Table.from_pandas(FRAME),
        lambda folder: pa.concat_tables([pa.Table.from_pandas(FRAME[:1]), pa.Table.from_pandas(FRAME[1:])]),
        lambda folder: pa.RecordBatch.from_pandas(FRAME),
        lambda folder: {name: FRAME[name].tolist() for name in FRAME},
        lambda folder: written_parquet(folder, FRAME),
        lambda folder: written_parquet(folder, FRAME.set_index(pd.Index([7, 8, 9]))),
        lambda folder: written_parquet(folder, FRAME.set_index(pd.Index([7, 1, 9]))),
        lambda folder: written(folder, FRAME.to_csv(index=False)),
    ],
)
def test_frames_and_files_of_all_kinds_are_the_same_table(tmp_path, make):
    table = Table.read(make(tmp_path))
    assert table.kinds == {"n": "number", "c": "category", "t": "truth"}
    np.testing.assert_array_equal(table.columns["n"].values, [1.5, np.nan, 3])
    assert names(table.columns["c"]) == ["x", None, "y"]
    assert table.columns["t"].values.tolist() == [1, 0, 1]


def written_parquet(folder, frame):
    frame.to_parquet(folder / "data.parquet")
    return folder / "data.parquet"


def test_numbers_that_are_text_in_a_parquet_file_are_names(tmp_path):
    frame = pd.DataFrame({"a": ["1", "2"], "b": [1, 2]})
    assert Table.read(written_parquet(tmp_path, frame)).kinds == {"a": "category", "b": "number"}
    assert Table.read(written(tmp_path, frame.to_csv(index=False))).kinds == {"a": "number", "b": "number"}


def test_a_gzipped_file_that_was_cut_or_is_none_is_refused(tmp_path):
    rows = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (i * i, i * 7) for i in range(20_000)))
    for content in (rows[: len(rows) // 2], rows[:5], b"a,b\n1,2\n"):
        with pytest.raises(ValueError, match=r"data\.csv\.gz: expected a gzipped file, got one with an error"):
            Table.read(written(tmp_path, content, "data.csv.gz"))


def test_text_that_is_none_in_a_parquet_file_is_refused(tmp_path):
    offsets, text = pa.py_buffer(np.array([0, 1, 2], np.int32)), pa.py_buffer(b"a\xff")
    table = pa.table({"a": pa.StringArray.from_buffers(2, offsets, text), "b": [1, 2]})
    pa.parquet.write_table(table, tmp_path / "data.parquet")
    with pytest.raises(ValueError, match=r"data.parquet: expected a Parquet file, got one with an error: .*UTF-?8"):
        Table.read(tmp_path / "data.parquet")


class Polarized:
    """A column as Polars has them."""

    def __init__(self, values):
        self.values = values

    def __len__(self):
        return len(self.values)

    def to_arrow(self):
        return pa.array(self.values)


@pytest.mark.parametrize(
    ("column", "expected", "typed"),
    [
        ([1, "a", None, np.nan], ["1", "a", None, None], False),
        (["x", np.nan, None], ["x", None, None], True),
        (np.array([1.0, np.nan]), [1.0, None], True),
        (pa.array([1, None, 2**60 + 1]), [1, None, 2**60 + 1], True),
        (pa.chunked_array([[1, None], [2**60 + 1]]), [1, None, 2**60 + 1], True),
        (pa.chunked_array([["a"], ["b", "a"]]).dictionary_encode(), ["a", "b", "a"], True),
        (Polarized([1, None, 3]), [1, None, 3], True),
    ],
)
def test_a_column_of_a_frame_is_one_array_of_its_elements(column, expected, typed):
    source = open_source({"a": column})
    ((array,),) = source.batches(["a"])
    assert isinstance(array, pa.Array)
    assert (array.to_pylist(), source.is_typed("a")) == (expected, typed)


def test_rows_of_a_frame_come_in_parts(monkeypatch):
    monkeypatch.setattr(sources, "BATCH", 2)
    parts = [[column.to_pylist() for column in part] for part in open_source({"a": range(5)}).batches(["a"])]
    assert parts == [[[0, 1]], [[2, 3]], [[4]]]


def test_a_file_that_only_has_the_name_of_parquet_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"data.parquet: expected a Parquet file, got one with an error"):
        Table.read(written(tmp_path, "a,b\n1,2\n", "data.parquet"))


def test_a_file_that_is_not_there_is_named(tmp_path):
    for name in ("none.csv", "none.parquet"):
        with pytest.raises(FileNotFoundError) as caught:
            Table.read(tmp_path / name)
        assert caught.value.filename == str(tmp_path / name)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (3, "frame: expected the path of a file, a data frame or a dict, got an int"),
        ({}, "frame: expected columns, got none"),
        ({"a": [1], "b": [1, 2]}, r"frame: expected columns of one length, got \{'a': 1, 'b': 2\}"),
        ({"a": np.ones((2, 2))}, "frame, column 'a': expected one axis, got 2"),
        ({"a": []}, "frame: expected rows below the header, got none"),
        (pa.table({"a": pa.chunked_array([], pa.int64())}), "frame: expected rows below the header, got none"),
        ([1, 2], "frame: expected the path of a file, a data frame or a dict, got a list"),
        (SimpleNamespace(columns=["a"]), "frame: expected the path of a file, a data frame or a dict, got a Simple"),
        ({"a": [[1], [1, 2]]}, "frame, column 'a'"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "frame: expected columns of different names, got 2 named 'a'"),
    ],
)
def test_what_is_no_table_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        Table.read(data)


def test_a_row_of_a_frame_is_placed_by_its_number_and_label():
    source = open_source(FRAME.set_index(pd.Index([0, "eight", 9])))
    assert [source.place(row) for row in range(2)] == ["row 0", "row 1 (labelled eight)"]
    assert open_source({"index": [3], "a": [1]}).place(0) == "row 0"
    assert open_source(pa.table({"a": [1, 2]})).place(1) == "row 1"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"delimiter": ", "}, "delimiter: expected one character, got ', '"),
        ({"decimal": None}, "decimal: expected one character, got None"),
        ({"decimal": "x"}, "decimal: expected '.' or ',', got 'x'"),
        ({"thousands": "."}, "thousands: expected a mark that numbers do not have, got '.'"),
        ({"thousands": "1"}, "thousands: expected a mark that numbers do not have, got '1'"),
        ({"delimiter": "é"}, "delimiter: expected an ASCII character that cells do not have, got 'é'"),
        ({"delimiter": '"'}, "delimiter: expected an ASCII character that cells do not have, got '\"'"),
        ({"delimiter": "\n"}, r"delimiter: expected an ASCII character that cells do not have, got '\\n'"),
        ({"encoding": "utf-7000"}, "encoding: expected the name of an encoding, got 'utf-7000'"),
        ({"missing": "NA"}, "missing: expected words, got 'NA'"),
        ({"missing": ["NA", 3]}, r"missing: expected words, got \['NA', 3\]"),
    ],
)
def test_a_format_that_is_none_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Format(**options)


def test_groups_of_digits_may_be_marked_by_what_no_number_has():
    for decimal, thousands in ((".", ","), (",", "."), (".", "'"), (".", " ")):
        form = Format(decimal=decimal, thousands=thousands, delimiter=";")
        assert (form.decimal, form.thousands, form.delimiter) == (decimal, thousands, ";")


def test_an_empty_cell_is_missing_whatever_words_are():
    assert Format(missing=["NA", "NA"]).missing == ("", "NA")
    assert Format(missing=["NA"]) == Format(missing=("", "NA"))
