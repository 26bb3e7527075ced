"""``npnet errata``: what it prints, and its exit status."""

import pytest
from rich.cells import cell_len

from npnet import cli
from npnet.experiments import errata


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command in a terminal of 80 columns; return its exit status, output and errors."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments):
        status = cli.main(["errata", *arguments])
        printed = capsys.readouterr()
        assert max(map(cell_len, printed.out.splitlines()), default=0) <= 80
        return status, " ".join(printed.out.split()), printed.err

    return run


def test_without_a_name_it_lists_all(run):
    status, out, err = run()
    assert (status, err) == (0, "")
    assert all(erratum.name in out for erratum in errata.every())


@pytest.mark.parametrize("erratum", errata.every(), ids=lambda erratum: erratum.name)
def test_a_name_gives_the_problem_both_forms_and_what_they_give(erratum, run):
    status, out, err = run(erratum.name)
    assert (status, err) == (0, "")
    assert out.startswith(f"{erratum.title} Section {erratum.section} of the notes")
    assert erratum.problem in out
    assert ("the notes' form: none" in out) == (not erratum.printed)
    # Cells fold
    assert all(row.what.split()[0] in out for row in erratum.show())
    assert erratum.where in out
    assert out.endswith(f"index.html#erratum-{erratum.name}")


def test_formulas_are_pictures(run):
    assert "the right form: w ← w − lr ⋅ m̂/√V̂" in run("adam-root")[1]


def test_code_is_shown_as_it_is_written(run):
    assert f"the right form: {errata.get('unseeded-weights').right}" in run("unseeded-weights")[1]


def test_an_unknown_name_is_one_line_and_status_2(run):
    hint = "did you mean adam-table or adam-root?"
    assert run("adam-tabel")[::2] == (2, f"npnet errata: no erratum is named 'adam-tabel'; {hint}\n")
