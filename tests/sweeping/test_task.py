import pickle
import select
import shutil
import threading

import pytest
import threadpoolctl

from npnet.sweeping import task
from npnet.sweeping.data import Data, gathered
from npnet.sweeping.running import Shared
from npnet.sweeping.settings import Outside, training
from npnet.sweeping.task import Missing, Task, Written, one_thread, run
from npnet.sweeping.training import Asked


def threads():
    return {one["num_threads"] for one in threadpoolctl.threadpool_info() if one["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def forgotten():
    task.give("", None)
    yield
    task.give("", None)


@pytest.fixture
def data(irises):
    return gathered(irises["x"], irises["y"], None, None, 0)


def asked(epochs=1):
    return Asked((0,), (training({"epochs": epochs}, Outside((4,), 3, "softmax", None)),), ("",), None, 0)


def test_data_are_read_once(data, tmp_path, monkeypatch):
    data.write(tmp_path)
    read = []
    monkeypatch.setattr(Data, "read", classmethod(lambda cls, folder: read.append(folder) or data))
    for _ in range(3):
        assert isinstance(run(Task(asked(), str(tmp_path), data.digest())), Written)
    assert read == [tmp_path]
    run(Task(asked(), str(tmp_path), "another"))
    assert len(read) == 2


def test_a_worker_that_sees_no_folder_asks_for_the_data_once(data, tmp_path):
    sent = Task(asked(), str(tmp_path / "nowhere"), data.digest())
    assert run(sent) == Missing()
    assert run(sent._replace(packed=Shared(data, data.digest(), tmp_path).packed()))[0].status == "done"
    assert run(sent)[0].status == "done"


def test_what_goes_through_a_pipe_is_written_at_once_however_much_came_of_a_group(data, tmp_path):
    data.write(tmp_path)
    answer = run(Task(asked(epochs=2000), str(tmp_path), data.digest()))
    assert len(pickle.dumps(answer)) < select.PIPE_BUF < (tmp_path / answer.name).stat().st_size
    (result,) = answer.read(tmp_path)
    assert (result.status, len(result.curves["loss"])) == ("done", 2000)
    assert not (tmp_path / answer.name).exists()


def test_there_is_no_answer_where_the_folder_is_gone_when_it_is_there(data, tmp_path, monkeypatch):
    folder = tmp_path / "data"
    folder.mkdir()
    data.write(folder)
    monkeypatch.setattr(task, "_check", lambda machine: shutil.rmtree(folder))
    assert run(Task(asked(), str(folder), data.digest())) is None


def test_data_that_were_sent_cannot_be_written_to(data, tmp_path):
    run(Task(asked(), str(tmp_path / "nowhere"), data.digest(), Shared(data, data.digest(), tmp_path).packed()))
    assert not task._kept[1].splits[0].x.flags.writeable


def test_a_task_stops_once_the_folder_is_gone(data, tmp_path, monkeypatch):
    monkeypatch.setattr(task, "EVERY", 0)
    folder = tmp_path / "data"
    folder.mkdir()
    data.write(folder)
    index = folder / task.INDEX
    gone = task._gone(index)
    assert not gone()
    running = threading.Timer(0.3, shutil.rmtree, [folder])
    running.start()
    assert run(Task(asked(10**9), str(folder), data.digest())) is None
    running.join()
    assert gone()


def test_the_folder_is_looked_for_now_and_then(tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(task.time, "monotonic", lambda: now[0])
    gone = task._gone(tmp_path / "nothing")
    answers = []
    for moment in (0.0, 0.1, 0.2, 0.3):
        now[0] = moment
        answers.append(gone())
    assert answers == [False, False, True, False]


def test_there_is_one_thread_until_the_last_of_several_groups_has_ended():
    before, entered, left = threads(), [], []

    def group(begin, end):
        begin.wait(10)
        with one_thread():
            entered.append(threads())
            end.wait(10)
        left.append(threads())

    events = [threading.Event() for _ in range(3)]
    # The first one ends while the second goes on
    groups = [threading.Thread(target=group, args=pair) for pair in ((events[0], events[1]), (events[0], events[2]))]
    for one in groups:
        one.start()
    for event, one in zip(events[1:], groups):
        events[0].set()
        while len(entered) < 2:
            pass
        event.set()
        one.join()
    assert entered == [{1}, {1}]
    assert left[0] == {1}
    assert threads() == before


def test_the_caller_has_one_thread_whatever_limits_it_has_set():
    with threadpoolctl.threadpool_limits(2, "blas"):
        with task.one_thread_for_all():
            assert threads() == {1}
            with one_thread():
                assert threads() == {1}
            assert threads() == {1}
        assert threads() == {2}


def test_threads_that_somebody_else_has_set_are_told():
    with pytest.raises(RuntimeError, match="expected BLAS to have one thread, got 2"):
        task._check({"threads": "2"})
    task._check({"threads": "1"})
    task._check({})
