"""The two commands: what they select, print and return."""

import json

import pytest

from benchmarks import __main__ as command
from benchmarks import guard, imports, workloads
from benchmarks.cases import Case, Members
from benchmarks.contestants import yardstick
from benchmarks.memory import Memory
from benchmarks.race import Settings


def test_the_list_names_all_benchmarks(capsys):
    assert command.main(["--list"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == [benchmark.name for benchmark in command.known()]
    assert {"iris-sgd", "dots-l2", "digits", "large-1024", "predict", "ensembles", "import", "memory"} <= set(names)


def test_a_whole_name_means_that_benchmark_alone():
    assert [b.name for b in command.chosen(["iris-sgd"], False)] == ["iris-sgd"]
    assert len(command.chosen(["iris"], False)) == 5


def test_quick_leaves_some_out_unless_they_are_named():
    quick = [b.name for b in command.chosen(None, True)]
    assert "digits" not in quick
    assert "iris-sgd" in quick
    assert [b.name for b in command.chosen(["digits"], True)] == ["digits"]


def test_an_unknown_name_gives_one_line_with_the_known_ones_and_status_2(capsys, tmp_path):
    assert command.main(["--only", "nothing", "--out", str(tmp_path / "new")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "'nothing'" in error
    assert "iris-sgd" in error
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("arguments", [["--out", ""], ["--bad"]])
def test_bad_arguments_give_status_2(arguments):
    with pytest.raises(SystemExit) as caught:
        command.main(arguments)
    assert caught.value.code == 2


def test_a_folder_that_can_not_be_made_gives_one_line_and_status_2(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    assert command.main(["--only", "memory", "--out", str(tmp_path / "file" / "new")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.fixture
def light(monkeypatch):
    """A run that measures npnet alone, for a moment."""
    monkeypatch.setattr(command, "QUICK", Settings(2, 0.001, False))
    monkeypatch.setattr(
        imports, "MODULES", {"npnet": ("npnet", 2), "numpy": ("numpy", 1), "absent": ("a_package_that_nobody_has", 1)}
    )
    monkeypatch.setattr(command, "_large", list)


def test_a_run_prints_its_table_and_writes_its_report(light, capsys, tmp_path):
    assert command.main(["--quick", "--only", "import", "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "numpy" in out
    assert "left out: absent: it is not installed" in out
    assert (tmp_path / "report.md").exists()


@pytest.mark.parametrize(("step", "status"), [(1, 0), (100, 1)])
def test_memory_over_its_limit_gives_status_1(light, monkeypatch, tmp_path, step, status):
    monkeypatch.setattr(command, "_large", lambda: [None])
    monkeypatch.setattr(command.memory, "measure", lambda case: Memory("net", 1000, step, 4000, 4000))
    assert command.main(["--quick", "--only", "memory", "--out", str(tmp_path)]) == status


@pytest.mark.parametrize("refused", [{}, {"cheat": "its loss"}])
def test_a_refused_contestant_gives_status_1(light, monkeypatch, result, tmp_path, refused):
    result = type(result)(result.benchmark, result.case, result.times, {}, refused, {})
    monkeypatch.setattr(command.race, "run", lambda *_: result)
    assert command.main(["--quick", "--only", "iris-sgd", "--out", str(tmp_path)]) == bool(refused)


@pytest.fixture
def watched(monkeypatch):
    """A guard that watches one workload."""
    monkeypatch.setattr(guard, "WATCHED", [("iris", 0, "small")])


@pytest.mark.parametrize(("ratio", "status"), [(1.0, 0), (1.4, 0), (1.6, 1), (float("nan"), 1)])
def test_the_guard_fails_when_a_ratio_got_worse(watched, monkeypatch, capsys, tmp_path, ratio, status):
    baseline = tmp_path / "baseline.json"
    baseline.write_text(json.dumps({"ratios": {"iris": 2.0}}))
    monkeypatch.setattr(guard, "measure", lambda tell: {"iris": 2 * ratio})
    assert guard.main(["--baseline", str(baseline)]) == status
    assert ("times the baseline" in capsys.readouterr().out) == bool(status)


def test_the_guard_stores_what_it_measured(watched, monkeypatch, tmp_path):
    baseline = tmp_path / "baseline.json"
    monkeypatch.setattr(guard, "measure", lambda tell: {"iris": 2.0})
    assert guard.main(["--save", "--baseline", str(baseline)]) == 0
    assert json.loads(baseline.read_text())["ratios"] == {"iris": 2.0}
    assert guard.main(["--baseline", str(baseline)]) == 0


RATIOS = ["0", "-1", '"x"', "true", "null", "[2.0]", "NaN", "Infinity"]


@pytest.mark.parametrize(
    "content",
    [None, "{", "[]", "{}", "\udcff", '{"ratios": []}', '{"ratios": 3}']
    + ['{"ratios": {"iris": ' + ratio + "}}" for ratio in RATIOS],
)
def test_the_guard_without_a_baseline_gives_one_line_and_status_2(watched, capsys, tmp_path, content):
    if content is not None:
        (tmp_path / "baseline.json").write_bytes(content.encode(errors="surrogateescape"))
    assert guard.main(["--baseline", str(tmp_path / "baseline.json")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "--save" in error


def test_a_watched_workload_that_the_baseline_lacks_is_named_before_anything_is_measured(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(guard, "WATCHED", [("iris", 0, "small"), ("new", 0, "small"), ("newer", 0, "small")])
    (tmp_path / "baseline.json").write_text('{"ratios": {"iris": 2.0}}')
    assert guard.main(["--baseline", str(tmp_path / "baseline.json")]) == 2
    assert "no ratio of new, newer; --save writes a new one" in capsys.readouterr().err


def test_a_baseline_that_can_not_be_stored_gives_one_line_and_status_2(watched, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(guard, "measure", lambda tell: {"iris": 2.0})
    (tmp_path / "file").write_text("")
    assert guard.main(["--save", "--baseline", str(tmp_path / "file" / "new.json")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_watched_workload_that_fails_gives_one_line_and_status_2(watched, monkeypatch, capsys, tmp_path):
    def fail(tell):
        raise guard.WorkerError("RuntimeError", "it broke")

    monkeypatch.setattr(guard, "measure", fail)
    assert guard.main(["--save", "--baseline", str(tmp_path / "new.json")]) == 2
    assert capsys.readouterr().err == "python -m benchmarks.guard: RuntimeError: it broke\n"


def test_every_watched_workload_exists_and_has_its_yardstick():
    cases = {benchmark.name: benchmark.cases for benchmark in workloads.benchmarks()}
    for name, number, size in guard.WATCHED:
        assert cases[name][number].label
        yardstick.make("yardstick", Case(size), {}).run(1)
    assert any(isinstance(cases[name][number], Members) for name, number, _ in guard.WATCHED)


def test_the_guard_measures_npnet_and_its_yardstick(monkeypatch):
    monkeypatch.setattr(guard, "WATCHED", [("predict", 0, "medium")])
    monkeypatch.setattr(guard, "SECONDS", 0.001)
    assert guard.measure(lambda text: None)["predict"] > 0
