"""The training: an epoch at once, its batches one by one, some at a time, and one `fit` are the same to the bit."""

import numpy as np
import pytest

from npnet import MLP, _choices, optimizers
from npnet.ensemble import Ensemble
from npnet.play.choices import State
from npnet.play.data import prepared
from npnet.play.run import Edit, Run, trained_for

STEPS, EPOCHS = 504, 72
"""7 batches an epoch, of which the last one is smaller."""
STATES = {
    "plain": {},
    "adam": {"optimizer": "adam", "learning_rate": 0.01, "l2": 0.01, "dtype": "float64"},
    "nadam, schedule": {"optimizer": "nadam", "schedule": "warmup-cosine", "learning_rate": 0.05, "decay_epochs": 50},
    "more classes": {"data": "digits", "activations": ["relu", "gelu"], "optimizer": "sgdm", "l1": 0.001},
    "numbers": {"data": "hills", "widths": [16], "loss": "huber", "scale": 0.5},
    "notes": {"loss": "mse", "initializer": "normal", "activations": ["sigmoid", "identity"], "optimizer": "rmsprop",
              "learning_rate": 0.01},
    "ensemble": {"members": 3, "optimizer": "adam", "learning_rate": 0.01},
}  # fmt: skip


def run_of(name):
    return Run(State().changed(STATES[name]))


def parameters(run):
    return [learner.net.parameters for learner in run.learners]


def equal(run, other):
    return all(np.array_equal(one, two) for one, two in zip(parameters(run), parameters(other)))


def fitted(name):
    """Return the net that one plain `fit` makes, from npnet's own names alone."""
    state = State().changed(STATES[name])
    points = prepared(state)
    loss = {"crossentropy": "categorical_crossentropy" if points.classes > 2 else "binary_crossentropy"}.get(
        state.loss, state.loss
    )
    output = {"categorical_crossentropy": "softmax", "binary_crossentropy": "sigmoid"}.get(loss, "identity")
    widths = [2, *state.widths, points.classes if points.classes > 2 else 1]
    kind, seeds = (Ensemble, {"seeds": range(3)}) if state.members > 1 else (MLP, {"seed": 0})
    net = kind(widths, list(state.activations), output, state.dtype, kernel_initializer=state.initializer, **seeds)
    if state.scale != 1:
        net.parameters = net.parameters * state.scale
    optimizer = optimizers.get(state.optimizer)
    optimizer.learning_rate = _choices.scheduled(state.schedule, state.learning_rate, state.decay_epochs)
    net.fit(points.x_train, points.y_train, loss=loss, optimizer=optimizer, epochs=EPOCHS, shuffle=False,
            regularizer=_choices.penalty(state.l1, state.l2))  # fmt: skip
    return net


@pytest.mark.parametrize("name", STATES)
def test_epochs_batches_pieces_and_one_fit_are_the_same_bits(name):
    whole, single, pieces = (run_of(name) for _ in range(3))
    while whole.epochs < EPOCHS:
        whole.epoch()
    for _ in range(STEPS):
        single.batch()
    sizes = iter(np.random.default_rng(0).integers(1, 6, STEPS).tolist())
    while pieces.epochs < EPOCHS:
        pieces.advance(next(sizes))
    assert (whole.step, whole.epochs) == (single.step, single.epochs) == (pieces.step, pieces.epochs) == (STEPS, EPOCHS)
    assert equal(whole, single)
    assert equal(whole, pieces)
    assert np.array_equal(whole.learners[0].net.parameters, fitted(name).parameters)
    one, other = (run.learners[0].measured() for run in (whole, single))
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other))
    assert not np.array_equal(parameters(whole)[0], parameters(run_of(name))[0])


def test_what_was_trained_is_one_part_however_it_was_cut():
    run = run_of("plain")
    for _ in range(10):
        run.batch()
    run.epoch()
    run.epoch()
    (part,) = run.parts
    assert (part.first, part.last, part.whole) == (0, 3, True)
    run.batch()
    assert [part.whole for part in run.parts] == [True, False]
    assert (run.parts[1].start, run.parts[1].stop) == (0, 32)


def test_the_rest_of_an_epoch_and_the_whole_one_after_it_are_two_parts():
    run, edit = run_of("plain"), Edit(0, 0, 0, 0, 0.5)
    run.batch()
    run.set_weight(edit)
    run.epoch()
    run.epoch()
    run.epoch()
    begun, noted, rest, whole = run.parts
    assert noted == edit
    assert [(part.first, part.last, part.start, part.stop) for part in (begun, rest, whole)] == [
        (0, 1, 0, 32), (0, 1, 32, 210), (1, 3, 0, 210),
    ]  # fmt: skip


@pytest.mark.parametrize("batches", [1, 3, 6])
def test_as_many_batches_are_trained_on_as_are_asked_for(batches):
    run = run_of("plain")
    run.advance(batches)
    assert (run.step, run.place, run.epochs) == (batches, 32 * batches, 0)


@pytest.mark.parametrize(
    ("data", "loss", "trained"),
    [
        ("circles", "crossentropy", ("binary_crossentropy", "sigmoid")),
        ("iris", "crossentropy", ("categorical_crossentropy", "softmax")),
        ("digits", "crossentropy", ("categorical_crossentropy", "softmax")),
        ("slope", "crossentropy", ("mse", "identity")),
        ("slope", "huber", ("huber", "identity")),
        ("circles", "mse", ("mse", "identity")),
    ],
)
def test_probabilities_are_learned_of_classes_alone(data, loss, trained):
    state = State(data=data, loss=loss)
    assert trained_for(state, prepared(state)) == trained


def test_an_epoch_ends_the_one_that_was_begun():
    run = run_of("plain")
    run.batch()
    run.epoch()
    assert (run.epochs, run.step, run.place) == (1, 7, 0)


def test_changes_take_effect_in_the_next_step_of_the_same_training():
    run, other = run_of("adam"), run_of("adam")
    run.epoch()
    before = run.learners[0].net.parameters.copy()
    run.adjust(run.state.changed({"learning_rate": 1e-6, "l2": 0.0, "batch_size": 100}))
    run.batch()
    assert run.place == 100
    assert 0 < abs(run.learners[0].net.parameters - before).max() < 1e-5
    other.epoch()
    other.adjust(other.state.changed({"learning_rate": 1e-6}))
    other.adjust(other.state.changed({"learning_rate": 0.01}))
    other.epoch()
    again = run_of("adam")
    again.epoch()
    again.epoch()
    assert equal(other, again)


def test_changing_the_batch_size_within_an_epoch_leaves_the_samples_their_order():
    run = run_of("plain")
    run.batch()
    run.adjust(run.state.changed({"batch_size": 50}))
    run.epoch()
    assert [(part.start, part.stop) for part in run.parts] == [(0, 32), (32, 210)]
    assert run.step == 1 + 4


def test_both_nets_begin_with_the_same_weights():
    run = Run(State(rival={"optimizer": "adam"}))
    one, other = parameters(run)
    assert np.array_equal(one, other)
    run.epoch()
    assert not np.array_equal(one, other)


def test_the_second_net_is_trained_as_it_would_be_alone():
    rival = {"optimizer": "adam", "learning_rate": 0.05, "activations": ["relu", "gelu"]}
    both, alone = Run(State(rival=rival)), Run(State().changed(rival))
    for run in (both, alone):
        for _ in range(3):
            run.epoch()
    assert np.array_equal(both.learners[1].net.parameters, alone.learners[0].net.parameters)
    assert both.learners[1].measured() == alone.learners[0].measured()


def test_members_are_the_nets_of_the_seeds_from_the_first_on():
    run = Run(State(members=3, seed=5))
    for place, member in enumerate(run.learners[0].net):
        alone = MLP([2, 8, 8, 1], "tanh", "sigmoid", seed=5 + place, kernel_initializer="glorot_uniform")
        assert np.array_equal(member.parameters, alone.parameters)
    assert run.learners[0].shown().members is None


def test_weights_that_are_set_by_hand_are_noted_each_once():
    run = run_of("plain")
    for edit in (Edit(0, 0, 0, 1, 0.5), Edit(0, 0, 0, 1, 0.75), Edit(0, 0, 1, 0, 0.5)):
        run.set_weight(edit)
    run.epoch()
    run.set_weight(Edit(0, 0, 1, 0, 0.25))
    values = [part.value if isinstance(part, Edit) else None for part in run.parts]
    assert values == [0.75, 0.5, None, 0.25]
    assert run.learners[0].net.weights[0][1, 0] == 0.25


DIVERGES = {"data": "digits", "standardize": False, "loss": "mse", "activations": ["identity", "identity"],
            "learning_rate": 10}  # fmt: skip


@pytest.mark.parametrize("members", [1, 3])
def test_a_number_that_is_not_finite_ends_the_training_and_is_said(members):
    run = Run(State().changed(DIVERGES | {"members": members}))
    for _ in range(50):
        run.epoch()
    assert "not finite in epoch" in run.stopped
    steps, kept = run.step, parameters(run)[0].copy()
    run.batch()
    run.epoch()
    assert run.step == steps
    assert np.isfinite(kept).all()
    assert np.array_equal(parameters(run)[0], kept)


def test_losses_are_those_of_the_parameters_after_the_steps():
    run = run_of("adam")
    run.epoch()
    learner, points = run.learners[0], run.points
    loss, accuracy, test_loss, test_accuracy = learner.measured()
    value, _ = learner.net.loss_and_gradient(points.x_train, points.y_train, regularizer=learner.penalty)
    assert loss == value
    assert (test_loss, test_accuracy) == learner.net.evaluate(points.x_test, points.y_test, regularizer="l2")
    assert accuracy == np.mean((learner.net.predict(points.x_train)[:, 0] > 0.5) == points.y_train)
    assert learner.curves.columns["loss"][-1] == loss
    assert learner.curves.steps == [0, 7]
