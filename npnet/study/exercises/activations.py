"""Exercises of section 3.1: activations."""

from npnet.study.content import Exercise, exercise


def without_bends() -> Exercise:
    """Return that linear layers are one layer."""

    def code() -> None:
        import numpy as np

        from npnet import MLP

        net = MLP([2, 50, 50, 1], hidden="identity", dtype="float64", seed=0)
        first, second, third = net.weights
        x = np.array([[0.5, -2.0], [3.0, 1.0]])
        print(net.predict(x) - x @ (first @ second @ third))

    return exercise(
        "Take the activations away (`identity` gives back its input). How far is the net with its 2650 weights from "
        "one layer with two?",
        code,
        "Nowhere: up to rounding it is the same function. `$(x W_1) W_2 = x (W_1 W_2)$`, and a product of matrices is "
        "a matrix, so that a hundred layers without bends can draw no line that a single one could not.",
    )


def larger_weights() -> Exercise:
    """Return whether larger weights keep the gradient."""

    def code() -> None:
        import numpy as np

        from npnet.experiments import gradient_flow
        from npnet.initializers import Normal

        for std in (0.25, 1, 4):
            weights = Normal(std)
            flow = gradient_flow(hidden=["sigmoid"], kernel_initializer=weights, seeds=range(3))
            print(std, "factor per layer", np.median(flow.factors).round(2))

    return exercise(
        "The slope is at most ¼, but the weights multiply too. Could weights that are large enough keep a sigmoid "
        "net's gradient? The factor with standard deviation 0.25 is about a third; what would you expect with 1, and "
        "with 4? (Three seeds here, many above.)",
        code,
        "Four times the weights do not give four times the factor: larger weights drive the units to their flat ends, "
        "where the slope is far under ¼. It grows all the same, about as the root of the standard deviation, and "
        "between 1 and 4 it passes 1. The price is a net of switches: most units stand near 0 or 1, the gradient "
        "comes through the few that are just flipping, and a small step flips others.",
    )


def cancellation() -> Exercise:
    """Return the digits that two forms of tanh's slope keep."""

    def code() -> None:
        import numpy as np

        y = np.tanh(np.float32(4.7))
        exact = 1 - np.longdouble(y) ** 2
        print("1 - y²         ", 1 - y**2)
        print("(1 - y)(1 + y) ", (1 - y) * (1 + y))
        print("in more digits ", float(exact))

    return exercise(
        "`$1 - y^2$` and `$(1-y)(1+y)$` are the same on paper. Which one do you expect to be right in float32 where "
        "`$y$` is nearly 1?",
        code,
        "The product. `$y^2$` is rounded to the 24 bits of a float32 number next to 1, and the difference from 1 then "
        "shows little but that rounding. `$1 - y$` is exact for such a `$y$`, and a product keeps the digits of what "
        "it multiplies. Subtract first, multiply after: the same trick saves `$p - y$` in the cross-entropy.",
    )


def killed() -> Exercise:
    """Return the share of units that a large rate kills."""

    def code() -> None:
        from npnet import MLP, datasets, optimizers

        x, y, x_test, _ = datasets.iris_split()
        x, _ = datasets.standardize(x, x_test)
        for rate in (0.1, 3, 10):
            net = MLP([4, 100, 3], "relu", "softmax", seed=0)
            net.fit(x, y, "categorical_crossentropy", optimizers.SGD(rate), epochs=20)
            z = x @ net.weights[0] + net.biases[0]
            print(rate, "dead:", (z <= 0).all(axis=0).mean())

    return exercise(
        "A unit is dead where its `$z$` is negative on all samples. How does their share among 100 ReLU units depend "
        "on the rate of the training?",
        code,
        "A small rate kills none, a large one most: one long step along a large gradient can carry a unit's weights "
        "so far that no sample reaches it any more, and from there no gradient leads back. A rate that is much too "
        "large is easy to see, as the loss leaps; units that a slightly large one kills are lost without a sound.",
    )


def slope_of_one() -> Exercise:
    """Return what nets learn with leaky ReLU of several slopes."""

    def code() -> None:
        from npnet import MLP, datasets, optimizers
        from npnet.activations import LeakyReLU

        x, y, _ = datasets.load_dots()
        for alpha in (0.01, 0.2, 1.0):
            net = MLP([2, 11, 1], LeakyReLU(alpha), seed=0)
            net.fit(x, y, "mse", optimizers.SGD(0.05), epochs=50)
            print(alpha, round(net.evaluate(x, y).loss, 3))

    return exercise(
        "Raise `$\\alpha$` step by step to 1. What do you expect of the loss on the dots, which lie inside and "
        "outside a circle?",
        code,
        "A little leak changes little. With `$\\alpha = 1$` the bend is gone, the net is a plane however many units "
        "it has, and the loss is that of a net that guesses the mean: no plane separates the inside of a circle from "
        "the outside. The bend is what the units are for; its exact shape matters less.",
    )


def ten_layers() -> Exercise:
    """Return how large a signal is after ten layers."""

    def code() -> None:
        import numpy as np

        from npnet import MLP
        from npnet.initializers import Normal

        x = np.random.default_rng(0).standard_normal((100, 32))
        for std in (0.1, 0.25, 1):
            net = MLP([32] * 11, "relu", "relu", kernel_initializer=Normal(std), seed=0)
            print(std, np.sqrt(np.mean(net.predict(x) ** 2)))

    return exercise(
        "Ten ReLU layers of 32 units get inputs of size 1. The rule says `$\\sqrt{2/32} = 0.25$`. What is the factor "
        "of one layer for the standard deviations 0.1 and 1, and what is left or made after ten? Work it out with a "
        "pencil, then run.",
        code,
        "The mean square is multiplied by `$32 s^2 / 2 = 16 s^2$`, so that the size is multiplied by `$4s$`: 0.4 or 4 "
        "a layer, `$10^{-4}$` or `$10^6$` after ten; only `$4 \\cdot 0.25 = 1$` keeps it. A factor that is a little "
        "off is no little error in a deep net: it is raised to the power of the depth.",
    )
