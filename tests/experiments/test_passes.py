import numpy as np
import pytest

from npnet.experiments.passes import passes
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, RMSProp


@pytest.mark.parametrize(
    ("optimizer", "count"),
    [
        # Each: the update and, at last, taking it off. rate * g
        (SGD(0.1), 1 + 1),
        # beta * M, + g, * rate
        (SGDM(0.1), 3 + 1),
        # g**2, V +, + epsilon, root, quotient, * rate
        (Adagrad(0.1), 6 + 1),
        # rho * V as well
        (RMSProp(0.1), 7 + 1),
        # beta_1 * M, + g, beta_2 * V, g**2, V +, root, + epsilon, quotient, * rate
        (Adam(0.1), 9 + 1),
    ],
)
def test_each_operation_on_vectors_is_a_pass(optimizer, count):
    assert passes(optimizer) == count
    # Nothing is kept between two counts
    assert passes(optimizer) == count


def test_an_operation_more_is_a_pass_more():
    class Twice(SGD):
        def update(self, w, g, out, rate):
            return np.multiply(super().update(w, g, out, rate), 2, out=out)

    assert passes(Twice(0.1)) == passes(SGD(0.1)) + 1
