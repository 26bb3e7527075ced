"""``python -m benchmarks.sweeps``: many trainings as one sweep, beside one after another, two workers and JAX."""

import argparse
import contextlib
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import cache
from importlib.util import find_spec
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from benchmarks import machine, threads
from benchmarks.cases import Training
from benchmarks.statistics import ratios, spread, turns
from npnet import MLP, datasets, sweep
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, RMSProp

ROUNDS = 5
WORKERS = 2
OPTIMIZERS = {"sgd": SGD, "sgdm": SGDM, "adagrad": Adagrad, "rmsprop": RMSProp, "adam": Adam}
ALONE = 20
"""Of how many runs the time of all, one after another, is made."""


class Grid(NamedTuple):
    """The sweep of small nets: each optimizer at each rate, from each seed."""

    rates: tuple[float, ...]
    seeds: int
    epochs: int

    @property
    def space(self) -> dict[str, Any]:
        """Return it as `npnet.sweep` takes it."""
        return {"optimizer": list(OPTIMIZERS), "learning_rate": list(self.rates), "seed": range(self.seeds)}

    @property
    def trials(self) -> list[tuple[str, float, int]]:
        """Return the optimizer, rate and seed of each trial."""
        return [(name, rate, seed) for name in OPTIMIZERS for rate in self.rates for seed in range(self.seeds)]


IRIS = Grid(tuple(np.logspace(-3, 0, 8).tolist()), 25, 500)
SETTINGS = {"widths": (4, 3), "output": "softmax", "loss": "mse", "batch_size": 32}
WIDE = {"widths": (784, 128, 10), "hidden": "relu", "loss": "categorical_crossentropy", "optimizer": "adam"}
WIDE_SEEDS, WIDE_SAMPLES, WIDE_EPOCHS = 16, 4096, 2


def irises(grid: Grid, executor: Executor | None = None) -> None:
    """Train the irises' nets as one sweep."""
    x, y, _, _ = datasets.iris_split()
    sweep(grid.space, x, y, epochs=grid.epochs, executor=executor, **SETTINGS)


def one_after_another(grid: Grid) -> float:
    """Return the seconds of all runs, from those of some of them."""
    x, y, _, _ = datasets.iris_split()
    chosen = grid.trials[:: max(1, len(grid.trials) // ALONE)]
    start = perf_counter()
    for name, rate, seed in chosen:
        net = MLP(SETTINGS["widths"], output="softmax", seed=seed)
        optimizer = OPTIMIZERS[name](rate)
        with contextlib.suppress(FloatingPointError):
            net.fit(x, y, loss="mse", optimizer=optimizer, epochs=grid.epochs, batch_size=SETTINGS["batch_size"])
    return (perf_counter() - start) / len(chosen) * len(grid.trials)


def with_jax(grid: Grid) -> Callable[[], Any]:
    """Return what trains the same nets in JAX, each optimizer's as one program; the samples are not shuffled."""
    import jax

    from benchmarks.contestants.with_jax import scanned, stacked

    x, labels, _, _ = datasets.iris_split()
    y = datasets.one_hot(labels, SETTINGS["widths"][-1]).astype(np.float32)
    nets = [MLP(SETTINGS["widths"], output="softmax", seed=seed) for _ in grid.rates for seed in range(grid.seeds)]
    layers = stacked(np.stack([net.parameters for net in nets], axis=1), SETTINGS["widths"])
    rates, programs = jax.numpy.array(np.repeat(grid.rates, grid.seeds).astype(np.float32)), []
    for name, rule in OPTIMIZERS.items():
        case = Training(name, SETTINGS["widths"], "relu", "softmax", "mse", rule(1.0), grid.epochs)
        programs.append(jax.jit(jax.vmap(scanned(case, x.astype(np.float32), y), in_axes=(0, None, 0))))
    return lambda: [jax.block_until_ready(program(layers, grid.epochs, rates)) for program in programs]


@cache
def _samples(count: int) -> tuple[Any, Any]:
    """Return random samples and class indices, which are drawn before anything is timed."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((count, 784)).astype(np.float32), rng.integers(0, 10, count)


def wide(seeds: int, samples: int, executor: Executor | None = None) -> None:
    """Train wide nets, which are trained one by one, as a sweep."""
    x, y = _samples(samples)
    sweep({"seed": range(seeds)}, x, y, epochs=WIDE_EPOCHS, batch_size=128, executor=executor, **WIDE)


def contestants(pool: Executor, grid: Grid, seeds: int, samples: int) -> Iterator[tuple[str, str, Callable[[], Any]]]:
    """Yield what is timed: its name, that of what it is compared with, and a function."""
    yield HERE, HERE, lambda: irises(grid)
    yield f"{WORKERS} workers", HERE, lambda: irises(grid, pool)
    yield "one after another", HERE, lambda: one_after_another(grid)
    if find_spec("jax") is not None:
        yield "JAX, vmap + scan", HERE, with_jax(grid)
    yield WIDE_HERE, WIDE_HERE, lambda: wide(seeds, samples)
    yield f"wide, {WORKERS} workers", WIDE_HERE, lambda: wide(seeds, samples, pool)


HERE, WIDE_HERE = "npnet.sweep, here", "wide, here"


def measure(rounds: int, grid: Grid, seeds: int, samples: int, tell: Any) -> tuple[dict[str, list[float]], Any]:
    """Return the seconds of each contestant in each round, warm, and whom it is compared with."""
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        timed = {name: (base, run) for name, base, run in contestants(pool, grid, seeds, samples)}
        found: dict[str, list[float]] = {name: [] for name in timed}
        for number in range(-1, rounds):
            for name in turns(timed, number):
                tell(f"round {number + 1} of {rounds}: {name}" if number >= 0 else f"warming up: {name}")
                start = perf_counter()
                seconds = timed[name][1]()
                taken = seconds if isinstance(seconds, float) else perf_counter() - start
                if number >= 0:
                    found[name].append(taken)
    return found, {name: base for name, (base, _) in timed.items()}


def show(found: dict[str, list[float]], bases: dict[str, str], grid: Grid) -> None:
    """Print the table."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for i, head in enumerate(["", "seconds", "over here", "here over it"]):
        table.add_column(head, justify="right" if i else "left", no_wrap=True)
    for name, seconds in found.items():
        base = found[bases[name]]
        over, under = ratios(seconds, base).median, ratios(base, seconds).median
        table.add_row(name, f"{spread(seconds).median:.3g}", f"{over:.3g}", f"{under:.3g}")
    console.print(table)
    lines = [
        f"4-3, softmax, MSE, batches of 32, {grid.epochs} epochs: {len(grid.trials)} trials, of {len(OPTIMIZERS)} "
        f"optimizers, {len(grid.rates)} rates and {grid.seeds} seeds",
        f"one after another: {min(ALONE, len(grid.trials))} of them, times what is left; JAX does not shuffle",
        "wide: 784-128-10, Adam, batches of 128; one thread each",
        f"medians of {len(found[HERE])} rounds, ratios taken round by round; workers and programs are warm",
        f"{machine.kind()}; thread settings: {threads.settings()}",
        *([] if find_spec("jax") else ["left out: JAX is not installed"]),
    ]
    for line in lines:
        console.print(line, style="dim", highlight=False, markup=False)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main = argparse.ArgumentParser(prog="python -m benchmarks.sweeps", description=__doc__.partition(": ")[2])
    main.add_argument("--rounds", type=int, choices=range(1, 100), default=ROUNDS, metavar="N", help="default: 5")
    main.add_argument("--quick", action="store_true", help="one round of few and short trainings")
    return main


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    options = parser().parse_args(arguments)
    grid = Grid(IRIS.rates[::4], 2, 5) if options.quick else IRIS
    size = (2, 256) if options.quick else (WIDE_SEEDS, WIDE_SAMPLES)
    rounds = 1 if options.quick else options.rounds
    try:
        found, bases = measure(rounds, grid, *size, lambda text: print(text, file=sys.stderr))
    except KeyboardInterrupt:
        print("python -m benchmarks.sweeps: interrupted", file=sys.stderr)
        return 130
    show(found, bases, grid)
    return 0


if __name__ == "__main__":
    sys.exit(main())
