import numpy as np

from npnet import datasets
from npnet.experiments.boundary_film import BoundaryFilm, Snapshot
from npnet.language import ENGLISH
from npnet.study import film


def test_a_path_is_the_line_in_hundredths_with_y_down():
    lines = (np.array([[0.0, 1.0], [0.5, -1.0]]), np.array([[3.0, 3.0], [2.0, 3.0]]))
    assert film.path(lines) == "M0 -100L50 100M300 -300L200 -300"
    assert film.path(()) == ""


def test_frames_are_what_the_script_needs():
    line = (np.array([[0.0, 1.0], [0.5, -1.0]]),)
    runs = {
        "none": (Snapshot(0, 1.23456, 0.5, ()), Snapshot(7, 0.1, 0.996, line)),
        "L1(0.03)": (Snapshot(0, 0, 1, ()),),
    }
    frames = film.frames(BoundaryFilm(runs), ENGLISH)
    assert frames["epochs"] == [0, 7]
    first, second = frames["runs"]
    assert first == {
        "name": "no regularizer",
        "paths": ["", "M0 -100L50 100"],
        "losses": ["1.235", "0.100"],
        "accuracies": ["50 %", "100 %"],
    }
    assert second["name"] == "L1(0.03)"


def test_every_dot_is_drawn_once_by_its_label():
    drawn = film.dots()
    x, labels, names = datasets.load_dots()
    assert [len(drawn[name]) for name in names] == np.bincount(labels).tolist()
    assert drawn[names[labels[0]]][0] == (round(100 * x[0, 0]), round(-100 * x[0, 1]))
