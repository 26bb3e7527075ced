"""Section 5: the optimizers' oscillation, correction, time and convergence."""

import itertools
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from npnet import datasets
from npnet.experiments import notes
from npnet.experiments.claims.claim import Measure, Measured, claim, exceptions
from npnet.experiments.claims.verdicts import Verdict, above, below, judge, larger, together
from npnet.experiments.optimizer_comparison import OptimizerComparison, optimizer_comparison
from npnet.experiments.passes import passes
from npnet.experiments.statistics import Interval, bootstrap, exact, median, paired, proportion
from npnet.experiments.timing import Times, interleaved
from npnet.language import Message
from npnet.optimizers import Adam, Optimizer
from npnet.typing import Array


@lru_cache(maxsize=2)
def _compared(seeds: tuple[int, ...]) -> OptimizerComparison:
    return optimizer_comparison(seeds=seeds)


@lru_cache(maxsize=2)
def _times(seeds: tuple[int, ...]) -> Times:
    """Time 10 epochs of the notes' iris net with each optimizer, with one round for each seed."""
    x, y, _, _ = datasets.iris_split()

    def timed(optimizer: Optimizer) -> Callable[[], object]:
        net = notes.iris_net(seeds[0])
        return lambda: net.fit(x, y, loss="mse", optimizer=optimizer, epochs=10, shuffle=False)

    known = notes.optimizers()
    return interleaved({name: timed(known[name]) for name in notes.FIVE}, len(seeds))


def _rises(losses: Array) -> Array:
    """Return for each seed the share of epochs, from the 50th on, that raise the loss."""
    return (np.diff(losses[50:], axis=0) > 0).mean(axis=0)


# A tenth of the epochs is what one sees in a plot
OFTEN = 0.1


def _oscillates(large: Interval, small: Interval) -> Verdict:
    return judge(above(large, OFTEN), below(small, OFTEN))


@claim(
    "rmsprop-oscillates",
    "5.2 (4)",
    "RMSProp oscillates visibly, so that the rate is reduced.",
    _oscillates,
    "Near a minimum RMSProp's steps keep the length of the rate, as gradients are measured in their own size: at a "
    "large rate many epochs raise the loss.",
    quotation="曲线振荡明显,因此调小学习率至lr=0.01",
)
def rmsprop_oscillates(seeds: tuple[int, ...]) -> Measured:
    """Count the epochs that raise the loss with RMSProp at both rates."""
    runs = _compared(seeds).runs
    large, small = (bootstrap(_rises(runs[f"RMSProp at {rate}"].losses), np.mean) for rate in ("0.1", "0.01"))
    measures = {
        "large": Measure("share of epochs that raise the loss, rate 0.1", large),
        "small": Measure("share of epochs that raise the loss, rate 0.01", small),
    }
    return Measured(
        Message(
            "On the notes' iris net, {large:.0%} of the epochs from the 50th on raise the loss with RMSProp at rate "
            "0.1, and {small:.0%} at 0.01.",
            large=large.estimate,
            small=small.estimate,
        ),
        measures,
        exceptions(
            {"0.01": below(small, OFTEN)},
            "At rate {cases} it oscillates as well.",
            "That it no longer oscillates at rate {cases} is not certain.",
        ),
    )


class UncorrectedAdam(Adam):
    """Adam without the corrections of its moments: as after a million steps, when they are 1.

    Examples
    --------
    >>> w = np.array([1.0])
    >>> UncorrectedAdam(0.5, epsilon=0.0).step(w, np.array([3.0]))
    >>> print(w.round(3))
    [-0.581]
    """

    def numbers(self, t: int) -> tuple[Any, ...]:
        """Return the numbers of a late step."""
        return super().numbers(10**6)


STEPS = 200


def _sizes(optimizer: Optimizer, seeds: tuple[int, ...]) -> Array:
    """Return the size of each of 200 steps, as a multiple of the rate, with a random gradient for each seed."""
    gradients = np.array([[np.random.default_rng(seed).normal() for seed in seeds]])
    w, path = np.zeros_like(gradients), [np.zeros(len(seeds))]
    for _ in range(STEPS):
        optimizer.step(w, gradients)
        path.append(w[0].copy())
    return abs(np.diff(path, axis=0)) / optimizer.learning_rate


def _matters(first: Interval, tenth: Interval, last: Interval, plain: Interval, corrected: Interval) -> Verdict:
    # Steps that differ by less than a tenth are taken as the same; to need corrections is to learn worse without them
    steps = max(max(above(ratio, 1.1), below(ratio, 0.9)) for ratio in (first, tenth, last))
    return judge(steps, above(first, 1), larger(corrected, plain))


@claim(
    "adam-correction",
    "5.2 (5)",
    "Adam's moments have to be corrected, 1/(1 − βᵗ), before they are used.",
    _matters,
    "Both moments start at 0, and V stays too small for longer: without the corrections the first steps are too long, "
    "and not the very first one alone.",
    quotation="然后需要对动量进行修正",
)
def adam_correction(seeds: tuple[int, ...]) -> Measured:
    """Compare Adam's steps and its training with those of Adam without the corrections."""
    rate = notes.IRIS.learning_rate
    plain, corrected = (_sizes(kind(rate), seeds) for kind in (UncorrectedAdam, Adam))
    ratios = [bootstrap(plain[step] / corrected[step], level=together(3)) for step in (0, 9, STEPS - 1)]
    optimizers = {"plain": UncorrectedAdam(rate), "corrected": Adam(rate)}
    runs = optimizer_comparison(100, seeds=seeds, optimizers=optimizers).runs
    epochs = [run.epochs_to_loss(0.05) for run in runs.values()]
    there = [proportion(np.isfinite(needed)) for needed in epochs]
    return Measured(
        Message(
            "Within 100 epochs, {corrected:.0%} of the notes' iris nets get under a loss of 0.05 with the "
            "corrections, and {plain:.0%} without them.",
            corrected=there[1].estimate,
            plain=there[0].estimate,
        ),
        {
            "first": Measure("length of the first step, without over with corrections", ratios[0]),
            "tenth": Measure("length of the 10th step, without over with corrections", ratios[1]),
            "last": Measure("length of the 200th step, without over with corrections", ratios[2]),
            "plain": Measure("share of nets with a loss under 0.05 within 100 epochs, without corrections", there[0]),
            "corrected": Measure("share of nets with a loss under 0.05 within 100 epochs, with corrections", there[1]),
        },
        exceptions(
            {
                Message("makes the first step too long"): above(ratios[0], 1),
                Message("keeps nets from learning"): larger(there[1], there[0]),
            },
            "Their absence is not what {cases}.",
            "That their absence {cases} is not certain.",
        ),
    )


# The order of the notes' training times, fastest first
BY_TIME = sorted(notes.FIVE, key=lambda name: notes.REPORTED[name].seconds)


def _in_order(ends: Interval, **others: Interval) -> Verdict:
    # By what can be counted: a run's clock is not another's
    neighbours = [above(ratio, 1) for name, ratio in others.items() if name in BY_TIME]
    return judge(above(ends, 1), *neighbours)


@claim(
    "optimizer-times",
    "5.3",
    "Training time grows in the order SGD, Adagrad, SGDM, RMSProp, Adam.",
    _in_order,
    "The more moments an optimizer keeps, the more passes over the parameters a step takes: these are counted, and "
    "beside them the time is measured.",
    quotation="训练时间/s",
)
def optimizer_times(seeds: tuple[int, ...]) -> Measured:
    """Count the passes of each optimizer's step over the parameters, and time the notes' iris net with it."""
    times, known = _times(seeds), notes.optimizers()
    counts = {name: passes(known[name]) for name in BY_TIME}
    pairs = {slow: (slow, fast) for fast, slow in itertools.pairwise(BY_TIME)}
    pairs["ends"] = (BY_TIME[-1], BY_TIME[0])
    counted = {
        name: Measure(
            Message("passes over the parameters, {slow} over {fast}", slow=slow, fast=fast),
            exact(counts[slow] / counts[fast]),
        )
        for name, (slow, fast) in pairs.items()
    }
    timed = {
        f"{name}, timed": Measure(
            Message("processor time to train, {slow} over {fast}", slow=name, fast="SGD"), times.ratio(name, "SGD")
        )
        for name in BY_TIME[1:]
    }
    return Measured(
        Message(
            "A step goes over the parameters {sgd} times with SGD and {adam} times with Adam, with which training the "
            "notes' iris net takes {time:.2f} times as long, as steps are only a part of it.",
            sgd=counts["SGD"],
            adam=counts["Adam"],
            time=times.ratio("Adam", "SGD").estimate,
        ),
        {**counted, **timed},
        exceptions(
            {
                Message("between {fast} and {slow}", fast=fast, slow=slow): above(counted[slow].value, 1)
                for fast, slow in itertools.pairwise(BY_TIME)
            },
            "By the count of passes, the order is the other way round {cases}.",
            "By the count of passes, there is no difference {cases}.",
        ),
        times,
    )


CONVERGED = {"loss": Message("training loss"), "accuracy": Message("test accuracy")}


def _converge_in_order(**differences: Interval) -> Verdict:
    by_loss, by_accuracy = (
        [above(differences[f"{fast}, {until}"], 0) for fast in notes.FIVE[1:]] for until in ("loss", "accuracy")
    )
    return judge(max(min(by_loss), min(by_accuracy)), *by_loss, *by_accuracy)


@claim(
    "optimizer-epochs",
    "5.3",
    "Epochs to converge fall in the order SGD, SGDM, Adagrad, RMSProp (at a smaller rate), Adam.",
    _converge_in_order,
    "How many epochs are needed depends on what counts as converged: it is asked of the training loss and of the test "
    "accuracy.",
    quotation="收敛速度/epoch",
)
def optimizer_epochs(seeds: tuple[int, ...]) -> Measured:
    """Compare the epochs that the notes' iris net needs with each optimizer, by loss and by accuracy."""
    compared = _compared(seeds)
    needed = {
        "loss": {name: compared.runs[name].epochs_to_loss(0.05) for name in notes.FIVE},
        "accuracy": {name: compared.runs[name].epochs_to_converge for name in notes.FIVE},
    }
    ends = {
        "loss": Message("epochs until the loss is under 0.05"),
        "accuracy": Message("epochs until the accuracy is final"),
    }
    measures = {
        f"{fast}, {until}": Measure(
            Message("{epochs}, {slow} minus {fast}", epochs=ends[until], slow=slow, fast=fast),
            paired(epochs[slow], epochs[fast], together(2)).difference,
        )
        for until, epochs in needed.items()
        for slow, fast in itertools.pairwise(notes.FIVE)
    }
    return Measured(
        Message(
            "Until the training loss is under 0.05, the notes' iris net takes {slow:.0f} epochs with SGD and "
            "{fast:.0f} with Adam; each optimizer is compared with the next.",
            slow=median(needed["loss"]["SGD"]),
            fast=median(needed["loss"]["Adam"]),
        ),
        measures,
        exceptions(
            {
                Message("between {slow} and {fast} by {what}", slow=slow, fast=fast, what=CONVERGED[until]): above(
                    measures[f"{fast}, {until}"].value, 0
                )
                for until in needed
                for slow, fast in itertools.pairwise(notes.FIVE)
            },
            "The order is the other way round {cases}.",
            "The order is not certain {cases}.",
        ),
        compared,
    )


def _imperfect(small: Interval, **_: Interval) -> Verdict:
    return judge(above(small, 0.5))


@claim(
    "rmsprop-accuracy",
    "5.3",
    "With RMSProp at the smaller rate, the final test accuracy stays under 1.",
    _imperfect,
    "An accuracy is counted on 30 test irises: one on the wrong side makes it 29 of 30.",
    quotation="最终Acc<1.0",
)
def rmsprop_accuracy(seeds: tuple[int, ...]) -> Measured:
    """Count the nets whose final accuracy is under 1 with RMSProp at both rates."""
    runs = _compared(seeds).runs
    small, large = (proportion(runs[f"RMSProp at {rate}"].final_accuracy < 1) for rate in ("0.01", "0.1"))
    return Measured(
        Message(
            "After 500 epochs of RMSProp, {small:.0%} of the notes' iris nets have a test accuracy under 1 at rate "
            "0.01, and {large:.0%} at 0.1.",
            small=small.estimate,
            large=large.estimate,
        ),
        {
            "small": Measure("share of nets with a test accuracy under 1, rate 0.01", small),
            "large": Measure("share of nets with a test accuracy under 1, rate 0.1", large),
        },
    )


def _balance(per_epoch: Interval, whole: Interval) -> Verdict:
    return judge(min(above(per_epoch, 1), above(whole, 1)))


@claim(
    "time-against-convergence",
    "5.3",
    "In practice one has to balance training time against the speed of convergence.",
    _balance,
    "A step that costs more may still save time, if fewer are needed: the time of an epoch is set beside that of all "
    "epochs until the loss is low.",
    quotation="因此实际使用时,需要在训练时间(模型复杂度)和收敛速度(有时还需考虑训练精度)上寻求平衡",
)
def time_against_convergence(seeds: tuple[int, ...]) -> Measured:
    """Compare Adam with SGD by the time of an epoch, and by the time until the net has converged."""
    compared, times = _compared(seeds), _times(seeds)
    per_epoch = times.ratio("Adam", "SGD")
    adam, sgd = (compared.runs[name].epochs_to_loss(0.05) + 1 for name in ("Adam", "SGD"))
    whole = bootstrap(per_epoch.estimate * adam / sgd)
    return Measured(
        Message(
            "On the notes' iris net, an epoch of Adam takes {per_epoch:.2f} times the time of one of SGD, but all "
            "epochs until the loss is under 0.05 together take {whole:.2f} times the time.",
            per_epoch=per_epoch.estimate,
            whole=whole.estimate,
        ),
        {
            "per_epoch": Measure("processor time of an epoch, Adam over SGD", per_epoch),
            "whole": Measure("processor time until the loss is under 0.05, Adam over SGD", whole),
        },
    )
