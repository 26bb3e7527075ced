"""A process that trains: ``python -m benchmarks.ranks.worker KIND SETTINGS``; the first one prints the seconds."""

import json
import os
import socket
import sys
import time
from itertools import pairwise
from typing import Any
from unittest import mock

import numpy as np

from npnet import MLP
from npnet.engine import exchange, ranks
from npnet.engine.team import Team
from npnet.optimizers import Adam
from npnet.schedules import Schedule

WIDTHS = (784, 512, 512, 10)
RATE = 1e-4
SAMPLE = 2e-5
"""About the seconds that a sample takes in training."""
LATENCY_BYTES, ROUND_TRIPS = 8, 200


def samples(count: int, dtype: str = "float32") -> tuple[Any, Any]:
    """Return random samples and class indices."""
    rng = np.random.default_rng(1)
    return rng.standard_normal((count, WIDTHS[0])).astype(dtype), rng.integers(0, WIDTHS[-1], count)


class Clock(Schedule):
    """A constant rate, which notes when it is asked for: at the beginning of each epoch."""

    def __init__(self) -> None:
        self.begun: dict[float, float] = {}

    def rate(self, epoch: float) -> float:
        """Return the rate."""
        self.begun.setdefault(epoch, time.perf_counter())
        return RATE


def epochs_of(samples: int, seconds: float) -> int:
    """Return how many epochs to time: all processes take the same number."""
    return max(3, round(seconds / (samples * SAMPLE)))


def of_npnet(settings: dict[str, Any], communicator: Any = None) -> dict[str, Any]:
    """Return the seconds of npnet's steps, by batch size."""
    options = {} if communicator is None else {"communicator": communicator, "shards": settings["shards"]}
    return {str(batch): _npnet(batch, settings, options) for batch in settings["batches"]}


def _npnet(size: int, settings: dict[str, Any], options: dict[str, Any]) -> float:
    steps, clock = max(1, settings["samples"] // size), Clock()
    x, y = samples(steps * size)
    net = MLP(WIDTHS, hidden="relu", output="softmax", seed=0)
    # The first epoch, to which its training's beginning belongs, is not timed; the last one's end is not noted
    epochs = 2 + epochs_of(len(x), settings["seconds"])
    net.fit(x, y, optimizer=Adam(clock), batch_size=size, epochs=epochs, shuffle=False, **options)
    return float(np.median(np.diff([*clock.begun.values()][1:]))) / steps


def of_ranks(settings: dict[str, Any]) -> dict[str, Any] | None:
    """Return the same of ranks under mpiexec, with what an exchange between the first two takes; None in the others."""
    from mpi4py import MPI

    communicator = MPI.COMM_WORLD
    found = of_npnet(settings, communicator)
    found |= sent(communicator)
    return found if communicator.Get_rank() == 0 else None


def of_messages(settings: dict[str, Any]) -> dict[str, Any] | None:
    """Return the same of ranks that share no memory, as those on several machines."""
    with mock.patch.object(exchange, "memory_of_all", lambda *of: None):
        return of_ranks(settings)


def of_strangers(settings: dict[str, Any]) -> dict[str, Any] | None:
    """Return the same of ranks that compute what they would and exchange nothing, of which none waits for another."""

    def alone(team: Any, parameters: Any, halves: Any) -> Any:
        return exchange.Messages(Team(), parameters, [])

    with mock.patch.object(ranks, "exchange_of", alone), mock.patch.object(Team, "numbers", lambda team, row: [row]):
        return of_ranks(settings)


def sent(communicator: Any) -> dict[str, Any]:
    """Return the seconds of a message of a few bytes and of one as large as the parameters, one way."""
    rank, found = communicator.Get_rank(), {}
    for name, size in (("latency", LATENCY_BYTES), ("transfer", 4 * parameters())):
        buffer = np.zeros(size, np.uint8)
        times = []
        for _ in range(ROUND_TRIPS):
            communicator.Barrier()
            start = time.perf_counter()
            if rank == 0:
                communicator.Send(buffer, 1)
                communicator.Recv(buffer, 1)
            elif rank == 1:
                communicator.Recv(buffer, 0)
                communicator.Send(buffer, 0)
            times.append((time.perf_counter() - start) / 2)
        found[name] = float(np.median(times))
    return found


def parameters() -> int:
    """Return the number of parameters."""
    return sum((a + 1) * b for a, b in pairwise(WIDTHS))


def of_torch(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the seconds of steps of torch's DistributedDataParallel with gloo, in two processes on this machine."""
    import torch.multiprocessing as processes

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free.getsockname()[1])}
    queue = processes.get_context("spawn").SimpleQueue()
    processes.spawn(_of_torch, (settings, queue), nprocs=2)
    return queue.get()


def _of_torch(rank: int, settings: dict[str, Any], queue: Any) -> None:
    import torch
    import torch.distributed as together

    torch.set_num_threads(1)
    together.init_process_group("gloo", rank=rank, world_size=2)
    found = {str(batch): _torch(rank, batch, settings) for batch in settings["batches"]}
    if rank == 0:
        queue.put(found)
    # A process that ends takes the other along, if that is still in an exchange
    together.barrier()
    together.destroy_process_group()


def _torch(rank: int, size: int, settings: dict[str, Any]) -> float:
    import torch
    import torch.distributed as together
    from torch import nn

    steps, half = max(1, settings["samples"] // size), size // 2
    x, y = map(torch.from_numpy, samples(steps * size))
    torch.manual_seed(0)
    layers = [part for a, b in pairwise(WIDTHS) for part in (nn.Linear(a, b), nn.ReLU())][:-1]
    net, loss = nn.parallel.DistributedDataParallel(nn.Sequential(*layers)), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), RATE, fused=True)

    def epoch() -> None:
        for step in range(steps):
            mine = slice(step * size + rank * half, step * size + (rank + 1) * half)
            optimizer.zero_grad()
            loss(net(x[mine]), y[mine]).backward()
            optimizer.step()

    epoch()
    times = []
    for _ in range(epochs_of(len(x), settings["seconds"])):
        together.barrier()
        start = time.perf_counter()
        epoch()
        times.append(time.perf_counter() - start)
    return float(np.median(times)) / steps


KINDS = {
    "alone": of_npnet, "ranks": of_ranks, "messages": of_messages, "strangers": of_strangers, "ddp": of_torch
}  # fmt: skip


def main(kind: str, settings: str) -> None:
    """Train, and print the seconds."""
    found = KINDS[kind](json.loads(settings))
    if found is not None:
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
