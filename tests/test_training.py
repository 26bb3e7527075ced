import contextlib
import copy
import gc
import weakref

import numpy as np
import pandas as pd
import pytest

from npnet import MLP, Ensemble, activations, datasets, training
from npnet.clipping import ClipByNorm
from npnet.engine import tuning
from npnet.engine.splitting import split
from npnet.engine.stepping import Batches, Objective, Validation
from npnet.history import History
from npnet.losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Huber,
    LabelSmoothing,
    MeanAbsoluteError,
    MeanSquaredError,
)
from npnet.optimizers import SGD, Adam
from npnet.regularizers import L2
from npnet.schedules import ExponentialDecay
from npnet.training import DivergenceError, EarlyStopping, KeepBest
from reference.bounds.tolerance import assert_within, bound

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 2))
LABELS = (X.sum(axis=1) > 0).astype(int)


def classifier(**options):
    return MLP([2, 4, 2], output="softmax", seed=1, **options)


def test_training_leaves_numpys_settings_as_they_were():
    before = np.getbufsize(), np.geterr()
    classifier().fit(X, LABELS, epochs=1)
    assert (np.getbufsize(), np.geterr()) == before


# The caller's settings of NumPy

NETS = [lambda: MLP([2, 4, 2], output="softmax", seed=1), lambda: Ensemble([2, 4, 2], output="softmax", seeds=[1, 2])]
every_net = pytest.mark.parametrize("make", NETS, ids=["one", "many"])


@pytest.fixture(params=["raise", "warn", "ignore"])
def chosen(request):
    """Settings that are neither NumPy's nor npnet's, for the time of a test."""
    with np.errstate(all=request.param):
        np.setbufsize(4096)
        yield np.geterr(), np.getbufsize()


@every_net
def test_callbacks_have_the_callers_settings_and_steps_have_npnets(make, chosen, monkeypatch):
    inside, outside, shipped = [], [], Objective.value_and_gradient

    def look(self, x, y):
        inside.append((*np.geterr().values(), np.getbufsize()))
        return shipped(self, x, y)

    monkeypatch.setattr(Objective, "value_and_gradient", look)
    make().fit(X, LABELS, epochs=3, callbacks=[lambda *_: outside.append((np.geterr(), np.getbufsize()))])
    assert outside == [chosen] * 3
    assert set(inside) == {("ignore", "ignore", "ignore", "ignore", tuning.BUFFER)}
    assert (np.geterr(), np.getbufsize()) == chosen


@every_net
def test_settings_are_back_after_a_callback_fails(make, chosen):
    def fail(net, history):
        raise KeyError("on purpose")

    with pytest.raises(KeyError, match="on purpose"):
        make().fit(X, LABELS, epochs=3, callbacks=[fail])
    assert (np.geterr(), np.getbufsize()) == chosen


def test_settings_are_back_after_a_divergence(chosen):
    net = MLP([2, 1], seed=1)
    with pytest.raises(DivergenceError):
        net.fit(X, X.sum(axis=1), optimizer=SGD(1e30), epochs=9)
    assert (np.geterr(), np.getbufsize()) == chosen


@every_net
def test_what_a_callback_sets_ends_with_the_training(make, chosen):
    def change(net, history):
        np.seterr(all="call")
        np.setbufsize(16)

    make().fit(X, LABELS, epochs=2, callbacks=[change])
    assert (np.geterr(), np.getbufsize()) == chosen


def test_an_overflow_in_a_callback_is_the_callers_business():
    with np.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow"):
        classifier().fit(X, LABELS, callbacks=[lambda *_: np.float32(1e30) * np.float32(1e30)])


def test_numbers_that_overflow_in_training_raise_no_warning_of_numpys(chosen):
    net = Ensemble([2, 1], seeds=[1, 2])
    history = net.fit(X, X.sum(axis=1), optimizer=SGD([1e30, 0.01]), epochs=9)
    assert list(history.frozen) == [0]


def test_inputs_and_optimizers_are_left_alone():
    x, y = X.copy(), LABELS.copy()
    classifier().fit(x, y, epochs=2, shuffle=True, seed=0)
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(y, LABELS)
    first, second = classifier(), classifier()
    first.fit(X, LABELS, optimizer="adam")
    second.fit(X, LABELS, optimizer="adam")
    np.testing.assert_array_equal(first.parameters, second.parameters)


def test_moments_go_on_in_a_second_call():
    once, twice = classifier(), classifier()
    once.fit(X, LABELS, optimizer=Adam(0.1), epochs=4)
    optimizer = Adam(0.1)
    twice.fit(X, LABELS, optimizer=optimizer, epochs=2)
    twice.fit(X, LABELS, optimizer=optimizer, epochs=2)
    np.testing.assert_array_equal(once.parameters, twice.parameters)


def test_float32_stays_float32():
    net, optimizer = classifier(), Adam(ExponentialDecay(np.float64(0.1), 1, np.float64(0.9)))
    net.fit(X, LABELS, optimizer=optimizer, epochs=2, regularizer=L2(np.float64(0.1)))
    assert net.dtype == optimizer.state["m"].dtype == np.float32


def test_callbacks_see_each_epoch_and_can_end_the_training():
    seen = []

    def third(net, history):
        seen.append(history.loss[-1])
        return history.epochs == 3

    history = classifier().fit(X, LABELS, epochs=10, callbacks=[third, lambda net, history: None])
    assert history.loss.tolist() == seen
    assert history.epochs == len(history.to_frame()) == 3


def test_verbose_prints_a_line_every_so_many_epochs(capsys):
    classifier().fit(X, LABELS, epochs=5, verbose=2)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == ["0:", "2:", "4:"]
    classifier().fit(X, LABELS, epochs=5)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("verbose", "epochs", "shown"),
    [
        (3, 7, [0, 3, 6]),
        (3, 6, [0, 3, 5]),
        (5, 3, [0, 2]),
        (True, 3, [0, 1, 2]),
        (np.True_, 3, [0, 1, 2]),
        (1, 1, [0]),
        (False, 3, []),
        (0, 3, []),
    ],
)
def test_epochs_are_shown_whose_number_verbose_divides_and_the_last(verbose, epochs, shown, capsys):
    history = classifier().fit(X, LABELS, epochs=epochs, verbose=verbose)
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [f"epoch {number}" for number in shown]
    assert not lines or lines[-1].endswith(history.last())


def test_the_last_epoch_is_shown_also_where_a_callback_ends_the_training(capsys):
    for end, shown in ((4, [0, 3]), (5, [0, 3, 4]), (6, [0, 3, 5]), (1, [0])):
        stop = lambda net, history, end=end: history.epochs == end  # noqa: E731
        history = classifier().fit(X, LABELS, epochs=9, verbose=3, callbacks=[stop])
        lines = capsys.readouterr().out.splitlines()
        assert [line.partition(":")[0] for line in lines] == [f"epoch {number}" for number in shown]
        assert lines[-1].endswith(history.last())


def test_training_ends_with_the_last_member():
    ensemble = Ensemble([2, 1], seeds=[0, 1])
    history = ensemble.fit(X, X.sum(axis=1), optimizer=SGD([1e9, 1e20]), epochs=50)
    assert sorted(history.frozen) == [0, 1]
    assert history.epochs == max(each.epoch for each in history.frozen.values()) + 1 < 50


def test_parameters_that_are_not_finite_are_refused():
    net = classifier()
    net.weights[0][0, 0] = np.nan
    with pytest.raises(ValueError, match=r"parameters: expected finite numbers, got nan at index \(0,\)"):
        net.fit(X, LABELS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"epochs": 0}, "epochs: expected a whole number >= 1, got 0"),
        ({"epochs": 2.0}, "epochs: expected a whole number >= 1, got 2.0"),
        ({"batch_size": 0}, "batch_size: expected a whole number >= 1, got 0"),
        ({"epochs": 3, "initial_epoch": 3}, "initial_epoch: expected one under epochs, 3, where training ends, got 3"),
        ({"initial_epoch": -1}, "initial_epoch: expected a whole number >= 0, got -1"),
        ({"record_batches": 1}, "record_batches: expected True or False"),
        ({"record_accuracy": 1}, "record_accuracy: expected True or False"),
        ({"record_accuracy": True, "y": X, "loss": "mse"}, "record_accuracy: expected labels that name classes, got"),
        ({"callbacks": [EarlyStopping("accuracy")]}, "callbacks: EarlyStopping monitors accuracy, .* record_accuracy"),
        ({"verbose": -1}, "verbose: expected a whole number >= 0, got -1"),
        ({"verbose": 1.5}, "verbose: expected a whole number >= 0, got 1.5"),
        ({"verbose": "1"}, "verbose: expected a whole number >= 0, got '1'"),
        ({"optimizer": "lbfgs"}, "optimizer: expected one of"),
        ({"loss": "hinge"}, "loss: expected one of"),
        ({"regularizer": 0.03}, "regularizer: expected one of"),
        ({"seed": "x"}, "seed: expected a whole number"),
        ({"validation_data": X}, r"validation_data: expected \(x, y\) or \(x, y, sample_weight\), got ndarray"),
        ({"validation_data": (X[:, :1], LABELS)}, r"validation_data\[0\]: expected shape \(batch, 2\)"),
        ({"validation_data": (X, LABELS[:3])}, r"validation_data\[1\]: expected shape \(50, 2\)"),
        ({"x": np.where(X > 2, np.nan, X)}, r"x: expected finite numbers, got nan at index"),
        ({"x": X * 1e300}, r"x: expected numbers that fit float32"),
        ({"y": np.full((50, 2), 1e300), "loss": "mse"}, r"y: expected numbers that fit float32"),
        ({"shuffle": "no"}, r"shuffle: expected True or False"),
        ({"callbacks": None}, r"callbacks: expected a list of functions"),
        ({"callbacks": print}, r"callbacks: expected a list of functions"),
        ({"callbacks": [EarlyStopping]}, r"callbacks: expected a list of functions"),
        ({"callbacks": [3]}, r"callbacks: expected a list of functions"),
        ({"callbacks": [print, "print"]}, r"callbacks: expected a list of functions"),
        ({"callbacks": [EarlyStopping()]}, r"callbacks: EarlyStopping monitors val_loss"),
        ({"validation_data": (X,)}, r"validation_data: expected \(x, y\) or \(x, y, sample_weight\), got 1 elements"),
        ({"validation_data": (np.full((50, 2), np.nan), LABELS)}, r"validation_data\[0\]: expected finite"),
        ({"y": LABELS + 1}, "y: expected class indices from 0 to 1, got 2"),
        ({"sample_weight": np.ones(49)}, r"sample_weight: expected shape \(50,\), one weight for each sample"),
        (
            {"sample_weight": np.zeros(50)},
            r"^sample_weight: expected at least one sample with a weight above 0",
        ),
        ({"class_weight": [0, 0]}, r"^class_weight: expected at least one sample with a weight above 0, got none"),
        ({"class_weight": {0: 1e39}}, r"^class_weight: expected numbers that fit float32, got one of size 1e\+39"),
        ({"class_weight": {2: 1}}, r"class_weight: expected class indices from 0 to 1, got 2"),
        ({"validation_data": (X, LABELS, -np.ones(50))}, r"validation_data\[2\]: expected no negative weight"),
        ({"validation_data": (X, LABELS, np.ones(3))}, r"validation_data\[2\]: expected shape \(50,\)"),
        ({"validation_data": (X, LABELS, None, None)}, r"validation_data: expected \(x, y\) or .*, got 4 elements"),
        ({"validation_batch_size": 0}, r"validation_batch_size: expected a whole number >= 1, got 0"),
        ({"y": LABELS[:7]}, r"y: expected shape \(50, 2\)"),
    ],
)
def test_arguments_are_checked_before_anything_changes(arguments, message):
    net = classifier()
    before = net.parameters.copy()
    with pytest.raises(ValueError, match=message):
        net.fit(**{"x": X, "y": LABELS, **arguments})
    np.testing.assert_array_equal(net.parameters, before)


def test_an_optimizer_of_another_net_is_refused_before_anything_changes():
    optimizer = Adam()
    MLP([3, 2], seed=0).fit(np.ones((4, 3)), [0, 1, 0, 1], optimizer=optimizer)
    net = classifier()
    before = net.parameters.copy()
    with pytest.raises(ValueError, match=r"reset\(\)"):
        net.fit(X, LABELS, optimizer=optimizer)
    np.testing.assert_array_equal(net.parameters, before)


def test_the_function_trains_as_the_method_does():
    one, other = classifier(), classifier()
    history = one.fit(X, LABELS, optimizer=Adam(0.1), epochs=2)
    assert training.fit(other, X, LABELS, optimizer=Adam(0.1), epochs=2).loss.tolist() == history.loss.tolist()
    np.testing.assert_array_equal(one.parameters, other.parameters)


def test_an_optimizer_lets_go_of_the_net_however_training_ends():
    def interrupt(net, history):
        raise KeyboardInterrupt

    for callbacks in ([], [interrupt]):
        net, optimizer = classifier(), Adam(0.1)
        with contextlib.suppress(KeyboardInterrupt):
            net.fit(X, LABELS, optimizer=optimizer, callbacks=callbacks)
        parameters = weakref.ref(net.parameters)
        del net
        gc.collect()
        assert parameters() is None
        assert optimizer.iterations == 2


# Weights of samples and classes

WEIGHTS = np.random.default_rng(1).exponential(size=50).astype("float32")


@every_net
@pytest.mark.parametrize("shuffle", [False, True])
def test_each_step_takes_the_weights_of_its_samples(make, shuffle):
    net, by_hand, rng = make(), make(), np.random.default_rng(3)
    net.fit(X, LABELS, "categorical_crossentropy", SGD(0.5), 2, 20, shuffle, sample_weight=WEIGHTS, seed=3)
    for _ in range(2):
        order = rng.permutation(50) if shuffle else np.arange(50)
        for part in (order[:20], order[20:40], order[40:]):
            arguments = X[part], LABELS[part], "categorical_crossentropy"
            _, gradient = by_hand.loss_and_gradient(*arguments, sample_weight=WEIGHTS[part])
            SGD(0.5).step(by_hand.parameters, gradient)
    np.testing.assert_array_equal(net.parameters, by_hand.parameters)


def test_a_step_with_weights_is_on_the_reported_loss():
    """The loss of the only batch, before its step, is that of `evaluate`, weights and penalty included."""
    net, options = classifier(), {"sample_weight": WEIGHTS, "class_weight": [1, 3], "regularizer": L2(0.1)}
    loss = net.evaluate(X, LABELS, **options).loss
    history = net.fit(X, LABELS, batch_size=None, shuffle=False, validation_data=(X, LABELS), **options)
    assert history.loss[0] == loss
    assert history.val_loss[0] == net.evaluate(X, LABELS, regularizer=L2(0.1)).loss


def test_the_epochs_loss_is_the_mean_of_the_weighted_losses_of_all_samples():
    net = classifier(dtype="float64")
    history = net.fit(X, LABELS, optimizer=SGD(1e-300), batch_size=16, sample_weight=WEIGHTS)
    expected = net.evaluate(X, LABELS, sample_weight=WEIGHTS).loss
    assert_within(history.loss[0], expected, bound(60, expected, "float64"))


@every_net
def test_weights_of_1_change_no_bit_of_a_training(make):
    runs = []
    for weights in ({}, {"sample_weight": np.ones(50)}, {"class_weight": [1, 1]}, {"validation_weight": np.ones(50)}):
        net, data = make(), (X, LABELS, weights.pop("validation_weight", None))
        history = net.fit(X, LABELS, "categorical_crossentropy", epochs=3, validation_data=data, seed=0, **weights)
        runs.append((net.parameters, history.loss, history.val_loss, history.val_accuracy))
    for run in runs[1:]:
        for actual, expected in zip(run, runs[0]):
            np.testing.assert_array_equal(actual, expected)


@every_net
def test_the_validation_data_have_weights_of_their_own(make):
    net = make()
    history = net.fit(X, LABELS, epochs=2, validation_data=(X, LABELS, WEIGHTS), sample_weight=WEIGHTS[::-1])
    expected = net.evaluate(X, LABELS, sample_weight=WEIGHTS)
    np.testing.assert_array_equal(history.val_loss[-1], expected.loss)
    np.testing.assert_array_equal(history.val_accuracy[-1], expected.accuracy)


@every_net
def test_a_sample_whose_weight_is_0_changes_no_training(make):
    one, other, weights = make(), make(), (np.arange(50) < 40).astype(float)
    one.fit(X, LABELS, epochs=2, batch_size=10, shuffle=False, sample_weight=weights)
    other.fit(np.where(weights[:, np.newaxis] > 0, X, 9), LABELS, epochs=2, batch_size=10, shuffle=False,
              sample_weight=weights)  # fmt: skip
    np.testing.assert_array_equal(one.parameters, other.parameters)


def test_a_weighted_class_is_learned_better():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(300, 2)), (np.arange(300) < 15).astype(int)
    x[y == 1] += 1
    found = {}
    for weights in (None, "balanced"):
        net = MLP([2, 1], output="sigmoid", seed=0)
        net.fit(x, y, "binary_crossentropy", Adam(0.05), 60, class_weight=weights, seed=0)
        found[weights] = (net(x)[y == 1] > 0.5).mean()
    assert found["balanced"] > 0.6 > 0.3 > found[None]


@every_net
def test_validation_in_batches_is_that_of_all_samples(make):
    runs = []
    for size in (None, 2048, 7):
        net = make()
        data = (X, LABELS, WEIGHTS)
        runs.append(net.fit(X, LABELS, epochs=2, validation_data=data, validation_batch_size=size, seed=0))
    np.testing.assert_array_equal(runs[1].val_loss, runs[0].val_loss)
    assert_within(runs[2].val_loss, runs[0].val_loss, bound(100, runs[0].val_loss, "float32"))
    np.testing.assert_array_equal(runs[2].val_accuracy, runs[0].val_accuracy)


def test_labels_that_do_not_exclude_each_other_have_their_accuracy():
    labels = (np.column_stack([X, X.sum(axis=1)]) > 0).astype(int)
    for net in (MLP([2, 3], output="sigmoid", seed=0), Ensemble([2, 3], output="sigmoid", seeds=[0, 1])):
        history = net.fit(X, labels, "binary_crossentropy", Adam(0.1), 40, validation_data=(X, labels), seed=0)
        np.testing.assert_array_equal(history.val_accuracy[-1], net.evaluate(X, labels, "binary_crossentropy").accuracy)
        assert (history.val_accuracy[-1] > 0.9).all()


# What is taken where nothing is given


@every_net
def test_the_loss_is_that_of_the_last_fit(make):
    for loss, own in (("mse", MeanSquaredError()), ("categorical_crossentropy", CategoricalCrossentropy())):
        net = make()
        net.fit(X, LABELS, loss=loss)
        assert net.loss == own
        for kept in (net, net.copy(), copy.deepcopy(net), net.astype("float64").astype("float32")):
            np.testing.assert_array_equal(kept.evaluate(X, LABELS).loss, net.evaluate(X, LABELS, loss).loss)
            for one, other in zip(kept.loss_and_gradient(X, LABELS), net.loss_and_gradient(X, LABELS, loss)):
                np.testing.assert_array_equal(one, other)
        again, same = net.copy(), net.copy()
        again.fit(X, LABELS, seed=1)
        same.fit(X, LABELS, loss=loss, seed=1)
        np.testing.assert_array_equal(again.parameters, same.parameters)


@pytest.mark.parametrize(
    ("output", "own"),
    [
        ("softmax", CategoricalCrossentropy()), ("sigmoid", BinaryCrossentropy()), ("identity", MeanSquaredError()),
        ("tanh", MeanSquaredError()), ("relu", MeanSquaredError()),
    ],
)  # fmt: skip
def test_the_loss_before_a_fit_is_the_one_that_belongs_to_the_output(output, own):
    net, y = MLP([2, 3, 2], output=output, seed=0), np.eye(2)[LABELS]
    assert net.loss == Ensemble([2, 3, 2], output=output, members=2).loss == own
    assert net.evaluate(X, y) == net.evaluate(X, y, own)
    other = net.copy()
    net.fit(X, y, epochs=2)
    other.fit(X, y, own, epochs=2)
    np.testing.assert_array_equal(net.parameters, other.parameters)


def test_the_loss_of_an_ensemble_of_nets_is_theirs_if_they_have_one():
    nets = [classifier() for _ in range(3)]
    for net in nets:
        net.fit(X, LABELS, loss="mse")
    assert Ensemble.from_nets(nets).loss == Ensemble.from_nets(nets)[1].loss == MeanSquaredError()
    nets[1].fit(X, LABELS, loss="categorical_crossentropy")
    assert Ensemble.from_nets(nets).loss == CategoricalCrossentropy()


def test_a_fit_that_is_refused_leaves_the_loss():
    net = classifier()
    with pytest.raises(ValueError, match="y: expected"):
        net.fit(X, LABELS[:3], loss="mse")
    assert net.loss == CategoricalCrossentropy()
    with pytest.raises(ValueError, match="loss: expected one of"):
        net.loss = "hinge"
    with pytest.raises(ValueError, match="expects logits"):
        net.loss = CategoricalCrossentropy(from_logits=True)
    net.loss = "mse"
    assert net.loss == MeanSquaredError()


def test_samples_are_shuffled_by_default():
    one, other, ordered = classifier(), classifier(), classifier()
    one.fit(X, LABELS, seed=3)
    other.fit(X, LABELS, seed=3, shuffle=True)
    ordered.fit(X, LABELS, seed=3, shuffle=False)
    np.testing.assert_array_equal(one.parameters, other.parameters)
    assert (one.parameters != ordered.parameters).any()


def test_shuffling_learns_what_sorted_classes_hide():
    x, labels, _ = datasets.load_iris()

    def accuracy(**options):
        net = MLP([4, 3], output="softmax", seed=0)
        net.fit(x, labels, optimizer=SGD(0.1), epochs=50, **options)
        return net.evaluate(x, labels).accuracy

    assert accuracy() > 0.8 > 0.7 > accuracy(shuffle=False)


@every_net
def test_a_net_of_a_seed_is_trained_in_the_same_way_each_time(make):
    one, other = make(), make()
    one.fit(X, LABELS, epochs=3)
    other.fit(X, LABELS, epochs=3)
    np.testing.assert_array_equal(one.parameters, other.parameters)
    third = make()
    third.fit(X, LABELS, epochs=3, seed=5)
    assert (one.parameters != third.parameters).any()
    assert MLP([2, 2]).rng.random() != MLP([2, 2]).rng.random()


@every_net
def test_a_training_in_two_calls_is_one_training(make):
    once, twice, decay = make(), make(), ExponentialDecay(0.1, 1, 0.9)
    whole = once.fit(X, LABELS, optimizer=Adam(decay), epochs=5)
    optimizer = Adam(decay)
    first = twice.fit(X, LABELS, optimizer=optimizer, epochs=2)
    second = twice.fit(X, LABELS, optimizer=optimizer, epochs=5, initial_epoch=2)
    np.testing.assert_array_equal(twice.parameters, once.parameters)
    np.testing.assert_array_equal(np.concatenate([first.loss, second.loss]), whole.loss)
    np.testing.assert_array_equal(np.concatenate([first.learning_rate, second.learning_rate]), whole.learning_rate)


def test_a_copy_draws_the_same_orders_and_a_callers_generator_is_not_drawn_from():
    rng, same = np.random.default_rng(3), np.random.default_rng(3)
    net, other = MLP([2, 4, 2], output="softmax", seed=rng), MLP([2, 4, 2], output="softmax", seed=same)
    copied = net.copy()
    net.fit(X, LABELS, epochs=2)
    copied.fit(X, LABELS, epochs=2)
    np.testing.assert_array_equal(net.parameters, copied.parameters)
    assert rng.random() == same.random()
    other.fit(X, LABELS, epochs=2)
    np.testing.assert_array_equal(net.parameters, other.parameters)


def test_verbose_counts_from_the_initial_epoch(capsys):
    classifier().fit(X, LABELS, epochs=8, initial_epoch=5, verbose=2)
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["6:", "7:"]


def test_a_divergence_counts_from_the_initial_epoch():
    net = MLP([2, 4, 1], seed=1)
    with pytest.raises(DivergenceError) as caught:
        net.fit(X, X.sum(axis=1), optimizer=SGD(1e3), epochs=200, initial_epoch=100, shuffle=False)
    assert caught.value.epoch == 100 + caught.value.history.epochs
    assert f"in epoch {caught.value.epoch}, " in str(caught.value)


# Ctrl-C


def interrupting(function, after):
    """The function, which raises an interrupt in one of its calls."""
    left = [after]

    def interrupted(*arguments, **named):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return function(*arguments, **named)

    return interrupted


PLACES = [
    (Objective, "value_and_gradient"), (Validation, "measure"), (Adam, "apply"), (Adam, "update"), (Batches, "draw"),
    (History, "add"), (History, "last"),
]  # fmt: skip


@every_net
@pytest.mark.parametrize(("owner", "name"), PLACES, ids=lambda value: getattr(value, "__name__", value))
@pytest.mark.parametrize("after", [1, 5])
def test_an_interrupt_leaves_net_optimizer_and_history_usable(make, owner, name, after, monkeypatch):
    net, optimizer = make(), Adam(0.1)
    data = {"validation_data": (X, LABELS), "batch_size": 20, "verbose": 1, "optimizer": optimizer}
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt) as caught:
        patch.setattr(owner, name, interrupting(getattr(owner, name), after))
        net.fit(X, LABELS, epochs=20, **data)
    history = caught.value.history
    completed = {"value_and_gradient": 3, "apply": 3, "update": 3}.get(name, 1)
    assert history.epochs == (after - 1) // completed + (name == "last")
    assert len(history.loss) == len(history.val_loss) == history.epochs
    assert np.isfinite(history.loss).all()
    assert np.isfinite(net.parameters).all()
    assert optimizer.iterations - 3 * history.epochs in range(4)
    going_on = net.fit(X, LABELS, epochs=20, initial_epoch=history.epochs, **data)
    assert going_on.epochs == 20 - history.epochs
    assert (going_on.loss[-1] < going_on.loss[0]).all()


@every_net
def test_an_interrupt_between_two_steps_loses_nothing(make, monkeypatch):
    once, twice, optimizer = make(), make(), Adam(0.1)
    once.fit(X, LABELS, optimizer=Adam(0.1), epochs=4)

    def interrupt(net, history):
        if history.epochs == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        twice.fit(X, LABELS, optimizer=optimizer, epochs=4, callbacks=[interrupt])
    assert caught.value.history.epochs == 2
    twice.fit(X, LABELS, optimizer=optimizer, epochs=4, initial_epoch=2)
    np.testing.assert_array_equal(twice.parameters, once.parameters)


@pytest.mark.parametrize("fails", [False, True])
def test_a_callback_is_told_of_the_end_however_training_ends(fails):
    told = []

    class Ending:
        def __call__(self, net, history):
            if fails and history.epochs == 2:
                raise KeyError("on purpose")

        def on_train_end(self, net, history):
            told.append((net, history.epochs))

    net = classifier()
    with pytest.raises(KeyError) if fails else contextlib.nullcontext():
        net.fit(X, LABELS, epochs=3, callbacks=[lambda *_: None, Ending()])
    assert told == [(net, 2 if fails else 3)]


def test_all_callbacks_are_told_of_the_end_in_their_order_also_if_one_fails():
    told = []

    class Ending:
        def __init__(self, number):
            self.number = number

        def __call__(self, net, history):
            return False

        def on_train_end(self, net, history):
            told.append(self.number)
            if self.number == 1:
                raise KeyError("on purpose")

    with pytest.raises(KeyError, match="on purpose"):
        classifier().fit(X, LABELS, callbacks=[Ending(0), Ending(1), Ending(2)])
    assert told == [0, 1, 2]


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
def test_only_callbacks_that_began_are_told_of_the_end(error):
    told = []

    class Ending:
        def __init__(self, number):
            self.number = number

        def __call__(self, net, history):
            return False

        def on_train_end(self, net, history):
            told.append(self.number)

    class Both(Ending):
        def on_train_begin(self, net, optimizer):
            if self.number == 2:
                raise error("on purpose")

    with pytest.raises(error, match="on purpose"):
        classifier().fit(X, LABELS, callbacks=[Ending(0), Both(1), Both(2), Both(3), Ending(4)])
    assert told == [0, 1]


def test_a_callback_that_does_not_begin_leaves_the_net_as_it_was():
    class Fails:
        def on_train_begin(self, net, optimizer):
            seen.append((net.loss, net.evaluate(X, X[:, 0]).loss))
            raise KeyError("on purpose")

        def __call__(self, net, history):
            return False

    seen, keep = [], KeepBest("loss", restore=True)
    MLP([2, 1], seed=1).fit(X, X[:, 0], callbacks=[keep])
    net = MLP([2, 1], seed=0)
    before = net.parameters.copy()
    for own in (MeanSquaredError(), MeanAbsoluteError()):
        with pytest.raises(KeyError, match="on purpose"):
            net.fit(X, X[:, 0], loss="huber", callbacks=[Fails(), keep])
        assert net.loss == own
        net.activations[-1] = activations.sigmoid
        # Not its own, where it is that of the output
        assert (net.loss == own) == (own == MeanAbsoluteError())
        net.activations[-1] = activations.identity
        np.testing.assert_array_equal(net.parameters, before)
        net.loss = "mae"
    # It is asked for the loss of the training
    assert seen == [(Huber(), net.evaluate(X, X[:, 0], "huber").loss)] * 2


class Unknown:
    def __bool__(self):
        raise ValueError("it depends")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (pd.NA, "a NAType: boolean value of NA is ambiguous"),
        (Unknown(), "a Unknown: it depends"),
        (np.ma.array([1, 2]), "a MaskedArray of shape"),
    ],
)
def test_an_answer_that_is_neither_true_nor_false_is_refused(answer, message):
    # The first answer is true, and does not hide it
    with pytest.raises(ValueError, match=f"callbacks: expected answers that are true or false, got {message}"):
        classifier().fit(X, LABELS, callbacks=[lambda *_: True, lambda *_: answer])


@pytest.mark.parametrize("wrong", ["a", -1, 1.0, None])
def test_the_steps_of_an_optimizer_are_a_whole_number(wrong):
    net, optimizer = classifier(), Adam(0.1)
    before, optimizer.iterations = net.parameters.copy(), wrong
    with pytest.raises(ValueError, match="iterations: expected a whole number >= 0, got"):
        net.fit(X, LABELS, optimizer=optimizer)
    np.testing.assert_array_equal(net.parameters, before)


@pytest.mark.parametrize("make", [classifier, lambda: Ensemble([2, 2], output="softmax", seeds=[0, 1])])
def test_an_answer_for_each_member_is_refused(make):
    with pytest.raises(ValueError, match=r"callbacks: .* true or false, got an ndarray of shape \(2,\); numpy.all"):
        make().fit(X, LABELS, callbacks=[lambda net, history: np.ones(2) < 3])
    with pytest.raises(ValueError, match=r"callbacks: .* true or false, got a DataFrame of shape \(1, \d+\)"):
        make().fit(X, LABELS, callbacks=[lambda net, history: pd.DataFrame([{"loss": 1.0}])])
    history = make().fit(X, LABELS, epochs=3, callbacks=[lambda net, history: np.asarray(history.epochs == 2)])
    assert history.epochs == 2


def test_a_callback_sets_what_fits_or_is_told_so():
    optimizer = SGD(0.1)

    def wrong(net, history):
        optimizer.learning_rate = [0.1, 0.2]

    with pytest.raises(ValueError, match="learning_rate: expected one number for a single net, got 2 of them"):
        classifier().fit(X, LABELS, optimizer=optimizer, epochs=2, callbacks=[wrong])


# The accuracy on the samples that are trained on


@every_net
def test_the_accuracy_of_a_batch_is_that_before_its_update(make):
    """With all samples in one batch, it is what evaluate says of the parameters before the epoch."""
    net, optimizer = make(), Adam(0.1)
    before = []
    history = net.fit(X, LABELS, optimizer=Adam(0.1), epochs=6, batch_size=None, record_accuracy=True)
    net = make()
    for epoch in range(6):
        before.append(net.evaluate(X, LABELS).accuracy)
        net.fit(X, LABELS, optimizer=optimizer, epochs=epoch + 1, initial_epoch=epoch, batch_size=None)
    np.testing.assert_array_equal(history.accuracy, before)
    assert (history.accuracy[0] < history.accuracy[-1]).all()


@every_net
@pytest.mark.parametrize("smoothed", [False, True])
def test_the_accuracy_of_an_epoch_counts_each_sample_once(make, smoothed):
    """Of parameters that hardly move it is that of an evaluation, whatever the order, the batches and the weights."""
    net, loss = make(), CategoricalCrossentropy()
    # Biases of 0 would move, and samples without an active unit have no other logits
    net.fit(X, LABELS)
    history = net.fit(
        X, LABELS, loss=LabelSmoothing(loss, 0.1) if smoothed else loss, optimizer=SGD(1e-30), epochs=2, batch_size=16,
        sample_weight=WEIGHTS, record_accuracy=True, clipping=ClipByNorm(1e-3),
    )  # fmt: skip
    expected = net.evaluate(X, LABELS).accuracy
    assert np.all((expected > 0) & (expected < 1))
    np.testing.assert_array_equal(history.accuracy, [expected, expected])


def test_the_accuracy_of_labels_that_do_not_exclude_each_other_counts_labels():
    labels = (np.column_stack([X, X.sum(axis=1)]) > 0).astype(int)
    for net in (MLP([2, 3], output="sigmoid", seed=0), Ensemble([2, 3], output="sigmoid", seeds=[0, 1])):
        history = net.fit(X, labels, "binary_crossentropy", SGD(1e-30), batch_size=16, record_accuracy=True)
        np.testing.assert_array_equal(history.accuracy[0], net.evaluate(X, labels).accuracy)


def test_an_ensemble_in_groups_has_the_accuracy_of_each_member(monkeypatch):
    make = NETS[1]
    options = {"epochs": 3, "batch_size": 16, "record_accuracy": True, "seed": 0}
    whole = make().fit(X, LABELS, **options)
    for constant, value in (("GROUP_BYTES", 1), ("ALONE", 0)):
        with monkeypatch.context() as patch:
            patch.setattr(tuning, constant, value)
            np.testing.assert_array_equal(make().fit(X, LABELS, **options).accuracy, whole.accuracy)


def test_a_frozen_members_accuracy_is_unknown():
    net = Ensemble([2, 4, 2], output="softmax", seeds=[1, 2])
    history = net.fit(X, LABELS, "mse", SGD([1e30, 0.1]), epochs=3, record_accuracy=True)
    assert list(history.frozen) == [0]
    assert np.isnan(history.accuracy[-1, 0])
    assert history.accuracy[-1, 1] > 0


@every_net
@pytest.mark.parametrize("clipping", [None, ClipByNorm(1e-3)], ids=repr)
def test_the_accuracy_is_recorded_only_if_asked_for_and_changes_no_training(make, clipping):
    one, other = make(), make()
    recorded = one.fit(X, LABELS, epochs=2, clipping=clipping, record_accuracy=True)
    plain = other.fit(X, LABELS, epochs=2, clipping=clipping)
    assert plain.accuracy is None
    np.testing.assert_array_equal(one.parameters, other.parameters)
    np.testing.assert_array_equal(recorded.loss, plain.loss)
    assert list(recorded.to_frame().columns) == ["loss", "accuracy", "learning_rate"]


def test_training_can_end_by_its_accuracy():
    history = classifier().fit(
        X, LABELS, optimizer=Adam(0.1), epochs=300, record_accuracy=True, callbacks=[EarlyStopping("accuracy", 5)]
    )
    assert history.epochs < 300
    assert history.accuracy[-6] == history.accuracy.max()


# The data that are held out, and what a history has room for

WEIGHTS = np.random.default_rng(4).uniform(0.5, 2, len(X))


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["alike", "weighted"])
def test_a_share_for_validation_is_the_same_as_these_samples_given(weights):
    rows, held_out = split(datasets.one_hot(LABELS, 2), 0.2)
    parts = [None, None] if weights is None else [weights[rows], weights[held_out]]
    one, other = classifier(dtype="float64"), classifier(dtype="float64")
    found = one.fit(X, LABELS, epochs=3, seed=0, validation_split=0.2, sample_weight=weights)
    others = (X[held_out], LABELS[held_out], *[part for part in parts[1:] if part is not None])
    expected = other.fit(X[rows], LABELS[rows], epochs=3, seed=0, validation_data=others, sample_weight=parts[0])
    np.testing.assert_array_equal(one.parameters, other.parameters)
    np.testing.assert_array_equal(found.val_loss, expected.val_loss)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["alike", "weighted"])
def test_the_weights_of_the_validation_data_change_no_training(weights):
    one, other = classifier(dtype="float64"), classifier(dtype="float64")
    weighted = one.fit(X, LABELS, epochs=3, seed=0, sample_weight=weights, validation_data=(X, LABELS, WEIGHTS))
    plain = other.fit(X, LABELS, epochs=3, seed=0, sample_weight=weights, validation_data=(X, LABELS))
    size = 1 + abs(other.parameters)
    assert_within(one.parameters, other.parameters, bound(1000, size, "float64"))
    assert (abs(weighted.val_loss - plain.val_loss) > 1e-6).all()


@pytest.mark.parametrize(
    ("wrong", "got"), [({1: 2, 3: 4}, "dict"), ("ab", "str"), ((X,), "1 elements"), ([X] * 4, "4 elements")], ids=str
)
def test_validation_data_are_a_pair_or_have_weights_too(wrong, got):
    expected = rf"validation_data: expected \(x, y\) or \(x, y, sample_weight\), got {got}"
    with pytest.raises(ValueError, match=expected):
        classifier().fit(X, LABELS, validation_data=wrong)


def test_a_share_that_leaves_no_sample_is_refused():
    with pytest.raises(ValueError, match="validation_split: expected a share that leaves samples for both"):
        MLP([2, 1], seed=0).fit(X[:20], X[:20].sum(axis=1), validation_split=0.01)
    # Of each class one sample is trained on
    for classes, share in ((np.arange(8), 0.99), (np.arange(8) // 2, 0.01)):
        least = (
            "two samples of one class at least, .*, got one of each class$" if share > 0.5 else "a share that leaves"
        )
        with pytest.raises(ValueError, match=f"^validation_split: expected {least}"):
            MLP([2, 8], output="softmax", seed=0).fit(X[:8], classes, validation_split=share)
    with pytest.raises(ValueError, match=r"^validation_split: expected two samples at least, one to .*, got one$"):
        MLP([2, 1], seed=0).fit(X[:1], [0.5], validation_split=0.5)


def test_a_history_has_room_for_the_epochs_that_are_run():
    history = classifier().fit(X, LABELS, initial_epoch=3, epochs=5, batch_size=20, record_batches=True)
    assert (history.loss.shape, history.batch_loss.shape, history.val_loss) == ((2,), (2, 3), None)
    assert classifier().fit(X, LABELS, epochs=2).batch_loss is None


def test_an_accuracy_belongs_to_classes():
    y = X.sum(axis=1) + 0.3
    history = MLP([2, 1], seed=0).fit(X, y, validation_data=(X, y))
    assert (history.val_loss.shape, history.val_accuracy) == ((1,), None)
    assert classifier().fit(X, LABELS, validation_data=(X, LABELS)).val_accuracy.shape == (1,)


@pytest.mark.parametrize(
    ("monitor", "needed"),
    [("val_loss", "validation_data"), ("val_accuracy", "validation_data whose labels name classes")],
)
def test_what_a_callback_monitors_must_be_measured(monitor, needed):
    with pytest.raises(ValueError, match=f"callbacks: EarlyStopping monitors {monitor}, which needs {needed}$"):
        classifier().fit(X, LABELS, callbacks=[EarlyStopping(monitor=monitor)])
