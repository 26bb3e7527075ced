"""All that is chosen on the page: one `State`, checked whenever it changes, and the link that restores it."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from npnet import _choices, optimizers
from npnet._checks import flag, integer, number
from npnet.engine.hyperparameters import Number
from npnet.experiments.claims.optimizing import UncorrectedAdam
from npnet.optimizers import Optimizer

DATA = ("dots", "circles", "spirals", "xor", "blobs", "iris", "digits", "slope", "hills", "points", "file")
"""Where the points come from; ``slope`` and ``hills`` have numbers to learn, the others classes; ``points`` are those
that were clicked, ``file`` is that of ``--data``."""
IRIS = ("sepal_length", "sepal_width", "petal_length", "petal_width")
FEATURES = ("x1", "x2", "x1_squared", "x2_squared", "product", "sin_x1", "sin_x2")
ACTIVATIONS = (
    "identity", "sigmoid", "tanh", "relu", "leaky_relu", "relu6", "softplus", "elu", "selu", "silu", "gelu",
    "gelu_tanh",
)  # fmt: skip
LOSSES = ("crossentropy", "mse", "mae", "huber")
"""``crossentropy`` is the binary one, after a sigmoid, for two classes, and the categorical one, after a softmax, for
more; with the others, which numbers have alone, the last layer has no activation."""
OPTIMIZERS = (
    "sgd", "sgdm", "momentum", "nesterov", "adagrad", "rmsprop", "rmsprop_momentum", "centered_rmsprop",
    "centered_rmsprop_momentum", "adam", "uncorrected_adam", "adamw", "amsgrad", "nadam",
)  # fmt: skip
INITIALIZERS = (
    "he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "lecun_normal", "lecun_uniform", "orthogonal",
    "normal", "truncated_normal", "zeros",
)  # fmt: skip
DTYPES = ("float32", "float64")
LAYERS, UNITS, CLASSES, POINTS = 6, 16, 10, 500
"""The most hidden layers, units of one, classes, and points that were clicked."""
WHOLE = {"samples": (10, 2000), "batch_size": (1, 2000), "decay_epochs": (1, 100_000), "seed": (0, 2**31),
         "members": (1, 50)}  # fmt: skip
RANGES = {"noise": (0, 1), "test_share": (0, 0.9), "learning_rate": (1e-6, 100), "l1": (0, 10), "l2": (0, 10),
          "scale": (0, 10)}  # fmt: skip
"""From where to where each number goes."""
NAMES = {"data": DATA, "loss": LOSSES, "optimizer": OPTIMIZERS, "schedule": _choices.SCHEDULES,
         "initializer": INITIALIZERS, "dtype": DTYPES}  # fmt: skip
"""What each name is one of."""
LIVE = frozenset({"batch_size", "learning_rate", "schedule", "decay_epochs", "l1", "l2"})
"""What takes effect in the next step; whatever else changes, the training starts again."""
OF_RIVAL = ("activations", "optimizer", "learning_rate", "numbers", "schedule", "decay_epochs", "l1", "l2")
"""What a second net, beside the first and from the same weights, may have otherwise."""
MARGIN = 1e6
"""How far from 0 a point may be."""


@dataclass(frozen=True)
class State:
    """What the page has chosen; a value that does not fit raises a `ValueError` that begins with the field's name.

    Examples
    --------
    >>> state = State().changed({"widths": [4], "optimizer": "adam"})
    >>> state.activations, state.numbers["beta_1"]
    (('tanh',), 0.9)
    >>> State.from_link(state.link()) == state
    True
    """

    data: str = "dots"
    columns: tuple[str, ...] = ()
    """The two columns of iris or of the file that are the plane."""
    target: str = ""
    """The file's column of labels; by default the last one."""
    points: tuple[tuple[float, float, int], ...] = ()
    """Points that were clicked, with the number of their class."""
    noise: float = 0.0
    """The standard deviation of what is added to each coordinate, as a share of its own."""
    test_share: float = 0.3
    samples: int = 300
    standardize: bool = True
    batch_size: int = 32
    features: tuple[str, ...] = ("x1", "x2")
    widths: tuple[int, ...] = (8, 8)
    """The units of the hidden layers."""
    activations: tuple[str, ...] = ("tanh", "tanh")
    loss: str = "crossentropy"
    optimizer: str = "sgd"
    learning_rate: float = 0.1
    numbers: Mapping[str, float] = field(default_factory=dict)
    """The optimizer's other numbers."""
    schedule: str = "constant"
    decay_epochs: int = 100
    """The epochs over which the schedule lowers the rate."""
    l1: float = 0.0
    l2: float = 0.0
    initializer: str = "glorot_uniform"
    scale: float = 1.0
    """What the first weights are multiplied by."""
    seed: int = 0
    dtype: str = "float32"
    rival: Mapping[str, Any] | None = None
    """What a second net has otherwise, some of `OF_RIVAL`; None without one."""
    members: int = 1
    """How many nets, of the seeds from `seed` on, are trained in lockstep."""

    def __post_init__(self) -> None:
        for name, (low, high) in WHOLE.items():
            self._keep(name, at_most(name, integer(name, getattr(self, name), low), high))
        for name, limits in RANGES.items():
            self._keep(name, at_most(name, number(name, getattr(self, name), low=limits[0]), limits[1]))
        for name, known in NAMES.items():
            one_of(name, getattr(self, name), known)
        self._keep("standardize", flag("standardize", self.standardize))
        self._keep("columns", self._checked_columns())
        self._keep("points", tuple(map(_point, sequence("points", self.points, 0, POINTS))))
        self._keep("features", _distinct("features", self.features, FEATURES))
        self._keep("widths", tuple(_width(value) for value in sequence("widths", self.widths, 0, LAYERS)))
        if not isinstance(self.target, str) or len(self.target) > 200:
            raise ValueError(f"target: expected the name of a column, got {self.target!r:.60}")
        layers = len(self.widths)
        chosen = sequence("activations", self.activations, layers, layers)
        self._keep("activations", tuple(one_of("activations", name, ACTIVATIONS) for name in chosen))
        self._keep("numbers", _numbers(self.optimizer, self.numbers))
        self._check_rival()

    def _keep(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _checked_columns(self) -> tuple[str, ...]:
        if self.data not in ("iris", "file"):
            return ()
        if not self.columns and self.data == "iris":
            return IRIS[2:]
        chosen = tuple(sequence("columns", self.columns, 0 if self.data == "file" else 2, 2))
        if len(chosen) == 1 or not all(isinstance(name, str) for name in chosen):
            raise ValueError(f"columns: expected the names of two columns, got {self.columns!r:.80}")
        return _distinct("columns", chosen, IRIS if self.data == "iris" else chosen) if chosen else ()

    def _check_rival(self) -> None:
        if self.rival is None:
            return
        if not isinstance(self.rival, Mapping):
            raise ValueError(f"rival: expected what the second net has otherwise, or null, got {self.rival!r:.60}")
        if self.members > 1:
            raise ValueError(f"rival: expected null beside members above 1, got {dict(self.rival)!r:.60}")
        for name in self.rival:
            one_of("rival", name, OF_RIVAL)
        self._keep("rival", {name: getattr(self.second(), name) for name in self.rival})

    def second(self) -> State:
        """Return the choices of the second net, which has one."""
        assert self.rival is not None
        return replace(self, rival=None)._replaced(self.rival, "rival: ")

    def changed(self, changes: Any) -> State:
        """Return the choices with some fields changed, and what depends on these adapted.

        Activations follow the number of layers, an optimizer's numbers the optimizer, columns the data.
        """
        if not isinstance(changes, Mapping):
            raise ValueError(f"changes: expected fields and their values, got {changes!r:.60}")
        for name in changes:
            one_of("changes", name, FIELDS)
        rival = changes.get("rival", self.rival)
        if "widths" in changes and isinstance(rival, Mapping) and "activations" in rival:
            layers = len(sequence("widths", changes["widths"], 0, LAYERS))
            adapted = _resized(sequence("activations", rival["activations"], 0, LAYERS), layers)
            changes = {**changes, "rival": {**rival, "activations": adapted}}
        return self._replaced(changes)

    def _replaced(self, changes: Mapping[str, Any], before: str = "") -> State:
        adapted: dict[str, Any] = {}
        if "widths" in changes:
            adapted["activations"] = _resized(self.activations, len(sequence("widths", changes["widths"], 0, LAYERS)))
        if changes.get("optimizer", self.optimizer) != self.optimizer:
            adapted["numbers"] = {}
        if {"data", "target"} & changes.keys():
            adapted["columns"] = ()
        try:
            return replace(self, **{**adapted, **changes})
        except ValueError as error:
            raise ValueError(f"{before}{error}") from None

    def restarts(self, other: State) -> bool:
        """Return whether the training starts again where these choices become others."""
        mine, theirs = ({**state.json(), **dict.fromkeys(LIVE)} for state in (self, other))
        if self.rival is not None and other.rival is not None:
            mine["rival"], theirs["rival"] = ({**rival, **dict.fromkeys(LIVE)} for rival in (self.rival, other.rival))
        return mine != theirs

    def json(self) -> dict[str, Any]:
        """Return all fields, as JSON has them."""
        found = {name: getattr(self, name) for name in FIELDS}
        return json.loads(json.dumps(found))

    def link(self) -> str:
        """Return the end of an address that restores the choices: ``#`` and what is not as at first, in base64url."""
        first = State().json()
        chosen = {name: value for name, value in self.json().items() if value != first[name]}
        text = json.dumps(chosen, separators=(",", ":"))
        return "#" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def from_link(cls, link: Any) -> State:
        """Return the choices of a link."""
        if not isinstance(link, str):
            raise ValueError(f"link: expected text, got {link!r:.60}")
        code = link.removeprefix("#")
        try:
            chosen = json.loads(base64.b64decode(code + "=" * (-len(code) % 4), b"-_", validate=True))
        except (binascii.Error, UnicodeError, ValueError, RecursionError):
            raise ValueError(f"link: expected one that this page has made, got {link!r:.60}") from None
        return cls().changed(chosen)


FIELDS = tuple(one.name for one in fields(State))


def options() -> dict[str, Any]:
    """Return what can be chosen, as JSON has it, by the names of the fields."""
    return {
        **{f"{name}s": list(known) for name, known in NAMES.items() if name not in ("data", "optimizer", "loss")},
        "losses": list(LOSSES), "data": list(DATA), "features": list(FEATURES), "activations": list(ACTIVATIONS),
        "optimizers": {name: declared(name) for name in OPTIMIZERS},
        "columns": {"iris": list(IRIS)}, "live": sorted(LIVE), "of_rival": list(OF_RIVAL),
        "limits": {**WHOLE, **RANGES, "layers": (0, LAYERS), "units": (1, UNITS), "points": (0, POINTS)},
    }  # fmt: skip


def new_optimizer(name: str) -> Optimizer:
    """Return a new optimizer of one of the names; one is that of a claim, Adam without its corrections."""
    return UncorrectedAdam() if name == "uncorrected_adam" else optimizers.get(name)


def declared(optimizer: str) -> dict[str, dict[str, Any]]:
    """Return an optimizer's numbers as it declares them: the default, and the limits, which may belong to them or not.

    Examples
    --------
    >>> declared("adam")["beta_1"]
    {'default': 0.9, 'low': 0, 'high': 1, 'open': ['high']}
    """
    found = {}
    for name, one in type(new_optimizer(optimizer)).table.items():
        if not isinstance(one, Number):
            continue
        limits = one.limits
        low = max(limits["low"], limits["above"])
        opened = ["low"] * (limits["above"] >= limits["low"] and math.isfinite(low)) + ["high"]
        high = limits["below"] if math.isfinite(limits["below"]) else None
        found[name] = {"default": one.default, "low": low if math.isfinite(low) else None, "high": high,
                       "open": opened if high is not None else opened[:-1]}  # fmt: skip
    return found


def _numbers(optimizer: str, given: Any) -> dict[str, float]:
    """Return an optimizer's numbers beside the rate, each checked by itself."""
    if not isinstance(given, Mapping):
        raise ValueError(f"numbers: expected the optimizer's numbers by their names, got {given!r:.60}")
    made = new_optimizer(optimizer)
    known = [name for name, one in type(made).table.items() if isinstance(one, Number) and name != "learning_rate"]
    for name, value in given.items():
        one_of("numbers", name, known)
        try:
            setattr(made, name, number(name, value))
        except ValueError as error:
            raise ValueError(f"numbers: {error}") from None
    return {name: made.stored(name) for name in known}


def one_of(name: str, value: Any, known: Sequence[str]) -> str:
    """Return a value that is one of those that are known."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name}: expected one of {', '.join(known)}, got {value!r:.60}")
    return value


def sequence(name: str, value: Any, low: int, high: int) -> Sequence[Any]:
    """Return a list with so many elements."""
    if not isinstance(value, (list, tuple)) or not low <= len(value) <= high:
        count = f"{low}" if low == high else f"{low} to {high}"
        given = f"{len(value)}" if isinstance(value, (list, tuple)) else f"{value!r:.60}"
        raise ValueError(f"{name}: expected a list of {count} elements, got {given}")
    return value


def at_most(name: str, value: Any, high: float) -> Any:
    """Return a checked number that must not be above `high`."""
    if value > high:
        raise ValueError(f"{name}: expected at most {high:g}, got {value!r:.60}")
    return value


def _distinct(name: str, values: Any, known: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(one_of(name, value, known) for value in sequence(name, values, 1, len(known)))
    if len(set(chosen)) < len(chosen):
        raise ValueError(f"{name}: expected each once, got {chosen!r:.80}")
    return chosen


def _width(value: Any) -> int:
    return int(at_most("widths", integer("widths", value, 1), UNITS))


def _point(given: Any) -> tuple[float, float, int]:
    """Return a point with its class, rounded so that a link stays short."""
    x, y, label = sequence("points", given, 3, 3)
    place = [round(at_most("points", number("points", value, low=-MARGIN), MARGIN), 3) for value in (x, y)]
    return place[0], place[1], int(at_most("points", integer("points", label, 0), CLASSES - 1))


def _resized(names: Sequence[str], layers: int) -> tuple[str, ...]:
    """Return activations for so many layers: the last one goes on."""
    last = names[-1] if names else "tanh"
    return (*names, *[last] * layers)[:layers]
