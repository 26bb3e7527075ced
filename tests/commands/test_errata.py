"""``npnet errata``: what it prints, and its exit status."""

import pytest

from npnet.experiments import errata

COMMAND = "errata"


def test_without_a_name_it_lists_all(run_in_words):
    status, out, err = run_in_words()
    assert (status, err) == (0, "")
    assert all(erratum.name in out for erratum in errata.every())


@pytest.mark.parametrize("erratum", errata.every(), ids=lambda erratum: erratum.name)
def test_a_name_gives_the_problem_both_forms_and_what_they_give(erratum, run_in_words):
    status, out, err = run_in_words(erratum.name)
    assert (status, err) == (0, "")
    assert out.startswith(f"{erratum.title} Section {erratum.section} of the notes")
    assert erratum.problem in out
    assert ("the notes' form: none" in out) == (not erratum.printed)
    # Cells fold
    assert all(row.what.split()[0] in out for row in erratum.show())
    assert erratum.where in out
    assert out.endswith(f"index.html#erratum-{erratum.name}")


def test_formulas_are_pictures(run_in_words):
    assert "the right form: w ← w − lr ⋅ m̂/√V̂" in run_in_words("adam-root")[1]


def test_code_is_shown_as_it_is_written(run_in_words):
    assert f"the right form: {errata.get('unseeded-weights').right}" in run_in_words("unseeded-weights")[1]


def test_an_unknown_name_is_one_line_and_status_2(run_in_words):
    hint = "did you mean adam-table or adam-root?"
    assert run_in_words("adam-tabel")[::2] == (2, f"npnet errata: no erratum is named 'adam-tabel'; {hint}\n")
