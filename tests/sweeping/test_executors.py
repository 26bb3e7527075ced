import os
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from npnet.sweeping.executors import Here, Workers, environment_kept, opened


def test_this_process_answers_at_once():
    assert Here().submit(divmod, 7, 2).result() == (3, 1)
    with pytest.raises(ZeroDivisionError):
        Here().submit(divmod, 7, 0).result()
    with opened(None, None) as workers:
        assert (workers.count, workers.submit(divmod, 7, 2).result()) == (1, (3, 1))


def test_an_executor_tells_how_many_workers_it_has_or_is_told():
    with ThreadPoolExecutor(3) as pool:
        with opened(pool, None) as workers:
            assert workers.count == 3
        with opened(pool, 2) as workers:
            assert workers.count == 2
        # It goes on afterwards
        assert pool.submit(int).result() == 0


def test_workers_are_taken_as_they_are():
    given = Workers(Here(), 1)
    with opened(given, None) as workers:
        assert workers is given


def test_processes_are_made_and_end():
    with opened("process", 1) as workers:
        child = workers.submit(os.getpid).result(timeout=60)
        assert child != os.getpid()
        workers.renew()
        other = workers.submit(os.getpid).result(timeout=60)
    for process in (child, other):
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_another_pool_takes_the_place_of_one_that_broke():
    with ProcessPoolExecutor(1) as pool, opened(pool, None) as workers:
        with pytest.raises(Exception, match="terminated abruptly"):
            workers.submit(os._exit, 1).result(timeout=60)
        # Submitting to it fails as its groups do
        with pytest.raises(Exception, match="terminated abruptly"):
            workers.submit(int).result(timeout=60)
        workers.renew()
        assert workers.submit(int).result(timeout=60) == 0


def test_a_process_of_its_own_takes_no_other_along():
    with opened("process", 2) as workers:
        assert workers.alone == 2
        dies, lives = workers.submit_alone(os._exit, 1), workers.submit_alone(os.getpid)
        with pytest.raises(BrokenExecutor):
            dies.result(timeout=60)
        assert lives.result(timeout=60) != os.getpid()
        assert workers.submit(int).result(timeout=60) == 0
    # Where workers can't be told apart, one group is alone
    assert Workers(Here(), 3).alone == 1
    assert Workers(Here(), 3).submit_alone(int).result() == 0


@pytest.mark.parametrize(
    ("executor", "workers", "scheduler", "said"),
    [
        ("threads", None, None, "executor: expected one of process, dask, mpi, or an Executor, got 'threads'"),
        (3, None, None, "executor: expected one of concurrent.futures, or of process, dask, mpi, got 3"),
        (None, 0, None, "workers: expected a whole number >= 1, got 0"),
        (Executor(), None, None, "workers: expected how many the executor has, which does not tell it, got None and"),
        ("process", None, "tcp://127.0.0.1:8786", "scheduler: expected None unless the executor is dask, got 'tcp"),
    ],
)
def test_what_is_no_executor_is_refused(executor, workers, scheduler, said):
    with pytest.raises(ValueError) as caught, opened(executor, workers, scheduler):
        pass
    assert str(caught.value).startswith(said)


def test_the_environment_is_given_back(monkeypatch):
    monkeypatch.setenv("NPNET_TEST", "before")
    before = dict(os.environ)
    with environment_kept():
        os.environ["NPNET_TEST"] = "after"
        os.environ["NPNET_OTHER"] = "new"
    assert dict(os.environ) == before
