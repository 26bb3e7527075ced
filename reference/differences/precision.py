"""Precision: types that change, subnormal numbers, sums, and float64 that is float32 inside."""

from typing import Any

import numpy as np

from npnet import activations, optimizers, regularizers, schedules

from .gradients import jax_float64, keras_float64
from .row import Row, outcome, relative

TF_MATH = {"tensorflow": "tensorflow/python/ops/math_ops.py"}
KERAS_OPS = {"keras": "keras/src/ops/numpy.py"}
JAX = {"jax": "jax/_src/numpy/reductions.py"}
TORCH = {"torch": "torch/_torch_docs.py"}
LONG = 10_000_000
"""The length of sums over a long axis."""


def _kind(array: Any) -> str:
    return str(array.dtype).removeprefix("torch.")


class TypeOfList(Row):
    """Type of an array of [0.1]."""

    mathematics = "–"
    sources = {
        "tensorflow": "tensorflow/python/framework/constant_op.py",
        "keras": "keras/src/ops/core.py",
        "jax": "jax/_src/numpy/array_constructors.py",
    } | TORCH

    def npnet(self, np: Any) -> Any:
        return _kind(np.array([0.1]))

    def tensorflow(self, tf: Any) -> Any:
        return tf.constant([0.1]).dtype.name

    def keras(self, keras: Any) -> Any:
        return keras.backend.standardize_dtype(keras.ops.convert_to_tensor([0.1]).dtype)

    def jax(self, jax: Any) -> Any:
        return _kind(jax.numpy.array([0.1]))

    def torch(self, torch: Any) -> Any:
        return _kind(torch.tensor([0.1]))


class TypeOfFloat64(Row):
    """Type that a float64 array of NumPy becomes."""

    mathematics = "float64"
    sources = TypeOfList.sources

    def tensorflow(self, tf: Any) -> Any:
        return tf.constant(np.ones(1)).dtype.name

    def keras(self, keras: Any) -> Any:
        return keras.backend.standardize_dtype(keras.ops.convert_to_tensor(np.ones(1)).dtype)

    def jax(self, jax: Any) -> Any:
        return _kind(jax.numpy.array(np.ones(1)))

    def torch(self, torch: Any) -> Any:
        return _kind(torch.tensor(np.ones(1)))


class ScalarTimesArray(Row):
    """Type of a float32 array times np.float64(0.1)."""

    mathematics = "–"
    sources = {
        "tensorflow": "tensorflow/python/framework/tensor_conversion_registry.py",
        "keras": "keras/src/backend/common/variables.py",
        "jax": "jax/_src/dtypes.py",
    } | TORCH

    def npnet(self, np: Any) -> Any:
        return _kind(np.ones(1, "float32") * np.float64(0.1))

    def tensorflow(self, tf: Any) -> Any:
        return outcome(lambda: (tf.ones(1) * np.float64(0.1)).dtype.name)

    def keras(self, keras: Any) -> Any:
        return outcome(
            lambda: keras.backend.standardize_dtype(keras.ops.multiply(keras.ops.ones(1), np.float64(0.1)).dtype)
        )

    def jax(self, jax: Any) -> Any:
        return _kind(jax.numpy.ones(1) * np.float64(0.1))

    def torch(self, torch: Any) -> Any:
        return _kind(torch.ones(1) * np.float64(0.1))


class MeanOfIntegers(Row):
    """Mean of the integers 1 and 2."""

    mathematics = "1.5"
    sources = TF_MATH | KERAS_OPS | JAX | TORCH

    def npnet(self, np: Any) -> Any:
        return np.mean(np.array([1, 2]))

    def tensorflow(self, tf: Any) -> Any:
        return tf.reduce_mean(tf.constant([1, 2])).numpy()

    def keras(self, keras: Any) -> Any:
        return keras.ops.convert_to_numpy(keras.ops.mean(keras.ops.convert_to_tensor([1, 2])))

    def jax(self, jax: Any) -> Any:
        return jax.numpy.mean(jax.numpy.array([1, 2]))

    def torch(self, torch: Any) -> Any:
        return outcome(lambda: torch.mean(torch.tensor([1, 2])))


class SumOfInt32(Row):
    """Sum of twice 2147483647 as int32."""

    mathematics = "4294967294"
    sources = TF_MATH | KERAS_OPS | JAX | TORCH
    terms = np.full(2, 2147483647, "int32")

    def npnet(self, np: Any) -> Any:
        return str(np.sum(self.terms))

    def tensorflow(self, tf: Any) -> Any:
        return str(tf.reduce_sum(self.terms).numpy())

    def keras(self, keras: Any) -> Any:
        return str(keras.ops.convert_to_numpy(keras.ops.sum(keras.ops.convert_to_tensor(self.terms))))

    def jax(self, jax: Any) -> Any:
        return str(jax.numpy.sum(self.terms))

    def torch(self, torch: Any) -> Any:
        return str(torch.from_numpy(self.terms).sum().item())


class MeanOfFloat16(Row):
    """Mean of 100000 ones as float16."""

    mathematics = "1"
    sources = TF_MATH | KERAS_OPS | JAX | TORCH

    def npnet(self, np: Any) -> Any:
        return np.mean(np.ones(100_000, "float16"))

    def tensorflow(self, tf: Any) -> Any:
        return tf.reduce_mean(tf.ones(100_000, "float16")).numpy()

    def keras(self, keras: Any) -> Any:
        return keras.ops.convert_to_numpy(keras.ops.mean(keras.ops.ones(100_000, "float16")))

    def jax(self, jax: Any) -> Any:
        return jax.numpy.mean(jax.numpy.ones(100_000, "float16"))

    def torch(self, torch: Any) -> Any:
        return torch.mean(torch.ones(100_000, dtype=torch.float16))


class Variance(Row):
    """Variance of 1, 2, 3, 4 by default."""

    mathematics = "–"
    sources = TF_MATH | KERAS_OPS | JAX | TORCH

    def npnet(self, np: Any) -> Any:
        return np.var([1.0, 2.0, 3.0, 4.0])

    def tensorflow(self, tf: Any) -> Any:
        return tf.math.reduce_variance([1.0, 2.0, 3.0, 4.0]).numpy()

    def keras(self, keras: Any) -> Any:
        return keras.ops.convert_to_numpy(keras.ops.var(keras.ops.convert_to_tensor([1.0, 2.0, 3.0, 4.0])))

    def jax(self, jax: Any) -> Any:
        return jax.numpy.var(jax.numpy.array([1.0, 2.0, 3.0, 4.0]))

    def torch(self, torch: Any) -> Any:
        return torch.var(torch.tensor([1.0, 2.0, 3.0, 4.0]))


class Subnormal(Row):
    """1e-38 / 10 in float32."""

    mathematics = "1e-39"
    sources = TF_MATH | KERAS_OPS | {"jax": "jax/_src/numpy/ufuncs.py"} | TORCH

    def npnet(self, np: Any) -> Any:
        return np.array([1e-38], "float32") / np.float32(10)

    def tensorflow(self, tf: Any) -> Any:
        return (tf.constant([1e-38]) / 10.0).numpy()

    def keras(self, keras: Any) -> Any:
        return keras.ops.convert_to_numpy(keras.ops.convert_to_tensor([1e-38]) / 10.0)

    def jax(self, jax: Any) -> Any:
        return jax.numpy.array([1e-38]) / 10.0

    def torch(self, torch: Any) -> Any:
        return torch.tensor([1e-38]) / 10.0


class SubnormalFloat64(Row):
    """1e-308 / 10 in float64."""

    mathematics = "1e-309"
    sources = {name: file for name, file in Subnormal.sources.items() if name != "keras"}

    def npnet(self, np: Any) -> Any:
        return np.array([1e-308]) / 10

    def tensorflow(self, tf: Any) -> Any:
        return (tf.constant([1e-308], "float64") / 10).numpy()

    def jax(self, jax: Any) -> Any:
        with jax_float64():
            return jax.numpy.array([1e-308]) / 10

    def torch(self, torch: Any) -> Any:
        return torch.tensor([1e-308], dtype=torch.float64) / 10


class MomentumWithoutGradient(Row):
    """Momentum of 1e-37 after 300 steps without a gradient."""

    mathematics = "1.9e-51"
    sources = {
        "npnet": "npnet/engine/moments.py",
        "tensorflow": "tensorflow/python/ops/math_ops.py",
        "keras": "keras/src/optimizers/sgd.py",
        "jax": "jax/_src/numpy/ufuncs.py",
        "torch": "torch/optim/sgd.py",
        "optax": "optax/_src/alias.py",
    }

    def npnet(self, np: Any) -> Any:
        optimizer, weight, gradient = (
            optimizers.SGDM(0.1, beta=0.9),
            np.zeros(1, "float32"),
            np.full(1, 1e-36, "float32"),
        )
        # The gradient's share of this momentum is a tenth
        for _ in range(301):
            optimizer.step(weight, gradient)
            gradient[:] = 0
        return optimizer.state["m"]

    def tensorflow(self, tf: Any) -> Any:
        m = tf.Variable([1e-37])
        for _ in range(300):
            m.assign(0.9 * m)
        return m.numpy()

    def keras(self, keras: Any) -> Any:
        optimizer, weight = keras.optimizers.SGD(0.1, 0.9), keras.Variable([0.0])
        # Keras's momentum has the rate in it
        optimizer.apply([keras.ops.convert_to_tensor([1e-36])], [weight])
        for _ in range(300):
            optimizer.apply([keras.ops.zeros(1)], [weight])
        return abs(keras.ops.convert_to_numpy(optimizer.momentums[0]))

    def jax(self, jax: Any) -> Any:
        return jax.lax.fori_loop(0, 300, lambda _, m: 0.9 * m, jax.numpy.full(1, 1e-37))

    def torch(self, torch: Any) -> Any:
        weight = torch.nn.Parameter(torch.zeros(1))
        optimizer = torch.optim.SGD([weight], 0.1, 0.9)
        weight.grad = torch.full((1,), 1e-37)
        for _ in range(301):
            optimizer.step()
            weight.grad = torch.zeros(1)
        return optimizer.state[weight]["momentum_buffer"]

    def optax(self, optax: Any) -> Any:
        optimizer, weight = optax.sgd(0.1, 0.9), np.zeros(1, "float32")
        _, state = optimizer.update(np.full(1, 1e-37, "float32"), optimizer.init(weight), weight)
        for _ in range(300):
            _, state = optimizer.update(np.zeros(1, "float32"), state, weight)
        return state[0].trace


class SigmoidTail(Row):
    """Sigmoid of -88 in float32."""

    mathematics = "6.0546e-39"
    sources = {
        "npnet": "npnet/activations.py",
        "tensorflow": "tensorflow/python/ops/math_ops.py",
        "keras": "keras/src/activations/activations.py",
        "jax": "jax/_src/nn/functions.py",
        "sklearn": "sklearn/neural_network/_base.py",
    }

    def npnet(self, np: Any) -> Any:
        return activations.sigmoid(np.float32([-88]))

    def tensorflow(self, tf: Any) -> Any:
        return tf.sigmoid([-88.0]).numpy()

    def keras(self, keras: Any) -> Any:
        return keras.ops.convert_to_numpy(keras.activations.sigmoid(keras.ops.convert_to_tensor([-88.0])))

    def jax(self, jax: Any) -> Any:
        return jax.nn.sigmoid(jax.numpy.array([-88.0]))

    def torch(self, torch: Any) -> Any:
        return torch.sigmoid(torch.tensor([-88.0]))

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network._base import ACTIVATIONS

        y = np.float32([-88])
        ACTIVATIONS["logistic"](y)
        return y


class LongSum(Row):
    """Error of the sum of 10⁷ times 0.1 in float32."""

    mathematics = "–"
    sources = TF_MATH | KERAS_OPS | JAX | TORCH

    def npnet(self, np: Any) -> Any:
        return _order(np.full(LONG, 0.1, "float32").sum())

    def tensorflow(self, tf: Any) -> Any:
        return _order(tf.reduce_sum(tf.fill([LONG], 0.1)).numpy())

    def keras(self, keras: Any) -> Any:
        return _order(keras.ops.convert_to_numpy(keras.ops.sum(keras.ops.full((LONG,), 0.1))))

    def jax(self, jax: Any) -> Any:
        return _order(jax.numpy.sum(jax.numpy.full(LONG, 0.1)))

    def torch(self, torch: Any) -> Any:
        return _order(torch.full((LONG,), 0.1).sum())


class LongSumOfRows(Row):
    """Error of the sum of 10⁷ rows of 0.1 in float32."""

    mathematics = "–"
    sources = LongSum.sources

    def npnet(self, np: Any) -> Any:
        return _order(np.full((LONG, 2), 0.1, "float32").sum(0)[0])

    def tensorflow(self, tf: Any) -> Any:
        return _order(tf.reduce_sum(tf.fill([LONG, 2], 0.1), 0).numpy()[0])

    def keras(self, keras: Any) -> Any:
        return _order(keras.ops.convert_to_numpy(keras.ops.sum(keras.ops.full((LONG, 2), 0.1), 0))[0])

    def jax(self, jax: Any) -> Any:
        return _order(jax.numpy.sum(jax.numpy.full((LONG, 2), 0.1), 0)[0])

    def torch(self, torch: Any) -> Any:
        return _order(torch.full((LONG, 2), 0.1).sum(0)[0])


def _order(total: Any) -> str:
    """Return the order of a sum's relative error, as the digits depend on the processor."""
    error = abs(float(total) / (LONG * float(np.float32(0.1))) - 1)
    return "under 1e-5" if error < 1e-5 else f"{error:.0e}"


class FusedInCompiledStep(Row):
    """a b - c in a compiled function is rounded once."""

    mathematics = "–"
    sources = {"tensorflow": "tensorflow/python/eager/polymorphic_function/polymorphic_function.py"} | {
        "jax": "jax/_src/pjit.py",
    }

    # a² is 1 + 2^-11 + 2^-24, and c that number rounded: 2^-24 is left if a b - c is rounded once, 0 if twice
    a = np.float32([1 + 2.0**-12])
    c = a * a

    def npnet(self, np: Any) -> Any:
        return f"not compiled: {self._answer(self.a * self.a - self.c)}"

    def tensorflow(self, tf: Any) -> Any:
        def f(a: Any, c: Any) -> Any:
            return a * a - c

        a, c = tf.constant(self.a), tf.constant(self.c)
        compiled = tf.function(f, jit_compile=True)(a, c)
        return f"XLA {self._answer(compiled.numpy())}; tf.function {self._answer(tf.function(f)(a, c).numpy())}"

    def jax(self, jax: Any) -> Any:
        def f(a: Any, c: Any) -> Any:
            return a * a - c

        a, c = jax.numpy.array(self.a), jax.numpy.array(self.c)
        return f"jit {self._answer(jax.jit(f)(a, c))}; without {self._answer(f(a, c))}"

    def torch(self, torch: Any) -> Any:
        a, c = torch.from_numpy(self.a), torch.from_numpy(self.c)
        return f"not compiled: {self._answer(a * a - c)}; addcmul {self._answer(torch.addcmul(-c, a, a))}"

    def _answer(self, left: Any) -> str:
        return "yes" if float(left[0]) else "no"


class AdamFloat64(Row):
    """Error of Adam's first step, all float64."""

    mathematics = "0"
    sources = {
        "npnet": "npnet/optimizers.py",
        "keras": "keras/src/optimizers/adam.py",
        "torch": "torch/optim/adam.py",
        "optax": "optax/_src/transform.py",
        "sklearn": "sklearn/neural_network/_stochastic_optimizers.py",
    }

    # From 0 with next to no ε the first step is the rate, whatever the gradient
    def npnet(self, np: Any) -> Any:
        weight = np.zeros(1)
        optimizers.Adam(0.125, epsilon=1e-30).step(weight, np.full(1, 0.5))
        return relative(weight[0], -0.125)

    def keras(self, keras: Any) -> Any:
        with keras_float64(keras):
            weight = keras.Variable([0.0], dtype="float64")
            gradient = keras.ops.convert_to_tensor([0.5], "float64")
            keras.optimizers.Adam(0.125, epsilon=1e-30).apply([gradient], [weight])
            return relative(keras.ops.convert_to_numpy(weight)[0], -0.125)

    def torch(self, torch: Any) -> Any:
        weight = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
        weight.grad = torch.full((1,), 0.5, dtype=torch.float64)
        torch.optim.Adam([weight], 0.125, eps=1e-30).step()
        return relative(weight.item(), -0.125)

    def optax(self, optax: Any) -> Any:
        import jax

        with jax_float64():
            optimizer, weight = optax.adam(0.125, eps=1e-30), jax.numpy.zeros(1)
            update, _ = optimizer.update(jax.numpy.full(1, 0.5), optimizer.init(weight))
            return relative(update[0], -0.125)

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

        weights = [np.zeros(1)]
        AdamOptimizer(weights, 0.125, epsilon=1e-30).update_params(weights, [np.full(1, 0.5)])
        return relative(weights[0][0], -0.125)


class L2Float64(Row):
    """Error of an L2 penalty with strength 0.1, all float64."""

    mathematics = "0"
    sources = {
        "npnet": "npnet/regularizers.py",
        "tensorflow": "tensorflow/python/ops/nn_ops.py",
        "keras": "keras/src/regularizers/regularizers.py",
    }

    def npnet(self, np: Any) -> Any:
        return relative(regularizers.L2(0.1)(np.ones((1, 1))), 0.05)

    def tensorflow(self, tf: Any) -> Any:
        return relative((0.1 * tf.nn.l2_loss(tf.ones(1, "float64"))).numpy(), 0.05)

    def keras(self, keras: Any) -> Any:
        with keras_float64(keras):
            penalty = keras.regularizers.L2(0.1)(keras.ops.ones(1, "float64"))
            return relative(keras.ops.convert_to_numpy(penalty), 0.1)


class DecayFloat64(Row):
    """Error of an exponential decay's rate, all float64."""

    mathematics = "0"
    sources = {
        "npnet": "npnet/schedules.py",
        "keras": "keras/src/optimizers/schedules/learning_rate_schedule.py",
        "torch": "torch/optim/lr_scheduler.py",
        "optax": "optax/schedules/_schedule.py",
    }

    # 0.1 by half in each step, after one step
    def npnet(self, np: Any) -> Any:
        return relative(schedules.ExponentialDecay(0.1, 1, 0.5)(1), 0.05)

    def keras(self, keras: Any) -> Any:
        with keras_float64(keras):
            rate = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)(1)
            return relative(keras.ops.convert_to_numpy(rate), 0.05)

    def torch(self, torch: Any) -> Any:
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], 0.1)
        schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
        optimizer.step()
        schedule.step()
        return relative(schedule.get_last_lr()[0], 0.05)

    def optax(self, optax: Any) -> Any:
        with jax_float64():
            return relative(optax.exponential_decay(0.1, 1, 0.5)(1), 0.05)


THIRDS = np.arange(1, 101.0).reshape(10, 10) / 3
"""Numbers that float32 rounds."""


class MatmulFloat64(Row):
    """Error of a float64 matrix product."""

    mathematics = "0"
    sources = TF_MATH | KERAS_OPS | {"jax": "jax/_src/numpy/tensor_contractions.py"} | TORCH
    exact = float((THIRDS @ THIRDS)[0, 0])

    def npnet(self, np: Any) -> Any:
        return relative((THIRDS @ THIRDS)[0, 0], sum(THIRDS[0] * THIRDS[:, 0]))

    def tensorflow(self, tf: Any) -> Any:
        return relative(tf.matmul(THIRDS, THIRDS).numpy()[0, 0], self.exact)

    def keras(self, keras: Any) -> Any:
        with keras_float64(keras):
            a = keras.ops.convert_to_tensor(THIRDS, "float64")
            return relative(keras.ops.convert_to_numpy(keras.ops.matmul(a, a))[0, 0], self.exact)

    def jax(self, jax: Any) -> Any:
        with jax_float64():
            return relative(jax.numpy.matmul(THIRDS, THIRDS)[0, 0], self.exact)

    def torch(self, torch: Any) -> Any:
        a = torch.from_numpy(THIRDS)
        return relative((a @ a)[0, 0], self.exact)


class MeanFloat64(Row):
    """Error of a float64 mean."""

    mathematics = "0"
    sources = TF_MATH | KERAS_OPS | JAX | TORCH
    exact = 101 / 6

    def npnet(self, np: Any) -> Any:
        return relative(np.mean(THIRDS), self.exact)

    def tensorflow(self, tf: Any) -> Any:
        return relative(tf.reduce_mean(THIRDS).numpy(), self.exact)

    def keras(self, keras: Any) -> Any:
        with keras_float64(keras):
            a = keras.ops.convert_to_tensor(THIRDS, "float64")
            return relative(keras.ops.convert_to_numpy(keras.ops.mean(a)), self.exact)

    def jax(self, jax: Any) -> Any:
        with jax_float64():
            return relative(jax.numpy.mean(THIRDS), self.exact)

    def torch(self, torch: Any) -> Any:
        return relative(torch.from_numpy(THIRDS).mean(), self.exact)


class VarianceFloat64(Row):
    """Error of a float64 variance."""

    mathematics = "0"
    sources = TF_MATH | KERAS_OPS | JAX | TORCH
    # Of 1 to n it is (n² - 1) / 12
    exact = 9999 / 12 / 9

    def npnet(self, np: Any) -> Any:
        return relative(np.var(THIRDS), self.exact)

    def tensorflow(self, tf: Any) -> Any:
        return relative(tf.math.reduce_variance(THIRDS).numpy(), self.exact)

    def keras(self, keras: Any) -> Any:
        with keras_float64(keras):
            a = keras.ops.convert_to_tensor(THIRDS, "float64")
            return relative(keras.ops.convert_to_numpy(keras.ops.var(a)), self.exact)

    def jax(self, jax: Any) -> Any:
        with jax_float64():
            return relative(jax.numpy.var(THIRDS), self.exact)

    def torch(self, torch: Any) -> Any:
        return relative(torch.from_numpy(THIRDS).var(correction=0), self.exact)


class FloatxAfterLayer(Row):
    """Type of a layer made after set_floatx("float64")."""

    mathematics = "float64"
    sources = {"keras": "keras/src/dtype_policies/dtype_policy.py"}

    def keras(self, keras: Any) -> Any:
        before = keras.config.floatx()
        keras.layers.Dense(1)
        try:
            keras.config.set_floatx("float64")
            return keras.layers.Dense(1).dtype
        finally:
            keras.config.set_floatx(before)


class PredictFloat64(Row):
    """Type of what a float32 net predicts of float64 samples."""

    mathematics = "–"
    sources = {
        "npnet": "npnet/network.py",
        "keras": "keras/src/layers/layer.py",
        "torch": "torch/nn/functional.py",
        "sklearn": "sklearn/neural_network/_multilayer_perceptron.py",
    }

    def npnet(self, np: Any) -> Any:
        from npnet import MLP

        return _kind(MLP([1, 1], seed=0).predict(np.ones((1, 1))))

    def keras(self, keras: Any) -> Any:
        return _kind(keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]).predict(np.ones((1, 1)), verbose=0))

    def torch(self, torch: Any) -> Any:
        return outcome(lambda: _kind(torch.nn.Linear(1, 1)(torch.from_numpy(np.ones((1, 1))))))

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network import MLPRegressor

        x = np.ones((4, 1), "float32")
        model = MLPRegressor(hidden_layer_sizes=(1,), solver="sgd", batch_size=4, random_state=0).partial_fit(
            x, x[:, 0]
        )
        return _kind(model.predict(np.ones((1, 1))))
