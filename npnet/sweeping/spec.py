"""A sweep on a table of one's own: the file of settings that ``npnet sweep`` reads, and the rows that it is run on."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from npnet import _defaults as default
from npnet._checks import integer, number
from npnet.registry import did_you_mean
from npnet.sweeping.data import Data, Split, parts_of
from npnet.sweeping.settings import Outside
from npnet.sweeping.spaces import Distribution, Integers, LogUniform, Random, Trial, Uniform, choices, grid, trials_of
from npnet.tabular.columns import Column
from npnet.tabular.model import validation_of
from npnet.tabular.preparation import Preparation, Rules
from npnet.tabular.sources import Format
from npnet.tabular.table import Table

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SPACES = ("grid", "random", "trials")


@dataclass(frozen=True)
class Spec:
    """What a file of settings says.

    Attributes
    ----------
    target : str
        The column that is predicted.
    validation : float
        The share of the rows that all trials are measured on.
    folds : int or None
        In place of it: into how many parts the rows are cut, each of which one fold is measured on.
    seed : int
        What the rows that are measured on, and the orders of the others, are drawn from.
    kinds, rules, format : mapping
        What columns are, what is done with what does not fit, and how a CSV file is written: as for ``npnet train``.
    all : mapping
        The settings that all trials have in common.
    grid : mapping or None
        The values of each setting, of which all combinations are tried.
    random : mapping or None
        ``count`` trials whose settings are drawn, from ``seed``: in its table ``space``, each setting has a list of
        values, or ``{low = , high = }``, with ``log = true`` or ``whole = true``.
    trials : list or None
        The settings of each trial.
    """

    target: str
    validation: float = default.VALIDATION
    folds: int | None = None
    seed: int = 0
    kinds: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    format: Mapping[str, Any] = field(default_factory=dict)
    all: Mapping[str, Any] = field(default_factory=dict)
    grid: Mapping[str, Any] | None = None
    random: Mapping[str, Any] | None = None
    trials: Any = None

    def space(self) -> list[Trial]:
        """Return the settings of each trial."""
        given = [name for name in SPACES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"expected one of {', '.join(SPACES)}, got {' and '.join(given) or 'none'}")
        if self.grid is not None:
            return grid(self.grid)
        return trials_of(self.trials if self.random is None else _random(self.random))


def read(path: Path) -> Spec:
    """Return what a file says.

    Raises
    ------
    OSError
        If it can't be read.
    ValueError
        If it is not TOML, or says something else.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        names = Spec.__dataclass_fields__
        for name in found:
            if name not in names:
                advice = did_you_mean(name, names) or f"; expected some of {', '.join(names)}"
                raise ValueError(f"{name}: no such entry{advice}; settings of all trials stand in [all]")
        _check_kinds(found)
        return Spec(**found)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _check_kinds(found: Mapping[str, Any]) -> None:
    if not isinstance(found.get("target"), str):
        raise ValueError(f"target: expected the column to predict, got {found.get('target')!r}")
    for name in ("kinds", "rules", "format", "all", "grid", "random"):
        if not isinstance(found.get(name, {}), dict):
            raise ValueError(f"{name}: expected a table, [{name}], got {found[name]!r}")
    if not isinstance(found.get("trials", []), list):
        raise ValueError("trials: expected tables, one [[trials]] for each, got one [trials]")
    if "validation" in found and "folds" in found:
        raise ValueError("validation: expected none beside folds, got both")
    number("validation", found.get("validation", 0.5), above=0, below=1)
    integer("folds", found.get("folds", 2), 2)
    integer("seed", found.get("seed", 0), 0)


def _random(given: Mapping[str, Any]) -> Random:
    others = sorted(given.keys() - {"space", "count", "seed"})
    if others or not isinstance(given.get("space"), dict):
        raise ValueError(f"random: expected count, seed and a table space, got {', '.join(given) or 'nothing'}")
    space = {name: _distribution(name, values) for name, values in given["space"].items()}
    return Random(space, given.get("count", 0), given.get("seed", 0))


def _distribution(name: str, values: Any) -> Distribution | list[Any]:
    if not isinstance(values, dict):
        return choices(name, values)
    ends = {key: value for key, value in values.items() if key in ("low", "high")}
    marks = {key for key, value in values.items() if key in ("log", "whole") and value is True}
    if len(ends) < 2 or len(ends) + len(marks) != len(values) or len(marks) > 1:
        raise ValueError(f"{name}: expected low and high, with log = true or whole = true, got {values!r}")
    kind: Any = LogUniform if "log" in marks else Integers if "whole" in marks else Uniform
    try:
        made: Distribution = kind(**ends)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    return made


def prepared(spec: Spec, path: Path, dtype: str) -> tuple[Data, Outside]:
    """Return what trials are trained and measured on, made of the rows of a file.

    Each fold has a preparation of its own, which was fitted to the rows that it is trained on.

    Raises
    ------
    OSError
        If the file can't be read.
    ValueError
        If a cell does not fit.
    """
    for name in spec.rules:
        if name not in Rules.CHOICES:
            raise ValueError(f"rules: expected some of {', '.join(Rules.CHOICES)}, got {name!r}")
    rules = Rules(**spec.rules)
    table = Table.read(
        path, spec.target, kinds=spec.kinds or None, form=Format(**_format(spec.format)), invalid=rules.invalid
    )
    splits, preparations = [], []
    for rows, held_out in _parts(table, spec):
        preparation = Preparation.fit(rows, rules)
        x, y, _ = preparation.transform(rows, dtype, target=True)
        val_x, val_y = validation_of(preparation, held_out, dtype)
        assert y is not None
        splits.append(Split(x, y, None, val_x, val_y, None))
        preparations.append(preparation)
    classes = {one.classes for one in preparations}
    if len(classes) > 1:
        raise ValueError(f"folds: expected rows of each class of {spec.target!r} to train on in each fold, got others")
    (known,) = classes
    outputs, activation = (1, "identity") if known is None else (len(known), "softmax")
    features = tuple(len(one.names) for one in preparations)
    return Data(tuple(splits)), Outside(features, outputs, activation, spec.folds)


def _format(given: Mapping[str, Any]) -> dict[str, Any]:
    known = ("decimal", "thousands", "delimiter", "encoding")
    for name in given:
        if name not in known:
            raise ValueError(f"format: expected some of {', '.join(known)}, got {name!r}")
    return dict(given)


def _parts(table: Table, spec: Spec) -> list[tuple[Table, Table]]:
    """Return the rows that each fold is trained on, and those that it is measured on."""
    if spec.folds is None:
        return [table.split(spec.validation, spec.seed)]
    if spec.folds > len(table):
        raise ValueError(f"folds: expected at most one for each of {len(table)} rows, got {spec.folds}")
    parts = parts_of(_classes(table.columns[spec.target]), spec.folds, spec.seed)
    return [
        (table.take(np.flatnonzero(parts != fold)), table.take(np.flatnonzero(parts == fold)))
        for fold in range(spec.folds)
    ]


def _classes(column: Column) -> Any:
    return column.values if column.kind == "number" else np.asarray(column.values).astype(np.int64)
