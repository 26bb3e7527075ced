"""What the contestants without TensorFlow compute, and npnet's memory."""

import pytest

from benchmarks import agreement, memory, workloads
from benchmarks.cases import Formula, Prediction
from benchmarks.contestants import entries, with_npnet
from benchmarks.contestants.floor import make as floor
from benchmarks.worker import Service, peak_memory, settle
from tests.benchmarks.conftest import IRIS

SMALL = [
    case
    for benchmark in workloads.benchmarks()
    for case in benchmark.cases
    if isinstance(case, (Formula, Prediction)) and "669706" not in case.label
]


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.label)
def test_npnet_agrees_with_itself_in_float64(case):
    arrays = case.arrays()
    contestant = with_npnet.make("npnet", case, arrays)
    contestant.reset()
    contestant.run(agreement.units(case))
    assert agreement.Judge(case, arrays).error(contestant.outcome()) <= 1


def test_a_wrong_outcome_of_a_formula_does_not_agree():
    for case in SMALL:
        arrays = case.arrays()
        contestant = with_npnet.make("npnet", case, arrays)
        contestant.reset()
        contestant.run(agreement.units(case))
        assert agreement.Judge(case, arrays).error(contestant.outcome() * 1.1) > 1, case.label


def test_a_round_starts_from_the_first_weights():
    service = Service("npnet", "benchmarks.contestants.with_npnet")
    service.set_up(IRIS, IRIS.arrays())
    first = service.outcome(2)
    service.round(5)
    assert (service.outcome(2) == first).all()


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


def test_a_round_ends_when_no_thread_is_busy(monkeypatch):
    # The processor time of a thread that spins in the first three looks
    spent = iter([0, 0.02, 0.02, 0.04, 0.04, 0.06, 0.06, 0.06])
    monkeypatch.setattr("time.process_time", lambda: next(spent))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    settle()
    assert list(spent) == []


def test_a_thread_that_never_sleeps_is_waited_for_a_second_at_most(monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr("time.perf_counter", lambda: 0.1 * next(clock))
    monkeypatch.setattr("time.process_time", lambda: 0.1 * next(clock))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    settle()
    assert next(clock) < 20
