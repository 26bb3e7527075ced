import sys
import time

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from npnet.experiments import timing
from npnet.experiments.timing import Times, interleaved


def test_the_pieces_take_turns_and_each_round_begins_with_the_next():
    done = []
    times = interleaved({name: lambda name=name: done.append(name) for name in "abc"}, rounds=3)
    # The first round is not counted
    assert "".join(done) == "abc" + "bca" + "cab" + "abc"
    assert times.names == ("a", "b", "c")
    assert times.seconds.shape == (3, 3)
    assert (times.seconds >= 0).all()


def test_a_time_is_what_the_clock_shows_around_a_piece_of_work(monkeypatch):
    now = [0.0]

    def work(seconds):
        now[0] += seconds

    monkeypatch.setattr(timing, "_clock", lambda: now[0])
    times = interleaved({"short": lambda: work(1), "long": lambda: work(4)}, rounds=3)
    assert times.seconds.tolist() == [[1] * 3, [4] * 3]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no clock of a thread that is fine enough")
def test_what_others_do_meanwhile_takes_no_time():
    times = interleaved({"wait": lambda: time.sleep(0.05), "work": lambda: sum(range(100_000))}, rounds=1)
    assert times.of("wait")[0] < times.of("work")[0]


def test_products_of_matrices_get_one_thread():
    def threads():
        # Pools of OpenMP, which other libraries of this process bring along, do no product of NumPy's
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    seen = []
    with threadpool_limits(2, "blas"):
        before = threads()
        interleaved({"look": lambda: seen.append(threads())}, rounds=1)
        assert threads() == before
    assert seen == [[1] * len(before)] * 2


def test_a_ratio_is_that_of_two_times_in_one_round():
    times = Times(("a", "b"), np.array([[1.0, 20.0, 3.0], [2.0, 10.0, 6.0]]))
    assert times.ratio("a", "b") == (0.5, 0.5, 2)


def test_what_does_not_fit_is_refused_by_name():
    with pytest.raises(ValueError, match="name: expected one of a, b, got 'c'"):
        Times(("a", "b"), np.ones((2, 1))).of("c")
    with pytest.raises(ValueError, match="rounds: expected a whole number >= 1, got 0"):
        interleaved({"a": list}, rounds=0)
