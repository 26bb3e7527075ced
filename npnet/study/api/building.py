"""The reference built: in a folder of its own, which takes the place of the one before when it is whole."""

import errno
import io
import os
import re
import tempfile
from pathlib import Path

import jinja2
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from npnet.study import fonts, highlighting
from npnet.study.api import pages
from npnet.study.api.names import is_reference

SETTINGS = {
    "project": "npnet",
    "extensions": ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "npnet.study.api.extension"],
    # `name` in a docstring is a link where it is a name of npnet, else code
    "default_role": "py:obj",
    "add_module_names": False,
    # Signatures are short; the types stand with the parameters
    "autodoc_typehints": "none",
    "autodoc_member_order": "bysource",
    "napoleon_google_docstring": False,
    # Attributes have docstrings of their own, which make their entries
    "napoleon_use_ivar": True,
    # The words of a type, such as a shape's, are no names
    "napoleon_use_param": False,
    "napoleon_use_rtype": False,
    # Dashes alone: a quotation mark is often code
    "smartquotes_action": "D",
    "html_theme": "basic",
    "html_title": "npnet: the API reference",
    "html_short_title": "API reference",
    "html_math_renderer": "mathml",
    # In place of the theme's
    "html_style": ["api.css"],
    "html_domain_indices": False,
    "html_sidebars": {"index": ["searchbox.html"], "**": ["searchbox.html", "globaltoc.html"]},
    "html_copy_source": False,
    # Sphinx's name there is a link to its site
    "html_show_sphinx": False,
    "html_show_copyright": False,
}


def build(out: Path) -> list[str]:
    """Build the reference.

    Parameters
    ----------
    out : Path
        The folder. If it exists, it is empty or holds a reference, whose place the new one takes.

    Returns
    -------
    list of str
        What Sphinx warns of: where there is anything, the folder is left as it is.

    Raises
    ------
    OSError
        If the folder can't be written, or holds something else; the first is found out before anything is built.
    """
    _check(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as name:
        folder = Path(name)
        warnings = _run(folder)
        if not warnings:
            _replace(out, folder)
        return warnings


def _check(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "Not a directory", str(out))
    if out.is_dir() and any(out.iterdir()) and not is_reference(out):
        raise FileExistsError(errno.EEXIST, "Holds other files, which an API reference would replace", str(out))


def _run(folder: Path) -> list[str]:
    source, warnings = folder / "source", io.StringIO()
    source.mkdir()
    for name, text in pages.sources().items():
        (source / name).write_text(text, encoding="utf-8")
    # What it adds to docutils is taken back, so that it can run again
    with docutils_namespace():
        Sphinx(source, None, folder / "html", folder / "doctrees", "html", SETTINGS, None, warnings).build()
    static = folder / "html" / "_static"
    (static / "api.css").write_text(_style(), encoding="utf-8")
    (static / "pygments.css").write_text("\n".join(map(_colours, highlighting.STYLES)), encoding="utf-8")
    # Sphinx colours them
    text = re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue())
    return text.replace(f"{source}{os.sep}", "").splitlines()


def _style() -> str:
    loader = jinja2.PackageLoader("npnet.study", "templates")
    environment = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined, autoescape=False)
    return environment.get_template("api.css").render(mathematics_font=fonts.face())


def _colours(scheme: str) -> str:
    rules = highlighting.colours(highlighting.STYLES[scheme], ".highlight")
    return f"@media (prefers-color-scheme: {scheme}) {{\n{rules}\n}}"


def _replace(out: Path, folder: Path) -> None:
    """Move what was built to its name; what stood there is moved away first, and back if that fails."""
    before = folder / "before"
    if out.exists():
        os.replace(out, before)
    try:
        os.replace(folder / "html", out)
    except BaseException:
        if before.exists() and not out.exists():
            os.replace(before, out)
        raise
