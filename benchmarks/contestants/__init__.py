"""Who takes part: a name, the module that computes, and the package that must be installed."""

import importlib.util
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A contestant before it runs."""

    name: str
    module: str
    """Where ``make(name, case, arrays)`` is found."""
    package: str
    """The package that must be installed."""

    @property
    def installed(self) -> bool:
        """Whether its package can be imported."""
        return importlib.util.find_spec(self.package) is not None


def entries() -> dict[str, Entry]:
    """Return all contestants by name."""
    return {entry.name: entry for entry in _ENTRIES}


_ENTRIES = [
    Entry("npnet", "benchmarks.contestants.with_npnet", "numpy"),
    Entry("one by one", "benchmarks.contestants.with_npnet", "numpy"),
    Entry("matrix products", "benchmarks.contestants.floor", "numpy"),
    Entry("tf eager", "benchmarks.contestants.eager", "tensorflow"),
    Entry("tf function", "benchmarks.contestants.with_tensorflow", "tensorflow"),
    Entry("tf xla step", "benchmarks.contestants.with_tensorflow", "tensorflow"),
    Entry("tf xla loop", "benchmarks.contestants.with_tensorflow", "tensorflow"),
    Entry("keras fit", "benchmarks.contestants.with_keras", "tensorflow"),
    Entry("keras call", "benchmarks.contestants.with_keras", "tensorflow"),
    Entry("torch", "benchmarks.contestants.with_torch", "torch"),
    Entry("jax", "benchmarks.contestants.with_jax", "jax"),
    Entry("scikit-learn", "benchmarks.contestants.with_sklearn", "sklearn"),
]
