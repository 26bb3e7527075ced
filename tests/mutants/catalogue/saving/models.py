"""Mutants of npnet/saving/models.py."""

FUNCTIONS = [
    "save", "load_optimizer", "field", "number", "net_parts", "_own_loss", "regularizer_described", "_regularizer_made", "net_made",
    "_checked_shape", "_checked_layers", "checked", "optimizer_parts", "optimizer_made",
]  # fmt: skip
EQUIVALENT = {
    "net_made": {
        "next 0 #0": "a seed, whose generator and weights are replaced",
        "next 0 #1": "seeds, whose generator and weights are replaced",
        "without kernel_initializer= #0": "drawn or not, weights are replaced",
    },
}
