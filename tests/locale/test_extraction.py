"""Texts are found wherever the code or a template shows one."""

import pytest

from npnet.experiments.claims import VERDICTS
from tests.locale import extraction


def found(source):
    return [text.msgid for text in extraction.in_code(source, "a.py")]


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('Message("It is {x}.", x=1)', ["It is {x}."]),
        ('language.Message("One " "text.")', ["One text."]),
        ('chain.line(r"\\frac12", "The reason.", unchecked="No way.")', ["The reason.", "No way."]),
        ('Section("3.1", "A title", why="Why", number="3")', ["A title", "Why"]),
        ('Section("3.1", Message("A title"), tables=(Table("name", "A caption", frame),))', ["A title", "A caption"]),
        ('Table("name", "yes it is" if good else "no it is not", frame)', ["yes it is", "no it is not"]),
        ('Walk("A title", {"optimizer": "adam"}, ("One.", "Two."), "Why?")', ["A title", "One.", "Two.", "Why?"]),
        ('Table("name", given or "nothing given", frame)', ["nothing given"]),
        ('def make():\n    text = """\nTwo\nlines.\n\nA paragraph.\n"""\n    return Section("1", "A", text)',
         ["Two lines.", "A paragraph."]),
        ('WHY = "The module\'s."\ndef make():\n    return Section("1", "A", why=WHY)', ["The module's."]),
        ('row("slope", "–", 0.5), row(f"{x:.3f}", "(1, 2)", "x")', ["slope"]),
        ('chained("{before}; {next}", texts), chained("{before} {next}", texts)', ["{before}; {next}"]),
        ('worked("`$x^2$`"), Worked("`$x^2$`", "`code`")', []),
        ('formula(r"1 \\text{ if } z > 0, \\text{ else } 0, \\text{f(x)}")', ["if", "else"]),
        ('other("no text that is shown")', []),
    ],
)  # fmt: skip
def test_the_texts_of_code_are_found(source, texts):
    assert found(source) == texts


@pytest.mark.parametrize("source", ['Message(f"It is {x}.")', 'Table("name", f"over {seeds} seeds", frame)'])
def test_a_text_with_values_in_it_is_refused(source):
    with pytest.raises(ValueError, match=r"a\.py:1: expected a Message, got a text with values in it"):
        found(source)


def test_the_texts_of_a_template_are_found_as_it_asks_for_them(tmp_path):
    path = tmp_path / "page.j2"
    path.write_text('{{ _("One") }}{% trans n=3 %}\n  {{ n }} of\n  100 %{% endtrans %}{{ _("With %(x)s", x=1) }}')
    assert [text.msgid for text in extraction.in_template(path, "page.j2")] == ["One", "%(n)s of 100 %%", "With %(x)s"]


def test_all_of_npnet_is_searched():
    texts = extraction.texts()
    assert {text.msgid for text in texts} >= {"The two signs cancel.", "Skip to the text", *VERDICTS}
    assert len({text.place for text in texts}) > 50
