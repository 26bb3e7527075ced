"""Callbacks that npnet has: when they end a training, and which parameters they keep."""

import contextlib
import gc
import weakref

import numpy as np
import pytest

from npnet import MLP, Ensemble
from npnet.callbacks import Checkpoint, EarlyStopping, KeepBest, ReduceLROnPlateau
from npnet.history import History
from npnet.losses import MeanSquaredError
from npnet.optimizers import SGD, Adam
from npnet.schedules import CosineDecay
from npnet.training import DivergenceError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 2))
LABELS = (X.sum(axis=1) > 0).astype(int)
NOISY = np.where(np.arange(50) % 4, LABELS, 1 - LABELS)
"""Labels of which some are wrong: the loss on them is smallest before the net is certain."""


def classifier():
    return MLP([2, 4, 2], output="softmax", seed=1)


class Net:
    """A net whose only parameter is the number of the epoch."""

    def __init__(self, members=None):
        self.parameters = np.zeros(1 if members is None else (1, members))


def run(callback, values, members=None, initial_epoch=0):
    """Let a callback see these numbers, one for each epoch; return the net, and in which epoch it said to end."""
    net, name = Net(members), callback.monitor
    history = History(len(values), True, True, members, initial_epoch=initial_epoch)
    for epoch, value in enumerate(values):
        net.parameters[...] = epoch
        row = dict.fromkeys(("loss", "learning_rate", "val_loss", "val_accuracy"), 0.0)
        history.add(row | {name: value})
        if callback(net, history):
            return net, history, epoch
    return net, history, None


def ended(callback, values, members=None):
    return run(callback, values, members)[2]


# What a checkpoint keeps of them


@pytest.mark.parametrize("kind", [KeepBest, EarlyStopping, ReduceLROnPlateau])
@pytest.mark.parametrize("members", [None, 3])
def test_what_a_callback_takes_over_is_its_state(kind, members):
    callback, optimizer = kind("loss"), SGD(0.1)
    shape = () if members is None else (members,)
    state = {"best": np.full(shape, 0.5), "best_epoch": np.full(shape, 3), "parameters": np.arange(4.0)}
    if hasattr(callback, "on_train_begin"):
        callback.on_train_begin(Net(members), optimizer)
    # All members stop together
    each = () if kind is EarlyStopping else shape
    numbers = {name: np.full(each, 2) for name in callback.state() if name not in {"best", "best_epoch"}}
    callback.take_over(state | numbers)
    kept = callback.state()
    assert kept.keys() == (state | numbers).keys()
    assert all(np.array_equal(kept[name], value) for name, value in (state | numbers).items())
    if members is None:
        assert (type(callback.best), type(callback.best_epoch)) == (float, int)


# When training ends


def test_training_ends_after_so_many_epochs_without_an_improvement():
    assert ended(EarlyStopping("loss", 2), [3, 2, 1, 1.5, 1.2, 0]) == 4
    assert ended(EarlyStopping("loss", 1), [3, 2, 1, 1.5, 1.2, 0]) == 3
    assert ended(EarlyStopping("loss", 3), [3, 2, 1, 1.5, 1.2, 0]) is None


def test_an_equal_number_is_no_improvement():
    assert ended(EarlyStopping("val_loss", 2), [1, 1, 1, 1]) == 2


def test_the_best_is_what_counts_not_the_last():
    """3 and 2 are better than the epoch before, but not than the best."""
    assert ended(EarlyStopping("loss", 3), [1, 4, 3, 2, 0.5]) == 3


def test_an_accuracy_is_better_the_larger_it_is():
    assert ended(EarlyStopping("val_accuracy", 2), [0.1, 0.2, 0.3, 0.25, 0.29]) == 4
    assert ended(EarlyStopping("val_accuracy", 2), [0.5, 0.4, 0.3, 0.2]) == 2


@pytest.mark.parametrize(("monitor", "sign"), [("loss", 1), ("val_accuracy", -1)])
def test_an_improvement_must_be_larger_than_min_delta(monitor, sign):
    values = sign * np.array([1, 0.75, 0.5, 0.25])
    # Numbers of two, so that none is rounded: an improvement of just min_delta is none
    assert ended(EarlyStopping(monitor, 1, min_delta=0.25), values) == 1
    assert ended(EarlyStopping(monitor, 1, min_delta=0.125), values) is None


def test_small_improvements_add_up_as_the_best_does_not_move_with_them():
    assert ended(EarlyStopping("loss", 2, min_delta=0.25), [1, 0.875, 0.625, 0.5, 0.3125]) is None
    assert ended(EarlyStopping("loss", 2, min_delta=0.5), [1, 0.875, 0.625, 0.5, 0.3125]) == 2


def test_the_first_number_counts_as_an_improvement_however_large_min_delta_is():
    stop = EarlyStopping("loss", 3, min_delta=1e9)
    assert ended(stop, [5.0, 4, 3, 2, 1]) == 3
    assert (stop.best, stop.best_epoch) == (5, 0)


def test_a_number_that_is_nan_is_no_improvement():
    assert ended(EarlyStopping("val_loss", 2), [np.nan, np.nan, np.nan]) == 2
    assert ended(EarlyStopping("val_loss", 2), [np.nan, 1, np.nan, np.nan]) == 3


def test_an_ensembles_training_ends_when_no_member_improves():
    values = np.array([[1, 1], [1, 0.9], [1, 0.8], [1, 0.8], [1, np.nan]])
    assert ended(EarlyStopping("loss", 2), values, 2) == 4
    assert ended(EarlyStopping("loss", 2), values[:, :1], 1) == 2


def test_a_callback_begins_anew_with_each_training():
    stop = EarlyStopping("loss", 2, restore_best=True)
    assert ended(stop, [1, 2, 2]) == 2
    assert ended(stop, [9, 8, 9, 9]) == 3
    assert (stop.best, stop.best_epoch, stop.parameters.tolist()) == (8, 1, [1])
    assert EarlyStopping().waited == 0


def test_the_best_of_a_single_net_is_a_number_of_python():
    keep = KeepBest("loss")
    run(keep, np.array([3, 1], "f4"))
    assert (type(keep.best), type(keep.best_epoch)) == (float, int)


# The best parameters


@pytest.mark.parametrize("keep", [KeepBest("loss", restore=True), EarlyStopping("loss", 9, restore_best=True)])
def test_the_best_epochs_parameters_are_kept_and_given_back(keep):
    net, history, _ = run(keep, [3, 1, 2, 1])
    assert (keep.best, keep.best_epoch, keep.parameters.tolist()) == (1, 1, [1])
    assert net.parameters.tolist() == [3]
    keep.on_train_end(net, history)
    assert net.parameters.tolist() == [1]


def test_the_best_epoch_counts_from_the_initial_one():
    keep = KeepBest("loss")
    run(keep, [3, 1, 2], initial_epoch=40)
    assert keep.best_epoch == 41


def test_parameters_are_given_back_only_if_that_is_asked_for():
    for keep in (KeepBest("val_accuracy"), EarlyStopping("val_accuracy", 9)):
        net, history, _ = run(keep, [0.5, 1, 0.75])
        keep.on_train_end(net, history)
        assert net.parameters.tolist() == [2]
        assert keep.best == 1
    assert KeepBest().parameters is None
    assert keep.parameters is None


def test_each_member_has_its_own_best_epoch():
    keep = KeepBest("loss", restore=True)
    net, history, _ = run(keep, np.array([[3, 1, 5], [2, 2, np.nan], [1, 3, np.nan]]), 3)
    assert keep.best.tolist() == [1, 1, 5]
    assert keep.best_epoch.tolist() == [2, 0, 0]
    keep.on_train_end(net, history)
    assert net.parameters.tolist() == [[2, 0, 0]]


def test_what_no_epoch_has_measured_is_infinitely_bad():
    assert (KeepBest("loss").best, KeepBest("val_accuracy").best, KeepBest("loss").best_epoch) == (np.inf, -np.inf, -1)
    keep = KeepBest("val_loss", restore=True)
    net, history, _ = run(keep, [np.nan, np.nan])
    assert (keep.best, keep.best_epoch) == (np.inf, -1)
    keep.on_train_end(net, history)
    assert net.parameters.tolist() == [0]


# In a training


def restored(ending):
    """A net whose training an epoch's `ending` has ended, and its parameters after each epoch."""
    net, keep, seen = classifier(), KeepBest("val_loss", restore=True), []

    def look(net, history):
        seen.append(net.parameters.copy())
        return ending(net, history)

    with contextlib.suppress(KeyboardInterrupt, DivergenceError):
        net.fit(X, LABELS, optimizer=Adam(0.05), epochs=12, validation_data=(X, NOISY), callbacks=[keep, look])
    return net, keep, seen


def interrupt(net, history):
    if history.epochs == 9:
        raise KeyboardInterrupt


def overflow(net, history):
    if history.epochs == 9:
        net.parameters[...] = 3e38


@pytest.mark.parametrize("ending", [lambda *_: False, lambda _, h: h.epochs == 9, interrupt, overflow])
def test_the_best_parameters_are_given_back_however_training_ends(ending):
    net, keep, seen = restored(ending)
    assert len(seen) >= 9
    assert 0 < keep.best_epoch < len(seen) - 1
    np.testing.assert_array_equal(net.parameters, seen[keep.best_epoch])
    assert net.evaluate(X, NOISY).loss == keep.best


def test_a_training_that_ends_in_its_first_epoch_gives_back_nothing_of_an_earlier_one():
    keep = KeepBest("loss", restore=True)
    classifier().fit(X, LABELS, callbacks=[keep])
    other = classifier()
    other.parameters[...] = 3e38
    with pytest.raises(DivergenceError):
        other.fit(X, LABELS, callbacks=[keep])
    assert (other.parameters == np.float32(3e38)).all()


@pytest.mark.parametrize("kind", [KeepBest, EarlyStopping, ReduceLROnPlateau])
@pytest.mark.parametrize("members", [None, 3])
def test_a_training_without_an_epoch_reports_nothing_of_an_earlier_one(kind, members):
    net = classifier() if members is None else Ensemble([2, 4, 2], output="softmax", seeds=range(members))
    callback = kind("loss")

    def stops(net, history):
        raise OSError

    # Each epoch but the first is waited for
    callback.min_delta = 1e9
    net.fit(X, LABELS, epochs=3, callbacks=[callback])
    with pytest.raises(OSError):
        net.fit(X, LABELS, callbacks=[stops, callback])
    assert (callback.best, callback.best_epoch, callback.parameters) == (np.inf, -1, None)
    assert not any(value.any() for name, value in callback.state().items() if name in {"waited", "cooling"})


@pytest.mark.parametrize("trained", [False, True])
def test_what_fails_before_the_first_epoch_is_judged_gives_back_nothing(trained):
    keep, net = KeepBest("loss", restore=True), classifier()
    if trained:
        net.fit(X, LABELS, callbacks=[keep])
    seen = []

    def fails(net, history):
        seen.append(net.parameters.copy())
        raise OSError

    with pytest.raises(OSError):
        net.fit(X, LABELS, callbacks=[fails, keep])
    np.testing.assert_array_equal(net.parameters, seen[0])


def test_an_ensembles_members_get_their_own_best_back():
    nets, keep, seen = Ensemble([2, 4, 2], output="softmax", seeds=range(4)), KeepBest("val_accuracy", restore=True), []
    history = nets.fit(
        X, LABELS, optimizer=SGD(2.0), epochs=15, validation_data=(X, LABELS),
        callbacks=[keep, lambda net, _: seen.append(net.parameters.copy())],
    )  # fmt: skip
    assert keep.best_epoch.tolist() == history.val_accuracy.argmax(axis=0).tolist()
    assert len(set(keep.best_epoch.tolist())) > 1
    for k, epoch in enumerate(keep.best_epoch):
        np.testing.assert_array_equal(nets.parameters[:, k], seen[epoch][:, k])


def test_early_stopping_in_a_training():
    stop = EarlyStopping("val_accuracy", patience=3, restore_best=True)
    net = classifier()
    history = net.fit(X, LABELS, optimizer=Adam(0.5), epochs=500, validation_data=(X, LABELS), callbacks=[stop])
    assert history.epochs == history.val_accuracy.argmax() + 4 < 500
    assert net.evaluate(X, LABELS).accuracy == stop.best == history.val_accuracy.max()


def test_early_stopping_does_not_wait_for_a_frozen_member():
    ensemble = Ensemble([2, 4, 1], seeds=[0, 1])
    history = ensemble.fit(
        X, X.sum(axis=1), optimizer=SGD([1e-12, 1e9]), epochs=40, batch_size=16, callbacks=[EarlyStopping("loss", 3)]
    )
    assert list(history.frozen) == [1]
    assert history.epochs < 40
    improving = ensemble.fit(
        X, X.sum(axis=1), optimizer=SGD([1e-2, 1e9]), epochs=10, batch_size=16, callbacks=[EarlyStopping("loss", 3)]
    )
    assert improving.epochs == 10


def test_early_stopping_waits_for_the_last_member_that_improves():
    ensemble = Ensemble([2, 4, 2], output="softmax", seeds=[0, 1])
    rates = [1e-12, 0.5]
    history = ensemble.fit(X, LABELS, optimizer=SGD(rates), epochs=30, callbacks=[EarlyStopping("loss", 3)])
    assert history.epochs == 30
    history = ensemble.fit(X, LABELS, optimizer=SGD([1e-12] * 2), epochs=30, callbacks=[EarlyStopping("loss", 3)])
    assert history.epochs < 30


# A rate that is reduced on a plateau


def rates(callback, values, optimizer=None, members=None, frozen=()):
    """The rates of the epochs with these numbers, and of the one after them."""
    optimizer = SGD(1.0) if optimizer is None else optimizer
    net, history = Net(members), History(len(values), True, True, members)
    callback.on_train_begin(net, optimizer)
    found = [optimizer.learning_rate]
    for epoch, value in enumerate(values):
        if epoch in frozen:
            history.frozen[frozen[epoch]] = None
        row = dict.fromkeys(("loss", "learning_rate", "val_loss", "val_accuracy"), np.zeros(np.shape(value)))
        history.add(row | {callback.monitor: value})
        assert callback(net, history) is False
        found.append(optimizer.learning_rate)
    callback.on_train_end(net, history)
    return found


def test_a_rate_is_reduced_after_so_many_epochs_without_an_improvement():
    reduce = ReduceLROnPlateau("loss", 0.5, patience=2, min_delta=0)
    assert rates(reduce, [3, 3, 3, 3, 3, 3]) == [1, 1, 1, 0.5, 0.5, 0.25, 0.25]
    assert rates(reduce, [3, 3, 2, 2, 1, 1, 1]) == [1] * 7 + [0.5]
    assert rates(ReduceLROnPlateau("loss", 0.5, patience=1), [3, 4]) == [1, 1, 0.5]
    # The best number is what counts: 2 is better than the last, but not than 1
    assert rates(reduce, [1, 3, 2]) == [1, 1, 1, 0.5]


def test_after_a_reduction_epochs_are_left_out_while_it_cools_down_but_for_the_last():
    values = [1] * 7
    assert rates(ReduceLROnPlateau("loss", 0.5, 1, 0, cooldown=0), values) == [
        1,
        1,
        0.5,
        0.25,
        2**-3,
        2**-4,
        2**-5,
        2**-6,
    ]
    assert rates(ReduceLROnPlateau("loss", 0.5, 1, 0, cooldown=1), values) == [
        1,
        1,
        0.5,
        0.25,
        2**-3,
        2**-4,
        2**-5,
        2**-6,
    ]
    assert rates(ReduceLROnPlateau("loss", 0.5, 1, 0, cooldown=2), values) == [1, 1, 0.5, 0.5, 0.25, 0.25, 2**-3, 2**-3]
    assert rates(ReduceLROnPlateau("loss", 0.5, 1, 0, cooldown=3), values) == [1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25]
    # An improvement while it cools down counts as one
    assert rates(ReduceLROnPlateau("loss", 0.5, 2, 0, cooldown=2), [3, 3, 3, 2, 2.5, 2.5]) == [
        1,
        1,
        1,
        0.5,
        0.5,
        0.5,
        0.25,
    ]


def test_no_rate_falls_under_the_least():
    reduce = ReduceLROnPlateau("loss", 0.5, 1, 0, min_lr=0.3)
    assert rates(reduce, [1] * 5) == [1, 1, 0.5, 0.3, 0.3, 0.3]
    # A rate that is at it, or under it, starts no cooldown, and stays
    slow = ReduceLROnPlateau("loss", 0.5, 1, 0, cooldown=3, min_lr=0.3)
    assert rates(slow, [1] * 5, SGD(0.2)) == [0.2] * 6
    # And no rate becomes 0
    assert rates(ReduceLROnPlateau("loss", 1e-200, 1, 0), [1] * 4) == [1, 1, 1e-200, 1e-200, 1e-200]


def test_a_small_improvement_is_none_and_an_accuracy_is_better_the_larger():
    assert rates(ReduceLROnPlateau("val_loss", 0.5, 1, min_delta=0.25), [1, 0.75, 0.5]) == [1, 1, 0.5, 0.5]
    assert rates(ReduceLROnPlateau("val_accuracy", 0.5, 1, min_delta=0), [0.5, 0.75, 0.5]) == [1, 1, 1, 0.5]
    assert ReduceLROnPlateau().min_delta == 1e-4
    assert rates(ReduceLROnPlateau("val_loss", 0.5, 1), [np.nan, 1, np.nan]) == [1, 0.5, 0.5, 0.25]


def test_each_member_has_its_own_rate_and_a_frozen_one_keeps_its():
    reduce = ReduceLROnPlateau("loss", 0.5, patience=1, min_delta=0)
    values = np.array([[3, 3, 3], [2, 3, 3], [2, 3, np.nan], [1, 2, np.nan]])
    found = rates(reduce, values, members=3, frozen={2: 2})
    assert found[:2] == [1, 1]
    assert [rate.tolist() for rate in found[2:]] == [[1, 0.5, 0.5], [0.5, 0.25, 0.5], [0.5, 0.25, 0.5]]
    # Rates that differ already
    found = rates(ReduceLROnPlateau("loss", 0.5, 1, 0, min_lr=0.25), [[1, 1]] * 4, SGD([1.0, 0.5]), 2)
    assert [rate.tolist() for rate in found] == [[1, 0.5], [1, 0.5], [0.5, 0.25], [0.25, 0.25], [0.25, 0.25]]


def test_a_reduction_begins_anew_with_each_training_and_keeps_the_rate():
    reduce, optimizer = ReduceLROnPlateau("loss", 0.5, patience=2, min_delta=0, cooldown=5), SGD(1.0)
    assert rates(reduce, [1, 1, 1], optimizer) == [1, 1, 1, 0.5]
    # Neither the best number nor the cooldown is that of the training before
    assert rates(reduce, [9, 9, 9], optimizer) == [0.5, 0.5, 0.5, 0.25]
    assert type(optimizer.learning_rate) is float
    # No parameters are copied, and the optimizer is let go of
    assert reduce.parameters is None
    gone = weakref.ref(optimizer)
    del optimizer
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("members", [None, 3])
def test_the_rates_of_a_training_are_those_of_its_history(members):
    net = classifier() if members is None else Ensemble([2, 4, 2], output="softmax", seeds=range(members))
    reduce, optimizer = ReduceLROnPlateau("val_loss", 0.5, 2, cooldown=1, min_lr=0.01), Adam(0.5)
    history = net.fit(X, LABELS, optimizer=optimizer, epochs=30, validation_data=(X, NOISY), callbacks=[reduce])
    expected = rates(
        ReduceLROnPlateau("val_loss", 0.5, 2, cooldown=1, min_lr=0.01), history.val_loss, SGD(0.5), members
    )
    for epoch, rate in enumerate(history.learning_rate):
        assert np.array_equal(rate, np.broadcast_to(expected[epoch], rate.shape))
    assert np.array_equal(optimizer.learning_rate, expected[-1])
    assert (history.learning_rate[-1] < 0.5).any()
    assert np.array_equal(reduce.best, history.val_loss.min(axis=0))
    # It learned with them: a training that is given these rates is the same
    other = classifier() if members is None else Ensemble([2, 4, 2], output="softmax", seeds=range(members))
    given, again = list(history.learning_rate[1:]), Adam(0.5)

    def next_rate(net, history):
        if given:
            again.learning_rate = given.pop(0)

    other.fit(X, LABELS, optimizer=again, epochs=30, callbacks=[next_rate])
    np.testing.assert_array_equal(other.parameters, net.parameters)


def test_a_schedule_is_not_reduced_and_nothing_is_changed_then():
    told = []

    class Told:
        def __call__(self, net, history):
            return False

        def on_train_begin(self, net, optimizer):
            told.append("begin")

        def on_train_end(self, net, history):
            told.append("end")

    keep, net = KeepBest("loss", restore=True), classifier()
    net.fit(X, LABELS, callbacks=[keep])
    kept, other = keep.state(), MLP([2, 3, 1], seed=2)
    before, orders = other.parameters.copy(), other.rng.bit_generator.state
    message = "optimizer: expected a constant learning rate to be reduced, got Cosine"
    optimizer, reduce = Adam(CosineDecay(0.1, 9)), ReduceLROnPlateau("loss")
    with pytest.raises(ValueError, match=message):
        other.fit(X, X[:, 0], loss="mae", optimizer=optimizer, callbacks=[keep, Told(), reduce])
    # Also where it is another callback that calls it
    with pytest.raises(ValueError, match=message):
        reduce.on_train_begin(other, optimizer)
    assert (optimizer.iterations, dict(optimizer.state), told) == (0, {}, [])
    assert other.loss == MeanSquaredError()
    assert other.rng.bit_generator.state == orders
    np.testing.assert_array_equal(other.parameters, before)
    assert keep.state().keys() == kept.keys()
    assert all((keep.state()[name] == value).all() for name, value in kept.items())


def test_a_refused_training_takes_nothing_over_from_a_checkpoint(tmp_path):
    path, schedule = tmp_path / "run", CosineDecay(0.1, 9)
    classifier().fit(X, LABELS, optimizer=Adam(schedule), callbacks=[KeepBest("loss"), Checkpoint(path)])
    net, optimizer = classifier(), Adam(schedule)
    before = net.parameters.copy()
    with pytest.raises(ValueError, match="optimizer: expected a constant learning rate"):
        net.fit(X, LABELS, optimizer=optimizer, epochs=2, callbacks=[ReduceLROnPlateau("loss")], resume=path)
    np.testing.assert_array_equal(net.parameters, before)
    assert optimizer.iterations == 0


def test_a_callbacks_repr_makes_it_again():
    for made in (
        KeepBest("loss", True),
        EarlyStopping("val_accuracy", 3, 0.5, restore_best=True),
        ReduceLROnPlateau("loss", 0.5, 3, 0.25, 2, 1e-3),
    ):
        assert repr(eval(repr(made))) == repr(made)
    defaults = "factor=0.1, patience=10, min_delta=0.0001, cooldown=0, min_lr=0"
    assert repr(ReduceLROnPlateau()) == f"ReduceLROnPlateau('val_loss', {defaults})"
    assert repr(EarlyStopping()) == "EarlyStopping('val_loss', patience=10, min_delta=0, restore_best=False)"
    assert eval(repr(EarlyStopping(min_delta=1.23456789e-5))).min_delta == 1.23456789e-5


def test_arguments_are_checked():
    message = "monitor: expected 'loss', 'val_loss', 'accuracy' or 'val_accuracy', got 'val_acc'"
    for kind in (KeepBest, EarlyStopping):
        with pytest.raises(ValueError, match=message):
            kind("val_acc")
        with pytest.raises(ValueError, match=r"monitor: expected .*, got \['loss'\]"):
            kind(["loss"])
    with pytest.raises(ValueError, match="restore: expected True or False"):
        KeepBest(restore="yes")
    with pytest.raises(ValueError, match="restore_best: expected True or False"):
        EarlyStopping(restore_best=1)
    with pytest.raises(ValueError, match="patience: expected a whole number >= 1"):
        EarlyStopping(patience=0)
    for kind in (EarlyStopping, ReduceLROnPlateau):
        with pytest.raises(ValueError, match="min_delta: expected a finite number >= 0"):
            kind(min_delta=-1)
    for factor in (0, 1, 1.5):
        with pytest.raises(ValueError, match="factor: expected a finite number > 0 and < 1"):
            ReduceLROnPlateau(factor=factor)
    with pytest.raises(ValueError, match="patience: expected a whole number >= 1"):
        ReduceLROnPlateau(patience=0)
    with pytest.raises(ValueError, match="cooldown: expected a whole number >= 0"):
        ReduceLROnPlateau(cooldown=-1)
    with pytest.raises(ValueError, match="min_lr: expected a finite number >= 0"):
        ReduceLROnPlateau(min_lr=-1)
    with pytest.raises(ValueError, match="monitor: expected"):
        ReduceLROnPlateau("val_acc")


def test_what_is_monitored_must_be_measured():
    for kind in (EarlyStopping, ReduceLROnPlateau):
        with pytest.raises(ValueError, match=f"{kind.__name__} monitors val_loss, which needs validation_data$"):
            classifier().fit(X, LABELS, callbacks=[kind()])
        with pytest.raises(ValueError, match=f"{kind.__name__} monitors accuracy, which needs record_accuracy=True$"):
            classifier().fit(X, LABELS, callbacks=[kind("accuracy")])
    line = MLP([2, 1], seed=0)
    with pytest.raises(ValueError, match="KeepBest monitors val_accuracy, which needs validation_data whose labels"):
        line.fit(X, X[:, 0], validation_data=(X, X[:, 0]), callbacks=[KeepBest("val_accuracy")])
