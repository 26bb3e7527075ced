"""Contestants run in processes of their own, and only those that do the same work are timed."""

import numpy as np
import pytest

from benchmarks import agreement, race
from benchmarks.cases import Training
from benchmarks.contestants import Entry
from benchmarks.process import THREADS, Pool, Worker, WorkerError, environment
from benchmarks.workloads import EPSILON, benchmarks, optimizers
from npnet.optimizers import Adam


def test_npnet_is_timed_in_every_round(result):
    measured = result.times["npnet"]
    assert len(measured.rounds) == 3
    assert min(measured.rounds) > 0
    assert measured.error < 1
    assert measured.memory > 1e6
    assert result.ratio("npnet").median == 1


def test_a_cold_run_is_the_start_the_first_epoch_and_the_others():
    measured = race.Time("x", first=2.0, start=10.0, rounds=[0.5, 0.5], parts=4)
    assert measured.cold(units=11) == 10 + 2 + 10 * 4 * 0.5


def test_a_process_that_had_run_before_has_no_cold_time():
    assert race.Time("x", first=2.0, rounds=[0.5]).cold(3) is None


@pytest.mark.parametrize("name", ["cheat", "idler"])
def test_a_contestant_with_another_loss_is_refused_and_not_timed(result, name):
    assert name not in result.times
    assert "times the bound away from npnet's" in result.refused[name]


def test_a_contestant_that_raises_is_refused_with_one_line(result):
    assert result.refused["crasher"] == "RuntimeError: it broke"


def test_a_contestant_whose_process_ends_is_refused(result):
    assert result.refused["dead"] == "EOFError: its process ended with status 3"


def test_a_contestant_that_is_not_installed_is_left_out(result):
    assert result.left_out["absent"] == "a_package_that_nobody_has is not installed"


def test_a_contestant_that_has_no_such_thing_is_left_out(result):
    assert result.left_out["shy"] == "it has no such net"


def test_a_contestant_with_its_own_loss_is_exempt_by_name(result):
    assert result.exempt == {"stranger": "it has a loss of its own"}
    assert result.times["stranger"].error is None


def test_every_library_takes_the_same_number_of_threads():
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "NPROC")
    assert {environment()[name] for name in names} == {str(THREADS)}


def test_a_module_that_can_not_be_imported_is_an_error_with_its_last_line():
    with pytest.raises(WorkerError, match="No module named 'no_such_module'"):
        Worker(Entry("x", "no_such_module", "numpy"))


def test_a_pool_keeps_processes_until_a_fresh_one_is_asked_for():
    entry = Entry("npnet", "benchmarks.contestants.npnet", "numpy")
    with Pool() as pool:
        first, started = pool.worker(entry, fresh=False)
        assert started
        assert pool.worker(entry, fresh=False) == (first, False)
        assert pool.worker(entry, fresh=True)[0] is not first


TRAININGS = [
    case
    for benchmark in benchmarks()
    for case in benchmark.cases
    if isinstance(case, Training) and case.data in ("iris", "dots", "digits")
]


@pytest.mark.parametrize("case", TRAININGS, ids=lambda case: f"{case.data}-{type(case.optimizer).__name__}")
def test_a_rate_one_percent_off_is_outside_the_bound_and_npnet_within(case):
    arrays, net, units = case.arrays(), case.net(), agreement.units(case)
    judge = agreement.Judge(case, arrays)
    for factor, agrees in ((1.0, True), (1.01, False)):
        net.parameters = arrays["weights"]
        optimizer = type(case.optimizer)(**_settings(case.optimizer, factor))
        net.fit(
            arrays["x"], arrays["y"], loss=case.loss, optimizer=optimizer, epochs=units, batch_size=case.batch_size,
            regularizer=case.regularizer,
        )  # fmt: skip
        assert (judge.error(net.parameters) <= 1) == agrees


def _settings(optimizer, factor):
    return {"learning_rate": factor * optimizer.learning_rate} | (
        {"epsilon": EPSILON} if hasattr(optimizer, "epsilon") else {}
    )


def test_parameters_of_another_shape_or_not_finite_never_agree():
    case = TRAININGS[0]
    judge = agreement.Judge(case, case.arrays())
    assert judge.error(np.empty(0)) == np.inf
    assert judge.error(np.full(15, np.nan)) == np.inf


def test_the_epsilon_of_the_workloads_is_one_for_all():
    assert {optimizer.epsilon for _, optimizer in optimizers() if hasattr(optimizer, "epsilon")} == {EPSILON}
    assert isinstance(dict(optimizers())["Adam"], Adam)
