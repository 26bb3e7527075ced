import math

import numpy as np
import pytest

from npnet import MLP, initializers
from npnet.initializers import Constant, GlorotUniform, HeNormal, Normal, TruncatedNormal

SHAPE = (400, 500)


def draw(initializer, seed=0):
    return initializer(SHAPE, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("initializer", "deviation"),
    [
        (HeNormal(), math.sqrt(2 / 400)),
        (GlorotUniform(), math.sqrt(6 / 900) / math.sqrt(3)),
        (Normal(), 1),
        (Normal(0.5, mean=3), 0.5),
        # Two deviations hold 95.45 %, and cutting there leaves 0.8796 of the deviation
        (TruncatedNormal(), 0.1 * 0.87962566),
        (Constant(0.01), 0),
    ],
)
def test_the_deviation_is_the_papers(initializer, deviation):
    # The deviation of 200000 values varies by 1/sqrt(2 · 200000) of itself; five times that is allowed
    assert draw(initializer).std() == pytest.approx(deviation, rel=5 / math.sqrt(4e5), abs=1e-15)


def test_means_and_limits():
    assert draw(Normal(0.5, mean=3)).mean() == pytest.approx(3, abs=5 * 0.5 / math.sqrt(2e5))
    assert abs(draw(GlorotUniform())).max() <= math.sqrt(6 / 900)
    assert 0.19 < abs(draw(TruncatedNormal(0.1))).max() <= 0.2
    assert abs(draw(HeNormal())).max() > 4 * math.sqrt(2 / 400)
    assert (draw(Constant(0.01)) == 0.01).all()


@pytest.mark.parametrize(
    "initializer", [HeNormal(), GlorotUniform(), Normal(), TruncatedNormal(), Constant()], ids=repr
)
def test_first_values_are_centred_by_default(initializer):
    values = draw(initializer)
    assert abs(values.mean()) <= 5 * values.std() / math.sqrt(values.size)


def test_what_is_over_two_deviations_is_drawn_again_and_the_rest_is_kept():
    for seed in range(100):
        first = np.random.default_rng(seed).standard_normal(5)
        values = TruncatedNormal(0.5)((5,), np.random.default_rng(seed))
        assert abs(values).max() <= 1
        kept = abs(first) <= 2
        np.testing.assert_array_equal(values[kept], 0.5 * first[kept])


def test_a_layer_may_have_one_input_and_one_unit():
    assert HeNormal()((1, 1), np.random.default_rng(0)).shape == (1, 1)


@pytest.mark.parametrize("initializer", [HeNormal(), GlorotUniform(), Normal(), TruncatedNormal()], ids=repr)
def test_the_same_seed_gives_the_same_bits_and_the_global_state_is_left_alone(initializer):
    state = np.random.get_state()[1].copy()
    np.testing.assert_array_equal(draw(initializer, 7), draw(initializer, 7))
    assert (draw(initializer, 7) != draw(initializer, 8)).any()
    np.testing.assert_array_equal(np.random.get_state()[1], state)


def test_shapes_and_generators_are_checked():
    rng = np.random.default_rng(0)
    for shape in (3, (), (0, 3), (-3, 2), (2.0,)):
        with pytest.raises(ValueError, match="shape: expected"):
            HeNormal()(shape, rng)
    with pytest.raises(ValueError, match=r"rng: expected a numpy.random.Generator, got 0"):
        HeNormal()((2, 3), 0)


def test_parameters_and_names_are_checked():
    with pytest.raises(ValueError, match="stddev: expected a finite number >= 0, got -1"):
        Normal(-1)
    with pytest.raises(ValueError, match="stddev: expected a finite number >= 0, got -1"):
        TruncatedNormal(-1)
    with pytest.raises(ValueError, match="value: expected a finite number, got nan"):
        Constant(math.nan)
    with pytest.raises(ValueError, match="initializer: expected one of constant, glorot_uniform, he_normal"):
        initializers.get("lecun")


def test_constant_weights_leave_the_units_of_a_hidden_layer_alike():
    x, y = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20)
    for value in (0, 0.5):
        net = MLP([2, 3, 1], "tanh", dtype="float64", kernel_initializer=Constant(value))
        net.fit(x, y, epochs=3)
        assert len(np.unique(net.weights[0], axis=1).T) == len(np.unique(net.weights[1])) == 1
        assert net.weights[0].any() == net.weights[1].any() == (value != 0)
