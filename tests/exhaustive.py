"""``python -m tests.exhaustive``: each activation on all 2^32 float32 numbers, against float64.

A value is compared with a formula of its own in float64; a derivative, which npnet computes from the output y or the
input z, with another at the same number. Errors are in units in the last place of the result, subnormal results
included; NaN must give NaN, and no warning may be raised. The work is cut into blocks for all cores; each finished
block is written to a file, so that an interrupted run goes on where it stopped. With TensorFlow installed, its errors
stand beside ours.
"""

import argparse
import ast
import hashlib
import importlib.metadata
import importlib.util
import json
import math
import os
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np
from scipy.special import erfc

import npnet
from npnet import activations
from npnet.activations import SELU, GELUTanh, LeakyReLU

# A block is one entry of progress; inside it, pieces are small enough for a core's cache
BITS, PIECE = 32, 1 << 14
# Where the number after float32's largest one would be, and the middle between the two
OVER, ROUNDS_TO_INFINITY = 2.0**128, 2.0**128 - 2.0**103
ALPHA = LeakyReLU().alpha


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _tanh_exponent(z):
    # Two products, as a power of 3 takes ten times as long
    return GELUTanh.factor * (z + GELUTanh.cubic * z * z * z)


def _gelu_tanh_slope(z):
    steepness = GELUTanh.factor * (1 + 3 * GELUTanh.cubic * z**2)
    return _sigmoid(_tanh_exponent(z)) * (1 + z * _sigmoid(-_tanh_exponent(z)) * steepness)


def _finite(z):
    """Numbers of which 0 times one is 0."""
    return z.clip(-1e38, 1e38)


# In float64 and written here, so that npnet's formulas are not compared with themselves
EXACT = {
    "sigmoid": _sigmoid,
    "tanh": lambda z: np.sign(z) * -np.expm1(-2 * abs(z)) / (1 + np.exp(-2 * abs(z))),
    "relu": lambda z: np.where(z < 0, 0, z),
    "leaky_relu": lambda z: np.where(z < 0, ALPHA * z, z),
    "relu6": lambda z: np.where(z < 0, 0, np.where(z > 6, 6, z)),
    "softplus": lambda z: np.logaddexp(0, z),
    "elu": lambda z: np.where(z < 0, np.expm1(np.minimum(z, 0)), z),
    "selu": lambda z: SELU.scale * np.where(z < 0, SELU.alpha * np.expm1(np.minimum(z, 0)), z),
    "silu": lambda z: np.where(z < 0, _finite(z), z) * _sigmoid(z),
    "gelu": lambda z: np.where(z < 0, _finite(z), z) * erfc(-z / math.sqrt(2)) / 2,
    "gelu_tanh": lambda z: np.where(z < 0, _finite(z), z) * _sigmoid(_tanh_exponent(z)),
}
EXACT_DERIVATIVE = {
    "sigmoid": lambda y: y - y * y,
    "tanh": lambda y: 1 - y * y,
    "relu": lambda y: np.where(np.isnan(y), y, 1.0 * (y > 0)),
    "leaky_relu": lambda y: np.where(np.isnan(y), y, np.where(y > 0, 1, ALPHA)),
    "relu6": lambda y: np.where(np.isnan(y), y, np.where((y > 0) & (y < 6), 1.0, 0.0)),
    "softplus": lambda y: np.where(y < 1, 2 * np.exp(-y / 2) * np.sinh(np.minimum(y, 1) / 2), 1 - np.exp(-y)),
    "elu": lambda z: np.where(z > 0, 1, np.exp(np.minimum(z, 0))),
    "selu": lambda z: SELU.scale * np.where(z >= 0, 1, SELU.alpha * np.exp(np.minimum(z, 0))),
    "silu": lambda z: _sigmoid(z) * (1 + _finite(z) * _sigmoid(-z)),
    "gelu": lambda z: erfc(-z / math.sqrt(2)) / 2 + _finite(z) * np.exp(-z * z / 2) / math.sqrt(2 * math.pi),
    "gelu_tanh": lambda z: _gelu_tanh_slope(_finite(z)),
}
# Units in the last place, of a value and of a derivative. The rectifiers have at most the rounding of alpha and of
# alpha z; what is computed in float64 is rounded once, and the exact number, where it is a small difference, as well;
# all others are as exact as NumPy's own functions, 4 units, of which each kind of processor has its own code: with
# AVX-512, the largest error of elu is 2.2
AIMS = {
    "sigmoid": (4, 4),
    "tanh": (2, 2),
    "relu": (0, 0),
    "leaky_relu": (1, 1),
    "relu6": (0, 0),
    "softplus": (4, 4),
    "elu": (4, 4),
    "selu": (4, 4),
    "silu": (1, 1),
    "gelu": (1, 1),
    "gelu_tanh": (1, 1),
}
NAMES = tuple(EXACT)


def errors(result, exact):
    """Return each result's error in units in the last place of the exact number's float32 neighbours.

    Infinity counts as 2^128, the number that would come after the largest one.
    """
    result, exact = (np.clip(one, -OVER, OVER) for one in (result, exact))
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
    with np.errstate(invalid="ignore", over="ignore"):
        exact = EXACT[name](z.astype(np.float64))
    # Beyond float32's numbers alone an overflow is right
    too_large = np.isfinite(exact) & (np.abs(exact) >= ROUNDS_TO_INFINITY)
    with np.errstate(over="ignore" if too_large.any() else "warn"):
        y = f(z)
    assert (np.isnan(y) == np.isnan(z)).all(), f"{name} does not keep NaN"
    kept = f.kept(z, y)
    slope = f.derivative(kept)
    assert (np.isnan(slope) == np.isnan(y)).all(), f"{name}'s derivative does not keep NaN"
    found = {
        "value": worst(y, exact, z),
        "derivative": worst(slope, exact_derivative(name, kept), z),
    }
    if with_tensorflow:
        from reference.tensorflow import activations as theirs_too

        theirs = theirs_too.value(f, z)
        found["TensorFlow"] = worst(theirs, exact, z)
        # Its derivative is taken at z. Where ours comes from y, so does its own, and the exact one is that at its y
        slopes = theirs_too.backward(f, np.ones_like(z), z)
        found["TensorFlow's derivative"] = worst(slopes, exact_derivative(name, f.kept(z, theirs)), z)
    return found


def exact_derivative(name, kept):
    """Return the derivative in float64 at the numbers that an activation computes it from."""
    with np.errstate(invalid="ignore", over="ignore"):
        return EXACT_DERIVATIVE[name](kept.astype(np.float64))


def merge(results):
    """Return the worst of several blocks' findings."""
    names = results[0].keys()
    return {name: max((result[name] for result in results), key=lambda pair: pair[0]) for name in names}


def versions(name, with_tensorflow):
    """Return a stamp of all that an activation's results depend on: those of other formulas are not taken up again.

    Of npnet's activations and of this file, that is the code that is reached from this activation's, without comments.
    """
    ours, here = (ast.parse(Path(file).read_text()) for file in (activations.__file__, __file__))
    # Of the tables of formulas, its own entries alone
    tables = [node for node in here.body if isinstance(getattr(node, "value", None), ast.Dict)]
    here.body = [node for node in here.body if node not in tables]
    entries = [
        value for table in tables for key, value in zip(table.value.keys, table.value.values) if key.value == name
    ]
    formula = ast.Name(type(activations.get(name)).__name__)
    parts = [*reached(ours, formula), *reached(here, ast.Name("block"), *entries), np.__version__]
    if with_tensorflow:
        parts.append(importlib.metadata.version("tensorflow"))
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:12]


def reached(tree, *starts):
    """Return the code of all statements of a module that some nodes of it lead to, name by name, and of those nodes.

    A module of npnet's engine that a name stands for is one of them, whole.
    """
    defined = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "npnet.engine":
            files = {alias.name: Path(npnet.__file__).parent / "engine" / f"{alias.name}.py" for alias in node.names}
            defined |= {name: ast.parse(file.read_text()) for name, file in files.items()}
        for target in [node, *getattr(node, "targets", [])]:
            defined[getattr(target, "name", getattr(target, "id", None))] = node
    found, todo = {}, list(starts)
    while todo:
        node = todo.pop()
        code = ast.unparse(_without_docstrings(node))
        if code not in found:
            found[code] = node
            names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            todo += [defined[name] for name in names & defined.keys()]
    return sorted(found)


def _without_docstrings(node):
    for part in ast.walk(node):
        body = getattr(part, "body", None)
        if isinstance(body, list) and len(body) > 1 and isinstance(getattr(body[0], "value", None), ast.Constant):
            del body[0]
    return node


def run(names, folder, bits, processes, with_tensorflow):
    """Compute all blocks that are not in the folder yet, and return the findings by activation."""
    from rich.progress import Progress

    folder.mkdir(parents=True, exist_ok=True)
    # With fewer bits, small blocks are spread evenly over all numbers
    count = 1 << min(bits, max(10, bits - 22))
    starts = [i * (2**BITS // count) for i in range(count)]
    size = 2**bits // count
    stamps = {name: versions(name, with_tensorflow) for name in names}
    todo = [(name, start) for name in names for start in starts]
    done = {}
    for name, start in todo:
        file = folder / f"{name}-{start:010d}-{size}-{stamps[name]}.json"
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
                # The pool's own way, shutdown(wait=False, cancel_futures=True), is undone by the end of the `with`
                for other in waiting:
                    other.cancel()
                raise
            file = folder / f"{name}-{start:010d}-{size}-{stamps[name]}.json"
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
    aims = {name: dict(zip(("value", "derivative"), AIMS[name])) for name in names}
    return int(any(found[name][kind][0] > aim for name in names for kind, aim in aims[name].items()))


if __name__ == "__main__":
    sys.exit(main())
