"""Corners: derivatives where there is none, or more than one; ties; infinities."""

from typing import Any

from npnet import activations

from .gradients import jax_gradient, keras_gradient, tf_gradient, torch_gradient
from .row import Row

TF_NN = {"tensorflow": "tensorflow/python/ops/nn_grad.py"}
TF_MATH = {"tensorflow": "tensorflow/python/ops/math_grad.py"}
TORCH = {"torch": "torch/nn/functional.py"}
JAX_NN = {"jax": "jax/_src/nn/functions.py"}
JAX_LAX = {"jax": "jax/_src/lax/lax.py"}
KERAS = {"keras": "keras/src/activations/activations.py"}
KERAS_OPS = {"keras": "keras/src/ops/numpy.py"}
NPNET = {"npnet": "npnet/activations.py"}
SKLEARN = {"sklearn": "sklearn/neural_network/_base.py"}


class ReluSlope(Row):
    """Slope of ReLU at 0."""

    mathematics = "[0, 1]"
    sources = NPNET | TF_NN | KERAS | JAX_NN | TORCH | SKLEARN

    def npnet(self, np: Any) -> Any:
        return activations.relu.derivative(activations.relu(np.zeros(1)))

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(tf.nn.relu, 0.0)

    def keras(self, keras: Any) -> Any:
        return keras_gradient(keras.activations.relu, 0.0)

    def jax(self, jax: Any) -> Any:
        return jax_gradient(jax.nn.relu, 0.0)

    def torch(self, torch: Any) -> Any:
        return torch_gradient(torch.relu, 0.0)

    def sklearn(self, sklearn: Any) -> Any:
        from numpy import ones, zeros
        from sklearn.neural_network._base import DERIVATIVES

        delta = ones(1)
        DERIVATIVES["relu"](zeros(1), delta)
        return delta


class ReluOfNan(Row):
    """ReLU of NaN, and its slope there."""

    mathematics = "nan nan"
    sources = NPNET | TF_NN | KERAS | JAX_NN | TORCH | SKLEARN

    def npnet(self, np: Any) -> Any:
        y = activations.relu(np.array([np.nan]))
        return [y, activations.relu.derivative(y)]

    def tensorflow(self, tf: Any) -> Any:
        return [tf.nn.relu(float("nan")).numpy(), tf_gradient(tf.nn.relu, float("nan"))]

    def keras(self, keras: Any) -> Any:
        relu = keras.activations.relu
        value = keras.ops.convert_to_numpy(relu(keras.ops.convert_to_tensor(float("nan"))))
        return [value, keras_gradient(relu, float("nan"))]

    def jax(self, jax: Any) -> Any:
        return [jax.nn.relu(float("nan")), jax_gradient(jax.nn.relu, float("nan"))]

    def torch(self, torch: Any) -> Any:
        return [torch.relu(torch.tensor(float("nan"))), torch_gradient(torch.relu, float("nan"))]

    def sklearn(self, sklearn: Any) -> Any:
        from numpy import array, nan, ones
        from sklearn.neural_network._base import ACTIVATIONS, DERIVATIVES

        y, delta = array([nan]), ones(1)
        ACTIVATIONS["relu"](y)
        DERIVATIVES["relu"](y, delta)
        return [y, delta]


class LeakyReluSlope(Row):
    """Slope at 0 of leaky ReLU with alpha = 0.1."""

    mathematics = "[0.1, 1]"
    sources = NPNET | TF_NN | KERAS | JAX_NN | TORCH

    def npnet(self, np: Any) -> Any:
        leaky = activations.LeakyReLU(0.1)
        return leaky.derivative(leaky(np.zeros(1)))

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(lambda x: tf.nn.leaky_relu(x, 0.1), 0.0)

    def keras(self, keras: Any) -> Any:
        return keras_gradient(lambda x: keras.activations.leaky_relu(x, 0.1), 0.0)

    def jax(self, jax: Any) -> Any:
        return jax_gradient(lambda x: jax.nn.leaky_relu(x, 0.1), 0.0)

    def torch(self, torch: Any) -> Any:
        return torch_gradient(lambda x: torch.nn.functional.leaky_relu(x, 0.1), 0.0)


class Relu6Slope(Row):
    """Slope of ReLU6 at 0 and at 6."""

    mathematics = "[0, 1]"
    sources = NPNET | TF_NN | KERAS | JAX_NN | TORCH

    def npnet(self, np: Any) -> Any:
        return activations.relu6.derivative(activations.relu6(np.array([0.0, 6.0])))

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(tf.nn.relu6, [0.0, 6.0])

    def keras(self, keras: Any) -> Any:
        return keras_gradient(keras.activations.relu6, [0.0, 6.0])

    def jax(self, jax: Any) -> Any:
        return jax_gradient(jax.nn.relu6, [0.0, 6.0])

    def torch(self, torch: Any) -> Any:
        return torch_gradient(torch.nn.functional.relu6, [0.0, 6.0])


class AbsSlope(Row):
    """Slope of abs(x) at 0."""

    mathematics = "[-1, 1]"
    sources = TF_MATH | KERAS_OPS | JAX_LAX

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(tf.abs, 0.0)

    def keras(self, keras: Any) -> Any:
        return keras_gradient(keras.ops.abs, 0.0)

    def jax(self, jax: Any) -> Any:
        return jax_gradient(jax.numpy.abs, 0.0)

    def torch(self, torch: Any) -> Any:
        return torch_gradient(torch.abs, 0.0)


class MaximumSlope(Row):
    """Slope of maximum(x, 0) at 0."""

    mathematics = "[0, 1]"
    sources = TF_MATH | KERAS_OPS | JAX_LAX

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(lambda x: tf.maximum(x, 0.0), 0.0)

    def keras(self, keras: Any) -> Any:
        return keras_gradient(lambda x: keras.ops.maximum(x, 0.0), 0.0)

    def jax(self, jax: Any) -> Any:
        return jax_gradient(lambda x: jax.numpy.maximum(x, 0.0), 0.0)

    def torch(self, torch: Any) -> Any:
        return torch_gradient(lambda x: torch.maximum(x, torch.tensor(0.0)), 0.0)


class MaximumSlopeSwapped(Row):
    """Slope of maximum(0, x) at 0."""

    mathematics = "[0, 1]"
    sources = TF_MATH | KERAS_OPS | JAX_LAX

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(lambda x: tf.maximum(0.0, x), 0.0)

    def keras(self, keras: Any) -> Any:
        return keras_gradient(lambda x: keras.ops.maximum(0.0, x), 0.0)

    def jax(self, jax: Any) -> Any:
        return jax_gradient(lambda x: jax.numpy.maximum(0.0, x), 0.0)

    def torch(self, torch: Any) -> Any:
        return torch_gradient(lambda x: torch.maximum(torch.tensor(0.0), x), 0.0)


class ClipSlope(Row):
    """Slope of clip(x, 0, 1) at 0 and at 1."""

    mathematics = "[0, 1]"
    sources = {"tensorflow": "tensorflow/python/ops/clip_ops.py", "jax": "jax/_src/numpy/lax_numpy.py"} | KERAS_OPS

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(lambda x: tf.clip_by_value(x, 0.0, 1.0), [0.0, 1.0])

    def keras(self, keras: Any) -> Any:
        return keras_gradient(lambda x: keras.ops.clip(x, 0.0, 1.0), [0.0, 1.0])

    def jax(self, jax: Any) -> Any:
        return jax_gradient(lambda x: jax.numpy.clip(x, 0.0, 1.0), [0.0, 1.0])

    def torch(self, torch: Any) -> Any:
        return torch_gradient(lambda x: torch.clamp(x, 0.0, 1.0), [0.0, 1.0])


class MaxAtTies(Row):
    """Gradient of the maximum of (1, 1)."""

    mathematics = "sum 1"
    sources = TF_MATH | KERAS_OPS | JAX_LAX

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(lambda x: tf.reduce_max(x, 0), [1.0, 1.0])

    def keras(self, keras: Any) -> Any:
        return keras_gradient(lambda x: keras.ops.max(x, 0), [1.0, 1.0])

    def jax(self, jax: Any) -> Any:
        return jax_gradient(lambda x: jax.numpy.max(x, 0), [1.0, 1.0])

    def torch(self, torch: Any) -> Any:
        of_all = torch_gradient(torch.max, [1.0, 1.0])
        along = torch_gradient(lambda x: torch.max(x, 0).values, [1.0, 1.0])
        return f"{of_all[0]:g} {of_all[1]:g}; with dim {along[0]:g} {along[1]:g}"


class MaxPoolAtTies(Row):
    """Gradient of max pooling over (1, 1)."""

    mathematics = "sum 1"
    sources = {"tensorflow": "tensorflow/python/ops/nn_ops.py", "keras": "keras/src/ops/nn.py"} | TORCH

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(lambda x: tf.nn.max_pool1d(x, 2, 2, "VALID"), [[[1.0], [1.0]]])

    def keras(self, keras: Any) -> Any:
        return keras_gradient(
            lambda x: keras.ops.max_pool(x, 2, 2, "valid", data_format="channels_last"), [[[1.0], [1.0]]]
        )

    def jax(self, jax: Any) -> Any:
        window = (1, 2, 1)
        return jax_gradient(
            lambda x: jax.lax.reduce_window(x, -jax.numpy.inf, jax.lax.max, window, window, "VALID"), [[[1.0], [1.0]]]
        )

    def torch(self, torch: Any) -> Any:
        return torch_gradient(lambda x: torch.nn.functional.max_pool1d(x, 2), [[[1.0, 1.0]]])


class NormSlope(Row):
    """Gradient of the Euclidean norm at (0, 0)."""

    mathematics = "norm ≤ 1"
    sources = {
        "tensorflow": "tensorflow/python/ops/linalg_ops.py",
        "keras": "keras/src/ops/linalg.py",
        "jax": "jax/_src/numpy/linalg.py",
        "torch": "torch/functional.py",
    }

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(tf.norm, [0.0, 0.0])

    def keras(self, keras: Any) -> Any:
        return keras_gradient(keras.ops.norm, [0.0, 0.0])

    def jax(self, jax: Any) -> Any:
        return jax_gradient(jax.numpy.linalg.norm, [0.0, 0.0])

    def torch(self, torch: Any) -> Any:
        return torch_gradient(torch.linalg.norm, [0.0, 0.0])


class DeviationSlope(Row):
    """Gradient of the standard deviation of (1, 1)."""

    mathematics = "0 0"
    sources = TF_MATH | KERAS_OPS | {"jax": "jax/_src/numpy/reductions.py"}

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(tf.math.reduce_std, [1.0, 1.0])

    def keras(self, keras: Any) -> Any:
        return keras_gradient(keras.ops.std, [1.0, 1.0])

    def jax(self, jax: Any) -> Any:
        return jax_gradient(jax.numpy.std, [1.0, 1.0])

    def torch(self, torch: Any) -> Any:
        return torch_gradient(torch.std, [1.0, 1.0])


class BranchNotTaken(Row):
    """Slope at 0 of where(x > 0, sqrt(x), 0 x)."""

    mathematics = "0 or inf"
    sources = TF_MATH | KERAS_OPS | JAX_LAX

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(lambda x: tf.where(x > 0, tf.sqrt(x), 0 * x), 0.0)

    def keras(self, keras: Any) -> Any:
        return keras_gradient(lambda x: keras.ops.where(x > 0, keras.ops.sqrt(x), 0 * x), 0.0)

    def jax(self, jax: Any) -> Any:
        return jax_gradient(lambda x: jax.numpy.where(x > 0, jax.numpy.sqrt(x), 0 * x), 0.0)

    def torch(self, torch: Any) -> Any:
        return torch_gradient(lambda x: torch.where(x > 0, torch.sqrt(x), 0 * x), 0.0)


class RoundSlope(Row):
    """Slope of round(x) at 0.3."""

    mathematics = "0"
    sources = TF_MATH | KERAS_OPS | JAX_LAX

    def tensorflow(self, tf: Any) -> Any:
        return tf_gradient(tf.round, 0.3)

    def keras(self, keras: Any) -> Any:
        return keras_gradient(keras.ops.round, 0.3)

    def jax(self, jax: Any) -> Any:
        return jax_gradient(jax.numpy.round, 0.3)

    def torch(self, torch: Any) -> Any:
        return torch_gradient(torch.round, 0.3)


class GeluOfOne(Row):
    """GELU of 1 by default."""

    mathematics = "0.84134"
    sources = {"mathematics": "Hendrycks, Gimpel 2016", "tensorflow": "tensorflow/python/ops/nn_ops.py"} | (
        NPNET | KERAS | JAX_NN | TORCH
    )

    def npnet(self, np: Any) -> Any:
        return activations.gelu(np.ones(1))

    def tensorflow(self, tf: Any) -> Any:
        return tf.nn.gelu(1.0).numpy()

    def keras(self, keras: Any) -> Any:
        return keras.ops.convert_to_numpy(keras.activations.gelu(keras.ops.convert_to_tensor(1.0)))

    def jax(self, jax: Any) -> Any:
        return jax.nn.gelu(1.0)

    def torch(self, torch: Any) -> Any:
        return torch.nn.functional.gelu(torch.tensor(1.0))
