"""One step of the 2-2-1 net: its numbers are those that a pencil finds."""

import numpy as np

from npnet.experiments.one_step import INPUTS, TARGET, one_step, pencil_net


def lists(arrays):
    return [array.tolist() for array in arrays]


def test_the_numbers_forward_are_those_of_a_pencil():
    step = one_step()
    assert (step.inputs.tolist(), step.target) == ([1, 2], 3.5)
    # 0.5 * 1 + 0.25 * 2 and 1 * 1 - 1 * 2; then 2 * 1 - 1 * -0.5
    assert lists(step.z) == [[1, -1], [2.5]]
    assert lists(step.y) == [[1, -0.5], [2.5]]
    assert step.loss == (2.5 - 3.5) ** 2


def test_the_numbers_back_are_those_of_a_pencil():
    step = one_step()
    # 2 * (2.5 - 3.5); then -2 * 2 * 1 and -2 * -1 * 0.5
    assert lists(step.slopes) == [[1, 0.5], [1]]
    assert lists(step.deltas) == [[-4, 1], [-2]]
    assert lists(step.weight_gradients) == [[[-4, 1], [-8, 2]], [[-2], [1]]]
    assert lists(step.bias_gradients) == lists(step.deltas)


def test_the_step_moves_each_weight_against_its_gradient_and_the_loss_falls():
    step = one_step()
    for before, gradient, after in zip(
        (*step.weights, *step.biases),
        (*step.weight_gradients, *step.bias_gradients),
        (*step.new_weights, *step.new_biases),
    ):
        np.testing.assert_array_equal(after, before - 0.01 * gradient)
    assert round(step.new_output, 4) == 3.0601
    assert round(step.new_loss, 4) == round((3.0601 - 3.5) ** 2, 4) == 0.1935


def test_each_gradient_is_the_slope_of_the_loss():
    step = one_step()
    flat = np.concatenate([part.ravel() for pair in zip(step.weight_gradients, step.bias_gradients) for part in pair])
    for place, gradient in enumerate(flat):
        # The output is a line in each weight alone, so that the loss is a parabola: this quotient has no error
        net, losses = pencil_net(), []
        for nudge in (0.125, -0.25):
            net.parameters[place] += nudge
            losses.append(net.evaluate([INPUTS], [[TARGET]], loss="mse").loss)
        assert (losses[0] - losses[1]) / 0.25 == gradient
