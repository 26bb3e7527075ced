"""A net that is loaded is the one that was saved: it predicts and trains on with the same bits."""

import copy
import json
import pickle
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npnet import MLP, Ensemble, saving
from npnet.activations import LeakyReLU, Softmax
from npnet.losses import Huber, LabelSmoothing, SoftmaxCrossentropy
from npnet.optimizers import SGD, SGDM, Adam, Optimizer
from npnet.regularizers import L1, L2
from npnet.saving import container, models
from tests.saving import strategies
from tests.strategies import seeds

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(40, 3)), np.arange(40) % 2
PAIRS = [
    ("identity", "mse"), ("identity", Huber(0.5)), ("sigmoid", "binary_crossentropy"), ("tanh", "mae"),
    ("softmax", "categorical_crossentropy"), ("identity", SoftmaxCrossentropy()), ("softmax", "kl_divergence"),
    ("softmax", LabelSmoothing("categorical_crossentropy", 0.1)), ("softplus", "mse"),
]  # fmt: skip


def settings_of(net):
    """All that a net is, but for its parameters."""
    return (
        type(net), net.widths, net.activations, net.use_bias, net.dtype, net.members, net.loss, net.regularizer,
        repr(net.rng.bit_generator.state),
    )  # fmt: skip


def assert_same(net, other):
    assert settings_of(net) == settings_of(other)
    assert net.parameters.tobytes() == other.parameters.tobytes()


def bits(optimizer):
    moments = [(name, moment.dtype, moment.tobytes()) for name, moment in optimizer.state.kept.items()]
    return repr(optimizer), optimizer.iterations, moments


def again(folder, net, optimizer=None):
    net.save(folder / "net", optimizer=optimizer)
    return type(net).load(folder / "net")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


hidden = st.lists(st.one_of(one for kind, one in strategies.of_activations.items() if kind is not Softmax), max_size=3)
rules = st.none() | st.one_of(strategies.of_regularizers.values())


@st.composite
def nets(draw):
    functions, (output, loss) = draw(hidden), draw(st.sampled_from(PAIRS))
    widths = [3, *(draw(st.integers(1, 5)) for _ in functions), 2]
    layers = len(widths) - 1
    one = MLP(
        widths, functions, output, draw(st.sampled_from(["float32", "float64"])), draw(seeds),
        bias_initializer="normal", use_bias=draw(st.lists(st.booleans(), min_size=layers, max_size=layers)),
        kernel_regularizer=draw(rules | st.lists(rules, min_size=layers, max_size=layers)),
    )  # fmt: skip
    if draw(st.booleans()):
        one.loss = loss
    return one if draw(st.booleans()) else Ensemble.from_nets([one, one.copy()])


@settings(max_examples=30)
@given(nets())
def test_a_net_that_is_loaded_is_the_one_that_was_saved(folder, net):
    net.parameters.flat[0] = -0.0
    loaded = again(folder, net)
    assert_same(net, loaded)
    before = (folder / "net").read_bytes()
    assert_same(loaded, again(folder, loaded))
    assert (folder / "net").read_bytes() == before


@pytest.mark.parametrize("kind", strategies.of_optimizers)
@settings(max_examples=5)
@given(st.data())
def test_training_goes_on_with_the_same_bits(folder, kind, data):
    optimizer, dtype = data.draw(strategies.of_optimizers[kind]), data.draw(st.sampled_from(["float32", "float64"]))
    net = MLP([3, 5, 2], "tanh", "softmax", dtype, seed=data.draw(seeds), kernel_regularizer=L2(0.01))
    net.fit(X, Y, optimizer=optimizer, epochs=2, batch_size=16)
    loaded = again(folder, net, optimizer)
    other = saving.load_optimizer(folder / "net")
    assert bits(other) == bits(optimizer)
    history = net.fit(X, Y, optimizer=optimizer, epochs=4, initial_epoch=2, batch_size=16)
    assert loaded.fit(X, Y, optimizer=other, epochs=4, initial_epoch=2, batch_size=16) == history
    assert_same(net, loaded)
    assert bits(other) == bits(optimizer)


def test_an_ensemble_goes_on_with_the_same_bits(tmp_path):
    ensemble = Ensemble([3, 4, 2], output="softmax", seeds=range(3), kernel_regularizer=L1([0.1, 0.2, 0.3]))
    optimizer = Adam([0.1, 0.01, 0.001])
    ensemble.fit(X, Y, optimizer=optimizer, epochs=2)
    loaded, other = again(tmp_path, ensemble, optimizer), saving.load_optimizer(tmp_path / "net")
    assert loaded.fit(X, Y, optimizer=other, epochs=2) == ensemble.fit(X, Y, optimizer=optimizer, epochs=2)
    assert_same(ensemble, loaded)


def test_the_penalty_of_all_layers_stays_one_and_those_of_each_stay_their_own(tmp_path):
    net = again(tmp_path, MLP([3, 2, 2], kernel_regularizer=L2(0.5), seed=0))
    net.regularizer.strength = 0.25
    assert repr(net).endswith("regularizer=L2(0.25))")
    net = again(tmp_path, MLP([3, 2, 2], kernel_regularizer=[L2(0.5), L2(0.5)], seed=0))
    net.regularizer[0].strength = 0.25
    assert repr(net).endswith("regularizer=(L2(0.25), L2(0.5)))")


def test_other_programs_read_the_arrays(tmp_path):
    from safetensors.numpy import load_file

    net = MLP([3, 4, 2], use_bias=[True, False], seed=0)
    net.save(tmp_path / "net.safetensors")
    arrays = load_file(tmp_path / "net.safetensors")
    assert sorted(arrays) == ["net.1.biases", "net.1.weights", "net.2.weights"]
    np.testing.assert_array_equal(arrays["net.2.weights"], net.weights[1])


class Own(MLP):
    pass


class Rule(SGD):
    pass


# Named like npnet's, and like one that npnet could have
Named = type("MLP", (MLP,), {})
Other = type("Other", (MLP,), {"__module__": "npnet.network"})


@pytest.mark.parametrize(
    ("save", "message"),
    [
        (lambda path: MLP([3, 2], dtype="longdouble").save(path), "net: expected one of float32 or float64, got"),
        (lambda path: MLP([3, 2]).astype(complex).save(path), "got complex128; astype makes another one"),
        (lambda path: Own([3, 2]).save(path), "net: expected an MLP or an Ensemble, got Own"),
        (lambda path: Named([3, 2]).save(path), r"net: expected an MLP or an Ensemble, got .*test_models\.MLP"),
        (lambda path: Other([3, 2]).save(path), r"net: expected an MLP or an Ensemble, got .*npnet\.network\.Other"),
        (lambda path: MLP([3, 2]).save(path, optimizer=Rule()), "optimizer: expected a class of npnet"),
        (lambda path: MLP([3, 2]).save(path, optimizer="adam"), "optimizer: expected one of type Optimizer"),
        (lambda path: nan().save(path), "parameters: expected finite numbers"),
    ],
)
def test_what_a_file_can_not_hold_is_refused_and_there_is_no_file(tmp_path, save, message):
    with pytest.raises(ValueError, match=message):
        save(tmp_path / "net")
    assert not list(tmp_path.iterdir())


def nan():
    net = MLP([3, 2], seed=0)
    net.parameters[3] = np.nan
    return net


def test_a_file_without_an_optimizer_says_so(tmp_path):
    MLP([3, 2], seed=0).save(tmp_path / "net")
    with pytest.raises(ValueError, match=r"net: expected a file with an optimizer, got one without; net.save"):
        saving.load_optimizer(tmp_path / "net")


def test_an_optimizer_that_has_not_stepped_has_no_moments(tmp_path):
    MLP([2, 1], seed=0).save(tmp_path / "net", Adam(0.1))
    loaded = saving.load_optimizer(tmp_path / "net")
    assert (repr(loaded), loaded.iterations, dict(loaded.state.kept)) == (repr(Adam(0.1)), 0, {})


def test_a_moment_that_is_not_finite_is_not_kept(tmp_path):
    net, optimizer = MLP([2, 1], seed=0), Adam(0.1)
    net.fit([[1.0, 2.0]], [[1.0]], optimizer=optimizer)
    optimizer.state.kept["m"][0] = np.nan
    with pytest.raises(ValueError, match="m: expected finite numbers"):
        net.save(tmp_path / "net", optimizer)
    assert not (tmp_path / "net").exists()


def test_a_moment_of_another_dtype_is_not_kept(tmp_path):
    net, optimizer = MLP([2, 1], seed=0), Adam(0.1)
    net.fit([[1.0, 2.0]], [[1.0]], optimizer=optimizer)
    optimizer.state.kept["m"] = optimizer.state.kept["m"].astype(np.longdouble)
    with pytest.raises(ValueError, match="optimizer: expected moments of float32 or float64, got m of"):
        net.save(tmp_path / "net", optimizer)


@pytest.mark.parametrize(
    ("made", "net", "message"),
    [
        (lambda: MLP([3, 4, 2]), lambda one: MLP([3, 2]), r"parameters: expected float32 \(26,\), as"),
        (lambda: Ensemble([3, 2], members=4), lambda some: MLP([3, 2]), r"parameters: expected float32 \(8, 4\)"),
        (lambda: Ensemble([3, 2], members=4), lambda some: some[0], r"parameters: expected float32 \(8, 4\)"),
        (lambda: MLP([3, 2]), lambda one: Ensemble([3, 2], members=4), r"parameters: expected float32 \(8,\)"),
        (lambda: MLP([3, 2], dtype="float64"), lambda one: one.astype("float32"), "parameters: expected float64"),
        (lambda: MLP([3, 2]), lambda one: one.copy(), "parameters: expected those that the optimizer has stepped"),
    ],
)
def test_an_optimizer_of_another_net_is_refused_and_there_is_no_file(tmp_path, made, net, message):
    trained, optimizer = made(), Adam(0.1)
    trained.fit(X, X[:, :2], optimizer=optimizer)
    with pytest.raises(ValueError, match=f"optimizer: expected one that can go on with the net: {message}"):
        net(trained).save(tmp_path / "net", optimizer)
    assert not list(tmp_path.iterdir())
    # A clone has no moments, and those of a copy belong to no net yet
    for one, other in ((net(trained), optimizer.clone()), (trained.copy(), copy.deepcopy(optimizer))):
        one.save(tmp_path / "net", other)
        assert bits(saving.load_optimizer(tmp_path / "net")) == bits(other)


def test_rates_of_members_are_refused_beside_a_single_net(tmp_path):
    message = "optimizer: .* net: learning_rate: expected one number for a single net, got 2 of them"
    with pytest.raises(ValueError, match=message):
        MLP([3, 2]).save(tmp_path / "net", SGD([0.1, 0.2]))


def test_some_of_the_moments_are_kept_alone(tmp_path):
    net, optimizer = MLP([3, 2], seed=0), Adam(0.1)
    net.fit(X, X[:, :2], optimizer=optimizer)
    del optimizer.state["V"]
    net.save(tmp_path / "net", optimizer)
    loaded = saving.load_optimizer(tmp_path / "net")
    assert list(loaded.state) == ["m"]
    assert bits(loaded) == bits(optimizer)
    other = MLP.load(tmp_path / "net")
    assert other.fit(X, X[:, :2], optimizer=loaded) == net.fit(X, X[:, :2], optimizer=optimizer)


@pytest.mark.parametrize(("output", "loss"), [("softmax", "mse"), ("softmax", "categorical_crossentropy")])
def test_a_loss_stands_in_the_file_where_it_is_not_that_of_the_output(tmp_path, output, loss):
    net = MLP([3, 4, 2], "sigmoid", output, seed=0)
    net.loss = loss
    net.save(tmp_path / "net")
    described = container.read(tmp_path / "net")[0]["net"]["loss"]
    assert (described is None) == (loss == "categorical_crossentropy")


def test_steps_are_counted_as_far_as_64_bits_reach(tmp_path):
    optimizer = Adam(0.1)
    optimizer.iterations = 2**63 - 1
    MLP([2, 1], seed=0).save(tmp_path / "net", optimizer)
    assert saving.load_optimizer(tmp_path / "net").iterations == 2**63 - 1


def test_steps_that_are_no_number_are_refused_and_there_is_no_file(tmp_path):
    for wrong in (-1, "9", 0.5):
        optimizer = Adam(0.1)
        optimizer.iterations = wrong
        with pytest.raises(ValueError, match="iterations: expected a whole number >= 0, got"):
            MLP([2, 1], seed=0).save(tmp_path / "net", optimizer)
    assert not list(tmp_path.iterdir())


def test_what_has_no_entries_has_none_of_a_name():
    for entries in ([], 3, None, {}):
        with pytest.raises(ValueError, match="steps: expected a whole number, got None"):
            models.field(entries, "steps", int, "a whole number")


def test_another_kind_of_net_says_which_class_reads_it(tmp_path):
    Ensemble([3, 2], members=2).save(tmp_path / "net")
    with pytest.raises(ValueError, match=r"net: kind: expected MLP, got 'Ensemble'; Ensemble\.load reads it"):
        MLP.load(tmp_path / "net")
    settings, arrays = container.read(tmp_path / "net")
    settings["net"]["kind"] = "Forest"
    container.write(tmp_path / "net", settings, arrays)
    with pytest.raises(ValueError, match=r"net: kind: expected MLP, got 'Forest'$"):
        MLP.load(tmp_path / "net")


def test_an_ensemble_of_one_is_one(tmp_path):
    net = Ensemble([3, 2], members=1)
    assert_same(net, again(tmp_path, net))


def test_an_optimizer_that_was_loaded_belongs_to_the_net_that_it_steps_first(tmp_path):
    net, optimizer = MLP([3, 2], seed=0), SGDM(0.1)
    net.fit(X, X[:, :2], optimizer=optimizer)
    net.save(tmp_path / "net", optimizer)
    other = saving.load_optimizer(tmp_path / "net")
    with pytest.raises(ValueError, match="parameters: expected"):
        MLP([4, 2]).fit(X[:, [0, 1, 2, 0]], X[:, :2], optimizer=other)
    MLP([3, 2], seed=1).fit(X, X[:, :2], optimizer=other)
    with pytest.raises(ValueError, match="for another net"):
        net.fit(X, X[:, :2], optimizer=other)


# Files whose parts do not fit together


def parts(members=None):
    net = MLP([3, 4, 2], "tanh", "softmax", seed=0) if members is None else Ensemble([3, 4, 2], members=members)
    optimizer: Optimizer = SGDM(0.1)
    net.fit(X, Y if members is None else X[:, :2], optimizer=optimizer)
    settings, arrays = models.joined(models.net_parts(net), models.optimizer_parts(optimizer))
    return json.loads(json.dumps(settings)), arrays


def set_in(place, path, value):
    *way, last = path
    for key in way:
        place = place[key]
    place[last] = value


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["net"], None, "net: expected a net, got None"),
        (["net", "kind"], "Popen", "kind: expected MLP, got 'Popen'"),
        (["net", "widths"], [0, 2], "widths: expected at least two whole numbers above 0"),
        (["net", "widths"], [3], "widths: expected at least two whole numbers"),
        (["net", "widths"], [3, 4.0, 2], "widths: expected at least two whole numbers"),
        (["net", "widths"], [3, True, 2], "widths: expected"),
        (["net", "widths"], "342", "widths: expected a list, got '342'"),
        (["net", "widths"], [3, 10**30, 2], "net.1.weights: expected float32 .*, got float32"),
        (["net", "widths"], [3, 2, 4], r"net.1.weights: expected float32 \(3, 2\), got float32 \(3, 4\)"),
        (["net", "widths"], [3, 4, 2, 2], "use_bias: expected 3 truth values"),
        (["net", "use_bias"], [True, 1], "use_bias: expected 2 truth values"),
        (["net", "activations"], [{"class": "Tanh"}], "activations: expected 2 for as many layers, got 1"),
        (["net", "activations", 0], {"class": "SGD"}, "activations: expected one of the classes"),
        (["net", "dtype"], "float64", r"net.1.weights: expected float64 \(3, 4\), got float32"),
        (["net", "dtype"], "object", "dtype: expected one of float32, float64, got 'object'"),
        (["net", "members"], 2, "members: expected none of a single net, got 2"),
        (["net", "loss"], {"class": "BinaryCrossentropy", "from_logits": False}, "loss: .* expects the output"),
        (["net", "regularizer"], [None], "kernel_regularizer: expected one regularizer, or 2"),
        (["net", "regularizer"], {"class": "L2", "strength": [1.0]}, "strength: expected one number for a single net"),
        (["net", "generator"], {}, "generator: expected one of PCG64"),
    ],
)
def test_settings_that_do_not_fit_the_arrays_are_refused(tmp_path, path, value, message):
    settings, arrays = parts()
    set_in(settings, path, value)
    container.write(tmp_path / "net", settings, arrays)
    with pytest.raises(ValueError, match=f"^{tmp_path / 'net'}: .*{message}"):
        MLP.load(tmp_path / "net")


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["optimizer", "made", "beta"], 1.0, "beta: expected a finite number"),
        (["optimizer", "made", "beta"], [0.5], "beta: expected one number for a single net"),
        (["optimizer", "made", "class"], "ReLU", "optimizer: expected one of the classes"),
        (["optimizer", "iterations"], -1, "iterations: expected a whole number from 0"),
        (["optimizer", "iterations"], 2**63, "iterations: expected a whole number from 0"),
        (["optimizer", "iterations"], 1.0, "iterations: expected a whole number, got 1.0"),
        (["optimizer", "moments"], ["V"], "moments: expected those of SGDM.*, m, got"),
        (["optimizer", "moments"], "m", "moments: expected a list"),
        (["net", "widths"], [3, 5, 2], "optimizer.m: expected float32"),
    ],
)
def test_an_optimizer_that_does_not_fit_the_net_is_refused(tmp_path, path, value, message):
    settings, arrays = parts()
    set_in(settings, path, value)
    container.write(tmp_path / "net", settings, arrays)
    with pytest.raises(ValueError, match=message):
        saving.load_optimizer(tmp_path / "net")


@pytest.mark.parametrize("members", [0, 3, 10**12, None, "2"])
def test_members_are_as_many_as_the_arrays_have(tmp_path, members):
    settings, arrays = parts(members=2)
    set_in(settings, ["net", "members"], members)
    container.write(tmp_path / "net", settings, arrays)
    with pytest.raises(ValueError, match=r"members: expected|weights: expected"):
        Ensemble.load(tmp_path / "net")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(tmp_path, value):
    for name in ("net.1.weights", "net.2.biases"):
        settings, arrays = parts()
        arrays[name] = arrays[name].copy()
        arrays[name].flat[0] = value
        container.write(tmp_path / "net", settings, arrays)
        with pytest.raises(ValueError, match=f"{name}: expected finite numbers"):
            MLP.load(tmp_path / "net")
    settings, arrays = parts()
    arrays["optimizer.m"][0] = value
    container.write(tmp_path / "net", settings, arrays)
    with pytest.raises(ValueError, match=r"optimizer\.m: expected finite numbers"):
        saving.load_optimizer(tmp_path / "net")


def test_a_file_whose_bytes_were_changed_is_read_or_refused_and_nothing_else(tmp_path):
    """Wherever one byte is another: parameters may be others, all else is seen."""
    path, rng = tmp_path / "net", np.random.default_rng(0)
    MLP([3, 4, 2], [LeakyReLU(0.5)], "softmax", seed=0).save(path, SGDM(0.1))
    content = path.read_bytes()
    read = 0
    for place in rng.permutation(len(content))[:100].tolist():
        path.write_bytes(content[:place] + bytes([rng.integers(256)]) + content[place + 1 :])
        for load in (MLP.load, saving.load_optimizer):
            try:
                load(path)
                read += 1
            except ValueError as error:  # noqa: PERF203
                assert str(error).startswith(str(path))
    assert 0 < read < 200


def test_a_net_and_its_file_have_no_memory_in_common(tmp_path):
    net = MLP([3, 2], seed=0)
    loaded = again(tmp_path, net)
    loaded.parameters[...] = 0
    assert_same(net, MLP.load(tmp_path / "net"))
    assert_same(pickle.loads(pickle.dumps(net)), net)
    size = struct.unpack("<Q", (tmp_path / "net").read_bytes()[:8])[0]
    assert size % 8 == 0


@pytest.mark.parametrize("other", ["adam", Adam, Huber(), 3])
def test_what_is_no_optimizer_is_refused_and_there_is_no_file(tmp_path, other):
    with pytest.raises(ValueError, match=r"^optimizer: expected one of type Optimizer, got"):
        MLP([4, 3], output="softmax", seed=0).save(tmp_path / "n.safetensors", other)
    assert not list(tmp_path.iterdir())
