"""``python -m reference differences``: its table, what has changed, what it writes, and its exit statuses."""

import io
import json

import pytest
from rich.cells import cell_len
from rich.console import Console

from reference.__main__ import main
from reference.differences import command, frameworks, record, table, topics
from reference.differences.measuring import Measured

ROWS = topics.rows("relu-slope")
NPNET = Measured(frameworks.get("npnet"), {"numpy": "2.0"}, {"relu-slope": "0", "leaky-relu-slope": "0.1"})
JAX = Measured(frameworks.get("jax"), {"jax": "0.1"}, {"relu-slope": "0", "leaky-relu-slope": "1"})
CRASHED = Measured(frameworks.get("torch"), {}, {}, {"relu-slope": "ended by SIGSEGV"})


def printed(found, recorded, sources=False):
    file = io.StringIO()
    table.show(ROWS, found, recorded, Console(file=file, width=80), sources)
    return file.getvalue()


def recorded():
    return record.updated({"frameworks": [], "rows": []}, ROWS, [NPNET, JAX])


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """Only npnet is asked, and the record is a file that the test may write."""
    monkeypatch.setattr(frameworks, "FRAMEWORKS", frameworks.FRAMEWORKS[:1])
    monkeypatch.setattr(record, "PATH", tmp_path / "record.json")
    return tmp_path


def test_who_gives_the_same_answer_stands_together():
    shown = printed([NPNET, JAX], recorded())
    assert "npnet, JAX" in shown
    assert "changed" not in shown


def test_a_changed_answer_is_reported_with_both_versions():
    before = recorded()
    before["rows"][0]["answers"]["jax"] = "0.5"
    before["frameworks"][1]["versions"] = "jax 0.0.9"
    shown = " ".join(printed([NPNET, JAX], before).split())
    assert "npnet, JAX (changed)" in shown
    assert shown.endswith("changed: relu-slope, JAX: recorded 0.5 with jax 0.0.9, now 0 with jax 0.1")


def test_an_answer_that_was_not_recorded_is_no_change():
    before = recorded()
    del before["rows"][0]["answers"]["jax"]
    assert "changed" not in printed([NPNET, JAX], before)


def test_a_row_that_ended_its_process_says_so():
    assert "ended by SIGSEGV" in printed([NPNET, CRASHED], recorded())


def test_sources_are_shown_if_asked_for():
    assert "npnet/activations" not in printed([NPNET], recorded())
    assert "relu-slope: npnet/activations.py, " in printed([NPNET], recorded(), sources=True)


def test_the_whole_record_fits_80_columns():
    whole = record.read()
    found = [Measured(item, {item.key: "1.0"}, record.answers(whole, item.key)) for item in frameworks.FRAMEWORKS]
    file = io.StringIO()
    table.show(topics.rows(), found, whole, Console(file=file, width=80), True)
    lines = file.getvalue().splitlines()
    assert len(lines) > 200
    # The accents of v̂ take no cell
    assert max(map(cell_len, lines)) <= 80


def test_it_prints_and_writes(alone, capsys):
    assert main(["differences", "--only", "relu-slope", "--json", str(alone / "out.json")]) == 0
    assert "npnet" in capsys.readouterr().out
    written = json.loads((alone / "out.json").read_text(encoding="utf-8"))
    assert {row["name"]: row["answers"] for row in written["rows"]} == {
        "relu-slope": {"npnet": "0"},
        "leaky-relu-slope": {"npnet": "0.1"},
    }


def test_what_is_saved_is_what_later_runs_are_compared_with(alone, capsys):
    assert main(["differences", "--save"]) == 0
    saved = json.loads((alone / "record.json").read_text(encoding="utf-8"))
    assert len(saved["rows"]) >= 40
    saved["rows"][0]["answers"]["npnet"] = "7"
    (alone / "record.json").write_text(json.dumps(saved), encoding="utf-8")
    assert main(["differences", "--only", "relu-slope"]) == 0
    assert "changed: relu-slope, npnet: recorded 7" in capsys.readouterr().out


def test_a_framework_that_was_not_asked_keeps_its_answers_and_versions():
    before = recorded()
    after = record.updated(before, ROWS, [Measured(NPNET.framework, {"numpy": "3.0"}, {"relu-slope": "1"})])
    assert record.answers(after, "jax") == JAX.answers
    assert record.versions(after, "jax") == "jax 0.1"
    assert record.answers(after, "npnet") == {"relu-slope": "1"}
    assert record.versions(after, "npnet") == "numpy 3.0"


def test_one_that_could_not_be_asked_leaves_the_record_as_it_is():
    before = recorded()
    after = record.updated(before, ROWS, [Measured(JAX.framework, {}, {}, {"relu-slope": "ended by SIGSEGV"})])
    assert record.answers(after, "jax") == JAX.answers


def test_what_is_not_installed_is_left_out_by_name(monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if name == "numpy" else None)
    assert main(["differences", "--only", "relu-slope"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "left out, as a package is not installed: TensorFlow (tensorflow);" in shown
    assert "Keras/JAX (keras, jax)" in shown


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--only", "no such row"], "no row has 'no such row'"),
        (["--save", "--only", "relu"], "--save: expected no --only"),
        (["--only", "relu-slope", "--json", "."], "Is a directory"),
    ],
)
def test_what_cannot_be_run_gives_status_2_in_one_line(alone, capsys, arguments, why):
    assert main(["differences", *arguments]) == 2
    error = capsys.readouterr().err
    assert why in error
    assert error.count("\n") == 1


def test_ctrl_c_gives_130(monkeypatch, capsys):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("reference.differences.topics.rows", interrupted)
    assert command.main([]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_an_odd_record_gives_status_2(alone, capsys):
    (alone / "record.json").write_text("{", encoding="utf-8")
    assert main(["differences", "--only", "relu-slope"]) == 2
