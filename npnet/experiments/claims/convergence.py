"""Section 3.1 (3) to (5): how fast nets converge with each activation."""

from functools import lru_cache

from npnet.ensemble import Ensemble
from npnet.experiments.activation_curves import LABELS
from npnet.experiments.claims._shared import Ratio, Tried, best_rate, digits, irises, ratio
from npnet.experiments.claims.claim import Measure, Measured, claim
from npnet.experiments.claims.verdicts import Evidence, Verdict, above, below, judge, unless
from npnet.experiments.statistics import Interval
from npnet.language import Message, joined, listed

NAMES = ("relu", "sigmoid", "tanh", "leaky_relu")
# Each net's widths, rates to choose from, the loss to get under, and the most epochs
NETS = {
    Message("4-16-3 on irises"): ((4, 16, 3), (1.0, 3.0, 10.0, 30.0), 0.1, 80),
    Message("4-16-16-16-3 on irises"): ((4, 16, 16, 16, 3), (0.3, 1.0, 3.0, 10.0), 0.1, 80),
    Message("64-16-10 on digits"): ((64, 16, 10), (1.0, 3.0, 10.0, 30.0, 0.3), 0.02, 30),
}


@lru_cache(maxsize=2)
def _tried(seeds: tuple[int, ...]) -> dict[str, dict[str, Tried]]:
    """Return for each net and activation the best rate, and the epochs until the loss is low."""
    found: dict[str, dict[str, Tried]] = {}
    for net, (widths, rates, level, epochs) in NETS.items():
        x, y, _, _ = digits(320) if widths[0] == 64 else irises()
        found[net] = {
            name: best_rate(Ensemble(widths, name, "softmax", seeds=seeds), x, y, rates, level, epochs)
            for name in NAMES
        }
    return found


def _beside_relu(seeds: tuple[int, ...], names: tuple[str, ...]) -> dict[str, Ratio]:
    """Return the epochs of each net and activation over those of ReLU."""
    return {
        Message("{activation} ({net})", activation=LABELS[name], net=net): ratio(
            tried[name], tried["relu"], len(NETS) * len(names)
        )
        for net, tried in _tried(seeds).items()
        for name in names
    }


def _measures(ratios: dict[str, Ratio]) -> dict[str, Measure]:
    return {what: value.measure(Message("epochs over ReLU's: {what}", what=what)) for what, value in ratios.items()}


def _estimate(ratio: Ratio) -> float:
    return ratio.value.estimate


def _most(ratios: dict[str, Ratio], name: str) -> str:
    """Return the ratio on the net that suits an activation least."""
    return str(max((value for what, value in ratios.items() if what.startswith(f"{LABELS[name]} (")), key=_estimate))


# "Much" is taken as twice as fast
MUCH = 2


def _much_faster(**ratios: Interval) -> Verdict:
    return judge(max(above(value, 1) for value in ratios.values()), *(above(value, MUCH) for value in ratios.values()))


def _where_much_faster(ratios: dict[str, Ratio]) -> str:
    """Return beside what ReLU is much faster, which is said sooner than where it is not, and what is faster."""
    twice = [what for what, ratio in ratios.items() if ratio.value.above(MUCH)]
    faster = [what for what, ratio in ratios.items() if ratio.value.below(1)]
    return joined(
        (
            Message("ReLU needs less than half of the epochs, for certain, only beside {nets}.", nets=listed(twice))
            if twice
            else Message("Nowhere does ReLU need less than half of the epochs for certain."),
            Message("It needs more epochs than {nets}.", nets=listed(faster)) if faster else "",
        )
    )


@claim(
    "relu-converges-faster",
    "3.1 (3)",
    "ReLU converges much faster than sigmoid and tanh.",
    _much_faster,
    "Each activation is given the rate that suits it best: what is compared are the epochs until the loss is low, in "
    "multiples of those with ReLU.",
    quotation="收敛速度远快于sigmoid&tanh",
)
def relu_faster(seeds: tuple[int, ...]) -> Measured:
    """Compare the epochs that sigmoid and tanh nets need with those of ReLU nets."""
    ratios = _beside_relu(seeds, ("sigmoid", "tanh"))
    return Measured(
        Message(
            "On the net that suits each least, and at the rate that suits it best, sigmoid nets need {sigmoid} times "
            "the epochs of ReLU nets until the loss is low, and tanh nets {tanh} times.",
            sigmoid=_most(ratios, "sigmoid"),
            tanh=_most(ratios, "tanh"),
        ),
        _measures(ratios),
        _where_much_faster(ratios),
    )


def _not_always(**ratios: Interval) -> Verdict:
    return judge(max(_no_better(value) for value in ratios.values()))


def _no_better(ratio: Interval) -> Evidence:
    # As fast as ReLU is no better
    return Evidence.SHOWN if ratio.low >= 1 else Evidence(-ratio.below(1))


@claim(
    "leaky-relu-not-always-better",
    "3.1 (4)",
    "Leaky ReLU is not always better than ReLU in practice.",
    _not_always,
    "A slope for negative z keeps every unit alive, which helps only where dead units were what held the net back.",
    quotation="实践中证明未必一定好于ReLu函数",
)
def leaky_not_always(seeds: tuple[int, ...]) -> Measured:
    """Compare the epochs that leaky ReLU nets need with those of ReLU nets."""
    ratios = _beside_relu(seeds, ("leaky_relu",))
    measures = _measures(ratios)
    found = [_no_better(measure.value) for measure in measures.values()]
    return Measured(
        Message(
            "With leaky ReLU (α = 0.2) in place of ReLU, training certainly gets faster on {better} of {count} nets, "
            "and certainly not on {others}.",
            better=found.count(Evidence.REFUTED),
            count=len(ratios),
            others=found.count(Evidence.SHOWN),
        ),
        measures,
    )


def _first_choice(**ratios: Interval) -> Verdict:
    beaten = max(below(value, 1) for value in ratios.values())
    return judge(max(above(value, 1) for value in ratios.values()), unless(beaten))


@claim(
    "relu-first",
    "3.1 (5)",
    "Choose ReLU first.",
    _first_choice,
    "Every other activation, at the rate that suits it best, is compared with ReLU: one that needs fewer epochs on a "
    "net is a reason to try it too.",
    quotation="首选ReLu",
)
def relu_first(seeds: tuple[int, ...]) -> Measured:
    """Compare the epochs that nets with every other activation need with those of ReLU nets."""
    ratios = _beside_relu(seeds, NAMES[1:])
    faster = [what for what, ratio in ratios.items() if ratio.value.below(1)]
    return Measured(
        Message(
            "Over all nets, and each at the rate that suits it best, other activations need from {least} to {most} "
            "times the epochs of ReLU nets.",
            least=str(min(ratios.values(), key=_estimate)),
            most=str(max(ratios.values(), key=_estimate)),
        ),
        _measures(ratios),
        Message("ReLU is certainly beaten by {nets}: the first choice is not always the best.", nets=listed(faster))
        if faster
        else "",
    )
