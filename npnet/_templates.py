"""The templates of a package's pages, with their texts in one language."""

import jinja2

from npnet.language import Language


def environment(package: str, say: Language) -> jinja2.Environment:
    """Return what renders the templates in a package's folder ``templates``."""
    found = jinja2.Environment(
        loader=jinja2.PackageLoader(package, "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found.policies["ext.i18n.trimmed"] = True
    found.install_gettext_callables(say.gettext, say.ngettext, newstyle=True)  # type: ignore[attr-defined]
    found.filters["say"] = say
    return found
