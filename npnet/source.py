"""Code as it stands in npnet's files, of functions and of classes with some of their methods, and what it prints."""

import ast
import contextlib
import inspect
import io
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

__all__ = ["WIDTH", "Listing", "body", "file_of", "listing", "place", "printed", "statements"]

WIDTH = 90
"""How many columns code has on the page."""


@cache
def body(function: Callable[..., Any]) -> str:
    """Return the body of a function that was defined in a file, without its docstring.

    Where all of it is one expression that is returned, the word ``return`` is left out.

    Raises
    ------
    OSError
        If the function's source can't be read.

    Examples
    --------
    >>> from npnet.activations import relu
    >>> print(body(relu.pullback))
    np.multiply(grad_y, self.slope(y, scratch), out=out)
    """
    source = textwrap.dedent(inspect.getsource(function))
    (definition,) = ast.parse(source).body
    assert isinstance(definition, ast.FunctionDef)
    lines = definition.body[1:] if ast.get_docstring(definition) is not None else definition.body
    first, last = lines[0], lines[-1]
    text = textwrap.dedent("\n".join(source.splitlines()[first.lineno - 1 : last.end_lineno]))
    return text.removeprefix("return ") if first is last else text


def printed(function: Callable[[], None]) -> str:
    r"""Run a function, and return what it prints.

    Examples
    --------
    >>> printed(lambda: print("hello"))
    'hello\n'
    """
    with contextlib.redirect_stdout(io.StringIO()) as output:
        function()
    return output.getvalue()


def statements(function: Callable[..., Any]) -> str:
    """Return the body of a function, as `body` does, without the line at its end that returns something."""
    *before, last = body(function).splitlines()
    return "\n".join(before if last.startswith("return ") else [*before, last])


@cache
def place(of: Any) -> str:
    """Return the file and first line of a function or class, such as ``npnet/schedules.py:62``."""
    module = inspect.getmodule(of)
    assert module is not None
    return f"{file_of(module)}:{inspect.getsourcelines(of)[1]}"


def file_of(module: ModuleType) -> str:
    """Return the file of a module, such as ``npnet/schedules.py``."""
    return f"{module.__name__.replace('.', '/')}.py"


@dataclass(frozen=True)
class Listing:
    """A piece of npnet's source."""

    code: str
    where: str
    """Its file and first line, as `place` gives them."""
    plain: str = ""
    """The formula as the notes write it, where the code has another form; empty where it is the formula."""
    note: str = ""
    """Markdown on why the code has another form, and how to read it."""


def listing(of: Any, *methods: str, plain: Callable[..., Any] | None = None, note: str = "") -> Listing:
    """Return the source of a function, or of a class with only those methods, without docstrings.

    Parameters
    ----------
    of : function or type
        What to list.
    *methods : str
        The methods of a class.
    plain : function or None
        The formula as the notes write it, whose lines stand beside the code.
    note : str
        Markdown on why the code has another form, and how to read it.

    Examples
    --------
    >>> from npnet.activations import Sigmoid
    >>> print(listing(Sigmoid, "slope").code)
    class Sigmoid(Elementwise):
        def slope(self, y: Array, out: Array | None = None) -> Array:
            return np.multiply(y, np.subtract(1, y, out=out), out=out)
    """
    lines, _ = inspect.getsourcelines(of)
    lines = textwrap.dedent("".join(lines)).splitlines()
    (node,) = ast.parse("\n".join(lines)).body
    assert isinstance(node, (ast.ClassDef, ast.FunctionDef))
    where, formula = place(of), "" if plain is None else statements(plain)
    if isinstance(node, ast.FunctionDef):
        return Listing("\n".join(_without_docstring(lines, node)), where, formula, note)
    header = lines[node.lineno - 1 : node.body[0].lineno - 1]
    found = {part.name: part for part in node.body if isinstance(part, ast.FunctionDef)}
    bodies = ["\n".join(_without_docstring(lines, found[name])) for name in methods]
    return Listing("\n".join(header).rstrip() + "\n" + "\n\n".join(bodies), where, formula, note)


def _without_docstring(lines: list[str], function: ast.FunctionDef) -> list[str]:
    first = function.body[0]
    assert function.end_lineno is not None
    kept = range(function.lineno, function.end_lineno + 1)
    if ast.get_docstring(function) is not None:
        assert first.end_lineno is not None
        return [_narrow(lines[i - 1]) for i in kept if not first.lineno <= i <= first.end_lineno]
    return [_narrow(lines[i - 1]) for i in kept]


def _narrow(line: str) -> str:
    """Return a line of code; the parameters of a signature wider than the page are on lines of their own."""
    signature = re.fullmatch(r"( *)(def \w+\()(.*)(\) -> .*:)", line)
    if signature is None or len(line) <= WIDTH:
        return line
    indent, name, parameters, result = signature.groups()
    if len(f"{indent}    {parameters}") > WIDTH:
        parameters = re.sub(r", (?=\w+: )", f",\n{indent}    ", parameters) + ","
    return f"{indent}{name}\n{indent}    {parameters}\n{indent}{result}"
