"""Rows of a table in parts: from memory with the same bits as at once, from a temporary file in mixed order."""

import errno
import os
import tempfile

import numpy as np
import pytest

from npnet.tabular import Preparation, Rules, StreamedTable, Table, model, samples, sources, train
from npnet.tabular.samples import InMemory, Stored

COUNT = 300
DATA = {
    "i": np.arange(float(COUNT)),
    "colour": ["red", "blue", "green"] * 100,
    "even": [True, False] * 150,
    "y": ["a"] * 150 + ["b"] * 150,
}
TABLE = Table.read(DATA, "y")
PREPARATION = Preparation.fit(TABLE)


@pytest.fixture
def stored(monkeypatch):
    monkeypatch.setattr(samples, "CHUNK", 10)
    monkeypatch.setattr(samples, "BUFFER", 50)
    return Stored(PREPARATION, StreamedTable.read(DATA, "y"), "float32")


def places(one, order, rows):
    """Return the rows of the source in each part."""
    return [np.rint(PREPARATION.features[0].mean + x[:, 0] * PREPARATION.features[0].deviation).astype(int)
            for x, _ in one.parts(order, rows)]  # fmt: skip


@pytest.mark.parametrize("rows", [7, 32, 300, 1000])
def test_parts_in_order_are_the_rows(stored, rows):
    whole = PREPARATION.transform(TABLE, target=True)
    for one in (InMemory(PREPARATION, TABLE, "float32"), stored):
        found = list(one.parts(None, rows))
        np.testing.assert_array_equal(np.concatenate([x for x, _ in found]), whole.x)
        np.testing.assert_array_equal(np.concatenate([y for _, y in found]), whole.y)
        assert {len(x) for x, _ in found[:-1]} <= {rows}
        assert (one.width, len(one)) == (whole.x.shape[1], COUNT)


@pytest.mark.parametrize("rows", [7, 32, 300, 1000])
def test_an_epoch_has_each_row_once_in_parts_of_one_size(stored, rows):
    orders = [stored.order(rng) for rng in (np.random.default_rng(0), np.random.default_rng(1))]
    first, same, other = (places(stored, order, rows) for order in (orders[0], orders[0], orders[1]))
    assert {len(part) for part in first[:-1]} <= {rows}
    drawn = np.concatenate(first)
    np.testing.assert_array_equal(np.sort(drawn), np.arange(COUNT))
    np.testing.assert_array_equal(drawn, np.concatenate(same))
    assert (drawn != np.concatenate(other)).any()


def test_rows_that_are_neighbours_are_mixed_with_chunks_from_everywhere(stored):
    first = places(stored, stored.order(np.random.default_rng(0)), 50)[0]
    # 5 of 30 chunks, each whole
    chunks, counts = np.unique(first // 10, return_counts=True)
    assert counts.tolist() == [10] * 5
    assert chunks.max() - chunks.min() > 10
    # In the order of chunks a step to the next row would be 1 nine times of ten
    assert np.mean(np.diff(first) == 1) < 0.2


def test_a_part_smaller_than_the_buffer_has_rows_of_several_chunks(stored):
    first = places(stored, stored.order(np.random.default_rng(0)), 10)[0]
    # 10 of 50 rows: of one chunk alone with a chance of 5 in 50 over 10
    assert len(np.unique(first // 10)) > 2


def test_orders_are_of_very_many(stored):
    rng = np.random.default_rng(0)
    orders = {stored.order(rng) for _ in range(1000)}
    assert len(orders) == 1000
    assert max(orders) > 2**62


def test_a_table_of_several_parts_is_stored_whole(monkeypatch):
    monkeypatch.setattr(sources, "BATCH", 70)
    one = Stored(PREPARATION, StreamedTable.read(DATA, "y"), "float32")
    assert len(one) == COUNT
    np.testing.assert_array_equal(np.concatenate([x for x, _ in one.parts(None, 64)]), PREPARATION.transform(TABLE).x)


def test_labels_stay_with_their_rows(stored):
    for x, y in stored.parts(stored.order(np.random.default_rng(0)), 20):
        np.testing.assert_array_equal(y, (x[:, 0] > 0).astype(int))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("validation", [None, 0.2])
def test_a_large_table_is_trained_on_with_the_bits_of_a_small_one(monkeypatch, dtype, validation):
    options = {"validation": validation, "epochs": 3, "batch_size": 16, "seed": 2, "dtype": dtype}
    small = train(TABLE, **options)
    monkeypatch.setattr(model, "AT_ONCE", 0)
    large = train(TABLE, **options)
    np.testing.assert_array_equal(large.net.parameters, small.net.parameters)
    np.testing.assert_array_equal(large.history.loss, small.history.loss)


def test_weights_of_classes_are_those_of_all_rows_however_large_a_table_is(monkeypatch):
    small = train(TABLE, epochs=2, class_weight="balanced")
    monkeypatch.setattr(model, "AT_ONCE", 0)
    np.testing.assert_array_equal(train(TABLE, epochs=2, class_weight="balanced").net.parameters, small.net.parameters)


def test_rows_that_the_rules_drop_are_no_samples():
    gaps = DATA | {"i": [np.nan if i % 3 == 0 else float(i) for i in range(COUNT)]}
    table, rules = Table.read(gaps, "y"), Rules(missing="drop")
    preparation = Preparation.fit(table, rules)
    for one in (
        InMemory(preparation, table, "float32"),
        Stored(preparation, StreamedTable.read(gaps, "y"), "float32"),
    ):
        assert len(one) == 200
        ((x, y),) = one.parts(None, COUNT)
        np.testing.assert_array_equal(x, preparation.transform(table).x)
        assert len(y) == 200


def test_numbers_that_the_dtype_can_not_hold_are_refused_before_the_training(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("x,y\n" + "1,a\n2,b\n" * 200 + "1e40,a\n")
    preparation = Preparation.fit(Table.read({"x": [1.0, 2.0], "y": ["a", "b"]}, "y"))
    with pytest.raises(ValueError, match=r"data.csv, line 402, column 'x': expected a number whose distance"):
        Stored(preparation, StreamedTable.read(path, "y"), "float32")


def test_the_temporary_file_ends_with_the_rows(monkeypatch):
    made, files = samples.tempfile.TemporaryFile, []
    monkeypatch.setattr(samples.tempfile, "TemporaryFile", lambda: files.append(made()) or files[-1])
    one = Stored(PREPARATION, StreamedTable.read(DATA, "y"), "float32")
    assert not files[0].closed
    del one
    assert files[0].closed


@pytest.mark.parametrize("name", ["write", "flush"])
def test_a_full_disk_is_that_of_temporary_files(monkeypatch, tmp_path, name):
    class Full:
        def write(self, data):
            self.fail("write")

        def flush(self):
            self.fail("flush")

        def fail(self, method):
            if method == name:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def close(self):
            pass

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(tempfile, "TemporaryFile", Full)
    with pytest.raises(OSError, match="No space left on device") as caught:
        Stored(PREPARATION, StreamedTable.read(DATA, "y"), "float32")
    assert caught.value.filename == str(tmp_path)
