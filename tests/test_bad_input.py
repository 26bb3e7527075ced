"""Whatever the functions for tables, models and their files are given, they do it or raise a ValueError, no more.

Arguments are drawn: each is one that is right, or anything. What can't be done leaves no file, and changes nothing.
"""

import copy
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import MLP, callbacks, metrics, saving, tabular
from npnet.optimizers import Adam
from npnet.saving import container
from npnet.tabular import Format, Rules, StreamedTable, Table, predictions
from npnet.tabular.preparation import Preparation

ODD = [
    2**63,
    -(2**70),
    1j,
    b"\xff",
    "\x00",
    "\ud800",
    "é" * 300,
    object,
    len,
    Ellipsis,
    range(3),
    {1, 2},
    iter([1]),
    np.float64(0.5),
    np.array(1.5),
    np.array([]),
    np.array(["a"]),
    np.array([None]),
    np.zeros((0, 3)),
    np.zeros((2, 2, 2)),
    np.ma.masked,
    np.array([1, "a"], object),
    np.datetime64("2020-01-01"),
    np.zeros(1, [("a", "f8")]),
    {"a": [1]},
    Format(),
    Rules(),
]
scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=3) | st.sampled_from(ODD)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=3,
)
NAMES = ("n", "c", "t", "y", "z")
ROWS = {"n": [0.5, 1.5, None] * 4, "c": ["a", "b", "a"] * 4, "t": [True, False] * 6, "y": list("pqqp") * 3}
cells = st.sampled_from(
    [1, 2.5, None, float("nan"), float("inf"), "a", "", "NA", True, 2**64, 1e300, b"x", [1], 1j, object()]
)


def right_or_not(*right):
    return st.sampled_from(right) | anything


def some(**options):
    """Some of these arguments, each right or not."""
    return st.fixed_dictionaries({}, optional=options)


def done_or_refused(call, *allowed):
    """Return what a call returns; None where it raises a ValueError, of one line."""
    try:
        return call()
    except (ValueError, *allowed) as error:
        assert isinstance(error, allowed) or type(error) is ValueError, repr(error)
        return None


read_options = some(
    target=right_or_not("y", "n"),
    columns=right_or_not(["n", "c"], ("y",)),
    form=right_or_not(Format(decimal=",")),
    kinds=right_or_not({"n": "category"}, {"y": "category"}, {"c": "number"})
    | st.dictionaries(st.sampled_from(NAMES), anything),
    invalid=right_or_not("missing"),
)
kinds_of_table = st.sampled_from([Table, StreamedTable])


@given(kinds_of_table, right_or_not(ROWS), read_options)
def test_tables(kind, data, options):
    table = done_or_refused(lambda: kind.read(data, **options), OSError)
    assert table is None or len(table) > 0


columns = st.dictionaries(
    st.sampled_from(NAMES) | st.text(max_size=2), st.lists(cells, max_size=4) | anything, max_size=3
)


@given(kinds_of_table, columns)
def test_columns_of_a_frame(kind, data):
    done_or_refused(lambda: kind.read(data))


@given(
    st.sampled_from(["n,c,y\n1,a,x\n2,b,x\n", "n;c\n1,5;a\n", "é\n1\n", ""]),
    some(
        delimiter=right_or_not(",", ";", "\n", '"', "é"),
        decimal=right_or_not(",", "."),
        thousands=right_or_not("'", ",", "\n"),
        encoding=right_or_not("latin-1", "utf-16", "utf_8_sig", "base64", "idna", "undefined", "utf-7"),
        missing=right_or_not(("?",), ["-"]),
    ),
)
def test_formats(tmp_path_factory, text, options):
    form = done_or_refused(lambda: Format(**options))
    path = tmp_path_factory.getbasetemp() / "formats.csv"
    path.write_text(text, encoding="utf-8")
    if form is not None:
        assert hash(form) == hash(copy.copy(form))
        done_or_refused(lambda: Table.read(path, form=form))


@given(some(**{name: right_or_not(*choices) for name, choices in Rules.CHOICES.items()}))
def test_rules(options):
    assert done_or_refused(lambda: Rules(**options)) in (None, Rules(**options) if _all_right(options) else None)


def _all_right(options):
    return all(isinstance(one, str) and one in Rules.CHOICES[name] for name, one in options.items())


@given(kinds_of_table, right_or_not(0.25, 0.5), right_or_not(0, 7))
def test_splits(kind, share, seed):
    parts = done_or_refused(lambda: kind.read(ROWS, "y").split(share, seed))
    assert parts is None or sum(map(len, parts)) == 12


TRAINING = {
    "hidden": right_or_not([2], (3, 2), [], "ab"),
    "activation": right_or_not("tanh", "relu"),
    "kernel_initializer": right_or_not("glorot_uniform"),
    "rules": right_or_not(Rules("other", missing="fill")),
    "validation": right_or_not(0.25, None, Table.read(ROWS, "y")),
    "optimizer": right_or_not("sgd", Adam(0.1)),
    "batch_size": right_or_not(4, None),
    "patience": right_or_not(2, None),
    "seed": right_or_not(1),
    "dtype": right_or_not("float64", np.float32),
    "loss": right_or_not(None),
    "class_weight": right_or_not({0: 2.0}, "balanced"),
    "regularizer": right_or_not("l2", None),
    "callbacks": right_or_not([]),
    "verbose": right_or_not(0),
}


@given(kinds_of_table, some(**TRAINING))
def test_trainings(kind, options):
    rules = options.pop("rules", Rules("other", missing="fill"))
    table = kind.read(ROWS, "y")
    model = done_or_refused(lambda: tabular.train(table, epochs=1, rules=rules, **options))
    assert model is None or isinstance(model, tabular.Model)


@pytest.fixture(scope="module")
def model():
    return tabular.train(Table.read(ROWS, "y"), epochs=1, rules=Rules("other", missing="fill"), hidden=[2])


of_rows = st.dictionaries(st.sampled_from(NAMES), st.lists(cells, min_size=2, max_size=2), max_size=5) | right_or_not(
    ROWS
)


@given(of_rows, right_or_not(Format(decimal=",")))
def test_predictions(model, data, form):
    said = done_or_refused(lambda: model.predict(data, form), OSError)
    assert said is None or set(said) <= {"p", "q"}
    for use in (model.predict_proba, model.evaluate, lambda *rows: list(model.outputs(*rows))):
        done_or_refused(lambda use=use: use(data, form), OSError)
    done_or_refused(lambda: predictions.write(model, data, io.BytesIO(), form), OSError)


@given(right_or_not([0, 2], [True] * 12, [], slice(0)))
def test_rows_that_are_taken(rows):
    taken = done_or_refused(lambda: Table.read(ROWS).take(rows))
    assert taken is None or len(taken) <= 12


@given(anything, anything, anything)
def test_what_a_model_is_made_of(model, net, preparation, form):
    done_or_refused(lambda: tabular.Model(net, model.preparation))
    done_or_refused(lambda: tabular.Model(model.net, preparation))
    made = done_or_refused(lambda: tabular.Model(model.net, model.preparation, form=form))
    assert (made is None) == (form is not None and not isinstance(form, Format))


@given(of_rows, some(dtype=right_or_not("float64"), target=right_or_not(True), form=anything))
def test_preparations(model, data, options):
    done_or_refused(lambda: model.preparation.transform(data, **options), OSError)
    done_or_refused(lambda: list(model.preparation.stream(data, **options)), OSError)


@given(anything)
def test_what_a_preparation_is_fitted_to(data):
    for make in (Preparation.fit, Preparation.from_settings):
        done_or_refused(lambda make=make: make(data))
    done_or_refused(lambda: Preparation.fit(Table.read(ROWS), data))
    done_or_refused(lambda: Preparation.fit(Table.read(ROWS), None, data))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bad-input")


@given(anything)
def test_paths(model, folder, path):
    if isinstance(path, str) and path.isprintable():
        path = str(folder / "new" / path)
    for read in (MLP.load, tabular.load, saving.load_optimizer, saving.read, Table.read):
        done_or_refused(lambda read=read: read(path), OSError)
    for use in (model.save, model.net.save, lambda path: saving.write(path, {}, {}), callbacks.Checkpoint):
        if not isinstance(path, str):
            done_or_refused(lambda use=use: use(path), OSError)


names = st.text(max_size=3) | st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.tuples(st.text())
json_or_not = st.dictionaries(names, anything, max_size=3) | anything


@given(json_or_not, st.dictionaries(names, anything, max_size=2) | anything)
def test_containers(folder, settings, arrays):
    path = folder / "container"
    path.unlink(missing_ok=True)
    done_or_refused(lambda: container.write(path, settings, arrays))
    if path.exists():
        container.read(path)
    assert [file.name for file in folder.iterdir() if file.suffix == ".part"] == []


@given(right_or_not("run"), right_or_not(1, 2))
def test_checkpoints(path, every):
    done_or_refused(lambda: callbacks.Checkpoint(path, every))


@given(anything)
def test_what_a_training_goes_on_from(path):
    net = MLP([2, 2], output="softmax", seed=0)
    before = net.parameters.copy()
    history = done_or_refused(lambda: net.fit([[1.0, 2.0]], [1], resume=path), OSError)
    assert history is not None or np.array_equal(net.parameters, before)


@given(right_or_not([0, 1, 1], [[1, 0], [0, 1], [0, 1]]), right_or_not([0.2, 0.7, 0.1], [[0.1, 0.9]] * 3))
def test_scores(labels, outputs):
    for score in ("accuracy", "confusion_matrix", "precision", "recall", "f1_score", "binary_accuracy", "r2_score"):
        done_or_refused(lambda score=score: getattr(metrics, score)(labels, outputs))
