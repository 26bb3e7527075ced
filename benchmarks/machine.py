"""The machine, on which times depend: processor, threads, versions, and whether others keep it busy."""

import importlib.metadata
import os
import platform
import time
from collections.abc import Iterable, Mapping

from benchmarks import threads

PACKAGES = ("numpy", "tensorflow", "keras", "torch", "jax", "scikit-learn")
# A library whose threads wait for each other loses far more than this share when another process holds one of the cores
BUSY = 0.1


def kind() -> str:
    """Return the processor's name, which a virtual machine may not tell in full, its cores, and its BLAS's kernels."""
    return ", ".join([processor(), f"{os.cpu_count()} cores", *filter(None, [_blas().get("architecture")])])


def machine(counts: Iterable[Mapping[str, int]]) -> dict[str, str]:
    """Return processor, system, threads, dtype and versions; `counts` has each process's threads by library."""
    found = {"CPU": processor(), "cores": str(os.cpu_count()), "system": platform.platform(terse=True)}
    found |= {"threads": threads.summed_up(counts), "thread settings": threads.settings(), "dtype": "float32"}
    found |= {"Python": platform.python_version(), "BLAS": " ".join(_blas().values())}
    return found | {package: _version(package) for package in PACKAGES}


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _blas() -> dict[str, str]:
    """Return NumPy's BLAS with the kernels that it chose: OPENBLAS_CORETYPE, if set, can make it slower by half."""
    import numpy  # noqa: F401 (its BLAS is found once it is loaded)

    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return {"internal_api": "unknown: threadpoolctl is not installed"}
    found = next((library for library in threadpool_info() if library["user_api"] == "blas"), {})
    names = ("internal_api", "version", "architecture")
    return {name: found[name] for name in names if found.get(name)} or {"internal_api": "unknown"}


def processor() -> str:
    """Return the processor's name."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def busy(seconds: float) -> float | None:
    """Sleep, and return the share of the processors that others kept busy meanwhile; None where it can't be read."""
    before = ticks()
    time.sleep(seconds)
    after = ticks()
    if before is None or after is None or after[1] == before[1]:
        return None
    return 1 - (after[0] - before[0]) / (after[1] - before[1])


def ticks() -> tuple[int, int] | None:
    """Return the ticks that all processors were idle, and all ticks."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            spent = [int(number) for number in file.readline().split()[1:9]]
    except OSError:
        return None
    # Idle, and idle while waiting for a disk
    return spent[3] + spent[4], sum(spent)
