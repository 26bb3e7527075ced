import math

import numpy as np
import pytest

from npnet import MLP, initializers
from npnet.initializers import (
    Constant,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    Initializer,
    LecunNormal,
    LecunUniform,
    Normal,
    Orthogonal,
    TruncatedNormal,
)
from reference.bounds.tolerance import assert_within, bound

SHAPE = (400, 500)


def draw(initializer, seed=0):
    return initializer(SHAPE, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("initializer", "deviation"),
    [
        (HeNormal(), math.sqrt(2 / 400)),
        (GlorotUniform(), math.sqrt(6 / 900) / math.sqrt(3)),
        (HeUniform(), math.sqrt(2 / 400)),
        (GlorotNormal(), math.sqrt(2 / 900)),
        (LecunNormal(), math.sqrt(1 / 400)),
        (LecunUniform(), math.sqrt(1 / 400)),
        # The squares of 400 orthonormal rows sum to 400
        (Orthogonal(), math.sqrt(400 / 200_000)),
        (Orthogonal(-2), 2 * math.sqrt(400 / 200_000)),
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
    for initializer, limit in ((GlorotUniform(), 6 / 900), (HeUniform(), 6 / 400), (LecunUniform(), 3 / 400)):
        assert 0.999 * math.sqrt(limit) < abs(draw(initializer)).max() <= math.sqrt(limit)
    assert 0.19 < abs(draw(TruncatedNormal(0.1))).max() <= 0.2
    for initializer, deviation in ((HeNormal(), 2 / 400), (GlorotNormal(), 2 / 900), (LecunNormal(), 1 / 400)):
        assert abs(draw(initializer)).max() > 4 * math.sqrt(deviation)
    assert (draw(Constant(0.01)) == 0.01).all()


RANDOM = [
    HeNormal(), HeUniform(), GlorotNormal(), GlorotUniform(), LecunNormal(), LecunUniform(), Orthogonal(), Normal(),
    TruncatedNormal(),
]  # fmt: skip


@pytest.mark.parametrize("initializer", [*RANDOM, Constant()], ids=repr)
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


@pytest.mark.parametrize("shape", [(5, 5), (7, 3), (3, 7), (1, 1), (4,), (2, 3, 4)])
@pytest.mark.parametrize("gain", [1, 0.5, -2])
def test_orthogonal_columns_are_orthonormal_up_to_the_gain_or_the_rows_are(shape, gain):
    W = Orthogonal(gain)(shape, np.random.default_rng(0))
    assert W.shape == shape
    rows = W.reshape(-1, 1 if len(shape) == 1 else shape[-1])
    long = rows if len(rows) >= rows.shape[1] else rows.T
    square = gain * gain
    assert_within(long.T @ long, square * np.eye(long.shape[1]), bound(16 * len(long), square, "float64"))


def test_a_square_matrix_is_the_q_of_normal_numbers_whose_r_has_a_positive_diagonal():
    q, r = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))
    expected = q @ np.diag(np.sign(np.diag(r)))
    np.testing.assert_array_equal(Orthogonal()((3, 3), np.random.default_rng(0)), expected)


def test_an_orthogonal_matrix_is_drawn_with_the_uniform_distribution():
    """Without the signs of R's diagonal, that of QR has another: LAPACK's first column would lean to one side."""
    draws = np.stack([Orthogonal()((2, 2), np.random.default_rng(seed)) for seed in range(4000)])
    # Each element is a cosine of a uniform angle, of mean 0 and mean square 1/2; reflections are as likely as rotations
    assert abs(draws.mean(axis=0)).max() <= 5 * math.sqrt(0.5 / 4000)
    assert abs((draws**2).mean(axis=0) - 0.5).max() <= 5 * math.sqrt(1 / 8 / 4000)
    assert abs(np.linalg.det(draws).mean()) <= 5 / math.sqrt(4000)
    # A turn of all columns leaves the distribution as it is: the angle of the first one is uniform in eighths
    angles = np.arctan2(draws[:, 1, 0], draws[:, 0, 0])
    counts = np.histogram(angles, 8, (-math.pi, math.pi))[0]
    assert abs(counts - 500).max() <= 5 * math.sqrt(500 * 7 / 8)


def test_a_layer_may_have_one_input_and_one_unit():
    assert HeNormal()((1, 1), np.random.default_rng(0)).shape == (1, 1)


@pytest.mark.parametrize("initializer", RANDOM, ids=repr)
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
    with pytest.raises(ValueError, match="initializer: expected one of constant, glorot_normal, glorot_uniform"):
        initializers.get("lecun")


def test_constant_weights_leave_the_units_of_a_hidden_layer_alike():
    x, y = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20)
    for value in (0, 0.5):
        net = MLP([2, 3, 1], "tanh", dtype="float64", kernel_initializer=Constant(value))
        net.fit(x, y, epochs=3)
        assert len(np.unique(net.weights[0], axis=1).T) == len(np.unique(net.weights[1])) == 1
        assert net.weights[0].any() == net.weights[1].any() == (value != 0)


@pytest.mark.parametrize("drawn", [np.zeros((3, 4)), np.zeros(3), np.zeros((1, 1)), 0.0])
def test_what_an_initializer_of_ones_own_draws_has_the_shape_of_the_weights(drawn):
    class Own(Initializer):
        def draw(self, shape, rng):
            return drawn

    with pytest.raises(ValueError, match=r"Own: expected shape \(4, 3\) of what it draws, got \("):
        MLP([4, 3], kernel_initializer=Own())


def test_an_initializer_of_ones_own_may_draw_a_list():
    class Own(Initializer):
        def draw(self, shape, rng):
            return [[1] * shape[1]] * shape[0]

    assert MLP([4, 3], kernel_initializer=Own()).weights[0].tolist() == [[1] * 3] * 4
