"""From a table to the arrays that a net takes, fitted to the rows that are trained on and applied to all others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np

from npnet._checks import float_dtype, instance
from npnet._text import short, some
from npnet.tabular.cells import Kind
from npnet.tabular.columns import Column
from npnet.tabular.features import (
    UNKNOWN,
    CategoryFeature,
    Feature,
    Fitting,
    NumberFeature,
    TruthFeature,
    from_settings,
)
from npnet.tabular.layout import Layout
from npnet.tabular.sources import Format, Source, open_source
from npnet.tabular.table import Table, stream
from npnet.typing import Array

VERSION = 1


@dataclass(frozen=True)
class Rules:
    """What is done with a cell or a column that was not there when the preparation was fitted.

    Attributes
    ----------
    unknown : "refuse", "drop", "fill" or "other"
        A category that no row had that was trained on: it is refused, with an error; or its row is dropped; or it is
        taken for the most frequent category; or it is none of the categories, which all are 0 then.
    invalid : "refuse" or "missing"
        A cell that is not of its column's kind, such as text in a column of numbers: it is refused, or it is missing.
    missing : "refuse", "drop" or "fill"
        A missing cell: it is refused; or its row is dropped; or it is taken for the mean of numbers, or for the most
        frequent category or truth value. A missing target is refused unless its row is dropped.
    absent : "refuse" or "fill"
        A column that is missing: it is refused, or its cells are filled as missing ones are.
    extra : "refuse" or "drop"
        A column that is none of those fitted to, nor the target: it is refused, or left out.
    """

    unknown: str = "refuse"
    invalid: str = "refuse"
    missing: str = "refuse"
    absent: str = "refuse"
    extra: str = "refuse"

    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "unknown": ("refuse", "drop", "fill", "other"),
        "invalid": ("refuse", "missing"),
        "missing": ("refuse", "drop", "fill"),
        "absent": ("refuse", "fill"),
        "extra": ("refuse", "drop"),
    }

    def __post_init__(self) -> None:
        for field in fields(self):
            value, choices = getattr(self, field.name), self.CHOICES[field.name]
            if value not in choices:
                raise ValueError(f"{field.name}: expected one of {', '.join(choices)}, got {short(value)}")


class Prepared(NamedTuple):
    """Rows as a net takes them."""

    x: Array
    """The features, shape (rows, features)."""
    y: Array | None
    """Class indices as int64, or scaled numbers in the dtype of `x`, shape (rows,); None where no target was asked."""
    rows: Array
    """The places of these rows in the table, of which some may have been dropped."""


class Cells(NamedTuple):
    """The cells of rows after the rules, of which features can be made."""

    table: Table
    """The table of these rows and those that were dropped."""
    columns: list[Array]
    """Of each column its numbers, truth values or places among the categories; those of the target, if any, last."""
    rows: Array
    """The places of these rows in the table."""


class Preparation:
    """Features of a table's columns: numbers standardized, truth values 0 and 1, categories one-hot in sorted order.

    Attributes
    ----------
    features : tuple
        What each column becomes, in the order of the table.
    target : NumberFeature, TruthFeature, CategoryFeature or None
        What the column becomes that is to be predicted.
    rules : Rules
        What is done with cells and columns that do not fit.

    Examples
    --------
    >>> table = Table.read({"length": [1.0, 3.0], "colour": ["red", "blue"], "y": ["no", "yes"]}, target="y")
    >>> preparation = Preparation.fit(table)
    >>> preparation.names, preparation.classes
    (('length', 'colour=blue', 'colour=red'), ('no', 'yes'))
    >>> preparation.transform({"colour": ["blue"], "length": [2.0]}).x
    array([[0., 1., 0.]], dtype=float32)
    >>> preparation.transform(table, target=True).y
    array([0, 1])
    """

    def __init__(self, features: Iterable[Feature], target: Feature | None, rules: Rules | None = None) -> None:
        self.features, self.target = tuple(features), target
        self.rules = Rules() if rules is None else instance("rules", rules, Rules)
        names = [one.name for one in self.features] + [one.name for one in (target,) if one is not None]
        if not self.features:
            raise ValueError("features: expected at least one column beside the target, got none")
        if len(set(names)) < len(names):
            raise ValueError(f"features, target: expected columns of different names, got {some(names)}")

    @classmethod
    def fit(cls, tables: Table | Iterable[Table], rules: Rules | None = None, target: str | None = None) -> Preparation:
        """Return the preparation of the rows that are trained on.

        Parameters
        ----------
        tables : Table, or several of the same columns
            The rows; in several tables, one after another, where memory can't hold all of them.
        rules : Rules or None
            What is done with cells and columns that do not fit; None refuses all.
        target : str or None
            The column that is to be predicted; None takes the table's own, if it has one.
        """
        fitted: dict[str, Fitting] = {}
        for one_of in [tables] if isinstance(tables, Table) else instance("tables", tables, Iterable):
            table = instance("tables", one_of, Table)
            target = table.target if target is None else target
            fitted = fitted or {name: Fitting(name, kind) for name, kind in table.kinds.items()}
            for name, one in fitted.items():
                one.add(table.columns[name])
        if not fitted:
            raise ValueError("tables: expected rows, got none")
        if target is not None and not (isinstance(target, str) and target in fitted):
            raise ValueError(f"target: expected one of the columns {some(fitted)}, got {short(target)}")
        made = {name: one.feature() for name, one in fitted.items()}
        chosen = None if target is None else made.pop(target)
        if isinstance(chosen, CategoryFeature) and chosen.width < 2:
            raise ValueError(
                f"target: expected at least two classes in {short(target)}, got {short(chosen.categories[0])} alone"
            )
        return cls(made.values(), chosen, rules)

    @cached_property
    def layout(self) -> Layout:
        """Which features each column becomes."""
        return Layout(self.features)

    @property
    def kinds(self) -> dict[str, Kind]:
        """The kind of each column, the target's last."""
        return {one.name: one.kind for one in (*self.features, self.target) if one is not None}

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each feature: a column's, and with the category if that is what a feature stands for."""
        return tuple(name for one in self.features for name in one.names)

    @property
    def classes(self) -> tuple[str, ...] | None:
        """The names of the target's classes; None if it is a number, or if there is none."""
        if isinstance(self.target, CategoryFeature):
            return self.target.categories
        return ("false", "true") if isinstance(self.target, TruthFeature) else None

    def stream(
        self, data: Any, dtype: Any = np.float32, *, target: bool = False, form: Format | None = None
    ) -> Iterator[Prepared]:
        """Yield rows some thousands at a time, in memory that does not grow with their number.

        Parameters are those of `transform`. The places of rows are those in the whole.
        """
        start = 0
        for table in self._tables(data, target, form):
            x, y, rows = self.prepared(self._cells(table, target), dtype)
            yield Prepared(x, y, rows + start)
            start += len(table)

    def transform(
        self, data: Any, dtype: Any = np.float32, *, target: bool = False, form: Format | None = None
    ) -> Prepared:
        """Return rows as a net takes them.

        Parameters
        ----------
        data : path, data frame, dict of columns or Table
            The rows. Their columns may come in any order.
        dtype : dtype
            That of the features, float32 or float64. Numbers are standardized in float64, then rounded.
        target : bool
            Whether the target is asked for too; otherwise it need not be there.
        form : Format or None
            How a CSV file is written.

        Returns
        -------
        Prepared

        Raises
        ------
        OSError
            If the file can't be read.
        """
        if isinstance(data, Table):
            return self.prepared(self.cells(data, target), dtype)
        parts = list(self.stream(data, dtype, target=target, form=form))
        if not parts:
            y = np.empty(0, np.int64 if self.classes else dtype) if target else None
            return Prepared(np.empty((0, len(self.names)), dtype), y, np.empty(0, np.intp))
        y = np.concatenate([part.y for part in parts if part.y is not None]) if target else None
        return Prepared(np.concatenate([part.x for part in parts]), y, np.concatenate([part.rows for part in parts]))

    def restored(self, outputs: Array) -> Array:
        """Return a net's outputs for a target that is a number in the target's own unit, as float64."""
        if not isinstance(self.target, NumberFeature):
            raise ValueError("outputs: expected those for a target that is a number; this one has classes, or is none")
        return np.asarray(outputs, np.float64) * self.target.deviation + self.target.mean

    def settings(self) -> dict[str, Any]:
        """Return what makes the same preparation again, as JSON can hold it.

        Examples
        --------
        >>> table = Table.read({"length": [1.0, 3.0], "y": [0.5, 1.5]}, "y")
        >>> made = Preparation.fit(table).settings()
        >>> made["features"]
        [{'name': 'length', 'kind': 'number', 'mean': 2.0, 'deviation': 1.0}]
        >>> Preparation.from_settings(made).settings() == made
        True
        """
        return {
            "version": VERSION,
            "features": [one.settings() for one in self.features],
            "target": None if self.target is None else self.target.settings(),
            "rules": asdict(self.rules),
        }

    @classmethod
    def from_settings(cls, settings: Any) -> Preparation:
        """Return the preparation that settings describe; all of them are checked."""
        keys = ("version", "features", "target", "rules")
        if not isinstance(settings, Mapping) or set(settings) != set(keys):
            raise ValueError(f"preparation: expected {', '.join(keys)}, got {_shown(settings)}")
        version, columns, target, rules = (settings[key] for key in keys)
        if version != VERSION or isinstance(version, bool):
            raise ValueError(
                f"preparation, version: expected {VERSION}, got {short(version)}; is the file of a newer npnet?"
            )
        for name, value, kind in (("rules", rules, Mapping), ("features", columns, list)):
            if not isinstance(value, kind):
                raise ValueError(f"preparation, {name}: expected a {kind.__name__.lower()}, got {short(value)}")
        if set(rules) != set(Rules.CHOICES):
            raise ValueError(f"preparation, rules: expected {', '.join(Rules.CHOICES)}, got {_shown(rules)}")
        for one in [*columns, *([] if target is None else [target])]:
            if not isinstance(one, Mapping):
                raise ValueError(f"preparation: expected the settings of a column, got {short(one)}")
        return cls(map(from_settings, columns), None if target is None else from_settings(target), Rules(**rules))

    def _asked(self, target: bool) -> tuple[Feature, ...]:
        """Return the columns that are read."""
        if not target:
            return self.features
        if self.target is None:
            raise ValueError("target: expected False, as the preparation was fitted to no target, got True")
        return *self.features, self.target

    def _tables(self, data: Any, target: bool, form: Format | None) -> Iterator[Table]:
        """Yield the rows of a file or a frame; a column that is missing is filled."""
        source = open_source(data, form)
        asked = self._asked(target)
        absent = self._absent(source, asked, source.names)
        kinds = {one.name: one.kind for one in asked if one.name not in absent}
        for table in stream(source, kinds, self.rules.invalid):
            for one in absent.values():
                table.columns[one.name] = _filled(one, len(table))
            yield table

    def _checked(self, table: Table, target: bool) -> Table:
        """Return a table whose columns are those asked for, of the same kinds."""
        asked = self._asked(target)
        absent = self._absent(table.source, asked, table.names)
        columns = dict(table.columns)
        for one in asked:
            if one.name in absent:
                columns[one.name] = _filled(one, len(table))
            elif columns[one.name].kind != one.kind:
                got = f"{columns[one.name].kind}; kinds={{{short(one.name)}: {one.kind!r}}} reads it so"
                raise ValueError(
                    f"{table.source.name}, column {short(one.name)}: expected the kind {one.kind}, got {got}"
                )
        return table.having(columns)

    def _absent(self, source: Source, asked: Iterable[Feature], names: tuple[str, ...]) -> dict[str, Feature]:
        """Return the columns that are missing, or refuse them, and those that are too many."""
        absent = {one.name: one for one in asked if one.name not in names}
        extra = [name for name in names if name not in self.kinds]
        if extra and self.rules.extra == "refuse":
            hint = "; the rule extra='drop' leaves out what is too many"
            raise ValueError(
                f"{source.name}: expected the columns {some(self.kinds)}, got also {short(extra[0])}{hint}"
            )
        target = "" if self.target is None else self.target.name
        none = all(one.name in absent for one in self.features)
        if absent and (self.rules.absent == "refuse" or target in absent or none):
            name = target if target in absent else next(iter(absent))
            raise ValueError(f"{source.name}: expected a column {short(name)}, got {some(names)}")
        return absent

    def cells(self, table: Table, target: bool) -> Cells:
        """Return the cells of a table that has the columns fitted to, after the rules."""
        return self._cells(self._checked(table, target), target)

    def prepared(self, cells: Cells, dtype: Any = np.float32) -> Prepared:
        """Return cells as a net takes them, with the target if they have it."""
        return Prepared(*self.made(self.records(cells, float_dtype(dtype))), cells.rows)

    def records(self, cells: Cells, dtype: np.dtype[Any]) -> Array:
        """Return cells as records of the layout, with the label "y" if they have the target."""
        target = len(cells.columns) > len(self.features)
        label = ("y", dtype if self.classes is None else np.dtype(np.int64))
        # Aligned, as what is not is copied before it is computed with
        records = np.empty(len(cells.rows), np.dtype([*self.layout.fields(dtype), *[label] * target], align=True))
        self.layout.write(cells.columns, records)
        self.layout.check(records, cells.table, cells.rows)
        if target:
            records["y"] = self._labels(cells.columns[-1])
        return records

    def made(self, records: Array) -> tuple[Array, Array | None]:
        """Return features and labels of records."""
        labelled = "y" in (records.dtype.names or ())
        return self.layout.features(records), records["y"].copy() if labelled else None

    def _cells(self, table: Table, target: bool) -> Cells:
        """Return the cells of a table that has all columns."""
        asked = self._asked(target)
        matched = [one.match(table.columns[one.name]) for one in asked]
        kept = np.ones(len(table), bool)
        for i, one in enumerate(asked):
            matched[i] = self._ruled(table, one, matched[i], kept)
        rows = np.flatnonzero(kept)
        if rows.size < len(table):
            matched = [cells[rows] for cells in matched]
        return Cells(table, matched, rows)

    def _ruled(self, table: Table, one: Feature, cells: Array, kept: Array) -> Array:
        """Return cells after the rules; rows that are dropped are marked in `kept`."""
        unknown, missing = self.rules.unknown, self.rules.missing
        if one is self.target:
            # What is said of a net would be untrue if its targets were made up, or left out where it fails
            unknown, missing = "refuse", missing if missing == "drop" else "refuse"
        for wrong, rule in (
            (cells == UNKNOWN if one.kind == "category" else None, unknown),
            (one.missing(cells), missing),
        ):
            if wrong is None or not wrong.any():
                continue
            if rule == "refuse":
                raise _refused(table, one, cells, int(wrong.argmax()))
            if rule == "drop":
                kept &= ~wrong
            elif rule == "fill":
                cells = np.where(wrong, cells.dtype.type(one.typical), cells)
        return cells

    def _labels(self, cells: Array) -> Array:
        if isinstance(self.target, NumberFeature):
            # Of a target that is always the same nothing is left
            return self.target.scaled(cells) if self.target.deviation else np.zeros(len(cells))
        return cells


def _shown(settings: Any) -> str:
    return some(map(str, settings)) if isinstance(settings, Mapping) else short(settings)


def _filled(one: Feature, rows: int) -> Column:
    """Return a column in which each cell is the mean, or the most frequent category or truth value."""
    if isinstance(one, CategoryFeature):
        return Column(one.kind, np.full(rows, one.typical, np.int32), one.categories)
    return Column(one.kind, np.full(rows, one.typical))


def _refused(table: Table, one: Feature, cells: Array, row: int) -> ValueError:
    """Return an error that names the cell in a row, missing or unknown."""
    column = table.columns[one.name]
    if not isinstance(one, CategoryFeature):
        return table.wrong(row, one.name, "a number" if one.kind == "number" else "true or false", "an empty cell")
    known = some(one.categories)
    got = short(column.categories[column.values[row]]) if cells[row] == UNKNOWN else "an empty cell"
    return table.wrong(row, one.name, f"one of {known}", got)
