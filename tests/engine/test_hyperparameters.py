"""Hyperparameters are what a class declares: names, ranges and defaults that all its parts read."""

import copy
import inspect
import pickle
import sys

import numpy as np
import pandas as pd
import pytest

from npnet import MLP, Ensemble, activations, initializers, losses, optimizers, regularizers, schedules
from npnet.engine.hyperparameters import Flag, Hyperparameters, Integer, Number, Numbers
from npnet.optimizers import SGD, SGDM, Adam
from npnet.regularizers import L1L2, L2
from npnet.schedules import CosineDecay, ExponentialDecay

ROOMS = activations, initializers, optimizers, regularizers, schedules
CLASSES = [
    kind
    for room in ROOMS
    for kind in vars(room).values()
    if inspect.isclass(kind) and issubclass(kind, Hyperparameters) and kind.__module__ == room.__name__
    if not inspect.isabstract(kind)
]
every_class = pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
every_hyperparameter = pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in CLASSES for name in kind.table],
    ids=lambda part: getattr(part, "__name__", part),
)

# The default of each, if it has one, and its range
TABLES = {
    "activations.LeakyReLU": {"alpha": (0.2, "> 0")},
    "activations.ELU": {"alpha": (1.0, "> 0")},
    "activations.Softmax": {"axis": (-1, ">= -32")},
    "initializers.Orthogonal": {"gain": (1.0, "finite")},
    "initializers.Normal": {"stddev": (1.0, ">= 0"), "mean": (0.0, "finite")},
    "initializers.TruncatedNormal": {"stddev": (0.1, ">= 0")},
    "initializers.Constant": {"value": (0.0, "finite")},
    "optimizers.SGD": {"learning_rate": (0.01, "> 0")},
    "optimizers.SGDM": {"learning_rate": (0.01, "> 0"), "beta": (0.9, ">= 0 < 1")},
    "optimizers.Adagrad": {
        "learning_rate": (0.001, "> 0"), "initial_accumulator_value": (0.0, ">= 0"), "epsilon": (1e-7, ">= 0"),
    },
    "optimizers.RMSProp": {"learning_rate": (0.001, "> 0"), "rho": (0.9, ">= 0 < 1"), "epsilon": (1e-7, ">= 0")},
    "optimizers.Adam": {
        "learning_rate": (0.001, "> 0"), "beta_1": (0.9, ">= 0 < 1"), "beta_2": (0.999, ">= 0 < 1"),
        "epsilon": (1e-7, ">= 0"),
    },
    "optimizers.Momentum": {"learning_rate": (0.01, "> 0"), "momentum": (0.9, ">= 0 < 1")},
    "optimizers.Nesterov": {"learning_rate": (0.01, "> 0"), "momentum": (0.9, "> 0 < 1")},
    "optimizers.RMSPropMomentum": {
        "learning_rate": (0.001, "> 0"), "rho": (0.9, ">= 0 < 1"), "epsilon": (1e-7, ">= 0"),
        "momentum": (0.9, ">= 0 < 1"),
    },
    "optimizers.CenteredRMSProp": {
        "learning_rate": (0.001, "> 0"), "rho": (0.9, ">= 0 < 1"), "epsilon": (1e-7, ">= 0"),
    },
    "optimizers.CenteredRMSPropMomentum": {
        "learning_rate": (0.001, "> 0"), "rho": (0.9, ">= 0 < 1"), "epsilon": (1e-7, ">= 0"),
        "momentum": (0.9, ">= 0 < 1"),
    },
    "optimizers.AdamW": {
        "learning_rate": (0.001, "> 0"), "beta_1": (0.9, ">= 0 < 1"), "beta_2": (0.999, ">= 0 < 1"),
        "epsilon": (1e-7, ">= 0"), "weight_decay": (0.004, ">= 0"),
    },
    "optimizers.AMSGrad": {
        "learning_rate": (0.001, "> 0"), "beta_1": (0.9, ">= 0 < 1"), "beta_2": (0.999, ">= 0 < 1"),
        "epsilon": (1e-7, ">= 0"),
    },
    "optimizers.Nadam": {
        "learning_rate": (0.001, "> 0"), "beta_1": (0.9, ">= 0 < 1"), "beta_2": (0.999, ">= 0 < 1"),
        "epsilon": (1e-7, ">= 0"), "momentum_decay": (1.0, ">= 0"),
    },
    "regularizers.L1": {"strength": (0.01, ">= 0")},
    "regularizers.L2": {"strength": (0.01, ">= 0")},
    "regularizers.L1L2": {"l1": (0.01, ">= 0"), "l2": (0.01, ">= 0")},
    "schedules.Constant": {"learning_rate": (None, "> 0")},
    "schedules.ExponentialDecay": {
        "initial_learning_rate": (None, "> 0"), "decay_epochs": (None, "> 0"), "decay_rate": (None, "> 0"),
        "staircase": (False, "True or False"),
    },
    "schedules.InverseTimeDecay": {
        "initial_learning_rate": (None, "> 0"), "decay_epochs": (None, "> 0"), "decay_rate": (None, ">= 0"),
    },
    "schedules.CosineDecay": {
        "initial_learning_rate": (None, "> 0"), "decay_epochs": (None, "> 0"), "alpha": (0.0, ">= 0"),
    },
    "schedules.WarmupCosineDecay": {
        "initial_learning_rate": (None, ">= 0"), "decay_epochs": (None, "> 0"), "warmup_target": (None, "> 0"),
        "warmup_epochs": (None, "> 0"), "alpha": (0.0, ">= 0"),
    },
    "schedules.PolynomialDecay": {
        "initial_learning_rate": (None, "> 0"), "decay_epochs": (None, "> 0"), "end_learning_rate": (1e-4, ">= 0"),
        "power": (1.0, "> 0"),
    },
    "schedules.CyclicPolynomialDecay": {
        "initial_learning_rate": (None, "> 0"), "decay_epochs": (None, "> 0"), "end_learning_rate": (1e-4, ">= 0"),
        "power": (1.0, "> 0"),
    },
    "schedules.PiecewiseConstantDecay": {"boundaries": (None, "finite"), "values": (None, "> 0")},
}  # fmt: skip


def limits(declared):
    """The range of a declaration as text."""
    if isinstance(declared, Flag):
        return "True or False"
    if isinstance(declared, Integer):
        return f">= {declared.low}"
    signs = {"above": ">", "low": ">=", "below": "<"}
    given = [f"{signs[name]} {value:g}" for name, value in declared.limits.items() if np.isfinite(value)]
    return " ".join(given) or "finite"


def allowed(declared):
    """Two values that are no defaults, and values that are not in the range."""
    if isinstance(declared, Flag):
        return (True, False), [1, "yes", None]
    if isinstance(declared, Integer):
        return (1, 0), [declared.low - 1, 0.5, "1", None, True]
    if isinstance(declared, Numbers):
        fitting = {"boundaries": ((3.0,), (4.0,)), "values": ((0.5, 0.25), (0.25, 0.5))}[declared.name]
        return fitting, [0.5, None, [np.nan], ["0.1"], [[1.0]], [True]]
    outside = {
        "> 0": [0.0, -0.5], ">= 0": [-0.5], "> 0 < 1": [0.0, -0.5, 1.0], ">= 0 < 1": [-0.5, 1.0], "finite": [],
    }[limits(declared)]  # fmt: skip
    return (0.375, 0.25), [*outside, np.nan, np.inf, -np.inf, 10**400, "0.1", None, True, np.True_, 1j]


def made(kind, convert=lambda value: value, **other):
    """An object with the first allowed value of each hyperparameter, but for those that are given."""
    return kind(**{name: convert(allowed(declared)[0][0]) for name, declared in kind.table.items()} | other)


def test_the_tables_list_every_name_default_and_range():
    found = {}
    for kind in filter(lambda kind: kind.table, CLASSES):
        defaults = {name: None if d.default is inspect.Parameter.empty else d.default for name, d in kind.table.items()}
        table = {name: (defaults[name], limits(declared)) for name, declared in kind.table.items()}
        found[f"{kind.__module__.partition('.')[2]}.{kind.__name__}"] = table
    assert found == TABLES


@every_class
def test_a_signature_has_the_names_and_defaults_of_the_table(kind):
    shown = {name: parameter.default for name, parameter in inspect.signature(kind).parameters.items()}
    assert shown == {name: declared.default for name, declared in kind.table.items()}


def test_a_constructor_takes_what_its_signature_shows():
    assert str(inspect.signature(Adam)) == "(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07)"
    assert str(inspect.signature(CosineDecay)) == "(initial_learning_rate, decay_epochs, alpha=0.0)"
    assert Adam(0.1, 0.8) == Adam(learning_rate=0.1, beta_1=0.8)
    with pytest.raises(TypeError, match=r"^Adam: .*unexpected keyword argument 'beta'"):
        Adam(beta=0.9)
    with pytest.raises(TypeError, match="missing a required argument: 'decay_epochs'"):
        CosineDecay(0.1)


@every_hyperparameter
@pytest.mark.parametrize("convert", [np.asarray, np.float64, np.float32, np.longdouble])
def test_numpys_numbers_become_pythons_on_entry(kind, name, convert):
    first, second = allowed(kind.table[name])[0]
    if not isinstance(first, float):
        # Neither a flag nor a whole number is a float, nor are several numbers
        convert = np.asarray if isinstance(first, tuple) else type(np.asarray(first)[()])
    of_constructor, of_assignment = made(kind, **{name: convert(first)}), made(kind, **{name: second})
    setattr(of_assignment, name, convert(first))
    for each in (of_constructor, of_assignment):
        assert (type(getattr(each, name)), getattr(each, name)) == (type(first), first)


@every_class
def test_float32_stays_float32_whatever_number_is_given(kind):
    room, w = sys.modules[kind.__module__], np.linspace(-1, 1, 6, dtype="float32").reshape(3, 2)
    formula = made(kind, lambda value: np.asarray(value, np.longdouble if isinstance(value, float) else None)[()])
    if room is activations:
        results = [formula.value(w), formula.pullback(w, formula.value(w))]
    elif room is regularizers:
        results = [formula.penalty(w, None), formula.slope(w)]
    else:
        optimizer = {optimizers: formula}.get(room) or Adam(formula if room is schedules else np.float64(0.1))
        net = MLP([2, 3], kernel_initializer=formula if room is initializers else "he_normal")
        net.fit(w, np.zeros((3, 3)), optimizer=optimizer, epochs=3)
        results = [net.parameters, *optimizer.state.values()]
    assert {result.dtype for result in results} == {np.dtype("float32")}


@every_hyperparameter
def test_objects_are_equal_if_their_hyperparameters_are(kind, name):
    other = allowed(kind.table[name])[0][1]
    assert made(kind) == made(kind)
    assert made(kind) != made(kind, **{name: other})


def test_objects_of_two_classes_are_not_equal():
    objects = [made(kind) for kind in CLASSES]
    assert [[one == other for other in objects] for one in objects] == np.eye(len(CLASSES), dtype=bool).tolist()
    assert Adam([0.1, 0.2]) == Adam(np.array([0.1, 0.2])) != Adam([0.1, 0.3])
    assert Adam(0.1) != Adam([0.1])
    assert Adam() != "adam"


@every_class
def test_a_representation_makes_the_object_again(kind):
    names = {**vars(schedules), **vars(sys.modules[kind.__module__])}
    for each in (made(kind), made(kind, **{name: allowed(d)[0][1] for name, d in kind.table.items()})):
        assert eval(repr(each), names) == each


def names_in(room):
    """The names that a module's `get` knows, which its error lists."""
    with pytest.raises(ValueError, match="expected one of") as refused:
        room.get("")
    return str(refused.value).partition("one of ")[2].partition(", or an instance")[0].split(", ")


@pytest.mark.parametrize("room", [activations, initializers, losses, optimizers, regularizers])
def test_what_is_known_by_name_is_made_again_by_its_representation(room):
    known = [room.get(name) for name in names_in(room)]
    for each in known:
        assert eval(repr(each), {**vars(schedules), **vars(room)}) == each == copy.deepcopy(each)
        assert [other for other in known if other == each] == [o for o in known if type(o) is type(each)]


@pytest.mark.parametrize(
    "value",
    [
        1 / 3,
        0.1 + 0.2,
        5e-324,
        1e300,
        12345678.9,
        [1 / 3, 1e-7],
        [0.1] * 4,
        [1e-300, 0.1 + 0.2, 2 / 3, 1.0],
        np.geomspace(1e-9, 1, 2000),
    ],
    ids=str,
)
def test_a_representation_has_all_digits(value):
    for each in (SGDM(value), L1L2(value, value), SGD(ExponentialDecay(value, 1, 1 / 7))):
        assert eval(repr(each), {**vars(optimizers), **vars(regularizers), **vars(schedules)}) == each
    if isinstance(value, float):
        for each in (activations.LeakyReLU(value), initializers.Normal(value, -value), initializers.Constant(value)):
            assert eval(repr(each), {**vars(activations), **vars(initializers)}) == each


@pytest.mark.parametrize("rates", [pd.Series([0.1, 0.2], [7, 8]), pd.array([0.1, 0.2], "Float64"), (0.1, 0.2)])
def test_a_vector_may_be_whatever_numpy_makes_an_array_of(rates):
    assert SGD(rates) == SGD([0.1, 0.2])
    with pytest.raises(ValueError, match="learning_rate: expected a finite number > 0, got"):
        SGD({0.1, 0.2})


def test_settings_are_shown_in_the_expression():
    assert repr(SGD([0.1, 0.2])) == "SGD([0.1, 0.2])"
    assert repr(L2(np.arange(6) / 4)) == "L2([0, 0.25, 0.5, 0.75, 1, 1.25])"
    assert repr(Adam(0.1, beta_1=[0.5, 0.9])) == "Adam(0.1, beta_1=[0.5, 0.9], beta_2=0.999, epsilon=1e-07)"


@every_hyperparameter
def test_a_value_out_of_range_is_refused_and_changes_nothing(kind, name):
    each, before = made(kind), made(kind)
    for wrong in allowed(kind.table[name])[1]:
        with pytest.raises(ValueError, match=rf"{name}: expected .* got"):
            setattr(each, name, wrong)
        with pytest.raises(ValueError, match=rf"{name}: expected .* got"):
            made(kind, **{name: wrong})
        assert each == before
        assert vars(each).keys() == vars(before).keys()


@pytest.mark.parametrize("wrong", [[0.5, -1], [], [[0.5]], [0.5, np.nan], [0.5, 0.5, 0.5], ["a", "b"], [[1], [1, 2]]])
def test_a_vector_that_does_not_fit_is_refused_and_changes_nothing(wrong):
    optimizer = Adam([0.1, 0.2], beta_1=[0.5, 0.9])
    for name in ("learning_rate", "beta_1", "epsilon"):
        with pytest.raises(ValueError, match=rf"{name}: expected .* got"):
            setattr(optimizer, name, wrong)
    assert optimizer == Adam([0.1, 0.2], beta_1=[0.5, 0.9])
    assert optimizer.learning_rate.tolist() == [0.1, 0.2]


@pytest.mark.parametrize("wrong", [[], [[0.5]], np.ones((2, 2)), np.ones((0, 3))])
def test_a_vector_has_one_axis_and_some_numbers(wrong):
    for make in (SGD, L2, lambda value: SGDM(beta=value)):
        with pytest.raises(ValueError, match=r"expected a number, or a vector with one for each member, got shape \("):
            make(wrong)


@pytest.mark.parametrize(
    "duplicate", [lambda each: each, copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))]
)
def test_a_vector_can_only_be_replaced(duplicate):
    given = np.array([0.1, 0.2])
    for each in (SGDM(given, given), SGDM(ExponentialDecay(given, 1, 0.5), given), L1L2(given, 0.5)):
        same = duplicate(each)
        assert same == each
        for _, vector in same.vectors():
            with pytest.raises(ValueError, match="read-only"):
                vector[0] = 5
    given[0] = 7
    assert SGDM([0.1, 0.2]).learning_rate.tolist() == [0.1, 0.2]


class WithDecay(SGD):
    """A hyperparameter that must be given, after one that need not be."""

    decay = Number(low=0)


def test_what_must_be_given_after_a_default_is_given_by_name_alone():
    class Third(Hyperparameters):
        first = Number()
        second = Number(0.5)
        third = Number()
        fourth = Number(0.25)

    assert str(inspect.signature(Third)) == "(first, second=0.5, *, third, fourth=0.25)"
    assert Third(1, third=2).hyperparameters() == {"first": 1, "second": 0.5, "third": 2, "fourth": 0.25}


def test_other_bases_of_a_class_are_told_of_it():
    seen = []

    class Listed:
        def __init_subclass__(cls):
            seen.append(cls.__name__)

    class Both(Hyperparameters, Listed):
        first = Number(0.5)

    assert seen == ["Both"]


def test_what_must_be_given_can_be_given_by_name():
    assert str(inspect.signature(WithDecay)) == "(learning_rate=0.01, *, decay)"
    assert repr(WithDecay(decay=2)) == "WithDecay(0.01, decay=2)"
    with pytest.raises(TypeError, match="missing a required argument: 'decay'"):
        WithDecay(0.1)


class Named(Hyperparameters):
    """Two hyperparameters, none of which is shown without its name."""

    first = Number(0.5)
    second = Number(2)


def test_hyperparameters_are_shown_by_name_unless_a_class_has_some_by_place():
    assert repr(Named(1)) == "Named(first=1, second=2)"


class Decoupled(SGD):
    """A constructor of its own, which calls the other first, as most do."""

    decay = Number(low=0)

    def __init__(self, learning_rate, decay=0.5):
        super().__init__(learning_rate)
        self.decay = decay


class Reversed(SGD):
    """The same, in the other order, with a default that the constructor does not take."""

    decay = Number(0.125, low=0)

    def __init__(self, learning_rate, decay=0.5):
        self.decay = decay
        super().__init__(learning_rate)


@pytest.mark.parametrize("kind", [Decoupled, Reversed])
def test_a_subclass_may_set_its_own_hyperparameters_when_it_likes(kind):
    assert list(kind.table) == ["learning_rate", "decay"]
    assert str(inspect.signature(kind)) == "(learning_rate, decay=0.5)"
    assert inspect.signature(type("Further", (kind,), {})) == inspect.signature(kind)
    assert (kind(0.1).learning_rate, kind(0.1).decay) == (0.1, 0.5)
    assert kind(0.1, np.float64(2)).decay == 2
    assert type(kind(0.1, np.float64(2)).decay) is float
    assert kind(0.1, 2) == kind(0.1, 2) != kind(0.1, 3)
    assert repr(kind(0.1, [1, 2])) == f"{kind.__name__}(0.1, decay=[1, 2])"
    assert kind([0.1, 0.2], [1, 2]).subset(1) == kind(0.2, 2)
    with pytest.raises(ValueError, match="decay: expected a finite number >= 0, got -1"):
        kind(0.1, -1)
    with pytest.raises(ValueError, match=r"expected as many numbers as (learning_rate|decay) has"):
        kind([0.1, 0.2], [1, 2, 3])
    with pytest.raises(ValueError, match="decay: expected a number for each of the 2 members, got 3"):
        Ensemble([2, 1], members=2).fit(np.ones((4, 2)), np.ones(4), optimizer=kind(0.1, [1, 2, 3]))


def test_what_a_subclass_hands_on_replaces_what_it_has_set():
    class Twice(SGD):
        decay = Number(0.125, low=0)

        def __init__(self):
            self.decay = 1
            super().__init__(decay=2)

    assert Twice().decay == 2


@pytest.mark.parametrize("value", [np.arange(5.0), [1, 2, 3, 4, 5], np.ones((2, 2)), L2([1.0, 2.0, 3.0]), object()])
def test_what_is_put_on_an_optimizer_is_no_hyperparameter(value):
    plain, optimizer = Adam([0.1, 0.2]), Adam([0.1, 0.2])
    optimizer.notes = optimizer._more = value
    assert optimizer == plain
    assert repr(optimizer) == repr(plain)
    assert optimizer.hyperparameters().keys() == plain.hyperparameters().keys()
    assert [name for name, _ in optimizer.vectors()] == ["learning_rate"]
    assert optimizer.subset(1) == plain.subset(1) == Adam(0.2)
    assert optimizer.subset(1).notes is value
    first, second = (Ensemble([2, 3, 2], output="softmax", seeds=[0, 1]) for _ in range(2))
    x, y = np.random.default_rng(0).normal(size=(10, 2)), np.arange(10) % 2
    first.fit(x, y, optimizer=plain, epochs=2)
    second.fit(x, y, optimizer=optimizer, epochs=2)
    np.testing.assert_array_equal(first.parameters, second.parameters)


def test_a_subset_has_the_numbers_of_its_members():
    optimizer = Adam(ExponentialDecay([0.1, 0.2, 0.3], 1, 0.5), beta_1=[0.5, 0.6, 0.7])
    assert optimizer.subset(slice(1, 3)) == Adam(ExponentialDecay([0.2, 0.3], 1, 0.5), beta_1=[0.6, 0.7])
    assert optimizer.subset(2) == Adam(ExponentialDecay(0.3, 1, 0.5), beta_1=0.7)
    assert type(optimizer.subset(2).beta_1) is float
    assert L1L2([0.1, 0.2], 0.5).subset(0) == L1L2(0.1, 0.5)


def test_a_vector_for_other_members_than_the_moments_have_changes_nothing():
    optimizer, w = SGDM(0.1), np.ones((4, 3))
    optimizer.step(w, np.ones((4, 3)))
    for name in ("learning_rate", "beta"):
        with pytest.raises(ValueError, match=rf"{name}: expected a number for each of the 3 members, got 4"):
            setattr(optimizer, name, [0.1, 0.2, 0.3, 0.4])
    alone = SGDM(0.1)
    alone.step(np.ones(4), np.ones(4))
    with pytest.raises(ValueError, match="beta: expected one number for a single net, got 4 of them"):
        alone.beta = [0.1, 0.2, 0.3, 0.4]
    assert optimizer == alone == SGDM(0.1)
    optimizer.reset()
    optimizer.beta = [0.1, 0.2, 0.3, 0.4]


def test_the_only_vector_may_be_replaced_by_one_for_other_members():
    for optimizer in (SGD([0.1, 0.2]), SGD(ExponentialDecay([0.1, 0.2], 1, [0.5, 0.9]))):
        optimizer.learning_rate = [0.1, 0.2, 0.3]
        assert optimizer == SGD([0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match="beta: expected as many numbers as learning_rate has, 2, got 3"):
        SGDM([0.1, 0.2]).beta = [0.1, 0.2, 0.3]


def test_numbers_of_any_kind_can_be_kept_unchecked():
    optimizer = SGDM.unchecked(learning_rate="rate", beta="beta")
    assert (optimizer.learning_rate, optimizer.beta) == ("rate", "beta")
