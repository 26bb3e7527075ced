"""A training from its settings to the files that it leaves, which can be stopped at any moment and gone on with."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import Any

from npnet import files
from npnet.callbacks import Checkpoint
from npnet.engine.team import Team
from npnet.history import History
from npnet.language import Language
from npnet.tabular.model import train
from npnet.tabular.streamed import StreamedTable
from npnet.tabular.table import Table
from npnet.tabular.training import report
from npnet.tabular.training.figures import drawn
from npnet.tabular.training.outcome import Outcome
from npnet.tabular.training.settings import Settings

SETTINGS, CHECKPOINT, MODEL = "training.json", "checkpoint.safetensors", "model.safetensors"
HISTORY, REPORT = "history.csv", "report.html"

Tables = tuple[Table | StreamedTable, Table | None]
"""The rows that are trained on, and those that are held out."""


def check(out: Path, overwrite: bool) -> None:
    """Refuse a folder with a training that is not to be lost, ended or not."""
    if not overwrite and any((out / name).exists() for name in (CHECKPOINT, MODEL)):
        raise ValueError(
            f"--out: expected a folder without a training, got {out}; --resume {out} goes on with it, --overwrite "
            "replaces it"
        )


def begin(settings: Settings, out: Path) -> None:
    """Keep the settings of a new training in a folder, in place of all that another one has left.

    Raises
    ------
    OSError
        If nothing can be written there.
    """
    for path in _files(out):
        path.unlink(missing_ok=True)
    files.write(out / SETTINGS, settings.text(), durable=True)


def _files(out: Path) -> list[Path]:
    """Return all files that a training may write."""
    pictures = [f"{name}.{kind}" for name in report.CAPTIONS for kind in ("svg", "png")]
    return [out / name for name in (CHECKPOINT, SETTINGS, MODEL, HISTORY, REPORT, *pictures)]


def kept(out: Path) -> Settings:
    """Return the settings of the training in a folder."""
    path = out / SETTINGS
    try:
        return Settings.from_text(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(
            f"--resume: expected a folder with a training, got {out}, where nothing was kept yet"
        ) from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def run(settings: Settings, tables: Tables, out: Path, say: Language, verbose: int, team: Team) -> Outcome | None:
    """Train, from the last checkpoint where there is one, and write the files of the training.

    Of several processes all train, and the first one writes and has an outcome.

    Raises
    ------
    OSError, ValueError
        If an argument or a row is not what it should be, or a file can't be written.
    """
    rows, held_out = tables
    if not team.rank:
        for path in _files(out):
            # What a training that was killed has left of a file that was not whole
            files.clear(path)
    options = settings.options(rows)
    if settings.checkpoint_every:
        options["callbacks"] = [Checkpoint(out / CHECKPOINT, settings.checkpoint_every)]
    if (out / CHECKPOINT).exists():
        options["resume"] = out / CHECKPOINT
    start = time.perf_counter()
    model = train(rows, validation=held_out, verbose=verbose, communicator=team.communicator, **options)

    def written() -> Outcome | None:
        if team.rank:
            return None
        assert model.history is not None
        model.save(out / MODEL)
        seconds = time.perf_counter() - start
        outcome = Outcome(settings, model, model.history, rows, held_out, seconds, resumed="resume" in options)
        write(outcome, out, say)
        return outcome

    return team.agree(written)


def write(outcome: Outcome, out: Path, say: Language) -> None:
    """Write the history, the figures and the report beside the model."""
    figures = drawn(outcome)
    contents: dict[str, Any] = {HISTORY: history(outcome.history)}
    for name, kinds in figures.items():
        contents |= {f"{name}.{kind}": content for kind, content in kinds.items()}
    contents[REPORT] = report.render(outcome, {name: kinds["svg"] for name, kinds in figures.items()}, say)
    for name, content in contents.items():
        files.write(out / name, content)
    outcome.files.extend([MODEL, *contents])


def history(record: History) -> str:
    """Return the numbers of each epoch as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *record.columns])
    for epoch, row in enumerate(zip(*record.columns.values())):
        writer.writerow([epoch, *map(float, row)])
    return text.getvalue()
