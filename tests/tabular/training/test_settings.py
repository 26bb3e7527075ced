import contextlib
import inspect
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npnet import optimizers, schedules
from npnet.regularizers import L1, L1L2, L2
from npnet.tabular import Table, train
from npnet.tabular.training.settings import Settings
from tests.tabular.tables import written

ROWS = "x,c,y\n" + "1,a,0\n2,b,1\n3,a,2\n4,b,1\n" * 5


@pytest.fixture
def data(tmp_path):
    return str(written(tmp_path, ROWS))


def test_the_text_makes_the_same_settings():
    made = Settings(
        "d.csv", "y", hidden=(8, 4), kinds={"x": "category"}, class_weight={"a": 2.0}, form={"decimal": ","}
    )
    assert Settings.from_text(made.text()) == made
    assert Settings.from_text(Settings("é.csv", "y", validation="v.csv", hidden=()).text()).hidden == ()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"data": "d.csv"}', "[" * 10_000, Settings("d", "y").text()[:-4]])
def test_another_text_is_refused(text):
    with pytest.raises(ValueError, match="expected the settings of a training"):
        Settings.from_text(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 300) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside, max_size=3),
    max_leaves=4,
)


@given(st.data())
def test_anything_in_a_settings_place_is_read_or_a_value_error(data):
    table = Table.read({"x": [1.0, 2.0, 3.0], "y": ["b", "c", "a"]}, "y")
    found = json.loads(Settings("d.csv", "y").text())
    found[data.draw(st.sampled_from(sorted(found.keys() - {"target", "data"})))] = data.draw(JSON)
    with contextlib.suppress(ValueError):
        Settings.from_text(json.dumps(found)).options(table)


@pytest.mark.parametrize(
    ("name", "value"),
    [("l2", True), ("hidden", ["8"]), ("epochs", 2.0), ("rules", {"missing": 1}), ("task", 0), ("form", []),
     ("class_weight", {"a": "1"}), ("seed", None), ("data", None)],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(name, value):
    found = json.loads(Settings("d.csv", "y").text())
    with pytest.raises(ValueError, match=f"expected the settings of a training, got {name} "):
        Settings.from_text(json.dumps(found | {name: value}))


def test_the_task_is_found_unless_it_is_said(data):
    assert Settings(data, "y").read()[0].kinds["y"] == "category"
    assert Settings(data, "y", task="number").read()[0].kinds["y"] == "number"
    assert Settings(data, "x", task="classes", validation=0.0).read()[0].kinds["x"] == "category"
    assert Settings(data, "y", kinds={"x": "category"}).read()[0].kinds["x"] == "category"
    with pytest.raises(ValueError, match="task: expected the kind number of 'y' for it, got category"):
        Settings(data, "y", task="number", kinds={"y": "category"}).read()
    with pytest.raises(ValueError, match="task: expected one of classes, number, got 'some'"):
        Settings(data, "y", task="some").read()


def test_rows_are_held_out_by_share_or_are_another_file_of_the_same_kinds(data, tmp_path):
    rows, held_out = Settings(data, "y", validation=0.25).read()
    assert (len(rows), len(held_out)) == (15, 5)
    assert Settings(data, "y", validation=0.0).read()[1] is None
    other = written(tmp_path, "y,extra,x,c\n1,0,7,1\n", "other.csv")
    rows, held_out = Settings(data, "y", validation=str(other)).read()
    assert (len(rows), len(held_out), held_out.names) == (20, 1, ("y", "x", "c"))
    assert held_out.kinds == {"y": "category", "x": "number", "c": "category"}


def test_the_rate_goes_on_as_the_schedule_says():
    def optimizer(**options):
        return Settings("d", "y", epochs=100, **options).chosen_optimizer()

    assert optimizer() == optimizers.Adam(0.003)
    assert optimizer(optimizer="sgd") == optimizers.SGD()
    assert optimizer(optimizer="adamw") == optimizers.AdamW()
    assert optimizer(rate=0.5, optimizer="momentum") == optimizers.Momentum(0.5)
    assert optimizer(schedule="cosine").schedule == schedules.CosineDecay(0.003, 100)
    exponential = optimizer(schedule="exponential", rate=1.0).schedule
    assert exponential(100) == pytest.approx(0.01)
    warm = optimizer(schedule="warmup-cosine", rate=1.0).schedule
    assert (warm(0), warm(5), warm(100)) == pytest.approx((0.1, 1.0, 0.0), abs=1e-12)
    with pytest.raises(ValueError, match="schedule: expected one of constant, cosine, exponential, warmup-cosine, got"):
        optimizer(schedule="linear")


@pytest.mark.parametrize("schedule", ["constant", "cosine", "exponential", "warmup-cosine"])
def test_a_rate_that_is_none_is_named_as_the_setting_whatever_the_schedule(schedule):
    for rate in (0, -1.0):
        with pytest.raises(ValueError, match=f"^rate: expected a finite number > 0, got {rate}$"):
            Settings("rows.csv", "y", schedule=schedule, rate=rate).chosen_optimizer()


def test_weights_of_classes_are_those_of_their_names():
    table = Table.read({"x": [1.0, 2.0, 3.0], "y": ["b", "c", "a"]}, "y")
    assert Settings("d", "y", class_weight={"c": 5.0}).options(table)["class_weight"] == {2: 5.0}
    # Without the rows of a, the net has two classes
    rest = table.take(np.array([True, True, False]))
    assert Settings("d", "y", class_weight={"c": 5.0}).options(rest)["class_weight"] == {1: 5.0}
    assert Settings("d", "y", class_weight="balanced").options(table)["class_weight"] == "balanced"
    with pytest.raises(ValueError, match="class_weight: expected the classes a, b, c, got 'd'"):
        Settings("d", "y", class_weight={"d": 5.0}).options(table)
    truths = Table.read({"x": [1.0, 2.0], "y": [True, False]}, "y")
    assert Settings("d", "y", class_weight={"true": 2.0}).options(truths)["class_weight"] == {1: 2.0}
    numbers = Table.read({"x": [1.0, 2.0], "y": [0.5, 1.5]}, "y")
    with pytest.raises(ValueError, match="class_weight: expected a target with classes, got 'y', which is a number"):
        Settings("d", "y", class_weight={"a": 5.0}).options(numbers)


@pytest.mark.parametrize(
    ("l1", "l2", "penalty"), [(0.0, 0.0, None), (0.5, 0.0, L1(0.5)), (0.0, 0.5, L2(0.5)), (0.5, 0.25, L1L2(0.5, 0.25))]
)
def test_penalties_are_those_that_are_asked_for(l1, l2, penalty):
    table = Table.read({"x": [1.0, 2.0], "y": [0.5, 1.5]}, "y")
    assert Settings("d", "y", l1=l1, l2=l2).options(table)["regularizer"] == penalty
    assert Settings("d", "y").penalty() == L2(0.001)


def test_the_form_and_the_rules_hold_for_both_files(tmp_path):
    data = str(written(tmp_path, "x;y\n" + "1,5;a\n2,5;b\n" * 9))
    other = str(written(tmp_path, "x;y\n3,5;a\nlong;b\n", "other.csv"))
    made = Settings(data, "y", validation=other, form={"decimal": ","}, rules={"invalid": "missing"})
    rows, held_out = made.read()
    assert rows.columns["x"].values[:2].tolist() == [1.5, 2.5]
    assert held_out.columns["x"].values[0] == 3.5
    assert np.isnan(held_out.columns["x"].values[1])
    with pytest.raises(ValueError, match="rule: expected one of unknown, invalid, missing, absent, extra, got 'miss'"):
        Settings(data, "y", rules={"miss": "fill"}).options(rows)


def test_the_accuracy_is_recorded_where_there_are_classes():
    for y, classes in (["a", "b"], True), ([0.5, 1.5], False):
        table = Table.read({"x": [1.0, 2.0], "y": y}, "y")
        assert Settings("d", "y").options(table)["record_accuracy"] == classes


def test_the_command_and_python_train_the_same_net_by_default(data):
    settings = Settings(data, "y", epochs=2)
    rows, held_out = settings.read()
    one = train(rows, validation=held_out, **settings.options(rows))
    other = train(Table.read(data, "y"), epochs=2)
    np.testing.assert_array_equal(one.net.parameters, other.net.parameters)
    given = {name: one.default for name, one in inspect.signature(train).parameters.items()}
    same = ("hidden", "activation", "validation", "epochs", "batch_size", "patience", "seed", "dtype")
    assert {name: given[name] for name in same} == {name: getattr(settings, name) for name in same} | {"epochs": 200}


@pytest.mark.parametrize("value", [[], "text", 3, None])
def test_json_that_is_no_mapping_is_refused(value):
    with pytest.raises(ValueError, match="expected the settings of a training"):
        Settings.from_text(json.dumps(value))
