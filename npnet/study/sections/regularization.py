"""Section 4 of the notes: overfitting and regularization."""

from npnet.engine.stepping import Objective
from npnet.language import Message
from npnet.regularizers import L1, L2
from npnet.source import listing
from npnet.study import figures, plain
from npnet.study.content import Picture, RunSettings, Section, Table
from npnet.study.exercises import regularization as exercises
from npnet.study.worked import regularization as worked


def overfitting(settings: RunSettings) -> Section:
    """Return the head of the part."""
    why = """
A net is not trained for the data that it is trained on: their labels are known. What counts is the data to come.
"""
    return Section("4", "Overfitting and regularization", why=why, quotation="缓解过拟合:正则化")


def fit(settings: RunSettings) -> Section:
    """Return what the notes say about underfitting and overfitting."""
    why = """
Two students prepare for an exam. One has understood too little, and does badly on the exercises already: he
**underfits**. The other has learned the solutions by heart, does perfectly on the exercises, and badly on the exam:
she **overfits**. From the exercises alone you cannot tell the second from a good student, which is why some data are
kept back.

A net that underfits cannot bend enough, or may not: more inputs, more units or a weaker regularization help. One that
overfits has bent around the noise of single samples: cleaner data, more data or a stronger regularization help. The
gap between the loss on new data and on training data tells which of the two you have.
"""
    return Section(
        "4.1",
        "Underfitting and overfitting",
        why=why,
        worked=worked.more_unknowns(),
        exercise=exercises.more_data(),
        quotation="欠拟合:拟合不好,学习不够",
    )


def regularization(settings: RunSettings) -> Section:
    """Return the head of the section."""
    why = """
To pass a net's boundary between two dots that nearly touch, its output must change much over a short way, and for
that it needs large weights. So large weights are what learning by heart looks like from the inside. A regularizer
charges for them: it adds a penalty on the weights to the loss, and a weight grows only as far as it earns its price.
Biases are left out, as they move a bend but do not sharpen it.
"""
    return Section(
        "4.2", "Regularization", why=why, quotation="在损失函数中引入模型复杂度指标(给w加权值不给b加,抑制噪声)"
    )


def principle(settings: RunSettings) -> Section:
    """Return the penalties."""
    why = """
Two ways to charge, two ways to save. L1 takes the same from each weight, large or small, as long as it is not 0: a
weight that earns less than that is driven to 0 and stays about there, and the net becomes **sparse**. L2 takes in
proportion to the weight, like a spring: large weights are pulled hard, small ones hardly, and all become **small
together**. L1 asks which weights are needed; L2 shares the work among all.
"""
    text = r"""
`$L(y, p) + R(w), \quad R_{L1} = s \sum |w|, \quad R_{L2} = \frac s2 \sum w^2$`

`$R$` is the penalty, with a sum over all weights `$w$`, and `$s$` its strength, the notes' REGULARIZER. The pulls are
the derivatives: `$s\,\mathrm{sign}(w)$` and `$s w$`. The ½ is that of `tf.nn.l2_loss`; Keras's `regularizers.L2(s)`
has none, so that it is twice as strong.
"""
    code = (listing(L1, "penalty", "slope", plain=plain.l1), listing(L2, "penalty", "slope", plain=plain.l2))
    return Section(
        "4.2 (1)", "What L1 and L2 add to the loss", text, why=why, worked=worked.two_pulls(),
        exercise=exercises.pulls(), listings=code,
        quotation="L1正则化大概率把很多参数清零:减少参数数量,降低复杂度",
    )  # fmt: skip


def code(settings: RunSettings) -> Section:
    """Return the code that adds the penalty."""
    why = """
Where does the penalty enter? Once, with the loss: its value is added to the loss's value, and its slope to the
gradient of the weights. So the number that is reported is the number that goes down, and a check of the gradient
covers the penalty too. To compare nets with different penalties, look at the loss without it.
"""
    code = (listing(Objective, "value_and_gradient", plain=plain.penalized),)
    return Section("4.2 (2)", "Regularization in code", why=why, listings=code, quotation="MSE损失函数,叠加L2正则化")


def comparison(settings: RunSettings) -> Section:
    """Return the boundaries with and without a regularizer."""
    result, count = settings.result("smooth-boundary"), len(settings.seeds)
    why = """
What does a penalty look like? The net's boundary is the line where its output is 0.5. Each hidden unit folds the
plane once, and where its weights are large, the fold is sharp. Move the slider: without a penalty the line grows
corners around single dots, and it does so differently from each start; with L2 the folds stay soft, and with L1 a few
of them do all the work, so that the line has few sides.

Look at the numbers too. The smooth line puts *fewer* of the training dots on their right side. That is what was
bought: a little of the fit, for a boundary that depends less on chance.
"""
    text = """
The notes' 2-11-1 net (ReLU, mean squared error, 800 epochs) on the 300 dots, from the same initial weights without a
regularizer, with L1 and with L2 of strength 0.03, each with many seeds. A smoother boundary is a shorter line in
fewer pieces; lengths are in units of x1 and x2.
"""
    table = Table(
        "regularization",
        Message(
            "What the regularizer changes: length and pieces of the contour at 0.5 inside the square, the norm of all "
            "weights, and the share of weights up to 0.001. Medians over {seeds} seeds, with 95 % intervals.",
            seeds=count,
        ),
        result.to_frame(),
        {
            "accuracy": "{:.2f}".format, "length": "{:.1f}".format,
            "norm": "{:.2f}".format, "≤ 0.001": "{:.0%}".format,
        },
    )  # fmt: skip
    picture = Picture(
        "regularization",
        "The boundary, where the output is 0.5: the first seed's, and thin those of 19 more.",
        "Three panels with dots inside and outside a circle, and the boundaries of 20 seeds without a regularizer, "
        "with L1 and with L2: with L2 they are smoother and differ less, with L1 diamonds.",
        figures.regularization(result),
    )  # fmt: skip
    return Section(
        "4.2 (3)", "The boundary before and after", text, why=why, exercise=exercises.stronger(), tables=(table,),
        pictures=(picture,), film=result.film,
        quotation="引入正则化后,过拟合现象明显缓解,分类面明显更加光滑",
    )  # fmt: skip


SECTIONS = (overfitting, fit, regularization, principle, code, comparison)
