"""Import times: each package in a fresh interpreter, in turns."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import ROOT
from benchmarks.cases import Case
from benchmarks.contestants import Entry
from benchmarks.process import environment
from benchmarks.race import Result, Settings, Time
from benchmarks.statistics import turns
from benchmarks.workloads import Benchmark

# What is imported, and how many rounds it takes part in at most: some take seconds. Of npnet the nets, with NumPy:
# `import npnet` alone loads a room when it is first used
MODULES = {
    "npnet": ("npnet.network", 15), "numpy": ("numpy", 15), "jax": ("jax", 5), "torch": ("torch", 2),
    "scikit-learn": ("sklearn.neural_network", 3), "tensorflow": ("tensorflow", 2),
}  # fmt: skip
CODE = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


@dataclass(frozen=True)
class Import(Case):
    """The import of a package, from a fresh interpreter."""

    unit = "import"


def seconds(module: str) -> float:
    """Return how long a fresh interpreter takes to import a module."""
    command = [sys.executable, "-c", CODE.format(module)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    return float(done.stdout)


def benchmark() -> Benchmark:
    """Return the benchmark of import times."""
    return Benchmark("import", "Import from a fresh interpreter", (Import("import"),), tuple(MODULES))


def run(benchmark: Benchmark, settings: Settings, tell: Callable[[str], None]) -> Result:
    """Return the times; a ratio is taken over the rounds that both have."""
    result = Result(benchmark, benchmark.cases[0])
    for name in benchmark.contestants:
        module = MODULES[name][0]
        if Entry(name, "", module.partition(".")[0]).installed:
            # The first import writes the bytecode and fills the disk's cache
            tell(f"import {module}, for the first time")
            result.times[name] = Time(name, seconds(module))
        else:
            result.left_out[name] = "it is not installed"
    for number in range(settings.rounds):
        for name in turns(result.times, number):
            module, most = MODULES[name]
            if number < most:
                tell(f"import {module}, round {number + 1}")
                result.times[name].rounds.append(seconds(module))
    return result
