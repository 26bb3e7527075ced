"""What a notebook shows of npnet's objects: HTML that closes each tag, and in which every text is escaped."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest

from npnet import MLP, Ensemble, derivations, gradcheck
from npnet._html import Markup, Shown, code, curve, formula, table
from npnet.activations import Tanh
from npnet.derivations import Derivation
from npnet.derivations.engine import reals
from npnet.experiments import Interval, errata
from npnet.experiments.claims import Finding, Measure
from npnet.gradcheck import Check, Derivative
from npnet.history import Frozen, History
from tests.study.markup import read

EVIL = "<b>a</b> & \"'c' < d"


def cells(html):
    """The texts of a table's rows, the header first."""
    return [[cell.text for cell in row.all("th", "td")] for row in read(html).all("tr")]


def numbers(html):
    """The columns that stand to the right."""
    return [cell.text for cell in read(html).all("th") if cell.attributes["style"] == "text-align: right"]


def caption(html):
    (found,) = read(html).all("caption")
    return found.text


def test_a_table_is_escaped_and_its_numbers_stand_to_the_right():
    html = table([EVIL, "n"], [[EVIL, 1], ["", 2.5]], EVIL, numbers=["n"])
    assert cells(html) == [[EVIL, "n"], [EVIL, "1"], ["", "2.5"]]
    assert caption(html) == EVIL
    sides = [cell.attributes["style"] for cell in read(html).all("th", "td")]
    assert sides == ["text-align: left", "text-align: right"] * 3
    assert not read(html).all("b")


def test_a_table_without_a_caption_has_none():
    assert not read(table(["n"], [[1]])).all("caption")


def test_markup_stands_as_it_is():
    assert read(table(["x"], [[Markup("<i>x</i>")]])).all("i")[0].text == "x"


def test_code_and_formulas_are_escaped():
    assert code("a <\n  b") == '<pre style="margin: 0"><code>a &lt;\n  b</code></pre>'
    assert formula("a < b") == r"$\displaystyle a &lt; b$"


def points(drawing):
    (path,) = read(drawing).all("path")
    return [tuple(map(int, point.split())) for point in path.attributes["d"].removeprefix("M").split("L")]


def test_a_curve_spans_its_box_and_says_its_numbers():
    drawing = curve(np.array([3.0, 1.0, 2.0]), EVIL)
    assert points(drawing) == [(1, 1), (60, 21), (119, 11)]
    (svg,) = read(drawing).all("svg")
    assert svg.attributes["aria-label"] == f"{EVIL}: 3 first, 2 last, 1 to 3 between"
    assert (svg.attributes["width"], svg.attributes["height"]) == ("120", "22")


def test_a_curve_of_equal_numbers_is_level():
    assert points(curve(np.zeros(3), "loss")) == [(1, 11), (60, 11), (119, 11)]


def test_a_curve_leaves_out_what_is_not_finite_and_keeps_the_places_of_the_others():
    assert points(curve(np.array([np.nan, 1.0, np.inf, 0.0, np.nan]), "loss")) == [(30, 1), (90, 21)]


def test_a_curve_of_huge_numbers_does_not_overflow():
    assert points(curve(np.array([-1.7e308, 1.7e308]), "loss")) == [(1, 21), (119, 1)]


@pytest.mark.parametrize("values", [[], [1.0], [np.nan, 1.0]])
def test_a_curve_needs_two_numbers(values):
    assert curve(np.array(values), "loss") == ""


def test_a_curve_of_many_numbers_has_no_more_points_than_are_seen():
    found = points(curve(np.arange(10_000.0), "loss"))
    assert len(found) == 200
    assert (found[0], found[-1]) == ((1, 21), (119, 1))


def net(output="identity"):
    return MLP([2, 11, 1], output=output, seed=0)


def test_the_summary_is_text_with_a_table_for_notebooks():
    summary = net().summary()
    assert isinstance(summary, str)
    text = str(summary)
    assert type(text) is str
    assert (summary == text, hash(summary)) == (True, hash(text))
    assert f"{summary}" == text
    assert [" ".join(row).split() for row in cells(summary._repr_html_())] == [
        line.split() for line in summary.splitlines()
    ]


@pytest.mark.parametrize("copied", [lambda text: pickle.loads(pickle.dumps(text)), copy.copy, copy.deepcopy])
def test_a_copy_of_a_summary_is_the_same_text(copied):
    summary = Shown("a", "<p>b</p>")
    assert copied(summary) == summary == "a"
    assert copied(summary)._repr_html_() == "<p>b</p>"


class Evil(Tanh):
    def __repr__(self):
        return EVIL


def test_a_net_is_the_table_of_its_layers():
    html = net(Evil())._repr_html_()
    assert caption(html) == "MLP, float32"
    assert cells(html)[2:] == [["2", "11 -> 1", EVIL, "12", "11"], ["total", "2 layers", "", "45", "33"]]
    assert numbers(html) == ["parameters", "multiply-adds"]


def test_an_ensemble_says_how_many_members_it_has():
    html = Ensemble([2, 3], seeds=range(4), dtype="float64")._repr_html_()
    assert caption(html) == "Ensemble of 4 members, float64"
    assert cells(html)[1] == ["1", "2 -> 3", "identity", "9", "6"]


def history(*losses, rates=0.5, frozen=()):
    """The record of these losses, each a number or one for each member."""
    members = np.shape(losses)[1] if np.ndim(losses) == 2 else None
    made = History(len(losses) + 2, members=members)
    for loss in losses:
        made.add({"loss": loss, "learning_rate": rates})
    made.frozen = {member: Frozen(0, 0, EVIL, 0.5) for member in frozen}
    return made


def test_a_history_is_a_table_with_curves():
    html = history(4.0, 1.0, 2.0)._repr_html_()
    assert caption(html) == "History of 3 epochs"
    assert cells(html) == [
        ["", "first", "last", "least", "greatest", "over the epochs"],
        ["loss", "4", "2", "1", "4", ""],
        ["learning_rate", "0.5", "0.5", "0.5", "0.5", ""],
    ]
    assert numbers(html) == ["first", "last", "least", "greatest"]
    labels = [drawing.attributes["aria-label"] for drawing in read(html).all("svg")]
    assert labels[0] == "loss: 4 first, 2 last, 1 to 4 between"
    assert len(labels) == 2


def test_a_history_of_one_epoch_has_no_curve():
    html = history(4.0)._repr_html_()
    assert caption(html) == "History of 1 epoch"
    assert not read(html).all("svg")


def test_a_history_without_epochs_has_no_rows():
    html = history()._repr_html_()
    assert (caption(html), len(cells(html))) == ("History of 0 epochs", 1)


def test_a_history_of_members_shows_the_medians_of_those_that_are_not_frozen():
    html = history([4, 9, 2, 6], [1, np.nan, 2, 3], frozen=[1])._repr_html_()
    assert caption(html) == "History of 2 epochs, medians of 4 members, 1 frozen"
    assert cells(html)[1:] == [["loss", "4", "2", "2", "4", ""], ["learning_rate", "0.5", "0.5", "0.5", "0.5", ""]]


def test_a_rate_that_members_do_not_share_is_left_out():
    html = history([4, 9], [1, 2], rates=[0.1, 0.2])._repr_html_()
    assert [row[0] for row in cells(html)] == ["", "loss"]


def test_a_history_of_frozen_members_has_no_numbers():
    html = history([4, 9], frozen=[0, 1])._repr_html_()
    assert (caption(html), len(cells(html))) == ("History of 1 epoch, all 2 members frozen", 1)


def test_a_passed_check_is_the_table_of_its_worst_derivatives():
    html = gradcheck.check(lambda x: np.sum(x**3), lambda x: 3 * x**2, np.arange(1.0, 8))._repr_html_()
    assert caption(html) == "gradient check passed: 7 of 7 derivatives (complex); the worst 5 of them:"
    header, *rows = cells(html)
    assert header == ["place", "gradient", "derivative", "difference", "times the limit", "note"]
    assert numbers(html) == header[1:5]
    assert len(rows) == 5
    assert [float(row[4]) for row in rows] == sorted((float(row[4]) for row in rows), reverse=True)
    assert rows[0][1:3] == [str(3 * (int(rows[0][0][2]) + 1) ** 2)] * 2


def test_a_failed_check_shows_the_derivatives_that_fail():
    html = gradcheck.check(lambda x: x @ x, lambda x: 2 * x * [1, 1.5], [1.0, 2.0])._repr_html_()
    assert caption(html) == "gradient check failed: 1 of 2 derivatives (complex)"
    assert [row[:3] for row in cells(html)[1:]] == [["x[1]", "6", "4"]]


def test_doubts_about_derivatives_are_their_notes():
    derivatives = (Derivative(EVIL, 1, 1, 0.1, doubt=EVIL), Derivative("x[1]", 2.0, 2.0, 0.1, sides=(1, 3)))
    check = Check("central", derivatives)
    assert cells(check._repr_html_())[1:] == [[EVIL, "1", "1", "0", "0", EVIL]]
    corner = Check("central", derivatives[1:])._repr_html_()
    assert cells(corner)[1][-1] == "1 on one side, 3 on the other"
    assert caption(corner) == "gradient check at a corner: 1 of 1 derivatives (central)"


def test_doubts_about_a_whole_check_are_all_that_is_shown():
    html = Check("central", (Derivative("x", 1, 1, 0.1),), (EVIL, "another"))._repr_html_()
    assert caption(html) == "gradient check not decided (central)"
    assert cells(html) == [["why"], [EVIL], ["another"]]


@pytest.fixture
def chain():
    """A derivation whose second line is wrong."""
    made = Derivation("evil", "2.1", EVIL, {"z": reals("a number")})

    @made.line("z < 3", EVIL, unchecked="It is no number.")
    def _(z):
        return z

    @made.line("2z", "A mistake.")
    def _(z):
        return z * 2 if z.any() else z < 3

    return made


def test_a_derivation_is_its_lines(chain):
    html = chain._repr_html_()
    assert caption(html) == f"{EVIL} (section 2.1 of the notes)"
    assert cells(html) == [
        ["line", "formula", "code", "reason"],
        ["1", r"$\displaystyle z < 3$", "z", EVIL],
        ["2", r"$\displaystyle 2z$", "z * 2 if z.any() else z < 3", "A mistake."],
    ]


def test_a_report_says_of_each_line_whether_it_holds(chain):
    html = derivations.check(chain, symbolic=False)._repr_html_()
    _, first, second = cells(html)
    assert numbers(html) == ["difference"]
    assert first[4:] == ["0", "", "✓"]
    assert float(second[4]) > 1
    assert second[6].startswith("differs from the line before by")


def test_a_report_says_what_was_proved():
    html = derivations.check(derivations.get("sigmoid"))._repr_html_()
    assert [row[6] for row in cells(html)[1:]] == ["✓"] * len(derivations.get("sigmoid").lines)
    # The first line has none before it
    assert [row[5] for row in cells(html)[1:]] == ["", *["proved"] * (len(derivations.get("sigmoid").lines) - 1)]
    assert caption(html).startswith("The sigmoid's derivative is y(1 - y) (section 3.1 (1) of the notes). Differences")


def test_a_finding_is_its_measures():
    measures = {"a": Measure(EVIL, Interval(2, 1, np.inf)), "b": Measure("b", Interval(0.123456, -1e-7, 1))}
    html = Finding("left open", EVIL, measures)._repr_html_()
    assert caption(html) == f"left open: {EVIL}"
    assert numbers(html) == ["estimate", "interval"]
    assert cells(html) == [
        ["measured", "estimate", "interval"],
        [EVIL, "2", "[1, inf]"],
        ["b", "0.1235", "[-1e-07, 1]"],
    ]


def test_an_erratum_is_both_forms():
    erratum = replace(errata.get("adam-root"), title=EVIL, printed="a < b", right="b < a", problem=EVIL)
    html = erratum._repr_html_()
    assert caption(html) == EVIL
    assert cells(html) == [
        ["section", erratum.section],
        ["the notes", r"$\displaystyle a < b$"],
        ["right", r"$\displaystyle b < a$"],
        ["the problem", EVIL],
        ["right in", erratum.where],
    ]
    assert cells(replace(erratum, printed="")._repr_html_())[1][1] == "say nothing"


def test_a_table_of_the_study_shows_what_the_terminal_shows():
    pandas = pytest.importorskip("pandas")
    from npnet.study.content import Table

    frame = pandas.DataFrame({EVIL: [EVIL] * 30, "v": 1.0, "v low": 0.5, "v high": 2.0})
    shown = Table("t", EVIL, frame, preview=True)
    html = shown._repr_html_()
    assert caption(html) == EVIL
    assert cells(html) == [[EVIL, "v"], *shown.cells(preview=True)]
    assert numbers(html) == ["v"]
