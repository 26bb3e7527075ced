"""What is mutated: one file for each module, at the same place as in npnet or the repository, with any of four names.

``FUNCTIONS`` lists functions and classes on which all operators are run; "" stands for what is outside of both.
``EQUIVALENT`` has the mutants of these that compute the same, by function and operation, with the reason: they are run
too, and must survive. ``REWRITES`` has, by function, pairs of an expression or statement and what stands in its place;
a third text says why the two compute the same. ``TESTS`` names the module's own tests where they are not in the file
that mirrors it.
"""

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.mutants.mutant import AddressError, Module, Mutant, file_of


def modules() -> dict[str, ModuleType]:
    """Return the catalogue's files by the module that they mutate, such as ``engine/layers``, ``benchmarks/agreement``."""
    found = pkgutil.walk_packages(__path__, f"{__name__}.")
    names = [info.name for info in found if not info.ispkg]
    return {name.removeprefix(f"{__name__}.").replace(".", "/"): import_module(name) for name in names}


def tests_of(module: str, entries: ModuleType) -> list[str]:
    """Return the files of a module's own tests."""
    folder, _, name = module.rpartition("/")
    return getattr(entries, "TESTS", ["/".join(filter(None, ["tests", folder, f"test_{name}.py"]))])


def mutants_of(root: Path, module: str, entries: ModuleType) -> list[Mutant]:
    """Return a module's mutants; AddressError, with all of them, if entries fit nothing in its source."""
    path = file_of(root, module)
    if not path.exists():
        raise AddressError(f"{module}: no such module")
    tree = Module(module, path.read_text(encoding="utf-8"))
    equivalent = dict(getattr(entries, "EQUIVALENT", {}))
    made: list[Mutant] = []
    wrong: list[str] = []

    def attempt(make: Callable[..., Iterable[Mutant]], *arguments: Any) -> None:
        try:
            made.extend(make(*arguments))
        except AddressError as error:
            wrong.append(str(error))

    def generated(name: str) -> Iterator[Mutant]:
        for scope in tree.within(name):
            yield from tree.generated(scope, equivalent.pop(scope, {}))

    for name in getattr(entries, "FUNCTIONS", []):
        attempt(generated, name)
    for scope, rewrites in getattr(entries, "REWRITES", {}).items():
        for rewrite in rewrites:
            attempt(lambda *parts: [tree.rewritten(*parts)], scope, *rewrite)
    if equivalent:
        wrong.append(f"{module}: equivalent mutants in {', '.join(equivalent)}, where none are made")
    if wrong:
        raise AddressError("\n".join(wrong))
    return made
