"""One flat vector: layers are views of it, and each of its places belongs to a layer."""

import copy
import pickle
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from npnet import MLP, Ensemble
from npnet.engine.parameters import Views, cast, layer_of, matrices, size


def test_layers_are_views_of_one_flat_vector():
    net = MLP([2, 3, 1], seed=0)
    assert net.parameters.size == 2 * 3 + 3 + 3 * 1 + 1
    layout = [net.weights[0].ravel(), net.biases[0], net.weights[1].ravel(), net.biases[1]]
    np.testing.assert_array_equal(net.parameters, np.concatenate(layout))
    net.weights[1][...] = 7
    net.biases[0][...] = 8
    assert net.parameters.tolist()[6:12] == [8, 8, 8, 7, 7, 7]
    held = net.weights[0]
    net.parameters = np.arange(13)
    assert held.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_assigning_to_a_layer_writes_to_the_net():
    net = MLP([2, 3, 1], seed=0)
    net.weights[1] = [[1], [2], [3]]
    assert net.parameters[9:12].tolist() == [1, 2, 3]
    net.biases = [[4, 5, 6], [7]]
    assert net.parameters[6:9].tolist() == [4, 5, 6]
    held = net.weights
    net.weights = [np.full((2, 3), 8), [[9]] * 3]
    net.weights[1] += 1
    assert net.parameters.tolist() == [8, 8, 8, 8, 8, 8, 4, 5, 6, 10, 10, 10, 7]
    assert net.weights is held
    ensemble = Ensemble([2, 1], members=3)
    ensemble.weights[0] = np.arange(6).reshape(2, 1, 3)
    assert ensemble.parameters[:2].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_no_array_can_take_the_place_of_a_view():
    net = MLP([2, 3, 1], seed=0)
    for change in ("append", "insert", "extend", "pop", "clear", "reverse", "sort"):
        assert not hasattr(net.weights, change)
    with pytest.raises((TypeError, AttributeError)):
        del net.weights[0]
    for copied in (copy.deepcopy(net.weights), pickle.loads(pickle.dumps(net.weights))):
        assert (type(copied), copied.name) == (Views, "weights")
        np.testing.assert_array_equal(copied[0], net.weights[0])


class Whole:
    """The parameters of a 1-1 net, assigned in three ways."""

    def __init__(self, dtype):
        self.net = MLP([1, 1], dtype=dtype, seed=0)

    def vector(self, value):
        self.net.parameters = [value, 0]

    def element(self, value):
        self.net.weights[0] = [[value]]

    def all(self, value):
        self.net.weights = [[[value]]]


@pytest.mark.parametrize("way", ["vector", "element", "all"])
def test_one_rule_holds_for_whatever_is_assigned(way):
    assign = getattr(Whole("float32"), way)
    for wrong, message in (
        (np.nan, "finite numbers, got nan"),
        (np.inf, "finite numbers, got inf"),
        (1e39, "numbers that fit float32, got one of size 1e"),
        (1j, "numbers that fit a float32 net, got dtype complex128"),
        ("1", "numbers, got dtype <U"),
        (None, "numbers, got dtype object, None"),
    ):
        with pytest.raises(ValueError, match=rf"(parameters|weights\[0\]): expected {message}"):
            assign(wrong)
    for right, dtype, kept in (
        (True, "float32", 1),
        (3, "float64", 3),
        (Fraction(1, 2), "float32", 0.5),
        (1j, "complex128", 1j),
    ):
        whole = Whole(dtype)
        getattr(whole, way)(right)
        assert whole.net.parameters[0] == kept


def test_assigning_several_arrays_writes_all_or_none():
    flat = np.arange(6.0)
    views = Views([flat[:2], flat[2:4], flat[4:]], "w")
    views[:] = views[::-1]
    assert flat.tolist() == [4, 5, 2, 3, 0, 1]
    views[::2] = [[7, 7], [8, 8]]
    assert flat.tolist() == [7, 7, 2, 3, 8, 8]
    for wrong, message in (
        ([[1, 1]], "w: expected 3 arrays, got 1"),
        (1, "w: expected 3 arrays, got an int"),
        ({"a": 1, "b": 2, "c": 3}, "w: expected 3 arrays, got a dict"),
        ([[1, 1], [1, 1], [1, np.nan]], r"w\[2\]: expected finite numbers, got nan at index \(1,\)"),
        ([[1, 1], [1, 1], [1]], r"w\[2\]: expected shape \(2,\), got \(1,\)"),
    ):
        with pytest.raises(ValueError, match=message):
            views[:] = wrong
        assert flat.tolist() == [7, 7, 2, 3, 8, 8]
    with pytest.raises(IndexError, match="tuple index out of range"):
        views[3] = [1, 1]


def test_places_in_the_vector_are_checked():
    net = MLP([2, 3, 1])
    for call, wrong in ((net.layer_of, 13), (net.describe, 3)):
        with pytest.raises(ValueError, match=r"(index|layer): expected one from"):
            call(wrong)
    for wrong in (-1, "a", 1.5, None, True):
        for call in (net.layer_of, net.describe):
            with pytest.raises(ValueError, match=r"(index|layer): expected a whole number >= (0|1), got"):
                call(wrong)
    with pytest.raises(ValueError, match="layer: expected a whole number >= 1, got 0"):
        net.describe(0)
    assert net.layer_of(np.int64(12)) == 2


SHAPES = pytest.mark.parametrize(
    ("widths", "use_bias"),
    [
        ((1, 1), [True]),
        ((1, 1), [False]),
        ((4, 3), [True]),
        ((2, 11, 1), [True, True]),
        ((2, 11, 1), [False, True]),
        ((3, 1, 5, 2), [True, False, True]),
        ((3, 1, 5, 2), [False, False, False]),
    ],
)


@SHAPES
@pytest.mark.parametrize("members", [None, 1, 3])
def test_matrices_are_views_that_cover_the_vector(widths, use_bias, members):
    flat = np.arange(float(size(widths, use_bias) * (members or 1)))
    flat = flat if members is None else flat.reshape(-1, members)
    both = list(matrices(flat, widths, use_bias))
    rest = () if members is None else (members,)
    assert [W.shape for W in both] == [(a + bias, b, *rest) for (a, b), bias in zip(pairwise(widths), use_bias)]
    assert all(np.shares_memory(W, flat) and W.flags.c_contiguous for W in both)
    np.testing.assert_array_equal(np.concatenate([W.ravel() for W in both]), flat.ravel())


@SHAPES
def test_each_place_belongs_to_the_layer_whose_matrix_holds_it(widths, use_bias):
    flat = np.arange(size(widths, use_bias))
    for layer, W in enumerate(matrices(flat, widths, use_bias), 1):
        assert {layer_of(index, widths, use_bias) for index in W.ravel().tolist()} == {layer}


def test_the_last_row_of_a_matrix_has_the_biases():
    net = MLP([2, 3, 1], seed=0, bias_initializer="normal")
    for W, weights, biases in zip(matrices(net.parameters, net.widths, net.use_bias), net.weights, net.biases):
        np.testing.assert_array_equal(W, np.vstack([weights, biases]))
    ensemble = Ensemble([2, 3, 1], members=4)
    arrays = matrices(ensemble.parameters, ensemble.widths, ensemble.use_bias)
    assert [W.shape for W in arrays] == [(3, 3, 4), (4, 1, 4)]


def test_a_matrix_without_biases_has_the_weights_alone():
    net = MLP([2, 3, 1], seed=0, use_bias=False)
    for W, weights, biases in zip(matrices(net.parameters, net.widths, net.use_bias), net.weights, net.biases):
        np.testing.assert_array_equal(W, weights)
        assert np.shares_memory(W, weights)
        assert biases is None
    ensemble = Ensemble([2, 3, 1], members=4, use_bias=[False, True])
    assert [W.shape for W in ensemble.weights] == [(2, 3, 4), (3, 1, 4)]
    assert [b if b is None else b.shape for b in ensemble.biases] == [None, (1, 4)]
    assert ensemble.parameters.shape == (6 + 4, 4)


def test_biases_that_there_are_not_are_assigned_none():
    net = MLP([2, 3, 1], seed=0, use_bias=[False, True])
    net.biases = [None, [7]]
    net.biases[0] = None
    assert net.parameters[9:].tolist() == [7]
    before = net.parameters.copy()
    for index, value, got in ((0, [1, 2, 3], "a list"), (slice(None), [[1, 2, 3], [8]], "a list"), (0, 0, "an int")):
        with pytest.raises(ValueError, match=rf"biases\[0\]: expected None, as that layer has none, got {got}"):
            net.biases[index] = value
    with pytest.raises(ValueError, match=r"biases\[1\]: "):
        net.biases[1] = None
    np.testing.assert_array_equal(net.parameters, before)


def test_a_view_copies_what_is_assigned():
    flat = np.zeros(4)
    views = Views([flat[:2], flat[2:]], "w")
    views[1] = [1, 2]
    assert flat.tolist() == [0, 0, 1, 2]
    with pytest.raises(ValueError, match=r"w\[1\]: expected shape \(2,\), got \(3,\)"):
        views[-1] = [1, 2, 3]
    with pytest.raises(ValueError, match=r"w\[0\]: expected shape \(2,\), got \(\)"):
        views[0] = 1


def test_numbers_are_cast_only_where_the_dtype_can_hold_them():
    single = np.dtype("float32")
    assert cast("x", np.array([0.1, 1e38]), single).dtype == single
    x = np.ones(3, "float32")
    assert cast("x", x, single) is x
    with np.errstate(all="raise"):
        assert cast("x", np.array([1e-300]), single).tolist() == [0]
    assert cast("x", np.ones(2), np.dtype("complex128")).dtype == np.complex128
    third = np.array([Fraction(1, 3)], object)
    assert cast("x", third, single).tolist() == np.float32([1 / 3]).tolist()
    assert cast("x", third, np.dtype(object)) is third
    for wrong, message in (
        ([1.0, 1e39], "x: expected numbers that fit float32, got one of size 1e\\+39"),
        ([1.0, np.nan], r"x: expected finite numbers, got nan at index \(1,\)"),
        ([1.0, -np.inf], r"x: expected finite numbers, got -inf at index \(1,\)"),
        ([1.0, 1j], "x: expected numbers that fit a float32 net, got dtype complex128"),
    ):
        with pytest.raises(ValueError, match=message):
            cast("x", np.array(wrong), single)
