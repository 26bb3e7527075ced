"""The benchmark of several processes: its contestants, its table and its model."""

import json
import math

import numpy as np
import pytest

from benchmarks.__main__ import main as benchmarks
from benchmarks.ranks import __main__ as command
from benchmarks.ranks import model, worker
from benchmarks.ranks.contestants import BASE, CONTESTANTS, Contestant, RankError
from npnet import MLP
from npnet.engine.team import Team
from tests.engine import threads
from tests.mpi import needs_mpi

SETTINGS = {"batches": [64, 128], "shards": 2, "samples": 128, "seconds": 0.0}
PARTS = model.Parts(5e-4, 2e-5, 1.5e-3, 4e-4, 2_678_832)


def test_parameters_are_those_of_the_net():
    assert worker.parameters() == len(MLP(worker.WIDTHS).parameters)


def test_one_process_prints_the_seconds_of_its_steps(capsys):
    worker.main("alone", json.dumps(SETTINGS))
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["64", "128"]
    assert all(seconds > 0 for seconds in found.values())


def test_a_clock_notes_when_each_epoch_begins(monkeypatch):
    times = iter([1.0, 2.0, 3.0, 4.0])
    monkeypatch.setattr(worker.time, "perf_counter", lambda: next(times))
    clock = worker.Clock()
    # Ranks ask for the rate of an epoch twice
    assert [clock(epoch) for epoch in (0, 1, 1, 2)] == [worker.RATE] * 4
    assert clock.begun == {0: 1.0, 1: 2.0, 2: 4.0}


def test_the_first_epoch_and_what_is_before_it_are_no_part_of_a_step(monkeypatch):
    begun = {0: 0.0, 1: 50.0, 2: 52.0, 3: 54.0, 4: 62.0}
    monkeypatch.setattr(worker.Clock, "begun", begun, raising=False)
    monkeypatch.setattr(worker.Clock, "__init__", lambda self: None)
    assert worker.of_npnet(SETTINGS | {"batches": [64]}) == {"64": 1.0}


def test_a_turn_is_so_many_seconds_but_three_epochs_at_least():
    assert worker.epochs_of(2048, 1.0) == 24
    assert worker.epochs_of(4096, 0.1) == 3


@needs_mpi
@pytest.mark.parametrize("name", ["2 ranks", "2 ranks, messages", "2, no exchange"])
def test_ranks_print_theirs_and_what_a_message_takes(name):
    found = CONTESTANTS[name].run(SETTINGS)
    assert list(found) == ["64", "128", "latency", "transfer"]
    assert found["transfer"] > found["latency"] > 0


@pytest.mark.parametrize(("kind", "in_steps"), [("of_ranks", 0), ("of_messages", 2 * 4), ("of_strangers", 0)])
def test_gradients_and_parameters_are_sent_in_each_of_four_steps_or_never(kind, in_steps, monkeypatch):
    swaps, numbers, swap, allgather = [], [], Team._swap, threads.Communicator.Allgather
    monkeypatch.setattr(Team, "_swap", lambda *of: swaps.append(1) or swap(*of))
    monkeypatch.setattr(threads.Communicator, "Allgather", lambda *of: numbers.append(1) or allgather(*of))

    def fit(communicator):
        net = MLP([20, 3], seed=0)
        net.fit(np.ones((8, 20)), np.ones((8, 3)), batch_size=2, shards=2, epochs=1, communicator=communicator)

    monkeypatch.setattr(worker, "of_ranks", lambda settings: threads.run(2, fit))
    assert getattr(worker, kind)({}) == [None, None]
    assert len(swaps) == 2 * in_steps
    assert bool(numbers) == (kind != "of_strangers")


def test_torchs_processes_print_theirs():
    pytest.importorskip("torch")
    assert list(CONTESTANTS["torch DDP, 2 processes"].run(SETTINGS)) == ["64", "128"]


def test_processes_that_fail_are_named_with_their_last_words():
    with pytest.raises(RankError, match="nothing: KeyError: 'nothing'"):
        Contestant("nothing").run(SETTINGS)


def rounds(*factors):
    return [{str(batch): batch * 1e-5 * factor for batch in command.BATCHES} for factor in factors]


def test_ratios_are_taken_round_by_round():
    found = {BASE: rounds(1, 10, 2), "2 ranks": rounds(0.8, 8, 1.8)}
    assert command.cells(found)[0] == [BASE, "5.12 ms", "1.00", "20.5 ms", "1.00", "81.9 ms", "1.00"]
    assert command.cells(found)[1] == ["2 ranks", "4.61 ms", "0.80", "18.4 ms", "0.80", "73.7 ms", "0.80"]


def test_who_is_not_installed_is_left_out(monkeypatch):
    started = []
    monkeypatch.setattr(Contestant, "missing", lambda self: "torch" if self.kind == "ddp" else None)
    monkeypatch.setattr(Contestant, "run", lambda self, settings: started.append((self.kind, settings)) or {"64": 1.0})
    told = []
    found, left_out = command.measure(CONTESTANTS, 2, 0.5, told.append)
    assert left_out == {"torch DDP, 2 processes": "torch"}
    assert [len(one) for one in found.values()] == [2] * 7
    assert told[:8] == [f"round 1 of 2: {name}" for name in found] + ["round 2 of 2: one process, 1 thread"]
    assert [settings["shards"] for _, settings in started[:7]] == [1, 1, 2, 4, 2, 2, 4]


def test_the_table_fits_a_terminal(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    by_mpi = {name for name, one in CONTESTANTS.items() if one.by_mpi}
    of_ranks = [one | {"latency": 1e-6, "transfer": 3e-4} for one in rounds(0.8)]
    found = {name: of_ranks if name in by_mpi else rounds(1) for name in CONTESTANTS}
    command.show(found, {"torch": "torch"})
    printed = capsys.readouterr().out
    assert "…" not in printed
    assert max(map(len, printed.splitlines())) <= 80
    assert "the model's error for 2 ranks by messages here" in printed
    assert "left out: torch: torch is not installed" in printed


# The model


def test_one_rank_exchanges_nothing():
    assert model.step(PARTS, 256, 1) == pytest.approx(5e-4 + 2e-5 * 256 + 1.5e-3)


def test_two_ranks_halve_samples_and_update_and_send_half_of_the_vector_twice():
    exchange = 3 * 20e-6 + 2 * (2_678_832 / 2 * 8 / 25e9)
    expected = 5e-4 + 2e-5 * 128 + 1.5e-3 / 2 + 4e-4 / 2 + exchange
    assert model.step(PARTS, 256, 2) == pytest.approx(expected)
    assert model.step(PARTS, 256, 2, latency=0, byte=0) == pytest.approx(expected - exchange)


@pytest.mark.parametrize("ranks", [1, 8, 512])
@pytest.mark.parametrize("gain", model.GAINS)
def test_the_least_batch_is_the_first_of_which_twice_the_ranks_bring_so_much(ranks, gain):
    batch = model.least_batch(PARTS, ranks, gain)
    assert math.log2(batch).is_integer()
    assert model.step(PARTS, batch, ranks) >= gain * model.step(PARTS, batch, 2 * ranks)
    smaller = batch // 2
    assert smaller < 2 * ranks or model.step(PARTS, smaller, ranks) < gain * model.step(PARTS, smaller, 2 * ranks)


def test_where_only_latency_is_left_more_ranks_bring_nothing():
    assert model.least_batch(model.Parts(1.0, 0.0, 0.0, 0.0, 8), 4, 1.1) is None


def test_a_line_goes_through_times_on_a_line():
    assert model.line([256, 1024, 4096], [2.0, 8.0, 32.0]) == pytest.approx((0, 2 / 256))
    start, slope = model.line([1, 2, 3], [3.0, 5.0, 7.0])
    assert (start, slope) == pytest.approx((1, 2))


# The commands


def test_the_benchmarks_know_it_by_name(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(command, "measure", lambda *of: asked.append(of[1]) or ({BASE: rounds(1)}, {}))
    monkeypatch.setattr(command, "show", lambda *of: None)
    assert benchmarks(["--only", "ranks"]) == benchmarks(["--only", "ranks", "--quick"]) == 0
    assert asked == [5, 1]
    assert benchmarks(["--list"]) == 0
    assert "ranks            One net on several processes" in capsys.readouterr().out


def test_a_failure_gives_one_line_and_status_1(monkeypatch, capsys):
    def fail(*arguments):
        raise RankError("ranks: no such MPI")

    monkeypatch.setattr(command, "measure", fail)
    assert command.main([]) == 1
    assert capsys.readouterr().err == "python -m benchmarks.ranks: ranks: no such MPI\n"
