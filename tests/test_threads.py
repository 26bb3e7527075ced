import multiprocessing
import warnings

import numpy as np
import pytest

from npnet import optimizers, threads
from npnet.optimizers import Adam, StepError
from npnet.threads import in_parts


@pytest.fixture(autouse=True)
def four_threads(monkeypatch):
    monkeypatch.setattr(threads, "COUNT", 4)
    monkeypatch.setattr(threads, "_pools", {})


@pytest.mark.parametrize(("size", "least", "expected"), [(0, 1, 1), (3, 2, 1), (7, 2, 3), (100, 2, 4)])
def test_parts_cover_the_range_once(size, least, expected):
    seen = []
    in_parts(lambda part, start, stop: seen.append((part, start, stop)), size, least)
    assert sorted(part for part, _, _ in seen) == list(range(expected))
    assert sorted(i for _, start, stop in seen for i in range(start, stop)) == list(range(size))


def test_an_error_in_any_part_is_raised_when_all_have_ended():
    ended = []

    def work(part, start, stop):
        if part in (0, 2):
            raise KeyError(part)
        ended.append(part)

    with pytest.raises(KeyError):
        in_parts(work, 100, 1)
    assert sorted(ended) == [1, 3]


def test_parts_keep_the_callers_error_handling():
    with warnings.catch_warnings(), np.errstate(over="raise"):
        with pytest.raises(FloatingPointError):
            in_parts(lambda part, start, stop: np.exp(np.float64(1e4 * (part == 3))), 100, 1)
        with np.errstate(over="ignore"):
            in_parts(lambda part, start, stop: np.exp(np.float64(1e4)), 100, 1)


def _square(queue):
    squares = np.zeros(100)

    def work(part, start, stop):
        squares[start:stop] = np.arange(start, stop) ** 2

    in_parts(work, 100, 10)
    queue.put(squares.sum())


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    in_parts(lambda part, start, stop: None, 100, 1)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    process = context.Process(target=_square, args=(queue,))
    process.start()
    assert queue.get(timeout=60) == sum(i * i for i in range(100))
    process.join()


def test_a_step_in_parts_has_the_bits_of_a_step_in_one_piece(monkeypatch):
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=1000).astype("float32"), rng.normal(size=(3, 1000)).astype("float32")

    def run():
        optimizer, parameters = Adam(0.01), start.copy()
        for gradient in gradients:
            optimizer.step(parameters, gradient)
        return parameters, optimizer.state

    parameters, state = run()
    monkeypatch.setattr(optimizers, "SLICE", 64)
    monkeypatch.setattr(optimizers, "PART", 100)
    in_pieces, other = run()
    np.testing.assert_array_equal(in_pieces, parameters)
    for name, slot in state.items():
        np.testing.assert_array_equal(other[name], slot)


def test_an_update_that_is_not_finite_in_any_part_is_named(monkeypatch):
    monkeypatch.setattr(optimizers, "SLICE", 64)
    monkeypatch.setattr(optimizers, "PART", 100)
    parameters = np.zeros(1000, "float32")
    parameters[900] = -3e38
    gradient = np.zeros(1000, "float32")
    gradient[900] = 1e15
    with np.errstate(over="ignore"), pytest.raises(StepError, match=r"update is not finite: .* at index 900"):
        optimizers.SGD(1e24).step(parameters, gradient)
    assert parameters[900] == np.float32(-3e38)
