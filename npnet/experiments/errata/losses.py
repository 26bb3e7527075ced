"""Errata of section 3.2: the losses and their gradients."""

import numpy as np

from npnet.activations import Softmax, softmax
from npnet.experiments.errata.erratum import Shown, erratum, row
from npnet.experiments.notes import LABELS, LOGITS
from npnet.language import Message
from npnet.losses import CategoricalCrossentropy, MeanSquaredError, SoftmaxCrossentropy
from npnet.typing import Array

mse, entropy, from_logits = MeanSquaredError(), CategoricalCrossentropy(), CategoricalCrossentropy(from_logits=True)


def notes_entropy(y: Array, p: Array) -> Array:
    """Return the notes' sum over the classes, to the letter."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.sum(y * np.log(p), axis=-1)


@erratum(
    "mse-gradient",
    "3.2 (1)",
    "The gradient of the mean squared error is no sum",
    r"\nabla_{\hat y} L = \frac2N \sum^N (\hat y - y)",
    r"\frac{\partial L}{\partial \hat y_i} = \frac2N (\hat y_i - y_i)",
    "Each prediction is in one term of the loss only, so the gradient has one number for each prediction and no sum. "
    "Errors of both signs would cancel: the notes' form is 0 far from any minimum.",
    MeanSquaredError,
    quotation="均方误差MSE",
)
def mse_gradient() -> tuple[Shown, ...]:
    y = np.array([[1.0, 0.0]])
    examples = (np.array([[0.5, 0.5]]), np.array([[0.8, 0.6]]))
    return tuple(
        row(
            Message("labels (1, 0), predictions ({first}, {second})", first=p[0, 0], second=p[0, 1]),
            2 / p.size * np.sum(p - y),
            mse.gradient(y, p),
        )
        for p in examples
    )


@erratum(
    "cross-entropy-code",
    "3.2 (2)",
    "The code under the cross-entropy is that of the mean squared error",
    r"L = \frac1N \sum (y - y_0)^2",
    r"L = -\frac1n \sum_{s=1}^n \sum_k y_{0,sk} \ln y_{sk}",
    "The code under cross-entropy is that of the mean squared error, copied from the paragraph before.",
    CategoricalCrossentropy,
    quotation="loss = tf.reduce_mean(tf.square(y - y0))  # 计算loss",
)
def cross_entropy_code() -> tuple[Shown, ...]:
    y0, y = np.array(LABELS, np.float64), softmax(LOGITS)
    return (
        row("loss of the notes' five samples", np.mean(np.square(y - y0)), entropy(y0, y)),
        row("loss of the fourth, whose class is missed", np.mean(np.square(y - y0)[3]), entropy.per_sample(y0, y)[3]),
    )


@erratum(
    "cross-entropy-gradient",
    "3.2 (2)",
    "The gradient of the cross-entropy is no sum",
    r"\nabla_{\hat y} L = -\sum^d \frac{y}{\hat y}",
    r"\frac{\partial L}{\partial \hat y_k} = -\frac{y_k}{\hat y_k}",
    "Each probability is in one term of the loss only, so the gradient has one number for each class and no sum.",
    CategoricalCrossentropy,
    quotation="交叉熵CE",
)
def cross_entropy_gradient() -> tuple[Shown, ...]:
    p = np.array([[0.2, 0.5, 0.3]])
    examples = {"(0, 1, 0)": np.array([[0.0, 1.0, 0.0]]), "(0.4, 0.5, 0.1)": np.array([[0.4, 0.5, 0.1]])}
    return tuple(
        row(Message("labels {name}, probabilities (0.2, 0.5, 0.3)", name=name), -np.sum(y / p), entropy.gradient(y, p))
        for name, y in examples.items()
    )


@erratum(
    "cross-entropy-names",
    "3.2 (2)",
    "In the cross-entropy, y is the label in the formula and the prediction in the code",
    r"L = -\sum^d y \ln \hat y, \quad y \text{ the prediction, as in the code}",
    r"L = -\sum^d y \ln \hat y, \quad y \text{ the label}",
    "In the formulas y is the label and ŷ the prediction; in the code y is the prediction and y0 the label. The "
    "squared error is the same either way, the cross-entropy is not: with labels of 0 it is infinite.",
    CategoricalCrossentropy,
    quotation="损失函数(Loss):预测ŷ和实际y的差距,神经网络优化目标为Loss最小。",
)
def cross_entropy_names() -> tuple[Shown, ...]:
    labels, predictions = np.array([[0.9, 0.1]]), np.array([[0.6, 0.4]])
    hard, probabilities = np.array(LABELS, np.float64)[3:4], softmax(LOGITS)[3:4]
    return (
        row("labels (0.9, 0.1)", notes_entropy(predictions, labels)[0], entropy(labels, predictions)),
        row("the notes' fourth sample", notes_entropy(probabilities, hard)[0], entropy(hard, probabilities)),
        row("its squared error", np.mean(np.square(hard - probabilities)), mse(hard, probabilities)),
    )


@erratum(
    "zero-times-log-of-zero",
    "3.2 (2)",
    "The cross-entropy needs 0 · ln 0 = 0, which the notes do not say",
    "",
    r"0 \ln 0 = 0",
    "The notes do not say what a class with label 0 and probability 0 adds. Softmax does give such probabilities, "
    "when it underflows; the formula to the letter is then NaN, its limit is 0.",
    CategoricalCrossentropy,
)
def zero_times_log_of_zero() -> tuple[Shown, ...]:
    y, p = np.array([[1.0, 0.0]]), softmax([[1000.0, 0.0]])
    with np.errstate(invalid="ignore"):
        slopes = -y / p
    return (
        row("loss, labels (1, 0), logits (1000, 0)", notes_entropy(y, p)[0], entropy(y, p)),
        row("its gradient", slopes, entropy.gradient(y, p)),
    )


@erratum(
    "softmax-formula",
    "3.2 (2)",
    "The softmax of the books overflows, and the notes give no other",
    "",
    r"p_k = \frac{e^{z_k - \max z}}{\sum_j e^{z_j - \max z}}",
    "The notes call softmax and give no formula. The one of the books, without the maximum, overflows for logits over "
    "709 in float64 and 88 in float32.",
    Softmax,
    quotation="常常与Softmax结合,如",
)
def softmax_formula() -> tuple[Shown, ...]:
    def plain(z: Array) -> Array:
        return np.exp(z) / np.sum(np.exp(z))

    z, large = np.array(LOGITS[3]), np.array([1000.0, 999.0])
    with np.errstate(over="ignore", invalid="ignore"):
        return (
            row("logits (1000, 999), without the maximum", plain(large), softmax(large)),
            row("the notes' fourth sample, without the maximum", plain(z), softmax(z)),
        )


@erratum(
    "two-ways-part",
    "3.2 (2)",
    "Softmax and then the cross-entropy is not the same as both at once where a probability underflows",
    "",
    r"-\ln p_k = \ln \sum_j e^{z_j} - z_k",
    "The notes show that softmax and then the cross-entropy, or both at once, give the same digits, and not where "
    "they part: a probability that underflows to 0 has no logarithm, its logit still has a loss. So it is with the "
    "formula to the letter; Keras clips probabilities at 1e-7, so that such a loss stays at 16.1, without a gradient, "
    "unless they come from a softmax of its own: on TensorFlow, it then takes the logits before it.",
    SoftmaxCrossentropy,
    quotation="常常与Softmax结合,如",
)
def two_ways_part() -> tuple[Shown, ...]:
    label, hard = np.array([[1.0, 0.0]]), np.array(LABELS, np.float64)[3:4]
    clipped = np.clip(softmax([[0.0, 1000.0]]), 1e-7, 1 - 1e-7)
    double, single = np.array([[0.0, 1000.0]]), np.array([[0.0, 200.0]], np.float32)
    return (
        row("class 0, logits (0, 1000)", notes_entropy(label, softmax(double))[0], from_logits(label, double)),
        row("the same, probabilities clipped", notes_entropy(label, clipped)[0], from_logits(label, double)),
        row("class 0, logits (0, 200), float32", notes_entropy(label, softmax(single))[0], from_logits(label, single)),
        row("the notes' fourth sample", notes_entropy(hard, softmax(LOGITS)[3:4])[0], from_logits(hard, LOGITS[3:4])),
    )
