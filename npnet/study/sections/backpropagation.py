"""Section 3.3, the study's own: backpropagation, which needs the activations and the losses."""

from npnet.engine import layers
from npnet.source import listing
from npnet.study.content import RunSettings, Section


def backpropagation(settings: RunSettings) -> Section:
    """Return the way back through a net."""
    text = r"""
A layer computes `$z = xW + b$` and `$y = f(z)$`. Going back, with `$\delta$` for the gradient of the loss with respect
to `$z$`, it needs two products: the gradient of its weights, `$x^T\delta$`, and what it hands to the layer before it,
`$\delta W^T$`.
"""
    code = listing(layers.backward)
    return Section("3.3", "Backpropagation: all gradients in one pass", text, listings=(code,))


SECTIONS = (backpropagation,)
