"""The first line that disagrees is the one that was broken; what agrees for a known reason says so."""

from dataclasses import replace

import numpy as np
import pytest

from npnet import activations
from npnet.activations import LeakyReLU, Tanh
from npnet.losses import CategoricalCrossentropy, LabelSmoothing, MeanSquaredError
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, RMSProp
from npnet.regularizers import L1, L1L2, L2
from reference.bounds.cases import single
from reference.checking.adapter import Reason, Trained
from reference.checking.lines import lines
from reference.checking.problem import problem
from tests.reference.checking.sides import Npnet, broken, setting

CROSSENTROPY = CategoricalCrossentropy()


def checked(side, steps=8, **given):
    return list(lines(side, problem(side, given.get("x"), given.get("y"), steps, 0)))


def first(found):
    return next((line.name for line in found if not line.agrees), None)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"kernel_regularizer": "l2", "optimizer": SGDM(0.1)},
        {"output": "softmax", "loss": CROSSENTROPY, "optimizer": Adagrad(0.1), "use_bias": [True, False, True]},
        {"output": "sigmoid", "optimizer": RMSProp(0.01), "kernel_regularizer": [None, L1(0.5), None]},
    ],
    ids=["mse", "l2", "softmax", "sigmoid"],
)
def test_npnet_agrees_with_itself(dtype, options):
    right = setting(dtype, **options)
    side = Npnet(right, right)
    # A penalty of some layers alone is none that the side's own sum knows
    side.penalty = lambda: sum(rule(W) for rule, W in zip(rules(right.net), right.net.weights) if rule) or None
    found = checked(side)
    assert first(found) is None
    assert all(line.reason is None and line.elements == () for line in found)


def rules(net):
    from npnet.regularizers import of_layers

    return of_layers(net.regularizer, len(net.weights))


def test_lines_stand_in_the_order_in_which_a_model_computes():
    right = setting(output="softmax", loss=CROSSENTROPY, kernel_regularizer="l2")
    assert [line.name for line in checked(Npnet(right, right))] == [
        "output of layer 1",
        "output of layer 2",
        "output of layer 3",
        "penalty of the weights",
        "loss",
        "loss gradient by the logits",
        "gradient by W of layer 3",
        "gradient by b of layer 3",
        "gradient by W of layer 2",
        "gradient by b of layer 2",
        "gradient by W of layer 1",
        "gradient by b of layer 1",
        "optimizer alone, 1 step",
        "optimizer alone, 8 steps",
        "training, 1 step",
        "training, 8 steps",
        "losses of the steps",
        "history: loss",
        "evaluate: loss",
        "evaluate: accuracy",
    ]


def diverging(right):
    """A side whose first step makes its parameters no numbers, and that has no steps of the optimizer alone."""
    side = Npnet(right, right)
    side.train = lambda batches: Trained([np.full_like(right.net.parameters, np.nan)] * len(batches))
    side.optimizer_steps = lambda parameters, gradients: None
    return side


def test_a_training_that_leaves_the_type_is_refused():
    """Where npnet's own steps are not finite either, there is nothing to compare."""
    assert first(checked(diverging(setting(optimizer=SGD(0.1))))) == "training"
    with pytest.raises(ValueError, match="model: expected results that float32 holds"):
        checked(diverging(setting(optimizer=SGD(1e39))))


def test_gradients_that_leave_the_type_are_refused():
    right = setting(optimizer=Adam(0.01))
    right.net.weights[2] *= np.float32(1e10)
    side = Npnet(right, right)
    side.train = lambda batches: Trained([right.net.parameters] * len(batches))
    with pytest.raises(ValueError, match=r"model: expected results that float32 holds, .* gradient is not finite"):
        checked(side)
    right.net.weights[2] *= np.float32(1e10)
    with pytest.raises(ValueError, match=r"model: expected results that float32 holds, .* the loss is not finite"):
        checked(side)


def with_net(right, change):
    net = right.net.copy()
    change(net)
    return {"net": net}


def transposed(net):
    net.weights[1] = net.weights[1].T.copy()


def without_bias(net):
    net.biases[2] = 0 * net.biases[2]


class WrongSlope(Tanh):
    """The slope of the hyperbolic tangent without its square."""

    def slope(self, y, out=None):
        return np.subtract(1, y, out=out)


def wrong_slope(net):
    net.activations[0] = WrongSlope()


def wrong_activation(net):
    net.activations[1] = activations.tanh


def doubled(net):
    net.regularizer = L2(0.02)


def l2_forgotten(net):
    net.regularizer = None


def l1_forgotten(net):
    net.regularizer = L2(0.01)


ADAM = {"learning_rate": 0.01, "beta_1": 0.875, "beta_2": 0.96875, "epsilon": 1e-7}
BY_HAND = {
    "a weight matrix transposed": ({}, transposed, "output of layer 2"),
    "a bias forgotten": ({}, without_bias, "output of layer 3"),
    "another activation": ({}, wrong_activation, "output of layer 2"),
    "a wrong slope": ({}, wrong_slope, "gradient by W of layer 1"),
    "L2 doubled": ({"kernel_regularizer": L2(0.01)}, doubled, "penalty of the weights"),
    "L2 forgotten": ({"kernel_regularizer": L2(0.01)}, l2_forgotten, "penalty of the weights"),
    "L1 beside L2 forgotten": ({"kernel_regularizer": L1L2(0.001, 0.01)}, l1_forgotten, "penalty of the weights"),
    "another epsilon": ({}, {"optimizer": Adam(**{**ADAM, "epsilon": 1e-8})}, "optimizer alone, 1 step"),
    # With an epsilon, in the first step too: it stands beside the root of V before its correction
    "beta_1 for beta_2": (
        {},
        {"optimizer": Adam(**{**ADAM, "beta_1": 0.96875, "beta_2": 0.875})},
        "optimizer alone, 1 step",
    ),
    "a momentum that there should not be": (
        {"optimizer": SGD(0.125)},
        {"optimizer": SGDM(0.25, 0.5)},
        "optimizer alone, 8 steps",
    ),
    "the rate inside of the momentum": (
        {"optimizer": SGDM(0.125, 0.5)},
        {"optimizer": SGDM(0.25, 0.5)},
        "optimizer alone, 1 step",
    ),
    "no momentum": ({"optimizer": SGDM(0.125, 0.5)}, {"optimizer": SGD(0.125)}, "optimizer alone, 1 step"),
    "Adagrad that begins with 0.1": (
        {"optimizer": Adagrad(0.1)},
        {"optimizer": Adagrad(0.1, initial_accumulator_value=0.1)},
        "optimizer alone, 1 step",
    ),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("options", "wrong", "line"), BY_HAND.values(), ids=BY_HAND)
def test_the_first_line_that_disagrees_is_the_one_that_was_broken(dtype, options, wrong, line):
    right = setting(dtype, **options)
    changes = with_net(right, wrong) if callable(wrong) else wrong
    side = broken(right, **changes)
    found = checked(side)
    assert first(found) == line
    (wrong_line,) = [one for one in found if one.name == line]
    assert wrong_line.excess > 1
    assert 1 <= len(wrong_line.elements) <= 3


def test_constants_that_are_float32_in_a_float64_net():
    right = setting("float64")
    right.net.activations[0] = LeakyReLU(0.2)
    has = replace(right, net=right.net.copy())
    has.net.activations[0] = LeakyReLU(single(0.2))
    assert first(checked(Npnet(right, has))) == "output of layer 1"
    assert first(checked(Npnet(right, replace(right, optimizer=Adam(single(0.01), 0.875, 0.96875))))) == (
        "optimizer alone, 1 step"
    )


class SummedSquaredError(MeanSquaredError):
    """The sum of the squares in place of their mean."""

    mean_over_units = False


def test_a_sum_in_place_of_a_mean_is_another_loss():
    right = setting()
    assert first(checked(broken(right, loss=SummedSquaredError()))) == "loss"


def test_a_gradient_that_is_not_that_of_the_loss():
    right = setting()
    side = Npnet(right, right, gradient_factor=2.0)
    assert first(checked(side)) == "gradient by W of layer 3"


def test_what_is_reported_may_be_wrong_alone():
    right = setting(output="softmax", loss=CROSSENTROPY)
    found = checked(Npnet(right, right, factor=1 / 3))
    assert [line.name for line in found if not line.agrees] == [
        "losses of the steps",
        "history: loss",
        "evaluate: loss",
    ]


def test_the_largest_elements_and_their_places_are_shown():
    right = setting("float64")
    side = Npnet(right, right)
    exact, value = side.gradient, {}

    def wrong(x, y):
        gradient = exact(x, y)
        # The weights of layer 2 begin behind 5 * 5 weights and 5 biases
        value["ours"] = gradient[30 + 3 * 5 + 1]
        gradient[30 + 3 * 5 + 1] += 1e-3
        gradient[30 + 2] -= 1e-6
        return gradient

    side.gradient = wrong
    (line,) = [line for line in checked(side) if not line.agrees]
    assert line.name == "gradient by W of layer 2"
    one, other = line.elements
    assert (one.place, other.place) == ("[3, 1]", "[0, 2]")
    assert one.theirs == pytest.approx(one.ours + 1e-3, rel=1e-12)
    assert one.ours == pytest.approx(value["ours"], rel=1e-12)
    assert one.difference == pytest.approx(1e-3, rel=1e-9)
    assert one.excess == line.excess > other.excess > 1
    assert line.difference == pytest.approx(1e-3, rel=1e-9)
    assert line.bound == pytest.approx(line.difference / line.excess, rel=1e-9)


def test_a_line_names_the_place_that_is_furthest_over_its_bound():
    """Not the largest difference: an output of 1e6 may be off by more than one near 0."""
    right = setting("float64")
    # The outputs are the first unit's, about 1e6, and those of the other two
    right.net.biases[2] = [1e6, 0, 0]
    side = Npnet(right, right)
    exact = side.outputs

    def wrong(x):
        outputs = exact(x)
        outputs[-1] = outputs[-1] + [1e-8, 1e-9, 0]
        return outputs

    side.outputs = wrong
    line = next(line for line in checked(side) if not line.agrees)
    assert line.name == "output of layer 3"
    assert line.difference < 2e-9
    assert line.elements[0].place.endswith(", 1]")
    assert line.elements[0].excess == line.excess


def test_an_element_of_a_flat_vector_is_placed_in_its_layer():
    right = setting("float64")
    side = Npnet(right, right)
    exact = side.optimizer_steps

    def wrong(parameters, gradients):
        moved = exact(parameters, gradients)
        moved[30 + 3 * 5 + 1] += 1
        moved[-1] += 1
        return moved

    side.optimizer_steps = wrong
    line = next(line for line in checked(side) if not line.agrees)
    assert {one.place for one in line.elements} == {"W of layer 2, [3, 1]", "b of layer 3, [2]"}


def test_another_shape_is_an_error_of_its_own():
    right = setting()
    side = Npnet(right, right)
    side.loss_gradient = lambda x, y: np.zeros(3)
    (line,) = [line for line in checked(side) if not line.agrees]
    assert line.error == "its shape is (3,), and npnet's is (32, 3)"


def test_a_nan_disagrees():
    right = setting()
    side = Npnet(right, right)
    side.loss = lambda x, y: np.nan
    (line,) = [line for line in checked(side) if not line.agrees]
    assert (line.name, line.excess) == ("loss", np.inf)


# Known reasons


def halved(before):
    return replace(before, optimizer=Adam(0.005, 0.875, 0.96875))


def test_a_line_that_disagrees_for_a_known_reason_says_so_and_agrees():
    right = setting()
    side = broken(right, optimizer=Adam(0.005, 0.875, 0.96875))
    side.known = [Reason("npnet halves the rate", ("optimizer", "training"), halved)]
    found = checked(side)
    assert first(found) is None
    of = {line.name: line.reason for line in found}
    assert of["optimizer alone, 1 step"] == of["training, 8 steps"] == "npnet halves the rate"
    assert of["loss"] is of["evaluate: loss"] is None


def test_a_reason_that_is_none_for_a_line_changes_nothing():
    right = setting()
    side = broken(right, optimizer=Adam(0.02, 0.875, 0.96875))
    side.known = [Reason("npnet halves the rate", ("optimizer", "training"), halved)]
    found = checked(side)
    assert first(found) == "optimizer alone, 1 step"
    assert all(line.reason is None for line in found)
    side = broken(right, optimizer=Adam(0.005, 0.875, 0.96875))
    side.known = [Reason("npnet halves the rate", ("loss",), halved)]
    assert first(checked(side)) == "optimizer alone, 1 step"


def test_a_line_that_agrees_needs_no_reason():
    right = setting(optimizer=SGD(0.125))
    has = SGDM(0.25, 0.5)
    side = broken(right, optimizer=has)
    side.known = [Reason("npnet has momentum", ("optimizer",), lambda before: replace(before, optimizer=has))]
    of = {line.name: line.reason for line in checked(side)}
    assert of["optimizer alone, 8 steps"] == "npnet has momentum"
    assert of["optimizer alone, 1 step"] is None


def reason(text, lines=("optimizer", "training"), **numbers):
    """One that gives the optimizer other numbers."""

    def changed(before):
        return replace(before, optimizer=Adam(**{**before.optimizer.hyperparameters(), **numbers}))

    return Reason(text, lines, changed)


RATE, EPSILON = reason("half the rate", learning_rate=0.005), reason("a large epsilon", epsilon=1e-2)
FIRST, SECOND = reason("another beta_1", beta_1=0.75), reason("another beta_2", beta_2=0.9375)
NUMBERS = {"learning_rate": 0.005, "beta_1": 0.875, "beta_2": 0.96875, "epsilon": 1e-2}


@pytest.mark.parametrize(
    ("known", "named"),
    [
        ([RATE, EPSILON], "half the rate; a large epsilon"),
        # Of several, the two that are true, wherever they stand
        ([FIRST, RATE, EPSILON], "half the rate; a large epsilon"),
        ([RATE, SECOND, EPSILON, FIRST], "half the rate; a large epsilon"),
        ([RATE], None),
        ([RATE, FIRST, SECOND], None),
    ],
)
def test_two_reasons_may_be_needed_together(known, named):
    right = setting()
    side = broken(right, optimizer=Adam(**NUMBERS))
    side.known = known
    found = checked(side)
    assert first(found) == (None if named else "optimizer alone, 1 step")
    assert {line.reason for line in found if line.name.startswith(("optimizer", "training"))} == {named}


def test_all_reasons_may_be_needed_together():
    right = setting()
    side = broken(right, optimizer=Adam(**{**NUMBERS, "beta_1": 0.75}))
    side.known = [RATE, EPSILON, FIRST]
    found = checked(side)
    assert first(found) is None
    of = {line.name: line.reason for line in found}
    assert of["optimizer alone, 8 steps"] == "half the rate; a large epsilon; another beta_1"
    # In the first step beta_1 has no part but by its rounding
    side.known = [RATE, EPSILON]
    assert not any(line.agrees for line in checked(side) if line.name == "optimizer alone, 8 steps")


def test_three_of_several_reasons_may_be_needed_together():
    right = setting()
    side = broken(right, optimizer=Adam(**{**NUMBERS, "beta_1": 0.75}))
    side.known = [SECOND, RATE, EPSILON, FIRST]
    found = checked(side)
    assert first(found) is None
    of = {line.name: line.reason for line in found}
    assert of["optimizer alone, 8 steps"] == "half the rate; a large epsilon; another beta_1"


def test_of_reasons_that_make_the_same_change_the_first_is_named():
    right, tried = setting(), []

    def changed(before):
        tried.append(before)
        return RATE.changed(before)

    side = broken(right, optimizer=Adam(**{**NUMBERS, "epsilon": 1e-7}))
    side.known = [Reason(text, ("optimizer",), changed) for text in ("half the rate", "half of it", "not all of it")]
    assert {line.reason for line in checked(side) if line.name.startswith("optimizer")} == {"half the rate"}
    tried.clear()
    side = broken(right, optimizer=SGD(0.5))
    side.known = [Reason(text, ("optimizer",), changed) for text in ("half the rate", "half of it", "not all of it")]
    assert first(checked(side)) == "optimizer alone, 1 step"
    assert len(tried) == 1


def test_one_reason_is_named_where_one_is_enough():
    """A reason that makes no difference to a line is not named beside the one that does."""
    right = setting()
    side = broken(right, optimizer=Adam(**{**NUMBERS, "epsilon": 1e-7}))
    assert first(checked(side)) == "optimizer alone, 1 step"
    same = reason("the same beta_1", beta_1=0.875)
    side.known = [same, RATE, reason("the same beta_2", beta_2=0.96875)]
    found = checked(side)
    assert first(found) is None
    assert {line.reason for line in found if line.name.startswith(("optimizer", "training"))} == {"half the rate"}


def test_each_kind_of_line_has_its_own_reasons():
    right = setting(output="softmax", loss=CROSSENTROPY)
    smoothed = LabelSmoothing(CROSSENTROPY, 0.125)
    side = broken(right, optimizer=Adam(**NUMBERS), loss=smoothed)
    lines_of_loss = ("loss", "loss gradient", "gradient", "training", "reported")
    smooths = Reason("labels are smoothed", lines_of_loss, lambda before: replace(before, loss=smoothed))
    side.loss_gradient = lambda x, y: None
    side.known = [RATE, smooths, EPSILON]
    found = checked(side)
    assert first(found) is None
    of = {line.name: line.reason for line in found}
    assert of["loss"] == of["gradient by W of layer 1"] == of["evaluate: loss"] == "labels are smoothed"
    assert of["optimizer alone, 8 steps"] == "half the rate; a large epsilon"
    assert of["training, 8 steps"] == "half the rate; labels are smoothed; a large epsilon"


def test_a_lower_precision_is_a_reason_that_widens_the_bound():
    right = setting("float64")
    side = Npnet(right, right)
    exact = side.loss
    side.loss = lambda x, y: float(np.float32(exact(x, y)))
    assert first(checked(side)) == "loss"
    side.known = [Reason("it is computed in float32", ("loss",), lambda before: replace(before, dtype="float32"))]
    found = checked(side)
    assert first(found) is None
    (loss,) = [line for line in found if line.name == "loss"]
    assert loss.reason == "it is computed in float32"
    assert 0 < loss.bound < 1e-3


# What a side need not have


def test_a_side_without_a_loss_or_an_optimizer_has_fewer_lines():
    right = setting()
    side = Npnet(replace(right, optimizer=None), right)
    side.loss = side.loss_gradient = side.gradient = lambda x, y: None
    side.report = lambda x, y: []
    assert [line.name for line in checked(side)] == [f"output of layer {i}" for i in (1, 2, 3)]


def test_what_the_framework_raises_is_a_line_that_disagrees():
    right = setting()
    side = Npnet(right, right)

    def refuse(x, y):
        raise TypeError("no\nfloat64")

    side.loss = refuse
    found = checked(side)
    assert first(found) == "loss"
    (line,) = [line for line in found if not line.agrees]
    assert line.error == "npnet raised TypeError: no float64"


def test_parameters_that_are_not_finite_are_a_line_that_disagrees():
    right = setting()
    side = Npnet(right, right)
    exact = side.train

    def overflow(batches):
        record = exact(batches)
        record.parameters[2][4] = np.nan
        return record

    side.train = overflow
    (line,) = [line for line in checked(side) if not line.agrees]
    assert (line.name, line.error) == ("training", "its parameters are not finite after step 3")
