"""npnet's verdicts on a part of the set, and the table."""

import numpy as np
import pytest

from benchmarks.gradcheckers import __main__ as command
from benchmarks.gradcheckers import checkers
from npnet.gradcheck import complex_step

EVERY = command.cases()
names = pytest.mark.parametrize("name", ["npnet complex", "npnet central"])


def test_the_set_has_functions_of_all_kinds_with_names_of_their_own():
    assert len(EVERY) >= 60
    assert len({(case.kind, case.name) for case in EVERY}) == len(EVERY)
    wrong = [gradient for case in EVERY for gradient in case.wrong()]
    assert len(wrong) >= 250
    assert all((gradient != case.right).any() for case in EVERY for gradient in case.wrong().values())


@pytest.mark.parametrize("case", [c for c in EVERY if c.kind in ("smooth", "scale of x", "slopes apart", "net")][::3],
                         ids=lambda case: case.name)  # fmt: skip
def test_the_gradient_that_is_called_right_is(case):
    x = case.point
    slopes = [complex_step(case.f, x, direction.reshape(x.shape)) for direction in np.eye(x.size)]
    np.testing.assert_allclose(slopes, case.right.ravel(), rtol=1e-9)


@names
@pytest.mark.parametrize("start", range(4))
def test_no_verdict_of_npnets_is_wrong_and_few_are_left_open(name, start):
    found = command.answers([name], EVERY[start::12])
    kinds = [answer.kind for answer in found]
    assert kinds.count("wrong pass") == kinds.count("wrong refusal") == 0
    assert kinds.count("no verdict") <= 0.25 * len(kinds)


def test_a_table_counts_what_went_wrong(monkeypatch):
    def passes(f, gradient, x):
        return True

    def fails(f, gradient, x):
        return False

    def crashes(f, gradient, x):
        raise RuntimeError

    known = {name: ("numpy", run) for name, run in (("passes", passes), ("fails", fails), ("crashes", crashes))}
    monkeypatch.setattr(checkers, "CHECKERS", known)
    assert checkers.installed() == ["passes", "fails", "crashes"]
    table = command.table(list(known), command.answers(known, EVERY[:2]))
    assert table.splitlines() == [
        "| kind: wrong, right gradients | passes | fails | crashes |",
        "|---|---|---|---|",
        "| smooth: 8, 2 | 8 / 0 / 0 | 0 / 2 / 0 | 0 / 0 / 10 |",
        "| **all**: 8, 2 | 8 / 0 / 0 | 0 / 2 / 0 | 0 / 0 / 10 |",
    ]


def test_a_corner_is_no_verdict_that_could_be_wrong():
    (corner,) = [case for case in EVERY if case.name == "ReLU at 0"]
    found = command.answers(["npnet complex"], [corner])
    assert found[0].verdict == "corner"
    assert found[0].kind == ""
    assert found[0]._replace(verdict=False).kind == ""
    assert found[1]._replace(verdict=True).kind == "wrong pass"


def test_the_command_prints_the_table_and_what_was_misjudged(monkeypatch, capsys):
    monkeypatch.setattr(command, "cases", lambda: [case for case in EVERY if case.name == "tanh at 20"])
    assert command.main(["--only", "npnet central", "--show"]) == 0
    printed = capsys.readouterr().out
    assert "npnet central: no verdict: saturated, tanh at 20: right\n" in printed
    assert f"numpy {np.__version__}" in printed
    with pytest.raises(SystemExit) as stopped:
        command.main(["--only", "nobody"])
    assert stopped.value.code == 2
