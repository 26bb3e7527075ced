"""The pages in other languages are the same page: anchors, formulas, code, numbers; and each leads to the other."""

import re
from collections import Counter

import pytest

from npnet import language
from npnet.language import LANGUAGES
from tests.locale import catalogue
from tests.study.markup import read


@pytest.fixture(scope="module")
def chinese(study):
    """The page in Chinese, as a tree."""
    out, _ = study
    return read((out / "index.zh.html").read_text(encoding="utf-8"))


def anchors(page):
    return [element.attributes["id"] for element in page.all() if "id" in element.attributes]


def formulas(page):
    return Counter(formula.literal for formula in page.all("math") if not formula.all("mtext"))


def code(page):
    return Counter(element.literal for element in page.all("code", "samp"))


def numbers(page):
    (main,) = page.all("main")
    return Counter(number for text in words(main) for number in re.findall(r"\d+(?:\.\d+)?", text))


def words(element):
    """Yield the texts that are neither code nor formulas nor the notes' own words."""
    for item in element.inside:
        if isinstance(item, str):
            yield re.sub(r"(\d) million", r"\g<1>00", item)
        elif item.tag not in ("code", "samp", "math", "script", "style", "q"):
            yield from words(item)


@pytest.mark.parametrize("same", [anchors, formulas, code, numbers])
def test_the_pages_have_the_same_anchors_formulas_code_and_numbers(page, chinese, same):
    assert same(page)
    assert same(page) == same(chinese)


@pytest.mark.parametrize(
    ("same", "other"),
    [
        (anchors, '<p><b id="a">1 x</b><math><mi>x</mi></math><code>x</code></p>'),
        (formulas, '<p><b id="b">1 x</b><math><mi>y</mi></math><code>x</code></p>'),
        (code, '<p><b id="b">1 x</b><math><mi>x</mi></math><code>y</code></p>'),
        (numbers, '<p><b id="b">2 x</b><math><mi>x</mi></math><code>x</code></p>'),
    ],
)
def test_pages_that_differ_are_told_apart(same, other):
    first, second = (
        read(f"<main>{text}</main>")
        for text in ('<p><b id="b">1 x</b><math><mi>x</mi></math><code>x</code></p>', other)
    )
    assert same(first) == same(first)
    assert same(first) != same(second)


@pytest.mark.parametrize(("name", "code"), [("page", "en"), ("chinese", "zh")])
def test_each_page_names_its_language_and_leads_to_the_others(request, name, code):
    shown = request.getfixturevalue(name)
    (html,) = shown.all("html")
    assert html.attributes["lang"] == LANGUAGES[code].tag
    others = [language.get(other) for other in LANGUAGES if other != code]
    (links,) = shown.with_class("languages")
    assert [(link.attributes["href"], link.text) for link in links.all("a")] == [(o.page, o.name) for o in others]
    alternates = {link.attributes["href"] for link in shown.all("link") if link.attributes.get("rel") == "alternate"}
    assert alternates == {"index.html", "index.zh.html"}


def test_all_that_has_a_translation_is_translated(chinese):
    left = [text for text in map(str.strip, words(chinese)) if re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", text)]
    exempt = " ".join(catalogue.untranslated(catalogue.read()))
    assert [text for text in left if " ".join(text.split()) not in exempt] == []


def test_latin_and_chinese_have_a_space_between_them_and_chinese_has_none_inside(chinese):
    # What is quoted keeps its own
    texts = [re.sub("“[^”]*”", "", " ".join(text.split())) for text in words(chinese)]
    assert [text for text in texts if re.search("[一-鿿][A-Za-z0-9]|[A-Za-z0-9)][一-鿿]", text)] == []
    assert [text for text in texts if re.search("[一-鿿，、] [一-鿿]", text)] == []


def test_alternative_texts_are_translated(chinese):
    labels = [element.attributes["aria-label"] for element in chinese.all() if element.attributes.get("aria-label")]
    assert [label for label in labels if not re.search("[一-鿿]", label)] == []


def test_the_notes_own_words_stand_above_sections_claims_and_errata(page, chinese):
    for shown in (page, chinese):
        quoted = shown.all("q")
        assert all(quotation.attributes.get("lang") == "zh" for quotation in quoted)
        assert len(quoted) > 90
        # From the notes, a search lands
        assert any("易造成梯度消失" in quotation.text for quotation in quoted)
