#!/usr/bin/env bash
# NumPy 2.4.6: picking rows of a structured array with `a[rows]` takes 5 to 20 times as long as `np.take(a, rows)`, unless
# a record has 16 bytes or fewer, and `a.copy()` up to 10 times as long as the copy of the same bytes.
#
# Why a guess from memory is wrong: records are kept whole for locality, so that one expects a row to be one memcpy of
# its item size, and `a[rows]` and `np.take(a, rows)` to be the same for one axis, as they are for plain arrays (and for
# records of 16 bytes, on which it is usually tried). Indexing instead copies each record field by field, subarrays
# element by element; `take` and a view as bytes, `a.view(("V", a.itemsize))[rows]`, do not, and give the same bits.
# By indexing, records of 24 columns are picked hardly faster than the 24 columns one by one, so that keeping what belongs
# together in one place seems to bring nothing.
#
# Seen (Python 3.11, numpy 2.4.6 from PyPI, 200,000 records, milliseconds, least of 9; another machine has others):
#   24 float64, 192 bytes            a[rows] 44.1  take 4.6  bytes[rows] 6.8   copy 9.4  of bytes 1.6
#   20 float32 as one subarray, 80   a[rows] 31.8  take 1.6  bytes[rows] 3.8   copy 0.7  of bytes 0.4
#   2 float64, 16 bytes              a[rows]  0.2  take 0.2  bytes[rows] 0.2   copy 0.6  of bytes 0.06
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q numpy==2.4.6
cat > "$folder/run.py" << 'END'
import time

import numpy as np

COUNT = 200_000
rng = np.random.default_rng(0)
rows = rng.permutation(COUNT)


def least(action):
    times = []
    for _ in range(9):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def measured(name, dtype):
    a = np.zeros(COUNT, dtype)
    for field in a.dtype.names:
        a[field] = rng.integers(100, size=a[field].shape)
    raw = a.view(np.dtype((np.void, a.itemsize)))
    assert a[rows].tobytes() == np.take(a, rows).tobytes() == raw[rows].tobytes()
    ways = {"a[rows]": lambda: a[rows], "take": lambda: np.take(a, rows), "bytes[rows]": lambda: raw[rows],
            "copy": lambda: a.copy(), "of bytes": lambda: raw.copy()}
    found = {way: least(action) for way, action in ways.items()}
    print(name, a.itemsize, {way: round(value, 2) for way, value in found.items()})
    return found


columns = measured("24 float64", [(f"f{i}", np.float64) for i in range(24)])
subarray = measured("20 float32 as one subarray", [("x", np.float32, (20,))])
measured("2 float64", [("a", np.float64), ("b", np.float64)])
# Of what is seen above, half at least, on whatever machine
assert columns["a[rows]"] > 3 * columns["take"], columns
assert subarray["a[rows]"] > 5 * subarray["take"], subarray
assert columns["copy"] > 2 * columns["of bytes"], columns
END
"$folder/venv/bin/python" "$folder/run.py"
