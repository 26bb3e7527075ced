"""Without TensorFlow, or where it fails, the page is made without its numbers; tests/reference has the numbers."""

import subprocess

import pytest

from npnet.study import counterpart


def test_where_tensorflow_is_not_installed_there_are_no_numbers(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("subprocess.run", lambda *_, **__: pytest.fail("it was run"))
    assert counterpart.numbers() is None


@pytest.mark.parametrize(
    "failure",
    [subprocess.TimeoutExpired("python", 30), subprocess.CalledProcessError(1, "python"), OSError("no memory")],
)
def test_where_tensorflow_fails_there_are_no_numbers(monkeypatch, failure):
    def fail(*_, **__):
        raise failure

    monkeypatch.setattr("importlib.util.find_spec", lambda name: "there")
    monkeypatch.setattr("subprocess.run", fail)
    assert counterpart.numbers() is None


@pytest.mark.parametrize("printed", [b"", b"{}", b"an error"])
def test_what_is_no_numbers_is_none(monkeypatch, printed):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: "there")
    monkeypatch.setattr("subprocess.run", lambda *_, **__: subprocess.CompletedProcess([], 0, printed))
    assert counterpart.numbers() is None
