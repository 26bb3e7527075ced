"""The evaluation of a formula's tree, with the names that are in force at one place of it."""

import inspect
import itertools
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, reduce
from typing import Any

import numpy as np

from npnet.derivations.engine import calculus
from npnet.derivations.engine.latex import Call, Derivative, Name, Node, Number, Operation, Prefixed, Sum, Tuple
from npnet.derivations.engine.notation import FUNCTIONS, Notation
from npnet.typing import Array

OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "∘": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
# A name, with the values of the subscripts that it needs to be a quantity
Place = tuple[str, tuple[int, ...]]


@dataclass(frozen=True)
class Definition:
    """One equation that says what a name stands for."""

    subscripts: tuple[Node, ...]
    """Each an index, for any of its values, or a value."""
    body: Node


class _WithoutValueError(Exception):
    """An index that has no value where one is needed."""

    def __init__(self, index: str) -> None:
        super().__init__(index)
        self.index = index


@dataclass(frozen=True)
class Evaluation:
    """The value of each part of a formula, at one point of its variables."""

    notation: Notation
    definitions: Mapping[str, list[Definition]]
    variables: Mapping[str, Any]
    lift: Callable[[float], Any]
    """From a plain number to one of the kind that the variables are."""
    bound: Mapping[str, int] = field(default_factory=dict)
    """Indices with their values."""
    moved: Mapping[Place, Any] = field(default_factory=dict)
    """Quantities that a derivative moves, with their values."""
    signs: dict[Any, int] = field(default_factory=dict)
    """Each ±, with the axis along which it has either sign."""
    known: dict[Place, Any] = field(default_factory=dict)
    """The quantities found so far."""
    pending: set[Place] = field(default_factory=set)
    """The quantities that others wait for."""

    def components(self, node: Node) -> Array:
        """Return the value for each value of the indices that have none, flat."""
        free: list[str] = []
        while True:
            try:
                value = self._with(dict.fromkeys(free, 1)).value(node)
                break
            except _WithoutValueError as found:
                if found.index in free:
                    raise ValueError(f"latex: expected {found.index} as a subscript of what it defines") from None
                free.append(found.index)
        if not free:
            return np.ravel(value)
        free.sort(key=list(self.notation.indices).index)
        counts = [range(1, self._count(index) + 1) for index in free]
        points = [dict(zip(free, point)) for point in itertools.product(*counts)]
        return np.concatenate([np.ravel(self._with(point).value(node)) for point in points])

    def value(self, node: Node) -> Any:
        """Return the value of a part: a number, or an array of numbers."""
        match node:
            case Number(value):
                return value if isinstance(value, int) else self.lift(value)
            case Name(text, subscripts):
                return self._name(text, subscripts)
            case Operation(symbol, left, right):
                return self._operation(symbol, left, right)
            case Prefixed(symbol, of):
                return self._prefixed(symbol, of, node)
            case Tuple(parts):
                return np.concatenate([np.ravel(self.value(part)) for part in parts])
            case Call(function, primed, arguments):
                return self._call(function, primed, [self.value(argument) for argument in arguments])
            case Sum():
                return self._sum(node)
            case Derivative(of, by, elementwise):
                return self._elementwise(of, by) if elementwise else self._partial(of, by)

    def _with(self, bound: Mapping[str, int]) -> "Evaluation":
        return self._at({**self.bound, **bound})

    def _at(self, bound: Mapping[str, int]) -> "Evaluation":
        # Thousands are made, which `replace` takes four times as long for
        return Evaluation(
            self.notation, self.definitions, self.variables, self.lift, bound,
            self.moved, self.signs, self.known, self.pending,
        )  # fmt: skip

    def _count(self, index: str) -> int:
        return int(self._of_variables(self.notation.indices[index]))

    def _of_variables(self, function: Callable[..., Any]) -> Any:
        """Return a function of the variables, which it takes by name."""
        return function(**{name: self._quantity((name, ())) for name in _parameters(function)})

    def _name(self, text: str, subscripts: tuple[Node, ...]) -> Any:
        if not subscripts and text in self.bound:
            return self.bound[text]
        place, rest = self._place(Name(text, subscripts))
        value = self._quantity(place)
        return reduce(_part, rest, value)

    def _place(self, name: Node) -> tuple[Place, tuple[int, ...]]:
        """Return the place of a quantity, and the subscripts that are left over for one of its elements."""
        if not isinstance(name, Name):
            raise ValueError(f"latex: expected a name, got {name}")
        text, indices = name.text, tuple(self.value(subscript) for subscript in name.subscripts)
        if not all(isinstance(index, int) for index in indices):
            raise ValueError(
                f"latex: expected whole numbers as subscripts of {text}, got {', '.join(map(str, indices))}"
            )
        if len(indices) == 1 and self._is_given(f"{text}_{indices[0]}"):
            return (f"{text}_{indices[0]}", ()), ()
        needed = 0
        if text in self.definitions:
            needed = len(self.definitions[text][0].subscripts)
        elif text in self.notation.values and isinstance(self._quantity((text, ())), (list, tuple)):
            needed = 1
        if len(indices) < needed:
            raise ValueError(f"latex: expected {needed} subscripts of {text}, got {len(indices)}")
        return (text, indices[:needed]), indices[needed:]

    def _is_given(self, text: str) -> bool:
        return text in self.variables or text in self.notation.values

    def _quantity(self, place: Place) -> Any:
        if place in self.moved:
            return self.moved[place]
        if place in self.pending:
            raise ValueError(f"latex: expected a definition of {place[0]} by others, got one by itself")
        if place not in self.known:
            self.pending.add(place)
            try:
                value = self._computed(*place)
            finally:
                self.pending.remove(place)
            self.known[place] = self.lift(value) if isinstance(value, float) else value
        return self.known[place]

    def _computed(self, text: str, indices: tuple[int, ...]) -> Any:
        # What is said of one value of an index goes before what is said of any
        for definition in sorted(self.definitions.get(text, []), key=self._is_general):
            bound = self._matches(definition.subscripts, indices)
            if bound is not None:
                return self._at(bound).value(definition.body)
        if indices and text in self.definitions:
            raise ValueError(f"latex: expected a definition of {text} for the subscripts {indices}")
        if indices:
            return _part(self._quantity((text, ())), indices[0])
        if text in self.variables:
            return self.variables[text]
        if text in self.notation.values:
            return self._of_variables(self.notation.values[text])
        if text == "pi":
            return np.pi
        if text in self.notation.indices and text not in self.bound:
            raise _WithoutValueError(text)
        raise ValueError(f"latex: expected a known name, got {text}")

    def _is_general(self, definition: Definition) -> bool:
        return any(isinstance(s, Name) and s.text in self.notation.indices for s in definition.subscripts)

    def _matches(self, subscripts: tuple[Node, ...], indices: tuple[int, ...]) -> dict[str, int] | None:
        """Return what a definition's indices are at these values; None where it is not for them."""
        bound = {}
        for subscript, value in zip(subscripts, indices, strict=True):
            if isinstance(subscript, Name) and subscript.text in self.notation.indices:
                if not 1 <= value <= self._count(subscript.text):
                    return None
                bound[subscript.text] = value
            elif self.value(subscript) != value:
                return None
        return bound

    def _operation(self, symbol: str, left: Node, right: Node) -> Any:
        if symbol == "^" and left == Name("e") and not self._is_given("e") and "e" not in self.definitions:
            return np.exp(self._lifted(self.value(right)))
        a, b = self.value(left), self.value(right)
        if symbol in RELATIONS:
            truth = np.asarray(RELATIONS[symbol](a, b), int)
            return truth if truth.ndim else int(truth)
        if symbol == "*":
            return self._product(a, b)
        whole = isinstance(a, int) and isinstance(b, int) and b >= 0
        # A quotient of whole numbers is rounded, and so must be one of the numbers that know it
        if symbol == "/" or (symbol == "^" and not whole):
            a = self._lifted(a)
        return OPERATIONS[symbol](a, b)

    def _lifted(self, value: Any) -> Any:
        return self.lift(value) if isinstance(value, int) else value

    def _product(self, a: Any, b: Any) -> Any:
        if not self.notation.matrices or np.ndim(a) == 0 or np.ndim(b) == 0:
            return a * b
        # A derivative of an array by an array has the axes of both
        return np.tensordot(a, b, np.ndim(a)) if np.ndim(b) > 2 else a @ b

    def _prefixed(self, symbol: str, of: Node, node: Node) -> Any:
        value = self.value(of)
        if symbol == "-":
            return -value
        if symbol == "T":
            return np.transpose(value)
        axis = self.signs.setdefault((id(node), *sorted(self.bound.items())), len(self.signs))
        return np.array([1, -1]).reshape(2, *[1] * axis) * value

    def _call(self, function: Name, primed: bool, arguments: list[Any]) -> Any:
        known = self.notation.functions.get(function.text) or FUNCTIONS[function.text]
        f = known if callable(known) else _part(known, self.value(function.subscripts[0]))

        def applied(*arguments: Any) -> Any:
            # The shipped functions take arrays, also of one number
            return np.asarray(f(*map(np.asarray, arguments)))[()]

        arguments = [np.asarray(self._lifted(argument)) for argument in arguments]
        return calculus.derivative(applied, *arguments) if primed else applied(*arguments)

    def _sum(self, node: Sum) -> Any:
        if not node.indices:
            return np.sum(self.value(node.body))
        terms = [evaluation.value(node.body) for evaluation in self._terms(node)]
        return reduce(operator.add, terms) if terms else 0

    def _terms(self, node: Sum) -> Iterator["Evaluation"]:
        low = 1 if node.low is None else self.value(node.low)
        highs = [self._count(index) if node.high is None else self.value(node.high) for index in node.indices]
        for point in itertools.product(*(range(low, high + 1) for high in highs)):
            evaluation = self._with(dict(zip(node.indices, point)))
            if node.condition is None or evaluation.value(node.condition):
                yield evaluation

    def _along(self, of: Node, place: Place, direction: Array) -> Any:
        x = np.asarray(self._quantity(place))
        # What follows from the variables alone stays, unless one of them is moved
        kept = {} if place[0] in self.variables else self.known
        kept = {other: value for other, value in kept.items() if other[0] not in self.definitions}

        def moved(x: Array) -> Any:
            return replace(self, moved={**self.moved, place: x}, known=kept.copy()).value(of)

        return calculus.along(moved, x, direction)

    def _elementwise(self, of: Node, by: Node) -> Any:
        place, rest = self._place(by)
        if rest:
            raise ValueError(f"latex: expected no subscripts {rest} in an elementwise derivative")
        return self._along(of, place, np.ones(np.shape(self._quantity(place))))

    def _partial(self, of: Node, by: Node) -> Any:
        if isinstance(by, Tuple):
            return np.concatenate([np.ravel(self._partial(of, part)) for part in by.parts])
        place, rest = self._place(by)
        x = np.asarray(self._quantity(place))
        units = np.eye(x.size).reshape(x.size, *x.shape)
        if rest:
            return self._along(of, place, units[reduce(_part, rest, np.arange(x.size).reshape(x.shape))])
        slopes = np.stack([self._along(of, place, unit) for unit in units], axis=-1)
        return slopes.reshape(slopes.shape[:-1] + x.shape)


@cache
def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def _part(values: Any, index: int) -> Any:
    """Return the part of a list or an array that an index, counted from 1, stands for."""
    if not 1 <= index <= len(values):
        raise ValueError(f"latex: expected a subscript from 1 to {len(values)}, got {index}")
    return values[index - 1]
