"""A training that goes on from a checkpoint ends with the bits of one that never stopped."""

import inspect
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npnet import MLP, Ensemble, saving
from npnet._equality import same
from npnet.callbacks import Checkpoint, EarlyStopping, KeepBest, ReduceLROnPlateau
from npnet.clipping import ClipByGlobalNorm
from npnet.optimizers import SGD, Adam, Momentum, Nadam
from npnet.regularizers import L2
from npnet.saving import container, machine
from npnet.saving.checkpoints import Run, digests
from npnet.schedules import ExponentialDecay
from tests.saving import strategies
from tests.saving.test_models import bits

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 3))
Y = (X.sum(axis=1) > 0).astype(int)


def net_of(members=None, **options):
    options = {"output": "softmax", "hidden": "tanh", **options}
    return (
        MLP([3, 4, 2], seed=1, **options) if members is None else Ensemble([3, 4, 2], seeds=range(members), **options)
    )


def outcome(path, epochs, resume=False, members=None, optimizer=Adam, **options):
    """Train to an epoch, or go on to it, with new objects each time, and return all that there is then."""
    net, rule = net_of(members), optimizer() if callable(optimizer) else optimizer.clone()
    made = options.pop("callbacks", list)()
    callbacks = [*made, Checkpoint(path)]
    history = net.fit(
        X,
        Y,
        optimizer=rule,
        epochs=epochs,
        batch_size=16,
        callbacks=callbacks,
        resume=path if resume else None,
        **options,
    )
    states = [callback.state() for callback in made]
    return net.parameters.tobytes(), net.rng.bit_generator.state, bits(rule), rule.learning_rate, history, states


def assert_same_in_two_parts(path, stop, epochs, **options):
    whole = outcome(path, epochs, **options)
    outcome(path, stop, **options)
    assert same(list(outcome(path, epochs, resume=True, **options)), list(whole))


@pytest.mark.parametrize("verbose", [1, 2])
def test_a_training_with_no_epochs_left_shows_none(tmp_path, capsys, verbose):
    path = tmp_path / "checkpoint"
    outcome(path, 3)
    outcome(path, 3, resume=True, verbose=verbose)
    assert capsys.readouterr().out == ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("checkpoints")


@settings(max_examples=15)
@given(st.one_of(strategies.of_optimizers.values()), st.integers(1, 4), st.data())
def test_every_rule_goes_on(folder, optimizer, stop, data):
    options = {
        "record_batches": data.draw(st.booleans()),
        "seed": data.draw(st.sampled_from([None, 3])),
        "shuffle": data.draw(st.booleans()),
    }
    assert_same_in_two_parts(folder / "run", stop, 5, optimizer=optimizer, **options)


def slow():
    return [ReduceLROnPlateau("val_loss", 0.5, 1, min_delta=0.02), KeepBest("val_accuracy", restore=True)]


@pytest.mark.parametrize("members", [None, 3])
@pytest.mark.parametrize("stop", [1, 4, 7])
def test_what_callbacks_count_goes_on(tmp_path, members, stop):
    options = {"callbacks": slow, "optimizer": lambda: SGD(0.3), "validation_split": 0.3, "members": members}
    assert_same_in_two_parts(tmp_path / "run", stop, 8, **options)
    assert np.unique(outcome(tmp_path / "run", 8, **options)[4].learning_rate).size > 1


@pytest.mark.parametrize("stop", range(1, 8))
def test_a_training_that_ended_early_does_not_go_on(tmp_path, stop):
    options = {"callbacks": lambda: [EarlyStopping("val_loss", 2, 0.05, restore_best=True)], "validation_split": 0.3}
    assert_same_in_two_parts(tmp_path / "run", stop, 50, optimizer=lambda: SGD(0.3), **options)
    assert outcome(tmp_path / "run", 50, optimizer=lambda: SGD(0.3), **options)[4].epochs < 50


def test_members_that_are_frozen_stay_so(tmp_path):
    rates = [0.1, 1e30, 0.2, 1e25]
    options = {"members": 4, "optimizer": lambda: Momentum(rates), "regularizer": L2(0.1)}
    assert_same_in_two_parts(tmp_path / "run", 2, 5, **options)
    history = outcome(tmp_path / "run", 5, **options)[4]
    assert 0 < len(history.frozen) < 4


def test_members_that_are_frozen_stay_so_where_their_rate_is_smaller_later(tmp_path, monkeypatch):
    # A group has another member, that goes on
    monkeypatch.setattr("npnet.engine.tuning.GROUP_BYTES", 4000)
    rates = ExponentialDecay(np.array([0.1, 0.2, 0.3, 3e38, 0.4]), 1, np.array([1, 1, 1, 1e-42, 1]))
    # Its first update is not finite, so that it keeps weights with which it could go on
    penalty = L2([0.1, 0.1, 0.1, 1e3, 0.1])
    options = {"members": 5, "optimizer": lambda: SGD(rates), "regularizer": penalty}
    assert_same_in_two_parts(tmp_path / "run", 1, 4, **options)
    assert list(outcome(tmp_path / "run", 4, **options)[4].frozen) == [3]


def test_members_in_groups_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr("npnet.engine.tuning.GROUP_BYTES", 4000)
    assert_same_in_two_parts(tmp_path / "run", 2, 5, members=5, optimizer=lambda: Nadam([0.1, 1e30, 0.2, 0.3, 0.4]))


def test_a_schedule_clipping_and_weights_go_on(tmp_path):
    options = {
        "optimizer": lambda: Adam(ExponentialDecay(0.1, 2, 0.5)), "clipping": ClipByGlobalNorm(0.1),
        "class_weight": "balanced", "regularizer": [L2(0.1), None], "validation_data": (X[:9], Y[:9]),
    }  # fmt: skip
    assert_same_in_two_parts(tmp_path / "run", 3, 6, **options)


def test_a_penalty_that_a_callback_changes_goes_on(tmp_path):
    rule = L2(0.1)

    def weaker(net, history):
        rule.strength = rule.strength / 2

    def result(epochs, resume):
        rule.strength = 0.1
        net, path = net_of(), tmp_path / "run"
        net.fit(
            X, Y, epochs=epochs, regularizer=rule, callbacks=[weaker, Checkpoint(path)], resume=path if resume else None
        )
        return net.parameters.tolist(), rule.strength

    whole = result(5, False)
    result(2, False)
    assert result(5, True) == whole


def test_a_generator_of_ones_own_goes_on(tmp_path):
    def result(epochs, resume):
        rng, path = np.random.Generator(np.random.Philox(3)), tmp_path / "run"
        net = net_of()
        net.fit(X, Y, epochs=epochs, seed=rng, callbacks=[Checkpoint(path)], resume=path if resume else None)
        return net.parameters.tolist(), rng.integers(0, 2**60)

    whole = result(4, False)
    result(2, False)
    assert result(4, True) == whole


def test_a_checkpoint_is_written_every_so_many_epochs_and_after_the_last(tmp_path, monkeypatch):
    written = []
    write = container.write

    def told(path, settings, arrays):
        written.append(settings["training"]["epochs"])
        write(path, settings, arrays)

    monkeypatch.setattr(container, "write", told)
    net_of().fit(X, Y, epochs=7, callbacks=[Checkpoint(tmp_path / "run", every=3)])
    assert written == [3, 6, 7]
    net_of().fit(X, Y, epochs=9, callbacks=[Checkpoint(tmp_path / "run", every=4)], initial_epoch=2)
    assert written[3:] == [2, 6, 7]


def test_a_checkpoint_is_written_where_training_ends_early(tmp_path):
    callbacks = [EarlyStopping("loss", 2, 1e9), Checkpoint(tmp_path / "run", every=50)]
    history = net_of().fit(X, Y, epochs=40, callbacks=callbacks)
    assert history.epochs == 3
    assert net_of().fit(X, Y, epochs=40, callbacks=callbacks, resume=tmp_path / "run") == history


@pytest.mark.parametrize("name", ["state", "take_over"])
def test_a_callback_with_one_of_two_such_attributes_keeps_nothing_there(tmp_path, name):
    class Own:
        def __call__(self, net, history):
            return False

    setattr(Own, name, "its own")
    options = {"callbacks": lambda: [], "optimizer": SGD}
    net_of().fit(X, Y, epochs=2, callbacks=[Own(), Checkpoint(tmp_path / "run")], batch_size=16, optimizer="sgd")
    net = net_of()
    net.fit(X, Y, epochs=3, callbacks=[Own()], batch_size=16, optimizer="sgd", resume=tmp_path / "run")
    assert net.parameters.tobytes() == outcome(tmp_path / "whole", 3, **options)[0]


def test_only_the_process_that_writes_tells_of_an_epoch():
    told = []
    run = SimpleNamespace(told=[SimpleNamespace(after_epoch=told.append)])
    for writes in (False, True):
        Run.tell(run, True, writes)
        assert (run.ended, told) == (True, [run] * writes)


def test_its_file_is_a_model_file(tmp_path):
    net, optimizer = net_of(), Adam(0.1)
    net.fit(X, Y, optimizer=optimizer, epochs=3, callbacks=[Checkpoint(tmp_path / "run")])
    assert (MLP.load(tmp_path / "run").parameters == net.parameters).all()
    assert bits(saving.load_optimizer(tmp_path / "run")) == bits(optimizer)


def test_no_epoch_is_left_after_the_last(tmp_path, capsys):
    whole = outcome(tmp_path / "run", 3)
    assert same(list(outcome(tmp_path / "run", 3, resume=True)), list(whole))


def test_what_was_left_of_a_file_is_removed(tmp_path):
    (tmp_path / ".run.abcdefgh.part").write_bytes(b"half")
    net_of().fit(X, Y, callbacks=[Checkpoint(tmp_path / "run")])
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_file_that_can_not_be_written_ends_the_training_and_the_old_one_stays(tmp_path, monkeypatch):
    outcome(tmp_path / "run", 2)
    before = (tmp_path / "run").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: .*run"):
        outcome(tmp_path / "run", 5, resume=True)
    assert (tmp_path / "run").read_bytes() == before
    monkeypatch.undo()
    resumed = outcome(tmp_path / "run", 5, resume=True)
    assert same(list(resumed), list(outcome(tmp_path / "other", 5)))


# What is not the same training


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"optimizer": Adam(0.2)},
            r"resume: expected optimizer Adam\(.*learning_rate=0.1\), as .*run was trained with",
        ),
        ({"optimizer": SGD(0.1)}, "resume: expected optimizer Adam"),
        ({"batch_size": 8}, "resume: expected batch_size 32, as .*, got 8"),
        ({"x": X[:20], "y": Y[:20]}, "resume: expected number of samples 50, as .*run was trained with, got 20$"),
        ({"x": X[:20], "y": Y[:20], "batch_size": 16}, "resume: expected number of samples 50"),
        ({"shuffle": False}, "resume: expected shuffle True, as .*, got False"),
        ({"seed": np.random.Generator(np.random.MT19937(0))}, r"resume: expected seed \['PCG64', 'PCG64'\]"),
        ({"x": X + 1}, "resume: expected the x that .*run was trained with, got others"),
        ({"y": 1 - Y}, "resume: expected the y and weights that"),
        ({"sample_weight": np.arange(50)}, "resume: expected the y and weights that"),
        ({"validation_split": 0.2}, "resume: expected what is recorded"),
        ({"regularizer": "l2"}, r"resume: expected regularizer \[None, None\], as .*, got \[L2"),
        ({"clipping": ClipByGlobalNorm(1.0)}, "resume: expected clipping None"),
        ({"loss": "mse"}, "resume: expected loss CategoricalCrossentropy"),
        ({"record_batches": True}, "resume: expected what is recorded"),
        ({"initial_epoch": 1, "epochs": 5}, "resume: expected initial_epoch 0, as .*, got 1"),
        ({"epochs": 1}, "epochs: expected at least 2, after which it was written, got 1"),
        ({"callbacks": [KeepBest("loss")]}, r"resume: expected callbacks \[\]"),
        ({"net": MLP([3, 5, 2], output="softmax")}, r"resume: expected net \(.*widths=\[3, 4, 2\]\)"),
        ({"net": MLP([3, 4, 2], "relu", "softmax")}, "resume: expected net"),
        ({"net": net_of(dtype="float64")}, "resume: expected net"),
        ({"net": Ensemble([3, 4, 2], "tanh", "softmax", members=2)}, "resume: expected net"),
    ],
)
def test_what_is_not_as_it_was_is_refused_and_nothing_is_changed(tmp_path, changed, message):
    options = {"x": X, "y": Y, "optimizer": Adam(0.1), "epochs": 2}
    net_of().fit(**options, callbacks=[Checkpoint(tmp_path / "run")])
    options |= {"epochs": 4, "resume": tmp_path / "run", "optimizer": Adam(0.1), **changed}
    net = options.pop("net", None) or net_of()
    before = net.parameters.copy(), repr(net.rng.bit_generator.state)
    with pytest.raises(ValueError, match=message):
        net.fit(**options)
    assert (net.parameters == before[0]).all()
    assert repr(net.rng.bit_generator.state) == before[1]
    assert options["optimizer"].iterations == 0


def test_the_same_bytes_of_another_shape_or_dtype_are_other_data():
    arrays = [np.zeros((2, 3)), np.zeros((3, 2)), np.zeros((2, 3), np.int64)]
    found = [digests(SimpleNamespace(contents=lambda: [(array, array)])) for array in arrays]  # noqa: B023
    assert len({one for one, _ in found}) == len({other for _, other in found}) == 3


def test_equal_longdoubles_are_the_same_data_whatever_bytes_they_are_filled_up_with():
    numbers = np.longdouble([[1, -2.5, np.longdouble(1) / 3]])
    same, other = numbers.copy(), numbers.copy()
    if numbers.itemsize > 10:
        same.view(np.uint8).reshape(-1, numbers.itemsize)[:, 10:] ^= 255
    assert np.array_equal(same, numbers)
    other[0, 2] = np.nextafter(other[0, 2], np.longdouble(1))
    found = [digests(SimpleNamespace(contents=lambda: [(one, one)])) for one in (numbers, same, other)]  # noqa: B023
    assert found[0] == found[1] != found[2]
    large, larger = ([[np.longdouble(text)]] for text in ("1e4000", "2e4000"))
    found = [digests(SimpleNamespace(contents=lambda: [(one, one)])) for one in (large, larger)]  # noqa: B023
    assert found[0] != found[1]


def test_epochs_before_the_first_one_count_as_done(tmp_path):
    options = {"x": X, "y": Y, "initial_epoch": 2}
    net_of().fit(**options, epochs=5, callbacks=[Checkpoint(tmp_path / "run")])
    with pytest.raises(ValueError, match="epochs: expected at least 5, after which it was written, got 4"):
        net_of().fit(**options, epochs=4, resume=tmp_path / "run")


def test_the_nets_own_generator_goes_on_beside_another_one(tmp_path):
    options = {"x": X, "y": Y, "seed": 3, "optimizer": "sgd"}
    first, other = net_of(), MLP([3, 4, 2], "tanh", "softmax", seed=9)
    first.fit(**options, epochs=1, callbacks=[Checkpoint(tmp_path / "run")])
    other.fit(**options, epochs=2, resume=tmp_path / "run")
    assert other.rng.bit_generator.state == first.rng.bit_generator.state


def test_a_model_file_is_no_checkpoint(tmp_path):
    net_of().save(tmp_path / "net", Adam())
    with pytest.raises(ValueError, match="net: training: expected a checkpoint of a training, got None"):
        net_of().fit(X, Y, resume=tmp_path / "net")
    with pytest.raises(FileNotFoundError):
        net_of().fit(X, Y, resume=tmp_path / "nothing")


def test_a_file_that_does_not_say_how_many_samples_there_were_goes_on(tmp_path):
    path, net = tmp_path / "run", net_of()
    whole = net_of().fit(X, Y, epochs=4)
    net.fit(X, Y, epochs=2, callbacks=[Checkpoint(path)])
    rewritten(path, lambda settings, arrays: settings["training"]["given"].pop("number of samples"))
    with pytest.raises(ValueError, match="resume: expected the x that"):
        net_of().fit(X[:40], Y[:40], epochs=4, resume=path)
    assert net_of().fit(X, Y, epochs=4, resume=path) == whole


def test_a_rule_of_ones_own_is_refused_before_the_first_epoch(tmp_path):
    class Own(SGD):
        pass

    net = net_of()
    before = net.parameters.copy()
    with pytest.raises(ValueError, match="optimizer: expected a class of npnet"):
        net.fit(X, Y, optimizer=Own(), callbacks=[Checkpoint(tmp_path / "run")])
    assert (net.parameters == before).all()


def rewritten(path, change):
    settings, arrays = container.read(path)
    change(settings, arrays)
    container.write(path, settings, arrays)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s, a: s["training"].update(given=[]), "given: expected what it was given"),
        (lambda s, a: s["training"].update(epochs=1), "history.loss: expected float64"),
        (lambda s, a: s["training"].update(epochs=-1), "epochs: expected a whole number from 0"),
        (lambda s, a: s["training"].update(epochs=2**70), "epochs: expected a whole number from 0"),
        (lambda s, a: s["training"].update(ended=1), "ended: expected True or False, got 1"),
        (lambda s, a: s["training"].update(generator=None), "generator: expected one of PCG64"),
        (lambda s, a: s["training"].update(frozen=[[0, 1, 2, "loss"]]), "frozen: expected member"),
        (lambda s, a: s["training"].update(frozen=[3]), "frozen: expected member, epoch, batch, what and rate, got 3"),
        (lambda s, a: a.update({"history.loss": np.zeros(2, "f")}), "history.loss: expected float64"),
        (lambda s, a: s["training"].update(regularizer=[]), "regularizer: expected 2, got 0"),
        (lambda s, a: a.pop("history.loss"), "history.loss: expected float64"),
        (lambda s, a: a.pop("callbacks.0.best"), "callbacks: expected"),
        (lambda s, a: a.update({"callbacks.0.best": np.zeros((2, 2))}), "callbacks: expected"),
        (lambda s, a: a.update({"callbacks.0.best": np.zeros((), "f")}), "callbacks: expected best of .* float64"),
        (lambda s, a: a.update({"callbacks.0.parameters": np.zeros(3)}), "callbacks: expected"),
        (lambda s, a: s["optimizer"].update(iterations="9"), "iterations: expected a whole number"),
    ],
)
def test_a_checkpoint_whose_parts_do_not_fit_is_refused_and_nothing_is_changed(tmp_path, change, message):
    path, keep = tmp_path / "run", [KeepBest("loss")]
    net_of().fit(X, Y, epochs=2, callbacks=[*keep, Checkpoint(path)])
    rewritten(path, change)
    net = net_of()
    before = net.parameters.copy()
    with pytest.raises(ValueError, match=message):
        net.fit(X, Y, epochs=4, callbacks=[KeepBest("loss"), Checkpoint(path)], resume=path)
    assert (net.parameters == before).all()


# Another machine


def test_another_machine_is_said_once(tmp_path):
    path = tmp_path / "run"
    outcome(path, 2)
    rewritten(path, lambda s, a: s["training"]["machine"].update(NumPy="1.0", instructions="none"))
    with pytest.warns(
        UserWarning, match="resume: the last bits may be others.*: NumPy 1.0 there and .* here; instr"
    ) as told:
        outcome(path, 4, resume=True)
    assert [warning.filename for warning in told] == [__file__]
    # Where fit is called, not where that function is
    lines, first = inspect.getsourcelines(outcome)
    assert told[0].lineno in range(first, first + len(lines))


def test_the_threads_are_those_that_the_training_had(tmp_path):
    threadpoolctl = pytest.importorskip("threadpoolctl")
    path, seen = tmp_path / "run", []

    def threads(net, history):
        seen.append(machine.described()["threads"])

    with threadpoolctl.threadpool_limits(2, "blas"):
        net_of().fit(X, Y, epochs=1, callbacks=[Checkpoint(path)])
    with threadpoolctl.threadpool_limits(1, "blas"):
        net_of().fit(X, Y, epochs=3, callbacks=[threads, Checkpoint(path)], resume=path)
        assert machine.described()["threads"] == "1"
    assert set(seen) == {container.read(path)[0]["training"]["machine"]["threads"]}


def test_where_no_epoch_is_left_none_is_shown(tmp_path, capsys):
    net_of().fit(X, Y, epochs=2, callbacks=[Checkpoint(tmp_path / "run")])
    net_of().fit(X, Y, epochs=2, resume=tmp_path / "run", verbose=1)
    assert capsys.readouterr().out == ""
    net_of().fit(X, Y, epochs=3, resume=tmp_path / "run", verbose=1)
    assert capsys.readouterr().out.startswith("epoch 2: loss")


@pytest.mark.parametrize("initial_epoch", [0, 2])
@pytest.mark.parametrize("epochs", [3, 5])
def test_the_rate_is_that_of_the_last_epoch_also_where_none_is_left(tmp_path, initial_epoch, epochs):
    options = {"optimizer": Adam(ExponentialDecay(0.1, 2, 0.5)), "initial_epoch": initial_epoch}
    rates = [outcome(tmp_path / "run", epochs, resume=resume, **options)[3] for resume in (False, True)]
    assert rates[0] == rates[1] == ExponentialDecay(0.1, 2, 0.5)(epochs - 1)


@pytest.mark.parametrize("shards", [None, 2])
def test_shards_are_trained_on_by_one_thread(shards):
    threadpoolctl, seen = pytest.importorskip("threadpoolctl"), []
    with threadpoolctl.threadpool_limits(2, "blas"):
        net_of().fit(X, Y, callbacks=[lambda net, history: seen.append(machine.described()["threads"])], shards=shards)
        outside = machine.described()["threads"]
    assert seen == [outside if shards is None else "1"]


def test_a_checkpoint_shows_itself_and_refuses_what_is_no_name():
    assert repr(Checkpoint("run", 5)) == "Checkpoint('run', every=5)"
    for wrong, message in ((lambda: Checkpoint(""), "path: expected"), (lambda: Checkpoint(3), "path: expected")):
        with pytest.raises(ValueError, match=message):
            wrong()
    with pytest.raises(ValueError, match="every: expected a whole number >= 1, got 0"):
        Checkpoint("run", 0)
