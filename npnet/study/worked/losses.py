"""Worked numbers of sections 3.2 and 3.3: losses, and one step back through a net."""

import numpy as np

from npnet.activations import softmax
from npnet.experiments.one_step import OneStep, one_step
from npnet.losses import CategoricalCrossentropy, MeanSquaredError
from npnet.study.content import Worked
from npnet.typing import Array


def springs() -> Worked:
    """Return a mean squared error of two outputs, and its gradient."""
    loss, y, p = MeanSquaredError(), np.array([1.0, 0.0]), np.array([0.5, 2.0])
    gradient = loss.gradient(y, p)
    text = r"""
Two outputs `$p = (0.5, 2)$` with the labels `$y = (1, 0)$`: the errors are −0.5 and 2, their squares 0.25 and 4, and
the loss is `$\frac{0.25 + 4}{2} = {value}$`. The gradient is `$\frac22 (-0.5, 2) = ({first}, {second})$`. The second
error is four times as large, pulls four times as hard, and costs sixteen times as much.
"""
    values = {"value": f"{loss(y, p):g}", "first": f"{gradient[0]:g}", "second": f"{gradient[1]:g}"}
    return Worked("Two springs", text, values)


LOGITS, LABEL = (2.0, 1.0, 0.0), 1


def from_logits_to_gradient() -> Worked:
    """Return the way from three logits to p - y."""
    z, y = np.array([LOGITS]), np.eye(3)[[LABEL]]
    (p,), loss = softmax(z), CategoricalCrossentropy(from_logits=True)
    value, (gradient,) = loss(y, z), loss.gradient(y, z)
    text = r"""
The logits are `$z = (2, 1, 0)$`, and the second class is the right one: `$y = (0, 1, 0)$`. The exponentials are
`$e^2 = {e_first}$`, `$e^1 = {e_second}$` and `$e^0 = 1$`, and their sum is {total}. Divided by it, they are the
probabilities `$p = ({p_first}, {p_second}, {p_third})$`, and the loss is `$-\ln {p_exact} = {value}$`.

The gradient is `$p - y = ({g_first}, {g_second}, {g_third})$`. It says: raise the second logit, lower the other two,
the likelier one more; and it adds up to 0, as what one class gains the others lose. To check it, raise `$z_2$` by
0.1: the loss should fall by about `$0.1 \cdot {pull} = {expected}$`, and it falls by {fall}.
"""
    higher = z + 0.1 * y
    numbers: dict[str, float] = {"e_first": np.exp(2.0), "e_second": np.exp(1.0), "total": np.exp(LOGITS).sum()}
    numbers |= {"p_first": p[0], "p_second": p[1], "p_third": p[2], "value": value}
    numbers |= {"g_first": gradient[0], "g_second": gradient[1], "g_third": gradient[2]}
    numbers |= {"pull": -gradient[1], "expected": -0.1 * gradient[1], "fall": value - loss(y, higher)}
    shown = {name: f"{number:.3f}" for name, number in numbers.items()}
    return Worked("Three logits", text, shown | {"p_exact": f"{p[1]:.4f}"})


def there_and_back() -> Worked:
    """Return one step of the 2-2-1 net."""
    step = one_step()
    text = r"""
**Forward.** The net has two inputs, two hidden units with a leaky ReLU (`$\alpha = {alpha}$`), and one output. For
`$x = (1, 2)$` the hidden sums are `$z_1 = 0.5 \cdot 1 + 0.25 \cdot 2 = {z_first}$` and
`$z_2 = 1 \cdot 1 - 1 \cdot 2 = {z_second}$`, so that the units give {y_first} and
`${alpha} \cdot ({z_second}) = {y_second}$`. The output is
`$p = 2 \cdot {y_first} - 1 \cdot ({y_second}) = {output}$`. It should have been {target}: the loss is
`$({output} - {target})^2 = {loss}$`.

**Back.** At the output, `$\delta = 2(p - y) = 2 \cdot ({output} - {target}) = {delta}$`. Each hidden unit gets that
times its weight, then times its slope: `$\delta_1 = {delta} \cdot 2 \cdot {slope_first} = {delta_first}$` and
`$\delta_2 = {delta} \cdot (-1) \cdot {slope_second} = {delta_second}$`.

**Each weight** has the gradient "what came in, times the `$\delta$` it leads to": the two weights of the output
`$({y_first} \cdot ({delta}),\ {y_second} \cdot ({delta})) = ({v_first}, {v_second})$`, those from the second input
`$(2 \cdot ({delta_first}),\ 2 \cdot {delta_second}) = ({w_first}, {w_second})$`; and a bias, into which a 1 comes,
its `$\delta$` itself.

**The step.** With `$\mathrm{lr} = {rate}$` the weight from the second input to the first unit goes from 0.25 to
`$0.25 + {rate} \cdot 8 = {new}$`, and all others likewise. The net now gives {new_output}, and the loss is
{new_loss}.
"""
    return Worked("One step of a 2-2-1 net", text, _step_values(step))


def _step_values(step: OneStep) -> dict[str, str]:
    (hidden_z, _), (hidden_y, output) = step.z, step.y
    (hidden_slope, _), (hidden_delta, delta) = step.slopes, step.deltas
    from_second, last = step.weight_gradients[0][1], step.weight_gradients[1][:, 0]
    pairs: dict[str, Array] = {
        "z": hidden_z, "y": hidden_y, "slope": hidden_slope, "delta": hidden_delta, "w": from_second, "v": last,
    }  # fmt: skip
    values = {f"{name}_{place}": f"{pair[i]:g}" for name, pair in pairs.items() for i, place in enumerate(PLACES)}
    return values | {
        "alpha": f"{hidden_slope[1]:g}", "output": f"{output[0]:g}", "target": f"{step.target:g}",
        "loss": f"{step.loss:g}", "delta": f"{delta[0]:g}", "rate": f"{step.learning_rate:g}",
        "new": f"{step.new_weights[0][1, 0]:g}", "new_output": f"{step.new_output:.2f}",
        "new_loss": f"{step.new_loss:.2f}",
    }  # fmt: skip


PLACES = ("first", "second")
