import copy
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npnet import MLP, Ensemble, optimizers
from npnet.engine import tuning
from npnet.engine.tuning import SLICE
from npnet.optimizers import (
    SGD,
    SGDM,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    CenteredRMSProp,
    CenteredRMSPropMomentum,
    Momentum,
    Nadam,
    Nesterov,
    RMSProp,
    RMSPropMomentum,
    StepError,
)
from npnet.schedules import Constant, ExponentialDecay, Schedule
from reference.bounds.optimizers import steps_bound
from reference.bounds.tolerance import assert_within, bound
from tests.strategies import seeds


def notes_step(kind, w, g, state, lr, t, beta=0.9, beta_2=0.999):
    """One step of the notes' loops, section 5.2, to the letter: no epsilon."""
    if kind == "SGD":
        return w - lr * g
    if kind == "SGDM":
        state["m"] = beta * state["m"] + (1 - beta) * g
        return w - lr * state["m"]
    if kind == "Adagrad":
        state["V"] = state["V"] + g**2
        return w - lr * g / np.sqrt(state["V"])
    if kind == "RMSProp":
        state["V"] = beta * state["V"] + (1 - beta) * g**2
        return w - lr * g / np.sqrt(state["V"])
    state["m"] = beta * state["m"] + (1 - beta) * g
    state["V"] = beta_2 * state["V"] + (1 - beta_2) * g**2
    m_hat, v_hat = state["m"] / (1 - beta**t), state["V"] / (1 - beta_2**t)
    return w - lr * m_hat / np.sqrt(v_hat)


def to_the_letter():
    return {
        "SGD": SGD(0.1),
        "SGDM": SGDM(0.1),
        "Adagrad": Adagrad(0.1, epsilon=0),
        "RMSProp": RMSProp(0.1, epsilon=0),
        "Adam": Adam(0.1, epsilon=0),
        "Momentum": Momentum(0.1),
        "Nesterov": Nesterov(0.1),
        "RMSPropMomentum": RMSPropMomentum(0.1, epsilon=0),
        "CenteredRMSProp": CenteredRMSProp(0.1, epsilon=0),
        "CenteredRMSPropMomentum": CenteredRMSPropMomentum(0.1, epsilon=0),
        "AdamW": AdamW(0.1, epsilon=0),
        "AMSGrad": AMSGrad(0.1, epsilon=0),
        "Nadam": Nadam(0.1, epsilon=0),
    }


KINDS = list(to_the_letter())
of_the_notes = pytest.mark.parametrize("kind", KINDS[:5])
beyond_the_notes = pytest.mark.parametrize("kind", KINDS[5:])
every = pytest.mark.parametrize("kind", KINDS)
with_epsilon = pytest.mark.parametrize("kind", [Adagrad, RMSProp, Adam])


def gradients(steps=50, size=7, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(steps, size)) * 10.0 ** rng.integers(-6, 4, size=(1, size))


@of_the_notes
def test_fifty_steps_without_epsilon_are_the_notes(kind):
    optimizer, state = to_the_letter()[kind], {"m": 0.0, "V": 0.0}
    w = expected = np.linspace(-1, 1, 7)
    w = w.copy()
    for t, g in enumerate(gradients(), 1):
        optimizer.step(w, g)
        expected = notes_step(kind, expected, g, state, 0.1, t)
    # Each step rounds m, V and the update some ten times; |w| plus all updates are under 2 + 50 · lr · max(1, |g|)
    assert_within(w, expected, bound(50 * 12, 2 + 5 * abs(gradients()).max(axis=0).clip(1), "float64"))


def keras_step(kind, w, g, state, t, h):
    """One step of Keras's definitions, from plus to minus; ``h`` are the optimizer's hyperparameters."""
    lr, old = h["learning_rate"], {name: state.get(name, 0.0) for name in ("m", "V", "V_max", "v")}
    if kind in ("Momentum", "Nesterov"):
        v = state["v"] = h["momentum"] * old["v"] - lr * g
        return w + (h["momentum"] * v - lr * g if kind == "Nesterov" else v)
    if "RMSProp" in kind:
        state["V"] = h["rho"] * old["V"] + (1 - h["rho"]) * g**2
        variance = state["V"]
        if "Centered" in kind:
            state["m"] = h["rho"] * old["m"] + (1 - h["rho"]) * g
            variance = variance - state["m"] ** 2
        step = lr * g / np.sqrt(variance + h["epsilon"])
        if "Momentum" not in kind:
            return w - step
        state["v"] = h["momentum"] * old["v"] - step
        return w + state["v"]
    m = state["m"] = old["m"] + (g - old["m"]) * (1 - h["beta_1"])
    V = state["V"] = old["V"] + (g**2 - old["V"]) * (1 - h["beta_2"])
    if kind == "Nadam":
        u = [h["beta_1"] * (1 - 0.5 * np.longdouble(0.96) ** (h["momentum_decay"] * i)) for i in range(1, t + 2)]
        ahead = u[-1] * m / (1 - np.prod(u)) + (1 - u[-2]) * g / (1 - np.prod(u[:-1]))
        return w - lr * ahead / (np.sqrt(V / (1 - h["beta_2"] ** t)) + h["epsilon"])
    if kind == "AMSGrad":
        V = state["V_max"] = np.maximum(old["V_max"], V)
    if kind == "AdamW":
        w = w - w * h["weight_decay"] * lr
    return w - lr * np.sqrt(1 - h["beta_2"] ** t) / (1 - h["beta_1"] ** t) * m / (np.sqrt(V) + h["epsilon"])


BEYOND = [
    lambda: Momentum(0.1, 0.5),
    lambda: Momentum(0.1, 0.0),
    lambda: Nesterov(0.1, 0.5),
    lambda: RMSPropMomentum(0.1, 0.5, 1e-3, momentum=0.75),
    lambda: CenteredRMSProp(0.1, 0.5, 1e-3),
    lambda: CenteredRMSPropMomentum(0.1, 0.5, 1e-3, momentum=0.75),
    lambda: AdamW(0.1, 0.5, 0.75, 1e-3, weight_decay=0.25),
    lambda: AMSGrad(0.1, 0.5, 0.75, 1e-3),
    lambda: Nadam(0.1, 0.5, 0.75, 1e-3),
    lambda: Nadam(0.1, 0.5, 0.75, 1e-3, momentum_decay=0.25),
]
all_beyond = pytest.mark.parametrize("make", [*BEYOND, *(lambda k=k: to_the_letter()[k] for k in KINDS[5:])])


@all_beyond
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_thirty_steps_and_the_moments_are_kerass_definition(make, dtype):
    optimizer, drawn = make(), gradients(30, seed=3).astype(dtype)
    kind, settings_ = type(optimizer).__name__, optimizer.hyperparameters()
    w = np.linspace(-1, 1, 7).astype(dtype)
    exact, state = w.astype("longdouble"), {}
    limit, moment_limits = steps_bound(make, w, drawn)
    for t, g in enumerate(drawn, 1):
        optimizer.step(w, g)
        exact = keras_step(kind, exact, g.astype("longdouble"), state, t, settings_)
    assert_within(w, exact, limit)
    assert list(optimizer.state) == list(optimizer.slots)
    for name, size in moment_limits.items():
        assert_within(optimizer.state[name], state[name], size)


def test_a_velocity_keeps_the_rates_of_its_steps():
    w, optimizer = np.zeros(1), Momentum(0.5, momentum=0.5)
    optimizer.step(w, np.ones(1))
    optimizer.learning_rate = 0.25
    optimizer.step(w, np.ones(1))
    assert optimizer.state["v"].tolist() == [0.5 * -0.5 - 0.25]
    assert w.tolist() == [-0.5 - 0.5]


@pytest.mark.parametrize("kind", [Momentum, Nesterov])
def test_a_velocity_that_is_read_stays_when_its_momentum_changes(kind):
    w, optimizer = np.zeros(2), kind(0.5, momentum=0.5)
    optimizer.step(w, np.array([1.0, -4.0]))
    assert optimizer.state["v"].tolist() == [-0.5, 2.0]
    optimizer.momentum = 0.75
    assert_within(optimizer.state["v"], [-0.5, 2.0], bound(4, [0.5, 2.0], "float64"))


def test_a_gradient_that_stays_has_no_variance_and_steps_that_stay_finite():
    # Rounding errors make V - m² less than 0 by far more than epsilon
    g = np.linspace(1, 1000, 200, dtype="float32")
    w, optimizer, below = np.zeros(200, "float32"), CenteredRMSProp(1e-3), np.zeros(200, bool)
    for _ in range(200):
        optimizer.step(w, g)
        below |= optimizer.state["V"] - optimizer.state["m"] ** 2 < -10 * optimizer.epsilon
    assert below.any()
    assert np.isfinite(w).all()


def test_nadams_product_goes_on_and_starts_again():
    optimizer = Nadam(beta_1=0.5)
    expected = np.cumprod([0.5 * (1 - 0.5 * 0.96**i) for i in range(1, 9)])
    for t in (1, 2, 8, 3, 4, 1):
        assert_within(optimizer.product(t), expected[t - 1], bound(6 * t, expected[t - 1], "float64"))
    optimizer.beta_1 = 0.25
    assert_within(optimizer.product(3), expected[2] / 8, bound(20, expected[2], "float64"))
    optimizer.momentum_decay = 0.0
    assert optimizer.product(3) == 0.125**3
    other = Nadam(beta_1=[0.5, 0.25], momentum_decay=[1.0, 0.0])
    assert_within(other.product(2), [expected[1], 0.125**2], bound(20, 1, "float64"))


@pytest.mark.parametrize(
    ("kind", "optimizer"),
    [("SGDM", SGDM(0.1, 0.5)), ("RMSProp", RMSProp(0.1, 0.5, 0)), ("Adam", Adam(0.1, 0.5, 0.75, 0))],
)
def test_the_decay_factors_are_those_given(kind, optimizer):
    state, w, expected = {"m": 0.0, "V": 0.0}, np.zeros(3), np.zeros(3)
    for t, g in enumerate(gradients(5, 3, seed=2), 1):
        optimizer.step(w, g)
        expected = notes_step(kind, expected, g, state, 0.1, t, beta=0.5, beta_2=0.75)
    assert_within(w, expected, bound(100, 1 + abs(gradients(5, 3, seed=2)).max(axis=0), "float64"))


def test_the_defaults_are_kerass_and_the_notes():
    assert [repr(optimizers.get(name)) for name in ("sgd", "sgdm", "adagrad", "rmsprop", "adam")] == [
        "SGD(0.01)",
        "SGDM(0.01, beta=0.9)",
        "Adagrad(0.001, initial_accumulator_value=0, epsilon=1e-07)",
        "RMSProp(0.001, rho=0.9, epsilon=1e-07)",
        "Adam(0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07)",
    ]
    others = ("momentum", "nesterov", "rmsprop_momentum", "centered_rmsprop", "centered_rmsprop_momentum")
    assert [repr(optimizers.get(name)) for name in (*others, "adamw", "amsgrad", "nadam")] == [
        "Momentum(0.01, momentum=0.9)",
        "Nesterov(0.01, momentum=0.9)",
        "RMSPropMomentum(0.001, rho=0.9, epsilon=1e-07, momentum=0.9)",
        "CenteredRMSProp(0.001, rho=0.9, epsilon=1e-07)",
        "CenteredRMSPropMomentum(0.001, rho=0.9, epsilon=1e-07, momentum=0.9)",
        "AdamW(0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07, weight_decay=0.004)",
        "AMSGrad(0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07)",
        "Nadam(0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07, momentum_decay=1)",
    ]
    assert "ExponentialDecay(initial_learning_rate=0.2" in repr(SGD(ExponentialDecay(0.2, 1, 0.5)))


@pytest.mark.parametrize(
    ("optimizer", "update"),
    [
        (Adagrad(0.1, epsilon=0.5), lambda g: g / np.sqrt(g**2 + 0.5)),
        (Adagrad(0.1, initial_accumulator_value=0.25, epsilon=0.5), lambda g: g / np.sqrt(0.25 + g**2 + 0.5)),
        (RMSProp(0.1, rho=0.5, epsilon=0.5), lambda g: g / np.sqrt(0.5 * g**2 + 0.5)),
        (Adam(0.1, epsilon=0.5), lambda g: np.sqrt(0.001) / 0.1 * (0.1 * g) / (np.sqrt(0.001 * g**2) + 0.5)),
    ],
)
def test_where_epsilon_stands(optimizer, update):
    g, w = np.array([1e-3, 1.0, -2.0]), np.zeros(3)
    optimizer.step(w, g)
    assert_within(w, -0.1 * update(g), bound(40, 1, "float64"))


@with_epsilon
@pytest.mark.parametrize("epsilon", [0, 1e-50, [1e-50, 1e-7]], ids=["0", "0 in float32", "0 in float32, of one member"])
def test_a_weight_without_a_gradient_stays_even_without_epsilon(kind, epsilon):
    members = np.shape(epsilon)
    w, gradient = (np.full((*members, 2), row, "float32").T.copy() for row in ([1, 2], [0, 1]))
    optimizer = kind(0.1, epsilon=epsilon)
    for _ in range(3):
        optimizer.step(w, gradient)
    assert (w[0] == 1).all()
    assert (w[1] < 2).all()


@with_epsilon
def test_gradients_whose_squares_underflow_stay_finite_with_the_default_epsilon(kind):
    w, optimizer = np.ones(2, "float32"), kind(0.1)
    for g in ([1e-30, 1.0], [1e-45, 1e-30], [0.0, 0.0]):
        optimizer.step(w, np.float32(g))
    assert np.isfinite(w).all()


@every
def test_a_vector_of_several_slices_takes_the_same_steps_as_its_elements(kind):
    size = 2 * SLICE + 5
    whole, part = to_the_letter()[kind], to_the_letter()[kind]
    rng = np.random.default_rng(1)
    w = rng.normal(size=size)
    places = [0, SLICE - 1, SLICE, 2 * SLICE, size - 1]
    few = w[places]
    for _ in range(3):
        g = rng.normal(size=size)
        whole.step(w, g)
        part.step(few, g[places])
    np.testing.assert_array_equal(w[places], few)


@every
def test_the_gradient_is_left_alone_and_float32_stays_float32(kind):
    optimizer, w = to_the_letter()[kind], np.ones(3, "float32")
    g = np.float32([1, 2, 3])
    optimizer.learning_rate = np.float64(0.1)
    optimizer.step(w, g)
    assert g.tolist() == [1, 2, 3]
    assert {w.dtype, *(slot.dtype for slot in optimizer.state.values())} == {np.dtype("float32")}


@every
def test_instances_share_nothing(kind):
    first, second = to_the_letter()[kind], to_the_letter()[kind]
    first.step(np.ones(3), np.ones(3))
    assert second.iterations == 0
    assert not second.state


@every
def test_reset_forgets(kind):
    optimizer, w = to_the_letter()[kind], np.ones(3)
    optimizer.step(w, np.array([1.0, 2.0, 3.0]))
    optimizer.reset()
    again = np.ones(5)
    optimizer.step(again, np.arange(1.0, 6.0))
    np.testing.assert_array_equal(again[:3], w)


@every
def test_a_state_can_be_carried_to_another_optimizer(kind):
    first, second = to_the_letter()[kind], to_the_letter()[kind]
    w = np.ones(3)
    first.step(w, np.array([1.0, 2.0, 3.0]))
    second.state = {name: slot.copy() for name, slot in first.state.items()}
    second.iterations = first.iterations
    copy = w.copy()
    first.step(w, np.array([3.0, 2.0, 1.0]))
    second.step(copy, np.array([3.0, 2.0, 1.0]))
    np.testing.assert_array_equal(copy, w)


def test_moments_are_known_by_name_not_by_order():
    first, second = Adam(0.1), Adam(0.1)
    w = np.ones(3)
    first.step(w, np.array([1.0, 2.0, 3.0]))
    second.state = {"V": first.state["V"].copy(), "m": first.state["m"].copy()}
    second.iterations, copy = first.iterations, w.copy()
    first.step(w, np.array([3.0, 2.0, 1.0]))
    second.step(copy, np.array([3.0, 2.0, 1.0]))
    np.testing.assert_array_equal(copy, w)


def test_a_vector_of_another_dtype_is_not_rounded_to_the_last_ones():
    optimizer = SGD(0.1)
    optimizer.step(np.ones(3, "float32"), np.ones(3, "float32"))
    w = np.zeros(3)
    optimizer.step(w, np.full(3, 1 / 3))
    assert w.tolist() == [-0.1 / 3] * 3


# A square of 1e38 can be kept, over 1 - ρ = 0.1 or 1 - β₂ = 0.001 it can not
@pytest.mark.parametrize(
    ("kind", "large"), [(Adagrad, 1e20), (RMSProp, 1e20), (Adam, 1e20), (RMSProp, 1e19), (Adam, 1e19)]
)
def test_a_gradient_whose_square_overflows_changes_nothing(kind, large):
    optimizer, w = kind(0.1), np.ones(2, "float32")
    with pytest.raises(StepError, match="the squared gradient is not finite"):
        optimizer.step(w, np.float32([1, large]))
    assert w.tolist() == [1, 1]
    assert optimizer.iterations == 0


def test_a_step_out_of_the_range_of_numbers_is_not_taken():
    w = np.float32([3e38, 1])
    with np.errstate(over="ignore"), pytest.raises(StepError, match="the update is not finite: inf at index 0"):
        SGD(1).step(w, np.float32([-3e38, 1]))
    assert w.tolist() == np.float32([3e38, 1]).tolist()


def test_a_failure_in_a_later_slice_names_its_place():
    w, g = np.ones(2 * SLICE, "float32"), np.ones(2 * SLICE, "float32")
    g[[SLICE + 3, SLICE + 9]] = 1e-30
    with np.errstate(divide="ignore"), pytest.raises(StepError) as caught:
        RMSProp(0.1, epsilon=0).step(w, g)
    assert caught.value.index == SLICE + 9
    assert np.isfinite(w).all()


def test_a_schedule_gives_the_rate_of_an_epoch():
    optimizer = SGD(ExponentialDecay(0.2, 1, decay_rate=0.5))
    assert optimizer.learning_rate == 0.2
    optimizer.begin_epoch(2)
    assert optimizer.learning_rate == 0.05
    optimizer.learning_rate = 0.3
    optimizer.begin_epoch(5)
    assert optimizer.learning_rate == 0.3


@every
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_is_not_finite_changes_nothing(kind, wrong):
    optimizer, w = to_the_letter()[kind], np.ones(3)
    optimizer.step(w, np.ones(3))
    before, state = w.copy(), {name: slot.copy() for name, slot in optimizer.state.items()}
    with pytest.raises(StepError, match=r"the gradient is not finite: .* at index 1") as caught:
        optimizer.step(w, np.array([1.0, wrong, 1.0]))
    assert (caught.value.what, caught.value.index, optimizer.iterations) == ("gradient", 1, 1)
    np.testing.assert_array_equal(w, before)
    for name, slot in state.items():
        np.testing.assert_array_equal(optimizer.state[name], slot)


def test_an_update_that_is_not_finite_leaves_the_parameters():
    w, optimizer = np.ones(2, "float32"), RMSProp(0.1, epsilon=0)
    with np.errstate(divide="ignore"), pytest.raises(StepError, match="the update is not finite"):
        optimizer.step(w, np.float32([1, 1e-30]))
    assert w.tolist() == [1, 1]


def test_large_finite_gradients_are_no_error():
    w = np.zeros(2, "float32")
    SGD(0.5).step(w, np.float32([1e30, -1e30]))
    assert w.tolist() == np.float32([-5e29, 5e29]).tolist()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(0), "learning_rate: expected a finite number > 0, got 0"),
        (lambda: SGD("fast"), "learning_rate: expected a finite number > 0, got 'fast'"),
        (lambda: SGDM(beta=1), "beta: expected a finite number >= 0 and < 1, got 1"),
        (lambda: Adagrad(initial_accumulator_value=-1), "initial_accumulator_value: expected a finite number >= 0"),
        (lambda: Adagrad(epsilon=-1), "epsilon: expected a finite number >= 0"),
        (lambda: RMSProp(rho=1.5), "rho: expected a finite number >= 0 and < 1"),
        (lambda: RMSProp(epsilon=np.nan), "epsilon: expected"),
        (lambda: Adam(beta_1=-0.1), "beta_1: expected"),
        (lambda: Adam(beta_2=1), "beta_2: expected"),
        (lambda: Adam(epsilon=-1), "epsilon: expected"),
        (lambda: Nesterov(momentum=0), "momentum: expected a finite number > 0 and < 1, got 0"),
        (lambda: Momentum(momentum=1), "momentum: expected a finite number >= 0 and < 1, got 1"),
        (lambda: AdamW(weight_decay=-1), "weight_decay: expected a finite number >= 0"),
        (lambda: Nadam(momentum_decay=-1), "momentum_decay: expected a finite number >= 0"),
        (lambda: optimizers.get("lion"), "optimizer: expected one of adagrad, adam, adamw, amsgrad, centered_rmsprop"),
    ],
)
def test_parameters_are_checked_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("parameters", "gradient", "message"),
    [
        (
            np.ones((2, 2, 1)),
            np.ones((2, 2, 1)),
            r"parameters: expected one flat vector of floats, got float64 \(2, 2, 1\)",
        ),
        (np.ones(2, int), np.ones(2), "parameters: expected one flat vector of floats, got int64"),
        ([1.0, 2.0], np.ones(2), "parameters: expected one flat vector of floats, got list"),
        (np.ones(4)[::2], np.ones(2), r"parameters: expected a contiguous vector that can be written to"),
        (np.broadcast_to(1.0, 2), np.ones(2), r"parameters: expected a contiguous vector"),
        (np.ones(2), np.ones(3), r"gradient: expected float64 \(2,\), got float64 \(3,\)"),
        (np.ones(2, "float32"), np.ones(2), r"gradient: expected float32 \(2,\), got float64 \(2,\)"),
        (np.ones(2), [1.0, 2.0], r"gradient: expected float64 \(2,\), got list \(2,\)"),
    ],
)
def test_vectors_that_do_not_fit_are_refused(parameters, gradient, message):
    with pytest.raises(ValueError, match=message):
        SGD(0.1).step(parameters, gradient)


def test_moments_of_another_net_are_refused():
    optimizer = Adam()
    optimizer.step(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match=r"as the optimizer's m has it, .* reset\(\)"):
        optimizer.step(np.ones(4), np.ones(4))


OPTIMIZERS = [SGD(0.1), SGDM(0.1), Adagrad(0.1), RMSProp(0.01), Adam(0.01)]
OPTIMIZERS += [
    Momentum(0.1),
    Nesterov(0.1),
    RMSPropMomentum(0.01),
    CenteredRMSProp(0.01),
    CenteredRMSPropMomentum(0.01),
]
OPTIMIZERS += [AdamW(0.01), AMSGrad(0.01), Nadam(0.01)]


optimizer_kinds = pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: type(optimizer).__name__)


@optimizer_kinds
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_step_of_all_members_has_the_bits_of_each_ones_step(optimizer, dtype):
    rng, together = np.random.default_rng(1), copy.deepcopy(optimizer)
    parameters = rng.normal(size=(7, 5)).astype(dtype)
    columns, alone = list(parameters.T.copy()), [copy.deepcopy(optimizer) for _ in range(5)]
    for _ in range(3):
        gradient = rng.normal(size=(7, 5)).astype(dtype)
        together.step(parameters, gradient)
        for k, column in enumerate(columns):
            alone[k].step(column, gradient[:, k].copy())
    np.testing.assert_array_equal(parameters, np.stack(columns, axis=1))


VECTORS = [
    (SGD, {"learning_rate": [0.1, 0.2, 0.4]}),
    (SGDM, {"learning_rate": [0.1, 0.2, 0.4], "beta": [0.9, 0.0, 0.5]}),
    (Adagrad, {"learning_rate": 0.1, "initial_accumulator_value": [0.0, 0.1, 2.0], "epsilon": [0.0, 1e-7, 1e-2]}),
    (RMSProp, {"learning_rate": [0.1, 0.01, 0.4], "rho": [0.9, 0.5, 0.0], "epsilon": [1e-7, 1e-2, 0.0]}),
    (Adam, {"learning_rate": 0.1, "beta_1": [0.9, 0.0, 0.5], "beta_2": [0.999, 0.9, 0.0], "epsilon": [0.0, 1e-7, 1]}),
    (Momentum, {"learning_rate": [0.1, 0.2, 0.4], "momentum": [0.9, 0.0, 0.5]}),
    (Nesterov, {"learning_rate": [0.1, 0.2, 0.4], "momentum": [0.9, 0.75, 0.5]}),
    (RMSPropMomentum, {"learning_rate": 0.1, "rho": [0.9, 0.5, 0.0], "momentum": [0.9, 0.0, 0.5]}),
    (CenteredRMSProp, {"learning_rate": [0.1, 0.01, 0.4], "rho": [0.9, 0.5, 0.25], "epsilon": [1e-7, 1e-2, 1e-3]}),
    (CenteredRMSPropMomentum, {"learning_rate": 0.1, "rho": [0.9, 0.5, 0.25], "momentum": [0.9, 0.0, 0.5]}),
    (AdamW, {"learning_rate": [0.1, 0.2, 0.4], "beta_1": 0.5, "weight_decay": [0.0, 0.5, 0.01]}),
    (AMSGrad, {"learning_rate": 0.1, "beta_1": [0.9, 0.0, 0.5], "beta_2": [0.999, 0.9, 0.0]}),
    (
        Nadam,
        {"learning_rate": 0.1, "beta_1": [0.9, 0.0, 0.5], "beta_2": [0.999, 0.9, 0.5], "momentum_decay": [1, 0, 2]},
    ),
]


@pytest.mark.parametrize(("kind", "options"), VECTORS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_vector_of_settings_gives_the_bits_of_separate_steps(kind, options):
    rng, together = np.random.default_rng(1), kind(**options)
    parameters = rng.normal(size=(7, 3)).astype("float32")
    columns = list(parameters.T.copy())
    alone = [kind(**{n: v[k] if isinstance(v, list) else v for n, v in options.items()}) for k in range(3)]
    for step in range(3):
        gradient = rng.normal(size=(7, 3)).astype("float32")
        gradient[step] = 0
        together.step(parameters, gradient)
        for k, column in enumerate(columns):
            alone[k].step(column, gradient[:, k].copy())
    np.testing.assert_array_equal(parameters, np.stack(columns, axis=1))
    assert parameters.dtype == np.float32


# What stands between the formula and the numbers


def exact():
    """Hyperparameters that are fractions of powers of 2, so that nothing is rounded for some steps."""
    rate = Fraction(1, 4)
    return {"SGD": SGD.unchecked(learning_rate=rate), "SGDM": SGDM.unchecked(learning_rate=rate, beta=Fraction(3, 4))}


@pytest.mark.parametrize("kind", exact())
def test_steps_with_fractions_are_exactly_the_notes(kind, monkeypatch):
    monkeypatch.setattr(tuning, "SWEEP", 2)
    optimizer, state = exact()[kind], {"m": 0}
    w = np.array([Fraction(1), Fraction(-5, 2)])
    expected = w.copy()
    for t in range(1, 6):
        g = np.array([Fraction(t, 8), Fraction(3 - t)])
        optimizer.apply(w, g)
        expected = notes_step(kind, expected, g, state, Fraction(1, 4), t, beta=Fraction(3, 4))
    assert w.tolist() == expected.tolist()


@every
def test_complex_numbers_without_an_imaginary_part_take_the_steps_of_real_ones(kind):
    real, other = to_the_letter()[kind], to_the_letter()[kind]
    w = np.linspace(-1, 1, 7)
    z = w.astype(complex)
    for g in gradients(5):
        real.step(w, g)
        other.apply(z, g.astype(complex))
    assert (z.imag == 0).all()
    # Of the operations, each rounds at most a few times as often
    assert_within(z.real, w, bound(5 * 36, 2 + 0.5 * abs(gradients(5)).max(axis=0).clip(1), "float64"))


@every
def test_the_numbers_of_a_step_are_pythons_which_promote_no_array(kind):
    assert {type(number) for number in to_the_letter()[kind].numbers(3)} == {float}


@of_the_notes
def test_moments_are_read_as_the_notes_have_them(kind):
    optimizer, state, w = to_the_letter()[kind], {"m": 0.0, "V": 0.0}, np.zeros(7)
    drawn = gradients(5)
    for t, g in enumerate(drawn, 1):
        optimizer.step(w, g)
        notes_step(kind, w, g, state, 0.1, t)
    assert list(optimizer.state) == list(optimizer.slots)
    # Three roundings a step in either form, of terms that are weighted gradients, and two of the factor
    for name, terms in (("m", abs(drawn).sum(axis=0)), ("V", (drawn**2).sum(axis=0))):
        if name in optimizer.slots:
            assert_within(optimizer.state[name], state[name], bound(2 * 3 * 5 + 2, terms, "float64"))


MOMENTS = [
    ("m", lambda: SGDM(0.1), True),
    ("m", lambda: Adam(0.1), True),
    ("V", lambda: Adam(0.1), True),
    ("V", lambda: RMSProp(0.1), True),
    ("v", lambda: Momentum(0.1), True),
    ("v", lambda: Nesterov(0.1), True),
    ("v", lambda: RMSPropMomentum(0.1), True),
    ("V", lambda: RMSPropMomentum(0.1), True),
    ("m", lambda: CenteredRMSProp(0.1), True),
    ("V", lambda: CenteredRMSProp(0.1), True),
    ("v", lambda: CenteredRMSPropMomentum(0.1, epsilon=0), True),
    ("m", lambda: CenteredRMSPropMomentum(0.1, epsilon=0), True),
    ("V_max", lambda: AMSGrad(0.1), True),
    ("V_max", lambda: AMSGrad(0.1, epsilon=0), False),
    ("V", lambda: RMSPropMomentum(0.1, epsilon=0), False),
    # Without epsilon, and without a decay, a small V is as good as a large one
    ("V", lambda: Adam(0.1, epsilon=0), False),
    ("V", lambda: Adagrad(0.1), False),
]


@pytest.mark.parametrize(("name", "make", "decays"), MOMENTS)
def test_subnormal_moments_become_0_in_each_step_whose_number_is_a_multiple(name, make, decays, monkeypatch):
    monkeypatch.setattr(tuning, "SWEEP", 3)
    optimizer, w, became_0 = make(), np.ones(1, "float32"), []
    small = np.finfo("float32").tiny / 2**15
    for _ in range(7):
        # As it is kept, it is at most a thousand times as large, and subnormal
        optimizer.state = {slot: np.full(1, small, "float32") for slot in optimizer.slots}
        optimizer.step(w, np.zeros(1, "float32"))
        became_0.append(optimizer.state[name][0] == 0)
    assert became_0 == [False, False, decays, False, False, decays, False]


class Jump(Schedule):
    """A small rate, and from the second epoch on a large one."""

    def rate(self, epoch):
        return 1e30 if epoch else 1e-3


@pytest.mark.parametrize("optimizer", [optimizers.get(name.lower()) for name in KINDS[:5]] + OPTIMIZERS[5:], ids=repr)
def test_a_step_that_goes_on_with_small_gradients_looks_at_neither_place_nor_numbers(optimizer, monkeypatch):
    w = np.ones(3)
    optimizer = optimizer.clone()
    optimizer.step(w, w.copy())

    def unwanted(*_):
        raise AssertionError

    monkeypatch.setattr(optimizers.Workspace, "fits", unwanted)
    monkeypatch.setattr(np, "isfinite", unwanted)
    optimizer.step(w, np.ones(3))
    assert optimizer.iterations == 2


def test_an_epoch_with_the_same_rate_goes_on_in_the_same_workspace(monkeypatch):
    made, shipped = [], optimizers.Workspace
    monkeypatch.setattr(optimizers, "Workspace", lambda *arguments: made.append(1) or shipped(*arguments))
    for rate, workspaces in ((0.1, 1), (ExponentialDecay(0.1, 1, 0.5), 3)):
        made.clear()
        optimizer, w = Adam(rate), np.ones(3)
        for epoch in range(3):
            optimizer.begin_epoch(epoch)
            optimizer.step(w, np.ones(3))
        assert len(made) == workspaces


def later_epoch(optimizer):
    optimizer.begin_epoch(1)


def larger_rate(optimizer):
    optimizer.learning_rate = 1e30


@pytest.mark.parametrize("change", [later_epoch, larger_rate])
def test_updates_are_looked_at_again_when_a_new_rate_may_make_them_overflow(change):
    w, optimizer = np.ones(1, "float32"), SGD(Jump())
    optimizer.step(w, np.float32([1e15]))
    change(optimizer)
    before = w.copy()
    with np.errstate(over="ignore"), pytest.raises(StepError, match="the update is not finite"):
        optimizer.step(w, np.float32([1e15]))
    assert w == before


def test_who_refuses_an_update_is_told_where_it_stands_and_may_mend_it(monkeypatch):
    monkeypatch.setattr(tuning, "SLICE", 2)
    seen = []

    def refuse(moved, w, start):
        seen.append((moved.tolist(), w.tolist(), start))
        moved[0] = 7

    w = np.float32([1, 1, 2.0**127, 1])
    with np.errstate(over="ignore"):
        SGD(1).apply(w, np.float32([0, 0.5, -(2.0**127), 0.5]), refuse=refuse)
    assert seen == [([np.inf, 0.5], [2.0**127, 1], 2)]
    assert w.tolist() == [1, 0.5, 7, 0.5]


class Started(RMSProp):
    """RMSProp whose V begins at 1."""

    def first(self, moment):
        return 1.0


def test_a_moment_begins_with_what_is_read_before_the_first_step():
    optimizer, w = Started(0.1, rho=0.75, epsilon=0), np.zeros(2)
    optimizer.step(w, np.array([2.0, 0.0]))
    assert_within(optimizer.state["V"], [0.75 + 0.25 * 4, 0.75], bound(6, [2, 1], "float64"))


@pytest.mark.parametrize(
    ("make", "first"),
    [
        (lambda: Started(0.1, rho=[0.5, 0.75, 0.9]), [1, 1, 1]),
        (lambda: Adagrad(0.1, initial_accumulator_value=[0.5, 1, 2]), [0.5, 1, 2]),
        (lambda: Adagrad(0.1, initial_accumulator_value=0.25), [0.25, 0.25, 0.25]),
    ],
)
def test_members_that_start_again_have_their_first_moments_and_the_others_keep_theirs(make, first):
    optimizer, w = make(), np.ones((2, 3))
    optimizer.step(w, np.full((2, 3), 2.0))
    before = np.array(optimizer.state["V"])
    optimizer.restart(np.array([True, False, True]))
    V = np.array(optimizer.state["V"])
    np.testing.assert_array_equal(V[:, 1], before[:, 1])
    for k in (0, 2):
        assert_within(V[:, k], np.full(2, first[k]), bound(3, first[k], "float64"))
    assert (V[:, [0, 2]] != before[:, [0, 2]]).all()


def test_a_part_of_the_members_goes_on_like_the_whole_and_gives_its_moments_back():
    rng, w = np.random.default_rng(0), np.ones((4, 3))
    whole = Adam(0.1, beta_1=[0.9, 0.5, 0.75], beta_2=[0.999, 0.9, 0.5])
    whole.step(w, rng.normal(size=(4, 3)))
    same, expected = copy.deepcopy(whole), w.copy()
    part, columns, g = whole.subset(slice(1, 3)), w[:, 1:].copy(), rng.normal(size=(4, 3))
    same.step(expected, g)
    before = {name: np.array(moment) for name, moment in whole.state.items()}
    part.step(columns, g[:, 1:].copy())
    np.testing.assert_array_equal(columns, expected[:, 1:])
    for name, moment in before.items():
        np.testing.assert_array_equal(whole.state[name], moment)
    whole.gather(part, slice(1, 3))
    assert whole.iterations == 2
    for name, moment in before.items():
        np.testing.assert_array_equal(whole.state[name][:, 0], moment[:, 0])
        np.testing.assert_array_equal(whole.state[name][:, 1:], same.state[name][:, 1:])


@pytest.mark.parametrize(("old", "new"), [(0.5, 0.75), ([0.9, 0.5], [0.9, 0.75]), ([0.9, 0.5], [0.5, 0.9])])
def test_moments_that_are_read_stay_when_their_decay_factor_changes(old, new):
    for make, name, moment in (
        (SGDM, "beta", "m"),
        (RMSProp, "rho", "V"),
        (Adam, "beta_1", "m"),
        (Adam, "beta_2", "V"),
    ):
        optimizer, w = make(0.1, **{name: old}), np.ones((3, *np.shape(old)))
        optimizer.step(w, w + 1)
        before = np.array(optimizer.state[moment])
        setattr(optimizer, name, new)
        # The factor's roundings, and those of one product in each of the two forms
        assert_within(optimizer.state[moment], before, bound(6, before, "float64"))


def test_a_decay_factor_changes_whatever_the_moment_holds():
    # As it is kept, the moment is twice the smallest normal number, then 50 times smaller, which is no error
    optimizer, w = SGDM(0.1, beta=0.99), np.zeros(1, "float32")
    optimizer.state = {"m": np.full(1, np.finfo("float32").tiny / 48, "float32")}
    with np.errstate(under="raise"):
        optimizer.beta = 0.5
    optimizer.step(w, np.zeros(1, "float32"))
    # A square of complex numbers says nothing of their size
    other, z = SGDM(0.1, beta=0.5), np.array([1 + 2j, 3 - 4j])
    other.apply(z, z.copy())
    before = np.array(other.state["m"])
    other.beta = 0.75
    assert_within(other.state["m"], before, bound(12, abs(before), "float64"))


# Updates that are not finite


def extreme(rng, shape, top, dtype):
    """Numbers of up to 10 ** top in size, of all sizes, many of them 0 or as large as can be."""
    values = 10.0 ** rng.uniform(-abs(top), top, shape) * rng.choice([-1, 1], shape)
    values[rng.random(shape) < rng.choice([0, 0.5])] = 0
    values[rng.random(shape) < rng.choice([0, 0.3])] = 10.0**top
    return np.clip(values, -np.finfo(dtype).max, np.finfo(dtype).max).astype(dtype)


def extreme_hyperparameters(rng, kind, top):
    """Rates and epsilons of all sizes, and factors near 0 and 1."""
    chosen = {"learning_rate": 10 ** rng.choice([rng.uniform(-top, top), rng.uniform(top / 3, top)])}
    for name in kind.table:
        if name in ("beta", "rho", "beta_1", "beta_2", "momentum"):
            least = 1e-3 if kind is Nesterov else 0
            chosen[name] = rng.choice([least, 0.9, rng.random(), min(1 - 10 ** rng.uniform(-16, -1), 1 - 2.0**-53)])
        elif name != "learning_rate":
            chosen[name] = rng.choice([0, 1e-7, 10 ** rng.uniform(-top - 8, 0), 10 ** rng.uniform(-top - 8, top)])
    return chosen


@every
@given(seed=seeds, dtype=st.sampled_from(["float32", "float64"]), steps=st.sampled_from([1, 3, 60]))
@settings(max_examples=200)
def test_parameters_stay_finite_or_the_step_is_refused(kind, seed, dtype, steps):
    rng, top, rule = np.random.default_rng(seed), {"float32": 38.5, "float64": 308.2}[dtype], getattr(optimizers, kind)
    optimizer, w = rule(**extreme_hyperparameters(rng, rule, top)), extreme(rng, 5, top, dtype)
    may_fail = True
    with np.errstate(all="ignore"):
        try:
            if rng.random() < 0.5:
                optimizer.state = {name: abs(extreme(rng, 5, rng.uniform(0, top - 0.3), dtype)) for name in rule.slots}
            size = rng.choice([top, top / 2, rng.uniform(0, top)])
            for _ in range(steps):
                gradient = extreme(rng, 5, size, dtype) * (rng.random() < 0.6)
                may_fail = not np.square(gradient).sum() <= optimizer.square_limit(w)
                optimizer.step(w, gradient)
        except StepError:
            assert may_fail
        except ValueError as error:
            # A moment that without its factor is no number
            assert "expected numbers up to" in str(error)
    assert np.isfinite(w).all()


@every
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_step_with_a_gradient_under_the_limit_cannot_fail(kind, dtype):
    """Though the parameters are the largest numbers, and the rate is about the largest that has a limit."""
    w = np.full(3, np.finfo(dtype).max, dtype)
    rates = 10.0 ** np.arange(300, -10, -1)
    with np.errstate(over="ignore"):
        optimizer = next(one for one in map(getattr(optimizers, kind), rates) if one.square_limit(w) > 0)
    limit = optimizer.square_limit(w)
    assert 1 < limit < np.finfo(dtype).max
    gradient = np.array([0, -0.999 * np.sqrt(limit), 0], dtype)
    for _ in range(3):
        optimizer.step(w, gradient)
        assert np.isfinite(w).all()
        assert optimizer.square_limit(w) == limit


@every
def test_after_a_larger_gradient_there_is_no_limit(kind):
    optimizer, w = getattr(optimizers, kind)(0.01), np.ones(2)
    square = optimizer.square_limit(w) * 1.01
    optimizer.apply(w, np.ones(2), square)
    assert optimizer.square_limit(w) == -np.inf


def test_a_rule_without_a_bound_has_no_limit():
    assert Pushed(0.1).square_limit(np.ones(3)) == -np.inf
    assert SGD(0.1).square_limit(np.ones(3)) > 0


@every
def test_a_rule_says_whether_its_numbers_change_from_step_to_step(kind):
    optimizer = to_the_letter()[kind]
    assert optimizer.numbers_change == (optimizer.numbers(1) != optimizer.numbers(7))


def test_numbers_of_a_rule_of_ones_own_may_change_where_those_of_the_one_above_do_not():
    class Slowing(SGD):
        def numbers(self, t):
            return (self.learning_rate / t,)

    w = np.zeros(1)
    optimizer = Slowing(1.0)
    for _ in range(3):
        optimizer.step(w, np.ones(1))
    np.testing.assert_allclose(w, [-(1 + 1 / 2 + 1 / 3)])


@every
def test_a_hyperparameter_that_is_set_between_two_steps_counts_from_the_next_one_on(kind):
    optimizer, gradient, vectors = to_the_letter()[kind], np.array([0.5, -2.0]), np.ones((3, 2))
    optimizer.step(vectors[0], gradient)
    vectors[1:] = vectors[0]
    # Copies have no workspace
    copied, unchanged = copy.deepcopy(optimizer), copy.deepcopy(optimizer)
    optimizer.learning_rate = copied.learning_rate = 0.01
    for one, w in zip((optimizer, copied, unchanged), vectors):
        one.step(w, gradient)
    np.testing.assert_array_equal(vectors[0], vectors[1])
    assert (vectors[0] != vectors[2]).all()


class Pushed(SGD):
    """A rule whose update has nothing to do with the gradient's size."""

    def update(self, w, g, out, rate):
        return np.multiply(w, rate, out=out)


OVERFLOWS = [
    # Numbers of a step that overflow, times 0
    (RMSProp(5e34, rho=1 - 1e-8, epsilon=1e38), {}, [[1e10, 0.0]]),
    (Adagrad(1e41, epsilon=1e60), {}, [[1e10, 0.0]]),
    # A quotient that overflows before it is scaled: V is forgotten long before m
    (Adam(1e-30, beta_1=0.99, beta_2=0.1, epsilon=1e-30), {}, [[1e17, 0.0]] + 150 * [[0.0, 0.0]]),
    (Adam(1e-30, epsilon=1e-30), {"m": [1e17, 0], "V": [0, 0]}, [[0.0, 0.0]]),
    # Moments that were written
    (SGDM(1.0), {"m": [3e37, 0]}, 9 * [[3e38, 0.0]]),
    (RMSProp(0.1), {"V": [-1, 1]}, [[0.0, 0.0]]),
    (Adam(0.1), {"m": [0, 0], "V": [-1, 1]}, [[0.0, 0.0]]),
    (AMSGrad(0.1), {"m": [1, 0], "V": [-1, 0], "V_max": [-1, 0]}, [[0.0, 0.0]]),
    (Nadam(0.1), {"m": [0, 0], "V": [-1, 1]}, [[0.0, 0.0]]),
    (Momentum(1.0), {"v": [-3e38, 0]}, [[0.0, 0.0]]),
    (Nesterov(1.0), {"v": [-3e38, 0]}, [[0.0, 0.0]]),
    (RMSPropMomentum(1.0), {"V": [0, 0], "v": [-3e38, 0]}, [[0.0, 0.0]]),
    # A bound for other updates than these
    (Pushed(10.0), {}, [[0.0, 0.0]]),
]


@pytest.mark.parametrize(("optimizer", "state", "gradients"), OVERFLOWS)
def test_an_update_that_overflows_on_the_way_is_found(optimizer, state, gradients):
    w = np.float32([-3e38, 3e38])
    optimizer.state = {name: np.float32(moment) for name, moment in state.items()}
    with np.errstate(all="ignore"), pytest.raises(StepError, match="the update is not finite"):
        for g in gradients:
            optimizer.step(w, np.float32(g))
    assert np.isfinite(w).all()


@every
def test_a_long_doubles_gradient_that_is_not_finite_is_found(kind):
    optimizer, w = to_the_letter()[kind], np.ones(2, np.longdouble)
    # Squares over the largest float64
    optimizer.step(w, np.array([1e200, 1], np.longdouble))
    before = w.copy()
    with pytest.raises(StepError, match="the gradient is not finite"):
        optimizer.step(w, np.array([1, np.inf], np.longdouble))
    np.testing.assert_array_equal(w, before)


def test_moments_that_a_whole_takes_over_from_its_parts_are_looked_at_again():
    optimizer, w = SGDM(1.0), np.full((1, 2), -3.4e38, "float32")
    optimizer.step(w, np.zeros((1, 2), "float32"))
    part = optimizer.subset(slice(0, 1))
    part.state["m"][...] = 3e37
    optimizer.gather(part, slice(0, 1))
    with np.errstate(over="ignore"), pytest.raises(StepError, match="the update is not finite"):
        optimizer.step(w, np.zeros((1, 2), "float32"))


# An update that sees the weights


def adamw_steps(w, gradients, lr, weight_decay):
    """The formula, on numbers of a wider type."""
    beta_1, beta_2, epsilon = np.longdouble(0.9), np.longdouble(0.999), np.longdouble(1e-7)
    w, m, V = np.array(w, np.longdouble), 0, 0
    for t, g in enumerate(np.array(gradients, np.longdouble), 1):
        m, V = beta_1 * m + (1 - beta_1) * g, beta_2 * V + (1 - beta_2) * g**2
        step = np.sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / (np.sqrt(V) + epsilon)
        w = w - lr * step - lr * weight_decay * w
    return w


@pytest.mark.parametrize("slices", [1, 3])
def test_an_update_may_use_the_weights(slices, monkeypatch):
    monkeypatch.setattr(tuning, "SLICE", -(-9 // slices))
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=9) * 10.0 ** np.arange(9), rng.normal(size=(20, 9))
    w, expected = start.copy(), adamw_steps(start, gradients, 0.1, 0.5)
    optimizer = AdamW(0.1, weight_decay=0.5)
    assert repr(optimizer) == "AdamW(0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-07, weight_decay=0.5)"
    for g in gradients:
        optimizer.step(w, g)
    # Steps of at most lr · 10 have some 12 roundings and three for each step before; each step rounds w and its decay
    limit = bound(12 + 3 * 20, 20 * 0.1 * 10, "float64") + bound(3 * 20, 2 * abs(start) + 20, "float64")
    assert_within(w, expected, limit)
    plain = AdamW(0.1, weight_decay=0)
    same, other = np.ones(9), np.ones(9)
    plain.step(same, gradients[0])
    Adam(0.1).step(other, gradients[0])
    np.testing.assert_array_equal(same, other)


def test_nets_and_ensembles_train_with_a_rule_of_ones_own():
    x = np.random.default_rng(0).normal(size=(20, 2))
    y, rates, decays = x.sum(axis=1), [0.1, 0.01], [0.5, 2.0]
    ensemble = Ensemble([2, 4, 1], "tanh", dtype="float64", seeds=[0, 1])
    nets = list(ensemble)
    ensemble.fit(x, y, optimizer=AdamW(rates, weight_decay=decays), epochs=3, batch_size=None)
    for k, net in enumerate(nets):
        start, gradients, path = net.copy(), [], net.copy()
        for _ in range(3):
            gradients.append(path.loss_and_gradient(x, y)[1])
            path.parameters = adamw_steps(start.parameters, gradients, rates[k], decays[k])
        net.fit(x, y, optimizer=AdamW(rates[k], weight_decay=decays[k]), epochs=3, batch_size=None)
        # The roundings of a step move the next gradient, of a net this small by some hundred times as much
        limit = bound(1000, 1 + abs(path.parameters).max(), "float64")
        assert_within(net.parameters, path.parameters, limit)
        assert_within(ensemble[k].parameters, path.parameters, limit)


def test_a_decay_that_overflows_is_found_though_adams_own_updates_can_not():
    w = np.float32([3e38, 1])
    with np.errstate(over="ignore"), pytest.raises(StepError, match="the update is not finite: -inf at index 0"):
        AdamW(1.0, weight_decay=10).step(w, np.float32([1, 1]))
    assert w.tolist() == np.float32([3e38, 1]).tolist()


# Whose moments they are


def test_momentums_of_steps_that_were_taken_are_those_of_the_beta_that_is_set():
    changed, other = Nadam(0.1, beta_1=0.9), Nadam(0.1, beta_1=0.5)
    w = np.ones(3)
    for _ in range(3):
        changed.step(w, w.copy())
    changed.beta_1 = 0.5
    other.state, other.iterations = changed.state, changed.iterations
    v = w.copy()
    changed.step(w, w.copy())
    other.step(v, v.copy())
    np.testing.assert_array_equal(w, v)


KEEPING = pytest.mark.parametrize("kind", KINDS[1:])
ANOTHER = r"parameters: expected those that the optimizer has stepped, .*reset\(\) forgets the moments, and clone\(\)"


def net(seed=0, members=None):
    if members is None:
        return MLP([2, 3, 2], output="softmax", seed=seed)
    return Ensemble([2, 3, 2], output="softmax", seeds=range(seed, seed + members))


def fold(net, optimizer):
    x, y = gradients(12, 2), np.tile([0, 1, 1], 4)
    return net.fit(x, y, optimizer=optimizer, epochs=2, batch_size=4, seed=1)


@KEEPING
@pytest.mark.parametrize("members", [None, 2])
def test_another_net_of_the_same_shape_is_refused_before_anything_changes(kind, members):
    optimizer, other = to_the_letter()[kind], net(1, members)
    fold(net(0, members), optimizer)
    before, state = other.parameters.copy(), {name: np.array(moment) for name, moment in optimizer.state.items()}
    with pytest.raises(ValueError, match=ANOTHER):
        fold(other, optimizer)
    with pytest.raises(ValueError, match=ANOTHER):
        optimizer.step(other.parameters, np.ones_like(other.parameters))
    np.testing.assert_array_equal(other.parameters, before)
    for name, moment in state.items():
        np.testing.assert_array_equal(optimizer.state[name], moment)


@KEEPING
def test_a_clone_and_one_that_was_reset_train_another_net_as_a_new_one_does(kind):
    used, fresh = to_the_letter()[kind], to_the_letter()[kind]
    fold(net(), used)
    cloned, expected = net(1), net(1)
    fold(expected, fresh)
    fold(cloned, used.clone())
    np.testing.assert_array_equal(cloned.parameters, expected.parameters)
    used.reset()
    again = net(1)
    fold(again, used)
    np.testing.assert_array_equal(again.parameters, expected.parameters)


def test_a_clone_has_the_same_hyperparameters_of_its_own():
    optimizer = Adam(ExponentialDecay([0.4, 0.2], 1, 0.5), beta_1=[0.5, 0.25])
    optimizer.step(np.ones((3, 2)), np.ones((3, 2)))
    optimizer.begin_epoch(2)
    clone = optimizer.clone()
    assert clone == optimizer
    assert clone.learning_rate.tolist() == [0.4, 0.2]
    assert (clone.iterations, dict(clone.state)) == (0, {})
    clone.schedule.decay_rate = 0.25
    clone.beta_1 = 0.75
    assert (optimizer.schedule.decay_rate, optimizer.beta_1.tolist()) == (0.5, [0.5, 0.25])
    assert optimizer.iterations == 1


@KEEPING
def test_moments_go_on_whatever_is_written_to_the_same_parameters(kind):
    optimizer, trained = to_the_letter()[kind], net()
    fold(trained, optimizer)
    trained.parameters = net(1).parameters
    trained.weights[0][...] = 0
    fold(trained, optimizer)
    optimizer.step(trained.parameters, np.zeros_like(trained.parameters))
    optimizer.step(trained.parameters[:], np.zeros_like(trained.parameters))
    optimizer.step(trained.parameters.reshape(-1), np.zeros_like(trained.parameters))
    assert optimizer.iterations == 15


@KEEPING
def test_a_view_that_is_made_anew_for_each_step_takes_the_same_steps_in_one_workspace(kind, monkeypatch):
    made, shipped = [], optimizers.Workspace
    monkeypatch.setattr(optimizers, "Workspace", lambda *arguments: made.append(1) or shipped(*arguments))
    whole, part, once, each = np.ones(9), np.ones(5), to_the_letter()[kind], to_the_letter()[kind]
    for g in gradients(4, 5):
        once.step(part, g)
        each.step(whole[2:7], g)
    np.testing.assert_array_equal(whole[2:7], part)
    assert whole[:2].tolist() == whole[7:].tolist() == [1, 1]
    assert len(made) == 2


def test_views_of_another_shape_or_place_are_not_taken_for_the_last_ones():
    optimizer, w = SGD(0.5), np.ones(6)
    optimizer.step(w[:4], np.ones(4))
    optimizer.step(w[:2], np.ones(2))
    optimizer.step(w[1:5], np.ones(4))
    assert w.tolist() == [0, -0.5, 0, 0, 0.5, 1]
    keeping = Adam(0.1)
    keeping.step(w[:4], np.ones(4))
    with pytest.raises(ValueError, match=ANOTHER):
        keeping.step(w[1:5], np.ones(4))


def test_an_optimizer_without_moments_may_step_any_parameters():
    optimizer = SGD(0.5)
    fold(net(0), optimizer)
    fold(net(1), optimizer)
    optimizer.step(np.ones(3), np.ones(3))
    assert optimizer.iterations == 13


def test_a_net_in_memory_that_was_freed_is_another_net():
    places = set()
    for seed in range(20):
        optimizer = Adam(0.1)
        first = net(seed)
        places.add(first.parameters.ctypes.data)
        fold(first, optimizer)
        del first
        with pytest.raises(ValueError, match=ANOTHER):
            fold(net(seed), optimizer)
    # The test is one of memory that is used again
    assert len(places) < 20


def test_memory_that_no_array_owns_is_told_by_its_address():
    memory, other = bytearray(24), bytearray(24)
    optimizer = Adam(0.1)
    for _ in range(2):
        optimizer.step(np.frombuffer(memory), np.ones(3))
    optimizer.release()
    optimizer.step(np.frombuffer(memory), np.ones(3))
    assert optimizer.iterations == 3
    with pytest.raises(ValueError, match=ANOTHER):
        optimizer.step(np.frombuffer(other), np.ones(3))


@KEEPING
@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))])
@pytest.mark.parametrize("members", [None, 2])
def test_copies_of_a_net_and_its_optimizer_go_on_as_they_would(kind, way, members):
    optimizer, trained = to_the_letter()[kind], net(0, members)
    fold(trained, optimizer)
    copied, theirs = way(trained), way(optimizer)
    assert theirs.iterations == optimizer.iterations
    for name, moment in optimizer.state.items():
        np.testing.assert_array_equal(theirs.state[name], moment)
    fold(trained, optimizer)
    fold(copied, theirs)
    np.testing.assert_array_equal(copied.parameters, trained.parameters)
    # From then on the copied moments belong to the copied net
    with pytest.raises(ValueError, match=ANOTHER):
        fold(trained, theirs)


def test_moments_that_are_given_as_a_whole_belong_to_the_next_parameters():
    first, second = Adam(0.1), Adam(0.1)
    first.step(np.ones(3), np.ones(3))
    second.step(np.ones(3), np.ones(3))
    second.state = dict(first.state)
    w = np.ones(3)
    second.step(w, np.ones(3))
    second.state["m"][0] = 1
    second.step(w, np.ones(3))
    with pytest.raises(ValueError, match=ANOTHER):
        second.step(np.ones(3), np.ones(3))


def test_moments_that_are_deleted_belong_to_no_parameters():
    optimizer, first, second = SGDM(0.1), np.ones(3), np.ones(3)
    optimizer.step(first, np.ones(3))
    del optimizer.state["m"]
    for _ in range(2):
        optimizer.step(second, np.ones(3))
        # What is looked at again is the same place
        optimizer.release()
    with pytest.raises(ValueError, match=ANOTHER):
        optimizer.step(first, np.ones(3))


def test_an_ensembles_moments_are_not_those_of_a_part_that_was_picked():
    optimizer, whole = Adam(0.1), net(0, 1)
    fold(whole, optimizer)
    for members in (slice(0, 1), 0):
        picked = optimizer.subset(members)
        before = np.array(optimizer.state["m"])
        picked.step(np.ones_like(before[:, members]), np.ones_like(before[:, members]))
        np.testing.assert_array_equal(optimizer.state["m"], before)


# A decay factor that a moment can't be kept with


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [
        (lambda: RMSProp(0.1, rho=0.5), "rho", 1 - 1e-9),
        (lambda: Adam(0.1, beta_2=0.5), "beta_2", 1 - 1e-9),
        (lambda: SGDM(0.1, beta=0.5), "beta", 1 - 1e-9),
        (lambda: Adam(0.1, beta_1=0.5), "beta_1", 1 - 1e-9),
    ],
)
@pytest.mark.parametrize("members", [None, 2])
def test_a_decay_factor_with_which_a_moment_overflows_is_refused_before_anything_changes(make, name, value, members):
    optimizer, shape = make(), (2,) if members is None else (2, members)
    w = np.ones(shape, "float32")
    optimizer.step(w, w.copy())
    moment = "V" if name in ("rho", "beta_2") else "m"
    optimizer.state[moment] = np.full(shape, 1e35, "float32")
    before, bits = copy.deepcopy(optimizer), np.array(optimizer.state[moment])
    for decay in (value, [0.5, value])[: members or 1]:
        with pytest.raises(ValueError, match=f"{name}: expected one with which {moment} fits float32, got"):
            setattr(optimizer, name, decay)
    assert optimizer == before
    np.testing.assert_array_equal(optimizer.state[moment], bits)
    setattr(optimizer, name, 0.75)
    assert_within(optimizer.state[moment], bits, bound(4, bits, "float32"))


def test_setting_the_schedule_is_setting_the_learning_rate():
    optimizer = SGD(0.1)
    optimizer.schedule = 0.5
    assert (optimizer, optimizer.schedule) == (SGD(0.5), Constant(0.5))
    optimizer.schedule = decay = ExponentialDecay(0.25, 1, 0.5)
    assert optimizer.schedule is decay
    assert optimizer.learning_rate == 0.25
    for wrong in (None, "a", -1, Constant):
        with pytest.raises(ValueError, match="learning_rate: expected"):
            optimizer.schedule = wrong
    with pytest.raises(ValueError, match="rho: expected as many numbers"):
        RMSProp([0.1, 0.2]).rho = [0.5, 0.5, 0.5]
    optimizer = RMSProp(0.1, rho=[0.5, 0.75])
    with pytest.raises(ValueError, match="learning_rate: expected as many numbers as rho has, 2, got 3"):
        optimizer.schedule = Constant([0.1, 0.2, 0.3])
    assert optimizer.schedule == Constant(0.1)
