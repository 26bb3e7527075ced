"""Statistics, tables, plots and files."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from benchmarks import plots, race, report, tables, workloads
from benchmarks.memory import FORMULA, Memory
from benchmarks.race import Result, Settings, Time
from benchmarks.statistics import ratios, spread
from benchmarks.workloads import FLOOR, Benchmark
from tests.benchmarks.conftest import IRIS

LONG = "scikit-learn"


def results(count=1, axis=""):
    benchmark = Benchmark("iris", "The irises " * 12, (IRIS,) * count, axis=axis)
    group = []
    for i in range(count):
        case = workloads.Training(f"{2**i} nets", (4, 3), "relu", "softmax", "mse", IRIS.optimizer, 500, "iris")
        times = {
            "npnet": Time("npnet", 0.1, 0.5, 0.1, 10, [1.234e-3, 1.345e-3, 1.456e-3], 4, 10**9),
            LONG: Time(LONG, 12.3, 123.0, None, 10, [1.234e-6, 2.345e-6, 3.456e-6], 4, 10**9),
        }
        times["npnet"].threads = {"openblas": 2}
        group.append(Result(benchmark, case, times, {"absent": "no"}, {"cheat": "its loss"}, {LONG: "its own loss"}))
    return group


def test_ratios_are_taken_round_by_round():
    # The machine was ten times slower in the second round, for both
    assert ratios([2, 20, 2], [1, 10, 1]) == (2, 2, 2)


def test_ratios_of_other_rounds_are_an_error():
    with pytest.raises(ValueError, match="as many rounds as base has, 2, got 1"):
        ratios([1], [1, 2])


def test_a_spread_is_between_quartiles():
    assert spread(np.arange(101)) == (25, 50, 75)


def test_a_ratio_uses_the_rounds_that_both_have():
    result = results()[0]
    result.times["npnet"].rounds.append(100.0)
    assert result.ratio("npnet").median == 1
    assert result.ratio(LONG).median == pytest.approx(2.345e-6 / 1.345e-3, abs=np.finfo(float).eps)


@pytest.mark.parametrize("count", [1, 3])
def test_tables_fit_80_columns(count):
    stream = io.StringIO()
    group = results(count)
    # As wide as a cell can be: three digits of everything, and quartiles on both sides of 1 ms
    group[0].times[FLOOR] = Time(FLOOR, 0.0123, 0.123, None, 10, [0.123e-3, 1.12e-3, 1.23e-3], 1, 10**9)
    tables.show(Console(file=stream, width=80), group)
    lines = stream.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    text = stream.getvalue()
    assert "…" not in text
    assert "REFUSED: cheat: its loss" in text
    assert "left out: absent: no" in text
    assert "not compared: scikit-learn: its own loss" in text


def converged():
    (result,) = results()
    result.case = replace(result.case, stretches=(range(10, 40), range(150, 180)))
    for measured in result.times.values():
        measured.early = [seconds / 4 for seconds in measured.rounds]
    return result


def test_early_and_late_steps_have_columns_of_their_own():
    stream = io.StringIO()
    tables.show(Console(file=stream, width=80), [converged()])
    text = stream.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert "late / early" in text
    assert tables.rows(converged())[1][:4] == ("npnet", "336 µs", "1.34 ms", "4")
    # A part of a run is no whole one
    assert "overtakes" not in text


def test_early_times_are_in_the_file_of_results(tmp_path):
    report.save(tmp_path, [[converged()], results()], [], Settings())
    with open(tmp_path / "results.csv", encoding="utf-8", newline="") as file:
        first, *_, last = (row for row in csv.DictReader(file) if row["contestant"] == "npnet")
    assert (first["early"], first["late_over_early"]) == ("0.00033625", "4.0")
    assert (last["early"], last["late_over_early"]) == ("", "")


def test_the_memory_table_fits_80_columns():
    stream = io.StringIO()
    tables.show_memory(Console(file=stream, width=80), [Memory("784-512-512-10", 1000, 5, 4000, 4000)])
    assert max(map(len, stream.getvalue().splitlines())) <= 80
    assert "0.50%" in stream.getvalue()


def test_a_faster_contestant_overtakes_when_its_start_is_paid_for():
    result = results()[0]
    result.times["npnet"] = npnet = Time("npnet", first=1.0, start=1.0, rounds=[3.0, 3.0], parts=4)
    result.times["swift"] = swift = Time("swift", first=2461.0, start=7.0, rounds=[1.0, 1.0], parts=4)
    steps = result.break_even("swift")
    # The same as the whole way of both, of which the first call has an epoch of 4 steps
    assert steps == 4 + (2468 - 2) / (3 - 1)
    assert npnet.cold(units=steps / 4) == swift.cold(units=steps / 4)
    assert "from a cold process, swift overtakes npnet after about 1,200 steps" in tables.notes(result)
    assert result.break_even("npnet") is None
    swift.first = 0.0
    swift.start = 1.0
    assert result.break_even("swift") is None
    result.times["swift"].start = None
    assert result.break_even("swift") is None


def test_the_fastest_comes_first():
    assert [row[0] for row in tables.rows(results()[0])] == [LONG, "npnet"]


def test_plots_are_made_of_ratios_and_along_an_axis():
    assert list(plots.draw([results(1), results(3, "nets")])) == ["iris.png"]
    assert all(image.startswith(b"\x89PNG") for image in plots.draw([results(3, "nets")]).values())


def test_some_results_sum_up_a_run(tmp_path):
    group = results()
    for result in group:
        result.benchmark = Benchmark("iris-sgd", "The irises", (IRIS,))
    assert list(plots.draw([group])) == ["summary.png", "iris-sgd.png"]
    report.save(tmp_path, [group], [], Settings())
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    for part in (
        "| contestant | iris-sgd, 1 nets |",
        "| npnet, time | 1.34 ms a step |",
        f"| {LONG}, × npnet | 0.00174 |",
        "![summary](summary.png)",
    ):
        assert part in text


def test_a_report_holds_tables_machine_plots_and_reasons(tmp_path):
    group = results()
    group[0].differs["npnet"] = "it is quick"
    report.save(tmp_path, [group], [Memory("784-512-512-10", 1000, 5, 4000, 4000)], Settings())
    assert {path.name for path in tmp_path.iterdir()} == {"report.md", "results.csv", "rounds.csv", "iris.png"}
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    for part in (
        "| CPU |",
        "| threads | openblas 2 |",
        "| thread settings | ",
        "not quite npnet's work: npnet: it is quick",
        f"{FORMULA}.",
        "| dtype | float32 |",
        "| npnet |",
        "![iris](iris.png)",
        "REFUSED: cheat",
    ):
        assert part in text


def test_results_are_one_row_for_each_contestant(tmp_path):
    report.save(tmp_path, [results()], [], Settings())
    with open(tmp_path / "results.csv", encoding="utf-8", newline="") as file:
        rows = {row["contestant"]: row for row in csv.DictReader(file)}
    assert rows["npnet"]["status"] == "measured"
    assert rows["npnet"]["seconds"] == "0.001345"
    assert rows["npnet"]["ratio"] == "1.0"
    assert rows[LONG]["status"] == "not compared"
    assert rows["cheat"]["status"] == "refused: its loss"
    assert rows["absent"]["status"] == "left out: no"
    assert race.BASE in rows


@pytest.mark.parametrize(("fresh", "text"), [(True, "the median of 3 in iris, single"), (False, "single")])
def test_a_report_says_of_how_many_starts_cold_times_are(tmp_path, fresh, text):
    group = results()
    group[0].benchmark = Benchmark("iris", "The irises", (IRIS,), starts=3)
    report.save(tmp_path, [group], [], Settings(fresh=fresh))
    assert f"fills the disk's cache: {text} measurements" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_times_that_are_far_apart_are_void_wherever_they_are_shown():
    (result,) = results()
    result.times[LONG].rounds = [1.0e-3, 2.0e-3, 30.0e-3]
    assert result.void(LONG)
    assert not result.void("npnet")
    cells = {row[0]: row for row in tables.rows(result)}
    assert cells[LONG][3] == "void"
    assert cells["npnet"][3] == "1"
    assert any(note.startswith(f"void: {LONG}: its middle half") for note in tables.notes(result))
    (panel,) = plots.bars([result], "title", ["label"]).axes
    assert [text.get_text() for text in panel.texts if text.get_text() == "void"] == ["void"]


def test_where_npnets_own_times_are_far_apart_all_are_void():
    (result,) = results()
    result.times["npnet"].rounds = [1.0e-3, 2.0e-3, 30.0e-3]
    assert result.void("npnet")
    assert {row[3] for row in tables.rows(result)} == {"void"}


def test_times_within_a_factor_of_three_are_not_void():
    (result,) = results()
    result.times[LONG].rounds = [3.3e-3, 3.3e-3, 3.3e-3]
    assert not result.void(LONG)


def test_the_legend_says_how_those_who_took_part_train():
    assert tables.legend([results()]) == [
        "npnet: `MLP.fit`, `Ensemble.fit`",
        f"{LONG}: `MLPClassifier` and `MLPRegressor`, with their own optimizers",
    ]
