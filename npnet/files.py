"""A file that appears under its final name only when it is whole."""

import contextlib
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from npnet._interrupts import waiting

__all__ = ["check_writable", "clear", "write", "writing"]

SUFFIX = ".part"
"""How the names of temporary files end."""
CHUNK = 1 << 20
"""So many bytes are read back at once."""


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Yield a temporary file beside `path`, which moves to its name in one step where nothing was raised.

    Parameters
    ----------
    path : Path
        The file's final name; folders on the way to it are made.

    Raises
    ------
    OSError
        If the folder or the file can't be written; no file is left half-written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Here, as `import npnet` would wait for it and for all that it imports
    import tempfile

    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=SUFFIX, dir=path.parent)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
        # mkstemp lets only its owner read the file; a page is for everybody that the umask allows
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException as error:
        os.unlink(temporary)
        if isinstance(error, OSError) and error.filename in (None, temporary):
            # What is named is the file that was asked for, not the temporary one
            raise OSError(error.errno, error.strerror or str(error), str(path)) from error
        raise


def write(path: Path, content: str | bytes, durable: bool = False) -> None:
    """Write `content` to a temporary file beside `path`, then move it to its name in one step.

    Text is written as UTF-8, with its line ends as they are. Ctrl-C waits until the file has its name: before that, or
    a second time while the temporary file is removed, it could leave that behind.

    Parameters
    ----------
    path : Path
        The file's final name.
    content : str or bytes
        All of it.
    durable : bool
        Whether the file is on the disk when it gets its name, and the same when it is read back: then it survives a
        crash of the machine, too, and one of its name before stays until then. It takes longer.

    Raises
    ------
    OSError
        If the folder or the file can't be written; no file is left half-written.
    """
    data = content.encode() if isinstance(content, str) else content
    with waiting(), writing(path) as file:
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())
            _read_back(file, data)
    if durable and os.name == "posix":
        _sync_folder(path.parent)


def check_writable(path: Path) -> None:
    """Check that `path` can be written, before minutes are spent on what is written there; nothing is made.

    Parameters
    ----------
    path : Path
        The file's name; folders on the way to it need not be there.

    Raises
    ------
    OSError
        If it can't be written, or is a folder.
    """
    import tempfile

    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    folder = path.absolute().parent
    while not os.path.lexists(folder):
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def clear(path: Path) -> None:
    """Remove the temporary files that writers of `path` left behind when they were killed."""
    # As mkstemp draws their names
    left = re.compile(rf"\.{re.escape(path.name)}\.[a-z0-9_]{{8}}{re.escape(SUFFIX)}")
    for file in path.parent.iterdir() if path.parent.is_dir() else ():
        if left.fullmatch(file.name):
            file.unlink(missing_ok=True)


def _read_back(file: BinaryIO, data: bytes) -> None:
    same = os.fstat(file.fileno()).st_size == len(data)
    file.seek(0)
    for start in range(0, len(data), CHUNK):
        same = same and file.read(CHUNK) == data[start : start + CHUNK]
    if not same:
        raise OSError(errno.EIO, "what is read back is not what was written")


def _sync_folder(folder: Path) -> None:
    """Bring a file's new name to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
