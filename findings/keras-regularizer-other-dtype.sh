#!/usr/bin/env bash
# Keras 3.15.1 on TensorFlow 2.21.0: a layer of a dtype of its own (dtype="float64", "float16", "bfloat16") trains, but
# with a kernel_regularizer it does not: model.fit raises a TypeError. The same model trains on JAX and on PyTorch.
#
# Why a guess from memory is wrong: dtype is an argument of every layer, the L1 and L2 penalties are sums of the layer's
# own weights, and the model is built, compiled and predicts. The penalty keeps the weights' dtype, while the losses of
# a model are added up with one in keras.config.floatx(), float32: the two other backends promote the sum, TensorFlow
# does not. The error names neither the layer nor the regularizer. keras.config.set_floatx("float64") before the model
# is made helps, as does a dtype policy such as "mixed_bfloat16", whose weights are float32.
#
# Seen (Python 3.11, keras 3.15.1, tensorflow 2.21.0, jax 0.10.2 from PyPI, on a processor):
#   layer           regularizer  tensorflow  jax
#   float32         l2           trains      trains
#   float64         none         trains      trains
#   float64         l1           TypeError   trains
#   float64         l2           TypeError   trains
#   float16         l2           TypeError   trains
#   bfloat16        l2           TypeError   trains
#   mixed_bfloat16  l2           trains      trains
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q keras==3.15.1 tensorflow==2.21.0 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
cat > "$folder/run.py" << 'END'
import keras
import numpy as np

rng = np.random.default_rng(0)
x, y = rng.standard_normal((32, 4), np.float32), np.zeros((32, 1), np.float32)


def outcome(dtype, regularizer):
    """Return how a training of one linear layer ends, after a prediction that works."""
    layer = keras.layers.Dense(1, dtype=dtype, kernel_regularizer=regularizer)
    model = keras.Sequential([keras.Input((4,)), layer])
    model.compile("sgd", "mse")
    assert np.isfinite(np.asarray(model.predict(x, verbose=0), np.float32)).all()
    try:
        model.fit(x, y, verbose=0)
    except TypeError:
        return "TypeError"
    return "trains"


backend = keras.backend.backend()
for dtype in ("float32", "float64", "float16", "bfloat16", "mixed_bfloat16"):
    for regularizer in (None, "l1", "l2"):
        found = outcome(dtype, regularizer)
        print(f"{backend:12s} {dtype:15s} {regularizer!s:5s} {found}")
        fails = backend == "tensorflow" and regularizer and dtype in ("float64", "float16", "bfloat16")
        assert found == ("TypeError" if fails else "trains")
END
for backend in tensorflow jax; do
    KERAS_BACKEND=$backend KERAS_HOME="$folder" JAX_PLATFORMS=cpu JAX_ENABLE_X64=1 CUDA_VISIBLE_DEVICES='' \
        TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" "$folder/run.py" 2> /dev/null
done
