"""Nets and optimizers as settings and arrays, and back.

A file's settings have a net under ``"net"``, an optimizer under ``"optimizer"``; the arrays of each have that name in
front of theirs. What a net is made of is checked against its arrays, which the file holds already, before memory is set
aside for it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from npnet import losses
from npnet._checks import finite, instance, integer
from npnet.activations import Activation
from npnet.losses import Loss
from npnet.optimizers import Optimizer
from npnet.regularizers import Regularizer
from npnet.saving import by_name, container, generators
from npnet.typing import Array

KINDS = ("MLP", "Ensemble")
DTYPES = ("float32", "float64")
MOST_STEPS = 2**63 - 1

Parts = tuple[dict[str, Any], dict[str, Array]]
"""Settings and arrays."""
Made = TypeVar("Made")


def save(path: str | os.PathLike[str], net: Any, optimizer: Optimizer | None = None) -> None:
    """Write a net to a file, and an optimizer with its moments if there is one."""
    if optimizer is not None:
        instance("optimizer", optimizer, Optimizer)
    parts = net_parts(net), None if optimizer is None else optimizer_parts(optimizer)
    if optimizer is not None:
        try:
            optimizer.check(net.parameters)
        except ValueError as error:
            raise ValueError(f"optimizer: expected one that can go on with the net: {error}") from None
    container.write(path, *joined(*parts))


def joined(net: Parts, optimizer: Parts | None) -> Parts:
    """Return the parts of a file with a net, and with an optimizer if there is one."""
    settings, arrays = optimizer or (None, {})
    return {"net": net[0], "optimizer": settings, "versions": versions()}, net[1] | arrays


def versions() -> dict[str, str]:
    """Return the versions that a file is written with."""
    # Here, as it takes as long to load as the rest of npnet
    import importlib.metadata

    try:
        own = importlib.metadata.version("npnet")
    except importlib.metadata.PackageNotFoundError:
        own = "unknown"
    return {"npnet": own, "numpy": np.__version__}


def load(path: str | os.PathLike[str], kind: type[Made]) -> Made:
    """Return the net of a file, which must be of that kind."""
    settings, arrays = container.read(path)
    with naming(path):
        return net_made(kind, settings, arrays)


def load_optimizer(path: str | os.PathLike[str]) -> Optimizer:
    """Return the optimizer of a model file, with its moments, to go on training the file's net.

    The moments belong to the first parameters that it steps, which must be of their shape.

    Parameters
    ----------
    path : str or path
        The file, from ``net.save(path, optimizer=…)``, or a checkpoint.

    Raises
    ------
    OSError
        If there is no such file, or it can't be read.
    ValueError
        If it is no model file, damaged, or holds no optimizer.
    """
    settings, arrays = container.read(path)
    with naming(path):
        if settings.get("optimizer") is None:
            raise ValueError("expected a file with an optimizer, got one without; net.save(path, optimizer=…) keeps it")
        return optimizer_made(settings, arrays)


@contextlib.contextmanager
def naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Name a file in the errors about what it holds."""
    try:
        yield
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{os.fspath(path)}: {error}") from None


def field(settings: Any, name: str, kind: type[Made], what: str) -> Made:
    """Return an entry of a file's settings, which must be of that kind."""
    value = settings.get(name) if isinstance(settings, Mapping) else None
    if type(value) is not kind:
        raise ValueError(f"{name}: expected {what}, got {value!r:.60}")
    return value


def number(settings: Any, name: str, low: int, high: int = MOST_STEPS) -> int:
    """Return a whole number of a file's settings in a range."""
    value = field(settings, name, int, "a whole number")
    if not low <= value <= high:
        raise ValueError(f"{name}: expected a whole number from {low} to {high}, got {value!r:.60}")
    return value


# Nets


def net_parts(net: Any) -> Parts:
    """Return what a net, or an ensemble, is made from."""
    kind = type(net)
    if kind.__name__ not in KINDS or kind.__module__.partition(".")[0] != "npnet":
        raise ValueError(f"net: expected an MLP or an Ensemble, got {net!r:.60}, of {kind.__module__}.{kind.__name__}")
    if net.dtype.name not in DTYPES:
        raise ValueError(f"net: expected one of {' or '.join(DTYPES)}, got {net.dtype}; astype makes another one")
    finite("parameters", net.parameters)
    rules = net.regularizer
    settings = {
        "kind": kind.__name__,
        "widths": list(net.widths),
        "activations": [by_name.described("activations", one) for one in net.activations],
        "use_bias": list(net.use_bias),
        "dtype": net.dtype.name,
        "members": net.members,
        "loss": _own_loss(net),
        "regularizer": regularizer_described(rules),
        "generator": generators.described("rng", net.rng),
    }
    arrays = {}
    for number, (W, b) in enumerate(zip(net.weights, net.biases), 1):
        arrays[f"net.{number}.weights"] = W
        if b is not None:
            arrays[f"net.{number}.biases"] = b
    return settings, arrays


def _own_loss(net: Any) -> Any:
    """Return the loss; None where it is the one that belongs to the output."""
    return None if net.loss == losses.of_output(net.activations[-1]) else by_name.described("loss", net.loss)


def regularizer_described(rules: Any) -> Any:
    """Return what the penalty of all layers, or those of each, are made from."""
    if isinstance(rules, tuple):
        return [by_name.described("regularizer", one) for one in rules]
    return by_name.described("regularizer", rules)


def _regularizer_made(description: Any) -> Any:
    if isinstance(description, list):
        return [by_name.made_or_none("regularizer", Regularizer, one) for one in description]
    return by_name.made_or_none("regularizer", Regularizer, description)


def net_made(kind: type[Made], settings: Any, arrays: Mapping[str, Array]) -> Made:
    """Return the net that a file's settings and arrays are the parts of."""
    given = field(settings, "net", dict, "a net")
    if given.get("kind") != kind.__name__:
        found = given.get("kind")
        hint = f"; {found}.load reads it" if found in KINDS else ""
        raise ValueError(f"kind: expected {kind.__name__}, got {found!r:.60}{hint}")
    widths, use_bias, dtype, members = _checked_shape(given)
    weights, biases = _checked_layers(arrays, widths, use_bias, dtype, members)
    functions = field(given, "activations", list, "a list")
    chosen = [by_name.made("activations", Activation, one) for one in functions]
    if len(chosen) != len(use_bias):
        raise ValueError(f"activations: expected {len(use_bias)} for as many layers, got {len(chosen)}")
    net: Any = kind(
        widths, chosen[:-1], chosen[-1], dtype, kernel_initializer="zeros", use_bias=use_bias,
        kernel_regularizer=_regularizer_made(given.get("regularizer")),
        **({"seed": 0} if members is None else {"seeds": [0] * members}),
    )  # type: ignore[call-arg]  # fmt: skip
    net.weights, net.biases = weights, biases
    loss = by_name.made_or_none("loss", Loss, given.get("loss"))
    if loss is not None:
        net.loss = loss
    net.rng = generators.made("generator", given.get("generator"))
    made: Made = net
    return made


def _checked_shape(given: Any) -> tuple[list[int], list[bool], np.dtype[Any], int | None]:
    widths, use_bias = field(given, "widths", list, "a list"), field(given, "use_bias", list, "a list")
    if not all(type(width) is int and width > 0 for width in widths) or len(widths) < 2:
        raise ValueError(f"widths: expected at least two whole numbers above 0, got {widths!r:.60}")
    if not all(type(bias) is bool for bias in use_bias) or len(use_bias) != len(widths) - 1:
        raise ValueError(f"use_bias: expected {len(widths) - 1} truth values, got {use_bias!r:.60}")
    dtype = field(given, "dtype", str, "text")
    if dtype not in DTYPES:
        raise ValueError(f"dtype: expected one of {', '.join(DTYPES)}, got {dtype!r:.60}")
    single = given.get("kind") == "MLP"
    if single and given.get("members") is not None:
        raise ValueError(f"members: expected none of a single net, got {given['members']!r:.60}")
    return widths, use_bias, np.dtype(dtype), None if single else number(given, "members", 1)


def _checked_layers(
    arrays: Mapping[str, Array], widths: list[int], use_bias: list[bool], dtype: np.dtype[Any], members: int | None
) -> tuple[list[Array], list[Array | None]]:
    """Return the weights and biases of each layer, which are of the sizes that the settings say."""
    rest = () if members is None else (members,)
    weights: list[Array] = []
    biases: list[Array | None] = []
    for layer, ((features, units), bias) in enumerate(zip(pairwise(widths), use_bias), 1):
        weights.append(checked(arrays, f"net.{layer}.weights", (features, units, *rest), dtype))
        biases.append(checked(arrays, f"net.{layer}.biases", (units, *rest), dtype) if bias else None)
    return weights, biases


def checked(arrays: Mapping[str, Array], name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Return an array of a file, of finite numbers, of that shape and dtype."""
    array = arrays.get(name)
    if array is None or array.shape != shape or array.dtype != dtype:
        got = "none" if array is None else f"{array.dtype} {array.shape}"
        raise ValueError(f"{name}: expected {dtype} {shape}, got {got}")
    return finite(name, array)


# Optimizers


def optimizer_parts(optimizer: Optimizer) -> Parts:
    """Return what an optimizer is made from, its moments as it keeps them, with all bits, and its number of steps."""
    description = by_name.described("optimizer", optimizer)
    kept = dict(optimizer.state.kept)
    for name, moment in kept.items():
        if moment.dtype.name not in DTYPES:
            raise ValueError(f"optimizer: expected moments of {' or '.join(DTYPES)}, got {name} of {moment.dtype}")
        finite(name, moment)
    steps = integer("iterations", optimizer.iterations, 0)
    settings = {"made": description, "iterations": steps, "moments": sorted(kept)}
    return settings, {f"optimizer.{name}": moment for name, moment in kept.items()}


def optimizer_made(settings: Any, arrays: Mapping[str, Array]) -> Optimizer:
    """Return the optimizer that a file's settings and arrays are the parts of."""
    given = field(settings, "optimizer", dict, "an optimizer")
    made: Any = by_name.made("optimizer", Optimizer, given.get("made"))
    names = field(given, "moments", list, "a list")
    if any(name not in made.slots for name in names):
        raise ValueError(f"moments: expected those of {made!r}, {', '.join(made.slots) or 'none'}, got {names!r:.60}")
    net = field(settings, "net", dict, "a net")
    widths, use_bias, dtype, members = _checked_shape(net)
    size = sum((features + bias) * units for (features, units), bias in zip(pairwise(widths), use_bias))
    shape = (size,) if members is None else (size, members)
    made.check_members(members)
    for name in (slot for slot in made.slots if slot in names):
        made.state.kept[name] = checked(arrays, f"optimizer.{name}", shape, dtype)
    made.iterations = number(given, "iterations", 0)
    return made
