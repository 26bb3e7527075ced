"""Every contestant of the benchmarks that is installed does the same work as npnet."""

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
