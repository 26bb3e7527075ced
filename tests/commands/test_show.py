"""``npnet show``: what a model file holds, and its exit status."""

import re

import numpy as np
import pytest

from npnet import MLP, Ensemble, cli
from npnet.activations import LeakyReLU
from npnet.callbacks import Checkpoint, EarlyStopping
from npnet.optimizers import Adam
from npnet.regularizers import L2
from npnet.saving import container
from npnet.tabular import Rules, Table, train

COMMAND = "show"
X, Y = np.random.default_rng(0).normal(size=(40, 3)), np.arange(40) % 2


@pytest.fixture
def net():
    return MLP([3, 1000, 2], LeakyReLU(0.5), "softmax", seed=0, use_bias=[True, False], kernel_regularizer=L2(0.1))


def test_a_nets_layers_and_what_belongs_to_them(net, tmp_path, run):
    net.save(tmp_path / "net.safetensors")
    status, out, err = run(str(tmp_path / "net.safetensors"))
    assert (status, err) == (0, "")
    assert re.match(r"net\.safetensors: MLP, written by npnet \S+ with NumPy \d\S+\n", out)
    assert re.search(r"\n +1 +3 → 1000 +LeakyReLU\(0\.5\) +4,000 *\n", out)
    assert re.search(r"\n +2 +1000 → 2 +softmax +2,000 *\n", out)
    assert re.search(r"\n +all +6,000 *\n", out)
    assert re.search(r"\ndtype +float32 *\nloss +CategoricalCross.*\nregularizer +L2\(0\.1\) *\n$", out)


def test_the_optimizer_with_its_steps(net, tmp_path, run):
    optimizer = Adam(0.01)
    net.fit(X, Y, optimizer=optimizer)
    net.save(tmp_path / "net", optimizer)
    assert re.search(r"\noptimizer +Adam\(0\.01, .*\), *\n? *after 2 steps", run(str(tmp_path / "net"))[1])


def test_a_checkpoint_says_how_far_it_came(net, tmp_path, run_in_words):
    path = tmp_path / "run"
    history = net.fit(X, Y, epochs=3, callbacks=[Checkpoint(path)], validation_split=0.25)
    status, out, err = run_in_words(str(path))
    assert (status, err) == (0, "")
    assert "training a checkpoint after 3 epochs; fit(…, resume=…) goes on from it" in out
    assert f"val_loss {history.val_loss[-1]:.6g}" in out
    assert f"NumPy {np.__version__}, instructions" in out
    net.fit(X, Y, epochs=9, callbacks=[EarlyStopping("loss", 1, min_delta=100.0), Checkpoint(path)])
    out = run_in_words(str(path))[1]
    assert "a checkpoint after 2 epochs, with which the training ended" in out
    assert "settings batch_size=32, callbacks=" in out


def test_an_ensemble_has_members(tmp_path, run):
    Ensemble([3, 2], output="softmax", members=4).save(tmp_path / "nets")
    out = run(str(tmp_path / "nets"))[1]
    assert out.startswith("nets: Ensemble, written by")
    assert re.search(r"\nmembers +4 *\n", out)


def test_all_that_is_said_of_a_model_is_chinese(table, tmp_path, capsys):
    train(table, epochs=1).save(tmp_path / "model")
    assert cli.main(["show", str(tmp_path / "model"), "--language", "zh"]) == 0
    printed = capsys.readouterr().out
    assert not re.search(r"(?<!-)\b(columns|classes|rules|target|number|category|truth|what|refused)\b", printed)


def test_all_that_is_said_is_chinese(net, tmp_path, capsys):
    net.fit(X, Y, optimizer=Adam(), callbacks=[Checkpoint(tmp_path / "run")])
    assert cli.main(["show", str(tmp_path / "run"), "--language", "zh"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert len(re.findall("[一-鿿]", printed.out)) > 20
    assert not re.search(r"(?<!-)\b(the|of|is|with|and|a|after)\b(?!-)", printed.out)


def test_what_is_no_model_file_is_one_line_and_status_2(tmp_path, run):
    (tmp_path / "text").write_text("a,b\n1,2\n3,4\n")
    expected = "expected a model file of npnet, got another kind of file\n"
    assert run(str(tmp_path / "text")) == (2, "", f"npnet show: {tmp_path / 'text'}: {expected}")
    assert run(str(tmp_path / "none")) == (2, "", f"npnet show: {tmp_path / 'none'}: No such file or directory\n")
    container.write(tmp_path / "other", {}, {})
    assert run(str(tmp_path / "other"))[::2] == (
        2, f"npnet show: {tmp_path / 'other'}: net: expected a net, got None\n",
    )  # fmt: skip


def test_texts_of_a_file_do_not_reach_the_terminal_as_they_are(net, tmp_path, run):
    net.save(tmp_path / "net")
    settings, arrays = container.read(tmp_path / "net")
    settings |= {"versions": {"npnet": "\x1b[31m", "numpy": ["x"] * 99}, "\x1b]0;title": 1}
    container.write(tmp_path / "net", settings, arrays)
    status, out, _ = run(str(tmp_path / "net"))
    assert status == 0
    assert "\x1b" not in out
    assert "other parts" in out


@pytest.fixture
def table():
    return Table.read({"length": [1.0, 2.0] * 20, "colour": ["red", "blue"] * 20, "sold": [True, False] * 20,
                       "y": ["no", "yes"] * 20}, "y")  # fmt: skip


def test_a_models_columns_classes_and_rules(table, tmp_path, run):
    train(table, epochs=1).save(tmp_path / "model")
    status, out, err = run(str(tmp_path / "model"))
    assert (status, err) == (0, "")
    assert re.search(r"\ncolumns +length \(number\), colour \(category, 2\), sold \(truth value\) *\n", out)
    assert re.search(r"\ntarget +y \(category, 2\) *\nclasses +no, yes *\nrules +what does not fit is refused", out)
    train(table, epochs=1, rules=Rules(missing="fill", extra="drop")).save(tmp_path / "model")
    assert re.search(r"\nrules +missing=fill, extra=drop *\n", run(str(tmp_path / "model"))[1])


def test_of_very_many_classes_the_others_are_counted(tmp_path, run_in_words):
    table = Table.read({"x": [float(i) for i in range(80)], "y": [f"c{i:02}" for i in range(40)] * 2}, "y")
    train(table, epochs=1, validation=None).save(tmp_path / "model")
    assert "c28, c29, and 10 more rules" in run_in_words(str(tmp_path / "model"))[1]


def test_a_preparation_that_is_none_and_texts_in_it(table, tmp_path, run):
    train(table, epochs=1).save(tmp_path / "model")
    settings, arrays = container.read(tmp_path / "model")
    settings["preparation"]["features"][0]["name"] = "\x1b[31m"
    container.write(tmp_path / "model", settings, arrays)
    status, out, _ = run(str(tmp_path / "model"))
    assert status == 0
    assert "\x1b" not in out
    container.write(tmp_path / "model", settings | {"preparation": {"version": 1}}, arrays)
    status, out, err = run(str(tmp_path / "model"))
    assert (status, out) == (2, "")
    assert err.startswith(f"npnet show: {tmp_path / 'model'}: preparation: expected version, features, target, rules")
