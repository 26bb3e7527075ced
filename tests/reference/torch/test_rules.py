"""The update rules that PyTorch has and npnet does not: their formulas, written out, and PyTorch's own steps."""

import numpy as np
import pytest
import torch

from npnet.optimizers import Adagrad, Adam, AdamW, AMSGrad, RMSProp
from reference.bounds.optimizers import steps_bound
from reference.bounds.tolerance import assert_within
from reference.torch.rules import (
    PYTORCHS,
    CorrectedAdam,
    CorrectedAdamW,
    CorrectedAMSGrad,
    OuterAdagrad,
    OuterRMSProp,
)

RNG = np.random.default_rng(0)
# float32 numbers, which all types have
GRADIENTS = (RNG.normal(size=(12, 6)) * 10.0 ** RNG.uniform(-4, 1, size=(1, 6))).astype("float32").astype("float64")
START = np.where(np.arange(6) % 2, 0, RNG.normal(size=6)).astype("float32").astype("float64")


def adam(optimizer, decay=0.0, largest=False):
    """The documentation's algorithm of Adam, with its weight decay and its largest V."""
    w, m, V, top = START.astype("longdouble"), 0, 0, 0
    b1, b2 = np.longdouble(optimizer.beta_1), np.longdouble(optimizer.beta_2)
    for t, g in enumerate(GRADIENTS.astype("longdouble"), 1):
        w = w - optimizer.learning_rate * decay * w
        m, V = b1 * m + (1 - b1) * g, b2 * V + (1 - b2) * g**2
        top = np.maximum(top, V)
        V_hat = (top if largest else V) / (1 - b2**t)
        w = w - optimizer.learning_rate * m / (1 - b1**t) / (np.sqrt(V_hat) + optimizer.epsilon)
    return w


def outer(optimizer, rho=None):
    """A rule with V in the root and ε beside it; V is a sum without a `rho`."""
    w, V = START.astype("longdouble"), np.longdouble(getattr(optimizer, "initial_accumulator_value", 0))
    for g in GRADIENTS.astype("longdouble"):
        V = V + g**2 if rho is None else rho * V + (1 - np.longdouble(rho)) * g**2
        w = w - optimizer.learning_rate * g / (np.sqrt(V) + optimizer.epsilon)
    return w


RULES = {
    "Adam": (lambda: CorrectedAdam(0.01, 0.5, 0.75, 0.125), adam, torch.optim.Adam, {}),
    "AdamW": (
        lambda: CorrectedAdamW(0.01, 0.5, 0.75, 0.125, 0.25), lambda rule: adam(rule, 0.25), torch.optim.AdamW,
        {"weight_decay": 0.25}),
    "AMSGrad": (
        lambda: CorrectedAMSGrad(0.01, 0.5, 0.75, 0.125), lambda rule: adam(rule, largest=True), torch.optim.Adam,
        {"amsgrad": True}),
    "RMSprop": (lambda: OuterRMSProp(0.01, 0.75, 0.125), lambda rule: outer(rule, 0.75), torch.optim.RMSprop, {}),
    "Adagrad": (lambda: OuterAdagrad(0.01, 0.25, 0.125), outer, torch.optim.Adagrad, {}),
}  # fmt: skip
NAMES = {"epsilon": "eps", "rho": "alpha", "initial_accumulator_value": "initial_accumulator_value"}


def stepped(optimizer, dtype):
    w = START.astype(dtype)
    for g in GRADIENTS.astype(dtype):
        optimizer.step(w, g)
    return w


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_the_documentations_formula_and_pytorchs_steps(name, dtype):
    make, formula, theirs, settings = RULES[name]
    rule = make()
    limit, _ = steps_bound(make, START.astype(dtype), GRADIENTS.astype(dtype))
    assert_within(stepped(rule, dtype), formula(rule), limit)
    numbers = {NAMES[key]: value for key, value in rule.hyperparameters().items() if key in NAMES}
    if isinstance(rule, Adam):
        numbers["betas"] = (rule.beta_1, rule.beta_2)
    w = torch.nn.Parameter(torch.tensor(START.astype(dtype)))
    optimizer = theirs([w], 0.01, **numbers, **settings)
    for g in GRADIENTS.astype(dtype):
        w.grad = torch.tensor(g)
        optimizer.step()
    assert_within(w.detach().numpy(), stepped(rule.clone(), "longdouble"), limit)


@pytest.mark.parametrize("kind", [Adam, AdamW, AMSGrad, RMSProp, Adagrad])
def test_without_epsilon_its_place_makes_no_difference(kind):
    np.testing.assert_array_equal(stepped(kind(epsilon=0), "float64"), stepped(PYTORCHS[kind](epsilon=0), "float64"))


@pytest.mark.parametrize("name", RULES)
def test_no_update_is_taken_for_bounded_that_is_not(name):
    make, *_ = RULES[name]
    assert make().update_bound(np.dtype("float32")) == np.inf


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_v_under_the_smallest_normal_number_may_be_0_where_epsilon_is_far_above_its_root(dtype):
    limits = np.finfo(dtype)
    # The root of 1 - 0.75 is exact
    least = np.sqrt(limits.tiny) / limits.epsneg / 2
    for factor, may in ((2, True), (1, True), (0.75, False), (0.5, False)):
        assert OuterRMSProp(0.01, 0.75, factor * float(least)).decays("V", np.dtype(dtype)) == may
