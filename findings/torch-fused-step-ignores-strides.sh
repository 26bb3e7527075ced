#!/usr/bin/env bash
# PyTorch 2.13.0: a fused step on the CPU reads a gradient in the order in which it lies in memory. Where `p.grad` is a
# transposed tensor, SGD, Adam, AdamW and Adagrad with fused=True move each parameter by another one's gradient.
#
# Why a guess from memory is wrong: fused=True is documented as a faster implementation of the same step, strides are
# what a tensor is indexed by everywhere else, and PyTorch's own backward pass gives a gradient the strides of its
# parameter, so that one's tests pass. A gradient that is assigned (a projection of it, one that comes from a product
# with a transposed matrix, one that is read from another framework) has the strides that it has. There is no error and
# no warning: on a GPU the same step refuses such a gradient (pytorch issue 106951).
#
# Seen (Python 3.11, torch 2.13.0 from PyPI, CPU), gradient [[1, 2], [3, 4]], parameters from 0:
#   SGD      plain  row by row        -1 -2 -3 -4
#   SGD      plain  column by column  -1 -2 -3 -4
#   SGD      fused  row by row        -1 -2 -3 -4
#   SGD      fused  column by column  -1 -3 -2 -4
#   and so for Adam and AdamW with epsilon 1 and for Adagrad with epsilon 1: only the last line of the four is another.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q torch==2.13.0 numpy==2.4.6
cat > "$folder/run.py" << 'END'
import itertools

import torch

GRADIENT = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
# With a large epsilon a step depends on its gradient's size, not on its sign alone
OPTIMIZERS = {
    "SGD": (torch.optim.SGD, {}),
    "Adam": (torch.optim.Adam, {"eps": 1.0}),
    "AdamW": (torch.optim.AdamW, {"eps": 1.0}),
    "Adagrad": (torch.optim.Adagrad, {"eps": 1.0}),
}


def stepped(kind, options, fused, by_columns):
    """Return the parameters after a step from 0."""
    parameter = torch.nn.Parameter(torch.zeros(2, 2))
    parameter.grad = GRADIENT.T.contiguous().T if by_columns else GRADIENT.clone()
    assert torch.equal(parameter.grad, GRADIENT)
    kind([parameter], lr=1.0, fused=fused, **options).step()
    return parameter.detach()


for name, (kind, options) in OPTIMIZERS.items():
    right = stepped(kind, options, fused=False, by_columns=False)
    for fused, by_columns in itertools.product([False, True], repeat=2):
        found = stepped(kind, options, fused, by_columns)
        numbers = " ".join(f"{number:.4g}" for number in found.flatten().tolist())
        order = "column by column" if by_columns else "row by row"
        print(f"{name:8s} {'fused' if fused else 'plain'}  {order:16s}  {numbers}")
        # What the one column's step makes of the other's gradient is the transposed result
        expected = right.T if fused and by_columns else right
        assert torch.allclose(found, expected, rtol=1e-6)
    assert not torch.allclose(right, right.T)
END
"$folder/venv/bin/python" "$folder/run.py"
