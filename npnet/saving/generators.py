"""Random generators: their states as text, in which no number loses a digit.

A state has numbers of up to 128 bits. Whoever reads JSON may take a number as a double, with 53 of them; NumPy accepts
what is left, and draws other numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

CLASSES = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
"""NumPy's bit generators, by name."""
LARGEST = {"pos": 624, "buffer_pos": 4, "has_uint32": 1, "uinteger": 2**32 - 1}
"""The largest value of some numbers; NumPy does not check them, and reads memory where they point to."""


def described(name: str, rng: np.random.Generator) -> dict[str, Any]:
    """Return the class of a generator's bits and its state, whole numbers as decimal text."""
    kind = type(rng.bit_generator)
    if kind not in [getattr(np.random, known) for known in CLASSES]:
        raise ValueError(f"{name}: expected a generator with one of {', '.join(CLASSES)}, got {kind.__name__}")
    found: dict[str, Any] = _as_text(rng.bit_generator.state)
    return found


def made(name: str, description: Any) -> np.random.Generator:
    """Return a generator that draws what the one that was `described` would have drawn next."""
    kind = description.get("bit_generator") if isinstance(description, dict) else None
    if kind not in CLASSES:
        raise ValueError(f"{name}: expected one of {', '.join(CLASSES)}, got {kind!r:.60}")
    bits = getattr(np.random, kind)(0)
    bits.state = _as_numbers(name, description, bits.state)
    if _as_text(bits.state) != description:
        raise ValueError(f"{name}: expected a state of {kind}, got one that it does not take as it is")
    return np.random.Generator(bits)


def take_over(rng: np.random.Generator, other: np.random.Generator) -> None:
    """Bring a generator into the state of another one of its class."""
    rng.bit_generator.state = other.bit_generator.state


def _as_text(state: Any) -> Any:
    if isinstance(state, dict):
        return {key: _as_text(value) for key, value in state.items()}
    if isinstance(state, np.ndarray):
        return [str(number) for number in state.tolist()]
    return state if isinstance(state, str) else str(int(state))


def _as_numbers(name: str, text: Any, like: Any) -> Any:
    """Return a state in the form of another one of its class."""
    if isinstance(like, dict) and isinstance(text, dict) and text.keys() == like.keys():
        return {key: _as_numbers(key, text[key], like[key]) for key in like}
    if isinstance(like, np.ndarray) and isinstance(text, list) and len(text) == len(like):
        numbers = [_number(name, one, int(np.iinfo(like.dtype).max)) for one in text]
        return np.array(numbers, like.dtype)
    if isinstance(like, str):
        return like
    if isinstance(like, (dict, np.ndarray)):
        raise ValueError(f"{name}: expected as many numbers as the state of a generator has, got {text!r:.60}")
    return _number(name, text, LARGEST.get(name, 2**128 - 1))


def _number(name: str, text: Any, largest: int) -> int:
    # One of more digits is out of range, and Python refuses to read very many
    if not isinstance(text, str) or not (text.isascii() and text.isdecimal()) or len(text) > 39 or int(text) > largest:
        raise ValueError(f"{name}: expected a whole number from 0 to {largest} as decimal text, got {text!r:.60}")
    return int(text)
