"""Exercises of section 5: the optimizers."""

from npnet.study.content import Exercise, exercise


def louder() -> Exercise:
    """Return the first step along a gradient and along a thousand times of it."""

    def code() -> None:
        import numpy as np

        from npnet import optimizers

        for name in ("SGD", "SGDM", "Adagrad", "RMSProp", "Adam"):
            w = np.zeros(2)
            getattr(optimizers, name)(0.1).step(w, np.array([0.5, 500.0]))
            print(name, w.round(4))

    return exercise(
        "Two weights, and the gradient of the second is a thousand times the first one's. Which optimizers move both "
        "by the same amount in the first step?",
        code,
        "Those whose `$V_t$` is made of gradients. `$m_t$` and `$\\sqrt{V_t}$` are both of the gradient's size, so the "
        "quotient has no size of its own, and the rate says how far a step goes. (RMSProp's first step is about three "
        "rates long, and SGDM's a tenth of SGD's, as their means begin at 0: 5.2 (4) and (2).) That is why 0.001 is a "
        "fair first guess for Adam on almost any net, while SGD's rate must be found anew for every loss.",
    )


def valley() -> Exercise:
    """Return how far gradient descent comes along a steep and a flat direction."""

    def code() -> None:
        import numpy as np

        from npnet.optimizers import SGD

        curvature = np.array([1.0, 50.0])
        for rate in (0.01, 0.039, 0.041):
            w, optimizer = np.array([1.0, 1.0]), SGD(rate)
            for _ in range(100):
                optimizer.step(w, curvature * w)
            print(rate, w.round(4))

    return exercise(
        "A valley is 50 times as steep across as along: `$L = \\frac12 (w_1^2 + 50\\,w_2^2)$`. Gradient descent takes "
        "100 steps from (1, 1). Which rates converge, and which weight is the slow one?",
        code,
        "The steep direction sets the limit, `$\\mathrm{lr} < \\frac{2}{50} = 0.04$`: just above it `$w_2$` explodes. "
        "The flat one sets the pace: even just below the limit, `$w_1$` still keeps 0.96 of its size in each step. One "
        "rate cannot suit both, and the wider their ratio, the slower it gets; momentum, and a rate for each weight, "
        "are two answers.",
    )


def heavier() -> Exercise:
    """Return the path of one weight with more momentum."""

    def code() -> None:
        import numpy as np

        from npnet.optimizers import SGDM

        for beta in (0.0, 0.9, 0.99):
            w, optimizer, path = np.array([5.0]), SGDM(0.2, beta=beta), []
            for _ in range(60):
                optimizer.step(w, 2 * (w + 1))
                path.append(w[0])
            print(beta, "lowest", np.min(path).round(2), "last", np.round(path[-1], 3))

    return exercise(
        "The weight begins at 5, and the minimum of `$(w+1)^2$` is at −1. If momentum is good, more of it should be "
        "better. What do you expect of `$\\beta = 0$`, 0.9 and 0.99 after 60 steps of rate 0.2?",
        code,
        "On a bowl this round, momentum only costs: without it the weight walks straight to −1; with 0.9 it runs past, "
        "as a ball would, and still swings a little after 60 steps; with 0.99 it has only just turned back. Momentum "
        "pays where directions differ, as in the valley above. A mean over the last 100 gradients is also 100 steps "
        "late.",
    )


def far_away() -> Exercise:
    """Return how far constant gradients carry a weight."""

    def code() -> None:
        import numpy as np

        from npnet.optimizers import Adagrad, RMSProp

        for steps in (100, 400):
            for optimizer in (Adagrad(0.1), RMSProp(0.1)):
                w = np.array([0.0])
                for _ in range(steps):
                    optimizer.step(w, np.array([-1.0]))
                print(steps, type(optimizer).__name__, w.round(1))

    return exercise(
        "The gradient is −1 for ever: the minimum is far away. How much farther do four times as many steps carry a "
        "weight, with Adagrad and with RMSProp?",
        code,
        "With Adagrad about twice as far: its `$t$`-th step is `$\\mathrm{lr}/\\sqrt{t}$`, and these add up to about "
        "`$2\\,\\mathrm{lr}\\,\\sqrt{t}$`. With RMSProp nearly four times as far, since `$V_t$` forgets and the steps, "
        "but for the longer first ones, stay `$\\mathrm{lr}$` long. Adagrad slows down on a long way as well as on a "
        "short one; that is right near a minimum, and wrong far from it.",
    )


def never_at_rest() -> Exercise:
    """Return how near two optimizers come to a minimum with noisy gradients."""

    def code() -> None:
        import numpy as np

        from npnet.optimizers import SGD, RMSProp

        for noise in (1.0, 0.01):
            for optimizer in (SGD(0.1), RMSProp(0.1)):
                rng, w, path = np.random.default_rng(0), np.array([5.0]), []
                for _ in range(500):
                    optimizer.step(w, 2 * (w + 1) + noise * rng.standard_normal(1))
                    path.append(w[0])
                print(noise, type(optimizer).__name__, np.std(path[-200:]).round(4))

    return exercise(
        "Batches differ, which is noise in the gradient: here it is added to that of `$(w+1)^2$`. The number printed "
        "is how far the weight still moves about at the end. Make the noise a hundredth of what it was: how much "
        "calmer do the two get?",
        code,
        "SGD gets a hundred times calmer: its steps are as small as its gradients. RMSProp divides by the usual size "
        "of those gradients: with a hundredth of the noise it still moves more than a third as much, about half "
        "of `$\\mathrm{lr}$`. With RMSProp the rate, far more than the noise, says how near one comes. So the "
        "notes make it smaller, and a schedule helps.",
    )


def uncorrected() -> Exercise:
    """Return Adam's first steps with and without its corrections."""

    def code() -> None:
        import numpy as np

        from npnet.experiments.claims.optimizing import UncorrectedAdam
        from npnet.optimizers import Adam

        for kind in (Adam, UncorrectedAdam):
            w, optimizer, steps = np.array([0.0]), kind(1.0), []
            for _ in range(10):
                before = w.copy()
                optimizer.step(w, np.array([1.0]))
                steps.append((before - w)[0])
            print(kind.__name__, np.round(steps, 2))

    return exercise(
        "Leave the corrections out. The first mean `$m_1$` is only a tenth of the gradient, so will the first steps "
        "be too short?",
        code,
        "Too long. `$m_1$` is a tenth of the gradient, but `$\\sqrt{V_1} = \\sqrt{0.001}\\,|g|$` is a thirtieth of "
        "it, and one divides by that: the first step is `$\\frac{0.1}{\\sqrt{0.001}} = 3.16$` times as long. It gets "
        "worse before it gets better, since `$m_t$` fills up in some twenty steps and `$V_t$` takes two thousand.",
    )


def own_rate() -> Exercise:
    """Return the epochs that SGD and SGDM need at rates of their own."""

    def code() -> None:
        from npnet import datasets
        from npnet.experiments import notes
        from npnet.optimizers import SGD, SGDM, Adam

        x, y, _, _ = datasets.iris_split()
        for optimizer in (Adam(0.1), SGD(0.1), SGD(0.3), SGDM(0.1), SGDM(1.0)):
            history = notes.iris_net(0).fit(x, y, "mse", optimizer, epochs=250, shuffle=False)
            print(optimizer, "epochs:", (history.loss >= 0.05).sum())

    return exercise(
        "The comparison gives all optimizers the rate 0.1. What do you expect if SGD and SGDM may have rates of their "
        "own? Printed are the epochs with a loss of 0.05 and more, of one seed.",
        code,
        "SGD needs half of its epochs at 0.3, and gets unsteady beyond. SGDM at the rate 1, ten times the notes', is "
        "as fast as Adam. There is a reason for just that rate: `$m_t$` is a mean, with the factor "
        "`$1-\\beta = 0.1$`, where the ball of the textbooks adds its pushes up. A comparison at one rate compares "
        "rates as much as optimizers, and what Adam saves above all is the search for one.",
    )
