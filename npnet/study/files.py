"""The folders that the study writes to."""

import errno
import tempfile
from pathlib import Path

QUICK = '<meta name="generator" content="npnet study --quick">'
"""The mark of a quick run's page."""


def check_folder(folder: Path) -> None:
    """Make the study's folders if they do not exist, and check that files can be written there.

    Raises
    ------
    OSError
        If they can't.
    """
    for path in (folder, folder / "figures", folder / "tables"):
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    for path in (*folder.glob("index*.html"), *folder.glob("figures/*.*"), *folder.glob("tables/*.*")):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "Is a directory", str(path))


def holds_full_page(folder: Path) -> bool:
    """Return whether a folder has a page that is not of a quick run."""
    page = folder / "index.html"
    return page.is_file() and QUICK not in page.read_text(encoding="utf-8", errors="replace")
