"""The command ends when its time is over, and says what was found."""

import importlib.util
import sys

import pytest

from tests.fuzz import __main__ as command

WITH_ATHERIS = importlib.util.find_spec("atheris") is not None


def child(text):
    """Return a process that is started in place of the fuzzer."""
    popen = command.subprocess.Popen
    return lambda _, **options: popen([sys.executable, "-c", text], **options)


@pytest.fixture
def with_atheris(monkeypatch):
    monkeypatch.setattr(command.importlib.util, "find_spec", lambda name: name)


def test_without_atheris_it_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command.importlib.util, "find_spec", lambda name: None)
    assert command.main(["model", "--folder", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "tests.fuzz: atheris is not installed; pip install 'npnet[fuzz]' installs it\n"


def test_processes_that_files_end_are_followed_by_others(tmp_path, monkeypatch, with_atheris, capsys):
    monkeypatch.setattr(command.subprocess, "Popen", child("import sys; sys.exit(77)"))
    monkeypatch.setattr(command, "MOST_ENDS", 2)
    assert command.main(["table", "--folder", str(tmp_path), "--seconds", "600"]) == 1
    assert "2 ended the process" in capsys.readouterr().out


def test_what_was_found_is_named(tmp_path, monkeypatch, with_atheris, capsys):
    text = "from pathlib import Path; from tests.fuzz.fuzzing import Findings; import time\n"
    text += f"Findings(Path({str(tmp_path / 'table')!r})).give(lambda content: 1 / 0, b''); time.sleep(1)"
    monkeypatch.setattr(command.subprocess, "Popen", child(text))
    assert command.main(["table", "--folder", str(tmp_path), "--seconds", "1"]) == 1
    (name, _) = (file.name for file in sorted((tmp_path / "table" / "findings").iterdir()))
    printed = capsys.readouterr().out
    assert "1 raised something else than a ValueError, 0 ended the process" in printed
    assert name in printed


@pytest.mark.skipif(not WITH_ATHERIS, reason="atheris is not installed")
@pytest.mark.parametrize("target", ["model", "table"])
def test_some_seconds_of_it(tmp_path, target, capsys):
    assert command.main([target, "--folder", str(tmp_path), "--seconds", "5"]) == 0
    assert int(capsys.readouterr().out.split()[1]) > 0
