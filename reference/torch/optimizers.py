"""PyTorch's optimizers: the counterpart of one of npnet's, with its moments, and back.

PyTorch's SGD keeps the sum ``b = mu * b + g``, and SGDM the mean ``m = (1 - mu) * b``: with the rate over ``1 - mu``
both have the same path, as has Keras's form at a constant rate. A dampening multiplies all gradients but the first by
``1 - tau``, so that the paths are the same from the second step on.
"""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from npnet import MLP, regularizers
from npnet.optimizers import (
    SGD,
    SGDM,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    CenteredRMSProp,
    CenteredRMSPropMomentum,
    Momentum,
    Nadam,
    Nesterov,
    Optimizer,
    RMSProp,
    RMSPropMomentum,
)
from npnet.regularizers import L2
from npnet.schedules import Constant

from ..checking.frameworks import check_instance, settings_of
from .rules import PYTORCHS, CorrectedAdam, CorrectedAdamW, CorrectedAMSGrad, OuterAdagrad, OuterRMSProp


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
    neutral: dict[str, Any] | None = None
    """Settings that npnet does not have, and their values without effect."""


def _sgd(has: dict[str, Any]) -> Optimizer:
    rate, momentum = has["lr"], has["momentum"]
    if has["nesterov"]:
        return Nesterov(rate, momentum)
    return SGDM(rate * (1 - has["dampening"]) / (1 - momentum), momentum) if momentum else SGD(rate)


def _adam(has: dict[str, Any]) -> Optimizer:
    numbers = has["lr"], *map(float, has["betas"]), has["eps"]
    if has["decoupled_weight_decay"]:
        if has["amsgrad"]:
            raise ValueError("it has no AMSGrad with a decoupled weight decay")
        return (CorrectedAdamW if has["eps"] else AdamW)(*numbers, has["weight_decay"])
    if has["amsgrad"]:
        return (CorrectedAMSGrad if has["eps"] else AMSGrad)(*numbers)
    return (CorrectedAdam if has["eps"] else Adam)(*numbers)


def _nadam(has: dict[str, Any]) -> Optimizer:
    if has["decoupled_weight_decay"] and has["weight_decay"]:
        raise ValueError("it has no Nadam with a decoupled weight decay")
    return Nadam(has["lr"], *map(float, has["betas"]), has["eps"], has["momentum_decay"])


def _rmsprop(has: dict[str, Any]) -> Optimizer:
    numbers, momentum = (has["lr"], has["alpha"], has["eps"]), has["momentum"]
    if not has["centered"] and not momentum:
        return (OuterRMSProp if has["eps"] else RMSProp)(*numbers)
    if has["eps"]:
        raise ValueError(f"its RMSProp with a momentum, or centered, has epsilon inside the root: eps={has['eps']}")
    if not momentum:
        return CenteredRMSProp(*numbers)
    return (CenteredRMSPropMomentum if has["centered"] else RMSPropMomentum)(*numbers, momentum)


def _adagrad(has: dict[str, Any]) -> Optimizer:
    return (OuterAdagrad if has["eps"] else Adagrad)(has["lr"], has["initial_accumulator_value"], has["eps"])


_OF_ADAM = (torch.optim.Adam, torch.optim.AdamW, torch.optim.NAdam)
_ADAM = {"m": "exp_avg", "V": "exp_avg_sq"}
_RULES: dict[type[torch.optim.Optimizer], _Rule] = {
    torch.optim.SGD: _Rule(_sgd, {"m": "momentum_buffer", "v": "momentum_buffer"}),
    torch.optim.Adam: _Rule(_adam, _ADAM | {"V_max": "max_exp_avg_sq"}),
    torch.optim.AdamW: _Rule(_adam, _ADAM | {"V_max": "max_exp_avg_sq"}),
    torch.optim.NAdam: _Rule(_nadam, _ADAM),
    torch.optim.RMSprop: _Rule(_rmsprop, {"V": "square_avg", "m": "grad_avg", "v": "momentum_buffer"}),
    torch.optim.Adagrad: _Rule(_adagrad, {"V": "sum"}, {"lr_decay": 0}),
}
# How a step is computed, which changes rounding errors at most; the parameters, and what groups of them have each
_OTHERS = ("params", "foreach", "fused", "capturable", "differentiable", "weight_decay")


def from_torch(theirs: torch.optim.Optimizer, slots: Iterable[Slot], net: MLP) -> Optimizer:
    """Return npnet's optimizer of the same rule, with the moments and the count of steps.

    A weight decay of the weights becomes the net's own penalty.
    """
    check_instance("optimizer", theirs)
    rule, slots = _RULES.get(type(theirs)), list(slots)
    if rule is None:
        known = ", ".join(kind.__name__ for kind in _RULES)
        raise ValueError(f"optimizer: expected one of {known}, got {type(theirs).__name__}")
    has = _settings(theirs, slots, rule)
    _check_tensors(theirs, slots[0].parameter.dtype)
    if has.get("decoupled_weight_decay"):
        has["weight_decay"] = _decay_of_all(theirs)
    with settings_of("optimizer"):
        made = rule.make(has)
    net.regularizer = None if has.get("decoupled_weight_decay") else _penalties(theirs, slots)
    if isinstance(made, Nadam):
        _check_product(theirs, slots)
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
    for name, neutral in ({"maximize": False} | (rule.neutral or {})).items():
        if first.get(name, neutral) != neutral:
            raise ValueError(f"optimizer: expected {name}={neutral}, as npnet has it, got {first[name]}")
    name = "initial_accumulator_value"
    if first.get(name) != theirs.defaults.get(name):
        raise ValueError(
            f"optimizer: expected groups without an {name} of their own, which torch.optim.Adagrad takes no notice of, "
            f"got {first[name]}, where the optimizer has {theirs.defaults[name]}"
        )
    if not 0 <= first.get("momentum", 0) < 1:
        raise ValueError(f"optimizer: expected a momentum from 0 to under 1, got {first['momentum']}")
    return first | {"lr": float(first["lr"])}


def _check_tensors(theirs: torch.optim.Optimizer, wide: torch.dtype) -> None:
    """Refuse settings that are tensors of a lower precision than the parameters', where PyTorch computes in theirs.

    Adam's kind computes the rate of each step, and a decoupled decay, from them. Where all of a step is one call, and
    in other rules, they are numbers.
    """
    kind = type(theirs)
    for group in theirs.param_groups if kind in _OF_ADAM else []:
        if group.get("fused") or (kind is torch.optim.NAdam and group.get("foreach")):
            continue
        names = ["lr", "betas", "momentum_decay", *["weight_decay"] * bool(group["decoupled_weight_decay"])]
        for name, value in [(name, group.get(name)) for name in names]:
            for one in value if isinstance(value, (tuple, list)) else [value]:
                if isinstance(one, torch.Tensor) and torch.promote_types(_computed_in(one), wide) != _computed_in(one):
                    raise ValueError(
                        f"optimizer: expected {name} as a number or in {wide}, as the parameters are, got a tensor of "
                        f"{one.dtype}: PyTorch computes each step's rate in {_computed_in(one)}"
                    )


def _computed_in(number: torch.Tensor) -> torch.dtype:
    """Return the type of a quotient of a tensor of one number."""
    return number.dtype if number.is_floating_point() else torch.get_default_dtype()


def _decay_of_all(theirs: torch.optim.Optimizer) -> float:
    """Return the weight decay of all parameters, which a decoupled one must be."""
    decays = {float(group["weight_decay"]) for group in theirs.param_groups}
    if len(decays) > 1:
        raise ValueError("optimizer: expected one decoupled weight_decay for all parameters, got several")
    return decays.pop()


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


def _check_product(theirs: torch.optim.Optimizer, slots: list[Slot]) -> None:
    """Refuse a NAdam of float64 whose product of momentums is a float32 number."""
    for slot in slots:
        product = theirs.state.get(slot.parameter, {}).get("mu_product", torch.ones(()))
        if product.dtype != slot.parameter.dtype and slot.parameter.dtype is torch.float64:
            raise ValueError(
                f"optimizer: expected a NAdam that multiplies its momentums in float64, got one in {product.dtype}, "
                "PyTorch's default type when it took its first step; torch.set_default_dtype(torch.float64) changes it"
            )


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
            made.state[name] = joined(flat) * _factor(name, made, theirs)
    return steps.pop()


def _factor(name: str, ours: Optimizer, theirs: torch.optim.Optimizer) -> Any:
    """Return what PyTorch's moment is multiplied by in npnet: a velocity has the rate, and goes down."""
    if isinstance(ours, SGDM):
        return (1 - ours.beta) / (1 - theirs.param_groups[0]["dampening"])
    return -ours.learning_rate if name == "v" else 1


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
    if isinstance(optimizer, Nadam):
        # Its own first state would have a product of the default type
        optimizer.allocate(net.parameters)
    if optimizer.state:
        _set_states(theirs, slots, optimizer)
    return theirs


def _adams(ours: Any) -> dict[str, Any]:
    return {"betas": (ours.beta_1, ours.beta_2), "eps": ours.epsilon}


def _rmsprops(ours: Any) -> dict[str, Any]:
    return {"alpha": ours.rho, "eps": ours.epsilon, "momentum": getattr(ours, "momentum", 0)}


# PyTorch's class of each rule, and its settings beside the learning rate
_COUNTERPARTS: dict[type[Optimizer], tuple[type[torch.optim.Optimizer], Callable[[Any], dict[str, Any]]]] = {
    SGD: (torch.optim.SGD, lambda ours: {}),
    # The rate of a sum of gradients, where SGDM has that of their mean
    SGDM: (torch.optim.SGD, lambda ours: {"lr": ours.learning_rate * (1 - ours.beta), "momentum": ours.beta}),
    Momentum: (torch.optim.SGD, lambda ours: {"momentum": ours.momentum}),
    Nesterov: (torch.optim.SGD, lambda ours: {"momentum": ours.momentum, "nesterov": True}),
    CorrectedAdam: (torch.optim.Adam, _adams),
    CorrectedAMSGrad: (torch.optim.Adam, lambda ours: _adams(ours) | {"amsgrad": True}),
    CorrectedAdamW: (torch.optim.AdamW, lambda ours: _adams(ours) | {"weight_decay": ours.weight_decay}),
    Nadam: (torch.optim.NAdam, lambda ours: _adams(ours) | {"momentum_decay": ours.momentum_decay}),
    OuterRMSProp: (torch.optim.RMSprop, _rmsprops),
    RMSPropMomentum: (torch.optim.RMSprop, _rmsprops),
    CenteredRMSProp: (torch.optim.RMSprop, lambda ours: _rmsprops(ours) | {"centered": True}),
    CenteredRMSPropMomentum: (torch.optim.RMSprop, lambda ours: _rmsprops(ours) | {"centered": True}),
    OuterAdagrad: (
        torch.optim.Adagrad,
        lambda ours: {"initial_accumulator_value": ours.initial_accumulator_value, "eps": ours.epsilon},
    ),
}
_INSIDE = (RMSPropMomentum, CenteredRMSProp, CenteredRMSPropMomentum)
"""Rules whose epsilon is inside the root, and that have no form here with it beside the root, where PyTorch has it."""


def _counterpart(optimizer: Optimizer, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    kind, epsilon = type(optimizer), getattr(optimizer, "epsilon", 0)
    if not epsilon:
        # Then its place makes no difference
        kind = PYTORCHS.get(kind, kind)
    if epsilon and kind in {*PYTORCHS, *_INSIDE}:
        form = PYTORCHS.get(kind)
        other = "" if form is None else f" and {form.__module__}.{form.__name__}"
        raise ValueError(
            f"optimizer: expected a rule that torch.optim has, got {optimizer!r}, whose epsilon stands in another "
            f"place: PyTorch has {kind.__name__} with epsilon=0{other}"
        )
    if kind not in _COUNTERPARTS:
        raise ValueError(f"optimizer: expected a rule that torch.optim has, got {optimizer!r}")
    make, settings = _COUNTERPARTS[kind]
    chosen = {"lr": optimizer.learning_rate} | settings(optimizer)
    if "weight_decay" in chosen:
        if any(group["weight_decay"] for group in groups):
            raise ValueError("net: expected no penalty beside the weight decay of AdamW, got one")
        groups = [{"params": group["params"]} for group in groups]
    return make(groups, **chosen)


def _set_states(theirs: torch.optim.Optimizer, slots: list[Slot], optimizer: Optimizer) -> None:
    """Give each parameter its part of the moments, and the count of steps where PyTorch has one."""
    moments = _RULES[type(theirs)].moments
    for slot in slots:
        state = theirs.state[slot.parameter]
        if not isinstance(theirs, torch.optim.SGD):
            state["step"] = torch.tensor(float(optimizer.iterations))
        if isinstance(optimizer, Nadam):
            state["mu_product"] = torch.tensor(optimizer.product(optimizer.iterations), dtype=slot.parameter.dtype)
    for name in optimizer.slots:
        flat = optimizer.state[name] / _factor(name, optimizer, theirs)
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
    settings = inspect.signature(type(theirs)).parameters
    return type(theirs)(groups, **{name: value for name, value in theirs.defaults.items() if name in settings})


def decays(theirs: torch.optim.Optimizer | None) -> bool:
    """Return whether an optimizer has a weight decay that is part of the gradient."""
    groups = [] if theirs is None else theirs.param_groups
    return any(group["weight_decay"] and not group.get("decoupled_weight_decay") for group in groups)


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
