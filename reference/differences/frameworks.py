"""The frameworks that are asked, each in a process of its own."""

import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from .row import Row


@dataclass(frozen=True)
class Framework:
    """A framework, or Keras on one of its backends."""

    key: str
    label: str
    packages: tuple[str, ...]
    """What must be installed; the first one names the method of a row."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Its own variables of the environment."""

    @property
    def package(self) -> str:
        """The name of the rows' method."""
        return "npnet" if self.key == "npnet" else self.packages[0]

    @property
    def missing(self) -> list[str]:
        """The packages that are not installed."""
        return [name for name in self.packages if importlib.util.find_spec(name) is None]

    def asked(self, rows: list[Row]) -> list[Row]:
        """Return the rows that ask it something."""
        return [row for row in rows if row.asks(self.package)]

    def environment(self) -> dict[str, str]:
        """Return the user's environment, in which libraries find no graphics card and print errors only."""
        common = {"TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": "-1"}
        return os.environ | common | self.settings


FRAMEWORKS = (
    Framework("npnet", "npnet", ("numpy",)),
    Framework("tensorflow", "TensorFlow", ("tensorflow",)),
    *(
        Framework(f"keras-{backend}", f"Keras/{label}", ("keras", backend), {"KERAS_BACKEND": backend})
        for backend, label in (("tensorflow", "TF"), ("jax", "JAX"), ("torch", "torch"))
    ),
    Framework("jax", "JAX", ("jax",)),
    Framework("torch", "PyTorch", ("torch",)),
    Framework("sklearn", "scikit-learn", ("sklearn",)),
    Framework("optax", "optax", ("optax",)),
)


def get(key: str) -> Framework:
    """Return the framework of a key."""
    return next(framework for framework in FRAMEWORKS if framework.key == key)
