"""Libraries take their own number of threads, which is reported."""

import os
import sys
from types import SimpleNamespace

import pytest

from benchmarks import threads
from benchmarks.process import environment

CHOSEN = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENBLAS_THREAD_TIMEOUT", "NPROC", "TF_NUM_INTRAOP_THREADS")


@pytest.fixture
def unset(monkeypatch):
    """An environment without settings of threads, three processors, and neither BLAS nor OpenMP to be asked."""
    for name in [name for name in os.environ if any(part in name for part in threads.VARIABLES)]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(threads, "processors", lambda: 3)
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)


def test_contestants_have_the_users_environment_and_no_threads_of_ours(unset, monkeypatch):
    assert not any(name in environment() for name in CHOSEN)
    assert threads.settings() == "each library's own"
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    assert environment()["OMP_NUM_THREADS"] == "5"
    assert threads.settings() == "OMP_NUM_THREADS=5"


def test_each_library_that_is_loaded_is_asked(unset, monkeypatch):
    loaded = {"torch": SimpleNamespace(get_num_threads=lambda: 2), "jax": None}
    assert threads.taken(loaded) == {"torch": 2, "jax": 3}
    monkeypatch.setenv("NPROC", "1")
    assert threads.taken(loaded) == {"torch": 2, "jax": 1}
    assert threads.taken({}) == {}


@pytest.mark.parametrize(("chosen", "variable", "expected"), [(4, "1", 4), (0, "1", 1), (0, "", 3)])
def test_tensorflow_takes_what_was_chosen_or_the_variable_or_all_processors(
    unset, monkeypatch, chosen, variable, expected
):
    threading = SimpleNamespace(get_intra_op_parallelism_threads=lambda: chosen)
    library = SimpleNamespace(config=SimpleNamespace(threading=threading))
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", variable)
    assert threads.taken({"tensorflow": library}) == {"tensorflow": expected}


def test_blas_is_asked_where_that_can_be():
    pytest.importorskip("threadpoolctl")
    assert all(number >= 1 for number in threads.taken({}).values())


def test_a_number_of_threads_is_set_for_a_while_and_then_as_before(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    before = dict(os.environ)
    with threads.limited(2):
        assert {name: os.environ[name] for name in threads.LIMITS} == dict.fromkeys(threads.LIMITS, "2")
        assert set(threads.LIMITS) & environment().keys() == set(threads.LIMITS)
    assert dict(os.environ) == before
    with threads.limited(None):
        assert dict(os.environ) == before
