"""The worked numbers: what stands in the text is what a pencil finds."""

import importlib
import inspect
import math
import pkgutil

import pytest

from npnet.experiments import gradient_flow
from npnet.study import worked
from npnet.study.content import Worked
from npnet.study.worked import activations, learning_rates, losses, optimizers, regularization


def every():
    for found in pkgutil.iter_modules(worked.__path__, "npnet.study.worked."):
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield pytest.param(function, id=name)


def five_layers():
    return activations.five_layers(gradient_flow(seeds=range(10)), range(10))


@pytest.mark.parametrize("make", list(every()))
def test_each_has_a_title_and_its_numbers(make):
    one = five_layers() if make is activations.five_layers else make()
    assert isinstance(one, Worked)
    assert one.title[0].isupper()
    assert all(value in one.filled for value in one.values.values())


def numbers(made):
    return {name: float(value.replace("−", "-")) for name, value in made.values.items()}


def test_parameters_and_products_are_counted_by_hand():
    found = numbers(learning_rates.counted())
    assert (found["first"], found["second"], found["total"]) == (2 * 11 + 11, 11 + 1, 45)
    assert (found["products"], found["step"]) == (33, 32 * 77)


def test_the_steps_of_one_weight_multiply_its_distance():
    found = numbers(learning_rates.three_steps())
    assert (found["step"], found["first"], found["near"]) == (2.4, 2.6, 3.6)
    assert (found["second"], found["third"]) == (round(6 * 0.6**2 - 1, 2), round(6 * 0.6**3 - 1, 3))
    assert (found["long"], found["other"]) == (11.988, -6.988)


def test_the_rate_halves_where_the_logarithm_says():
    found = numbers(learning_rates.half_life())
    assert found["half"] == math.ceil(math.log(0.5) / math.log(0.99))
    assert (found["tenth"], found["share"], found["total"]) == (0.1809, 0.366, 20)


def test_slopes_and_weights_together_are_about_what_is_measured():
    found = numbers(five_layers())
    assert found["five"] == round(0.25**5, 5)
    assert (found["small"], found["large"]) == (1.414, 5.657)
    assert abs(found["eight"] - found["measured_small"] ** 8) < 1e-5
    assert found["slope_large"] < found["slope_small"] < 0.25
    # In the digits that are shown, so that a pencil finds the same
    assert abs(found["product_small"] - found["small"] * found["slope_small"]) < 1e-3
    assert abs(found["product_large"] - found["large"] * found["slope_large"]) < 4e-3
    assert abs(found["product_small"] / found["measured_small"] - 1) < 0.1
    assert abs(found["product_large"] / found["measured_large"] - 1) < 0.2


def test_activations_by_hand():
    assert numbers(activations.collapsed()) == {"bent": 0, "low": -4, "high": 5}
    tanh = numbers(activations.two_ways())
    assert tanh["y"] == tanh["moved"] == round(math.tanh(0.5), 4)
    assert tanh["slope"] == tanh["stretched"] == round(1 - math.tanh(0.5) ** 2, 4)
    dead = numbers(activations.one_step_too_long())
    assert (dead["gradient"], dead["w"], dead["low"], dead["lower"], dead["nothing"]) == (2.5, -2, -2, -4, 0)
    assert numbers(activations.ajar())["five"] == round(0.2**5, 5)
    assert abs(numbers(activations.balance())["kept"] - 0.5) < 0.01


def test_losses_by_hand():
    assert numbers(losses.springs()) == {"value": 2.125, "first": -0.5, "second": 2}
    found = numbers(losses.from_logits_to_gradient())
    powers = [math.exp(z) for z in losses.LOGITS]
    shares = [power / sum(powers) for power in powers]
    assert [found[f"p_{place}"] for place in ("first", "second", "third")] == [round(share, 3) for share in shares]
    assert found["value"] == round(-math.log(shares[losses.LABEL]), 3)
    assert abs(found["expected"] - found["fall"]) < 0.002
    assert abs(found["g_first"] + found["g_second"] + found["g_third"]) < 0.002


def test_the_step_of_the_net_is_the_one_of_the_figure():
    found = numbers(losses.there_and_back())
    assert (found["output"], found["loss"], found["delta"]) == (2.5, 1, -2)
    assert (found["delta_first"], found["delta_second"]) == (-4, 1)
    assert (found["w_first"], found["w_second"], found["v_first"], found["v_second"]) == (-8, 2, -2, 1)
    assert (found["new"], found["new_output"], found["new_loss"]) == (0.33, 3.06, 0.19)


def test_regularization_by_hand():
    found = numbers(regularization.more_unknowns())
    assert (found["large"], found["each"], found["small"], found["labels"]) == (201, 5, 45, 6.7)
    pulls = numbers(regularization.two_pulls())
    assert (pulls["large_one"], pulls["small_one"]) == (0.497, 0.007)
    assert (pulls["large_two"], pulls["small_two"], pulls["half"]) == (0.4985, 0.00997, 231)


def test_first_steps_by_hand():
    assert numbers(optimizers.no_unit()) == {"small": 0.1, "large": 0.1}
    assert numbers(optimizers.plain()) == {"first": 0.99, "second": 0.5}
    found = numbers(optimizers.agreement())
    assert [found[f"same_{place}"] for place in optimizers.PLACES] == [0.1, 0.19, 0.271]
    assert [found[f"other_{place}"] for place in optimizers.PLACES] == [0.1, -0.01, 0.091]
    # The limit of alternating gradients
    assert found["late"] == round(0.1 / 1.9, 3)
    assert list(numbers(optimizers.shrinking()).values()) == [round(0.1 / math.sqrt(t), 4) for t in (1, 2, 3, 4)]
    first, second, last = numbers(optimizers.first_is_longest()).values()
    assert (first, second, last) == (round(0.2 / math.sqrt(0.4), 3), round(0.2 / math.sqrt(0.76), 3), 0.101)


def test_two_steps_of_adam_by_hand():
    found = numbers(optimizers.corrected())
    assert (found["m_first"], found["V_first"], found["step_first"]) == (0.2, 0.004, 0.1)
    assert (found["m_second"], found["V_second"]) == (0.28, 0.004996)
    assert (found["hat_m"], found["hat_V"]) == (round(0.28 / 0.19, 3), round(0.004996 / 0.001999, 3))
    assert found["step_second"] == round(0.1 * 0.28 / 0.19 / math.sqrt(0.004996 / 0.001999), 4)
    assert (found["plain_first"], found["plain_second"]) == (0.316, 0.396)
