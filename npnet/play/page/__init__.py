"""The page of ``npnet play``: its files, in every language."""

from functools import cache
from importlib import resources

from npnet import _templates, language
from npnet.language import Language
from npnet.study import highlighting


@cache
def files() -> dict[str, bytes]:
    """Return the content of each file by its name: a page a language, a style sheet, scripts.

    Examples
    --------
    >>> [name for name in sorted(files()) if not name.endswith("js")]
    ['index.html', 'index.zh.html', 'play.css']
    """
    languages = [language.get(code) for code in language.LANGUAGES]
    texts = {say.page: _page(say, languages) for say in languages} | {"play.css": _style()}
    texts |= {file.name: file.read_text("utf-8") for file in resources.files(__name__).iterdir()
              if file.name.endswith(".js")}  # fmt: skip
    return {name: text.encode() for name, text in texts.items()}


def _page(say: Language, languages: list[Language]) -> str:
    return _templates.environment(__name__, say).get_template("index.html.j2").render(say=say, languages=languages)


def _style() -> str:
    """Return the study's colours, those of code among them, and the page's own rules."""
    shared = resources.files("npnet.study") / "templates" / "colours.css"
    code = (
        f"@media (prefers-color-scheme: {scheme}) {{\n{highlighting.colours(style)}\n}}"
        for scheme, style in highlighting.STYLES.items()
    )
    own = resources.files(__name__) / "play.css"
    return "\n".join((shared.read_text("utf-8"), own.read_text("utf-8"), *code))
