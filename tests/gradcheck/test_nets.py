import numpy as np
import pytest

from npnet import MLP, Ensemble
from npnet.activations import Elementwise, ReLU, Tanh
from npnet.gradcheck import check_net
from tests.strategies import ELEMENTWISE

X = np.random.default_rng(0).normal(size=(5, 2))
XOR, LABELS = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
methods = pytest.mark.parametrize("method", ["complex", "central"])


@methods
@pytest.mark.parametrize("hidden", [name for name in ELEMENTWISE if name != "identity"])
def test_the_gradient_of_a_net_passes_layer_by_layer(method, hidden):
    net = MLP([2, 3, 2], hidden=hidden, output="softmax", seed=0, bias_initializer="normal")
    before = net.parameters.copy()
    result = check_net(net, X, [0, 1, 1, 0, 1], loss="categorical_crossentropy", regularizer="l1_l2", method=method)
    assert result, str(result)
    assert [d.place for d in result.derivatives[4:10]] == [
        "layer 1 W[1, 1]", "layer 1 W[1, 2]", "layer 1 b[0]", "layer 1 b[1]", "layer 1 b[2]", "layer 2 W[0, 0]",
    ]  # fmt: skip
    assert result.derivatives[-1].place == "layer 2 b[1]"
    assert (net.parameters == before).all()


def test_a_layer_without_biases_has_places_of_weights_alone():
    net = MLP([2, 3, 2], hidden="tanh", seed=0, use_bias=[False, True], kernel_regularizer=["l2", None])
    result = check_net(net, X, X, regularizer=[None, "l1"])
    assert result, str(result)
    assert [d.place for d in result.derivatives[5:7]] == ["layer 1 W[1, 2]", "layer 2 W[0, 0]"]
    assert len(result.derivatives) == 6 + 8
    assert check_net(net, X, X)


class Wrong(Elementwise):
    name = "wrong"
    max_curvature = 1.0

    def value(self, z, out=None):
        return np.multiply(z, z, out=out)

    def slope(self, y, out=None):
        return np.sqrt(y)


@methods
def test_a_wrong_activation_is_found_in_the_layers_before_it(method):
    net = MLP([2, 3, 1], hidden=Wrong(), seed=0)
    result = check_net(net, X, X[:, 0], method=method)
    assert result.verdict == "failed"
    assert {failure.place[:7] for failure in result.failures} == {"layer 1"}


@methods
def test_a_unit_on_its_kink_is_a_corner_and_not_a_wrong_gradient(method):
    net = MLP([2, 4, 1], seed=0)
    net.biases[1][...] = 0.5
    result = check_net(net, XOR, LABELS, method=method)
    assert result.verdict == "corner", str(result)
    assert {corner.place[:9] for corner in result.corners} == {"layer 1 b"}
    assert "corner at layer 1 b[" in str(result)
    assert "the gradient given" in str(result)


@methods
def test_a_kink_in_the_slope_of_the_slope_is_none(method):
    # Where the loss is 0 at the row (0, 0), it starts as a square there
    assert check_net(MLP([2, 4, 1], seed=0), XOR, LABELS, method=method)


def test_random_directions_do_for_a_large_net():
    net = MLP([2, 50, 1], hidden="tanh", seed=0)
    result = check_net(net, X, X[:, 0], directions=3)
    assert result
    assert [d.place for d in result.derivatives] == ["direction 0", "direction 1", "direction 2"]
    assert check_net(net, X, X[:, 0], directions=3, roundings=1000, seed=0) == result
    assert check_net(net, X, X[:, 0], directions=3, seed=1) != result


def test_a_float32_net_is_computed_in_float64():
    result = check_net(MLP([2, 3, 1], hidden="tanh", seed=0), X, X[:, 0])
    assert max(d.limit / abs(d.gradient) for d in result.derivatives) < 1e-9


@methods
def test_loss_and_weights_are_those_of_the_gradient(method):
    """Wrong weights of the samples show in the gradient, and so does another loss than the net's own."""
    net = MLP([2, 3, 2], hidden="tanh", output="softmax", seed=0)
    own = check_net(net, X, [0, 1, 1, 0, 1], method=method)
    assert own
    named = check_net(net, X, [0, 1, 1, 0, 1], "categorical_crossentropy", method=method)
    assert own == named != check_net(net, X, [0, 1, 1, 0, 1], "mse", method=method)
    weights = {"sample_weight": [1, 0, 2, 0.5, 1], "class_weight": {1: 3}}
    expected = net.astype("float64").loss_and_gradient(X, [0, 1, 1, 0, 1], **weights)[1]
    assert [d.gradient for d in check_net(net, X, [0, 1, 1, 0, 1], method=method, **weights).derivatives] == [*expected]
    assert check_net(net, X, [0, 1, 1, 0, 1], method=method, **weights)


def test_what_is_no_net_or_has_no_numbers_is_refused():
    with pytest.raises(ValueError, match="net: expected an MLP, got a str"):
        check_net("net", X, X[:, 0])
    for dtype in ("float32", "float64"):
        net = MLP([2, 1], dtype=dtype, seed=0)
        net.weights[0][1] = np.nan
        with pytest.raises(ValueError, match=r"net.parameters: expected finite numbers, got nan at index \(1,\)"):
            check_net(net, X, X[:, 0])


def test_an_ensemble_is_refused():
    with pytest.raises(ValueError, match="net: expected a single net, got an ensemble"):
        check_net(Ensemble([2, 1], seeds=range(2)), X, X[:, 0])


def on_kinks(widths, layer, output="identity"):
    """A net with one layer of zeros: all samples put its units on the kink of their activation."""
    net = MLP(widths, [ReLU(), Tanh()] if len(widths) == 4 else "relu", output, seed=0)
    net.weights[layer] = 0 * net.weights[layer]
    return net


@methods
@pytest.mark.parametrize("y", [[1.0, -2.0], [1.0, -1.0]])
def test_kinks_of_several_samples_at_once_leave_a_gradient_open(method, y):
    net = on_kinks([1, 1, 1], 0)
    net.weights[1] = np.ones((1, 1))
    result = check_net(net, [[1.0], [-1.0]], y, method=method)
    assert result.verdict == "not decided"
    assert [line.place for line in result.undecided] == ["layer 1 W[0, 0]"]
    assert "several samples put a unit on the kink of its activation, each with a slope of its own" in str(result)
    assert check_net(net, [[1.0], [-1.0]], y, method=method, directions=2).verdict == "not decided"
    assert len(check_net(net, [[1.0], [-1.0]], y, method=method, directions=20).derivatives) == 20
    # One of them is a corner
    assert check_net(net, [[1.0]], y[:1], method=method).verdict == "corner"


@pytest.mark.parametrize(
    ("place", "verdict"), [(0, "not decided"), (8, "not decided"), (9, "failed"), (24, "failed"), (25, "failed")]
)
def test_layers_behind_a_kink_are_decided(monkeypatch, place, verdict):
    right = MLP.loss_and_gradient

    def wrong(self, *arguments):
        value, gradient = right(self, *arguments)
        return value, gradient + 100 * (np.arange(gradient.size) == place)

    monkeypatch.setattr(MLP, "loss_and_gradient", wrong)
    assert check_net(on_kinks([2, 3, 4, 2], 0), X, np.ones((5, 2))).verdict == verdict
    # Where no unit is on a kink each layer is
    assert check_net(MLP([2, 3, 4, 2], [ReLU(), Tanh()], seed=0), X, np.ones((5, 2))).verdict == "failed"


@pytest.mark.parametrize(("bias", "verdict"), [(-1.0, "not decided"), (1.0, "failed")])
def test_the_bias_moves_a_unit_off_its_kink(monkeypatch, bias, verdict):
    right = MLP.loss_and_gradient

    def wrong(self, *arguments):
        value, gradient = right(self, *arguments)
        return value, gradient + 100

    monkeypatch.setattr(MLP, "loss_and_gradient", wrong)
    net = MLP([1, 2, 1], hidden="relu", seed=0)
    # The first unit is on its kink for both samples, the second one for none
    net.weights[0], net.biases[0] = [[1.0, 1.0]], [bias, 3.0]
    assert check_net(net, [[1.0], [1.0]], [1.0, 2.0]).derivatives[0].verdict == verdict
    # One sample that is on the kinks of several units is none of several
    assert not check_net(MLP([2, 4, 1], output="sigmoid", seed=0), XOR, LABELS).undecided
