import copy

import numpy as np
import pytest

from npnet import optimizers
from npnet.engine.tuning import SLICE
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, RMSProp, StepError
from npnet.schedules import ExponentialDecay
from reference.bounds.tolerance import assert_within, bound


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
    }


KINDS = list(to_the_letter())
every = pytest.mark.parametrize("kind", KINDS)
with_epsilon = pytest.mark.parametrize("kind", [Adagrad, RMSProp, Adam])


def gradients(steps=50, size=7, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(steps, size)) * 10.0 ** rng.integers(-6, 4, size=(1, size))


@every
def test_fifty_steps_without_epsilon_are_the_notes(kind):
    optimizer, state = to_the_letter()[kind], {"m": 0.0, "V": 0.0}
    w = expected = np.linspace(-1, 1, 7)
    w = w.copy()
    for t, g in enumerate(gradients(), 1):
        optimizer.step(w, g)
        expected = notes_step(kind, expected, g, state, 0.1, t)
    # Each step rounds m, V and the update some ten times; |w| plus all updates are under 2 + 50 · lr · max(1, |g|)
    assert_within(w, expected, bound(50 * 12, 2 + 5 * abs(gradients()).max(axis=0).clip(1), "float64"))


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
    assert "ExponentialDecay(initial_learning_rate=0.2" in repr(SGD(ExponentialDecay(0.2, 0.5)))


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


@pytest.mark.parametrize("kind", [Adagrad, RMSProp, Adam])
def test_a_gradient_whose_square_overflows_changes_nothing(kind):
    optimizer, w = kind(0.1), np.ones(2, "float32")
    with pytest.raises(StepError, match="the squared gradient is not finite"):
        optimizer.step(w, np.float32([1, 1e20]))
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
    optimizer = SGD(ExponentialDecay(0.2, decay_rate=0.5))
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
        (lambda: optimizers.get("lion"), "optimizer: expected one of adagrad, adam, rmsprop, sgd, sgdm"),
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
