"""The targets of the fuzzer meet changed files, and find what is wrong."""

import random

import pytest

from npnet import MLP, tabular
from npnet.saving import container
from tests.fuzz import targets
from tests.fuzz.mutations import changed
from tests.fuzz.watch import Executed, watching

NAMES = sorted(targets.TARGETS)
CHANGED = 300


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_is_read_and_nothing_in_it_is_run(name, tmp_path):
    enter, seeds = targets.TARGETS[name]
    for content in seeds():
        enter(content, tmp_path)
        with watching():
            enter(content, tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_file_is_read_or_refused_and_nothing_else(name, tmp_path):
    enter, seeds = targets.TARGETS[name]
    files, draws = seeds(), random.Random(0)
    for _ in range(CHANGED):
        with watching():
            enter(changed(draws.choice(files), files, draws), tmp_path)


@pytest.mark.parametrize(
    "raised", [TypeError("x"), UnicodeDecodeError("utf-8", b"", 0, 1, "x"), ValueError("no name"), OSError("x")]
)
def test_another_error_than_one_that_names_the_file_is_noticed(raised):
    def read():
        raise raised

    with pytest.raises((AssertionError, type(raised))):
        targets.refused(read, "data.csv")


def test_a_reader_that_says_other_things_of_a_streamed_file_is_noticed(tmp_path, monkeypatch):
    (content, *_) = targets.table_seeds()
    monkeypatch.setattr(targets.StreamedTable, "read", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        targets.table(content, tmp_path)

    def refuse(path, **_):
        raise ValueError(f"{path}: refused")

    monkeypatch.setattr(targets.StreamedTable, "read", refuse)
    with pytest.raises(AssertionError, match="streamed"):
        targets.table(content, tmp_path)


def test_a_model_that_can_not_be_kept_is_noticed(tmp_path, monkeypatch):
    (content, *_) = targets.model_seeds()
    monkeypatch.setattr(MLP, "save", lambda self, path: path.write_bytes(b"other"))
    with pytest.raises(ValueError, match="model file"):
        targets.model(content, tmp_path)


def test_what_is_run_is_noticed():
    for run in (
        lambda: exec("1"),
        lambda: eval("1 + 1"),
        lambda: __import__("subprocess").run(["true"], check=True),
        lambda: __import__("pickle").loads(b"cbuiltins\nprint\n."),
        lambda: __import__("npnet_of_a_file"),
    ):
        with pytest.raises(Executed), watching():
            run()
    exec("1")


def test_a_model_with_settings_of_ones_own_is_made_around_them(tmp_path):
    for content in targets.model_seeds():
        if content[0] < targets.SETTINGS_ALONE:
            continue
        targets.model(content[:1] + b'{"format": 1, "settings": {}}', tmp_path)
        assert container.read(tmp_path / "model.safetensors")[0] == {}
        with pytest.raises(ValueError, match="preparation"):
            tabular.load(tmp_path / "model.safetensors")
