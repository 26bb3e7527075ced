"""What `fit` shows while it trains: lines, or on a terminal a progress bar."""

import contextlib
import sys
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
    bar = _bar(epochs, history) if verbose == 1 else None
    if bar is not None:
        with bar as advance:
            yield advance
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


def _bar(epochs: range, history: History) -> contextlib.AbstractContextManager[Callable[[int], None]] | None:
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
    columns = (TextColumn("epoch"), MofNCompleteColumn(), BarColumn(bar_width=20), remaining, numbers)
    progress = Progress(*columns, console=console)

    @contextlib.contextmanager
    def running() -> Iterator[Callable[[int], None]]:
        with progress:
            # A range of very many has no len()
            task = progress.add_task("", total=epochs.stop, completed=epochs.start)
            yield lambda epoch: progress.update(task, completed=epoch + 1, description=history.last())

    return running()
