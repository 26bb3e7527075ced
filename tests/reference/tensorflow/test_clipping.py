"""Each rule of clipping against Keras's own."""

import numpy as np
import pytest
from hypothesis import given, settings

from npnet.clipping import ClipByGlobalNorm, ClipByNorm, ClipByValue, Clipping
from reference.bounds import cases
from reference.tensorflow import clipping, comparisons
from tests.reference.tensorflow.test_equivalence import assert_agree
from tests.strategies import seeds

RULES = [ClipByValue, ClipByNorm, ClipByGlobalNorm]


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@settings(max_examples=10)
@given(seed=seeds)
def test_clipped_gradients(kind, dtype, seed):
    rng = np.random.default_rng(seed)
    assert_agree(*comparisons.clipped(kind(float(10 ** rng.uniform(-2, 2))), cases.gradients_of_layers(rng, dtype)))


@pytest.mark.parametrize("kind", RULES)
def test_a_rule_has_kerass_argument_and_comes_back_from_it(kind):
    settings_ = clipping.keras_settings(kind(0.5))
    assert list(settings_.values()) == [0.5]
    assert clipping.from_keras({"clipnorm": None, "clipvalue": None, "global_clipnorm": None} | settings_) == kind(0.5)
    assert clipping.from_keras({"clipnorm": None}) is None


def test_keras_sets_what_overflows_to_0_and_npnet_does_not():
    large = [np.float32([3e20, -4e20])]
    assert ClipByNorm(1.0)(large)[0].round(6).tolist() == np.float32([0.6, -0.8]).tolist()
    assert clipping.keras_clipped(ClipByNorm(1.0), large)[0].tolist() == [0, 0]


def test_other_rules_have_no_counterpart():
    class Halved(Clipping):
        def clip(self, g, parts):
            g /= 2

    with pytest.raises(ValueError, match="clipping: expected one that Keras has"):
        clipping.keras_settings(Halved())
