"""``python -m benchmarks.ranks``: steps of one net on several processes, and what to expect of more."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks import machine, threads
from benchmarks.ranks import model
from benchmarks.ranks.contestants import BASE, BY_MESSAGES, CONTESTANTS, Contestant, RankError
from benchmarks.ranks.worker import parameters
from benchmarks.statistics import ratios, spread, turns
from npnet.optimizers import Adam

BATCHES = (256, 1024, 4096)
SAMPLES = 2048
"""Those of an epoch, or one batch if it has more."""
ROUNDS, TURN = 5, 1.0
ONE_THREAD = "one process, 1 thread"


def measure(
    contestants: dict[str, Contestant], rounds: int, seconds: float, tell: Any
) -> tuple[dict[str, list[dict[str, float]]], dict[str, str]]:
    """Return what each contestant's first process printed in each round, and who is left out for what reason."""
    left_out = {name: missing for name, one in contestants.items() if (missing := one.missing())}
    found: dict[str, list[dict[str, float]]] = {name: [] for name in contestants if name not in left_out}
    for number in range(rounds):
        for name in turns(found, number):
            tell(f"round {number + 1} of {rounds}: {name}")
            one = contestants[name]
            settings = {"batches": BATCHES, "shards": one.shards or one.processes}
            found[name].append(one.run({**settings, "samples": SAMPLES, "seconds": seconds}))
    return found, left_out


def cells(found: dict[str, list[dict[str, float]]]) -> list[list[str]]:
    """Return the rows of the table: for each batch size the time of a step, and its ratio to one process's."""
    rows = []
    for name, rounds in found.items():
        row = [name]
        for batch in map(str, BATCHES):
            mine, base = ([one[batch] for one in some] for some in (rounds, found[BASE]))
            row += [f"{1e3 * spread(mine).median:.3g} ms", f"{ratios(mine, base).median:.2f}"]
        rows.append(row)
    return rows


def parts(found: dict[str, list[dict[str, float]]]) -> model.Parts:
    """Return what the model is made of: of one process with one thread, and of updates and sums of this process."""
    seconds = [spread([one[str(batch)] for one in found[ONE_THREAD]]).median for batch in BATCHES]
    update, add = _update_and_add()
    start, sample = model.line(BATCHES, seconds)
    return model.Parts(max(start - update, 0.0), sample, update, add, 4 * parameters())


def _update_and_add() -> tuple[float, float]:
    """Return the seconds of Adam's update of all parameters, and of a sum of two gradients."""
    rng = np.random.default_rng(0)
    w, g = rng.standard_normal((2, parameters())).astype(np.float32)
    optimizer, times = Adam(), np.empty((2, 31))
    for i in range(times.shape[1]):
        start = perf_counter()
        optimizer.step(w, g)
        middle = perf_counter()
        np.add(w, g, out=w)
        times[:, i] = middle - start, perf_counter() - middle
    update, add = np.median(times, axis=1).tolist()
    return update, add


def predicted(found: dict[str, list[dict[str, float]]], of: model.Parts) -> list[str]:
    """Return the model's error for two ranks here, and from which batch on more ranks pay on a network."""
    two = found.get(BY_MESSAGES)
    if not two:
        return []
    latency, transfer = (spread([one[name] for one in two]).median for name in ("latency", "transfer"))
    byte = max(transfer - latency, 0.0) / of.size
    errors = []
    for batch in BATCHES:
        measured = spread([one[str(batch)] for one in two]).median
        errors.append(f"{batch}: {model.step(of, batch, 2, latency, byte) / measured - 1:+.0%}")
    lines = [
        f"a message takes {latency * 1e6:.3g} µs, and {of.size / 1e6:.3g} MB {transfer * 1e6:.3g} µs",
        f"the model's error for 2 ranks by messages here, by batch size: {', '.join(errors)}",
        f"on a network of {8 / model.BYTE / 1e9:.3g} Gbit/s and {model.LATENCY * 1e6:.3g} µs, it is a model alone:",
    ]
    for gain in model.GAINS:
        pairs = []
        ranks = 1
        while ranks < model.MOST:
            batch = model.least_batch(of, ranks, gain)
            pairs.append(f"{2 * ranks} from {'–' if batch is None else batch}")
            ranks *= 2
        lines.append(f"twice the ranks bring {gain - 1:.0%}: {', '.join(pairs)}")
    return lines


def show(found: dict[str, list[dict[str, float]]], left_out: dict[str, str]) -> None:
    """Print the tables."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for i, head in enumerate(["a step of", *(text for batch in BATCHES for text in (f"{batch}", "ratio"))]):
        table.add_column(head, justify="right" if i else "left", no_wrap=True)
    for row in cells(found):
        table.add_row(*row)
    console.print(table)
    lines = [
        f"784-512-512-10, float32, Adam; ratios to {BASE}, taken round by round; medians of {len(found[BASE])} rounds",
        *predicted(found, parts(found)),
        f"{machine.kind()}; thread settings: {threads.settings()}",
        *(f"left out: {name}: {missing} is not installed" for name, missing in left_out.items()),
    ]
    for line in lines:
        console.print(line, style="dim", highlight=False, markup=False)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main = argparse.ArgumentParser(
        prog="python -m benchmarks.ranks",
        description="Time the steps of one net on several processes, beside one process and torch. Exit status: 0; 1 "
        "if one fails; 2 if the command can't run",
    )
    main.add_argument("--rounds", type=int, choices=range(1, 100), default=ROUNDS, metavar="N", help="default: 5")
    main.add_argument("--seconds", type=float, default=TURN, metavar="S", help="about those of a turn and batch size")
    return main


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    options = parser().parse_args(arguments)
    try:
        found, left_out = measure(
            CONTESTANTS, options.rounds, options.seconds, lambda text: print(text, file=sys.stderr)
        )
    except (RankError, subprocess.TimeoutExpired) as error:
        print(f"python -m benchmarks.ranks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("python -m benchmarks.ranks: interrupted", file=sys.stderr)
        return 130
    show(found, left_out)
    return 0


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
