import numpy as np
import pytest

from npnet import schedules
from npnet._choices import SCHEDULES, penalty, scheduled
from npnet.regularizers import L1, L1L2, L2


def test_a_schedule_fits_the_fewest_epochs():
    for name in SCHEDULES:
        assert np.isfinite(scheduled(name, 0.5, 1)(0))
    assert scheduled("warmup-cosine", 0.5, 1) == schedules.WarmupCosineDecay(0.05, 1, 0.5, 1)
    assert scheduled("warmup-cosine", 0.5, 60) == schedules.WarmupCosineDecay(0.05, 57, 0.5, 3)
    assert scheduled("exponential", 0.5, 60) == schedules.ExponentialDecay(0.5, 60, 0.01)
    assert scheduled("cosine", 0.5, 60) == schedules.CosineDecay(0.5, 60)
    assert scheduled("constant", 0.5, 60) == schedules.Constant(0.5)
    with pytest.raises(ValueError, match="schedule: expected one of constant, cosine, exponential, warmup-cosine, got"):
        scheduled("sine", 0.5, 60)


def test_penalties_of_two_strengths():
    assert [penalty(0, 0), penalty(0.5, 0), penalty(0, 0.5)] == [None, L1(0.5), L2(0.5)]
    assert penalty(0.5, 0.25) == L1L2(0.5, 0.25)
    for name, strengths in (("l1", (-1, 0)), ("l1", (-1, 0.5)), ("l2", (0, -1)), ("l2", (0, "much"))):
        with pytest.raises(ValueError, match=f"^{name}: expected a finite number >= 0, got"):
            penalty(*strengths)
