r"""The LaTeX of formulas, read into a tree.

No library reads these lines: SymPy's two readers and latex2sympy2_extended refuse a third of them or more, and misread
others without a word. They drop a prime or a transpose, or take ``y(1-y)`` for a function of ``1-y``.

A sum, a nabla and a ``\frac{d}{dz}`` take all that follows up to the next plus or minus; a sum ends at a slash too.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Number:
    """A whole number or a decimal fraction."""

    value: int | float


@dataclass(frozen=True)
class Name:
    r"""A name without its backslash, such as ``beta``, ``hat m`` or ``relu``, and its subscripts."""

    text: str
    subscripts: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Operation:
    """Two parts with ``+ - * / ^`` or a relation between them; a relation's value is 1 where it is true, else 0."""

    symbol: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Prefixed:
    """``-``, ``±`` for either sign, or ``T`` for the transpose, of one part."""

    symbol: str
    of: "Node"


@dataclass(frozen=True)
class Tuple:
    """Several quantities, one after the other."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Call:
    """A function's value; with a prime, its derivative's."""

    function: Name
    primed: bool
    arguments: tuple["Node", ...]


@dataclass(frozen=True)
class Sum:
    """A sum over indices, from `low` to `high` where these are given; over all elements where no index is given."""

    indices: tuple[str, ...]
    low: "Node | None"
    high: "Node | None"
    condition: "Node | None"
    body: "Node"


@dataclass(frozen=True)
class Derivative:
    r"""The derivative of each element by each element; with ``d``, of each element by itself."""

    of: "Node"
    by: "Node"
    elementwise: bool


@dataclass(frozen=True)
class Equation:
    """Two sides; an assignment has an arrow in place of the equals sign."""

    left: "Node"
    right: "Node"
    assignment: bool


Node: TypeAlias = Number | Name | Operation | Prefixed | Tuple | Call | Sum | Derivative
Statement: TypeAlias = Node | Equation

BRACKETS = {r"\left", r"\right", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr", r"\biggl", r"\biggr"}
# Neither the sizes of brackets nor spaces mean anything
SPACES = {r"\,", r"\;", r"\ ", r"\textstyle", *BRACKETS}
RELATIONS = {"=": "=", "<": "<", ">": ">", r"\le": "<=", r"\ge": ">=", r"\ne": "!="}
CLOSING = {"(": ")", "[": "]", "|": "|", "{": "}", r"\lceil": r"\rceil"}
# Brackets that are functions
VALUES = {"|": "abs", r"\lceil": "ceil"}
# Functions whose argument may stand without parentheses
OPERATORS = {r"\exp", r"\ln", r"\tanh", r"\cos", r"\sin", r"\max"}
DECORATIONS = {r"\hat", r"\overline", r"\mathbf"}
END = ""


def read(latex: str, functions: Collection[str]) -> list[Statement]:
    r"""Return the statements of a line, which are separated by ``, \quad``.

    A name of several letters stands in ``\mathrm``; any other letters are factors.

    Parameters
    ----------
    latex : str
        The line.
    functions : collection of str
        The names of functions; any other name before a parenthesis is a factor.

    Examples
    --------
    >>> read("2a", [])
    [Operation(symbol='*', left=Number(value=2), right=Name(text='a', subscripts=()))]
    >>> read("y(1-y", [])
    Traceback (most recent call last):
      ...
    ValueError: latex: expected ), got the end in y(1-y
    """
    tokens = re.findall(r"\\[a-zA-Z]+|\\.|\S", re.sub(r",\s*\\quad", ";", latex))
    tokens = [token for token in tokens if token not in SPACES]
    try:
        return [_Reader(part, functions).statement() for part in _split(tokens, ";")]
    except ValueError as error:
        raise ValueError(f"latex: {error} in {latex}") from None


def _split(tokens: list[str], separator: str) -> list[list[str]]:
    """Return the parts between separators; those inside of brackets do not count."""
    parts: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token in ("(", "[", "{")) - (token in (")", "]", "}"))
        if depth == 0 and token == separator:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


class _Reader:
    """A reader of one run of tokens, by recursive descent."""

    def __init__(self, tokens: list[str], functions: Collection[str]) -> None:
        self.tokens, self.functions, self.at = tokens, functions, 0

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    def take(self, expected: str | None = None) -> str:
        token = self.next
        if token == END or expected not in (None, token):
            raise ValueError(f"expected {expected or 'more'}, got {token or 'the end'}")
        self.at += 1
        return token

    def inner(self, tokens: list[str]) -> "_Reader":
        return _Reader(tokens, self.functions)

    def end(self) -> None:
        if self.next != END:
            raise ValueError(f"expected the end, got {self.next}")

    def statement(self) -> Statement:
        left = self.expression()
        if self.next not in ("=", r"\leftarrow"):
            self.end()
            return left
        assignment = self.take() != "="
        right = self.expression()
        self.end()
        return Equation(left, right, assignment)

    def whole(self) -> Node:
        """Return all tokens as one expression, which may be a relation, or as several with commas between them."""
        parts = [self.inner(part).relation() for part in _split(self.tokens, ",")]
        return parts[0] if len(parts) == 1 else Tuple(tuple(parts))

    def relation(self) -> Node:
        node = self.expression()
        if self.next in RELATIONS:
            node = Operation(RELATIONS[self.take()], node, self.expression())
        self.end()
        return node

    def expression(self) -> Node:
        node: Node = Prefixed(self.take(), self.term()) if self.next == "-" else self.term()
        while self.next in ("+", "-"):
            node = Operation(self.take(), node, self.term())
        return node

    def term(self, quotient: bool = True) -> Node:
        node = self.factor()
        while True:
            if self.next in (r"\cdot", r"\circ"):
                node = Operation("*" if self.take() == r"\cdot" else "∘", node, self.factor())
            elif self.next == "/" and quotient:
                node = Operation(self.take(), node, self.factor())
            elif self.next in (END, "+", "-", "/", r"\leftarrow") or self.next in RELATIONS:
                return node
            else:
                node = Operation("*", node, self.factor())

    def factor(self) -> Node:
        match self.next:
            case r"\sum":
                return self.sum()
            case r"\nabla":
                self.take()
                self.take("_")
                by = self.inner(self.argument()).whole()
                return Derivative(self.term(), by, elementwise=False)
            case r"\pm":
                self.take()
                return Prefixed("±", self.factor())
            case r"\frac" | r"\tfrac":
                return self.fraction()
        return self.scripted(self.atom())

    def sum(self) -> Sum:
        self.take(r"\sum")
        indices: list[str] = []
        low, high, condition = None, None, None
        if self.next == "_":
            self.take()
            for part in _split(self.argument(), ","):
                under = self.inner(part).relation()
                match under:
                    case Name(index, ()):
                        pass
                    case Operation("=", Name(index, ()), right):
                        low = right
                    case Operation(symbol, Name(index, ())) if symbol in RELATIONS.values():
                        condition = under
                    case _:
                        raise ValueError(f"expected an index under the sum, got {''.join(part)}")
                indices.append(index)
        if self.next == "^":
            self.take()
            high = self.inner(self.argument()).whole()
        return Sum(tuple(indices), low, high, condition, self.term(quotient=False))

    def fraction(self) -> Node:
        self.take()
        above, below = self.argument(), self.argument()
        if above[:1] in (["d"], [r"\partial"]) and above[:1] == below[:1] != below:
            by = self.inner(below[1:]).whole()
            of = self.inner(above[1:]).whole() if above[1:] else self.term()
            return Derivative(of, by, elementwise=above[0] == "d")
        return self.scripted(Operation("/", self.inner(above).whole(), self.inner(below).whole()))

    def argument(self) -> list[str]:
        """Take a group in braces, or else a single token, as TeX does."""
        return self.group() if self.next == "{" else [self.take()]

    def group(self) -> list[str]:
        """Take a bracket, what is in it, and the closing one; return what is in it."""
        opening = self.take()
        start, depth = self.at, 1
        while depth:
            if self.next == END:
                raise ValueError(f"expected {CLOSING[opening]}, got the end")
            token = self.take()
            depth += -1 if token == CLOSING[opening] else token == opening
        return self.tokens[start : self.at - 1]

    def atom(self) -> Node:
        token = self.next
        if token in ("(", "[", "{"):
            return self.inner(self.group()).whole()
        if token in VALUES:
            return Call(Name(VALUES[token]), False, (self.inner(self.group()).whole(),))
        self.take()
        if token.isdigit():
            while self.next.isdigit() or self.next == ".":
                token += self.take()
            return Number(float(token) if "." in token else int(token))
        if token == r"\sqrt":
            return Call(Name("sqrt"), False, (self.inner(self.argument()).whole(),))
        if token == r"\mathrm":
            return self.named("".join(self.argument()))
        if token in DECORATIONS:
            return self.named(f"{token[1:]} {''.join(self.argument())}")
        if re.fullmatch(r"\\?[a-zA-Z]+", token) and token != r"\text":
            return self.named(token.removeprefix("\\"), token in OPERATORS)
        raise ValueError(f"expected a quantity, got {token}")

    def named(self, text: str, operator: bool = False) -> Node:
        """Return a name with its subscripts, or a function's value: with its power, where that stands before."""
        subscripts: tuple[Node, ...] = ()
        primed, power = False, None
        while self.next == "_" or (self.next in ("'", "^") and text in self.functions and not primed):
            match self.take():
                case "_":
                    subscripts = self.subscripts(self.argument())
                case "'":
                    primed = True
                case "^":
                    power = self.inner(self.argument()).whole()
        name = Name(text, subscripts)
        if text not in self.functions or not (operator or self.next in ("(", "[")):
            return name if power is None else Operation("^", name, power)
        inside = self.inner(self.group()).whole() if self.next in ("(", "[") else self.factor()
        call = Call(name, primed, inside.parts if isinstance(inside, Tuple) else (inside,))
        return call if power is None else Operation("^", call, power)

    def subscripts(self, tokens: list[str]) -> tuple[Node, ...]:
        """Return ``sk`` and ``s,k`` as two subscripts, but ``t-1`` and ``10`` as one."""
        parts = _split(tokens, ",")
        if len(parts) == 1 and not {"+", "-"} & set(tokens) and not "".join(tokens).isdigit():
            parts = [[token] for token in tokens]
        return tuple(self.inner(part).whole() for part in parts)

    def scripted(self, node: Node) -> Node:
        if self.next != "^":
            return node
        self.take()
        exponent = self.argument()
        if exponent == ["T"]:
            return Prefixed("T", node)
        return Operation("^", node, self.inner(exponent).whole())
