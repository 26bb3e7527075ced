"""Each kind of executor, opened for a test, and the digest of a table."""

import contextlib
import hashlib
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

WORKERS = 2


@contextlib.contextmanager
def processes():
    yield "process", {"workers": WORKERS}


@contextlib.contextmanager
def own_processes():
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        yield pool, {}


@contextlib.contextmanager
def threads():
    with ThreadPoolExecutor(WORKERS) as pool:
        yield pool, {}


@contextlib.contextmanager
def loky():
    found = pytest.importorskip("loky")
    yield found.get_reusable_executor(WORKERS, timeout=60), {}
    found.get_reusable_executor(WORKERS).shutdown(kill_workers=True)


# Any that are free, on this machine alone: None would be 8787, on all its addresses
PORTS = {"dashboard_address": "127.0.0.1:0", "worker_dashboard_address": "127.0.0.1:0"}


@contextlib.contextmanager
def dask():
    distributed = pytest.importorskip("distributed")
    from dask import config

    # A worker that dies takes its task with it at once: how often it is tried again is the sweep's business
    with (
        config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(n_workers=WORKERS, threads_per_worker=1, **PORTS) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client, {}


@contextlib.contextmanager
def dask_here():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(1, threads_per_worker=WORKERS, processes=False, **PORTS) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor(pure=False), {}


EXECUTORS = {function.__name__: function for function in (processes, own_processes, threads, loky, dask, dask_here)}
OF_PROCESSES = ("processes", "own_processes", "loky", "dask")
"""Those whose workers can die without this process."""


def bits(table):
    """Return a digest of all in a table but the times."""
    found = hashlib.sha256(repr([{**row, "seconds": 0} for row in table.rows()]).encode())
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        for trial, curve in table.curve_rows(name):
            found.update(f"{name}{trial}".encode() + curve.tobytes())
    return found.hexdigest()
