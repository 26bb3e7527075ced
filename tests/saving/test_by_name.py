"""What an object is made from makes it again; a class of one's own is refused."""

import copy
import json

import numpy as np
import pytest
from hypothesis import given

from npnet import activations, losses, optimizers, regularizers, schedules
from npnet.activations import LeakyReLU, ReLU, Softmax
from npnet.clipping import ClipByNorm
from npnet.losses import CategoricalCrossentropy, Huber, LabelSmoothing, MeanSquaredError, Weighted
from npnet.optimizers import SGD, Adam
from npnet.regularizers import L1L2
from npnet.saving import by_name
from tests.saving import strategies


@given(strategies.objects)
def test_an_object_is_made_again(one):
    description = by_name.described("one", one)
    # What a file says of it is compared with what it says of itself
    assert json.loads(json.dumps(description, allow_nan=False)) == description
    made = by_name.made("one", object, description)
    assert type(made) is type(one)
    assert made == one
    assert repr(made) == repr(one)


def test_every_class_of_npnet_is_drawn():
    assert set(strategies.CLASSES) | {Weighted} == set(by_name.classes().values())


def test_every_registered_name_is_known():
    for module in (activations, losses, optimizers, regularizers):
        for kind in vars(module)["_KNOWN"].values():
            one = kind()
            if one is not None:
                assert by_name.made("one", type(one), by_name.described("one", one)) == one


class Sine(ReLU):
    pass


class Adam2(Adam):
    pass


Adam2.__name__ = "Adam"


class Step(schedules.Schedule):
    def rate(self, epoch):
        return 0.1


def marked():
    one = copy.deepcopy(LeakyReLU(0.5))
    one.mark = 1
    return one


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (
            Sine(),
            "hidden: expected a class of npnet, which a file knows by its name, got relu, of tests.*Sine; num",
        ),
        (Adam2(), "got Adam.*, of tests.*"),
        (SGD(Step()), r"got Step\(\), of tests"),
        (LabelSmoothing(type("Own", (CategoricalCrossentropy,), {})()), "of .*Own; numpy.save"),
        (marked(), "got one whose attributes were changed"),
        ("relu", "expected a class of npnet"),
    ],
)
def test_a_class_of_ones_own_is_refused_with_a_way_out(one, message):
    with pytest.raises(ValueError, match=message):
        by_name.described("hidden", one)


@pytest.mark.parametrize(
    ("description", "message"),
    [
        (None, "loss: expected one of the classes of npnet, got None"),
        ({}, "expected one of the classes of npnet, got {}"),
        ({"class": "Optimizer"}, "expected one of the classes"),
        ({"class": "Popen"}, "expected one of the classes"),
        ({"class": ["Huber"]}, "expected one of the classes"),
        ({"class": "ReLU"}, "expected one of the classes of npnet, got {'class': 'ReLU'}"),
        ({"class": "Huber"}, r"expected the arguments of Huber, delta, got \[\]"),
        ({"class": "Huber", "delta": 1.0, "own": 2}, "expected the arguments of Huber"),
        ({"class": "MeanSquaredError", "delta": 1.0}, "expected the arguments of MeanSquaredError, none, got"),
        ({"class": "Huber", "delta": -1}, "delta: expected a finite number > 0, got -1"),
        ({"class": "Huber", "delta": 10**400}, "delta: expected a finite number"),
        ({"class": "Huber", "delta": [1]}, "delta: expected a finite number"),
        ({"class": "Huber", "delta": {"class": "Huber", "delta": 1}}, "delta: expected a finite number"),
        ({"class": "CategoricalCrossentropy", "from_logits": True}, "got those of SoftmaxCrossentropy"),
        ({"class": "LabelSmoothing", "loss": {"class": "ReLU"}, "smoothing": 0.1}, "loss: expected one of"),
    ],
)
def test_a_description_of_anything_else_is_refused(description, message):
    with pytest.raises(ValueError, match=message):
        by_name.made("loss", losses.Loss, description)


def test_vectors_are_for_members_again():
    description = by_name.described("one", Adam([0.1, 0.2], beta_1=[0.8, 0.9]))
    made = by_name.made("one", Adam, json.loads(json.dumps(description)))
    assert repr(made) == "Adam([0.1, 0.2], beta_1=[0.8, 0.9], beta_2=0.999, epsilon=1e-07)"
    assert isinstance(made.beta_1, np.ndarray)
    assert not made.beta_1.flags.writeable


def test_nothing_is_nothing():
    assert by_name.described("one", None) is None
    assert by_name.made_or_none("one", MeanSquaredError, None) is None
    for one in (ClipByNorm(0.1), Softmax(), L1L2(0.1, 0.2), Huber(2)):
        assert by_name.made_or_none("one", type(one), by_name.described("one", one)) == one
