"""What decides the last bits of a result beside npnet: NumPy, the processor's instructions, BLAS and its threads."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np

ONE_THREAD = {"threads": "1"}
"""A machine on which BLAS takes one thread."""


def described() -> dict[str, Any]:
    """Return the versions, instructions, kernels and threads; of BLAS only where threadpoolctl is installed."""
    instructions = np.show_config(mode="dicts").get("SIMD Extensions", {})
    found = {"NumPy": np.__version__, "instructions": " ".join(instructions.get("found", ()))}
    for one in _libraries():
        found["BLAS"] = f"{one['internal_api']} {one['version']}"
        found["kernels"] = str(one.get("architecture"))
        found["threads"] = str(one["num_threads"])
    return found


def differences(there: Any, here: dict[str, Any]) -> list[str]:
    """Return what is not the same on two machines; what one of them does not know is not among it."""
    known = there if isinstance(there, dict) else {}
    return [
        f"{name} {known[name]:.60} there and {here[name]} here"
        for name in here
        if isinstance(known.get(name), str) and known[name] != here[name]
    ]


@contextlib.contextmanager
def threads_of(there: Any) -> Iterator[None]:
    """Let BLAS have as many threads as it had on another machine, where that can be set."""
    text: Any = there.get("threads") if isinstance(there, dict) else None
    count = int(text) if text in map(str, range(1, 1025)) else None
    if count is None or not _libraries():
        yield
        return
    import threadpoolctl

    with threadpoolctl.threadpool_limits(count, "blas"):
        yield


def check_threads() -> None:
    """Refuse to go on where the threads of BLAS can't be set."""
    if find_spec("threadpoolctl") is None:
        raise ValueError(
            "communicator, shards: expected threadpoolctl to be installed, which keeps BLAS to one thread; the extra "
            "mpi brings it"
        )


def _libraries() -> list[dict[str, Any]]:
    try:
        import threadpoolctl
    except ModuleNotFoundError:
        return []
    return [one for one in threadpoolctl.threadpool_info() if one["user_api"] == "blas"][:1]
