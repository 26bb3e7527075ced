import warnings

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")
from matplotlib import pyplot

from npnet import sweep
from npnet.sweeping import plots


@pytest.fixture(scope="module")
def table(irises):
    space = {"optimizer": ["sgd", "adam"], "learning_rate": [0.01, 0.1], "units": [(), (5,)], "seed": range(3)}
    with sweep(space, **irises, epochs=5) as made:
        yield made


@pytest.fixture(scope="module")
def failed(irises):
    space = {"learning_rate": [0.001, 1e3], "seed": range(2)}
    with sweep(space, **irises, epochs=9, loss="mse", output="identity") as made:
        yield made


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def drawn(axes):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        axes.figure.canvas.draw()
    return [text.get_text() for text in axes.texts]


def test_curves_are_means_of_the_trials_with_a_band(table):
    axes = table.plot_curves("val_loss")
    drawn(axes)
    sgd, adam = axes.get_lines()
    frame, curves = table.frame(), table.curves("val_loss")
    for line, name in ((sgd, "sgd"), (adam, "adam")):
        chosen = frame.index[frame["optimizer"] == name]
        np.testing.assert_allclose(line.get_ydata(), np.mean([curves[trial] for trial in chosen], axis=0))
        assert line.get_label() == f"{name} (12)"
    assert len(axes.collections) == 2
    assert axes.get_legend().get_title().get_text() == "optimizer"


def test_a_band_is_the_interval_of_the_mean(table):
    axes = table.plot_curves("val_loss", by="units")
    curves, frame = table.curves("val_loss"), table.frame()
    last = [curves[trial][-1] for trial in frame.index[frame["units"] == "()"]]
    expected = plots.bootstrap(last, np.mean)
    (path,) = axes.collections[0].get_paths()
    ends = path.vertices[path.vertices[:, 0] == 4][:, 1]
    assert (ends.min(), ends.max()) == (expected.low, expected.high)


def test_of_many_epochs_some_are_drawn(irises):
    with sweep({"seed": [0, 1]}, **irises, epochs=200) as long:
        (line,) = long.plot_curves("loss", by="seed", axes=None).get_lines()[:1]
        assert len(line.get_xdata()) == plots.POINTS
        assert line.get_xdata()[[0, -1]].tolist() == [0, 199]


def test_trials_that_failed_have_no_curve(failed):
    axes = failed.plot_curves("loss")
    assert [line.get_label() for line in axes.get_lines()] == ["0.001 (2)"]


def test_a_heat_map_has_the_mean_and_the_interval_in_each_cell(table):
    texts = drawn(table.plot_heat_map("optimizer", "learning_rate", "val_accuracy"))
    frame = table.frame()
    assert len(texts) == 4
    part = frame[(frame["optimizer"] == "sgd") & (frame["learning_rate"] == 0.01)]["val_accuracy"]
    expected = plots.bootstrap(part, np.mean)
    assert texts[0] == f"{expected.estimate:.3g}\n[{expected.low:.3g}, {expected.high:.3g}]"


def test_cells_whose_trials_failed_say_so(failed):
    texts = drawn(failed.plot_heat_map("learning_rate", "seed"))
    assert texts.count("failed") == 2


def test_parallel_coordinates_have_a_line_for_each_combination(table):
    axes = table.plot_parallel_coordinates("val_loss")
    texts = drawn(axes)
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["optimizer", "learning_rate", "units", "val_loss"]
    # A line and an interval
    assert len(axes.get_lines()) == 2 * 8
    assert {"sgd", "adam", "0.01", "0.1", "()", "(5,)"} < set(texts)
    paths = [line.get_ydata() for line in axes.get_lines()[::2]]
    means = table.means()
    order = np.argsort([path[-1] for path in paths])
    np.testing.assert_array_equal(order, np.argsort(means["val_loss"].to_numpy()))
    bars = np.concatenate([line.get_ydata() for line in axes.get_lines()[1::2]])
    assert (bars.min(), bars.max()) == (0, 1)


def test_pictures_are_drawn_where_they_are_asked_for(table):
    _, axes = pyplot.subplots()
    assert table.plot_curves(axes=axes) is axes
    assert table.plot_heat_map("optimizer", "units", axes=axes) is axes
    assert table.plot_parallel_coordinates(axes=axes) is axes


def test_what_is_no_setting_or_number_is_refused(table):
    with pytest.raises(ValueError, match=r"by: expected one of the settings, optimizer, .*, got 'rate'"):
        table.plot_curves(by="rate")
    with pytest.raises(ValueError, match="by: expected one of the settings"):
        table.plot_heat_map("optimizer", "rate")
    with pytest.raises(ValueError, match="by: expected one of loss"):
        table.plot_parallel_coordinates("rate")
    with pytest.raises(ValueError, match="over: expected a setting that is left, got none"):
        table.plot_parallel_coordinates(over=table.settings)
