"""The comparison of npnet with TensorFlow, and the bounds of all comparisons.

`reference.bounds` computes how far rounding errors can move a result; it needs NumPy only. `reference.tensorflow` has
the counterpart of each formula, built from TensorFlow and Keras alone. ``python -m reference`` compares the two.
"""

from typing import Any

__all__ = ["check", "compiled_from_keras", "from_keras", "to_keras"]


def __getattr__(name: str) -> Any:
    # TensorFlow takes seconds to load, and the bounds are used without it
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "check":
        from .checking.check import check

        return check
    from .tensorflow import keras_models

    return getattr(keras_models, name)
