import numpy as np
import pytest

from npnet import MLP, clipping, optimizers, regularizers, schedules
from npnet.sweeping.data import gathered
from npnet.sweeping.settings import Outside, TrialError, told, training
from npnet.sweeping.training import Asked, StoppedError, trained

IRISES = Outside((4,), 3, "softmax", None)


def never():
    return False


def asked(*trials, epochs=None, order=0):
    trainings = tuple(training(trial, IRISES) for trial in trials)
    return Asked(tuple(range(5, 5 + len(trials))), trainings, tuple(map(told, trials)), epochs, order)


@pytest.fixture
def data(irises):
    return gathered(irises["x"], irises["y"], irises["validation_data"], None, 0)


def test_a_trial_is_the_net_that_is_trained_alone(irises, data):
    trials = [
        {"units": (6,), "optimizer": "adam", "learning_rate": rate, "l2": strength, "seed": seed, "epochs": 8,
         "dtype": "float64"}
        for rate, strength, seed in ((0.01, 0.0, 1), (0.02, 0.0, 2))
    ]  # fmt: skip
    results = trained(asked(*trials, order=3), data, never)
    assert [(one.trial, one.status, one.epochs, one.reason) for one in results] == [(5, "done", 8, None),
                                                                                  (6, "done", 8, None)]  # fmt: skip
    for one, trial in zip(results, trials):
        net = MLP([4, 6, 3], output="softmax", seed=trial["seed"], dtype="float64")
        history = net.fit(irises["x"], irises["y"], optimizer=optimizers.Adam(trial["learning_rate"]), epochs=8,
                          validation_data=irises["validation_data"], seed=3)  # fmt: skip
        for name in ("loss", "val_loss", "val_accuracy"):
            np.testing.assert_allclose(one.curves[name], history.columns[name], rtol=1e-9)


def test_all_settings_reach_the_training(irises, data):
    trial = {
        "units": (6,), "hidden": "tanh", "use_bias": False, "kernel_initializer": "glorot_uniform", "seed": 4,
        "loss": "mse", "optimizer": "momentum", "learning_rate": 0.05, "schedule": "exponential", "l1": 0.001,
        "epochs": 5, "batch_size": 20, "dtype": "float64", "output": "sigmoid",
    }  # fmt: skip
    (one,) = trained(asked(trial), data, never)
    net = MLP([4, 6, 3], "tanh", "sigmoid", "float64", 4, "glorot_uniform", use_bias=False)
    history = net.fit(irises["x"], irises["y"], loss="mse", epochs=5, batch_size=20, seed=0,
                      optimizer=optimizers.Momentum(schedules.ExponentialDecay(0.05, 5, 0.01)),
                      regularizer=regularizers.L1(0.001), validation_data=irises["validation_data"])  # fmt: skip
    np.testing.assert_allclose(one.curves["val_loss"], history.val_loss, rtol=1e-9)


def test_penalties_and_clipping_are_each_members_own(irises, data):
    trials = [
        {"l2": 0.5 * k, "clipping": clipping.ClipByNorm(0.1 * k), "dtype": "float64", "epochs": 4} for k in (1, 2)
    ]
    for k, one in enumerate(trained(asked(*trials), data, never), 1):
        net = MLP([4, 3], output="softmax", seed=0, dtype="float64")
        history = net.fit(irises["x"], irises["y"], regularizer=regularizers.L2(0.5 * k), epochs=4, seed=0,
                          clipping=clipping.ClipByNorm(0.1 * k))  # fmt: skip
        np.testing.assert_allclose(one.curves["loss"], history.loss, rtol=1e-9)


def test_epochs_of_a_rung_take_the_place_of_those_that_are_set(data):
    (one,) = trained(asked({"epochs": 9}, epochs=2), data, never)
    assert (one.epochs, len(one.curves["loss"])) == (2, 2)


def test_without_validation_data_the_accuracy_is_that_of_the_training(irises):
    data = gathered(irises["x"], irises["y"], None, None, 0)
    (one,) = trained(asked({}), data, never)
    assert list(one.curves) == ["loss", "accuracy"]
    data = gathered(irises["x"], irises["y"] * 0.5, None, None, 0)
    (one,) = trained(Asked((0,), (training({}, Outside((4,), 1, "identity", None)),), ("",), None, 0), data, never)
    assert list(one.curves) == ["loss"]


def test_a_member_that_diverges_says_so_and_the_other_goes_on(data):
    trials = [{"learning_rate": rate, "output": "identity", "loss": "mse", "epochs": 9} for rate in (0.001, 1e3)]
    good, bad = trained(asked(*trials), data, never)
    assert (good.status, good.epochs) == ("done", 9)
    assert bad.status == "diverged"
    assert bad.epochs == len(bad.curves["loss"]) < 9
    assert bad.reason.startswith("the ")
    assert f"was not finite in epoch {bad.epochs}, batch " in bad.reason
    assert np.isfinite(bad.curves["loss"]).all()


def test_errors_name_the_trial_or_the_group(data):
    with pytest.raises(TrialError, match=r"^trial 6, hidden=no, units=\(3,\): hidden: expected"):
        trained(asked({}, {"hidden": "no", "units": (3,)}), data, never)
    with pytest.raises(TrialError, match=r"^trials 5 to 6, widths=\(5, 3\): x: expected shape"):
        trained(asked({"widths": (5, 3)}, {"widths": (5, 3)}), data, never)


def test_it_stops_when_it_is_told_to(data):
    answers = iter([False, False, True])
    with pytest.raises(StoppedError):
        trained(asked({"epochs": 1000}), data, lambda: next(answers))


def test_times_are_shared_and_the_machine_is_known(data):
    one, other = trained(asked({}, {}), data, never)
    assert one.seconds == other.seconds > 0
    assert {"NumPy", "BLAS", "threads"} <= set(one.machine)
