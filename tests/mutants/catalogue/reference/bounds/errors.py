"""Mutants of reference/bounds/errors.py: bounds that forget an error, and bounds that let anything pass.

The roundings of a loss's gradient, of the batch's sums and of penalties are not left out: others allow for more than
each of them.
"""

REWRITES = {
    "network_bounds": [
        ("losses.gradient_moved(loss, y, p, weights)", "0"),
        ("losses.value_moved(loss, y, p, weights)", "0"),
        ("losses.value_rounded(loss, y, p.value, rounding, weights)", "0"),
        ("losses.folded(loss, net.activations[-1])", "(loss, net.activations[-1])"),
        ("float(value)", "1000 * float(value)"),
        ("float(value)", "float(value) / 1000"),
        ("_backward(net, passes, grad, of_layers, rounding)", "1000 * _backward(net, passes, grad, of_layers, rounding)"),
        ("_backward(net, passes, grad, of_layers, rounding)", "_backward(net, passes, grad, (None,) * len(of_layers), rounding)"),
        ("_backward(net, passes, grad, of_layers, rounding)", "np.full(len(net.parameters), abs(grad.value).max())"),
        ("partial(bound, dtype=dtype, flushed=flushed)", "partial(bound, dtype='float32', flushed=flushed)"),
        ("sum(rounding(W.size + 6, penalty) for W, penalty in zip(net.weights, penalties))", "1000 * sum(penalties)"),
        ("rounding(len(penalties) + 1, size + sum(penalties))", "1000 * rounding(len(penalties) + 1, size + sum(penalties))"),
    ],
    "output_bound": [
        ("_forward(net, net.activations, x, partial(bound, dtype=dtype, flushed=flushed))[-1]", "_forward(net, net.activations, x, partial(bound, dtype=dtype, flushed=flushed))[0]"),
        ("_forward(net, net.activations, x, partial(bound, dtype=dtype, flushed=flushed))[-1].y.error", "_forward(net, net.activations, x, partial(bound, dtype=dtype, flushed=flushed))[-1].z.error"),
        ("partial(bound, dtype=dtype, flushed=flushed)", "partial(bound, dtype='float32', flushed=flushed)"),
        ("partial(bound, dtype=dtype, flushed=flushed)", "partial(bound, dtype=dtype)"),
    ],
    "_forward": [("exactly(x)", "Inexact(x, abs(x))"), ("exactly(x)", "Inexact(x, rounding(100, x))")],
    "_backward": [
        ("x.error.T @ (size + delta.error)", "0"),
        ("abs(x.value).T @ delta.error", "0"),
        ("rounding(terms, magnitude)", "1000 * rounding(terms, magnitude)"),
        ("rounding(terms, magnitude)", "magnitude"),
        ("delta.error.sum(axis=0)", "0"),
        ("rounding(terms, size.sum(axis=0))", "1000 * rounding(terms, size.sum(axis=0))"),
        ("rounding(6, abs(regularizer.gradient(W)) + magnitude)", "0"),
        ("rounding(6, abs(regularizer.gradient(W)) + magnitude)", "1000 * rounding(6, abs(regularizer.gradient(W)) + magnitude)"),
        ("_affine(delta, W.T, 0, rounding)", "exactly(delta.value @ W.T)"),
    ],
    "_affine": [
        ("x.error @ abs(W)", "0 * (x.error @ abs(W))"),
        ("x.error @ abs(W)", "abs(x.error @ W)"),
        ("x.error @ abs(W)", "1000 * (x.error @ abs(W))"),
        ("abs(x.value) @ abs(W) + abs(b)", "abs(x.value @ W + b)"),
        # Each sum of zeros is as good as unknown
        ("np.where(magnitude + passed_on > 0, rounding(len(W) + 2, magnitude), 0)", "rounding(len(W) + 2, magnitude)"),
        ("np.where(magnitude + passed_on > 0, rounding(len(W) + 2, magnitude), 0)", "1000 * rounding(len(W) + 2, magnitude)"),
        ("np.where(magnitude + passed_on > 0, rounding(len(W) + 2, magnitude), 0)", "0"),
        ("rounding(len(W) + 2, magnitude)", "magnitude"),
    ],
}  # fmt: skip
