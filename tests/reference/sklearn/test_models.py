"""scikit-learn's perceptrons to nets and back: outputs, ten more steps of ``partial_fit``, and all that is refused."""

import doctest
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from npnet import MLP
from npnet.optimizers import SGD, Adam, Momentum, Nesterov
from npnet.regularizers import L1
from npnet.schedules import ExponentialDecay
from reference import from_sklearn, to_sklearn
from reference.bounds.errors import output_bound
from reference.bounds.multiples import Multiple
from reference.bounds.tolerance import assert_within
from reference.sklearn import models
from tests.reference.steps import ROUNDINGS, npnet_steps, unit

BATCH, DTYPES = 24, ("float32", "float64")


def data(kind, dtype):
    """Samples, labels as scikit-learn takes them, and as npnet does."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(BATCH, 3)).astype(dtype)
    if kind in ("a number", "numbers"):
        y = rng.normal(size=(BATCH, 3) if kind == "numbers" else BATCH).astype(dtype)
        return x, y, y
    if kind == "labels":
        y = rng.integers(0, 2, (BATCH, 4))
        return x, y, y
    classes = np.array(["no", "yes"] if kind == "two classes" else ["high", "low", "middle"])
    places = np.arange(BATCH) % len(classes)
    return x, classes[places], places


def fitted(kind, dtype, **settings):
    x, y, _ = data(kind, dtype)
    make = MLPRegressor if kind in ("a number", "numbers") else MLPClassifier
    settings = {"hidden_layer_sizes": (5,), "activation": "tanh", "learning_rate_init": 0.01, "max_iter": 3} | settings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return make(**settings, random_state=0).fit(x, y)


KINDS = ["a number", "numbers", "two classes", "classes", "labels"]
SOLVERS = {
    "adam": {"solver": "adam"},
    "sgd": {"solver": "sgd", "momentum": 0.0},
    "momentum": {"solver": "sgd", "momentum": 0.5, "nesterovs_momentum": False},
    "nesterov": {"solver": "sgd", "momentum": 0.5},
}


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_net_has_the_models_outputs(dtype, activation):
    for kind in KINDS:
        model, x = fitted(kind, dtype, activation=activation), data(kind, dtype)[0]
        net = from_sklearn(model)
        theirs = model.predict(x) if hasattr(model, "out_activation_") and not hasattr(model, "classes_") else None
        theirs = model.predict_proba(x) if theirs is None else theirs.reshape(BATCH, -1)
        if kind == "two classes":
            theirs = theirs[:, 1:]
        assert net.dtype == theirs.dtype == dtype
        wide = net.astype("longdouble")
        assert_within(theirs, wide.predict(x), output_bound(wide, x.astype("longdouble"), dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("kind", KINDS)
def test_ten_more_steps_of_partial_fit_are_npnets_and_come_back(kind, solver, dtype):
    x, y, labels = data(kind, dtype)
    model = fitted(kind, dtype, alpha=0.25, **SOLVERS[solver])
    net, optimizer = from_sklearn(model, batch_size=BATCH)
    assert net.regularizer.strength == 0.25 / BATCH
    for _ in range(10):
        loss = net.evaluate(x, labels).loss
        model.partial_fit(x, y)
        npnet_steps(net, optimizer, x, labels, steps=1)
        if kind != "numbers":
            # The mean over several numbers is what scikit-learn reports, and their sum what it minimizes
            assert model.loss_ == pytest.approx(loss, rel=ROUNDINGS * unit(dtype))
    back, returned = from_sklearn(model, batch_size=BATCH)
    np.testing.assert_allclose(back.parameters, net.parameters, rtol=0, atol=ROUNDINGS * unit(dtype))
    assert returned == optimizer
    # Of SGD nothing counts the steps
    assert returned.iterations == (optimizer.iterations if solver == "adam" else 0)
    npnet_steps(back, returned, x, labels)
    for _ in range(10):
        model.partial_fit(x, y)
    np.testing.assert_allclose(back.parameters, from_sklearn(model).parameters, rtol=0, atol=ROUNDINGS * unit(dtype))


def test_of_several_numbers_scikit_learn_reports_the_mean_and_minimizes_the_sum():
    x, y, _ = data("numbers", "float64")
    model = fitted("numbers", "float64", alpha=0.0)
    net = from_sklearn(model)
    assert net.loss == Multiple(1.5, MLP([1, 1]).loss)
    model.partial_fit(x, y)
    assert model.loss_ * 3 == pytest.approx(net.evaluate(x, y).loss, rel=1e-14)


def test_settings_that_come_after_the_fit_change_nothing_as_in_partial_fit():
    model = fitted("a number", "float64", solver="adam", learning_rate_init=0.01)
    model.set_params(learning_rate_init=0.5, beta_1=0.5)
    assert from_sklearn(model, batch_size=BATCH)[1] == Adam(0.01, epsilon=1e-8)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "optimizer",
    [SGD(0.0625), Adam(0.01, epsilon=1e-3), Momentum(0.0625, 0.5), Nesterov(0.0625, 0.5)],
    ids=lambda one: type(one).__name__,
)
def test_a_net_goes_on_in_scikit_learn_as_it_would_have_here(optimizer, kind, dtype):
    x, y, labels = data(kind, dtype)
    model = fitted(kind, dtype, alpha=0.25, solver="sgd", momentum=0.0)
    net, _ = from_sklearn(model, batch_size=BATCH)
    classes = model.classes_ if kind in ("two classes", "classes") else None
    optimizer = optimizer.clone()
    moved = to_sklearn(net, optimizer, BATCH, classes)
    np.testing.assert_array_equal(moved.predict(x), model.predict(x))
    assert (from_sklearn(moved).parameters == net.parameters).all()
    npnet_steps(net, optimizer, x, labels)
    for _ in range(10):
        moved.partial_fit(x, y)
    np.testing.assert_allclose(net.parameters, from_sklearn(moved).parameters, rtol=0, atol=ROUNDINGS * unit(dtype))


def test_a_model_without_an_optimizer_predicts():
    net = MLP([3, 1], seed=0)
    assert (from_sklearn(to_sklearn(net)).parameters == net.parameters).all()


def regressor(**settings):
    return fitted("a number", "float64", **settings)


def mixed():
    model = regressor()
    model.coefs_[0] = model.coefs_[0].astype("float32")
    return model


class Own(MLPRegressor):
    """A model of the user's own."""


REFUSED = {
    "a pipeline": (
        make_pipeline(StandardScaler(), MLPRegressor()), r"got Pipeline; of a pipeline it is the last step"),
    "a subclass": (Own(), r"expected an MLPClassifier or an MLPRegressor, got Own"),
    "not fitted": (MLPRegressor(), r"expected a fitted one, got one without weights"),
    "two dtypes": (mixed, r"expected weights of one dtype, got float32 and float64"),
    "poisson": (
        lambda: MLPRegressor("poisson", max_iter=1, solver="lbfgs", tol=1e9).fit([[0.0], [1.0]], [1.0, 2.0]),
        r"expected a loss that npnet has, got 'poisson'"),
    "L-BFGS": (lambda: regressor(solver="lbfgs"), r"expected the solver adam or sgd, got lbfgs"),
    "early stopping": (lambda: regressor(early_stopping=True), r"expected early_stopping=False"),
    "a momentum of 1": (
        lambda: regressor(solver="sgd", momentum=1.0), r"expected settings that npnet has, but momentum: .* got 1.0$"),
    "a rate that falls": (
        lambda: regressor(solver="sgd", learning_rate="invscaling"), r"expected learning_rate='constant', got 'invs"),
    "an adaptive rate": (
        lambda: regressor(solver="sgd", learning_rate="adaptive"), r"expected learning_rate='constant', got 'adapt"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_npnet_can_not_express_is_refused_by_name(name):
    model, message = REFUSED[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = model() if callable(model) else model
    with pytest.raises(ValueError, match=f"^model: .*{message}"):
        from_sklearn(model, batch_size=BATCH)


@pytest.mark.parametrize("size", [0, -1, 2.5, True])
def test_a_batchs_size_is_a_whole_number(size):
    with pytest.raises(ValueError, match="batch_size: expected a whole number of at least 1, got"):
        from_sklearn(regressor(), batch_size=size)


REFUSED_NETS = {
    "longdouble": (MLP([3, 1], dtype="longdouble"), r"expected one of float32 or float64"),
    "two activations": (MLP([3, 4, 4, 1], ["tanh", "relu"]), r"expected one of scikit-learn's activations"),
    "leaky ReLU": (MLP([3, 4, 1], "leaky_relu"), r"expected one of scikit-learn's activations.*leaky_relu"),
    "tanh output": (MLP([3, 1], output="tanh"), r"expected an identity, a softmax .*got tanh of 1"),
    "softmax of two": (
        MLP([3, 2], output="softmax"),
        r"expected an identity, a softmax of at least 3.*got softmax of 2",
    ),
    "no biases": (MLP([3, 1], use_bias=False), r"expected layers with biases"),
}


@pytest.mark.parametrize("name", REFUSED_NETS)
def test_a_net_that_scikit_learn_does_not_have_is_refused(name):
    net, message = REFUSED_NETS[name]
    with pytest.raises(ValueError, match=f"^net: {message}"):
        to_sklearn(net)


def test_a_training_that_scikit_learn_does_not_have_is_refused():
    net = MLP([3, 1], seed=0)
    with pytest.raises(ValueError, match=r"net: expected the loss that scikit-learn minimizes, Multiple\(0.5"):
        to_sklearn(net, SGD())
    net.loss = models.minimized(net)
    with pytest.raises(ValueError, match="optimizer: expected a constant learning rate"):
        to_sklearn(net, SGD(ExponentialDecay(0.1, 10, 0.5)))
    used = Adam()
    used.step(net.copy().parameters, net.parameters)
    with pytest.raises(
        ValueError, match="optimizer: expected one without moments, which scikit-learn takes in private"
    ):
        to_sklearn(net, used)
    with pytest.raises(ValueError, match=r"optimizer: expected SGD .*Adam with an epsilon above 0, got Adam"):
        to_sklearn(net, Adam(epsilon=0))
    net.regularizer = "l2"
    with pytest.raises(
        ValueError, match="batch_size: expected the samples of a batch, which scikit-learn divides alpha"
    ):
        to_sklearn(net, SGD())
    net.regularizer = L1(0.5)
    with pytest.raises(ValueError, match=r"net: expected one L2 penalty for all layers, got L1\(0.5\)"):
        to_sklearn(net, SGD(), 8)
    with pytest.raises(ValueError, match="classes: expected None for an output of identitys"):
        to_sklearn(net, classes=["a"])
    with pytest.raises(ValueError, match="classes: expected 2 different ones, sorted"):
        to_sklearn(MLP([3, 1], output="sigmoid"), classes=["b", "a"])


def test_examples_run():
    assert doctest.testmod(models, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0
