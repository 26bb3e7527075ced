"""The contestants without TensorFlow, and npnet's memory."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import memory, workloads
from benchmarks.contestants import entries, with_npnet
from benchmarks.contestants.floor import make as floor
from benchmarks.worker import Service, peak_memory
from tests.benchmarks.conftest import IRIS


def test_a_round_starts_from_the_first_weights():
    service = Service("npnet", "benchmarks.contestants.with_npnet")
    service.set_up(IRIS, IRIS.arrays())
    first = service.outcome(2)
    service.round(5)
    assert (service.outcome(2) == first).all()


WALK = replace(IRIS, stretches=(range(10, 40), range(150, 180)))


def test_early_and_late_stretches_are_timed_in_one_run():
    service = Service("walker", "tests.benchmarks.contestants")
    service.set_up(WALK, {})
    assert service.calibrate(1e-9, WALK.most_units) == 30
    assert len(service.round(30)) == 2
    assert service.result() == [10, 30, 110, 30]


def test_a_run_that_goes_on_is_the_whole_run():
    contestant = with_npnet.make("npnet", workloads.DOTS, workloads.DOTS.arrays())
    contestant.reset()
    for units in (5, 2, 3):
        contestant.run(units)
    parts = contestant.outcome()
    contestant.reset()
    contestant.run(10)
    assert (parts == contestant.outcome()).all()


def test_calibration_stops_at_the_whole_run():
    service = Service("npnet", "benchmarks.contestants.with_npnet")
    service.set_up(IRIS, IRIS.arrays())
    assert service.calibrate(1e9, 6) == 6


def test_the_floor_is_not_compared():
    contestant = floor("matrix products", IRIS, IRIS.arrays())
    contestant.run(1)
    assert "floor" in contestant.exempt


def test_the_peak_of_memory_is_that_of_a_process():
    assert 1e6 < peak_memory() < 1e12


def test_all_contestants_of_a_benchmark_are_known():
    names = {name for benchmark in workloads.benchmarks() for name in benchmark.contestants}
    assert names == set(entries())


def test_memory_counts_what_training_allocates():
    measured = memory.measure(IRIS)
    assert measured.parameters == 15 * 4
    # Parameters and gradient; outputs, deltas and scratch of a batch; the optimizer's scratch
    assert measured.expected == 2 * 15 * 4 + 3 * 32 * 3 * 4 + 15 * 4
    assert measured.total > measured.expected


def test_memory_over_its_limit_does_not_pass():
    assert memory.Memory("x", parameters=1000, step=9, total=4040, expected=4000).passed
    assert not memory.Memory("x", parameters=1000, step=10, total=4040, expected=4000).passed
    assert not memory.Memory("x", parameters=1000, step=9, total=4051, expected=4000).passed


def test_in_the_converged_workload_all_samples_are_fitted_and_gradients_have_become_exactly_0():
    # On one thread, which other processes do not hold up
    limits = pytest.importorskip("threadpoolctl").threadpool_limits
    case = workloads.CONVERGED
    assert [(s.start * case.parts, s.stop * case.parts) for s in case.stretches] == [(100, 400), (1500, 1800)]
    contestant = with_npnet.make("npnet", case, case.arrays())
    x, y, first = (contestant.arrays[name] for name in ("x", "y", "weights"))
    with limits(1):
        contestant.run(case.stretches[1].start)
    assert contestant.net.evaluate(x, y, loss=case.loss).accuracy == 1
    gradients = np.stack([
        contestant.net.loss_and_gradient(x[i : i + case.batch_size], y[i : i + case.batch_size], loss=case.loss)[1]
        for i in range(0, len(x), case.batch_size)
    ])  # fmt: skip
    # In an eighth of the parameters: they moved, so that they have moments, which nothing renews any more
    gone = (gradients == 0).all(axis=0) & (contestant.outcome() != first)
    assert gone.mean() > 1 / 8
