"""The two commands: what they select, print and return."""

import json
import subprocess
import sys

import pytest

from benchmarks import ROOT, guard, imports, machine, workloads
from benchmarks import __main__ as command
from benchmarks.cases import Case, Members
from benchmarks.contestants import yardstick
from benchmarks.memory import Memory
from benchmarks.race import Settings


def test_the_list_names_all_benchmarks(capsys):
    assert command.main(["--list"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == [*(benchmark.name for benchmark in command.known()), "ranks"]
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


@pytest.mark.parametrize("arguments", [["--out", ""], ["--only", ""], ["--bad"]])
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
    monkeypatch.setattr(command, "large", list)


def test_a_run_prints_its_table_and_writes_its_report(light, capsys, tmp_path):
    assert command.main(["--quick", "--only", "import", "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "numpy" in out
    assert "left out: absent: it is not installed" in out
    assert (tmp_path / "report.md").exists()


def test_each_selection_has_a_folder_of_its_own(light, monkeypatch, tmp_path):
    monkeypatch.setattr(command, "RESULTS", tmp_path)
    monkeypatch.setattr(command, "chosen", lambda only, quick: [imports.benchmark()])
    selections = [["--quick"], ["--quick", "--only", "import"], ["--quick", "--only", "iris", "--only", "import"]]
    for arguments in selections:
        assert command.main(arguments) == 0
    names = {path.parent.name for path in tmp_path.glob("*/report.md")}
    assert names == {"quick", "quick-import", "quick-import-iris"}
    assert command.folder(None, False).name == "full"


@pytest.mark.parametrize(("step", "status"), [(1, 0), (100, 1)])
def test_memory_over_its_limit_gives_status_1(light, monkeypatch, tmp_path, step, status):
    monkeypatch.setattr(command, "large", lambda: [None])
    monkeypatch.setattr(command.memory, "measure", lambda case: Memory("net", 1000, step, 4000, 4000))
    assert command.main(["--quick", "--only", "memory", "--out", str(tmp_path)]) == status


@pytest.mark.parametrize("refused", [{}, {"cheat": "its loss"}])
def test_a_refused_contestant_gives_status_1(light, monkeypatch, result, tmp_path, refused):
    result = type(result)(result.benchmark, result.case, result.times, {}, refused, {})
    monkeypatch.setattr(command.race, "run", lambda *_: result)
    assert command.main(["--quick", "--only", "iris-sgd", "--out", str(tmp_path)]) == bool(refused)


def measured(ratio, awake=()):
    return lambda tell: guard.Measured({"iris": ratio}, {"openblas": 2}, list(awake))


def baselines(ratios):
    return json.dumps({machine.kind(): {"machine": {}, "ratios": ratios}})


@pytest.fixture
def watched(monkeypatch):
    """A guard that watches one workload."""
    monkeypatch.setattr(guard, "WATCHED", [("iris", 0, "small")])


@pytest.mark.parametrize(("ratio", "status"), [(1.0, 0), (1.4, 0), (1.6, 1), (float("nan"), 1)])
def test_the_guard_fails_when_a_ratio_got_worse(watched, monkeypatch, capsys, tmp_path, ratio, status):
    baseline = tmp_path / "baseline.json"
    baseline.write_text(baselines({"iris": 2.0}))
    monkeypatch.setattr(guard, "measure", measured(2 * ratio))
    assert guard.main(["--baseline", str(baseline)]) == status
    assert ("times the baseline" in capsys.readouterr().out) == bool(status)
    assert baseline.read_text() == baselines({"iris": 2.0})


def test_the_guard_stores_what_it_measured(watched, monkeypatch, tmp_path):
    baseline = tmp_path / "baseline.json"
    baseline.write_text(json.dumps({"another": {"ratios": {"iris": 1.0}}, **json.loads(baselines({"iris": 9.0}))}))
    monkeypatch.setattr(guard, "measure", measured(2.0))
    assert guard.main(["--save", "--baseline", str(baseline)]) == 0
    stored = json.loads(baseline.read_text())
    assert stored["another"]["ratios"] == {"iris": 1.0}
    assert stored[machine.kind()]["ratios"] == {"iris": 2.0}
    assert stored[machine.kind()]["machine"]["threads"] == "openblas 2"
    assert guard.main(["--baseline", str(baseline)]) == 0


@pytest.mark.parametrize("content", [None, {}, {"another": {"ratios": {"iris": 0.1}}}])
def test_the_first_run_on_a_processor_makes_its_baseline_and_says_so(watched, monkeypatch, capsys, tmp_path, content):
    baseline = tmp_path / "baseline.json"
    if content is not None:
        baseline.write_text(json.dumps(content))
    monkeypatch.setattr(guard, "measure", measured(2.0))
    assert guard.main(["--baseline", str(baseline)]) == 0
    assert f"no baseline of iris on {machine.kind()} yet: this run's is stored in" in capsys.readouterr().out
    stored = json.loads(baseline.read_text())
    assert stored.pop(machine.kind())["ratios"] == {"iris": 2.0}
    assert stored == (content or {})


def test_a_workload_that_the_baseline_lacks_is_added_and_the_others_are_compared(monkeypatch, capsys, tmp_path):
    baseline = tmp_path / "baseline.json"
    baseline.write_text(baselines({"iris": 2.0}))
    monkeypatch.setattr(guard, "measure", lambda tell: guard.Measured({"iris": 4.0, "new": 3.0}, {}, []))
    assert guard.main(["--baseline", str(baseline)]) == 1
    out = capsys.readouterr().out
    assert "no baseline of new" in out
    assert "iris: 2 times the baseline" in out
    assert json.loads(baseline.read_text())[machine.kind()]["ratios"] == {"iris": 2.0, "new": 3.0}


def test_the_guard_says_whose_threads_did_not_sleep(watched, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(guard, "measure", measured(2.0, ["iris"]))
    assert guard.main(["--save", "--baseline", str(tmp_path / "new.json")]) == 0
    assert "iris: threads never slept after a turn" in capsys.readouterr().out


RATIOS = ["0", "-1", '"x"', "true", "null", "[2.0]", "NaN", "Infinity"]


@pytest.mark.parametrize(
    "content",
    ["{", "[]", "\udcff", '{"a": []}', '{"a": {}}', '{"a": {"ratios": 3}}']
    + ['{"a": {"ratios": {"iris": ' + ratio + "}}}" for ratio in RATIOS],
)
def test_a_file_that_holds_no_baselines_gives_one_line_and_status_2(watched, capsys, tmp_path, content):
    (tmp_path / "baseline.json").write_bytes(content.encode(errors="surrogateescape"))
    assert guard.main(["--baseline", str(tmp_path / "baseline.json")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "a run without that file stores a new one" in error


def test_the_stored_baselines_can_be_read():
    assert guard.load(guard.BASELINE)


def test_the_guard_is_imported_without_what_the_study_needs():
    code = "import sys, benchmarks.guard; print(*{'rich', 'jinja2', 'pandas', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_a_baseline_that_can_not_be_stored_gives_one_line_and_status_2(watched, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(guard, "measure", measured(2.0))
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
    found = guard.measure(lambda text: None)
    assert found.ratios["predict"] > 0
    assert found.awake == []
