"""The pictures of a history."""

import numpy as np
import pytest

from npnet.history import Frozen, History

matplotlib = pytest.importorskip("matplotlib")


@pytest.fixture(autouse=True)
def canvas():
    """Draw into memory."""
    with matplotlib.rc_context({"backend": "agg"}):
        from matplotlib import pyplot

        yield pyplot
        pyplot.close("all")


def history(members=None, epochs=3, **options):
    made = History(epochs, members=members, initial_epoch=5, **options)
    for epoch in range(epochs):
        row = {"loss": 3.0 - epoch, "learning_rate": 0.1, "accuracy": epoch / 4, "val_loss": 4.0, "val_accuracy": 0.5}
        made.add({name: value if members is None else value + np.arange(members) for name, value in row.items()})
    return made


def lines(axes):
    return {line.get_label(): (line.get_xdata(), line.get_ydata()) for line in axes.get_lines()}


def test_losses_and_accuracies_stand_side_by_side():
    made = history(validation=True, classification=True, accuracy=True)
    losses, accuracies = made.plot()
    assert losses.figure is accuracies.figure
    assert (losses.get_ylabel(), accuracies.get_ylabel(), losses.get_xlabel()) == ("loss", "accuracy", "epoch")
    for axes, names in ((losses, ("loss", "val_loss")), (accuracies, ("accuracy", "val_accuracy"))):
        for label, name in zip(("training", "validation"), names):
            x, y = lines(axes)[label]
            assert list(x) == [5, 6, 7]
            np.testing.assert_array_equal(y, getattr(made, name))
        assert [text.get_text() for text in axes.get_legend().get_texts()] == ["training", "validation"]


def test_what_was_not_recorded_has_no_picture():
    (losses,) = history().plot()
    assert list(lines(losses)) == ["training"]
    losses, accuracies = history(validation=True, classification=True).plot()
    assert list(lines(accuracies)) == ["validation"]


def test_an_ensemble_has_a_thin_line_for_each_member_and_a_thick_one_for_the_median():
    made = history(members=3)
    (axes,) = made.plot()
    *members, median = axes.get_lines()
    np.testing.assert_array_equal([line.get_ydata() for line in members], made.loss.T)
    np.testing.assert_array_equal(median.get_ydata(), made.loss[:, 1])
    assert median.get_label() == "training, median of 3 members"
    assert median.get_linewidth() > members[0].get_linewidth()
    made.frozen = {member: Frozen(5, 0, "loss", 0.1) for member in range(3)}
    (axes,) = made.plot()
    assert len(axes.get_lines()) == 3
    assert axes.get_legend() is None


def test_one_epoch_is_a_point():
    assert history(epochs=1).plot()[0].get_lines()[0].get_marker() == "o"
    assert history().plot()[0].get_lines()[0].get_marker() == ""


def test_axes_may_be_given(canvas):
    given = canvas.figure().add_subplot()
    (axes,) = history().plot(given)
    assert axes is given
    assert len(given.get_lines()) == 1
    with pytest.raises(ValueError, match="axes: expected 2, for loss and accuracy, got 1"):
        history(accuracy=True).plot(given)
    for wrong in ("a", [canvas.figure()], 3, "plot"):
        with pytest.raises(ValueError, match="axes: expected Axes of matplotlib, got"):
            history().plot(wrong)


def test_a_record_without_epochs_has_no_picture():
    with pytest.raises(ValueError, match="history: expected at least one epoch to plot, got none"):
        history(epochs=0).plot()
