"""The command's arguments, its exit status, and what it says where it can't do what was asked."""

import io
import os
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from rich.console import Console

from npnet import cli
from npnet.study import runner

ROOT = Path(__file__).parent.parent.parent


def test_a_folder_that_cannot_be_made_gives_one_line_and_status_2(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert cli.main(["study", "--out", str(tmp_path / "file" / "study")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"npnet study: {tmp_path}")
    assert captured.err.count("\n") == 1


def test_a_blocked_name_is_found_before_the_work_begins(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("npnet.study.runner._compute", lambda *_: pytest.fail("the work began"))
    (tmp_path / "index.html").mkdir()
    assert cli.main(["study", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"npnet study: {tmp_path / 'index.html'}: Is a directory\n"


def test_a_terminal_without_utf8_gets_no_traceback(tmp_path):
    # The first sections have what ASCII has not; the rest would only take time
    less = "runner.SECTIONS = runner.SECTIONS[:10]; runner.claims.every = runner.derivations.every = list; "
    code = f"import sys; from npnet import cli; from npnet.study import runner; {less}"
    code += f"runner.errata.every = list; sys.exit(cli.main(['study', '--quick', '--out', {str(tmp_path)!r}]))"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert (process.returncode, process.stderr) == (0, "")
    assert "?" in process.stdout


def test_an_interrupted_run_says_so(monkeypatch, tmp_path, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("npnet.study.runner.SECTIONS", (interrupt,))
    for module in ("claims", "derivations", "errata"):
        monkeypatch.setattr(f"npnet.study.runner.{module}.every", list)
    assert cli.main(["study", "--quick", "--out", str(tmp_path)]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


class Fails:
    """A study of one derivation, which does not hold."""

    reports = (False,)


def test_a_line_that_does_not_hold_gives_status_1(monkeypatch, tmp_path):
    monkeypatch.setattr("npnet.study.run", lambda *_: Fails())
    assert cli.main(["study", "--out", str(tmp_path)]) == 1


def test_a_process_that_is_killed_gives_one_line_and_status_2(monkeypatch, tmp_path, capsys):
    def die(*_):
        raise BrokenProcessPool("killed")

    monkeypatch.setattr("npnet.study.runner.SECTIONS", (die,))
    for module in ("claims", "derivations", "errata"):
        monkeypatch.setattr(f"npnet.study.runner.{module}.every", list)
    assert cli.main(["study", "--quick", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"npnet study: {tmp_path}: the process that runs the claims was ended\n"


def test_who_stops_reading_gets_the_page_all_the_same(monkeypatch, tmp_path):
    def stop(*_):
        raise BrokenPipeError

    monkeypatch.setattr("npnet.study.runner.SECTIONS", ())
    monkeypatch.setattr("npnet.study.terminal.show", stop)
    for module in ("claims", "derivations", "errata"):
        monkeypatch.setattr(f"npnet.study.runner.{module}.every", list)
    with pytest.raises(BrokenPipeError):
        runner.run(tmp_path, Console(file=io.StringIO()), quick=True)
    assert (tmp_path / "index.html").is_file()
