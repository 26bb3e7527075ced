"""Section 3.1: what the answers say is what the code prints."""

from npnet.study.exercises import activations
from tests.study.exercises.reading import numbers, rows


def test_layers_without_bends_are_one_layer():
    # Some hundred roundings of sums of products up to 10
    assert max(map(abs, numbers(activations.without_bends().output))) < 1e-13


def test_larger_weights_raise_the_factor_by_less_than_they_grow():
    factors = dict(rows(activations.larger_weights()))
    assert 0.3 < factors[0.25] < 0.34
    assert factors[1] < 4 * factors[0.25]
    assert factors[0.25] < factors[1] < 1 < factors[4]


def test_the_product_keeps_the_digits_that_the_difference_of_the_square_loses():
    square, product, exact = (float(line.split()[-1]) for line in activations.cancellation().output.splitlines())
    assert abs(product - exact) < 1e-7 * exact
    assert abs(square - exact) > 5e-5 * exact


def test_a_small_rate_kills_none_and_a_large_one_most():
    dead = dict(rows(activations.killed()))
    assert dead[0.1] == 0
    assert 0 < dead[3] < 0.5 < dead[10]


def test_a_leaky_relu_of_slope_one_learns_nothing_of_a_circle():
    losses = dict(rows(activations.slope_of_one()))
    assert losses[0.01] < 0.1
    assert losses[0.2] < 0.1
    # The variance of the labels is the loss of a net that guesses their mean
    assert losses[1] > 0.23


def test_ten_layers_raise_the_factor_to_the_tenth_power():
    sizes = dict(rows(activations.ten_layers()))
    assert 0.5 < sizes[0.1] / 0.4**10 < 2
    assert 0.5 < sizes[0.25] < 2
    assert 0.5 < sizes[1] / 4**10 < 2
