"""Exercises of section 4: overfitting and regularization."""

from npnet.study.content import Exercise, exercise


def more_data() -> Exercise:
    """Return the losses of a large net on few dots and on more."""

    def code() -> None:
        from npnet import MLP, datasets, optimizers

        x, y, _ = datasets.load_dots()
        for count in (40, 200):
            net = MLP([2, 50, 1], seed=0)
            net.fit(x[:count], y[:count], "mse", optimizers.SGD(0.05), epochs=12000 // count)
            train, test = net.evaluate(x[:count], y[:count]), net.evaluate(x[200:], y[200:])
            print(count, round(train.loss, 3), round(test.loss, 3))

    return exercise(
        "The same net is trained on 40 dots, and on 200 for about as many steps. What do you expect of the loss on "
        "the dots it was trained on, and on 100 others?",
        code,
        "On 40 dots the training loss is lower and the other one higher: what looks like learning is learning by "
        "heart. With 200 the two losses come close to each other, and the one that counts falls. More data make the "
        "training loss *worse* and the net better.",
    )


def pulls() -> Exercise:
    """Return what L1 and L2 make of a large and a small weight."""

    def code() -> None:
        import numpy as np

        from npnet.optimizers import SGD
        from npnet.regularizers import L1, L2

        for penalty in (L1(0.03), L2(0.03)):
            w, optimizer = np.array([0.5, 0.01]), SGD(0.1)
            for _ in range(100):
                optimizer.step(w, penalty.gradient(w))
            print(penalty, w)

    return exercise(
        "Let only the penalty act, for 100 steps of rate 0.1, on a weight of 0.5 and on one of 0.01. Which weights "
        "end at 0?",
        code,
        "With L1 both lost up to `$100 \\cdot 0.1 \\cdot 0.03 = 0.3$`: the large weight is at 0.2, the small one "
        "arrived and now swings around 0 by less than one step, 0.003, but never rests there. With L2 both kept the "
        "same share, `$0.997^{100} = 0.74$`: smaller, and nowhere near 0. To get exact zeros, one sets a weight to 0 "
        "that an L1 step would carry across.",
    )


def stronger() -> Exercise:
    """Return what a strength of several sizes leaves."""

    def code() -> None:
        import numpy as np

        from npnet import MLP, datasets, optimizers, regularizers

        x, y, _ = datasets.load_dots()
        for strength in (0.003, 0.03, 0.3):
            net = MLP([2, 11, 1], seed=0)
            regularizer = regularizers.L2(strength)
            net.fit(x, y, "mse", optimizers.SGD(0.05), epochs=100, regularizer=regularizer)
            size = np.sqrt(sum(np.square(W).sum() for W in net.weights))
            print(strength, round(net.evaluate(x, y).loss, 3), size.round(2))

    return exercise(
        "If 0.03 makes the boundary smoother, why not 0.3? Guess the training loss without the penalty, and the size "
        "of the weights.",
        code,
        "0.3 is so strong that the cheapest net is none: the weights go to 0, and every dot gets the same answer, the "
        "mean of the labels, which the bias may keep as it is not penalized. Too strong a penalty underfits. Between "
        "the two ends, one looks for the strength with the lowest loss on data that were not trained on.",
    )
