"""The figures of section 2: learning rates."""

from typing import Any

from matplotlib.figure import Figure

from npnet._drawing import COLOURS, DASHES, subplots
from npnet.experiments import DecayedRates, OneWeight
from npnet.language import Message


def decayed_rates(result: DecayedRates) -> Figure:
    """Return the learning rate over the epochs."""
    with subplots(1, 1, 5.6, 2.6) as (figure, (axes,)):
        axes.plot(result.epochs, result.learning_rates, color=COLOURS[0])
        axes.set(xlabel=Message("epoch"), ylabel=Message("learning rate"), ylim=(0, None))
        return figure


def one_weight(result: OneWeight) -> Figure:
    """Return the first steps of the weight, and its distance from the minimum, for each rate."""
    # Else the right panel's label stands at the left panel's edge
    with subplots(1, 2, 8.6, 4, gridspec_kw={"wspace": 0.08}) as (figure, (paths, distances)):
        for i, (name, path) in enumerate(zip(result.names, result.weights)):
            style: dict[str, Any] = {"color": COLOURS[i % 6], "linestyle": DASHES[i % 6]}
            paths.plot(path[:9], marker="o", markersize=3, label=name, **style)
            distances.plot(abs(path + 1), **style)
        paths.axhline(-1, color="grey", linewidth=0.8)
        paths.set(xlabel=Message("step"), ylabel=Message("w (the minimum is at −1)"))
        distances.set(xlabel=Message("step"), ylabel=Message("distance from the minimum, |w + 1|"), yscale="log")
        figure.legend(loc="outside lower center", ncols=2, title=Message("learning rate"))
        return figure
