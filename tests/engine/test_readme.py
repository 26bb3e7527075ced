"""The README of the engine: the code that it quotes, the shapes that it states, and its example."""

import importlib
import inspect
import re
import textwrap
from pathlib import Path

import numpy as np
import pytest

import npnet
from npnet import MLP, datasets, engine, gradcheck
from npnet.engine.stepping import Batches, Objective

FOLDER = Path(engine.__file__).parent
README = (FOLDER / "README.md").read_text(encoding="utf-8")
LINKS = re.findall(r"\[`([^`]+)`\]\(([^)]+)\)", README)
LINK = r"\[`([\w.]+)`\]\(([^)]+)\)"
*BLOCKS, EXAMPLE = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
QUOTED_BLOCKS = re.findall(LINK + r"[^\n\[]*:\n```python\n(.*?)```", README, re.DOTALL)
WHOLE_BODIES = re.findall(LINK + r" (?:is|ends with)\s`([^`]+)`", README)
LINES = re.findall(LINK + r" ends the step with `([^`]+)`", README)


def linked(name, target):
    """The object that a link names, in the file that it leads to."""
    file = (FOLDER / target).resolve().relative_to(Path(npnet.__file__).parent)
    found = importlib.import_module(".".join(("npnet", *file.with_suffix("").parts)))
    for part in name.split("."):
        found = getattr(found, part)
    return found


def lines(function):
    return textwrap.dedent(inspect.getsource(function)).splitlines()


@pytest.mark.parametrize(("name", "target"), LINKS)
def test_links_lead_to_what_they_name(name, target):
    if not name.endswith(".py"):
        assert linked(name, target)
    assert (FOLDER / target).is_file()


@pytest.mark.parametrize(("name", "target", "quoted"), QUOTED_BLOCKS)
def test_a_quoted_block_stands_in_the_function(name, target, quoted):
    inside = "\n".join(line.strip() for line in lines(linked(name, target)))
    assert "\n".join(line.strip() for line in quoted.splitlines()) in inside


def test_each_block_is_quoted_or_the_example():
    assert [quoted for _, _, quoted in QUOTED_BLOCKS] == BLOCKS
    assert len(WHOLE_BODIES) == 5
    assert len(LINES) == 1


@pytest.mark.parametrize(("name", "target", "quoted"), WHOLE_BODIES)
def test_a_quoted_line_ends_the_function(name, target, quoted):
    assert lines(linked(name, target))[-1].strip() == quoted


@pytest.mark.parametrize(("name", "target", "quoted"), LINES)
def test_a_quoted_line_stands_in_the_function(name, target, quoted):
    assert quoted in [line.strip() for line in lines(linked(name, target))]


@pytest.fixture(scope="module")
def step():
    """The net of the README after one step's value and gradient: its objective, passes and batch."""
    x, labels, *_ = datasets.iris_split()
    net, passes = MLP([4, 16, 3], hidden="relu", output="softmax", seed=0), {}
    objective = Objective(net, "categorical_crossentropy", None, passes)
    labels = objective.labels(net.checked_labels("y", labels, len(x), objective.loss))
    x, y = next(iter(Batches(net.checked_samples("x", x), labels, 32, None)))
    assert objective.gradient.shape == net.parameters.shape
    objective.value_and_gradient(x, y)
    return objective, passes[32], x, y


def test_arrays_have_the_shapes_of_the_table(step):
    objective, passes, _, _ = step
    rows = re.findall(r"^\| (`.*?) \| (\(.*?\)) \| (\(.*?\)) \|", README, re.MULTILINE)
    assert len(rows) == 5
    for names, *shapes in rows:
        for name in re.findall("`([^`]+)`", names):
            for layer, p, shape in zip(objective.layers, passes, shapes):
                assert str(eval(name, {"layer": layer, "p": p}).shape) == shape


def test_arrays_share_the_memory_that_it_says(step):
    objective, (p, last), _, _ = step
    parameters = objective.net.parameters
    assert f"`net.parameters`, of {parameters.size} numbers" in README
    assert all(np.shares_memory(layer.W, parameters) for layer in objective.layers)
    assert all(np.shares_memory(layer.gradient, objective.gradient) for layer in objective.layers)
    assert np.shares_memory(p.z, p.y)
    assert np.shares_memory(p.y, last.x)


def test_products_are_of_the_shapes_that_it_states(step):
    objective, passes, x, y = step
    assert f"a batch is `x`, {x.shape}, and `y`, {y.shape}" in README
    both = list(zip(objective.layers, passes))
    factors = {
        "Layer.forward": [(layer.W.T, p.x) for layer, p in both],
        "Layer.gradients": [(p.x, p.grad.T) for _, p in reversed(both)],
        "Layer.back": [(layer.weights, p.grad) for layer, p in reversed(both[1:])],
    }
    for name, pairs in factors.items():
        (text,) = re.findall(rf"^- \[`{re.escape(name)}`\].*?: (\(.*)", README, re.MULTILINE)
        assert re.findall(r"\(.*?\) by \(.*?\)", text) == [f"{a.shape} by {b.shape}" for a, b in pairs]


@pytest.fixture(scope="module")
def added():
    """The names of the example, after it ran."""
    names = {}
    exec(EXAMPLE, names)
    return names


def test_a_net_learns_with_the_formulas_of_the_example(added):
    net, x = added["net"], added["x"]
    assert net.evaluate(x, np.sin(2 * x), loss=added["LogCosh"]()).loss < 0.1


def test_their_gradient_is_right(added):
    net = MLP([2, 3, 1], hidden=added["Sine"](), dtype="float64", seed=0)
    x, y = np.random.default_rng(0).normal(size=(2, 8, 2))

    def value_and_gradient(parameters):
        net.parameters = parameters
        return net.loss_and_gradient(x, y[:, :1], loss=added["LogCosh"]())

    gradcheck.assert_gradient(
        lambda w: value_and_gradient(w)[0],
        lambda w: value_and_gradient(w)[1],
        net.parameters.copy(),
        method="central",
    )


def test_it_is_read_in_ten_minutes():
    assert len(README.splitlines()) <= 120
    assert max(map(len, README.splitlines())) < 120
