import pytest

from npnet import derivations
from npnet.study.api import names
from tests import test_names


def test_every_public_module_has_a_page_once():
    assert sorted(names.MODULES) == sorted([*test_names.MODULES, "npnet"])


def test_each_derivation_ends_at_a_public_name():
    assert sorted(names.derived()) == sorted(chain.name for chain in derivations.every())


@pytest.mark.parametrize(
    ("module", "name", "expected"),
    [
        ("npnet", "Ensemble", "npnet.ensemble"),
        ("npnet.training", "History", "npnet.history"),
        ("npnet.derivations", "Check", "npnet.derivations"),
        ("npnet.derivations.engine", "Check", "npnet.derivations"),
        ("npnet.activations", "relu", "npnet.activations"),
    ],
)
def test_a_name_is_described_where_it_is_defined_or_first_listed(module, name, expected):
    assert names.home(module, name) == expected
