"""Reporting: what the numbers that a training prints are the mean of, and what layers start from."""

from typing import Any

import numpy as np

from npnet import MLP, optimizers, regularizers

from .row import Row

KERAS = {"keras": "keras/src/trainers/trainer.py"}
NPNET = {"npnet": "npnet/training.py"}
SKLEARN = {"sklearn": "sklearn/neural_network/_multilayer_perceptron.py"}
X = np.zeros((5, 1), "float32")
ERRORS = np.float32([[1], [1], [1], [1], [6]]) ** 0.5
"""Labels for an output of 0: the squared errors are 1, 1, 1, 1 and 6."""


def _npnet(regularizer: Any = None) -> Any:
    net = MLP([1, 1], output="identity", dtype="float64", seed=0)
    net.parameters = [1 if regularizer else 0, 0]
    return net


def _keras(keras: Any, rate: float, regularizer: Any = None) -> Any:
    layer = keras.layers.Dense(1, use_bias=False, kernel_regularizer=regularizer)
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(keras.optimizers.SGD(rate), "mse")
    layer.kernel.assign([[1.0 if regularizer else 0.0]])
    return model


def _sklearn(x: Any, y: Any, batch: int, alpha: float = 0.0) -> float:
    """Return the loss that scikit-learn reports for one epoch from weights of 0, or of 1 with a penalty."""
    from sklearn.neural_network import MLPRegressor

    model = MLPRegressor(
        hidden_layer_sizes=(1,), activation="identity", solver="sgd", alpha=alpha, learning_rate_init=1e-9,
        batch_size=batch, shuffle=False,
    )  # fmt: skip
    model.partial_fit(x, y)
    start = 1.0 if alpha else 0.0
    model.coefs_, model.intercepts_ = [np.full((1, 1), start), np.zeros((1, 1))], [np.zeros(1), np.zeros(1)]
    model.partial_fit(x, y)
    return float(model.loss_)


class PartialBatch(Row):
    """Loss of an epoch: batches of 2, 2, 1 with losses 1, 1, 6."""

    mathematics = "2"
    sources = NPNET | KERAS | SKLEARN

    def npnet(self, np: Any) -> Any:
        optimizer = optimizers.SGD(1e-9)
        return _npnet().fit(X, ERRORS, epochs=1, batch_size=2, optimizer=optimizer, shuffle=False).loss[0]

    def keras(self, keras: Any) -> Any:
        return _keras(keras, 0.0).fit(X, ERRORS, 2, verbose=0, shuffle=False).history["loss"][0]

    def sklearn(self, sklearn: Any) -> Any:
        # The squared error is halved
        return 2 * _sklearn(X, ERRORS[:, 0], 2)


class PartialBatchEvaluated(Row):
    """Loss of evaluate: batches of 2, 2, 1 with losses 1, 1, 6."""

    mathematics = "2"
    sources = {"npnet": "npnet/network.py"} | KERAS

    def npnet(self, np: Any) -> Any:
        return _npnet().evaluate(X, ERRORS, loss="mse")[0]

    def keras(self, keras: Any) -> Any:
        return _keras(keras, 0.0).evaluate(X, ERRORS, 2, verbose=0)


class BeforeOrAfterStep(Row):
    """Loss reported of an epoch of one step is that before it."""

    mathematics = "–"
    sources = NPNET | KERAS | SKLEARN

    # From 0, towards 1: before the step the loss is 1
    def npnet(self, np: Any) -> Any:
        history = _npnet().fit([[1.0]], [[1.0]], epochs=1, optimizer=optimizers.SGD(0.1))
        return bool(history.loss[0] == 1)

    def keras(self, keras: Any) -> Any:
        return _keras(keras, 0.1).fit(np.ones((1, 1)), np.ones((1, 1)), verbose=0).history["loss"][0] == 1

    def sklearn(self, sklearn: Any) -> Any:
        return _sklearn(np.ones((1, 1)), np.ones(1), 1) == 0.5


class TrainOnBatch(Row):
    """Second train_on_batch: losses 1, then 9."""

    mathematics = "9"
    sources = KERAS

    def keras(self, keras: Any) -> Any:
        model = _keras(keras, 0.0)
        x = np.zeros((1, 1), "float32")
        model.train_on_batch(x, np.float32([[1]]))
        return model.train_on_batch(x, np.float32([[3]]))


class PenaltyReported(Row):
    """The reported training loss has the penalty in it."""

    mathematics = "–"
    sources = NPNET | KERAS | SKLEARN

    # Of samples and labels that are 0 the loss is 0
    def npnet(self, np: Any) -> Any:
        penalty, x = regularizers.L2(1.0), np.zeros((1, 1))
        history = _npnet(penalty).fit(x, x, epochs=1, optimizer=optimizers.SGD(1e-9), regularizer=penalty)
        return bool(history.loss[0] > 0)

    def keras(self, keras: Any) -> Any:
        x = np.zeros((1, 1), "float32")
        return _keras(keras, 0.0, keras.regularizers.L2(1.0)).fit(x, x, verbose=0).history["loss"][0] > 0

    def sklearn(self, sklearn: Any) -> Any:
        return _sklearn(np.zeros((1, 1)), np.zeros(1), 1, alpha=1.0) > 0


class PenaltyEvaluated(Row):
    """The loss of evaluate has the penalty in it."""

    mathematics = "–"
    sources = {"npnet": "npnet/network.py"} | KERAS

    def npnet(self, np: Any) -> Any:
        penalty, x = regularizers.L2(1.0), np.zeros((1, 1))
        net = _npnet(penalty)
        net.fit(x, x, epochs=1, optimizer=optimizers.SGD(1e-9), regularizer=penalty)
        return bool(net.evaluate(x, x)[0] > 0)

    def keras(self, keras: Any) -> Any:
        x = np.zeros((1, 1), "float32")
        return _keras(keras, 0.0, keras.regularizers.L2(1.0)).evaluate(x, x, verbose=0) > 0


class ClassAtOneHalf(Row):
    """Class of a probability of exactly 0.5."""

    mathematics = "–"
    sources = {
        "npnet": "npnet/metrics.py",
        "keras": "keras/src/metrics/accuracy_metrics.py",
        "sklearn": "sklearn/preprocessing/_label.py",
    }

    def npnet(self, np: Any) -> Any:
        net = MLP([1, 1], output="sigmoid", dtype="float64", seed=0)
        net.parameters = np.zeros(2)
        return net.evaluate([[1.0]], [[1.0]])[1]

    def keras(self, keras: Any) -> Any:
        found = keras.metrics.binary_accuracy(np.float32([[1]]), np.float32([[0.5]]))
        return keras.ops.convert_to_numpy(found)

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network import MLPClassifier

        model = MLPClassifier(hidden_layer_sizes=(1,), random_state=0).partial_fit(
            [[0.0], [1.0]], [0, 1], classes=[0, 1]
        )
        model.coefs_, model.intercepts_ = [np.zeros((1, 1)), np.zeros((1, 1))], [np.zeros(1), np.zeros(1)]
        return model.predict([[1.0]])


class RunningVariance(Row):
    """Batch normalization of 1, 2, 3, 4: its variance in the average."""

    mathematics = "1.6667"
    sources = {
        "mathematics": "Ioffe, Szegedy 2015, algorithm 2",
        "keras": "keras/src/layers/normalization/batch_normalization.py",
        "torch": "torch/nn/modules/batchnorm.py",
    }

    def keras(self, keras: Any) -> Any:
        layer = keras.layers.BatchNormalization(momentum=0.0)
        layer(np.float32([[1], [2], [3], [4]]), training=True)
        return keras.ops.convert_to_numpy(layer.moving_variance)

    def torch(self, torch: Any) -> Any:
        layer = torch.nn.BatchNorm1d(1, momentum=1.0)
        layer(torch.tensor([[1.0], [2.0], [3.0], [4.0]]))
        return layer.running_var


class RunningMomentum(Row):
    """Batch normalization: share of a batch in the average."""

    mathematics = "–"
    sources = {name: file for name, file in RunningVariance.sources.items() if name != "mathematics"}

    def keras(self, keras: Any) -> Any:
        layer = keras.layers.BatchNormalization()
        layer(np.float32([[1], [3]]), training=True)
        return keras.ops.convert_to_numpy(layer.moving_mean) / 2

    def torch(self, torch: Any) -> Any:
        layer = torch.nn.BatchNorm1d(1)
        layer(torch.tensor([[1.0], [3.0]]))
        return layer.running_mean / 2


class FirstBiases(Row):
    """Largest first bias of a layer from 100 to 100 units."""

    mathematics = "–"
    sources = {
        "npnet": "npnet/network.py",
        "keras": "keras/src/layers/core/dense.py",
        "torch": "torch/nn/modules/linear.py",
    } | SKLEARN

    def npnet(self, np: Any) -> Any:
        return _largest(MLP([100, 100], seed=0).biases[0])

    def keras(self, keras: Any) -> Any:
        layer = keras.layers.Dense(100)
        layer.build((1, 100))
        return _largest(layer.get_weights()[1])

    def torch(self, torch: Any) -> Any:
        return _largest(torch.nn.Linear(100, 100).bias.detach().numpy())

    def sklearn(self, sklearn: Any) -> Any:
        return _largest(_fresh().intercepts_[0])


class FirstWeights(Row):
    """Largest first weight of a layer from 100 to 100 units."""

    mathematics = "–"
    sources = FirstBiases.sources

    def npnet(self, np: Any) -> Any:
        return _largest(MLP([100, 100], seed=0).weights[0], 2)

    def keras(self, keras: Any) -> Any:
        layer = keras.layers.Dense(100)
        layer.build((1, 100))
        return _largest(layer.get_weights()[0], 2)

    def torch(self, torch: Any) -> Any:
        return _largest(torch.nn.Linear(100, 100).weight.detach().numpy(), 2)

    def sklearn(self, sklearn: Any) -> Any:
        return _largest(_fresh().coefs_[0], 2)


def _fresh() -> Any:
    from sklearn.neural_network import MLPRegressor

    model = MLPRegressor(hidden_layer_sizes=(100,), solver="sgd", learning_rate_init=1e-9, batch_size=1)
    return model.partial_fit(np.zeros((1, 100)), np.zeros(1))


def _largest(parameters: Any, digits: int = 1) -> str:
    """Return the largest size of random numbers, with few digits."""
    return f"{np.abs(parameters).max():.{digits}g}"
