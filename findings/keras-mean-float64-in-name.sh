#!/usr/bin/env bash
# Keras 3.15.1 on JAX 0.10.2: the mean of a float64 tensor is returned as float64 and has the digits of float32; sum and
# std have all digits, var says float32.
#
# Why a guess from memory is wrong: an operation that loses float64 is expected to show it by its type (as var does);
# here the result is cast back, so that a check of dtypes passes. JAX is asked for 64 bits and floatx is float64, so no
# known limit of JAX explains it: jnp.mean of the same tensor is exact. And std, which one takes for the root of var, is
# exact to 2e-16 where var is wrong from the 8th digit on. With the PyTorch backend it is the same. (The cast was made
# for float16, whose sums overflow: keras-team/keras pull request 18534. For float64 it points the wrong way.)
#
# Seen (Python 3.11, keras 3.15.1 and jax 0.10.2 from PyPI, JAX_ENABLE_X64=1, floatx float64), relative errors:
#   sum       float64  2.2e-16
#   mean      float64  7.6e-08
#   std       float64  2.2e-16
#   var       float32  1.1e-07
#   jnp.mean  float64  2.2e-16
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
cat > "$folder/run.py" << 'END'
import jax.numpy as jnp
import keras
import numpy as np

keras.config.set_floatx("float64")
a = np.arange(1, 101.0) / 3
tensor = keras.ops.convert_to_tensor(a)
assert tensor.dtype == "float64"
errors = {}
for name in ("sum", "mean", "std", "var", "jnp.mean"):
    function = jnp.mean if name == "jnp.mean" else getattr(keras.ops, name)
    result = keras.ops.convert_to_numpy(function(tensor))
    errors[name] = abs(float(result) / getattr(np, name.removeprefix("jnp."))(a) - 1)
    print(f"{name:9s} {result.dtype}  {errors[name]:.1e}")
    assert result.dtype == ("float32" if name == "var" else "float64")
assert max(errors["sum"], errors["std"], errors["jnp.mean"]) < 1e-15
assert min(errors["mean"], errors["var"]) > 1e-9
END
KERAS_BACKEND=jax KERAS_HOME="$folder" JAX_ENABLE_X64=1 JAX_PLATFORMS=cpu "$folder/venv/bin/python" "$folder/run.py"
