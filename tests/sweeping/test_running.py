"""What a sweep promises, on each kind of executor."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path
from types import SimpleNamespace

import pytest

from npnet import sweep
from npnet.sweeping import TrialError, task
from npnet.sweeping.groups import Group
from npnet.sweeping.running import DEATHS, Course
from tests.sweeping.deadly import Deadly, Faulty
from tests.sweeping.executors import EXECUTORS, OF_PROCESSES, bits

ROOT = Path(__file__).parent.parent.parent
# Three shapes, one of two groups, whose nets are so wide that two threads would give them other bits
SPACE = [
    *({"units": (64, 64), "hidden": "tanh", "seed": seed, "learning_rate": 0.01} for seed in range(20)),
    *({"optimizer": "adam", "seed": seed, "learning_rate": rate} for rate in (0.01, 0.1) for seed in range(3)),
    # These two are equal
    {"optimizer": "sgd", "seed": 0}, {"optimizer": "sgd", "seed": 0},
    # This one diverges
    {"output": "identity", "loss": "mse", "learning_rate": 1e3},
]  # fmt: skip
SETTINGS = {"epochs": 12, "batch_size": 100}


@pytest.fixture(scope="module")
def here(irises):
    with sweep(SPACE, **irises, **SETTINGS) as table:
        yield bits(table)


@pytest.mark.parametrize("executor", EXECUTORS, indirect=True)
def test_the_table_is_the_same_whoever_trains_and_nothing_else_changes(irises, here, executor):
    arrays = [irises["x"], irises["y"], *irises["validation_data"]]
    before, environment = [array.copy() for array in arrays], dict(os.environ)
    threads = {one["num_threads"] for one in task.threadpoolctl.threadpool_info()}
    with sweep(SPACE, **irises, **SETTINGS, **executor) as table:
        assert bits(table) == here
        rows = list(table.rows())
        assert table.machines[0]["threads"] == "1"
    assert len(rows) == len(SPACE)
    assert [row["status"] for row in rows] == ["done"] * (len(SPACE) - 1) + ["diverged"]
    # Equal trials are trained as often as they were asked for
    assert rows[-3]["val_loss"] == rows[-2]["val_loss"]
    assert all((array == old).all() for array, old in zip(arrays, before))
    assert dict(os.environ) == environment
    assert {one["num_threads"] for one in task.threadpoolctl.threadpool_info()} == threads


def test_the_order_and_the_number_of_workers_change_nothing(irises, here, monkeypatch):
    from npnet.sweeping import running

    monkeypatch.setattr(running, "sorted", lambda groups, key: list(groups)[::-1], raising=False)
    with EXECUTORS["threads"]() as (pool, _), sweep(SPACE, **irises, **SETTINGS, executor=pool, workers=5) as table:
        assert bits(table) == here


@pytest.mark.parametrize("executor", EXECUTORS, indirect=True)
def test_an_exception_names_its_trial(irises, executor):
    with pytest.raises(TrialError, match=r"^trial 1, widths=\(5, 3\): x: expected shape"):
        sweep([{"units": (3,)}, {"widths": (5, 3)}], epochs=1, **irises, **executor)


def test_an_exception_of_any_kind_is_told(irises, tmp_path):
    space = [{"units": (3,)}, {"units": (4,), "kernel_initializer": Faulty(tmp_path, 1)}]
    with pytest.raises(TrialError, match=r"^trial 1, units=\(4,\), .*: RuntimeError: no such weights$"):
        sweep(space, **irises, executor="process", workers=1)


def test_no_more_groups_are_submitted_than_there_are_workers(irises):
    running, most, lock = [0], [0], threading.Lock()
    with EXECUTORS["threads"]() as (pool, _):
        submit = pool.submit

        def counted(*arguments):
            with lock:
                running[0] += 1
                most[0] = max(most[0], running[0])
            future = submit(*arguments)
            future.add_done_callback(lambda _: running.__setitem__(0, running[0] - 1))
            return future

        pool.submit = counted
        sweep([{"units": (units,)} for units in range(1, 9)], **irises, executor=pool).close()
    assert most == [2]


def test_data_are_not_sent_with_the_groups(irises):
    sizes = []
    with EXECUTORS["threads"]() as (pool, _):
        submit = pool.submit

        def measured(function, sent):
            sizes.append(len(pickle.dumps(sent)))
            return submit(function, sent)

        pool.submit = measured
        sweep([{"units": (units,)} for units in range(1, 4)], **irises, executor=pool).close()
    assert len(sizes) == 3
    assert max(sizes) < 2000 < irises["x"].nbytes


def test_workers_that_see_no_folder_are_sent_the_data(irises, here, monkeypatch):
    sent = []
    monkeypatch.setattr(task.Data, "read", classmethod(lambda cls, folder: (_ for _ in ()).throw(FileNotFoundError)))
    loads = task.pickle.loads

    def received(packed):
        found = loads(packed)
        sent.extend([found] if isinstance(found, task.Data) else [])
        return found

    monkeypatch.setattr(task.pickle, "loads", received)
    with EXECUTORS["threads"]() as (pool, _), sweep(SPACE, **irises, **SETTINGS, executor=pool) as table:
        assert bits(table) == here
    assert len(sent) == 1


def test_a_task_that_is_cancelled_stops(irises, monkeypatch):
    monkeypatch.setattr(task, "EVERY", 0)
    with EXECUTORS["threads"]() as (pool, _):
        futures, submit = [], pool.submit
        pool.submit = lambda *arguments: futures.append(submit(*arguments)) or futures[-1]
        space = [{"units": (3,), "epochs": 10**9}, {"widths": (5, 3)}]
        with pytest.raises(TrialError, match="trial 1"):
            sweep(space, **irises, executor=pool)
        # It would go on for days
        assert futures[0].result(timeout=30) is None


CODE = """
import sys
from pathlib import Path
from npnet import datasets, sweep
if __name__ == "__main__":
    x, y, x_test, y_test = datasets.iris_split()
    space = {"units": [(units,) for units in range(1, 31)], "seed": range(4)}
    executor = None if sys.argv[2] == "here" else sys.argv[2]
    with sweep(space, x, y, validation_data=(x_test, y_test), epochs=20, file=sys.argv[1], executor=executor) as table:
        from tests.sweeping.executors import bits
        print(len(table), bits(table))
"""


def started(file, executor):
    command = [sys.executable, "-c", CODE, str(file), executor]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def rows_of(file):
    from npnet.sweeping import load

    try:
        with load(file) as table:
            return len(table)
    except (OSError, ValueError):
        return 0


@pytest.mark.parametrize("executor", ["here", "process"])
def test_a_sweep_that_was_killed_goes_on_where_it_was(tmp_path, executor):
    whole = started(tmp_path / "whole.sqlite", "here").communicate(timeout=120)[0]
    file, kept = tmp_path / "killed.sqlite", 0
    for _ in range(2):
        process = started(file, executor)
        while process.poll() is None and rows_of(file) <= kept:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        assert rows_of(file) > kept
        kept = rows_of(file)
    assert started(file, executor).communicate(timeout=120)[0] == whole
    assert whole.startswith("120 ")
    # Nothing else is left
    assert sorted(path.name for path in tmp_path.iterdir()) == ["killed.sqlite", "whole.sqlite"]


@pytest.mark.parametrize("executor", OF_PROCESSES, indirect=True)
def test_a_worker_that_is_killed_costs_its_group_only(irises, executor, tmp_path):
    space = [{"units": (units,)} for units in range(1, 6)]
    once = [{**space[0], "kernel_initializer": Deadly(tmp_path, 1)}, *space[1:]]
    with sweep(once, **irises, **executor) as table:
        assert [row["status"] for row in table.rows()] == ["done"] * 5
        # The other groups are those of a sweep in which nobody died
        with sweep(space, **irises) as undisturbed:
            others = [{**row, "seconds": 0} for row in undisturbed.rows()][1:]
        assert [
            {name: value for name, value in row.items() if name != "kernel_initializer"} | {"seconds": 0}
            for row in list(table.rows())[1:]
        ] == others


class Meeting:
    """Workers that die, and then answer once as many groups are there as a death can be told by."""

    count = alone = 2

    def __init__(self):
        self.answers = []

    def submit(self, function, sent):
        died = Future()
        died.set_exception(BrokenExecutor())
        return died

    def submit_alone(self, function, sent):
        self.answers.append(Future())
        if len(self.answers) == 2:
            for answer in self.answers:
                answer.set_result([])
        return self.answers[-1]

    def renew(self):
        pass


def test_suspects_run_again_at_the_same_time_where_a_death_tells_them_apart():
    kept = []
    course = Course(Meeting(), lambda group: None, kept.append, SimpleNamespace(folder="", digest=""))
    run = threading.Thread(target=course.run, args=([Group((0,), 1.0), Group((1,), 1.0)],), daemon=True)
    run.start()
    run.join(30)
    assert kept == [[], []]


@pytest.mark.parametrize("executor", ["processes", "dask"], indirect=True)
def test_a_trial_that_always_kills_is_a_row_that_says_so(irises, executor, tmp_path):
    deadly = Deadly(tmp_path, 10**9)
    space = [{"units": (1,)}, {"units": (2,), "kernel_initializer": deadly}, {"units": (3,)}]
    with sweep(space, **irises, **executor) as table:
        died = list(table.rows())[1]
        assert [row["status"] for row in table.rows()] == ["done", "died", "done"]
    assert (died["reason"], died["val_loss"]) == (f"{DEATHS} workers died with it", None)
    assert deadly.count() == DEATHS
