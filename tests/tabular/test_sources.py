import gzip

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


def test_a_zipped_file_is_read_as_it_was(tmp_path):
    path = written(tmp_path, gzip.compress(b"a,b\n1,2\n"), "data.csv.gz")
    assert cells(open_source(path)) == [("1", "2")]


def test_another_encoding_is_read_where_it_is_named(tmp_path):
    path = written(tmp_path, "größe,b\n1,ä\n".encode("latin-1"))
    source = open_source(path, Format(encoding="latin-1"))
    assert source.names == ("größe", "b")
    assert cells(source) == [("1", "ä")]
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
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, text, message):
    with pytest.raises(ValueError) as caught:
        Table.read(written(tmp_path, text))
    assert str(caught.value) == message


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


def test_a_gzipped_file_that_was_cut_or_is_none_is_refused(tmp_path):
    rows = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (i * i, i * 7) for i in range(20_000)))
    for content in (rows[: len(rows) // 2], rows[:5], b"a,b\n1,2\n"):
        with pytest.raises(ValueError, match=r"data\.csv\.gz: expected a gzipped file, got one with an error"):
            Table.read(written(tmp_path, content, "data.csv.gz"))


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
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "frame: expected columns of different names, got 2 named 'a'"),
    ],
)
def test_what_is_no_table_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        Table.read(data)


def test_a_row_of_a_frame_is_placed_by_its_number_and_label():
    source = open_source(FRAME.set_index(pd.Index([0, "eight", 9])))
    assert [source.place(row) for row in range(2)] == ["row 0", "row 1 (labelled eight)"]


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
    ],
)
def test_a_format_that_is_none_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Format(**options)


def test_groups_of_digits_may_be_marked_by_what_no_number_has():
    for decimal, thousands in ((".", ","), (",", "."), (".", "'"), (".", " ")):
        form = Format(decimal=decimal, thousands=thousands, delimiter=";")
        assert (form.decimal, form.thousands, form.delimiter) == (decimal, thousands, ";")
