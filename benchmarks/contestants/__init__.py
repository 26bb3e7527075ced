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
    how: str = ""
    """How it trains, for the legend."""

    @property
    def installed(self) -> bool:
        """Whether its package can be imported."""
        return importlib.util.find_spec(self.package) is not None


def entries() -> dict[str, Entry]:
    """Return all contestants by name."""
    return {entry.name: entry for entry in _ENTRIES}


def _entry(name: str, module: str, package: str, how: str) -> Entry:
    return Entry(name, f"benchmarks.contestants.{module}", package, how)


_ENTRIES = [
    _entry("npnet", "with_npnet", "numpy", "`MLP.fit`, `Ensemble.fit`"),
    _entry("one by one", "with_npnet", "numpy", "npnet's nets of an ensemble, one after another"),
    _entry("matrix products", "floor", "numpy", "no contestant but a floor: the products of a step alone, by NumPy"),
    _entry("tf eager", "eager", "tensorflow", "the notes' own loop, executed line by line"),
    _entry("tf function", "with_tensorflow", "tensorflow", "a step that is a `tf.function`, in a Python loop"),
    _entry("tf xla step", "with_tensorflow", "tensorflow", "the same with `jit_compile=True`"),
    _entry("tf xla loop", "with_tensorflow", "tensorflow", "all epochs and steps in one XLA program"),
    _entry("keras fit", "with_keras", "tensorflow", "`Model.fit`"),
    _entry("keras call", "with_keras", "tensorflow", "the model called on an array, for predictions"),
    _entry("torch", "with_torch", "torch", "the usual loop, with torch's own optimizers, fused where they can be"),
    _entry("jax", "with_jax", "jax", "a jitted step in a Python loop; for ensembles a scan, mapped over the nets"),
    _entry("scikit-learn", "with_sklearn", "sklearn", "`MLPClassifier` and `MLPRegressor`, with their own optimizers"),
]
