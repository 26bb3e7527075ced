"""The catalogue has each text that people read, and no other, and a translation says what the text says."""

import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from npnet import language
from tests.locale import catalogue, extraction
from tests.locale.extraction import Text

EXEMPT = (extraction.ROOT / "tests" / "locale" / "untranslated.txt").read_text(encoding="utf-8").splitlines()
"""The texts that are still to be translated."""


@pytest.fixture(scope="module")
def chinese():
    return catalogue.read()


def test_the_catalogue_has_each_text_and_no_other(chinese):
    shown = {text.msgid for text in extraction.texts()}
    known = {message.id for message in catalogue.messages(chinese)}
    # `python -m tests.locale` mends both
    assert (shown - known, known - shown) == (set(), set())


def test_what_is_not_translated_is_listed(chinese):
    assert sorted(catalogue.untranslated(chinese)) == sorted(EXEMPT)


def test_translations_have_the_placeholders_formulas_code_and_numbers_of_the_text(chinese):
    found = {
        message.id: faults
        for message in catalogue.messages(chinese)
        if message.string and (faults := catalogue.faults(message.id, message.string))
    }
    assert not found


def test_the_language_reads_the_catalogue(chinese):
    say = language.get("zh")
    assert say("The two signs cancel.") == chinese["The two signs cancel."].string != "The two signs cancel."


ENGLISH = "At `$z = 2$` it is {y:.2f}, `np.log` of <b>%(count)s</b> in 3 of 4 million."


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("在 `$z = 2$` 处是 {y:.2f}，`np.log`，<b>%(count)s</b>，3，400 万。", None),
        ("在 `$z = 2$` 处是 {z:.2f}，`np.log`，<b>%(count)s</b>，3，400 万。", "placeholders"),
        ("在 `$z = 2$` 处是 {y:.3f}，`np.log`，<b>%(count)s</b>，3，400 万。", "placeholders"),
        ("在 `$z = 2$` 处是 {y:.2f}，`np.log`，<b>%(counts)s</b>，3，400 万。", "placeholders"),
        ("在 `$z = 3$` 处是 {y:.2f}，`np.log`，<b>%(count)s</b>，3，400 万。", "formulas"),
        ("在 `$z = 2$` 处是 {y:.2f}，`np.exp`，<b>%(count)s</b>，3，400 万。", "code"),
        ("在 `$z = 2$` 处是 {y:.2f}，`np.log`，<i>%(count)s</i>，3，400 万。", "tags"),
        ("在 `$z = 2$` 处是 {y:.2f}，`np.log`，<b>%(count)s</b>，3，40 万。", "numbers"),
        ("在 `$z = 2$` 处是 {y:.2f}，`np.log`,即 <b>%(count)s</b>，3，400 万。", "punctuation"),
        ("在 `$z = 2$` 处是 {y:.2f}，`np.log`，<b>%(count)s</b>，3，400万。", "spaces"),
        ("**在** `$z = 2$` 处**是。**{y:.2f}，`np.log`，<b>%(count)s</b>，3，400 万。", "emphasis"),
    ],
)
def test_a_translation_that_says_something_else_is_found(translation, fault):
    kinds = [found.partition(":")[0] for found in catalogue.faults(ENGLISH, translation)]
    assert kinds == ([fault] if fault else [])


def known(*messages, **flags):
    made = Catalog("zh")
    for msgid, string in messages:
        made.add(msgid, string, **flags)
    return made


def test_a_new_text_comes_in_and_a_stale_one_goes():
    before = known(("kept", "留下"), ("stale", "过时"))
    after = catalogue.updated(before, [Text("a.py", 1, "kept"), Text("b.py", 2, "new"), Text("c.py", 3, "new")])
    assert [(message.id, message.string) for message in catalogue.messages(after)] == [("kept", "留下"), ("new", "")]
    assert catalogue.untranslated(after) == ["new"]


def test_a_guess_is_no_translation():
    guessed = known(("text", "文字"), flags=["fuzzy"])
    assert catalogue.untranslated(guessed) == ["text"]
    assert catalogue.updated(guessed, [Text("a.py", 1, "text")])["text"].string == ""


def test_a_catalogue_is_written_without_what_changes_with_everything(tmp_path):
    made = catalogue.updated(known(("text", "文字")), [Text("npnet/a.py", 12, "text")])
    catalogue.write(made, tmp_path / "zh.po")
    written = (tmp_path / "zh.po").read_text(encoding="utf-8")
    assert "#: npnet/a.py\n" in written
    assert read_po(io.BytesIO(written.encode()))["text"].string == "文字"
