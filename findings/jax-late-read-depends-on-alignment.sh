#!/usr/bin/env bash
# JAX 0.10.2 on a processor: a jitted call that has returned still reads its NumPy argument, but only if that array begins
# at a multiple of 64 bytes; then what is written to the array afterwards changes the result of the call before.
#
# Why a guess from memory is wrong: jnp.asarray of the same array copies it, wherever it begins, and a call's arguments
# are expected to be read when the call returns. They are shared without a copy where their address fits, and the work
# is done later. A buffer that a loop fills again for each batch is read right or wrong by its address alone, so a test
# that passes with one array says nothing about the next. (That jax.device_put shares memory for good is known, in
# jax-ml/jax issue 37830; here nothing was asked to be put anywhere, and the call's own result is another one.)
#
# Seen (Python 3.11, jax 0.10.2 from PyPI, two cores): the sum of 1024 zeros that become ones after the call,
#   begins at a multiple of 64 plus  0:  array itself 1024   jnp.asarray(array) 0
#   begins at a multiple of 64 plus 16:  array itself 0   jnp.asarray(array) 0
#   begins at a multiple of 64 plus 32:  array itself 0   jnp.asarray(array) 0
#   begins at a multiple of 64 plus 48:  array itself 0   jnp.asarray(array) 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
cat > "$folder/run.py" << 'END'
import jax
import jax.numpy as jnp
import numpy as np


@jax.jit
def f(x, a):
    for _ in range(30):
        x = x @ x
    return a.sum() + 0 * x.sum()


def late(a, given):
    """Return the sum of zeros, written over after the call, at its worst of five times: a busy machine may be slow."""
    worst = 0.0
    for _ in range(5):
        f(x, a).block_until_ready()
        a[:] = 0
        result = f(x, given(a))
        a[:] = 1
        worst = max(worst, float(result))
    return worst


x, raw = np.zeros((512, 512), "float32"), np.zeros(4096 + 128, "uint8")
for offset in (0, 16, 32, 48):
    start = -raw.ctypes.data % 64 + offset
    a = raw[start : start + 4096].view("float32")
    itself, copied = late(a, lambda a: a), late(a, jnp.asarray)
    print(f"begins at a multiple of 64 plus {offset:2d}:  array itself {itself:g}   jnp.asarray(array) {copied:g}")
    assert copied == 0
    assert itself == (1024 if offset == 0 else 0)
END
JAX_PLATFORMS=cpu "$folder/venv/bin/python" "$folder/run.py"
