"""The table of a sweep: a row for each trial, in a file or in memory's place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from npnet.sweeping.halving import REPEATED
from npnet.sweeping.store import NUMBERS, Store
from npnet.typing import Array

if TYPE_CHECKING:
    import pandas

SIGNS = {"loss": 1, "val_loss": 1, "accuracy": -1, "val_accuracy": -1, "seconds": 1, "epochs": 1}
"""Which numbers are the better the smaller, 1, and which the larger, -1."""


class Saving(NamedTuple):
    """What successive halving has trained, beside all trials with all of their epochs."""

    epochs: int
    of: int

    @property
    def share(self) -> float:
        """The share of the epochs that were not needed."""
        return 1 - self.epochs / self.of


class Sweep:
    """What came of a sweep: a table with a row for each trial, and the numbers of each epoch.

    It is read from the sweep's file, or from a temporary one that goes with this object: in memory there is only what
    is asked for.

    Attributes
    ----------
    file : Path or None
        The file; None for a temporary one.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.file = store.path

    @property
    def settings(self) -> tuple[str, ...]:
        """The columns of the settings that the trials were given, in their order.

        Those that are called as a number of the table is, ``loss`` and ``epochs``, are ``set_loss`` and ``set_epochs``.
        """
        return tuple(map(_column, json.loads(self._store.definition["names"])))

    @property
    def trials(self) -> int:
        """How many trials were asked for."""
        return int(self._store.definition["trials"])

    def __len__(self) -> int:
        """Return how many trials have a row."""
        return sum(1 for _ in self._store.rows())

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows one after another; what was not measured, and the numbers of a trial that failed, are None."""
        for row in self._store.rows():
            given = {_column(name): value for name, value in json.loads(row.pop("settings")).items()}
            trial, rung = row.pop("trial"), row.pop("rung")
            yield {"trial": trial, **{name: given.get(name) for name in self.settings}, "rung": rung, **row}

    def frame(self) -> pandas.DataFrame:
        """Return the table; needs pandas.

        All of it is the same, bit for bit, whoever has trained the trials, but for ``seconds``: the time of the group
        that a trial was trained in, divided by its trials.

        Returns
        -------
        DataFrame
            The index has the trials' numbers. Columns are the settings, then ``rung`` (0 without halving), ``status``
            (done, diverged or died), ``reason``, ``epochs``, and the numbers after the last epoch: ``loss``,
            ``accuracy`` (without validation data), ``val_loss``, ``val_accuracy`` and ``seconds``, with NaN where there
            is none.
        """
        import pandas

        columns = ["trial", *self.settings, "rung", "status", "reason", "epochs", *NUMBERS]
        frame = pandas.DataFrame.from_records(list(self.rows()), columns=columns, index="trial")
        return frame.astype(dict.fromkeys(NUMBERS, "float64"))

    def means(self, over: Sequence[str] = REPEATED) -> pandas.DataFrame:
        """Return the means over trials that repeat each other; of a trial that failed, NaN is that of all its kind.

        Parameters
        ----------
        over : sequence of str
            The settings that are averaged over.

        Returns
        -------
        DataFrame
            A row for each combination of the other settings, in their order, with the columns of these, ``trials``
            (how many), ``failed`` (how many of them), ``epochs`` and the numbers. Where there was halving, only those
            of the last rung that the combination reached.
        """
        frame = self.frame()
        names = [name for name in self.settings if name not in over]
        rows = []
        keys = [tuple(map(repr, key)) for key in frame[names].itertuples(index=False)] if names else [()] * len(frame)
        places: dict[tuple[str, ...], list[int]] = {}
        for place, key in enumerate(keys):
            places.setdefault(key, []).append(place)
        for chosen in places.values():
            part = frame.iloc[chosen]
            row = {name: part[name].iloc[0] for name in names}
            row |= {"trials": len(part), "failed": int((part["status"] != "done").sum())}
            row |= {name: part[name].mean(skipna=False) for name in ("epochs", *NUMBERS)}
            # How fast it fails is no merit
            rows.append(row | {"seconds": np.nan} if row["failed"] else row)
        import pandas

        return pandas.DataFrame(rows, columns=[*names, "trials", "failed", "epochs", *NUMBERS])

    def best(self, by: str | None = None, over: Sequence[str] = REPEATED) -> dict[str, Any]:
        """Return the row of `means` whose number is the best; of equal ones, the first.

        Parameters
        ----------
        by : str or None
            The number: accuracies are better the larger, losses and seconds the smaller. None takes the first that was
            measured of ``val_loss``, ``loss``.
        over : sequence of str
            The settings that are averaged over: the best of very many single runs is a matter of luck.

        Raises
        ------
        ValueError
            If none has that number: it was not measured, or all trials failed.
        """
        means = self._of_the_last_rung(over)
        name = _known(by or next((one for one in ("val_loss", "loss") if means[one].notna().any()), "loss"))
        numbers = SIGNS[name] * means[name].to_numpy(float)
        if np.isnan(numbers).all():
            raise ValueError(f"by: expected a number that some trial has, got {name}")
        (row,) = means.iloc[[int(np.nanargmin(numbers))]].to_dict("records")
        return {str(column): value for column, value in row.items()}

    def pareto(self, *by: str, over: Sequence[str] = REPEATED) -> pandas.DataFrame:
        """Return the rows of `means` that no other one beats: as good in all of the numbers, and better in one.

        Parameters
        ----------
        *by : str
            The numbers, such as ``"val_accuracy", "seconds"``.
        over : sequence of str
            The settings that are averaged over.
        """
        if not by:
            raise ValueError("by: expected at least one number, got none")
        means = self._of_the_last_rung(over)
        numbers = np.stack([SIGNS[_known(name)] * means[name].to_numpy(float) for name in by], axis=1)
        good = np.flatnonzero(~np.isnan(numbers).any(axis=1)).tolist()
        kept = [place for place in good if not _beaten(numbers[place], numbers[good])]
        order = sorted(kept, key=lambda place: tuple(numbers[place]))
        return means.iloc[order].reset_index(drop=True)

    def _of_the_last_rung(self, over: Sequence[str]) -> pandas.DataFrame:
        """Return the means of those that have trained longest: fewer epochs can't be compared with more."""
        means = self.means(over)
        if self.saving is not None:
            means = means[means["epochs"] == means["epochs"].max()]
        if not len(means):
            raise ValueError("sweep: expected at least one trial that is done, got none")
        return means

    def curves(self, name: str) -> dict[int, Array]:
        """Return the numbers of each epoch, shape (epochs,), by the trial: ``loss``, ``val_loss``, ``val_accuracy``.

        Those of a trial that diverged end before the epoch in which it did.
        """
        return dict(self._store.curves(name))

    def curve_rows(self, name: str) -> Iterator[tuple[int, Array]]:
        """Yield the same one trial after another."""
        return self._store.curves(name)

    def plot_curves(self, name: str = "val_loss", by: str | None = None, axes: Any = None) -> Any:
        """Draw a number over the epochs: for each value of a setting, the mean of its trials; needs matplotlib.

        Around it is a band: the 95 % bootstrap interval of the mean. Trials that failed are left out.

        Parameters
        ----------
        name : str
            The number: ``loss``, ``accuracy``, ``val_loss`` or ``val_accuracy``.
        by : str or None
            The setting; None takes the first that is neither ``seed`` nor ``fold``.
        axes : matplotlib's Axes or None
            Where to draw; None makes a figure with pyplot.

        Returns
        -------
        Axes
            ``axes.figure.savefig("curves.png")`` keeps the picture.
        """
        from npnet.sweeping import plots

        return plots.curves(self, name, plots.default(self) if by is None else by, axes)

    def plot_heat_map(self, across: str, up: str, name: str = "val_loss", axes: Any = None) -> Any:
        """Draw a number over two settings: in each cell the mean of its trials with its 95 % bootstrap interval.

        Parameters
        ----------
        across, up : str
            The settings.
        name : str
            The number; trials that failed are left out of the mean.
        axes : matplotlib's Axes or None
            Where to draw; None makes a figure with pyplot.

        Returns
        -------
        Axes
        """
        from npnet.sweeping import plots

        return plots.heat_map(self, across, up, _known(name), axes)

    def plot_parallel_coordinates(
        self, name: str = "val_loss", over: Sequence[str] = REPEATED, axes: Any = None
    ) -> Any:
        """Draw a line for each combination of settings, which crosses an axis for each of them and one for a number.

        On the last axis, a bar is the 95 % bootstrap interval of the mean over what is repeated.

        Parameters
        ----------
        name : str
            The number.
        over : sequence of str
            The settings that are averaged over.
        axes : matplotlib's Axes or None
            Where to draw; None makes a figure with pyplot.

        Returns
        -------
        Axes
        """
        from npnet.sweeping import plots

        return plots.parallel_coordinates(self, _known(name), over, axes)

    @property
    def saving(self) -> Saving | None:
        """What successive halving has saved; None without it."""
        full = json.loads(self._store.definition["full"])
        return None if full is None else Saving(self._store.count()[1], full)

    @property
    def machines(self) -> list[dict[str, Any]]:
        """What trials were trained with, each once: versions of NumPy and BLAS, instructions, threads."""
        return self._store.machines()

    def close(self) -> None:
        """Close the file; a temporary one goes."""
        self._store.close()

    def __enter__(self) -> Sweep:
        """Return the sweep, which is closed at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        """Return how many trials there are, and how many of them failed."""
        rows = list(self._store.rows())
        failed = sum(row["status"] != "done" for row in rows)
        of = f" of {self.trials}" * (len(rows) < self.trials)
        shown = f"{len(rows)}{of} trials" + f", {failed} failed" * (failed > 0)
        return f"Sweep({shown}; {', '.join(self.settings)})"


def _column(name: str) -> str:
    return f"set_{name}" if name in SIGNS else name


def _known(name: str) -> str:
    if name not in SIGNS:
        raise ValueError(f"by: expected one of {', '.join(SIGNS)}, got {name!r}")
    return name


def _beaten(one: Array, others: Array) -> bool:
    return bool(((others <= one).all(axis=1) & (others < one).any(axis=1)).any())


def load(file: str | Path) -> Sweep:
    """Return the sweep of a file, also of one that goes on meanwhile or was interrupted.

    Parameters
    ----------
    file : str or path
        The file that `npnet.sweep` has written.

    Raises
    ------
    OSError
        If there is no such file, or it can't be read.
    ValueError
        If it is none of a sweep.
    """
    return Sweep(Store(Path(file), None))
