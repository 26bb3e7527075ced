#!/usr/bin/env bash
# Keras 3.15.1: clipnorm makes a gradient 0, and global_clipnorm makes it NaN, where the sum of its squares is larger
# than all float32 numbers, while the gradient and its norm are not.
#
# Why a guess from memory is wrong: clipping is there for gradients that explode, and a clipped one has the norm that is
# asked for, whatever it was before. Beyond 1.8e19 the square of a float32 number is infinite: the gradient is divided by
# an infinite norm. With clipnorm such a weight stays where it is from then on, step after step, without a word; the same
# gradient under global_clipnorm makes its weight NaN. clipvalue is right.
#
# Seen (Python 3.11, keras 3.15.1 from PyPI with jax 0.10.2), SGD(1.0) from (0, 0) with the gradient (g, g), the first
# weight after a step:
#   g      clipnorm   global_clipnorm  clipvalue
#   1e+18  -0.707107  -0.707107        -1
#   1e+19  -0.707107  -0.707107        -1
#   3e+19  0          nan              -1
#   1e+25  0          nan              -1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
cat > "$folder/run.py" << 'END'
import math

import keras


def moved(g, **clipping):
    """Return where one step leads a weight from 0."""
    w = keras.Variable([0.0, 0.0])
    keras.optimizers.SGD(1.0, **clipping).apply([keras.ops.array([g, g], "float32")], [w])
    return float(w[0])


print(f"{'g':5s}  {'clipnorm':9s}  {'global_clipnorm':15s}  clipvalue")
for g in (1e18, 1e19, 3e19, 1e25):
    one, both, value = moved(g, clipnorm=1.0), moved(g, global_clipnorm=1.0), moved(g, clipvalue=1.0)
    print(f"{g:5.0e}  {one:<9.6g}  {both:<15.6g}  {value:g}")
    assert value == -1
    if g < 1.3e19:
        assert abs(one + 0.5**0.5) < 1e-6 and abs(both + 0.5**0.5) < 1e-6
    else:
        assert one == 0 and math.isnan(both)
END
KERAS_BACKEND=jax KERAS_HOME="$folder" JAX_PLATFORMS=cpu "$folder/venv/bin/python" "$folder/run.py"
