"""Exercises of sections 3.2 and 3.3: losses, and the way back."""

from npnet.study.content import Exercise, exercise


def outlier() -> Exercise:
    """Return the constant that the mean squared error likes best."""

    def code() -> None:
        import numpy as np

        from npnet.losses import MeanSquaredError

        loss, y = MeanSquaredError(), np.array([1.0, 2.0, 3.0, 14.0])
        for p in (2.0, 2.5, 5.0):
            guess = np.full(4, p)
            print(p, loss(y, guess), loss.gradient(y, guess).sum())

    return exercise(
        "A net may give only one number `$p$` for the four labels 1, 2, 3 and 14. Which one is best by the mean "
        "squared error: 2, in the midst of the three; 2.5, the median; or something else?",
        code,
        "5, the mean, where the pulls of the four springs cancel, though three of the four labels lie below it. One "
        "label that is far off pulls as hard as its distance. If 14 is a typing error, this loss believes it most of "
        "all.",
    )


def confidently_wrong() -> Exercise:
    """Return the gradients of two losses where a sigmoid is sure and wrong."""

    def code() -> None:
        import numpy as np

        from npnet import activations, losses

        y = np.array([[1.0]])
        for z in (-1.0, -4.0, -8.0):
            p = activations.sigmoid([[z]])
            by_p = losses.MeanSquaredError().gradient(y, p)
            through_mse = activations.sigmoid.backward(by_p, p)
            through_ce = losses.BinaryCrossentropy(from_logits=True).gradient(y, np.array([[z]]))
            print(z, through_mse.round(5), through_ce.round(5))

    return exercise(
        "The label is 1, and the sigmoid's `$z$` goes from −1 to −8: the answer is ever more wrong. What happens to "
        "the gradient with respect to `$z$`, with the mean squared error and with the cross-entropy?",
        code,
        "With the cross-entropy it grows towards −1, the whole error. With the mean squared error it vanishes: the "
        "error is multiplied by the slope `$p(1-p)$`, which is next to 0 where the sigmoid is sure, so that the worst "
        "answer learns the slowest. The slope of the cross-entropy along `$p$`, here `$-1/p$`, times `$p(1-p)$` is "
        "`$-(1-p)$`, which is `$p - y$`.",
    )


def nudge() -> Exercise:
    """Return the slope of the loss along one weight, by trying."""

    def code() -> None:
        from npnet.experiments.one_step import pencil_net

        net = pencil_net()
        before = net.evaluate([[1, 2]], [[3.5]], loss="mse").loss
        for nudge in (0.1, 0.01, 0.001):
            net.weights[0][1, 0] = 0.25 + nudge
            after = net.evaluate([[1, 2]], [[3.5]], loss="mse").loss
            print(nudge, (after - before) / nudge)

    return exercise(
        "Do not believe the gradient: move the weight from the second input to the first hidden unit a little, and "
        "see how much the loss changes for each unit of movement. What should the quotient come to?",
        code,
        "It comes to −8, the gradient that was worked out above, and the nearer the smaller the nudge is; what is "
        "left is the bend of the loss. This test works for any code that claims to be a gradient, and costs one "
        "forward pass for each weight; `npnet.gradcheck` does it with the rounding errors accounted for.",
    )
