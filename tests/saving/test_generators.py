"""A generator that is made from its description draws what the other one would have drawn."""

import copy
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet.saving import generators
from tests.strategies import seeds

names = st.sampled_from(generators.CLASSES)


def drawn(rng):
    return rng.permutation(100).tolist(), rng.normal(size=3).tolist(), rng.integers(0, 9, 3, np.uint32).tolist()


@given(names, seeds, st.integers(0, 700))
def test_it_goes_on_with_the_same_numbers(name, seed, before):
    rng = np.random.Generator(getattr(np.random, name)(seed))
    rng.integers(0, 2**32, before, np.uint32)
    text = json.dumps(generators.described("rng", rng))
    assert "." not in text
    same, other = generators.made("rng", json.loads(text)), np.random.Generator(getattr(np.random, name)(0))
    generators.take_over(other, same)
    expected = drawn(rng)
    assert drawn(same) == drawn(other) == expected


def test_numbers_that_went_through_doubles_draw_others():
    """Why a state is text."""
    rng = np.random.default_rng(0)
    state = rng.bit_generator.state
    state["state"] = {name: int(float(number)) for name, number in state["state"].items()}
    rounded = np.random.default_rng(0)
    rounded.bit_generator.state = state
    assert drawn(rounded) != drawn(rng)


def changed(name, path, value):
    description = copy.deepcopy(generators.described("rng", np.random.Generator(getattr(np.random, name)(0))))
    *way, last = path
    place = description
    for key in way:
        place = place[key]
    place[last] = value
    return description


@pytest.mark.parametrize(
    ("description", "message"),
    [
        (None, "rng: expected one of PCG64, .*, got None"),
        ({"bit_generator": "Generator"}, "got 'Generator'"),
        ({"bit_generator": "PCG64"}, "expected as many numbers as the state"),
        (
            changed("PCG64", ["state", "state"], 12),
            "state: expected a whole number from 0 to .* as decimal text, got 12",
        ),
        (changed("PCG64", ["state", "state"], str(2**128)), "state: expected a whole number"),
        (changed("PCG64", ["state", "state"], "9" * 10_000), "state: expected a whole number"),
        (changed("PCG64", ["state", "state"], "0" * 40), "state: expected a whole number"),
        (changed("PCG64", ["state", "state"], "-1"), "state: expected a whole number"),
        (changed("PCG64", ["state", "state"], "１"), "state: expected a whole number"),
        (changed("PCG64", ["state", "state"], "01"), "expected a state of PCG64"),
        (changed("PCG64", ["state"], "5"), "state: expected as many numbers as the state of a generator has, got '5'"),
        (changed("PCG64", ["state", "inc"], {"a": "1"}), "inc: expected a whole number"),
        (changed("PCG64", ["has_uint32"], []), "has_uint32: expected a whole number"),
        (changed("MT19937", ["state", "key"], "1" * 624), "key: expected as many numbers"),
        (changed("PCG64", ["has_uint32"], "2"), "has_uint32: expected a whole number from 0 to 1"),
        (changed("PCG64", ["uinteger"], str(2**32)), "uinteger: expected"),
        (changed("MT19937", ["state", "pos"], "625"), "pos: expected a whole number from 0 to 624"),
        (changed("MT19937", ["state", "key"], ["1"] * 623), "key: expected as many numbers"),
        (changed("MT19937", ["state", "key", 3], str(2**32)), "key: expected a whole number from 0 to 4294967295"),
        (changed("Philox", ["buffer_pos"], "5"), "buffer_pos: expected a whole number from 0 to 4"),
    ],
)
def test_a_state_that_is_none_is_refused_before_numpy_takes_it(description, message):
    with pytest.raises(ValueError, match=message):
        generators.made("rng", description)


def test_the_largest_state_is_one():
    description = changed("PCG64", ["state", "state"], str(2**128 - 1))
    assert generators.described("rng", generators.made("rng", description)) == description


@pytest.mark.parametrize("name", ["Bits", "PCG64"])
def test_bits_of_ones_own_are_refused(name):
    bits = type(name, (np.random.PCG64,), {})
    with pytest.raises(ValueError, match=rf"seed: expected a generator with one of PCG64, .*, got {name}"):
        generators.described("seed", np.random.Generator(bits(0)))
