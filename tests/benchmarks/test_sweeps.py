"""The benchmark of sweeps."""

import numpy as np
import pytest

from benchmarks import sweeps as command
from benchmarks.cases import Training
from benchmarks.sweeps import HERE, WIDE_HERE, Grid
from npnet import Ensemble, datasets

SMALL = Grid((0.01, 0.1), 2, 2)


def test_a_grid_has_each_optimizer_at_each_rate_from_each_seed():
    assert len(command.IRIS.trials) == len(set(command.IRIS.trials)) == 1000
    assert SMALL.trials[:3] == [("sgd", 0.01, 0), ("sgd", 0.01, 1), ("sgd", 0.1, 0)]
    assert np.prod([len(values) for values in SMALL.space.values()]) == len(SMALL.trials)


def test_each_contestant_has_a_time_for_each_round():
    told = []
    found, bases = command.measure(2, SMALL, 2, 128, told.append)
    assert {"2 workers", "one after another", "wide, 2 workers"} < set(found) == set(bases)
    assert {bases[name] for name in found} == {HERE, WIDE_HERE}
    assert all(len(seconds) == 2 and min(seconds) > 0 for seconds in found.values())
    # Each is warm before it counts
    assert sorted(text for text in told if "warming" in text) == sorted(f"warming up: {name}" for name in found)


def test_the_time_of_all_runs_is_that_of_some_of_them_times_what_is_left(monkeypatch):
    ticks = iter([0.0, 4.0])
    monkeypatch.setattr(command, "perf_counter", lambda: next(ticks))
    monkeypatch.setattr(command, "ALONE", 5)
    fitted = []
    monkeypatch.setattr(command.MLP, "fit", lambda net, *data, **settings: fitted.append(settings))
    assert command.one_after_another(SMALL) == 4.0 / len(fitted) * len(SMALL.trials)
    assert len(fitted) == 5
    assert len({type(settings["optimizer"]) for settings in fitted}) > 1


def test_the_table_fits_a_terminal(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    found = {HERE: [1.0, 10.0], "2 workers": [0.5, 6.0], WIDE_HERE: [2.0, 2.0], "wide, 2 workers": [1.0, 1.5]}
    bases = {name: WIDE_HERE if "wide" in name else HERE for name in found}
    command.show(found, bases, SMALL)
    printed = capsys.readouterr().out
    assert "…" not in printed
    assert max(map(len, printed.splitlines())) <= 80
    # The ratio is taken round by round
    assert [line.split()[-2:] for line in printed.splitlines() if line.startswith(" 2 workers")] == [["0.55", "1.83"]]


def test_a_quick_run_is_one_round_and_ctrl_c_ends_it_in_one_line(monkeypatch, capsys):
    asked = []

    def interrupted(rounds, grid, *rest):
        asked.append((rounds, len(grid.trials)))
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "measure", interrupted)
    assert command.main(["--quick"]) == command.main([]) == 130
    assert asked == [(1, 20), (5, 1000)]
    assert capsys.readouterr().err == 2 * "python -m benchmarks.sweeps: interrupted\n"


def test_jax_trains_the_same_nets_at_their_rates():
    jax = pytest.importorskip("jax")
    from benchmarks.contestants.with_jax import scanned, stacked

    x, labels, _, _ = datasets.iris_split()
    x, y = x.astype(np.float32), datasets.one_hot(labels, 3).astype(np.float32)
    nets, rates = Ensemble((4, 3), output="softmax", seeds=range(3)), np.array([0.001, 0.01, 0.1], np.float32)
    case = Training("sgdm", (4, 3), "relu", "softmax", "mse", command.OPTIMIZERS["sgdm"](1.0), 5)
    train = jax.vmap(scanned(case, x, y), in_axes=(0, None, 0))
    trained = [np.asarray(array) for array in jax.tree.leaves(train(stacked(nets.parameters, (4, 3)), 5, rates))]
    nets.fit(x, y, loss="mse", optimizer=command.OPTIMIZERS["sgdm"](rates), epochs=5, batch_size=32, shuffle=False)
    expected = np.concatenate([array.reshape(3, -1) for array in trained], axis=1).T
    # Roundings of 20 steps with gradients under 1
    np.testing.assert_allclose(nets.parameters, expected, atol=20 * 2**-22)
