"""Keras's default float type, which its optimizers round their rates to; schedules are float32 always."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np


@contextmanager
def floatx(dtype: Any) -> Iterator[None]:
    """Set Keras's float type to `dtype` inside the ``with`` block."""
    before = keras.config.floatx()
    keras.config.set_floatx(np.dtype(dtype).name)
    try:
        yield
    finally:
        keras.config.set_floatx(before)
