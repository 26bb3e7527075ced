import numpy as np
import pytest
from hypothesis import given

from reference.bounds import cases
from reference.bounds.losses import LOSSES
from tests.strategies import seeds

dtypes = pytest.mark.parametrize("dtype", ["float32", "float64"])


@dtypes
def test_hard_values_are_of_all_sizes(dtype):
    z, info = cases.hard_values(np.random.default_rng(0), (100, 100), dtype), np.finfo(dtype)
    assert z.dtype == dtype
    for special in (1, 88, 1e4, info.smallest_normal, info.smallest_subnormal):
        assert (z == np.dtype(dtype).type(special)).any()
        assert (z == -np.dtype(dtype).type(special)).any()
    assert set(np.signbit(z[z == 0])) == {True, False}
    # And between them
    assert len(np.unique(z)) > 1000
    for low in 10.0 ** np.arange(-6, 3):
        assert ((low < abs(z)) & (abs(z) < 2 * low)).any()


@dtypes
@pytest.mark.parametrize("name", LOSSES)
@given(seed=seeds)
def test_labels_and_predictions_fit_the_loss(name, dtype, seed):
    rng, loss = np.random.default_rng(seed), LOSSES[name]
    y, p = cases.labels(rng, loss, 4, 3), cases.predictions(rng, loss, 4, 3, dtype)
    assert y.shape == p.shape == (4, 3)
    assert p.dtype == dtype
    assert np.isfinite(loss(y, p))


@dtypes
def test_nets_come_with_all_that_their_loss_needs(dtype):
    losses, regularizers, depths, biases, of_layers = set(), set(), set(), set(), set()
    for seed in range(100):
        net, x, y, loss, regularizer = cases.network(np.random.default_rng(seed), dtype)
        assert net.dtype == dtype
        assert np.isfinite(net.loss_and_gradient(x, y, loss, regularizer)[0])
        losses.add(repr(loss))
        regularizers.add(type(regularizer).__name__)
        of_layers |= {type(one).__name__ for one in regularizer} if isinstance(regularizer, list) else set()
        depths.add(len(net.weights))
        biases.add((any(net.use_bias), all(net.use_bias)))
    assert len(losses) == len({repr(loss) for _, loss in cases.PAIRS}) == len(LOSSES) + 2
    # A list has one for each layer; some nets have biases nowhere, some in a few layers, some everywhere
    assert regularizers == {"NoneType", "L1", "L2", "L1L2", "list"}
    assert of_layers == {"NoneType", "L1", "L2", "L1L2"}
    assert biases == {(False, False), (True, False), (True, True)}
    assert depths == {1, 2, 3, 4, 5}


def test_the_same_seed_gives_the_same_case():
    one, other = (cases.network(np.random.default_rng(7), "float64") for _ in range(2))
    np.testing.assert_array_equal(one[0].parameters, other[0].parameters)
    np.testing.assert_array_equal(one[1], other[1])
    np.testing.assert_array_equal(one[2], other[2])


def test_numbers_that_keras_rounds_are_float32():
    assert cases.single(0.1) == float(np.float32(0.1))
    assert cases.single(0.1) != 0.1
    found = list(cases.STRENGTHS)
    for seed in range(20):
        for kind in ("SGDM", "Adagrad", "RMSProp", "Adam"):
            optimizer = cases.optimizer(np.random.default_rng(seed), kind, notes=False)()
            found += [getattr(optimizer, name, 1.0) for name in ("beta", "rho", "beta_1", "beta_2")]
    assert len(set(found)) > 6
    assert [number for number in found if cases.single(number) != number] == []


def test_gradients_have_a_size_in_each_column_which_shrinks():
    gradients = abs(cases.gradients(np.random.default_rng(0), 1000, 50, "float64"))
    first, last = np.median(gradients[:100], axis=0), np.median(gradients[-100:], axis=0)
    assert first.min() < 1e-9
    assert first.max() > 1e2
    assert (gradients.max(axis=0) < 10 * first).all()
    assert (last / first).min() < 4e-3
    assert 0.5 < (last / first).max() < 1.5
