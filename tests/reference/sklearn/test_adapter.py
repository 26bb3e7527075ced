"""scikit-learn's side of a check: models of its documentation agree, be it for known reasons; broken ones do not."""

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_classification, make_moons, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import MinMaxScaler

from npnet.losses import MeanSquaredError
from npnet.optimizers import SGD, Adam, Momentum, Nesterov
from npnet.regularizers import L2
from reference import check, from_sklearn
from reference.bounds.multiples import Multiple
from reference.checking.lines import lines
from reference.checking.problem import problem
from reference.sklearn.adapter import adapter

GUIDE = [[0.0, 0.0], [1.0, 1.0]]


def fitted(make, x, y, **settings):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return make(**settings).fit(x, y), x, y


def guide():
    """The first example of the user guide, 1.17.2."""
    return fitted(MLPClassifier, GUIDE, [0, 1], solver="lbfgs", alpha=1e-5, hidden_layer_sizes=(5, 2), random_state=1)


def multi_label():
    """The example of several labels of the user guide, 1.17.2."""
    y = np.array([[0, 1], [1, 1]])
    return fitted(MLPClassifier, GUIDE, y, solver="lbfgs", alpha=1e-5, hidden_layer_sizes=(15,), random_state=1)


def classifier():
    """The example of MLPClassifier's documentation, with fewer units and iterations."""
    x, y = make_classification(n_samples=100, random_state=1)
    return fitted(MLPClassifier, x, y, hidden_layer_sizes=(10,), random_state=1, max_iter=30)


def regressor():
    """The example of MLPRegressor's documentation, with fewer samples, features, units and iterations."""
    x, y = make_regression(n_samples=80, n_features=6, random_state=1)
    return fitted(MLPRegressor, x, y, hidden_layer_sizes=(10,), random_state=1, max_iter=30, tol=0.1)


def training_curves():
    """``plot_mlp_training_curves.py``, its first line: constant learning rate, on the scaled irises."""
    x, y = load_iris(return_X_y=True)
    settings = {"solver": "sgd", "learning_rate": "constant", "momentum": 0, "learning_rate_init": 0.2}
    x = MinMaxScaler().fit_transform(x)
    return fitted(MLPClassifier, x, y, hidden_layer_sizes=(10,), random_state=0, max_iter=10, **settings)


def nesterov():
    """``plot_mlp_training_curves.py``, the line with Nesterov's momentum."""
    x, y = load_iris(return_X_y=True)
    settings = {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": True, "learning_rate_init": 0.2}
    x = MinMaxScaler().fit_transform(x)
    return fitted(MLPClassifier, x, y, hidden_layer_sizes=(10,), random_state=0, max_iter=10, **settings)


def alpha():
    """``plot_mlp_alpha.py``, one of its strengths, on the moons, with fewer units."""
    x, y = make_moons(noise=0.3, random_state=0)
    return fitted(
        MLPClassifier, x, y, solver="lbfgs", alpha=0.1, random_state=1, max_iter=50, hidden_layer_sizes=[8, 8]
    )


def several_numbers():
    """A regression of several numbers, the case in which what is reported and what is minimized differ."""
    x, y = make_regression(n_samples=64, n_features=5, n_targets=3, random_state=0)
    return fitted(MLPRegressor, x, y / 100, hidden_layer_sizes=(6,), activation="tanh", random_state=0, max_iter=10)


@pytest.mark.parametrize(
    "make", [guide, multi_label, classifier, regressor, training_curves, nesterov, alpha, several_numbers]
)
def test_a_model_of_the_documentation_agrees(make):
    model, x, y = make()
    labels = np.searchsorted(model.classes_, y) if hasattr(model, "classes_") and np.ndim(y) == 1 else y
    report = check(model, x, labels, steps=10)
    assert report, str(report)
    reasons = {line.reason for line in report.lines} - {None}
    expected = {"scikit-learn reports the mean over the 3 outputs, and minimizes their sum"}
    assert reasons == (expected if make is several_numbers else set())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_models_with_each_activation_agree(activation, dtype):
    x, y = make_regression(n_samples=40, n_features=4, random_state=0)
    settings = {"hidden_layer_sizes": (5, 3), "activation": activation, "random_state": 0, "max_iter": 3}
    model, *_ = fitted(MLPRegressor, x.astype(dtype), (y / 100).astype(dtype), **settings)
    report = check(model, steps=5)
    assert report, str(report)


def test_labels_are_the_models_classes():
    x, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])
    for classes in (names, np.array([1, 2, 3]), np.array([2.0, 0.0, 1.0])):
        model, *_ = fitted(MLPClassifier, x, classes[y], hidden_layer_sizes=(5,), random_state=0, max_iter=5)
        report = check(model, x, classes[y], steps=2)
        assert report, str(report)
        # It is the accuracy that scikit-learn says
        assert report.lines[-1].name == "score"
        with pytest.raises(ValueError, match=r"y: expected the model's classes, \[.*\], got 7"):
            check(model, x, [7] * len(x), steps=2)


def test_a_model_of_one_class_is_refused():
    x = np.random.default_rng(0).normal(size=(20, 3))
    model, *_ = fitted(MLPClassifier, x, np.zeros(20, int), hidden_layer_sizes=(2,), random_state=0, max_iter=2)
    with pytest.raises(ValueError, match=r"model: expected at least two classes, got \[0\] alone"):
        check(model)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tiny_weights_and_gradients_are_told_apart_from_0(dtype):
    x, y = make_regression(n_samples=40, n_features=4, n_targets=2, random_state=0)
    model, *_ = fitted(
        MLPRegressor, x.astype(dtype), (y / 100).astype(dtype), hidden_layer_sizes=(5,), random_state=0, max_iter=2
    )
    model.coefs_ = [W * np.array(1e-12, dtype) for W in model.coefs_]
    report = check(model, steps=3)
    assert report, str(report)


def transposed(net):
    net.weights[0] = net.weights[0].T.copy()


def without_bias(net):
    net.biases[1] = np.zeros_like(net.biases[1])


def doubled(net):
    net.regularizer = L2(2 * net.regularizer.strength)


def single(net):
    for array in net.weights:
        array[...] = array.astype(np.float32)


BROKEN = {
    "a transposed weight": (transposed, "output of layer 1"),
    "forgotten biases": (without_bias, "output of layer 2"),
    "L2 doubled": (doubled, "penalty of the weights"),
    "float32 constants": (single, "output of layer 1"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_first_line_that_disagrees_is_what_was_broken(name):
    change, first = BROKEN[name]
    x, y = make_regression(n_samples=40, n_features=5, random_state=0)
    model, *_ = fitted(MLPRegressor, x, y / 100, hidden_layer_sizes=(5,), alpha=0.5, random_state=0, max_iter=3)
    net, _ = from_sklearn(model, batch_size=32)
    change(net)
    report = check(model, against=net, steps=3)
    assert not report
    assert next(line for line in report.lines if not line.agrees).name == first


@pytest.mark.parametrize(
    "wrong",
    [SGD(0.1), Nesterov(0.101, momentum=0.9), Nesterov(0.1, momentum=0.8), Momentum(0.1, momentum=0.9), Adam(0.1)],
    ids=repr,
)
def test_an_optimizer_is_compared_with_the_models_own(wrong):
    x, y = load_iris(return_X_y=True)
    settings = {"solver": "sgd", "learning_rate_init": 0.1, "momentum": 0.9, "random_state": 0, "max_iter": 2}
    model, *_ = fitted(MLPClassifier, x, y, hidden_layer_sizes=(5,), **settings)
    assert check(model, optimizer=Nesterov(0.1, momentum=0.9), steps=5)
    report = check(model, optimizer=wrong, steps=5)
    first = next(line for line in report.lines if not line.agrees)
    assert first.name in ("training, 1 step", "training, 5 steps")


def test_a_reason_excuses_no_other_factor_of_the_loss():
    x = np.random.default_rng(0).normal(size=(32, 4))
    model, *_ = fitted(MLPRegressor, x, x[:, :3], hidden_layer_sizes=(5,), max_iter=3, random_state=0)
    right = check(model, loss=Multiple(1.5, MeanSquaredError()), steps=3)
    assert right, str(right)
    for wrong in (Multiple(5, MeanSquaredError()), MeanSquaredError()):
        report = check(model, loss=wrong, steps=3)
        assert [line.agrees for line in report.lines if line.name in ("loss", "losses of the steps")] == [False] * 2


def test_a_model_without_steps_has_no_optimizer():
    with pytest.raises(ValueError, match=r"optimizer: expected None for a model that L-BFGS trains, got SGD\(0.1\)"):
        check(guide()[0], optimizer=SGD(0.1))
    assert not any("training" in line.name for line in check(guide()[0]).lines)


def test_a_net_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="against: expected a net of the model's shape"):
        check(guide()[0], against=from_sklearn(classifier()[0]))


def test_the_model_is_left_as_it_was():
    model, *_ = regressor()
    before, steps = [array.copy() for array in model.coefs_], model.t_
    check(model, steps=3)
    assert all((a == b).all() for a, b in zip(before, model.coefs_))
    assert model.t_ == steps


def saturated(dtype, classes):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(80, 5)).astype(dtype), rng.integers(0, 2, (80, 3))
    y = y if classes == "labels" else y @ [1, 0, 0] if classes == 2 else rng.integers(0, 3, 80)
    settings = {"solver": "sgd", "max_iter": 2, "random_state": 0, "momentum": 0, "activation": "tanh"}
    model, _, _ = fitted(MLPClassifier, x, y, hidden_layer_sizes=(4,), **settings)
    model.coefs_[1] *= 1000
    return model


@pytest.mark.parametrize("classes", [2, 3, "labels"])
@pytest.mark.parametrize(("dtype", "eps"), [("float32", "1.2e-07"), ("float64", "2.2e-16")])
def test_saturated_probabilities_are_a_known_reason(dtype, eps, classes):
    model = saturated(dtype, classes)
    found = check(model, steps=3)
    assert found, str(found)
    text = f"scikit-learn clips probabilities in the loss that it reports to [{eps}, 1 - {eps}]"
    assert {line.name: line.reason for line in found.lines if line.reason} == {
        "loss": text,
        "losses of the steps": text,
    }
    assert max(line.bound for line in found.lines if line.reason) < 1e-3
    side = adapter(model, None, None, None)
    exact = side.loss
    side.loss = lambda x, y: 1.001 * exact(x, y)
    (loss,) = [line for line in lines(side, problem(side, None, None, 3, 0)) if line.name == "loss"]
    assert not loss.agrees
