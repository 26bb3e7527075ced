"""The points: the same for the same choices, split, standardized and made into features."""

from pathlib import Path

import numpy as np
import pytest

from npnet import datasets
from npnet.play import data
from npnet.play.choices import DATA, State
from npnet.play.data import prepared

ROOT = Path(__file__).parent.parent.parent
MADE = [name for name in DATA if name not in ("points", "file")]
CLICKED = ((0.0, 1.0, 0), (1.0, 0.0, 1), (2.0, 2.0, 1), (3.0, 1.0, 0), (4.0, 0.0, 2))


def same(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("x_train", "y_train", "x_test", "y_test")
    )


@pytest.mark.parametrize("name", MADE)
def test_the_same_choices_give_the_same_bits_and_another_seed_others(name):
    state = State(data=name, noise=0.2)
    assert same(prepared(state), prepared(State(data=name, noise=0.2)))
    assert not same(prepared(state), prepared(state.changed({"seed": 1})))


@pytest.mark.parametrize("name", MADE)
def test_points_are_split_as_the_share_says(name):
    points = prepared(State(data=name, samples=100, test_share=0.25))
    assert points.x_train.shape == (75, 2)
    assert points.x_test.shape == points.plane_test.shape == (25, 2)
    assert (len(points.y_train), len(points.y_test)) == (75, 25)
    assert (points.y_train.max() < max(points.classes, 1)).all()
    assert points.classes == len(points.labels)


def test_without_a_share_there_are_no_test_data():
    points = prepared(State(test_share=0.0))
    assert len(points.x_train) == 300
    assert points.x_test.shape == (0, 2)


def test_a_point_is_left_to_train_on():
    for count in (1, 2):
        points = prepared(State(data="points", points=CLICKED[:count], test_share=0.9))
        assert (len(points.x_train), len(points.x_test)) == (1, count - 1)


def test_training_and_test_data_are_different_points_of_the_set():
    points = prepared(State(samples=300, test_share=0.5))
    everything = datasets.load_dots().features
    both = np.concatenate([points.plane_train, points.plane_test])
    assert np.array_equal(np.sort(both, axis=0), np.sort(everything, axis=0))


def test_inputs_are_standardized_by_the_training_data_alone():
    points = prepared(State(data="digits"))
    assert np.allclose(points.x_train.mean(axis=0), 0)
    assert np.allclose(points.x_train.std(axis=0), 1)
    assert not np.allclose(points.x_test.mean(axis=0), 0)
    assert np.array_equal(points.features(points.plane_test), points.x_test)
    raw = prepared(State(data="digits", standardize=False))
    assert np.array_equal(raw.x_train, raw.plane_train)


def test_features_are_those_of_the_standardized_coordinates():
    names = ("x1", "x2", "x1_squared", "x2_squared", "product", "sin_x1", "sin_x2")
    x = prepared(State(features=names)).x_train.T
    assert np.array_equal(x[2:], [x[0] ** 2, x[1] ** 2, x[0] * x[1], np.sin(x[0]), np.sin(x[1])])


def test_noise_is_a_share_of_each_coordinates_deviation():
    quiet, loud = (prepared(State(data="iris", noise=noise, samples=150, test_share=0.0)) for noise in (0.0, 0.5))
    moved = (loud.plane_train - quiet.plane_train) / quiet.plane_train.std(axis=0)
    assert np.array_equal(loud.y_train, quiet.y_train)
    assert np.allclose(moved.std(axis=0), 0.5, atol=0.1)


def test_the_digits_components_vary_most_and_not_together():
    pixels = datasets.load_digits().features
    plane = prepared(State(data="digits", samples=1797, test_share=0.0)).plane_train
    variances = np.linalg.eigvalsh(np.cov(pixels.T))[::-1][:2]
    assert np.allclose(plane.var(axis=0, ddof=1), variances)
    assert abs(np.corrcoef(plane.T)[0, 1]) < 1e-9


@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (-1, 1), (-1, -1)])
def test_the_digits_components_are_along_axes_whose_largest_number_is_positive(monkeypatch, signs):
    svd, parts = np.linalg.svd, []

    def turned(*arguments, **options):
        # Either direction of an axis is as right, and which one is found depends on the library
        u, values, axes = svd(*arguments, **options)
        largest = np.take_along_axis(axes, abs(axes).argmax(axis=1, keepdims=True), axis=1)
        parts.append(axes * np.sign(largest))
        return u, values, parts[0] * np.resize(signs, (len(axes), 1))

    monkeypatch.setattr(np.linalg, "svd", turned)
    plane, _, _ = data._components.__wrapped__()
    pixels = datasets.load_digits().features
    assert np.allclose(plane, (pixels - pixels.mean(axis=0)) @ parts[0][:2].T)


@pytest.mark.parametrize("name", ["circles", "spirals", "xor", "blobs"])
def test_made_sets_have_two_classes(name):
    points = prepared(State(data=name, samples=500, test_share=0.0))
    assert 200 < points.y_train.sum() < 300


def test_circles_and_squares_are_where_their_classes_say():
    circles = prepared(State(data="circles"))
    radius = np.linalg.norm(circles.plane_train, axis=1)
    disk, ring = radius[circles.y_train == 1], radius[circles.y_train == 0]
    assert 1.9 < disk.max() < 2
    assert 3.5 < ring.min() < 3.6
    assert 4.9 < ring.max() < 5
    squares = prepared(State(data="xor"))
    assert np.array_equal(squares.plane_train.prod(axis=1) > 0, squares.y_train == 1)


@pytest.mark.parametrize(("name", "least", "most"), [("xor", 0.3, 5), ("slope", 0, 5), ("hills", 0, 6)])
def test_points_fill_their_squares_evenly(name, least, most):
    plane, _ = data.MADE[name](1000, np.random.default_rng(0))
    edges = [-most, -(least + most) / 2, -least, least, (least + most) / 2, most]
    counts = np.array([np.histogram(column, edges)[0] for column in plane.T])
    assert (counts.sum(axis=1) == 2000).all()
    assert (counts[:, 2] == 0).all()
    # 5 standard deviations of how many of 2000 points are in a fourth of the room
    assert abs(counts[:, [0, 1, 3, 4]] - 500).max() < 5 * np.sqrt(2000 * 0.25 * 0.75)
    assert abs(plane.min(axis=0) + most).max() < 0.01 * most
    assert abs(plane.max(axis=0) - most).max() < 0.01 * most


def test_a_spiral_is_half_its_angle_away_from_the_middle_and_the_other_one_opposite():
    points = prepared(State(data="spirals", test_share=0.0))
    first, second = (points.plane_train[points.y_train == label] for label in (0, 1))
    for plane in (first, -second):
        radius, angle = np.hypot(*plane.T), np.arctan2(*plane.T[::-1])
        assert np.allclose(np.sin(2 * radius - angle), 0, atol=1e-9)
        assert np.allclose(np.cos(2 * radius - angle), 1)
        assert 1.7 * np.pi < radius.max() < 1.75 * np.pi


def test_a_spiral_has_as_many_points_on_each_piece_of_its_line():
    plane, _ = data.MADE["spirals"](1000, np.random.default_rng(0))
    # The line within a radius grows with its square, almost; 5 standard deviations of the 1000 points of a spiral
    inside = np.hypot(*plane[:1000].T) < 1.75 * np.pi / np.sqrt(2)
    assert abs(inside.mean() - 0.5) < 5 * 0.5 / np.sqrt(1000)


def test_numbers_to_learn_are_heights_from_minus_one_to_one():
    slope, hills = (prepared(State(data=name, samples=2000, test_share=0.0)) for name in ("slope", "hills"))
    assert np.allclose(slope.y_train, slope.plane_train.sum(axis=1) / 10)
    assert -1 <= hills.y_train.min() < -0.9
    assert 0.9 < hills.y_train.max() <= 1
    assert (slope.classes, hills.classes) == (0, 0)
    x1, x2 = hills.plane_train.T
    for x, y, height in ((-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1), (-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1)):
        distance = np.hypot(x1 - x, x2 - y)
        near = distance < 2
        assert np.allclose(hills.y_train[near], height * (1 - distance[near] / 2))
    assert (hills.y_train == 0).mean() > 0.3


def test_clicked_points_keep_their_places_and_classes():
    points = prepared(State(data="points", points=CLICKED, test_share=0.0))
    found = {(x, y, k) for (x, y), k in zip(points.plane_train.tolist(), points.y_train.tolist())}
    assert found == set(CLICKED)
    assert points.classes == 3
    assert prepared(State(data="points", points=CLICKED[:1])).classes == 2


def test_clicked_points_are_neither_moved_nor_left_out():
    clicked = [(float(i), -0.5 * i, i % 2) for i in range(12)]
    points = prepared(State(data="points", points=clicked, test_share=0.0, noise=0.5, samples=10))
    assert sorted(points.plane_train.tolist()) == sorted([x, y] for x, y, _ in clicked)


def test_circles_are_filled_evenly_all_around():
    points = prepared(State(data="circles", samples=2000, test_share=0.0, noise=0.0))
    radius, angle = np.hypot(*points.plane_train.T), np.arctan2(*points.plane_train.T)
    # Of a disk, half the points are within its radius over the root of 2; 5 standard deviations of 1000 points
    inside = radius[points.y_train == 1]
    assert abs((inside < inside.max() / np.sqrt(2)).mean() - 0.5) < 5 * 0.5 / np.sqrt(1000)
    quarters = np.histogram(angle, bins=8, range=(-np.pi, np.pi))[0]
    assert (abs(quarters - 250) < 5 * np.sqrt(250)).all()


def test_no_points_are_refused():
    with pytest.raises(ValueError, match=r"^points: expected at least one point, got none$"):
        prepared(State(data="points"))


def test_the_bounds_have_all_points_in_them():
    for state in (State(data="iris"), State(data="points", points=CLICKED[:1])):
        points = prepared(state)
        left, right, bottom, top = points.bounds()
        both = np.concatenate([points.plane_train, points.plane_test])
        assert (both > [left, bottom]).all()
        assert (both < [right, top]).all()


def test_the_room_around_the_points_is_a_share_of_how_far_they_reach():
    ends = State(data="points", points=((1.0, 2.0, 0), (1.1, 12.0, 1)), test_share=0.0)
    assert np.allclose(prepared(ends).bounds(), (0.992, 1.108, 1.2, 12.8))
    line = State(data="points", points=((0.0, 1.0, 0), (2.0, 1.0, 1)), test_share=0.0)
    assert np.allclose(prepared(line).bounds(), (-0.16, 2.16, 0.5, 1.5))


@pytest.mark.parametrize("name", data.MADE)
def test_as_many_points_are_made_as_are_asked_for(name):
    plane, labels = data.MADE[name](5, np.random.default_rng(0))
    assert (plane.shape, labels.shape) == ((10, 2), (10,))
    if labels.dtype.kind == "i" and name != "xor":
        assert labels.sum() == 5


@pytest.fixture
def table(tmp_path):
    rows = [f"{i},{i * i},{i % 7},{'abc'[i % 3]}" for i in range(30)]
    (tmp_path / "table.csv").write_text("\n".join(["u,v,w,kind", *rows]))
    return tmp_path / "table.csv"


def test_a_file_has_its_columns_and_the_last_one_is_the_target(table):
    points = prepared(State(data="file"), table)
    assert (points.names, points.labels) == (("u", "v"), ("a", "b", "c"))
    assert len(points.x_train) == 21
    chosen = prepared(State(data="file", columns=("w", "u"), target="kind"), table)
    assert chosen.names == ("w", "u")
    assert np.array_equal(chosen.plane_train[:, 1], points.plane_train[:, 0])
    assert prepared(State(data="file", target="w"), table).classes == 7


def test_a_file_with_one_feature_has_it_on_both_axes(tmp_path):
    (tmp_path / "one.csv").write_text("u,kind\n1,a\n2,b\n3,a\n")
    assert prepared(State(data="file"), tmp_path / "one.csv").names == ("u", "u")


def test_rows_with_a_missing_cell_are_left_out_and_columns_of_text_are_no_axes(tmp_path):
    (tmp_path / "gaps.csv").write_text("name,u,v,kind\nx,1,2,a\ny,,3,b\nz,4,5,\nw,6,7,b\nv,8,9,a\n")
    points = prepared(State(data="file", test_share=0.0), tmp_path / "gaps.csv")
    assert points.names == ("u", "v")
    assert sorted(points.plane_train[:, 0]) == [1, 6, 8]


def test_a_target_of_numbers_is_learned_from_minus_one_to_one(tmp_path):
    (tmp_path / "numbers.csv").write_text("u,v,y\n" + "".join(f"{i},{i % 5},{i * 1.5 + 7}\n" for i in range(30)))
    points = prepared(State(data="file", test_share=0.0), tmp_path / "numbers.csv")
    assert points.classes == 0
    assert np.allclose(points.y_train, points.plane_train[:, 0] * 2 / 29 - 1)


def test_a_target_that_is_always_the_same_number_is_learned_too(tmp_path):
    (tmp_path / "same.csv").write_text("u,v,y\n" + "".join(f"{i},{i % 5},1.5\n" for i in range(9)))
    points = prepared(State(data="file"), tmp_path / "same.csv")
    assert set(points.y_train) == {-1.0}


def test_truth_values_are_two_classes(tmp_path):
    (tmp_path / "truth.csv").write_text("u,v,y\n1,2,true\n2,3,false\n4,5,true\n")
    points = prepared(State(data="file", test_share=0.0), tmp_path / "truth.csv")
    assert (points.labels, sorted(points.y_train.tolist())) == (("false", "true"), [0, 1, 1])


@pytest.mark.parametrize("cells", [("false", "true"), ("a", "b"), tuple("abcdefghij")])
def test_classes_are_whole_numbers_in_a_file_as_in_sets_that_are_made(tmp_path, cells):
    rows = [f"{i},{i % 5},{cells[i % len(cells)]}\n" for i in range(40)]
    (tmp_path / "table.csv").write_text("u,v,y\n" + "".join(rows))
    points = prepared(State(data="file", test_share=0.0), tmp_path / "table.csv")
    assert points.labels == cells
    assert points.y_train.tolist() == (points.plane_train[:, 0] % len(cells)).tolist()
    assert points.y_train.dtype == prepared(State(data="circles")).y_train.dtype == np.int64


def test_a_file_that_does_not_fit_is_refused(table):
    for state, file, name in [
        (State(data="file"), None, "data"),
        (State(data="file", target="x"), table, "target"),
        (State(data="file", columns=("u", "x")), table, "columns"),
        (State(data="file", columns=("u", "kind")), table, "columns"),
    ]:
        with pytest.raises(ValueError, match=f"^{name}: expected "):
            prepared(state, file)


@pytest.mark.parametrize(
    ("text", "name"),
    [("u,kind\n" + "".join(f"{i},k{i % 11}\n" for i in range(33)), "target"), ("kind,y\na,b\nb,a\n", "data"),
     ("u,y\n1,a\n2,a\n", "target"), ("u,y\n,a\n2,\n", "target")],
)  # fmt: skip
def test_a_file_without_what_is_needed_is_refused(tmp_path, text, name):
    (tmp_path / "table.csv").write_text(text)
    with pytest.raises(ValueError, match=f"^{name}: expected "):
        prepared(State(data="file"), tmp_path / "table.csv")


@pytest.mark.parametrize("cells", [("1.5", "2.5"), ("a", "b"), ("true", "false")])
def test_a_file_none_of_whose_rows_has_all_cells_is_refused_with_the_reason(tmp_path, cells):
    (tmp_path / "table.csv").write_text("u,v,y\n1,,{}\n,2,{}\n".format(*cells))
    with pytest.raises(ValueError, match=r"^target: expected a row with numbers in both columns and 'y', got none$"):
        prepared(State(data="file"), tmp_path / "table.csv")


def test_the_plane_can_have_the_columns_of_numbers_whichever_is_the_target(tmp_path):
    (tmp_path / "table.csv").write_text("name,u,v,label\n" + "".join(f"n{i},{i},{i / 2},{i % 2}\n" for i in range(30)))
    assert data.numbers_of(tmp_path / "table.csv") == ("u", "v", "label")
    (tmp_path / "text.csv").write_text("u,v,kind\n" + "".join(f"{i},{i / 2},{'ab'[i % 2]}\n" for i in range(30)))
    assert data.numbers_of(tmp_path / "text.csv") == ("u", "v")


def test_a_compressed_file_has_its_columns():
    assert data.columns_of(ROOT / "data" / "digits.csv.gz")[-1] == "digit"
