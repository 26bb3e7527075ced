"""Each erratum shows what is wrong, by running the notes' form beside what npnet ships."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from npnet import datasets
from npnet.activations import LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from npnet.experiments import notes
from npnet.experiments.errata import Code, Erratum, Shown, erratum, every, get, row
from npnet.experiments.errata.underflow import NotesRMSProp
from npnet.history import History
from npnet.initializers import HeNormal
from npnet.losses import CategoricalCrossentropy, MeanSquaredError, SoftmaxCrossentropy
from npnet.network import MLP
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, RMSProp
from npnet.regularizers import L2
from npnet.schedules import ExponentialDecay
from reference.bounds.tolerance import assert_within, bound
from tests.test_losses import PRINTED as CROSS_ENTROPIES
from tests.test_schedules import PRINTED as RATES

ROOT = Path(__file__).parents[2]
ERRATA = every()
each = pytest.mark.parametrize("one", ERRATA, ids=lambda one: one.name)
# The headings of the notes under which something is said that can be run
SECTIONS = [
    "1.1", "1.2", "1.3", "1.4", "2.1", "2.2 (1)", "2.2 (2)", "3.1 (1)", "3.1 (2)", "3.1 (3)", "3.1 (4)", "3.1 (5)",
    "3.2 (1)", "3.2 (2)", "4.1", "4.2 (1)", "4.2 (2)", "4.2 (3)", "5.1", "5.2 (1)", "5.2 (2)", "5.2 (3)", "5.2 (4)",
    "5.2 (5)", "5.3",
]  # fmt: skip
# What the notes' form and the right one give, row by row, worked out by hand
GIVEN = {
    "sigmoid-slope": [("1", "0.25"), ("1", f"{2**-10:.6g}"), ("1", f"{2**-20:.6g}")],
    "tanh-definition": [
        ("(1, nan, 1)", "(-0.964028, 0, 0.462117)"),
        ("(-0.964028, 0, 0.462117)", "(-0.964028, 0, 0.462117)"),
    ],
    "tanh-overflow": [("nan", "-1"), ("nan", "-1"), ("1", "1")],
    "relu-equation": [("False", "3")],
    "relu-at-zero": [("1", "0"), ("0.5", "0"), ("(0, 1)", "(0, 1)"), ("(0, 1)", "(0, 1)")],
    "leaky-relu-slope": [("(-1, 6)", "(-2, 3)"), ("(1, 2)", "(2, 1)"), ("(-0.2, 3)", "(-0.2, 3)")],
    "leaky-relu-at-zero": [("(0.2, 1, 1)", "(0.2, 0.2, 1)")],
    "mse-gradient": [("0", "(-0.5, 0.5)"), ("0.4", "(-0.2, 0.6)")],
    "cross-entropy-gradient": [("-2", "(0, -2, 0)"), ("-3.33333", "(-2, -1, -0.333333)")],
    "zero-times-log-of-zero": [("nan", "0"), ("(-1, nan)", "(-1, 0)")],
    "two-ways-part": [("inf", "1000"), ("16.1181", "1000"), ("inf", "200"), ("2.58349", "2.58349")],
    "l2-formula": [("0.42", "0.21"), ("(0.06, -0.12, 0.18)", "(0.03, -0.06, 0.09)"), ("0.18", "0.18")],
    "momentum-start": [("–", f"{1 - 0.9**t:.6g}") for t in (1, 2, 10, 50)],
    "rmsprop-start": [("–", f"{(1 - 0.9**t) ** -0.5:.6g}") for t in (1, 2, 10, 50)],
    "zero-gradient": [("nan", "0")] * 3,
    "adam-root": [("10", "0.1"), ("0.1", "0.1"), ("0.001", "0.1")],
    "adam-table": [
        (f"{1 - 0.999**10:.6g}", f"{1 - 0.999**10:.6g}"),
        (f"{(1 - 0.001**10) * 0.001 / 0.999:.6g}", f"{1 - 0.999**10:.6g}"),
    ],
}
# The method in which npnet has the right form
FORMULAS = {
    ExponentialDecay: "rate",
    History: "add",
    Sigmoid: "slope",
    Tanh: "value",
    ReLU: "value",
    LeakyReLU: "value",
    HeNormal: "draw",
    MeanSquaredError: "derivative",
    CategoricalCrossentropy: "terms",
    SoftmaxCrossentropy: "terms",
    Softmax: "value",
    L2: "penalty",
    MLP: "__init__",
    **dict.fromkeys((SGDM, Adagrad, RMSProp, Adam), "update"),
}


def pairs(name):
    return [(line.printed, line.right) for line in get(name).show()]


def numbers(name):
    return [(float(printed), float(right)) for printed, right in pairs(name)]


@pytest.mark.parametrize("name", GIVEN)
def test_both_forms_give_what_they_should(name):
    assert pairs(name) == GIVEN[name]


@each
def test_the_forms_differ_where_the_notes_are_wrong(one):
    rows = one.show()
    assert any(line.printed != line.right for line in rows)
    assert all(isinstance(line, Shown) and line.what and line.printed and line.right for line in rows)
    assert len({line.what for line in rows}) == len(rows)


@each
def test_the_right_form_is_the_shipped_one(one, monkeypatch):
    class UsedError(Exception):
        pass

    def used(*args, **settings):
        raise UsedError

    monkeypatch.setattr(one.shipped, FORMULAS[one.shipped], used)
    with pytest.raises(UsedError):
        one.show()


@each
def test_where_is_the_line_that_defines_it(one):
    file, line = one.where.split(":")
    text = (ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert re.match(rf"class {one.shipped.__name__}\b", text)


def test_titles_stand_alone():
    titles = [one.title for one in ERRATA]
    assert len(set(titles)) == len(titles)
    for title in titles:
        assert title[-1] != "."
        assert 25 < len(title) < 100
        # Words that point to a text around them
        assert not re.search(
            r"\b(here|there|it|they|these|this|no form|the form|the formula)\b", title.split(",")[0], re.I
        )


@each
def test_an_erratum_has_a_section_a_right_form_and_a_problem(one):
    assert one.section in SECTIONS
    assert one.right != one.printed
    assert re.fullmatch(r"[A-Z].*[.)]", one.problem)
    for formula in (one.printed, one.right):
        braces = re.sub(r"\\[{}]", "", formula)
        assert braces.count("{") == braces.count("}")


def test_a_form_that_is_code_is_python():
    forms = [form for one in ERRATA for form in (one.printed, one.right) if isinstance(form, Code)]
    assert len(forms) == 4
    assert all(ast.parse(form).body for form in forms)


def test_there_are_enough_and_they_are_in_the_notes_order():
    assert len(ERRATA) == len({one.name for one in ERRATA}) >= 10
    assert [one.section for one in ERRATA] == sorted([one.section for one in ERRATA], key=SECTIONS.index)


def test_the_notes_are_silent_where_they_are():
    assert {one.name for one in ERRATA if not one.printed} == {
        "zero-times-log-of-zero",
        "softmax-formula",
        "two-ways-part",
        "momentum-start",
        "rmsprop-start",
    }


def test_the_decay_that_the_notes_print_is_the_codes_and_not_the_formulas():
    rows = pairs("decay-formula")
    assert [right for _, right in rows] == [RATES[0], RATES[1], RATES[2], RATES[9]]
    assert [float(printed) for printed, _ in rows] == [1, 0.2, 0.2**2, 0.2**9]


def test_the_notes_line_prints_the_weights_as_the_rate():
    ((printed, right),) = pairs("decay-print")
    # Section 2.2 (2), the second line of the result
    assert right == "After 1 epoch, lr=0.198"
    assert re.fullmatch(r"After 1 epoch, lr=\[\[-?\d\.\d+\]\]", printed)


def test_a_variance_of_the_root_multiplies_the_signal_and_a_standard_deviation_keeps_it():
    variances, one, three = numbers("he-notation")
    # 40000 numbers: their variance is off by sqrt(2/40000) of itself, here by six times that at most
    assert abs(variances[0] / 0.1 - 1) < 6 * np.sqrt(2 / 40_000)
    assert abs(variances[1] / 0.01 - 1) < 6 * np.sqrt(2 / 40_000)
    # A unit's gain is wᵀMw; of half-normal inputs tr(M²)/tr(M)² is 1057/100², and the mean is over 200 units
    std = np.sqrt(2 * 1057 / 100**2 / 200)
    assert abs(one[0] / 10 - 1) < 6 * std
    assert abs(one[1] - 1) < 6 * std
    assert abs(np.log10(three[0]) - 3) < abs(np.log10(1 - 6 * std) * 3)
    assert abs(np.log10(three[1])) < abs(np.log10(1 - 6 * std) * 3)


def test_the_notes_second_layer_is_wider_than_their_advice():
    w1, w2, output = numbers("he-not-used")
    for measured, std in ((w1[0], 1), (w1[1], 1), (w2[0], 1), (w2[1], np.sqrt(2 / 11))):
        # At least 4000 numbers: their standard deviation is off by sqrt(1/8000) of itself
        assert abs(measured / std - 1) < 6 * np.sqrt(1 / 8000)
    assert abs(output[0] - 5.5) < 0.5
    assert abs(output[1] - 1) < 0.5 / 5.5


def test_the_cross_entropy_codes_number_is_no_cross_entropy():
    # Section 3.2 (2): the five losses that the notes print
    printed = [float(value) for value in CROSS_ENTROPIES]
    (mean, right), (fourth, missed) = numbers("cross-entropy-code")
    assert f"{np.mean(printed):.6g}" == f"{right:.6g}"
    assert f"{printed[3]:.6g}" == f"{missed:.6g}"
    exponentials = np.exp([4, 6.5, 1.2])
    p = exponentials / exponentials.sum()
    assert f"{np.mean((p - [1, 0, 0]) ** 2):.6g}" == f"{fourth:.6g}"
    assert mean < right / 4


def test_labels_and_predictions_swapped_are_another_loss():
    soft, hard, square = numbers("cross-entropy-names")
    assert soft == (round(-0.6 * np.log(0.9) - 0.4 * np.log(0.1), 6), round(-0.9 * np.log(0.6) - 0.1 * np.log(0.4), 6))
    assert hard == (np.inf, round(float(CROSS_ENTROPIES[3]), 5))
    assert square[0] == square[1]


def test_the_softmax_of_the_books_overflows():
    (printed, right), (small, same) = pairs("softmax-formula")
    assert printed == "(nan, nan)"
    assert right == f"({np.e / (np.e + 1):.6g}, {1 / (np.e + 1):.6g})"
    assert small == same


def test_without_a_seed_no_run_is_repeated():
    (same, seeded), (losses, _) = pairs("unseeded-weights")
    assert (same, seeded) == ("no", "yes")
    smallest, largest = (float(loss) for loss in losses.split(" to "))
    assert largest > 10 * smallest


def test_the_printed_loss_is_that_of_the_last_twelve_dots():
    (size, whole), *losses = numbers("printed-loss")
    assert (size, whole) == (12, 300)
    net, optimizer = notes.dots_net(0), SGD(0.005)
    x, y, _ = datasets.load_dots()
    for epoch in range(41):
        values, sizes = [], [32] * 9 + [12]
        for first in range(0, 300, 32):
            value, gradient = net.loss_and_gradient(x[first : first + 32], y[first : first + 32])
            optimizer.step(net.parameters, gradient)
            values.append(float(value))
        if epoch % 20 == 0:
            last, mean = losses[epoch // 20]
            assert (f"{last:.6g}", f"{mean:.5g}") == (f"{values[-1]:.6g}", f"{np.average(values, weights=sizes):.5g}")


def test_a_squared_gradient_that_underflows_divides_by_zero():
    first, flushed, kept = pairs("rmsprop-underflow")
    assert first == ("inf", f"{0.1 * 1e-30 / 1e-7**0.5:.6g}")
    # Seen in TensorFlow: epoch 371; other initial weights are NaN some epochs before or after
    epoch = re.fullmatch(r"not finite in epoch (\d+)", flushed[0])
    assert 300 < int(epoch[1]) < 450
    assert flushed[1] == kept[0] == kept[1] == "finite in all 500 epochs"


def test_the_notes_rmsprop_is_the_shipped_one_without_epsilon():
    for flush in (True, False):
        w, gradients = np.ones(4, np.float32), np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
        shipped, ours, notes = w.copy(), RMSProp(0.1, epsilon=0), NotesRMSProp(0.1, flush)
        for g in gradients:
            notes.step(w, g)
            ours.step(shipped, g)
        # An update is at most 0.1/sqrt(0.1); V's roundings, 3 a step, last 10 steps and are halved by the root
        assert_within(w, shipped, bound(15 + 5 + 20, 1 + 20 * 0.32, "float32"))


def test_adams_correction_in_float32_has_lost_digits():
    (rounded, exact), (square, one), (step, right) = numbers("adam-correction")
    assert (rounded, exact) == (round(float(np.float32(1) - np.float32(0.999)), 9), 0.001)
    assert one == 1
    assert 1e-5 < abs(square - 1) < 2e-5
    # The root halves the error of V; a step of npnet's is off by roundings only
    assert 5e-6 < abs(step / 0.1 - 1) < 1e-5
    assert abs(right / 0.1 - 1) < 4 * np.finfo(np.float32).eps


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"name: expected one of adam-correction, adam-root, .*, got 'adam'"):
        get("adam")


def test_numbers_are_shown_in_six_digits():
    assert row("x", np.float32(1 / 3), -0.0) == Shown("x", "0.333333", "0")
    assert row("x", np.array([[1, np.nan], [np.inf, 1e-30]]), "text") == Shown("x", "(1, nan, inf, 1e-30)", "text")


def test_an_erratum_of_ones_own():
    @erratum("sum", "0", "1 + 1 is 2", "1 + 1 = 3", "1 + 1 = 2", "Off by one.", ReLU)
    def off_by_one():
        return (row("1 + 1", 3, 1 + 1),)

    assert isinstance(off_by_one, Erratum)
    assert off_by_one.show() == (Shown("1 + 1", "3", "2"),)
    assert off_by_one.where.startswith("npnet/activations.py:")
