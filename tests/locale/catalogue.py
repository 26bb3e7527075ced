"""The catalogues: read, compared with the texts, and brought up to date."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from markdown_it import MarkdownIt

from npnet.language import PLACEHOLDER
from tests.locale.extraction import ROOT, Text

FOLDER = ROOT / "npnet" / "locale"


def read(path: Path = FOLDER / "zh.po") -> Catalog:
    """Return a catalogue."""
    with path.open("rb") as file:
        return read_po(file)


def updated(catalogue: Catalog, found: Iterable[Text]) -> Catalog:
    """Return the catalogue of those texts, with the translations that there are already."""
    new = Catalog(catalogue.locale)
    for text in found:
        known = catalogue.get(text.msgid)
        new.add(text.msgid, known.string if known and not known.fuzzy else "", locations=[(text.place, 0)])
    return new


HEADER = """\
# The Chinese edition; the README beside this file has its terms, and says how it is brought up to date.
msgid ""
msgstr ""
"Language: zh\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


def write(catalogue: Catalog, path: Path = FOLDER / "zh.po") -> None:
    """Write a catalogue, without dates and the numbers of lines, which change with everything."""
    with path.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, catalogue, width=118, omit_header=True, include_lineno=False)


def messages(catalogue: Catalog) -> list[Message]:
    """Return the messages of a catalogue without its header."""
    return [message for message in catalogue if message.id]


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the texts that have no translation, or one that is only a guess."""
    return [message.id for message in messages(catalogue) if not message.string or message.fuzzy]


def faults(english: str, translation: str) -> list[str]:
    """Return in words what a translation does not have as the English text has it.

    Examples
    --------
    >>> faults("At {z} it is `$z^2$`, 4 times.", "在 {x} 处是 `$z^2$`。")
    ["placeholders: {'z'} became {'x'}", "numbers: {'4'} became set()"]
    """
    found = []
    for kind, parts in PARTS.items():
        before, after = Counter(parts(english)), Counter(parts(translation))
        if before != after:
            found.append(f"{kind}: {set(before)} became {set(after)}")
    # What is quoted keeps its own signs
    if re.search(r"[一-鿿`][,;:?!]|[,;:?!][一-鿿]", re.sub("“[^”]*”", "", translation)):
        found.append("punctuation: expected the Chinese signs beside Chinese words")
    bare = re.sub("`[^`]*`|“[^”]*”|<[^>]*>", "", translation)
    if re.search(r"[一-鿿][A-Za-z0-9]|[A-Za-z0-9][一-鿿]", bare):
        found.append("spaces: expected one where Chinese words meet Latin letters or digits")
    return found


def _placeholders(text: str) -> list[str]:
    return [name + (f":{form}" if form else "") for name, form in PLACEHOLDER.findall(text)] + re.findall(
        r"%\(\w+\)[a-z]", text
    )


def _numbers(text: str) -> list[str]:
    bare = PLACEHOLDER.sub("", re.sub(r"`[^`]*`|%\(\w+\)[a-z]|</?[a-z][^>]*>", "", text))
    # Chinese counts large numbers in ten thousands
    bare = re.sub(r"(\d) million", r"\g<1>00", bare)
    return re.findall(r"\d+(?:\.\d+)?", bare)


PARTS = {
    "placeholders": _placeholders,
    "formulas": lambda text: [span for span in re.findall("`([^`]+)`", text) if span.startswith("$")],
    "code": lambda text: [span for span in re.findall("`([^`]+)`", text) if not span.startswith("$")],
    "tags": lambda text: re.findall(r"</?[a-z][^>]*>", text),
    "numbers": _numbers,
    # Beside a Chinese sign, asterisks may be just asterisks
    "emphasis": lambda text: re.findall("<(?:strong|em)>", MarkdownIt("commonmark").render(text)),
}
"""What a translation must have as the English text has it: neither more, nor less, nor another."""
