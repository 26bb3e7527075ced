#!/usr/bin/env bash
# joblib 1.6.0 and dask 2026.8.0: joblib.hash and dask's tokenize give equal longdouble arrays different keys, so that
# joblib.Memory computes again what it has, and dask does not see that two inputs are the same.
#
# Why a guess from memory is wrong: both say that they hash an array's contents, and do for float32, float64 and complex
# numbers. On x86-64 a longdouble has 10 bytes of number and 6 of padding, which NumPy leaves as they were in memory; both
# hash all 16. A copy has the same key as what it was copied from, so that a quick try shows nothing; the same numbers
# converted in another way, here by astype and by the constructor, do not.
#
# Seen (Python 3.11, numpy 2.4.6, joblib 1.6.0, dask 2026.8.0 from PyPI, x86-64):
#   'd': equal arrays True, same joblib key True, same dask key True
#   'g': equal arrays True, same joblib key False, same dask key False
#   calls of a cached function with two equal longdouble arrays: 2
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q numpy==2.4.6 joblib==1.6.0 dask==2026.8.0
cat > "$folder/run.py" << 'END'
import sys

import joblib
import numpy as np
from dask.base import tokenize

same = {}
for dtype in (np.float64, np.longdouble):
    numbers = np.arange(100, dtype=np.float32)
    converted, constructed = numbers.astype(dtype), np.array(numbers.tolist(), dtype=dtype)
    assert np.array_equal(converted, constructed)
    same[dtype] = (joblib.hash(converted) == joblib.hash(constructed), tokenize(converted) == tokenize(constructed))
    print(f"{np.dtype(dtype).char!r}: equal arrays True, same joblib key {same[dtype][0]}, same dask key {same[dtype][1]}")
calls = []


def total(array):
    calls.append(1)
    return float(array.sum())


cached = joblib.Memory(sys.argv[1], verbose=0).cache(total)
assert cached(converted) == cached(constructed)
print("calls of a cached function with two equal longdouble arrays:", len(calls))
assert same == {np.float64: (True, True), np.longdouble: (False, False)}
assert len(calls) == 2
END
"$folder/venv/bin/python" "$folder/run.py" "$folder/cache"
