"""The code of a function, as it stands in its file."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any


def body(function: Callable[..., Any]) -> str:
    """Return the body of a function that was defined in a file, without ``return`` where that is all of it.

    Raises
    ------
    OSError
        If the function's source can't be read.

    Examples
    --------
    >>> from npnet.activations import relu
    >>> print(body(relu._value))
    z.clip(0, np.inf, out=out)
    """
    source = textwrap.dedent(inspect.getsource(function))
    (definition,) = ast.parse(source).body
    assert isinstance(definition, ast.FunctionDef)
    first, last = definition.body[0], definition.body[-1]
    text = textwrap.dedent("\n".join(source.splitlines()[first.lineno - 1 : last.end_lineno]))
    return text.removeprefix("return ") if first is last else text
