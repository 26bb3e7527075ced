"""The comparison of npnet with TensorFlow, and the bounds of all comparisons.

`reference.bounds` computes how far rounding errors can move a result; it needs NumPy only. `reference.tensorflow` has
the counterpart of each formula, built from TensorFlow and Keras alone. ``python -m reference`` compares the two.
"""

from importlib import import_module
from typing import Any

# Each framework takes seconds to load, and the bounds are used without any
_MODULES = {
    "check": "checking.check",
    "compiled_from_keras": "tensorflow.keras_models",
    "from_keras": "tensorflow.keras_models",
    "from_onnx": "onnx.models",
    "from_sklearn": "sklearn.models",
    "from_torch": "torch.models",
    "to_keras": "tensorflow.keras_models",
    "to_onnx": "onnx.models",
    "to_sklearn": "sklearn.models",
    "to_torch": "torch.models",
}

__all__ = [
    "check",
    "compiled_from_keras",
    "from_keras",
    "from_onnx",
    "from_sklearn",
    "from_torch",
    "to_keras",
    "to_onnx",
    "to_sklearn",
    "to_torch",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
