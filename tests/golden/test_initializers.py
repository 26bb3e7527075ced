"""What the tests of other libraries state about initializers: statistics, within limits that they choose, and products.

TensorFlow is tensorflow/python/ops/init_ops_v2_test.py, whose arrays of shape (5, 6, 4, 2) have 120 inputs and 60
outputs, as ours of shape (120, 60); Keras is keras/src/initializers/random_initializers_test.py; PyTorch is
test/nn/test_init.py. Of the orthogonal matrices they state more than five things, of a LeCun initializer four. Of the
uniform one of He and the normal one of Glorot there are no more than these two, and PyTorch's tests that the numbers
are distributed so.
"""

import numpy as np
import pytest

from npnet.initializers import GlorotNormal, HeUniform, LecunNormal, LecunUniform, Orthogonal


@pytest.mark.parametrize(
    ("rule", "deviation"),
    [
        (GlorotNormal(), 0.10540925533894598),
        (HeUniform(), 0.12909944487358055),
        (LecunNormal(), 0.09128709291752768),
        (LecunUniform(), 0.09128709291752768),
    ],
)
def test_tensorflows_means_and_deviations(rule, deviation):
    W = rule((120, 60), np.random.default_rng(123))
    assert abs(W.mean()) < 3e-2
    # Theirs is 3e-2, which would let each pass for another one
    assert abs(W.std() - deviation) < 3e-3


@pytest.mark.parametrize("rule", [LecunNormal(), LecunUniform()])
def test_tensorflows_variances(rule):
    W = rule((100, 100), np.random.default_rng(0))
    assert abs(W.mean()) < 1e-2
    assert abs(W.var() - 0.01) < 1e-3


@pytest.mark.parametrize("shape", [(10, 10), (90, 8), (500, 5), (50, 40), (40, 50), (3, 4), (4, 3)])
def test_products_of_orthogonal_matrices_are_ones_on_the_diagonal(shape):
    """Of the first five in TensorFlow's tests, and of the other two in PyTorch's."""
    W = Orthogonal()(shape, np.random.default_rng(0))
    product = W.T @ W if shape[0] > shape[1] else W @ W.T
    assert abs(product - np.eye(min(shape))).max() < 1e-6


def test_columns_of_kerass_orthogonal_matrix_have_the_norm_2():
    W = Orthogonal(gain=2.0)((5, 5), np.random.default_rng(1234))
    assert abs(np.linalg.norm(W, axis=0) - 2).max() < 1e-7
    products = W.T @ W
    assert abs(products - np.diag(np.diagonal(products))).max() < 1e-7


def test_tensorflows_mean_of_an_orthogonal_matrix():
    assert abs(Orthogonal()((20, 20), np.random.default_rng(123)).mean()) < 3e-2
