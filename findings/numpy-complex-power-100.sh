#!/usr/bin/env bash
# NumPy 2.4.6: a complex array to an integer power keeps a tiny imaginary part up to the power 99 and loses it from
# 100 on.
#
# Why a guess from memory is wrong: x**n with a whole n looks like repeated multiplication, and up to n = 99 it behaves
# so: a complex step, f(x + ih).imag / h with h = 1e-200, gives n x^(n-1) to 15 digits for any x. From n = 100 on the
# result is that of a general complex power, through logarithm and angle. Where x is negative the angle is pi, beside
# which h is lost, and the rounding error of pi, divided by h, comes out in place of the derivative. So one and the same
# gradient check is right for x**99 and wrong by 183 powers of ten for x**100, for negative x only, without a warning.
#
# Seen (Python 3.11, numpy 2.4.6 from PyPI, glibc), relative errors of the derivative:
#   n=  2  x=+0.9  0.0e+00   x=-0.9  0.0e+00
#   n= 98  x=+0.9  2.0e-15   x=-0.9  2.0e-15
#   n= 99  x=+0.9  2.2e-15   x=-0.9  2.2e-15
#   n=100  x=+0.9  1.1e-15   x=-0.9  1.8e+183
#   n=101  x=+0.9  4.4e-16   x=-0.9  7.9e+183
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q numpy==2.4.6
cat > "$folder/run.py" << 'END'
import numpy as np

h = 1e-200
for n in (2, 98, 99, 100, 101):
    errors = []
    for x in (0.9, -0.9):
        step = (np.array([x + 1j * h]) ** n).imag[0] / h
        exact = n * x ** (n - 1)
        errors.append(abs(step / exact - 1))
    print(f"n={n:3d}  x=+0.9  {errors[0]:.1e}   x=-0.9  {errors[1]:.1e}")
    assert errors[0] < 1e-13
    assert errors[1] < 1e-13 if n < 100 else errors[1] > 1e100
END
"$folder/venv/bin/python" "$folder/run.py"
