#!/usr/bin/env bash
# TensorFlow 2.21.0: tf.nn.elu and tf.nn.selu of small negative float32 numbers have hardly a digit: elu(-3e-8) is twice
# what it should be, elu(-1e-8) is 0. The same calls under jit_compile=True are right, as is tf.math.expm1.
#
# Why a guess from memory is wrong: ELU is expm1(x) below 0, all libraries have an expm1 for just this reason, and
# TensorFlow has one too. Yet the kernels of elu and selu on a processor subtract 1 from exp(x): the result is a multiple
# of 2^-24, whatever x is. Nothing tells: elu is meant to be nearly x near 0, and the absolute error is small. A test
# with a tolerance of its usual size passes, and the gradient, which is made of the output plus 1, is right. So one and
# the same model has other outputs with and without XLA, and keras.activations.elu, but not celu with alpha=1, which is
# the same function, has the error.
#
# Seen (Python 3.11, tensorflow 2.21.0 and keras 3.15.1 from PyPI, on a processor), relative errors in float32:
#   x           elu      selu     elu, jit_compile  expm1    keras elu  keras celu
#   -1e-03      1.0e-05  1.0e-05  1.7e-07           5.4e-08  1.0e-05    5.4e-08
#   -1e-05      1.4e-03  1.4e-03  2.2e-09           2.2e-09  1.4e-03    2.2e-09
#   -1e-07      1.9e-01  1.9e-01  2.1e-08           2.1e-08  1.9e-01    2.1e-08
#   -3e-08      9.9e-01  9.9e-01  1.5e-08           1.5e-08  9.9e-01    1.5e-08
#   -1e-08      1.0e+00  1.0e+00  5.0e-09           5.0e-09  1.0e+00    5.0e-09
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q tensorflow==2.21.0 keras==3.15.1 numpy==2.4.6
cat > "$folder/run.py" << 'END'
import keras
import numpy as np
import tensorflow as tf

scale, alpha = 1.0507009873554805, 1.6732632423543772
functions = {
    "elu": tf.nn.elu,
    "selu": lambda x: tf.nn.selu(x) / (scale * alpha),
    "elu, jit_compile": tf.function(tf.nn.elu, jit_compile=True),
    "expm1": tf.math.expm1,
    "keras elu": keras.activations.elu,
    "keras celu": keras.activations.celu,
}
print("x          ", "  ".join(functions))
for x in np.float32([-1e-3, -1e-5, -1e-7, -3e-8, -1e-8]):
    exact = np.expm1(np.float64(x))
    errors = {}
    for name, function in functions.items():
        errors[name] = abs(float(np.asarray(function(tf.constant([x])))[0]) / exact - 1)
    print(f"{x:.0e}     ", "  ".join(f"{error:.1e}".ljust(len(name)) for name, error in errors.items()))
    for name in ("elu", "selu", "keras elu"):
        assert errors[name] > 1e-9 / -x
    for name in ("elu, jit_compile", "expm1", "keras celu"):
        assert errors[name] < 1e-6
END
TF_CPP_MIN_LOG_LEVEL=3 KERAS_HOME="$folder" KERAS_BACKEND=tensorflow "$folder/venv/bin/python" "$folder/run.py" \
    2> "$folder/log" || {
    cat "$folder/log"
    exit 1
}
