"""A registry finds what the modules of a package define, and names those that are spelled like an unknown name."""

import sys

import pytest

from npnet import derivations
from npnet.derivations import Derivation
from npnet.experiments import claims, errata
from npnet.registry import Registry

MODULES = {
    "__init__": "",
    "things": "class Thing:\n    def __init__(self, name, section):\n        self.name, self.section = name, section\n",
    "late": "from package_of_things.things import Thing\nlast, first = Thing('cube', '3'), Thing('ball', '1')\n",
    # An import of what another module defines, and something else
    "early": "from package_of_things.late import first\nfrom package_of_things.things import Thing\n"
    "one, other = Thing('rod', '2'), 'no thing'\n",
}


@pytest.fixture
def things(tmp_path, monkeypatch):
    """A registry of a package that was just written, with a package inside it whose things are not its own."""
    package = tmp_path / "package_of_things"
    (package / "inner").mkdir(parents=True)
    for name, text in MODULES.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    (package / "inner" / "__init__.py").write_text(MODULES["late"], encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    from package_of_things.things import Thing

    yield Registry("package_of_things", Thing)
    for name in [name for name in sys.modules if name.startswith("package_of_things")]:
        del sys.modules[name]


def test_everything_is_found_once_and_in_the_order_of_the_sections(things):
    assert [thing.name for thing in things.every()] == ["ball", "rod", "cube"]


def test_each_is_found_by_its_name(things):
    assert all(things.get(thing.name) is thing for thing in things.every())


def test_an_unknown_name_lists_all_and_asks_for_those_alike(things):
    with pytest.raises(ValueError, match=r"^name: expected one of ball, cube, rod, got 'bell'; did you mean ball\?$"):
        things.get("bell")
    with pytest.raises(ValueError, match=r"^name: expected one of ball, cube, rod, got 'sphere'$"):
        things.get("sphere")
    with pytest.raises(ValueError, match=r"^name: expected one of ball, cube, rod, got 3$"):
        things.get(3)


@pytest.mark.parametrize(
    ("package", "name", "alike"),
    [
        (derivations, "sigmoyd", "sigmoid"),
        (claims, "adam-corrections", "adam-correction"),
        (errata, "relu-at-nought", "relu-at-zero"),
    ],
)
def test_the_packages_of_npnet_ask_too(package, name, alike):
    with pytest.raises(ValueError, match=f"got '{name}'; did you mean .*{alike}"):
        package.get(name)


def test_a_module_that_appears_later_is_found(monkeypatch, tmp_path):
    (tmp_path / "another.py").write_text(
        "from npnet.derivations.engine import Derivation\none = Derivation('another', '9', 'Later.', {})\n"
    )
    monkeypatch.setattr(derivations, "__path__", [*derivations.__path__, str(tmp_path)])
    try:
        assert isinstance(derivations.get("another"), Derivation)
    finally:
        sys.modules.pop("npnet.derivations.another", None)
