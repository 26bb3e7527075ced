"""Containers: arrays, and settings that say how they belong together, in one file.

The format is that of safetensors: a header, and the bytes of the arrays. The settings are the only entry of the
header's metadata, JSON with sorted keys. Nothing in such a file is ever executed.

Source: the documentation of safetensors, "Format".
"""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from npnet import files
from npnet._checks import file_name, instance
from npnet.typing import Array

FORMAT = 1
"""The version of the settings' layout; a file of a larger one is refused."""
ENTRY = "npnet"
"""The name of the metadata's entry."""
LARGEST_HEADER = 16 << 20
"""No header takes more bytes than this, so that reading one takes little memory."""
DTYPES = {
    "F64": np.dtype(np.float64),
    "F32": np.dtype(np.float32),
    "I64": np.dtype(np.int64),
    "I32": np.dtype(np.int32),
    "U8": np.dtype(np.uint8),
    "BOOL": np.dtype(np.bool_),
}
"""The dtypes that an array may have, by safetensors' names for them."""


def write(path: str | os.PathLike[str], settings: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Write settings and arrays, so that a file of this name before is either there or whole replaced.

    Equal content makes equal files, byte for byte, whatever the order of the names and the layout of the arrays.

    Parameters
    ----------
    path : str or path
        The file; folders on the way to it are made.
    settings : mapping
        What JSON can hold: texts, finite numbers, booleans, None, lists, and mappings from texts.
    arrays : mapping of str to array_like
        Numbers of float64, float32, int64, int32, uint8 or bool, of any shape.

    Raises
    ------
    OSError
        If it can't be written; a file that was there before is left as it is.
    """
    import json

    import safetensors.numpy

    path = file_name("path", path)
    # safetensors 0.8.0 writes the memory of an array as it lies: an array in another order comes out scrambled
    laid_out = {name: _laid_out(name, array) for name, array in instance("arrays", arrays, Mapping).items()}
    given = {"format": FORMAT, "settings": _as_json("settings", instance("settings", settings, Mapping))}
    text = json.dumps(given, sort_keys=True)
    content = safetensors.numpy.save(laid_out, {ENTRY: text})
    if int.from_bytes(content[:8], "little") > LARGEST_HEADER:
        raise ValueError(f"settings: expected at most {LARGEST_HEADER} bytes of names and settings, got more")
    files.write(path, content, durable=True)


def _as_json(name: str, value: Any) -> Any:
    """Return what JSON can hold, as it is read again; the module writes other things too, and reads others then."""
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _as_json(f"{name}[{key!r}]", one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_json(f"{name}[{place}]", one) for place, one in enumerate(value)]
    if value is None or isinstance(value, (str, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise ValueError(f"{name}: expected what JSON can hold, with names that are text, got {value!r:.60}")


def _laid_out(name: str, array: Any) -> Array:
    given = np.asarray(array)
    native = given.dtype.newbyteorder("=")
    if not isinstance(name, str) or name == "__metadata__" or not name.isprintable():
        raise ValueError(f"arrays: expected names that are printable text, got {name!r}")
    if native not in DTYPES.values():
        known = ", ".join(str(dtype) for dtype in DTYPES.values())
        raise ValueError(f"{name}: expected an array of {known}, got dtype {given.dtype}")
    return np.array(given, native, order="C")


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return the settings and the arrays of a file that `write` has written.

    Before any memory is set aside, everything is checked: that the header is whole, that the arrays fill the rest of
    the file, with neither gaps nor overlaps, and their dtypes.

    Raises
    ------
    OSError
        If there is no such file, or it can't be read.
    ValueError
        If it is something else, truncated, of a newer npnet, or made to do harm. The file is named.
    """
    import safetensors

    path = file_name("path", path)
    _check_header(path)
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            settings = _settings(path, (file.metadata() or {}).get(ENTRY))
            arrays: dict[str, Array] = {}
            for name in file.keys():  # noqa: SIM118 (it is no mapping)
                _check_array(path, name, file.get_slice(name))
                arrays[name] = _checked_flags(path, name, file.get_tensor(name))
    except safetensors.SafetensorError as error:
        raise refusal(path, f"one that is damaged: {error}") from None
    return settings, arrays


def refusal(path: str | os.PathLike[str], got: str) -> ValueError:
    """Return the error about a file that is none of npnet's."""
    return ValueError(f"{os.fspath(path)}: expected a model file of npnet, got {got}")


def _check_header(path: Path) -> None:
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise refusal(path, "something that is no file")
        size, first = status.st_size, file.read(9)
    if first[8:] != b"{":
        raise refusal(path, "an empty file" if not first else "another kind of file")
    length = int.from_bytes(first[:8], "little")
    if length > LARGEST_HEADER:
        raise refusal(path, f"a header of {length} bytes, more than {LARGEST_HEADER}")
    if length > size - 8:
        raise refusal(path, f"one that is truncated: {size} bytes, of which the header alone needs {length + 8}")


def _settings(path: Path, text: str | None) -> dict[str, Any]:
    if text is None:
        raise refusal(path, f"a safetensors file without an entry {ENTRY!r}")
    # Here and in `write`, as `import npnet` would wait for it
    import json

    try:
        found = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise refusal(path, f"settings that are not JSON as npnet writes it: {error}") from None
    version = found.get("format") if isinstance(found, dict) else None
    if type(version) is int and version > FORMAT:
        raise refusal(path, f"one of a newer npnet: format {version}, where this one reads {FORMAT}; update npnet")
    if version != FORMAT or type(version) is not int or not isinstance(found.get("settings"), dict):
        raise refusal(path, "settings of another layout")
    settings: dict[str, Any] = found["settings"]
    return settings


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name stands twice")
    return made


def _check_array(path: Path, name: str, one: Any) -> None:
    kind, shape = one.get_dtype(), one.get_shape()
    if kind not in DTYPES:
        raise refusal(path, f"an array {name!r} of dtype {kind}")
    # Without elements, axes of any length take no memory, and NumPy can't make all of them
    if len(shape) > 8 or (0 in shape and math.prod(filter(None, shape)) > 1 << 32):
        raise refusal(path, f"an array {name!r} of shape {shape}")


def _checked_flags(path: Path, name: str, array: Array) -> Array:
    if array.dtype == np.bool_ and (array.view(np.uint8) > 1).any():
        raise refusal(path, f"an array {name!r} of truth values that are neither 0 nor 1")
    return array
