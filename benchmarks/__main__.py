"""``python -m benchmarks``: measure npnet beside others, print tables, and write a report."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import imports, memory, own, race, report, tables, threads, workloads
from benchmarks.cases import Training
from benchmarks.contestants import entries
from benchmarks.process import Pool
from benchmarks.race import Result, Settings
from benchmarks.ranks import __main__ as ranks
from benchmarks.workloads import Benchmark

RESULTS = Path("benchmark-results")
FULL = Settings()
QUICK = Settings(rounds=5, round_seconds=0.06, fresh=False)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure npnet beside TensorFlow, Keras, torch, JAX and scikit-learn. Exit status: 0; 1 if a "
        "contestant did other work or failed, or npnet's memory is over its limit; 2 if the command can't be run.",
    )
    main.add_argument("--quick", action="store_true", help="fewer benchmarks and rounds: under 5 minutes on two cores")
    main.add_argument(
        "--only", action="append", type=_name, metavar="NAME",
        help="only benchmarks with NAME in their name; may be repeated",
    )  # fmt: skip
    main.add_argument(
        "--out", type=_name, metavar="DIR",
        help="the folder to write to (default: one of its own for each selection, in benchmark-results)",
    )  # fmt: skip
    main.add_argument("--list", action="store_true", help="list the benchmarks, and end")
    main.add_argument(
        "--with", dest="contestants", metavar="NAMES", help='only these beside npnet, such as "tf function,jax"'
    )
    main.add_argument("--threads", type=_whole, metavar="N", help="the threads of each library (default: its own)")
    net = main.add_argument_group("a net of your own")
    net.add_argument("--net", type=_name, metavar="NET", help="widths, such as 784-128-10, or a .keras file")
    net.add_argument("--hidden", choices=own.HIDDEN, default="relu", help="the hidden layers' activation")
    net.add_argument("--output", choices=own.OUTPUTS, default="softmax", help="the output's activation")
    net.add_argument("--loss", metavar="LOSS", help="categorical_crossentropy (after softmax, the default) or mse")
    net.add_argument("--optimizer", choices=own.OPTIMIZERS, default="adam", help="default: adam")
    net.add_argument("--batch", type=_whole, default=32, metavar="N", help="the samples in a batch (default: 32)")
    return main


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 to 1000000, got {text!r}")
    return int(text)


def _name(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("expected a name, got ''")
    return text


def folder(only: list[str] | None, quick: bool) -> Path:
    """Return where a report is written if nothing is said: a part of the benchmarks does not replace a full report.

    Examples
    --------
    >>> [path.as_posix() for path in (folder(None, False), folder(["iris-sgd", "digits"], True))]
    ['benchmark-results/full', 'benchmark-results/quick-digits-iris-sgd']
    """
    parts = ["quick"] * quick + sorted(set(only or ()))
    return RESULTS / ("-".join(parts) or "full")


def known() -> list[Benchmark]:
    """Return all benchmarks."""
    return [*workloads.benchmarks(), imports.benchmark(), Benchmark("memory", "What npnet's training allocates", ())]


def chosen(only: list[str] | None, quick: bool) -> list[Benchmark]:
    """Return the benchmarks that were asked for; those named run even if ``--quick`` alone leaves them out."""
    every = known()
    for name in only or ():
        if not any(name in benchmark.name for benchmark in every):
            raise ValueError(f"--only: no benchmark is named {name!r}; known: {', '.join(b.name for b in every)}")
    if only:
        # A whole name means that benchmark alone, and not those whose names contain it
        names = {b.name for b in every}
        return [b for b in every if any(name == b.name if name in names else name in b.name for name in only)]
    return [benchmark for benchmark in every if not quick or benchmark.quick != 0]


def _selected(options: argparse.Namespace) -> list[Benchmark]:
    """Return the benchmarks that the options ask for, with the contestants that they name."""
    if options.net and options.only:
        raise ValueError("--only: expected no other benchmark beside --net")
    if options.net:
        settings = (options.hidden, options.output, options.loss, options.optimizer, options.batch)
        selected = [own.benchmark(options.net, *settings)]
    else:
        selected = chosen(options.only, options.quick)
    if options.contestants is None:
        return selected
    names = own.contestants(options.contestants)
    return [replace(benchmark, contestants=names) for benchmark in selected]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    options = parser().parse_args(arguments)
    if options.only == ["ranks"]:
        # Its contestants are started by mpiexec, and have a table of their own
        return ranks.main(["--rounds", "1"] if options.quick else [])
    try:
        selected = _selected(options)
    except ValueError as error:
        print(f"python -m benchmarks: {error}", file=sys.stderr)
        return 2
    if options.list:
        for benchmark in selected:
            print(f"{benchmark.name:16} {benchmark.title}")
        if not options.only and not options.net:
            print(f"{'ranks':16} One net on several processes (only by --only ranks)")
        return 0
    only = ["net", selected[0].cases[0].label.replace(", ", "-").replace(" ", "-")] if options.net else options.only
    out = Path(options.out) if options.out else folder(only, options.quick)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out), threads.limited(options.threads):
            return _run(selected, options.quick, out)
    except OSError as error:
        print(f"python -m benchmarks: {error.filename or out}: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("python -m benchmarks: interrupted; no report was written", file=sys.stderr)
        return 130


def _run(selected: list[Benchmark], quick: bool, out: Path) -> int:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console, settings = Console(), QUICK if quick else FULL
    groups: list[list[Result]] = []
    traced: list[memory.Memory] = []
    columns = (MofNCompleteColumn(), BarColumn(20), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Pool() as pool, Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        plan = [(benchmark, _cases(benchmark, quick)) for benchmark in selected]
        task = progress.add_task("", total=sum(max(1, len(cases)) for _, cases in plan))

        def tell(text: str) -> None:
            progress.update(task, description=text)

        for benchmark, cases in plan:
            if benchmark.name == "memory":
                traced = [memory.measure(case) for case in large()]
                tables.show_memory(console, traced)
                progress.advance(task)
            else:
                groups.append(_group(benchmark, cases, pool, settings, tell, lambda: progress.advance(task)))
                tables.show(console, groups[-1])
    for line in tables.legend(groups):
        console.print(line, markup=False, highlight=False, style="dim")
    report.save(out, groups, traced, settings)
    console.print(f"\nThe report: {out / 'report.md'}", soft_wrap=True, highlight=False)
    refused = any(result.refused for group in groups for result in group)
    return 1 if refused or not all(row.passed for row in traced) else 0


def _group(
    benchmark: Benchmark, cases: tuple[Any, ...], pool: Pool, settings: Settings, tell: Any, advance: Any
) -> list[Result]:
    results = []
    for number, case in enumerate(cases):
        if isinstance(case, imports.Import):
            pool.settle()
            results.append(imports.run(benchmark, settings, tell))
        else:
            results.append(race.run(benchmark, case, entries(), pool, settings, number == 0, tell))
        advance()
    return results


def _cases(benchmark: Benchmark, quick: bool) -> tuple[Any, ...]:
    return benchmark.cases[: benchmark.quick or None] if quick else benchmark.cases


def large() -> list[Training]:
    """Return the large nets' trainings."""
    chosen = [benchmark for benchmark in workloads.benchmarks() if benchmark.name.startswith("large-")]
    return [case for benchmark in chosen for case in benchmark.cases if isinstance(case, Training)]


if __name__ == "__main__":
    sys.exit(main())
