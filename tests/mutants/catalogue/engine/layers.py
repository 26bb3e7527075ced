"""Mutants of npnet/engine/layers.py."""

FUNCTIONS = [
    "Layer", "MembersLayer", "Pass", "layers_of", "passes_of", "with_ones", "forward", "backward",
]  # fmt: skip
REWRITES = {
    "Layer.forward": [("self.transposed", "-self.transposed")],
    "Layer.gradients": [
        ("p.x", "-p.x"),
        ("p.x", "np.abs(p.x) + 1"),
        # The mean over the batch, not the sum
        ("delta.T", "delta.T / delta.shape[1]"),
    ],
    "Layer.back": [
        ("self.weights", "np.ones_like(self.weights)"),
        ("self.weights", "self.weights.T.reshape(self.weights.shape)"),
    ],
    "MembersLayer.forward": [
        ("np.matmul(x.T, self.W.transpose(1, 0, 2), out=p.z)", "np.matmul(x.T, -self.W.transpose(1, 0, 2), out=p.z)"),
        ("np.einsum('ibk,iok->obk', x, self.W, out=p.z)", "np.einsum('ibk,iok->obk', abs(x), self.W, out=p.z)"),
        ("p.front('x', x)", "abs(p.front('x', x))"),
    ],
    "MembersLayer.gradients": [
        (
            "np.einsum('ibk,obk->iok', p.x, delta, out=self.gradient)",
            "np.einsum('ibk,obk->iok', abs(p.x), delta, out=self.gradient)",
        ),
        ("p.front('delta', delta)", "abs(p.front('delta', delta))"),
        (
            "np.matmul(p.x, delta, out=self.gradient.transpose(1, 0, 2))",
            "np.matmul(p.x, abs(delta), out=self.gradient.transpose(1, 0, 2))",
        ),
    ],
    "MembersLayer.back": [
        ("np.multiply(delta, W, out=out)", "np.multiply(delta, abs(W), out=out)"),
        ("np.einsum('obk,iok->ibk', delta, W, out=out)", "np.einsum('obk,iok->ibk', delta, abs(W), out=out)"),
        ("p.front('delta', delta)", "abs(p.front('delta', delta))"),
    ],
    "layers_of": [("activation.along(0)", "activation")],
    "forward": [
        ("layer.activation.value(p.z, p.y)", "layers[0].activation.value(p.z, p.y)"),
        ("p.with_ones", "p.y"),
    ],
    "backward": [
        ("layer.activation.pullback(grad, p.saved, grad, p.scratch)", "grad"),
        (
            "layer.activation.pullback(grad, p.saved, grad, p.scratch)",
            "layers[-1].activation.pullback(grad, p.saved, grad, p.scratch)",
        ),
        ("p.saved", "p.y"),
    ],
}
# numpy.matmul or numpy.einsum
FORM = "the other form of the same product"
EQUIVALENT = {
    "forward": {"always if #0": "an array that is copied to itself is the same"},
    "MembersLayer.forward": {"always if #1": FORM, "never if #1": FORM},
    "MembersLayer.gradients": {"always if #1": FORM, "never if #1": FORM},
    "MembersLayer.back": {"never if #0": FORM, "always if #1": FORM, "never if #1": FORM},
    "Pass.__init__": {"always if #0": "the output takes the place of the ones"},
}
