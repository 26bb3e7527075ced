"""What changed files are given to, and the files that are changed.

A target takes bytes. The first of them say which reader is asked and how, so that one fuzzer comes to all of them; the
rest is the file. It raises nothing where the file is refused by a ValueError of one line that names it, or is read; all
else is a finding.
"""

import gzip
import io
import json
import warnings
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import safetensors.numpy
from rich.console import Console

from npnet import MLP, Ensemble, callbacks, losses, optimizers, regularizers, saving, schedules, tabular
from npnet.saving import container, terminal
from npnet.tabular import Format, Rules, StreamedTable, Table
from npnet.tabular.preparation import Preparation
from npnet.tabular.streamed import joined
from npnet.tabular.training import running
from npnet.tabular.training.settings import Settings

SETTINGS_ALONE = 128
"""In the first byte of a model: the rest are the settings alone, beside arrays that are as they were."""
FORMS = (
    Format(),
    Format(decimal=","),
    Format(thousands="'"),
    Format(delimiter=";", encoding="latin-1"),
    Format(encoding="utf-16"),
    Format(missing=("?",)),
    Format(delimiter="\t", thousands=" "),
    Format(encoding="cp1252"),
)
SUFFIXES = (".csv", ".csv", ".csv.gz", ".parquet")
ARGUMENTS = ("kinds: ", "target: ")
"""How errors begin that name an argument in place of the file."""
X, Y = np.arange(8.0).reshape(4, 2) / 8, np.array([0, 1, 0, 1])


def refused(read, name):
    """Return what a reader gives, and None; or None and the text of the error, which must be one that is allowed."""
    try:
        return read(), None
    except ValueError as error:
        text = str(error)
        # One of a library or of Python's decoders says nothing about the file
        assert type(error) is ValueError, f"{type(error)}: {text!r:.300}"
        named = name in text or text.startswith(ARGUMENTS)
        assert named and len(text) < 3000, f"an error without the file's name, or too long: {text!r:.300}"
        return None, text


# Models


def model(content, folder):
    """Read a model, show it, or go on with a training from it."""
    choice, rest = content[0] if content else 0, content[1:]
    number = choice % len(READERS)
    path = folder / ("training.json" if READERS[number] is _settings else "model.safetensors")
    if choice >= SETTINGS_ALONE and number < len(_whole()):
        rest = safetensors.numpy.save(_arrays(number), {container.ENTRY: rest.decode(errors="replace")})
    path.write_bytes(rest)
    made, _ = refused(lambda: READERS[number](path), str(path))
    if hasattr(made, "save"):
        # What was read can be kept, and is the same when it is read again
        made.save(path)
        kept = path.read_bytes()
        READERS[number](path).save(path)
        assert path.read_bytes() == kept


def _shown(path):
    terminal.show(path, Console(file=io.StringIO(), width=80))


def _resumed(path):
    with warnings.catch_warnings():
        # That the machine is another one may be said
        warnings.filterwarnings("ignore", "resume:")
        _trained(path, resume=path)


def _settings(path):
    made = running.kept(path.parent)
    assert Settings.from_text(made.text()) == made


READERS = (MLP.load, Ensemble.load, tabular.load, saving.load_optimizer, _resumed, _shown, _settings)


def _trained(path, epochs=2, **options):
    net = MLP([2, 2, 2], "tanh", "softmax", seed=0)
    stop = callbacks.EarlyStopping("loss", patience=9, restore_best=True)
    net.fit(
        X,
        Y,
        optimizer=optimizers.Adam(schedules.CosineDecay(0.01, 9)),
        epochs=epochs,
        callbacks=[stop, callbacks.Checkpoint(path)],
        **options,
    )


@cache
def _whole():
    """Return a file for each reader but the last."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "model.safetensors"
        return [
            (write(path), path.read_bytes())[1] for write in (_net, _ensemble, _model, _optimizer, _trained, _model)
        ]


@cache
def _arrays(number):
    return safetensors.numpy.load(_whole()[number])


def _net(path):
    rules = [regularizers.L1L2(0.1, 0.2), None]
    net = MLP([2, 2, 2], "leaky_relu", "softmax", "float64", 0, use_bias=[False, True], kernel_regularizer=rules)
    net.loss = losses.LabelSmoothing(losses.CategoricalCrossentropy(), 0.1)
    net.save(path)


def _ensemble(path):
    Ensemble([2, 1], output="sigmoid", seeds=[0, 1]).save(path)


def _optimizer(path):
    net, optimizer = (
        MLP([2, 2], output="softmax", seed=0),
        optimizers.Nadam(schedules.PiecewiseConstantDecay([1], [0.1, 0.2])),
    )
    net.fit(X, Y, optimizer=optimizer)
    net.save(path, optimizer)


def _model(path):
    table = Table.read({"n": [0.5, 1.5, 3.0], "c": ["a", "b", "a"], "t": [True, False, True], "y": list("pqp")}, "y")
    tabular.train(table, hidden=[2], epochs=1, rules=Rules(unknown="other", missing="fill"), validation=None).save(path)


def model_seeds():
    """Return the files that a fuzzer of models begins with."""
    files = [bytes([number]) + content for number, content in enumerate(_whole())]
    texts = [safetensors_settings(content).encode() for content in _whole()]
    alone = [bytes([_place(number)]) + text for number, text in enumerate(texts)]
    settings = Settings("data.csv", "y", kinds={"c": "category"}, class_weight={"p": 2.0}, hidden=(8, 4))
    return files + alone + [bytes([READERS.index(_settings)]) + settings.text().encode()]


def _place(number):
    """Return the first byte that stands for a reader's settings alone."""
    return next(byte for byte in range(SETTINGS_ALONE, 256) if byte % len(READERS) == number)


def safetensors_settings(content):
    """Return the settings of a model file, as they stand in it."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length])["__metadata__"][container.ENTRY]


# Tables


def table(content, folder):
    """Read a table in memory and streamed, which must be the same, and make features of it."""
    how, form, rest = (*content[:2], 0, 0)[0], (*content[:2], 0, 0)[1], content[2:]
    path = folder / f"data{SUFFIXES[how % len(SUFFIXES)]}"
    path.write_bytes(rest)
    options = {
        "target": "y" if how & 4 else None,
        "form": FORMS[form % len(FORMS)],
        "invalid": "missing" if how & 8 else "refuse",
        "kinds": {"n": "number"} if how & 8 else None,
    }
    whole, error = refused(lambda: Table.read(path, **options), path.name)
    streamed, other = refused(lambda: StreamedTable.read(path, **options), path.name)
    assert error == other, f"{error!r:.300} in memory, streamed {other!r:.300}"
    if whole is not None:
        assert (whole.kinds, len(whole)) == (streamed.kinds, len(streamed))
        _check_parts(whole, streamed)
        _check_features(whole, path, options["form"], how)


def _check_parts(whole, streamed):
    parts, error = refused(lambda: joined(list(streamed.parts())), streamed.source.name)
    # A cell that is none of a kind that was declared is refused where it is read, which kinds alone do not need
    assert error is None or whole.kinds != streamed.kinds, error
    assert parts.columns == whole.columns


def _check_features(whole, path, form, how):
    rules = Rules("other", "missing", "fill" if how & 16 else "drop", "fill", "drop")
    try:
        preparation = Preparation.fit(whole, rules)
    except ValueError as error:
        # A column of which nothing can be learnt, whatever its file is
        assert type(error) is ValueError
        return
    x, error = refused(lambda: preparation.transform(whole).x, path.name)
    y, other = refused(lambda: preparation.transform(path, form=form).x, path.name)
    assert error == other
    assert x is None or np.array_equal(x, y)


CSV = (
    "n,c,t,y\n1.5,a,true,0\n-2e3,b,false,1\n,a,True,1\n7,,FALSE,0\n",
    'n,c,y\r\n"1","a ""b"", c",x\r\n+5,"d\ne",NA\r\n007,None,x\r\n',
    "n;c;y\n1,5;é;0,5\n 2,25 ;ü;NA\n",
    "n\tc\n1'000\tx\n12 000.5\ty\n0x10\tz\n9223372036854775808\tw\n",
    "\ufeffy|n\n1|inf\n2|nan\n",
    "d,y\n2020-01-02,1\n\n2021-03-04,2\n",
)


def table_seeds():
    """Return the files that a fuzzer of tables begins with."""
    texts = [
        bytes([4 + 8 * (place % 2), form]) + text.encode(FORMS[form].encoding, "replace")
        for place, text in enumerate(CSV)
        for form in (place % 4, 4 + place % 4)
    ]
    zipped = [b"\x06\x00" + gzip.compress(text.encode(), mtime=0) for text in CSV[:2]]
    return texts + zipped + [b"\x07\x00" + content for content in _parquet_files()]


def _parquet_files():
    plain = pa.table({"n": [1.5, None, 3.0], "c": ["a", "b", "a"], "y": [1, 0, 1]})
    typed = pa.table(
        {
            "n": pa.array([1, 2, None], pa.decimal128(9, 2)),
            "c": pa.array(["a", None, "b"]).dictionary_encode(),
            "t": [True, None, False],
            "y": pa.array([1, 2, 3], pa.uint64()),
            "__index_level_0__": [0, 1, 2],
        }
    )
    other = pa.table({"d": pa.array([0, 1], pa.timestamp("us")), "l": [[1], [2, 3]], "b": [b"a", b"\xff"]})
    found = []
    for one, options in (
        (plain, {"compression": "NONE"}),
        (plain, {"compression": "GZIP", "use_dictionary": False, "row_group_size": 2}),
        (typed, {"data_page_version": "2.0"}),
        (other, {"compression": "ZSTD", "store_schema": False}),
        (
            plain.select(["n"]),
            {"compression": "NONE", "column_encoding": {"n": "BYTE_STREAM_SPLIT"}, "use_dictionary": False},
        ),
    ):
        sink = io.BytesIO()
        pa.parquet.write_table(one, sink, **options)
        found.append(sink.getvalue())
    return found


TARGETS = {"model": (model, model_seeds), "table": (table, table_seeds)}
