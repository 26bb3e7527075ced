"""One net on several ranks: the bits of one rank, and the errors of one are those of all."""

import re
import time

import numpy as np
import pytest

from npnet import MLP, Ensemble
from npnet.callbacks import Checkpoint, EarlyStopping
from npnet.clipping import ClipByGlobalNorm, Clipping
from npnet.engine import exchange, team, tuning
from npnet.engine.ranks import Ranks, added, shards_of
from npnet.engine.team import Team
from npnet.optimizers import SGD, Adagrad, Adam, CenteredRMSPropMomentum, Momentum, Nadam
from npnet.regularizers import L2
from npnet.schedules import ExponentialDecay
from npnet.training import DivergenceError, RankError
from reference.bounds.tolerance import assert_within, bound
from tests.engine import threads

RNG = np.random.default_rng(0)
X = RNG.normal(size=(150, 5))
LABELS = RNG.integers(0, 3, 150)
OPTIONS = {"epochs": 3, "batch_size": 40, "shards": 4}


def trained(communicator=None, optimizer=None, dtype="float32", seed=0, **options):
    """Return the net, its optimizer and its history after a training."""
    net = MLP([5, 7, 3], output="softmax", dtype=dtype, seed=seed)
    optimizer = Adam(0.01) if optimizer is None else optimizer.clone()
    data = options.pop("data", (X, LABELS))
    history = net.fit(*data, optimizer=optimizer, communicator=communicator, **{**OPTIONS, **options})
    return net, optimizer, history


def assert_same(results, alone):
    """Assert that parameters, moments and history of all ranks have the bits of a training by one."""
    net, optimizer, history = alone
    for result in results:
        assert not isinstance(result, BaseException), result
        assert result[0].parameters.tobytes() == net.parameters.tobytes()
        assert result[1].iterations == optimizer.iterations > 0
        assert list(result[1].state) == list(optimizer.state)
        assert all(moment.tobytes() == optimizer.state[name].tobytes() for name, moment in result[1].state.items())
        assert {name: column.tolist() for name, column in result[2].columns.items()} == {
            name: column.tolist() for name, column in history.columns.items()
        }


@pytest.fixture(params=["shared memory", "messages"])
def exchanges(request, monkeypatch):
    """How ranks exchange gradients and parameters."""
    if request.param == "messages":
        monkeypatch.setattr(exchange, "memory_of_all", lambda *of: None)


class Marked(SGD):
    """A rule whose update is infinite where a parameter is 123."""

    def update(self, w, g, out, rate):
        out = super().update(w, g, out, rate)
        out[w == 123] = np.inf
        return out


RULES = [SGD(0.1), Adagrad(0.1), Nadam(0.01), CenteredRMSPropMomentum(0.001), Adam(ExponentialDecay(0.1, 2, 0.5))]


@pytest.mark.parametrize("size", [2, 4])
@pytest.mark.parametrize("optimizer", RULES, ids=lambda rule: type(rule).__name__)
def test_any_number_of_ranks_gives_the_same_bits(size, optimizer, exchanges):
    ranks = threads.run(size, lambda communicator: trained(communicator, optimizer))
    assert_same(ranks, trained(optimizer=optimizer))


def test_one_rank_alone_shows_the_epochs(capsys):
    assert_same(threads.run(2, lambda communicator: trained(communicator, verbose=2)), trained())
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == ["epoch 0", "epoch 2"]


@pytest.mark.parametrize(
    "options",
    [
        {"dtype": "float64"},
        {"regularizer": [L2(0.1), None]},
        {"clipping": ClipByGlobalNorm(0.05)},
        {"record_accuracy": True, "record_batches": True},
        {"validation_split": 0.2},
        {"sample_weight": RNG.uniform(0.5, 2, 150)},
        {"shuffle": False},
        # Shards without a sample; the first has one, and with it the penalty
        {"batch_size": 2, "epochs": 1, "regularizer": "l2"},
        {"shards": 8},
        {"callbacks": [EarlyStopping("loss", restore_best=True)]},
    ],
    ids=lambda options: ", ".join(options),
)
def test_whatever_is_asked_of_the_training(options, exchanges):
    assert_same(threads.run(4, lambda communicator: trained(communicator, **options)), trained(**options))


def test_longdoubles_have_the_same_numbers(exchanges):
    """Of their 16 bytes some are no part of the number."""
    net, optimizer, _ = trained(dtype="longdouble")
    for other, its_optimizer, _ in threads.run(2, lambda communicator: trained(communicator, dtype="longdouble")):
        np.testing.assert_array_equal(other.parameters, net.parameters)
        np.testing.assert_array_equal(its_optimizer.state["m"], optimizer.state["m"])


def test_more_ranks_than_there_are_parameters_for(exchanges):
    def fit(communicator=None):
        net, optimizer = MLP([5, 2], seed=0, use_bias=False), Adam(0.01)
        history = net.fit(X, X[:, :2], optimizer=optimizer, communicator=communicator, **OPTIONS)
        return net, optimizer, history

    assert len(fit()[0].parameters) < 16 * 4
    assert_same(threads.run(4, fit), fit())


def test_the_gradient_is_that_of_the_whole_batch_up_to_rounding_errors():
    """Of a linear net: in each product, and in the sum over the samples, each term is off by as many roundings."""
    x, y = X, X[:, :2] ** 2
    before = MLP([5, 2], dtype="float64", seed=1)
    (W,), (b,) = before.weights, before.biases
    net, _, _ = threads.run(2, lambda communicator: step(before.copy(), communicator, x, y))[0]
    moved = before.copy()
    step(moved, None, x, y, shards=None)
    size = abs(x) @ abs(W) + abs(b) + abs(y)
    terms = np.concatenate([abs(x).T @ size, size.sum(0, keepdims=True)]) / size.size * 2
    limit = 2 * bound(len(x) + 5 + 8, terms, "float64") + bound(2, abs(before.weights[0]).max(), "float64")
    difference = np.concatenate([net.weights[0] - moved.weights[0], [net.biases[0] - moved.biases[0]]])
    assert abs(difference).max() > 0
    assert_within(difference, np.zeros_like(difference), limit)


def step(net, communicator, x, y, **options):
    history = net.fit(x, y, optimizer=SGD(1.0), batch_size=None, communicator=communicator, **{"shards": 4, **options})
    return net, None, history


@pytest.mark.parametrize("optimizer", RULES, ids=lambda rule: type(rule).__name__)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"shards": 16},
        {"regularizer": L2(0.1)},
        {"clipping": ClipByGlobalNorm(0.05)},
        {"record_accuracy": True},
        # Of four shards two have no sample
        {"batch_size": 2, "epochs": 1, "record_accuracy": True},
    ],
    ids=lambda options: ", ".join(options) or "plain",
)
def test_shards_train_as_whole_batches_do(optimizer, options):
    """Up to rounding errors, which are 1e-16 of a number, while a step is at least 1e-4."""
    net, used, history = trained(optimizer=optimizer, dtype="float64", **options)
    same, other, record = trained(optimizer=optimizer, dtype="float64", **options | {"shards": None})
    np.testing.assert_allclose(net.parameters, same.parameters, rtol=0, atol=1e-9)
    for name, moment in other.state.items():
        np.testing.assert_allclose(used.state[name], moment, rtol=0, atol=1e-9)
    for name, column in record.columns.items():
        np.testing.assert_allclose(history.columns[name], column, rtol=1e-9)


def test_a_penalty_counts_once():
    """Also where most shards have none of the samples."""
    for batch_size in (150, 2):
        plain, sharded = (
            trained(regularizer=L2(10.0), shards=shards, batch_size=batch_size, epochs=1, shuffle=False)[2].loss[0]
            for shards in (None, 8)
        )
        assert sharded == pytest.approx(plain, rel=1e-3)


def test_all_ranks_begin_with_the_first_ones_net_and_orders():
    ranks = threads.run(2, lambda communicator: trained(communicator, seed=communicator.rank))
    assert_same(ranks, trained(seed=0))


def test_a_training_may_go_on(exchanges):
    def twice(communicator=None):
        net, optimizer, _ = trained(communicator)
        history = net.fit(X, LABELS, optimizer=optimizer, communicator=communicator, **OPTIONS)
        return net, optimizer, history

    assert_same(threads.run(2, twice), twice())


def test_callbacks_see_the_moments_and_may_change_numbers():
    def fit(communicator=None):
        optimizer, seen = Adam(0.01), []

        def change(net, history):
            seen.append(optimizer.state["V"].sum())
            optimizer.learning_rate, optimizer.beta_1 = 0.02, 0.5

        net = MLP([5, 7, 3], output="softmax", seed=0)
        history = net.fit(X, LABELS, optimizer=optimizer, communicator=communicator, callbacks=[change], **OPTIONS)
        assert len(seen) == 3
        assert seen[0] != seen[1]
        return net, optimizer, history

    alone = fit()
    assert alone[2].learning_rate.tolist() == [0.01, 0.02, 0.02]
    assert_same(threads.run(2, fit), alone)


def test_callbacks_see_the_parameters_and_may_change_them(exchanges):
    def fit(communicator=None):
        def halve(net, history):
            seen.append(net.parameters.tobytes())
            net.weights[0] *= np.float32(0.5)

        net, optimizer, seen = MLP([5, 7, 3], output="softmax", seed=0), Adam(0.01), []
        view = net.weights[1]
        history = net.fit(
            X, LABELS, optimizer=optimizer, communicator=communicator, callbacks=[halve], validation_split=0.2,
            **OPTIONS,
        )  # fmt: skip
        assert np.shares_memory(view, net.parameters)
        return net, optimizer, history, seen

    alone, ranks = fit(), threads.run(4, fit)
    assert_same(ranks, alone[:3])
    assert [result[3] for result in ranks] == [alone[3]] * 4
    assert len(set(alone[3])) == 3


@pytest.mark.parametrize(("kind", "tries"), [(Adam, 0), (Marked, 1)])
def test_a_step_that_may_fail_is_tried_and_another_one_is_taken(kind, tries, monkeypatch):
    rows, numbers = [], Team.numbers
    monkeypatch.setattr(Team, "numbers", lambda team, row: rows.append(row) or numbers(team, row))
    _, optimizer, _ = trained(optimizer=kind(0.1))
    # All of a step's losses; where it is tried, what is wrong with the gradient, and with the update
    assert len(rows) == optimizer.iterations * (1 + 2 * tries)


def test_a_step_is_tried_where_the_gradient_may_be_over_the_limit_of_any_rank(monkeypatch):
    """The gradient's norm is at most the sum of those of the ranks'."""
    calls, numbers = [], Team.numbers
    limit = np.inf

    def noted(team, row):
        rows = numbers(team, row)
        if team.rank == 0:
            calls.append(rows)
        return rows

    def step(communicator):
        net = MLP([5, 7, 3], output="softmax", seed=0)
        net.fit(X, LABELS, optimizer=SGD(0.1), batch_size=None, communicator=communicator)
        return net.parameters.tobytes()

    monkeypatch.setattr(Team, "numbers", noted)
    # The second rank's part has 18 parameters
    monkeypatch.setattr(SGD, "square_limit", lambda self, w: limit if len(w) == 18 else np.inf)
    without = threads.run(2, step)
    (rows,) = calls
    square = sum(size for _, _, _, size, _ in rows) ** 2
    assert 0 < square != 1
    for factor, tried in ((1.001, False), (1, False), (0.999, True)):
        calls.clear()
        limit = factor * square
        assert threads.run(2, step) == without
        assert len(calls) == (3 if tried else 1)


@pytest.mark.parametrize(("size", "parts"), [(1, {66}), (2, {48, 18}), (4, {32, 16, 2})])
def test_without_callbacks_each_rank_has_the_moments_of_its_part_alone(size, parts, monkeypatch):
    kept, apply = set(), Adam.apply
    optimizers = [Adam(0.01) for _ in range(size)]

    def looked_at(self, *arguments):
        kept.add(len(self.state["m"]))
        assert not any(optimizer.state for optimizer in optimizers)
        return apply(self, *arguments)

    def fit(communicator):
        net = MLP([5, 7, 3], output="softmax", seed=0)
        net.fit(X, LABELS, optimizer=optimizers[communicator.rank], communicator=communicator, **OPTIONS)

    monkeypatch.setattr(Adam, "apply", looked_at)
    assert threads.run(size, fit) == [None] * size
    assert kept == parts
    assert {len(optimizer.state["m"]) for optimizer in optimizers} == {66}


@pytest.mark.parametrize(("callbacks", "times"), [([], 1), ([lambda net, history: None], 3)])
def test_moments_are_gathered_in_the_end_and_for_callbacks_after_each_epoch(callbacks, times, monkeypatch):
    gathered, gather = [], Ranks.gather
    monkeypatch.setattr(Ranks, "gather", lambda self, optimizer: gathered.append(1) or gather(self, optimizer))
    trained(callbacks=callbacks)
    assert len(gathered) == times


# Checkpoints


@pytest.mark.parametrize(("before", "after"), [(1, 2), (4, 1), (2, 4)])
def test_a_checkpoint_goes_on_with_another_number_of_ranks(before, after, tmp_path):
    def fit(epochs, resume=None):
        return lambda communicator=None: trained(
            communicator, epochs=epochs, callbacks=[Checkpoint(tmp_path / "at.npnet")], resume=resume
        )

    whole = trained(epochs=5)
    threads.run(before, fit(2))
    assert_same(threads.run(after, fit(5, tmp_path / "at.npnet")), whole)


# Errors


def test_ranks_diverge_together_and_none_takes_the_step(exchanges):
    def fit(communicator=None, **options):
        net = MLP([5, 7, 3], seed=0)
        before = net.parameters.copy()
        with pytest.raises(DivergenceError) as caught:
            net.fit(X, X[:, :3], optimizer=SGD(1e39), communicator=communicator, **{**OPTIONS, **options})
        assert np.array_equal(net.parameters, before)
        return str(caught.value)

    alone = fit()
    assert "update is not finite in epoch 0, batch 0" in alone
    assert threads.run(4, fit) == [alone] * 4
    assert fit(shards=None) == alone


@pytest.mark.parametrize("place", [0, 40, -1])
def test_where_one_part_diverges_no_other_part_takes_the_step(place, exchanges):
    def fit(communicator=None):
        net = MLP([5, 7, 3], hidden="tanh", output="softmax", seed=0)
        net.parameters[place] = 123
        before = net.parameters.copy()
        with pytest.raises(DivergenceError, match="the update is not finite in epoch 0, batch 0") as caught:
            net.fit(X, LABELS, optimizer=Marked(0.1), communicator=communicator, **OPTIONS)
        assert np.array_equal(net.parameters, before)
        return str(caught.value)

    assert threads.run(2, fit) == [fit()] * 2


def test_where_one_parts_gradient_is_too_large_no_rank_takes_any_of_the_step(exchanges):
    """That of the first layer, whose squares overflow: not its moments, nor its number."""
    x = X.copy()
    x[-1] = 1e30

    def fit(communicator=None):
        net, optimizer = MLP([5, 7, 3], hidden="sigmoid", output="softmax", seed=0), Adam(0.1)
        net.weights[0] *= np.float32(1e-31)
        before, options = net.parameters.copy(), {"optimizer": optimizer, "communicator": communicator, "shards": 4}
        with pytest.raises(DivergenceError, match="the squared gradient is not finite in epoch 0, batch 0"):
            net.fit(x, LABELS, batch_size=None, **options)
        assert np.array_equal(net.parameters, before)
        assert optimizer.iterations == 0
        assert not any(moment.any() for moment in optimizer.state.values())
        history = net.fit(X, LABELS, epochs=2, **options)
        return net, optimizer, history

    assert_same(threads.run(4, fit), fit())


def test_the_layer_of_a_gradient_that_is_too_large_is_named(exchanges):
    """The second one, of whose weights the first three have such gradients: in the part of the second of four ranks."""

    def fit(communicator=None, shards=4):
        net = MLP([5, 7, 3], hidden="identity", output="softmax", seed=0)
        net.weights[0][:, 0] *= np.float32(1e25)
        net.weights[1] = np.zeros((7, 3))
        with pytest.raises(DivergenceError, match=r"the squared gradient is not finite .* in layer 2 ") as caught:
            net.fit(X, LABELS, optimizer=Adam(0.1), shards=shards, communicator=communicator)
        return str(caught.value)

    assert threads.run(4, fit) == [fit()] * 4
    assert fit() == fit(shards=None)


class Unit(Clipping):
    """A rule of one's own, that makes a gradient longer too."""

    def clip(self, gradient, parts):
        gradient /= np.sqrt(gradient.dot(gradient))


def test_a_clipping_of_ones_own_may_make_numbers_that_are_not_finite(exchanges):
    def fit(communicator=None, shards=4):
        net = MLP([2, 1], kernel_initializer="zeros", seed=0)
        with pytest.raises(DivergenceError) as caught:
            net.fit(
                np.zeros((8, 2)), np.zeros(8), loss="mse", optimizer=SGD(0.1), clipping=Unit(), shards=shards,
                communicator=communicator,
            )  # fmt: skip
        assert not net.parameters.any()
        return str(caught.value)

    assert threads.run(4, fit) == [fit()] * 4
    assert fit() == fit(shards=None)


@pytest.mark.parametrize(("dtype", "size"), [("float32", 1.1e19), ("float64", 1.1e154), ("longdouble", 1e160)])
def test_a_gradient_whose_square_overflows_is_taken(dtype, size, exchanges):
    def fit(communicator=None, shards=4):
        net = MLP([1, 1], kernel_initializer="zeros", dtype=dtype, seed=0)
        net.fit(
            np.full((8, 1), size), np.ones(8), optimizer=SGD(1 / size / size), shards=shards, epochs=1,
            communicator=communicator,
        )  # fmt: skip
        assert net.parameters[0] > 0
        return net.parameters.tolist()

    assert threads.run(4, fit) == [fit()] * 4
    np.testing.assert_allclose(fit(), fit(shards=None), rtol=1e-5)


def test_where_an_update_fails_in_several_slices_it_is_the_same_error_and_the_same_moments(monkeypatch, exchanges):
    monkeypatch.setattr(tuning, "SLICE", 8)

    def fit(communicator=None):
        net, optimizer = MLP([5, 7, 3], seed=0), Momentum(1e39)
        before = net.parameters.copy()
        with pytest.raises(DivergenceError) as caught:
            net.fit(X, X[:, :3], optimizer=optimizer, communicator=communicator, **OPTIONS)
        assert np.array_equal(net.parameters, before)
        return str(caught.value), optimizer.iterations, optimizer.state["v"].tobytes()

    alone = fit()
    assert "the update is not finite" in alone[0]
    for ranks in (2, 4):
        assert threads.run(ranks, fit) == [alone] * ranks


def test_an_error_of_a_training_inside_of_one_ends_all():
    """All ranks of the inner one know of it, which is one."""

    def inner(net, history):
        MLP([5, 3], seed=0).fit(X, X[:, :3], optimizer=SGD(1e39), shards=2)

    class Beginning:
        def on_train_begin(self, net, optimizer):
            inner(net, None)

        def __call__(self, net, history):
            pass

    class Nothing(Beginning):
        def on_train_begin(self, net, optimizer):
            pass

    Nothing.__name__ = "Beginning"
    one, other = threads.run(2, lambda c: trained(c, callbacks=[Beginning() if c.rank else Nothing()]))
    assert isinstance(one, threads.AbortedError)
    assert isinstance(other, DivergenceError)
    assert other.status == 1


@pytest.mark.parametrize("callbacks", [[], [lambda net, history: None]], ids=["", "callback"])
def test_a_training_that_diverges_within_an_epoch_leaves_the_parameters_of_before(callbacks, exchanges):
    x = X.copy()
    x[-20] = 1e38

    def fit(communicator=None):
        net, optimizer = MLP([5, 7, 3], output="softmax", seed=0), Adam(0.01)
        net.weights[0] *= np.float32(100)
        before, options = net.parameters.copy(), {**OPTIONS, "shuffle": False}
        with pytest.raises(DivergenceError, match="the loss is not finite in epoch 0, batch 3") as caught:
            net.fit(x, LABELS, optimizer=optimizer, communicator=communicator, callbacks=callbacks, **options)
        assert not np.array_equal(net.parameters, before)
        return net, optimizer, caught.value.history

    assert_same(threads.run(4, fit), fit())


def test_parameters_are_taken_when_all_parts_are_as_before(monkeypatch):
    """Also where a rank is slow to take its step back."""
    numbers = Team.numbers

    def slowly(team, row):
        rows = numbers(team, row)
        if len(row) == 2 and team.rank == 1:
            time.sleep(0.1)
        return rows

    def fit(communicator):
        net = MLP([5, 7, 3], hidden="tanh", output="softmax", seed=0)
        net.parameters[0] = 123
        before = net.parameters.copy()
        with pytest.raises(DivergenceError):
            net.fit(X, LABELS, optimizer=Marked(0.1), communicator=communicator, **OPTIONS)
        assert np.array_equal(net.parameters, before)

    monkeypatch.setattr(Team, "numbers", slowly)
    assert threads.run(2, fit) == [None] * 2


@pytest.mark.parametrize("layer", [0, 1])
def test_a_loss_that_is_not_finite_names_the_layer_on_all_ranks(layer, exchanges):
    def fit(communicator=None):
        net = MLP([5, 7, 3], hidden="identity", seed=0)
        net.weights[layer] = np.full(net.weights[layer].shape, 3e38)
        with pytest.raises(DivergenceError, match=f"the loss is not finite .* in layer {layer + 1} ") as caught:
            net.fit(abs(X) + 1, X[:, :3], communicator=communicator, **OPTIONS)
        return str(caught.value)

    assert threads.run(2, fit) == [fit()] * 2


# In its own batch, or in the next one, whose weights it has made too large
@pytest.mark.parametrize(("factor", "batch", "layer"), [(100, 3, 1), (1, 0, 2)])
def test_one_sample_that_is_too_large_ends_all_and_its_layer_is_named(factor, batch, layer):
    x = X.copy()
    x[-1] = 1e38

    def fit(communicator=None, **options):
        net = MLP([5, 7, 3], output="softmax", seed=0)
        net.weights[0] *= np.float32(factor)
        with pytest.raises(DivergenceError) as caught:
            net.fit(x, LABELS, communicator=communicator, **{**OPTIONS, "shuffle": False, **options})
        return caught.value.batch, caught.value.layer, str(caught.value)

    assert threads.run(4, fit) == [fit(shards=None)] * 4
    assert fit()[:2] == (batch, layer)


def test_an_error_of_a_callback_is_raised_on_all_ranks():
    def fit(communicator):
        def fail(net, history):
            if communicator.rank == 1 and history.epochs == 2:
                raise OSError("no space left")

        return trained(communicator, callbacks=[fail])

    one, other = threads.run(2, fit)
    assert isinstance(one, RankError)
    assert str(one) == "rank 1 of 2: OSError: no space left"
    assert isinstance(other, OSError)
    assert one.status is other.status is None


@pytest.mark.parametrize("wrong", [5, "world", [None]])
def test_what_is_no_communicator_is_refused(wrong):
    with pytest.raises(ValueError, match=re.escape(f"communicator: expected one of mpi4py's, or None, got {wrong!r}")):
        trained(wrong)


def test_a_wrong_argument_of_one_rank_is_refused_by_all():
    one, other = threads.run(2, lambda c: trained(c, epochs=0 if c.rank == 0 else 3))
    assert isinstance(one, ValueError)
    assert str(other) == f"rank 0 of 2: ValueError: {one}"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x", {"data": (X + 1, LABELS)}),
        ("y and weights", {"data": (X, 2 - LABELS)}),
        ("optimizer", {"optimizer": SGD(0.1)}),
        ("regularizer", {"regularizer": L2(0.1)}),
        ("clipping", {"clipping": ClipByGlobalNorm(1.0)}),
        ("epochs", {"epochs": 2}),
        ("number of samples", {"data": (X[:30], LABELS[:30])}),
        ("batch_size", {"batch_size": 41}),
        ("shuffle", {"shuffle": False}),
        ("net", {"dtype": "float64"}),
        ("loss", {"loss": "mse"}),
        ("validation data", {"validation_data": (X, LABELS)}),
        ("columns of the history", {"record_accuracy": True}),
        ("callbacks", {"callbacks": [EarlyStopping("loss")]}),
        ("shards", {"shards": 8}),
    ],
)
def test_what_is_not_the_same_on_all_ranks_is_named(name, options):
    errors = threads.run(2, lambda c: trained(c, **(options if c.rank else {})))
    expected = f"communicator: expected the same {name} on all ranks, got others on rank 1"
    assert [(type(error), str(error)) for error in errors] == [(ValueError, expected)] * 2


def test_a_checkpoint_from_which_one_rank_alone_goes_on_is_refused(tmp_path):
    def fit(communicator, resume=None):
        return trained(communicator, callbacks=[Checkpoint(tmp_path / "at.npnet")], resume=resume)

    threads.run(2, fit)
    errors = threads.run(2, lambda c: fit(c, tmp_path / "at.npnet" if c.rank == 0 else None))
    assert {str(error) for error in errors} == {
        "communicator: expected the same optimizer on all ranks, got others on rank 1"
    }


class Failing(SGD):
    """A rule that raises an error in its sixth step."""

    def __init__(self, error=None):
        super().__init__(0.1)
        self.error = error

    def update(self, w, g, out, rate):
        if self.error is not None and self.iterations == 6:
            raise self.error
        return super().update(w, g, out, rate)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError("at this\nplace")], ids=["interrupt", "memory"])
def test_what_ends_one_rank_in_a_step_ends_all_with_one_line(error, capfd, monkeypatch):
    # The others are elsewhere, and would not take part
    monkeypatch.setattr(Ranks, "gather", lambda *of: pytest.fail("moments can't be gathered"))

    def fit(communicator):
        net = MLP([5, 7, 3], output="softmax", seed=0)
        return net.fit(
            X, LABELS, optimizer=Failing(error if communicator.rank else None), communicator=communicator, **OPTIONS
        )

    one, other = threads.run(2, fit)
    assert isinstance(one, threads.AbortedError)
    assert other is error
    assert error.status == (130 if isinstance(error, KeyboardInterrupt) else 1)
    text = "KeyboardInterrupt" if isinstance(error, KeyboardInterrupt) else "MemoryError: at this place"
    assert f"npnet: rank 1 of 2 ends all: {text}\n" in capfd.readouterr().err
    assert not Team(threads.Communicator(threads.Shared(2), 1)).speaks(error)


@pytest.mark.parametrize("while_it_is_said", [OSError("no space left"), KeyboardInterrupt()], ids=["full", "interrupt"])
def test_whatever_happens_while_it_is_said_all_end(while_it_is_said, monkeypatch):
    def fail(*arguments):
        raise while_it_is_said

    def end(communicator):
        with Team(communicator).together():
            raise MemoryError

    monkeypatch.setattr(team.time, "sleep", fail)
    for one in threads.run(2, end):
        assert one is while_it_is_said
        assert one.status == 1


def test_what_ends_all_is_said_once(capfd):
    """Also where the call that ends all returns, and one `together` is inside of another."""

    def end(communicator):
        with Team(communicator).together(), Team(communicator).together():
            raise MemoryError

    for one in threads.run(2, end):
        assert isinstance(one, MemoryError)
    assert capfd.readouterr().err.count("ends all") == 2


def test_an_interrupt_of_one_process_leaves_the_moments():
    optimizer = Momentum(0.1)
    with pytest.raises(KeyboardInterrupt):
        MLP([5, 7, 3], output="softmax", seed=0).fit(X, LABELS, optimizer=optimizer, callbacks=[interrupt], **OPTIONS)
    assert len(optimizer.state["v"]) == 66
    again = Interrupted(0.1)
    with pytest.raises(KeyboardInterrupt):
        MLP([5, 7, 3], output="softmax", seed=0).fit(X, LABELS, optimizer=again, **OPTIONS)
    assert again.state["v"].any()


def interrupt(net, history):
    raise KeyboardInterrupt


class Interrupted(Momentum):
    """A rule that is interrupted in its sixth step."""

    def update(self, *arrays, **named):
        if self.iterations == 6:
            raise KeyboardInterrupt
        return super().update(*arrays, **named)


@pytest.mark.parametrize(("shards", "size"), [(3, 1), (0, 1), (2, 4), (4.0, 2)])
def test_shards_are_a_power_of_two_that_the_ranks_divide(shards, size):
    for error in threads.run(size, lambda communicator: trained(communicator, shards=shards)):
        assert isinstance(error, ValueError)
        assert "shards: expected" in str(error)


def test_training_ends_where_any_rank_says_so():
    def fit(communicator):
        return trained(communicator, callbacks=[lambda net, history: communicator.rank == 1])

    for _, _, history in threads.run(2, fit):
        assert history.epochs == 1


def test_one_rank_shows_an_error_that_all_have():
    """The first one, or of those that have one of their own, the first of them."""

    def shown(communicator, **options):
        with pytest.raises((DivergenceError, ValueError, RankError)) as caught:
            trained(communicator, **options)
        return Team(communicator).speaks(caught.value)

    assert threads.run(2, lambda c: shown(c, optimizer=SGD(1e39))) == [True, False]
    assert threads.run(2, lambda c: shown(c, epochs=0)) == [True, False]
    assert threads.run(2, lambda c: shown(c, epochs=1 - c.rank)) == [False, True]


def test_one_process_is_a_team_that_waits_for_nobody():
    alone = Team()
    alone.wait()
    assert (alone.first("a"), alone.all("a"), alone.any(0), alone.any([1])) == ("a", ["a"], False, True)
    assert alone.numbers((1, 2)) == [[1, 2]]
    assert alone.speaks(ValueError())


def test_three_ranks_are_refused():
    errors = threads.run(3, lambda communicator: trained(communicator, shards=None))
    assert {str(error) for error in errors} == {
        "shards: expected a power of two that the number of ranks, 3, divides, got 4"
    }


def test_an_ensemble_is_refused():
    nets = Ensemble([5, 3], seeds=range(2))
    with pytest.raises(ValueError, match="communicator, shards: expected None for an ensemble"):
        nets.fit(X, X[:, :3], shards=2)


# Shards, parts and sums


@pytest.mark.parametrize("size", [1, 15, 16, 17, 66, 1000])
def test_parts_are_all_of_a_vector(size):
    for ranks in (2, 4, 8):
        levels = threads.run(ranks, lambda communicator: Team(communicator).halves(size))
        parts = sorted((halves[-1].mine for halves in levels), key=lambda part: part.start)
        assert np.concatenate([np.arange(size)[part] for part in parts]).tolist() == list(range(size))
        assert all(part.start % 16 == 0 or part.start == size for part in parts)
        assert max(part.stop - part.start for part in parts) <= size / ranks + 16
    assert Team().halves(size) == []


def test_neighbours_have_a_half_each_and_others_a_half_of_this():
    halves = threads.run(4, lambda communicator: Team(communicator).halves(64))
    assert halves[0] == [(1, slice(0, 32), slice(32, 64)), (2, slice(0, 16), slice(16, 32))]
    assert halves[1] == [(0, slice(32, 64), slice(0, 32)), (3, slice(32, 48), slice(48, 64))]
    assert halves[2] == [(3, slice(0, 32), slice(32, 64)), (0, slice(16, 32), slice(0, 16))]
    assert halves[3] == [(2, slice(32, 64), slice(0, 32)), (1, slice(48, 64), slice(32, 48))]


def test_ranks_add_as_a_tree_and_gather_what_each_has():
    def summed(communicator):
        team = Team(communicator)
        vector = np.arange(100) + [2.0**53, 1.0, 1.0, 1.0][communicator.rank]
        halves = team.halves(len(vector))
        team.reduce(vector, halves, np.empty_like(vector))
        team.gather(vector, halves)
        return vector.tolist()

    one, *others = (np.arange(100) + first for first in (2.0**53, 1.0, 1.0, 1.0))
    expected = ((one + others[0]) + (others[1] + others[2])).tolist()
    assert threads.run(4, summed) == [expected] * 4


def test_up_to_four_ranks_cut_a_batch_into_the_same_shards():
    assert [shards_of(ranks) for ranks in (1, 2, 4, 8, 16)] == [4, 4, 4, 8, 16]


@pytest.mark.parametrize("batch_size", [4, 32, 150])
def test_up_to_four_ranks_give_the_same_bits_whatever_the_batch(batch_size):
    one, two, four = (
        threads.run(size, lambda communicator: trained(communicator, batch_size=batch_size, shards=None))
        for size in (1, 2, 4)
    )
    assert_same(two + four, one[0])
    assert_same(one, trained(batch_size=batch_size, shards=4))


def test_sums_are_those_of_neighbours():
    assert added([1]) == 1
    assert added(["a", "b", "c", "d"]) == "abcd"
    # ((2^53 + 1) + (1 + 1)) is another number than adding from the left gives
    assert added([2.0**53, 1.0, 1.0, 1.0]) == 2.0**53 + 2 != 2.0**53 + 1.0 + 1.0 + 1.0
