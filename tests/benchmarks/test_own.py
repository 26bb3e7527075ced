"""A net of one's own: what is taken over, and what is refused."""

import dataclasses

import pytest

from benchmarks import __main__ as command
from benchmarks import own
from benchmarks.contestants import entries
from benchmarks.race import Settings

SETTINGS = {"hidden": "relu", "output": "softmax", "loss": None, "rule": "adam", "batch": 64}


def test_widths_name_the_net_and_the_options_its_training():
    (case,) = own.benchmark("784-128-10", **SETTINGS).cases
    assert (case.widths, case.batch_size, case.loss) == ((784, 128, 10), 64, "categorical_crossentropy")
    x, y = case.arrays()["x"], case.arrays()["y"]
    assert (x.shape, y.shape) == ((512, 784), (512, 10))
    # One-hot labels
    assert (y.sum(axis=1) == 1).all()


def test_without_a_softmax_the_targets_are_numbers_and_the_loss_is_the_squared_error():
    (case,) = own.benchmark("20-8-1", **SETTINGS | {"output": "identity"}).cases
    y = case.arrays()["y"]
    assert case.loss == "mse"
    assert ((y > 0) & (y < 1)).mean() > 0.9


def test_epsilon_is_so_small_that_its_place_makes_no_difference():
    assert {own.optimizer(name).epsilon for name in ("adagrad", "rmsprop", "adam")} == {own.EPSILON}


@pytest.mark.parametrize(
    ("net", "changed", "words"),
    [
        ("784", {}, "--net: expected widths such as 784-128-10, or a .keras file, got '784'"),
        ("784--10", {}, "--net: expected widths"),
        ("4-0-3", {}, "--net: expected widths"),
        ("100000-100000-10", {}, "--net: expected at most 50,000,000 parameters, got"),
        ("nowhere.keras", {}, "--net: no such file: nowhere.keras"),
        ("4-1", {}, "--output: softmax needs at least two units"),
        ("4-3", {"output": "tanh", "loss": "categorical_crossentropy"}, "--loss: after a tanh, expected mse, got"),
        ("4-3", {"loss": "huber"}, "--loss: after a softmax, expected categorical_crossentropy or mse, got 'huber'"),
        ("4-3", {"rule": "lion"}, "--optimizer: expected one of sgd, "),
    ],
)
def test_what_can_not_be_raced_is_refused_by_name(net, changed, words):
    with pytest.raises(ValueError, match=words):
        own.benchmark(net, **SETTINGS | changed)


def test_contestants_are_named_and_npnet_always_takes_part():
    assert own.contestants("jax, tf function,jax") == ("npnet", "jax", "tf function")
    assert own.contestants("npnet") == ("npnet",)
    with pytest.raises(ValueError, match="did you mean 'tf function'"):
        own.contestants("tf functions")


# Of Keras, which copies variables of TensorFlow
copying = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def keras_file(tmp_path):
    keras = pytest.importorskip("keras")

    def save(*layers):
        model = keras.Sequential([keras.Input((5,)), *layers])
        model.save(tmp_path / "net.keras")
        return str(tmp_path / "net.keras")

    return save


@copying
def test_a_keras_file_gives_widths_and_activations(keras_file):
    from keras.layers import Dense

    file = keras_file(Dense(7, "tanh"), Dense(6, "tanh"), Dense(2, "sigmoid"))
    (case,) = own.benchmark(file, **SETTINGS).cases
    assert (case.widths, case.hidden, case.output, case.loss) == ((5, 7, 6, 2), "tanh", "sigmoid", "mse")


@copying
def test_a_keras_file_of_other_layers_is_refused(keras_file, tmp_path):
    from keras.layers import Dense, Dropout

    with pytest.raises(ValueError, match="in all hidden layers"):
        own.benchmark(keras_file(Dense(7, "tanh"), Dense(6, "relu"), Dense(2)), **SETTINGS)
    with pytest.raises(ValueError, match=r"net\.keras: .*Dropout"):
        own.benchmark(keras_file(Dense(7, "tanh"), Dropout(0.5), Dense(2)), **SETTINGS)
    (tmp_path / "other.keras").write_text("no model")
    with pytest.raises(ValueError, match=r"--net: .*other\.keras"):
        own.benchmark(str(tmp_path / "other.keras"), **SETTINGS)


def test_the_command_races_it_in_a_folder_of_its_own(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(command, "QUICK", Settings(2, 0.001, False))
    monkeypatch.setattr(command, "RESULTS", tmp_path)
    absent = dataclasses.replace(entries()["jax"], package="a_package_that_nobody_has")
    monkeypatch.setattr(command, "entries", lambda: entries() | {"jax": absent})
    assert command.main(["--net", "4-5-3", "--batch", "8", "--with", "jax", "--quick", "--threads", "1"]) == 0
    out = capsys.readouterr().out
    assert "left out: jax: a_package_that_nobody_has is not installed" in out
    assert "npnet: `MLP.fit`, `Ensemble.fit`" in out
    report = (tmp_path / "quick-4-5-3-batch-8-net" / "report.md").read_text(encoding="utf-8")
    assert "| threads | openblas 1" in report


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--net", "4-3", "--only", "digits"], "--only: expected no other benchmark beside --net"),
        (["--net", "4"], "--net: expected widths"),
        (["--with", "nobody"], "--with: expected some of npnet, "),
    ],
)
def test_mistakes_give_one_line_and_status_2(arguments, words, capsys):
    assert command.main(arguments) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert words in error
