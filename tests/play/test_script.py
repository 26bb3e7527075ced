"""The script does what the page has done, to the bit."""

import subprocess
import sys

import numpy as np
import pytest

from npnet.play.choices import State
from npnet.play.run import Edit, Run
from npnet.play.script import WIDTH, text

DIVERGES = {"data": "digits", "standardize": False, "loss": "mse", "activations": ["identity", "identity"],
            "learning_rate": 10}  # fmt: skip
STATES = {
    "nothing": ({}, []),
    "an epoch": ({}, ["epoch"]),
    "adam": ({"optimizer": "adam", "learning_rate": 0.01, "numbers": {"beta_1": 0.8}, "l2": 0.01}, ["epoch"] * 9),
    "schedule": ({"schedule": "warmup-cosine", "l1": 0.001, "dtype": "float64", "scale": 0.7}, ["epoch"] * 7),
    "features": ({"data": "iris", "features": ["product", "sin_x2"], "noise": 0.3, "seed": 4}, ["batch"] * 10),
    "points": ({"data": "points", "points": [[i * 0.111, i % 7, i % 3] for i in range(40)], "loss": "mae"}, ["epoch"]),
    "numbers": ({"data": "slope", "loss": "huber", "test_share": 0.0}, ["epoch"] * 3),
    "rival": ({"rival": {"optimizer": "uncorrected_adam", "activations": ["relu", "elu"], "l2": 0.5}}, ["epoch"] * 3),
    "ensemble": ({"members": 4, "optimizer": "sgdm", "seed": 3}, ["epoch"] * 5 + ["batch"]),
    "no layers": ({"widths": [], "initializer": "zeros"}, ["epoch"] * 2),
    "diverged": (DIVERGES, ["epoch"] * 30),
    "one of two diverged": (DIVERGES | {"learning_rate": 1e-4, "rival": {"learning_rate": 10}}, ["epoch"] * 30),
    "by hand": ({"optimizer": "adam", "rival": {"l1": 0.1}},
                [(0, 1, 2, 3, 0.5), "epoch", (1, 0, 2, 7, -0.1), (1, 0, 2, 7, 0.1), "batch", (0, 2, 8, 0, 2.0),
                 "epoch"]),
    "changed": ({}, ["epoch", "batch", {"learning_rate": 0.5}, "batch", {"batch_size": 17}, "epoch", {"l2": 0.1},
                     {"schedule": "cosine"}, "epoch", "epoch", {"schedule": "constant"}, {"l1": 0.01}, "batch"]),
}  # fmt: skip


def trained(name):
    state, actions = STATES[name]
    run = Run(State().changed(state))
    for action in actions:
        if isinstance(action, tuple):
            run.set_weight(Edit(*action))
        elif isinstance(action, dict):
            run.adjust(run.state.changed(action))
        else:
            getattr(run, action)()
    return run


def result(script):
    """Return the names that a script ends with."""
    names = {}
    exec(compile(script, "script", "exec"), names)
    return names


@pytest.mark.parametrize("name", STATES)
def test_the_script_makes_the_same_bits(name, capsys):
    run = trained(name)
    names = result(text(run))
    for suffix, learner in zip(("", "_b"), run.learners):
        assert np.array_equal(names[f"net{suffix}"].parameters, learner.net.parameters)
        assert names[f"optimizer{suffix}"] == learner.optimizer or not run.parts
    assert str(
        run.learners[0].net.evaluate(run.points.x_train, run.points.y_train, regularizer=run.learners[0].penalty)
    ) in (capsys.readouterr().out)


def test_in_a_process_of_its_own_it_makes_the_same_bits_too():
    run = trained("changed")
    script = text(run) + "import sys\nsys.stdout.write(net.parameters.tobytes().hex())\n"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == run.learners[0].net.parameters.tobytes().hex()


@pytest.mark.parametrize("relative", [False, True])
def test_a_file_of_ones_own_is_found_from_any_folder(tmp_path, monkeypatch, relative):
    path = tmp_path / "a 'table'.csv"
    path.write_text("u,v,kind\n" + "".join(f"{i},{i % 5},{'ab'[i % 2]}\n" for i in range(40)))
    monkeypatch.chdir(tmp_path)
    run = Run(State(data="file", columns=("v", "u")), path.name if relative else path)
    run.epoch()
    script = text(run)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert np.array_equal(result(script)["net"].parameters, run.learners[0].net.parameters)


@pytest.mark.parametrize("name", STATES)
def test_lines_are_short_and_names_are_used(name):
    script = text(trained(name))
    assert max(map(len, script.splitlines())) <= WIDTH
    imported = [line.partition(" import ")[2].split(", ") for line in script.splitlines() if line.startswith("from ")]
    body = script.partition("\n\n")[2]
    assert all(word in body for words in imported for word in words)


def test_a_weight_that_was_set_again_and_again_is_told_once():
    assert text(trained("by hand")).count("[7] = ") == 1


def test_steps_one_by_one_are_told_as_what_they_come_to():
    run = Run(State())
    for _ in range(14):
        run.batch()
    assert text(run).count(".fit(") == 1
    assert "epochs=2" in text(run)
