"""Section 4 of the notes: overfitting and regularization."""

from npnet import experiments
from npnet.engine.stepping import Objective
from npnet.experiments.boundary_film import boundary_film
from npnet.regularizers import L1, L2
from npnet.source import listing
from npnet.study import figures
from npnet.study.content import Picture, RunSettings, Section, Table


def overfitting(settings: RunSettings) -> Section:
    """Return the head of the part."""
    return Section("4", "Overfitting and regularization")


def fit(settings: RunSettings) -> Section:
    """Return what the notes say about underfitting and overfitting."""
    text = """
A net that **underfits** has not learned enough: its error is large on the training data already. More inputs or more
parameters help, or less regularization. One that **overfits** has learned the noise of its training data: its error
there is small, and large elsewhere. Cleaner data, more data or more regularization help.
"""
    return Section("4.1", "Underfitting and overfitting", text)


def regularization(settings: RunSettings) -> Section:
    """Return the head of the section."""
    text = """
A regularizer adds a penalty on the weights to the loss, never on the biases: large weights must pay for themselves.
"""
    return Section("4.2", "Regularization", text)


def principle(settings: RunSettings) -> Section:
    """Return the penalties."""
    text = r"""
The loss becomes `$L(y, p) + R(w)$`. L1 is `$R(w) = s \sum |w|$`: it pulls each weight towards 0 with the same force
however small the weight is, so that many end near 0. L2 is `$R(w) = \frac s2 \sum w^2$`: its pull is `$s w$`, and
weights become small together. The ½ is that of `tf.nn.l2_loss`.
"""
    code = (listing(L1, "penalty", "slope"), listing(L2, "penalty", "slope"))
    return Section("4.2 (1)", "What L1 and L2 add to the loss", text, listings=code)


def code(settings: RunSettings) -> Section:
    """Return the code that adds the penalty."""
    text = """
The penalty is added where the loss is computed, and its gradient where the loss's is: what is reported is what is
minimized.
"""
    return Section("4.2 (2)", "Regularization in code", text, listings=(listing(Objective, "value_and_gradient"),))


def comparison(settings: RunSettings) -> Section:
    """Return the boundaries with and without a regularizer."""
    result, count = experiments.regularization(seeds=settings.seeds), len(settings.seeds)
    text = f"""
The notes' 2-11-1 net (ReLU, mean squared error, 800 epochs) on the 300 dots, from the same initial weights without a
regularizer, with L1 and with L2 of strength 0.03, each with {count} seeds. A smoother boundary, where the output is
0.5, is a shorter line in fewer pieces; lengths are in units of x1 and x2.
"""
    table = Table(
        "regularization",
        "What the regularizer changes: length and pieces of the contour at 0.5 inside the square, the norm of "
        f"all weights, and the share of weights up to 0.001. Medians over {count} seeds, with 95 % intervals.",
        result.to_frame(),
        {
            "accuracy": "{:.2f}".format, "length": "{:.1f}".format,
            "norm": "{:.2f}".format, "≤ 0.001": "{:.0%}".format,
        },
    )  # fmt: skip
    picture = Picture(
        "regularization",
        "The boundary, where the output is 0.5: the first seed's, and thin those of 19 more.",
        "Three panels with dots inside and outside a circle, and the boundaries of 20 seeds without a "
        "regularizer, with L1 and with L2: with L2 they are smoother and differ less, with L1 diamonds.",
        figures.regularization(result),
    )  # fmt: skip
    return Section(
        "4.2 (3)", "The boundary before and after", text, tables=(table,), pictures=(picture,), film=boundary_film()
    )  # fmt: skip


SECTIONS = (overfitting, fit, regularization, principle, code, comparison)
