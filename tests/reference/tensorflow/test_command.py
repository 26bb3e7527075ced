"""``python -m reference``: its table, and that it sees broken formulas."""

import subprocess
import sys

import pytest

from npnet import activations, losses, optimizers, regularizers
from npnet.network import MLP
from npnet.optimizers import Optimizer
from reference.tensorflow.command import main


def test_the_table_is_green_and_fits_80_columns():
    command = [sys.executable, "-m", "reference", "--cases", "2", "--only", "loss"]
    process = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert process.returncode == 0
    assert "FAILED" not in process.stdout
    assert process.stdout.count(" ok") >= 20
    assert max(map(len, process.stdout.splitlines())) <= 80


def drifting_step(self, parameters, gradient):
    Optimizer.step(self, parameters, gradient)
    parameters += 2.0**-10 * abs(gradient)


@pytest.mark.parametrize(
    ("broken", "method", "wrong", "row"),
    [
        (activations.Sigmoid, "backward", lambda self, g, y, out=None: g * y * (1 + y), "sigmoid, backward"),
        (losses.MeanSquaredError, "gradient", lambda self, y, p, *weights: p - y, "mse, gradient"),
        (regularizers.L2, "gradient", lambda self, w: 2 * self.strength * w, "L2"),
        (optimizers.Adam, "step", drifting_step, "Adam, 1 step"),
        (MLP, "loss_and_gradient", lambda self, *arguments: (self.dtype.type(1), 0 * self.parameters), "network"),
    ],
)
def test_a_formula_broken_by_hand_makes_it_fail(monkeypatch, capsys, broken, method, wrong, row):
    monkeypatch.setattr(broken, method, wrong)
    assert main(["--cases", "3", "--only", row]) == 1
    printed = capsys.readouterr().out
    assert "FAILED" in printed
    assert "times over its bound" in printed


def test_a_case_that_raises_is_a_failure(monkeypatch, capsys):
    monkeypatch.setattr(activations.Tanh, "__call__", lambda self, z, out=None: 1 / 0)
    assert main(["--cases", "1", "--only", "tanh, float32"]) == 1
    assert "raised ZeroDivisionError" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--cases", "0"], ["--cases", "x"], ["--seed", "x"], ["--seed", "-1"]])
def test_bad_arguments_give_status_2(arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_an_unknown_row_gives_status_2(capsys):
    assert main(["--only", "no such row"]) == 2
    assert "no row's name contains 'no such row'" in capsys.readouterr().err


def test_without_tensorflow_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main([]) == 2
    assert capsys.readouterr().err.count("\n") == 1
