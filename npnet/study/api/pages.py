"""The pages of the reference as Sphinx reads them: reStructuredText, a file for each public module."""

import inspect
from importlib import import_module
from types import ModuleType

from npnet.study.api.names import GROUPS, MODULES, home

CONTENTS = """\
npnet: the API reference
========================

Each public name of npnet, with its formulas and with examples, which npnet's tests run as they stand here. Where a
formula is derived, its name leads to the lines on the page of `the study <../index.html>`__.
"""

# `table` has the hyperparameters as they are declared; they stand with the parameters
# What scikit-learn adds to its estimators is in its own reference
REQUESTS = "set_fit_request, set_partial_fit_request, set_score_request"
OPTIONS = ("   :members:", f"   :exclude-members: table, {REQUESTS}", "   :special-members: __call__")


def sources() -> dict[str, str]:
    """Return the text of each file by its name."""
    return {"index.rst": _contents()} | {f"{module}.rst": page(module) for module in MODULES}


def _contents() -> str:
    return "\n".join([CONTENTS, *(_group(title, names) for title, names in GROUPS.items())])


def _group(title: str, modules: tuple[str, ...]) -> str:
    """Return a part of the contents: for the margin of each page, and with what the modules are for their first one."""
    lines = [f".. toctree::\n   :hidden:\n   :caption: {title}\n", *(f"   {name}" for name in modules), ""]
    lines += [f".. rubric:: {title}\n"]
    lines += [_item(name) for name in modules]
    return "\n".join([*lines, ""])


def _item(module: str) -> str:
    first, *_ = (import_module(module).__doc__ or "").splitlines()
    return f"* :py:mod:`{module}`: {first}"


def page(module: str) -> str:
    """Return the page of a module: its docstring, and each name that it lists.

    Examples
    --------
    >>> print(page("npnet.clone"))
    npnet.clone
    ===========
    <BLANKLINE>
    .. automodule:: npnet.clone
    <BLANKLINE>
    .. autofunction:: npnet.clone.other_clone
    <BLANKLINE>
    """
    title = f"{module}\n{'=' * len(module)}\n\n.. automodule:: {module}\n"
    return "\n".join([title, *(entry(module, name) for name in import_module(module).__all__)])


def entry(module: str, name: str) -> str:
    """Return the directive that describes a name, or leads to the page that does.

    Examples
    --------
    >>> print(entry("npnet.training", "DivergenceError").splitlines()[0])
    .. autoexception:: npnet.training.DivergenceError
    >>> entry("npnet", "metrics").partition(": ")[0]
    '* :py:mod:`npnet.metrics`'
    """
    value = getattr(import_module(module), name)
    if isinstance(value, ModuleType):
        return _item(value.__name__)
    where = home(module, name)
    if where != module:
        anchor = f'.. raw:: html\n\n   <span id="{module}.{name}"></span>\n'
        return f"{anchor}\n:py:obj:`{module}.{name} <{where}.{name}>`: described at :py:mod:`{where}`.\n"
    if inspect.isclass(value) and value.__module__.startswith("npnet."):
        kind = "exception" if issubclass(value, BaseException) else "class"
        return "\n".join([f".. auto{kind}:: {module}.{name}", *OPTIONS, *_bases(value), ""])
    if inspect.isroutine(value):
        return f".. autofunction:: {module}.{name}\n"
    # The name of a type stands for what only a type checker sees; and in some values there are paths
    hidden = module == "npnet.typing" or "<" in repr(value)
    return f".. autodata:: {module}.{name}\n" + "   :no-value:\n" * hidden


def _bases(value: type) -> list[str]:
    own = any(base.__module__.startswith("npnet.") for base in value.__bases__)
    return ["   :show-inheritance:"] if own else []
