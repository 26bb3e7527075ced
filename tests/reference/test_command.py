"""``python -m reference``: its table, and that it sees broken formulas."""

import subprocess
import sys

import pytest

from npnet import activations, losses, optimizers, regularizers
from npnet.network import MLP
from reference.__main__ import main


def test_the_table_is_green_and_fits_80_columns():
    command = [sys.executable, "-m", "reference", "--cases", "2", "--only", "loss"]
    process = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert process.returncode == 0
    assert "FAILED" not in process.stdout
    assert process.stdout.count(" ok") >= 20
    assert max(map(len, process.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("broken", "method", "wrong", "row"),
    [
        (activations.Sigmoid, "_derivative", lambda self, y: y * (1 + y), "sigmoid, backward"),
        (losses.MeanSquaredError, "_derivative", lambda self, y, p, out: p - y, "mse, gradient"),
        (regularizers.L2, "gradient", lambda self, w: 2 * self.strength * w, "L2"),
        (optimizers.Adam, "_update", lambda self, g, out, m, V: g * self.learning_rate, "Adam, 1 step"),
        (MLP, "_backward", lambda self, x, b, g: [a.fill(0) for part in g for a in part], "network"),
    ],
)
def test_a_formula_broken_by_hand_makes_it_fail(monkeypatch, capsys, broken, method, wrong, row):
    monkeypatch.setattr(broken, method, wrong)
    assert main(["--cases", "3", "--only", row]) == 1
    assert "FAILED" in capsys.readouterr().out


def test_a_case_that_raises_is_a_failure(monkeypatch, capsys):
    monkeypatch.setattr(activations.Tanh, "_value", lambda self, z, out: 1 / 0)
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
