from pathlib import Path

import numpy as np
import pytest

from npnet import datasets

DATA = Path(__file__).parent.parent / "data"


def test_dots_are_what_numpy_makes_again():
    points = np.random.RandomState(2).randn(300, 2).round(9)
    inside = np.square(points).sum(axis=1) < 2
    lines = [f"{a:.9f},{b:.9f},{int(c)}" for (a, b), c in zip(points, inside)]
    # The notes' file went through a spreadsheet, which shows small numbers with two decimals
    assert abs(points).min() == points[19, 0] == 0.000009761
    lines[19] = lines[19].replace("0.000009761", "9.76E-06")
    points[19, 0] = 9.76e-06
    assert (DATA / "dot.csv").read_text() == "\n".join(["x1,x2,y_c", *lines, ""])
    features, labels, names = datasets.load_dots()
    np.testing.assert_array_equal(features, points)
    np.testing.assert_array_equal(labels, inside)
    assert names[1] == "inside"


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_data_are_scikit_learns(name):
    sklearn_datasets = pytest.importorskip("sklearn.datasets")
    theirs = getattr(sklearn_datasets, f"load_{name}")()
    features, labels, names = getattr(datasets, f"load_{name}")()
    np.testing.assert_array_equal(features, theirs.data)
    np.testing.assert_array_equal(labels, theirs.target)
    assert names == tuple(str(n) for n in theirs.target_names)
    assert features.dtype == np.float64
    assert labels.dtype == np.int64


def test_the_iris_split_is_the_notes_shuffle():
    features, labels, _ = datasets.load_iris()
    features, labels = features.copy(), labels.copy()
    state = np.random.get_state()
    try:
        np.random.seed(116)
        np.random.shuffle(features)
        np.random.seed(116)
        np.random.shuffle(labels)
    finally:
        np.random.set_state(state)
    split = datasets.iris_split()
    np.testing.assert_array_equal(split.x_train, features[:120])
    np.testing.assert_array_equal(split.y_train, labels[:120])
    np.testing.assert_array_equal(split.x_test, features[120:])
    np.testing.assert_array_equal(split.y_test, labels[120:])


def test_the_split_leaves_the_global_state_alone():
    before = np.random.get_state()[1].copy()
    datasets.iris_split()
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_batches_are_consecutive_and_hold_every_sample():
    x, y = np.arange(10.0).reshape(5, 2), np.arange(5)
    parts = list(datasets.batches(x, y, 2))
    assert [len(part) for part, _ in parts] == [2, 2, 1]
    np.testing.assert_array_equal(np.concatenate([part for part, _ in parts]), x)
    np.testing.assert_array_equal(np.concatenate([part for _, part in parts]), y)


@pytest.mark.parametrize("shape", [(5,), (5, 2), (5, 2, 3)])
@pytest.mark.parametrize("units", [(), (4,)])
def test_samples_and_labels_of_any_number_of_axes_are_split_along_the_first(shape, units):
    x, y = np.random.default_rng(0).normal(size=shape), np.random.default_rng(1).normal(size=(5, *units))
    (x1, y1), (x2, y2) = datasets.batches(x, y, 3)
    np.testing.assert_array_equal(np.concatenate([x1, x2]), x)
    np.testing.assert_array_equal(np.concatenate([y1, y2]), y)
    assert (len(x1), len(y1)) == (3, 3)


def test_batches_are_checked():
    with pytest.raises(ValueError, match="y: expected as many labels as samples"):
        datasets.batches(1, 2, 1)
    with pytest.raises(ValueError, match=r"y: expected as many labels as samples, \(5,\), got shape \(4,\)"):
        datasets.batches(np.ones((5, 2)), np.ones(4), 2)
    with pytest.raises(ValueError, match="batch_size: expected a whole number >= 1"):
        datasets.batches(np.ones((5, 2)), np.ones(5), 0)
    with pytest.raises(ValueError, match="x: expected an array, got a generator"):
        datasets.batches((i for i in range(5)), np.ones(5), 2)


def test_standardized_training_data_have_mean_zero_and_deviation_one():
    x_train, _, x_test, _ = datasets.iris_split()
    train, test = datasets.standardize(x_train, x_test)
    np.testing.assert_allclose(train.mean(axis=0), 0, atol=120 * 2.0**-50)
    np.testing.assert_allclose(train.std(axis=0), 1, atol=120 * 2.0**-50)
    np.testing.assert_array_equal(test, (x_test - x_train.mean(axis=0)) / x_train.std(axis=0))


@pytest.mark.parametrize("samples", [3, 1000, 200_000])
def test_statistics_of_float32_are_computed_in_float64(samples):
    heights = np.random.default_rng(0).normal(10_000, 1, (samples, 2)).astype(np.float32)
    train, other, wide = datasets.standardize(heights, heights[:3], heights.astype(np.float64)[:3])
    assert (train.dtype, other.dtype, wide.dtype) == (np.float32, np.float32, np.float64)
    (exact,) = datasets.standardize(heights.astype(np.float64))
    # One rounding, after the quotient
    np.testing.assert_array_equal(train, exact.astype(np.float32))
    np.testing.assert_array_equal(other, train[:3])
    np.testing.assert_array_equal(wide, exact[:3])
    assert abs(exact.mean(axis=0)).max() <= samples * 2.0**-53 * 10_000
    assert datasets.standardize(np.longdouble([[1], [3]]))[0].dtype == np.longdouble


def test_data_whose_squares_are_no_floats_are_refused():
    for low, high in ((-1e200, 1e200), (0, 1e-200)):
        with pytest.raises(
            ValueError,
            match=rf"train: expected numbers whose squares fit float64, got .* from {low:g} to {high:g}".replace(
                "+", r"\+"
            ),
        ):
            datasets.standardize([[1.0, low], [2.0, high]])
    # The sum of these 16 numbers is infinite less infinite; the squares of the others underflow
    for data in ([[1.7e308], [-1.7e308], *[[0.0]] * 6] * 2, [[1e-200], [2e-200]]):
        with np.errstate(all="raise"), pytest.raises(ValueError, match="train: expected numbers whose squares fit"):
            datasets.standardize(data)
    assert datasets.standardize(np.float32([[-1e30], [1e30]]))[0].tolist() == [[-1], [1]]


@pytest.mark.parametrize("value", [3.0, 0.1, 0.3, 4.7, 1e9 + 0.1])
@pytest.mark.parametrize("samples", [1, 3, 120])
def test_a_feature_that_never_changes_is_only_centred(value, samples):
    train, test = datasets.standardize(np.full((samples, 1), value), [[value + 1]])
    assert not train.any()
    assert test == (value + 1) - value


def test_each_feature_is_standardized_by_itself_and_training_data_can_be_alone():
    (result,) = datasets.standardize([[1.0, 7.0, 10.0], [3.0, 7.0, 30.0]])
    assert result.tolist() == [[-1, 0, -1], [1, 0, 1]]


@pytest.mark.parametrize("shape", [(3,), (0, 2), (3, 0), (3, 2, 2)])
def test_training_data_have_samples_with_features(shape):
    with pytest.raises(ValueError, match=r"train, others: expected shapes \(samples, features\), got"):
        datasets.standardize(np.ones(shape))


def test_what_standardized_does_not_fit_the_dtype_is_refused():
    for train, other, name in (
        (np.float32([[0], [1e-30]]), np.float32([[1e30]]), "float32"),
        (np.array([[0], [1e-150]]), np.array([[1e300]]), "float64"),
        (np.float16([[0], [1e-3]]), np.float16([[60000]]), "float16"),
    ):
        limit = f"{np.finfo(name).max:g}".replace("+", r"\+")
        with pytest.raises(ValueError, match=rf"others\[1\]: expected numbers up to {limit} standard deviations"):
            datasets.standardize(train, train, other)


def test_standardize_is_checked():
    with pytest.raises(ValueError, match=r"others\[1\]: expected finite numbers, got nan at index \(0, 0\)"):
        datasets.standardize([[1.0]], [[1.0]], [[np.nan]])
    with pytest.raises(ValueError, match=r"expected shapes \(samples, features\), got \[\(2, 3\), \(2, 2\)\]"):
        datasets.standardize(np.ones((2, 3)), np.ones((2, 2)))


def test_one_hot_is_checked():
    assert datasets.one_hot([1], 2).tolist() == [[0, 1]]
    for bad in ([2], [-1], [0.5], [[0]], ["a"]):
        with pytest.raises(ValueError, match="labels: expected class indices"):
            datasets.one_hot(bad, 2)
    for bad in ("a", 2.0, 0):
        with pytest.raises(ValueError, match="classes: expected a whole number >= 1"):
            datasets.one_hot([0], bad)


def test_any_csv_file_can_be_read(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("kind,a,b\ny,1,2\nx,3,4\n")
    features, labels, names = datasets.read_csv(file, "kind")
    assert (features.tolist(), labels.tolist(), names) == ([[1, 2], [3, 4]], [1, 0], ("x", "y"))


def test_a_file_may_have_one_row_blank_lines_and_the_marks_of_other_programs(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("kind,a\nx,1\n")
    features, labels, names = datasets.read_csv(file, "kind")
    assert (features.tolist(), labels.tolist(), names) == ([[1]], [0], ("x",))
    # A byte order mark, another end of line, blank lines, and an end of line in a quoted cell
    file.write_bytes('kind,a\r\n\r\n"two\r\nlines", 1\r\nx,2\r\n\r\n'.encode("utf-8-sig"))
    features, labels, names = datasets.read_csv(file, "kind")
    assert (features.tolist(), labels.tolist(), names) == ([[1], [2]], [0, 1], ("two\r\nlines", "x"))


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        # Numbers are sorted as numbers, anything else as text
        (["10", "9", "-2"], ("-2", "9", "10")),
        (["10.0", "9", "2"], ("2.0", "9.0", "10.0")),
        (["10", "9.5", "-2"], ("-2.0", "9.5", "10.0")),
        (["10", "9", "b"], ("10", "9", "b")),
        (["100000", "99999"], ("99999", "100000")),
        # Whole numbers stay apart where float64 has one number for two of them
        ([f"{2**53 + 1}", f"{2**53}"], (f"{2**53}", f"{2**53 + 1}")),
        ([f"{-(2**53)}", "1"], (f"{-(2**53)}", "1")),
        ([f"{2**70 + 1}", "-1", f"{2**70}"], ("-1", f"{2**70}", f"{2**70 + 1}")),
        # Python's source has such numbers, data do not
        (["1_1", "11"], ("11", "1_1")),
    ],
)
def test_classes_are_sorted_as_what_their_labels_are(tmp_path, labels, names):
    file = tmp_path / "own.csv"
    file.write_text("kind,a\n" + "".join(f"{label},0\n" for label in labels))
    result = datasets.read_csv(file, "kind")
    assert result.names == names
    as_numbers = str if {"b", "1_1"} & set(labels) else int if names[0].lstrip("-").isdigit() else float
    assert [as_numbers(names[label]) for label in result.labels] == [as_numbers(label) for label in labels]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a CSV file with a header and rows, got .*own.csv with 0 lines"),
        ("kind,a\n", "expected a CSV file with a header and rows, got .*own.csv with 1 lines"),
        ("kind,a,b\nx,1\ny,2\n", "own.csv: row 2 has 2 cells, the header 3"),
        ("kind,a\nx,1\ny,2,3\n", "own.csv: row 3 has 3 cells, the header 2"),
    ],
)
def test_a_file_has_a_header_and_rows_of_its_length(tmp_path, text, message):
    file = tmp_path / "own.csv"
    file.write_text(text)
    with pytest.raises(ValueError, match=f"path: .*{message}"):
        datasets.read_csv(file, "kind")


def test_files_that_do_not_fit_are_refused(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("kind,a\ny,1\nx,two\n")
    with pytest.raises(ValueError, match=r"label: expected one of the columns kind, a, got 'label'"):
        datasets.read_csv(file, "label")
    with pytest.raises(ValueError, match=r"path: expected a number in each feature of .*own.csv"):
        datasets.read_csv(file, "kind")
    file.write_text("kind,a,b\ny,1,2\nx,1,1_0\n")
    with pytest.raises(ValueError, match=r"own.csv, got '1_0' in row 3, column 'b'"):
        datasets.read_csv(file, "kind")
    for cells in ("1_0", "nan", "inf", ""):
        file.write_text(f"kind,a\ny,1\nx,{cells}\n")
        with pytest.raises(ValueError, match=rf"each feature of .*own.csv, got '{cells}' in row 3, column 'a'$"):
            datasets.read_csv(file, "kind")
    for text, missing in (("kind,a\ny,1\n,2\n", 1), ("kind,a\nnan,1\n,2\n", 1), ("kind,a\nnan,1\n3,2\nNaN,4\n", 2)):
        file.write_text(text)
        with pytest.raises(ValueError, match=f"path: expected a label in each row of .*, got none in {missing}"):
            datasets.read_csv(file, "kind")
    file.write_text("kind\ta\ny\t1\n")
    with pytest.raises(ValueError, match=r"got 'kind'; 'kind.+' is one column, as commas part them"):
        datasets.read_csv(file, "kind")
    file.write_text("kind,a\nnan,1\npizza,2\n")
    assert datasets.read_csv(file, "kind").names == ("nan", "pizza")
    file.write_text("kind,a,kind\nx,1,y\n")
    with pytest.raises(
        ValueError, match=r"label: expected one of the columns .*, got 'kind', which 2 of them are named"
    ):
        datasets.read_csv(file, "kind")
    with pytest.raises(ValueError, match=r"label: expected one of the columns kind, a, kind, got 'b'$"):
        datasets.read_csv(file, "b")
    file.write_text("kind\nx\n")
    with pytest.raises(ValueError, match=r"path: expected a column beside 'kind', got none in .*own.csv"):
        datasets.read_csv(file, "kind")
    for wrong in (None, 3, ["own.csv"]):
        with pytest.raises(ValueError, match=r"path: expected the path of a file, got an? (NoneType|int|list)"):
            datasets.read_csv(wrong, "kind")
    file.write_text("a\n1,2,3\n4,5,6,7\n")
    with pytest.raises(ValueError, match="path: expected a CSV file"):
        datasets.read_csv(file, "a")
    with pytest.raises(OSError, match="absent"):
        datasets.read_csv(tmp_path / "absent.csv", "kind")
