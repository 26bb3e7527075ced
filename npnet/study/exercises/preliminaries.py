"""Exercises of section 1: arrays."""

from npnet.study.content import Exercise, exercise


def both_are_computed() -> Exercise:
    """Return what `where` computes, and what it only chooses."""

    def code() -> None:
        import numpy as np

        x = np.array([0.0, 1.0])
        try:
            with np.errstate(divide="raise"):
                print(np.where(x > 0, np.log(x), 0))
        except FloatingPointError as error:
            print("error:", error)

    return exercise(
        "What do you expect: does the choice keep `np.log` from ever seeing the 0?",
        code,
        "It does not. Both arguments are whole arrays that exist before `where` is called, so the logarithm of 0 was "
        "taken already; `where` only chooses which elements to show. To protect a function, change what goes into it: "
        "`np.log(np.where(x > 0, x, 1))`. In TensorFlow this matters twice, as the gradient of the branch that was "
        "not chosen is computed too, and infinity times 0 is NaN.",
    )


def equal_weights() -> Exercise:
    """Return how many hidden units there are where all weights begin alike."""

    def code() -> None:
        import numpy as np

        from npnet import MLP, datasets
        from npnet.initializers import Constant, Normal

        x, y, _ = datasets.load_dots()
        for start in (Constant(1.0), Normal(1.0)):
            net = MLP([2, 11, 1], "tanh", kernel_initializer=start, seed=0)
            net.fit(x, y, loss="mse", epochs=20)
            print(start, len(np.unique(net.weights[0].round(4), axis=1).T), "different units")

    return exercise(
        "Start all weights at 1 in place of drawing them. How many of the 11 hidden units do different work after 20 "
        "epochs?",
        code,
        "One, eleven times over. Units with equal weights give equal outputs, so they get equal gradients and stay "
        "equal after every step: no amount of training tells them apart. That is all that the random numbers are for.",
    )


def row_or_column() -> Exercise:
    """Return what comes of a vector and a column."""

    def code() -> None:
        import numpy as np

        y = np.array([0.0, 1.0, 2.0])
        p = np.array([[0.0], [1.0], [2.0]])
        print((p - y).shape, np.mean((p - y) ** 2))

    return exercise(
        "Labels `y` came as a vector, a net's outputs `p` are a column, and every prediction is right. What do you "
        "expect the mean squared error to be?",
        code,
        "Not 0. Broadcasting sets the column against the row and subtracts every label from every output: nine "
        "differences in place of three, and no error message. A net trained on this learns the mean of all labels. "
        "npnet's losses take such a vector for the column that was meant.",
    )


def coarser_grid() -> Exercise:
    """Return how many points a grid has."""

    def code() -> None:
        import numpy as np

        for step in (0.1, 0.05):
            x, y = np.mgrid[-3:3:step, -3:3:step]
            print(step, x.shape, len(np.c_[x.ravel(), y.ravel()]), x.max().round(2))

    return exercise(
        "Halve the step of the notes' grid. How many times as many points are there, and is 3 one of the coordinates?",
        code,
        "Four times as many: a grid fills a plane, so that halving the step doubles both sides. The end, 3, is left "
        "out, as with `range`. In a space of 4 features, like the irises', the same grid would have 13 million "
        "points, which is why nobody draws boundaries there.",
    )
