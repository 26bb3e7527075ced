"""Contestants run in processes of their own, and only those that do the same work are timed."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import agreement, process, race, tables
from benchmarks.cases import Training
from benchmarks.contestants import Entry
from benchmarks.process import Pool, Worker, WorkerError
from benchmarks.workloads import EPSILON, Benchmark, benchmarks, optimizers
from npnet.optimizers import Adam
from tests.benchmarks import contestants
from tests.benchmarks.conftest import IRIS


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


def test_a_contestant_that_does_less_in_its_rounds_is_refused(result):
    assert "sprinter" not in result.times
    assert "after its last round" in result.refused["sprinter"]


def test_a_contestant_that_is_not_compared_is_refused_where_its_numbers_are_not_finite(result):
    assert "blaster" not in result.times
    assert result.refused["blaster"] == "after its last round it is inf times what is allowed away from npnet"


class Recorder:
    """A process that takes as long as it is told, and writes down what is asked."""

    seconds = (100.0, 3.0, 9.0, 4.0)

    def __init__(self, entry):
        self.pid, self.name = len(self.asked), entry.name
        self.start_seconds = self.seconds[self.asked.count("start") % len(self.seconds)]
        self.asked.append("start")

    def ask(self, request, *arguments):
        self.asked.append(request)
        answers = {"set_up": (10 * self.start_seconds, "it is a mock", ""), "calibrate": 1, "round": self.round}
        return answers.get(request, {"mock": 2} if request == "threads" else np.zeros(0))

    def close(self):
        pass


@pytest.fixture
def recorded(monkeypatch):
    """Return a function that races npnet and torch, both recorders, and then what was asked, settling included."""
    monkeypatch.setattr(Recorder, "asked", [], raising=False)
    monkeypatch.setattr(Recorder, "round", [1.0], raising=False)
    monkeypatch.setattr(process, "Worker", Recorder)
    monkeypatch.setattr(process.sleeping, "wait", lambda pids: Recorder.asked.append("settle") or set())

    def race_them(case=IRIS, names=("npnet",), **settings):
        benchmark = Benchmark("iris", "The irises", (case,), names, **settings)
        known = {name: Entry(name, name, "numpy") for name in names}
        with Pool() as pool:
            return race.run(benchmark, case, known, pool, race.Settings(3, 0.001), True, lambda text: None)

    return race_them


def test_times_from_a_cold_process_are_medians_of_fresh_ones(recorded):
    measured = recorded(starts=3).times["npnet"]
    # The first process is discarded
    assert (measured.start, measured.first) == (4.0, 40.0)
    assert Recorder.asked.count("start") == 4


def test_what_is_timed_begins_when_the_threads_of_the_last_turn_sleep(recorded):
    recorded(names=("npnet", "torch"))
    turns = [i for i, request in enumerate(Recorder.asked) if request == "round"]
    assert len(turns) == 6
    assert {Recorder.asked[i - 1] for i in turns} == {"settle"}
    # The discarded first process, then those of the race
    starts = [i for i, request in enumerate(Recorder.asked) if request == "start"]
    assert [Recorder.asked[i - 1] for i in starts] == ["settle", "set_up", "settle", "set_up"]


def test_a_contestant_that_never_sleeps_is_noted_and_waited_for_once(recorded, monkeypatch):
    waited = []

    def wait(pids):
        if "round" not in Recorder.asked:
            return set()
        waited.append(sorted(pids.values()))
        return {pid for pid, name in pids.items() if name == "torch"}

    monkeypatch.setattr(process.sleeping, "wait", wait)
    result = recorded(names=("npnet", "torch"))
    assert result.awake == ["torch"]
    assert waited[0] == ["npnet", "torch"]
    assert all(names == ["npnet"] for names in waited[1:])
    assert "torch's threads never slept after its turn: these times can't be relied on" in tables.notes(result)


def test_the_threads_of_each_process_are_noted(recorded):
    assert recorded().times["npnet"].threads == {"mock": 2}


def test_early_and_late_steps_are_parts_of_one_round(recorded, monkeypatch):
    monkeypatch.setattr(Recorder, "round", [8.0, 12.0])
    case = replace(IRIS, stretches=(range(1, 3), range(7, 9)))
    measured = recorded(case).times["npnet"]
    assert (measured.early, measured.rounds) == ([2.0] * 3, [3.0] * 3)
    assert measured.slowing.median == 1.5


def test_a_contestant_that_raises_is_refused_with_one_line(result):
    assert result.refused["crasher"] == "RuntimeError: it broke"


def test_a_contestant_whose_process_ends_is_refused(result):
    assert result.refused["dead"] == "EOFError: its process ended with status 3"


def test_a_contestant_that_is_not_installed_is_left_out(result):
    assert result.left_out["absent"] == "a_package_that_nobody_has is not installed"


def test_a_contestant_that_has_no_such_thing_is_left_out(result):
    assert result.left_out["shy"] == "it has no such net"


def test_a_contestant_with_its_own_loss_is_exempt_by_name(result):
    assert result.exempt == dict.fromkeys(("stranger", "blaster"), "it has a loss of its own")
    assert result.differs == {"stranger": "it is strange"}
    assert result.times["stranger"].error is None


def test_a_module_that_can_not_be_imported_is_an_error_with_its_last_line():
    with pytest.raises(WorkerError, match="No module named 'no_such_module'"):
        Worker(Entry("x", "no_such_module", "numpy"))


def test_a_pool_keeps_processes_until_a_fresh_one_is_asked_for():
    entry = Entry("npnet", "benchmarks.contestants.with_npnet", "numpy")
    with Pool() as pool:
        first, started = pool.worker(entry, fresh=False)
        assert started
        assert pool.worker(entry, fresh=False) == (first, False)
        assert pool.worker(entry, fresh=True)[0] is not first


TRAININGS = {
    f"{benchmark.name} {case.label}": case
    for benchmark in benchmarks()
    for case in benchmark.cases
    if isinstance(case, Training)
}
# The others take seconds each
JUDGED = [
    name
    for name, case in TRAININGS.items()
    if case.data != "synthetic" or (case.batch_size <= 512 and "1024" not in name)
]


def _error(judge, kind):
    contestant = kind(judge.case, judge.arrays)
    contestant.reset()
    contestant.run(agreement.units(judge.case))
    return judge.error(contestant.outcome())


@pytest.mark.parametrize("name", JUDGED)
def test_the_same_steps_agree_and_others_do_not(name):
    judge = agreement.Judge(TRAININGS[name], TRAININGS[name].arrays())
    assert _error(judge, contestants.Trainer) <= 1
    for cheat in (contestants.Cheat, contestants.Slower, contestants.Faster, contestants.Unbiased, contestants.Skipper):
        assert _error(judge, cheat) > 1, cheat


def test_the_epsilon_of_the_workloads_is_one_for_all():
    assert {optimizer.epsilon for _, optimizer in optimizers() if hasattr(optimizer, "epsilon")} == {EPSILON}
    assert isinstance(dict(optimizers())["Adam"], Adam)
