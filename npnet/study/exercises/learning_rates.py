"""Exercises of section 2: the size of a net, and of a step."""

from npnet.study.content import Exercise, exercise


def deeper() -> Exercise:
    """Return the size of a net with one more hidden layer."""

    def code() -> None:
        from npnet import MLP

        for widths in ([2, 11, 1], [2, 11, 11, 1], [2, 22, 1]):
            net = MLP(widths)
            print(widths, net.parameters.size, "parameters", net.multiply_adds, "multiply-adds")

    return exercise(
        "Which makes the notes' 2-11-1 net larger: a second hidden layer of 11 units, or twice as many units in the "
        "one it has?",
        code,
        "The second layer, by far: it takes four times the parameters, the wider layer just under twice. Between two "
        "hidden layers stand width times width weights, so that width counts squared there; towards the few inputs "
        "and the one output it counts once.",
    )


def steeper() -> Exercise:
    """Return what becomes of a rate when the loss is multiplied."""

    def code() -> None:
        import numpy as np

        from npnet.optimizers import SGD

        for scale in (1, 10):
            w, optimizer = np.array([5.0]), SGD(0.2)
            for _ in range(4):
                optimizer.step(w, scale * 2 * (w + 1))
                print(scale, w.round(2))

    return exercise(
        "Keep the rate 0.2, and minimize `$10(w+1)^2$` in place of `$(w+1)^2$`. The minimum is at the same place. "
        "What do you expect?",
        code,
        "It diverges: the factor is `$1 - 20 \\cdot 0.2 = -3$` now, so that the distance to −1 triples with each "
        "step. No rate is small or large by itself, only beside how sharply the loss bends. A sum over the batch in "
        "place of a mean, or inputs in millimetres in place of metres, bends the loss in the same way.",
    )


def fast_decay() -> Exercise:
    """Return where a weight ends with a decay that is too fast."""

    def code() -> None:
        from npnet.experiments import one_weight
        from npnet.schedules import ExponentialDecay

        for factor in (0.99, 0.8, 0.5):
            paths = one_weight({"decayed": ExponentialDecay(0.2, 1, factor)}, epochs=100)
            print(factor, paths.weights[0, -1].round(3))

    return exercise(
        "Let the rate fall faster, by a fifth or by half with each epoch, and take 100 epochs. Does the weight still "
        "get from 5 to −1?",
        code,
        "No: it stops on the way, and more time would not help. All rates together are `$\\frac{0.2}{1 - r}$`, which "
        "is 20 for `$r = 0.99$` and 0.4 for `$r = 0.5$`; the steps shrink before the weight is there. A decay is a "
        "promise to stop, so it must not come due too early.",
    )
