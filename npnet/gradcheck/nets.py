"""The check of a net's gradient, layer by layer."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from npnet._arrays import with_article
from npnet._checks import finite
from npnet.engine.parameters import shapes
from npnet.gradcheck.arguments import Point, elements_of
from npnet.gradcheck.checking import Method
from npnet.gradcheck.checks import checked
from npnet.gradcheck.results import Check
from npnet.losses import Loss
from npnet.network import Network
from npnet.regularizers import Choice
from npnet.typing import Array, Seed

KINKS = "several samples put a unit on the kink of its activation, each with a slope of its own choice"


def check_net(
    net: Network,
    x: Any,
    y: Any,
    loss: str | Loss | None = None,
    regularizer: Choice = None,
    method: Method = "complex",
    directions: int | None = None,
    roundings: float = 1000,
    seed: Seed = 0,
    sample_weight: Any = None,
    class_weight: Any = None,
) -> Check:
    """Compare the gradient of a net's loss with the loss alone, for each weight and bias.

    The net is computed in float64, whatever its dtype, and by complex steps in complex128; it is not changed. Its own
    activations, losses and regularizers run on complex numbers; one of yours that does not takes ``"central"``.

    Parameters
    ----------
    net : MLP
        A single net; a member of an ensemble is ``nets[i]``.
    x, y, loss, regularizer, sample_weight, class_weight
        As for `MLP.loss_and_gradient`.
    method, directions, roundings, seed
        As for `npnet.gradcheck.check`.

    Returns
    -------
    Check
        As of `npnet.gradcheck.check`; its places are named as in ``layer 1 W[0, 2]`` and ``layer 2 b[0]``. Where a
        sample puts a unit on the kink of its activation, the verdict is ``"corner"``; where several do, each with a
        slope of its own choice, a gradient that does not lie between both sides is not decided.

    Examples
    --------
    >>> from npnet import MLP
    >>> net = MLP([2, 3, 1], hidden="tanh", seed=0)
    >>> result = check_net(net, [[0.5, -1.0], [2.0, 0.1]], [0.0, 1.0], regularizer="l2")
    >>> print(result.verdict, result.derivatives[-1].place)
    passed layer 2 b[0]
    """
    if not isinstance(net, Network):
        raise ValueError(f"net: expected an MLP, got {with_article(net)}")
    if net.members is not None:
        raise ValueError("net: expected a single net, got an ensemble; nets[0] is its first member")
    finite("net.parameters", net.parameters)
    real, by_steps = net.astype(np.float64), net.astype(np.complex128)
    options = (loss, regularizer, sample_weight, class_weight)

    def value(parameters: Array) -> Any:
        run = by_steps if parameters.dtype.kind == "c" else real
        run.parameters = parameters
        return run.loss_and_gradient(x, y, *options)[0]

    def gradient(parameters: Array) -> Any:
        real.parameters = parameters
        return real.loss_and_gradient(x, y, *options)[1]

    last = _last_with_kinks(real, x)
    point = Point(real.parameters, list(_places(net)))
    result = checked(value, gradient, point, method, directions, roundings, None, seed)
    if directions is not None:
        return result
    lines = (
        replace(line, doubt=KINKS) if layer <= last and line.verdict == "failed" else line
        for layer, line in zip(_layers(net), result.derivatives)
    )
    return replace(result, derivatives=tuple(lines))


def _last_with_kinks(net: Network, x: Any) -> int:
    """Return the last layer with a unit that several samples put on a kink of its activation; 0 if there is none."""
    last, outputs = 0, net.checked_samples("x", x)
    for layer, (W, b, activation) in enumerate(zip(net.weights, net.biases, net.activations), 1):
        z = outputs @ W if b is None else outputs @ W + b
        if (np.isin(z, getattr(activation, "kinks", ())).sum(axis=0) > 1).any():
            last = layer
        outputs = activation(z)
    return last


def _layers(net: Network) -> list[int]:
    """Return the layer of each parameter."""
    sizes = [rows * units for rows, units in shapes(net.widths, net.use_bias)]
    return np.repeat(np.arange(1, len(sizes) + 1), sizes).tolist()


def _places(net: Network) -> Iterator[str]:
    for layer, (W, b) in enumerate(zip(net.weights, net.biases), 1):
        yield from elements_of(f"layer {layer} W", W.shape)
        if b is not None:
            yield from elements_of(f"layer {layer} b", b.shape)
