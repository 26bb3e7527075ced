#!/usr/bin/env bash
# NumPy 2.4.6: of eight ways to sum the squares of a float32 vector, six warn when the sum overflows; vdot and einsum
# return inf in silence.
#
# Why a guess from memory is wrong: in NumPy 2 `dot` and `matmul` report floating-point errors like ufuncs, so
# one expects the same of `vdot`, which calls the same BLAS routine for real numbers; with np.errstate(over="raise")
# around a training loop, replacing `a.dot(a)` by `np.vdot(a, a)` (the usual way to sum the squares of a matrix without
# a copy) takes the check away, and the other way round makes "warnings are errors" fail where all was quiet.
#
# Seen (Python 3.11, numpy 2.4.6 from PyPI, OpenBLAS):
#   dot      inf  overflow encountered in dot
#   method   inf  overflow encountered in dot
#   inner    inf  overflow encountered in dot
#   matmul   inf  overflow encountered in matmul
#   vecdot   inf  overflow encountered in vecdot
#   norm     inf  overflow encountered in dot
#   vdot     inf  -
#   einsum   inf  -
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q numpy==2.4.6
cat > "$folder/run.py" << 'END'
import warnings

import numpy as np

a = np.array([1e30, 1.0], np.float32)
ways = {
    "dot": lambda: np.dot(a, a),
    "method": lambda: a.dot(a),
    "inner": lambda: np.inner(a, a),
    "matmul": lambda: a @ a,
    "vecdot": lambda: np.vecdot(a, a),
    "norm": lambda: np.linalg.norm(a),
    "vdot": lambda: np.vdot(a, a),
    "einsum": lambda: np.einsum("i,i->", a, a),
}
silent = []
for name, way in ways.items():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        value = way()
    print(f"{name:8s} {value}  {seen[0].message if seen else '-'}")
    if not seen:
        silent.append(name)
assert silent == ["vdot", "einsum"], silent
END
"$folder/venv/bin/python" "$folder/run.py"
