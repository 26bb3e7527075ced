"""Losses and penalties: clipped probabilities, odd labels, factors, and what a gradient is the gradient of."""

from typing import Any

import numpy as np

from npnet import MLP, losses, optimizers, regularizers

from .gradients import jax_gradient, keras_gradient, tf_gradient, torch_gradient
from .row import Row, outcome

NPNET = {"npnet": "npnet/losses.py"}
KERAS = {"keras": "keras/src/losses/losses.py"}
TF_NN = {"tensorflow": "tensorflow/python/ops/nn_ops.py"}
TORCH = {"torch": "torch/nn/functional.py"}
OPTAX = {"optax": "optax/losses/_classification.py"}
SKLEARN = {"sklearn": "sklearn/metrics/_classification.py"}
MLP_SKLEARN = {"sklearn": "sklearn/neural_network/_multilayer_perceptron.py"}
LOGITS = [[1.0, 0.0, 0.0]]
"""Of one sample, for the rows on labels out of range."""


class ZeroProbability(Row):
    """Cross-entropy where the right class has probability 0."""

    mathematics = "inf"
    sources = NPNET | KERAS | SKLEARN

    def npnet(self, np: Any) -> Any:
        return outcome(lambda: losses.CategoricalCrossentropy()([[1, 0]], [[0, 1]]))

    def keras(self, keras: Any) -> Any:
        loss = keras.losses.CategoricalCrossentropy()
        return keras.ops.convert_to_numpy(loss(np.float32([[1, 0]]), np.float32([[0, 1]])))

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.metrics import log_loss

        found = [log_loss([0], np.array([[0, 1]], dtype), labels=[0, 1]) for dtype in ("float32", "float64")]
        return f"{found[0]:.5g}; float64 {found[1]:.5g}"


class ZeroProbabilityGradient(Row):
    """Gradient of cross-entropy by p = (0, 1), label (1, 0)."""

    mathematics = "-inf 0"
    sources = NPNET | KERAS

    def npnet(self, np: Any) -> Any:
        return outcome(lambda: losses.CategoricalCrossentropy().gradient([[1, 0]], [[0, 1]]))

    def keras(self, keras: Any) -> Any:
        loss = keras.losses.CategoricalCrossentropy()
        return keras_gradient(lambda p: loss(np.float32([[1, 0]]), p), [[0.0, 1.0]])


class BinaryZeroProbability(Row):
    """Binary cross-entropy of p = 0, label 1."""

    mathematics = "inf"
    sources = NPNET | KERAS | TORCH | {"sklearn": "sklearn/neural_network/_base.py"}

    def npnet(self, np: Any) -> Any:
        return outcome(lambda: losses.BinaryCrossentropy()([[1]], [[0]]))

    def keras(self, keras: Any) -> Any:
        return keras.ops.convert_to_numpy(keras.losses.BinaryCrossentropy()(np.float32([[1]]), np.float32([[0]])))

    def torch(self, torch: Any) -> Any:
        return torch.nn.functional.binary_cross_entropy(torch.zeros(1), torch.ones(1))

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network._base import LOSS_FUNCTIONS

        loss = LOSS_FUNCTIONS["binary_log_loss"]
        found = [float(loss(np.ones((1, 1)), np.zeros((1, 1), dtype))) for dtype in ("float32", "float64")]
        return f"{found[0]:.5g}; float64 {found[1]:.5g}"


class BinaryProbabilityOne(Row):
    """Binary cross-entropy of p = 1, label 0."""

    mathematics = "inf"
    sources = BinaryZeroProbability.sources

    def npnet(self, np: Any) -> Any:
        return outcome(lambda: losses.BinaryCrossentropy()([[0]], [[1]]))

    def keras(self, keras: Any) -> Any:
        return keras.ops.convert_to_numpy(keras.losses.BinaryCrossentropy()(np.float32([[0]]), np.float32([[1]])))

    def torch(self, torch: Any) -> Any:
        return torch.nn.functional.binary_cross_entropy(torch.ones(1), torch.zeros(1))

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network._base import LOSS_FUNCTIONS

        loss = LOSS_FUNCTIONS["binary_log_loss"]
        found = [float(loss(np.zeros((1, 1)), np.ones((1, 1), dtype))) for dtype in ("float32", "float64")]
        return f"{found[0]:.5g}; float64 {found[1]:.5g}"


class BinaryZeroProbabilityGradient(Row):
    """Gradient of binary cross-entropy by p = 0, label 1."""

    mathematics = "-inf"
    sources = NPNET | KERAS | TORCH

    def npnet(self, np: Any) -> Any:
        return outcome(lambda: losses.BinaryCrossentropy().gradient([[1]], [[0]]))

    def keras(self, keras: Any) -> Any:
        return keras_gradient(lambda p: keras.losses.BinaryCrossentropy()(np.float32([[1]]), p), [[0.0]])

    def torch(self, torch: Any) -> Any:
        return torch_gradient(lambda p: torch.nn.functional.binary_cross_entropy(p, torch.ones(1)), [0.0])


class ProbabilitiesWithSum2(Row):
    """Cross-entropy of p = (1, 1), label (1, 0)."""

    mathematics = "0"
    sources = NPNET | KERAS | SKLEARN

    def npnet(self, np: Any) -> Any:
        return outcome(lambda: losses.CategoricalCrossentropy()([[1, 0]], [[1, 1]]))

    def keras(self, keras: Any) -> Any:
        loss = keras.losses.CategoricalCrossentropy()
        return keras.ops.convert_to_numpy(loss(np.float32([[1, 0]]), np.float32([[1, 1]])))

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.metrics import log_loss

        return outcome(lambda: log_loss([0], [[1.0, 1.0]], labels=[0, 1]))


SOFT = np.float32([[0.2, 0.3]])
"""Labels whose sum is not 1."""


class SoftLabels(Row):
    """Gradient by logits (1, 0), labels (0.2, 0.3)."""

    mathematics = "0.16553 -0.16553"
    sources = NPNET | TF_NN | KERAS | TORCH | OPTAX

    def npnet(self, np: Any) -> Any:
        return outcome(lambda: losses.CategoricalCrossentropy(from_logits=True).gradient(SOFT, [[1.0, 0.0]]))

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(lambda z: tf.nn.softmax_cross_entropy_with_logits(SOFT, z), [[1.0, 0.0]])

    def keras(self, keras: Any) -> Any:
        loss = keras.losses.CategoricalCrossentropy(from_logits=True)
        return keras_gradient(lambda z: loss(SOFT, z), [[1.0, 0.0]])

    def torch(self, torch: Any) -> Any:
        return torch_gradient(lambda z: torch.nn.functional.cross_entropy(z, torch.from_numpy(SOFT)), [[1.0, 0.0]])

    def optax(self, optax: Any) -> Any:
        return jax_gradient(lambda z: optax.softmax_cross_entropy(z, SOFT), [[1.0, 0.0]])


class _Label(Row):
    """A label that is not one of three classes."""

    label: int
    sources = NPNET | TF_NN | KERAS | TORCH | OPTAX | SKLEARN

    def npnet(self, np: Any) -> Any:
        net = MLP([1, 3], output="softmax", seed=0)
        return outcome(lambda: net.loss_and_gradient([[1.0]], [self.label])[0])

    def tensorflow(self, tf: Any) -> Any:
        return outcome(lambda: tf.nn.sparse_softmax_cross_entropy_with_logits([self.label], LOGITS).numpy())

    def keras(self, keras: Any) -> Any:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        return outcome(lambda: keras.ops.convert_to_numpy(loss(np.array([self.label]), np.float32(LOGITS))))

    def torch(self, torch: Any) -> Any:
        loss = torch.nn.functional.cross_entropy
        return outcome(lambda: loss(torch.tensor(LOGITS), torch.tensor([self.label])))

    def optax(self, optax: Any) -> Any:
        loss = optax.softmax_cross_entropy_with_integer_labels
        return outcome(lambda: loss(np.float32(LOGITS), np.array([self.label])))

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.metrics import log_loss

        return outcome(lambda: log_loss([self.label], [[0.5, 0.25, 0.25]], labels=[0, 1, 2]))


class LabelTooLarge(_Label):
    """Label 3 of three classes, logits (1, 0, 0)."""

    mathematics = "–"
    label = 3


class LabelNegative(_Label):
    """Label -1 of three classes, logits (1, 0, 0)."""

    mathematics = "–"
    label = -1


class LabelIgnored(_Label):
    """Label -100 of three classes, logits (1, 0, 0)."""

    mathematics = "–"
    label = -100


class WeightedMean(Row):
    """Mean of the losses 1 and 2 with weights 1 and 3."""

    mathematics = "–"
    sources = NPNET | KERAS | TORCH | {"sklearn": "sklearn/metrics/_regression.py"}

    def npnet(self, np: Any) -> Any:
        return losses.MeanSquaredError()([[0], [0]], [[1], [2**0.5]], [1, 3])

    def keras(self, keras: Any) -> Any:
        y, p, weights = np.zeros((2, 1), "float32"), np.float32([[1], [2**0.5]]), np.float32([1, 3])
        return keras.ops.convert_to_numpy(keras.losses.MeanSquaredError()(y, p, weights))

    def torch(self, torch: Any) -> Any:
        scores = torch.tensor([[-1.0, 0.0], [0.0, -2.0]])
        return torch.nn.functional.nll_loss(scores, torch.tensor([0, 1]), torch.tensor([1.0, 3.0]))

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.metrics import mean_squared_error

        return mean_squared_error([0, 0], [1, 2**0.5], sample_weight=[1, 3])


class SquaredError(Row):
    """The squared loss of an error of 2."""

    mathematics = "4"
    sources = NPNET | KERAS | TORCH | {
        "tensorflow": "tensorflow/python/ops/nn_ops.py",
        "optax": "optax/losses/_regression.py",
        "sklearn": "sklearn/neural_network/_base.py",
    }  # fmt: skip

    def npnet(self, np: Any) -> Any:
        return losses.MeanSquaredError()([[0]], [[2]])

    def tensorflow(self, tf: Any) -> Any:
        return f"l2_loss {tf.nn.l2_loss([2.0]).numpy():g}"

    def keras(self, keras: Any) -> Any:
        return keras.ops.convert_to_numpy(keras.losses.MeanSquaredError()(np.zeros((1, 1)), 2 * np.ones((1, 1))))

    def torch(self, torch: Any) -> Any:
        return torch.nn.functional.mse_loss(torch.tensor([2.0]), torch.tensor([0.0]))

    def optax(self, optax: Any) -> Any:
        return f"squared_error {optax.squared_error(2.0, 0.0):g}; l2_loss {optax.l2_loss(2.0, 0.0):g}"

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network._base import LOSS_FUNCTIONS

        return f"MLPRegressor {LOSS_FUNCTIONS['squared_error'](np.zeros((1, 1)), 2 * np.ones((1, 1))):g}"


class GradientOverLoss(Row):
    """Gradient of a step over that of the reported loss, 3 outputs."""

    mathematics = "1"
    sources = {"npnet": "npnet/engine/stepping.py", "keras": "keras/src/trainers/trainer.py"} | MLP_SKLEARN

    def npnet(self, np: Any) -> Any:
        net = MLP([1, 3], output="identity", dtype="float64", seed=0)

        def reported(start: float) -> Any:
            net.parameters = [start, 0, 0, 0, 0, 0]
            optimizer = optimizers.SGD(1.0)
            return net.fit([[1.0]], [[1.0, 2.0, 3.0]], epochs=1, optimizer=optimizer).loss[0], start - net.parameters[0]

        return _ratio(reported)

    def keras(self, keras: Any) -> Any:
        layer = keras.layers.Dense(3, use_bias=False)
        model = keras.Sequential([keras.Input((1,)), layer])
        model.compile(keras.optimizers.SGD(1.0), "mse")

        def reported(start: float) -> Any:
            layer.kernel.assign(np.float32([[start, 0, 0]]))
            history = model.fit(np.ones((1, 1)), np.float32([[1, 2, 3]]), verbose=0)
            return history.history["loss"][0], start - float(layer.get_weights()[0][0, 0])

        return _ratio(reported)

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network import MLPRegressor

        x, y, rate = np.ones((1, 1)), np.array([[1.0, 2.0, 3.0]]), 1e-3
        model = MLPRegressor(
            hidden_layer_sizes=(1,), activation="identity", solver="sgd", alpha=0, momentum=0, learning_rate_init=rate,
            batch_size=1,
        )  # fmt: skip
        model.partial_fit(x, y)

        def reported(start: float) -> Any:
            model.coefs_ = [np.ones((1, 1)), np.array([[start, 0.0, 0.0]])]
            model.intercepts_ = [np.zeros(1), np.zeros(3)]
            model.partial_fit(x, y)
            return model.loss_, (start - model.coefs_[1][0, 0]) / rate

        return _ratio(reported)


def _ratio(reported: Any) -> str:
    """Return the gradient of a step over the central difference of what is reported, which is quadratic."""
    (high, _), (low, _), (_, gradient) = reported(0.5), reported(-0.5), reported(0.0)
    return f"{gradient / (high - low):.3g}"


class L1AtZero(Row):
    """Gradient of the L1 norm at a weight of 0."""

    mathematics = "[-1, 1]"
    sources = {
        "npnet": "npnet/regularizers.py",
        "tensorflow": "tensorflow/python/ops/linalg_ops.py",
        "keras": "keras/src/regularizers/regularizers.py",
        "jax": "jax/_src/numpy/linalg.py",
        "torch": "torch/functional.py",
    }

    def npnet(self, np: Any) -> Any:
        return regularizers.L1(1.0).gradient(np.zeros((1, 1)))

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(lambda w: tf.norm(w, ord=1), [0.0])

    def keras(self, keras: Any) -> Any:
        return keras_gradient(keras.regularizers.L1(1.0), [0.0])

    def jax(self, jax: Any) -> Any:
        return jax_gradient(lambda w: jax.numpy.linalg.norm(w, 1), [0.0])

    def torch(self, torch: Any) -> Any:
        return torch_gradient(lambda w: torch.linalg.vector_norm(w, 1), [0.0])


class L2Factor(Row):
    """Gradient of an L2 strength of 0.1 at w = 2, batches of 1 and 4."""

    mathematics = "–"
    sources = {
        "npnet": "npnet/regularizers.py",
        "tensorflow": "tensorflow/python/ops/nn_ops.py",
        "keras": "keras/src/regularizers/regularizers.py",
        "torch": "torch/optim/sgd.py",
        "optax": "optax/transforms/_adding.py",
    } | MLP_SKLEARN

    def npnet(self, np: Any) -> Any:
        def added(batch: int) -> float:
            net = MLP([1, 1], output="identity", dtype="float64", seed=0)
            net.parameters = [2, 0]
            x = np.zeros((batch, 1))
            net.fit(x, x, optimizer=optimizers.SGD(1.0), batch_size=batch, epochs=1, regularizer=regularizers.L2(0.1))
            return 2 - float(net.weights[0][0, 0])

        return [added(1), added(4)]

    def tensorflow(self, tf: Any) -> Any:
        return 2 * [tf_gradient(lambda w: 0.1 * tf.nn.l2_loss(w), 2.0)]

    def keras(self, keras: Any) -> Any:
        def added(batch: int) -> float:
            layer = keras.layers.Dense(1, use_bias=False, kernel_regularizer=keras.regularizers.L2(0.1))
            model = keras.Sequential([keras.Input((1,)), layer])
            model.compile(keras.optimizers.SGD(1.0), "mse")
            layer.kernel.assign([[2.0]])
            model.train_on_batch(np.zeros((batch, 1), "float32"), np.zeros((batch, 1), "float32"))
            return 2 - float(layer.get_weights()[0][0, 0])

        return [added(1), added(4)]

    def torch(self, torch: Any) -> Any:
        w = torch.nn.Parameter(torch.tensor([2.0]))
        w.grad = torch.zeros(1)
        torch.optim.SGD([w], lr=1.0, weight_decay=0.1).step()
        return 2 * [2 - w.item()]

    def optax(self, optax: Any) -> Any:
        transform = optax.add_decayed_weights(0.1)
        w = np.float32([2])
        return 2 * [transform.update(0 * w, transform.init(w), w)[0]]

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network import MLPRegressor

        def added(batch: int) -> float:
            x, rate = np.zeros((batch, 1)), 1e-3
            model = MLPRegressor(
                hidden_layer_sizes=(1,), activation="identity", solver="sgd", alpha=0.1, momentum=0,
                learning_rate_init=rate, batch_size=batch,
            )  # fmt: skip
            model.partial_fit(x, x[:, 0])
            model.coefs_, model.intercepts_ = [np.full((1, 1), 2.0), np.zeros((1, 1))], [np.zeros(1), np.zeros(1)]
            model.partial_fit(x, x[:, 0])
            return (2 - model.coefs_[0][0, 0]) / rate

        return [added(1), added(4)]
