"""Terminal tables: one for each benchmark, 80 columns wide."""

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.contestants import entries
from benchmarks.machine import BUSY
from benchmarks.memory import STEP_SHARE, Memory
from benchmarks.race import BASE, Result, Time
from benchmarks.statistics import spread

UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (0.0, "ns"))


def seconds(value: float | None) -> str:
    """Return a time with three digits and its unit.

    Examples
    --------
    >>> seconds(0.0123), seconds(1.5e-6), seconds(None)
    ('12.3 ms', '1.5 µs', '–')
    """
    if value is None:
        return "–"
    size, unit = next((size, unit) for size, unit in UNITS if value >= size)
    return f"{number(value / (size or 1e-9))} {unit}"


def between(low: float, high: float) -> str:
    """Return two times in the unit of the larger one.

    Examples
    --------
    >>> between(0.0009, 0.0123)
    '0.9–12.3 ms'
    """
    size, unit = next((size, unit) for size, unit in UNITS if high >= size)
    return f"{number(low / (size or 1e-9))}–{number(high / (size or 1e-9))} {unit}"


def number(value: float) -> str:
    """Return a number with three digits, never in powers of ten.

    Examples
    --------
    >>> number(1234.5), number(0.12345), number(12.0)
    ('1234', '0.123', '12')
    """
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def megabytes(size: int | None) -> str:
    """Return a size in megabytes."""
    return "–" if size is None else f"{size / 1e6:.0f} MB"


HEADS = ("contestant", "median", "middle half", "× npnet", "first", "cold", "memory")
# Where steps early and late in the same run are timed; the middle half and the ratio to npnet are of the late ones
CONVERGED_HEADS = ("contestant", "early", "late", "late / early", "middle half", "× npnet", "memory")


def heads(result: Result) -> tuple[str, ...]:
    """Return the heads of a case's columns."""
    return CONVERGED_HEADS if result.case.stretches else HEADS


def rows(result: Result) -> list[tuple[str, ...]]:
    """Return a case's rows, fastest first."""
    ordered = sorted(result.times.items(), key=lambda item: item[1].spread.median)
    return [(name, *_cells(result, measured)) for name, measured in ordered]


def _cells(result: Result, measured: Time) -> tuple[str, ...]:
    times, memory = measured.spread, megabytes(measured.memory)
    median, half = seconds(times.median), between(times.low, times.high)
    share = share_of(result, measured.name)
    if measured.early:
        early = seconds(spread(measured.early).median)
        return early, median, number(measured.slowing.median), half, share, memory
    cold = measured.cold(result.case.most_units) if result.whole else measured.start
    return median, half, share, seconds(measured.first), seconds(cold), memory


def share_of(result: Result, name: str) -> str:
    """Return a contestant's time as a multiple of npnet's; "void" where the rounds of either are too far apart."""
    ratio = result.ratio(name) if name in result.times else None
    if ratio is None:
        return "–"
    return "void" if result.void(name) or result.void(BASE) else number(ratio.median)


def legend(groups: list[list[Result]]) -> list[str]:
    """Return how each contestant that was measured trains."""
    measured = {name for group in groups for result in group for name in result.times}
    return [f"{name}: {entry.how}" for name, entry in entries().items() if name in measured]


def notes(result: Result) -> list[str]:
    """Return whether the machine was busy, who overtakes npnet when, who did not take part or did more, and why."""
    found = []
    if result.busy and (share := float(np.median(result.busy))) > BUSY:
        found.append(f"others kept {share:.0%} of the processors busy: these times can't be relied on")
    for name in filter(result.void, result.times):
        spread_of = result.times[name].spread
        found.append(f"void: {name}: its middle half, {between(spread_of.low, spread_of.high)}, says nothing")
    found += [f"{name}'s threads never slept after its turn: these times can't be relied on" for name in result.awake]
    for name in result.times:
        steps = result.break_even(name) if result.whole and name not in result.exempt else None
        if steps is not None:
            found.append(f"from a cold process, {name} overtakes npnet after about {float(f'{steps:.2g}'):,.0f} steps")
    groups = (
        ("left out", result.left_out), ("REFUSED", result.refused), ("not compared", result.exempt),
        ("not quite npnet's work", result.differs),
    )  # fmt: skip
    return found + [f"{what}: {name}: {reason}" for what, group in groups for name, reason in group.items()]


def show(console: Console, results: list[Result]) -> None:
    """Print the table of one benchmark."""
    benchmark = results[0].benchmark
    console.print(f"\n[bold]{benchmark.name}[/bold]: {benchmark.title}", highlight=False)
    for result in results:
        title = result.case.label if len(results) > 1 else None
        table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True, title=title, title_justify="left")
        for i, head in enumerate(heads(result)):
            table.add_column(head, justify="left" if i == 0 else "right", no_wrap=True)
        for row in rows(result):
            table.add_row(*row)
        console.print(table)
    for note in dict.fromkeys(note for result in results for note in notes(result)):
        console.print(note, markup=False, highlight=False, style="red" if note.startswith("REFUSED") else "dim")


def show_memory(console: Console, measured: list[Memory]) -> None:
    """Print what training allocates."""
    console.print("\n[bold]memory[/bold]: what npnet's training allocates (tracemalloc)", highlight=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for i, head in enumerate(MEMORY_HEADS):
        table.add_column(head, justify="left" if i == 0 else "right")
    for memory in measured:
        table.add_row(*memory_row(memory))
    console.print(table)


MEMORY_HEADS = ("net", "new in a step", "in all / formula", "verdict")


def memory_row(memory: Memory) -> tuple[str, ...]:
    """Return the cells of one measurement."""
    verdict = "ok" if memory.passed else f"over {STEP_SHARE:.0%}, or the formula"
    return memory.label, f"{memory.step_share:.2%}", f"{memory.total_share:.1%}", verdict
