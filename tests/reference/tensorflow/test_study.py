"""TensorFlow's numbers, as the study shows them beside npnet's."""

import io
import itertools

import numpy as np
import tensorflow as tf
from rich.console import Console

from npnet import activations, experiments, language
from npnet.study import counterpart, terminal
from npnet.study.content import RunSettings
from npnet.study.sections import activations as section
from npnet.study.sections import losses
from reference.bounds.tolerance import assert_within, bound


def test_the_numbers_are_tensorflows_and_agree_with_npnets():
    numbers = counterpart.numbers()
    assert numbers.version == tf.__version__
    z = np.array(counterpart.POINTS, np.float32)
    for name in ("sigmoid", "tanh", "relu", "leaky_relu"):
        activation = activations.get(name)
        y = activation(z)
        # A few roundings of numbers up to 2
        assert_within(np.array(numbers.values[name]), y, bound(16, 2, "float32"))
        assert_within(np.array(numbers.derivatives[name]), activation.derivative(y), bound(16, 2, "float32"))
    losses = experiments.cross_entropies()
    # Up to 5 sums of exponentials of numbers up to 6, in float64
    assert_within(np.array(numbers.fused), losses.fused, bound(100, 6, "float64"))
    assert_within(np.array(numbers.unfused), losses.unfused, bound(100, 6, "float64"))


def test_tables_with_tensorflows_columns_fit_80_columns():
    numbers = counterpart.numbers()
    (beside,) = losses.cross_entropy(RunSettings(tensorflow=numbers)).tables
    tables = (beside, section._beside_tensorflow(numbers))
    for table, code in itertools.product(tables, language.LANGUAGES):
        console = Console(file=io.StringIO(), width=80)
        console.print(terminal._table(table, language.get(code)))
        assert "TensorFlow" in console.file.getvalue()
        assert "…" not in console.file.getvalue()
