"""The files that a run leaves in its folder: ``report.md``, ``results.csv``, ``rounds.csv`` and plots."""

import csv
import io
from pathlib import Path

from benchmarks import plots, tables
from benchmarks.agreement import DRIFT, SMALL
from benchmarks.contestants import entries
from benchmarks.machine import machine
from benchmarks.memory import FORMULA, STEP_SHARE, TOTAL_SHARE, Memory
from benchmarks.race import BASE, STEADY, Result, Settings
from benchmarks.sleeping import LOOK, MOST_LOOKS
from benchmarks.statistics import spread
from npnet.files import write

COLUMNS = (
    "benchmark", "case", "unit", "contestant", "status", "seconds", "seconds_low", "seconds_high", "ratio",
    "ratio_low", "ratio_high", "rounds", "units_per_round", "first_call", "cold", "peak_memory", "error_over_bound",
    "early", "late_over_early",
)  # fmt: skip
EXPLANATION = """\
- *median*, *middle half*: of the rounds; a training's is the time of one step, its share of the test pass included.
- *× npnet*: the contestant's time over npnet's, taken round by round, the median; above 1, npnet is faster.
- *first*: preparation, compilation and one epoch or call.
- *first*, *cold* and the steps after which one overtakes npnet are of fresh processes, after one that is discarded and
  fills the disk's cache: {starts}.
- *cold*: from the start of a process to the trained net: its start with imports, *first*, and the other epochs at the
  median; for a benchmark of calls, the start with imports. A dash where the process had run before.
- *memory*: the process's largest resident size.
- *early*, *late*: of steps early in training and of steps once it has converged, in the same run; *late / early* is
  taken round by round, and *middle half* and *× npnet* are of the late steps.
- A round is as many epochs or calls as take about {seconds} s, at most the whole run: the slow contestants' times are
  of fewer epochs, scaled. Each round starts from the initial weights.
- Contestants took turns (A B C, B C A, …) in {rounds} rounds, each in a process of its own.
- Each library takes as many threads as it does by itself, or as the environment says. When its work is done, they may
  spin for a while, as OpenBLAS's do; the next turn begins when all sleep, or after {wait:.0f} s, which is then noted.
- Before its rounds each reached npnet's float64 loss and parameters, or outputs, from the same weights, within the
  bounds of `benchmarks/agreement.py`; after the last one its numbers were finite and, on nets of at most {small}
  parameters or trained until they have converged, its loss was npnet's within {drift:.0%} of what training gained. One
  that fails is refused.
- *void*: the quartiles are more than {steady} times apart, so that the median says nothing.
"""


def save(folder: Path, groups: list[list[Result]], memory: list[Memory], settings: Settings) -> None:
    """Write everything.

    Raises
    ------
    OSError
        If the folder or a file can't be written; each file is whole or absent.
    """
    images = plots.draw(groups)
    for name, image in images.items():
        write(folder / name, image)
    results = [result for group in groups for result in group]
    write(folder / "results.csv", _table(COLUMNS, [row for result in results for row in _csv_rows(result)]))
    write(folder / "rounds.csv", _table(("benchmark", "case", "contestant", "round", "seconds"), _rounds(results)))
    write(folder / "report.md", markdown(groups, memory, settings, list(images)))


def _csv_rows(result: Result) -> list[tuple[object, ...]]:
    start = (result.benchmark.name, result.case.label, result.case.unit)
    found: list[tuple[object, ...]] = []
    for name, measured in result.times.items():
        times, ratio = measured.spread, result.ratio(name)
        shares = ("", "", "") if ratio is None else (ratio.median, ratio.low, ratio.high)
        status = "void" if result.void(name) else "not compared" if name in result.exempt else "measured"
        cold = measured.cold(result.case.most_units) if result.whole else measured.start
        early = (spread(measured.early).median, measured.slowing.median) if measured.early else ("", "")
        found.append((
            *start, name, status, times.median, times.low, times.high, *shares, len(measured.rounds), measured.units,
            measured.first, cold, measured.memory, measured.error, *early,
        ))  # fmt: skip
    for what, group in (("left out", result.left_out), ("refused", result.refused)):
        found += [(*start, name, f"{what}: {reason}", *[""] * 14) for name, reason in group.items()]
    return found


def _rounds(results: list[Result]) -> list[tuple[object, ...]]:
    return [
        (result.benchmark.name, result.case.label, name, number, seconds)
        for result in results
        for name, measured in result.times.items()
        for number, seconds in enumerate(measured.rounds)
    ]


def _table(heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue()


def markdown(groups: list[list[Result]], memory: list[Memory], settings: Settings, images: list[str]) -> str:
    """Return the report."""
    counts = (measured.threads for group in groups for result in group for measured in result.times.values())
    lines = ["# npnet's benchmarks", "", *_markdown_table(("what", "value"), list(machine(counts).items())), ""]
    explanation = EXPLANATION.format(
        seconds=settings.round_seconds, rounds=settings.rounds, wait=LOOK * MOST_LOOKS, small=SMALL, drift=DRIFT,
        steady=STEADY, starts=_starts(groups, settings),
    )  # fmt: skip
    lines += [explanation, *(f"- *{line.replace(': ', '*: ', 1)}." for line in tables.legend(groups)), ""]
    lines += _summary(groups, images)
    for group in groups:
        benchmark = group[0].benchmark
        lines += [f"## {benchmark.name}", "", f"{benchmark.title}.", ""]
        for result in group:
            lines += [f"### {result.case.label}, one {result.case.unit}", ""] if len(group) > 1 else []
            lines += [*_markdown_table(tables.heads(result), tables.rows(result)), ""]
        notes = dict.fromkeys(note for result in group for note in tables.notes(result))
        lines += [*(f"- {note}" for note in notes), ""] if notes else []
        lines += [f"![{benchmark.name}]({benchmark.name}.png)", ""] if f"{benchmark.name}.png" in images else []
    if memory:
        lines += [
            "## memory",
            "",
            f"What npnet's training allocates, by tracemalloc: under {STEP_SHARE:.0%} of the parameters' bytes",
        ]
        lines += [f"in a step, and in all no more than {TOTAL_SHARE:.0%} of them over", f"{FORMULA}.", ""]
        lines += [*_markdown_table(tables.MEMORY_HEADS, [tables.memory_row(row) for row in memory]), ""]
    lines += ["## Contestants that are not installed", ""] if (absent := _absent()) else []
    return "\n".join([*lines, *absent]).rstrip() + "\n"


def _starts(groups: list[list[Result]], settings: Settings) -> str:
    """Return of how many processes the times from a cold start are."""
    repeated = [group[0].benchmark for group in groups if settings.fresh and group[0].benchmark.starts > 1]
    medians = [f"the median of {benchmark.starts} in {benchmark.name}" for benchmark in repeated]
    return ", ".join([*medians, "single measurements elsewhere" if medians else "single measurements"])


def _summary(groups: list[list[Result]], images: list[str]) -> list[str]:
    """Return a table of ratios: a row for each contestant, a column for each result that sums up the run."""
    chosen = plots.summary(groups)
    if not chosen:
        return []
    heads = ("contestant", *(f"{result.benchmark.name}, {result.case.label}" for result in chosen))
    npnet = (
        "npnet, time",
        *(f"{tables.seconds(result.times[BASE].spread.median)} a {result.case.unit}" for result in chosen),
    )
    names = dict.fromkeys(name for result in chosen for name in result.times if name != BASE)
    rows = [npnet, *((f"{name}, × npnet", *(tables.share_of(result, name) for result in chosen)) for name in names)]
    picture = ["![summary](summary.png)", ""] if "summary.png" in images else []
    return ["## Summary", "", *_markdown_table(heads, rows), "", *picture]


def _absent() -> list[str]:
    return [f"- {name}: {entry.package}" for name, entry in entries().items() if not entry.installed]


def _markdown_table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    marks = ["---", *["---:"] * (len(heads) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in (heads, marks, *rows)]
