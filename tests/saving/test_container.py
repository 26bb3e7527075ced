"""A container gives back what was put into it, and anything else is one error that names the file."""

import json
import os
import struct
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from npnet._equality import same
from npnet.saving import container

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
dtypes = st.sampled_from(list(container.DTYPES.values()))
arrays = st.dictionaries(
    st.text("ab.é_ 1", min_size=1, max_size=6),
    dtypes.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))),
    max_size=4,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("container")


@settings(max_examples=30)
@given(st.dictionaries(texts, values, max_size=4), arrays)
def test_what_is_read_is_what_was_written(folder, settings, arrays):
    container.write(folder / "file", settings, arrays)
    read_settings, read_arrays = container.read(folder / "file")
    assert read_settings == settings
    assert read_arrays.keys() == arrays.keys()
    for name, array in arrays.items():
        read = read_arrays[name]
        assert (read.dtype, read.shape, read.tobytes()) == (array.dtype, array.shape, array.tobytes())
        assert read.flags.writeable


@pytest.mark.parametrize(
    "layout",
    [
        np.asfortranarray,
        lambda a: a.T.copy().T,
        lambda a: np.repeat(a, 2, axis=1)[:, ::2],
        lambda a: a[::-1, ::-1].copy()[::-1, ::-1],
        lambda a: a.astype(a.dtype.newbyteorder(">")),
        lambda a: a.view(np.ma.MaskedArray),
        lambda a: a.tolist(),
    ],
)
def test_arrays_of_any_layout_are_written_alike(tmp_path, layout):
    a = np.arange(12.0).reshape(3, 4)
    container.write(tmp_path / "plain", {}, {"a": a})
    container.write(tmp_path / "other", {}, {"a": layout(a)})
    assert (tmp_path / "plain").read_bytes() == (tmp_path / "other").read_bytes()
    assert same(container.read(tmp_path / "other")[1]["a"], a)


def test_scalars_have_no_axis(tmp_path):
    container.write(tmp_path / "file", {}, {"a": np.float32(0.1), "b": 2.5, "c": np.array(3), "d": True})
    read = container.read(tmp_path / "file")[1]
    assert {name: (array.dtype.name, array.shape, array.item()) for name, array in read.items()} == {
        "a": ("float32", (), float(np.float32(0.1))),
        "b": ("float64", (), 2.5),
        "c": ("int64", (), 3),
        "d": ("bool", (), True),
    }


@pytest.mark.parametrize("shape", [(0, 1000), (2**32, 0), (1,) * 8])
def test_the_largest_shapes_are_read(tmp_path, shape):
    container.write(tmp_path / "file", {}, {"a": np.zeros(shape, np.float32)})
    assert container.read(tmp_path / "file")[1]["a"].shape == shape


def test_names_and_settings_are_as_long_as_may_be_read(tmp_path, monkeypatch):
    path, content = tmp_path / "file", ({"a": 1}, {"b": np.zeros(3)})
    container.write(path, *content)
    length = int.from_bytes(path.read_bytes()[:8], "little")
    monkeypatch.setattr(container, "LARGEST_HEADER", length)
    container.write(path, *content)
    assert container.read(path)[0] == {"a": 1}
    monkeypatch.setattr(container, "LARGEST_HEADER", length - 1)
    with pytest.raises(ValueError, match=f"settings: expected at most {length - 1} bytes"):
        container.write(path, *content)


def test_a_file_is_on_the_disk_when_it_is_written(tmp_path, monkeypatch):
    synced, fsync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (synced.append(file), fsync(file)))
    container.write(tmp_path / "file", {}, {})
    assert synced


def test_equal_content_is_an_equal_file_whatever_its_order(tmp_path):
    code = (
        "import sys, numpy as np; from npnet.saving import container\n"
        "names = 'abcdefgh' if sys.argv[2] == '1' else 'hgfedcba'\n"
        "container.write(sys.argv[1], {n: {m: 1 for m in names} for n in names}, {n: np.ones(2) for n in names})\n"
    )
    for number in "12":
        environment = {**os.environ, "PYTHONHASHSEED": number}
        subprocess.run([sys.executable, "-c", code, tmp_path / number, number], check=True, env=environment)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_the_metadata_has_one_entry_with_sorted_keys(tmp_path):
    container.write(tmp_path / "file", {"b": 1, "a": {"d": 2, "c": 3}}, {})
    content = (tmp_path / "file").read_bytes()
    header = json.loads(content[8 : 8 + struct.unpack("<Q", content[:8])[0]])
    assert header == {"__metadata__": {"npnet": '{"format": 1, "settings": {"a": {"c": 3, "d": 2}, "b": 1}}'}}


@pytest.mark.parametrize(
    ("settings", "arrays", "message"),
    [
        ({}, {"a": np.zeros(2, np.longdouble)}, "a: expected an array of float64, .*, got dtype"),
        ({}, {"a": np.zeros(2, complex)}, "got dtype complex128"),
        ({}, {"a": np.zeros(2, np.float16)}, "got dtype float16"),
        ({}, {"a": np.array(["x"])}, "got dtype <U1"),
        ({}, {"a": np.array([None])}, "got dtype object"),
        # safetensors 0.8.0 takes this name, and then can't read the file
        ({}, {"__metadata__": np.zeros(2)}, "arrays: expected names that are printable text, got '__metadata__'"),
        ({}, {"a\nb": np.zeros(2)}, "arrays: expected names"),
        ({}, {3: np.zeros(2)}, "arrays: expected names that are printable text, got 3"),
        ({"a": float("nan")}, {}, r"settings\['a'\]: expected what JSON can hold, .* got nan"),
        # JSON's module writes text in place of these names
        ({1: 2}, {}, r"settings: expected what JSON can hold, with names that are text, got \{1: 2\}"),
        ({"a": [1, {2: 3}]}, {}, r"settings\['a'\]\[1\]: expected what JSON can hold, .* got \{2: 3\}"),
        ({"a": {2}}, {}, r"settings\['a'\]: expected what JSON can hold, .* got \{2\}"),
        ([], {}, r"settings: expected one of type Mapping, got \[\]"),
        ({}, None, "arrays: expected one of type Mapping, got None"),
        ({"a": "x" * (container.LARGEST_HEADER + 1)}, {}, "settings: expected at most"),
    ],
)
def test_what_a_file_can_not_hold_is_refused_and_the_old_one_stays(tmp_path, settings, arrays, message):
    container.write(tmp_path / "file", {"old": 1}, {})
    with pytest.raises(ValueError, match=message):
        container.write(tmp_path / "file", settings, arrays)
    assert container.read(tmp_path / "file") == ({"old": 1}, {})


# Files that are none


def made(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(settings=None, version=1, text=None):
    return {
        "__metadata__": {"npnet": json.dumps({"format": version, "settings": settings or {}}) if text is None else text}
    }


def array(shape, offsets, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


HOSTILE = {
    "empty": (b"", "an empty file"),
    "text": (b"a,b\n1,2\n3,4\n", "another kind of file"),
    "pickle": (b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x07builtins", "another kind of file"),
    "header alone": (made(entry())[:40], "one that is truncated"),
    "header without its end": (made(entry())[:-1], "one that is truncated"),
    "huge header": (made(b"{}", length=2**63), "a header of 9223372036854775808 bytes"),
    "longer header": (made(b"{}", length=3), "one that is truncated"),
    "no JSON": (made(b"{}}"), "one that is damaged"),
    "foreign": (made({"__metadata__": {"format": "pt"}}), "a safetensors file without an entry 'npnet'"),
    "without metadata": (made({"a": array([1], [0, 4])}, b"0000"), "without an entry"),
    "newer": (made(entry(version=2)), "one of a newer npnet: format 2, where this one reads 1; update npnet"),
    "older": (made(entry(version=0)), "settings of another layout"),
    "true version": (made(entry(version=True)), "settings of another layout"),
    "settings": (made(entry(text='{"format": 1, "settings": []}')), "settings of another layout"),
    "list": (made(entry(text="[1]")), "settings of another layout"),
    "NaN": (made(entry(text='{"format": 1, "settings": {"a": NaN}}')), "not JSON as npnet writes it: NaN"),
    "twice": (made(entry(text='{"format": 1, "format": 1, "settings": {}}')), "a name stands twice"),
    "deep": (made(entry(text="[" * 100_000)), "not JSON"),
    "digits": (made(entry(text="1" * 10_000)), "not JSON"),
    "data missing": (made({**entry(), "a": array([2], [0, 8])}, b"0" * 7), "one that is damaged"),
    "data left over": (made({**entry(), "a": array([2], [0, 8])}, b"0" * 9), "one that is damaged"),
    "overlap": (made({**entry(), "a": array([2], [0, 8]), "b": array([2], [0, 8])}, b"0" * 8), "one that is damaged"),
    "gap": (made({**entry(), "a": array([1], [4, 8])}, b"0" * 8), "one that is damaged"),
    "other size": (made({**entry(), "a": array([3], [0, 8])}, b"0" * 8), "one that is damaged"),
    "product of sizes": (made({**entry(), "a": array([2**33, 2**33], [0, 8])}, b"0" * 8), "one that is damaged"),
    "negative": (made({**entry(), "a": array([-1], [0, 4])}, b"0" * 4), "one that is damaged"),
    "nothing, very long": (made({**entry(), "a": array([0, 2**62], [0, 0])}), r"of shape \[0, "),
    "a largest header": (struct.pack("<Q", container.LARGEST_HEADER) + b"{", "one that is truncated: 9 bytes"),
    "nothing, too long": (made({**entry(), "a": array([0, 2**32 + 1], [0, 0])}), r"of shape \[0, "),
    "many axes": (made({**entry(), "a": array([1] * 9, [0, 4])}, b"0" * 4), "of shape"),
    "bfloat16": (made({**entry(), "a": array([2], [0, 4], "BF16")}, b"0" * 4), "an array 'a' of dtype BF16"),
    "no dtype": (made({**entry(), "a": array([2], [0, 4], "X")}, b"0" * 4), "one that is damaged"),
    "truth of 2": (made({**entry(), "a": array([2], [0, 2], "BOOL")}, b"\1\2"), "neither 0 nor 1"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_anything_else_is_one_error_that_names_the_file(tmp_path, name):
    path, (content, message) = tmp_path / "some file", HOSTILE[name]
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"some file: expected a model file of npnet, got .*{message}") as caught:
        container.read(path)
    assert len(str(caught.value)) < 600
    assert "\n" not in str(caught.value)


def test_the_plainest_of_these_files_is_read(tmp_path):
    (tmp_path / "file").write_bytes(made({**entry({"b": 1}), "a": array([2], [0, 8])}, struct.pack("<ff", 1, 2)))
    settings, arrays = container.read(tmp_path / "file")
    assert (settings, arrays["a"].tolist()) == ({"b": 1}, [1, 2])


def test_no_part_of_a_file_is_a_file(tmp_path):
    container.write(tmp_path / "whole", {"a": 1}, {"a": np.arange(3.0), "b": np.arange(4)})
    content, path = (tmp_path / "whole").read_bytes(), tmp_path / "part"
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match="part: expected a model file"):
            container.read(path)
    path.write_bytes(content + b"\0")
    with pytest.raises(ValueError, match="part: expected a model file"):
        container.read(path)


def test_a_file_that_is_not_there_or_is_none_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing"):
        container.read(tmp_path / "nothing")
    with pytest.raises(OSError, match=tmp_path.name):
        container.read(tmp_path)
    if os.name == "posix":
        with pytest.raises(
            ValueError, match="/dev/null: expected a model file of npnet, got something that is no file"
        ):
            container.read("/dev/null")
