"""Trainings are killed, and meet a full disk: a few of those of ``python -m tests.saving.crashing``."""

import pytest

pytest.importorskip("resource", reason="signals and limits are those of POSIX")

from tests.saving import crashing


def test_killed_trainings_end_as_if_they_had_not_been(capsys):
    crashing.main(["3", "--full", "2"])
    printed = capsys.readouterr().out
    assert printed.startswith("3 kills: ")
    assert "2 times a disk that may be full" in printed


def test_another_result_is_noticed(tmp_path):
    draws = crashing.random.Random(0)
    with pytest.raises(AssertionError):
        crashing.check_full_disk(tmp_path, 1, crashing.Whole("another", 1.0, 10**6), draws)
    (tmp_path / ".net.part").touch()
    with pytest.raises(AssertionError):
        crashing.check_folder(tmp_path)
