"""The names in a derivation's code that are defined for derivations only: functions, and constants of its file."""

import ast
import dis
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from npnet.derivations.engine.chain import Derivation
from npnet.source import file_of, listing, place

PACKAGE, ENGINE = "npnet.derivations", "npnet.derivations.engine"


@dataclass(frozen=True)
class Helper:
    """A name that the lines of derivations use, and its definition."""

    name: str
    meaning: str
    """What a function returns; empty for a constant."""
    code: str
    where: str
    """The file and line of a function, the file of a constant; the same for all derivations that use it."""


def helpers(derivation: Derivation) -> list[Helper]:
    """Return the names that a derivation's lines use and that need a definition, each after those that it uses.

    Examples
    --------
    >>> from npnet.derivations import get
    >>> [helper.name for helper in helpers(get("momentum"))]
    ['moving_averages', 'decaying_weights', 'take_steps']
    """
    found: dict[str, Helper] = {}
    for line in derivation.lines:
        for helper in _used(line.function):
            found.setdefault(helper.name, helper)
    return list(found.values())


def _used(function: Callable[..., Any]) -> Iterator[Helper]:
    names = function.__globals__
    for name in _names(function.__code__):
        value = names.get(name)
        if isinstance(value, FunctionType) and value.__module__.startswith(PACKAGE):
            if not value.__module__.startswith(ENGINE):
                yield from _used(value)
            meaning = (inspect.getdoc(value) or "").partition("\n")[0].removeprefix("Return ")
            yield Helper(name, meaning, listing(value).code, place(value))
        elif statement := _assignments(module := sys.modules[function.__module__]).get(name):
            yield Helper(name, "", statement, file_of(module))


def _names(code: CodeType) -> Iterator[str]:
    """Yield the names that are looked up outside the function, also in functions inside it."""
    for instruction in dis.get_instructions(code):
        if instruction.opname == "LOAD_GLOBAL":
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


@cache
def _assignments(module: ModuleType) -> dict[str, str]:
    """Return the statements of a module that give names their values, by these names."""
    source = inspect.getsource(module)
    found: dict[str, str] = {}
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign):
            nodes = (node for target in statement.targets for node in ast.walk(target))
            names = [node.id for node in nodes if isinstance(node, ast.Name)]
            found = dict.fromkeys(names, ast.get_source_segment(source, statement) or "") | found
    return found
