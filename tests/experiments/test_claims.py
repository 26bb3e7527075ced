"""The claims: each runs, each rule can come out in more than one way, and what the experiments are made of is right."""

import importlib
import math
import pkgutil
import re

import numpy as np
import pytest

from npnet import Ensemble, activations, datasets
from npnet.experiments import Interval, bootstrap, claims
from npnet.experiments.claims import VERDICTS, Evidence, Measure, Measured, claim, judge
from npnet.experiments.claims._shared import Tried, best_rate, dead, epochs_needed, hidden_outputs, ratio
from npnet.experiments.claims.claim import FEWEST, exceptions
from npnet.experiments.claims.means import Shifted, shifted_copy
from npnet.experiments.claims.optimizing import UncorrectedAdam
from npnet.experiments.claims.verdicts import above, below, between, larger, some, together, unless
from npnet.optimizers import SGD, Adam
from reference.bounds.tolerance import assert_within, bound

SEEDS = range(FEWEST)
TIMED = {"multiply-adds", "exponential-is-costly", "relu-is-cheap", "optimizer-times", "time-against-convergence"}
SECTIONS = ("2.1", "2.2 (1)", "2.2 (2)", "3.1 (1)", "3.1 (2)", "3.1 (3)", "3.1 (4)", "3.1 (5)", "3.2 (2)", "4.1",
            "4.2 (1)", "4.2 (3)", "5.2 (4)", "5.2 (5)", "5.3")  # fmt: skip
HOLDS, LIMIT, OPEN, REFUTED = VERDICTS

# For each claim, made-up numbers for its measures, in their order, and the verdict on them
JUDGED = {
    "multiply-adds": {HOLDS: (16, 15), LIMIT: (16, 2), REFUTED: (3, 16)},
    "rate-too-small": {HOLDS: (2, 1, 1), REFUTED: (1, 2, -1)},
    "rate-too-large": {HOLDS: (1, 0, 0.3), LIMIT: (1, 0, -0.3), OPEN: (0, 0, 0), REFUTED: (0, 1, -1)},
    "exponential-decay": {HOLDS: (-1, -1, -1), LIMIT: (1, 1, -1), OPEN: (1, 0, 1), REFUTED: (1, 2, 1)},
    "sigmoid-vanishes": {HOLDS: (0.3, 0.6, 0.1, *(1,) * 6), LIMIT: (0.3, *(1,) * 8), REFUTED: (1,) * 9},
    "tanh-vanishes": {HOLDS: (0.3, 0.6, 0.1, *(1,) * 6), LIMIT: (*(1,) * 5, 0.001, *(1,) * 3),
                      REFUTED: (*(1,) * 5, 0.001, 1, 1, 0.001)},
    "relu-keeps-gradient": {HOLDS: (1,) * 9, LIMIT: (*(1,) * 4, 1e6, *(1,) * 4), REFUTED: (0.5, *(1,) * 8)},
    "sigmoid-mean": {HOLDS: (0.5, 1.2, 1.1), LIMIT: (0.5, 1.2, 1), OPEN: (0.5, 1, 0.9), REFUTED: (0.5, 0.8, 0.9)},
    "relu-mean": {HOLDS: (0.4, 1.2, 1.1), LIMIT: (0.4, 0.9, 1.1), OPEN: (0, 1.2, 1.2), REFUTED: (0, 0.8, 0.9)},
    "tanh-mean": {HOLDS: (0, 0.01, 0.05), LIMIT: (0, 0.01, 0.2), REFUTED: (0.3, 0, 0)},
    "exponential-is-costly": {HOLDS: (9, 5, 3, 2.1), LIMIT: (9, 2, 3, 1.9), REFUTED: (9, 0.9, 3, 3)},
    "relu-is-cheap": {HOLDS: (0.1, 0.9), OPEN: (0.1, 1), REFUTED: (0.1, 1.1)},
    "relu-converges-faster": {HOLDS: (3,) * 6, LIMIT: (3, 1, 3, 1, 2.5, 1), OPEN: (1, 0.9, 1, 1, 1, 1),
                              REFUTED: (0.9,) * 6},
    "dead-relus": {HOLDS: (0.3, 0, 0, 0), LIMIT: (0.3, 0, 0, 0.1), OPEN: (0, 0, 0, 0), REFUTED: (0.3, 0.1, 0, 0)},
    "dead-relus-remedies": {HOLDS: (0.1, 0.1, 0), LIMIT: (0, 0.1, 0), OPEN: (0, -0.1, 0.9), REFUTED: (-0.2, -0.1, 0.9)},
    "leaky-relu-not-always-better": {HOLDS: (0.9, 1, 0.8), REFUTED: (0.9, 0.99, 0.8)},
    "relu-first": {HOLDS: (2, 1.1, 1) * 3, LIMIT: (2, 1.1, 0.9) * 3, OPEN: (1, 0.9, 0.9) * 3, REFUTED: (0.9,) * 9},
    "relu-small-rate": {HOLDS: (1, 0.9, 0, 1, 0, 0, 1), LIMIT: (1, 0.9, 0, 0, 0, 0, 1), OPEN: (0, 1, 1, 1, 0, 0, 1),
                        REFUTED: (0, 0.5, 1, 1, 0, 0, 0)},
    "standardized-inputs": {HOLDS: (5, 5), LIMIT: (5, 1), OPEN: (1, 0.5), REFUTED: (0.9, 0.5)},
    "he-normal-weights": {HOLDS: (5, 5, 3, 1.1), LIMIT: (5, 5, 3, 0.9), OPEN: (1, 1, 0.9, 0.9), REFUTED: (0.9,) * 4},
    "softmax-cross-entropy": {HOLDS: (1e-12,) * 4, LIMIT: (1e-12, 1e-4, 1, 1), REFUTED: (1e-4, 1e-4, 1, 1)},
    "underfitting": {HOLDS: (1, 1, 1), LIMIT: (1, 0, 1), OPEN: (0, 0, -1), REFUTED: (-1, -2, -1)},
    "overfitting": {HOLDS: (1, 1, 1, 1), LIMIT: (1, 1, 1, -1), OPEN: (0, -1, -1, 0), REFUTED: (-1, -1, -1, -2)},
    "regularization-eases-overfitting": {HOLDS: (1, 1, 1, 1), LIMIT: (0, 1, 1, 1), OPEN: (0, -1, 1, 1),
                                         REFUTED: (-1, -1, 1, 1)},
    "l1-zeroes-weights": {HOLDS: (0.5, 0.6, 0), LIMIT: (0, 0.6, 0), REFUTED: (0, 0.1, 0)},
    "l2-shrinks-weights": {HOLDS: (0.4, 0.6, 0.1), LIMIT: (0.4, 0.2, 0.1), REFUTED: (1.1, 0.2, 0.1)},
    "smooth-boundary": {HOLDS: (-1, -1, 0), LIMIT: (-1, 0, 0), OPEN: (0.5, 0, -0.1), REFUTED: (0.5, 1, -0.1)},
    "rmsprop-oscillates": {HOLDS: (0.3, 0), LIMIT: (0.3, 0.2), REFUTED: (0.05, 0)},
    "adam-correction": {HOLDS: (3, 6, 2, 0.1, 0.9), LIMIT: (3, 6, 2, 0.9, 0.9), REFUTED: (1, 1, 1, 0.1, 0.9)},
    "optimizer-times": {HOLDS: (*(1.1,) * 4, 1.5, *(0.9,) * 4), LIMIT: (1.1, 0.9, 1.1, 1.1, 1.2, *(2,) * 4),
                        REFUTED: (*(1,) * 4, 0.9, *(2,) * 4)},
    "optimizer-epochs": {HOLDS: (1,) * 8, LIMIT: (1, 1, 1, 1, 1, 1, 0, 1), OPEN: (1, 0, 1, 1, 1, 1, -1, 1),
                         REFUTED: (1, -1, 1, 1, 1, 1, -1, 1)},
    "rmsprop-accuracy": {HOLDS: (0.97, 0), REFUTED: (0, 0.97)},
    "time-against-convergence": {HOLDS: (1.3, 1.1), REFUTED: (1.3, 0.1)},
}  # fmt: skip


def judged(name, measures, values):
    """Return the verdict of a claim's rule on numbers for its measures that are known exactly."""
    return claims.get(name).rule(**{key: Interval(value, value, value) for key, value in zip(measures, values)})


def run_all():
    """Run each claim anew: what they share is kept from one to the next, but not from one call of this to another."""
    for found in pkgutil.iter_modules(claims.__path__, "npnet.experiments.claims."):
        for value in vars(importlib.import_module(found.name)).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    return {one.name: one.run(SEEDS) for one in claims.every()}


@pytest.fixture(scope="module")
def findings():
    return run_all()


def test_there_are_claims_of_every_section_and_no_two_share_a_name():
    every = claims.every()
    names = [one.name for one in every]
    assert len(names) >= 16
    assert len(set(names)) == len(names)
    assert set(names) == set(JUDGED)
    assert {one.section for one in every} == set(SECTIONS)
    assert [one.section for one in every] == sorted(one.section for one in every)
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)
    assert all(one.statement.endswith(".") for one in every)
    # One sentence, without the numbers that are measured
    assert all(re.fullmatch(r"[A-Z][^.]*\.", one.meaning) for one in every)


def test_each_finding_has_numbers_within_their_intervals_and_a_text(findings):
    for name, finding in findings.items():
        assert finding.verdict in VERDICTS, name
        assert re.search(r"\d", finding.text), name
        assert finding.text.endswith("."), name
        assert "nan" not in finding.text, name
        assert len(finding.measures) == len({measure.what for measure in finding.measures.values()}) > 0, name
        for what, (estimate, low, high) in finding.measures.values():
            assert np.isfinite(estimate), (name, what)
            # A bound's interval is open to one side
            assert np.isfinite([low, high]).all() or "at least" in what, (name, what)
            assert low <= estimate <= high, (name, what)
        assert finding.to_frame().columns.tolist() == ["measured", "value", "value low", "value high"]


def numbers_in(message):
    """Return how many numbers that are not whole stand in a text."""
    values = getattr(message, "values", {}).values()
    return sum(numbers_in(value) if isinstance(value, str) else isinstance(value, float) for value in values)


def test_a_finding_is_one_sentence_with_two_numbers_at_most(findings):
    for name, finding in findings.items():
        sentence = finding.text.removesuffix(finding.limit).rstrip()
        assert numbers_in(finding.text) - numbers_in(finding.limit) <= 2, name
        assert not finding.limit or (finding.limit.endswith(".") and ";" not in finding.limit), name
        assert not re.search(r"[.?!] ", sentence), name


def test_the_verdict_is_what_the_rule_makes_of_the_measures_in_any_order(findings):
    for name, finding in findings.items():
        intervals = {key: measure.value for key, measure in finding.measures.items()}
        assert finding.verdict == claims.get(name).rule(**intervals), name
        assert finding.verdict == claims.get(name).rule(**dict(reversed(intervals.items()))), name


def test_the_same_seeds_give_the_same_finding(findings):
    for name, again in run_all().items():
        if name not in TIMED:
            assert (again.verdict, again.text, again.measures) == (
                findings[name].verdict, findings[name].text, findings[name].measures,
            )  # fmt: skip


@pytest.mark.parametrize("name", JUDGED)
def test_each_rule_can_come_out_otherwise(name, findings):
    assert HOLDS in JUDGED[name]
    assert REFUTED in JUDGED[name]
    for verdict, values in JUDGED[name].items():
        assert len(values) == len(findings[name].measures)
        assert judged(name, findings[name].measures, values) == verdict


@pytest.mark.parametrize("name", JUDGED)
def test_numbers_that_could_be_anything_neither_confirm_nor_refute_a_claim(name, findings):
    assert claims.get(name).rule(**dict.fromkeys(findings[name].measures, Interval(1, -1e9, 1e9))) == OPEN


@pytest.mark.parametrize("name", JUDGED)
def test_wider_intervals_never_turn_a_verdict_into_its_opposite(name, findings):
    for verdict, values in JUDGED[name].items():
        for wide in findings[name].measures:
            intervals = {key: Interval(value, value, value) for key, value in zip(findings[name].measures, values)}
            intervals[wide] = Interval(intervals[wide].estimate, -1e9, 1e9)
            found = claims.get(name).rule(**intervals)
            # "Never" counts as long as no exception is shown
            if (name, wide) != ("dead-relus", "moved"):
                assert OPEN in (found, verdict) or (found == REFUTED) == (verdict == REFUTED)


def test_that_leaky_relu_is_no_better_needs_a_net_where_that_is_certain():
    rule, better = claims.get("leaky-relu-not-always-better").rule, Interval(0.9, 0.5, 0.95)
    assert rule(one=better, other=Interval(0.9, 0.8, 1.1)) == OPEN
    assert rule(one=better, other=Interval(1.1, 1, 1.2)) == HOLDS
    assert rule(one=better, other=better) == REFUTED


def test_some_findings_are_certain_with_few_seeds(findings):
    assert findings["sigmoid-vanishes"].verdict == HOLDS
    assert findings["rate-too-large"].verdict == HOLDS
    assert findings["adam-correction"].verdict == HOLDS
    assert findings["l1-zeroes-weights"].verdict == LIMIT
    assert findings["l1-zeroes-weights"].measures["exact"].value == (0, 0, 0)
    assert findings["rmsprop-accuracy"].verdict == REFUTED
    # A dead unit has no gradient; and as a first layer's inputs never change, its dead units stay dead
    assert findings["dead-relus"].measures["moved"].value.estimate == 0
    assert findings["dead-relus"].measures["first"].value.estimate == 0


def test_a_limit_is_told_only_where_there_is_one():
    def made(verdict):
        measured = Measured("One.", {"value": Measure("one", Interval(1, 1, 1))}, "But.")
        return claim("one", "2.1", "One.", lambda value: verdict, "One is measured.")(lambda seeds: measured).run(SEEDS)

    assert made(HOLDS).text == "One."
    assert made(HOLDS).limit == made(OPEN).limit == made(REFUTED).limit == ""
    assert made(LIMIT).text == "One. But."
    assert made(LIMIT).limit == "But."
    assert made(OPEN).text == "One."
    assert made(REFUTED).text == "One."


def test_a_verdict_needs_the_core_and_has_a_limit_without_the_rest():
    shown, unknown, refuted = Evidence.SHOWN, Evidence.OPEN, Evidence.REFUTED
    assert judge(shown) == HOLDS
    assert judge(shown, shown, shown) == HOLDS
    assert judge(shown, unknown, shown) == judge(shown, shown, refuted) == LIMIT
    assert judge(unknown, shown, shown) == judge(unknown, refuted) == OPEN
    assert judge(refuted, shown, shown) == judge(refuted, unknown) == REFUTED


def test_a_number_is_on_a_side_only_with_its_whole_interval():
    shown, unknown, refuted = Evidence.SHOWN, Evidence.OPEN, Evidence.REFUTED
    value = Interval(2, 1, 3)
    assert [above(value, level) for level in (0.9, 1, 2, 3, 3.1)] == [shown, unknown, unknown, unknown, refuted]
    assert [below(value, level) for level in (0.9, 1, 2, 3, 3.1)] == [refuted, unknown, unknown, unknown, shown]
    assert [between(value, *ends) for ends in ((0, 4), (2, 4), (4, 5), (-1, 0))] == [shown, unknown, refuted, refuted]
    others = (Interval(0, -1, 0.9), Interval(0, -1, 1), Interval(4, 3, 5), Interval(4, 3.1, 5))
    assert [larger(value, other) for other in others] == [shown, unknown, unknown, refuted]
    assert [unless(one) for one in (shown, unknown, refuted)] == [refuted, shown, shown]


def test_what_does_not_fit_is_refused_by_name():
    with pytest.raises(ValueError, match=r"name: expected one of adam-correction, .*, got 'nothing'$"):
        claims.get("nothing")
    for seeds in ([], 3, [3], range(9), [*range(20), 0]):
        with pytest.raises(ValueError, match="seeds: expected at least 10, all different, such as range"):
            claims.get("tanh-mean").run(seeds)
    with pytest.raises(ValueError, match="seeds: expected a whole number >= 0, got -1"):
        claims.get("tanh-mean").run([0, -1])


def test_intervals_of_which_any_is_enough_hold_together():
    # Of 9 measures of nothing, some is found by chance in about 37 % of the cases at 95 %, and in 5 % together
    rng, count = np.random.default_rng(0), 9
    found = dict.fromkeys((0.95, together(count)), 0)
    for _ in range(200):
        samples = rng.normal(size=(count, 100))
        for level in found:
            found[level] += any(bootstrap(sample, np.mean, level, 4000).above(0) for sample in samples)
    alone, joint = found.values()
    # One-sided, so half as often; within four standard deviations
    assert abs(alone / 200 - (1 - 0.975**count)) < 4 * math.sqrt(0.2 * 0.8 / 200)
    assert abs(joint / 200 - (1 - (1 - 0.025 / count) ** count)) < 4 * math.sqrt(0.025 * 0.975 / 200)


def test_some_is_enough_for_a_claim_and_all_for_one_without_a_limit():
    up, down = Interval(2, 1.5, 3), Interval(0.5, 0.4, 0.9)
    unknown = Interval(1, 0.5, 1.5)
    pairs = [{"a": a, "b": b} for a, b in ((up, up), (up, down), (unknown, down), (down, down))]
    assert [some(1)(**pair) for pair in pairs] == [HOLDS, LIMIT, OPEN, REFUTED]
    assert [some(1, below)(**pair) for pair in pairs] == [REFUTED, LIMIT, LIMIT, HOLDS]


def test_exceptions_are_told_in_a_sentence_for_those_that_refute_and_one_for_those_that_are_open():
    cases = {"one": Evidence.REFUTED, "two": Evidence.OPEN, "three": Evidence.SHOWN, "four": Evidence.OPEN}
    told = exceptions(cases, "Not for {cases}.", "Perhaps for {cases}.")
    assert told == "Not for one. Perhaps for two and four."
    assert exceptions({"three": Evidence.SHOWN}, "Not for {cases}.", "Perhaps for {cases}.") == ""


def test_a_ratio_is_a_bound_where_training_ended_before_a_net_was_there():
    def tried(epochs, capped=False):
        return Tried(0.1, np.full(20, float(epochs)), np.array([capped] + [False] * 19))

    assert ratio(tried(6), tried(3)) == (Interval(2, 2, 2), "")
    assert ratio(tried(6, True), tried(3)) == (Interval(2, 2, math.inf), "at least")
    assert ratio(tried(6), tried(3, True)) == (Interval(2, 0, 2), "at most")
    assert ratio(tried(6, True), tried(3, True)) == (Interval(2, 0, math.inf), "about")
    assert str(ratio(tried(6, True), tried(3))) == "at least 2.00"
    assert ratio(tried(6, True), tried(3)).measure("epochs").what == "epochs (at least)"


# What the experiments are made of


def test_a_shifted_activation_has_the_slope_of_the_original():
    z = np.linspace(-3, 3, 13)
    for activation, shift in ((activations.sigmoid, 0.5), (activations.relu, 0.4)):
        shifted = Shifted(activation, shift)
        np.testing.assert_array_equal(shifted(z), activation(z) - shift)
        slope = activation.derivative(activation(z))
        # Taking the shift off and adding it again rounds twice
        assert_within(shifted.derivative(shifted(z)), slope, bound(8, 4, "float64"))


def test_half_of_tanh_of_half_is_sigmoid_shifted_to_mean_0():
    z = np.linspace(-3, 3, 13)
    assert_within(Shifted(activations.sigmoid, 0.5)(z), activations.tanh(z / 2) / 2, bound(8, 1, "float64"))


def test_a_shifted_copy_computes_the_same_function_and_learns_otherwise():
    x, y, _, _ = datasets.iris_split()
    nets = Ensemble([4, 5, 6, 3], "sigmoid", "softmax", "float64", seeds=range(2))
    shifted = shifted_copy(nets, 0.5)
    # Some 40 roundings of sums that are below 20
    assert_within(shifted(x), nets(x), bound(40, 20, "float64"))
    for one in (nets, shifted):
        one.fit(x, y, loss="mse", optimizer=SGD(0.1), epochs=1, shuffle=False)
    assert abs(shifted(x) - nets(x)).max() > 1e-4


def test_hidden_outputs_are_those_of_each_layer():
    nets = Ensemble([4, 5, 6, 3], "tanh", "softmax", "float64", seeds=range(2))
    x = np.random.default_rng(0).normal(size=(7, 4))
    first, second = hidden_outputs(nets, x)
    W, b = nets[1].weights, nets[1].biases
    expected = np.tanh(x @ W[0] + b[0])
    assert_within(first[..., 1], expected, bound(40, 1, "float64"))
    assert_within(second[..., 1], np.tanh(expected @ W[1] + b[1]), bound(200, 1, "float64"))


def test_a_dead_unit_is_0_on_all_samples():
    nets = Ensemble([2, 3, 1], seeds=[0], kernel_initializer="zeros")
    nets.biases[0][:, 0] = [-1, 0, 1]
    assert dead(nets, np.ones((4, 2)))[:, 0].tolist() == [True, True, False]


def test_epochs_needed_count_from_1_up_to_the_most():
    x, y, _, _ = datasets.iris_split()
    nets = Ensemble([4, 3], output="softmax", seeds=range(3))
    before = nets.parameters.copy()
    assert epochs_needed(nets, x, y, 0.1, 100, 5).epochs.tolist() == [1, 1, 1]
    assert epochs_needed(nets, x, y, 0.1, 1e-9, 5).epochs.tolist() == [5, 5, 5]
    assert epochs_needed(nets, x, y, 0.1, 1e-9, 5).capped.all()
    # Being there with the last epoch is being there
    first = epochs_needed(nets, x, y, 0.1, 100, 1)
    assert (first.epochs.tolist(), first.capped.any()) == ([1, 1, 1], False)
    np.testing.assert_array_equal(nets.parameters, before)


@pytest.mark.parametrize("rates", [(0.001, 0.3, 0.03), (0.3, 0.03, 0.001)])
def test_the_best_rate_is_that_of_the_fewest_epochs_in_any_order(rates):
    x, y, _, _ = datasets.iris_split()
    nets = Ensemble([4, 3], output="softmax", seeds=range(3))
    x = x - x.mean(axis=0)
    best = best_rate(nets, x, y, rates, 0.4, 30)
    assert best.rate == 0.3
    np.testing.assert_array_equal(best.epochs, epochs_needed(nets, x, y, 0.3, 0.4, 30).epochs)


def test_a_rate_at_which_a_net_fails_is_not_the_best():
    x, y, _, _ = datasets.iris_split()
    x = x - x.mean(axis=0)
    nets = Ensemble([4, 3], output="softmax", seeds=range(3))
    # Next to such a rate, one at which all nets get there is the best, though it is slow
    best = best_rate(nets, x, y, (1e30, 0.03), 0.4, 100)
    assert best.rate == 0.03
    assert best.epochs.max() < 100


def test_adam_without_corrections_is_the_notes_update_before_them():
    w, gradient = np.array([1.0, -2.0]), np.array([0.5, -3.0])
    optimizer = UncorrectedAdam(0.1, epsilon=0.0)
    m = V = 0
    for _ in range(3):
        expected = w.copy()
        m, V = 0.9 * m + 0.1 * gradient, 0.999 * V + 0.001 * gradient**2
        expected -= 0.1 * m / np.sqrt(V)
        optimizer.step(w, gradient)
        assert_within(w, expected, bound(20, 4, "float64"))
    assert optimizer.iterations == 3


def test_the_first_step_without_corrections_is_the_formulas(findings):
    w, plain = np.array([0.0]), np.array([0.0])
    Adam(0.1, epsilon=0.0).step(w, np.array([2.0]))
    UncorrectedAdam(0.1, epsilon=0.0).step(plain, np.array([2.0]))
    ratio = (1 - 0.9) / math.sqrt(1 - 0.999)
    # 1 - 0.999 loses three digits
    assert abs(plain[0] / w[0] - ratio) < bound(2000, ratio, "float64")
    assert abs(findings["adam-correction"].measures["first"].value.estimate - ratio) < 1e-4
