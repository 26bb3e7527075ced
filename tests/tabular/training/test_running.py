"""A training as a whole: its files, its figures and its report; and going on after it was stopped."""

import csv
import locale
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from npnet.callbacks import Checkpoint
from npnet.engine.team import Team
from npnet.language import ENGLISH, get
from npnet.tabular import load
from npnet.tabular.training import figures, report, running
from npnet.tabular.training.settings import Settings
from tests.engine import threads
from tests.tabular.tables import written


def rows(count=60, seed=0):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, count)).round(3)
    names = np.array(["$in$", "<out>"])[(x**2 + y**2 > 1).astype(int)]
    return "x,y,where\n" + "".join(f"{a},{b},{name}\n" for a, b, name in zip(x, y, names))


@pytest.fixture
def settings(tmp_path):
    return Settings(str(written(tmp_path, rows())), "where", hidden=(8,), epochs=12, checkpoint_every=2)


def run(settings, out, say=ENGLISH, verbose=0, team=None):
    if not (out / running.SETTINGS).exists():
        running.begin(settings, out)
    return running.run(settings, settings.read(), out, say, verbose, team or Team())


def test_the_folder_has_all_that_is_said(settings, tmp_path):
    out = tmp_path / "out"
    outcome = run(settings, out)
    there = {path.name for path in out.iterdir()}
    assert there == {*outcome.files, "training.json", "checkpoint.safetensors"}
    assert {"model.safetensors", "history.csv", "report.html", "surface.svg", "confusion.png"} < there
    assert running.kept(out) == settings
    test = written(tmp_path, rows(20, 1), "test.csv")
    np.testing.assert_array_equal(load(out / "model.safetensors").predict(test), outcome.model.predict(test))


def test_the_history_has_each_epoch_exactly(settings, tmp_path):
    outcome = run(settings, tmp_path / "out")
    with open(tmp_path / "out" / "history.csv", newline="") as file:
        read = list(csv.DictReader(file))
    assert [row["epoch"] for row in read] == [str(epoch) for epoch in range(outcome.history.epochs)]
    for name, column in outcome.history.columns.items():
        assert [float(row[name]) for row in read] == column.tolist()
    assert {"loss", "accuracy", "learning_rate", "val_loss", "val_accuracy"} == set(outcome.history.columns)


def test_the_history_has_the_same_ends_of_lines_everywhere(settings, tmp_path):
    run(settings, tmp_path / "out")
    content = (tmp_path / "out" / "history.csv").read_bytes()
    assert content.count(b"\n") == 1 + settings.epochs
    assert b"\r" not in content


def test_epochs_are_shown_where_that_is_asked_for(settings, tmp_path, capsys):
    run(settings, tmp_path / "quiet")
    assert capsys.readouterr().out == ""
    run(settings, tmp_path / "shown", verbose=1)
    assert len(re.findall(r"^epoch \d+: loss", capsys.readouterr().out, re.M)) == settings.epochs


def test_seconds_are_those_from_the_start_to_the_end(settings, tmp_path, monkeypatch):
    times = iter([1000.0, 1002.5])
    monkeypatch.setattr(running, "time", SimpleNamespace(perf_counter=lambda: next(times)))
    assert run(settings, tmp_path / "out").seconds == 2.5


def test_of_two_processes_both_train_one_net_and_the_first_one_alone_has_an_outcome(settings, tmp_path):
    settings = replace(settings, shards=2, checkpoint_every=0, epochs=2)
    alone, out = run(settings, tmp_path / "alone"), tmp_path / "out"
    running.begin(settings, out)
    first, second = threads.run(2, lambda communicator: run(settings, out, team=Team(communicator)))
    assert second is None
    assert np.array_equal(first.model.net.parameters, alone.model.net.parameters)


def test_two_processes_do_not_train_two_nets(settings, tmp_path):
    running.begin(settings, tmp_path)
    ranks = threads.run(
        2, lambda communicator: run(replace(settings, seed=communicator.rank), tmp_path, team=Team(communicator))
    )
    assert [type(error) for error in ranks] == [ValueError] * 2
    assert not (tmp_path / running.MODEL).exists()


def test_settings_are_read_as_they_were_written_whatever_the_locale_is(settings, tmp_path):
    settings = replace(settings, target="种类")
    running.begin(settings, tmp_path)
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C")
        assert running.kept(tmp_path) == settings
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


@pytest.mark.parametrize("epoch", [1, 5, 12])
def test_a_training_that_was_stopped_ends_with_the_same_bytes(settings, tmp_path, monkeypatch, epoch):
    run(settings, tmp_path / "whole")
    after = Checkpoint.after_epoch

    def stop(self, training):
        after(self, training)
        if training.history.epochs == epoch:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Checkpoint, "after_epoch", stop)
        run(settings, tmp_path / "stopped")
    assert not (tmp_path / "stopped" / "model.safetensors").exists()
    outcome = run(running.kept(tmp_path / "stopped"), tmp_path / "stopped")
    for name in ("model.safetensors", "history.csv", "confusion.svg", "checkpoint.safetensors"):
        assert (tmp_path / "stopped" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
    assert outcome.resumed == (epoch > 1)
    assert ("gone on with after a checkpoint" in dict(outcome.facts)["training"]) == (epoch > 1)


def test_what_a_training_that_was_killed_left_of_files_is_gone_when_it_goes_on(settings, tmp_path):
    outcome = run(settings, tmp_path / "out")
    there = sorted(path.name for path in (tmp_path / "out").iterdir())
    for name in ("training.json", *outcome.files):
        (tmp_path / "out" / f".{name}.a1b2c3_4.part").touch()
    run(settings, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == there


def test_a_training_goes_on_with_other_rows_no_more(settings, tmp_path):
    run(settings, tmp_path / "out")
    written(tmp_path, rows(seed=1))
    with pytest.raises(ValueError, match=r"resume: expected the x that .* was trained with, got others"):
        run(settings, tmp_path / "out")


def test_a_training_is_not_lost_to_another_one_unless_that_is_asked_for(settings, tmp_path):
    out = tmp_path / "out"
    running.check(out, overwrite=False)
    out.mkdir()
    running.check(out, overwrite=False)
    run(settings, out)
    with pytest.raises(ValueError, match=r"--out: expected a folder without a training, got .*--overwrite replaces"):
        running.check(out, overwrite=False)
    running.check(out, overwrite=True)
    (out / "mine.txt").write_text("mine")
    running.begin(settings, out)
    assert {path.name for path in out.iterdir()} == {"training.json", "mine.txt"}


def test_settings_that_are_none_are_named(tmp_path):
    (tmp_path / "training.json").write_text("{}")
    with pytest.raises(ValueError, match=r"training\.json: expected the settings of a training"):
        running.kept(tmp_path)


def test_the_report_needs_nothing_beside_it_and_escapes_names(settings, tmp_path):
    run(settings, tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    sizes = re.findall(r'<svg viewBox="0 0 ([\d.]+) [\d.]+" style="width: ([\d.]+)pt; min-width: ([\d.]+)pt"', page)
    assert len(sizes) == 3
    for own, width, least in sizes:
        assert (float(width), float(least)) == pytest.approx((float(own), float(own) * 2 / 3), rel=1e-5)
    assert not re.search(r'(src|href)="(?!#)|@import|url\((?!#)', page)
    assert "<out>" not in page
    assert "&lt;out&gt;" in page
    assert "$in$" in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:url\(|href=")#([^")]+)', page)) <= set(ids)


def test_all_that_the_report_says_is_chinese(settings, tmp_path):
    outcome = run(settings, tmp_path / "out", get("zh"))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    seen = re.sub(r"<(style|pre|code)\b.*?</\1>|<[^>]*>|Categorical\S+|MLP\(.*?\)|Adam\(.*?\)", " ", page, flags=re.S)
    seen = seen.replace(outcome.settings.data, "")
    assert len(re.findall("[一-鿿]", seen)) > 150
    assert set(re.findall(r"[A-Za-z]{2,}", seen)) == {"where", "npnet", "in", "lt", "gt", "out"}
    # Names are not translated, be they words of ours
    drawings = {name: kinds["svg"] for name, kinds in figures.drawn(outcome).items()}
    assert report.render(outcome, drawings, ENGLISH) != page


def test_a_number_has_predictions_over_true_ones(tmp_path):
    x = np.linspace(-1, 1, 50).round(3)
    data = written(tmp_path, "a,b,c\n" + "".join(f"{v},{v * v},{3 * v}\n" for v in x))
    outcome = run(Settings(str(data), "c", epochs=3, checkpoint_every=0), tmp_path / "out")
    assert {"predicted.svg", "predicted.png", "surface.svg"} < set(outcome.files)
    assert "confusion.svg" not in outcome.files
    assert not (tmp_path / "out" / "checkpoint.safetensors").exists()


@pytest.mark.parametrize(
    ("classes", "features"), [(2, 3), (30, 2), (7, 2)], ids=["no surface", "very many classes", "other marks"]
)
def test_figures_of_few_and_many_classes(tmp_path, classes, features):
    rng = np.random.default_rng(0)
    header = ",".join([*(f"x{i}" for i in range(features)), "y"])
    lines = [",".join([*map(str, rng.normal(size=features)), f"c{i % classes}"]) for i in range(10 * classes)]
    data = written(tmp_path, "\n".join([header, *lines]) + "\n")
    outcome = run(Settings(str(data), "y", epochs=2, validation=0.3), tmp_path / "out")
    assert ("surface.svg" in outcome.files) == (features == 2)
    assert len(outcome.by_class) == classes


def test_the_surface_has_the_classes_that_the_net_says(settings, tmp_path):
    figure = figures.surface(run(settings, tmp_path / "out"))
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == [r"\$in\$", "<out>"]
    assert len(figure.axes[0].collections) == 4


def test_the_confusion_has_the_rows_held_out(settings, tmp_path):
    outcome = run(settings, tmp_path / "out")
    counts = [int(text.get_text()) for text in figures.confusion(outcome).axes[0].texts]
    assert sum(counts) == len(outcome.held_out)


def test_chinese_names_are_drawn_without_a_warning(tmp_path):
    data = written(tmp_path, "长度,颜色\n" + "1,红\n2,蓝\n" * 10)
    outcome = run(Settings(str(data), "颜色", epochs=2), tmp_path / "out")
    assert "红" in (tmp_path / "out" / "confusion.svg").read_text(encoding="utf-8")
    assert outcome.classes == ("红", "蓝")


def test_a_surface_of_numbers_says_what_its_heights_are_and_numbers_stay_in_one_piece(tmp_path):
    x, y = np.random.default_rng(0).normal(size=(2, 40)).round(3)
    text = "x,y,height\n" + "".join(f"{a},{b},{a - b:.3f}\n" for a, b in zip(x, y))
    out = tmp_path / "out"
    run(Settings(str(written(tmp_path, text)), "height", hidden=(4,), epochs=2), out)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "epsilon=<span>1e-07</span>" in page
    assert ">height</text>" in (out / "surface.svg").read_text(encoding="utf-8")
