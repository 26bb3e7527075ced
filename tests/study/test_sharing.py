"""The work that two processes share."""

import os
import signal
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import pytest

from npnet.study.sharing import Helper, Shared, process


def squares(names, power):
    return [(int(name) ** power, os.getpid()) for name in names]


class Pool:
    """A pool of one process, which does each task when it is told to."""

    def __init__(self, ended=False):
        self.given, self.ended = [], ended

    def submit(self, task):
        if self.ended:
            raise BrokenProcessPool("ended")
        self.given.append((Future(), task))
        return self.given[-1][0]

    def work(self):
        future, task = self.given.pop(0)
        future.set_result(task())


@pytest.fixture
def counted():
    return []


def test_what_the_other_process_has_not_begun_is_done_here(counted):
    pool = Pool()
    shared = Shared(Helper(pool), counted.append)
    shared.add(("1",), squares, 2)
    shared.add(("2", "3"), squares, 2)
    shared.add(("5",), squares, 2)
    # Only the first one is out of reach
    assert len(pool.given) == 1
    assert shared.result("3") == (9, os.getpid())
    assert counted == [2]
    pool.work()
    assert counted == [2, 1]
    # The next one that nobody has done
    assert [task.args[0] for _, task in pool.given] == [("5",)]
    pool.work()
    shared.rest()
    assert [shared.result(name) for name in ("1", "2", "5")] == [(n, os.getpid()) for n in (1, 4, 25)]
    assert counted == [2, 1, 1]


def test_others_are_done_here_until_the_other_process_is_done():
    pool, done = Pool(), []

    def task(names):
        done.append(names)
        if names == ("3",):
            pool.work()
        return list(names)

    shared = Shared(Helper(pool), id)
    for name in "1234":
        shared.add((name,), task)
    assert shared.result("1") == "1"
    # From the end, until it is there; the other process has begun the next one
    assert done == [("4",), ("3",), ("1",)]
    assert [given.args[0] for _, given in pool.given] == [("2",)]


def test_tasks_that_are_added_to_an_idle_process_are_begun():
    pool = Pool()
    helper = Helper(pool)
    first = helper.submit(lambda: 1)
    pool.work()
    second = helper.submit(lambda: 2)
    pool.work()
    assert (first.result(), second.result(), pool.given) == (1, 2, [])


def test_what_a_task_raises_is_raised_by_its_future_and_the_next_is_begun():
    pool = Pool()
    helper = Helper(pool)
    futures = [helper.submit(lambda: 1), helper.submit(lambda: 2)]
    pool.given.pop()[0].set_exception(ArithmeticError("wrong"))
    pool.work()
    with pytest.raises(ArithmeticError, match="wrong"):
        futures[0].result()
    assert futures[1].result() == 2


def test_no_task_is_left_waiting_for_a_process_that_was_ended():
    helper = Helper(Pool(ended=True))
    for future in (helper.submit(lambda: 1), helper.submit(lambda: 2)):
        # Frames would keep the pool's queues until all is over, which leaks their semaphores
        assert future.exception(timeout=0).__traceback__ is None
        with pytest.raises(BrokenProcessPool):
            future.result(timeout=0)


def test_nothing_is_handed_on_once_the_pool_is_given_up():
    pool = Pool()
    helper = Helper(pool)
    futures = [helper.submit(lambda: 1), helper.submit(lambda: 2)]
    future, _ = pool.given.pop()
    future.cancel()
    assert pool.given == []
    assert not any(future.done() for future in futures)


def test_results_are_the_same_whoever_finds_them(counted):
    with process() as helper:
        shared = Shared(helper, counted.append)
        for name in map(str, range(40)):
            shared.add((name,), squares, 3)
        # The first one is waited for, if the other process has begun it; the last ones are taken from the end
        found = [shared.result("0"), shared.result("39")]
        shared.rest()
        found += [shared.result(str(i)) for i in range(1, 39)]
    assert sorted(value for value, _ in found) == [i**3 for i in range(40)]
    assert sum(counted) == 40


def test_ctrl_c_does_not_end_what_a_future_does_with_its_lock(monkeypatch):
    shared = Shared(Helper(Pool()), id)
    for name in "12":
        shared.add((name,), squares, 2)
    future = shared._pending["2",].future

    def interrupted():
        signal.raise_signal(signal.SIGINT)
        return Future.cancel(future)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setattr(future, "cancel", interrupted)
    with pytest.raises(KeyboardInterrupt):
        shared.result("2")
    signal.signal(signal.SIGINT, before)
    assert future.cancelled()


def test_a_task_has_a_result_for_each_name():
    shared = Shared(Helper(Pool()), id)
    shared.add(("0",), lambda names: [0])
    shared.add(("1", "2"), lambda names: [1])
    with pytest.raises(ValueError, match="shorter"):
        shared.result("1")
