"""Every line of every derivation holds, and a broken formula is found at its line."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from npnet import activations, clipping, derivations, initializers, losses, optimizers, regularizers, schedules
from npnet.derivations import check, every, get
from npnet.derivations.engine import Derivation, normals
from npnet.derivations.engine.helpers import helpers
from npnet.engine import layers
from npnet.network import MLP
from npnet.source import WIDTH

README = Path(derivations.__file__).with_name("README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reports():
    return {derivation.name: check(derivation) for derivation in every()}


@pytest.mark.parametrize("name", [derivation.name for derivation in every()])
def test_every_line_holds(reports, name):
    report = reports[name]
    assert [found.failure for found in report.failures] == []
    assert len(report.checks) == len(report.derivation.lines) >= 3
    assert report.formulas == sum(not line.unchecked for line in report.derivation.lines)
    assert all(found.points > 0 for found in report.checks[1:])


@pytest.mark.parametrize("name", [derivation.name for derivation in every()])
def test_no_line_of_code_is_wider_than_the_page(name):
    codes = [line.code for line in get(name).lines] + [helper.code for helper in helpers(get(name))]
    assert [line for code in codes for line in code.splitlines() if len(line) > WIDTH] == []


def test_there_are_enough_lines(reports):
    steps = [found for report in reports.values() for found in report.checks[1:]]
    assert len(reports) >= 17
    assert len(steps) >= 80
    assert sum(found.symbolic in ("proved", "50 digits") for found in steps) >= 60


def test_names_are_unique_and_in_the_notes_order():
    assert len({derivation.name for derivation in every()}) == len(every())
    sections = [derivation.section for derivation in every()]
    assert sections == sorted(sections)


def test_the_docstring_of_what_is_shipped_names_each_derivation_once():
    modules = (activations, clipping, initializers, losses, optimizers, regularizers, schedules)
    shipped = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    documented = {of for of in shipped if of.__module__.startswith("npnet.")} | {MLP.loss_and_gradient}
    named = [name for of in documented for name in re.findall(r"``npnet derive ([a-z0-9-]+)``", of.__doc__ or "")]
    assert sorted(named) == sorted(derivation.name for derivation in every())


def test_bounds_are_near_the_rounding_errors(reports):
    """A bound that anything would pass is none: in each chain, rounding errors come near it, or there are none."""
    for report in reports.values():
        assert report.discrepancy == 0 or report.discrepancy > 1e-3


SHIPPED_GRADIENTS = layers.Layer.gradients
SHIPPED_UPDATE, SHIPPED_NUMBERS = optimizers.Adam.update, optimizers.Adam.numbers


def doubled(self, delta, p):
    SHIPPED_GRADIENTS(self, delta, p)
    self.gradient[:-1] *= 2


def without_root(self, w, g, out, M, V, *numbers):
    return SHIPPED_UPDATE(self, w, g, out, M, V, *numbers) / np.sqrt(V)


def uncorrected(self, t):
    """Return the numbers of a step so late that nothing is left to correct."""
    return SHIPPED_NUMBERS(self, 10**9)


def of_other_sign(shipped):
    return lambda self, y, saved, count: -shipped(self, y, saved, count)


BROKEN = [
    (activations.Sigmoid, "slope", lambda self, y, out=None: y * (1 + y), "sigmoid", 8),
    (activations.Tanh, "slope", lambda self, y, out=None: 1 - y, "tanh", 10),
    (activations.Tanh, "slope", lambda self, y, out=None: 1 + y * y, "tanh-directly", 7),
    (activations.ReLU, "slope", lambda self, y, out=None: (np.sign(y) + 1) / 2, "relu-at-zero", 5),
    (activations.ReLU, "slope", lambda self, y, out=None: np.maximum(np.sign(-y), 0), "relu", 6),
    (activations.LeakyReLU, "slope", lambda self, y, out=None: np.maximum(np.sign(y), 0), "leaky-relu", 6),
    (
        activations.LeakyReLU,
        "slope",
        lambda self, y, out=None: np.where(y >= 0, 1.0, self.alpha),
        "leaky-relu-at-zero",
        4,
    ),
    (activations.Softmax, "pullback", lambda self, g, y, out=None, scratch=None: g * y * (1 - y), "softmax", 6),
    (activations.Softmax, "pullback", lambda self, g, y, out=None, scratch=None: g * y, "softmax-product", 6),
    (losses.MeanSquaredError, "derivative", lambda self, y, error, count: error / count, "mse", 5),
    (losses.MeanAbsoluteError, "derivative", lambda self, y, sign, count: 2 * sign / count, "mae", 4),
    (losses.Huber, "derivative", lambda self, y, clipped, count: np.sign(clipped) / count, "huber", 4),
    (losses.KLDivergence, "derivative", lambda self, y, p, count: (1 - y / p) / count, "kl-divergence", 4),
    (
        losses.SoftmaxKLDivergence,
        "derivative",
        of_other_sign(losses.SoftmaxKLDivergence.derivative),
        "softmax-kl-divergence",
        4,
    ),
    (losses.LabelSmoothing, "derivative", of_other_sign(losses.LabelSmoothing.derivative), "label-smoothing", 4),
    (losses.CategoricalCrossentropy, "derivative", lambda self, y, p, count: y / p / count, "cross-entropy", 5),
    (
        losses.SoftmaxCrossentropy,
        "derivative",
        of_other_sign(losses.SoftmaxCrossentropy.derivative),
        "softmax-cross-entropy",
        7,
    ),
    (losses.BinaryCrossentropy, "derivative", lambda self, y, p, count: -y / p / count, "binary-cross-entropy", 5),
    (
        losses.SigmoidCrossentropy,
        "derivative",
        of_other_sign(losses.SigmoidCrossentropy.derivative),
        "sigmoid-cross-entropy",
        7,
    ),
    (regularizers.L1, "slope", lambda self, W: self.strength * W, "l1", 5),
    (regularizers.L2, "slope", lambda self, W: 2 * self.strength * W, "l2", 5),
    (layers.Layer, "gradients", doubled, "affine", 5),
    (layers.Layer, "gradients", doubled, "backpropagation", 6),
    (initializers.HeNormal, "draw", lambda self, shape, rng: rng.normal(0, shape[0] ** -0.5, shape), "he", 7),
    (schedules.ExponentialDecay, "rate", lambda self, epoch: self.decay_rate**epoch, "learning-rate-decay", 5),
    (schedules.PolynomialDecay, "rate", lambda self, epoch: self.end_learning_rate, "polynomial-decay", 4),
    (
        schedules.CyclicPolynomialDecay,
        "rate",
        lambda self, epoch: (1 - np.minimum(epoch / self.decay_epochs, 1)) ** self.power,
        "cyclic-polynomial-decay",
        4,
    ),
    (schedules.CosineDecay, "rate", lambda self, epoch: self.alpha * self.initial_learning_rate, "cosine-decay", 4),
    (schedules.WarmupCosineDecay, "rate", lambda self, epoch: self.warmup_target, "warmup-cosine-decay", 3),
    (optimizers.SGDM, "update", lambda self, w, g, out, M, beta, rate: g * rate, "momentum-path", 5),
    (optimizers.Adagrad, "update", lambda self, w, g, out, V, epsilon, rate: g * rate, "adagrad", 4),
    (optimizers.RMSProp, "update", lambda self, w, g, out, V, rho, epsilon, rate: g * rate, "rmsprop", 4),
    (optimizers.Adam, "update", without_root, "adam", 4),
    (optimizers.Adam, "numbers", uncorrected, "adam", 4),
    (optimizers.Nadam, "momentum", lambda self, t: self.beta_1, "nadam", 4),
]


@pytest.mark.parametrize(
    ("where", "formula", "wrong", "name", "line"), BROKEN, ids=[f"{b[3]}-{i}" for i, b in enumerate(BROKEN)]
)
def test_a_broken_formula_is_found_at_its_line(monkeypatch, where, formula, wrong, name, line):
    monkeypatch.setattr(where, formula, wrong)
    report = check(get(name), symbolic=False)
    assert not report
    assert [found.number for found in report.failures] == [line]


def example(text):
    """Return a derivation of three lines, the last one wrong or right."""
    derivation = Derivation("example", "0", "An example", {"a": normals("a number", 3, example=[0.5])})
    derivation.line("a + a", "The start.")(lambda a: a + a)
    derivation.line("2 a", "Twice the same.")(lambda a: 2 * a)
    derivation.line("2 a", "The end.")(text)
    return derivation


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (lambda a: 2 * a + 1e-15, "differs from the line before on symbols"),
        (lambda a: a[:1], "shape"),
        (lambda a: 2 * a * (0 * a[0] / 0), "ZeroDivisionError|RuntimeWarning"),
        (lambda a: 2 * a * np.nan, "NaN"),
        (lambda a: undefined, "NameError"),  # noqa: F821
    ],
)
def test_a_line_that_does_not_hold_says_why(line, problem):
    report = check(example(line))
    assert [found.number for found in report.failures] == [3]
    assert re.search(problem, report.failures[0].failure)


def test_a_line_may_differ_by_less_than_its_rounding_error_and_is_found_on_symbols():
    wrong = example(lambda a: 2 * a * (1 + 2.0**-52))
    assert check(wrong, symbolic=False)
    (found,) = check(wrong).failures
    assert found.symbolic == "differs"
    assert found.failure == "differs from the line before on symbols; its formula differs from its code on symbols"


def test_the_code_shown_is_the_source():
    codes = [line.code for line in get("sigmoid").lines]
    assert codes[0] == "derivative(sigmoid, z)"
    assert codes[3] == "np.exp(-z) / (1 + np.exp(-z)) ** 2"
    assert get("softmax").lines[3].code == "y = softmax(z)\nreturn np.diag(y) - np.outer(y, y)"


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(ValueError, match=r"name: expected one of adagrad, .*weight-decay, got 'nothing'"):
        get("nothing")


def test_the_readmes_example_is_a_whole_file(monkeypatch, tmp_path):
    (text,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "sigmoid_symmetry.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(derivations, "__path__", [*derivations.__path__, str(tmp_path)])
    try:
        report = check(get("sigmoid-symmetry"))
    finally:
        sys.modules.pop("npnet.derivations.sigmoid_symmetry", None)
    assert report
    assert len(report.checks) == 5
    assert report.symbolic == 4


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)]+)\)", README))
def test_the_readmes_links_lead_to_files(target):
    assert (Path(derivations.__file__).parent / target).exists()
