"""Worked numbers of section 2: the size of a net, a step, a decay."""

import numpy as np

from npnet.experiments import notes
from npnet.optimizers import SGD
from npnet.schedules import ExponentialDecay
from npnet.study.content import Worked


def counted() -> Worked:
    """Return the parameters and the multiply-adds of the notes' net on the dots, counted."""
    net = notes.dots_net()
    inputs, units, outputs = net.widths
    text = r"""
The notes have two nets. One tells three kinds of irises apart by four lengths; it is 4-3: 4 inputs and 3 outputs. The
other one tells dots inside a circle from dots outside, by their two coordinates; it is {inputs}-{units}-{outputs}:
{inputs} inputs, a hidden layer of {units} units and {outputs} output. Let us count the second one. Its hidden layer
has `${inputs} \cdot {units}$` weights and {units} biases, {first} in all; its output has `${units} \cdot {outputs}$`
weights and one bias, {second} in all. Together that is {total} numbers to keep.

For one sample, each weight is used once: `${inputs} \cdot {units} + {units} \cdot {outputs} = {products}$`
multiply-adds. A training step also goes back (3.3): {products} for the gradients of the weights, and
`${units} \cdot {outputs}$` for what the output hands to the hidden layer. For a batch of 32 that is
`$32 \cdot ({products} + {products} + {units}) = {step}$`.
"""
    first, second = (W.size + b.size for W, b in zip(net.weights, net.biases))
    numbers = {
        "inputs": inputs, "units": units, "outputs": outputs, "first": first, "second": second,
        "total": net.parameters.size, "products": net.multiply_adds,
        "step": 32 * (2 * net.multiply_adds + net.weights[1].size),
    }  # fmt: skip
    return Worked("Counting a net", text, {name: str(number) for name, number in numbers.items()})


def three_steps() -> Worked:
    """Return one weight's steps with a rate that suits, and one that is nearly too large."""
    text = r"""
Begin at `$w = 5$`, at a distance of 6 from the minimum, with `$\mathrm{lr} = 0.2$`. The gradient is `$2(5+1) = 12$`,
the step `$0.2 \cdot 12 = {step}$`, and the weight comes to {first}. The distance is now {near}, which is
`$1 - 2 \cdot 0.2 = 0.6$` times what it was. The next two steps multiply by 0.6 again: `$w = {second}$`, then {third}.

With `$\mathrm{lr} = 0.999$` the same first step is {long} long and leads to {other}: across the minimum, and as far
from it as before but for a factor of `$1 - 2 \cdot 0.999 = -0.998$`. With 0.5 the factor is 0, and one step is
enough.
"""
    small, large = _path(0.2), _path(0.999)
    return Worked(
        "Three steps of one weight", text,
        {
            "step": f"{5 - small[0]:.1f}", "first": f"{small[0]:.1f}", "near": f"{small[0] + 1:.1f}",
            "second": f"{small[1]:.2f}", "third": f"{small[2]:.3f}", "long": f"{5 - large[0]:.3f}",
            "other": f"{large[0]:.3f}".replace("-", "−"),
        },
    )  # fmt: skip


def _path(rate: float) -> list[float]:
    w, optimizer, path = np.array([5.0]), SGD(rate), []
    for _ in range(3):
        optimizer.step(w, 2 * (w + 1))
        path.append(float(w[0]))
    return path


def half_life() -> Worked:
    """Return when the notes' rate is half of the first one, and all rates together."""
    schedule = ExponentialDecay(notes.LR_BASE, notes.LR_STEP, notes.LR_DECAY)
    half = next(epoch for epoch in range(1000) if schedule(epoch) < notes.LR_BASE / 2)
    text = r"""
After 10 epochs the notes' rate is `$0.2 \cdot 0.99^{10} = {tenth}$`; after {half} it is {halved}, the first that is
under half. One per cent an epoch sounds like little, but 100 epochs leave `$0.99^{100} = {share}$` of the rate.

All rates together, for ever, are
`$0.2 + 0.2 \cdot 0.99 + 0.2 \cdot 0.99^2 + \dots = \frac{0.2}{1 - 0.99} = {total}$`. Along a gradient that stays the
same, all steps together are {total} times the gradient; a weight that has farther to go stops on the way.
"""
    values = {
        "tenth": f"{schedule(10):.4f}", "half": str(half), "halved": f"{schedule(half):.5f}",
        "share": f"{schedule(100) / schedule(0):.3f}", "total": f"{schedule(0) / (1 - notes.LR_DECAY):.0f}",
    }  # fmt: skip
    return Worked("How fast 1 % an epoch is", text, values)
