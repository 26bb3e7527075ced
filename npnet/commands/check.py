"""``npnet check``, and ``python -m reference check`` in a clone."""

import argparse
import importlib
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from npnet.commands._arguments import whole_number
from npnet.files import check_writable

HELP = "is a model of Keras, PyTorch, scikit-learn or ONNX the same as npnet's?"
DESCRIPTION = (
    "Compare a model with npnet's net of the same weights: the output of each layer, the loss, the gradients, the "
    "steps of its optimizer and of its training, and what it reports. The first line that disagrees is marked. Models "
    "of PyTorch and scikit-learn are passed to npnet.reference.check in Python. The report is in English. Exit status: "
    "0 if all lines agree, 1 if one does not, 2 if the model can't be checked."
)
EXTRA = "reference"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the model, and what it is checked on."""
    parser.add_argument("model", metavar="MODEL", type=Path, help="a .keras or .onnx file")
    parser.add_argument(
        "--data", metavar="FILE", type=Path, help="samples and labels: an .npz file with x and y, or a .csv file whose "
        "last column has the labels (default: random ones)",
    )  # fmt: skip
    parser.add_argument("--loss", metavar="L", help="the loss that it should have (default: its own)")
    parser.add_argument("--optimizer", metavar="O", help="the optimizer that it should have (default: its own)")
    parser.add_argument(
        "--steps", metavar="N", type=whole_number(1), default=50, help="how many are compared (default: 50)"
    )
    parser.add_argument(
        "--seed", metavar="S", type=whole_number(0), default=0, help="the seed of what is random (default: 0)"
    )
    parser.add_argument("--html", metavar="FILE", type=Path, help="write the report as a page, too")


def run(options: argparse.Namespace) -> int:
    """Check the model, and print the report."""
    # Here, so that help does not wait for it
    from npnet.commands._console import Console

    check = _reference().check
    try:
        if not options.model.exists():
            raise ValueError(f"{options.model}: no such file")
        if options.html is not None:
            check_writable(options.html)
        x, y = (None, None) if options.data is None else _data(options.data)
        report = check(options.model, x, y, options.loss, options.optimizer, options.steps, options.seed)
        if options.html is not None:
            report.save(options.html)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _refused(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except ValueError as error:
        return _refused(str(error))
    report.print_to(Console())
    return 0 if report else 1


def _refused(why: str) -> int:
    print(f"npnet check: {' '.join(why.split())}", file=sys.stderr)
    return 2


def _reference() -> ModuleType:
    """Return the package that has the check: it is installed inside of npnet, and stands beside it in a clone."""
    package = Path(__file__).parent.parent
    for name in ("npnet.reference", "reference"):
        try:
            found = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            continue
        # Another package may have that name, or npnet.reference be that of another clone
        if Path(str(found.__file__)).resolve().parent.parent in (package, package.parent):
            return found
    raise ModuleNotFoundError("No module named 'npnet.reference'", name="npnet.reference")


def _data(path: Path) -> tuple[Any, Any]:
    """Return the samples and the labels of a file."""
    read = {".npz": _of_arrays, ".csv": _of_table}.get(path.suffix)
    if read is None:
        raise ValueError(f"{path}: expected an .npz or a .csv file")
    try:
        return read(path)
    except (ValueError, zipfile.BadZipFile) as error:
        # NumPy does not say of which file it speaks
        raise ValueError(f"{path}: {error}") from error


def _of_arrays(path: Path) -> tuple[Any, Any]:
    if not zipfile.is_zipfile(path):
        # NumPy would take it for a pickle
        with path.open("rb"):
            raise ValueError("expected an .npz file, which numpy.savez writes, got another")
    with np.load(path, allow_pickle=False) as arrays:
        if "x" not in arrays:
            raise ValueError(f"expected arrays x and y, got {', '.join(arrays) or 'none'}")
        return arrays["x"], arrays.get("y")


def _of_table(path: Path) -> tuple[Any, Any]:
    with path.open(encoding="utf-8") as file:
        lines = [line for line in file if line.strip()]
    lines = lines if not lines or _is_numeric(lines[0]) else lines[1:]
    if not lines:
        raise ValueError("expected rows of numbers, got none")
    rows = np.loadtxt(lines, delimiter=",", ndmin=2)
    x, y = rows[:, :-1], rows[:, -1]
    # A text file has no integers, and classes are integers
    whole = np.isfinite(y).all() and (y == np.rint(y)).all()
    return x, y.astype(np.int64) if whole else y


def _is_numeric(line: str) -> bool:
    try:
        [float(cell) for cell in line.split(",")]
    except ValueError:
        return False
    return True
