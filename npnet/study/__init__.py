"""The study: every experiment of the notes, run and written as tables, figures and one page."""

from npnet.study.runner import run

__all__ = ["run"]


def __dir__() -> list[str]:
    return __all__
