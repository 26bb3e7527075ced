"""What is shown of a training that runs: a bar on a terminal, lines elsewhere."""

import contextlib
import io
import re
import sys

import numpy as np
import pytest

from npnet import MLP, Ensemble

pytest.importorskip("rich")
X = np.random.default_rng(0).normal(size=(20, 2))
LABELS = (X.sum(axis=1) > 0).astype(int)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def settings(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "160")


def shown(output, net=None, **options):
    """Train, and return the history and what was written."""
    net = MLP([2, 2], output="softmax", seed=0) if net is None else net
    with contextlib.redirect_stdout(output):
        history = net.fit(X, LABELS, **({"epochs": 3, "validation_data": (X, LABELS)} | options))
    return history, output.getvalue()


def numbers(text):
    """The epochs of lines."""
    return [line.partition(":")[0] for line in text.splitlines()]


@pytest.mark.parametrize("verbose", [1, True])
def test_a_terminal_has_a_bar_that_ends_with_the_last_epochs_numbers(verbose):
    history, text = shown(Terminal(), verbose=verbose)
    assert "━" in text
    assert "3/3" in text.rpartition("\r")[2]
    assert history.last() in text.rpartition("\r")[2]
    assert "epoch 0:" not in text


def test_a_narrow_terminal_has_all_numbers(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    history, text = shown(Terminal(), verbose=1, record_accuracy=True)
    # Without the colours
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert "3/3" in text
    assert "…" not in text
    assert set(history.last().split()) <= set(text.split())


def test_the_bar_of_an_ensemble_counts_on_from_the_initial_epoch():
    nets = Ensemble([2, 2], output="softmax", members=2)
    history, text = shown(Terminal(), nets, epochs=9, initial_epoch=5, verbose=1, callbacks=[lambda *_: True])
    assert "6/9" in text
    assert history.last() in text


def test_what_a_callback_prints_stands_above_the_bar():
    _, text = shown(Terminal(), verbose=1, callbacks=[lambda net, history: print(f"after {history.epochs}")])
    assert text.index("after 3") < text.rindex("3/3")


def test_a_bar_ends_with_a_training_that_is_interrupted():
    def interrupt(net, history):
        raise KeyboardInterrupt

    terminal = Terminal()
    with pytest.raises(KeyboardInterrupt):
        shown(terminal, verbose=1, callbacks=[interrupt])
    # The cursor is shown again
    assert terminal.getvalue().rindex("\x1b[?25h") > terminal.getvalue().rindex("\x1b[?25l")


def without_rich(monkeypatch):
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    return Terminal()


def on_a_terminal_that_only_writes(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    return Terminal()


def into_a_file(monkeypatch):
    return io.StringIO()


@pytest.mark.parametrize("output", [without_rich, on_a_terminal_that_only_writes, into_a_file])
def test_elsewhere_there_are_lines(output, monkeypatch):
    history, text = shown(output(monkeypatch), verbose=1)
    assert numbers(text) == ["epoch 0", "epoch 1", "epoch 2"]
    assert text.splitlines()[-1] == f"epoch 2: {history.last()}"


@pytest.mark.parametrize(("verbose", "lines"), [(0, []), (2, ["epoch 0", "epoch 2"]), (3, ["epoch 0", "epoch 2"])])
def test_lines_that_are_asked_for_are_lines_on_a_terminal_too(verbose, lines):
    assert numbers(shown(Terminal(), verbose=verbose)[1]) == lines
