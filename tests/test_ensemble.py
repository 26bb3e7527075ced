"""Member k of an ensemble is the net that is trained alone."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import MLP, Ensemble
from npnet.activations import LeakyReLU
from npnet.network import Evaluation
from npnet.optimizers import SGD, Adam
from npnet.regularizers import L1, L1L2, L2
from npnet.schedules import ExponentialDecay
from reference.bounds.tolerance import assert_within, bound
from tests.strategies import problems, seeds
from tests.test_network import bounds

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 2))
LABELS = (X.sum(axis=1) > 0).astype(int)


def classifiers(members=3, **options):
    return Ensemble([2, 4, 2], output="softmax", seeds=range(members), **options)


@given(problems(max_hidden=3, max_width=9, max_batch=16), st.integers(1, 5), seeds)
def test_losses_gradients_and_outputs_are_those_of_each_net_alone(problem, members, seed):
    rng, net = np.random.default_rng(seed), problem.net
    nets = [net] + [net.copy() for _ in range(members - 1)]
    for other in nets[1:]:
        other.parameters = rng.normal(size=net.parameters.shape)
    ensemble = Ensemble.from_nets(nets)
    arguments = problem.x, problem.y, problem.loss, problem.regularizer
    values, gradients = ensemble.loss_and_gradient(*arguments)
    evaluation = ensemble.evaluate(*arguments)
    assert values.shape == (members,)
    assert gradients.shape == ensemble.parameters.shape == (net.parameters.size, members)
    for k, problem.net in enumerate(nets):
        value, gradient = problem.net.loss_and_gradient(*arguments)
        value_limit, gradient_limit = bounds(problem)
        assert_within(values[k], value, 2 * value_limit)
        assert_within(evaluation.loss[k], value, 2 * value_limit)
        assert_within(gradients[:, k], gradient, 2 * gradient_limit)


def test_member_k_is_the_net_that_seed_k_makes():
    ensemble = Ensemble([2, 4, 2], ["tanh"], "softmax", seeds=[7, 3], bias_initializer="normal")
    assert len(ensemble) == 2
    for k, (seed, net) in enumerate(zip([7, 3], ensemble)):
        alone = MLP([2, 4, 2], ["tanh"], "softmax", seed=seed, bias_initializer="normal")
        np.testing.assert_array_equal(net.parameters, alone.parameters)
        np.testing.assert_array_equal(ensemble[k - 2].parameters, alone.parameters)
        assert_within(ensemble(X)[..., k], alone(X), bound(200, 1, "float32"))
    assert len(Ensemble([2, 1], members=4)) == 4
    assert (np.ptp(Ensemble([2, 1], members=4).weights[0], axis=-1) > 0).all()


def test_layers_are_views_of_the_parameters():
    ensemble = classifiers()
    ensemble.weights[0][...] = 5
    ensemble.biases[1][:, 1] = 7
    assert ensemble.parameters.shape == (22, 3)
    assert (ensemble.parameters[:8] == 5).all()
    assert ensemble[1].biases[1].tolist() == [7, 7]
    other = pickle.loads(pickle.dumps(ensemble))
    other.weights[0][...] = 6
    assert (other.parameters[:8] == 6).all()
    assert (ensemble.parameters[:8] == 5).all()
    assert (ensemble.copy().parameters == ensemble.parameters).all()


def test_a_member_that_is_taken_out_is_a_copy():
    ensemble = classifiers()
    ensemble[0].parameters[...] = 9
    np.testing.assert_array_equal(ensemble.parameters, classifiers().parameters)


def test_threads_may_predict_with_one_ensemble_at_once():
    ensemble = Ensemble([20, 16, 16], seeds=range(20))
    batches = [np.random.default_rng(k).normal(size=(30, 20)) for k in range(40)]
    expected = [ensemble.predict(x) for x in batches]
    with ThreadPoolExecutor(4) as pool:
        for actual, value in zip(pool.map(ensemble.predict, batches), expected):
            np.testing.assert_array_equal(actual, value)


def test_evaluate_measures_each_member():
    ensemble = classifiers()
    evaluation = ensemble.evaluate(X, LABELS)
    assert isinstance(evaluation, Evaluation)
    assert evaluation.accuracy.tolist() == [net.evaluate(X, LABELS).accuracy for net in ensemble]
    assert ensemble.evaluate(X, X, "mse").accuracy is None


def test_the_summary_is_that_of_one_net():
    assert classifiers().summary() == classifiers()[0].summary()
    assert repr(classifiers()) == "Ensemble([2, 4, 2], [relu, softmax], float32, members=3)"
    assert classifiers().multiply_adds == 16
    assert classifiers().describe(1) == "layer 1 (2 -> 4, relu)"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Ensemble([2, 1]), "members: expected a whole number >= 1, or seeds"),
        (lambda: Ensemble([2, 1], members=0), "members: expected a whole number >= 1, got 0"),
        (lambda: Ensemble([2, 1], members=2, seeds=[1]), "seeds: expected one for each of 2 members, got 1"),
        (lambda: Ensemble([2, 1], seeds=[]), "seeds: expected at least one, got none"),
        (lambda: Ensemble([2, 1], seeds=3), "seeds: expected one for each member, such as range"),
        (lambda: Ensemble([2, 1], seeds=[0, -1]), "^seeds: expected a whole number >= 0, got -1"),
        (lambda: Ensemble.from_nets([]), "nets: expected at least one MLP"),
        (lambda: Ensemble.from_nets([MLP([2, 1]), 3]), "nets: expected at least one MLP"),
        (lambda: Ensemble.from_nets([MLP([2, 1]), MLP([2, 1], dtype="float64")]), "nets: expected nets of one shape"),
        (lambda: Ensemble.from_nets([MLP([2, 1, 1]), MLP([2, 1, 1], "tanh")]), "nets: expected nets of one shape"),
        (lambda: Ensemble.from_nets([MLP([2, 1], output=LeakyReLU(a)) for a in (0.1234567, 0.12345674)]), "of one"),
        (lambda: L1L2([0.1], [0.1, 0.2]), "l2: expected as many numbers as l1 has, 1, got 2"),
        (lambda: classifiers().fit(X, LABELS, regularizer=L1L2(0.1, [1, 2])), "l2: expected a number for each"),
        (lambda: ExponentialDecay([0.1, 0.2], 1, [0.5, 0.6, 0.7]), "decay_rate: expected as many numbers as initial_"),
        (lambda: Adam([0.1, 0.2], epsilon=[1, 2, 3]), "expected as many numbers as"),
        (lambda: classifiers()[1:], "index: expected one member; Ensemble.from_nets"),
        (lambda: Ensemble.from_nets([MLP([2, 1]), MLP([3, 1])]), r"nets: expected nets of one shape, MLP\(\[2, 1\]"),
        (lambda: classifiers()[3], "index: expected a member from -3 to 2, got 3"),
        (lambda: classifiers()[-4], "index: expected a whole number >= -3, got -4"),
        (lambda: classifiers().fit(X, LABELS, optimizer=SGD([1, 2])), "learning_rate: expected a number for each"),
        (lambda: classifiers().fit(X, LABELS, regularizer=L2([1, 2])), "strength: expected a number for each of the 3"),
        (lambda: classifiers()[0].fit(X, LABELS, optimizer=SGD([1, 2])), "learning_rate: expected one number for a"),
        (lambda: classifiers()[0].evaluate(X, LABELS, regularizer=L1([1])), "strength: expected one number for a"),
        (lambda: SGD([0.1, -1]), "learning_rate: expected a finite number > 0, got -1"),
        (lambda: SGD([[0.1]]), r"learning_rate: expected a number, or a vector .* got shape \(1, 1\)"),
        (lambda: L2([]), "strength: expected a number, or a vector"),
        (lambda: L2([1.0, 2.0])(np.ones((2, 3))), "strength: expected a number for each of the 3 members, got 2"),
        (lambda: classifiers().fit(X, LABELS, epochs=1).member(3), "index: expected a member from -3 to 2, got 3"),
        (lambda: MLP([2, 1], seed=0).fit(X, LABELS).member(0), "history: expected that of an ensemble"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_members_have_the_ensembles_layers_without_biases_and_penalties():
    options = {"hidden": "tanh", "output": "softmax", "dtype": "float64", "use_bias": [False, True]}
    strengths = [0.1, 0.2, 0.4]
    ensemble = Ensemble([2, 4, 2], seeds=range(3), kernel_regularizer=[L2(strengths), None], **options)
    values, gradients = ensemble.loss_and_gradient(X, LABELS)
    for k, strength in enumerate(strengths):
        member = ensemble[k]
        assert repr(member) == repr(MLP([2, 4, 2], seed=k, kernel_regularizer=[L2(strength), None], **options))
        assert repr(ensemble.part(slice(k, k + 1))).endswith(f"(L2([{strength:g}]), None))")
        value, gradient = member.loss_and_gradient(X, LABELS)
        assert_within(values[k], value, bound(300, 1 + value, "float64"))
        assert_within(gradients[:, k], gradient, bound(300, 1 + value, "float64"))
    for net, other in ((MLP([2, 1]), MLP([2, 1], use_bias=False)), (MLP([2, 1]), MLP([2, 1], kernel_regularizer="l2"))):
        with pytest.raises(ValueError, match="nets: expected nets of one shape"):
            Ensemble.from_nets([net, other])
    together = Ensemble.from_nets([MLP([2, 3, 1], use_bias=False, kernel_regularizer="l2", seed=k) for k in range(2)])
    assert (
        repr(together)
        == "Ensemble([2, 3, 1], [relu, identity], float32, members=2, use_bias=False, regularizer=L2(0.01))"
    )


@pytest.mark.parametrize("use_bias", [False, [False, True], [True, False]])
def test_members_without_biases_train_as_each_does_alone(use_bias):
    options = {"epochs": 4, "batch_size": 16, "optimizer": SGD(0.1), "regularizer": [L2(0.1), None]}
    ensemble = classifiers(use_bias=use_bias, dtype="float64", hidden="tanh")
    nets = list(ensemble)
    history = ensemble.fit(X, LABELS, **options, seed=1)
    for k, net in enumerate(nets):
        alone = net.fit(X, LABELS, **options, seed=1)
        # Some hundred roundings a step in a net this small, and steps that do not magnify them much
        assert_within(history.loss[:, k], alone.loss, bound(5000, 2, "float64"))
        assert_within(ensemble[k].parameters, net.parameters, bound(5000, 4, "float64"))


def test_a_part_has_members():
    nets = Ensemble([2, 1], seeds=range(3))
    for wrong in (slice(3, 5), slice(1, 1), slice("a"), slice(0, 2, 0), [0, 1], 1):
        with pytest.raises(ValueError, match="members: expected a slice with some of 3 members, got"):
            nets.part(wrong)
    assert len(nets.part(slice(-2, 9))) == 2
