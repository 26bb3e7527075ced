"""The machine, and the examples in the docstrings."""

import doctest

import pytest

from benchmarks import __main__ as command
from benchmarks import guard, machine, statistics, tables, threads


def test_a_share_of_the_processors_is_between_0_and_1():
    share = machine.busy(0.05)
    assert share is None or 0 <= share <= 1


def test_a_busy_machine_is_seen(monkeypatch):
    ticks = iter([(100, 1000), (125, 1100)])
    monkeypatch.setattr(machine, "ticks", lambda: next(ticks))
    assert machine.busy(0) == 0.75


def test_a_busy_machine_is_reported(result):
    quiet, loud = (type(result)(result.benchmark, result.case, busy=[share] * 3) for share in (0.05, 0.5))
    assert tables.notes(quiet) == []
    assert tables.notes(loud) == ["others kept 50% of the processors busy: these times can't be relied on"]


def test_the_kind_of_a_machine_has_its_processor_and_the_kernels_of_its_blas():
    name, cores, *kernels = machine.kind().removeprefix(machine.processor()).split(", ")
    assert (name, cores.split()[1]) == ("", "cores")
    assert machine.machine([])["BLAS"].endswith(tuple(kernels) or ("installed", "unknown"))


def test_processor_threads_and_versions_are_known():
    found = machine.machine([{"openblas": 2}, {"torch": 3}])
    assert found["threads"] == "openblas 2, torch 3"
    assert {"CPU", "cores", "thread settings", "dtype", "Python", "numpy", "tensorflow", "torch", "jax"} <= set(found)
    assert found["numpy"][0].isdigit()


@pytest.mark.parametrize("module", [command, guard, statistics, tables, threads])
def test_the_examples_in_docstrings_hold(module):
    failed, attempted = doctest.testmod(module)
    assert attempted
    assert not failed
