"""Languages: English texts with the numbers in them, and their translations.

A text that people read is English, and the key of its translation in the catalogue of another language, such as
``npnet/locale/zh.po``. Where numbers or names stand in it, it is a `Message`: a string for all who take one, which
still knows the text without them. What shows a text translates it at the last moment, so that one run of the
experiments is enough for the pages of all languages. A text without a translation stays English.
"""

import gettext
import importlib.resources
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "Known",
    "Language",
    "Message",
    "chained",
    "filled",
    "get",
    "joined",
    "listed",
    "normalized",
    "separated",
]


class Known(NamedTuple):
    """The names of a language: its own, and that for browsers."""

    name: str
    tag: str


LANGUAGES = {"en": Known("English", "en"), "zh": Known("中文", "zh-Hans")}
"""The languages that there are."""

# Right behind a command, another group, ^ or _ stands an argument of TeX's
PLACEHOLDER = re.compile(r"(?<![A-Za-z0-9_^}\]\\])\{([A-Za-z]\w*)(?::([^{}]*))?\}", re.ASCII)


def filled(text: str, values: Mapping[str, Any], edge: str = "") -> str:
    r"""Return a text with each placeholder, a name in braces, replaced by its value, also inside formulas.

    A format may stand behind the name, as in ``{loss:.3f}``. Braces right behind a command, a group, ``^`` or ``_``
    are TeX's and stay: where the argument is a placeholder, it stands in braces of its own, as in ``e^{{z}}``. On both
    sides of each value stands `edge`.

    Raises
    ------
    ValueError
        If a placeholder has no value, or a value no placeholder.

    Examples
    --------
    >>> filled(r"At {z}: `$e^{-{z}} = \frac{1}{e^{{z}}} = {power:.3f}$`", {"z": "2", "power": 0.13534})
    'At 2: `$e^{-2} = \\frac{1}{e^{2}} = 0.135$`'
    """
    names = {name for name, _ in PLACEHOLDER.findall(text)}
    if names != set(values):
        raise ValueError(f"values: expected {', '.join(sorted(names)) or 'none'}, got {', '.join(sorted(values))}")
    return PLACEHOLDER.sub(lambda found: edge + format(values[found[1]], found[2] or "") + edge, text)


class Message(str):
    """An English text with values in it: a string that also knows its template and the values.

    Parameters
    ----------
    template : str
        The text with ``{name}`` or ``{name:.3g}`` where a value stands, as `filled` takes it.
    **values
        The values; those that are texts are translated too.

    Examples
    --------
    >>> message = Message("The loss falls from {first:.3g} to {last:.3g}.", first=2.0, last=0.123456)
    >>> print(message)
    The loss falls from 2 to 0.123.
    >>> message.template
    'The loss falls from {first:.3g} to {last:.3g}.'
    """

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> "Message":
        """Make the text."""
        message = super().__new__(cls, filled(template, values))
        message.template, message.values = template, values
        return message

    def __str__(self) -> str:
        """Return the message itself, so that whoever asks for a string keeps the template."""
        return self

    def __reduce__(self) -> Any:
        """Return how to make it again, in another process too."""
        return _made, (self.template, dict(self.values))


def _made(template: str, values: Mapping[str, Any]) -> Message:
    return Message(template, **values)


def listed(texts: Sequence[str]) -> str:
    """Return texts as a list in words.

    Examples
    --------
    >>> print(listed(["a", "b", "c"]))
    a, b and c
    """
    *others, last = texts
    return Message("{others} and {last}", others=separated(others), last=last) if others else last


def separated(texts: Iterable[str]) -> str:
    """Return texts with commas between them.

    Examples
    --------
    >>> print(separated(["a", "b", "c"]))
    a, b, c
    """
    return chained("{before}, {next}", texts)


def joined(sentences: Iterable[str]) -> str:
    """Return sentences, of which some may be empty, one after the other.

    Examples
    --------
    >>> print(joined(["One.", "", "Two."]))
    One. Two.
    """
    return chained("{before} {next}", filter(None, sentences))


def chained(template: str, texts: Iterable[str]) -> str:
    """Return texts one after the other as a template has ``{before}`` and ``{next}``; of none an empty one.

    Examples
    --------
    >>> print(chained("{before}; {next}", ["a", "b", "c"]))
    a; b; c
    """
    first, *others = list(texts) or [""]
    for other in others:
        first = Message(template, before=first, next=other)
    return first


class Language:
    """A language that texts are shown in.

    Parameters
    ----------
    code : str
        Its code, one of `LANGUAGES`.
    translations : gettext.NullTranslations
        The catalogue.

    Examples
    --------
    >>> get("en")("The learning rate")
    'The learning rate'
    """

    def __init__(self, code: str, translations: gettext.NullTranslations) -> None:
        self.code = code
        self.gettext, self.ngettext = translations.gettext, translations.ngettext

    def __reduce__(self) -> Any:
        """Return how to find it again, in another process too."""
        return get, (self.code,)

    @property
    def name(self) -> str:
        """Its own name for itself."""
        return LANGUAGES[self.code].name

    @property
    def tag(self) -> str:
        """Its name for browsers."""
        return LANGUAGES[self.code].tag

    @property
    def page(self) -> str:
        """The file name of the study's page in this language."""
        return "index.html" if self.code == "en" else f"index.{self.code}.html"

    def __call__(self, text: str) -> str:
        """Return a text in this language, paragraph by paragraph; what has no translation stays as it is."""
        if not isinstance(text, Message):
            return self._translated(text)
        values = {name: self(value) if isinstance(value, str) else value for name, value in text.values.items()}
        return _spaced(filled(self._translated(text.template), values, EDGE))

    def _translated(self, text: str) -> str:
        parts = re.split(r"(\n\s*\n)", text)
        return "".join(part if i % 2 else self._paragraph(part) for i, part in enumerate(parts))

    def _paragraph(self, text: str) -> str:
        key = normalized(text)
        found = self.gettext(key) if key else key
        return text if found == key else found


EDGE = "\ufdd0"
"""Marks where a value begins and ends: no character of any text."""
HAN, STOPS = "一-鿿", "、。，：；（）“”"
"""Chinese characters and signs, as ranges of a regular expression."""


def _spaced(text: str) -> str:
    """Return a text with a space where the Latin letters or digits of a value meet Chinese, and none inside Chinese.

    What a sentence has around a placeholder can be right for one kind of value only. The marks are taken out.
    """
    text = re.sub(f"(?<=[{HAN}{STOPS}]) ?(?:{EDGE} ?)+(?=[{HAN}{STOPS}])", "", text)
    text = re.sub(f"(?<=[{HAN}]){EDGE}+(?=[\\w(√−+])|(?<=[\\w)%′]){EDGE}+(?=[{HAN}])", " ", text)
    # Chinese stops and brackets have room of their own
    return re.sub("(?<=[。）]) ", "", text.replace(EDGE, ""))


def normalized(text: str) -> str:
    r"""Return a paragraph as it stands in catalogues, where how its lines are broken does not count.

    Examples
    --------
    >>> normalized("two\n  lines ")
    'two lines'
    """
    return " ".join(text.split())


@cache
def get(code: str) -> Language:
    """Return the language of a code; other languages than English need Babel, which reads their catalogues."""
    if code not in LANGUAGES:
        raise ValueError(f"language: expected one of {', '.join(LANGUAGES)}, got {code!r}")
    return Language(code, gettext.NullTranslations() if code == "en" else _catalogue(code))


ENGLISH = get("en")


def _catalogue(code: str) -> gettext.GNUTranslations:
    # Here, so that npnet alone needs no Babel
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (importlib.resources.files("npnet") / "locale" / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
