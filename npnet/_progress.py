"""What `fit` and sweeps show while they train: lines, or on a terminal a progress bar."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

from npnet.history import History


@contextlib.contextmanager
def shown(verbose: int, epochs: range, history: History) -> Iterator[Callable[[int], None]]:
    """Yield what is called with the number of each epoch that was recorded.

    Parameters
    ----------
    verbose : int
        0 shows nothing, 1 a progress bar where there can be one; else there is a line every `verbose` epochs, and one
        after the last.
    epochs : range
        The numbers of the epochs.
    history : History
        The record of the training.
    """
    # A range of very many has no len()
    bar = _bar("epoch", epochs.start, epochs.stop) if verbose == 1 else None
    if bar is not None:
        with bar as update:
            yield lambda epoch: update(epoch + 1, history.last())
        return
    last = epochs.start

    def show(epoch: int) -> None:
        nonlocal last
        last = epoch
        if verbose and epoch % verbose == 0:
            print(f"epoch {epoch}: {history.last()}")

    yield show
    if verbose and last % verbose:
        print(f"epoch {last}: {history.last()}")


@contextlib.contextmanager
def counted(verbose: int, unit: str, total: int, done: int) -> Iterator[Callable[[int], None]]:
    """Yield what is called with the number of things that have just been done, of a total.

    Parameters
    ----------
    verbose : int
        0 shows nothing; else there is a progress bar with the time that is left, or a line with it each time.
    unit : str
        What they are called, such as "trials".
    total, done : int
        How many there are, and how many are done already.
    """
    bar = _bar(unit, done, total) if verbose else None
    start, first = time.monotonic(), done

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if update is not None:
            update(done, "")
        elif verbose:
            left = (time.monotonic() - start) * (total - done) / (done - first)
            print(f"{unit} {done} of {total}" + f", about {left:.0f} s left" * (done < total))

    with bar or contextlib.nullcontext() as update:
        yield advance


def _bar(unit: str, done: int, total: int) -> contextlib.AbstractContextManager[Callable[[int, str], None]] | None:
    """Return a progress bar; None if the output is no terminal, or rich is not installed."""
    if not hasattr(sys.stdout, "isatty") or not sys.stdout.isatty():
        return None
    try:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.table import Column
    except ImportError:
        return None
    console = Console()
    if console.is_dumb_terminal:
        return None
    # On a narrow terminal the numbers go on in a second line
    numbers = TextColumn("{task.description}", markup=False, table_column=Column())
    remaining = TimeRemainingColumn(elapsed_when_finished=True)
    columns = (TextColumn(unit), MofNCompleteColumn(), BarColumn(bar_width=20), remaining, numbers)
    progress = Progress(*columns, console=console)

    @contextlib.contextmanager
    def running() -> Iterator[Callable[[int, str], None]]:
        with progress:
            task = progress.add_task("", total=total, completed=done)
            yield lambda completed, text: progress.update(task, completed=completed, description=text)

    return running()
