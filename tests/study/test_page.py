"""The page holds all that was run, needs nothing beside it, and can be read by machines."""

import json
import re

import pytest

from npnet import derivations
from npnet.derivations.engine import BEYOND
from npnet.experiments import claims, errata, preliminaries
from npnet.source import WIDTH

SECTIONS = [
    "1", "1.1", "1.2", "1.3", "1.4", "2", "2.1", "2.2", "2.2 (1)", "2.2 (2)", "3", "3.1", "3.1 (1)", "3.1 (2)",
    "3.1 (3)", "3.1 (4)", "3.1 (5)", "3.2", "3.2 (1)", "3.2 (2)", "3.3", "4", "4.1", "4.2", "4.2 (1)", "4.2 (2)",
    "4.2 (3)", "5", "5.1", "5.2", "5.2 (1)", "5.2 (2)", "5.2 (3)", "5.2 (4)", "5.2 (5)", "5.3", "6",
]  # fmt: skip


def as_shown(text):
    """Return a text as the page has it, with single spaces."""
    return " ".join(text.replace(" - ", " − ").split())


def ids(page, beginning):
    found = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    own = [name for name in found if name.startswith(beginning) and not name.endswith(("-caption", "-title"))]
    return [name.removeprefix(beginning) for name in own]


def test_each_section_of_the_notes_is_there_in_order(page):
    headings = [heading for heading in page.all("h2", "h3", "h4") if (heading.attributes["id"] or "").startswith("sec")]
    shown = [heading.attributes["id"].removeprefix("section-") for heading in headings]
    assert shown == [number.replace(" (", "-").replace(")", "").replace(".", "-") for number in SECTIONS]


def test_each_derivation_is_there_line_by_line(page):
    chains = derivations.every()
    assert len(chains) >= 17
    assert sum(len(chain.lines) for chain in chains) >= 80
    assert sorted(ids(page, "derivation-")) == sorted(chain.name for chain in chains)
    for article in page.with_class("derivation"):
        (lines,) = article.with_class("lines")
        chain = derivations.get(lines.attributes["id"].removeprefix("derivation-"))
        # Inside what is folded, so that a link to it unfolds it; the heading is above
        assert lines in article.all("details")[0].all("ol")
        assert article.all("h3", "h4", "h5")[0].text == f"Derivation {as_shown(chain.title)}"
        reasons = [as_shown(line.reason) for line in chain.lines]
        assert [element.text for element in lines.with_class("reason")] == reasons
        assert [element.literal for element in lines.all("pre")] == [f"{line.code}\n" for line in chain.lines]
        formulas = lines.with_class("formula")
        assert len(formulas) == len(chain.lines)
        assert all(formula.all("math") for formula in formulas)


def test_each_claim_has_a_verdict_and_intervals(page):
    every = claims.every()
    assert len(every) >= 14
    assert sorted(ids(page, "claim-")) == sorted(claim.name for claim in every)
    for article in page.with_class("claim"):
        claim = claims.get(article.all("h3", "h4", "h5")[0].attributes["id"].removeprefix("claim-"))
        (sentence,) = [text for text in article.all("p") if text.with_class("verdict")]
        assert claim.meaning in sentence.text
        # Numbers are in the table, which is folded
        assert len(article.all("details")[0].all("table")) == len(article.all("table")) == 1
        (verdict,) = sentence.with_class("verdict")
        # The colour is not all that tells them apart
        sign, _, words = verdict.text.partition(" ")
        assert (sign, words) in zip("✓≈?✗", claims.VERDICTS)
        rows = article.all("tr")[1:]
        assert rows
        for row in rows:
            _, estimate, interval = (cell.text for cell in row.all("th", "td"))
            low, high = (float(bound.replace("∞", "inf")) for bound in interval[1:-1].split(", "))
            # The numbers are rounded to four digits
            assert low <= float(estimate) <= high


def test_the_summary_counts_the_verdicts(page):
    found = [article.with_class("verdict")[0].text[2:] for article in page.with_class("claim")]
    held, limited, unsettled, refuted = (found.count(verdict) for verdict in claims.VERDICTS)
    (main,) = page.all("main")
    sentence = f"{held} hold, {limited} hold with a limit, {unsettled} left open, {refuted} refuted."
    assert sentence in main.text


def test_each_erratum_has_both_forms_and_what_they_give(page):
    every = errata.every()
    assert len(every) >= 8
    assert sorted(ids(page, "erratum-")) == sorted(erratum.name for erratum in every)
    for article in page.with_class("erratum"):
        erratum = errata.get(article.all("h3", "h4", "h5")[0].attributes["id"].removeprefix("erratum-"))
        assert article.all("h3", "h4", "h5")[0].text == f"Erratum {as_shown(erratum.title)}"
        assert as_shown(erratum.problem) in article.text
        assert erratum.where in article.text
        notes, right = article.all("dd")
        for shown, form in ((notes, erratum.printed), (right, erratum.right)):
            is_code = isinstance(form, errata.Code)
            assert bool(shown.all("math")) == bool(form and not is_code)
            assert [code.text.replace(" ", "") for code in shown.all("pre")] == [form.replace(" ", "")] * is_code
        assert [row.all("td")[1].text for row in article.all("tr")[1:]] == [
            " ".join(shown.right.split()) for shown in erratum.show()
        ]


def test_the_notes_numbers_are_there(page):
    (main,) = page.all("main")
    # Sections 2.2 (2) and 3.2 (3)
    assert "0.07394592752994529" in main.text
    assert "2.58349207e+00" in main.text


def test_it_needs_no_other_file_and_no_network(page, study):
    for element in page.all():
        alternate = element.attributes.get("rel") == "alternate"
        assert element.tag not in ("iframe", "img", "object")
        assert element.tag != "link" or alternate or element.attributes["href"] == "data:,"
        for name in ("src", "href", "xlink:href"):
            assert (element.attributes.get(name) or "#").startswith(("#", "data:,", "index."))
    text = (study[0] / "index.html").read_text(encoding="utf-8")
    assert "@import" not in text
    assert "url(http" not in text
    assert len(text.encode()) < 5e6


def test_each_id_stands_once_and_each_link_leads_to_one(page):
    found = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    assert len(found) == len(set(found))
    for element in page.all():
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert set((element.attributes.get(name) or "").split()) <= set(found)
        for name in ("href", "xlink:href"):
            target = element.attributes.get(name) or ""
            assert not target.startswith("#") or target[1:] in found


def test_each_heading_can_be_linked_to_and_no_level_is_left_out(page):
    headings = page.all("h1", "h2", "h3", "h4", "h5")
    assert [heading.tag for heading in headings].count("h1") == 1
    level = 0
    for heading in headings:
        (link,) = heading.all("a")
        # The heading is the link, so that both have one name
        assert link.text == heading.text
        assert link.attributes["href"] == f"#{heading.attributes['id'].removesuffix('-title')}"
        assert int(heading.tag[1]) <= level + 1
        level = int(heading.tag[1])


def test_the_contents_lead_to_every_section(page):
    (nav,) = page.all("nav")
    links = [link.attributes["href"] for link in nav.all("a")]
    sections = [f"#section-{name}" for name in ids(page, "section-")]
    chains = [f"#derivation-{chain.name}" for chain in derivations.every()]
    assert links == [*sections, "#summary", *chains]


def test_formulas_are_mathematics_and_no_latex_is_left(page):
    formulas = page.all("math")
    assert len(formulas) > 200
    for formula in formulas:
        assert "\\" not in formula.text
        assert formula.text
        assert not formula.all("merror")


def test_the_first_section_comes_first_and_what_was_found_last(page):
    (main,) = page.all("main")
    headings = [heading.attributes["id"] for heading in main.all("h2")]
    assert (headings[0], headings[-1]) == ("section-1", "summary")
    (header,) = page.all("header")
    assert not header.all("table")
    # Five lines, and the link to the other language
    assert len(header.all("p", "li")) == 6


def test_a_sections_own_derivation_is_open_and_comes_first(page):
    opened = {article.with_class("lines")[0].attributes["id"] for article in page.with_class("derivation")
              if "open" in article.all("details")[0].attributes}  # fmt: skip
    assert opened == {f"derivation-{chain.name}" for chain in derivations.every() if chain.opened}
    order = ids(page, "derivation-")
    assert order.index("softmax-cross-entropy") < order.index("cross-entropy")


def test_what_the_notes_do_not_have_is_folded_into_one_line(page):
    (folded,) = [details for details in page.all("details") if details.attributes.get("class") == "all"]
    assert "open" not in folded.attributes
    inside = {article.with_class("lines")[0].attributes["id"] for article in folded.with_class("derivation")}
    assert inside == {f"derivation-{chain.name}" for chain in derivations.every() if chain.section == BEYOND}


def test_a_formula_is_read_as_it_is_written_and_the_code_that_runs_is_folded(page):
    listings = {}
    for listing in page.with_class("listing"):
        formula = listing.all("pre")[0].literal
        folded = "".join(pre.literal for details in listing.all("details") for pre in details.all("pre"))
        listings[formula] = folded
        assert listing.with_class("where")
    assert (
        "np.sqrt(out, out=out)" in listings["V[:] = rho * V + (1 - rho) * g**2\nw -= lr * g / np.sqrt(V + epsilon)\n"]
    )
    assert "np.add(step, self.alpha * (1 - step), out=out)" in "".join(listings.values())
    # What is no longer than its formula is shown as it is
    (he,) = [formula for formula in listings if "rng.normal" in formula]
    assert listings[he] == ""


def test_what_an_optimizer_keeps_in_place_of_a_moment_is_told_beside_the_code_that_runs(page):
    told = {}
    for listing in page.with_class("listing"):
        # Of those of which a moment lacks its factor
        if re.search(r"[*/] \(1 - self\.", listing.literal):
            ((note,), name) = listing.with_class("prose"), re.search(r"class (\w+)\(", listing.literal)[1]
            told[name] = note.text.split("?")[0]
    assert list(told) == ["SGDM", "RMSProp", "Adam"]
    assert all(question.startswith("Where") for question in told.values())


def test_what_subtracts_is_a_minus_and_no_hyphen(page):
    texts = [e.text for e in page.all("h2", "h3", "h4", "h5", "caption", "figcaption", "td", "th")]
    texts += [element.text for element in page.with_class("reason")]
    assert [text for text in texts if " - " in text] == []
    assert any(" − " in text for text in texts)


def test_no_code_and_no_output_is_wider_than_the_page(page):
    lines = [line for shown in page.all("pre") for line in shown.literal.splitlines()]
    assert len(lines) > 1000
    assert [line for line in lines if len(line) > WIDTH] == []


def test_each_helper_is_defined_once_where_it_is_first_used(page):
    assert len(ids(page, "helper-")) == len(page.with_class("helper")) > 15
    for name in ("net_of", "flat", "take_steps", "moving_averages", "gradient", "derivative", "jacobian"):
        anchor = f"helper-{name.replace('_', '-')}"
        assert f"def {name}(" in page.one(anchor).text.replace(" (", "(")
        uses = [element for element in page.all() if f"#{anchor}" == element.attributes.get("href")
                or element.attributes.get("id") == anchor]  # fmt: skip
        # A definition names itself; all other uses come after it
        assert uses[0].attributes.get("id") == anchor
        assert len(uses) > 2


def test_each_example_of_the_preliminaries_has_its_title_text_and_output(page):
    (main,) = page.all("main")
    for example in preliminaries.every():
        assert example.title in main.text
        assert " ".join(example.text.split()) in main.text
        assert " ".join(example.run().split()) in main.text


def test_each_exercise_prints_what_the_page_shows_wherever_it_is_pasted(page, capsys):
    for task in page.with_class("exercise"):
        code, output = task.all("pre")
        exec(code.literal, {})
        assert capsys.readouterr().out.split() == output.text.split()
        assert task.all("details")


def test_only_the_parts_of_the_notes_are_landmarks(page):
    named = [section for section in page.all("section") if "aria-labelledby" in section.attributes]
    assert len(named) == 7
    assert not [element for element in page.all() if element.attributes.get("role") == "region"]


def test_figures_have_captions_and_alternative_text(page):
    figures = page.all("figure")
    assert len(figures) == 9
    for figure in figures:
        (caption,) = figure.all("figcaption")
        assert len(caption.text) > 40
        drawings = [drawing for drawing in figure.all("svg") if drawing.attributes.get("role") == "img"]
        assert drawings
        assert all(len(drawing.attributes["aria-label"]) > 40 for drawing in drawings)


def test_tables_have_captions_and_heads(page):
    for table in page.all("table"):
        assert table.all("caption")[0].text
        assert all(cell.attributes["scope"] == "col" for cell in table.all("thead")[0].all("th"))
        columns = len(table.all("thead")[0].all("th"))
        for row in table.all("tr"):
            assert sum(int(cell.attributes.get("colspan", 1)) for cell in row.all("th", "td")) == columns


def test_without_scripts_the_movable_figure_shows_its_last_epoch(page):
    film = page.one("film")
    data = json.loads(film.all("script")[0].text)
    assert [run["name"] for run in data["runs"]] == ["no regularizer", "L1(0.03)", "L2(0.03)"]
    (controls,) = film.with_class("controls")
    assert "hidden" in controls.attributes
    shown = [drawing.attributes["d"] for drawing in film.with_class("boundary")]
    assert shown == [run["paths"][-1] for run in data["runs"]]
    assert all(len(run["paths"]) == len(data["epochs"]) > 30 for run in data["runs"])


def test_it_says_what_kind_of_run_it_was(page):
    summary = page.one("summary")
    assert "What was found" in summary.text
    (main,) = page.all("main")
    assert "This is the quick run: 10 seeds in place of 100" in main.text
    assert page.all("footer")[0].text.startswith("Made by npnet study --quick")


@pytest.mark.parametrize("tag", ["html", "head", "body", "main", "title"])
def test_there_is_one_of_each(page, tag):
    assert len(page.all(tag)) == 1
    assert page.all("html")[0].attributes["lang"] == "en"
