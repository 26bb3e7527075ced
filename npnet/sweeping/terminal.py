"""What came of a sweep, in the terminal."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from npnet.language import Language, Message
from npnet.sweeping import reasons
from npnet.sweeping.table import SIGNS, Sweep

MOST = 10
"""The best of so many are shown."""
NUMBERS = ("loss", "accuracy", "val_loss", "val_accuracy", "seconds")


def show(table: Sweep, by: str, console: Console, say: Language) -> None:
    """Print the best settings, and what the file has."""
    means = table.means()
    order = np.argsort(SIGNS[by] * means[by].to_numpy(float), kind="stable")
    longest = means["epochs"].max()
    best = [means.iloc[place] for place in order.tolist() if means["epochs"].iloc[place] == longest]
    names = [name for name in means.columns if name not in ("trials", "failed", "epochs", *NUMBERS)]
    measured = [name for name in NUMBERS if means[name].notna().any()]
    grid = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in (*names, *measured):
        grid.add_column(name, justify="right" if name in measured else "left", overflow="fold")
    for row in best[:MOST]:
        grid.add_row(*(Text(_shown(row[name])) for name in (*names, *measured)))
    if best:
        console.print(Text(say(Message("The best by {number}, means over seeds and folds", number=by))))
        console.print(grid)
    rows = list(table.rows())
    failed = sum(row["status"] != "done" for row in rows)
    if failed:
        for row in [row for row in rows if row["status"] != "done"][:MOST]:
            number, reason = row["trial"], reasons.read(row["reason"])
            console.print(Text(say(Message("trial {number} failed: {reason}", number=number, reason=reason))))
    _show_end(table, len(rows), failed, console, say)


def _show_end(table: Sweep, count: int, failed: int, console: Console, say: Language) -> None:
    if table.saving is not None:
        epochs, of = table.saving
        share = f"{table.saving.share:.0%}"
        said = Message("Halving trained {epochs} of {of} epochs and saved {share}", epochs=epochs, of=of, share=share)
        console.print(Text(say(said)))
    said = Message(
        "{file} has {count} trials, {failed} of them failed", file=str(table.file), count=count, failed=failed
    )
    console.print(Text(say(said)), soft_wrap=True)


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
