"""npnet and TensorFlow agree to within bounds derived from roundings, on whatever hypothesis finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import datasets
from npnet.activations import ELU, LeakyReLU
from npnet.losses import Huber
from npnet.regularizers import L1, L1L2, L2
from npnet.schedules import Constant, CosineDecay, ExponentialDecay, InverseTimeDecay, Schedule
from reference.bounds import cases
from reference.bounds.losses import LOSSES, OF_DISTRIBUTIONS, kind
from reference.bounds.tolerance import assert_within, bound
from reference.tensorflow import comparisons, schedules
from tests.strategies import ELEMENTWISE, alphas, hard_arrays, problems, seeds

dtypes = pytest.mark.parametrize("dtype", ["float32", "float64"])


def assert_agree(*compared):
    for case in compared:
        assert case.excess <= 1, f"npnet {case.ours}, TensorFlow {case.theirs}, limit {case.limit}"
        assert case.our_excess <= 1, f"npnet {case.ours}, exact {case.exact}, limit {case.limit}"


@dtypes
@pytest.mark.parametrize("name", [*ELEMENTWISE, "softmax"])
def test_activations(name, dtype):
    @given(hard_arrays(dtype, shape=(3, 4)), seeds)
    def agree(z, seed):
        g = np.random.default_rng(seed).normal(size=z.shape).astype(dtype)
        assert_agree(comparisons.activation_value(name, z), comparisons.activation_backward(name, g, z))

    agree()


@dtypes
@given(alpha=alphas, seed=seeds)
def test_leaky_relu_and_elu_with_any_alpha(dtype, alpha, seed):
    rng = np.random.default_rng(seed)
    z, g = cases.hard_values(rng, (3, 4), dtype), rng.normal(size=(3, 4)).astype(dtype)
    for f in (LeakyReLU(alpha), ELU(alpha)):
        assert_agree(comparisons.activation_value(f, z), comparisons.activation_backward(f, g, z))


@dtypes
@pytest.mark.parametrize("name", LOSSES)
@given(seed=seeds, batch=st.integers(1, 64), units=st.integers(2, 8))
def test_losses_and_their_gradients(name, dtype, seed, batch, units):
    rng, loss = np.random.default_rng(seed), LOSSES[name]
    y = cases.labels(rng, loss, batch, units).astype(dtype)
    p = cases.predictions(rng, loss, batch, units, dtype)
    assert_agree(comparisons.loss_value(loss, y, p), comparisons.loss_gradient(loss, y, p))


@dtypes
@pytest.mark.parametrize("name", LOSSES)
@given(seed=seeds, batch=st.integers(1, 64), units=st.integers(2, 8))
def test_weighted_losses_and_their_gradients(name, dtype, seed, batch, units):
    rng, loss = np.random.default_rng(seed), LOSSES[name]
    y = cases.labels(rng, loss, batch, units).astype(dtype)
    p = cases.predictions(rng, loss, batch, units, dtype)
    w = cases.sample_weights(rng, batch, dtype)
    assert_agree(comparisons.loss_value(loss, y, p, weights=w), comparisons.loss_gradient(loss, y, p, w))


@dtypes
@pytest.mark.parametrize("name", cases.SMOOTHED)
@given(seed=seeds, batch=st.integers(1, 64), units=st.integers(2, 8))
def test_losses_of_smoothed_labels(name, dtype, seed, batch, units):
    rng, loss = np.random.default_rng(seed), cases.SMOOTHED[name]
    y = cases.labels(rng, loss, batch, units).astype(dtype)
    p = cases.predictions(rng, loss, batch, units, dtype)
    assert_agree(comparisons.loss_value(loss, y, p), comparisons.loss_gradient(loss, y, p))


@dtypes
@given(seed=seeds, delta=st.sampled_from([0.01, 0.25, 2.0, 30.0]))
def test_hubers_loss_with_any_delta(dtype, seed, delta):
    rng, loss = np.random.default_rng(seed), Huber(delta)
    y = cases.labels(rng, loss, 8, 3).astype(dtype)
    p = cases.predictions(rng, loss, 8, 3, dtype)
    assert_agree(comparisons.loss_value(loss, y, p), comparisons.loss_gradient(loss, y, p))
    if dtype == "float32":
        # Keras computes in its own type, whatever it is given
        assert_agree(comparisons.loss_value(loss, y, p, keras_form=True))


def test_what_keras_does_not_have_is_refused():
    for loss in (LOSSES["softmax_kl_divergence"], cases.SMOOTHED["kl_divergence"]):
        with pytest.raises(ValueError, match="loss: expected one that Keras has, got"):
            comparisons.loss_value(loss, np.ones((1, 2)) / 2, np.ones((1, 2)) / 2, keras_form=True)


# Those that Keras has
IN_KERAS = {name: loss for name, loss in LOSSES.items() if "softmax_kl" not in name} | {
    f"smoothed {name}": loss for name, loss in cases.SMOOTHED.items() if "kl" not in name
}


@pytest.mark.parametrize("weighted", [False, True], ids=["without", "with weights"])
@pytest.mark.parametrize("name", IN_KERAS)
@given(seed=seeds)
def test_losses_in_kerass_form(name, weighted, seed):
    rng, loss = np.random.default_rng(seed), IN_KERAS[name]
    y = cases.labels(rng, loss, 8, 4).astype("float32")
    p = cases.predictions(rng, loss, 8, 4, "float32")
    if name == "kl_divergence":
        # So are labels
        y = np.float32(0.0125 + 0.95 * y)
    if loss.predictions == "probabilities":
        # Keras clips probabilities at 1e-7 and takes log(1 - p + 1e-7) for the binary one
        p = np.float32(0.05 + 0.9 * p)
        p = p / p.sum(axis=1, keepdims=True) if loss.labels == "distributions" else p
    w = cases.sample_weights(rng, 8, "float32") if weighted else None
    case = comparisons.loss_value(loss, y, p, keras_form=True, weights=w)
    shift = 2e-7 / 0.05 * (w.mean() if weighted else 1) if kind(loss) == "binary_crossentropy" else 0
    assert abs(case.ours - case.theirs) <= case.limit + shift


@dtypes
@pytest.mark.parametrize("kind", [L1, L2, L1L2])
@given(seed=seeds)
def test_regularizers(kind, dtype, seed):
    rng = np.random.default_rng(seed)
    regularizer = kind(*rng.choice(cases.STRENGTHS, 2 if kind is L1L2 else 1))
    w = rng.normal(size=(4, 3)).astype(dtype) * rng.integers(0, 2, (4, 3))
    w = w.astype(dtype)
    assert_agree(
        comparisons.regularizer_value(regularizer, w),
        comparisons.regularizer_value(regularizer, w, keras_form=True),
        comparisons.regularizer_gradient(regularizer, w),
    )


@pytest.mark.parametrize("kind", cases.SCHEDULES)
@given(seed=seeds, epoch=st.integers(0, 50))
def test_schedules(kind, seed, epoch):
    assert_agree(comparisons.schedule_value(cases.schedule(np.random.default_rng(seed), kind), epoch))


def test_schedules_at_the_notes_settings():
    for schedule in (ExponentialDecay(0.2, 1, 0.99), InverseTimeDecay(0.2, 3, 0.5), CosineDecay(0.2, 40)):
        for epoch in range(100):
            assert_agree(comparisons.schedule_value(schedule, epoch))


@pytest.mark.parametrize("kind", cases.SCHEDULES)
def test_keras_has_an_epochs_rate_at_its_first_step(kind):
    for seed in range(5):
        schedule = cases.schedule(np.random.default_rng(seed), kind)
        theirs = schedules.keras_counterpart(schedule, steps_per_epoch=7)
        for epoch in range(25):
            limit = bound(12, 2 * schedule.rate(0) + 2 * schedule.rate(epoch) + 1, "float32")
            assert_within(float(theirs(7 * epoch)), schedule(epoch), limit)
            if kind == "PiecewiseConstantDecay":
                assert {float(theirs(7 * epoch + step)) for step in range(7)} == {float(np.float32(schedule(epoch)))}


def test_schedules_that_keras_does_not_have_are_refused():
    assert schedules.keras_counterpart(Constant(0.5)) == 0.5
    for base, numbers in ((Schedule, ()), (CosineDecay, (1, 1))):
        halved = type("Halved", (base,), {"rate": lambda self, epoch: 2.0**-epoch})(*numbers)
        with pytest.raises(ValueError, match="schedule: expected one that Keras has, got Halved"):
            schedules.keras_counterpart(halved)


@dtypes
@pytest.mark.parametrize("weighted", [False, True], ids=["without", "with weights"])
def test_whole_nets(weighted, dtype):
    @given(problems(dtype), seeds)
    def agree(problem, seed):
        weights = cases.sample_weights(np.random.default_rng(seed), len(problem.x), dtype) if weighted else None
        units = problem.net.widths[-1]
        y = datasets.one_hot(problem.y, units) if problem.y.ndim == 1 and units > 1 else problem.y
        y = np.asarray(y).reshape(len(problem.x), units)
        if kind(problem.loss) in OF_DISTRIBUTIONS:
            y = y / y.sum(axis=1, keepdims=True)
        assert_agree(*comparisons.network(problem.net, problem.x, y, problem.loss, problem.regularizer, weights))

    agree()
