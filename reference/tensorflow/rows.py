"""The rows of the table: a name, and a function that draws a random case and returns its comparisons."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from npnet.activations import ELU, LeakyReLU
from npnet.clipping import ClipByGlobalNorm, ClipByNorm, ClipByValue
from npnet.losses import Loss
from npnet.regularizers import L1, L1L2, L2

from ..bounds import cases
from ..bounds.comparison import Comparison
from ..bounds.losses import LOSSES
from . import comparisons

Row = tuple[str, Callable[[np.random.Generator], list[Comparison]]]

DTYPES = ("float32", "float64")


def rows() -> Iterator[Row]:
    """Yield all rows, room by room."""
    for dtype in DTYPES:
        yield from _activations(dtype)
        yield from _losses(dtype)
        yield from _regularizers(dtype)
        yield f"network: loss and gradient, {dtype}", partial(_network, dtype, False)
        yield f"network: loss and gradient, weighted, {dtype}", partial(_network, dtype, True)
        yield from _optimizers(dtype)
        for kind in (ClipByValue, ClipByNorm, ClipByGlobalNorm):
            yield f"clipping: {kind.__name__}, Keras, {dtype}", partial(_clipping, kind, dtype)
    for kind in cases.SCHEDULES:
        yield f"schedule: {kind}", partial(_schedule, kind)
    yield "Keras model of a net, and back, float32", _round_trip


def _activations(dtype: str) -> Iterator[Row]:
    for name in (*cases.HIDDEN, "leaky_relu", "elu"):
        yield f"activation: {name}, {dtype}", partial(_activation, name, dtype, False)
        yield f"activation: {name}, backward, {dtype}", partial(_activation, name, dtype, True)


def _activation(name: str, dtype: str, backward: bool, rng: np.random.Generator) -> list[Comparison]:
    with_alpha = {"leaky_relu": LeakyReLU, "elu": ELU}
    f = with_alpha[name](float(rng.choice(cases.ALPHAS))) if name in with_alpha else name
    z = cases.hard_values(rng, (4, int(rng.integers(1, 9))), dtype)
    if not backward:
        return [comparisons.activation_value(f, z)]
    return [comparisons.activation_backward(f, rng.normal(size=z.shape).astype(dtype), z)]


def _losses(dtype: str) -> Iterator[Row]:
    smoothed = {
        f"{name}, smoothed labels": cases.SMOOTHED[name] for name in ("softmax_crossentropy", "sigmoid_crossentropy")
    }
    for name, loss in (LOSSES | smoothed).items():
        for weighted, ending in ((False, ""), (True, ", weighted")):
            yield f"loss: {name}{ending}, {dtype}", partial(_loss, loss, dtype, weighted)
            yield f"loss: {name}, gradient{ending}, {dtype}", partial(_loss_gradient, loss, dtype, weighted)


def _loss_inputs(loss: Loss, dtype: str, weighted: bool, rng: np.random.Generator) -> tuple[Any, Any, Any]:
    batch, units = int(rng.integers(1, 9)), int(rng.integers(2, 9))
    y, p = cases.labels(rng, loss, batch, units).astype(dtype), cases.predictions(rng, loss, batch, units, dtype)
    return y, p, cases.sample_weights(rng, batch, dtype) if weighted else None


def _loss(loss: Loss, dtype: str, weighted: bool, rng: np.random.Generator) -> list[Comparison]:
    y, p, weights = _loss_inputs(loss, dtype, weighted, rng)
    return [comparisons.loss_value(loss, y, p, weights=weights)]


def _loss_gradient(loss: Loss, dtype: str, weighted: bool, rng: np.random.Generator) -> list[Comparison]:
    y, p, weights = _loss_inputs(loss, dtype, weighted, rng)
    return [comparisons.loss_gradient(loss, y, p, weights)]


def _regularizers(dtype: str) -> Iterator[Row]:
    for kind in (L1, L2, L1L2):
        yield f"regularizer: {kind.__name__}, {dtype}", partial(_regularizer, kind, dtype)


def _regularizer(kind: Any, dtype: str, rng: np.random.Generator) -> list[Comparison]:
    regularizer = kind(*rng.choice(cases.STRENGTHS, 2 if kind is L1L2 else 1))
    w = rng.normal(size=tuple(rng.integers(1, 9, 2))).astype(dtype)
    w[rng.random(w.shape) < 0.2] = 0
    return [
        comparisons.regularizer_value(regularizer, w),
        comparisons.regularizer_value(regularizer, w, keras_form=True),
        comparisons.regularizer_gradient(regularizer, w),
    ]


def _network(dtype: str, weighted: bool, rng: np.random.Generator) -> list[Comparison]:
    net, x, *others = cases.network(rng, dtype)
    return list(comparisons.network(net, x, *others, cases.sample_weights(rng, len(x), dtype) if weighted else None))


def _optimizers(dtype: str) -> Iterator[Row]:
    for kind in ("SGD", "SGDM", "Adagrad", "RMSProp", "Adam"):
        for keras_form, whose in ((False, "the notes' loop"), (True, "Keras")):
            for steps in (1, 50):
                name = f"optimizer: {kind}, {steps} step{'s' * (steps > 1)}, {whose}, {dtype}"
                yield name, partial(_steps, kind, keras_form, dtype, steps)
    for kind in (
        "Momentum", "Nesterov", "RMSPropMomentum", "CenteredRMSProp", "CenteredRMSPropMomentum", "AdamW", "AMSGrad",
        "Nadam",
    ):  # fmt: skip
        for steps in (1, 50):
            name = f"optimizer: {kind}, {steps} step{'s' * (steps > 1)}, Keras, {dtype}"
            yield name, partial(_steps, kind, True, dtype, steps)


def _steps(kind: str, keras_form: bool, dtype: str, steps: int, rng: np.random.Generator) -> list[Comparison]:
    make = cases.optimizer(rng, kind, notes=not keras_form)
    gradients = cases.gradients(rng, steps, 16, dtype)
    # From 0, an update is not lost in the rounding of a parameter that is far larger
    parameters = np.where(rng.random(16) < 0.5, 0, rng.normal(size=16)).astype(dtype)
    return comparisons.optimizer_steps(make, parameters, gradients, keras_form)


def _clipping(kind: Any, dtype: str, rng: np.random.Generator) -> list[Comparison]:
    return comparisons.clipped(kind(float(10 ** rng.uniform(-2, 2))), cases.gradients_of_layers(rng, dtype))


def _schedule(kind: str, rng: np.random.Generator) -> list[Comparison]:
    return [comparisons.schedule_value(cases.schedule(rng, kind), int(rng.integers(0, 30)))]


def _round_trip(rng: np.random.Generator) -> list[Comparison]:
    net, x, _, _, _ = cases.network(rng, "float32")
    kind = ("SGDM", "Adagrad", "RMSProp", "Adam")[rng.integers(4)]
    optimizer = cases.optimizer(rng, kind, notes=False)()
    optimizer.step(net.parameters, cases.gradients(rng, 1, net.parameters.size, "float32")[0])
    return [comparisons.keras_round_trip(net, optimizer, x.astype("float32"))]
