"""The folders that the study writes to."""

import errno
import tempfile
from pathlib import Path


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
