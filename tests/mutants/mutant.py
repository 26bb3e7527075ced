"""A mutant: one module with one operation broken, and the address by which the catalogue names it."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.operators import Change, changes

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# Types and decorators compute nothing; what an error says is no formula
SKIPPED = ("annotation", "returns", "decorator_list", "exc", "cause", "msg")


class AddressError(Exception):
    """An address at which there is nothing, or more than one thing."""


@dataclass(frozen=True)
class Mutant:
    """One broken operation.

    `module` is a path in npnet or, outside of it, in the repository, without its suffix: ``engine/layers``,
    ``reference/bounds/errors``; `scope` is the qualified name of a function or class, empty for what stands in neither;
    `operation` and `place` say which operation is broken, and how.
    """

    module: str
    scope: str
    operation: str
    place: int
    line: int
    lines: range
    """The lines of its statement: a test that runs none of them cannot notice it."""
    source: str
    """The module's broken source."""
    shown: str
    """What is replaced by what."""
    reason: str = ""
    """Why it computes the same, if it does; it must then survive."""

    @property
    def address(self) -> str:
        return f"{self.module}:{self.scope}: {self.operation} #{self.place}"


def file_of(root: Path, module: str) -> Path:
    """Return a module's file in a repository: in npnet, if there is such a one, else beside it."""
    inside = root / "npnet" / f"{module}.py"
    return inside if inside.exists() else root / f"{module}.py"


class Module:
    """A module's source with its scopes: for each qualified name, the nodes that stand there, in the tree's order."""

    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source
        self.scopes: dict[str, list[ast.AST]] = {}
        self._lines: dict[ast.AST, range] = {}
        self._enter("", ast.parse(source), range(0))

    def _enter(self, scope: str, node: ast.AST, lines: range) -> None:
        # A property's getter and setter have one name, and are counted through
        nodes = self.scopes.setdefault(scope, [])
        for child in _children(node):
            self._walk(scope, child, nodes, lines)

    def _walk(self, scope: str, node: ast.AST, nodes: list[ast.AST], lines: range) -> None:
        if isinstance(node, ast.stmt):
            lines = range(node.lineno, node.end_lineno + 1)
        if isinstance(node, SCOPES):
            self._enter(f"{scope}.{node.name}".lstrip("."), node, lines)
            return
        nodes.append(node)
        self._lines[node] = lines
        for child in _children(node):
            self._walk(scope, child, nodes, lines)

    def within(self, name: str) -> list[str]:
        """Return the scopes of that name: a function's, or a class's with those of all its methods."""
        found = [scope for scope in self.scopes if scope == name or (name and scope.startswith(f"{name}."))]
        if not found:
            raise AddressError(f"{self.name}: no function or class {name}")
        return found

    def generated(self, scope: str, reasons: dict[str, str]) -> Iterator[Mutant]:
        """Yield all that the operators make of a scope; `reasons` has those that compute the same."""
        counts: Counter[str] = Counter()
        unknown = set(reasons)
        for change in changes(self.scopes[scope]):
            place = counts[change.operation]
            counts[change.operation] += 1
            key = f"{change.operation} #{place}"
            unknown.discard(key)
            yield self._mutant(scope, change, place, reasons.get(key, ""))
        if unknown:
            raise AddressError(f"{self.name}:{scope}: no operation {', '.join(sorted(unknown))}")

    def rewritten(self, scope: str, old: str, new: str, reason: str = "") -> Mutant:
        """Return the mutant in which an expression or statement, found once in its scope, is another."""
        if scope not in self.scopes:
            raise AddressError(f"{self.name}: no function or class {scope}")
        wanted = ast.dump(_parsed(old))
        found = [node for node in self.scopes[scope] if ast.dump(node) == wanted]
        if len(found) != 1:
            raise AddressError(f"{self.name}:{scope}: found {len(found)} times: {old}")
        return self._mutant(scope, Change(f"{old} -> {new}", found[0], _parsed(new)), 0, reason)

    def _mutant(self, scope: str, change: Change, place: int, reason: str) -> Mutant:
        node, new = change.node, ast.unparse(change.new)
        shown = f"{ast.unparse(node)}  ->  {new}"
        if isinstance(node, ast.expr) and not isinstance(change.new, ast.Name):
            new = f"({new})"
        source = splice(self.source, node, new)
        lines = self._lines[node]
        return Mutant(self.name, scope, change.operation, place, node.lineno, lines, source, shown, reason)


def splice(source: str, node: ast.AST, new: str) -> str:
    """Return a source in which the text of a node is another; all else stays as it is, to the byte."""
    lines = source.encode().splitlines(keepends=True)
    before = b"".join(lines[: node.lineno - 1]) + lines[node.lineno - 1][: node.col_offset]
    after = lines[node.end_lineno - 1][node.end_col_offset :] + b"".join(lines[node.end_lineno :])
    return (before + new.encode() + after).decode()


def _parsed(text: str) -> ast.AST:
    """Return an expression's or a statement's node."""
    (statement,) = ast.parse(text).body
    return statement.value if isinstance(statement, ast.Expr) else statement


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what computes in a node, in the tree's order; texts with fields are left out."""
    if isinstance(node, ast.JoinedStr):
        return
    for field, value in ast.iter_fields(node):
        if field in SKIPPED:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child
