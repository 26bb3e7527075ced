"""Optimizers: where epsilon stands, what moments start from, what the rate and weight decay multiply, defaults."""

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from npnet import MLP, optimizers, regularizers
from npnet.clipping import ClipByGlobalNorm, ClipByNorm

from .row import Row, place

NPNET = {"npnet": "npnet/optimizers.py"}
SKLEARN = {"sklearn": "sklearn/neural_network/_stochastic_optimizers.py"}


def npnet_path(optimizer: Any, gradients: Sequence[float], w: float = 0.0) -> list[float]:
    """Return a weight after each step of npnet's."""
    weight, path = np.array([w]), []
    for gradient in gradients:
        optimizer.step(weight, np.array([gradient]))
        path.append(float(weight[0]))
    return path


def keras_path(keras: Any, optimizer: Any, gradients: Sequence[float], w: float = 0.0) -> list[float]:
    """Return a weight after each step of Keras's."""
    weight, path = keras.Variable([w]), []
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor([gradient])], [weight])
        path.append(float(keras.ops.convert_to_numpy(weight)[0]))
    return path


def torch_path(torch: Any, make: Any, gradients: Sequence[float], w: float = 0.0) -> list[float]:
    """Return a weight after each step of PyTorch's."""
    weight, path = torch.nn.Parameter(torch.tensor([w])), []
    optimizer = make([weight])
    for gradient in gradients:
        weight.grad = torch.tensor([gradient])
        optimizer.step()
        path.append(weight.item())
    return path


def optax_path(optimizer: Any, gradients: Sequence[float], w: float = 0.0) -> list[float]:
    """Return a weight after each step of optax's."""
    weight, path = np.float32([w]), []
    state = optimizer.init(weight)
    for gradient in gradients:
        update, state = optimizer.update(np.float32([gradient]), state, weight)
        weight = weight + np.asarray(update)
        path.append(float(weight[0]))
    return path


def sklearn_path(make: Any, gradients: Sequence[float]) -> list[float]:
    """Return a weight after each step of scikit-learn's."""
    weights, path = [np.zeros(1)], []
    optimizer = make(weights)
    for gradient in gradients:
        optimizer.update_params(weights, [np.array([gradient])])
        path.append(float(weights[0][0]))
    return path


def default(function: Any, name: str) -> Any:
    """Return the default of an argument."""
    return inspect.signature(function).parameters[name].default


class AdamEpsilon(Row):
    """Adam divides by."""

    mathematics = "√v̂ + ε"
    sources = NPNET | SKLEARN | {
        "mathematics": "Kingma, Ba 2015, algorithm 1",
        "keras": "keras/src/optimizers/adam.py",
        "torch": "torch/optim/adam.py",
        "optax": "optax/_src/transform.py",
    }  # fmt: skip

    # One step from 0 with the gradient, the rate and ε all 1: v is 0.001, v̂ is 1
    formulas = {"√v̂ + ε": 1 / 2, "√v + ε": 0.001**0.5 / (0.001**0.5 + 1), "√(v̂ + ε)": 0.5**0.5}

    def npnet(self, np: Any) -> Any:
        return place(-npnet_path(optimizers.Adam(1.0, epsilon=1.0), [1.0])[0], self.formulas)

    def keras(self, keras: Any) -> Any:
        return place(-keras_path(keras, keras.optimizers.Adam(1.0, epsilon=1.0), [1.0])[0], self.formulas)

    def torch(self, torch: Any) -> Any:
        return place(-torch_path(torch, lambda w: torch.optim.Adam(w, 1.0, eps=1.0), [1.0])[0], self.formulas)

    def optax(self, optax: Any) -> Any:
        return place(-optax_path(optax.adam(1.0, eps=1.0), [1.0])[0], self.formulas)

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

        return place(-sklearn_path(lambda w: AdamOptimizer(w, 1.0, epsilon=1.0), [1.0])[0], self.formulas)


class RmspropEpsilon(Row):
    """RMSProp divides by."""

    mathematics = "√v"
    sources = NPNET | {
        "mathematics": "Hinton, Coursera 2012, lecture 6e",
        "keras": "keras/src/optimizers/rmsprop.py",
        "torch": "torch/optim/rmsprop.py",
        "optax": "optax/_src/alias.py",
    }

    # One step from 0 with the gradient, the rate and ε all 1 and ρ = 0.9: v is 0.1
    formulas = {"√v + ε": 1 / (0.1**0.5 + 1), "√(v + ε)": 1 / 1.1**0.5}

    def npnet(self, np: Any) -> Any:
        return place(-npnet_path(optimizers.RMSProp(1.0, rho=0.9, epsilon=1.0), [1.0])[0], self.formulas)

    def keras(self, keras: Any) -> Any:
        optimizer = keras.optimizers.RMSprop(1.0, rho=0.9, epsilon=1.0)
        return place(-keras_path(keras, optimizer, [1.0])[0], self.formulas)

    def torch(self, torch: Any) -> Any:
        return place(
            -torch_path(torch, lambda w: torch.optim.RMSprop(w, 1.0, alpha=0.9, eps=1.0), [1.0])[0], self.formulas
        )

    def optax(self, optax: Any) -> Any:
        return place(-optax_path(optax.rmsprop(1.0, decay=0.9, eps=1.0), [1.0])[0], self.formulas)


class AdagradEpsilon(Row):
    """Adagrad divides by."""

    mathematics = "√v + ε"
    sources = NPNET | {
        "mathematics": "Duchi, Hazan, Singer 2011, figure 1",
        "keras": "keras/src/optimizers/adagrad.py",
        "torch": "torch/optim/adagrad.py",
        "optax": "optax/_src/transform.py",
    }

    # One step from 0 with the gradient, the rate and ε all 1 and the accumulator 0: v is 1
    formulas = {"√v + ε": 1 / 2, "√(v + ε)": 0.5**0.5}

    def npnet(self, np: Any) -> Any:
        return place(-npnet_path(optimizers.Adagrad(1.0, epsilon=1.0), [1.0])[0], self.formulas)

    def keras(self, keras: Any) -> Any:
        optimizer = keras.optimizers.Adagrad(1.0, 0.0, epsilon=1.0)
        return place(-keras_path(keras, optimizer, [1.0])[0], self.formulas)

    def torch(self, torch: Any) -> Any:
        return place(-torch_path(torch, lambda w: torch.optim.Adagrad(w, 1.0, eps=1.0), [1.0])[0], self.formulas)

    def optax(self, optax: Any) -> Any:
        return place(-optax_path(optax.adagrad(1.0, 0.0, eps=1.0), [1.0])[0], self.formulas)


class AdagradStart(Row):
    """Adagrad's first accumulator."""

    mathematics = "0"
    sources = {name: file for name, file in AdagradEpsilon.sources.items() if name != "optax"} | {
        "optax": "optax/_src/alias.py"
    }

    # After one step with the gradient and the rate 1, and next to no ε, the weight is -1/√(a + 1)
    def npnet(self, np: Any) -> Any:
        return round(npnet_path(optimizers.Adagrad(1.0, epsilon=1e-12), [1.0])[0] ** -2 - 1, 5)

    def keras(self, keras: Any) -> Any:
        return round(keras_path(keras, keras.optimizers.Adagrad(1.0, epsilon=1e-12), [1.0])[0] ** -2 - 1, 5)

    def torch(self, torch: Any) -> Any:
        return round(torch_path(torch, lambda w: torch.optim.Adagrad(w, 1.0, eps=1e-12), [1.0])[0] ** -2 - 1, 5)

    def optax(self, optax: Any) -> Any:
        return round(optax_path(optax.adagrad(1.0, eps=1e-12), [1.0])[0] ** -2 - 1, 5)


class MomentumFactor(Row):
    """First step of momentum 0.9 at the rate 1, gradient 1."""

    mathematics = "1"
    sources = NPNET | SKLEARN | {
        "mathematics": "Polyak 1964",
        "keras": "keras/src/optimizers/sgd.py",
        "torch": "torch/optim/sgd.py",
        "optax": "optax/_src/alias.py",
    }  # fmt: skip

    def npnet(self, np: Any) -> Any:
        kinds = optimizers.SGDM(1.0, beta=0.9), optimizers.Momentum(1.0, momentum=0.9)
        return "; ".join(f"{type(kind).__name__} {-npnet_path(kind, [1.0])[0]:.4g}" for kind in kinds)

    def keras(self, keras: Any) -> Any:
        return -keras_path(keras, keras.optimizers.SGD(1.0, 0.9), [1.0])[0]

    def torch(self, torch: Any) -> Any:
        return -torch_path(torch, lambda w: torch.optim.SGD(w, 1.0, 0.9), [1.0])[0]

    def optax(self, optax: Any) -> Any:
        return -optax_path(optax.sgd(1.0, 0.9), [1.0])[0]

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

        return -sklearn_path(lambda w: SGDOptimizer(w, 1.0, momentum=0.9, nesterov=False), [1.0])[0]


class RateInMomentum(Row):
    """Rate 0 after one step with momentum: the weight goes on."""

    mathematics = "yes"
    sources = MomentumFactor.sources

    def npnet(self, np: Any) -> Any:
        def goes_on(optimizer: Any) -> str:
            weight = np.zeros(1)
            optimizer.step(weight, np.ones(1))
            before = weight[0]
            # A rate of npnet's is above 0
            optimizer.learning_rate = 1e-30
            optimizer.step(weight, np.ones(1))
            return "yes" if weight[0] != before else "no"

        return f"SGDM {goes_on(optimizers.SGDM(1.0, beta=0.9))}; Momentum {goes_on(optimizers.Momentum(1.0))}"

    def keras(self, keras: Any) -> Any:
        weight, one = keras.Variable([0.0]), keras.ops.convert_to_tensor([1.0])
        optimizer = keras.optimizers.SGD(1.0, 0.9)
        optimizer.apply([one], [weight])
        before = float(keras.ops.convert_to_numpy(weight)[0])
        optimizer.learning_rate = 0.0
        optimizer.apply([one], [weight])
        return float(keras.ops.convert_to_numpy(weight)[0]) != before

    def torch(self, torch: Any) -> Any:
        weight = torch.nn.Parameter(torch.zeros(1))
        optimizer = torch.optim.SGD([weight], 1.0, 0.9)
        weight.grad = torch.ones(1)
        optimizer.step()
        before = weight.item()
        optimizer.param_groups[0]["lr"] = 0.0
        optimizer.step()
        return weight.item() != before

    def optax(self, optax: Any) -> Any:
        first, second = optax_path(optax.sgd(lambda step: 1.0 * (step == 0), 0.9), [1.0, 1.0])
        return first != second

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

        weights = [np.zeros(1)]
        optimizer = SGDOptimizer(weights, 1.0, momentum=0.9, nesterov=False)
        optimizer.update_params(weights, [np.ones(1)])
        before = weights[0][0]
        optimizer.learning_rate = 0.0
        optimizer.update_params(weights, [np.ones(1)])
        return weights[0][0] != before


class DecayInMomentum(Row):
    """SGD's weight_decay goes through the momentum."""

    mathematics = "–"
    sources = {name: file for name, file in MomentumFactor.sources.items() if name in ("keras", "torch")}

    # Without a gradient, from 1 at the rate 0.1 with a decay of 0.5, each step takes a twentieth if it doesn't
    def keras(self, keras: Any) -> Any:
        path = keras_path(keras, keras.optimizers.SGD(0.1, 0.9, weight_decay=0.5), [0.0, 0.0], 1.0)
        return abs(path[1] - 0.95**2) > 1e-6

    def torch(self, torch: Any) -> Any:
        path = torch_path(torch, lambda w: torch.optim.SGD(w, 0.1, 0.9, weight_decay=0.5), [0.0, 0.0], 1.0)
        return abs(path[1] - 0.95**2) > 1e-6


class DecayClipped(Row):
    """Weight decay counts in the norm that is clipped."""

    mathematics = "–"
    sources = {
        "npnet": "npnet/clipping.py",
        "keras": "keras/src/optimizers/base_optimizer.py",
        "torch": "torch/nn/utils/clip_grad.py",
    }

    # With a gradient of 1 and a norm clipped to 1, a decay of 2 moves the weight only if it is not clipped
    def npnet(self, np: Any) -> Any:
        net, x = MLP([1, 1], output="identity", dtype="float64", seed=0), np.zeros((1, 1))
        net.parameters = [1, 0]
        net.fit(x, x, optimizer=optimizers.SGD(0.1), regularizer=regularizers.L2(2.0), clipping=ClipByGlobalNorm(1.0))
        return "regularizer yes" if abs(net.parameters[0] - 0.9) < 1e-6 else "regularizer no"

    def keras(self, keras: Any) -> Any:
        path = keras_path(keras, keras.optimizers.SGD(0.1, weight_decay=2.0, clipnorm=1.0), [1.0], 1.0)
        layer = keras.layers.Dense(1, use_bias=False, kernel_regularizer=keras.regularizers.L2(1.0))
        model = keras.Sequential([keras.Input((1,)), layer])
        model.compile(keras.optimizers.SGD(0.1, clipnorm=1.0), "mse")
        layer.kernel.assign([[1.0]])
        model.train_on_batch(np.zeros((1, 1), "float32"), np.zeros((1, 1), "float32"))
        penalized = float(layer.get_weights()[0][0, 0])
        answers = ["yes" if abs(end - 0.9) < 1e-6 else "no" for end in (path[0], penalized)]
        return f"{answers[0]}; kernel_regularizer {answers[1]}"

    def torch(self, torch: Any) -> Any:
        weight = torch.nn.Parameter(torch.ones(1))
        weight.grad = torch.ones(1)
        torch.nn.utils.clip_grad_norm_([weight], 1.0)
        torch.optim.SGD([weight], 0.1, weight_decay=2.0).step()
        return abs(weight.item() - 0.9) < 1e-6


class ClipTwoVariables(Row):
    """Gradients 3 and 4 of two variables, norm clipped to 1."""

    mathematics = "0.6 0.8"
    sources = {
        "npnet": "npnet/clipping.py",
        "tensorflow": "tensorflow/python/ops/clip_ops.py",
        "keras": "keras/src/optimizers/base_optimizer.py",
        "torch": "torch/nn/utils/clip_grad.py",
        "optax": "optax/transforms/_clipping.py",
    }

    def npnet(self, np: Any) -> Any:
        own, of_all = (clip(1.0)([[3.0], [4.0]]) for clip in (ClipByNorm, ClipByGlobalNorm))
        return f"ClipByNorm {own[0][0]:.4g} {own[1][0]:.4g}; ClipByGlobalNorm {of_all[0][0]:.4g} {of_all[1][0]:.4g}"

    def tensorflow(self, tf: Any) -> Any:
        return [g.numpy() for g in tf.clip_by_global_norm([tf.constant(3.0), tf.constant(4.0)], 1.0)[0]]

    def keras(self, keras: Any) -> Any:
        def moved(**clip: float) -> str:
            weights = [keras.Variable([0.0]), keras.Variable([0.0])]
            gradients = [keras.ops.convert_to_tensor([3.0]), keras.ops.convert_to_tensor([4.0])]
            keras.optimizers.SGD(1.0, **clip).apply(gradients, weights)
            return " ".join(f"{-float(keras.ops.convert_to_numpy(w)[0]):.4g}" for w in weights)

        return f"clipnorm {moved(clipnorm=1.0)}; global_clipnorm {moved(global_clipnorm=1.0)}"

    def torch(self, torch: Any) -> Any:
        weights = [torch.nn.Parameter(torch.zeros(1)) for _ in range(2)]
        weights[0].grad, weights[1].grad = torch.tensor([3.0]), torch.tensor([4.0])
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        return [w.grad.item() for w in weights]

    def optax(self, optax: Any) -> Any:
        clip = optax.clip_by_global_norm(1.0)
        gradients = [np.float32(3), np.float32(4)]
        return clip.update(gradients, clip.init(gradients))[0]


class ClipInfinity(Row):
    """Gradient (inf, 1), norm clipped to 1."""

    mathematics = "–"
    sources = ClipTwoVariables.sources

    def npnet(self, np: Any) -> Any:
        return ClipByGlobalNorm(1.0)([[np.inf, 1.0]])[0]

    def tensorflow(self, tf: Any) -> Any:
        return tf.clip_by_global_norm([tf.constant([np.inf, 1.0])], 1.0)[0][0].numpy()

    def keras(self, keras: Any) -> Any:
        weight = keras.Variable([0.0, 0.0])
        gradient = keras.ops.convert_to_tensor([np.inf, 1.0])
        keras.optimizers.SGD(1.0, global_clipnorm=1.0).apply([gradient], [weight])
        return -keras.ops.convert_to_numpy(weight)

    def torch(self, torch: Any) -> Any:
        weight = torch.nn.Parameter(torch.zeros(2))
        weight.grad = torch.tensor([np.inf, 1.0])
        torch.nn.utils.clip_grad_norm_([weight], 1.0)
        return weight.grad

    def optax(self, optax: Any) -> Any:
        clip = optax.clip_by_global_norm(1.0)
        gradients = [np.float32([np.inf, 1])]
        return clip.update(gradients, clip.init(gradients))[0][0]


class AmsgradMaximum(Row):
    """AMSGrad takes the maximum of."""

    mathematics = "v"
    sources = NPNET | {
        "mathematics": "Reddi, Kale, Kumar 2018, algorithm 2",
        "keras": "keras/src/optimizers/adam.py",
        "torch": "torch/optim/adam.py",
        "optax": "optax/_src/transform.py",
    }

    # Gradients 1 and 0, next to no ε: v is 0.001, then 0.000999; v̂ is 1, then about a half
    formulas = {
        "v": 0.09 / (1 - 0.9**2) / (0.001 / (1 - 0.999**2)) ** 0.5,
        "v̂": 0.09 / (1 - 0.9**2) / 1.0,
    }

    def npnet(self, np: Any) -> Any:
        first, second = npnet_path(optimizers.AMSGrad(1.0, epsilon=1e-12), [1.0, 0.0])
        return place(first - second, self.formulas)

    def keras(self, keras: Any) -> Any:
        first, second = keras_path(keras, keras.optimizers.Adam(1.0, epsilon=1e-12, amsgrad=True), [1.0, 0.0])
        return place(first - second, self.formulas)

    def torch(self, torch: Any) -> Any:
        make = lambda w: torch.optim.Adam(w, 1.0, eps=1e-12, amsgrad=True)  # noqa: E731
        first, second = torch_path(torch, make, [1.0, 0.0])
        return place(first - second, self.formulas)

    def optax(self, optax: Any) -> Any:
        first, second = optax_path(optax.amsgrad(1.0, eps=1e-12), [1.0, 0.0])
        return place(first - second, self.formulas)


class AdamEpsilonDefault(Row):
    """Adam's ε by default."""

    mathematics = "1e-08"
    sources = AdamEpsilon.sources | {"optax": "optax/_src/alias.py"}

    def npnet(self, np: Any) -> Any:
        return optimizers.Adam().epsilon

    def keras(self, keras: Any) -> Any:
        return default(keras.optimizers.Adam, "epsilon")

    def torch(self, torch: Any) -> Any:
        return default(torch.optim.Adam, "eps")

    def optax(self, optax: Any) -> Any:
        return default(optax.adam, "eps")

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network import MLPClassifier

        return default(MLPClassifier, "epsilon")


class RmspropDecayDefault(Row):
    """RMSProp's decay factor by default."""

    mathematics = "0.9"
    sources = RmspropEpsilon.sources

    def npnet(self, np: Any) -> Any:
        return optimizers.RMSProp().rho

    def keras(self, keras: Any) -> Any:
        return default(keras.optimizers.RMSprop, "rho")

    def torch(self, torch: Any) -> Any:
        return default(torch.optim.RMSprop, "alpha")

    def optax(self, optax: Any) -> Any:
        return default(optax.rmsprop, "decay")


class AdamwDecayDefault(Row):
    """AdamW's decay by default."""

    mathematics = "–"
    sources = NPNET | {
        "keras": "keras/src/optimizers/adamw.py",
        "torch": "torch/optim/adamw.py",
        "optax": "optax/_src/alias.py",
    }

    def npnet(self, np: Any) -> Any:
        return optimizers.AdamW().weight_decay

    def keras(self, keras: Any) -> Any:
        return default(keras.optimizers.AdamW, "weight_decay")

    def torch(self, torch: Any) -> Any:
        return default(torch.optim.AdamW, "weight_decay")

    def optax(self, optax: Any) -> Any:
        return default(optax.adamw, "weight_decay")


class SgdRateDefault(Row):
    """SGD's rate by default."""

    mathematics = "–"
    sources = NPNET | {
        "keras": "keras/src/optimizers/sgd.py",
        "torch": "torch/optim/sgd.py",
        "sklearn": "sklearn/neural_network/_multilayer_perceptron.py",
    }

    def npnet(self, np: Any) -> Any:
        return optimizers.SGD().learning_rate

    def keras(self, keras: Any) -> Any:
        return default(keras.optimizers.SGD, "learning_rate")

    def torch(self, torch: Any) -> Any:
        return default(torch.optim.SGD, "lr")

    def sklearn(self, sklearn: Any) -> Any:
        from sklearn.neural_network import MLPClassifier

        return default(MLPClassifier, "learning_rate_init")
