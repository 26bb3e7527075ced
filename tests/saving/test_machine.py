"""What a training says of the machine that it ran on, and the threads that it gets again."""

import numpy as np
import pytest

from npnet.saving import machine

threadpoolctl = pytest.importorskip("threadpoolctl")
BLAS = {"user_api": "blas", "internal_api": "openblas", "version": "0.3", "architecture": "Zen", "num_threads": 3}
OTHERS = [{"user_api": "openmp", "num_threads": 7}, BLAS, BLAS | {"num_threads": 5, "version": "0.2"}]


@pytest.fixture
def limits(monkeypatch):
    """The limits that are set, where there are three libraries."""
    found = []

    class Limits:
        def __init__(self, *given):
            found.append(given)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            found.append("back")

    monkeypatch.setattr(threadpoolctl, "threadpool_info", lambda: OTHERS)
    monkeypatch.setattr(threadpoolctl, "threadpool_limits", Limits)
    return found


def test_blas_is_the_first_of_its_kind(limits):
    found = machine.described()
    assert (found.pop("NumPy"), bool(found.pop("instructions"))) == (np.__version__, True)
    assert found == {"BLAS": "openblas 0.3", "kernels": "Zen", "threads": "3"}


def test_without_blas_the_rest_is_said(monkeypatch):
    monkeypatch.setattr(threadpoolctl, "threadpool_info", lambda: OTHERS[:1])
    assert set(machine.described()) == {"NumPy", "instructions"}


def test_what_both_know_and_is_not_the_same_is_a_difference():
    here = {"NumPy": "2.4", "threads": "2", "kernels": "Zen"}
    assert machine.differences({"NumPy": "2.3", "threads": "2"}, here) == ["NumPy 2.3 there and 2.4 here"]
    for there in (None, [], "NumPy", {}, {"NumPy": 2.3}, here):
        assert machine.differences(there, here) == []


@pytest.mark.parametrize("count", ["1", "2", "1024"])
def test_threads_are_set_and_given_back(limits, count):
    with machine.threads_of({"threads": count}):
        assert limits == [(int(count), "blas")]
    assert limits[1:] == ["back"]


@pytest.mark.parametrize(
    "there", [None, [], {}, *({"threads": wrong} for wrong in ("0", "1025", "two", " 2", 2, None))]
)
def test_what_is_no_number_of_threads_sets_none(limits, there):
    with machine.threads_of(there):
        assert limits == []


def test_without_blas_no_threads_are_set(limits, monkeypatch):
    monkeypatch.setattr(threadpoolctl, "threadpool_info", list)
    with machine.threads_of({"threads": "2"}):
        assert limits == []
