#!/usr/bin/env bash
# PyTorch 2.13.0 and Keras 3.15.1: RMSprop(centered=True) makes weights NaN when their gradients do not change, in both
# libraries, with finite gradients of moderate size and a small learning rate.
#
# Why a guess from memory is wrong: the mean of squares is never less than the square of the mean, and epsilon is there to
# keep the denominator away from zero. But both means are rounded, and for a constant gradient the difference tends to
# zero and ends below it, in float32 by some 1e-7 of the squared gradient. PyTorch adds epsilon after the root, so it
# cannot help, and gradients of any size are struck; Keras adds it under the root, where 1e-7 helps for small gradients
# only. No warning is given; the gradient need not be large, nor special: an absolute error, a hinge or an L1 penalty
# gives a weight the same gradient for as long as no sign changes. (That the rounded difference may be negative was found
# in a smaller library, too: CanReader/FastNN issue 12. For these two no thread was found.)
#
# Seen (Python 3.11, torch 2.13.0 and keras 3.15.1 from PyPI, on a processor), 2000 weights with constant gradients from
# 1 to 1000, learning rate 0.001, float32:
#   torch, alpha 0.99, 2000 steps:  54 NaN, the first at step 1208
#   torch, alpha 0.9,   400 steps: 914 NaN, the first at step 132
#   keras, rho 0.9,     400 steps: 317 NaN, the first at step 130
#   torch, alpha 0.9, not centered:   0 NaN
#   keras, rho 0.9,   not centered:   0 NaN
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q torch==2.13.0 keras==3.15.1 numpy==2.4.6
cat > "$folder/run.py" << 'END'
import keras
import numpy as np
import torch

constant = torch.tensor(np.geomspace(1, 1000, 2000, dtype=np.float32))


def in_torch(steps, alpha, centered):
    w = torch.zeros(2000, requires_grad=True)
    optimizer = torch.optim.RMSprop([w], lr=1e-3, alpha=alpha, centered=centered)
    w.grad = constant
    for _ in range(steps):
        optimizer.step()
        yield w.detach()


def in_keras(steps, rho, centered):
    w = keras.Variable(torch.zeros(2000))
    optimizer = keras.optimizers.RMSprop(1e-3, rho=rho, centered=centered)
    for _ in range(steps):
        optimizer.apply([constant], [w])
        yield keras.ops.convert_to_tensor(w).detach()


def lost(text, run):
    first = None
    for step, weights in enumerate(run, 1):
        bad = torch.isnan(weights)
        if first is None and bad.any():
            first = step
    count = int(bad.sum())
    print(f"{text}: {count:3d} NaN" + (f", the first at step {first}" if count else ""))
    return count


assert lost("torch, alpha 0.99, 2000 steps", in_torch(2000, 0.99, True)) > 0
assert lost("torch, alpha 0.9,   400 steps", in_torch(400, 0.9, True)) > 0
assert lost("keras, rho 0.9,     400 steps", in_keras(400, 0.9, True)) > 0
assert lost("torch, alpha 0.9, not centered", in_torch(400, 0.9, False)) == 0
assert lost("keras, rho 0.9,   not centered", in_keras(400, 0.9, False)) == 0
END
KERAS_BACKEND=torch KERAS_HOME="$folder" "$folder/venv/bin/python" "$folder/run.py"
