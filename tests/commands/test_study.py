"""``npnet study``: its exit status, what it says where it can't do what was asked, and that it stops when told."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from rich.console import Console

from npnet import cli
from npnet.study import files, runner

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


# The claims are measured by the other process meanwhile
WAITING = """
import signal, sys, time
from npnet.__main__ import entry
from npnet.study import runner
# A shell's background jobs are started with Ctrl-C ignored, and these tests may run in one
signal.signal(signal.SIGINT, signal.default_int_handler)
def wait(_):
    print("ready", flush=True)
    time.sleep(600)
runner.SECTIONS = (wait,)
runner.derivations.every = runner.errata.every = list
sys.argv = ["npnet", "study", "--quick", "--out", sys.argv[1]]
entry()
"""


def ended(group):
    """Return whether a group of processes has none any more; if it has, wait a moment."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    time.sleep(0.1)
    return False


def kill_group(group):
    """End what is left of a group of processes, so that a test that fails leaves nothing behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a group of processes are POSIX's")
@pytest.mark.parametrize("presses", [1, 2, 5])
def test_ctrl_c_ends_all_processes_however_often_it_is_pressed(presses, tmp_path):
    command = [sys.executable, "-c", WAITING, str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while process.stdout.readline() != "ready\n":
            assert process.poll() is None
        for _ in range(presses):
            # As a terminal does: to each process of the group
            os.killpg(process.pid, signal.SIGINT)
        try:
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    # A press that comes while Python leaves ends it by the signal, which a shell shows as 130 too
    assert process.returncode in (130, -signal.SIGINT)
    # No traceback, of either process
    assert said in ("npnet study: interrupted; no file was left half-written\n", "")[:presses]
    # multiprocessing's own helper follows once its pipe is closed
    assert any(ended(process.pid) for _ in range(600))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.skipif(sys.platform == "win32", reason="these signals are POSIX's")
@pytest.mark.parametrize("ending", ["SIGTERM", "SIGKILL"])
def test_a_signal_to_the_command_alone_ends_the_process_that_works_for_it_too(ending, tmp_path):
    command = [sys.executable, "-c", WAITING, str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    ) as process:
        while process.stdout.readline() != "ready\n":
            assert process.poll() is None
        process.send_signal(getattr(signal, ending))
        try:
            process.wait(timeout=60)
            assert any(ended(process.pid) for _ in range(600))
        finally:
            kill_group(process.pid)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_quick_run_has_a_folder_of_its_own(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    asked = []
    monkeypatch.setattr("npnet.study.run", lambda out, *_: asked.append(out) or Holds())
    for options in ([], ["--quick"], ["--quick", "--out", "here"]):
        assert cli.main(["study", *options]) == 0
    assert [out.name for out in asked] == ["study", "study-quick", "here"]


def test_a_quick_run_says_so_before_it_replaces_the_page_of_a_full_one(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("npnet.study.run", lambda *_: Holds())
    for page, said in (("", True), (files.QUICK, False)):
        (tmp_path / "index.html").write_text(page)
        for options, possible in ((["--quick"], True), ([], False)):
            assert cli.main(["study", *options, "--out", str(tmp_path)]) == 0
            assert ("will be replaced by a quick one" in capsys.readouterr().err) == (said and possible)


def test_an_interrupted_run_says_so(monkeypatch, tmp_path, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("npnet.study.runner.SECTIONS", (interrupt,))
    for module in ("claims", "derivations", "errata"):
        monkeypatch.setattr(f"npnet.study.runner.{module}.every", list)
    assert cli.main(["study", "--quick", "--out", str(tmp_path)]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


class Holds:
    """A study of one derivation, which holds."""

    reports = (True,)


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
    assert capsys.readouterr().err == f"npnet study: {tmp_path}: the process that shares the work was ended\n"


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
