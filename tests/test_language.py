"""A message is its English text for all who take a string, and keeps what a translation needs."""

import copy
import gettext
import pickle

import pytest

from npnet.language import Language, Message, filled, get, listed, separated

CHINESE = {
    "The loss falls from {first:.3g} to {last:.3g}.": "损失从 {first:.3g} 降到 {last:.3g}。",
    "no regularizer": "无正则化",
    "{name}: {count} steps": "{name}:{count} 步",
    "Two lines of a paragraph.": "一段两行。",
    "{before}, {next}": "{before}、{next}",
    "{others} and {last}": "{others}和{last}",
    "{new} in place of {old}": "以{new}代替{old}",
    "It is higher with {cases}.": "用 {cases} 时更高，{cases}时。",
    "{before} {next}": "{before} {next}",
    "{what} ({bound})": "{what}（{bound}）",
    "One.": "其一。",
    "Two.": "其二。",
    "a plane": "平面",
}


class Catalogue(gettext.NullTranslations):
    """A few translations."""

    def gettext(self, message):
        assert message, "gettext returns the catalogue's header for an empty text"
        return CHINESE.get(message, message)


chinese = Language("zh", Catalogue())
loss = Message("The loss falls from {first:.3g} to {last:.3g}.", first=2.0, last=0.1234567)


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("{a} and ({a})", "1 and (1)"),
        (r"`$\frac{a}{a} x^{a}_{a} \sqrt[3]{a} \{a\}$`", r"`$\frac{a}{a} x^{a}_{a} \sqrt[3]{a} \{a\}$`"),
        (r"`$\frac{{a}}{2} + x^{{a}} e^{-{a}}$`", r"`$\frac{1}{2} + x^{1} e^{-1}$`"),
        ("输出是{a}。", "输出是1。"),
    ],
)
def test_numbers_go_where_a_placeholder_stands_and_tex_keeps_its_braces(text, done):
    assert filled(text, {"a": "1"} if done != text else {}) == done


@pytest.mark.parametrize("values", [{}, {"slope": 1, "other": 2}, {"slop": 1}])
def test_a_value_without_a_place_and_a_place_without_a_value_are_refused(values):
    with pytest.raises(ValueError, match="values: expected slope, got"):
        Message("It is {slope}.", **values)


def test_a_message_is_its_english_text():
    assert loss == "The loss falls from 2 to 0.123."
    assert len(loss) == 31
    assert str(loss) is loss
    assert f"{loss} Slowly." == "The loss falls from 2 to 0.123. Slowly."


@pytest.mark.parametrize("other", [copy.deepcopy(loss), pickle.loads(pickle.dumps(loss)), str(loss)])
def test_a_message_keeps_its_values_wherever_it_goes(other):
    assert (other, other.template, other.values) == (loss, loss.template, {"first": 2.0, "last": 0.1234567})


def test_a_message_is_translated_with_its_values():
    assert chinese(loss) == "损失从 2 降到 0.123。"
    inner = Message("{name}: {count} steps", name="no regularizer", count=3)
    assert chinese(inner) == "无正则化:3 步"
    assert chinese(Message("{before}, {next}", before=inner, next="SGD")) == "无正则化:3 步、SGD"


def test_text_is_translated_paragraph_by_paragraph_however_its_lines_are_broken():
    text = "\nTwo lines\nof a paragraph.\n\nNo translation\nof this.\n"
    assert chinese(text) == "一段两行。\n\nNo translation\nof this.\n"


def test_what_has_no_translation_stays_english():
    assert chinese("") == ""
    assert chinese(Message("{a} of {b}", a=1, b=2)) == "1 of 2"


def test_lists_are_translated():
    assert listed(["one"]) == "one"
    assert chinese(listed(["no regularizer", "L1", "L2"])) == "无正则化、L1 和 L2"
    assert chinese(separated(["L1", "L2"])) == "L1、L2"


@pytest.mark.parametrize(
    ("new", "old", "text"),
    [
        ("L2(0.1)", "L2(0.03)", "用以 L2(0.1) 代替 L2(0.03) 时更高，以 L2(0.1) 代替 L2(0.03) 时。"),
        ("a plane", "√2", "用以平面代替 √2 时更高，以平面代替 √2 时。"),
        ("7%", "a plane", "用以 7% 代替平面时更高，以 7% 代替平面时。"),
    ],
)
def test_where_latin_and_chinese_meet_at_a_value_there_is_a_space_and_no_other(new, old, text):
    cases = Message("{new} in place of {old}", new=new, old=old)
    assert chinese(Message("It is higher with {cases}.", cases=cases)) == text


def test_signs_of_chinese_have_their_own_room():
    assert chinese(Message("{before} {next}", before="One.", next="Two.")) == "其一。其二。"
    assert chinese(Message("{what} ({bound})", what="a plane", bound="L2")) == "平面（L2）"


def test_english_is_the_text_itself_and_unknown_languages_are_named():
    assert get("en")(loss) == loss
    with pytest.raises(ValueError, match="language: expected one of en, zh, got 'xx'"):
        get("xx")
