#!/usr/bin/env bash
# Keras 3.15.1: variables that were taken out of an optimizer's weight decay, exclude_from_weight_decay(var_names=["bias"])
# or (var_list=[...]), decay again once the compiled model was saved and loaded; so they do after
# type(optimizer).from_config(optimizer.get_config()).
#
# Why a guess from memory is wrong: the format .keras is the one that keeps a compiled model whole, and of this optimizer
# it does keep the rate, the decay's strength, the moments and the count of steps, so that a training seems to go on where
# it was. Nothing is said when the file is written or read.
#
# Seen (Python 3.11, keras 3.15.1 from PyPI with jax 0.10.2): biases of 1 on data that give them no gradient, with AdamW at
# the rate 0.01 and the decay 0.5, after one more step: 1 in the model that was kept, 0.995 = 1 - 0.01 * 0.5 in the one
# from the file. Kernels are the same in both. The same with SGD(weight_decay=0.5).
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

x, y = np.zeros((4, 3), "float32"), np.ones((4, 2), "float32")


def after_one_more_step(optimizer, by_name):
    """Return kernel and bias of the model that was kept, and of that from its file, each a step later."""
    dense = keras.layers.Dense(2, bias_initializer="ones")
    model = keras.Sequential([keras.Input((3,)), dense])
    if by_name:
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    else:
        optimizer.exclude_from_weight_decay(var_list=[dense.bias])
    model.compile(optimizer, "mse")
    model.fit(x, y, verbose=0)
    file = pathlib.Path(sys.argv[1]) / "model.keras"
    model.save(file)
    found = []
    for one in (model, keras.models.load_model(file)):
        one.fit(x, y, verbose=0)
        assert int(one.optimizer.iterations) == 2
        found.append(one.get_weights())
    return found


for kind in (keras.optimizers.AdamW, keras.optimizers.SGD):
    for by_name in (True, False):
        kept, loaded = after_one_more_step(kind(0.01, weight_decay=0.5), by_name)
        print(f"{kind.__name__:6s} bias kept {kept[1]}, loaded {loaded[1]}")
        assert (kept[1] == 1).all()
        assert np.allclose(loaded[1], 0.995, rtol=0, atol=1e-6)
        assert (kept[0] == loaded[0]).all()
END
KERAS_BACKEND=jax KERAS_HOME="$folder" JAX_PLATFORMS=cpu "$folder/venv/bin/python" "$folder/run.py" "$folder"
