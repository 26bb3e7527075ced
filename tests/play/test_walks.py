"""The walks: what each says is there to see."""

from itertools import pairwise

import pytest

from npnet.play.run import Run
from npnet.play.snapshot import Views
from npnet.play.walks import WALKS

BY_TITLE = {walk.title: walk for walk in WALKS}


def frame_of(title, epochs, **changes):
    run = Run(BY_TITLE[title].state.changed(changes))
    for _ in range(epochs):
        run.epoch()
    return Views(run).frame()


def test_there_are_at_least_eight_each_with_three_sentences_and_a_question():
    assert len(BY_TITLE) == len(WALKS) >= 8
    for walk in WALKS:
        assert len(walk.sentences) == 3
        assert all(sentence.endswith(".") for sentence in walk.sentences)
        assert walk.question.endswith("?")


@pytest.mark.parametrize("title", BY_TITLE)
def test_each_can_be_trained(title):
    assert not frame_of(title, 5)["diverged"]


def test_at_a_rate_that_is_too_large_the_loss_jumps():
    loss = frame_of("A rate too large", 30)["curves"]["loss"]
    rises = sum(after > before for before, after in pairwise(loss))
    assert rises > 8
    calm = frame_of("A rate too large", 30, learning_rate=0.5)["curves"]["loss"]
    assert calm == sorted(calm, reverse=True)


def test_all_relus_die_and_the_first_layer_has_no_gradient():
    frame = frame_of("A dead ReLU", 10)
    assert frame["dead"] == [1.0]
    assert frame["gradient_norms"][0] == 0
    assert frame_of("A dead ReLU", 10, activations=["leaky_relu"])["dead"] == [0.0]


def test_through_six_sigmoids_the_gradient_vanishes_and_relu_learns():
    frame = frame_of("A vanishing gradient", 20)
    norms = frame["gradient_norms"]
    assert norms[0] < norms[-1] / 500
    assert norms == sorted(norms)
    assert frame["b"]["accuracy"] > 0.9 > frame["accuracy"]
    first = frame_of("A vanishing gradient", 0)["gradient_norms"]
    assert first[0] < first[-1] / 1000


def test_without_standardizing_the_loss_grows_by_powers_of_ten():
    assert frame_of("Why standardize", 10)["loss"] > 100
    assert frame_of("Why standardize", 10, standardize=True)["loss"] < 2


def test_l1_leaves_fewer_weights_than_l2():
    frame = frame_of("L1 beside L2 on the dots", 300)
    small = [
        sum(abs(w) < 0.02 for layer in one["weights"] for row in layer for w in row) for one in (frame, frame["b"])
    ]
    assert small[0] > 2 * small[1]


def test_a_large_beta_starts_late_and_ends_lower():
    early, late = (frame_of("What β does", epochs) for epochs in (10, 100))
    assert early["loss"] < early["b"]["loss"]
    assert late["loss"] > late["b"]["loss"]


def test_uncorrected_the_first_step_is_three_times_as_long():
    run = Run(BY_TITLE["Adam's first steps without the correction"].state)
    before = [learner.net.parameters.copy() for learner in run.learners]
    run.batch()
    moved = [abs(learner.net.parameters - old) for learner, old in zip(run.learners, before)]
    assert abs(moved[0].max() - 0.01) < 1e-4
    assert abs(moved[1].max() / moved[0].max() - 10**0.5) < 0.01


def test_with_20_points_the_test_loss_rises_while_the_training_loss_goes_to_0():
    curves = frame_of("Overfitting with 20 points", 300)["curves"]
    assert curves["loss"][-1] < 0.01
    assert curves["test_loss"][-1] > 2 * min(curves["test_loss"])
    run = Run(BY_TITLE["Overfitting with 20 points"].state)
    assert (len(run.points.y_train), len(run.points.y_test), run.learners[0].net.parameters.size) == (20, 20, 337)


def test_adam_winds_while_sgd_draws_a_line():
    frame = frame_of("SGD beside Adam on the spirals", 100)
    assert frame["b"]["accuracy"] > 0.85
    assert frame["accuracy"] < 0.75


def test_the_band_stays_wide_with_three_units_and_closes_with_six():
    wide, narrow = (frame_of("Fifty seeds", 100, widths=[units])["curves"]["band"] for units in (3, 6))
    assert wide["high"][-1] - wide["low"][-1] > 5 * (narrow["high"][-1] - narrow["low"][-1])
