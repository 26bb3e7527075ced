"""The ``npnet`` command: its help, its version, what it does with arguments that it does not know, and how it ends."""

import subprocess
import sys
from pathlib import Path

import pytest

from npnet import cli
from npnet.commands import COMMANDS


@pytest.fixture
def refused(capsys):
    """Run the command with arguments that it refuses; return what it says."""

    def run(*arguments):
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        assert caught.value.code == 2
        return capsys.readouterr().err

    return run


def test_an_unknown_command_asks_for_the_one_that_is_spelled_alike(refused):
    assert refused("stduy").endswith("npnet: error: no command is named 'stduy'; did you mean study?\n")
    assert refused("claim", "tanh-mean").endswith("'claim'; did you mean claims?\n")
    assert refused("zzz").endswith(
        "'zzz'; expected one of study, play, derive, claims, errata, check, train, predict, show, sweep, api\n"
    )


def test_an_unknown_option_shows_the_usage_of_its_command(refused):
    assert refused("study", "--seeds", "5").startswith("usage: npnet study ")
    assert refused("derive", "tanh", "sigmoid").startswith("usage: npnet derive ")
    assert refused("--colour").startswith("usage: npnet [")
    assert refused("study", "--out", "").endswith("expected the name of a folder, got ''\n")


def test_the_version_is_known(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out.startswith("npnet ")


def test_the_bare_command_shows_help_that_begins_with_the_study(capsys):
    assert cli.main([]) == 0
    assert "Begin with: npnet study" in capsys.readouterr().out


def test_each_command_has_help(capsys):
    for command in COMMANDS:
        with pytest.raises(SystemExit) as caught:
            cli.main([command, "--help"])
        assert caught.value.code == 0
        assert capsys.readouterr().out.startswith(f"usage: npnet {command}")


@pytest.mark.parametrize("program", [["-m", "npnet"], ["-c", "from npnet.__main__ import entry; entry()"]])
def test_a_process_leaves_with_the_exit_status(program):
    done = subprocess.run([sys.executable, *program, "derive", "sigmoyd"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "npnet derive: no derivation is named 'sigmoyd'; did you mean sigmoid?\n"


def test_who_stops_reading_ends_the_command_without_a_word():
    command = [sys.executable, "-m", "npnet", "derive", "tanh"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
    # Not 1, which says that a line does not hold
    assert (process.returncode, said) == (cli.STOPPED_READING, "")


def test_in_another_clone_one_line_says_which_files_run(tmp_path, monkeypatch, capsys):
    (tmp_path / "npnet").mkdir()
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = npnet\n")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["errata", "adam-root"]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"npnet: what runs is {Path(cli.__file__).parent}, not the clone {tmp_path}; ")


def test_an_interrupt_before_the_command_is_known_is_told_too(monkeypatch, capsys):
    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "parser", interrupt)
    assert cli.main(["study"]) == 130
    assert capsys.readouterr().err == "npnet: interrupted\n"


def test_a_second_interrupt_while_the_first_is_told_ends_the_process():
    code = (
        "from npnet import __main__, cli\ndef interrupted(): raise KeyboardInterrupt\ncli.main = interrupted\n"
        "__main__.entry()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "")


def test_an_interrupt_that_a_callback_loses_comes_again():
    code = (
        "import signal, time\nfrom npnet import __main__, cli\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\nclass Interrupted:\n    def __del__(self):\n"
        "        raise KeyboardInterrupt\ndef main():\n    Interrupted()\n    time.sleep(60)\n"
        "cli.main = main\n__main__.entry()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50)
    assert (done.returncode, done.stderr) == (130, "")


def test_another_error_of_a_callback_is_shown():
    code = (
        "from npnet import __main__, cli\nclass Wrong:\n    def __del__(self):\n        raise ValueError('mine')\n"
        "def main():\n    Wrong()\n    return 0\ncli.main = main\n__main__.entry()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50)
    assert done.returncode == 0
    assert done.stderr.strip().endswith("ValueError: mine")


# Ctrl-C comes as the first module of NumPy is asked for
INTERRUPTED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.{handler})
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            try:
                os.kill(os.getpid(), signal.SIGINT)
            finally:
                # As modules of other kinds do with an exception
                raise ImportError("numpy was interrupted")
sys.meta_path.insert(0, Interrupting())
from npnet.__main__ import entry
entry()
"""


def interrupted(handler):
    """Return what comes of a command whose imports are interrupted, with a handler of Ctrl-C."""
    code = INTERRUPTED.replace("{handler}", handler)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill with SIGINT is POSIX's")
def test_an_interrupt_while_modules_are_imported_is_told_in_one_line():
    done = interrupted("default_int_handler")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "npnet: interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill with SIGINT is POSIX's")
def test_a_command_that_was_started_to_ignore_interrupts_does():
    assert interrupted("SIG_IGN").stderr.endswith("ImportError: numpy was interrupted\n")
