"""``npnet train``."""

import argparse
import sys
import warnings
from pathlib import Path
from typing import Any

from npnet import _defaults as default
from npnet import language
from npnet.commands._arguments import folder, whole_number
from npnet.commands._format import add_format, given_format, in_one_line
from npnet.commands._ranks import sharded, team
from npnet.commands._writing import status_of
from npnet.engine.errors import RankError
from npnet.engine.team import Team

HELP = "train a net on a table of your own; write the model and a report"
DESCRIPTION = (
    "Train a net that predicts one column of a table from the others, and write to DIR the model, history.csv, figures "
    "and a report. Whether the column has classes or numbers is found, as are the kinds of all columns; what does not "
    "fit is refused, with its file, line, column and content. By default a fifth of the rows is held out, and training "
    "ends when they get no better, with the best weights. Exit status: 0; 2 if the rows or an argument are refused, a "
    "number becomes infinite, or a file can't be read or written; 130 after Ctrl-C."
)
EXTRA = "study"
OUT = Path("trained")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the rows, and all that decides the training; what is not given is not among the options."""
    parser.add_argument("data", metavar="DATA", nargs="?", default=argparse.SUPPRESS,
                        help="a CSV file with a header (.gz too), or a Parquet file")  # fmt: skip
    parser.add_argument("--target", metavar="COLUMN", default=argparse.SUPPRESS, help="the column to predict")
    parser.add_argument("--out", metavar="DIR", type=folder, help=f"the folder to write to (default: {OUT})")
    parser.add_argument("--overwrite", action="store_true", help="replace the training that DIR has")
    parser.add_argument("--resume", metavar="DIR", type=folder, help="go on with the training in DIR, with its own "
                        "arguments; --epochs may be more where --schedule is constant")  # fmt: skip
    _add_rows(parser.add_argument_group("the rows"))
    _add_net(parser.add_argument_group("the net"))
    _add_training(parser.add_argument_group("the training"))
    add_format(parser, ".", "none")


def _add(group: Any, name: str, text: str, **options: Any) -> None:
    group.add_argument(name, default=argparse.SUPPRESS, help=text, **options)


def _add_rows(group: Any) -> None:
    _add(group, "--task", "what the target is (default: found)", choices=("classes", "number"))
    _add(group, "--kind", "the kind of a column: number, category or truth (default: found); may be given again",
         dest="kinds", metavar="NAME=KIND", type=_pair, action="append")  # fmt: skip
    _add(group, "--rule", "what is done with what does not fit, when training and when predicting: unknown=refuse, "
         "drop, fill or other (an unknown category); missing=refuse, drop or fill; invalid=refuse or missing; "
         "absent=refuse or fill (a column); extra=refuse or drop (default: refuse); may be given again",
         dest="rules", metavar="WHAT=RULE", type=_pair, action="append")  # fmt: skip
    _add(group, "--validation", "the share of the rows that is held out, 0 for none, or a file with other rows "
         f"(default: {default.VALIDATION})", metavar="SHARE|FILE", type=_share)  # fmt: skip
    _add(group, "--stream", "for a file that is larger than memory: read several times, with its cells in "
         "a temporary file of about its size; no more than about 100000 rows are held out",
         action="store_true")  # fmt: skip
    _add(group, "--class-weight", "balanced, or the weight of a class, which may be given again (default: 1 for all)",
         metavar="balanced|NAME=W", type=_weight, action="append")  # fmt: skip


def _add_net(group: Any) -> None:
    _add(group, "--hidden", "the units of each hidden layer, such as 64,64; none for a linear model (default: "
         f"{','.join(map(str, default.HIDDEN))})",
         metavar="N,N", type=_widths)  # fmt: skip
    _add(group, "--activation", f"that of hidden layers (default: {default.ACTIVATION})", metavar="NAME")
    _add(group, "--dtype", "of all numbers (default: float32)", choices=("float32", "float64"))


def _add_training(group: Any) -> None:
    _add(group, "--loss", "what is minimized (default: cross-entropy for classes, else mse)", metavar="NAME")
    _add(group, "--optimizer", "such as sgd, momentum, rmsprop, adam, adamw (default: adam)", metavar="NAME")
    _add(group, "--rate", f"the learning rate (default: {default.RATE} for adam, else the optimizer's own)", type=float)
    _add(group, "--schedule", "how the rate goes on (default: constant)",
         choices=("constant", "cosine", "exponential", "warmup-cosine"))  # fmt: skip
    _add(group, "--l1", "the strength of the penalty on absolute weights (default: 0)", metavar="S", type=float)
    _add(group, "--l2", f"the strength of the penalty on squared weights (default: {default.L2})", metavar="S",
         type=float)  # fmt: skip
    _add(group, "--epochs", f"the most passes over the rows (default: {default.EPOCHS})", metavar="N",
         type=whole_number(1))  # fmt: skip
    _add(group, "--batch-size", f"rows in a step (default: a hundredth, from {default.LEAST_BATCH} to "
         f"{default.MOST_BATCH})", metavar="N", type=whole_number(1))  # fmt: skip
    _add(group, "--patience", "epochs without an improvement on the rows held out after which training ends "
         f"(default: {default.PATIENCE})", metavar="N", type=whole_number(1))  # fmt: skip
    _add(group, "--no-early-stopping", "train all epochs, and keep the last weights", dest="patience",
         action="store_const", const=None)  # fmt: skip
    _add(group, "--seed", "what is random is drawn from it (default: 0)", metavar="N", type=whole_number(0))
    _add(group, "--checkpoint-every", "epochs between two checkpoints, from which --resume goes on; 0 for none "
         "(default: 10)", metavar="N", type=whole_number(0))  # fmt: skip
    _add(group, "--shards", "under mpiexec, into how many shards a batch is cut: a power of two that the number of "
         "processes divides, on which the last bits depend (default: 4, or one for each process)", metavar="N",
         type=whole_number(1))  # fmt: skip


def _pair(text: str) -> tuple[str, str]:
    # The name of a column may have the mark in it, a rule or a kind has none
    name, mark, value = text.rpartition("=")
    if not mark or not name:
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, got {text!r}")
    return name, value


def _share(text: str) -> float | str:
    try:
        share = float(text)
    except ValueError:
        return text
    if not 0 <= share < 1:
        raise argparse.ArgumentTypeError(f"expected a share from 0 to 1, or a file, got {text!r}")
    return share


def _weight(text: str) -> tuple[str, float | None]:
    if text == "balanced":
        return text, None
    name, value = _pair(text)
    try:
        return name, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected balanced, or NAME=WEIGHT, got {text!r}") from None


def _widths(text: str) -> tuple[int, ...]:
    if text == "none":
        return ()
    return tuple(whole_number(1)(part.strip()) for part in text.split(","))


def run(options: argparse.Namespace) -> int:
    """Train, and print the summary; of several processes one speaks."""
    out: Path = options.resume or options.out or OUT
    try:
        together = team()
    except ValueError as error:
        print(f"npnet train: {error}", file=sys.stderr)
        return 2
    try:
        with warnings.catch_warnings(record=True) as told:
            # That a machine is another one is for people, not for code
            warnings.filterwarnings("always", "resume:", UserWarning)
            status = status_of("train", out, lambda: _train(options, out, together))
        for one in told if together.speaks() else ():
            print(f"npnet train: {one.message}", file=sys.stderr)
    except RankError:
        return 2
    except (FloatingPointError, ValueError) as error:
        if together.speaks(error):
            hint = "; a lower --rate may help" if isinstance(error, FloatingPointError) else ""
            print(f"npnet train: {in_one_line(error)}{hint}", file=sys.stderr)
        return 2
    if status == 130:
        print(f"npnet train: npnet train --resume {out} goes on", file=sys.stderr)
    return status


def _train(options: argparse.Namespace, out: Path, team: Team) -> int:
    with team.together():
        # Here, so that help does not wait for matplotlib
        from npnet.commands._console import Console
        from npnet.tabular.training import running, terminal

        console, say = Console(), language.get(options.language)
        settings = team.first(team.agree(lambda: None if team.rank else _settings(options, out, team)))
        tables = team.agree(settings.read)
        # What is wrong with the arguments is said before a folder is made
        team.agree(lambda: settings.options(tables[0]))
        if not options.resume:
            team.agree(lambda: None if team.rank else running.begin(settings, out))
        outcome = running.run(settings, tables, out, say, int(console.is_terminal), team)
    if outcome is not None:
        terminal.show(outcome, out, console, say)
    return 0


def _settings(options: argparse.Namespace, out: Path, team: Team) -> Any:
    return sharded(_resumed(options, out) if options.resume else _new(options, out), team)


def _new(options: argparse.Namespace, out: Path) -> Any:
    """Return the settings of a new training."""
    from npnet.tabular.training import running
    from npnet.tabular.training.settings import Settings

    given = _given(options)
    for name, argument in (("data", "DATA"), ("target", "--target COLUMN")):
        if name not in given:
            raise ValueError(f"expected DATA and --target COLUMN, got no {argument}")
    running.check(out, options.overwrite)
    return Settings(**given)


def _resumed(options: argparse.Namespace, out: Path) -> Any:
    """Return the settings of the training in a folder, with as many epochs as are asked for now."""
    from npnet import files
    from npnet.tabular.training import running

    given = _given(options)
    others = [name for name in given if name != "epochs"] + ["out"] * (options.out is not None)
    if others or options.overwrite:
        raise ValueError(f"--resume: expected no other argument than --epochs, got {(others or ['overwrite'])[0]}")
    settings = running.kept(out)
    if "epochs" in given:
        settings = settings.with_epochs(given["epochs"])
        files.write(out / running.SETTINGS, settings.text(), durable=True)
    return settings


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that were given."""
    own = ("command", "language", "out", "overwrite", "resume", "decimal", "thousands", "delimiter", "encoding")
    given = {name: value for name, value in vars(options).items() if name not in own}
    if form := given_format(options):
        given["form"] = form
    for name in ("kinds", "rules"):
        if name in given:
            given[name] = dict(given[name])
    if "class_weight" in given:
        weights = dict(given["class_weight"])
        given["class_weight"] = "balanced" if weights == {"balanced": None} else weights
        if None in weights.values() and len(weights) > 1:
            raise ValueError("--class-weight: expected balanced or weights of classes, got both")
    for name in ("data", "validation"):
        if isinstance(given.get(name), str):
            # Wherever the training is gone on with
            given[name] = str(Path(given[name]).resolve())
    return given
