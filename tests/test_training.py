import numpy as np
import pytest

from npnet import MLP
from npnet.engine.stepping import Batches
from npnet.losses import BinaryCrossentropy
from npnet.optimizers import SGD, Adam, RMSProp
from npnet.regularizers import L2
from npnet.schedules import ExponentialDecay
from npnet.training import DivergenceError, EarlyStopping

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 2))
LABELS = (X.sum(axis=1) > 0).astype(int)


def classifier(**options):
    return MLP([2, 4, 2], output="softmax", seed=1, **options)


def test_an_epoch_is_one_step_for_each_batch_in_order():
    net, twin = classifier(dtype="float64"), classifier(dtype="float64")
    history = net.fit(X, LABELS, optimizer=SGD(0.5), epochs=2, batch_size=20, regularizer=L2(0.1))
    means = []
    for _ in range(2):
        values = []
        for i in (0, 20, 40):
            value, gradient = twin.loss_and_gradient(X[i : i + 20], LABELS[i : i + 20], regularizer=L2(0.1))
            values.append(value)
            twin.parameters[...] -= 0.5 * gradient
        means.append(sum(values) / 3)
    np.testing.assert_array_equal(net.parameters, twin.parameters)
    assert history.loss.tolist() == means


def test_training_leaves_numpys_settings_as_they_were():
    before = np.getbufsize(), np.geterr()
    classifier().fit(X, LABELS, epochs=1)
    assert (np.getbufsize(), np.geterr()) == before


def test_history_records_each_epoch():
    net = classifier()
    decay = ExponentialDecay(0.2, decay_rate=0.5)
    history = net.fit(X, LABELS, optimizer=SGD(decay), epochs=3, validation_data=(X[:10], LABELS[:10]))
    assert history.learning_rate.tolist() == [0.2, 0.1, 0.05]
    assert history.loss.shape == history.val_loss.shape == history.val_accuracy.shape == (3,)
    assert (history.val_loss[-1], history.val_accuracy[-1]) == net.evaluate(X[:10], LABELS[:10])
    frame = history.to_frame()
    assert list(frame.columns) == ["loss", "learning_rate", "val_loss", "val_accuracy"]
    assert frame.index.name == "epoch"
    assert frame["loss"].tolist() == history.loss.tolist()


def test_what_was_not_measured_is_none():
    history = MLP([2, 1], seed=0).fit(X, X.sum(axis=1), epochs=1)
    assert history.val_loss is None
    assert history.val_accuracy is None
    history = MLP([2, 1], seed=0).fit(X, X.sum(axis=1), epochs=1, validation_data=(X, X.sum(axis=1)))
    assert history.val_loss.shape == (1,)
    assert history.val_accuracy is None


def test_validation_takes_the_threshold_of_the_output():
    net = MLP([2, 1], output="sigmoid", seed=0)
    history = net.fit(X, LABELS, loss=BinaryCrossentropy(), epochs=5, validation_data=(X, LABELS))
    assert history.val_accuracy[-1] == np.mean((net(X)[:, 0] > 0.5) == LABELS)


def test_shuffling_visits_every_sample_in_an_order_that_the_seed_gives():
    def run(seed, shuffle=True):
        net = classifier()
        net.fit(X, LABELS, epochs=3, batch_size=7, shuffle=shuffle, seed=seed)
        return net.parameters

    np.testing.assert_array_equal(run(3), run(3))
    assert (run(3) != run(4)).any()
    assert (run(3) != run(3, shuffle=False)).any()
    # With one batch of all samples, the order only changes roundings
    one, other = classifier(dtype="float64"), classifier(dtype="float64")
    one.fit(X, LABELS, batch_size=None)
    other.fit(X, LABELS, batch_size=None, shuffle=True, seed=9)
    np.testing.assert_allclose(one.parameters, other.parameters, rtol=0, atol=50 * 2.0**-52)


def test_shuffling_moves_rows_with_their_labels():
    x = np.arange(12.0).reshape(12, 1) / 12
    net = MLP([1, 1], dtype="float64", kernel_initializer="zeros")
    history = net.fit(x, 2 * x, optimizer=SGD(0.5), epochs=2000, batch_size=5, shuffle=True, seed=0)
    assert history.loss[-1] < 1e-12


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
    net, optimizer = classifier(), Adam(ExponentialDecay(np.float64(0.1), np.float64(0.9)))
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


def test_early_stopping_waits_for_its_patience():
    stop = EarlyStopping("loss", patience=2)
    history = classifier().fit(X, LABELS, optimizer=Adam(0.5), epochs=500, callbacks=[stop])
    best = history.loss.argmin()
    assert history.epochs == best + 3 < 500
    net = MLP([1, 1], kernel_initializer="zeros")
    history = net.fit(np.zeros((4, 1)), np.zeros(4), epochs=50, callbacks=[EarlyStopping("loss", 5, min_delta=0.1)])
    assert history.epochs == 6


def test_early_stopping_is_checked():
    with pytest.raises(ValueError, match="monitor: expected 'loss' or 'val_loss', got 'accuracy'"):
        EarlyStopping("accuracy")
    with pytest.raises(ValueError, match="patience: expected a whole number >= 1"):
        EarlyStopping(patience=0)
    with pytest.raises(ValueError, match="EarlyStopping monitors val_loss, which needs validation_data"):
        classifier().fit(X, LABELS, callbacks=[EarlyStopping()])


def test_verbose_prints_a_line_every_so_many_epochs(capsys):
    classifier().fit(X, LABELS, epochs=5, verbose=2)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == ["0:", "2:", "4:"]
    classifier().fit(X, LABELS, epochs=5)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_loss_that_is_not_finite_names_its_place_and_leaves_finite_parameters(dtype):
    net = MLP([2, 4, 1], seed=1, dtype=dtype)
    with pytest.raises(DivergenceError) as caught:
        net.fit(X, X.sum(axis=1), optimizer=SGD(1e3), epochs=200, batch_size=20)
    error = caught.value
    assert np.isfinite(net.parameters).all()
    assert error.learning_rate == 1e3
    assert error.batch in range(3)
    assert error.layer in (1, 2)
    assert error.history.epochs == error.epoch
    expected = f"in epoch {error.epoch}, batch {error.batch}, at learning rate 1000, in layer {error.layer} ("
    assert expected in str(error)


def test_the_layer_of_a_penalty_that_is_not_finite_is_named():
    net = MLP([2, 4, 1], seed=1)
    net.weights[1][0] = 1e25
    before = net.parameters.copy()
    with pytest.raises(DivergenceError, match=r"the loss is not finite in epoch 0, batch 0, .* layer 2 \(4 -> 1"):
        net.fit(np.zeros((4, 2)), np.zeros(4), regularizer=L2(0.1))
    np.testing.assert_array_equal(net.parameters, before)


def test_the_layer_of_a_gradient_that_is_not_finite_is_named():
    net = MLP([2, 3, 1], hidden="identity", dtype="float32", seed=1)
    net.parameters[...] = 0
    net.weights[1][...] = 1e25
    with pytest.raises(DivergenceError, match=r"the gradient is not finite .* layer 1 \(2 -> 3"):
        net.fit(np.full((4, 2), 1e15), np.ones(4))


def test_parameters_that_are_not_finite_are_refused():
    net = classifier()
    net.weights[0][0, 0] = np.nan
    with pytest.raises(ValueError, match=r"parameters: expected finite numbers, got nan at index \(0,\)"):
        net.fit(X, LABELS)


def test_the_validation_loss_has_the_penalty_too():
    net = classifier(dtype="float64")
    history = net.fit(X, LABELS, epochs=1, regularizer=L2(0.5), validation_data=(X, LABELS))
    assert history.val_loss[0] == net.evaluate(X, LABELS, regularizer=L2(0.5)).loss
    assert history.val_loss[0] > net.evaluate(X, LABELS).loss


def test_each_epoch_has_an_order_of_its_own():
    x = np.arange(6.0).reshape(6, 1)
    batches = Batches(x, x.T, 6, np.random.default_rng(0))
    seen = []
    for _ in range(3):
        batches.draw()
        ((drawn, labels),) = batches
        np.testing.assert_array_equal(drawn[:1], labels)
        assert (drawn[1] == 1).all()
        seen.append(tuple(drawn[0]))
    assert len(set(seen)) == 3
    assert {tuple(sorted(order)) for order in seen} == {tuple(range(6))}


def test_an_update_that_is_not_finite_stops_before_it_is_taken():
    net = MLP([2, 1], kernel_initializer="zeros")
    before = net.parameters.copy()
    with pytest.raises(DivergenceError, match=r"the update is not finite in epoch 0, batch 0.* layer 1"):
        net.fit(np.full((4, 2), 1e-30), np.ones(4), optimizer=RMSProp(0.1, epsilon=0))
    np.testing.assert_array_equal(net.parameters, before)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"epochs": 0}, "epochs: expected a whole number >= 1, got 0"),
        ({"epochs": 2.0}, "epochs: expected a whole number >= 1, got 2.0"),
        ({"batch_size": 0}, "batch_size: expected a whole number >= 1, got 0"),
        ({"verbose": -1}, "verbose: expected a whole number >= 0, got -1"),
        ({"optimizer": "lbfgs"}, "optimizer: expected one of"),
        ({"loss": "hinge"}, "loss: expected one of"),
        ({"regularizer": 0.03}, "regularizer: expected one of"),
        ({"seed": "x"}, "seed: expected a whole number"),
        ({"validation_data": X}, r"validation_data: expected a pair \(x, y\), got ndarray"),
        ({"validation_data": (X[:, :1], LABELS)}, r"validation_data\[0\]: expected shape \(batch, 2\)"),
        ({"validation_data": (X, LABELS[:3])}, r"validation_data\[1\]: expected shape \(50, 2\)"),
        ({"x": np.where(X > 2, np.nan, X)}, r"x: expected finite numbers, got nan at index"),
        ({"x": X * 1e300}, r"x: expected numbers that fit float32"),
        ({"y": np.full((50, 2), 1e300)}, r"y: expected numbers that fit float32"),
        ({"shuffle": "no"}, r"shuffle: expected True or False"),
        ({"callbacks": None}, r"callbacks: expected a list of functions"),
        ({"callbacks": print}, r"callbacks: expected a list of functions"),
        ({"callbacks": [EarlyStopping]}, r"callbacks: expected a list of functions"),
        ({"callbacks": [EarlyStopping()]}, r"callbacks: EarlyStopping monitors val_loss"),
        ({"validation_data": (X,)}, r"validation_data: expected a pair \(x, y\), got 1 elements"),
        ({"validation_data": (np.full((50, 2), np.nan), LABELS)}, r"validation_data\[0\]: expected finite"),
        ({"y": LABELS + 1}, "y: expected class indices from 0 to 1, got 2"),
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
