"""The ``npnet`` command: its help, its version, and what it does with arguments that it does not know."""

import subprocess
import sys

import pytest

from npnet import cli


def test_bad_arguments_give_status_2(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["stady"])
    assert caught.value.code == 2
    assert "invalid choice" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        cli.main(["study", "--out", ""])
    assert caught.value.code == 2


def test_the_version_is_known(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out.startswith("npnet ")


def test_the_bare_command_shows_help_that_begins_with_the_study(capsys):
    assert cli.main([]) == 0
    assert "Begin with: npnet study" in capsys.readouterr().out


def test_each_command_has_help(capsys):
    for command in ("study", "derive"):
        with pytest.raises(SystemExit) as caught:
            cli.main([command, "--help"])
        assert caught.value.code == 0
        assert capsys.readouterr().out.startswith(f"usage: npnet {command}")


@pytest.mark.parametrize("program", [["-m", "npnet"], ["-c", "from npnet.cli import entry; entry()"]])
def test_a_process_leaves_with_the_exit_status(program):
    done = subprocess.run([sys.executable, *program, "derive", "sigmoyd"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("npnet derive: name: expected one of")
    assert done.stderr.endswith("did you mean sigmoid?\n")
    assert done.stderr.count("\n") == 1
