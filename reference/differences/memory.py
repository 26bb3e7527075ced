"""Memory: what shares it, what copies, and who still reads it after a call has returned."""

from typing import Any

import numpy as np

from .row import Row

CORE = {
    "tensorflow": "tensorflow/python/framework/constant_op.py",
    "keras": "keras/src/ops/core.py",
    "jax": "jax/_src/numpy/array_constructors.py",
    "torch": "torch/_torch_docs.py",
}


def _aligned(count: int) -> Any:
    """Return zeros that begin at a multiple of 64 bytes, as large arrays often do."""
    raw = np.zeros(count * 4 + 64, "uint8")
    start = -raw.ctypes.data % 64
    return raw[start : start + count * 4].view("float32")


def _follows(make: Any) -> bool:
    """Return whether what is made of an array of NumPy changes with it."""
    array = _aligned(1024)
    made = make(array)
    array[:] = 1
    return bool(np.asarray(made).sum() > 0)


class SharedByArray(Row):
    """array(a) of an array of NumPy changes with it."""

    mathematics = "–"
    sources = CORE

    def npnet(self, np: Any) -> Any:
        return _follows(np.array)

    def tensorflow(self, tf: Any) -> Any:
        return _follows(tf.constant)

    def keras(self, keras: Any) -> Any:
        array = _aligned(1024)
        made = keras.ops.array(array)
        array[:] = 1
        return bool(keras.ops.convert_to_numpy(made).sum() > 0)

    def jax(self, jax: Any) -> Any:
        return _follows(jax.numpy.array)

    def torch(self, torch: Any) -> Any:
        return _follows(torch.tensor)


class SharedByAsarray(Row):
    """asarray(a) of an array of NumPy changes with it."""

    mathematics = "–"
    sources = CORE

    def npnet(self, np: Any) -> Any:
        return _follows(np.asarray)

    def tensorflow(self, tf: Any) -> Any:
        return _follows(tf.convert_to_tensor)

    def keras(self, keras: Any) -> Any:
        array = _aligned(1024)
        made = keras.ops.convert_to_tensor(array)
        array[:] = 1
        return bool(keras.ops.convert_to_numpy(made).sum() > 0)

    def jax(self, jax: Any) -> Any:
        return _follows(jax.numpy.asarray)

    def torch(self, torch: Any) -> Any:
        return _follows(torch.asarray)


class SharedByTransfer(Row):
    """device_put(a), from_numpy(a): changes with a."""

    mathematics = "–"
    sources = {"jax": "jax/_src/api.py", "torch": "torch/_torch_docs.py"}

    def jax(self, jax: Any) -> Any:
        return _follows(jax.device_put)

    def torch(self, torch: Any) -> Any:
        return _follows(torch.from_numpy)


class VariableFromArray(Row):
    """A variable made of an array of NumPy changes with it."""

    mathematics = "–"
    sources = {
        "npnet": "npnet/network.py",
        "tensorflow": "tensorflow/python/ops/resource_variable_ops.py",
        "keras": "keras/src/backend/common/variables.py",
        "torch": "torch/nn/parameter.py",
    }

    def npnet(self, np: Any) -> Any:
        from npnet import MLP

        net, array = MLP([1, 1], seed=0), np.zeros(2, "float32")
        net.parameters = array
        array[:] = 1
        return bool(net.parameters.sum() > 0)

    def tensorflow(self, tf: Any) -> Any:
        return _follows(tf.Variable)

    def keras(self, keras: Any) -> Any:
        array = _aligned(1024)
        variable = keras.Variable(array)
        array[:] = 1
        return bool(keras.ops.convert_to_numpy(variable).sum() > 0)

    def torch(self, torch: Any) -> Any:
        array = _aligned(1024)
        parameter = torch.nn.Parameter(torch.from_numpy(array))
        array[:] = 1
        return bool(parameter.sum() > 0)


class FetchedBeforeStep(Row):
    """Weights fetched as an array change with the next step."""

    mathematics = "–"
    sources = {
        "npnet": "npnet/network.py",
        "tensorflow": "tensorflow/python/framework/ops.py",
        "keras": "keras/src/layers/layer.py",
        "torch": "torch/_tensor.py",
        "sklearn": "sklearn/neural_network/_stochastic_optimizers.py",
    }

    def npnet(self, np: Any) -> Any:
        from npnet import MLP, optimizers

        net = MLP([1, 1], seed=0)
        fetched = net.weights[0]
        before = fetched.copy()
        net.fit([[1.0]], [[9.0]], epochs=1, optimizer=optimizers.SGD(0.1))
        return bool((fetched != before).any())

    def tensorflow(self, tf: Any) -> Any:
        variable = tf.Variable(np.zeros(1024, "float32"))
        fetched = variable.numpy()
        variable.assign_sub(tf.ones(1024))
        return bool(fetched.any())

    def keras(self, keras: Any) -> Any:
        layer = keras.layers.Dense(32)
        model = keras.Sequential([keras.Input((32,)), layer])
        model.compile(keras.optimizers.SGD(0.1), "mse")
        fetched = layer.get_weights()[0]
        before = fetched.copy()
        model.train_on_batch(np.ones((1, 32), "float32"), np.full((1, 32), 9, "float32"))
        return bool((fetched != before).any())

    def torch(self, torch: Any) -> Any:
        weight = torch.nn.Parameter(torch.zeros(1024))
        fetched = weight.detach().numpy()
        weight.grad = torch.ones(1024)
        torch.optim.SGD([weight], 0.1).step()
        return bool(fetched.any())

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network import MLPRegressor

        model = MLPRegressor(hidden_layer_sizes=(1,), solver="sgd", batch_size=1, random_state=0).partial_fit(
            [[1.0]], [9.0]
        )
        fetched = model.coefs_[1]
        before = fetched.copy()
        model.partial_fit([[1.0]], [9.0])
        return bool((fetched != before).any()) or bool((model.coefs_[1] == before).all())


class SliceIsView(Row):
    """b = a[1:] changes when a does."""

    mathematics = "–"
    sources = {
        "tensorflow": "tensorflow/python/ops/array_ops.py",
        "jax": "jax/_src/numpy/indexing.py",
        "torch": "torch/_tensor.py",
    }

    def npnet(self, np: Any) -> Any:
        a = np.zeros(4)
        b = a[1:]
        a += 1
        return bool(b.any())

    def tensorflow(self, tf: Any) -> Any:
        a = tf.Variable([0.0, 0.0])
        b = a[1:]
        a.assign_add([1.0, 1.0])
        return bool(b.numpy().any())

    def jax(self, jax: Any) -> Any:
        a = jax.numpy.zeros(4)
        b = a[1:]
        a += 1
        return bool(b.any())

    def torch(self, torch: Any) -> Any:
        a = torch.zeros(4)
        b = a[1:]
        a += 1
        return bool(b.any())


class AsArrayWritable(Row):
    """np.asarray(tensor) can be written to."""

    mathematics = "–"
    sources = {
        "tensorflow": "tensorflow/python/framework/ops.py",
        "jax": "jax/_src/array.py",
        "torch": "torch/_tensor.py",
    }

    def tensorflow(self, tf: Any) -> Any:
        return np.asarray(tf.zeros(4)).flags.writeable

    def jax(self, jax: Any) -> Any:
        return np.asarray(jax.numpy.zeros(4)).flags.writeable

    def torch(self, torch: Any) -> Any:
        return np.asarray(torch.zeros(4)).flags.writeable


class ReadAfterReturn(Row):
    """Argument overwritten after a compiled call: its result changes."""

    mathematics = "no"
    sources = {
        "tensorflow": "tensorflow/python/eager/polymorphic_function/polymorphic_function.py",
        "jax": "jax/_src/pjit.py",
    }

    def tensorflow(self, tf: Any) -> Any:
        return _read_late(tf.function(_slow(tf.matmul, tf.reduce_sum)))

    def jax(self, jax: Any) -> Any:
        return _read_late(jax.jit(_slow(jax.numpy.matmul, jax.numpy.sum)))

    def torch(self, torch: Any) -> Any:
        f = _slow(torch.matmul, torch.sum)
        return _read_late(lambda x, a: f(torch.from_numpy(x), torch.from_numpy(a)))


def _slow(matmul: Any, total: Any) -> Any:
    """Return a function that comes to its second argument after some thirty products of the first one."""

    def f(x: Any, a: Any) -> Any:
        for _ in range(30):
            x = matmul(x, x)
        return total(a) + 0 * total(x)

    return f


def _read_late(f: Any) -> bool:
    x, a = np.zeros((512, 512), "float32"), _aligned(1 << 20)
    np.asarray(f(x, a))
    changed = False
    for _ in range(5):
        a[:] = 0
        result = f(x, a)
        a[:] = 1
        changed |= float(np.asarray(result)) > 0
    return changed


class DonatedArray(Row):
    """device_put(a) donated to a compiled call: a changes."""

    mathematics = "no"
    sources = {"jax": "jax/_src/pjit.py"}

    def jax(self, jax: Any) -> Any:
        array = _aligned(1 << 16)
        shared = jax.device_put(array)
        jax.block_until_ready(jax.jit(lambda x: x + 1, donate_argnums=0)(shared))
        return bool(array.any())
