"""Lockstep: groups of members, members that are frozen, and what callbacks may change between two epochs."""

import copy
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npnet import MLP, Ensemble
from npnet.activations import ELU, LeakyReLU
from npnet.clipping import ClipByNorm
from npnet.engine import tuning
from npnet.engine.stepping import Objective
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, RMSProp
from npnet.regularizers import L1, L1L2, L2
from npnet.schedules import ExponentialDecay
from npnet.training import DivergenceError
from reference.bounds import cases
from reference.bounds.tolerance import assert_within, bound
from tests.strategies import seeds
from tests.test_optimizers import optimizer_kinds

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 2))
LABELS = (X.sum(axis=1) > 0).astype(int)


def classifiers(members=3, **options):
    return Ensemble([2, 4, 2], output="softmax", seeds=range(members), **options)


def separately(ensemble, optimizers_, regularizers_, **options):
    """Train copies of the members one after another."""
    nets = [net.copy() for net in ensemble]
    histories = [
        net.fit(X, LABELS, optimizer=copy.deepcopy(o), regularizer=r, **options)
        for net, o, r in zip(nets, optimizers_, regularizers_)
    ]
    return nets, histories


def nudged(net, optimizer, regularizer, **options):
    """How far the roundings of a training can move the parameters: those of a net that starts a few roundings off."""
    rng, ends = np.random.default_rng(5), []
    for size in (0, 1, 1, 1):
        moved = net.copy()
        moved.parameters += (
            size * rng.choice([-1, 1], net.parameters.size) * bound(100, abs(net.parameters) + 1, net.dtype)
        )
        moved.fit(X, LABELS, optimizer=copy.deepcopy(optimizer), regularizer=regularizer, **options)
        ends.append(moved.parameters)
    return 4 * max(abs(end - ends[0]).max() for end in ends[1:])


HIDDEN = ["tanh", "sigmoid", "softmax", "identity", "relu", "softplus", "gelu", LeakyReLU(0.3), ELU(0.3)]


@optimizer_kinds
@pytest.mark.parametrize("grouping", ["one group", "many groups", "each alone"])
@given(
    hidden=st.lists(st.tuples(st.sampled_from(HIDDEN), st.integers(1, 6)), max_size=3),
    pair=st.sampled_from(cases.PAIRS),
    regularizer=st.sampled_from([None, L1(0.01), L2(0.01), L1L2(0.01, 0.02)]),
    members=st.integers(1, 4),
    batch=st.sampled_from([None, 16, 40]),
    seed=seeds,
)
@settings(max_examples=30)
def test_fit_trains_each_member_as_if_it_were_alone(
    optimizer, grouping, hidden, pair, regularizer, members, batch, seed
):
    output, loss = pair
    widths = [
        2,
        *(max(n, 2 if f == "softmax" else 1) for f, n in hidden),
        2 if loss.labels == "distributions" or output == "softmax" else 1,
    ]
    ensemble = Ensemble(
        widths, [f for f, _ in hidden], output, dtype="float64", seeds=range(seed, seed + members),
        bias_initializer="normal",
    )  # fmt: skip
    options = {"epochs": 2, "batch_size": batch, "shuffle": True, "seed": 4, "validation_data": (X[:9], LABELS[:9])}
    first = list(ensemble)
    nets, histories = separately(ensemble, [optimizer] * members, [regularizer] * members, loss=loss, **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tuning, "GROUP_BYTES", 8 << 20 if grouping == "one group" else 4000)
        patch.setattr(tuning, "ALONE", 0 if grouping == "each alone" else 1 << 18)
        history = ensemble.fit(X, LABELS, loss, copy.deepcopy(optimizer), regularizer=regularizer, **options)
    for k, net in enumerate(nets):
        limit = nudged(first[k], optimizer, regularizer, loss=loss, **options)
        assert_within(ensemble[k].parameters, net.parameters, limit)
        assert_within(history.loss[:, k], histories[k].loss, 20 * limit * (1 + abs(net.parameters).sum()))
        assert_within(history.learning_rate[:, k], histories[k].learning_rate, bound(2, 1, "float64"))
        if histories[k].val_accuracy is not None:
            assert history.val_accuracy[:, k].tolist() == histories[k].val_accuracy.tolist()


@pytest.mark.parametrize("pair", [("softmax", "categorical_crossentropy"), ("sigmoid", "binary_crossentropy")])
def test_members_share_the_weights_of_the_samples_however_they_are_grouped(grouping, pair):
    output, loss = pair
    y = LABELS if output == "softmax" else np.column_stack([LABELS, X[:, 0] > 0]).astype(int)
    options = {
        "epochs": 2, "batch_size": 16, "shuffle": True, "seed": 4, "sample_weight": np.arange(40),
        "validation_data": (X[:9], y[:9], np.arange(9)), "validation_batch_size": 4,
    }  # fmt: skip
    ensemble = Ensemble([2, 4, 2], output=output, dtype="float64", seeds=range(5))
    nets = list(ensemble)
    alone = [net.fit(X, y, loss, SGD(0.1), **options) for net in nets]
    history = ensemble.fit(X, y, loss, SGD(0.1), **options)
    for k, net in enumerate(nets):
        # 6 steps at a tenth, on losses of some 20 times a cross-entropy of order 1
        assert_within(ensemble[k].parameters, net.parameters, bound(6 * 200, 20 * (1 + abs(net.parameters)), "float64"))
        for name in ("loss", "val_loss", "val_accuracy"):
            one = getattr(alone[k], name)
            assert_within(getattr(history, name)[:, k], one, bound(6 * 200, 20 * (1 + one), "float64"))


def test_a_grid_of_settings_in_one_run_equals_separate_runs():
    rates, strengths, decays = [0.3, 0.1, 0.03], [0.0, 0.1, 0.01], [0.5, 0.9, 1.0]
    ensemble = Ensemble([2, 5, 2], "tanh", "softmax", dtype="float64", seeds=[1, 1, 1])
    start = ensemble[0]
    history = ensemble.fit(
        X, LABELS, optimizer=SGDM(ExponentialDecay(rates, 1, decays), beta=[0.9, 0.5, 0.0]), epochs=4, batch_size=8,
        regularizer=L2(strengths),
    )  # fmt: skip
    for k in range(3):
        options = {"epochs": 4, "batch_size": 8}
        chosen = SGDM(ExponentialDecay(rates[k], 1, decays[k]), beta=[0.9, 0.5, 0.0][k]), L2(strengths[k])
        nets, histories = separately([start], [chosen[0]], [chosen[1]], **options)
        limit = nudged(start, *chosen, **options)
        assert_within(ensemble[k].parameters, nets[0].parameters, limit)
        assert_within(history.learning_rate[:, k], histories[0].learning_rate, bound(4, 1, "float64"))
    assert len({tuple(net.parameters) for net in ensemble}) == 3


def diverging(members=4):
    """An ensemble whose member 1 diverges, with the rates that do it."""
    ensemble = Ensemble([2, 4, 1], seeds=range(members))
    return ensemble, np.where(np.arange(members) == 1, 1e4, 0.01)


def test_a_diverging_member_is_frozen_and_changes_no_bit_of_the_others():
    ensemble, rates = diverging()
    calm, first = ensemble.copy(), ensemble[1]
    history = ensemble.fit(X, X.sum(axis=1), optimizer=SGD(rates), epochs=20, batch_size=16)
    rates[1] = 0.01
    expected = calm.fit(X, X.sum(axis=1), optimizer=SGD(rates), epochs=20, batch_size=16)
    others = [0, 2, 3]
    np.testing.assert_array_equal(ensemble.parameters[:, others], calm.parameters[:, others])
    np.testing.assert_array_equal(history.loss[:, others], expected.loss[:, others])
    assert np.isfinite(ensemble.parameters).all()
    with pytest.raises(DivergenceError) as error:
        first.fit(X, X.sum(axis=1), optimizer=SGD(1e4), epochs=20, batch_size=16)
    assert list(history.frozen) == [1]
    assert history.frozen[1][:2] == (error.value.epoch, error.value.batch)
    assert history.frozen[1].what in str(error.value)
    size = abs(first.parameters).max()
    assert_within(ensemble[1].parameters, first.parameters, bound(1e4, size, "float32"))
    assert np.isnan(history.loss[history.frozen[1].epoch :, 1]).all()
    assert history.member(1).epochs == history.frozen[1].epoch
    assert np.isfinite(history.member(1).loss).all()
    assert history.member(1).frozen == history.frozen
    assert repr(history).endswith("(medians of 4 members, 1 frozen))")
    assert "learning_rate 0.01" in repr(history)
    calm.fit(X, X.sum(axis=1), optimizer=SGD([0.01, 0.01, 0.02, 0.01]), epochs=1)
    assert "learning_rate" not in repr(calm.fit(X, X.sum(axis=1), optimizer=SGD([0.01, 0.01, 0.02, 0.01])))


@pytest.fixture(params=["one group", "many groups", "each alone"])
def grouping(request, monkeypatch):
    """How the members are split."""
    monkeypatch.setattr(tuning, "GROUP_BYTES", 8 << 20 if request.param == "one group" else 3000)
    monkeypatch.setattr(tuning, "ALONE", 0 if request.param == "each alone" else 1 << 18)
    return request.param


@optimizer_kinds
def test_a_member_that_diverges_late_changes_no_bit_of_the_others(optimizer, grouping):
    def run(diverge):
        ensemble = Ensemble([2, 4, 2], output="softmax", seeds=range(5))

        def callback(net, history):
            if diverge and history.epochs == 2:
                net.parameters[:, 3] = 3e38

        history = ensemble.fit(
            X, LABELS, "categorical_crossentropy", copy.deepcopy(optimizer), epochs=5, batch_size=16,
            regularizer=L2(0.1), callbacks=[callback],
        )  # fmt: skip
        return ensemble, history

    (calm, expected), (ensemble, history) = run(False), run(True)
    others = [0, 1, 2, 4]
    np.testing.assert_array_equal(ensemble.parameters[:, others], calm.parameters[:, others])
    np.testing.assert_array_equal(history.loss[:, others], expected.loss[:, others])
    assert {k: (reason.epoch, reason.batch) for k, reason in history.frozen.items()} == {3: (2, 0)}
    assert history.epochs == 5
    assert (ensemble.parameters[:, 3] == np.float32(3e38)).all()
    assert np.isnan(history.loss[:, 3]).tolist() == [False, False, True, True, True]


def test_what_a_callback_writes_is_where_the_next_epoch_starts(grouping):
    ensemble = classifiers(6)

    def start_again(net, history):
        net.parameters = classifiers(6).parameters

    history = ensemble.fit(X, LABELS, epochs=3, optimizer=SGD(0.1), shuffle=False, callbacks=[start_again])
    np.testing.assert_array_equal(history.loss, np.tile(history.loss[0], (3, 1)))


def test_a_callback_can_change_the_learning_rate(grouping):
    optimizer = SGD(0.1)

    def halve(net, history):
        optimizer.learning_rate = np.array([1.0, 2.0, 3.0]) * optimizer.learning_rate / 2

    history = classifiers(3).fit(X, LABELS, epochs=3, optimizer=optimizer, callbacks=[halve])
    factors = [1, 0.5, 0.25] * np.array([[1, 2, 3]]).T ** [[0, 1, 2]]
    assert_within(history.learning_rate, 0.1 * factors.T, bound(6, 1, "float64"))


def test_the_optimizers_rate_is_that_of_the_last_epoch(grouping):
    optimizer = SGD(ExponentialDecay(0.2, 1, 0.5))
    classifiers(3).fit(X, LABELS, epochs=3, optimizer=optimizer)
    assert optimizer.learning_rate == 0.05


def test_what_a_callback_writes_after_the_last_epoch_stays(grouping):
    ensemble = classifiers(6)
    first = ensemble.parameters.copy()

    def restore(net, history):
        net.parameters = first
        return history.epochs == 2

    ensemble.fit(X, LABELS, epochs=5, optimizer=SGD(0.1), callbacks=[restore])
    np.testing.assert_array_equal(ensemble.parameters, first)


def test_a_callback_may_change_any_setting_as_for_a_single_net(grouping):
    def run(net, epochs):
        optimizer, regularizer, seen = SGDM(0.1), L2(0.1), []

        def meddle(net, history):
            seen.append((optimizer.iterations, sorted(optimizer.state)))
            if history.epochs == 1:
                optimizer.beta = 0.5
            elif history.epochs == 2:
                regularizer.strength = 0.5
            elif history.epochs == 3:
                optimizer.reset()
            elif history.epochs == 4:
                optimizer.state["m"] *= -1

        net.fit(X, LABELS, optimizer=optimizer, regularizer=regularizer, epochs=epochs, callbacks=[meddle])
        return seen

    for epochs in range(1, 6):
        ensemble = classifiers(3, dtype="float64")
        alone = ensemble[1]
        assert run(ensemble, epochs) == run(alone, epochs)
        assert_within(ensemble[1].parameters, alone.parameters, bound(2000, 1 + abs(alone.parameters), "float64"))


@pytest.mark.parametrize("change", ["learning_rate", "strength"])
def test_a_setting_that_a_callback_changes_must_fit(grouping, change):
    optimizer, regularizer = SGD(0.1), L1(0.1)

    def spoil(net, history):
        setattr(optimizer if change == "learning_rate" else regularizer, change, np.full(2, 0.1))

    options = {"optimizer": optimizer, "regularizer": regularizer, "epochs": 3, "callbacks": [spoil]}
    with pytest.raises(ValueError, match=f"{change}: expected a number for each of the 3 members, got 2"):
        classifiers(3).fit(X, LABELS, **options)
    optimizer.learning_rate = regularizer.strength = 0.1
    with pytest.raises(ValueError, match=f"{change}: expected one number for a single net, got 2 of them"):
        classifiers(1)[0].fit(X, LABELS, **options)


def test_an_interrupt_leaves_parameters_and_moments_that_go_on(grouping, monkeypatch):
    """One group stops after a step, several after the epoch that all have completed."""
    calls, shipped = [], Objective.value_and_gradient

    def interrupted(self, x, y):
        calls.append(None)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return shipped(self, x, y)

    def interrupt(net, history):
        monkeypatch.setattr(Objective, "value_and_gradient", interrupted)

    ensemble, optimizer, expected, other = classifiers(6), Adam(0.01), classifiers(6), Adam(0.01)
    expected.fit(X, LABELS, optimizer=other, batch_size=16, shuffle=False)
    if grouping == "one group":
        expected.fit(X[:16], LABELS[:16], optimizer=other, batch_size=16, shuffle=False)
    with pytest.raises(KeyboardInterrupt):
        ensemble.fit(X, LABELS, optimizer=optimizer, epochs=3, batch_size=16, shuffle=False, callbacks=[interrupt])
    assert optimizer.iterations == other.iterations == (4 if grouping == "one group" else 3)
    np.testing.assert_array_equal(ensemble.parameters, expected.parameters)
    for name, slot in other.state.items():
        np.testing.assert_array_equal(optimizer.state[name], slot)
    ensemble.fit(X, LABELS, optimizer=optimizer, batch_size=16, shuffle=False)
    expected.fit(X, LABELS, optimizer=other, batch_size=16, shuffle=False)
    np.testing.assert_array_equal(ensemble.parameters, expected.parameters)


def test_groups_share_their_buffers(monkeypatch):
    """Ten members trained one after another take little more memory than one."""

    def peak(members):
        ensemble = Ensemble([2, 64, 2], output="softmax", members=members)
        tracemalloc.start()
        ensemble.fit(np.tile(X, (50, 1)), np.tile(LABELS, 50), batch_size=None)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    monkeypatch.setattr(tuning, "ALONE", 0)
    assert peak(10) < 1.5 * peak(1)


def test_a_frozen_members_moments_start_again(grouping):
    optimizer = Adagrad(0.1, initial_accumulator_value=0.5)
    ensemble = classifiers(3)

    def diverge(net, history):
        net.parameters[:, 1] = 3e38

    ensemble.fit(X, LABELS, epochs=2, regularizer=L2(1), optimizer=optimizer, callbacks=[diverge])
    assert (optimizer.state["V"][:, 1] == 0.5).all()
    assert (optimizer.state["V"][:, 0] > 0.5).any()


def test_a_member_is_moved_as_a_whole_or_not_at_all(monkeypatch):
    monkeypatch.setattr(tuning, "SLICE", 2)
    ensemble = Ensemble([40, 1], seeds=[0, 1], dtype="float32")
    before = ensemble.parameters.copy()
    x = np.eye(40)[:2] * 1e-3
    x[0, 39] = 1e3
    history = ensemble.fit(x, [1e3, 1e3], optimizer=SGD([1e-9, 3e37]), epochs=1)
    assert history.frozen[1].what == "update"
    np.testing.assert_array_equal(ensemble.parameters[:, 1], before[:, 1])
    assert (ensemble.parameters[:, 0] != before[:, 0]).any()


@pytest.mark.parametrize("kind", [SGDM, Adagrad, RMSProp, Adam])
def test_a_frozen_member_stays_where_it_is_whatever_the_optimizer(kind):
    ensemble = classifiers()
    x = np.float32(X)
    ensemble.fit(x, LABELS, optimizer=kind(0.1), epochs=1)
    ensemble.parameters[0, 2] = 1e38
    ensemble.parameters[2, 2] = 1e38
    before = ensemble.parameters[:, 2].copy()
    optimizer = kind(0.1)
    history = ensemble.fit(1e3 * x, LABELS, "categorical_crossentropy", optimizer, epochs=3)
    assert list(history.frozen) == [2]
    np.testing.assert_array_equal(ensemble.parameters[:, 2], before)
    assert (ensemble.parameters[:, 0] != classifiers().parameters[:, 0]).any()


@pytest.mark.parametrize(
    ("what", "optimizer", "scale"), [("squared gradient", Adam(0.1), 1e15), ("update", SGD([1.0, 1e38]), 1.0)]
)
def test_a_gradient_or_an_update_that_is_not_finite_freezes_its_member_alone(what, optimizer, scale):
    ensemble = Ensemble([2, 1], seeds=[0, 0], dtype="float32")
    ensemble.parameters[...] = [[1, scale]] * 3
    before = ensemble.parameters.copy()
    history = ensemble.fit(1e3 * X, X.sum(axis=1) + 1e3, optimizer=optimizer, epochs=1, batch_size=None)
    rate = np.broadcast_to(optimizer.learning_rate, 2)[1]
    assert history.frozen == {1: (0, 0, what, rate)}
    assert history.learning_rate[0, 1] == rate
    np.testing.assert_array_equal(ensemble.parameters[:, 1], before[:, 1])
    assert (ensemble.parameters[:, 0] != before[:, 0]).all()


def test_training_ends_when_all_members_are_frozen():
    ensemble = Ensemble([2, 4, 1], seeds=range(2))
    history = ensemble.fit(X, X.sum(axis=1), optimizer=SGD(1e6), epochs=50, batch_size=16)
    assert sorted(history.frozen) == [0, 1]
    assert history.epochs < 50
    assert repr(history) == f"History({history.epochs} epochs; all 2 members frozen)"
    ensemble.parameters[...] = 1e30
    assert ensemble.evaluate(X, X.sum(axis=1)).loss.tolist() == [np.inf] * 2


def test_groups_give_the_same_as_one_group(monkeypatch):
    def run():
        ensemble, optimizer = classifiers(7, dtype="float64"), Adam([0.01 * (k + 1) for k in range(7)])
        history = None
        for _ in range(2):
            history = ensemble.fit(
                X, LABELS, optimizer=optimizer, regularizer=L2(np.linspace(0, 0.1, 7)), epochs=3,
                validation_data=(X, LABELS),
            )  # fmt: skip
        return ensemble, optimizer, history

    together, optimizer, history = run()
    monkeypatch.setattr(tuning, "GROUP_BYTES", 1)
    split, other, parts = run()
    assert other.iterations == optimizer.iterations == 12
    for a, b in [
        (together.parameters, split.parameters),
        (history.loss, parts.loss),
        (history.val_loss, parts.val_loss),
    ]:
        assert_within(a, b, bound(2000, 1 + abs(b), "float64"))
    for name, slot in optimizer.state.items():
        assert slot.shape == (22, 7)
        assert_within(other.state[name], slot, bound(2000, 1, "float64"))
    assert history.val_accuracy.tolist() == parts.val_accuracy.tolist()


def test_callbacks_see_the_ensemble_after_each_epoch():
    ensemble, seen = classifiers(), []
    history = ensemble.fit(X, LABELS, epochs=3, callbacks=[lambda net, _: seen.append(net.parameters.copy())])
    assert len(seen) == 3
    np.testing.assert_array_equal(seen[-1], ensemble.parameters)
    assert (seen[0] != seen[1]).any()
    assert history.epochs == 3


@pytest.mark.parametrize(
    "make",
    [
        lambda: SGDM(0.1, beta=[0.9, 0.5, 0.0, 0.2]),
        lambda: RMSProp(0.01, rho=[0.9, 0.5, 0.1, 0.99]),
        lambda: Adam(0.01, beta_1=[0.9, 0.5, 0.0, 0.2], beta_2=[0.999, 0.9, 0.99, 0.5]),
    ],
)
def test_vectors_of_decay_factors_train_each_member_as_if_it_were_alone(grouping, make):
    ensemble, optimizer = classifiers(4, dtype="float64"), make()
    alone = list(ensemble)
    ensemble.fit(X, LABELS, optimizer=optimizer, epochs=3, batch_size=16, shuffle=False)
    for k, net in enumerate(alone):
        net.fit(X, LABELS, optimizer=make().subset(k), epochs=3, batch_size=16, shuffle=False)
        assert_within(ensemble[k].parameters, net.parameters, bound(2000, 1 + abs(net.parameters), "float64"))


def test_a_subset_leaves_the_moments_of_the_whole():
    optimizer, w = SGDM(0.1, beta=[0.9, 0.5, 0.0]), np.ones((2, 3))
    optimizer.step(w, w.copy())
    before = np.array(optimizer.state["m"])
    assert np.array(optimizer.subset(1).state["m"]).tolist() == before[:, 1].tolist()
    np.testing.assert_array_equal(optimizer.state["m"], before)


def test_a_frozen_member_stays_whatever_the_rule_does_with_its_weights():
    class Decaying(SGD):
        def update(self, w, g, out, rate):
            return np.add(super().update(w, g, out, rate), 0.1 * w, out=out)

    ensemble = Ensemble([2, 4, 1], seeds=range(2))
    seen = []
    history = ensemble.fit(
        X, X.sum(axis=1), optimizer=Decaying([0.01, 1e6]), epochs=9, batch_size=16,
        callbacks=[lambda net, _: seen.append(net.parameters[:, 1].copy())],
    )  # fmt: skip
    assert list(history.frozen) == [1]
    for later in seen[history.frozen[1].epoch :]:
        np.testing.assert_array_equal(later, seen[-1])


def test_frozen_members_are_listed_in_the_order_in_which_they_diverged(grouping):
    def diverge(net, history):
        for member in {1: [4], 2: [0, 5], 3: [2]}.get(history.epochs, []):
            net.parameters[:, member] = 3e38

    history = classifiers(6).fit(X, LABELS, epochs=5, regularizer=L2(1), optimizer=SGD(0.1), callbacks=[diverge])
    assert list(history.frozen) == [4, 0, 5, 2]
    assert [frozen.epoch for frozen in history.frozen.values()] == [1, 2, 2, 3]


@pytest.mark.parametrize("grouping", ["many groups", "each alone"], indirect=True)
def test_an_epoch_that_an_interrupt_undoes_freezes_nobody(grouping, monkeypatch):
    ensemble, optimizer, shipped, calls = classifiers(6), Adam(0.1), Objective.value_and_gradient, []

    def interrupted(self, x, y):
        calls.append(None)
        # In the third of the groups
        if len(calls) == 5:
            raise KeyboardInterrupt
        return shipped(self, x, y)

    def diverge(net, history):
        net.parameters[:, 0] = 3e38
        monkeypatch.setattr(Objective, "value_and_gradient", interrupted)

    with pytest.raises(KeyboardInterrupt) as caught:
        ensemble.fit(X, LABELS, epochs=3, regularizer=L2(1), optimizer=optimizer, callbacks=[diverge])
    assert caught.value.history.epochs == 1
    assert caught.value.history.frozen == {}
    assert (ensemble.parameters[:, 0] == np.float32(3e38)).all()


def test_the_losses_of_batches_of_members(grouping):
    ensemble, rates = diverging()
    history = ensemble.fit(X, X.sum(axis=1), optimizer=SGD(rates), epochs=20, batch_size=16, record_batches=True)
    assert history.batch_loss.shape == (20, 3, 4)
    assert np.isnan(history.batch_loss[history.frozen[1].epoch :, :, 1]).all()
    shares = np.array([16, 16, 8]) / 40
    expected = np.einsum("b,ebm->em", shares, history.batch_loss)
    np.testing.assert_allclose(history.loss, expected, rtol=8 * 2.0**-53)


def test_members_diverge_one_after_another_and_each_stays_where_it_was(grouping):
    def run(diverge):
        ensemble, optimizer = classifiers(5), Adam(0.01)

        def callback(net, history):
            for epoch, member in diverge:
                if history.epochs == epoch:
                    net.parameters[:, member] = 3e38

        history = ensemble.fit(
            X, LABELS, "categorical_crossentropy", optimizer, epochs=5, batch_size=16, regularizer=L2(0.1),
            callbacks=[callback],
        )  # fmt: skip
        return ensemble.parameters, optimizer.state, history

    (calm, moments, _), (parameters, state, history) = run([]), run([(1, 3), (2, 0), (4, 1)])
    frozen = {member: (each.epoch, each.batch, each.what) for member, each in history.frozen.items()}
    assert frozen == {3: (1, 0, "loss"), 0: (2, 0, "loss"), 1: (4, 0, "loss")}
    assert (parameters[:, [3, 0, 1]] == np.float32(3e38)).all()
    np.testing.assert_array_equal(parameters[:, [2, 4]], calm[:, [2, 4]])
    for name, moment in state.items():
        # A moment of a frozen member is that before the first step
        assert (np.array(moment)[:, [3, 0, 1]] == 0).all()
        np.testing.assert_array_equal(np.array(moment)[:, [2, 4]], np.array(moments[name])[:, [2, 4]])
    assert np.isnan(history.loss).sum(axis=0).tolist() == [3, 1, 0, 4, 0]


def test_an_update_that_is_refused_leaves_its_member_where_it_is_beside_one_that_was_frozen_before(grouping):
    ensemble = Ensemble([2, 1], seeds=[0, 0, 0], dtype="float32")
    ensemble.parameters[...] = [[3e38, 1, 1]] * 3
    before = ensemble.parameters.copy()
    history = ensemble.fit(1e3 * X, X.sum(axis=1) + 1e3, optimizer=SGD([1.0, 1e38, 1.0]), epochs=1, batch_size=None)
    assert {member: each.what for member, each in history.frozen.items()} == {0: "loss", 1: "update"}
    np.testing.assert_array_equal(ensemble.parameters[:, :2], before[:, :2])
    assert (ensemble.parameters[:, 2] != before[:, 2]).all()


def test_beside_an_update_that_is_refused_the_others_take_one_step(grouping):
    def run(rate):
        ensemble, optimizer = Ensemble([2, 1], seeds=[0, 0], dtype="float32"), SGDM([1e-3, rate])
        history = ensemble.fit(1e3 * X, X.sum(axis=1) + 1e3, optimizer=optimizer, epochs=1, batch_size=None)
        return history, ensemble.parameters[:, 0], np.array(optimizer.state["m"])[:, 0]

    (calm, *expected), (history, *found) = run(1e-3), run(1e38)
    assert (list(calm.frozen), history.frozen[1].what) == ([], "update")
    np.testing.assert_array_equal(found, expected)


def test_each_member_has_its_own_penalty_and_clipping_whatever_the_grouping(grouping):
    penalties, norms = np.linspace(0, 1, 5), np.linspace(0.1, 0.5, 5)
    options = {"loss": "categorical_crossentropy", "epochs": 2, "batch_size": 16, "seed": 3}
    ensemble = Ensemble([2, 4, 2], output="softmax", seeds=range(5))
    ensemble.fit(X, LABELS, optimizer=SGD(0.5), regularizer=L2(penalties), clipping=ClipByNorm(norms), **options)
    for member, (penalty, norm) in enumerate(zip(penalties.tolist(), norms.tolist())):
        net = MLP([2, 4, 2], output="softmax", seed=member)
        net.fit(X, LABELS, optimizer=SGD(0.5), regularizer=L2(penalty), clipping=ClipByNorm(norm), **options)
        assert_within(ensemble[member].parameters, net.parameters, bound(2000, 1 + abs(net.parameters), "float32"))


def test_members_that_diverge_in_one_epoch_are_listed_by_batch_and_number(grouping):
    ensemble = Ensemble([2, 1], seeds=[0] * 5, dtype="float32")
    # The loss of the last one is infinite before the update of the second; that of the first after a step
    ensemble.parameters[:, 4] = 3e38
    rates = [1e30, 1e38, 1e-3, 1e-3, 1e-3]
    history = ensemble.fit(1e3 * X, X.sum(axis=1) + 1e3, optimizer=SGD(rates), epochs=1, batch_size=16)
    found = [(member, each.batch, each.what) for member, each in history.frozen.items()]
    assert found == [(1, 0, "update"), (4, 0, "loss"), (0, 1, "loss")]
