"""Where the features of a row come from."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from npnet.tabular import Table, layout
from npnet.tabular.features import UNKNOWN, CategoryFeature, NumberFeature, TruthFeature
from npnet.tabular.layout import Layout

FLOAT32 = np.dtype(np.float32)


def written(made, columns, dtype=FLOAT32):
    records = np.empty(len(columns[0]), np.dtype(made.fields(dtype), align=True))
    # What was in memory before is no feature
    records.view(np.uint8)[:] = 0xFF
    made.write([np.array(column) for column in columns], records)
    return records


def column(name, kind, cells):
    """Return a feature, and what its cells are among the features, by the definition of each kind."""
    if kind == "constant":
        return NumberFeature(name, 1.0, 0.0), [[0.0] for _ in cells]
    if kind == "one category":
        return CategoryFeature(name, ("a",), 0), [[float(cell == 0)] for cell in cells]
    if kind == "category":
        feature = CategoryFeature(name, ("a", "b", "d"), 1)
        return feature, [[float(cell == place) for place in range(3)] for cell in cells]
    if kind == "truth":
        return TruthFeature(name, 1.0), [[float(cell)] for cell in cells]
    return NumberFeature(name, 1.0, 0.5), [[(cell - 1) / 0.5] for cell in cells]


ANY = [UNKNOWN, -1, 0, 1, 2]
CELLS = {"number": ANY, "constant": ANY, "category": ANY, "truth": [0, 1], "one category": [UNKNOWN, -1, 0]}


@given(st.lists(st.sampled_from(list(CELLS)), min_size=1, max_size=7), st.data())
@example(["number", "one category", "constant", "truth"], None)
@example(["number", "truth", "category", "truth", "category", "truth", "truth"], None)
def test_features_stand_in_the_order_of_their_columns(kinds, data):
    cells = [
        data.draw(st.lists(st.sampled_from(CELLS[kind]), min_size=5, max_size=5))
        if data
        else [CELLS[kind][(i + row) % len(CELLS[kind])] for row in range(5)]
        for i, kind in enumerate(kinds)
    ]
    features, expected = zip(*(column(str(i), kind, one) for i, (kind, one) in enumerate(zip(kinds, cells))))
    made = Layout(features)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "BLOCK", 3)
        x = made.features(written(made, cells))
    assert (x.shape, x.dtype) == ((5, made.width), FLOAT32)
    assert x.tolist() == [[value for one in expected for value in one[row]] for row in range(5)]


@pytest.mark.parametrize("first", [0, 100, 40000])
def test_a_place_is_held_by_few_bytes_however_many_features_there_are(first):
    features = [CategoryFeature("c", tuple(map(str, range(first))), 0)] if first else []
    made = Layout([*features, CategoryFeature("d", tuple(map(str, range(40000))), 0), NumberFeature("n", 0.0, 1.0)])
    columns = [*([[0, first - 1]] if first else []), [39999, 1], [2.0, 3.0]]
    x = made.features(written(made, columns))
    assert (x != 0).sum() == len(columns) * 2
    assert x[0, first + 39999] == x[1, first + 1] == 1
    assert x[:, -1].tolist() == [2, 3]
    assert written(made, columns)["ones"].itemsize == 4
    assert written(Layout([NumberFeature("n", 0.0, 1.0)]), [[1.0]])["ones"].itemsize == 2


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize("feature", [TruthFeature("t", 1.0), CategoryFeature("c", ("a",), 0)])
def test_columns_of_one_kind_are_all_features(rows, feature):
    made = Layout([feature] * 2)
    cells = np.zeros(rows, np.int32)
    x = made.features(written(made, [cells, cells], np.dtype(np.float64)))
    np.testing.assert_array_equal(x, np.full((rows, 2), float(isinstance(feature, CategoryFeature))))


def test_a_number_that_the_dtype_can_not_hold_is_refused_by_its_row(monkeypatch):
    monkeypatch.setattr(layout, "BLOCK", 2)
    names, rows = ("t", "c", "n"), np.array([0, 1, 3, 4])
    made = Layout([TruthFeature("t", 1.0), CategoryFeature("c", ("a",), 0), NumberFeature("n", 0.0, 1.0)])
    table = Table.read({name: [0.0] * 5 for name in names})
    for place, row in enumerate(rows):
        numbers = np.ones(4)
        numbers[place] = -1e39
        columns = [[1.0] * 4, [0] * 4, numbers]
        made.check(written(made, columns, np.dtype(np.float64)), table, rows)
        expected = f"row {row}, column 'n': expected a number whose distance from the mean fits float32, got -inf"
        with pytest.raises(ValueError, match=expected):
            made.check(written(made, columns), table, rows)


def test_a_number_that_vanishes_is_zero_whatever_numpy_is_told():
    with np.errstate(all="raise"):
        assert written(Layout([NumberFeature("n", 0.0, 1.0)]), [[1e-60, 1e39]])["numbers"].tolist() == [[0], [np.inf]]
