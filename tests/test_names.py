"""The public names: each public module lists its own in ``__all__``, and what a reader uses shows these alone."""

import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

import npnet


def public_modules(package):
    """Yield the modules of npnet and the packages inside it, by name; what a package is made of is its own affair."""
    for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        name = found.name.rpartition(".")[2]
        if name.startswith("_") or not (found.ispkg or package is npnet):
            continue
        if found.ispkg:
            yield from public_modules(importlib.import_module(found.name))
        yield found.name


# How formulas are run, how the page is made, and what a command does: nobody imports from these packages themselves
INSIDE = ("npnet.engine", "npnet.play", "npnet.study.", "npnet.tabular.")
MODULES = [name for name in public_modules(npnet) if not name.startswith(INSIDE)]


def own_names(module):
    """Return the documented classes and functions that a module defines, and its objects of these classes."""
    found = set()
    for name, value in vars(module).items():
        kind = value if inspect.isclass(value) or inspect.isfunction(value) else type(value)
        if not name.startswith("_") and kind.__module__ == module.__name__ and inspect.getdoc(kind):
            found.add(name)
    return found


@pytest.mark.parametrize("name", MODULES)
def test_a_modules_names_exist_and_none_of_its_own_is_left_out(name):
    module = importlib.import_module(name)
    assert [public for public in module.__all__ if not hasattr(module, public)] == []
    assert own_names(module) - set(module.__all__) == set()
    assert len(set(module.__all__)) == len(module.__all__)


def test_a_name_that_is_left_out_is_found():
    module = ModuleType("example")
    exec(
        '"""An example."""\nimport math\n'
        'class Shown:\n    """A class."""\n'
        'def shown():\n    """Do nothing."""\n'
        "shown_too, hidden, _private = Shown(), math.pi, Shown()\n",
        vars(module),
    )
    assert own_names(module) == {"Shown", "shown", "shown_too"}


USED = [f"npnet.{name}" for name in dir(npnet) if isinstance(getattr(npnet, name), ModuleType)]


@pytest.mark.parametrize("name", [*USED, "npnet.experiments.claims", "npnet.experiments.errata", "npnet.history"])
def test_what_completion_shows_are_the_public_names(name):
    module = importlib.import_module(name)
    assert dir(module) == sorted(module.__all__)


def test_completion_shows_no_import():
    assert {"Any", "np", "cast", "math"} <= {*vars(npnet.losses), *vars(npnet.network), *vars(npnet.engine.parameters)}
    assert not {"Any", "np", "cast", "math"} & {*dir(npnet.losses), *dir(npnet.network)}
