"""The loss, the optimizer and the schedule of a compiled model: what is carried over, and what is refused."""

import keras
import numpy as np
import pytest
from keras import layers
from keras.optimizers import schedules as keras_schedules

from npnet import optimizers
from npnet.losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Huber,
    KLDivergence,
    LabelSmoothing,
    MeanAbsoluteError,
    MeanSquaredError,
)
from npnet.schedules import (
    Constant,
    CosineDecay,
    CyclicPolynomialDecay,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
    WarmupCosineDecay,
)
from reference import check, compiled_from_keras, from_keras
from reference.checking import sides
from reference.tensorflow import keras_training
from reference.tensorflow.floatx import floatx


def model(output="linear", units=3, loss="mse", optimizer="sgd", dtype="float32", **compiled):
    keras.utils.set_random_seed(0)
    made = keras.Sequential(
        [
            keras.Input((4,), dtype=dtype),
            layers.Dense(5, "tanh", dtype=dtype, kernel_regularizer=compiled.pop("kernel_regularizer", None)),
            layers.Dense(units, output, dtype=dtype),
        ]
    )
    made.compile(optimizer, loss, **compiled)
    return made


# Losses

LOSSES = {
    "mse": ("linear", "mse", MeanSquaredError()),
    "a function": ("linear", keras.losses.mean_squared_error, MeanSquaredError()),
    "an object": ("linear", keras.losses.MeanSquaredError(), MeanSquaredError()),
    "the mean": ("linear", keras.losses.MeanSquaredError(reduction="mean"), MeanSquaredError()),
    "mae": ("tanh", "mae", MeanAbsoluteError()),
    "huber": ("linear", "huber", Huber()),
    "huber's delta": ("linear", keras.losses.Huber(0.5), Huber(0.5)),
    "softmax": ("softmax", "categorical_crossentropy", CategoricalCrossentropy()),
    "divergence": ("softmax", "kl_divergence", KLDivergence()),
    "smoothed labels": (
        "softmax",
        keras.losses.CategoricalCrossentropy(label_smoothing=0.25),
        LabelSmoothing(CategoricalCrossentropy(), 0.25),
    ),
    "smoothed logits": (
        "linear",
        keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.5),
        LabelSmoothing(BinaryCrossentropy(from_logits=True), 0.5),
    ),
    "class indices": ("softmax", "sparse_categorical_crossentropy", CategoricalCrossentropy()),
    "logits": (
        "linear",
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        CategoricalCrossentropy(from_logits=True),
    ),
    "sigmoid": ("sigmoid", "binary_crossentropy", BinaryCrossentropy()),
    "sigmoid's logits": (
        "linear",
        keras.losses.BinaryCrossentropy(from_logits=True),
        BinaryCrossentropy(from_logits=True),
    ),
}


@pytest.mark.parametrize(("output", "theirs", "ours"), LOSSES.values(), ids=LOSSES)
def test_the_loss_is_carried_over(output, theirs, ours):
    made = model(output, loss=theirs)
    assert from_keras(made).loss == ours
    assert keras_training.takes_class_indices(made) == ("sparse" in str(theirs) or "Sparse" in type(theirs).__name__)


def test_a_model_without_a_loss_has_that_of_its_output():
    made = keras.Sequential([keras.Input((4,)), layers.Dense(3, "softmax")])
    assert from_keras(made).loss == CategoricalCrossentropy()
    made.compile("sgd")
    assert from_keras(made).loss == CategoricalCrossentropy()


def own_loss(y, p):
    return keras.ops.mean(keras.ops.abs(y - p) ** 3)


class OwnLoss(keras.losses.MeanSquaredError):
    """Not what its base does."""


WRONG_LOSSES = {
    "of its own": (own_loss, "a loss that npnet has, got own_loss"),
    "a subclass": (OwnLoss(), "a loss that npnet has, got OwnLoss"),
    "another": ("log_cosh", "a loss that npnet has, got log_cosh"),
    "a sum": (keras.losses.MeanSquaredError(reduction="sum"), "the mean of a batch's losses, got the reduction 'sum'"),
    "another axis": (keras.losses.CategoricalCrossentropy(axis=0), "a loss without axis"),
    "a class that does not count": (
        keras.losses.SparseCategoricalCrossentropy(ignore_class=0),
        "a loss without ignore_class",
    ),
    "a list": (["mse"], "one loss, got .*'mse'"),
}


@pytest.mark.parametrize(("theirs", "said"), WRONG_LOSSES.values(), ids=WRONG_LOSSES)
def test_a_loss_that_npnet_has_not_is_refused(theirs, said):
    with pytest.raises(ValueError, match=f"^model: expected {said}"):
        from_keras(model("softmax", loss=theirs))


def test_a_weight_of_the_loss_is_refused():
    with pytest.raises(ValueError, match="model: expected a loss without loss_weights"):
        from_keras(model(loss="mse", loss_weights=[2.0]))


def test_a_loss_that_does_not_fit_the_output_is_refused():
    with pytest.raises(ValueError, match="expects the output activation softmax, got identity"):
        from_keras(model("linear", loss="categorical_crossentropy"))


# Optimizers

CARRIED = {
    "sgd": (keras.optimizers.SGD(0.125), optimizers.SGD(0.125)),
    "momentum": (keras.optimizers.SGD(0.125, momentum=0.5), optimizers.Momentum(0.125, 0.5)),
    "nesterov": (keras.optimizers.SGD(0.125, momentum=0.5, nesterov=True), optimizers.Nesterov(0.125, 0.5)),
    "nesterov without momentum": (keras.optimizers.SGD(0.125, nesterov=True), optimizers.SGD(0.125)),
    "rmsprop with momentum": (
        keras.optimizers.RMSprop(0.125, rho=0.5, momentum=0.25),
        optimizers.RMSPropMomentum(0.125, 0.5, 1e-7, 0.25),
    ),
    "centered": (keras.optimizers.RMSprop(0.125, rho=0.5, centered=True), optimizers.CenteredRMSProp(0.125, 0.5)),
    "centered with momentum": (
        keras.optimizers.RMSprop(0.125, rho=0.5, momentum=0.25, centered=True),
        optimizers.CenteredRMSPropMomentum(0.125, 0.5, 1e-7, 0.25),
    ),
    "amsgrad": (keras.optimizers.Adam(0.125, 0.5, 0.75, amsgrad=True), optimizers.AMSGrad(0.125, 0.5, 0.75)),
    "adamw": (
        keras.optimizers.AdamW(0.125, 0.25, beta_1=0.5, beta_2=0.75),
        optimizers.AdamW(0.125, 0.5, 0.75, weight_decay=0.25),
    ),
    "nadam": (keras.optimizers.Nadam(0.125, 0.5, 0.75), optimizers.Nadam(0.125, 0.5, 0.75)),
    "a schedule inside of the momentum": (
        keras.optimizers.SGD(keras_schedules.InverseTimeDecay(0.5, 10, 0.25), momentum=0.5),
        optimizers.Momentum(InverseTimeDecay(0.5, 10, 0.25), 0.5),
    ),
    "adagrad": (keras.optimizers.Adagrad(0.125), optimizers.Adagrad(0.125, 0.1, 1e-7)),
    "rmsprop": (keras.optimizers.RMSprop(0.125, rho=0.5), optimizers.RMSProp(0.125, 0.5)),
    "adam": (keras.optimizers.Adam(0.125, 0.5, 0.75, 1e-5), optimizers.Adam(0.125, 0.5, 0.75, 1e-5)),
    "a rate that is float32": (keras.optimizers.SGD(0.01), optimizers.SGD(0.01)),
    "exponential": (
        keras.optimizers.SGD(keras_schedules.ExponentialDecay(0.5, 10, 0.25, staircase=True)),
        optimizers.SGD(ExponentialDecay(0.5, 10, 0.25, staircase=True)),
    ),
    "inverse time": (
        keras.optimizers.Adam(keras_schedules.InverseTimeDecay(0.5, 10, 0.25)),
        optimizers.Adam(InverseTimeDecay(0.5, 10, 0.25)),
    ),
    "cosine with warm-up": (
        keras.optimizers.SGD(keras_schedules.CosineDecay(0.0, 10, warmup_target=0.5, warmup_steps=4)),
        optimizers.SGD(WarmupCosineDecay(0.0, 10, 0.5, 4)),
    ),
    "cosine from the target": (
        keras.optimizers.SGD(keras_schedules.CosineDecay(0.0, 10, warmup_target=0.5)),
        optimizers.SGD(CosineDecay(0.5, 10)),
    ),
    "polynomial": (
        keras.optimizers.SGD(keras_schedules.PolynomialDecay(0.5, 10, 0.25, 2.0)),
        optimizers.SGD(PolynomialDecay(0.5, 10, 0.25, 2.0)),
    ),
    "polynomial in cycles": (
        keras.optimizers.SGD(keras_schedules.PolynomialDecay(0.5, 10, 0.25, 2.0, cycle=True)),
        optimizers.SGD(CyclicPolynomialDecay(0.5, 10, 0.25, 2.0)),
    ),
    "cosine that ends above 0": (
        keras.optimizers.SGD(keras_schedules.CosineDecay(0.5, 10, alpha=0.125)),
        optimizers.SGD(CosineDecay(0.5, 10, 0.125)),
    ),
    "cosine with warm-up that ends above 0": (
        keras.optimizers.SGD(keras_schedules.CosineDecay(0.0, 10, 0.125, warmup_target=0.5, warmup_steps=4)),
        optimizers.SGD(WarmupCosineDecay(0.0, 10, 0.5, 4, 0.125)),
    ),
    "piecewise": (
        keras.optimizers.SGD(keras_schedules.PiecewiseConstantDecay([2, 5], [0.5, 0.25, 0.125])),
        optimizers.SGD(PiecewiseConstantDecay([2, 5], [0.5, 0.25, 0.125])),
    ),
    "cosine": (keras.optimizers.Adam(keras_schedules.CosineDecay(0.5, 10)), optimizers.Adam(CosineDecay(0.5, 10))),
}


@pytest.mark.parametrize(("theirs", "ours"), CARRIED.values(), ids=CARRIED)
def test_the_optimizer_is_carried_over(theirs, ours):
    found = keras_training.optimizer(theirs, np.float32)
    assert repr(found) == repr(ours)


def test_the_rate_of_a_float64_net_is_the_float32_one_that_keras_has():
    found = keras_training.optimizer(keras.optimizers.SGD(0.01), np.float64)
    assert found.learning_rate == float(np.float32(0.01)) != 0.01
    with floatx("float64"):
        theirs = keras.optimizers.SGD(0.01)
    assert keras_training.optimizer(theirs, np.float64).learning_rate == 0.01


class OwnAdam(keras.optimizers.Adam):
    """Not what its base does."""


class OwnSchedule(keras_schedules.LearningRateSchedule):
    """A schedule that only its own lines know."""

    def __call__(self, step):
        return 0.1

    def get_config(self):
        return {}


EXTRAS = {
    "gradient_accumulation_steps": 2,
    "use_ema": True,
    "loss_scale_factor": 8.0,
    "weight_decay": 0.01,
}


@pytest.mark.parametrize("kind", [keras.optimizers.SGD, keras.optimizers.Adam], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", EXTRAS)
def test_what_an_optimizer_of_npnets_does_not_do_is_refused(kind, name):
    made = model(optimizer=kind(0.1, **{name: EXTRAS[name]}))
    with pytest.raises(
        ValueError, match=f"^model: expected an optimizer without {name}, which npnet's {kind.__name__}"
    ):
        compiled_from_keras(made)
    from_keras(made)


def _excluding():
    made = keras.optimizers.AdamW(0.1)
    made.exclude_from_weight_decay(var_names=["bias"])
    return made


WRONG = {
    "a subclass": (OwnAdam(0.1), "an optimizer that npnet has, got OwnAdam"),
    "another": (keras.optimizers.Ftrl(0.1), "an optimizer that npnet has, got Ftrl"),
    "scaled": (keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1)), "got LossScaleOptimizer"),
    "a schedule of its own": (keras.optimizers.SGD(OwnSchedule()), "a schedule that npnet has, got OwnSchedule"),
    "a staircase": (
        keras.optimizers.SGD(keras_schedules.InverseTimeDecay(0.5, 10, 0.25, staircase=True)),
        "an InverseTimeDecay without staircase",
    ),
    "AMSGrad with decoupled decay": (keras.optimizers.AdamW(0.1, amsgrad=True), "an optimizer without amsgrad"),
    "a decay of some variables": (_excluding(), "a weight decay of all variables"),
}


@pytest.mark.parametrize(("theirs", "said"), WRONG.values(), ids=WRONG)
def test_another_optimizer_is_refused_by_its_name(theirs, said):
    with pytest.raises(ValueError, match=f"^model: expected .*{said}"):
        compiled_from_keras(model(optimizer=theirs))


UNKNOWN = {
    "momentum": {"optimizer": keras.optimizers.SGD(0.1, momentum=1.0)},
    "learning_rate": {"optimizer": keras.optimizers.Adam(0.0)},
    "decay_rate": {"optimizer": keras.optimizers.SGD(keras_schedules.ExponentialDecay(0.5, 10, -0.5))},
    "delta": {"loss": keras.losses.Huber(delta=0.0)},
    "smoothing": {"output": "softmax", "loss": keras.losses.CategoricalCrossentropy(label_smoothing=1.0)},
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_setting_that_npnet_does_not_have_is_refused_as_the_models(name):
    with pytest.raises(ValueError, match=f"^model: expected settings that npnet has, but {name}: expected"):
        compiled_from_keras(model(**UNKNOWN[name]))


def other(*arguments, **named):
    """What stands in the place of a method."""


METHODS = {
    "compute_loss of the model": lambda made: made,
    "train_step of the model": lambda made: made,
    "call of the model": lambda made: made,
    "call of layer": lambda made: made.layers[0],
    "update_step of the optimizer SGD": lambda made: made.optimizer,
    "apply_gradients of the optimizer SGD": lambda made: made.optimizer,
    "call of the loss MeanSquaredError": lambda made: made.loss,
}


@pytest.mark.parametrize("name", METHODS)
def test_a_method_that_was_replaced_is_refused(name):
    made = model(loss=keras.losses.MeanSquaredError(), optimizer=keras.optimizers.SGD(0.1))
    setattr(METHODS[name](made), name.partition(" ")[0], other)
    said = f"^model: expected the methods of its class, got another {name}"
    for read in (compiled_from_keras, check):
        with pytest.raises(ValueError, match=said):
            read(made)


def test_a_method_of_an_activation_that_was_replaced_is_refused():
    for place in ("in the layer", "after it"):
        activation = layers.LeakyReLU()
        chain = [layers.Dense(3, activation)] if place == "in the layer" else [layers.Dense(3), activation]
        made = keras.Sequential([keras.Input((4,)), *chain])
        from_keras(made)
        activation.call = other
        with pytest.raises(ValueError, match=r"^model: expected the methods of its class, got another call of "):
            from_keras(made)


@pytest.mark.filterwarnings("ignore:__array__ implementation")
def test_what_keras_does_to_a_model_replaces_no_method(tmp_path):
    made = model(output="softmax", loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    x, y = np.zeros((4, 4), "float32"), np.eye(3, dtype="float32")[[0, 1, 2, 0]]
    made.fit(x, y, verbose=0)
    made.evaluate(x, y, verbose=0)
    made.predict(x, verbose=0)
    made.save(tmp_path / "model.keras")
    for one in (made, keras.saving.load_model(tmp_path / "model.keras")):
        assert compiled_from_keras(one).optimizer.iterations == 1
    from_keras(keras.models.clone_model(made))


def test_a_model_that_is_not_compiled_has_no_optimizer():
    made = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    with pytest.raises(ValueError, match="model: expected one that is compiled with a loss"):
        compiled_from_keras(made)


# What is accepted trains on as Keras does

TRAINED = {
    **{f"with {name}": ({"optimizer": theirs}, "linear", "mse") for name, (theirs, _) in CARRIED.items()},
    "a penalty": ({"kernel_regularizer": "l2", "optimizer": keras.optimizers.Adam(0.125, 0.5, 0.75)}, "linear", "mse"),
    **{
        f"clipped by {name}": (
            {"optimizer": keras.optimizers.SGD(0.125, momentum=0.5, **{name: 0.05})},
            "linear",
            "mse",
        )
        for name in ("clipvalue", "clipnorm", "global_clipnorm")
    },
    "classes": ({"optimizer": keras.optimizers.SGD(0.125, momentum=0.5)}, "softmax", "categorical_crossentropy"),
    "shares": ({"optimizer": keras.optimizers.RMSprop(0.125, 0.5)}, "sigmoid", "binary_crossentropy"),
}


@pytest.mark.parametrize(("options", "output", "loss"), TRAINED.values(), ids=TRAINED)
def test_after_ten_more_steps_both_are_the_same(options, output, loss):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 4))
    y = np.eye(3)[rng.integers(0, 3, 8)]
    with floatx("float64"):
        options = dict(options)
        theirs = options.pop("optimizer")
        # With a rate that is float64
        theirs = type(theirs).from_config(theirs.get_config())
        made = model(output, loss=loss, optimizer=theirs, dtype="float64", **options)
        for _ in range(3):
            made.train_on_batch(x, y)
        net, found, optimizer, clipping, regularizer = compiled_from_keras(made)
        for _ in range(10):
            made.train_on_batch(x, y)
    for step in range(3, 13):
        optimizer.begin_epoch(step)
        gradient = net.loss_and_gradient(x, y, found, regularizer)[1]
        if clipping is not None:
            parts = [part.place for part in sides.parts(net)]
            gradient = np.concatenate(clipping([gradient[place] for place in parts]))
        optimizer.step(net.parameters, gradient)
    # Numbers of about 1 and ten steps of about the rate, 0.5 at most; Keras computes schedules and strengths in float32
    rough = not isinstance(optimizer.schedule, Constant) or regularizer is not None
    # And of Nadam the constant 0.96
    rough |= isinstance(optimizer, optimizers.Nadam)
    unit = 2.0**-24 if rough else 2.0**-53
    np.testing.assert_allclose(from_keras(made).parameters, net.parameters, rtol=0, atol=400 * unit)
    assert int(made.optimizer.iterations) == optimizer.iterations == 13
