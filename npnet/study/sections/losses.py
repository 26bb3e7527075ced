"""Section 3.2 of the notes: the losses."""

from npnet import experiments
from npnet.losses import MeanSquaredError, SoftmaxCrossentropy
from npnet.source import listing
from npnet.study.content import RunSettings, Section, Table


def losses(settings: RunSettings) -> Section:
    """Return the head of the section."""
    text = r"""
A loss measures how far the outputs `$p$` (the notes' `$\hat y$`) are from the labels `$y$`. Training makes it small.
Here it is always the mean over the batch, and the gradient is exactly the gradient of that number.
"""
    return Section("3.2", "Losses", text)


def mean_squared_error(settings: RunSettings) -> Section:
    """Return the mean squared error."""
    text = r"""
`$L = \frac1N \sum (p - y)^2$` over all `$N$` outputs of a batch, with the gradient `$\frac2N (p - y)$`.
"""
    code = listing(MeanSquaredError, "terms", "derivative")
    return Section("3.2 (1)", "Mean squared error", text, listings=(code,))


def cross_entropy(settings: RunSettings) -> Section:
    """Return the five cross-entropies."""
    frame = experiments.cross_entropies().to_frame()
    if settings.tensorflow:
        frame["TensorFlow: softmax, then"] = settings.tensorflow.unfused
        frame["TensorFlow: from logits"] = settings.tensorflow.fused
    table = Table(
        "cross_entropies", "The notes' five losses, in the notes' digits.", frame,
        dict.fromkeys(frame.columns[1:], "{:.8e}".format),
    )  # fmt: skip
    text = r"""
`$L = -\sum_k y_k \ln p_k$` for one sample, where `$p$` are the softmax's probabilities, `$p_i = e^{z_i} \big/ \sum_j
e^{z_j}$`. Taken together, the two are one function of the logits `$z$`, for labels that sum to 1 with
the gradient `$p - y$`; computed in one step, it neither overflows nor loses digits. The table has the cross-entropy
of the softmax's probabilities, and the same from the logits.
"""
    code = listing(SoftmaxCrossentropy, "terms", "derivative")
    return Section("3.2 (2)", "Cross-entropy", text, listings=(code,), tables=(table,))


SECTIONS = (losses, mean_squared_error, cross_entropy)
