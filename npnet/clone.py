"""The clone of npnet that a folder is in."""

from pathlib import Path

__all__ = ["other_clone"]


def other_clone(folder: Path) -> Path | None:
    """Return the clone of npnet that a folder is in, if its files are not those that run; else None.

    Examples
    --------
    >>> other_clone(Path(__file__).parent) is None
    True
    """
    for place in (folder, *folder.parents):
        package, settings = place / "npnet", place / "setup.cfg"
        if package.is_dir() and settings.is_file() and "\nname = npnet\n" in settings.read_text(encoding="utf-8"):
            return None if package.samefile(Path(__file__).parent) else place
    return None
