import pickle

import numpy as np
import pytest

from npnet import clipping, losses, optimizers, regularizers, schedules
from npnet.activations import LeakyReLU
from npnet.initializers import Normal
from npnet.sweeping.settings import Outside, TrialError, described, joined, shown, training

IRISES = Outside((4,), 3, "softmax", None)


def made(**trial):
    return training(trial, IRISES)


def test_units_are_those_of_the_hidden_layers():
    assert repr(made(units=(16, 8), hidden="tanh").made()) == "MLP([4, 16, 8, 3], [tanh, tanh, softmax], float32)"
    assert repr(made().made()) == "MLP([4, 3], [softmax], float32)"
    assert repr(made(widths=[4, 5, 3], output="sigmoid", dtype="float64").made()) == (
        "MLP([4, 5, 3], [relu, sigmoid], float64)"
    )


def test_numbers_go_to_the_optimizer_that_is_named():
    assert made(optimizer="adam", learning_rate=0.5, beta_1=0.8).optimizer == optimizers.Adam(0.5, beta_1=0.8)
    assert made().optimizer == optimizers.SGD()
    mine = optimizers.RMSProp(0.5)
    assert made(optimizer=mine, rho=0.5).optimizer == optimizers.RMSProp(0.5, rho=0.5)
    assert mine.rho == 0.9


def test_a_schedule_goes_over_the_epochs():
    chosen = made(schedule="cosine", learning_rate=0.5, epochs=7).optimizer
    assert chosen.schedule == schedules.CosineDecay(0.5, 7)
    given = schedules.ExponentialDecay(0.5, 3, 0.9)
    assert made(learning_rate=given).optimizer.schedule == given


def test_penalties_are_given_or_made_of_strengths():
    assert made(l2=0.5).penalties == (regularizers.L2(0.5),)
    assert made(l1=0.25, l2=0.5, units=(3,)).penalties == (regularizers.L1L2(0.25, 0.5),) * 2
    assert made(l1=0.0).penalties == (None,)
    assert made(regularizer="l1").penalties == (regularizers.L1(),)


def test_another_seed_changes_nothing_else():
    one = made(seed=1, optimizer="adam", learning_rate=0.1, units=(4,), kernel_initializer=Normal(0.1))
    assert one.with_seed(2) == made(seed=2, optimizer=one.optimizer, units=(4,), kernel_initializer=Normal(0.1))
    assert (one.net["seed"], one.with_seed(2).key) == (1, one.key)
    with pytest.raises(ValueError, match=r"seed: expected .* got -1"):
        one.with_seed(-1)


def test_what_differs_in_seeds_and_numbers_alone_has_one_key():
    first = made(seed=1, optimizer="adam", learning_rate=0.1, l2=0.5, clipping=clipping.ClipByNorm(1.0))
    other = made(
        seed=2, optimizer="adam", learning_rate=0.2, beta_1=0.5, l2=0.25, clipping=clipping.ClipByNorm(2.0),
        kernel_initializer=Normal(0.1),
    )  # fmt: skip
    assert first.key == other.key


@pytest.mark.parametrize(
    "change",
    [
        {"units": (5,)}, {"hidden": "tanh", "units": (4,)}, {"output": "sigmoid"}, {"dtype": "float64"},
        {"use_bias": False}, {"optimizer": "sgd"}, {"loss": "mse"}, {"epochs": 3}, {"batch_size": 5}, {"l1": 0.5},
        {"l2": 0.5}, {"clipping": clipping.ClipByValue(1.0)}, {"schedule": "cosine"},
        {"learning_rate": schedules.ExponentialDecay(0.5, 3, 0.9)},
        {"loss": losses.CategoricalCrossentropy(from_logits=True), "output": "identity"},
    ],
)  # fmt: skip
def test_what_differs_in_shape_has_another_key(change):
    assert made(optimizer="adam", units=(4,)).key != made(**({"optimizer": "adam", "units": (4,)} | change)).key


def test_rules_with_the_same_numbers_have_other_keys():
    keys = {made(regularizer=one).key for one in (regularizers.L1(0.5), regularizers.L2(0.5))}
    assert len(keys | {made(regularizer=None).key}) == 3


def test_the_order_of_settings_changes_no_key():
    assert made(units=(4,), hidden="tanh", epochs=3).key == made(epochs=3, hidden="tanh", units=(4,)).key


def test_two_activations_of_other_numbers_have_other_keys():
    assert made(hidden=LeakyReLU(0.1), units=(4,)).key != made(hidden=LeakyReLU(0.2), units=(4,)).key
    staircase = [schedules.ExponentialDecay(0.5, 3, 0.9, staircase) for staircase in (True, False)]
    assert len({made(learning_rate=one).key for one in staircase}) == 2


def test_joined_numbers_are_vectors_where_they_differ():
    one = joined([optimizers.Adam(0.1, beta_1=0.5), optimizers.Adam(0.1, beta_1=0.6)])
    assert repr(one) == "Adam(0.1, beta_1=[0.5, 0.6], beta_2=0.999, epsilon=1e-07)"
    rates = joined([optimizers.SGD(schedules.CosineDecay(rate, 5)) for rate in (0.1, 0.2)])
    np.testing.assert_allclose(rates.schedule(0), [0.1, 0.2])
    np.testing.assert_array_equal(rates.learning_rate, rates.schedule(0))
    strengths = joined([regularizers.L1L2(0.1, 0.5), regularizers.L1L2(0.2, 0.5)])
    assert repr(strengths) == "L1L2(l1=[0.1, 0.2], l2=0.5)"
    np.testing.assert_allclose(strengths([[[1.0, 1.0]]]), [0.35, 0.45])
    assert joined([None, None]) is None
    # A new one, which a training may change
    assert joined([one]) is not one
    assert joined([one]) == joined([one, one]) == one
    with pytest.raises(ValueError):
        one.beta_1[0] = 0


@pytest.mark.parametrize(
    ("trial", "said"),
    [
        ({"unit": 3}, "unit: expected a setting, or a number of SGD, got another; did you mean units?"),
        ({"beta_1": 0.5}, "beta_1: expected a setting, or a number of SGD, got another; the settings are widths, "),
        ({"optimizer": "adam", "beta_1": [0.5, 0.6]}, "beta_1: expected one number for a single net, got 2 of them"),
        ({"l2": [0.5, 0.6]}, "l2: expected a finite number >= 0, got [0.5, 0.6]"),
        ({"regularizer": regularizers.L2([0.5, 0.6])}, "strength: expected one number for a single net, got 2 of them"),
        ({"units": 5}, "units: expected those of each hidden layer, such as (64, 64), got 5"),
        ({"units": (5,), "widths": (4, 3)}, "units: expected None beside widths"),
        ({"l1": 0.5, "regularizer": "l2"}, "regularizer: expected None beside l1 and l2, got both"),
        ({"schedule": "cosine", "learning_rate": schedules.CosineDecay(0.1, 5)}, "schedule: expected none beside"),
        ({"schedule": "sine"}, "schedule: expected one of constant"),
        ({"epochs": 0}, "epochs: expected a whole number >= 1, got 0"),
        ({"batch_size": 0}, "batch_size: expected a whole number >= 1, got 0"),
        ({"seed": None}, "seed: expected a whole number >= 0, got None"),
        ({"fold": 1}, "fold: expected one of no folds, counted from 0, got 1"),
        ({"loss": "mean"}, "loss: expected one of"),
        ({"clipping": 1.0}, "clipping: expected one, such as"),
    ],
)
def test_settings_that_do_not_fit_are_named(trial, said):
    with pytest.raises(ValueError) as caught:
        made(**trial)
    assert str(caught.value).startswith(said)


def test_a_fold_is_one_of_those_there_are():
    assert training({"fold": 4}, Outside((4, 4, 4, 4, 6), 3, "softmax", 5)).fold == 4
    assert training({"fold": 4}, Outside((4, 4, 4, 4, 6), 3, "softmax", 5)).net["widths"] == (6, 3)


def test_descriptions_are_equal_for_equal_values_only():
    several = [
        1, 1.5, True, None, "a", [1, 2], {"a": 1}, LeakyReLU(0.1), LeakyReLU(0.2), optimizers.Adam(0.1),
        losses.Huber(0.5), losses.Huber(0.25),
    ]  # fmt: skip
    texts = [repr(described(one)) for one in several]
    assert len(set(texts)) == len(texts)
    assert texts == [repr(described(pickle.loads(pickle.dumps(one)))) for one in several]
    assert described((np.float32(0.5), range(2), np.arange(2))) == [0.5, [0, 1], [0, 1]]


def test_settings_as_cells():
    cells = [shown(one) for one in (np.int64(3), 0.5, "adam", None, [4, 5], (4,), optimizers.SGD(0.1))]
    assert cells == [3, 0.5, "adam", None, "(4, 5)", "(4,)", "SGD(0.1)"]


def test_errors_name_one_trial_or_several_and_can_be_sent():
    error = pickle.loads(pickle.dumps(TrialError((3,), "seed=1", "no")))
    assert (str(error), error.trials) == ("trial 3, seed=1: no", (3,))
    assert str(TrialError((3, 4, 9), "seed=1", "no")) == "trials 3 to 9, seed=1: no"


def test_each_setting_is_named_once():
    with pytest.raises(ValueError, match=r"lerning_rate: .*; did you mean learning_rate\?$"):
        made(lerning_rate=0.1)
