"""``npnet derive``: what it prints, and its exit status."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from npnet import activations, cli, derivations
from npnet.derivations.engine import checking

COMMAND = "derive"


def test_without_a_name_it_lists_all(run):
    status, out, err = run()
    assert (status, err) == (0, "")
    assert all(derivation.name in out for derivation in derivations.every())


def test_a_name_prints_formula_code_reason_and_discrepancy(run):
    status, out, _ = run("tanh")
    assert status == 0
    assert "\n 8  = 1 − (2σ(2z) − 1)²" in out
    assert "tanh.derivative(tanh(z))" in out
    assert "The bracket is a square." in out
    assert out.count("✓ discrepancy") == 9
    assert out.count("proved by algebra") == 9
    assert out.count("the formula agrees") == 10


def test_a_formula_is_a_picture_whose_main_line_has_the_number(run):
    out = run("tanh")[1]
    lines = [line.rstrip() for line in out.splitlines()]
    at = lines.index(" 3  = ── (σ(2z) − σ(−2z))")
    assert lines[at - 1 : at + 2] == ["      d", lines[at], "      dz"]


def test_it_names_the_file_of_the_code_and_the_place_on_the_page(run):
    *_, file, page = run("tanh")[1].splitlines()
    path, _, number = file.removeprefix("The code: ").rpartition(":")
    assert "tanh'(z)" in Path(path).read_text(encoding="utf-8").splitlines()[int(number) - 1]
    assert page == "On the page of npnet study: index.html#derivation-tanh"


def test_a_formula_without_a_picture_is_shown_as_it_is_written(run, monkeypatch):
    chain = derivations.get("sigmoid")
    lines = [replace(chain.lines[0], latex=r"\unknown{z}", unchecked="none")]
    monkeypatch.setattr(derivations, "get", lambda name: replace(chain, lines=lines))
    assert r" 1  \unknown{z}" in run("sigmoid")[1]


def test_a_terminal_without_unicode_gets_the_latex():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "npnet", "derive", "mse"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    assert r"= \frac2N(p-y)" in printed


def test_a_broken_formula_ends_with_status_1_and_names_the_line(run, monkeypatch):
    monkeypatch.setattr(activations.Sigmoid, "slope", lambda self, y, out=None: y * (1 + y))
    monkeypatch.setattr(checking, "has_sympy", lambda: False)
    status, out, err = run("--all")
    assert status == 1
    assert "npnet derive: sigmoid, line 8: differs from the line before by" in err
    # The net's backward pass goes through the same derivative
    assert "npnet derive: backpropagation, line " in err
    assert "fails" in out
    assert run("sigmoid")[0] == 1


def test_all_hold(run, monkeypatch):
    few = [derivations.get(name) for name in ("sigmoid", "mse", "learning-rate-decay")]
    monkeypatch.setattr(derivations, "every", lambda: few)
    status, out, _ = run("--all")
    assert status == 0
    assert "3 derivations, 18 lines" in out
    assert "15 on symbols" in " ".join(out.split())
    assert "18 formulas are checked against their code" in " ".join(out.split())


def test_a_wrong_formula_ends_with_status_1_and_names_the_line(run, monkeypatch):
    chain = derivations.get("sigmoid")
    wrong = replace(chain.lines[-1], latex=r"y(1+y), \quad y = \sigma(z)")
    changed = replace(chain, lines=[*chain.lines[:-1], wrong])
    monkeypatch.setattr(derivations, "get", lambda name: changed)
    status, out, err = run("sigmoid")
    assert status == 1
    assert "✗ its formula differs from its code by" in out
    assert err.startswith("npnet derive: sigmoid, line 8: its formula differs from its code by")


def test_a_formula_that_is_not_checked_says_why(run, monkeypatch):
    monkeypatch.setattr(checking, "has_sympy", lambda: False)
    status, out, _ = run("he")
    assert status == 0
    assert "the formula is not checked: the mean of a sample" in " ".join(out.split())


def test_without_sympy_numbers_are_checked_and_it_says_so(run, monkeypatch):
    monkeypatch.setattr("npnet.derivations.engine.has_sympy", lambda: False)
    monkeypatch.setattr(checking, "has_sympy", lambda: False)
    status, out, err = run("sigmoid")
    assert status == 0
    assert err == "npnet derive: SymPy is not installed; the lines are checked on numbers only\n"
    assert "discrepancy" in out
    assert "algebra" not in out


def test_an_unknown_name_is_one_line_and_status_2(run):
    status, out, err = run("nothing")
    assert (status, out) == (2, "")
    assert err == "npnet derive: no derivation is named 'nothing'; npnet derive lists them\n"
    assert run("tahn")[2] == "npnet derive: no derivation is named 'tahn'; did you mean tanh?\n"


def test_a_name_and_all_together_are_status_2():
    with pytest.raises(SystemExit) as stopped:
        cli.main(["derive", "tanh", "--all"])
    assert stopped.value.code == 2


def test_npnet_and_its_derivations_load_without_sympy():
    code = "import sys, npnet.derivations as d; d.every(); sys.exit('sympy' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
