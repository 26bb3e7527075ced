"""Whatever ``npnet train``, ``predict`` and ``show`` are given: they do it, or say in one line why not, with status 2.

No file is half-written then, and none that was there is lost.
"""

import contextlib
import io
import re
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import cli
from npnet.tabular import Rules, Table, load, train
from npnet.tabular.training import running

CELLS = {
    "n": ["1", "-2.5", "1e3", " 7", "", "NA", "x", "1e999", "0x10", "1,5", "1 000", "NaN", "\x00", "9" * 400],
    "c": ["a", "b", "", "None", '"a, b"', '"d\ne"', '"', "é", "1", "2020-01-01", "\x1b[31m", "=1+1"],
    "t": ["true", "False", "", "1", "maybe"],
    "y": ["p", "q", "p\x1b[1m", "q", "", "0", "1.5", "p "],
}
HEADERS = ["n,c,t,y", "n,c,t,y", "y,n,t,c", "n,c,y", "n,n,c,y", "n,,c,y", "", "\ufeffn,c,t,y", "n;c;t;y", "N,c,t,y"]


@st.composite
def files(draw):
    """Files of a table: mostly of cells that fit, with some that do not."""
    header = draw(st.sampled_from(HEADERS))
    names = re.split("[,;]", header.lstrip("\ufeff"))
    wrong = draw(st.sampled_from([0, 0, 1, 5]))
    few = {name: cells[: 2 + wrong * 3] for name, cells in CELLS.items()}
    rows = draw(st.lists(st.tuples(*(st.sampled_from(few.get(name, ["5"])) for name in names)), min_size=0, max_size=9))
    mark = ";" if ";" in header else ","
    text = "\n".join([header, *(mark.join(row) for row in rows)]) + draw(
        st.sampled_from(["\n", "", "\n\n", "\n1,2,3,4,5\n"])
    )
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "latin-1", "utf-16"])), "replace")


def option(name, *values):
    """An option with one of these values, or none of them."""
    return st.sampled_from([[], [], [], *([name, value] for value in values)])


FORMAT = (
    option("--decimal", ",", "x", "\ud800"),
    option("--thousands", "'", ",", ".."),
    option("--delimiter", ";", "\n", '"', "é"),
    option("--encoding", "latin-1", "utf-16", "none", "base64", ""),
)
TRAINING = (
    option("--task", "classes", "number", "x"),
    option("--hidden", "2", "none", "2,2", "0", "", "2,,2", "١"),
    option("--activation", "tanh", "softmax", "rely"),
    option("--loss", "mse", "mae", "bce", "cce", "x"),
    option("--optimizer", "sgd", "adam", "x"),
    option("--rate", "0.1", "0", "-1", "nan", "inf", "1e300", "x"),
    option("--schedule", "cosine", "warmup-cosine", "exponential", "x"),
    option("--l1", "0.1", "-1", "nan", "1e308"),
    option("--l2", "0", "inf", "x"),
    option("--batch-size", "2", "0", "9" * 30),
    option("--dtype", "float64", "float16"),
    option("--validation", "0", "0.5", "0.999", "-0", "1", "nan", "none.csv", ""),
    option("--seed", "1", "-1", "9" * 40),
    option("--class-weight", "balanced", "p=2", "p=-1", "p=nan", "z=1", "=1", "p"),
    option("--patience", "1", "0"),
    option("--kind", "n=number", "c=number", "y=category", "z=truth", "n", "=", "n=x", "y=number"),
    option("--rule", "missing=fill", "missing=drop", "unknown=other", "missing=x", "x=fill", "=", "invalid=missing"),
    option("--checkpoint-every", "0", "1", "-1"),
    st.sampled_from([[], [], ["--stream"]]),
    *FORMAT,
)


def done(*arguments):
    """Return a command's status: if it is 2, it has said so in one line, after the usage if an argument is none."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    usage = False
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = cli.main(arguments)
        except SystemExit as end:
            status, usage = end.code, True
        out.flush()
        err.flush()
    told = err.buffer.getvalue().decode()
    assert status in (0, 2), (status, told)
    if status == 2:
        *above, line = told.splitlines()
        assert line.startswith(f"npnet {arguments[0]}: ")
        assert line.isprintable()
        assert not above or (usage and above[0].startswith("usage: "))
    return status


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("commands")


@pytest.fixture(scope="module", autouse=True)
def without_figures():
    # They take nearly all of the time, and no argument
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "drawn", lambda outcome: {})
        yield


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@given(files(), st.sampled_from(["y", "y", "y", "n", "t", "", "z"]), st.tuples(*TRAINING))
def test_train(folder, content, target, options):
    data, out = folder / "data.csv", folder / "out"
    data.write_bytes(content)
    for file in contents(out):
        file.unlink()
    arguments = ["train", str(data), "--target", target, "--epochs", "1", "--out", str(out)]
    status = done(*arguments, *chain(*options))
    names = {file.name for file in contents(out)}
    assert not any(name.endswith(".part") for name in names)
    if status == 0:
        assert names >= {running.MODEL, running.HISTORY, running.REPORT, running.SETTINGS}
        load(out / running.MODEL)
    else:
        assert names <= {running.SETTINGS, running.CHECKPOINT}
    # What is there is gone on with, or refused again
    if names:
        assert done("train", "--resume", str(out)) == status


@pytest.fixture(scope="module")
def models(folder):
    """Models of classes and of a number, and files that are none."""
    rows = {"n": [1.0, -2.5, 7.0] * 4, "c": ["a", "b", "é"] * 4, "t": [True, False] * 6, "y": list("pqqp") * 3}
    rules = Rules("other", missing="fill", absent="fill", extra="drop")
    paths = [folder / name for name in ("classes", "number", "strict", "none", "empty", "text", "cut")]
    train(Table.read(rows, "y"), epochs=1, rules=rules).save(paths[0])
    train(Table.read({**rows, "y": [0.1 * i for i in range(12)]}, "y"), epochs=1).save(paths[1])
    train(Table.read(rows, "y"), epochs=1).save(paths[2])
    paths[4].write_bytes(b"")
    paths[5].write_text("{}")
    paths[6].write_bytes(paths[0].read_bytes()[:-1])
    return paths


@given(files(), st.integers(0, 9), st.tuples(*FORMAT), st.booleans())
def test_predict(folder, models, content, number, options, out):
    path = models[number % len(models) if number else 0]
    data, said = folder / "rows.csv", folder / "said.csv"
    data.write_bytes(content)
    said.write_text("before")
    before = contents(folder)
    arguments = ["predict", str(path), str(data), *chain(*options), *(["--out", str(said)] if out else [])]
    status = done(*arguments)
    if status == 2 or not out:
        assert contents(folder) == before
    else:
        assert said.read_text().startswith("row,y")


@given(st.binary(max_size=40), st.integers(0, 3000), st.integers(0, 9))
def test_show(folder, models, content, place, number):
    whole = models[number % 3].read_bytes()
    path = folder / "changed"
    path.write_bytes(whole[:place] + content + whole[place + len(content) :])
    done("show", str(path))
