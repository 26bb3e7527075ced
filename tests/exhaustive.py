"""``python -m tests.exhaustive``: each activation on all 2^32 float32 numbers, against float64.

A value is compared with a formula of its own in float64; a derivative, which npnet computes from the output y, with
another at the same y. Errors are in units in the last place of the result, subnormal results included; NaN must give
NaN, and no warning may be raised. The work is cut into blocks for all cores; each finished block is written to a file,
so that an interrupted run goes on where it stopped. With TensorFlow installed, its errors stand beside ours.
"""

import argparse
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np

from npnet import activations
from npnet.activations import LeakyReLU

# A block is one entry of progress; inside it, pieces are small enough for a core's cache
BITS, PIECE = 32, 1 << 14
ALPHA = LeakyReLU().alpha
# In float64 and written here, so that npnet's formulas are not compared with themselves
EXACT = {
    "sigmoid": lambda z: np.exp(-np.logaddexp(0, -z)),
    "tanh": lambda z: np.sign(z) * -np.expm1(-2 * abs(z)) / (1 + np.exp(-2 * abs(z))),
    "relu": lambda z: np.where(z < 0, 0, z),
    "leaky_relu": lambda z: np.where(z < 0, ALPHA * z, z),
}
EXACT_DERIVATIVE = {
    "sigmoid": lambda y: y - y * y,
    "tanh": lambda y: 1 - y * y,
    "relu": lambda y: np.where(np.isnan(y), y, 1.0 * (y > 0)),
    "leaky_relu": lambda y: np.where(np.isnan(y), y, np.where(y > 0, 1, ALPHA)),
}
# Units in the last place; the ReLUs have at most the rounding of alpha and of alpha z
AIMS = {"sigmoid": 4, "tanh": 2, "relu": 0, "leaky_relu": 1}
NAMES = tuple(EXACT)


def errors(result, exact):
    """Return each result's error in units in the last place of the exact number's float32 neighbours."""
    size = np.abs(exact)
    # Above 2^127 the unit does not grow any more
    size[~(size < 2.0**127)] = 2.0**127
    unit = np.spacing(size.astype(np.float32)).astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        error = np.abs(result - exact) / unit
    error[(result == exact) | (np.isnan(result) & np.isnan(exact))] = 0
    error[np.isnan(error)] = np.inf
    return error


def worst(result, exact, z):
    """Return the largest error and the bits of the number where it is."""
    error = errors(result.astype(np.float64), exact)
    place = int(error.argmax())
    return [float(error[place]), int(z.view(np.uint32)[place])]


def block(name, start, count, with_tensorflow):
    """Return the worst errors on the numbers whose bits are from `start` on."""
    warnings.simplefilter("error")
    piece = min(PIECE, count)
    return merge([findings(name, first, piece, with_tensorflow) for first in range(start, start + count, piece)])


def findings(name, start, count, with_tensorflow):
    """Return the worst errors on one piece."""
    f = activations.get(name)
    bits = np.arange(start, start + count, dtype=np.uint64).astype(np.uint32)
    # A signalling NaN raises a flag in any operation, by definition; as quiet ones, all NaNs are tried
    bits[(bits & 0x7FFFFFFF) > 0x7F800000] |= 0x00400000
    z = bits.view(np.float32)
    with np.errstate(invalid="ignore"):
        exact = EXACT[name](z.astype(np.float64))
    y = f(z)
    assert (np.isnan(y) == np.isnan(z)).all(), f"{name} does not keep NaN"
    slope = f.derivative(y)
    assert (np.isnan(slope) == np.isnan(y)).all(), f"{name}'s derivative does not keep NaN"
    found = {
        "value": worst(y, exact, z),
        "derivative": worst(slope, EXACT_DERIVATIVE[name](y.astype(np.float64)), z),
    }
    if with_tensorflow:
        from reference.tensorflow import activations as theirs_too

        theirs = theirs_too.value(f, z)
        found["TensorFlow"] = worst(theirs, exact, z)
        # Its derivative is taken at z, and computed from its own y, from which the exact one is computed here
        found["TensorFlow's derivative"] = worst(
            theirs_too.backward(f, np.ones_like(z), z), EXACT_DERIVATIVE[name](theirs.astype(np.float64)), z
        )
    return found


def merge(results):
    """Return the worst of several blocks' findings."""
    names = results[0].keys()
    return {name: max((result[name] for result in results), key=lambda pair: pair[0]) for name in names}


def versions(with_tensorflow):
    """Return a stamp of all that the results depend on: results of other formulas are not taken up again."""
    sources = [Path(activations.__file__), Path(__file__)]
    parts = [file.read_bytes() for file in sources] + [np.__version__.encode()]
    if with_tensorflow:
        parts.append(importlib.metadata.version("tensorflow").encode())
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]


def run(names, folder, bits, processes, with_tensorflow):
    """Compute all blocks that are not in the folder yet, and return the findings by activation."""
    from rich.progress import Progress

    folder.mkdir(parents=True, exist_ok=True)
    # With fewer bits, small blocks are spread evenly over all numbers
    count = 1 << min(bits, max(10, bits - 22))
    starts = [i * (2**BITS // count) for i in range(count)]
    size, stamp = 2**bits // count, versions(with_tensorflow)
    todo = [(name, start) for name in names for start in starts]
    done = {}
    for name, start in todo:
        file = folder / f"{name}-{start:010d}-{size}-{stamp}.json"
        if file.exists():
            done[name, start] = json.loads(file.read_text())
    with Progress(transient=True) as progress, ProcessPoolExecutor(processes) as pool:
        task = progress.add_task("all float32", total=len(todo), completed=len(done))
        waiting = {
            pool.submit(block, name, start, size, with_tensorflow): (name, start)
            for name, start in todo
            if (name, start) not in done
        }
        for future in as_completed(waiting):
            name, start = waiting[future]
            try:
                done[name, start] = future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            file = folder / f"{name}-{start:010d}-{size}-{stamp}.json"
            temporary = file.with_suffix(".part")
            temporary.write_text(json.dumps(done[name, start]))
            temporary.replace(file)
            progress.advance(task)
    return {name: merge([done[name, start] for start in starts]) for name in names}


def table(found_by_name):
    """Return the findings as a Markdown table."""
    lines = [
        "| activation | value | at z | derivative | at z | TensorFlow: value | at z | derivative | at z |",
        "|---" * 9 + "|",
    ]
    for name, found in found_by_name.items():
        cells = [name]
        for kind in ("value", "derivative", "TensorFlow", "TensorFlow's derivative"):
            error, bits = found.get(kind, (np.nan, 0))
            place = np.uint32(bits).view(np.float32)
            cells += [f"{error:.3g}", f"{place:.9g}" if error > 0 else ""] if kind in found else ["", ""]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main(arguments=None):
    """Run the command, and return its exit status: 1 if an error is over its aim."""
    parser = argparse.ArgumentParser(prog="python -m tests.exhaustive", description=__doc__.split("\n\n")[0])
    parser.add_argument("--only", choices=NAMES, help="one activation")
    parser.add_argument(
        "--bits",
        type=int,
        choices=range(1, BITS + 1),
        metavar="BITS",
        default=BITS,
        help="2^BITS numbers, spread evenly (default: 32, all)",
    )
    parser.add_argument("--folder", type=Path, default=Path("build/exhaustive"), help="where finished blocks are kept")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with_tensorflow = importlib.util.find_spec("tensorflow") is not None
    names = [options.only] if options.only else list(NAMES)
    found = run(names, options.folder, options.bits, options.processes, with_tensorflow)
    print(table(found))
    return int(any(max(f["value"][0], f["derivative"][0]) > AIMS[name] for name, f in found.items()))


if __name__ == "__main__":
    sys.exit(main())
