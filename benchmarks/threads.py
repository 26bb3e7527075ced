"""How many threads each library takes, with the settings that the user has given it, or none."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

# What decides on threads, if a user has set it
VARIABLES = ("_NUM_THREADS", "OPENBLAS_THREAD_TIMEOUT", "OMP_WAIT_POLICY", "NPROC", "TF_NUM_", "XLA_FLAGS")


# What OpenMP, BLAS, TensorFlow and XLA read their number of threads from
LIMITS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS",
    "NPROC",
)  # fmt: skip


@contextmanager
def limited(number: int | None) -> Iterator[None]:
    """Set how many threads the libraries of processes that are started meanwhile take; None leaves that to them."""
    before = dict(os.environ)
    os.environ.update(dict.fromkeys(LIMITS, str(number)) if number else {})
    try:
        yield
    finally:
        for name in LIMITS:
            os.environ.pop(name, None)
        os.environ.update({name: before[name] for name in LIMITS if name in before})


def taken(loaded: Mapping[str, Any] = sys.modules) -> dict[str, int]:
    """Return the numbers of threads of the libraries that this process has loaded."""
    found = _pools()
    if "torch" in loaded:
        found["torch"] = loaded["torch"].get_num_threads()
    if "tensorflow" in loaded:
        # 0 where nobody has set it
        chosen = loaded["tensorflow"].config.threading.get_intra_op_parallelism_threads()
        found["tensorflow"] = chosen or _variable("TF_NUM_INTRAOP_THREADS") or processors()
    if "jax" in loaded:
        # XLA, which can't be asked, takes one for each processor
        found["jax"] = _variable("NPROC") or processors()
    return found


def _pools() -> dict[str, int]:
    """Return those of BLAS and OpenMP."""
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return {}
    return {library["internal_api"]: library["num_threads"] for library in threadpool_info()}


def _variable(name: str) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isdigit() else 0


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def summed_up(counts: Iterable[Mapping[str, int]]) -> str:
    """Return the libraries of several processes with their threads.

    Examples
    --------
    >>> summed_up([{"openblas": 2}, {"openblas": 2, "torch": 1}, {"openblas": 4}])
    'openblas 2 or 4, torch 1'
    """
    found: dict[str, set[int]] = {}
    for count in counts:
        for name, number in count.items():
            found.setdefault(name, set()).add(number)
    return ", ".join(f"{name} {' or '.join(map(str, sorted(numbers)))}" for name, numbers in found.items()) or "–"


def settings() -> str:
    """Return the environment's variables that decide on threads."""
    chosen = [f"{name}={value}" for name, value in os.environ.items() if any(part in name for part in VARIABLES)]
    return ", ".join(chosen) or "each library's own"
