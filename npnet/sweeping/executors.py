"""Who trains the groups: this process, processes of its own, Dask, MPI, or any executor of `concurrent.futures`."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from importlib import import_module
from typing import Any

from npnet import _worker
from npnet._checks import integer

NAMES = ("process", "dask", "mpi")
"""What an executor can be named by."""
CONNECT = "10s"
"""How long a scheduler of Dask may take to answer."""


class Workers:
    """An executor, with how many groups it trains at a time.

    Parameters
    ----------
    executor : Executor
        What groups are submitted to.
    count : int
        How many of them at a time.
    pools : Pools or None
        What makes processes that take the place of an executor that is broken.
    """

    def __init__(self, executor: Executor, count: int, pools: Pools | None = None) -> None:
        self._executor, self.count, self._pools = executor, count, pools

    @property
    def alone(self) -> int:
        """How many groups can be trained at a time so that a death names one of them."""
        return 1 if self._pools is None else self.count

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Return what will be the function's answer."""
        try:
            return self._executor.submit(function, *arguments)
        except BrokenExecutor as error:
            # A worker died while none of them had anything to do
            failed: Future[Any] = Future()
            failed.set_exception(error)
            return failed

    def submit_alone(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Return what will be the function's answer; if the worker dies, no other answer is lost."""
        return self.submit(function, *arguments) if self._pools is None else self._pools.submit(function, *arguments)

    def renew(self) -> None:
        """Go on with another executor, in place of one that is broken."""
        if self._pools is not None:
            self._executor = self._pools.another()


class Here(Executor):
    """The process itself, which trains a group when it is submitted."""

    def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        """Return the function's answer."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


@contextlib.contextmanager
def opened(executor: Any, workers: int | None, scheduler: str | None = None) -> Iterator[Workers]:
    """Yield the workers; those that were started here end afterwards, at once where an error was raised.

    Parameters
    ----------
    executor : Executor, Workers, str or None
        An executor, or workers, which go on afterwards; "process", "dask" or "mpi" for one that is made; None for
        this process.
    workers : int or None
        How many groups are trained at a time; None for as many as there are workers or processors.
    scheduler : str or None
        The address of a Dask scheduler; None for a cluster on this machine.
    """
    count = None if workers is None else integer("workers", workers, 1)
    if scheduler is not None and executor != "dask":
        raise ValueError(f"scheduler: expected None unless the executor is dask, got {scheduler!r}")
    if isinstance(executor, Workers):
        made: Any = contextlib.nullcontext(executor)
    elif isinstance(executor, str):
        if executor not in NAMES:
            raise ValueError(f"executor: expected one of {', '.join(NAMES)}, or an Executor, got {executor!r}")
        made = {"process": _processes, "dask": lambda n: _dask(n, scheduler), "mpi": _mpi}[executor](count)
    elif executor is None:
        made = contextlib.nullcontext(Workers(Here(), 1))
    else:
        made = _given(executor, count)
    with made as found:
        yield found


@contextlib.contextmanager
def _given(executor: Any, count: int | None) -> Iterator[Workers]:
    """Yield the caller's executor; where it breaks, processes of as many workers take its place."""
    if hasattr(executor, "get_executor"):
        # Dask's client; it would train equal groups once
        executor = executor.get_executor(pure=False)
    if not isinstance(executor, Executor):
        raise ValueError(f"executor: expected one of concurrent.futures, or of {', '.join(NAMES)}, got {executor!r}")
    number = _workers_of(executor) if count is None else count
    with Pools(number) as pools:
        yield Workers(executor, number, pools)


def _workers_of(executor: Executor) -> int:
    """Return how many workers an executor has."""
    client = getattr(executor, "_client", None)
    if client is not None:
        return max(1, sum(client.nthreads().values()))
    for name in ("num_workers", "_max_workers"):
        found = getattr(executor, name, None)
        if isinstance(found, int) and found > 0:
            return found
    raise ValueError(
        f"workers: expected how many the executor has, which does not tell it, got None and {executor!r:.60}"
    )


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def _processes(count: int | None) -> Iterator[Workers]:
    number = count or cores()
    with Pools(number) as pools:
        yield Workers(pools.another(), number, pools)


class Pools(contextlib.ExitStack):
    """Pools of processes, which end with this."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def another(self) -> Executor:
        """Return a pool that takes the place of those before."""
        self.close()
        return self.enter_context(_worker.processes(self._count))

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Return what will be the function's answer in a process of its own."""
        pool = self.enter_context(_worker.processes(1))
        answer = pool.submit(function, *arguments)
        answer.add_done_callback(lambda _: pool.shutdown(wait=False))
        return answer


@contextlib.contextmanager
def _dask(count: int | None, scheduler: str | None) -> Iterator[Workers]:
    distributed: Any = import_module("distributed")

    with contextlib.ExitStack() as stack:
        stack.enter_context(environment_kept())
        cluster = scheduler
        if cluster is None:
            # With None, the server of its dashboard would be at a port that another cluster may have
            cluster = stack.enter_context(
                distributed.LocalCluster(
                    n_workers=count or cores(), threads_per_worker=1, dashboard_address="127.0.0.1:0"
                )
            )
        try:
            client = stack.enter_context(distributed.Client(cluster, timeout=CONNECT))
        except OSError as error:
            raise ValueError(
                f"scheduler: expected the address of one that answers, got {scheduler!r}: {error}"
            ) from None
        executor = client.get_executor(pure=False)
        yield Workers(executor, count or _workers_of(executor))


@contextlib.contextmanager
def environment_kept() -> Iterator[None]:
    """Give the environment back as it was: a cluster on this machine leaves numbers of threads in it."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


@contextlib.contextmanager
def _mpi(count: int | None) -> Iterator[Workers]:
    world: Any = import_module("mpi4py.MPI").COMM_WORLD
    futures: Any = import_module("mpi4py.futures")
    others = world.size - 1
    if not others:
        raise ValueError("executor: expected mpiexec -n N to start this program for mpi, N > 1, got one process")
    with futures.MPICommExecutor(world, root=0) as executor:
        if executor is not None:
            yield Workers(executor, min(count or others, others))
            return
    # It has worked for the first process, which alone has the table
    raise SystemExit(0)
