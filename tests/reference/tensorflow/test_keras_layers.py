"""What of a Keras model is read, and what is refused: nothing is left out in silence."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from npnet import activations
from npnet.regularizers import L1, L1L2, L2
from reference import from_keras
from reference.tensorflow.keras_layers import dense_layers


@pytest.fixture(autouse=True)
def same_weights():
    keras.utils.set_random_seed(0)


def functional(outputs, features=4):
    inputs = keras.Input((features,))
    return keras.Model(inputs, outputs(inputs))


def sequential(*chain, features=4, dtype="float32"):
    return keras.Sequential([keras.Input((features,), dtype=dtype), *chain])


def assert_same_outputs(model, net):
    x = np.random.default_rng(0).normal(size=(6, net.widths[0])).astype(net.dtype)
    theirs = model(x.reshape(6, *model.inputs[0].shape[1:])).numpy()
    np.testing.assert_allclose(net(x), theirs, rtol=0, atol=64 * np.finfo(net.dtype).eps)


# What is read

ACCEPTED = {
    "sequential": lambda: sequential(layers.Dense(3, "relu"), layers.Dense(2)),
    "functional": lambda: functional(lambda x: layers.Dense(2, "softmax")(layers.Dense(3, "tanh")(x))),
    "activation layers": lambda: sequential(
        layers.Dense(3), layers.Activation("sigmoid"), layers.Dense(3), layers.ReLU(), layers.Dense(2), layers.Softmax()
    ),
    "leaky": lambda: sequential(layers.Dense(3), layers.LeakyReLU(negative_slope=0.25), layers.Dense(2, "leaky_relu")),
    "a ReLU with a slope": lambda: sequential(layers.Dense(3), layers.ReLU(negative_slope=0.25)),
    "TensorFlow's functions": lambda: sequential(layers.Dense(3, tf.nn.relu), layers.Dense(2, tf.nn.softmax)),
    "without biases": lambda: sequential(layers.Dense(3, "relu", use_bias=False), layers.Dense(2)),
    "a model in a model": lambda: sequential(sequential(layers.Dense(3, "relu")), layers.Dense(2)),
    "a flat Flatten": lambda: sequential(layers.Dense(3, "relu"), layers.Flatten(), layers.Dense(2)),
    "images": lambda: keras.Sequential([keras.Input((2, 3)), layers.Flatten(), layers.Dense(2, "relu")]),
    "float64": lambda: sequential(layers.Dense(3, "tanh", dtype="float64"), dtype="float64"),
    # Its layers have two calls each, but one of this model
    "half of an autoencoder": lambda: _decoder(),
}


def _decoder():
    inputs, code = keras.Input((4,)), keras.Input((2,))
    decode = layers.Dense(4, "sigmoid")
    keras.Model(inputs, decode(layers.Dense(2, "relu")(inputs)))
    return keras.Model(code, decode(code))


@pytest.mark.parametrize("make", ACCEPTED.values(), ids=ACCEPTED)
def test_a_chain_of_dense_layers_is_read(make):
    model = make()
    net = from_keras(model)
    assert_same_outputs(model, net)
    assert net.parameters.size == model.count_params()


def test_activations_are_those_of_keras_and_not_of_their_name():
    chosen = [layers.Dense(3, name) for name in ("linear", "sigmoid", "tanh", "relu", "softmax", "leaky_relu")]
    net = from_keras(sequential(*chosen))
    expected = ["identity", "sigmoid", "tanh", "relu", "softmax", "leaky_relu"]
    assert net.activations == [activations.get(name) for name in expected]


def test_layers_of_an_activation_that_is_another_ones():
    chosen = [layers.ReLU(max_value=6), layers.ReLU(negative_slope=0.25), layers.LeakyReLU(negative_slope=0)]
    net = from_keras(sequential(*(part for made in chosen for part in (layers.Dense(3), made))))
    assert net.activations == [activations.get("relu6"), activations.LeakyReLU(0.25), activations.get("relu")]


def test_each_layer_has_its_own_penalty():
    rules = [keras.regularizers.L2(0.01), None, keras.regularizers.L1(0.5), keras.regularizers.L1L2(0.25, 0.125)]
    net = from_keras(sequential(*(layers.Dense(3, kernel_regularizer=rule) for rule in rules)))
    assert net.regularizer == (L2(0.02), None, L1(0.5), L1L2(0.25, 0.25))


# What is refused


def relu(x):
    """Not what its name says."""
    return keras.ops.maximum(x, 0.1 * x)


class Doubled(layers.Dense):
    """Not what its base does."""

    def call(self, inputs):
        return 2 * super().call(inputs)


class Own(keras.Model):
    """A model whose own lines compute it."""

    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(2)

    def call(self, inputs):
        return self.dense(inputs) + inputs[:, :2]


def _named_inputs():
    x = keras.Input((2,), name="a")
    return keras.Model({"a": x}, layers.Dense(2)(x))


class OwnSequential(keras.Sequential):
    """A chain that is trained in a way of its own."""


def _own():
    model = Own()
    model(np.zeros((1, 4), "float32"))
    return model


def _skip(x):
    h = layers.Dense(4, "relu")(x)
    return layers.Dense(2)(layers.Add()([x, h]))


def _concatenated(x):
    return layers.Dense(2)(layers.Concatenate()([x, layers.Dense(4)(x)]))


def _operation(x):
    return layers.Dense(2)(keras.ops.sin(layers.Dense(3)(x)))


def _plus_one(x):
    return layers.Dense(2)(layers.Dense(3)(x) + 1.0)


def _shared(x):
    dense = layers.Dense(4, "relu")
    return layers.Dense(2)(dense(dense(x)))


def _two_outputs(x):
    h = layers.Dense(3)(x)
    return [layers.Dense(2)(h), layers.Dense(1)(h)]


def _named_outputs(x):
    return {"a": layers.Dense(2)(x)}


def _two_inputs():
    a, b = keras.Input((4,)), keras.Input((4,))
    return keras.Model([a, b], layers.Dense(2)(layers.Add()([a, b])))


def _training_argument(x):
    return layers.Dense(2)(layers.Dropout(0.5)(x, training=True))


def _frozen():
    model = sequential(layers.Dense(3), layers.Dense(2))
    model.layers[0].trainable = False
    return model


def _quantized(mode):
    model = sequential(layers.Dense(3), layers.Dense(2))
    model.layers[0].quantize(mode)
    return model


def _lora():
    model = sequential(layers.Dense(3))
    model.layers[0].enable_lora(1)
    return model


REFUSED = {
    "a skip": (lambda: functional(_skip), "got 'add.*' with several inputs"),
    "a skip past a layer": (lambda: functional(_concatenated), "got 'concatenate.*' with several inputs"),
    "an operation": (lambda: functional(_operation), r"layers alone, got 'sin.*' \(Sin\) between them"),
    "a sum": (lambda: functional(_plus_one), r"layers alone, got 'add.*' \(Add\) between them"),
    "a shared layer": (lambda: functional(_shared), "each layer once, got 'dense.*' 2 times"),
    "two outputs": (lambda: functional(_two_outputs), "one output, got 2"),
    "outputs with names": (lambda: functional(_named_outputs), "one output, got a dictionary of a"),
    "two inputs": (_two_inputs, "one input, got 2"),
    "a subclass": (_own, "got a subclass, Own, whose own lines"),
    "a subclass of Sequential": (lambda: OwnSequential([keras.Input((4,)), layers.Dense(1)]), "subclass, OwnSeq"),
    "a subclass inside": (lambda: sequential(_own(), layers.Dense(1)), "got a subclass, Own, whose own lines"),
    "a subclass of Dense": (lambda: sequential(Doubled(2)), r"\(Doubled\), a subclass of Dense"),
    "a Dropout": (lambda: sequential(layers.Dense(2), layers.Dropout(0.5)), r"\(Dropout\), which leaves out units"),
    "a BatchNormalization": (lambda: sequential(layers.BatchNormalization(), layers.Dense(2)), "means and variances"),
    "another layer": (lambda: sequential(layers.Dense(2), layers.UnitNormalization()), r"\(UnitNormalization\)$"),
    "a Lambda": (lambda: sequential(layers.Dense(2), layers.Lambda(lambda x: x + 1)), r"\(Lambda\)"),
    "an argument": (lambda: functional(_training_argument), "called with their input alone, got 'dropout.*training"),
    "an activation first": (lambda: sequential(layers.ReLU(), layers.Dense(2)), "got 're_lu.*' after no Dense layer"),
    "two activations": (
        lambda: sequential(layers.Dense(2, "tanh"), layers.ReLU()),
        "got 're_lu.*' after another activation",
    ),
    "a function called relu": (
        lambda: sequential(layers.Dense(2, relu)),
        "an activation that npnet does not have: layer 'dense.*' has a function of its own, 'relu'",
    ),
    "a function without a name": (lambda: sequential(layers.Dense(2, lambda x: x)), "function of its own, '<lambda>'"),
    "another activation": (
        lambda: sequential(layers.Dense(2, "celu")),
        "not have: layer 'dense.*' has celu",
    ),
    "a clipped ReLU": (lambda: sequential(layers.Dense(2), layers.ReLU(max_value=3)), "has ReLU with max_value=3"),
    "a threshold": (lambda: sequential(layers.Dense(2), layers.ReLU(threshold=1)), "has ReLU .* threshold=1"),
    "a falling slope": (
        lambda: sequential(layers.Dense(2), layers.ReLU(negative_slope=float("inf"))),
        "ReLU with negative_slope above 0, got layer 'dense.*' with negative_slope=inf",
    ),
    "an ELU without its alpha": (
        lambda: sequential(layers.Dense(2), layers.ELU(alpha=0)),
        "ELU with alpha above 0, got layer 'dense.*' with alpha=0",
    ),
    "inputs with names": (_named_inputs, "one input, got a dictionary of a"),
    "a softmax over samples": (lambda: sequential(layers.Dense(2), layers.Softmax(axis=0)), "npnet does not have"),
    "learned slopes": (lambda: sequential(layers.Dense(2), layers.PReLU()), r"\(PReLU\)"),
    "a penalty on biases": (
        lambda: sequential(layers.Dense(2, bias_regularizer="l2")),
        "penalties on weights alone, got layer 'dense.*' with its bias_regularizer",
    ),
    "a penalty on outputs": (
        lambda: sequential(layers.Dense(2, activity_regularizer="l2")),
        "its activity_regularizer",
    ),
    "another penalty": (
        lambda: sequential(layers.Dense(2, kernel_regularizer=keras.regularizers.OrthogonalRegularizer())),
        "with the regularizer OrthogonalRegularizer",
    ),
    "a constraint": (
        lambda: sequential(layers.Dense(2, kernel_constraint=keras.constraints.NonNeg())),
        "weights without constraints, got layer 'dense.*' with NonNeg",
    ),
    "a constraint on biases": (lambda: sequential(layers.Dense(2, bias_constraint="max_norm")), "with MaxNorm"),
    "weights that are not trained": (_frozen, "layers that are trained, got layer 'dense.*' with trainable=False"),
    "int8": (lambda: _quantized("int8"), "weights that are not quantized, got layer 'dense.*' with int8"),
    "LoRA": (_lora, "weights without LoRA"),
    "mixed precision": (
        lambda: sequential(layers.Dense(2, dtype="mixed_float16")),
        "float32 or float64 throughout, got float16, float32",
    ),
    "layers of two types": (
        lambda: sequential(layers.Dense(2), layers.Dense(2, dtype="float64")),
        "float32 or float64 throughout, got float32, float64",
    ),
    "float16": (lambda: sequential(layers.Dense(2, dtype="float16"), dtype="float16"), "throughout, got float16"),
    "samples of another type": (
        lambda: sequential(layers.Dense(2, dtype="float64")),
        "float32 or float64 throughout, got float32, float64",
    ),
    "whole numbers": (lambda: sequential(layers.Dense(2), dtype="int32"), "throughout, got float32, int32"),
    "images": (lambda: keras.Sequential([keras.Input((2, 3)), layers.Dense(2)]), r"flat samples, .* got the shape"),
    "a Flatten between": (
        lambda: keras.Sequential([keras.Input((2, 3)), layers.Dense(2), layers.Flatten()]),
        "a Flatten as the first layer, got 'flatten.*' in place 2",
    ),
    "channels first": (
        lambda: keras.Sequential([keras.Input((2, 3, 4)), layers.Flatten("channels_first"), layers.Dense(2)]),
        "channels last, got 'flatten.*' with channels_first",
    ),
    "no layers": (lambda: keras.Sequential([keras.Input((2,))]), "at least one Dense layer, got none"),
    "nothing at all": (lambda: keras.Sequential(), "at least one Dense layer, got none"),
    "a Flatten alone": (
        lambda: keras.Sequential([keras.Input((4,)), layers.Flatten()]),
        "at least one Dense layer, got none",
    ),
    "no weights": (lambda: keras.Sequential([layers.Dense(2)]), "a built model"),
    "no model": (lambda: layers.Dense(2), "a Keras model, got Dense"),
}


# Keras makes an array of a variable in a way that NumPy is about to give up
@pytest.mark.filterwarnings("ignore:__array__ implementation")
@pytest.mark.parametrize(("make", "said"), REFUSED.values(), ids=REFUSED)
def test_what_npnet_has_not_is_refused_by_its_name(make, said):
    model = make()
    with pytest.raises(ValueError, match=f"^model: .*{said}"):
        from_keras(model)


def test_the_chain_has_each_layers_variables():
    model = sequential(layers.Dense(3, use_bias=False), layers.Dense(2))
    found = dense_layers(model)
    assert [[variable.name for variable in layer.variables] for layer in found] == [["kernel"], ["kernel", "bias"]]
    assert found[0].name == f"layer {model.layers[0].name!r}"
