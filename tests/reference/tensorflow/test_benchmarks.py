"""Every contestant of the benchmarks that is installed does the same work as npnet."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import workloads
from benchmarks.contestants import entries
from benchmarks.process import Pool
from benchmarks.race import Settings, run

ALL = {benchmark.name: benchmark for benchmark in workloads.benchmarks()}


@pytest.fixture(scope="module")
def pool():
    with Pool() as pool:
        yield pool


@pytest.mark.parametrize("name", ["iris-sgdm", "iris-adam", "dots-l2"])
def test_all_trainers_reach_the_same_loss(pool, name):
    benchmark, settings = ALL[name], Settings(rounds=1, round_seconds=0.001, fresh=False)
    result = run(benchmark, benchmark.cases[0], entries(), pool, settings, True, lambda text: None)
    assert result.refused == {}
    assert {"npnet", "tf eager", "tf function", "tf xla step", "tf xla loop", "keras fit"} <= set(result.times)
    assert set(result.exempt) <= {"scikit-learn"}
    assert all(measured.error <= 1 for name, measured in result.times.items() if name not in result.exempt)


# Its late steps begin after one step and end after three
SMALL = replace(workloads.CONVERGED, widths=(8, 4, 3), batches=1, stretches=(range(1), range(1, 3)))


@pytest.mark.parametrize("name", ALL["converged"].contestants)
def test_steps_late_in_a_run_go_on_from_where_the_early_ones_ended(pool, name):
    entry = entries()[name]
    if not entry.installed:
        pytest.skip(f"{entry.package} is not installed")
    worker, _ = pool.worker(entry, fresh=False)
    worker.ask("set_up", SMALL, SMALL.arrays())
    whole = worker.ask("outcome", 3)
    early, late = worker.ask("round", 2)
    assert min(early, late) > 0
    np.testing.assert_array_equal(worker.ask("result"), whole)
    assert not np.array_equal(worker.ask("outcome", 2), whole)
