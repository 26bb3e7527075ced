"""Outcomes are compared within bounds that rounding errors come near, and that other work is far over.

The first tests are those that fail on most of what may be wrong with the bounds.
"""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from benchmarks import agreement
from benchmarks.cases import Formula, Members, Prediction
from benchmarks.contestants import with_npnet
from benchmarks.workloads import DOTS, benchmarks
from npnet.optimizers import SGD, Optimizer
from reference.bounds.tolerance import bound
from tests.benchmarks import contestants
from tests.benchmarks.conftest import IRIS

npnets = partial(with_npnet.make, "npnet")
SMALL = [
    case
    for benchmark in benchmarks()
    for case in benchmark.cases
    if isinstance(case, (Formula, Prediction)) and "669706" not in case.label
]


def outcome(kind, case, arrays):
    """Return what a contestant has after the units that are compared."""
    contestant = kind(case, arrays)
    contestant.reset()
    contestant.run(agreement.units(case))
    return contestant.outcome()


def _error(judge, kind):
    return judge.error(outcome(kind, judge.case, judge.arrays))


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.label)
def test_a_formulas_rounding_errors_come_near_its_bound_and_an_error_in_the_fourth_digit_is_over_it(case):
    arrays = case.arrays()
    judge, right = agreement.Judge(case, arrays), outcome(npnets, case, arrays)
    assert judge.error(right) <= 1
    # ReLU rounds nothing; a loss is one number, whose errors may happen to cancel
    exact, one = "relu" in case.label and "leaky" not in case.label, np.ndim(right) == 0
    assert judge.error(right) >= (0 if exact else 1e-4 if one else 1e-3)
    for wrong in (1.0001 * right, 0.9999 * right):
        assert judge.error(wrong) > 1
    if not one:
        # One element is enough
        wrong = np.array(right)
        largest = np.unravel_index(abs(wrong).argmax(), wrong.shape)
        wrong[largest] *= 1.0001
        assert judge.error(wrong) > 1
        wrong[largest] = np.nan
        assert judge.error(wrong) == np.inf


def test_rounding_errors_of_the_notes_nets_come_near_the_bound_of_the_loss():
    """Those of single nets may be less: a loss is one number, whose errors may happen to cancel."""
    runs = [case for benchmark in benchmarks() if benchmark.name.startswith("iris") for case in benchmark.cases]
    shares = [_error(agreement.Judge(case, case.arrays()), npnets) for case in (*runs, DOTS)]
    assert len(shares) == 6
    assert 2e-3 <= max(shares) <= 1
    assert min(shares) >= 1e-4


def test_a_loss_is_over_its_bound_where_each_layer_is_nearly_in_its_place():
    judge = agreement.Judge(IRIS, IRIS.arrays())
    trained = outcome(npnets, IRIS, judge.arrays)
    way = trained - judge.arrays["weights"]
    # Within the half percent that a layer may be short of its way
    assert 5 < judge.error(trained + 0.001 * way) < 1000
    assert judge.error(trained + 0.01 * way) > judge.error(trained + 0.001 * way)
    assert judge.error(trained) <= 1


def test_how_far_a_layer_may_be_along_its_way_and_aside():
    first, trained = np.zeros(2), np.array([2.0, 0.0])

    def apart(*error):
        return agreement.apart(trained + error, trained, first, 8)

    # Half a percent of the way, and the roundings of eight steps
    assert 0.99 < apart(0.01, 0) < 1
    assert 0.99 < apart(-0.01, 0) < 1
    assert 1.9 < apart(0.02, 0) < 2
    # Six percent in any direction
    assert 0.99 < apart(0, 0.12) < 1
    assert 1.9 < apart(0, -0.24) < 2
    assert 0.89 < apart(0.009, 0.1) < 0.9
    assert apart(0, 0) == 0
    # No way, and no more than what rounds
    still = np.ones(4)
    limit = bound(8, 2, "float32")
    assert agreement.apart(still + limit / 2, still, still, 8) == pytest.approx(1, rel=1e-6)


def test_as_many_units_are_compared_as_take_eight_steps():
    assert agreement.units(replace(IRIS, epochs=7)) == 8 // IRIS.parts == 2
    assert agreement.units(Members("two", 2)) == 2
    assert agreement.units(replace(IRIS, batch_size=40)) == 8 // 3
    assert agreement.units(DOTS) == 1
    assert agreement.units(Prediction("one", (2, 1), 4)) == 1
    assert agreement.units(Formula("step", "step", SGD(0.1), (3,))) == 2


def test_a_drift_is_measured_in_shares_of_what_training_gained():
    judge = agreement.Judge(IRIS, IRIS.arrays())
    contestant = npnets(IRIS, judge.arrays)
    losses = {}
    for epochs in (20, 30):
        contestant.reset()
        contestant.run(epochs)
        losses[epochs] = contestant.outcome()
    net = IRIS.net("float64")

    def loss(parameters):
        net.parameters = parameters
        return net.evaluate(judge.arrays["x"], judge.arrays["y"], loss=IRIS.loss).loss

    first, after, later = map(loss, (judge.arrays["weights"], losses[20], losses[30]))
    # 1 % of what 20 epochs gain
    expected = (after - later) / (0.01 * (first - after))
    assert judge.drift(losses[30], 20) == pytest.approx(expected, rel=1e-3)
    assert judge.drift(losses[20], 30) == pytest.approx((after - later) / (0.01 * (first - later)), rel=1e-3)


@pytest.mark.parametrize(
    "case",
    [case for case in SMALL if case.label.startswith("4-3") or "(32, 16)" in case.label],
    ids=lambda case: case.label,
)
def test_after_a_timed_round_a_formula_is_compared_as_before(case):
    judge = agreement.Judge(case, case.arrays())
    right = outcome(npnets, case, judge.arrays)
    assert judge.drift(right, 5) == judge.error(right)
    assert judge.drift(1.0001 * right, 5) > 1


def test_after_a_timed_round_an_optimizer_must_have_finite_numbers_alone():
    case = next(case for case in SMALL if isinstance(case, Formula) and isinstance(case.formula, Optimizer))
    judge = agreement.Judge(case, case.arrays())
    right = outcome(npnets, case, judge.arrays)
    assert judge.drift(2 * right, 5) == 0
    assert judge.drift(np.where(np.arange(len(right)) == 3, np.nan, right), 5) == np.inf


def test_a_large_net_must_have_finite_numbers_alone(monkeypatch):
    judge = agreement.Judge(IRIS, IRIS.arrays())
    monkeypatch.setattr(agreement, "SMALL", 14)
    assert judge.drift(np.ones(15), 3) == 0
    assert judge.drift(np.append(np.ones(14), np.inf), 3) == np.inf
    monkeypatch.setattr(agreement, "SMALL", 15)
    assert judge.drift(np.ones(15), 3) > 1


@pytest.mark.parametrize("case", [IRIS, DOTS], ids=["irises", "dots"])
def test_the_same_steps_agree_and_others_do_not(case):
    judge = agreement.Judge(case, case.arrays())
    assert _error(judge, contestants.Trainer) <= 1
    for cheat in (contestants.Cheat, contestants.Slower, contestants.Faster, contestants.Unbiased, contestants.Skipper):
        assert _error(judge, cheat) > 1, cheat


def test_a_layer_that_did_not_move_may_be_rounded_and_no_more():
    first = np.ones(4)
    assert agreement.apart(first, first, first, 8) == 0
    assert agreement.apart(first + 2e-7, first, first, 8) <= 1
    assert agreement.apart(first + 2e-6, first, first, 8) > 1


def test_each_member_of_an_ensemble_that_is_looked_at_must_agree():
    case = Members("3 nets", 3)
    arrays = case.arrays()
    judge, nets = agreement.Judge(case, arrays), with_npnet.make("npnet", case, arrays)
    nets.run(agreement.units(case))
    outcome = nets.outcome()
    assert judge.error(outcome) <= 1
    assert judge.drift(outcome, agreement.units(case)) <= 1
    outcome[:, 1] = arrays["weights"][:, 1]
    assert judge.error(outcome) > 1
    assert judge.drift(outcome, agreement.units(case)) > 1


def test_after_a_long_run_the_loss_is_compared_and_infinite_numbers_are_not_allowed():
    judge = agreement.Judge(IRIS, IRIS.arrays())
    contestant = with_npnet.make("npnet", IRIS, judge.arrays)
    contestant.run(100)
    outcome = contestant.outcome()
    assert judge.drift(outcome, 100) < 0.01
    assert judge.drift(outcome, 10) > 1
    assert judge.drift(outcome, 10, compared=False) == 0
    assert judge.drift(outcome * np.inf, 100, compared=False) == np.inf


def test_a_run_that_has_converged_is_compared_to_its_end_whatever_the_size_of_its_net(monkeypatch):
    monkeypatch.setattr(agreement, "SMALL", 0)
    arrays = IRIS.arrays()
    contestant = with_npnet.make("npnet", IRIS, arrays)
    contestant.run(100)
    outcome = contestant.outcome()
    assert agreement.Judge(IRIS, arrays).drift(outcome, 10) == 0
    judge = agreement.Judge(replace(IRIS, stretches=(range(1, 11), range(90, 100))), arrays)
    assert judge.drift(outcome, 10) < 0.01
    assert judge.drift(arrays["weights"], 10) > 1


def test_parameters_of_another_shape_or_not_finite_never_agree():
    judge = agreement.Judge(IRIS, IRIS.arrays())
    assert judge.error(np.empty(0)) == np.inf
    assert judge.error(np.full(15, np.nan)) == np.inf
    right = outcome(npnets, IRIS, judge.arrays)
    for wrong in (np.nan, np.inf):
        assert judge.error(np.where(np.arange(15) == 7, wrong, right)) == np.inf


def test_a_layer_that_is_elsewhere_is_noticed_where_the_loss_is_the_same():
    judge = agreement.Judge(IRIS, IRIS.arrays())
    right = outcome(npnets, IRIS, judge.arrays)
    way = right - judge.arrays["weights"]
    # A softmax does not see what is added to all its logits: to the biases, or to the weights of one input
    for layer, added in ((slice(12, 15), slice(12, 15)), (slice(0, 12), slice(0, 3))):
        for share, over in ((1e-4, False), (0.2, True)):
            moved = right.copy()
            moved[added] += share * np.linalg.norm(way[layer])
            assert (judge.error(moved) > 1) == over
