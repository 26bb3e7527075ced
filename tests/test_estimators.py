"""The estimators of scikit-learn's kind; scikit-learn's own checks of them are in test_estimator_checks.py."""

import inspect
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import MLP, datasets, losses
from npnet.activations import Softmax
from npnet.callbacks import EarlyStopping
from npnet.optimizers import SGD, Adam
from npnet.regularizers import L1L2
from npnet.schedules import ExponentialDecay
from reference.bounds.tolerance import assert_within, bound

pytest.importorskip("sklearn", "1.6")
from sklearn.base import clone
from sklearn.exceptions import DataConversionWarning, NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from npnet.estimators import NpnetClassifier, NpnetRegressor

X = np.random.default_rng(0).normal(size=(60, 3))
TWO = np.where(X.sum(axis=1) > 0, "yes", "no")
THREE = np.array(["low", "middle", "high"])[np.digitize(X[:, 0], [-0.5, 0.5])]
NUMBERS = X @ [1.0, -2.0, 0.5]
QUICK = {"hidden_layer_sizes": (8,), "learning_rate_init": 0.01, "max_iter": 100, "random_state": 0}


def seed_of(random_state):
    return int(np.random.RandomState(random_state).randint(np.iinfo(np.int32).max))


def same_bits(one, other):
    np.testing.assert_array_equal(one.net_.parameters, other.net_.parameters)


@pytest.mark.parametrize(("y", "output"), [(TWO, "sigmoid"), (THREE, "softmax")])
def test_a_fit_is_that_of_the_net(y, output):
    """With its defaults: batches, penalty, end, in float64."""
    model = NpnetClassifier(7, "tanh", random_state=3, l1=0.001, l2=0.01, batch_size=20, max_iter=9).fit(X, y)
    classes, labels = np.unique(y, return_inverse=True)
    net = MLP([3, 7, 1 if output == "sigmoid" else 3], "tanh", output, "float64", seed_of(3))
    stop = EarlyStopping("loss", 10, 1e-4)
    history = net.fit(X, labels, None, Adam(0.001), 9, 20, regularizer=L1L2(0.001, 0.01), callbacks=[stop])
    np.testing.assert_array_equal(model.net_.parameters, net.parameters)
    assert model.history_ == history
    assert model.loss_curve_ == history.loss.tolist()
    assert model.n_iter_ == history.epochs == 9
    assert model.classes_.tolist() == classes.tolist()


def test_a_fit_of_numbers_is_that_of_the_net():
    model = NpnetRegressor((4, 5), max_iter=5, loss="mae", optimizer=SGD(0.1), random_state=1).fit(X, NUMBERS)
    net = MLP([3, 4, 5, 1], dtype="float64", seed=seed_of(1))
    net.fit(X, NUMBERS, "mae", SGD(0.1), 5, 60)
    np.testing.assert_array_equal(model.net_.parameters, net.parameters)
    assert model.net_.loss == losses.MeanAbsoluteError()
    np.testing.assert_array_equal(model.predict(X), net.predict(X)[:, 0])


@pytest.mark.parametrize("samples", [150, 201, 450])
def test_a_batch_has_200_samples_if_there_are_so_many(samples):
    x = np.random.default_rng(1).normal(size=(samples, 2))
    seen = []
    NpnetRegressor(2, max_iter=1, optimizer=CountedSGD(seen)).fit(x, x[:, 0])
    assert len(seen) == {150: 1, 201: 2, 450: 3}[samples]


@pytest.mark.parametrize("options", [{"l1": 0.1}, {"l2": 0.1}, {"shuffle": False}], ids=str)
def test_each_option_is_that_of_the_net(options):
    model = NpnetRegressor(4, max_iter=2, optimizer=SGD(0.1), batch_size=16, random_state=1, **options).fit(X, NUMBERS)
    net, penalty = MLP([3, 4, 1], dtype="float64", seed=seed_of(1)), L1L2(options.get("l1", 0), options.get("l2", 0))
    net.fit(X, NUMBERS, "mse", SGD(0.1), 2, 16, shuffle=options.get("shuffle", True), regularizer=penalty)
    np.testing.assert_array_equal(model.net_.parameters, net.parameters)


def test_a_fit_shows_how_far_it_is_if_asked(capsys):
    NpnetRegressor(2, max_iter=1).fit(X, NUMBERS)
    assert capsys.readouterr().out == ""
    NpnetRegressor(2, max_iter=1, verbose=1).fit(X, NUMBERS)
    assert "loss" in capsys.readouterr().out


class CountedSGD(SGD):
    """An optimizer that counts its steps in a list of the caller's."""

    def __init__(self, seen):
        super().__init__(0.01)
        self.seen = seen

    def clone(self):
        return CountedSGD(self.seen)

    def update(self, w, g, out, *numbers):
        self.seen.append(1)
        return super().update(w, g, out, *numbers)


def test_parameters_that_are_scikit_learns_have_its_defaults():
    for ours, theirs in ((NpnetClassifier, MLPClassifier), (NpnetRegressor, MLPRegressor)):
        mine, known = (inspect.signature(kind).parameters for kind in (ours, theirs))
        shared = {name for name in mine if name in known and name != "loss"}
        assert {name: mine[name].default for name in shared} == {name: known[name].default for name in shared}
        assert {"hidden_layer_sizes", "learning_rate_init", "batch_size", "max_iter", "tol"} <= shared


def test_classes_and_their_probabilities():
    for y in (TWO, THREE, TWO == "yes"):
        model = NpnetClassifier(**QUICK).fit(X, y)
        p = model.predict_proba(X)
        assert p.shape == (60, len(np.unique(y)))
        assert_within(p.sum(axis=1), np.ones(60), bound(8, 1, "float64"))
        np.testing.assert_array_equal(model.predict(X), model.classes_[p.argmax(axis=1)])
        assert model.score(X, y) > 0.85
    assert model.net_.widths == (3, 8, 1)
    assert model.predict(X).dtype == bool


def test_samples_of_float32_make_a_net_of_float32():
    for dtype, expected in (("float32", "float32"), ("float64", "float64"), ("int64", "float64")):
        model = NpnetRegressor(2, max_iter=1).fit(X.astype(dtype), NUMBERS)
        assert model.net_.dtype == model.predict(X.astype(dtype)).dtype == expected


def test_several_numbers_of_a_sample():
    y = np.column_stack([NUMBERS, X[:, 0]])
    model = NpnetRegressor(**QUICK).fit(X, y)
    assert model.predict(X).shape == (60, 2)
    assert model.score(X, y) > 0.5
    with pytest.warns(DataConversionWarning):
        assert NpnetRegressor(2, max_iter=1).fit(X, NUMBERS[:, np.newaxis]).predict(X).shape == (60,)


# Weights


@pytest.mark.parametrize(("kind", "y"), [(NpnetClassifier, THREE), (NpnetRegressor, NUMBERS)])
def test_a_weight_is_how_often_a_sample_is_there(kind, y):
    """Whatever their size; all samples are in one batch. In one step, the two sums differ in their roundings alone."""
    weights = np.random.default_rng(1).integers(0, 4, 60)
    options = QUICK | {"shuffle": False, "max_iter": 1, "l2": 0.1, "optimizer": SGD(0.1)}
    repeated = kind(**options).fit(np.repeat(X, weights, axis=0), np.repeat(y, weights))
    for scale in (1, 1e-3):
        weighted = kind(**options).fit(X, y, scale * weights)
        assert_within(weighted.net_.parameters, repeated.net_.parameters, bound(400, 100, "float64"))
    other = kind(**options).fit(X, y)
    assert abs(other.net_.parameters - repeated.net_.parameters).max() > 1e-4


def test_one_pass_has_weights_too():
    weights = np.random.default_rng(1).uniform(0.5, 2, 60)
    options = {"optimizer": SGD(0.1), "random_state": 1, "shuffle": False}
    model = NpnetRegressor(4, **options).partial_fit(X, NUMBERS, weights)
    net = MLP([3, 4, 1], dtype="float64", seed=seed_of(1))
    net.fit(X, NUMBERS, "mse", SGD(0.1), 1, 60, sample_weight=weights, shuffle=False)
    np.testing.assert_array_equal(model.net_.parameters, net.parameters)


def test_a_class_without_weight_is_not_there():
    model = NpnetClassifier(**QUICK).fit(X, THREE, THREE != "low")
    assert model.classes_.tolist() == ["high", "middle"]
    with pytest.raises(ValueError, match="y: expected at least two classes, got 1 class, 'low'"):
        NpnetClassifier().fit(X, THREE, THREE == "low")
    with pytest.raises(ValueError, match="sample_weight: expected at least one weight above zero, got none"):
        NpnetClassifier().fit(X, THREE, np.zeros(60))
    with pytest.raises(ValueError, match="sample_weight: expected no negative weight, got -1"):
        NpnetRegressor().fit(X, NUMBERS, -np.ones(60))


# Parameters that do not fit


@pytest.mark.parametrize(
    "wrong",
    [
        {"hidden_layer_sizes": "8"}, {"hidden_layer_sizes": [0]},
        {"activation": "logistic"}, {"activation": ["relu"] * 2},
        {"activation": "softmax", "hidden_layer_sizes": 1}, {"activation": Softmax(0)}, {"loss": "log_loss"},
        {"optimizer": "lbfgs"}, {"learning_rate_init": 0}, {"learning_rate_init": [0.1, 0.2]}, {"l1": -1}, {"l2": -1},
        {"l1": np.ones(2)}, {"l2": "0"}, {"batch_size": 0}, {"batch_size": "all"}, {"batch_size": np.ones(2, int)},
        {"shuffle": "no"}, {"verbose": -1}, {"random_state": -1}, {"random_state": "0"}, {"random_state": 2**32},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("call", ["fit", "partial_fit"])
def test_an_error_names_the_estimators_own_parameter(wrong, call):
    name = next(iter(wrong))
    model = NpnetRegressor(**wrong)
    with pytest.raises(ValueError, match=rf"^{name}: expected .*, (got|but) "):
        getattr(model, call)(X, NUMBERS)
    assert not hasattr(model, "net_")


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_iter": 0}, {"tol": -1}, {"n_iter_no_change": 0}, {"validation_fraction": 0, "early_stopping": True},
        {"validation_fraction": 1e-9, "early_stopping": True},
    ],
    ids=str,
)  # fmt: skip
def test_an_error_about_the_end_of_a_training_names_the_estimators_own_parameter(wrong):
    model = NpnetClassifier(**wrong)
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))}: expected .*, got "):
        model.fit(X, THREE)
    assert not hasattr(model, "net_")


def test_an_optimizer_that_is_given_has_its_own_learning_rate():
    with pytest.raises(ValueError, match=r"^learning_rate: expected one number for a single net, got 2"):
        NpnetRegressor(optimizer=SGD([0.1, 0.2])).fit(X, NUMBERS)


# The end of a training


def test_training_ends_when_the_loss_no_longer_improves():
    model = NpnetRegressor(**QUICK | {"tol": 1e9, "n_iter_no_change": 3}).fit(X, NUMBERS)
    assert model.n_iter_ == len(model.loss_curve_) == 4
    assert NpnetRegressor(**QUICK | {"tol": 0, "max_iter": 7}).fit(X, NUMBERS).n_iter_ == 7


def test_early_stopping_keeps_the_parameters_that_were_best_on_other_samples():
    options = QUICK | {"learning_rate_init": 0.1, "hidden_layer_sizes": 50, "n_iter_no_change": 5}
    noise = np.random.default_rng(2).integers(0, 2, 60)
    model = NpnetClassifier(early_stopping=True, validation_fraction=0.25, **options).fit(X, noise)
    assert model.n_iter_ < 100
    assert model.history_.val_loss.argmin() == model.n_iter_ - 6
    net = MLP([3, 50, 1], output="sigmoid", dtype="float64", seed=seed_of(0))
    stop = EarlyStopping("val_loss", 5, 1e-4, restore_best=True)
    net.fit(X, noise, None, Adam(0.1), 100, 60, validation_split=0.25, callbacks=[stop])
    np.testing.assert_array_equal(model.net_.parameters, net.parameters)


# One pass at a time


@pytest.mark.parametrize(
    ("kind", "y", "first"), [(NpnetClassifier, THREE, {"classes": THREE}), (NpnetRegressor, NUMBERS, {})]
)
def test_passes_are_epochs(kind, y, first):
    options = QUICK | {"max_iter": 3, "batch_size": 16}
    once, parts = kind(**options).fit(X, y), kind(**options).partial_fit(X, y, **first)
    for _ in range(2):
        parts.partial_fit(X, y)
    same_bits(once, parts)
    assert parts.n_iter_ == 3
    assert parts.loss_curve_ == once.loss_curve_
    # A fit begins anew
    same_bits(parts.fit(X, y), once)


def test_a_pass_may_have_some_of_the_classes():
    model = NpnetClassifier(**QUICK).partial_fit(X[:9], np.full(9, "low"), classes=["high", "middle", "low"])
    assert model.classes_.tolist() == ["high", "low", "middle"]
    assert set(model.predict(X[:9])) <= set(model.classes_)
    for _ in range(60):
        model.partial_fit(X, THREE)
    assert model.score(X, THREE) > 0.8


def test_classes_are_known_from_the_first_pass_on():
    with pytest.raises(ValueError, match="classes: expected all classes in the first call of partial_fit, got None"):
        NpnetClassifier().partial_fit(X, THREE)
    with pytest.raises(ValueError, match=r"y: expected the classes \['high', 'low'\], got 'middle'"):
        NpnetClassifier().partial_fit(X, THREE, classes=["low", "high"])
    with pytest.raises(ValueError, match="expected at least two classes, got 1 class, 'low'"):
        NpnetClassifier().partial_fit(X, THREE, classes=["low"])
    model = NpnetClassifier(2).partial_fit(X, THREE, classes=THREE)
    with pytest.raises(ValueError, match="classes: expected those of the first call"):
        model.partial_fit(X, THREE, classes=["low", "high"])
    assert model.partial_fit(X, THREE, classes=THREE).n_iter_ == 2


def test_a_learning_rate_that_is_set_between_two_passes_counts():
    model = NpnetRegressor(**QUICK).partial_fit(X, NUMBERS)
    assert model.history_.learning_rate == 0.01
    assert model.set_params(learning_rate_init=0.5).partial_fit(X, NUMBERS).history_.learning_rate == 0.5


def test_an_optimizer_that_is_given_has_its_own_rate_and_is_left_alone():
    optimizer = Adam(ExponentialDecay(0.1, 1, 0.5))
    model = NpnetRegressor(2, optimizer=optimizer, tol=0, max_iter=3).fit(X, NUMBERS)
    assert model.history_.learning_rate.tolist() == [0.1, 0.05, 0.025]
    assert optimizer.iterations == 0
    for rate in (0.1, 0.05):
        part = model.partial_fit(X, NUMBERS) if rate < 0.1 else (model := clone(model)).partial_fit(X, NUMBERS)
        assert part.history_.learning_rate == rate


# What scikit-learn does with estimators


def test_a_pickled_estimator_goes_on_with_the_same_bits():
    model = NpnetClassifier(**QUICK).partial_fit(X, THREE, classes=THREE)
    copied = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copied.predict_proba(X), model.predict_proba(X))
    same_bits(copied.partial_fit(X, THREE), model.partial_fit(X, THREE))


def test_a_clone_is_not_fitted():
    model = clone(NpnetClassifier(**QUICK, optimizer=Adam(0.1)).fit(X, THREE))
    assert model.get_params()["hidden_layer_sizes"] == (8,)
    for method in (model.predict, model.predict_proba):
        with pytest.raises(NotFittedError):
            method(X)


def test_a_seed_repeats_a_fit_and_none_does_not():
    same_bits(NpnetClassifier(**QUICK).fit(X, TWO), NpnetClassifier(**QUICK).fit(X, TWO))
    first, second = (NpnetClassifier(2, max_iter=1).fit(X, TWO).net_ for _ in range(2))
    assert (first.parameters != second.parameters).any()


def test_a_data_frame_keeps_the_names_of_its_columns():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=["a", "b", "c"])
    model = NpnetClassifier(**QUICK).fit(frame, pandas.Series(TWO))
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    assert model.n_features_in_ == 3
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(frame[["c", "b", "a"]])


def test_a_grid_of_a_pipeline():
    x, y, x_test, y_test = datasets.iris_split()
    pipeline = make_pipeline(StandardScaler(), NpnetClassifier(16, max_iter=60, random_state=0))
    grid = GridSearchCV(pipeline, {"npnetclassifier__learning_rate_init": [1e-9, 0.01]}, cv=2).fit(x, y)
    assert grid.best_params_ == {"npnetclassifier__learning_rate_init": 0.01}
    assert grid.score(x_test, y_test) > 0.9


ANYTHING = st.sampled_from(
    [None, True, -1, 0, 2, 0.5, float("nan"), float("inf"), 2**70, 1j, "x", b"x", [], [1, "a"], {}, object()]
)
PARAMETERS = {
    "hidden_layer_sizes": [(3,), 2, ()],
    "activation": ["tanh", ["relu"]],
    "loss": [None],
    "optimizer": ["sgd", Adam(0.1)],
    "learning_rate_init": [0.1],
    "l1": [0.0],
    "l2": [0.1],
    "batch_size": ["auto", 10],
    "max_iter": [1],
    "shuffle": [False],
    "tol": [0.1],
    "n_iter_no_change": [1],
    "early_stopping": [True],
    "validation_fraction": [0.5],
    "verbose": [0],
    "random_state": [1],
}


@given(
    st.sampled_from([(NpnetClassifier, TWO), (NpnetClassifier, THREE), (NpnetRegressor, NUMBERS)]),
    st.fixed_dictionaries({}, optional={name: st.sampled_from(right) | ANYTHING for name, right in PARAMETERS.items()}),
    st.sampled_from([None, np.ones(60)]) | ANYTHING,
)
def test_parameters_that_are_anything_are_used_or_refused(one, parameters, weights):
    kind, y = one
    model = kind(**{"max_iter": 1, **parameters})
    classes = [np.unique(y)] * (kind is NpnetClassifier)
    for fit, first in ((model.fit, []), (model.partial_fit, classes)):
        try:
            fit(X, y, *first, sample_weight=weights)
        except ValueError as error:  # noqa: PERF203
            assert type(error) is ValueError
