#!/usr/bin/env bash
# Keras 3.15.1: a compiled model that is saved and loaded has another loss if that was Huber(delta=...) or
# CosineSimilarity(axis=...): the setting is not in get_config, and the default takes its place.
#
# Why a guess from memory is wrong: the format .keras is the one that keeps a compiled model whole, weights, optimizer
# and loss; CategoricalCrossentropy does keep its setting. Nothing is said when the file
# is written or read, and a training that goes on from it minimizes another function. (Known, and mended
# in Keras's repository, but not in this release: keras-team/keras pull request 23286.)
#
# Seen (Python 3.11, keras 3.15.1 from PyPI with jax 0.10.2), a model's loss before it is saved and after it is loaded:
#   Huber(delta=0.5)                        1.375    2.5
#   CosineSimilarity(axis=1)                -0.5     -0.8
#   CategoricalCrossentropy, smoothing 0.2  0.41326  0.41326
#   CategoricalCrossentropy, smoothing 0.4  0.51326  0.51326
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
cat > "$folder/run.py" << 'END'
import pathlib
import sys

import keras
import numpy as np

x = np.array([[[3.0, 4.0], [3.0, 4.0]]], "float32")
y = np.array([[[0.0, 1.0], [0.0, 1.0]]], "float32")


def before_and_after(text, loss):
    """Return the loss of a model that computes f(x) = x, and that of the same model from a file."""
    model = keras.Sequential([keras.Input((2, 2)), keras.layers.Activation("linear")])
    model.compile(loss=loss)
    file = pathlib.Path(sys.argv[1]) / "model.keras"
    model.save(file)
    losses = [m.evaluate(x, y, verbose=0) for m in (model, keras.models.load_model(file))]
    print(f"{text:38s}  {losses[0]:<7.5g}  {losses[1]:.5g}")
    return losses


before, after = before_and_after("Huber(delta=0.5)", keras.losses.Huber(delta=0.5))
assert (before, after) == (1.375, 2.5)
before, after = before_and_after("CosineSimilarity(axis=1)", keras.losses.CosineSimilarity(axis=1))
assert before != after
for smoothing in (0.2, 0.4):
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    before, after = before_and_after(f"CategoricalCrossentropy, smoothing {smoothing}", loss)
    assert before == after
END
KERAS_BACKEND=jax KERAS_HOME="$folder" JAX_PLATFORMS=cpu "$folder/venv/bin/python" "$folder/run.py" "$folder"
