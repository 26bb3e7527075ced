"""Numbers that the tests of Keras state about schedules, which count steps there and epochs here.

All are of keras/src/optimizers/schedules/learning_rate_schedule_test.py of keras-team/keras.
"""

import pytest

from npnet.schedules import (
    CosineDecay,
    CyclicPolynomialDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
    WarmupCosineDecay,
)


@pytest.mark.parametrize(
    ("boundaries", "values", "epoch", "rate"),
    [
        ([100, 110, 120], [1.0, 0.1, 0.01, 0.001], 100, 1.0),
        ([100, 110, 120], [1.0, 0.1, 0.01, 0.001], 105, 0.1),
        ([100, 110, 120], [1.0, 0.1, 0.01, 0.001], 110, 0.1),
        ([100, 110, 120], [1.0, 0.1, 0.01, 0.001], 120, 0.01),
        ([100, 110, 120], [1.0, 0.1, 0.01, 0.001], 999, 0.001),
        ([1, 2, 3], [0.4, 0.5, 0.6, 0.7], 0, 0.4),
        ([1, 2, 3], [0.4, 0.5, 0.6, 0.7], 2, 0.5),
        ([1, 2, 3], [0.4, 0.5, 0.6, 0.7], 4, 0.7),
    ],
)
def test_pieces(boundaries, values, epoch, rate):
    assert PiecewiseConstantDecay(boundaries, values)(epoch) == rate


@pytest.mark.parametrize(
    ("first", "last", "power", "epoch", "rate"),
    [
        (0.05, 0.0, 1, 5, 0.05 * 0.5),
        (0.05, 0.001, 1, 10, 0.001),
        (0.05, 0.001, 1, 5, (0.05 + 0.001) * 0.5),
        (0.05, 0.001, 1, 15, 0.001),
        (0.05, 0.0, 0.5, 5, 0.05 * 0.5**0.5),
        (0.05, 0.001, 0.5, 5, (0.05 - 0.001) * 0.5**0.5 + 0.001),
        (0.05, 0.001, 0.5, 15, 0.001),
    ],
)
def test_polynomials(first, last, power, epoch, rate):
    assert PolynomialDecay(first, 10, last, power)(epoch) == pytest.approx(rate, rel=1e-14)


@pytest.mark.parametrize(
    ("decay", "warmup", "epoch", "rate"),
    [
        (10, 1500, 0, 0.0), (10, 1500, 250, 10 / 6), (10, 1500, 1250, 50 / 6),
        (1000, 2000, 500, 2.5), (1000, 2000, 2000, 10.0), (1000, 2000, 2500, 5.0),
        (1000, 2000, 2250, 10 * (0.5 + 0.125**0.5)), (1000, 2000, 2750, 10 * (0.5 - 0.125**0.5)),
    ],
)  # fmt: skip
def test_warmups_to_10(decay, warmup, epoch, rate):
    assert WarmupCosineDecay(0.0, decay, 10.0, warmup)(epoch) == pytest.approx(rate, rel=1e-13)


@pytest.mark.parametrize(
    ("epoch", "rate"),
    [(0, 1.0), (250, 0.55 + 0.45 * 0.5**0.5), (500, 0.55), (750, 0.55 - 0.45 * 0.5**0.5), (1000, 0.1), (1250, 0.1)],
)
def test_cosines_to_a_tenth(epoch, rate):
    assert CosineDecay(1.0, 1000, 0.1)(epoch) == pytest.approx(rate, rel=1e-13)


@pytest.mark.parametrize(
    ("first", "last", "power", "epoch", "rate"),
    [
        (0.05, 0.001, 1, 15, (0.05 - 0.001) * 0.25 + 0.001),
        (0.05, 0.001, 0.5, 15, (0.05 - 0.001) * 0.25**0.5 + 0.001),
        (0.001, 0.0001, 1, 0, 0.001),
    ],
)
def test_cycles(first, last, power, epoch, rate):
    assert CyclicPolynomialDecay(first, 10, last, power)(epoch) == pytest.approx(rate, rel=1e-14)
