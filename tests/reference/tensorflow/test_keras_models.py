"""Nets to Keras models and back, with the moments of their optimizers."""

import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given, settings

import reference
from npnet import MLP, cli
from npnet.activations import GELU, GELUTanh, LeakyReLU
from npnet.optimizers import (
    SGD,
    SGDM,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    CenteredRMSProp,
    CenteredRMSPropMomentum,
    Momentum,
    Nadam,
    Nesterov,
    RMSProp,
    RMSPropMomentum,
)
from npnet.regularizers import L1, L2
from reference import from_keras, to_keras
from reference.bounds import cases
from reference.bounds.tolerance import bound
from reference.tensorflow import comparisons
from reference.tensorflow.floatx import floatx
from tests.reference.tensorflow.test_equivalence import assert_agree
from tests.strategies import seeds


def arrays(net, flat):
    """A flat vector, cut into arrays as the net's parameters are."""
    parts = [part for pair in zip(net.weights, net.biases) for part in pair]
    ends = np.cumsum([part.size for part in parts])
    return [cut.reshape(part.shape) for cut, part in zip(np.split(flat, ends[:-1]), parts)]


@settings(max_examples=15)
@given(seed=seeds)
def test_a_keras_model_predicts_the_same_and_comes_back_to_the_bit(seed):
    rng = np.random.default_rng(seed)
    net, x, *_ = cases.network(rng, "float32")
    optimizer = cases.optimizer(rng, "Adam", notes=False)()
    optimizer.step(net.parameters, cases.gradients(rng, 1, net.parameters.size, "float32")[0])
    assert_agree(comparisons.keras_round_trip(net, optimizer, x.astype("float32")))


@pytest.mark.parametrize(
    "optimizer",
    [SGD(0.125), SGDM(0.125, 0.875), Adagrad(0.125), RMSProp(0.125, 0.875), Adam(0.125, 0.875, 0.96875)],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_training_goes_on_in_keras_as_it_would_have_here(optimizer):
    rng = np.random.default_rng(0)
    net = MLP([3, 4, 2], hidden="tanh", dtype="float64", seed=0)
    x, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
    for _ in range(3):
        optimizer.step(net.parameters, net.loss_and_gradient(x, y)[1])
    model = to_keras(net, optimizer)
    for _ in range(3):
        optimizer.step(net.parameters, net.loss_and_gradient(x, y)[1])
        net_then = from_keras(model)
        gradient = net_then.loss_and_gradient(x, y)[1]
        with floatx("float64"):
            model.optimizer.apply(arrays(net_then, gradient), model.trainable_variables)
    returned = from_keras(model, optimizer)
    # Six steps of a loss with slopes of about 1: some hundred roundings of numbers of about 1
    np.testing.assert_allclose(returned.parameters, net.parameters, rtol=0, atol=200 * 2.0**-53)
    assert optimizer.iterations == 6


FIFTY = [
    SGD(0.125), SGDM(0.125, 0.875), Momentum(0.0625, 0.875), Nesterov(0.0625, 0.875), Adagrad(0.125),
    RMSProp(0.015625, 0.875), RMSPropMomentum(0.015625, 0.875), CenteredRMSProp(0.015625, 0.875),
    CenteredRMSPropMomentum(0.015625, 0.875), Adam(0.03125, 0.875, 0.96875), AMSGrad(0.03125, 0.875, 0.96875),
    Nadam(0.03125, 0.875, 0.96875), AdamW(0.03125, 0.875, 0.96875, weight_decay=0.125),
]  # fmt: skip


@pytest.mark.parametrize("optimizer", FIFTY, ids=lambda optimizer: type(optimizer).__name__)
def test_fifty_steps_here_and_fifty_in_keras_are_a_hundred_here(optimizer):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 3)).astype("float32"), rng.normal(size=(40, 2)).astype("float32")
    options = {"loss": "mse", "batch_size": 8, "shuffle": False}

    def trained(epochs, nudge=0):
        net, used = MLP([3, 4, 2], hidden="tanh", seed=0), optimizer.clone()
        signs = np.random.default_rng(nudge).choice([-1, 1], net.parameters.size)
        net.parameters += np.where(nudge, signs * bound(100, abs(net.parameters) + 1, "float32"), 0).astype("float32")
        net.fit(x, y, optimizer=used, epochs=epochs, **options)
        return net, used

    net, used = trained(10)
    model = to_keras(net, used)
    model.compile(model.optimizer, "mse")
    model.fit(x, y, epochs=10, batch_size=8, shuffle=False, verbose=0)
    returned = from_keras(model, used)
    whole, same = trained(20)
    assert used.iterations == same.iterations == 100
    # How far roundings of the initial weights move a hundred steps; a step that Keras counts from 1 again moves further
    limit = 4 * max(abs(trained(20, nudge)[0].parameters - whole.parameters).max() for nudge in (1, 2, 3))
    assert limit < 1e-2
    assert abs(returned.parameters - whole.parameters).max() <= limit


@pytest.mark.parametrize("weights", ["sample_weight", "class_weight"])
def test_keras_weighs_samples_and_classes_as_npnet_does(weights):
    rng = np.random.default_rng(0)
    net = MLP([3, 4, 3], hidden="tanh", output="softmax", dtype="float64", seed=0)
    x, y = rng.normal(size=(10, 3)), np.eye(3)[rng.integers(0, 3, 10)]
    options = {weights: cases.sample_weights(rng, 10, "float64") if weights == "sample_weight" else {0: 0.5, 2: 3.0}}
    with floatx("float64"):
        model = to_keras(net)
        model.compile(keras.optimizers.SGD(0.125), "mse")
        theirs = model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0, **options).history
        options.pop("class_weight", None)
        evaluated = model.evaluate(x, y, batch_size=4, verbose=0, **options)
    if weights == "class_weight":
        options = {"class_weight": {0: 0.5, 2: 3.0}}
    history = net.fit(x, y, "mse", SGD(0.125), 3, 4, shuffle=False, **options)
    options.pop("class_weight", None)
    # Nine steps of a loss with slopes of about 1: some hundred roundings of numbers of about 1 to 30
    limit = 200 * 30 * 2.0**-53
    np.testing.assert_allclose(from_keras(model).parameters, net.parameters, rtol=0, atol=limit)
    np.testing.assert_allclose(theirs["loss"], history.loss, rtol=0, atol=limit)
    assert abs(evaluated - net.evaluate(x, y, "mse", batch_size=4, **options).loss) <= limit


def test_optimizers_that_are_no_counterparts_are_refused():
    net = MLP([2, 1], seed=0)
    model = to_keras(net, Adam(0.1))
    for wrong in (SGD(0.1), Adam(0.2), Adam(0.1, beta_1=0.5)):
        with pytest.raises(ValueError, match="model: expected"):
            from_keras(model, wrong)
    model.optimizer = keras.optimizers.Adam(0.1, amsgrad=True)
    model.optimizer.build(model.trainable_variables)
    with pytest.raises(ValueError, match="model: expected an optimizer without amsgrad"):
        from_keras(model, Adam(0.1))
    with pytest.raises(ValueError, match="model: expected a built Adam as its optimizer"):
        from_keras(to_keras(net), Adam(0.1))


def test_what_keras_can_not_hold_is_refused():
    net = MLP([2, 3], output="softmax", seed=0)
    with pytest.raises(ValueError, match="net: expected float32 or float64"):
        to_keras(net.astype("longdouble"))
    used = Adam()
    used.step(np.ones(4), np.ones(4))
    with pytest.raises(ValueError, match="as the optimizer's m has it"):
        to_keras(net, used)


def test_activations_come_back():
    net = MLP([2, 3, 3, 2], ["tanh", LeakyReLU(0.25)], "softmax", seed=0)
    assert repr(from_keras(to_keras(net)).activations) == repr(net.activations)


# Keras makes an array of a variable in a way that NumPy is about to give up
@pytest.mark.filterwarnings("ignore:__array__ implementation")
@pytest.mark.parametrize("hidden", [GELUTanh(), GELU()])
def test_a_gelu_comes_back_from_a_file_and_the_command_checks_it(hidden, tmp_path, capsys):
    net = MLP([4, 5, 3], hidden, seed=0)
    model = to_keras(net, SGD(0.125))
    model.compile(model.optimizer, "mse")
    path = tmp_path / "model.keras"
    model.save(path)
    back = from_keras(keras.models.load_model(path))
    assert back.activations == net.activations
    np.testing.assert_array_equal(back.parameters, net.parameters)
    assert cli.main(["check", str(path), "--steps", "2"]) == 0
    assert f"[{hidden.name}, identity]" in capsys.readouterr().out.replace("\n", "")


def test_a_users_partial_gelu_is_read():
    for approximate, kind in ((True, GELUTanh), (False, GELU)):
        gelu = partial(keras.activations.gelu, approximate=approximate)
        net = from_keras(keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, gelu)]))
        assert type(net.activations[0]) is kind


def test_layers_without_biases_and_penalties_of_each_layer_come_back():
    penalties = [L2(0.5), None, L1(0.25)]
    net = MLP([2, 3, 3, 2], use_bias=[False, True, False], kernel_regularizer=penalties, seed=0)
    back = from_keras(to_keras(net))
    np.testing.assert_array_equal(back.parameters, net.parameters)
    assert (back.use_bias, back.regularizer) == (net.use_bias, net.regularizer)


def test_momentum_that_is_0_comes_back_without_a_moment():
    net, optimizer = MLP([2, 3], seed=0), SGDM(0.125, 0.0)
    optimizer.step(net.parameters, np.ones_like(net.parameters))
    model = to_keras(net, optimizer)
    back = SGDM(0.125, 0.0)
    returned = from_keras(model, back)
    assert back.iterations == 1
    for one, other in ((net, optimizer), (returned, back)):
        other.step(one.parameters, np.ones_like(one.parameters))
    np.testing.assert_array_equal(returned.parameters, net.parameters)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_keras_takes_for_granted_stays_as_it_was(dtype):
    # In a process whose first layer it is, since the first one decides Keras's policy
    code = (
        "import keras, numpy as np; from npnet import MLP, optimizers; from reference import to_keras\n"
        f"net = MLP([2, 3], dtype={dtype!r}, kernel_regularizer='l2', seed=0)\n"
        "model = to_keras(net, optimizers.Adam())\n"
        "print(model(np.ones((1, 2), net.dtype)).dtype.name, model.optimizer.learning_rate.dtype)\n"
        "print(keras.config.floatx(), keras.config.dtype_policy().name, keras.layers.Dense(1).dtype)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout == f"{dtype} {dtype}\nfloat32 float32 float32\n", done.stderr


def test_the_readmes_example_runs():
    readme = (Path(reference.__file__).parent / "README.md").read_text(encoding="utf-8")
    (example,) = [text for text in re.findall(r"```python\n(.*?)```", readme, re.DOTALL) if "to_keras" in text]
    names = {}
    exec(example, names)
    assert names["net"].widths == (4, 16, 3)
