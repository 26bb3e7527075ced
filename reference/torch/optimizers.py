"""PyTorch's optimizers: the counterpart of one of npnet's, with its moments, and back.

PyTorch's SGD keeps the sum ``b = mu * b + g``, and SGDM the mean ``m = (1 - mu) * b``: with the rate over ``1 - mu``
both have the same path. A dampening multiplies all gradients but the first by ``1 - tau``, so that the paths are the
same from the second step on.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from npnet import MLP, regularizers
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp
from npnet.regularizers import L2
from npnet.schedules import Constant

from .rules import CorrectedAdam, OuterAdagrad, OuterRMSProp


class Slot(NamedTuple):
    """A parameter of a model, and its place in the net."""

    parameter: nn.Parameter
    layer: int
    weights: bool
    """Whether it has the weights, (units, features), or the biases."""


class _Rule(NamedTuple):
    """What one of PyTorch's optimizers is here."""

    make: Callable[[dict[str, Any]], Optimizer]
    """From its settings to npnet's optimizer."""
    moments: dict[str, str]
    """PyTorch's name of each of npnet's moments."""
    neutral: dict[str, Any]
    """Settings that npnet does not have, and their values without effect."""


def _sgd(has: dict[str, Any]) -> Optimizer:
    rate, momentum = has["lr"], has["momentum"]
    return SGDM(rate * (1 - has["dampening"]) / (1 - momentum), momentum) if momentum else SGD(rate)


def _adam(has: dict[str, Any]) -> Optimizer:
    beta_1, beta_2 = map(float, has["betas"])
    return (CorrectedAdam if has["eps"] else Adam)(has["lr"], beta_1, beta_2, has["eps"])


def _rmsprop(has: dict[str, Any]) -> Optimizer:
    return (OuterRMSProp if has["eps"] else RMSProp)(has["lr"], has["alpha"], has["eps"])


def _adagrad(has: dict[str, Any]) -> Optimizer:
    return (OuterAdagrad if has["eps"] else Adagrad)(has["lr"], has["initial_accumulator_value"], has["eps"])


_RULES: dict[type[torch.optim.Optimizer], _Rule] = {
    torch.optim.SGD: _Rule(_sgd, {"m": "momentum_buffer"}, {"nesterov": False}),
    torch.optim.Adam: _Rule(
        _adam, {"m": "exp_avg", "V": "exp_avg_sq"}, {"amsgrad": False, "decoupled_weight_decay": False}
    ),
    torch.optim.RMSprop: _Rule(_rmsprop, {"V": "square_avg"}, {"momentum": 0, "centered": False}),
    torch.optim.Adagrad: _Rule(_adagrad, {"V": "sum"}, {"lr_decay": 0}),
}
# How a step is computed, which changes rounding errors at most; and what `_settings` reads by itself
_OTHERS = ("params", "foreach", "fused", "capturable", "differentiable", "weight_decay")


def from_torch(theirs: torch.optim.Optimizer, slots: Iterable[Slot], net: MLP) -> Optimizer:
    """Return npnet's optimizer of the same rule, with the moments and the count of steps.

    A weight decay of the weights becomes the net's own penalty.
    """
    rule, slots = _RULES.get(type(theirs)), list(slots)
    if rule is None:
        known = ", ".join(kind.__name__ for kind in _RULES)
        raise ValueError(f"optimizer: expected one of {known}, got {type(theirs).__name__}")
    has = _settings(theirs, slots, rule)
    try:
        made = rule.make(has)
    except ValueError as error:
        raise ValueError(f"optimizer: expected settings that npnet has, but {error}") from error
    net.regularizer = _penalties(theirs, slots)
    steps = _states(theirs, slots, made, rule)
    if has.get("dampening") and has["momentum"] and not made.state:
        raise ValueError(
            "optimizer: expected dampening=0, or a step that was taken, got dampening "
            f"{has['dampening']}: the first step of torch.optim.SGD has none"
        )
    made.iterations = steps
    return made


def _settings(theirs: torch.optim.Optimizer, slots: list[Slot], rule: _Rule) -> dict[str, Any]:
    """Return the settings that all groups of parameters have."""
    groups = theirs.param_groups
    if any("initial_lr" in group for group in groups):
        raise ValueError("optimizer: expected a constant learning rate, got one with a torch.optim.lr_scheduler")
    for name, value in vars(theirs).items():
        if name == "step" or (value and name.endswith("_hooks") and "state_dict" not in name):
            raise ValueError(f"optimizer: expected no hooks and the step method of its class, got {name.strip('_')}")
    given = [id(parameter) for group in groups for parameter in group["params"]]
    if sorted(given) != sorted(id(slot.parameter) for slot in slots):
        raise ValueError("optimizer: expected one of all parameters of the model, got one of others")
    first, *others = [{name: group[name] for name in group if name not in _OTHERS} for group in groups]
    for name, value in first.items():
        if any(other[name] != value for other in others):
            raise ValueError(f"optimizer: expected one {name} for all parameters, got several")
    for name, neutral in ({"maximize": False} | rule.neutral).items():
        if first.get(name, neutral) != neutral:
            raise ValueError(f"optimizer: expected {name}={neutral}, as npnet has it, got {first[name]}")
    if not 0 <= first.get("momentum", 0) < 1:
        raise ValueError(f"optimizer: expected a momentum from 0 to under 1, got {first['momentum']}")
    return first | {"lr": float(first["lr"])}


def _penalties(theirs: torch.optim.Optimizer, slots: list[Slot]) -> Any:
    """Return the L2 penalty of each layer; a weight decay of biases is refused."""
    decays = {id(p): float(group["weight_decay"]) for group in theirs.param_groups for p in group["params"]}
    for slot in slots:
        if not slot.weights and decays[id(slot.parameter)]:
            raise ValueError(
                f"optimizer: expected weight_decay=0 for biases, which npnet's penalties leave out, got "
                f"{decays[id(slot.parameter)]}; groups of parameters may have weights and biases apart"
            )
    strengths = [decays[id(slot.parameter)] for slot in slots if slot.weights]
    return [L2(strength) if strength else None for strength in strengths] if any(strengths) else None


def _states(theirs: torch.optim.Optimizer, slots: list[Slot], made: Optimizer, rule: _Rule) -> int:
    """Copy the moments, and return the number of steps; 0 where PyTorch does not count them."""
    # Looking one up in PyTorch's mapping would add it
    states = [(slot, theirs.state.get(slot.parameter, {})) for slot in slots]
    steps = {int(state.get("step", 0)) for _, state in states}
    kept = {name: rule.moments[name] for name in made.slots}
    stepped = {state.get(name) is not None for _, state in states for name in kept.values()}
    if len(steps) > 1 or len(stepped) > 1:
        raise ValueError("optimizer: expected as many steps of each parameter, got some that had fewer")
    if stepped == {True}:
        for name, key in kept.items():
            flat = [(slot, state[key].detach().cpu().numpy()) for slot, state in states]
            made.state[name] = joined(flat) * _factor(made, theirs)
    return steps.pop()


def _factor(made: Optimizer, theirs: torch.optim.Optimizer) -> Any:
    """Return what PyTorch's moments are multiplied by in npnet."""
    if not isinstance(made, SGDM):
        return 1
    return (1 - made.beta) / (1 - theirs.param_groups[0]["dampening"])


def joined(arrays: list[tuple[Slot, Any]]) -> Any:
    """Return arrays of the parameters' shapes as one flat vector, laid out as a net's."""
    return np.concatenate([(array.T if slot.weights else array).ravel() for slot, array in arrays])


def parts(flat: Any, slots: list[Slot]) -> list[Any]:
    """Return a flat vector, laid out as a net's, as arrays of the parameters' shapes."""
    ends = np.cumsum([slot.parameter.numel() for slot in slots])
    cut = zip(slots, np.split(flat, ends[:-1]))
    return [part.reshape(slot.parameter.T.shape).T if slot.weights else part for slot, part in cut]


def assign(slots: list[Slot], flat: Any) -> None:
    """Copy the numbers of a flat vector, laid out as a net's, into the parameters."""
    with torch.no_grad():
        for slot, part in zip(slots, parts(flat, slots)):
            slot.parameter.copy_(torch.tensor(part))


def to_torch(optimizer: Optimizer, slots: Iterable[Slot], net: MLP) -> torch.optim.Optimizer:
    """Return PyTorch's optimizer of the same rule, of these parameters, with the moments and the count of steps."""
    if not isinstance(optimizer.schedule, Constant):
        raise ValueError(f"optimizer: expected a constant learning rate, got {optimizer.schedule!r}")
    optimizer.check(net.parameters)
    slots = list(slots)
    theirs = _counterpart(optimizer, _groups(slots, net))
    if optimizer.iterations:
        _set_states(theirs, slots, optimizer)
    return theirs


def _counterpart(optimizer: Optimizer, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    for kind, make in _COUNTERPARTS.items():
        if type(optimizer) is kind:
            return make(groups, optimizer)
    if getattr(optimizer, "epsilon", 0) == 0:
        for kind, like in ((Adam, CorrectedAdam), (RMSProp, OuterRMSProp), (Adagrad, OuterAdagrad)):
            if type(optimizer) is kind:
                return _COUNTERPARTS[like](groups, optimizer)
    raise ValueError(
        f"optimizer: expected a rule that torch.optim has, got {optimizer!r}; epsilon stands in another place there: "
        "without it, or as one of reference.torch.rules, Adam, RMSProp and Adagrad are PyTorch's"
    )


_COUNTERPARTS: dict[type[Optimizer], Callable[[list[dict[str, Any]], Any], torch.optim.Optimizer]] = {
    SGD: lambda groups, ours: torch.optim.SGD(groups, ours.learning_rate),
    SGDM: lambda groups, ours: torch.optim.SGD(groups, ours.learning_rate * (1 - ours.beta), momentum=ours.beta),
    CorrectedAdam: lambda groups, ours: torch.optim.Adam(
        groups, ours.learning_rate, (ours.beta_1, ours.beta_2), ours.epsilon
    ),
    OuterRMSProp: lambda groups, ours: torch.optim.RMSprop(groups, ours.learning_rate, ours.rho, ours.epsilon),
    OuterAdagrad: lambda groups, ours: torch.optim.Adagrad(
        groups, ours.learning_rate, initial_accumulator_value=ours.initial_accumulator_value, eps=ours.epsilon
    ),
}


def _set_states(theirs: torch.optim.Optimizer, slots: list[Slot], optimizer: Optimizer) -> None:
    """Give each parameter its part of the moments, and the count of steps where PyTorch has one."""
    moments = _RULES[type(theirs)].moments
    for slot in slots:
        if not isinstance(theirs, torch.optim.SGD):
            theirs.state[slot.parameter]["step"] = torch.tensor(float(optimizer.iterations))
    for name in optimizer.slots:
        flat = optimizer.state[name] / _factor(optimizer, theirs)
        for slot, part in zip(slots, parts(flat, slots)):
            moment = torch.tensor(part, dtype=slot.parameter.dtype).contiguous()
            theirs.state[slot.parameter][moments[name]] = moment


def copied(
    theirs: torch.optim.Optimizer, originals: list[nn.Parameter], copies: list[nn.Parameter], decays: bool
) -> torch.optim.Optimizer:
    """Return an optimizer of other parameters with the same settings, without moments.

    `decays` says whether a weight decay that is part of the gradient is one of its settings.
    """
    others = {id(original): other for original, other in zip(originals, copies)}
    groups = [group | {"params": [others[id(p)] for p in group["params"]]} for group in theirs.param_groups]
    if not decays:
        groups = [group if group.get("decoupled_weight_decay") else group | {"weight_decay": 0} for group in groups]
    return type(theirs)(groups)


def _groups(slots: list[Slot], net: MLP) -> list[dict[str, Any]]:
    """Return the parameters of each weight decay."""
    strengths = []
    for regularizer in regularizers.of_layers(net.regularizer, len(net.weights)):
        if regularizer is not None and type(regularizer) is not L2:
            raise ValueError(f"net: expected no penalty but L2, PyTorch's weight decay, got {regularizer!r}")
        strengths.append(0.0 if regularizer is None else regularizer.strength)
    groups: dict[float, list[nn.Parameter]] = {}
    for slot in slots:
        groups.setdefault(strengths[slot.layer] if slot.weights else 0.0, []).append(slot.parameter)
    return [{"params": parameters, "weight_decay": decay} for decay, parameters in groups.items()]
