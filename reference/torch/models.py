"""PyTorch models to and from npnet's nets, with their optimizers, moments included, and their losses."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from npnet import MLP
from npnet.activations import Activation, Identity
from npnet.optimizers import Optimizer

from . import activations, losses, optimizers
from .chain import Rows, chain
from .optimizers import Slot
from .running import check_run

_DROPOUTS = (nn.Dropout, nn.AlphaDropout, nn.FeatureAlphaDropout)
_DTYPES = {np.dtype("float32"): torch.float32, np.dtype("float64"): torch.float64}


def to_torch(net: MLP, optimizer: Optimizer | None = None) -> Any:
    """Return a PyTorch model with the net's layers and weights.

    Parameters
    ----------
    net : MLP
        The net, float32 or float64.
    optimizer : Optimizer or None
        If given, its counterpart is returned too, with the moments and the count of steps. It takes over the net's L2
        penalties as weight decay.

    Returns
    -------
    torch.nn.Sequential, or (torch.nn.Sequential, torch.optim.Optimizer)
        Linear layers and activations; where an optimizer is given, that of the model's parameters.

    Examples
    --------
    >>> from npnet import optimizers
    >>> net = MLP([4, 16, 3], hidden="tanh", seed=0)
    >>> model, sgd = to_torch(net, optimizers.SGD(0.1))
    >>> model, type(sgd).__name__
    (Sequential(
      (0): Linear(in_features=4, out_features=16, bias=True)
      (1): Tanh()
      (2): Linear(in_features=16, out_features=3, bias=True)
    ), 'SGD')
    """
    if net.members is not None or net.dtype not in _DTYPES:
        raise ValueError(f"net: expected one of float32 or float64, got {net!r}")
    dtype, modules = _DTYPES[net.dtype], []
    for W, b, f in zip(net.weights, net.biases, net.activations):
        # Its first weights are not drawn: torch's generator stays as it is
        linear = nn.utils.skip_init(nn.Linear, *W.shape, bias=b is not None, dtype=dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(W.T))
            if b is not None:
                linear.bias.copy_(torch.tensor(b))
        modules += [linear] if isinstance(f, Identity) else [linear, activations.to_torch(f, net.dtype)]
    model = nn.Sequential(*modules)
    if optimizer is None:
        return model
    return model, optimizers.to_torch(optimizer, slots(list(modules)), net)


def from_torch(model: nn.Module, optimizer: torch.optim.Optimizer | None = None, loss: nn.Module | None = None) -> Any:
    """Return a net with the layers and weights of a PyTorch model.

    Parameters
    ----------
    model : torch.nn.Module
        A chain of Linear layers, with biases or without, and activations that npnet has: a Sequential, or a module
        whose forward pass torch.fx traces to a chain. Dropout that is switched off, Identity and Flatten are left out:
        a net takes samples of one axis.
    optimizer : torch.optim.Optimizer or None
        If given, its counterpart is returned too, with its moments and count of steps. A weight decay that is part of
        the gradient becomes the net's L2 penalty.
    loss : torch.nn.Module or None
        If given, its counterpart becomes the net's loss. A model that ends with LogSoftmax needs one: with NLLLoss or
        KLDivLoss, the net has a softmax there, whose outputs are the probabilities.

    Returns
    -------
    MLP, or (MLP, Optimizer)
        The net; where an optimizer is given, its counterpart.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
    >>> net, adam = from_torch(model, torch.optim.Adam(model.parameters(), 0.01), nn.CrossEntropyLoss())
    >>> net, net.loss
    (MLP([4, 16, 3], [relu, identity], float32), CategoricalCrossentropy(from_logits=True))
    >>> adam
    CorrectedAdam(0.01, beta_1=0.9, beta_2=0.999, epsilon=1e-08)
    """
    parts = chain(model)
    layers = _layers(parts, loss)
    first = layers[0].linear
    check_run(model, first)
    net = MLP(
        [first.in_features, *(layer.linear.out_features for layer in layers)],
        [layer.activation for layer in layers[:-1]],
        layers[-1].activation,
        dtype=first.weight.detach().cpu().numpy().dtype,
        kernel_initializer="zeros",
        use_bias=[layer.linear.bias is not None for layer in layers],
    )
    net.weights = [_numbers(layer.linear.weight).T for layer in layers]
    net.biases = [None if layer.linear.bias is None else _numbers(layer.linear.bias) for layer in layers]
    if loss is not None:
        net.loss = losses.from_torch(loss, parts[-1])
    if optimizer is None:
        return net
    return net, optimizers.from_torch(optimizer, slots(parts), net)


class _Layer(NamedTuple):
    linear: nn.Linear
    activation: Activation


def _layers(parts: list[nn.Module], loss: nn.Module | None) -> list[_Layer]:
    layers: list[_Layer] = []
    width = rows = None
    dtype = next((_numbers(part.weight).dtype for part in parts if type(part) is nn.Linear), np.dtype("float32"))
    for part in parts:
        if _is_nothing(part):
            continue
        if type(part) is Rows:
            rows = part.width
            _check_width(width, rows, part)
            continue
        if type(part) is nn.Linear:
            _check_width(width, part.in_features, part)
            _check_width(rows, part.in_features, part)
            layers.append(_Layer(part, Identity()))
            width, rows = part.out_features, None
            continue
        if isinstance(part, _DROPOUTS):
            raise ValueError(f"model: expected Dropout that is switched off, as by model.eval(), got {part!r}")
        activation = _activation(part, part is parts[-1] and losses.takes_logarithms(loss), dtype)
        if not layers or not isinstance(layers[-1].activation, Identity):
            raise ValueError(f"model: expected one activation after each Linear, got {part!r} in another place")
        layers[-1] = _Layer(layers[-1].linear, activation)
    if not layers:
        raise ValueError("model: expected at least one Linear layer, got none")
    return layers


def _activation(part: nn.Module, before_logarithms: bool, dtype: Any) -> Activation:
    """Return npnet's activation; that of LogSoftmax is a softmax, whose logarithms the loss takes."""
    if type(part) is nn.LogSoftmax and before_logarithms:
        part = nn.Softmax(part.dim)
    return activations.from_torch(part, dtype)


def _check_width(width: int | None, found: int, part: nn.Module) -> None:
    if width not in (None, found):
        raise ValueError(f"model: expected a layer of {width} features, got {part!r}")


def _is_nothing(part: nn.Module) -> bool:
    """Return whether a module returns its input, (batch, features)."""
    if type(part) in _DROPOUTS:
        return not part.p or not part.training
    if type(part) is nn.Flatten:
        return (part.start_dim, part.end_dim) in ((1, -1), (1, 1))
    return type(part) is nn.Identity


def slots(parts: list[nn.Module]) -> Iterator[Slot]:
    """Yield the place of each parameter: its layer, and whether it has the weights or the biases."""
    linears = [part for part in parts if type(part) is nn.Linear]
    for i, linear in enumerate(linears):
        yield Slot(linear.weight, i, True)
        if linear.bias is not None:
            yield Slot(linear.bias, i, False)


def _numbers(parameter: nn.Parameter) -> Any:
    return parameter.detach().cpu().numpy()
