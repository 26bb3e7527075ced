"""A turn begins when the threads of the last one sleep."""

import subprocess
import sys

import pytest

from benchmarks import sleeping
from benchmarks.contestants import Entry
from benchmarks.process import Pool
from benchmarks.sleeping import MOST_LOOKS, Reading

ASLEEP, SPINNING = Reading(False, {"1": 5}), Reading(True, {"1": 5})


def write_stat(folder, pid, tid, state, outside, inside):
    path = folder / str(pid) / "task" / str(tid)
    path.mkdir(parents=True)
    fields = [state, *"0" * 10, str(outside), str(inside), *"0" * 37]
    (path / "stat").write_text(f"{tid} (a name) R (with parentheses) {' '.join(fields)}\n")


@pytest.fixture
def proc(monkeypatch, tmp_path):
    """A system whose threads are files in a folder."""
    (tmp_path / "self" / "task").mkdir(parents=True)
    monkeypatch.setattr(sleeping, "PROC", tmp_path)
    return tmp_path


@pytest.fixture
def naps(monkeypatch):
    """The seconds of each sleep, none of which is slept."""
    found = []
    monkeypatch.setattr("time.sleep", found.append)
    return found


def test_a_reading_has_all_threads_of_a_process(proc):
    write_stat(proc, 7, 7, "S", 3, 4)
    write_stat(proc, 7, 8, "D", 0, 1)
    assert sleeping.reading(7) == (False, {"7": 7, "8": 1})
    write_stat(proc, 7, 9, "R", 0, 0)
    assert sleeping.reading(7).running
    assert sleeping.reading(1) == (False, {})


def script(monkeypatch, readings):
    """Let each process be read as its list says, the last one again and again."""
    left = {pid: list(found) for pid, found in readings.items()}
    monkeypatch.setattr(sleeping, "reading", lambda pid: left[pid].pop(0) if len(left[pid]) > 1 else left[pid][0])
    return left


def test_threads_that_sleep_are_looked_at_twice(proc, naps, monkeypatch):
    script(monkeypatch, {1: [ASLEEP], 2: [ASLEEP]})
    assert sleeping.wait([1, 2]) == set()
    assert naps == [sleeping.LOOK]


def test_threads_that_spin_are_waited_for(proc, naps, monkeypatch):
    left = script(monkeypatch, {1: [ASLEEP], 2: [SPINNING] * 4 + [ASLEEP]})
    assert sleeping.wait([1, 2]) == set()
    assert left[2] == [ASLEEP]
    assert len(naps) == 4


def test_a_thread_that_is_only_caught_by_its_processor_time_is_waited_for(proc, naps, monkeypatch):
    ran = [Reading(False, {"1": ticks}) for ticks in (5, 6, 7)]
    script(monkeypatch, {1: ran})
    assert sleeping.wait([1]) == set()
    assert len(naps) == 3


def test_a_thread_that_never_sleeps_is_named_after_a_bounded_wait(proc, naps, monkeypatch):
    script(monkeypatch, {1: [ASLEEP], 2: [SPINNING]})
    assert sleeping.wait([1, 2]) == {2}
    assert len(naps) == MOST_LOOKS


def test_where_threads_can_not_be_looked_at_there_is_a_fixed_pause(naps, monkeypatch, tmp_path):
    monkeypatch.setattr(sleeping, "PROC", tmp_path)
    assert sleeping.wait([1]) == set()
    assert naps == [sleeping.PAUSE]


SPINNER = """
import threading

spin = True
def work():
    while spin: pass
thread = threading.Thread(target=work)
thread.start()
print("spins", flush=True)
input()
spin = False
thread.join()
print("sleeps", flush=True)
input()
"""


@pytest.mark.skipif(not (sleeping.PROC / "self" / "task").is_dir(), reason="no threads to be read in /proc")
def test_a_process_with_a_spinning_thread_is_awake_until_it_stops(monkeypatch):
    command = [sys.executable, "-c", SPINNER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "spins\n"
        monkeypatch.setattr(sleeping, "MOST_LOOKS", 3)
        assert sleeping.wait([process.pid]) == {process.pid}
        monkeypatch.undo()
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "sleeps\n"
        assert sleeping.wait([process.pid]) == set()
        process.stdin.close()


def test_a_pool_waits_for_all_its_processes_but_those_that_are_ignored(monkeypatch):
    entry = Entry("npnet", "benchmarks.contestants.with_npnet", "numpy")
    with Pool() as pool:
        pid = pool.worker(entry, fresh=False)[0].pid
        seen = []
        monkeypatch.setattr(sleeping, "wait", lambda pids: seen.append(list(pids)) or set(pids))
        assert pool.settle() == ["npnet"]
        assert pool.settle(["npnet"]) == []
    assert seen == [[pid], []]
