"""What is chosen: what fits and what is refused, what depends on what, and the link."""

import base64
import inspect
import json
import re
from pathlib import Path

import pytest

from npnet import activations, initializers, losses, optimizers
from npnet.activations import Elementwise
from npnet.experiments.claims.optimizing import UncorrectedAdam
from npnet.initializers import Initializer
from npnet.optimizers import Optimizer
from npnet.play import choices
from npnet.play.choices import FIELDS, State, declared, new_optimizer, options
from npnet.play.walks import WALKS

REFUSED = [
    ("data", "mnist"), ("data", None), ("data", ["dots"]), ("columns", ["x", "y"]), ("columns", ["petal_width"]),
    ("columns", ["petal_width", "petal_width"]), ("columns", [1, 2]), ("points", [[0, 0, 10]]), ("points", [[0, 0]]),
    ("points", [[0, 0, -1]]), ("points", [[0, 0, 0.5]]), ("points", [["0", 0, 0]]), ("points", [[1e9, 0, 0]]),
    ("points", [[0, 0, 0]] * 501), ("points", "x"), ("noise", -0.1), ("noise", 1.5), ("noise", "0"), ("noise", True),
    ("noise", float("nan")), ("noise", 10**400), ("test_share", 1), ("samples", 9), ("samples", 2001),
    ("samples", 100.0), ("standardize", 1), ("batch_size", 0), ("batch_size", True), ("features", []),
    ("features", ["x1", "x1"]), ("features", ["x3"]), ("features", "x1"), ("widths", [0]), ("widths", [17]),
    ("widths", [1] * 7), ("widths", [1.5]), ("widths", 3), ("widths", None), ("activations", ["relu"]),
    ("activations", ["softmax", "relu"]), ("activations", [[], []]), ("loss", "kld"), ("optimizer", "lion"),
    ("learning_rate", 0), ("learning_rate", float("inf")), ("learning_rate", [0.1]), ("numbers", {"beta": 0.5}),
    ("numbers", []), ("schedule", "step"), ("decay_epochs", 0), ("l1", -1), ("l2", 11), ("initializer", "constant"),
    ("scale", 11), ("seed", -1), ("seed", 2**40), ("dtype", "float16"), ("rival", {"seed": 1}), ("rival", []),
    ("rival", {"activations": ["relu"]}), ("rival", {"numbers": {"beta": 1}}), ("members", 0), ("members", 51),
    ("target", 3), ("target", "x" * 201),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), REFUSED, ids=lambda value: f"{value!r:.40}")
def test_what_does_not_fit_is_refused_by_its_name(name, value):
    data = {"data": "iris"} if name == "columns" else {}
    with pytest.raises(ValueError, match=f"^{name}: ") as caught:
        State(**{**data, name: value})
    assert len(str(caught.value)) < 600


def test_each_field_has_a_value_that_is_refused():
    assert {name for name, _ in REFUSED} == set(FIELDS)


def test_an_optimizers_numbers_are_its_own_and_within_its_limits():
    assert State(optimizer="sgdm", numbers={"beta": 0.5}).numbers == {"beta": 0.5}
    for numbers in ({"beta": 1}, {"beta": -0.1}, {"beta": "0.5"}, {"beta": [0.5, 0.5]}, {"learning_rate": 1}):
        with pytest.raises(ValueError, match=r"^numbers: "):
            State(optimizer="sgdm", numbers=numbers)


def test_what_depends_on_a_choice_follows_it():
    state = State(activations=("relu", "tanh"))
    assert state.changed({"widths": [2, 2, 2, 2]}).activations == ("relu", "tanh", "tanh", "tanh")
    assert state.changed({"widths": [2]}).activations == ("relu",)
    assert state.changed({"widths": []}).activations == ()
    assert state.changed({"widths": []}).changed({"widths": [2]}).activations == ("tanh",)
    adam = state.changed({"optimizer": "adam", "numbers": {"beta_1": 0.5}})
    assert adam.numbers == {"beta_1": 0.5, "beta_2": 0.999, "epsilon": 1e-7}
    assert adam.changed({"optimizer": "adam", "l1": 0.1}).numbers == adam.numbers
    assert adam.changed({"optimizer": "sgdm"}).numbers == {"beta": 0.9}
    iris = state.changed({"data": "iris"})
    assert iris.columns == ("petal_length", "petal_width")
    sepals = iris.changed({"columns": ["sepal_length", "sepal_width"]})
    assert sepals.changed({"noise": 0.5}).columns == ("sepal_length", "sepal_width")
    assert sepals.changed({"data": "dots"}).columns == ()


def test_other_data_and_another_target_have_columns_of_their_own():
    state = State(data="file", columns=("u", "v"))
    assert state.changed({"target": "u"}).columns == ()
    assert state.changed({"data": "iris"}).columns == ("petal_length", "petal_width")
    assert state.changed({"seed": 1}).columns == ("u", "v")


def test_the_largest_number_is_one_that_may_be_chosen():
    assert (State(samples=2000).samples, State(noise=choices.RANGES["noise"][1]).noise) == (2000, 1)


def test_a_second_net_that_comes_or_goes_starts_again():
    with_rival = State(rival={"l1": 0.5})
    assert State().restarts(with_rival)
    assert with_rival.restarts(State())


def test_the_second_net_follows_the_layers_too():
    state = State(rival={"activations": ["relu", "relu"]}).changed({"widths": [3, 3, 3]})
    assert state.second().activations == ("relu",) * 3
    assert state.activations == ("tanh",) * 3


def test_the_second_net_has_the_numbers_of_its_own_optimizer():
    state = State(optimizer="sgdm", numbers={"beta": 0.5}, rival={"optimizer": "adam"})
    assert state.second().numbers["beta_1"] == 0.9
    assert State(optimizer="sgdm", numbers={"beta": 0.5}, rival={"l1": 1}).second().numbers == {"beta": 0.5}


def test_a_second_net_and_many_members_are_not_both():
    with pytest.raises(ValueError, match=r"^rival: expected null beside members above 1"):
        State(members=2, rival={})


def test_unknown_fields_and_other_things_are_no_changes():
    for changes in ({"x": 1}, None, [], "x", {1: 2}):
        with pytest.raises(ValueError, match=r"^changes: expected "):
            State().changed(changes)


LIVE = {"batch_size": 5, "learning_rate": 0.5, "schedule": "cosine", "decay_epochs": 7, "l1": 0.1, "l2": 0.1}


def test_rate_penalty_and_batch_size_start_nothing_again_and_all_else_does():
    state = State(rival={"l1": 0.5})
    others = {"data": "xor", "noise": 0.5, "test_share": 0.5, "samples": 20, "standardize": False, "features": ["x1"],
              "widths": [3, 3], "activations": ["relu", "relu"], "loss": "mse", "optimizer": "adam", "scale": 2,
              "initializer": "normal", "seed": 1, "dtype": "float64", "rival": None}  # fmt: skip
    assert {name for name in LIVE if state.restarts(state.changed({name: LIVE[name]}))} == set()
    assert {name for name in others if state.restarts(state.changed({name: others[name]}))} == set(others)
    assert not state.restarts(state.changed({"rival": {"l1": 0.25}}))
    assert state.restarts(state.changed({"rival": {"activations": ["relu", "relu"]}}))


EVERYTHING = {
    "data": "iris", "columns": ["sepal_width", "petal_width"], "points": [[0.5, -0.25, 1]], "noise": 0.1, "samples": 50,
    "test_share": 0.0, "standardize": False, "batch_size": 7, "features": ["x2", "product"], "widths": [3, 4],
    "activations": ["gelu", "elu"], "loss": "huber", "optimizer": "nadam", "learning_rate": 0.25,
    "numbers": {"beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.001}, "schedule": "exponential", "decay_epochs": 11,
    "l1": 0.5, "l2": 0.125, "initializer": "orthogonal", "scale": 0.5, "seed": 3, "dtype": "float64",
    "rival": {"optimizer": "sgd"}, "target": "class",
}  # fmt: skip


def test_a_link_restores_everything():
    state = State().changed(EVERYTHING)
    assert set(EVERYTHING) | {"members"} == set(FIELDS)
    assert State.from_link(state.link()) == state
    assert State.from_link(State(members=3).link()).members == 3
    assert state.json() == json.loads(json.dumps(state.json()))
    assert re.fullmatch(r"#[A-Za-z0-9_-]+", state.link())


def test_the_link_of_the_first_choices_is_short():
    assert State().link() == "#e30"


@pytest.mark.parametrize(
    "content", ["x", "[]", "null", "1", '{"data": "x"}', '{"x": 1}', "[" * 100_000, '{"noise": NaN}']
)
def test_another_link_is_refused(content):
    link = "#" + base64.urlsafe_b64encode(content.encode()).decode()
    with pytest.raises(ValueError, match=r"^(link|changes|data|noise): expected "):
        State.from_link(link)


@pytest.mark.parametrize("link", [None, 1, "#", "#!", "#\u00e9", "#a"])
def test_what_is_no_link_is_refused(link):
    with pytest.raises(ValueError, match=r"^link: expected "):
        State.from_link(link)


def objects(module, kind):
    found = [value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, kind)]
    return {value for value in found if not inspect.isabstract(value) and value.__module__ == module.__name__}


def test_everything_that_npnet_has_can_be_chosen():
    assert {type(activations.get(name)) for name in choices.ACTIVATIONS} == objects(activations, Elementwise)
    chosen = {type(new_optimizer(name)) for name in choices.OPTIMIZERS}
    assert chosen == objects(optimizers, Optimizer) | {UncorrectedAdam}
    # Zeros are the constant that weights can begin with
    assert {type(initializers.get(name)) for name in choices.INITIALIZERS} == objects(initializers, Initializer)
    assert {losses.get(name).name for name in choices.LOSSES[1:]} == {"mse", "mae", "huber"}


def test_the_readme_counts_them():
    text = (Path(choices.__file__).parent / "README.md").read_text(encoding="utf-8")
    assert f"| {choices.LAYERS} of {choices.UNITS}, one of {len(choices.ACTIVATIONS)} for each |" in text
    assert f"| {len(choices.OPTIMIZERS)}, with their numbers and schedules |" in text
    assert f"| {len(choices.INITIALIZERS)} rules, any scale |" in text
    assert f"| the same {len(choices.FEATURES)} |" in text
    assert f"| up to {choices.CLASSES} |" in text
    assert f"| guided walks | – | {len(WALKS)} |" in text


def test_the_options_have_a_list_or_limits_for_each_field():
    found = options()
    assert set(found["limits"]) >= set(choices.WHOLE) | set(choices.RANGES)
    for name, known in choices.NAMES.items():
        assert list(found.get(f"{name}s") or found.get({"loss": "losses"}.get(name, name))) == list(known)
    assert json.loads(json.dumps(found))["optimizers"]["adam"]["beta_1"]["high"] == 1


def test_limits_are_those_that_the_optimizer_declares():
    assert declared("nesterov")["momentum"] == {"default": 0.9, "low": 0, "high": 1, "open": ["low", "high"]}
    assert declared("sgd")["learning_rate"] == {"default": 0.01, "low": 0, "high": None, "open": ["low"]}
    assert declared("adam")["epsilon"] == {"default": 1e-7, "low": 0, "high": None, "open": []}
