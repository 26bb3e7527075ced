"""Which results a change of a formula makes worthless: its own, and no others."""

import ast

import numpy as np
import pytest

from npnet import activations
from tests import exhaustive

MODULE = """
from npnet.engine import normal

LIMIT = 1.0

def helper(z):
    '''Return z.'''
    return z * LIMIT

class One:
    def value(self, z):
        return helper(z)

class Two(One):
    def value(self, z):
        return normal.density(z)  # a density

class Three:
    pass
"""


def reached(source, name):
    return exhaustive.reached(ast.parse(source), ast.Name(name))


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("z * LIMIT", "z + LIMIT", {"One", "Two"}),
        ("1.0", "2.0", {"One", "Two"}),
        ("helper(z)\n", "2 * helper(z)\n", {"One", "Two"}),
        ("density", "cumulative", {"Two"}),
        ("pass", "size = 1", {"Three"}),
        ("Return z.", "Return the number.", set()),
        ("a density", "the density", set()),
    ],
)
def test_what_is_reached_changes_with_what_it_calls_and_with_nothing_else(old, new, changed):
    other = MODULE.replace(old, new)
    assert other != MODULE
    names = ("One", "Two", "Three")
    assert {name for name in names if reached(MODULE, name) != reached(other, name)} == changed


def test_a_module_of_the_engine_is_read_whole():
    assert any("FARTHEST" in code for code in reached(MODULE, "Two"))
    assert not any("FARTHEST" in code for code in reached(MODULE, "One"))


def test_each_activation_has_a_stamp_of_its_own_and_all_that_a_run_needs():
    stamps = {name: exhaustive.versions(name, False) for name in exhaustive.NAMES}
    assert len(set(stamps.values())) == len(stamps)
    assert set(exhaustive.EXACT) == set(exhaustive.EXACT_DERIVATIVE) == set(exhaustive.AIMS)
    assert set(exhaustive.NAMES) == {f.name for f in vars(activations).values() if _is_curve(f)}


def _is_curve(value):
    return isinstance(value, activations.Elementwise) and value.name != "identity"


def test_infinity_is_one_unit_over_the_largest_number():
    largest = float(np.finfo(np.float32).max)
    results, exact = np.array([np.inf, np.inf, np.inf, 1e38]), np.array([largest, 4e38, np.inf, np.inf])
    assert exhaustive.errors(results, exact)[:3].tolist() == [1, 0, 0]
    assert exhaustive.errors(results, exact)[3] > 1e6
    assert exhaustive.errors(np.array([np.inf]), np.array([1e38])) > 1e6
