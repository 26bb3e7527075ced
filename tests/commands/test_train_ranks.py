"""``mpiexec npnet train``: the files of one process, and one voice."""

import pytest

from npnet import cli, datasets
from npnet.commands import _ranks
from npnet.engine.team import Team
from npnet.tabular.training.settings import Settings
from tests.mpi import needs_mpi, run

DATA = datasets._file("iris.csv")


def train(size, folder, *arguments):
    return run(size, "-m", "npnet", "train", DATA, "--target", "species", "--out", folder, "--epochs", 12, *arguments)


@needs_mpi
def test_any_number_of_processes_leaves_the_same_files(tmp_path):
    whole = tmp_path / "1"
    arguments = ["--target", "species", "--out", str(whole), "--epochs", "12", "--shards", "4"]
    assert cli.main(["train", str(DATA), *arguments]) == 0
    for size in (2, 4):
        done = train(size, tmp_path / str(size))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("The report:") == 1
        for name in ("model.safetensors", "history.csv"):
            assert (tmp_path / str(size) / name).read_bytes() == (whole / name).read_bytes()


@needs_mpi
def test_a_training_goes_on_with_another_number_of_processes(tmp_path):
    assert train(2, tmp_path / "whole").returncode == 0
    assert train(2, tmp_path / "begun", "--epochs", 5, "--checkpoint-every", 2).returncode == 0
    done = run(1, "-m", "npnet", "train", "--resume", tmp_path / "begun", "--epochs", 12)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "begun/history.csv").read_bytes() == (tmp_path / "whole/history.csv").read_bytes()


@needs_mpi
@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--activation", "nothing"], "activation: expected one of"),
        (["--rate", "1e30", "--optimizer", "sgd"], "is not finite"),
        (["--shards", "3"], "shards: expected a power of two that the number of ranks, 2, divides, got 3"),
    ],
)
def test_one_process_says_what_is_wrong(arguments, line, tmp_path):
    done = train(2, tmp_path / "out", *arguments)
    assert done.returncode != 0
    said = [one for one in done.stderr.splitlines() if "npnet" in one]
    assert len(said) == 1
    assert said[0].startswith("npnet train: ")
    assert line in said[0]


def test_without_mpiexec_there_is_one_process():
    found = _ranks.team({})
    assert (found.communicator, found.size, found.speaks()) == (None, 1, True)


def test_mpiexec_without_mpi4py_is_refused(monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "mpi4py", None)
    with pytest.raises(ValueError, match="mpiexec: expected mpi4py, which the extra mpi installs"):
        _ranks.team({"PMI_SIZE": "2"})


def test_shards_are_chosen_where_several_processes_train():
    class Communicator:
        def __init__(self, size):
            self.size = size

        def Get_rank(self):  # noqa: N802, as in mpi4py
            return 0

        def Get_size(self):  # noqa: N802
            return self.size

    settings = Settings("data.csv", "y")
    assert _ranks.sharded(settings, Team()).shards is None
    assert _ranks.sharded(settings, Team(Communicator(2))).shards == 4
    assert _ranks.sharded(settings, Team(Communicator(8))).shards == 8
    chosen = Settings("data.csv", "y", shards=2)
    assert _ranks.sharded(chosen, Team(Communicator(2))).shards == 2
