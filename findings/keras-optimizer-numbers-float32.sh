#!/usr/bin/env bash
# Keras 3.15.1 on TensorFlow 2.21.0, with set_floatx("float64") and float64 weights: momentum, the start of Adagrad's and
# Ftrl's accumulators, the powers of Adam's betas and weight decay are rounded to float32; the rate and rho of RMSprop are
# not. On JAX 0.10.2 the same lines of Keras round nothing.
#
# Why a guess from memory is wrong: set_floatx("float64") is the documented way to float64, all variables and the rate
# say float64, and an optimizer that is wrong would be thought wrong as a whole. It is a matter of which operation a
# number goes through: TensorFlow makes a float32 tensor of a Python number that is cast, and the right type of one that
# is multiplied with a tensor; Keras's code casts some numbers and multiplies by others. Plain SGD and RMSprop, with
# which one would try whether float64 works, are exact. After three steps of Adam the weight is off by 7e-6 of itself, of
# betas that are off by 1e-8, as 1 - beta ** t has few digits of theirs.
#
# Seen (Python 3.11, keras 3.15.1, tensorflow 2.21.0, jax 0.10.2 from PyPI, JAX_ENABLE_X64=1), gradient 1, errors
# relative to the formula in float64:
#                    tensorflow  jax
#   SGD, rate        0.0e+00     0.0e+00
#   RMSprop, rho     0.0e+00     0.0e+00
#   SGD, momentum    8.2e-09     0.0e+00
#   Nesterov         1.3e-08     0.0e+00
#   Adagrad, start   6.8e-10     0.0e+00
#   Ftrl, start      6.8e-10     0.0e+00
#   SGD, decay       3.8e-10     0.0e+00
#   Adam, betas      6.7e-06     2.6e-15
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q keras==3.15.1 tensorflow==2.21.0 jax==0.10.2 numpy==2.4.6
cat > "$folder/run.py" << 'END'
import sys

import keras
import numpy as np

keras.config.set_floatx("float64")
rules = keras.optimizers
# The optimizer, its steps with a gradient of 1, the weight after them, and whether TensorFlow rounds a number
cases = {
    "SGD, rate": (rules.SGD(0.1), 1, -0.1, False),
    "RMSprop, rho": (rules.RMSprop(1.0, rho=0.9, epsilon=0.0), 1, -1 / np.sqrt(1 - 0.9), False),
    "SGD, momentum": (rules.SGD(1.0, momentum=0.9), 2, -2.9, True),
    "Nesterov": (rules.SGD(1.0, momentum=0.9, nesterov=True), 1, -1.9, True),
    "Adagrad, start": (rules.Adagrad(1.0, initial_accumulator_value=0.1, epsilon=0.0), 1, -1 / np.sqrt(1.1), True),
    "Ftrl, start": (rules.Ftrl(1.0, initial_accumulator_value=0.1), 1, -1 / np.sqrt(1.1), True),
    "SGD, decay": (rules.SGD(0.5, weight_decay=0.1), 2, -0.975, True),
    "Adam, betas": (rules.Adam(1.0, epsilon=0.0), 3, -3.0, True),
}
for name, (optimizer, steps, exact, rounds) in cases.items():
    weight = keras.Variable(np.zeros(1))
    for _ in range(steps):
        optimizer.apply([keras.ops.convert_to_tensor(np.ones(1))], [weight])
    assert weight.dtype == optimizer.learning_rate.dtype == "float64"
    error = abs(float(keras.ops.convert_to_numpy(weight.value)[0]) / exact - 1)
    print(f"{sys.argv[1]:<12}{name:<16}{error:.1e}")
    rounded = rounds and sys.argv[1] == "tensorflow"
    assert error > 1e-10 if rounded else error < 1e-14, (name, error)
END
for backend in tensorflow jax; do
    KERAS_BACKEND=$backend JAX_ENABLE_X64=1 TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" "$folder/run.py" $backend
done
