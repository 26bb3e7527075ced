"""One step taken apart: it is the step that `fit` takes, and each of its lines is npnet's."""

import inspect
import json
import re
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from npnet import derivations, language
from npnet.play import apart
from npnet.play.choices import ACTIVATIONS, OPTIMIZERS, State
from npnet.play.run import Run

ROOT = Path(__file__).parent.parent.parent
STATES = {
    "sigmoid and cross-entropy": {},
    "softmax and cross-entropy": {"data": "digits", "l1": 0.01, "l2": 0.02, "widths": [3]},
    "mean squared error": {"loss": "mse", "activations": ["gelu", "silu"], "dtype": "float64", "l2": 0.1},
    "no hidden layer": {"widths": [], "optimizer": "nadam", "schedule": "cosine", "learning_rate": 0.5},
    **{name: {"optimizer": name, "learning_rate": 0.01} for name in OPTIMIZERS},
    **{name: {"activations": [name, name]} for name in ACTIVATIONS},
}


def run_of(name, epochs=2):
    run = Run(State().changed(STATES[name]))
    for _ in range(epochs):
        run.epoch()
    return run


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("epochs", [0, 2])
def test_the_net_after_it_is_the_one_after_fit_on_that_batch_to_the_bit(name, epochs):
    run = run_of(name, epochs)
    before = run.learners[0].net.parameters.copy()
    taken = apart.taken(run, 3)
    assert np.array_equal(run.learners[0].net.parameters, before)
    run.learners[0].train(3 * 32, 4 * 32, run.epochs)
    assert np.array_equal(taken.net.parameters, run.learners[0].net.parameters)
    assert not np.array_equal(taken.net.parameters, before)


def test_taking_a_step_apart_changes_nothing_in_those_that_follow():
    run, other = run_of("adam"), run_of("adam")
    apart.entries(run, 0)
    for one in (run, other):
        one.epoch()
    assert np.array_equal(run.learners[0].net.parameters, other.learners[0].net.parameters)


def test_a_step_of_the_first_member_is_its_own_up_to_rounding():
    run = Run(State(members=3, optimizer="adam"))
    run.epoch()
    taken = apart.taken(run, 0)
    run.learners[0].train(0, 32, run.epochs)
    assert np.allclose(taken.net.parameters, run.learners[0].net[0].parameters, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", STATES)
def test_arrays_of_one_name_are_the_same_wherever_they_are_shown(name):
    shown = [array for entry in apart.taken(run_of(name), 1).entries for array in (*entry.into, *entry.out)]
    for _, arrays in groupby(sorted(shown, key=lambda array: array.id), key=lambda array: array.id):
        first, *others = sorted((array.values for array in arrays), key=np.size, reverse=True)
        for other in others:
            # Without the row of ones, or of biases, or as it is
            part = first[: len(other)] if other.ndim else first
            assert np.array_equal(part, other)


@pytest.mark.parametrize("name", STATES)
def test_what_goes_into_a_line_came_out_of_one_before(name):
    known = {"y0", "labels"}
    for entry in apart.taken(run_of(name), 1).entries:
        ids = {array.id for array in entry.into if array.values.ndim}
        first = {one for one in ids if one.startswith(("W", "M before", "V before", "m before", "v before", "U before"))
                 or " before " in one}  # fmt: skip
        assert ids - first <= known, entry.title
        known |= {array.id for array in entry.out}


def test_the_entries_say_what_the_net_computes():
    run = run_of("mean squared error")
    taken = apart.taken(run, 0)
    found = {array.id: array.values for entry in taken.entries for array in (*entry.into, *entry.out)}
    net, x, y = run.learners[0].net, run.points.x_train[:32], run.points.y_train[:32]
    value, gradient = net.loss_and_gradient(x, y, regularizer="none")
    assert found["loss"] == value
    assert np.array_equal(found["y3"].T, net.predict(x))
    gradients = [found[f"gradient{number}"].ravel() for number in (1, 2, 3)]
    assert np.array_equal(np.concatenate(gradients), gradient)
    assert np.allclose(found["y1"][:8].T, net.activations[0](x @ net.weights[0] + net.biases[0]))


@pytest.mark.parametrize("name", STATES)
def test_each_entry_has_lines_of_npnet_and_a_derivation_that_is_there(name):
    known = {chain.name for chain in derivations.every()}
    for entry in apart.entries(run_of(name, 0), 0):
        lines = (ROOT / entry["file"]).read_text(encoding="utf-8").splitlines()
        assert lines[entry["line"] - 1].lstrip().startswith(("def ", "@")), entry["title"]
        assert '<span class="line"' in entry["code"]
        assert entry["derivation"] in known | {None}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_update_shows_all_its_moments_and_numbers_by_the_names_of_its_lines(name):
    run = run_of(name)
    optimizer = run.learners[0].optimizer
    update = apart.taken(run, 0).entries[-2]
    lines = "".join(inspect.getsource(function) for function in update.functions)
    layers = len(run.learners[0].net.weights)
    for arrays, others in ((update.into, 2), (update.out, 1)):
        assert sum(array.values.ndim > 0 for array in arrays) == layers * (others + len(optimizer.slots))
    assert sum(array.values.ndim == 0 for array in update.into) == len(optimizer.numbers(1))
    assert all(re.search(rf"\b{array.name}\b", lines) for array in update.into)


def test_derivations_of_the_main_lines_are_found():
    found = {entry["title"]: entry["derivation"] for entry in apart.entries(run_of("softmax and cross-entropy"), 0)}
    assert found["The loss"] == "softmax-cross-entropy"
    assert found["Layer 2, backward: to the layer before"] == "affine-input"
    assert apart.entries(run_of("adam"), 0)[-2]["derivation"] == "adam"


def test_of_a_large_batch_some_samples_are_shown():
    run = Run(State(batch_size=200, data="digits"))
    found = json.loads(json.dumps(apart.entries(run, 0), allow_nan=False))
    shape, values = found[0]["in"][1]["shape"], found[0]["in"][1]["values"]
    assert (shape, len(values), len(values[0])) == ([3, 200], 3, 16)


def test_titles_are_in_the_language_that_is_asked_for():
    english, chinese = (apart.entries(run_of("adam"), 0, say=language.get(code)) for code in ("en", "zh"))
    assert english[0]["title"] == "Layer 1, forward: the product"
    assert english[0]["title"] != chinese[0]["title"]
    assert english[0]["code"] == chinese[0]["code"]


@pytest.mark.parametrize(
    ("batch", "net", "name"),
    [(7, 0, "batch"), (-1, 0, "batch"), (0.5, 0, "batch"), (None, 0, "batch"),
     (0, 1, "net"), (0, -1, "net"), (0, "a", "net")],
)  # fmt: skip
def test_a_batch_or_a_net_that_is_not_there_is_refused(batch, net, name):
    with pytest.raises(ValueError, match=f"^{name}: expected "):
        apart.entries(run_of("adam"), batch, net)


def test_the_second_net_can_be_taken_apart_too():
    run = Run(State(rival={"activations": ["relu", "relu"]}))
    assert "relu" in {entry["derivation"] for entry in apart.entries(run, 0, 1)}
    assert "relu" not in {entry["derivation"] for entry in apart.entries(run, 0, 0)}
