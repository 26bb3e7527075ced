"""The report: a table of 80 columns, a notebook's, and a page of its own."""

import re
from dataclasses import replace

import pytest

from npnet.optimizers import Adam
from reference.checking.adapter import Reason
from reference.checking.lines import Line, lines
from reference.checking.problem import problem
from reference.checking.report import Report
from tests.reference.checking.sides import Npnet, broken, setting


def report(side, steps=2):
    return Report(
        "npnet 0", "MLP([5, 3], [<i>], float32)", "mse", list(lines(side, problem(side, None, None, steps, 0)))
    )


@pytest.fixture(scope="module")
def right():
    found = setting()
    return report(Npnet(found, found))


@pytest.fixture(scope="module")
def wrong():
    return report(broken(setting(), optimizer=Adam(0.01, 0.875, 0.96875, epsilon=1e-3)))


@pytest.fixture(scope="module")
def known():
    side = broken(setting(), optimizer=Adam(0.005, 0.875, 0.96875))
    halved = lambda before: replace(before, optimizer=Adam(0.005, 0.875, 0.96875))  # noqa: E731
    side.known = [Reason("npnet halves the rate", ("optimizer", "training"), halved)]
    return report(side)


def test_one_line_is_not_said_to_be_several(right):
    assert replace(right, lines=right.lines[:1]).verdict == "The only line agrees."
    known = replace(right.lines[0], reason="npnet rounds it")
    assert replace(right, lines=[known]).verdict == "The only line agrees, for a known reason."


def test_it_is_true_where_all_agree(right, wrong, known):
    assert right
    assert known
    assert not wrong
    assert right.first is None
    assert wrong.first.name == "optimizer alone, 1 step"


def test_the_table_fits_80_columns_and_marks_the_first_line_that_disagrees(right, wrong, known):
    for one in (right, wrong, known):
        assert max(map(len, str(one).splitlines())) <= 80
    assert str(right).endswith(f"All {len(right.lines)} lines agree.")
    marked = [line for line in str(wrong).splitlines() if line.rstrip().endswith("DIFFERS ←")]
    assert len(marked) == 1
    assert marked[0].startswith("optimizer alone, 1 step ")
    assert sum("DIFFERS" in line for line in str(wrong).splitlines()) == 4


def test_the_largest_elements_stand_under_the_table(wrong):
    below = str(wrong).partition("The first line that disagrees: optimizer alone, 1 step.")[2]
    assert re.search(r"place +theirs +npnet +difference +× bound", below)
    assert len(re.findall(r"[Wb] of layer \d, \[\d(?:, \d)?\]", below)) == 3


def test_a_known_reason_is_a_note(known):
    text = " ".join(str(known).split())
    assert "(1) npnet halves the rate: agrees with that." in text
    assert sum(line.rstrip().endswith("agrees (1)") for line in str(known).splitlines()) == 4
    assert text.endswith(f"All {len(known.lines)} lines agree, 4 of them for a known reason.")


def test_a_notebook_shows_the_same(right, wrong, known):
    for one in (right, wrong, known):
        html = one._repr_html_()
        assert "&lt;i&gt;" in html
        assert "<i>" not in html
        for line in one.lines:
            assert line.name in html
        assert one.verdict in html
    assert "DIFFERS ←" in wrong._repr_html_()
    assert all(one.place in wrong._repr_html_() for one in wrong.first.elements)
    assert "(1) npnet halves the rate" in known._repr_html_()


def test_a_page_needs_no_other_file(wrong, tmp_path):
    wrong.save(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert wrong._repr_html_().strip() in page
    assert not re.search(r"(src|href)=|https?:|url\(", page)
    # The letters of a table are escaped once
    assert "&amp;lt;" not in page


def test_no_number_and_no_verdict_is_broken_on_a_narrow_screen(wrong):
    cells = re.findall(r'<td style="([^"]*)">([^<]*)</td>', wrong._repr_html_())
    names = {line.name for line in wrong.lines} | {one.place for one in wrong.first.elements}
    assert len(cells) == 5 * (len(wrong.lines) + len(wrong.first.elements))
    assert all(("white-space: nowrap" in style) == (text not in names) for style, text in cells)


def test_an_error_is_told():
    line = Line("loss", float("inf"), 0.0, float("inf"), error="Keras raised TypeError: no")
    found = Report("Keras", "MLP", "mse", [line])
    assert "loss: Keras raised TypeError: no" in str(found)
    assert "loss: Keras raised TypeError: no" in found._repr_html_()
    assert not found


def test_an_error_behind_the_first_line_that_disagrees_is_told_too(wrong):
    later = Line("reported", float("inf"), 0.0, float("inf"), error="no <shape>")
    found = replace(wrong, lines=[*wrong.lines, later])
    assert found.first is wrong.first
    assert "reported: no <shape>" in str(found)
    assert "reported: no &lt;shape&gt;" in found._repr_html_()
