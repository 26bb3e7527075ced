"""The study's page: one HTML file that needs nothing beside it."""

import jinja2
from markupsafe import Markup

from npnet.study import figures, film, highlighting, mathematics, prose
from npnet.study.study import Study


def render(study: Study, drawings: dict[str, bytes]) -> str:
    """Return the page.

    Parameters
    ----------
    study : Study
        What the page shows.
    drawings : dict
        Each figure's SVG file by its name.
    """
    loader = jinja2.PackageLoader("npnet.study", "templates")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "math": lambda latex: Markup(mathematics.mathml(latex)),
        "display": lambda latex: Markup(mathematics.mathml(latex, block=True)),
        "equation": lambda latex: Markup(mathematics.mathml("= " * mathematics.continues(latex) + latex, block=True)),
        "python": lambda code: Markup(highlighting.python(code)),
        "prose": lambda text: Markup(prose.html(text)),
    }
    pictures = [picture for section in study.sections for picture in section.pictures]
    drawn = {
        picture.name: Markup(figures.inline(drawings[picture.name], picture.name, picture.alternative))
        for picture in pictures
    }
    return environment.get_template("page.html.j2").render(
        study=study,
        drawn=drawn,
        colours={scheme: Markup(highlighting.colours(style)) for scheme, style in highlighting.STYLES.items()},
        film=film,
        dots=film.dots(),
        zip=zip,
    )
