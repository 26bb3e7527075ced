"""Numbers that Keras's and TensorFlow's own tests state about optimizers and clipping, met by npnet's.

They are those of keras/src/optimizers, adam_test.py, adamw_test.py, nadam_test.py, optimizer_test.py, rmsprop_test.py
and sgd_test.py, of Keras 3.15, and of TensorFlow's python/training/momentum_test.py and rmsprop_test.py, and
python/kernel_tests/clip_ops_test.py. Of Nesterov's momentum, and of the centered RMSProp with momentum, TensorFlow's
tests state a loop and its inputs in place of numbers: here are those that it makes. Keras's golden numbers of
SGD(nesterov=True) have a momentum of 0, and so are none of Nesterov's.
"""

import numpy as np
import pytest

from npnet.clipping import ClipByGlobalNorm, ClipByNorm, ClipByValue
from npnet.optimizers import (
    AdamW,
    AMSGrad,
    CenteredRMSProp,
    CenteredRMSPropMomentum,
    Momentum,
    Nadam,
    Nesterov,
    RMSPropMomentum,
)

COLUMNS = np.arange(0.1, 1.1, 0.1)
# A first step with a gradient of 0.01, and four with 0.1 to 1, from 1: the parameters after each
KERAS = {
    "AdamW": (
        AdamW(1.0, weight_decay=0.5, epsilon=2),
        [
            [0.4998] * 10,
            [0.2486, 0.2475, 0.2463, 0.2451, 0.2440, 0.2428, 0.2417, 0.2405, 0.2394, 0.2382],
            [0.1223, 0.1198, 0.1174, 0.1149, 0.1124, 0.1100, 0.1075, 0.1051, 0.1027, 0.1003],
            [0.0586, 0.0549, 0.0512, 0.0475, 0.0439, 0.0402, 0.0366, 0.0330, 0.0294, 0.0258],
            [0.0263, 0.0215, 0.0167, 0.0120, 0.0073, 0.0026, -0.0021, -0.0067, -0.0113, -0.0159],
        ],
    ),
    "Nadam": (
        Nadam(0.5, beta_1=0.5, beta_2=0.67, epsilon=1e-5),
        [
            [0.4281] * 10,
            [-0.1738, -0.1731, -0.1726, -0.1723, -0.1721, -0.1720, -0.1719, -0.1718, -0.1718, -0.1717],
            [-0.7115, -0.7103, -0.7096, -0.7092, -0.7090, -0.7088, -0.7086, -0.7085, -0.7085, -0.7084],
            [-1.2335, -1.2322, -1.2313, -1.2309, -1.2306, -1.2304, -1.2302, -1.2301, -1.2300, -1.2299],
            [-1.7492, -1.7478, -1.7469, -1.7464, -1.7461, -1.7459, -1.7457, -1.7456, -1.7455, -1.7454],
        ],
    ),
    "AMSGrad": (AMSGrad(0.001), [[0.9990] * 10, [0.9982] * 10, [0.9974] * 10, [0.9965] * 10, [0.9955] * 10]),
    "CenteredRMSProp": (
        CenteredRMSProp(0.001),
        [[0.9967] * 10, [0.9933] * 10, [0.9908] * 10, [0.9885] * 10, [0.9864] * 10],
    ),
}


@pytest.mark.parametrize("kind", KERAS)
def test_five_steps_of_kerass_tests(kind):
    optimizer, golden = KERAS[kind]
    # The optimizer's moments start anew
    optimizer, w = optimizer.clone(), np.ones(10)
    # Keras's own tolerance is 5e-4; some of its digits are a unit off
    limit = 1e-4 if kind in ("AdamW", "Nadam") else 5e-4
    for t, expected in enumerate(golden):
        optimizer.step(w, COLUMNS.copy() if t else np.full(10, 0.01))
        assert abs(w - expected).max() <= limit


def test_one_step_of_kerass_tests():
    w = np.array([1.0, 2.0, 3.0, 4.0])
    AdamW(0.5).step(w, np.array([1.0, 6.0, 7.0, 2.0]))
    assert abs(w - [0.4980, 1.4960, 2.494, 3.492]).max() <= 1e-4


def test_weight_decay_of_two_at_the_rate_of_one():
    # Keras states 1.9760959 with a tolerance of 1e-6 and gradients of 0, after three steps with decays of 0.004
    w, optimizer = np.array([2.0]), AdamW(1.0, weight_decay=0.004)
    for _ in range(3):
        optimizer.step(w, np.zeros(1))
    assert abs(w[0] - 1.9760959) <= 1e-6


def test_momentum_of_tensorflows_tests():
    # Gradients of 0.1 and 0.01, rate 2, momentum 0.9: the parameters and accumulators after one and two steps
    w, optimizer = np.array([1.0, 2.0, 3.0, 4.0]), Momentum(2.0, momentum=0.9)
    g = np.array([0.1, 0.1, 0.01, 0.01])
    optimizer.step(w, g)
    assert abs(w - [0.8, 1.8, 2.98, 3.98]).max() <= 1e-15
    assert abs(optimizer.state["v"] / -2 - g).max() <= 1e-16
    optimizer.step(w, g)
    assert abs(w - [0.8 - 0.38, 1.8 - 0.38, 2.98 - 0.038, 3.98 - 0.038]).max() <= 1e-15
    assert abs(optimizer.state["v"] / -2 - [0.19, 0.19, 0.019, 0.019]).max() <= 1e-16


def test_a_first_momentum_step_of_distbelief():
    # The first of ten gradients, rate 0.1, momentum 0.1
    g = [0.00096264342, 0.17914793, 0.93945462, 0.41396621, 0.53037018, 0.93197989, 0.78648776, 0.50036013]
    expected = [-9.6264346e-05, -0.017914793, -0.093945466, -0.041396622, -0.053037018, -0.093197994, -0.078648776]
    w = np.zeros(8)
    Momentum(0.1, momentum=0.1).step(w, np.array(g))
    assert abs(w - [*expected, -0.050036013]).max() <= 1e-8


NESTEROV = [
    [-37, -74, -8.4, -7.4],
    [1352.8, 2705.6, -24.66, -23.66],
    [-49468.78, -98937.56, -45.294, -44.294],
    [1808955.838, 3617911.676, -69.8646, -68.8646],
]


def test_nesterovs_momentum_of_tensorflows_tests():
    # Of 5 w0**2 + 3 w1, rate 2, momentum 0.9: the parameters, from 1 to 4, after each of four steps
    w, optimizer = np.array([1.0, 2.0, 3.0, 4.0]), Nesterov(2.0, momentum=0.9)
    for expected in NESTEROV:
        optimizer.step(w, np.array([10 * w[0], 10 * w[1], 3.0, 3.0]))
        np.testing.assert_allclose(w, expected, rtol=1e-13)


def from_ones(optimizer):
    """Return the optimizer with a V of 1, as TensorFlow's first one begins."""
    optimizer.state = {name: np.full(4, float(name == "V")) for name in optimizer.slots}
    return optimizer


def test_rmsprop_with_momentum_of_tensorflows_tests():
    # Gradients of 0.1 and 0.01, rate 2, decay 0.9, momentum 0.5: V, the velocity and the parameters after each step
    optimizer = from_ones(RMSPropMomentum(2.0, rho=0.9, momentum=0.5, epsilon=1e-5))
    w, g = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.1, 0.1, 0.01, 0.01])
    optimizer.step(w, g)
    steps = 0.2 / 0.90101**0.5, 0.02 / 0.90002**0.5
    np.testing.assert_allclose(optimizer.state["V"], [0.901, 0.901, 0.90001, 0.90001], rtol=1e-15)
    np.testing.assert_allclose(-optimizer.state["v"], np.repeat(steps, 2), rtol=1e-14)
    np.testing.assert_allclose(w, [1 - steps[0], 2 - steps[0], 3 - steps[1], 4 - steps[1]], rtol=1e-14)
    optimizer.step(w, g)
    later = steps[0] / 2 + 0.2 / 0.81191**0.5, steps[1] / 2 + 0.02 / 0.810029**0.5
    np.testing.assert_allclose(optimizer.state["V"], [0.8119, 0.8119, 0.810019, 0.810019], rtol=1e-15)
    np.testing.assert_allclose(-optimizer.state["v"], np.repeat(later, 2), rtol=1e-14)
    ways = steps[0] + later[0], steps[1] + later[1]
    np.testing.assert_allclose(w, [1 - ways[0], 2 - ways[0], 3 - ways[1], 4 - ways[1]], rtol=1e-14)


CENTERED = [
    [0.948714172108, 1.897505147354, 2.994870148063, 3.897505147354],
    [0.849951278364, 1.700201866562, 2.984990178241, 3.700201866562],
    [0.707104594387, 1.414938568645, 2.970698389335, 3.414938568645],
    [0.523192567839, 1.047807742127, 2.952295698506, 3.047807742127],
]


def test_centered_rmsprop_with_momentum_of_tensorflows_tests():
    # Rate 0.5, decay 0.95, momentum 0.9: the parameters after each of four steps
    optimizer = from_ones(CenteredRMSPropMomentum(0.5, rho=0.95, momentum=0.9, epsilon=1e-5))
    w = np.array([1.0, 2.0, 3.0, 4.0])
    for expected in CENTERED:
        optimizer.step(w, np.array([0.1, 0.2, 0.01, 0.2]))
        assert abs(w - expected).max() < 1e-12


CLIPPED = [
    (ClipByValue(4.4), [[-5.0, 2.0, 3.0, 4.0, 5.0, 6.0]], [[-4.4, 2.0, 3.0, 4.0, 4.4, 4.4]]),
    (ClipByValue(4.0), [[np.nan, np.inf, -np.inf]], [[np.nan, 4.0, -4.0]]),
    (ClipByValue(2.0), [[-3.0, 0.0, 0.0, 4.0, 0.0, 0.0]], [[-2.0, 0.0, 0.0, 2.0, 0.0, 0.0]]),
    (ClipByValue(2.0), [[0.0, 2.0, 0.0, 0.0, 0.0, -1.0]], [[0.0, 2.0, 0.0, 0.0, 0.0, -1.0]]),
    (ClipByValue(1.0), [[100.0, 100.0]], [[1.0, 1.0]]),
    (ClipByNorm(1.0), [[100.0, 100.0]], [[0.5**0.5, 0.5**0.5]]),
    (ClipByNorm(4.0), [[-3.0, 0.0, 0.0, 4.0, 0.0, 0.0]], [[-2.4, 0.0, 0.0, 3.2, 0.0, 0.0]]),
    (ClipByNorm(6.0), [[-3.0, 0.0, 0.0, 4.0, 0.0, 0.0]], [[-3.0, 0.0, 0.0, 4.0, 0.0, 0.0]]),
    (ClipByNorm(6.0), [[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]], [[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]),
    # By the norm of each row, which here are the variables
    (ClipByNorm(4.0), [[-3.0, 0.0, 0.0], [4.0, 0.0, 3.0]], [[-3.0, 0.0, 0.0], [3.2, 0.0, 2.4]]),
    (ClipByNorm(6.0), [[-3.0, 0.0, 0.0], [4.0, 0.0, 3.0]], [[-3.0, 0.0, 0.0], [4.0, 0.0, 3.0]]),
    (
        ClipByGlobalNorm(4.0),
        [[-2.0, 0.0, 0.0, 4.0, 0.0, 0.0], [1.0, -2.0]],
        [[-1.6, 0.0, 0.0, 3.2, 0.0, 0.0], [0.8, -1.6]],
    ),
    (
        ClipByGlobalNorm(6.0),
        [[-2.0, 0.0, 0.0, 4.0, 0.0, 0.0], [1.0, -2.0]],
        [[-2.0, 0.0, 0.0, 4.0, 0.0, 0.0], [1.0, -2.0]],
    ),
    (ClipByGlobalNorm(6.0), [[0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0]]),
    # Keras's
    (ClipByGlobalNorm(1.0), [[50.0, 100.0]], [[0.2**0.5, 0.8**0.5]]),
]


@pytest.mark.parametrize(("rule", "gradients", "expected"), CLIPPED)
def test_clipping_of_tensorflows_tests(rule, gradients, expected):
    for found, row in zip(rule(gradients), expected):
        np.testing.assert_allclose(found, row, rtol=0, atol=4e-16 * 4)
