"""A file that appears under its final name only when it is whole."""

import os
import tempfile
from pathlib import Path

__all__ = ["write"]


def write(path: Path, content: str | bytes) -> None:
    """Write `content` to a temporary file beside `path`, then move it to its name in one step.

    Text is written as UTF-8, with its line ends as they are.

    Raises
    ------
    OSError
        If the folder or the file can't be written; no file is left half-written.
    """
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        # mkstemp lets only its owner read the file; a page is for everybody that the umask allows
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException as error:
        os.unlink(temporary)
        if isinstance(error, OSError):
            # What is named is the file that was asked for, not the temporary one
            raise OSError(error.errno, error.strerror or str(error), str(path)) from error
        raise
