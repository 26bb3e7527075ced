"""The gradients of the Kullback-Leibler divergence and of smoothed labels, which the notes do not have."""

import numpy as np

from npnet.activations import softmax
from npnet.derivations.engine import BEYOND, Derivation, Notation, derivative, gradient, normals, uniform
from npnet.derivations.engine.variables import Variable
from npnet.losses import CategoricalCrossentropy, KLDivergence, LabelSmoothing
from npnet.typing import Array

# A power of 2, so that no line rounds it
SMOOTHING = 0.25
divergence, on_logits = KLDivergence(), KLDivergence(from_logits=True)
cross_entropy = CategoricalCrossentropy(from_logits=True)
smooth = LabelSmoothing(cross_entropy, SMOOTHING)
# In steps of 1/64, which are exact
LABELS = Variable(
    "the labels, rows that sum to 1, none of them 0",
    lambda rng: (rng.multinomial(60, np.full(4, 1 / 4), 3) + 1) / 64,
    (np.array([[0.25, 0.75], [0.5, 0.5]]),),
    fixed=True,
)
LOGITS = normals("the logits", 3, 4, scale=2, example=[[0.5, -1], [-0.25, 2]])
COUNTS = {"n": lambda y: len(y)}
SUMS = {"s": lambda y: len(y), "k": lambda y: y.shape[1]}
of_probabilities = Derivation(
    "kl-divergence",
    BEYOND,
    "The gradient of the Kullback-Leibler divergence is that of the cross-entropy, -y/p",
    {"p": uniform("the predicted probabilities", 0.01, 0.99, 3, 4, example=[[0.4, 0.6], [0.7, 0.3]]), "y": LABELS},
    notation=Notation({"L": divergence}, COUNTS, SUMS),
)
of_logits = Derivation(
    "softmax-kl-divergence",
    BEYOND,
    "Softmax and the Kullback-Leibler divergence together have the gradient p - y",
    {"z": LOGITS, "y": LABELS},
    notation=Notation({"L": divergence}, COUNTS, SUMS),
)
smoothed = Derivation(
    "label-smoothing",
    BEYOND,
    "Labels that are smoothed have the gradient p - y, with the smoothed labels",
    {"z": LOGITS, "y": LABELS},
    notation=Notation(
        {"L": smooth, "C": cross_entropy},
        COUNTS | {"a": lambda: SMOOTHING, "K": lambda y: y.shape[1], "u": lambda y: np.full(y.shape, 1 / y.shape[1])},
    ),
)


@of_probabilities.line(r"\nabla_p L(y, p)", "What is sought: the gradient of npnet's loss.")
def _(p: Array, y: Array) -> Array:
    return gradient(lambda p: divergence(y, p), p)


@of_probabilities.line(
    r"\nabla_p \Bigl(\frac1n \sum_s \sum_k y_{sk} \ln \frac{y_{sk}}{p_{sk}}\Bigr)",
    "The definition, the mean over n samples.",
)
def _(p: Array, y: Array) -> Array:
    return gradient(lambda p: np.sum(y * np.log(y / p)) / len(p), p)


@of_probabilities.line(
    r"\frac1n\,\frac{d}{dp}(-y \ln p)",
    "The logarithm of the quotient: its part y ln y, the entropy of the labels, does not change with p.",
)
def _(p: Array, y: Array) -> Array:
    return derivative(lambda p: -y * np.log(p), p) / len(p)


@of_probabilities.line(r"-\frac{y}{n p}", "The derivative of the logarithm; npnet's gradient.")
def _(p: Array, y: Array) -> Array:
    return divergence.gradient(y, p)


@of_logits.line(
    r"\nabla_z L(y, \mathrm{softmax}(z))", "What is sought: the gradient of the loss, as a function of the logits."
)
def _(z: Array, y: Array) -> Array:
    return gradient(lambda z: divergence(y, softmax(z)), z)


@of_logits.line(
    r"\nabla_z \frac1n \sum_s \sum_k \Bigl(p_{sk} - y_{sk} - y_{sk} \ln \frac{p_{sk}}{y_{sk}}\Bigr), "
    r"\quad p = \mathrm{softmax}(z)",
    "All p - y sum to 0. npnet's loss on logits computes this: no term is negative, so that none cancels another.",
)
def _(z: Array, y: Array) -> Array:
    return gradient(lambda z: on_logits(y, z), z)


@of_logits.line(
    r"\nabla_z \Bigl(-\frac1n \sum_s \sum_k y_{sk} \ln p_{sk}\Bigr)",
    "Neither that sum nor the entropy of the labels changes with z: the cross-entropy is left.",
)
def _(z: Array, y: Array) -> Array:
    return gradient(lambda z: -np.sum(y * np.log(softmax(z))) / len(z), z)


@of_logits.line(r"\frac{p - y}{n}", "Its gradient, from the derivation of softmax-cross-entropy; it is npnet's.")
def _(z: Array, y: Array) -> Array:
    return on_logits.gradient(y, z)


@smoothed.line(r"\nabla_z L(y, z)", "What is sought: the gradient of npnet's loss; here the smoothing a is 0.25.")
def _(z: Array, y: Array) -> Array:
    return gradient(lambda z: smooth(y, z), z)


@smoothed.line(
    r"(1-a)\,\nabla_z C(y, z) + a\,\nabla_z C(u, z)",
    "A cross-entropy is a sum with the labels as factors: part is that of y, and part that of u, 1/K for each class.",
)
def _(z: Array, y: Array) -> Array:
    u = np.full(y.shape, 1 / y.shape[1])
    known = gradient(lambda z: cross_entropy(y, z), z)
    unknown = gradient(lambda z: cross_entropy(u, z), z)
    return (1 - SMOOTHING) * known + SMOOTHING * unknown


@smoothed.line(
    r"(1-a)\frac{p-y}{n} + a\,\frac{p-u}{n}, \quad p = \mathrm{softmax}(z)",
    "Their gradients, from the derivation of softmax-cross-entropy.",
)
def _(z: Array, y: Array) -> Array:
    p, u = softmax(z), np.full(y.shape, 1 / y.shape[1])
    known, unknown = (p - y) / len(z), (p - u) / len(z)
    return (1 - SMOOTHING) * known + SMOOTHING * unknown


@smoothed.line(
    r"\frac{p-t}{n}, \quad t = (1-a)\,y + \frac aK",
    "The terms in p together: npnet's gradient, whose labels t are smoothed once, before the first step.",
)
def _(z: Array, y: Array) -> Array:
    return smooth.gradient(y, z)
