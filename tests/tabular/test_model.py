import numpy as np
import pytest

from npnet import MLP, datasets
from npnet.optimizers import Adam
from npnet.regularizers import L2
from npnet.tabular import Format, Model, Preparation, Rules, StreamedTable, Table, sources, train
from npnet.tabular import model as module
from npnet.tabular.samples import InMemory, Stored
from tests.tabular.tables import written


def file(name):
    return datasets._file(name)


@pytest.fixture(scope="module")
def irises():
    table, test = Table.read(file("iris.csv"), "species").split(0.2, seed=1)
    return train(table, epochs=60), test


def test_the_irises_are_learnt_and_predicted_by_name(irises):
    model, test = irises
    assert model.evaluate(test).accuracy >= 0.93
    predicted = model.predict(test)
    species = test.columns["species"]
    truth = np.array(species.categories)[species.values]
    assert np.mean(predicted == truth) == pytest.approx(model.evaluate(test).accuracy)
    assert repr(model) == "Model of species (3 classes) from 4 columns"


def test_probabilities_are_those_of_the_classes_in_their_order(irises):
    model, test = irises
    probabilities = model.predict_proba(test)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    assert (np.array(model.preparation.classes)[probabilities.argmax(axis=1)] == model.predict(test)).all()


def test_a_file_is_predicted_in_parts_as_a_whole(irises, monkeypatch):
    model, _ = irises
    whole = model.predict(Table.read(file("iris.csv"), "species"))
    assert (model.predict(file("iris.csv")) == whole).all()
    monkeypatch.setattr(sources, "BLOCK", 500)
    assert (model.predict(file("iris.csv")) == whole).all()
    np.testing.assert_allclose(model.predict_proba(file("iris.csv")).sum(axis=1), 1, rtol=1e-6)


def test_the_same_seed_trains_the_same_net():
    table = Table.read(file("iris.csv"), "species")
    one, other, another = (train(table, epochs=3, seed=seed).net.parameters for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, other)
    assert (one != another).any()


def test_a_number_is_predicted_in_its_own_unit():
    x = np.linspace(-1, 1, 200)
    data = {"x": x, "y": 5000 + 300 * x}
    model = train(Table.read(data, "y"), hidden=np.array([16]), epochs=100)
    predicted = model.predict({"x": [0.0, 0.5]})
    assert predicted.dtype == np.float64
    np.testing.assert_allclose(predicted, [5000, 5150], atol=15)
    assert model.evaluate(data).accuracy is None
    with pytest.raises(ValueError, match="predict_proba: expected a target with classes"):
        model.predict_proba({"x": [0.0]})


def test_a_number_has_no_accuracy_whatever_it_is():
    table = Table.read({"x": [float(i) for i in range(20)], "y": [2.5] * 20}, "y", kinds={"y": "number"})
    model = train(table, epochs=2)
    assert (model.history.val_accuracy, list(model.history.columns)) == (None, ["loss", "learning_rate", "val_loss"])
    assert model.evaluate(table).accuracy is None
    assert model.predict({"x": [0.0, 99.0]}).tolist() == [2.5, 2.5]


def test_training_stops_early_with_the_best_parameters():
    rng = np.random.default_rng(0)
    noise = {"x": rng.normal(size=60), "y": rng.integers(0, 2, 60)}
    table = Table.read(noise, "y")
    # The loss on the rows held out has the penalty, too, which that of `evaluate` has not
    model = train(table, epochs=500, patience=3, regularizer=None)
    history = model.history
    best = int(np.argmin(history.val_loss))
    assert history.epochs == best + 4 < 500
    _, held_out = table.split(0.2, 0)
    assert model.evaluate(held_out).loss == pytest.approx(history.val_loss[best], rel=1e-6)
    assert train(table, epochs=4, patience=None).history.epochs == 4


def test_all_rows_are_trained_on_where_none_is_held_out():
    table = Table.read({"x": [0.0, 1.0] * 5, "y": ["a", "b"] * 5}, "y")
    model = train(table, validation=None, epochs=2)
    assert model.history.val_loss is None
    assert model.preparation.features[0].mean == 0.5


def test_other_rows_are_validated_on_with_categories_of_their_own():
    table = Table.read({"c": ["u", "v"] * 5, "y": ["a", "b"] * 5}, "y")
    others = Table.read({"c": ["u", "new"], "y": ["a", "b"]}, "y")
    model = train(table, validation=others, epochs=2)
    assert len(model.history.val_loss) == 2
    with pytest.raises(ValueError, match="row 1, column 'c': expected one of u, v, got 'new'"):
        model.predict({"c": ["u", "new"]})
    assert model.preparation.rules == Rules()


def test_rows_that_a_rule_drops_have_no_prediction(tmp_path):
    table = Table.read({"x": [0.0, 1.0] * 9, "y": ["a", "b"] * 9}, "y")
    model = train(table, epochs=2, rules=Rules(missing="drop"))
    assert len(model.predict(written(tmp_path, "x\n1\nNA\n0\n"))) == 2
    assert model.predict(written(tmp_path, "x\nNA\n")).shape == (0,)
    assert model.predict_proba(written(tmp_path, "x\nNA\n")).shape == (0, 2)


def test_options_of_fit_are_passed_on():
    table = Table.read({"x": [0.0, 1.0] * 9, "y": [True, False] * 9}, "y")
    seen = []
    model = train(table, epochs=3, hidden=[], class_weight="balanced", callbacks=[lambda net, history: seen.append(1)])
    assert len(seen) == 3
    assert model.net.widths == (1, 2)
    assert set(model.predict({"x": [0.0]})) <= {"true", "false"}


def test_a_table_without_a_target_is_refused():
    with pytest.raises(ValueError, match="table: expected one with a target"):
        train(Table.read({"x": [1, 2]}))


def test_a_share_that_holds_out_none_is_the_argument_that_was_given():
    table = Table.read({"x": [1, 2], "y": [0.5, 1.5]}, "y")
    with pytest.raises(
        ValueError, match=r"validation: expected one that holds out .* got 0\.2, which holds out 0 of 2"
    ):
        train(table)
    with pytest.raises(ValueError, match="validation: expected a finite number > 0 and < 1, got 2"):
        train(table, validation=2)


def test_a_net_of_another_shape_is_refused():
    preparation = Preparation.fit(Table.read({"x": [1, 2], "y": ["a", "b"]}, "y"))
    with pytest.raises(
        ValueError, match="net: expected one of 1 features and 2 outputs, as the preparation has, got 3 and 2"
    ):
        Model(MLP([3, 2]), preparation)


def test_what_is_no_net_preparation_or_form_is_refused():
    preparation = Preparation.fit(Table.read({"x": [1, 2], "y": ["a", "b"]}, "y"))
    net = MLP([1, 2])
    for arguments, message in [
        (("net", preparation), "net: expected one of type MLP, got 'net'"),
        ((net, "preparation"), "preparation: expected one of type Preparation, got 'preparation'"),
        ((net, preparation, None, "csv"), "form: expected one of type Format, got 'csv'"),
    ]:
        with pytest.raises(ValueError, match=message):
            Model(*arguments)


def test_a_preparation_without_a_target_makes_no_model():
    preparation = Preparation.fit(Table.read({"x": [1, 2], "y": [0.5, 1.5]}))
    with pytest.raises(ValueError, match="net: expected one of 2 features and 1 outputs"):
        Model(MLP([2, 1]), preparation)


def test_a_model_knows_how_its_cells_are_written_but_not_how_files_are():
    preparation = Preparation.fit(Table.read({"x": [1, 2], "y": [0.5, 1.5]}, "y"))
    model = Model(MLP([1, 1]), preparation)
    assert repr(model) == "Model of y (a number) from 1 columns"
    assert model.form == Format(delimiter=None, encoding="utf-8")
    form = Format(decimal=",", delimiter=";", encoding="latin-1")
    assert Model(MLP([1, 1]), preparation, form=form).form == Format(decimal=",", delimiter=None, encoding="utf-8")


def test_another_form_may_be_given_for_the_rows_to_measure(tmp_path):
    table = Table.read({"x": [0.0, 1.0, 2.0, 3.0], "y": [0.0, 2.0, 4.0, 6.0]}, "y")
    model = train(table, hidden=[], epochs=2, validation=None)
    path = written(tmp_path, "x;y\n0,5;1,0\n1,5;3,0\n")
    form = Format(decimal=",", delimiter=";")
    assert model.evaluate(path, form=form) == model.evaluate({"x": [0.5, 1.5], "y": [1.0, 3.0]})
    with pytest.raises(ValueError, match="column"):
        model.evaluate(path)


@pytest.mark.parametrize(("rows", "given", "batches"), [(2500, None, 100), (40, None, 3), (40, 10, 4)])
def test_a_batch_is_a_hundredth_of_the_rows_unless_it_is_given(rows, given, batches):
    x = np.linspace(0, 1, rows)
    model = train(
        Table.read({"x": x, "y": x}, "y"), hidden=[], epochs=1, validation=None, batch_size=given, record_batches=True
    )
    assert model.history.batch_loss.shape == (1, batches)


@pytest.fixture
def fits(monkeypatch):
    """The samples and options of each training from now on."""
    asked, fit = [], MLP.fit

    def noted(net, x, y, **options):
        asked.append((x, options))
        return fit(net, x, y, **options)

    monkeypatch.setattr(MLP, "fit", noted)
    return asked


def test_what_is_not_given_has_a_default(fits):
    table = Table.read({"x": [0.0, 1.0] * 20, "y": ["a", "b"] * 20}, "y")
    model = train(table, epochs=1)
    train(table, epochs=1, optimizer="sgd", regularizer=None)
    assert [options["optimizer"] for _, options in fits] == [Adam(0.003), "sgd"]
    assert [options["regularizer"] for _, options in fits] == [L2(0.001), None]
    # Of classes there is an accuracy
    assert model.history.val_accuracy is not None


@pytest.mark.parametrize(("limit", "kind"), [(40 * 2 * 4, np.ndarray), (40 * 2 * 4 - 1, InMemory)])
def test_features_that_fit_a_limit_are_made_once(fits, monkeypatch, limit, kind):
    monkeypatch.setattr(module, "AT_ONCE", limit)
    numbers = np.linspace(0, 1, 40)
    train(Table.read({"x": numbers, "z": numbers, "y": numbers}, "y"), epochs=1, validation=None)
    assert type(fits[0][0]) is kind


@pytest.mark.parametrize("option", [{"class_weight": "balanced"}, {"sample_weight": [1.0] * 40}])
def test_what_is_said_of_all_samples_at_once_needs_them_at_once(fits, monkeypatch, option):
    monkeypatch.setattr(module, "AT_ONCE", 1)
    train(Table.read({"x": [0.0, 1.0] * 20, "y": ["a", "b"] * 20}, "y"), epochs=1, validation=None, **option)
    assert type(fits[0][0]) is np.ndarray


def test_rows_beyond_memory_stay_where_they_are(fits, tmp_path):
    path = written(tmp_path, "x,y\n" + "".join(f"{i},{i}\n" for i in range(40)))
    train(StreamedTable.read(path, "y"), epochs=1)
    assert type(fits[0][0]) is Stored


def test_hidden_layers_have_the_activation_that_is_asked_for():
    model = train(Table.read({"x": [0.0, 1.0] * 20, "y": ["a", "b"] * 20}, "y"), activation="tanh", epochs=1)
    assert [type(f).__name__ for f in model.net.activations] == ["Tanh"] * (len(model.net.widths) - 2) + ["Softmax"]


@pytest.mark.parametrize("validation", [0.2, None])
def test_callbacks_that_are_no_list_are_refused(validation):
    table = Table.read({"x": [0.0, 1.0] * 20, "y": ["a", "b"] * 20}, "y")
    with pytest.raises(ValueError, match="callbacks: expected"):
        train(table, epochs=1, validation=validation, callbacks=3)


def test_the_initial_weights_are_drawn_as_is_asked():
    table = Table.read({"x": [0.0, 1.0] * 20, "y": ["a", "b"] * 20}, "y")
    model = train(table, hidden=[], kernel_initializer="zeros", optimizer="sgd", epochs=1, batch_size=32)
    # One step from zeros leaves weights of two classes that are opposite
    np.testing.assert_allclose(model.net.weights[0].sum(axis=1), 0, atol=1e-7)
    assert model.net.weights[0].any()
