"""The commands as tests run them: in a terminal of 80 columns."""

import pytest
from rich.cells import cell_len

from npnet import cli


@pytest.fixture
def run(request, monkeypatch, capsys):
    """Run the command of a test file, its COMMAND; return its exit status, output and errors."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments):
        status = cli.main([request.module.COMMAND, *arguments])
        printed = capsys.readouterr()
        assert max(map(cell_len, printed.out.splitlines()), default=0) <= 80
        return status, printed.out, printed.err

    return run


@pytest.fixture
def run_freely(request, capsys):
    """The same, where lines of the output may be long."""

    def run_freely(*arguments):
        status = cli.main([request.module.COMMAND, *arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run_freely


@pytest.fixture
def run_in_words(run):
    """The same, with one space in place of each line break and indentation in the output."""

    def run_in_words(*arguments):
        status, out, err = run(*arguments)
        return status, " ".join(out.split()), err

    return run_in_words
