"""Section 3.1 (5): standardized inputs, and initial weights from N(0, sqrt(2/d))."""

import numpy as np

from npnet.ensemble import Ensemble
from npnet.experiments.claims._shared import best_rate, digits, irises, ratio
from npnet.experiments.claims.claim import Measured, claim, exceptions
from npnet.experiments.claims.verdicts import above, some
from npnet.initializers import HeNormal, Initializer, Normal
from npnet.language import Message
from npnet.typing import Array


@claim(
    "standardized-inputs",
    "3.1 (5)",
    "Standardize the input features, x ~ N(0, 1).",
    some(1),
    "Inputs with a large mean, or of different sizes, make the loss a narrow valley, in which no rate suits all "
    "directions.",
    quotation="输入特征标准化,x∼N(0,1)",
)
def standardized(seeds: tuple[int, ...]) -> Measured:
    """Compare the epochs that ReLU nets need with inputs as they are, and standardized."""
    needed = []
    for widths, split, rates, level, epochs in (
        ((4, 16, 3), irises, (0.3, 1.0, 0.1, 0.03), 0.2, 80),
        ((64, 16, 10), lambda standardized: digits(320, standardized), (0.3, 1.0, 0.1, 0.03), 0.3, 30),
    ):
        nets = Ensemble(widths, output="softmax", seeds=seeds)
        tried = []
        for kind in (False, True):
            x, y, _, _ = split(kind)
            tried.append(best_rate(nets, x, y, rates, level, epochs))
        needed.append((tried[0], tried[1]))
    ratios = [ratio(raw, scaled, len(needed)) for raw, scaled in needed]
    measures = {
        "irises": ratios[0].measure(Message("epochs until the loss is under 0.2, irises in cm over standardized")),
        "digits": ratios[1].measure(
            Message("epochs until the loss is under 0.3, digits as they are over standardized")
        ),
    }
    return Measured(
        Message(
            "Each at the rate that suits it best, ReLU nets need {irises} times the epochs on irises in cm as on "
            "standardized ones, and {digits} times on digits.",
            irises=str(ratios[0]),
            digits=str(ratios[1]),
        ),
        measures,
        exceptions(
            {
                Message("irises"): above(measures["irises"].value, 1),
                Message("digits"): above(measures["digits"].value, 1),
            },
            "On {cases}, nets need fewer epochs with inputs as they are.",
            "On {cases}, it is not certain that standardizing saves epochs.",
        ),
    )


class _OffCentre(HeNormal):
    """Weights with the standard deviation of `HeNormal`, around a mean that is as large."""

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        return super().draw(shape, rng) + (2 / shape[0]) ** 0.5


WEIGHTS: dict[str, str | Initializer] = {
    "N(0, √(2/d))": "he_normal",
    Message("the same off centre"): _OffCentre(),
    "N(0, 1)": Normal(1),
    "N(0, 0.1)": Normal(0.1),
    Message("Glorot's"): "glorot_uniform",
}


@claim(
    "he-normal-weights",
    "3.1 (5)",
    "Centre the initial weights: N(0, √(2/d)), with d inputs of the layer.",
    some(1),
    "Weights that are too large or too small change the size of the signal layer by layer, and those off centre push "
    "all units the same way; each kind is given the rate that suits it best.",
    quotation="初始参数中心化,x∼N(0,√(2/d)),d为当前层输入特征个数",
)
def he_normal(seeds: tuple[int, ...]) -> Measured:
    """Compare the epochs that deep ReLU nets need with several initial weights."""
    x, y, _, _ = digits(160)
    tried = {
        name: best_rate(
            Ensemble([64, 16, 16, 16, 10], output="softmax", seeds=seeds, kernel_initializer=weights),
            x, y, (0.3, 0.1, 0.03, 0.01, 1.0), 0.3, 20,
        )
        for name, weights in WEIGHTS.items()
    }  # fmt: skip
    first, *others = tried
    ratios = {name: ratio(tried[name], tried[first], len(others)) for name in others}
    return Measured(
        Message(
            "Each at the rate that suits it best, deep ReLU nets need {normal} times the epochs with weights from "
            "N(0, 1) as with weights from N(0, √(2/d)), and {glorot} times with Glorot's.",
            normal=str(ratios["N(0, 1)"]),
            glorot=str(ratios["Glorot's"]),
        ),
        {
            name: value.measure(Message("epochs over those with {first}: {name}", first=first, name=name))
            for name, value in ratios.items()
        },
        exceptions(
            {name: above(ratio.value, 1) for name, ratio in ratios.items()},
            "Fewer epochs are needed with {cases}.",
            "Beside {cases}, no difference is certain.",
        ),
    )
