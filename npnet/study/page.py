"""The study's page: one HTML file that needs nothing beside it."""

from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from npnet import _templates, language
from npnet.derivations.engine import continues
from npnet.derivations.engine.report import PROOFS
from npnet.experiments.errata import Code
from npnet.language import Language
from npnet.study import differences, figures, film, fonts, highlighting, links, mathematics, prose
from npnet.study.content import Picture
from npnet.study.glossary import glossaries
from npnet.study.study import Study


def render(study: Study, drawings: dict[str, bytes], say: Language, folder: Path | None = None) -> str:
    """Return the page in one language.

    Parameters
    ----------
    study : Study
        What the page shows.
    drawings : dict
        Each figure's SVG file by its name.
    say : Language
        The language.
    folder : Path or None
        Where the page will lie: if that is inside the clone, code is linked to its file; if an API
        reference lies in ``api`` there, derivations are linked to it.
    """
    environment = _templates.environment("npnet.study", say)
    filters: dict[str, Any] = {
        "math": lambda latex: Markup(mathematics.mathml(latex)),
        "display": lambda latex: Markup(mathematics.lines(mathematics.translated(latex, say))),
        "equation": lambda latex: Markup(mathematics.lines("= " * continues(latex) + latex)),
        "python": lambda *code: Markup(highlighting.python(*code)),
        "prose": lambda text: Markup(prose.html(text, say)),
        "joined": language.joined,
        "say": lambda text: prose.with_minus(say(text)),
    }
    environment.filters |= filters
    environment.tests["code"] = lambda form: isinstance(form, Code)
    pictures = [picture for section in study.sections for picture in section.pictures]
    drawn = {picture.name: Markup(_drawing(picture, drawings[picture.name], say)) for picture in pictures}
    return environment.get_template("page.html.j2").render(
        study=study,
        drawn=drawn,
        mathematics_font=Markup(fonts.face()),
        colours={scheme: Markup(highlighting.colours(style)) for scheme, style in highlighting.STYLES.items()},
        film=film,
        differences=differences.read(),
        say=say,
        proofs=PROOFS,
        languages=[language.get(code) for code in language.LANGUAGES],
        glossaries=glossaries(report.derivation for section in study.sections for report in study.derived(section)),
        source=partial(links.source, folder=folder),
        reference=partial(links.reference, folder=folder),
        dots=film.dots(),
        zip=zip,
    )


def _drawing(picture: Picture, svg: bytes, say: Language) -> str:
    translated = {str(label): say(label) for label in figures.labels(picture.figure)}
    return figures.inline(svg, picture.name, say(picture.alternative), translated)
