"""Models of Keras's and TensorFlow's documentation, rebuilt small, agree with npnet's nets; a broken one does not.

Sources: keras.io/guides/functional_api, keras.io/guides/training_with_built_in_methods,
blog.keras.io/building-autoencoders-in-keras.html, and of tensorflow.org/tutorials/keras "classification", "regression",
"overfit_and_underfit" and "quickstart/beginner".
"""

import subprocess
import sys
import zipfile
from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, losses

import reference
from npnet import MLP, cli
from npnet.losses import Huber
from npnet.optimizers import SGD, Adam, AMSGrad, RMSProp
from npnet.regularizers import L2
from reference.tensorflow.floatx import floatx

# Keras makes an array of a variable in a way that NumPy is about to give up
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")


@pytest.fixture(autouse=True)
def same_weights():
    keras.utils.set_random_seed(0)


def functional_api():
    inputs = keras.Input(shape=(16,), name="digits")
    x = layers.Dense(8, activation="relu")(inputs)
    x = layers.Dense(8, activation="relu")(x)
    model = keras.Model(inputs=inputs, outputs=layers.Dense(4)(x), name="mnist_model")
    model.compile(
        loss=losses.SparseCategoricalCrossentropy(from_logits=True),
        optimizer=keras.optimizers.RMSprop(),
        metrics=["accuracy"],
    )
    return model


def built_in_methods():
    inputs = keras.Input(shape=(16,), name="digits")
    x = layers.Dense(8, activation="relu", name="dense_1")(inputs)
    x = layers.Dense(8, activation="relu", name="dense_2")(x)
    model = keras.Model(inputs=inputs, outputs=layers.Dense(4, activation="softmax", name="predictions")(x))
    model.compile(
        optimizer=keras.optimizers.RMSprop(learning_rate=1e-3),
        loss=losses.SparseCategoricalCrossentropy(),
        metrics=[keras.metrics.SparseCategoricalAccuracy()],
    )
    return model


def autoencoder():
    image = keras.Input(shape=(16,))
    encoded = layers.Dense(4, activation="relu")(image)
    model = keras.Model(image, layers.Dense(16, activation="sigmoid")(encoded))
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


def fashion():
    model = keras.Sequential(
        [keras.Input((4, 4)), layers.Flatten(), layers.Dense(8, activation="relu"), layers.Dense(4)]
    )
    model.compile(optimizer="adam", loss=losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


def fuel():
    model = keras.Sequential([keras.Input((9,)), layers.Dense(8, "relu"), layers.Dense(8, "relu"), layers.Dense(1)])
    model.compile(loss="mean_absolute_error", optimizer=keras.optimizers.Adam(0.001))
    return model


def higgs():
    rate = keras.optimizers.schedules.InverseTimeDecay(0.001, decay_steps=20, decay_rate=1, staircase=False)
    model = keras.Sequential(
        [
            keras.Input((28,)),
            layers.Dense(16, activation="elu", kernel_regularizer=keras.regularizers.l2(0.001)),
            layers.Dense(16, activation="elu", kernel_regularizer=keras.regularizers.l2(0.001)),
            layers.Dense(1),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(rate), loss=losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"]
    )
    return model


MODELS = {made.__name__: made for made in (functional_api, built_in_methods, autoencoder, fashion, fuel, higgs)}


def test_a_report_says_how_gradients_are_clipped():
    model = fuel()
    model.compile(loss="mean_absolute_error", optimizer=keras.optimizers.SGD(0.01, clipnorm=0.5))
    assert "gradients clipped by ClipByNorm(0.5)" in reference.check(model, optimizer="sgd", steps=2).setting
    model.compile(loss="mean_absolute_error", optimizer=keras.optimizers.SGD(0.01))
    assert "clipped" not in str(reference.check(model, steps=2))


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_models_of_the_documentation_agree(make):
    model = make()
    before = [variable.numpy() for variable in model.variables]
    optimizer = model.optimizer
    report = reference.check(model, steps=12)
    assert report, str(report)
    assert {line.name for line in report.lines} >= {"loss", "optimizer alone, 12 steps", "training, 12 steps"}
    # The model is as it was, and can be trained on
    for variable, value in zip(model.variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)
    assert model.optimizer is optimizer
    assert int(optimizer.iterations) == 0


def test_a_dropout_is_refused_by_its_name():
    model = keras.Sequential(
        [keras.Input((4, 4)), layers.Flatten(), layers.Dense(8, "relu"), layers.Dropout(0.2), layers.Dense(4)]
    )
    with pytest.raises(ValueError, match=r"model: expected Dense layers and activations, got 'dropout.*' \(Dropout\)"):
        reference.check(model)


def test_known_reasons_are_named():
    report = reference.check(higgs(), steps=3)
    assert report.reasons == [
        "Keras on TensorFlow rounds beta_1 and beta_2 to float32 in Adam's bias correction",
        "Keras's accuracy takes logits over 0.5, and not over 0, for the label 1",
    ]


def float64(optimizer, **options):
    model = keras.Sequential(
        [
            keras.Input((4,), dtype="float64"),
            layers.Dense(4, "tanh", dtype="float64", **options),
            layers.Dense(3, dtype="float64"),
        ]
    )
    model.compile(optimizer, losses.MeanSquaredError(dtype="float64"))
    return model


def test_float64_that_is_float32_inside_is_a_known_reason():
    report = reference.check(float64(keras.optimizers.SGD(0.1, momentum=0.9)), steps=3)
    assert report, str(report)
    of = {line.name: line.reason for line in report.lines}
    assert (
        of["optimizer alone, 3 steps"]
        == "Keras on TensorFlow rounds the optimizer's numbers, but for epsilon, to float32"
    )
    assert of["loss"] == "Keras rounds a loss's value to its default float type, float32"
    assert of["gradient by W of layer 1"] is None
    report = reference.check(float64(keras.optimizers.Adam()), steps=3)
    assert report, str(report)
    of = {line.name: line.reason for line in report.lines}
    assert of["optimizer alone, 3 steps"].endswith("rounds beta_1 and beta_2 to float32 in Adam's bias correction")


def test_adagrads_start_is_rounded_and_its_epsilon_is_not():
    report = reference.check(float64(keras.optimizers.Adagrad(0.1)), steps=3)
    assert report, str(report)
    assert "Keras on TensorFlow rounds the optimizer's numbers, but for epsilon, to float32" in report.reasons


def test_where_float64_is_the_default_type_rates_and_losses_are_not_rounded():
    with floatx("float64"):
        report = reference.check(float64(keras.optimizers.SGD(0.1, momentum=0.9)), steps=3)
        rounded = keras.optimizers.SGD(float(np.float32(0.1)))
        wrong = reference.check(float64(rounded), optimizer=SGD(0.1), steps=3)
        assert reference.check(float64(keras.optimizers.Adagrad(0.1)), steps=3)
    assert report, str(report)
    text = "Keras on TensorFlow rounds the optimizer's numbers, but for rate and epsilon, to float32"
    assert report.reasons == [text]
    assert next(line for line in wrong.lines if not line.agrees).name == "optimizer alone, 1 step"


@pytest.mark.parametrize(
    ("activation", "name"),
    [
        ("gelu", "gelu"),
        (partial(keras.activations.gelu, approximate=True), "gelu_tanh"),
        ("leaky_relu", "leaky_relu"),
        (layers.LeakyReLU(0.3, dtype="float64"), "leaky_relu"),
    ],
)
def test_constants_of_activations_in_float32_are_a_known_reason_of_a_float64_model(activation, name):
    with floatx("float64"):
        inputs = keras.Input((4,), dtype="float64")
        hidden = layers.Dense(4, activation, dtype="float64", kernel_initializer=keras.initializers.Constant(1.3))
        model = keras.Sequential([inputs, hidden, layers.Dense(3, dtype="float64")])
        model.compile("sgd", "mse")
        report = reference.check(model, steps=3)
        assert report, str(report)
        assert f"Keras on TensorFlow rounds the constants of {name} to float32" in report.reasons
        net = MLP([4, 4, 3], "tanh", dtype="float64", seed=0)
        net.parameters = np.concatenate([np.ravel(array) for array in model.get_weights()])
        assert not reference.check(model, against=net, steps=3)


@pytest.mark.parametrize("seed", range(3))
def test_a_forgotten_amsgrad_is_found_where_gradients_shrink(seed):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(8, "tanh"), layers.Dense(3, "softmax")])
    model.compile(keras.optimizers.Adam(0.001), "categorical_crossentropy")
    report = reference.check(model, optimizer=AMSGrad(0.001), seed=seed)
    assert next(line for line in report.lines if not line.agrees).name == "optimizer alone, 50 steps"


def test_a_loss_in_float32_is_a_known_reason_of_a_float64_model():
    model = float64("sgd")
    model.compile("sgd", "mse")
    report = reference.check(model, steps=3)
    assert report, str(report)
    (loss,) = [line for line in report.lines if line.name == "loss"]
    assert loss.reason == "Keras computes the loss in its default float type, float32"


def test_two_reasons_of_one_model_are_told_apart():
    model = float64("sgd")
    rule = keras.optimizers.SGD(0.1, momentum=0.9)
    model.compile(rule, losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.125))
    report = reference.check(model, steps=3)
    assert report, str(report)
    of = {line.name: line.reason for line in report.lines}
    assert {of[name] for name in ("loss", "gradient by W of layer 1", "evaluate: loss")} == {
        "Keras computes the loss in its default float type, float32"
    }
    assert (
        of["optimizer alone, 3 steps"]
        == "Keras on TensorFlow rounds the optimizer's numbers, but for epsilon, to float32"
    )
    assert of["output of layer 2"] is None


def test_three_reasons_of_one_model_are_told_from_a_fourth():
    """Where the default type is float64, the optimizer's other numbers are not rounded."""
    first = layers.Dense(5, "leaky_relu", kernel_regularizer=keras.regularizers.L2(0.01), dtype="float64")
    model = keras.Sequential([keras.Input((6,), dtype="float64"), first, layers.Dense(3, dtype="float64")])
    with floatx("float64"):
        model.compile("adam", "mse")
        report = reference.check(model, steps=3)
    assert report, str(report)
    (training,) = [line for line in report.lines if line.name == "training, 3 steps"]
    assert [clause in training.reason for clause in ("leaky_relu", "penalties", "bias correction", "numbers")] == [
        True,
        True,
        True,
        False,
    ]


def test_strengths_in_float32_are_a_known_reason_of_a_float64_model():
    with floatx("float64"):
        report = reference.check(float64(keras.optimizers.SGD(0.125), kernel_regularizer="l2"), steps=3)
    assert report, str(report)
    (penalty,) = [line for line in report.lines if line.name == "penalty of the weights"]
    assert penalty.reason == "Keras on TensorFlow rounds the strengths of penalties to float32"


# Keras takes the logits that a probability was made of, but for a loss in another type and for the divergence


def saturated(loss, output="softmax", dtype="float32", factor=20.0):
    model = keras.Sequential(
        [keras.Input((5,), dtype=dtype), layers.Dense(4, "tanh", dtype=dtype), layers.Dense(3, output, dtype=dtype)]
    )
    weights = model.get_weights()
    weights[2] *= factor
    model.set_weights(weights)
    model.compile(keras.optimizers.SGD(0.125), loss)
    return model


OF_PROBABILITIES = "Keras clips probabilities to [1e-07, 1 - 1e-07]"
OF_DIVERGENCES = "Keras clips labels and probabilities to [1e-07, 1]"
SATURATED = {
    "divergence": (("kl_divergence", "softmax", "float32"), OF_DIVERGENCES),
    "binary": (("binary_crossentropy", "sigmoid", "float64"), OF_PROBABILITIES),
    "categorical": (("categorical_crossentropy", "softmax", "float64"), OF_PROBABILITIES),
    "sparse": (("sparse_categorical_crossentropy", "softmax", "float64"), OF_PROBABILITIES),
    "smoothed": ((losses.BinaryCrossentropy(label_smoothing=0.1), "sigmoid", "float64"), OF_PROBABILITIES),
}


@pytest.mark.parametrize(("options", "reason"), SATURATED.values(), ids=SATURATED)
def test_saturated_probabilities_are_a_known_reason(options, reason):
    report = reference.check(saturated(*options), steps=3)
    assert report, str(report)
    of = {line.name: line.reason for line in report.lines}
    ours = ("loss", "loss gradient by the logits", "gradient by W of layer 1", "training, 3 steps", "evaluate: loss")
    assert {of[name] for name in ours} == {reason}
    assert of["output of layer 2"] is of["optimizer alone, 3 steps"] is None
    (loss,) = [line for line in report.lines if line.name == "loss"]
    assert loss.bound < 1e-4


@pytest.mark.parametrize("options", [("binary_crossentropy", "sigmoid"), ("categorical_crossentropy", "softmax")])
def test_where_keras_takes_the_logits_saturated_probabilities_agree(options):
    report = reference.check(saturated(*options, factor=100), steps=3)
    assert report, str(report)
    assert report.reasons == []


class Scaled(losses.KLDivergence):
    def call(self, y_true, y_pred):
        return 1.001 * super().call(y_true, y_pred)


class SmoothedBinary(losses.BinaryCrossentropy):
    def call(self, y_true, y_pred):
        return super().call(0.99 * y_true + 0.005, y_pred)


@pytest.mark.parametrize(
    ("wrong", "output", "dtype", "loss"),
    [
        (Scaled(), "softmax", "float32", "kl_divergence"),
        (SmoothedBinary(), "sigmoid", "float64", "binary_crossentropy"),
    ],
)
def test_a_reason_excuses_no_other_loss(wrong, output, dtype, loss):
    report = reference.check(saturated(wrong, output, dtype), steps=3, loss=loss, optimizer=SGD(0.125))
    assert report.first.name == "loss", str(report)
    wrongs = [line.name for line in report.lines if not line.agrees]
    assert {"loss gradient by the logits", "training, 3 steps", "evaluate: loss"} <= set(wrongs)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_adams_kin_agree_for_the_known_reason(dtype):
    for kind in (keras.optimizers.AdamW, lambda: keras.optimizers.Adam(amsgrad=True)):
        model = keras.Sequential([keras.Input((3,), dtype=dtype), layers.Dense(2, dtype=dtype)])
        model.compile(kind(), losses.MeanSquaredError(dtype=dtype))
        report = reference.check(model, steps=3)
        assert report, str(report)
        assert dtype == "float32" or any("bias correction" in reason for reason in report.reasons)


def test_a_warm_up_begins_at_the_rate_0():
    rate = keras.optimizers.schedules.CosineDecay(0.0, 5, warmup_target=0.1, warmup_steps=2)
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    model.compile(keras.optimizers.SGD(rate), "mse")
    assert reference.check(model, steps=4)


def test_a_small_loss_that_is_doubled_is_seen():
    """A loss of numbers has no logarithm, whose roundings would be as large as it is."""
    right = net()
    model, x = ported(right), np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
    y = right(x) + np.float32(1e-4)
    model.compile("sgd", lambda y, p: 2 * losses.mean_squared_error(y, p))
    report = reference.check(model, x, y, loss="mse", optimizer="sgd", steps=1)
    assert report.first.name == "loss", str(report)


def test_a_model_without_a_loss_is_not_trained():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    model.compile("sgd")
    report = reference.check(model, steps=2)
    assert report, str(report)
    assert [line.name for line in report.lines][-1] == "optimizer alone, 2 steps"


def test_an_only_input_and_output_may_stand_in_lists():
    inputs = keras.Input((3,))
    model = keras.Model([inputs], [layers.Dense(2)(layers.Dense(4, "relu")(inputs))])
    model.compile("sgd", "mse")
    assert reference.check(model, steps=2)


def labelled(units, metrics):
    output = "sigmoid" if units < 3 else "softmax"
    model = keras.Sequential([keras.Input((3,)), layers.Dense(units, output, name="out")])
    model.compile("sgd", "binary_crossentropy" if units < 3 else "categorical_crossentropy", metrics=metrics)
    x = np.random.default_rng(0).normal(size=(40, 3))
    y = (x[:, :units] > 0).astype(int) if units < 3 else np.arange(40) % 3
    return reference.check(model, x, y, steps=1)


def test_an_accuracy_of_several_labels_is_a_known_reason():
    report = labelled(2, ["accuracy"])
    assert report, str(report)
    assert report.reasons == [
        "Keras's accuracy of several labels is whether the largest output belongs to the first label 1"
    ]


@pytest.mark.parametrize("metrics", [["Accuracy"], [["acc"]], {"out": ["accuracy"]}])
def test_the_accuracy_that_keras_chooses_is_compared(metrics):
    report = labelled(3, metrics)
    assert report, str(report)
    assert report.lines[-1].name.lower().startswith("evaluate: acc")


def test_a_metric_that_has_an_accuracys_name_is_not_taken_for_it():
    for units, metric in ((3, keras.metrics.Accuracy()), (1, keras.metrics.BinaryAccuracy("acc", threshold=0.75))):
        report = labelled(units, [metric])
        assert report, str(report)
        assert report.lines[-1].name == "evaluate: loss"


# A model that was broken, beside the net that it should be


def net(**options):
    return MLP([4, 4, 3], "tanh", dtype="float32", seed=0, bias_initializer="normal", **options)


def ported(of, activation="tanh", optimizer=None, loss="mse", **options):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(4, activation, **options), layers.Dense(3, **options)])
    model.set_weights([array for pair in zip(of.weights, of.biases) for array in pair])
    model.compile(keras.optimizers.SGD(0.125) if optimizer is None else optimizer, loss)
    return model


@tf.custom_gradient
def wrong_slope(z):
    y = tf.tanh(z)
    return y, lambda grad: grad * (1 - y)


def transposed():
    right = net()
    wrong = right.copy()
    wrong.weights[0] = wrong.weights[0].T
    return ported(wrong), {"against": right}, "output of layer 1"


def with_wrong_slope():
    right = net()
    return ported(right, wrong_slope), {"against": right}, "gradient by W of layer 1"


def doubled_l2():
    right = net(kernel_regularizer=L2(0.01))
    # Keras's L2 has no factor 1/2
    return ported(right, kernel_regularizer=keras.regularizers.L2(0.01)), {"against": right}, "penalty of the weights"


def smoothed():
    right = MLP([4, 4, 3], "tanh", "softmax", seed=0)
    model = ported(right, loss="mse")
    model.layers[-1].activation = keras.activations.softmax
    model.compile("sgd", losses.CategoricalCrossentropy(label_smoothing=0.1))
    return model, {"against": right, "loss": "categorical_crossentropy", "optimizer": SGD(0.01)}, "loss"


def another_epsilon():
    return ported(net(), optimizer=keras.optimizers.RMSprop(0.001)), {
        "optimizer": RMSProp(0.001, epsilon=1e-8)
    }, "optimizer alone, 1 step"  # fmt: skip


class InsideTheRoot(keras.optimizers.Adam):
    """Adam with epsilon under the root."""

    def update_step(self, gradient, variable, learning_rate):
        self.epsilon, before = self.epsilon**0.5, self.epsilon
        super().update_step(gradient, variable, learning_rate)
        self.epsilon = before


def epsilon_in_the_root():
    return ported(net(), optimizer=InsideTheRoot(0.001)), {"optimizer": Adam(0.001)}, "optimizer alone, 1 step"


BROKEN = [transposed, with_wrong_slope, doubled_l2, smoothed, another_epsilon, epsilon_in_the_root]


@pytest.mark.parametrize("make", BROKEN, ids=lambda make: make.__name__)
def test_the_first_line_that_disagrees_is_the_one_that_was_broken(make):
    model, options, line = make()
    report = reference.check(model, steps=3, **options)
    assert not report
    assert report.first.name == line, str(report)


def test_the_loss_of_another_net_is_what_the_models_own_is_compared_with():
    model = ported(net())
    right = reference.from_keras(model)
    assert reference.check(model, against=right, steps=2)
    wrong = right.copy()
    wrong.loss = Huber(0.01)
    report = reference.check(model, against=wrong, steps=2)
    assert next(line for line in report.lines if not line.agrees).name == "loss"
    # Unless it is said which one both should have
    assert reference.check(model, against=wrong, loss=right.loss, steps=2)


class Doubled(keras.optimizers.SGD):
    """Steps twice as long, of which its configuration tells nothing."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.factor = 1.0

    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient * self.factor, variable, learning_rate)


class Falling(keras.optimizers.schedules.LearningRateSchedule):
    """A schedule that Keras does not find by its name."""

    def __call__(self, step):
        return 0.1 / (1 + step)

    def get_config(self):
        return {}


def excluding():
    optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.1)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


def doubled():
    optimizer = Doubled(0.1)
    optimizer.factor = 2.0
    return optimizer


class Nameless(keras.optimizers.SGD):
    """One that can't be made of its configuration."""

    def __init__(self, needed, **options):
        super().__init__(**options)


@pytest.mark.parametrize(
    ("optimizer", "said"),
    [
        (excluding, "model: expected a weight decay of all variables, got one that excludes some"),
        (doubled, "model: expected an optimizer whose get_config has all, got Doubled without factor"),
        (lambda: keras.optimizers.SGD(Falling()), "model: expected a schedule that npnet has, got Falling"),
        (lambda: Nameless(1), "model: expected an optimizer that get_config makes again, got .*needed"),
    ],
)
def test_an_optimizer_that_its_configuration_does_not_make_again_is_refused(optimizer, said):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    model.compile(optimizer(), "mse")
    with pytest.raises(ValueError, match=said):
        reference.check(model, optimizer=SGD(0.1), steps=2)


def test_what_the_model_is_compared_with_must_have_its_shape():
    with pytest.raises(ValueError, match=r"against: .* shape, widths \(4, 4, 3\), got widths \(4, 3\)"):
        reference.check(ported(net()), against=MLP([4, 3], seed=0))
    said = r"against: .* shape, use_bias \(True, True\), got use_bias \(False, True\)"
    with pytest.raises(ValueError, match=said):
        reference.check(ported(net()), against=MLP([4, 4, 3], use_bias=[False, True], seed=0))
    with pytest.raises(ValueError, match=r"against: .* shape, dtype float32, got dtype float64"):
        reference.check(ported(net()), against=MLP([4, 4, 3], dtype="float64", seed=0))
    with pytest.raises(ValueError, match="against: expected an MLP, got str"):
        reference.check(ported(net()), against="net")
    with pytest.raises(ValueError, match="steps: expected a whole number >= 1, got 0"):
        reference.check(ported(net()), steps=0)
    with pytest.raises(ValueError, match="y: expected none without x"):
        reference.check(ported(net()), y=[1])


def test_a_model_that_is_not_compiled_has_the_lines_that_it_can_have():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, "softmax")])
    names = [line.name for line in reference.check(model).lines]
    assert names[:3] == ["output of layer 1", "loss", "loss gradient by the logits"]
    assert not any("step" in name or "evaluate" in name for name in names)
    names = [line.name for line in reference.check(model, optimizer="adam", steps=2).lines]
    assert names[-2:] == ["optimizer alone, 1 step", "optimizer alone, 2 steps"]


def test_ones_own_data_are_taken():
    model = fashion()
    x, y = np.random.default_rng(0).normal(size=(40, 4, 4)), np.arange(40) % 4
    with pytest.raises(ValueError, match="x: expected shape"):
        reference.check(model, x, y)
    report = reference.check(model, x.reshape(40, 16), y, steps=2)
    assert report
    assert "random" not in report.setting


@pytest.mark.parametrize(
    ("output", "loss"), [("softmax", "categorical_crossentropy"), ("sigmoid", "binary_crossentropy")]
)
def test_a_loss_that_takes_the_logits_has_a_gradient_by_the_outputs_beside_one_that_does_not(output, loss):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, activation=output)])
    model.compile("sgd", loss)
    report = reference.check(model, loss="mse", steps=1)
    line = next(line for line in report.lines if line.name == "loss gradient by the outputs")
    assert report.first.name == "loss"
    assert np.isfinite(line.difference)


class Mine(layers.Layer):
    """A layer that is not registered."""

    def call(self, inputs):
        return inputs


def test_a_file_that_keras_can_not_load_is_one_line(tmp_path):
    path = tmp_path / "model.keras"
    path.write_text("hello", encoding="utf-8")
    with pytest.raises(ValueError, match=r"^model: expected a file that Keras has saved, got another: .*model.keras$"):
        reference.check(path)
    with pytest.raises(ValueError, match=r"of .*none.keras it says: File not found"):
        reference.check(tmp_path / "none.keras")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b")
    with pytest.raises(ValueError, match=r"^model: expected a file that Keras can load, but of .*: .*'config.json'"):
        reference.check(path)


def test_what_keras_does_not_know_in_a_file_is_named_in_one_line(tmp_path, capsys):
    path = tmp_path / "model.keras"
    keras.Sequential([keras.Input((3,)), Mine()]).save(path)
    assert cli.main(["check", str(path)]) == 2
    said = capsys.readouterr().err
    assert f"but of {path} it says: Could not locate class 'Mine'." in said
    assert said.count("\n") == 1
    assert "{" not in said


def test_the_command_checks_a_file(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    path = tmp_path / "model.keras"
    fashion().save(path)
    page = tmp_path / "report.html"
    assert cli.main(["check", str(path), "--steps", "2", "--html", str(page)]) == 0
    printed = capsys.readouterr().out
    assert "agree" in printed.splitlines()[-1]
    assert max(map(len, printed.splitlines())) <= 80
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert cli.main(["check", str(path), "--steps", "2", "--loss", "nonsense"]) == 2
    assert capsys.readouterr().err.startswith("npnet check: loss: ")


def test_python_m_reference_check_is_the_same_command(tmp_path):
    path = tmp_path / "model.keras"
    keras.Sequential([keras.Input((4,)), layers.Dense(3)]).save(path)
    command = [sys.executable, "-m", "reference", "check", str(path), "--steps", "1"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("lines agree.")
