"""What ranks give each other: the same sums and parameters in shared memory and by messages, and no memory left."""

import contextlib
import gc
import mmap
import os
import time
from pathlib import Path

import numpy as np
import pytest

from npnet import MLP
from npnet.engine import exchange
from npnet.engine.exchange import Messages, SharedMemory, exchange_of, memory_of_all
from npnet.engine.ranks import added
from npnet.engine.team import Team
from npnet.optimizers import SGD
from npnet.training import DivergenceError
from tests.engine import threads

KINDS = [SharedMemory, Messages]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def kind(request, monkeypatch):
    """The kind of exchange that the ranks have."""
    if request.param is Messages:
        monkeypatch.setattr(exchange, "memory_of_all", lambda *of: None)
    return request.param


def exchanged(communicator, size, dtype="float64"):
    """Return a rank's exchange, the net's parameters, and the part of them that the rank has."""
    team, parameters = Team(communicator), np.arange(size).astype(dtype)
    halves = team.halves(size)
    return exchange_of(team, parameters, halves), parameters, halves[-1].mine


def all_same(results):
    """Return what all ranks have returned."""
    for result in results:
        assert not isinstance(result, BaseException), result
        assert result == results[0]
    return results[0]


@pytest.mark.parametrize("ranks", [2, 4, 8])
def test_ranks_add_as_a_tree_and_gather_what_each_has(ranks, kind):
    terms = [np.random.default_rng(rank).normal(size=1000) for rank in range(ranks)]

    def summed(communicator):
        one, _, part = exchanged(communicator, 1000)
        assert type(one) is kind
        one.gradient[:] = terms[communicator.rank]
        communicator.Barrier()
        one.reduce()
        mine = one.gradient[part].tolist()
        one.gather_gradient()
        assert one.gradient[part].tolist() == mine
        return one.gradient.tolist()

    # Rounding errors tell this order from any other
    assert all_same(threads.run(ranks, summed)) == added(terms).tolist()


def test_a_rank_changes_no_part_of_a_gradient_that_another_may_still_read():
    def reduced(communicator):
        one, _, part = exchanged(communicator, 64)
        assert isinstance(one, SharedMemory)
        one.gradient[:] = communicator.rank
        communicator.Barrier()
        one.reduce()
        communicator.Barrier()
        others = np.delete(one.gradient, np.arange(64)[part])
        assert (others == communicator.rank).all()

    assert threads.run(4, reduced) == [None] * 4


def test_an_epoch_begins_when_no_rank_reads_what_the_last_one_left():
    def moved(communicator):
        one, net, _ = exchanged(communicator, 64)
        assert isinstance(one, SharedMemory)
        one.load()
        net += 1
        if communicator.rank:
            time.sleep(0.1)
            assert one.parameters.tolist() == list(range(64))
        one.load()
        assert one.parameters.tolist() == list(range(1, 65))

    assert threads.run(4, moved) == [None] * 4


def test_parameters_are_gathered_when_all_ranks_have_moved_theirs(kind):
    def moved(communicator):
        one, net, part = exchanged(communicator, 64)
        one.load()
        if communicator.rank:
            time.sleep(0.1)
        one.parameters[part] += 1
        one.gather_parameters()
        one.store()
        return net.tolist()

    assert all_same(threads.run(4, moved)) == list(range(1, 65))


def test_a_gathered_gradient_may_be_changed_at_once(kind):
    def clipped(communicator):
        one, _, _ = exchanged(communicator, 64)
        for _ in range(20):
            one.gradient[:] = 1
            communicator.Barrier()
            one.reduce()
            one.gather_gradient()
            assert (one.gradient == 4).all()
            one.gradient *= 0.5
            communicator.Barrier()

    assert threads.run(4, clipped) == [None] * 4


def test_an_epoch_begins_with_the_nets_parameters_and_ends_with_all_parts(kind):
    def moved(communicator):
        one, net, part = exchanged(communicator, 64)
        for epoch in range(2):
            net += 1
            one.load()
            assert one.parameters.tolist() == (np.arange(64) + 1 + 101 * epoch).tolist()
            communicator.Barrier()
            one.parameters[part] += 100
            one.gather_parameters()
            one.store()
        return net.tolist()

    assert all_same(threads.run(4, moved)) == (np.arange(64) + 202).tolist()


@pytest.mark.parametrize("dtype", ["float32", "float64", "longdouble"])
@pytest.mark.parametrize("size", [1, 16, 17, 1000])
def test_vectors_lie_apart_in_memory_that_begins_with_lines_of_the_cache(size, dtype):
    def made(communicator):
        one, net, _ = exchanged(communicator, size, dtype)
        assert isinstance(one, SharedMemory)
        for vector in (one.parameters, one.gradient):
            assert (vector.shape, vector.dtype) == (net.shape, net.dtype)
            assert vector.flags.c_contiguous
            assert vector.ctypes.data % 64 == 0
        one.gradient[:] = communicator.rank + 1
        communicator.Barrier()
        one.parameters[:] = 0
        communicator.Barrier()
        assert (one.gradient == communicator.rank + 1).all()

    assert threads.run(2, made) == [None] * 2


def test_shared_memory_has_room_for_the_parameters_and_each_gradient_and_no_more(monkeypatch):
    asked, reserved, reserve = [], [], os.posix_fallocate
    monkeypatch.setattr(
        exchange, "memory_of_all", lambda team, *sizes: asked.append(sizes) or memory_of_all(team, *sizes)
    )
    monkeypatch.setattr(os, "posix_fallocate", lambda file, *place: reserved.append(place) or reserve(file, *place))
    threads.run(4, lambda communicator: exchanged(communicator, 17, "float32"))
    assert asked == [(5, 128)] * 4
    # The first one has the parameters too
    assert sorted(reserved) == [(0, 256), (256, 128), (384, 128), (512, 128)]


def test_one_process_alone_needs_no_exchange():
    parameters = np.arange(3.0)
    alone = exchange_of(Team(), parameters, [])
    assert isinstance(alone, Messages)
    assert alone.parameters is parameters
    alone.gradient[:] = 5
    alone.load()
    alone.reduce()
    alone.gather_gradient()
    alone.gather_parameters()
    alone.store()
    assert (alone.gradient == 5).all()
    assert parameters.tolist() == [0, 1, 2]


# The memory


def files():
    """Return the same when nothing is kept that nobody needs."""
    gc.collect()
    return open_files()


def open_files():
    """Return what this process has open and mapped of npnet's files in memory."""
    links = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    return [text for text in links + Path("/proc/self/maps").read_text().splitlines() if "npnet-" in text]


def test_all_ranks_have_the_same_bytes():
    def wrote(communicator):
        memory = memory_of_all(Team(communicator), 5, 1)
        assert (memory.dtype, memory.shape) == (np.dtype(np.uint8), (5,))
        memory[communicator.rank] = communicator.rank + 1
        communicator.Barrier()
        return memory.tolist()

    assert all_same(threads.run(4, wrote)) == [1, 2, 3, 4, 0]


def test_memory_is_given_back_with_the_last_array():
    def made(communicator):
        memory = memory_of_all(Team(communicator), 3, 5000)
        communicator.Barrier()
        return memory

    before = files()
    kept = threads.run(2, made)
    # Each rank has mapped it, which keeps a file of its own open
    assert len(files()) == len(before) + 2 + 2
    assert not any(memory.any() for memory in kept)
    kept.clear()
    assert files() == before


def fail(net, history):
    raise OSError("no space left")


@pytest.mark.parametrize(
    ("options", "error"),
    [({}, None), ({"optimizer": SGD(1e39)}, DivergenceError), ({"callbacks": [fail]}, OSError)],
    ids=["trained", "diverged", "failed"],
)
def test_a_training_gives_its_memory_back_at_once(options, error):
    def fit(communicator):
        with contextlib.nullcontext() if error is None else pytest.raises(error):
            MLP([5, 3], seed=0).fit(np.ones((8, 5)), np.ones((8, 3)), epochs=2, communicator=communicator, **options)

    before = files()
    gc.disable()
    try:
        assert threads.run(2, fit) == [None] * 2
        assert open_files() == before
    finally:
        gc.enable()


def refused(*arguments):
    raise OSError("not here")


def other(place):
    return f"/memfd:{place} (deleted)"


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        (os, "memfd_create", None),
        (os, "memfd_create", refused),
        (os, "truncate", refused),
        (os, "posix_fallocate", refused),
        # Another machine has no such process, or another file in its place
        (os, "readlink", refused),
        (os, "readlink", other),
        (os, "open", refused),
        (mmap, "mmap", refused),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_where_memory_cannot_be_shared_messages_are_sent(where, name, value, monkeypatch):
    before = files()
    with monkeypatch.context() as patched:
        if value is None:
            patched.delattr(where, name)
        else:
            patched.setattr(where, name, value)
        kinds = threads.run(2, lambda communicator: type(exchanged(communicator, 64)[0]))
    assert kinds == [Messages, Messages]
    assert files() == before


def test_where_one_rank_cannot_map_the_memory_none_shares_it(monkeypatch):
    mapped, real = [], mmap.mmap

    def once(*arguments):
        if mapped:
            refused()
        mapped.append(1)
        return real(*arguments)

    monkeypatch.setattr(mmap, "mmap", once)
    kinds = threads.run(2, lambda communicator: type(exchanged(communicator, 64)[0]))
    assert kinds == [Messages, Messages]
    assert mapped == [1]
