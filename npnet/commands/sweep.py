"""``npnet sweep``."""

import argparse
import contextlib
import os
import sys
from pathlib import Path
from typing import Any

from npnet import language
from npnet.commands._arguments import whole_number
from npnet.commands._format import in_one_line
from npnet.commands._writing import status_of

HELP = "train nets with each of several settings on a table of your own, on one machine or many"
DESCRIPTION = (
    "Train a net with each of the settings in SPEC on the rows of DATA, and keep what comes of each in one SQLite file "
    "as it goes: the same command goes on with a sweep that was interrupted. SPEC is TOML: target names the column; "
    "validation is the share of the rows that is measured on, or folds their number; [all] has settings of all trials, "
    "such as epochs = 50; [grid] has lists, such as optimizer = ['sgd', 'adam'], learning_rate = [0.01, 0.1], "
    "units = [[16], [64, 64]], seed = [0, 1, 2]; or [random] has count, and in [random.space] lists or {low = 0.001, "
    "high = 1.0, log = true}; or each [[trials]] has its own. The table is the same whoever trains. Under mpiexec the "
    "other processes work for the first. Exit status: 0; 2 if the rows or a setting are refused, or a file can't be "
    "read or written; 130 after Ctrl-C."
)
EXTRA = "sweep"
SIZES = ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE")
"""Where mpiexec says how many processes it has started."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the settings, the rows, and who trains."""
    parser.add_argument("spec", metavar="SPEC", type=Path, help="the settings, a TOML file")
    parser.add_argument("data", metavar="DATA", type=Path, help="a CSV file with a header (.gz too), or a Parquet file")
    parser.add_argument("--out", metavar="FILE", type=Path,
                        help="the file that keeps the table (default: SPEC's name with .sqlite, here)")  # fmt: skip
    parser.add_argument("--executor", choices=("process", "dask", "mpi"),
                        help="who trains: processes of this machine, Dask, or those of mpiexec (default: this process, "
                        "or under mpiexec those)")  # fmt: skip
    parser.add_argument("--workers", metavar="N", type=whole_number(1),
                        help="how many groups are trained at a time (default: one by each worker)")  # fmt: skip
    parser.add_argument("--scheduler", metavar="ADDRESS", help="that of a Dask cluster, such as tcp://HOST:8786")
    parser.add_argument("--halving", metavar="N", type=whole_number(2), nargs="?", const=3,
                        help="begin with few epochs, and let one of N go on with N times as many (N: 3)")  # fmt: skip
    parser.add_argument("--monitor", metavar="NUMBER", choices=("loss", "val_loss", "val_accuracy"), default="val_loss",
                        help="by which number one is better than another (default: val_loss)")  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Train, and print the best."""
    out = options.out or Path(f"{options.spec.stem}.sqlite")
    try:
        with contextlib.ExitStack() as stack:
            executor = _executor(options, stack)
            status = status_of("sweep", out, lambda: _sweep(options, executor, out))
    except ValueError as error:
        print(f"npnet sweep: {in_one_line(error)}", file=sys.stderr)
        return 2
    if status == 130:
        print("npnet sweep: the same command goes on", file=sys.stderr)
    return status


def _executor(options: argparse.Namespace, stack: contextlib.ExitStack) -> Any:
    """Return who trains; of several processes under mpiexec, only the first comes back from here."""
    name = options.executor
    if name is None and any(os.environ.get(size, "1") != "1" for size in SIZES):
        name = "mpi"
    if options.scheduler is not None:
        if name not in (None, "dask"):
            raise ValueError(f"--scheduler: expected --executor dask, got {name}")
        name = "dask"
    if name != "mpi":
        return name
    from npnet.sweeping import executors

    return stack.enter_context(executors.opened("mpi", options.workers))


def _sweep(options: argparse.Namespace, executor: Any, out: Path) -> int:
    # Here, so that help does not wait for pandas
    from npnet.commands._console import Console
    from npnet.sweeping import spec, sweeps, terminal

    found = spec.read(options.spec)
    trials, common = found.space(), dict(found.all)
    double = "float64" in (common.get("dtype"), *(trial.get("dtype") for trial in trials))
    data, outside = spec.prepared(found, options.data, "float64" if double else "float32")
    plan = sweeps.planned(
        trials, common, data, outside, halving=options.halving, monitor=options.monitor, order=found.seed
    )
    console, workers = Console(), None if options.executor == "mpi" else options.workers
    with sweeps.swept(plan, data, executor=executor, workers=workers, scheduler=options.scheduler, file=out,
                      verbose=int(console.is_terminal)) as table:  # fmt: skip
        terminal.show(table, options.monitor, console, language.get(options.language))
    return 0
