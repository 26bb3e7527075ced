import numpy as np
import pytest
from hypothesis import given, settings

from npnet.clipping import ClipByGlobalNorm, ClipByNorm, ClipByValue
from reference.bounds import cases
from reference.bounds.clipping import clipped_bound
from reference.bounds.tolerance import excess
from tests.strategies import seeds

RULES = pytest.mark.parametrize("kind", [ClipByValue, ClipByNorm, ClipByGlobalNorm])


def share(rule, gradients, dtype):
    """The largest error as a share of its bound."""
    exact, limits = rule([g.astype("longdouble") for g in gradients]), clipped_bound(rule, gradients, dtype)
    return max(excess(*found).max() for found in zip(rule(gradients), exact, limits))


@RULES
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_largest_errors_are_near_their_bounds(kind, dtype):
    found = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        found.append(share(kind(0.1), cases.gradients_of_layers(rng, dtype), dtype))
    # A limit that is a float64 number is not rounded in float64
    assert (0 if kind is ClipByValue and dtype == "float64" else 0.02) <= max(found) <= 1


@RULES
@settings(max_examples=30)
@given(seed=seeds)
def test_clipped_gradients_are_within_their_bounds(kind, seed):
    rng = np.random.default_rng(seed)
    assert share(kind(float(10 ** rng.uniform(-3, 3))), cases.gradients_of_layers(rng, "float32"), "float32") <= 1


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (ClipByValue(0.1), ClipByValue(0.10001)),
        (ClipByNorm(0.1), ClipByNorm(0.10001)),
        (ClipByGlobalNorm(0.1), ClipByGlobalNorm(0.10001)),
        (ClipByGlobalNorm(0.1), ClipByNorm(0.1)),
    ],
    ids=repr,
)
def test_another_rule_is_far_over_the_bound(right, wrong):
    gradients = [1000 * g for g in cases.gradients_of_layers(np.random.default_rng(0), "float64")]
    limits = clipped_bound(right, gradients, "float32")
    assert max(excess(*found).max() for found in zip(wrong(gradients), right(gradients), limits)) > 10
