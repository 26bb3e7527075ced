#!/usr/bin/env bash
# TensorFlow 2.21.0: tf.nn.gelu and tf.nn.leaky_relu of float64 tensors return float64 with the constants of float32;
# gelu(-1.41) is wrong from the 8th digit on, where its neighbours selu, elu, silu and softplus have all 16.
#
# Why a guess from memory is wrong: the result's type is float64, and TensorFlow refuses to mix float32 with float64, so
# one takes what it returns for float64 throughout. A number written in Python becomes the other operand's type
# (0.1 * x is exact), but gelu sends its constant through tf.cast, which makes a float32 tensor of it first: tf.cast(0.1,
# tf.float64) is not 0.1. In leaky_relu the slope is an attribute of the operation, and attributes are float32. A check
# of gradients in float64 does not find it, as value and gradient belong to the same slightly different function.
#
# Seen (Python 3.11, tensorflow 2.21.0 from PyPI, on a processor), at x = -1.41 in float64, relative errors:
#   gelu        float64  -0.11177048147266602  4.5e-08
#   tanh gelu   float64  -0.11200239738655389  6.4e-09
#   leaky_relu  float64  -0.14100000210106373  1.5e-08
#   selu        float64  -1.3288711956630046  2.2e-16
#   elu         float64  -0.75585671684656286  0.0e+00
#   silu        float64  -0.27669001947574856  2.2e-16
#   softplus    float64  0.21844716706814366  0.0e+00
#   0.1 * x     float64  -0.14099999999999999  0.0e+00
#   tf.cast     float64  -0.14100000210106373  1.5e-08
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q tensorflow==2.21.0 keras==3.15.1 numpy==2.4.6
cat > "$folder/run.py" << 'END'
import math

import tensorflow as tf

x = -1.41
tensor = tf.constant([x], tf.float64)
scale, alpha = 1.0507009873554805, 1.6732632423543772
results = {
    "gelu": (tf.nn.gelu(tensor), x * math.erfc(-x / math.sqrt(2)) / 2),
    "tanh gelu": (
        tf.nn.gelu(tensor, approximate=True),
        x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2,
    ),
    "leaky_relu": (tf.nn.leaky_relu(tensor, alpha=0.1), 0.1 * x),
    "selu": (tf.nn.selu(tensor), scale * alpha * math.expm1(x)),
    "elu": (tf.nn.elu(tensor), math.expm1(x)),
    "silu": (tf.nn.silu(tensor), x / (1 + math.exp(-x))),
    "softplus": (tf.nn.softplus(tensor), math.log1p(math.exp(x))),
    "0.1 * x": (0.1 * tensor, 0.1 * x),
    "tf.cast": (tf.cast(0.1, tf.float64) * tensor, 0.1 * x),
}
for name, (result, exact) in results.items():
    value = float(result[0])
    error = abs(value / exact - 1)
    print(f"{name:10s}  {result.dtype.name}  {value:.17g}  {error:.1e}")
    assert result.dtype == tf.float64
    rounded = name in ("gelu", "tanh gelu", "leaky_relu", "tf.cast")
    assert 1e-9 < error < 1e-6 if rounded else error < 1e-15
END
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" "$folder/run.py" 2> "$folder/log" || {
    cat "$folder/log"
    exit 1
}
