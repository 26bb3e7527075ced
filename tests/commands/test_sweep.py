"""``npnet sweep``: what it prints and keeps, and what it refuses."""

import os
import re
import subprocess
import sys

import pytest

from npnet import datasets
from npnet.sweeping import load
from tests.mpi import needs_mpi
from tests.mpi import run as mpiexec
from tests.sweeping.executors import PORTS, bits

COMMAND = "sweep"
SPEC = """
target = "species"
folds = 3
[all]
epochs = 4
optimizer = "adam"
[grid]
units = [[], [8]]
learning_rate = [0.001, 0.1]
seed = [0, 1]
"""
IRISES = str(datasets._file("iris.csv"))


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "spec.toml"
    path.write_text(SPEC)
    return path


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out.sqlite"


def test_the_best_are_shown_and_all_are_kept(spec, out, run_freely):
    status, said, err = run_freely(str(spec), IRISES, "--out", str(out))
    assert (status, err) == (0, "")
    assert "The best by val_loss, means over seeds and folds" in said
    assert re.search(r"units +learning_rate +loss +val_loss +val_accuracy +seconds", said)
    assert said.endswith(f"{out} has 24 trials, 0 of them failed\n")
    with load(out) as table:
        assert [row["fold"] for row in table.rows()][:3] == [0, 1, 2]
        best = table.best()
    first = said.splitlines()[4].split()
    assert first[:-4] == [*best["units"].split(), f"{best['learning_rate']:.4g}"]


def test_the_same_command_goes_on_and_other_settings_are_refused(spec, out, run_freely, monkeypatch):
    from tests.sweeping.test_sweeps import stopping

    with monkeypatch.context() as patch:
        patch.setattr("npnet.sweeping.sweeps.running.Course.run", stopping(after=2))
        status, _, err = run_freely(str(spec), IRISES, "--out", str(out))
    assert status == 130
    assert err.endswith("npnet sweep: the same command goes on\n")
    with load(out) as table:
        kept = len(table)
    assert 0 < kept < 24
    assert run_freely(str(spec), IRISES, "--out", str(out))[0] == 0
    spec.write_text(SPEC.replace("0.001", "0.002"))
    status, said, err = run_freely(str(spec), IRISES, "--out", str(out))
    assert (status, said) == (2, "")
    assert err == f"npnet sweep: file: expected one of the same sweep, got {out}, of one with other settings\n"


def test_halving_says_what_it_saved(spec, out, run_freely):
    status, said, _ = run_freely(str(spec), IRISES, "--out", str(out), "--halving", "2", "--monitor", "val_accuracy")
    assert status == 0
    assert "The best by val_accuracy" in said
    # 24 trials for 1, 12 for 2 and 6 for 4 epochs
    assert "Halving trained 72 of 96 epochs and saved 25%" in said


def test_the_file_is_called_as_the_settings_are(spec, tmp_path, run_freely, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, said, _ = run_freely(str(spec), IRISES, "--executor", "process", "--workers", "1")
    assert status == 0
    assert said.endswith("spec.sqlite has 24 trials, 0 of them failed\n")


def test_what_failed_says_why(tmp_path, out, run_freely):
    path = tmp_path / "spec.toml"
    path.write_text('target = "length"\n[[trials]]\nlearning_rate = 1e3\nepochs = 9\n[[trials]]\nepochs = 9\n')
    data = tmp_path / "data.csv"
    data.write_text("width,length\n" + "".join(f"{i},{2.5 * i}\n" for i in range(40)))
    status, said, _ = run_freely(str(path), str(data), "--out", str(out))
    assert status == 0
    assert re.search(r"trial 0 failed: the \w+ was not finite in epoch \d, batch \d", said)
    assert said.endswith("has 2 trials, 1 of them failed\n")
    # A reason that the table has kept is told in any language
    _, said, _ = run_freely(str(path), str(data), "--out", str(out), "--language", "zh")
    assert re.search(r"第 0 次试验失败：第 \d 轮第 \d 批的(更新量|梯度|损失)不是有限数", said)


def test_draws_and_rules(tmp_path, out, run_freely):
    path = tmp_path / "spec.toml"
    path.write_text(
        'target = "y"\nvalidation = 0.25\nseed = 3\n[kinds]\nx = "category"\n[rules]\nmissing = "fill"\n'
        '[format]\ndelimiter = ";"\n[all]\ndtype = "float64"\n[random]\ncount = 4\n[random.space]\n'
        "learning_rate = {low = 0.01, high = 0.1, log = true}\nunits = [[3], [4]]\nbatch_size = {low = 4, high = 9, "
        "whole = true}\nl2 = {low = 0.0, high = 0.1}\n"
    )
    data = tmp_path / "data.csv"
    data.write_text("x;y\n" + "1;a\n2;b\n;b\n3;a\n" * 8)
    assert run_freely(str(path), str(data), "--out", str(out))[::2] == (0, "")
    with load(out) as table:
        rows = list(table.rows())
    assert all(0.01 <= row["learning_rate"] <= 0.1 and 4 <= row["batch_size"] < 9 for row in rows)
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("target = ", "spec.toml: Invalid value"),
        ("folds = 3", "spec.toml: target: expected the column to predict, got None"),
        (
            SPEC.replace("[grid]", "[gird]"),
            "spec.toml: gird: no such entry; did you mean grid?; settings of all trials",
        ),
        (
            SPEC.replace("[grid]", "[trials]"),
            "spec.toml: trials: expected tables, one [[trials]] for each, got one [trials]",
        ),
        (
            SPEC.replace("[grid]", "[random]"),
            "random: expected count, seed and a table space, got units, learning_rate",
        ),
        (SPEC + "[random]\n", "expected one of grid, random, trials, got grid and random"),
        ('target = "species"', "expected one of grid, random, trials, got none"),
        (SPEC.replace("folds = 3", "folds = 1"), "spec.toml: folds: expected a whole number >= 2, got 1"),
        (SPEC.replace("folds = 3", "folds = 3\nvalidation = 0.5"), "spec.toml: validation: expected none beside folds"),
        (SPEC.replace("folds = 3", "validation = 1.5"), "spec.toml: validation: expected a finite number > 0 and < 1"),
        (
            SPEC.replace("folds = 3", "all = 3").replace("[all]", "[rules]"),
            "spec.toml: all: expected a table, [all], got 3",
        ),
        (SPEC.replace("folds = 3", "folds = 500"), "folds: expected at most one for each of 150 rows, got 500"),
        (
            SPEC.replace("units = [[]", "units = [3"),
            "trial 0, units=3, learning_rate=0.001, seed=0, fold=0: units: expected",
        ),
        (
            SPEC.replace("epochs", "epocs"),
            "trial 0, units=(), learning_rate=0.001, seed=0, fold=0: epocs: expected a setting",
        ),
        (SPEC.replace("species", "kind"), "target: expected a column of iris.csv, got 'kind'"),
        (SPEC + "[rules]\nmising = 'fill'\n", "rules: expected some of unknown, invalid, missing"),
        (SPEC + "[format]\ndecimals = ','\n", "format: expected some of decimal, thousands, delimiter, encoding, got"),
        (
            'target = "species"\n[random]\ncount = 2\n[random.space]\nl2 = {low = 0.1, top = 0.2}\n',
            "l2: expected low and high, with log = true or whole = true, got",
        ),
        (
            'target = "species"\n[random]\ncount = 2\n[random.space]\nl2 = {low = 0.3, high = 0.2}\n',
            "l2: high: expected a number above low, 0.3, got 0.2",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(tmp_path, out, run_freely, text, said):
    path = tmp_path / "spec.toml"
    path.write_text(text)
    status, printed, err = run_freely(str(path), IRISES, "--out", str(out))
    assert (status, printed, err.count("\n")) == (2, "", 1)
    assert err.replace(f"{tmp_path}{os.sep}", "").startswith(f"npnet sweep: {said}")
    assert not out.exists()


def test_files_that_are_not_there_are_named(spec, out, tmp_path, run_freely):
    nothing = str(tmp_path / "nothing")
    said = f"npnet sweep: {nothing}: No such file or directory\n"
    assert run_freely(nothing, IRISES, "--out", str(out)) == (2, "", said)
    assert run_freely(str(spec), nothing, "--out", str(out)) == (2, "", said)
    assert run_freely(str(spec), IRISES, "--out", str(tmp_path))[0] == 2


def test_a_scheduler_is_dasks(spec, out, run_freely):
    given = (str(spec), IRISES, "--out", str(out), "--scheduler", "tcp://127.0.0.1:1")
    status, _, err = run_freely(*given, "--executor", "process")
    assert (status, err) == (2, "npnet sweep: --scheduler: expected --executor dask, got process\n")


def test_a_scheduler_that_does_not_answer_is_named(spec, out, run_freely, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("npnet.sweeping.executors.CONNECT", "1s")
    status, _, err = run_freely(str(spec), IRISES, "--out", str(out), "--scheduler", "tcp://127.0.0.1:1")
    assert (status, err.count("\n")) == (2, 1)
    assert err.startswith("npnet sweep: scheduler: expected the address of one that answers, got 'tcp://127.0.0.1:1': ")


def test_a_cluster_is_found_by_its_address(spec, out, tmp_path, run_freely):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(1, threads_per_worker=1, processes=False, **PORTS) as cluster:
        given = (str(spec), IRISES, "--out", str(out), "--scheduler", cluster.scheduler_address)
        assert run_freely(*given)[0] == 0
    assert run_freely(str(spec), IRISES, "--out", str(tmp_path / "here.sqlite"))[0] == 0
    with load(out) as there, load(tmp_path / "here.sqlite") as here:
        assert bits(there) == bits(here)


@needs_mpi
def test_under_mpiexec_the_others_work_for_the_first(spec, out, tmp_path, run_freely):
    done = mpiexec(3, "-m", "npnet", "sweep", spec, IRISES, "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("has 24 trials, 0 of them failed\n")
    assert run_freely(str(spec), IRISES, "--out", str(tmp_path / "here.sqlite"))[0] == 0
    with load(out) as there, load(tmp_path / "here.sqlite") as here:
        assert bits(there) == bits(here)


@needs_mpi
def test_under_mpiexec_a_mistake_is_one_line_too(spec, out):
    spec.write_text("folds = 3")
    done = mpiexec(3, "-m", "npnet", "sweep", spec, IRISES, "--out", out)
    assert done.returncode != 0
    told = [line for line in done.stderr.splitlines() if line.startswith("npnet sweep")]
    assert told == [f"npnet sweep: {spec}: target: expected the column to predict, got None"]


def test_mpi_is_started_by_mpiexec(spec, out, run_freely):
    pytest.importorskip("mpi4py")
    done = subprocess.run(
        [sys.executable, "-m", "npnet", "sweep", str(spec), IRISES, "--out", str(out), "--executor", "mpi"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("npnet sweep: executor: expected mpiexec -n N to start this program for mpi")


def test_the_summary_has_a_chinese_edition(spec, out, run_freely):
    said = run_freely(str(spec), IRISES, "--out", str(out), "--halving", "--language", "zh")[1]
    assert "The best" not in said
    assert "trials" not in said
