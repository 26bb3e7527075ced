"""What a sweep keeps: one SQLite file, written by one process, a transaction for each group."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from npnet.sweeping.training import CURVES, Result
from npnet.typing import Array

APPLICATION, VERSION = 0x6E706E73, 1
"""What tells a sweep's file from others of SQLite."""
TABLES = """
create table definition (name text primary key, value text not null) without rowid;
create table trials (
    rung integer not null, trial integer not null, status text not null, epochs integer not null, reason text,
    loss real, accuracy real, val_loss real, val_accuracy real, seconds real, settings text not null,
    machine text not null, names text not null, curves blob not null, primary key (rung, trial)
) without rowid;
"""
NUMBERS = (*CURVES, "seconds")
LAST = "from trials where rung = (select max(rung) from trials as other where other.trial = trials.trial)"
"""The rows of a table: of a trial that went on in a later rung, the last one."""


class Store:
    """The rows of a sweep: in a file, or in a temporary one that nobody else sees.

    Parameters
    ----------
    path : Path or None
        The file; None for a temporary one.
    definition : mapping of str to str, or None
        What makes the sweep: a file of another one is refused. None reads a file as it is.

    Raises
    ------
    OSError
        If the file can't be read or written.
    ValueError
        If it is none of a sweep, or of another one, or another sweep writes to it.
    """

    def __init__(self, path: Path | None, definition: Mapping[str, str] | None) -> None:
        self.path = path
        if path is not None and definition is None:
            # SQLite would make a file that is not there
            path.stat()
        self._lock = None if path is None or definition is None else _Lock(path)
        with _naming(path):
            # A notebook may collect the table in another thread than made it
            self._database = sqlite3.connect(path or "", timeout=60, check_same_thread=False)
        self._close = weakref.finalize(self, _close, self._database, self._lock)
        try:
            with _naming(path):
                self._begin(definition)
        except BaseException:
            self.close()
            raise

    def _begin(self, definition: Mapping[str, str] | None) -> None:
        (application,) = self._database.execute("pragma application_id").fetchone()
        (version,) = self._database.execute("pragma user_version").fetchone()
        (tables,) = self._database.execute("select count(*) from sqlite_master").fetchone()
        if tables == application == 0 and definition is not None:
            self._database.execute("pragma journal_mode=wal")
            self._database.executescript(
                f"begin;{TABLES}pragma application_id={APPLICATION};pragma user_version={VERSION};commit;"
            )
        elif (application, version) != (APPLICATION, VERSION):
            raise ValueError(f"file: expected one of a sweep, got another: {self.path}")
        there = self.definition
        if definition is not None and not there:
            with self._database:
                self._database.executemany("insert into definition values (?, ?)", definition.items())
        elif definition is not None and there != definition:
            others = [name for name in {**definition, **there} if there.get(name) != definition.get(name)]
            raise ValueError(f"file: expected one of the same sweep, got {self.path}, of one with other {others[0]}")

    @property
    def definition(self) -> dict[str, str]:
        """What makes the sweep."""
        return dict(self._database.execute("select name, value from definition"))

    def add(self, rung: int, results: Iterable[Result], settings: Sequence[str]) -> None:
        """Keep what came of some trials: all of them, or none if the process ends meanwhile."""
        rows = []
        for one in results:
            done = one.status == "done"
            last = [float(one.curves[name][-1]) if done and name in one.curves else None for name in CURVES]
            curves = b"".join(np.asarray(curve, "<f8").tobytes() for curve in one.curves.values())
            row = (rung, one.trial, one.status, one.epochs, one.reason, *last, one.seconds, settings[one.trial])
            rows.append((*row, json.dumps(one.machine), json.dumps(list(one.curves)), curves))
        with _naming(self.path), self._database:
            marks = ", ".join("?" * 14)
            self._database.executemany(f"insert into trials values ({marks})", rows)

    def there(self, rung: int) -> set[int]:
        """Return the trials that have a row of a rung."""
        return {trial for (trial,) in self._database.execute("select trial from trials where rung = ?", (rung,))}

    def values(self, rung: int, name: str) -> dict[int, float]:
        """Return a number of each trial that has a row of a rung; NaN where there is none."""
        _check(name)
        rows = self._database.execute(f"select trial, {name} from trials where rung = ?", (rung,))
        return {trial: np.nan if value is None else value for trial, value in rows}

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of the table in the order of the trials, without curves."""
        names = ("trial", "rung", "settings", "status", "reason", "epochs", *NUMBERS)
        for row in self._database.execute(f"select {', '.join(names)} {LAST} order by trial"):
            yield dict(zip(names, row))

    def machines(self) -> list[dict[str, Any]]:
        """Return the versions, instructions and threads that trials were trained with, each once."""
        return [
            json.loads(text) for (text,) in self._database.execute("select distinct machine from trials order by 1")
        ]

    def curves(self, name: str) -> Iterator[tuple[int, Array]]:
        """Yield the numbers of each epoch of each trial that has them, one trial after another."""
        if name not in CURVES:
            raise ValueError(f"name: expected one of {', '.join(CURVES)}, got {name!r}")
        for trial, names, blob in self._database.execute(f"select trial, names, curves {LAST} order by trial"):
            known = json.loads(names)
            if name in known:
                yield trial, np.frombuffer(blob, "<f8").reshape(len(known), -1)[known.index(name)].astype(float)

    def count(self) -> tuple[int, int]:
        """Return how many trainings there were in all rungs, and of how many epochs."""
        found = self._database.execute("select count(*), coalesce(sum(epochs), 0) from trials").fetchone()
        return int(found[0]), int(found[1])

    def release(self) -> None:
        """Let other sweeps write to the file; the rows can still be read."""
        if self._lock is not None:
            self._lock.release()

    def close(self) -> None:
        """Close the file."""
        self._close()


def _check(name: str) -> None:
    if name not in NUMBERS:
        raise ValueError(f"by: expected one of {', '.join(NUMBERS)}, got {name!r}")


class _Lock:
    """What keeps a second sweep out of a file, and ends with the process, however that ends.

    It is a file of its own: a lock in the first one would keep readers out.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path.with_name(f"{path.name}-lock")
        self._held: sqlite3.Connection | None = None
        while self._held is None:
            with _naming(self._path):
                held = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
            try:
                held.execute("begin exclusive")
            except sqlite3.Error as error:
                held.close()
                raise ValueError(f"file: expected one that no other sweep writes to, got {path}: {error}") from None
            if self._path.exists():
                self._held = held
            else:
                # Who had it before has removed it meanwhile
                held.close()

    def release(self) -> None:
        """Let others have it."""
        if self._held is not None:
            self._path.unlink(missing_ok=True)
            self._held.close()
            self._held = None


def _close(database: sqlite3.Connection, lock: _Lock | None) -> None:
    database.close()
    if lock is not None:
        lock.release()


@contextlib.contextmanager
def _naming(path: Path | None) -> Iterator[None]:
    """Raise SQLite's errors as those of a file."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(None, str(error), str(path)) from None
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:
            raise
        raise ValueError(f"file: expected one of a sweep, got another: {path}: {error}") from None
