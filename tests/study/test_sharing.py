"""The work that two processes share."""

import os
from concurrent.futures import Future

import pytest

from npnet.study.sharing import Shared, process


def squares(names, power):
    return [(int(name) ** power, os.getpid()) for name in names]


class Waiting:
    """A pool whose process never begins."""

    def submit(self, task):
        return Future()


@pytest.fixture
def counted():
    return []


def test_what_the_other_process_has_not_begun_is_done_here(counted):
    shared = Shared(Waiting(), counted.append)
    shared.add(("2", "3"), squares, 2)
    shared.add(("5",), squares, 2)
    assert shared.result("3") == (9, os.getpid())
    assert counted == [2]
    shared.rest()
    assert (shared.result("2"), shared.result("5")) == ((4, os.getpid()), (25, os.getpid()))
    assert counted == [2, 1]


def test_results_are_the_same_whoever_finds_them(counted):
    with process() as pool:
        shared = Shared(pool, counted.append)
        for name in map(str, range(40)):
            shared.add((name,), squares, 3)
        # The first one is waited for, if the other process has begun it; the last ones are taken from the end
        found = [shared.result("0"), shared.result("39")]
        shared.rest()
        found += [shared.result(str(i)) for i in range(1, 39)]
    assert sorted(value for value, _ in found) == [i**3 for i in range(40)]
    assert sum(counted) == 40


def test_a_task_has_a_result_for_each_name():
    shared = Shared(Waiting(), id)
    shared.add(("1", "2"), lambda names: [1])
    with pytest.raises(ValueError, match="shorter"):
        shared.result("1")
