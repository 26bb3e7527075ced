"""What is broken in a function: each operator takes one of its nodes, and yields what could stand there instead."""

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple


class Change(NamedTuple):
    """An operation that is broken: `node` of the syntax tree is replaced by `new`."""

    operation: str
    """What is done to which operation, such as ``swap +``; no name that a function gives its variables is in it."""
    node: ast.AST
    new: ast.AST


SYMBOLS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.LShift: "<<", ast.RShift: ">>",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in", ast.And: "and", ast.Or: "or",
    ast.USub: "-", ast.Invert: "~", ast.Not: "not",
}  # fmt: skip
SWAPPED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}  # fmt: skip
COMMUTATIVE = (ast.Add, ast.Mult, ast.BitAnd, ast.BitOr)
# Where two numbers are equal, and where they are not
BOUND = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
TURNED = {
    ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
PAIRS = [
    ("add", "subtract"), ("multiply", "divide"), ("minimum", "maximum"), ("min", "max"), ("greater", "greater_equal"),
    ("less", "less_equal"), ("exp", "expm1"), ("log", "log1p"), ("floor", "ceil"), ("sin", "cos"), ("sum", "mean"),
    ("std", "var"), ("any", "all"), ("argmin", "argmax"), ("zeros", "ones"), ("zeros_like", "ones_like"),
    ("square", "abs"), ("sinh", "cosh"),
]  # fmt: skip
CALLS = {**dict(PAIRS), **{second: first for first, second in PAIRS}}
# Functions whose first two arguments have an order
ORDERED = {
    "subtract", "divide", "power", "dot", "matmul", "greater", "greater_equal", "less", "less_equal", "copysign",
    "setdiff1d", "isin",
}  # fmt: skip
# Functions of one number that may be left out, and methods that give another view or copy
FUNCTIONS = {
    "abs", "sqrt", "square", "exp", "expm1", "log", "log1p", "floor", "ceil", "sign", "tanh", "cos", "sin", "sorted",
    "reversed", "round", "negative",
}  # fmt: skip
METHODS = {"copy", "transpose", "astype", "ravel"}
# What an argument decides besides the numbers: memory, and what an error or a column says
SILENT = {"out", "name", "names"}


def changed(node: ast.AST, **fields: object) -> ast.AST:
    """Return a copy of a node with other fields."""
    result = copy.copy(node)
    for name, value in fields.items():
        setattr(result, name, value)
    return result


def symbol(node: ast.AST) -> str:
    return SYMBOLS[type(node)]


def arithmetic(node: ast.AST) -> Iterator[Change]:
    """An operator is another one, and operands with an order change places."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in SWAPPED:
        equals = "=" if isinstance(node, ast.AugAssign) else ""
        yield Change(f"swap {symbol(node.op)}{equals}", node, changed(node, op=SWAPPED[type(node.op)]()))
    if isinstance(node, ast.BinOp) and not isinstance(node.op, COMMUTATIVE):
        yield Change(f"exchange {symbol(node.op)}", node, changed(node, left=node.right, right=node.left))


def operands(node: ast.AST) -> Iterator[Change]:
    """A term, a factor or a sign is left out."""
    if isinstance(node, ast.BinOp):
        yield Change(f"left {symbol(node.op)}", node, node.left)
        if isinstance(node.op, COMMUTATIVE):
            yield Change(f"right {symbol(node.op)}", node, node.right)
    if isinstance(node, ast.UnaryOp) and type(node.op) in SYMBOLS and not isinstance(node.operand, ast.Constant):
        yield Change(f"without {symbol(node.op)}", node, node.operand)
    if isinstance(node, ast.BoolOp):
        for i in range(len(node.values)):
            left = node.values[:i] + node.values[i + 1 :]
            new = left[0] if len(left) == 1 else changed(node, values=left)
            yield Change(f"without one {symbol(node.op)}", node, new)


def comparisons(node: ast.AST) -> Iterator[Change]:
    """A comparison decides otherwise where both sides are equal, or where they are not."""
    if not isinstance(node, ast.Compare):
        return
    for i, op in enumerate(node.ops):
        for name, table in (("bound", BOUND), ("turn", TURNED)):
            if type(op) in table:
                ops = [*node.ops[:i], table[type(op)](), *node.ops[i + 1 :]]
                yield Change(f"{name} {symbol(op)}", node, changed(node, ops=ops))


def _constant(node: ast.AST) -> object:
    """Return the number or truth value that a node writes, with its sign; None for any other node."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _constant(node.operand)
        return None if value is None or isinstance(value, bool) else -value
    if isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float, complex)):
        return node.value
    return None


def constants(node: ast.AST) -> Iterator[Change]:
    """A number is one more, has the other sign, or is 0 instead of 1; an axis is another; True is False."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return
    is_axis = isinstance(node, ast.keyword) and node.arg == "axis"
    # An index of the other sign often names the same place, a count or bound of 0 is caught where one more is
    computed = isinstance(node, (ast.BinOp, ast.AugAssign))
    for child in ast.iter_child_nodes(node):
        value = _constant(child)
        if value is None:
            continue
        if isinstance(value, bool):
            new = {"turn": not value}
        elif is_axis:
            new = {"axis": int(value == 0)}
        else:
            new = {"next": value + 1}
            new |= {"negative": -value} if value and computed else {}
            new |= {"zero": 0} if value == 1 and computed else {}
        for name, other in new.items():
            yield Change(f"{name} {value!r}", child, ast.Constant(other))


def calls(node: ast.AST) -> Iterator[Change]:
    """A function is another one."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield Change(f"call {node.func.id}", node.func, ast.Name(CALLS[node.func.id]))
    called = node.func if isinstance(node, ast.Call) else node
    if not (isinstance(called, ast.Attribute) and called.attr in CALLS):
        return
    # numpy.log may be handed on uncalled; any other attribute is taken for a function where it is called only
    if _is_module(called.value) == isinstance(node, ast.Attribute):
        yield Change(f"call {_function(called)}", called, changed(called, attr=CALLS[called.attr]))


def arguments(node: ast.AST) -> Iterator[Change]:
    """Two arguments change places, one is left out, or what a function is called with stands instead of its value."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield Change("without .T", node, node.value)
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    args = node.args
    if name in ORDERED and len(args) > 1:
        yield Change(f"exchange {_function(node.func)}", node, changed(node, args=[args[1], args[0], *args[2:]]))
    if name == "where" and len(args) == 3:
        yield Change("exchange np.where", node, changed(node, args=[args[0], args[2], args[1]]))
    if name in FUNCTIONS and len(args) == 1 and not isinstance(args[0], (ast.Starred, ast.GeneratorExp)):
        yield Change(f"without {_function(node.func)}", node, args[0])
    if name in METHODS and isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield Change(f"without .{name}", node, node.func.value)
    for keyword in node.keywords:
        # A truth value is turned instead
        if keyword.arg is not None and keyword.arg not in SILENT and not isinstance(_constant(keyword.value), bool):
            left = [other for other in node.keywords if other is not keyword]
            yield Change(f"without {keyword.arg}=", node, changed(node, keywords=left))


def slices(node: ast.AST) -> Iterator[Change]:
    """A slice has an end less."""
    if not isinstance(node, ast.Subscript):
        return
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for i, part in enumerate(parts):
        for end in ("lower", "upper", "step"):
            if isinstance(part, ast.Slice) and getattr(part, end) is not None:
                new = [*parts[:i], changed(part, **{end: None}), *parts[i + 1 :]]
                index = changed(node.slice, elts=new) if isinstance(node.slice, ast.Tuple) else new[0]
                yield Change(f"without {end}", node, changed(node, slice=index))


def conditions(node: ast.AST) -> Iterator[Change]:
    """A condition always holds, or never; a check that only raises is left out."""
    kind = {ast.If: "if", ast.IfExp: "if else", ast.While: "while"}.get(type(node))
    if kind:
        checks = kind == "if" and isinstance(node.body[0], ast.Raise)
        if kind != "while" and not checks:
            yield Change(f"always {kind}", node.test, ast.Constant(True))
        yield Change(f"never {kind}", node.test, ast.Constant(False))
    if isinstance(node, ast.comprehension):
        for test in node.ifs:
            yield Change("always filter", test, ast.Constant(True))


def statements(nodes: list[ast.AST]) -> Iterator[Change]:
    """A statement is left out where what follows can do without it; what is added to stands for what is added."""
    bound: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.arguments):
            bound |= {arg.arg for arg in (*node.posonlyargs, *node.args, *node.kwonlyargs)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield Change("drop call", node, ast.Pass())
        elif isinstance(node, ast.AugAssign):
            sign = f"{symbol(node.op)}="
            yield Change(f"drop {sign}", node, ast.Pass())
            yield Change(f"assign {sign}", node, ast.Assign([node.target], node.value, lineno=0))
        elif isinstance(node, (ast.Break, ast.Continue)):
            yield Change(f"drop {type(node).__name__.lower()}", node, ast.Pass())
        elif isinstance(node, ast.Assign):
            parts = (part for target in node.targets for part in ast.walk(target))
            names = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
            if names <= bound:
                yield Change("drop =", node, ast.Pass())
            bound |= names


def _is_module(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "math")


def _function(func: ast.expr) -> str:
    """Return a function's name: with its module, with a dot for a method, or alone."""
    if not isinstance(func, ast.Attribute):
        return func.id
    return f"{func.value.id}.{func.attr}" if _is_module(func.value) else f".{func.attr}"


OPERATORS = [arithmetic, operands, comparisons, constants, calls, arguments, slices, conditions]


def changes(nodes: list[ast.AST]) -> list[Change]:
    """Return all that the operators make of a function's nodes, which are given in the order of the source."""
    found = [change for node in nodes for operator in OPERATORS for change in operator(node)]
    return [*found, *statements(nodes)]
