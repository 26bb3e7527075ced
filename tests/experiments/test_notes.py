"""The notes' nets and numbers are those that the notes have; each is copied here from their text."""

import numpy as np
import pytest

from npnet import schedules
from npnet.experiments import notes
from tests.test_schedules import PRINTED as RATES


def test_the_decay_gives_the_rates_that_section_2_2_prints():
    decay = schedules.ExponentialDecay(notes.LR_BASE, decay_epochs=notes.LR_STEP, decay_rate=notes.LR_DECAY)
    rates = [repr(decay(epoch)) for epoch in range(notes.DECAY_EPOCHS)]
    assert rates[:10] + rates[-10:] == RATES


def test_the_labels_and_logits_are_those_of_section_3_2():
    # y0 and y_train
    assert np.array_equal(notes.LABELS, [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]])
    assert np.array_equal(notes.LOGITS, [[12, 3, 2], [3, 10, 1], [1, 2, 5], [4, 6.5, 1.2], [3, 6, 1]])


def test_the_net_on_the_dots_is_that_of_section_4_2():
    net = notes.dots_net(seed=0)
    assert [W.shape for W in net.weights] == [(2, 11), (11, 1)]
    assert repr(net.activations) == "[relu, identity]"
    assert all((b == np.float32(0.01)).all() for b in net.biases)
    # tf.random.normal: 33 numbers for each of 300 seeds; their moments are off by four standard deviations at most
    drawn = np.concatenate([W.ravel() for W in notes.dots_nets(range(300)).weights]).astype(np.float64)
    assert abs(drawn.mean()) < 4 / np.sqrt(drawn.size)
    assert abs(drawn.std() - 1) < 4 / np.sqrt(2 * drawn.size)
    assert notes.DOTS == (0.005, 32, 800)
    assert notes.STRENGTH == 0.03


def test_the_net_on_the_irises_is_that_of_section_5():
    net = notes.iris_net(seed=0)
    assert [W.shape for W in net.weights] == [(4, 3)]
    assert repr(net.activations) == "[softmax]"
    # A truncated normal ends at two standard deviations, which 4500 numbers come near
    largest = max(abs(array).max() for net in notes.iris_nets(range(300)) for array in (*net.weights, *net.biases))
    assert 0.19 < largest <= 0.2
    assert notes.IRIS == (0.1, 32, 500)


@pytest.mark.parametrize(
    ("one", "many"),
    [(notes.dots_net, notes.dots_nets), (notes.iris_net, notes.iris_nets)],
    ids=["dots", "irises"],
)
def test_the_nets_of_several_seeds_are_those_of_each(one, many):
    for seed, net in zip((0, 7), many([0, 7])):
        np.testing.assert_array_equal(net.parameters, one(seed).parameters)
    assert not np.array_equal(one(0).parameters, one(7).parameters)


def test_another_width_is_of_the_hidden_layer():
    assert notes.dots_nets([0], hidden_units=5).widths == (2, 5, 1)


def test_the_optimizers_are_those_of_section_5_2_and_new_each_time():
    optimizers = notes.optimizers()
    assert [repr(optimizer) for optimizer in optimizers.values()] == [
        "SGD(0.1)",
        "SGDM(0.1, beta=0.9)",
        "Adagrad(0.1, initial_accumulator_value=0, epsilon=1e-07)",
        "RMSProp(0.1, rho=0.9, epsilon=1e-07)",
        "RMSProp(0.01, rho=0.9, epsilon=1e-07)",
        "Adam(0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-07)",
    ]
    assert list(optimizers) == list(notes.REPORTED)
    assert not set(map(id, optimizers.values())) & set(map(id, notes.optimizers().values()))


def test_the_results_are_those_of_the_table_of_section_5_3():
    seconds = [8.394366025924683, 9.672947883605957, 9.278505802154541, 9.869148254394531, 12.487653255462646]
    assert [notes.REPORTED[name].seconds for name in notes.FIVE] == seconds
    # Section 5.2 (4): RMSProp at the rate of the others
    assert notes.REPORTED["RMSProp at 0.1"].seconds == 9.854762315750122


def test_the_regularizers_are_those_of_section_4_2():
    assert {name: repr(penalty) for name, penalty in notes.regularizers(0.5).items()} == {
        "none": "None", "L1(0.5)": "L1(0.5)", "L2(0.5)": "L2(0.5)",
    }  # fmt: skip


def test_the_grid_is_the_notes():
    xx, yy = notes.grid()
    assert xx.shape == yy.shape == (60, 60)
    assert (xx[0, 0], yy[0, 0], xx[-1, 0].round(9), yy[0, -1].round(9)) == (-3, -3, 2.9, 2.9)
    assert (np.diff(xx, axis=1) == 0).all()
