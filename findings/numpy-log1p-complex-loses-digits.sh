#!/usr/bin/env bash
# NumPy 2.4.6: log1p of complex numbers loses the digits that it is there to keep: of log1p(1e-9 + 0j) eight are right,
# of log1p(1e-15 + 0j) none.
#
# Why a guess from memory is wrong: log1p is known to be exact for small numbers, and for float64 it is. For complex
# numbers it takes the logarithm of |1 + z|, in which 1 + z is rounded, so that small real parts are worth no more than
# log(1 + z). Who takes complex steps through a loss like log1p(exp(z)) gets the right derivative of log1p itself, whose
# imaginary part is right, and a wrong one of all that multiplies its value, without a warning.
#
# Seen (Python 3.11, NumPy 2.4.6 from PyPI):
#   float64: 9.9999999949999999e-10, complex: 1.0000000822403709e-09, off by a part of 8.3e-08
#   float64: 9.9999999999999949e-16, complex: 1.1102230246251559e-15, off by a part of 0.11
#   d/dx log1p(exp(x))^2 at -20 by a complex step of 1e-100, off by a part of 3.4e-08
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q numpy==2.4.6
cat > "$folder/run.py" << 'END'
import numpy as np

for x in (1e-9, 1e-15):
    real, other = np.log1p(x), np.log1p(x + 0j).real
    off = abs(other / real - 1)
    print(f"float64: {real:.16e}, complex: {other:.16e}, off by a part of {off:.2g}")
    assert abs(real / (x - x * x / 2) - 1) < 1e-15
    assert off > 1e-9

x, h = -20.0, 1e-100
right = 2 * np.log1p(np.exp(x)) * np.exp(x) / (1 + np.exp(x))
step = (np.log1p(np.exp(x + 1j * h)) ** 2).imag / h
off = abs(step / right - 1)
print(f"d/dx log1p(exp(x))^2 at -20 by a complex step of 1e-100, off by a part of {off:.2g}")
assert 1e-9 < off < 1e-6
END
"$folder/venv/bin/python" "$folder/run.py"
