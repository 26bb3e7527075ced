"""``Model.save`` and ``npnet.tabular.load``: one file has the net and the preparation of its rows."""

import json
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import MLP
from npnet.saving import container
from npnet.tabular import Format, Model, Rules, Table, load, train
from tests.tabular.tables import written

DATA = {
    "length": [1.5, 2.5, 3.5, 9.0] * 5,
    "colour": ["red", "blue", "red", "NA"] * 5,
    "sold": [True, False, True, True] * 5,
    "y": ["no", "yes", "no", "maybe"] * 5,
}


@pytest.fixture(scope="module")
def model():
    return train(Table.read(DATA, "y"), rules=Rules(unknown="other", missing="fill"), epochs=5, dtype="float64")


@pytest.fixture
def path(model, tmp_path):
    model.save(tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


def test_a_model_that_is_loaded_predicts_the_same_bits(model, path):
    same = load(path)
    rows = {name: column for name, column in DATA.items() if name != "y"}
    np.testing.assert_array_equal(same.predict_proba(rows), model.predict_proba(rows))
    assert same.preparation.settings() == model.preparation.settings()
    assert same.net.dtype == np.float64
    assert same.history is None
    assert same.predict({"length": [None], "colour": ["green"], "sold": [True]}).shape == (1,)


def test_of_a_number_the_unit_is_kept_too(tmp_path):
    x = np.linspace(0, 1, 40)
    model = train(Table.read({"x": x, "y": 1e6 + x}, "y"), epochs=5)
    model.save(tmp_path / "model")
    np.testing.assert_array_equal(load(tmp_path / "model").predict({"x": x}), model.predict({"x": x}))


def test_equal_models_are_equal_files(model, path, tmp_path):
    load(path).save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_cells_are_read_as_those_that_were_trained_on(tmp_path):
    text = "x;y\n" + "1.000,5;a\n2.000,5;b\n" * 9
    german = Format(decimal=",", thousands=".", missing=("?",))
    model = train(Table.read(written(tmp_path, text), "y", form=german), epochs=5)
    model.save(tmp_path / "model")
    same = load(tmp_path / "model")
    assert (same.form.decimal, same.form.thousands, same.form.missing) == (",", ".", ("", "?"))
    # Another file may have another delimiter
    other = written(tmp_path, "x\ty\n1.000,5\ta\n", "other.csv")
    np.testing.assert_array_equal(same.predict_proba(other), model.predict_proba({"x": [1000.5]}))
    assert same.evaluate(other).loss == model.evaluate({"x": [1000.5], "y": ["a"]}).loss
    # A form that is given is used in its place
    english = written(tmp_path, "x\n1000.5\n", "english.csv")
    np.testing.assert_array_equal(same.predict_proba(english, Format()), model.predict_proba({"x": [1000.5]}))


def test_the_file_is_one_of_a_net_with_versions(model, path):
    np.testing.assert_array_equal(MLP.load(path).parameters, model.net.parameters)
    settings, _ = container.read(path)
    assert settings["versions"]["numpy"] == np.__version__
    assert settings["preparation"]["version"] == 1


def test_a_file_that_was_there_stays_where_writing_fails(model, path, monkeypatch):
    before = path.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        model.save(path)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_a_net_alone_is_no_model(model, tmp_path):
    model.net.save(tmp_path / "net")
    with pytest.raises(ValueError, match=r"net: expected a net with the preparation of its rows, got a net alone"):
        load(tmp_path / "net")


def test_a_net_of_other_widths_than_the_preparation_has_is_refused(model, path):
    settings, _ = container.read(path)
    net = MLP([2, 3], output="softmax", seed=0)
    net.save(path)
    other, arrays = container.read(path)
    container.write(path, settings | {"net": other["net"]}, arrays)
    with pytest.raises(ValueError, match="net: expected one of 5 features and 3 outputs, as the preparation has, got"):
        load(path)


def test_a_preparation_of_a_newer_npnet_is_refused(path):
    settings, arrays = container.read(path)
    settings["preparation"]["version"] = 2
    container.write(path, settings, arrays)
    with pytest.raises(ValueError, match=r"model\.safetensors: preparation, version: expected 1, got 2; is the file"):
        load(path)


@pytest.mark.parametrize("form", [None, {}, {"decimal": ".", "thousands": None, "missing": "NA"}, [1]])
def test_a_form_that_is_none_is_refused(path, form):
    settings, arrays = container.read(path)
    container.write(path, settings | {"form": form}, arrays)
    with pytest.raises(ValueError, match=r"model\.safetensors: form: expected"):
        load(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2**70) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside, max_size=3),
    max_leaves=4,
)


@given(st.data())
def test_a_file_with_anything_in_a_settings_place_is_a_model_or_a_value_error(model, tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "drawn"
    model.save(path)
    settings, arrays = container.read(path)
    places = [(settings[part], name) for part in ("preparation", "form") for name in settings[part]]
    for one in (*settings["preparation"]["features"], settings["preparation"]["target"]):
        places += [(one, name) for name in one]
    holder, name = data.draw(st.sampled_from(places))
    holder[name] = data.draw(JSON)
    container.write(path, json.loads(json.dumps(settings)), arrays)
    try:
        assert isinstance(load(path), Model)
    except ValueError as error:
        assert str(path) in str(error)
