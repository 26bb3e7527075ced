"""Moments are kept without their factor, and read and written as the notes have them."""

import copy
import gc
import pickle
import re
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from npnet import MLP
from npnet.engine import tuning
from npnet.engine.moments import Place, Workspace, drop_subnormal
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, RMSProp, StepError
from reference.bounds import cases
from reference.bounds.optimizers import steps_bound
from reference.bounds.tolerance import assert_within, bound
from tests.strategies import seeds

KINDS = [SGD, SGDM, Adagrad, RMSProp, Adam]
# Each decay factor, with the moment that is kept without it
DECAYS = [(SGDM, "beta", "m"), (RMSProp, "rho", "V"), (Adam, "beta_1", "m"), (Adam, "beta_2", "V")]
every_kind = pytest.mark.parametrize("kind", KINDS)
every_decay = pytest.mark.parametrize(("kind", "factor", "moment"), DECAYS)
dtypes = pytest.mark.parametrize("dtype", ["float32", "float64"])


class Notes:
    """The notes' loops, section 5.2, in long double, with epsilon where npnet's formulas have it."""

    def __init__(self, optimizer, w):
        self.kind, self.t = type(optimizer), optimizer.iterations
        self.w = np.array(w, np.longdouble)
        first = getattr(optimizer, "initial_accumulator_value", 0.0)
        self.m, self.V = np.zeros_like(self.w), np.full_like(self.w, first)
        self.numbers = {name: np.longdouble(value) for name, value in optimizer.hyperparameters().items()}

    def __getattr__(self, name):
        return self.numbers[name]

    def step(self, g):
        """Take one step, and return the moments that the optimizer has."""
        g, self.t = g.astype(np.longdouble), self.t + 1
        if self.kind is SGD:
            self.w -= self.learning_rate * g
        elif self.kind is SGDM:
            self.m = self.beta * self.m + (1 - self.beta) * g
            self.w -= self.learning_rate * self.m
        elif self.kind is Adagrad:
            self.V = self.V + g**2
            self.w -= self.learning_rate * g / np.sqrt(self.V + self.epsilon)
        elif self.kind is RMSProp:
            self.V = self.rho * self.V + (1 - self.rho) * g**2
            self.w -= self.learning_rate * g / np.sqrt(self.V + self.epsilon)
        else:
            self.m = self.beta_1 * self.m + (1 - self.beta_1) * g
            self.V = self.beta_2 * self.V + (1 - self.beta_2) * g**2
            rate = self.learning_rate * np.sqrt(1 - self.beta_2**self.t) / (1 - self.beta_1**self.t)
            self.w -= rate * self.m / (np.sqrt(self.V) + self.epsilon)


@every_kind
@dtypes
@pytest.mark.parametrize("epsilon", [0, 1e-7])
@settings(max_examples=10)
@given(seed=seeds)
def test_fifty_steps_lead_to_the_notes_parameters_and_moments(kind, dtype, epsilon, seed):
    rng = np.random.default_rng(seed)
    make, gradients = cases.optimizer(rng, kind.__name__, not epsilon), cases.gradients(rng, 50, 16, dtype)
    w = rng.normal(size=16).astype(dtype)
    optimizer, notes = make(), Notes(make(), w)
    limit, moment_limits = steps_bound(make, w, gradients)
    for g in gradients:
        optimizer.step(w, g)
        notes.step(g)
    assert_within(w, notes.w, limit)
    assert optimizer.state.keys() == set(kind.slots)
    for name in kind.slots:
        assert optimizer.state[name].dtype == dtype
        assert_within(optimizer.state[name], getattr(notes, name), moment_limits[name])


def trained(kind, dtype="float64", steps=5, **options):
    """An optimizer after some steps, the parameters, and a gradient for a step more."""
    rng, optimizer = np.random.default_rng(3), kind(0.1, **options)
    w = rng.normal(size=6).astype(dtype)
    for _ in range(steps):
        optimizer.step(w, rng.normal(size=6).astype(dtype))
    return optimizer, w, rng.normal(size=6).astype(dtype)


def assert_goes_on_like_the_notes(optimizer, w, g, m, V):
    """Take a step from moments as they stand in the notes, and compare parameters and moments with theirs."""
    notes = Notes(optimizer, w)
    notes.m, notes.V = np.array(m, np.longdouble), np.array(V, np.longdouble)
    optimizer.step(w, g)
    notes.step(g)
    # Four roundings each lead to a moment, and some ten more to a step of at most lr · sqrt(1000) · max(|g|, |m|)
    assert_within(w, notes.w, bound(20, abs(notes.w) + 4 * (abs(g) + abs(notes.m)), w.dtype))
    for name in optimizer.slots:
        exact = getattr(notes, name)
        assert_within(optimizer.state[name], exact, bound(8, abs(exact) + abs(g), w.dtype))


def negate(optimizer):
    optimizer.state["m"] *= -1


def negate_what_was_read(optimizer):
    m = optimizer.state["m"]
    m *= -1


def negate_into_what_was_read(optimizer):
    m = optimizer.state["m"]
    np.negative(m, out=m)


def forget(optimizer):
    optimizer.state["m"][...] = 0


def set_one(optimizer):
    optimizer.state["V"][2] = 1.0


def set_some(optimizer):
    optimizer.state["V"][1:4] = [1, 2, 3]


def set_a_view(optimizer):
    optimizer.state["V"][1:4][...] = 2
    optimizer.state["V"][1:4][1:][0] += 1


def set_real_parts(optimizer):
    optimizer.state["V"].real[:2] = 5


def replace_one(optimizer):
    optimizer.state["V"] = np.arange(1, 7)


def replace_all(optimizer):
    numbers = np.arange(1, 7, dtype=optimizer.state["m"].dtype)
    optimizer.state = {"V": numbers, "m": -numbers}


def start_again(optimizer):
    optimizer.state = {}


WRITES = [
    (negate, lambda m, V: (-m, V)),
    (negate_what_was_read, lambda m, V: (-m, V)),
    (negate_into_what_was_read, lambda m, V: (-m, V)),
    (forget, lambda m, V: (0 * m, V)),
    (set_one, lambda m, V: (m, np.where(np.arange(6) == 2, 1, V))),
    (set_some, lambda m, V: (m, np.concatenate([V[:1], [1, 2, 3], V[4:]]))),
    (set_a_view, lambda m, V: (m, np.concatenate([V[:1], [2, 3, 2], V[4:]]))),
    (set_real_parts, lambda m, V: (m, np.concatenate([[5, 5], V[2:]]))),
    (replace_one, lambda m, V: (m, np.arange(1.0, 7.0))),
    (replace_all, lambda m, V: (-np.arange(1.0, 7.0), np.arange(1.0, 7.0))),
    (start_again, lambda m, V: (0 * m, 0 * V)),
]


@dtypes
@pytest.mark.parametrize(("write", "expected"), WRITES, ids=lambda part: getattr(part, "__name__", ""))
def test_what_is_written_is_where_the_next_step_starts(write, expected, dtype):
    optimizer, w, g = trained(Adam, dtype)
    m, V = expected(*(np.array(optimizer.state[name], np.longdouble) for name in ("m", "V")))
    write(optimizer)
    assert_goes_on_like_the_notes(optimizer, w, g, m, V)


@every_decay
def test_elements_that_are_not_written_to_keep_their_bits(kind, factor, moment):
    one, w, g = trained(kind, "float32", **{factor: 0.7})
    other, same, _ = trained(kind, "float32", **{factor: 0.7})
    one.state[moment][2] = 1.0
    one.step(w, g)
    other.step(same, g)
    assert np.flatnonzero(w != same).tolist() == [2]


def test_a_moment_that_was_read_before_other_steps_writes_what_is_assigned_to_alone():
    optimizer, w, g = trained(SGDM)
    old = optimizer.state["m"]
    optimizer.step(w, g)
    m = np.array(optimizer.state["m"])
    old[1] = 3.0
    m[1] = 3.0
    assert_goes_on_like_the_notes(optimizer, w, g, m, 0 * m)


def test_a_moment_that_was_read_writes_an_element_once():
    optimizer, w, g = trained(SGDM)
    old = optimizer.state["m"]
    old[1] = 3.0
    optimizer.step(w, g)
    m = np.array(optimizer.state["m"])
    assert m[1] != 3
    old[4] = 5.0
    m[4] = 5.0
    assert_goes_on_like_the_notes(optimizer, w, g, m, 0 * m)


def test_what_is_computed_from_a_moment_is_an_array_of_its_own():
    optimizer, _, _ = trained(SGDM)
    read, m = optimizer.state["m"], np.array(optimizer.state["m"])
    for array in (2 * read, read.copy(), copy.copy(read), copy.deepcopy(read), read[[0, 1]], read[read > 0], +read):
        array[...] = 7
    assert type(2 * read) is np.ndarray
    assert (type(read.sum()), read.sum()) == (np.float64, m.sum())
    # NumPy hands on an array without axes as one
    assert type(read[:1].squeeze()) is np.ndarray
    own = same = read.copy()
    same *= 2
    assert own is same
    np.testing.assert_array_equal(own, 2 * m)
    np.testing.assert_array_equal(optimizer.state["m"], m)


def test_a_state_can_be_deleted_and_listed():
    optimizer, w, g = trained(Adam)
    V = np.array(optimizer.state["V"])
    assert (list(optimizer.state), len(optimizer.state), "m" in optimizer.state) == (["m", "V"], 2, True)
    assert repr(optimizer.state).startswith("{'m': Moment([")
    del optimizer.state["m"]
    assert list(optimizer.state) == ["V"]
    assert_goes_on_like_the_notes(optimizer, w, g, 0 * V, V)


@pytest.mark.parametrize(
    ("moments", "message"),
    [
        ({"m": np.ones(6), "v": np.ones(6)}, "state: expected one of m, V, got 'v'"),
        ({"m": np.full(6, np.nan)}, r"m: expected finite numbers, got nan at index \(0,\)"),
        ({"m": np.ones(6, np.float32), "V": np.full(6, 1e36)}, r"V: expected numbers up to 3.4\d*e\+35, got 1e\+36"),
        ({"m": "large"}, "m: expected numbers, got dtype"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(moments, message):
    optimizer, w, g = trained(Adam, "float32")
    expected = copy.deepcopy(optimizer)

    def assign():
        optimizer.state = moments

    wrong, value = list(moments.items())[-1]
    for write in (
        assign,
        lambda: optimizer.state.__setitem__(wrong, value),
        lambda: optimizer.state.update(moments),
        lambda: optimizer.state.update({}, **moments),
    ):
        with pytest.raises(ValueError, match=message):
            write()
    other = w.copy()
    optimizer.step(w, g)
    expected.step(other, g)
    np.testing.assert_array_equal(w, other)
    with pytest.raises(KeyError):
        optimizer.state["v"]
    with pytest.raises(ValueError, match="state: expected one of none, got 'm'"):
        SGD().state = {"m": np.ones(6)}


@pytest.mark.parametrize("wrong", [None, 3, [("m", np.ones(6))], np.ones(6)])
def test_a_state_has_names(wrong):
    optimizer, _, _ = trained(SGDM)
    before = optimizer.state["m"].tolist()
    with pytest.raises(ValueError, match="state: expected one of type Mapping, got"):
        optimizer.state = wrong
    assert optimizer.state["m"].tolist() == before


def test_the_numbers_that_a_moment_can_have_are_those_of_its_smallest_scale():
    """What is kept is m / (1 - beta): at a beta of 0.9 it is the first to overflow."""
    optimizer, w = SGDM(0.1, beta=[0.5, 0.9, 0.75]), np.ones((2, 3), "float32")
    optimizer.step(w, w.copy())
    with pytest.raises(ValueError, match=r"m: expected numbers up to 3.4\d*e\+37, got 1e\+38"):
        optimizer.state["m"] = np.full((2, 3), 1e38)


@every_decay
@dtypes
def test_subnormal_moments_are_read_and_written_whatever_numpy_is_told(kind, factor, moment, dtype):
    optimizer, _, _ = trained(kind, dtype, **{factor: 0.9})
    # 3 / (1 - 0.9) units of the smallest number are rounded
    written = np.full(6, 3 * np.finfo(dtype).smallest_subnormal, dtype)
    with np.errstate(all="raise"):
        optimizer.state[moment] = written
        read = optimizer.state[moment]
    np.testing.assert_array_equal(read, written)


def test_a_whole_state_of_another_shape_takes_the_place_of_the_old_one():
    for shape in ((1,), (3,), (6, 2)):
        optimizer, _, _ = trained(SGDM, beta=0.5)
        optimizer.state = {"m": np.full(shape, 3.0)}
        np.testing.assert_array_equal(optimizer.state["m"], np.full(shape, 3.0))


@pytest.mark.parametrize("shape", [(), (1,), (3,), (6, 2)])
def test_a_moment_has_the_shape_of_the_others_which_is_that_of_the_parameters(shape):
    optimizer, w, g = trained(Adam, "float32")
    expected = copy.deepcopy(optimizer)
    wrong, right = np.ones(shape), np.ones(6)
    message = re.escape(f"V: expected shape (6,), the same for all moments, got {shape}")
    with pytest.raises(ValueError, match=message):
        optimizer.state["V"] = wrong
    with pytest.raises(ValueError, match=message):
        optimizer.state.update(m=right, V=wrong)
    with pytest.raises(ValueError, match=message):
        optimizer.state = {"m": right, "V": wrong}
    with pytest.raises(ValueError, match=message):
        Adam(0.1).state.update(m=right, V=wrong)
    other = w.copy()
    optimizer.step(w, g)
    expected.step(other, g)
    np.testing.assert_array_equal(w, other)
    # Also where it is not there yet
    del optimizer.state["V"]
    with pytest.raises(ValueError, match=message):
        optimizer.state["V"] = wrong
    assert list(optimizer.state) == ["m"]


def test_a_moment_that_is_missing_comes_in_the_dtype_of_the_others():
    optimizer, w, g = trained(Adam, "float32")
    V = np.array(optimizer.state["V"], float).tolist()
    del optimizer.state["V"]
    optimizer.state["V"] = V
    assert optimizer.state["V"].dtype == "float32"
    optimizer.step(w, g)


def test_a_whole_state_of_another_shape_has_its_own_dtype_too():
    optimizer, _, _ = trained(SGDM, "float32")
    optimizer.state = {"m": np.full(3, 1e300)}
    assert optimizer.state["m"].dtype == np.float64
    assert_within(optimizer.state["m"], np.full(3, 1e300), bound(4, 1e300, "float64"))


def test_numbers_that_the_moments_dtype_cannot_hold_are_refused():
    optimizer, _, _ = trained(SGDM, "float32")
    before = np.array(optimizer.state["m"])
    for value, message in (
        (np.full(6, 1j), "m: expected numbers that fit a float32 net, got dtype complex128"),
        (np.full(6, 1e300), r"m: expected numbers that fit float32, got one of size 1e\+300"),
    ):
        with pytest.raises(ValueError, match=message):
            optimizer.state["m"] = value
    np.testing.assert_array_equal(optimizer.state["m"], before)
    optimizer.state["m"] = np.full(6, 0.1)
    assert optimizer.state["m"].dtype == "float32"


@pytest.mark.parametrize("numbers", [[1 + 2j, 3 - 4j], [Fraction(1, 3), Fraction(2, 7)]])
def test_moments_may_be_of_any_number_type(numbers):
    optimizer, w = SGDM.unchecked(learning_rate=Fraction(1, 2), beta=Fraction(3, 4)), np.array(numbers)
    optimizer.apply(w, w.copy())
    for written in (2 * w, 4 * w):
        optimizer.state["m"] = written
        assert optimizer.state["m"].tolist() == written.tolist()


def write_one(optimizer, value):
    optimizer.state["m"][3] = value


def write_all(optimizer, value):
    optimizer.state["m"] = np.full(6, value)


@pytest.mark.parametrize("write", [write_one, write_all])
def test_a_moment_so_large_that_the_update_is_not_finite_is_found_by_the_next_step(write):
    optimizer, w, g = trained(SGDM, "float32", beta=0.5)
    optimizer.learning_rate = 1000
    optimizer.step(w, g)
    before = w.copy()
    write(optimizer, 1e38)
    with pytest.raises(StepError, match="the update is not finite"):
        optimizer.step(w, g)
    np.testing.assert_array_equal(w, before)


@every_decay
@dtypes
@pytest.mark.parametrize("new", [0.0, 0.5, 0.99])
def test_another_decay_factor_leaves_the_moment_and_counts_from_the_next_step(kind, factor, moment, new, dtype):
    optimizer, w, g = trained(kind, dtype, **{factor: 0.9})
    before = {name: np.array(optimizer.state[name], np.longdouble) for name in kind.slots}
    setattr(optimizer, factor, new)
    for name, exact in before.items():
        assert_within(optimizer.state[name], exact, bound(4 * (name == moment), abs(exact), dtype))
    assert_goes_on_like_the_notes(optimizer, w, g, before.get("m", 0 * w), before.get("V", 0 * w))


@every_kind
@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_of_an_optimizer_goes_on_with_the_same_bits(kind, duplicate):
    optimizer, w, _ = trained(kind, "float32")
    other, same = duplicate(optimizer), w.copy()
    for g in np.random.default_rng(4).normal(size=(5, 6)).astype("float32"):
        optimizer.step(w, g)
        other.step(same, g)
    np.testing.assert_array_equal(w, same)
    optimizer.step(w, 5 * g)
    other.step(same, g)
    assert (w != same).any()
    for name in kind.slots:
        assert (optimizer.state[name] != other.state[name]).all()


@pytest.mark.parametrize("kind", [SGDM, Adagrad, RMSProp, Adam])
def test_a_copy_of_an_optimizer_and_its_parameters_works_on_its_own_moments(kind, monkeypatch):
    monkeypatch.setattr(tuning, "SLICE", 4)
    optimizer, w, g = trained(kind, "float32")
    other, same = copy.deepcopy((optimizer, w))
    optimizer.step(w, g)
    other.step(same, g)
    np.testing.assert_array_equal(w, same)
    for name in kind.slots:
        np.testing.assert_array_equal(optimizer.state[name], other.state[name])


@pytest.mark.parametrize(
    ("optimizer", "largest"),
    [(Adam(0.1, beta_2=0.999), 5.8e17), (RMSProp(0.1, rho=0.9), 5.8e18), (Adagrad(0.1), 1.3e18)],
)
def test_a_gradient_whose_square_would_overflow_without_its_factor_changes_nothing(optimizer, largest):
    w = np.ones(3, "float32")
    optimizer.step(w, np.float32([1, 2, 3]))
    before, state = w.copy(), {name: np.array(moment) for name, moment in optimizer.state.items()}
    with pytest.raises(StepError, match=r"the squared gradient is not finite: inf at index 1") as caught:
        optimizer.step(w, np.float32([1, -20 * largest, 1]))
    assert (caught.value.what, caught.value.index, optimizer.iterations) == ("squared gradient", 1, 1)
    np.testing.assert_array_equal(w, before)
    for name, moment in state.items():
        np.testing.assert_array_equal(optimizer.state[name], moment)
    for _ in range(200):
        optimizer.step(w, np.float32([1, -largest, 1]))
    assert np.isfinite(optimizer.state["V"]).all()


# Moments under the smallest normal number

DECAYING = [
    ("m", lambda: SGDM(0.1, beta=0.9)),
    ("m", lambda: Adam(0.1, beta_1=0.9, beta_2=0.9)),
    ("V", lambda: Adam(0.1, beta_1=0.9, beta_2=0.9)),
    ("V", lambda: RMSProp(0.1, rho=0.9)),
]


@dtypes
@pytest.mark.parametrize("shape", [(9,), (3, 3)])
def test_a_sweep_sets_what_is_no_normal_number_to_0_and_leaves_the_rest(dtype, shape, monkeypatch):
    monkeypatch.setattr(tuning, "SLICE", 4)
    normal = np.finfo(dtype).tiny
    under, smallest = np.nextafter(normal, 0, dtype=dtype), np.finfo(dtype).smallest_subnormal
    values = np.array([under, -smallest, normal, -normal, 0, smallest, 2, -under, smallest], dtype)
    moments = [values.reshape(shape), -values.reshape(shape)]
    drop_subnormal(moments)
    for sign, moment in zip((1, -1), moments):
        assert (sign * moment).ravel().tolist() == [0, 0, normal, -normal, 0, 0, 2, 0, 0]


@dtypes
@pytest.mark.parametrize(("name", "make"), DECAYING)
def test_a_moment_whose_gradient_stays_0_is_0_soon_after_it_is_no_normal_number(name, make, dtype):
    optimizer, w, normal = make(), np.ones(1, dtype), np.finfo(dtype).tiny
    optimizer.step(w, np.ones(1, dtype))
    optimizer.state = {moment: np.full(1, 1e8 * normal, dtype) for moment in optimizer.slots}
    kept, steps = optimizer.state.kept[name], 0
    while kept >= normal:
        optimizer.step(w, np.zeros(1, dtype))
        steps += 1
    # 1e8 · 0.9 ** 175 is under 1, also over 1 - 0.9
    assert 175 < steps < 200
    for _ in range(tuning.SWEEP):
        # 4 · 0.9 would be rounded to 4
        optimizer.step(w, np.zeros(1, dtype))
    assert kept == optimizer.state[name] == 0
    moved = w.copy()
    optimizer.step(w, np.zeros(1, dtype))
    assert w == moved


@pytest.mark.parametrize("kind", [SGDM, RMSProp, Adam])
def test_normal_moments_are_not_touched(kind, monkeypatch):
    often = tuning.SWEEP

    def run(sweep):
        monkeypatch.setattr(tuning, "SWEEP", sweep)
        rng, optimizer, w, path = np.random.default_rng(0), kind(0.01), np.ones(8, "float32"), []
        for step in range(1200):
            g = rng.normal(size=8).astype("float32")
            # Four weights' gradients become 0; 0.9 ** 900 is subnormal
            g[:4] *= step < 50
            optimizer.step(w, g)
            path.append([w.copy(), *(moment.copy() for moment in optimizer.state.kept.values())])
        return path

    swept, left = run(often), run(10**9)
    normal = [(abs(first[:4]) >= np.finfo("float32").tiny).all() for _, first, *_ in left]
    crossing = normal.index(False)
    assert crossing > 3 * often
    for ours, theirs in zip(swept[:crossing], left[:crossing]):
        for a, b in zip(ours, theirs):
            np.testing.assert_array_equal(a, b)
    # The others, whose gradients go on, never differ
    np.testing.assert_array_equal(swept[-1][0][4:], left[-1][0][4:])
    assert (swept[-1][1][:4] == 0).all()
    assert (left[-1][1][:4] != 0).all()


@pytest.mark.parametrize("optimizer", [SGDM(0.1, 0.7), Adam(0.1, 0.7, 0.7), RMSProp(0.1, 0.7)], ids=repr)
def test_a_run_in_three_parts_has_the_bits_of_one(optimizer):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 3)).astype("float32")
    y, dead = x.sum(axis=1) + rng.normal(size=8), x * np.float32([1, 1, 0])

    def run(parts):
        net, chosen = MLP([3, 1], seed=0), copy.deepcopy(optimizer)
        # The last weight has a moment, and from then on no gradient
        net.fit(x, y, optimizer=chosen, epochs=1, batch_size=None)
        for epochs in parts:
            net.fit(dead, y, optimizer=chosen, epochs=epochs, batch_size=None)
        return net.parameters, chosen.state.kept

    # 0.7 ** 245 is no normal number, and 2 · 0.7 would be rounded to 1, which stays
    (whole, state), (split, other) = run([300]), run([100, 100, 100])
    np.testing.assert_array_equal(whole, split)
    for name, moment in state.items():
        assert moment[2] == 0
        np.testing.assert_array_equal(moment, other[name])


@dtypes
@pytest.mark.parametrize("make", [lambda: SGD(1.0), lambda: SGDM(1.0, beta=0.0)])
def test_gradients_that_are_subnormal_are_left_as_they_are(make, dtype):
    smallest = np.finfo(dtype).smallest_subnormal
    w, g, optimizer = np.zeros(2, dtype), np.array([smallest, 3 * smallest], dtype), make()
    for step in range(1, tuning.SWEEP + 3):
        optimizer.step(w, g)
        assert w.tolist() == (-step * g).tolist()
    assert g.tolist() == [smallest, 3 * smallest]


def test_without_epsilon_v_is_not_swept():
    """The notes' formula has no other scale than the gradients'."""
    for kind in (RMSProp, Adam):
        optimizer, w = kind(0.001, epsilon=0), np.zeros(1, "float32")
        for _ in range(2 * tuning.SWEEP):
            optimizer.step(w, np.full(1, 1e-20, "float32"))
        assert optimizer.state["V"][0] > 0
    adagrad, w = Adagrad(0.1), np.zeros(1, "float32")
    for step in range(tuning.SWEEP + 1):
        adagrad.step(w, np.full(1, 1e-20 if step == 0 else 0, "float32"))
    assert adagrad.state["V"][0] > 0


def test_a_place_is_that_of_the_views_of_an_array():
    w = np.ones(6)
    place = Place(w)
    for view in (w, w[:], w[:2], w.reshape(2, 3), w[:4][:2]):
        assert place.holds(view)
        assert Place(view).holds(w)
    # Nothing says that the last one is a view
    for other in (w[1:], w.copy(), np.lib.stride_tricks.as_strided(w)):
        assert not place.holds(other)


def test_memory_that_no_array_owns_is_known_by_its_address():
    memory = bytearray(48)
    place = Place(np.frombuffer(memory))
    assert place.holds(np.frombuffer(memory))
    assert not place.holds(np.frombuffer(memory, offset=8))
    assert not place.holds(np.frombuffer(bytearray(48)))


def test_what_steps_work_on_fits_the_same_memory_seen_in_the_same_way():
    w = np.ones(6, "float32")
    work = Workspace(w, {}, {}, (0.1,), 0.0)
    assert work.fits(w)
    assert work.fits(w[:])
    for other in (w.reshape(2, 3), w[:5], w.view("int32"), w.copy()):
        assert not work.fits(other)


def test_reading_a_moment_keeps_no_memory():
    optimizer, w = Adam(0.1), np.ones(100_000)
    optimizer.step(w, w.copy())
    gc.disable()
    try:
        tracemalloc.start()
        for _ in range(20):
            assert optimizer.state["m"][0] > 0
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert kept < w.nbytes
