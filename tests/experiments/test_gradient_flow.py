import numpy as np
import pytest

from npnet import MLP, activations, datasets, experiments
from npnet.experiments.gradient_flow import GradientFlow, gradient_flow
from npnet.initializers import Normal
from reference.bounds.tolerance import assert_within, bound


@pytest.fixture(scope="module")
def flow():
    return gradient_flow(seeds=range(8))


def test_a_norm_is_that_of_the_gradient_of_a_net_alone():
    flow = gradient_flow(depth=3, width=5, seeds=[4, 9], samples=20)
    features, labels, _ = datasets.load_digits()
    (x,) = datasets.standardize(features[:20])
    net = MLP([64, 5, 5, 5, 10], "tanh", "softmax", "float64", seed=9)
    _, gradient = net.loss_and_gradient(x, labels[:20], loss="categorical_crossentropy")
    second = gradient[65 * 5 : 65 * 5 + 25]
    # Sums of 64 products at most, through five layers and back, and the softmax
    assert_within(flow.norms[1, 1, 1], np.linalg.norm(second), bound(1000, 1, "float64"))


def test_sigmoid_loses_the_gradient_and_relu_hardly(flow):
    sigmoid, tanh, relu = flow.factors
    assert flow.names == ("sigmoid", "tanh", "relu")
    assert flow.norms.shape == (3, 10, 8)
    assert flow.norms.dtype == np.float64
    assert (sigmoid < 0.5).all()
    assert (relu > sigmoid).all()
    assert (tanh > sigmoid).all()


def test_tanhs_gradient_is_under_relus_but_in_the_first_layer():
    _, tanh, relu = np.median(gradient_flow(seeds=range(100)).norms, axis=-1)
    assert (tanh < relu).tolist() == [False] + [True] * 9


def test_the_factor_is_the_geometric_mean_over_the_layers_of_one_shape():
    norms = np.array([[[7.0, 7.0], [2.0, 0.0], [4.0, 5.0], [8.0, 0.0]]])
    assert GradientFlow(("relu",), norms).factors.tolist() == [[0.5, 0]]


def test_linear_units_with_orthogonal_weights_keep_the_gradient():
    class Same(Normal):
        def draw(self, shape, rng):
            return np.eye(*shape)

    flow = gradient_flow(depth=6, width=16, seeds=[0], hidden=["identity"], kernel_initializer=Same())
    assert_within(flow.factors, [[1]], bound(200, 1, "float64"))


def test_small_weights_leave_relu_a_small_gradient_that_is_alike_in_all_layers(flow):
    small = gradient_flow(seeds=range(8), hidden=["relu"], kernel_initializer=Normal(0.1))
    assert (small.norms[0] < flow.norms[2] / 1000).all()
    # ReLU is homogeneous: the sum of W * dW is the same for each layer
    assert (abs(np.log(small.factors)) < 0.2).all()


def test_the_table_has_a_row_for_each_activation(flow):
    table = flow.to_frame()
    assert table["activation"].tolist() == ["sigmoid", "tanh", "relu"]
    assert table["first layer"][0] == experiments.median(flow.norms[0, 0])
    assert (table["factor per layer low"] <= table["factor per layer"]).all()


def test_an_activation_may_have_a_slope_of_its_own():
    assert gradient_flow(3, 4, [0], [activations.LeakyReLU(0.5)]).names == ("leaky_relu",)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"depth": 2}, "depth: expected a whole number >= 3, got 2"),
        ({"width": 0}, "width: expected a whole number >= 1, got 0"),
        ({"samples": 0}, "samples: expected a whole number >= 1, got 0"),
        ({"hidden": ["rleu"]}, "hidden: expected one of"),
        ({"seeds": []}, "seeds: expected at least one, got none"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(settings, message):
    with pytest.raises(ValueError, match=message):
        gradient_flow(**settings)
