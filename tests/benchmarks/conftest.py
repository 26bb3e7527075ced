import pytest

from benchmarks.cases import Training
from benchmarks.contestants import Entry, entries
from benchmarks.process import Pool
from benchmarks.race import Settings, run
from benchmarks.workloads import Benchmark
from npnet.optimizers import SGD

IRIS = Training("4-3", (4, 3), "relu", "softmax", "mse", SGD(0.1), 500, "iris")
OTHERS = {
    name: Entry(name, "tests.benchmarks.contestants", "numpy")
    for name in ("cheat", "idler", "crasher", "stranger", "sprinter", "blaster", "shy", "dead")
}
ABSENT = Entry("absent", "tests.benchmarks.contestants", "a_package_that_nobody_has")


@pytest.fixture(scope="session")
def result():
    """A race of npnet against contestants of all kinds."""
    known = entries() | OTHERS | {"absent": ABSENT}
    benchmark = Benchmark("iris", "The irises", (IRIS,), ("npnet", *OTHERS, "absent"))
    with Pool() as pool:
        settings = Settings(rounds=3, round_seconds=0.001)
        return run(benchmark, IRIS, known, pool, settings, True, lambda text: None)
