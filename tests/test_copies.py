"""Every public object can be copied and sent to another process, and is equal afterwards."""

import concurrent.futures
import copy
import importlib
import inspect
import multiprocessing
import pickle
import pkgutil

import numpy as np
import pytest

import npnet
from npnet import (
    MLP,
    Ensemble,
    activations,
    callbacks,
    datasets,
    estimators,
    experiments,
    gradcheck,
    initializers,
    language,
    losses,
    metrics,
    network,
    optimizers,
    regularizers,
    schedules,
    sweeping,
    tabular,
)
from npnet import history as history_
from npnet._equality import ByValue, same
from npnet.engine import errors, stepping
from npnet.engine.errors import RankError
from npnet.experiments import boundary_film, claims, errata, notes, one_step, optimizer_paths, preliminaries
from npnet.experiments.claims import fitting, means, optimizing, verdicts
from npnet.experiments.claims.claim import Claim, Finding, Measure, Measured
from npnet.experiments.errata import underflow
from npnet.experiments.errata.erratum import Erratum, Shown, row
from npnet.optimizers import SGD, Adam, StepError
from npnet.sweeping import training as sweeping_training
from npnet.training import DivergenceError

X = np.random.default_rng(0).normal(size=(20, 2))
LABELS = (X.sum(axis=1) > 0).astype(int)
# Where the machinery is: only its exceptions come out, and what the packages list
INSIDE = ("npnet.engine", "npnet.derivations", "npnet.gradcheck", "npnet.study", "npnet.cli", "npnet.commands",
          "npnet.formula_text", "npnet.play", "npnet.registry", "npnet.saving", "npnet.source", "npnet.sweeping",
          "npnet.tabular")  # fmt: skip
# A sweep's table is an open file, which is loaded once more instead
BASES = {network.Network, ByValue, optimizers.Rate, errors.NotFiniteError, sweeping.Sweep}


def modules():
    names = [module.name for module in pkgutil.walk_packages(npnet.__path__, "npnet.")]
    return [importlib.import_module(name) for name in names if "._" not in name]


def public(kind):
    """Every class or function that a public module defines or lists under a public name, outside of the machinery."""
    found = [
        value
        for module in modules()
        for name, value in vars(module).items()
        if kind(value) and not name.startswith("_") and value.__module__.startswith("npnet")
        if value.__module__ == module.__name__ or name in getattr(module, "__all__", [])
    ]
    return list(dict.fromkeys(found))


LISTED = {id(getattr(package, name)) for package in (npnet.gradcheck, sweeping, tabular) for name in package.__all__}


def concrete(value):
    inside = value.__module__.startswith(INSIDE) and id(value) not in LISTED
    machinery = inside and not issubclass(value, Exception)
    protocol = getattr(value, "_is_protocol", False)
    return not (machinery or protocol or inspect.isabstract(value) or value in BASES)


CLASSES = {f"{value.__module__}.{value.__name__}": value for value in public(inspect.isclass) if concrete(value)}


def trained(members=None):
    net = MLP([2, 3, 2], ["tanh"], "softmax", seed=0)
    return net if members is None else Ensemble([2, 3, 2], "relu", "softmax", seeds=range(members))


def stepped(optimizer):
    optimizer.step(np.ones(3), np.array([1.0, -2.0, 0.5]))
    return optimizer


def fitted(net, *calls):
    return net.fit(
        X, LABELS, optimizer=Adam(0.1), epochs=3, validation_data=(X, LABELS), record_batches=True, callbacks=calls
    )


def kept(callback):
    fitted(trained(), callback)
    return callback


def step_error():
    with pytest.raises(StepError) as caught:
        SGD(0.1).step(np.ones(2), np.array([1, np.nan]))
    return caught.value


def diverge(rate):
    """Train a net, which diverges at a large rate."""
    return MLP([2, 4, 1], seed=1).fit(X, X.sum(axis=1), optimizer=SGD(rate), epochs=50, batch_size=5, shuffle=False)


def divergence_error():
    with pytest.raises(DivergenceError) as caught:
        diverge(1e3)
    return caught.value


def regularization():
    return experiments.regularization(epochs=1, seeds=[0])


def table():
    rows = {"a": [1.0, 2.5, 4.0], "b": ["x", "y", "x"], "c": [True, False, True], "d": ["p", "q", "p"]}
    return tabular.Table.read(rows, target="d")


def prepared():
    return tabular.Preparation.fit(table())


INTERVAL = experiments.Interval(1.0, 0.5, 2.0)
MEASURE = Measure("what", INTERVAL)
MAKERS = {
    MLP: trained,
    Ensemble: lambda: trained(3),
    network.Evaluation: lambda: trained(3).evaluate(X, LABELS),
    stepping.DivergenceError: divergence_error,
    StepError: step_error,
    RankError: lambda: RankError("rank 1 of 2: OSError: no space left"),
    history_.History: lambda: fitted(trained()),
    history_.Frozen: lambda: history_.Frozen(1, 2, "loss", 0.5),
    callbacks.KeepBest: lambda: kept(callbacks.KeepBest("loss")),
    callbacks.ReduceLROnPlateau: lambda: callbacks.ReduceLROnPlateau("loss", 0.5, 3),
    callbacks.EarlyStopping: lambda: kept(callbacks.EarlyStopping(restore_best=True)),
    callbacks.Checkpoint: lambda: callbacks.Checkpoint("run.safetensors", every=3),
    estimators.NpnetClassifier: lambda: estimators.NpnetClassifier(max_iter=2, random_state=0).fit(X, LABELS),
    estimators.NpnetRegressor: lambda: estimators.NpnetRegressor(max_iter=2, random_state=0).fit(X, LABELS),
    sweeping.Random: lambda: sweeping.Random({"learning_rate": sweeping.LogUniform(0.01, 1)}, 3),
    sweeping.Uniform: lambda: sweeping.Uniform(0, 2),
    sweeping.LogUniform: lambda: sweeping.LogUniform(0.5, 2),
    sweeping.Integers: lambda: sweeping.Integers(1, 5),
    sweeping_training.StoppedError: lambda: sweeping_training.StoppedError("a trial was cancelled"),
    sweeping.Saving: lambda: sweeping.Saving(3, 10),
    sweeping.TrialError: lambda: sweeping.TrialError((1, 2), "learning_rate 0.1", "hidden: expected ..."),
    tabular.Table: table,
    tabular.StreamedTable: lambda: tabular.StreamedTable.read({"a": [1.0, 2.0], "d": ["x", "y"]}, target="d"),
    tabular.Column: lambda: table().columns["b"],
    tabular.Format: lambda: tabular.Format(decimal=","),
    tabular.Rules: lambda: tabular.Rules(unknown="other"),
    tabular.Preparation: prepared,
    tabular.Prepared: lambda: prepared().transform(table(), target=True),
    tabular.NumberFeature: lambda: prepared().features[0],
    tabular.CategoryFeature: lambda: prepared().features[1],
    tabular.TruthFeature: lambda: prepared().features[2],
    tabular.Model: lambda: tabular.train(table(), hidden=[2], validation=None, epochs=1),
    datasets.Dataset: datasets.load_iris,
    datasets.Split: datasets.iris_split,
    datasets.EncodedLabels: lambda: datasets.encode_labels(["yes", "no", "yes"]),
    gradcheck.Check: lambda: gradcheck.check(lambda x: np.sum(x * x), [2.0], [1.0]),
    gradcheck.Derivative: lambda: gradcheck.check(lambda x: np.sum(x * x), [2.0], [1.0]).worst,
    metrics.Accuracy: lambda: metrics.Accuracy(np.eye(2)),
    initializers.HeNormal: initializers.HeNormal,
    initializers.HeUniform: initializers.HeUniform,
    initializers.GlorotNormal: initializers.GlorotNormal,
    initializers.GlorotUniform: initializers.GlorotUniform,
    initializers.LecunNormal: initializers.LecunNormal,
    initializers.LecunUniform: initializers.LecunUniform,
    initializers.Orthogonal: lambda: initializers.Orthogonal(0.5),
    initializers.Normal: lambda: initializers.Normal(0.5),
    initializers.TruncatedNormal: lambda: initializers.TruncatedNormal(0.5),
    initializers.Constant: lambda: initializers.Constant(0.5),
    activations.Identity: activations.Identity,
    activations.Sigmoid: activations.Sigmoid,
    activations.Tanh: activations.Tanh,
    activations.ReLU: activations.ReLU,
    activations.LeakyReLU: lambda: activations.LeakyReLU(0.5),
    activations.ReLU6: activations.ReLU6,
    activations.Softplus: activations.Softplus,
    activations.ELU: lambda: activations.ELU(0.5),
    activations.SELU: activations.SELU,
    activations.SiLU: activations.SiLU,
    activations.GELU: activations.GELU,
    activations.GELUTanh: activations.GELUTanh,
    activations.Softmax: lambda: activations.Softmax(0),
    losses.MeanSquaredError: losses.MeanSquaredError,
    losses.MeanAbsoluteError: losses.MeanAbsoluteError,
    losses.Huber: lambda: losses.Huber(0.5),
    losses.CategoricalCrossentropy: losses.CategoricalCrossentropy,
    losses.SoftmaxCrossentropy: lambda: losses.CategoricalCrossentropy(from_logits=True),
    losses.BinaryCrossentropy: losses.BinaryCrossentropy,
    losses.SigmoidCrossentropy: lambda: losses.BinaryCrossentropy(from_logits=True),
    losses.KLDivergence: losses.KLDivergence,
    losses.SoftmaxKLDivergence: lambda: losses.KLDivergence(from_logits=True),
    losses.LabelSmoothing: lambda: losses.LabelSmoothing("kld", 0.2),
    losses.Weighted: lambda: losses.Weighted(losses.MeanSquaredError()),
    optimizers.SGD: lambda: stepped(SGD(0.5)),
    optimizers.SGDM: lambda: stepped(optimizers.SGDM(0.5, 0.8)),
    optimizers.Momentum: lambda: stepped(optimizers.Momentum(0.5)),
    optimizers.Nesterov: lambda: stepped(optimizers.Nesterov(0.5)),
    optimizers.RMSPropMomentum: lambda: stepped(optimizers.RMSPropMomentum(0.5)),
    optimizers.CenteredRMSProp: lambda: stepped(optimizers.CenteredRMSProp(0.5)),
    optimizers.CenteredRMSPropMomentum: lambda: stepped(optimizers.CenteredRMSPropMomentum(0.5)),
    optimizers.AMSGrad: lambda: stepped(optimizers.AMSGrad(0.5)),
    optimizers.AdamW: lambda: stepped(optimizers.AdamW(0.5)),
    optimizers.Nadam: lambda: stepped(optimizers.Nadam(0.5)),
    optimizers.Adagrad: lambda: stepped(optimizers.Adagrad(0.5)),
    optimizers.RMSProp: lambda: stepped(optimizers.RMSProp(0.5)),
    optimizers.Adam: lambda: stepped(Adam(schedules.CosineDecay(0.5, 9))),
    regularizers.L1: lambda: regularizers.L1([0.5, 1]),
    regularizers.L2: lambda: regularizers.L2(0.5),
    regularizers.L1L2: lambda: regularizers.L1L2(0.5, 0.25),
    schedules.Constant: lambda: schedules.Constant([0.5, 1]),
    schedules.ExponentialDecay: lambda: schedules.ExponentialDecay(0.5, 2, 0.9, staircase=True),
    schedules.InverseTimeDecay: lambda: schedules.InverseTimeDecay(0.5, 2, 0.9),
    schedules.WarmupCosineDecay: lambda: schedules.WarmupCosineDecay(0.1, 9, [0.5, 1], 3),
    schedules.PolynomialDecay: lambda: schedules.PolynomialDecay(0.5, 9, power=2),
    schedules.CyclicPolynomialDecay: lambda: schedules.CyclicPolynomialDecay(0.5, 9, power=2),
    schedules.PiecewiseConstantDecay: lambda: schedules.PiecewiseConstantDecay([3, 5], [0.5, 0.2, 0.1]),
    schedules.CosineDecay: lambda: schedules.CosineDecay(0.5, 9, alpha=0.1),
    optimizer_paths.OptimizerPaths: lambda: optimizer_paths.optimizer_paths(steps=1, points=2),
    boundary_film.BoundaryFilm: lambda: regularization().film,
    boundary_film.Snapshot: lambda: regularization().film.runs["none"][0],
    experiments.GradientFlow: lambda: experiments.gradient_flow(3, 2, range(2), samples=2),
    experiments.Regularization: regularization,
    experiments.RegularizerRun: lambda: regularization().runs["none"],
    experiments.Boundary: lambda: regularization().runs["none"].boundaries[0],
    experiments.Interval: lambda: INTERVAL,
    experiments.Paired: lambda: experiments.paired([1, 2], [2, 1]),
    experiments.Band: lambda: experiments.band([[1, 2, 3]]),
    experiments.CrossEntropies: experiments.cross_entropies,
    experiments.DecayedRates: experiments.decayed_rates,
    experiments.OneWeight: experiments.one_weight,
    experiments.ActivationCurves: experiments.activation_curves,
    experiments.OptimizerComparison: lambda: experiments.optimizer_comparison(1, seeds=[0]),
    experiments.OptimizerRun: lambda: experiments.optimizer_comparison(1, seeds=[0]).runs["SGD"],
    experiments.Times: lambda: experiments.interleaved({"nothing": lambda: None}, 2),
    one_step.OneStep: one_step.one_step,
    language.Known: lambda: language.LANGUAGES["zh"],
    language.Language: lambda: language.get("zh"),
    language.Message: lambda: language.Message("{count} texts", count=2),
    preliminaries.Example: lambda: preliminaries.every()[0],
    Shown: lambda: row("what", 1, 2),
    Erratum: lambda: errata.get("printed-loss"),
    errata.Code: lambda: errata.Code("w -= lr * g"),
    underflow.NotesRMSProp: lambda: underflow.NotesRMSProp(flush=True),
    verdicts.Evidence: lambda: verdicts.Evidence.OPEN,
    Measure: lambda: MEASURE,
    Measured: lambda: Measured("text", {"a": MEASURE}),
    Finding: lambda: Finding("holds", "text", {"a": MEASURE}, np.ones(2)),
    fitting.Fitted: lambda: fitting.Fitted(np.ones(2), np.zeros(2)),
    means.Shifted: lambda: means.Shifted(activations.sigmoid, 0.5),
    optimizing.UncorrectedAdam: lambda: stepped(optimizing.UncorrectedAdam(0.5)),
    Claim: lambda: claims.get("rate-too-small"),
    notes.Loop: lambda: notes.DOTS,
    notes.Reported: lambda: notes.REPORTED["SGD"],
}


@pytest.fixture(scope="module")
def pool():
    """A process that shares nothing with this one."""
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as workers:
        yield workers


def contents(value):
    """What an object holds, where it has no equality of its own."""
    if isinstance(value, np.random.Generator):
        return value.bit_generator.state
    if isinstance(value, (tuple, list)):
        return [contents(element) for element in value]
    if isinstance(value, dict):
        return {key: contents(element) for key, element in value.items()}
    if type(value).__eq__ is object.__eq__ and hasattr(value, "__dict__"):
        state = getattr(value, "__getstate__", lambda: vars(value))()
        return type(value), value.args if isinstance(value, BaseException) else (), contents(state)
    if isinstance(value, ByValue):
        return type(value), contents(vars(value))
    return value


def through_a_process(value, pool):
    return pool.submit(copy.copy, value).result()


WAYS = {
    "copy": lambda value, pool: copy.copy(value),
    "deepcopy": lambda value, pool: copy.deepcopy(value),
    "process": through_a_process,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", CLASSES)
def test_a_copy_is_equal(name, way, pool):
    assert CLASSES[name] in MAKERS, "this test needs an example of each public class"
    value = MAKERS[CLASSES[name]]()
    assert type(value) is CLASSES[name]
    copied = WAYS[way](value, pool)
    assert type(copied) is type(value)
    assert same(contents(copied), contents(value))
    if isinstance(value, BaseException):
        assert str(copied) == str(value)


def test_a_diverged_run_in_a_pool_is_an_error_of_its_own_and_no_other_runs(pool):
    runs = [pool.submit(diverge, rate) for rate in (1e-3, 1e3, 1e-2)]
    error, expected = runs[1].exception(), divergence_error()
    assert type(error) is DivergenceError
    assert (str(error), error.epoch, error.batch, error.layer) == (
        str(expected), expected.epoch, expected.batch, expected.layer,
    )  # fmt: skip
    assert error.history == expected.history
    assert [run.result().epochs for run in (runs[0], runs[2])] == [50, 50]


def test_a_copy_of_a_net_shares_no_memory_with_it():
    for net in (trained(), trained(3)):
        for copied in (copy.copy(net), copy.deepcopy(net), net.copy()):
            before = net.parameters.copy()
            copied.fit(X, LABELS)
            np.testing.assert_array_equal(net.parameters, before)
            assert np.shares_memory(copied.weights[0], copied.parameters)


def test_a_copy_of_an_optimizer_shares_no_moments_with_it():
    optimizer = stepped(Adam(0.1))
    before = {name: np.array(moment) for name, moment in optimizer.state.items()}
    for copied in (copy.copy(optimizer), copy.deepcopy(optimizer), optimizer.subset(slice(0, 3))):
        stepped(copied)
        for name, moment in before.items():
            np.testing.assert_array_equal(optimizer.state[name], moment)


@pytest.mark.parametrize("function", public(inspect.isfunction), ids=lambda f: f"{f.__module__}.{f.__qualname__}")
def test_a_function_is_itself_after_a_trip_to_another_process(function):
    assert pickle.loads(pickle.dumps(function)) is function
    assert copy.deepcopy(function) is function


def test_values_with_arrays_are_compared_element_by_element():
    assert same({"a": (np.array([1, np.nan]), [2])}, {"a": (np.array([1, np.nan]), [2])})
    assert same(np.nan, np.nan)
    for other in (np.array([1.0, 3.0]), np.array([1.0, 2.0], "float32"), np.ones((1, 2)), [1.0, 2.0], np.ones(3)):
        assert not same(np.array([1.0, 2.0]), other)
    assert not same({"a": 1}, {"b": 1})
    assert not same((1, 2), [1, 2])
    assert not same((1, 2), (1, 2, 3))
    assert not same({"a": 1}, 1)


def test_results_are_equal_if_their_numbers_are():
    assert fitted(trained()) == fitted(trained())
    assert fitted(trained()) != fitted(trained(3))
    assert experiments.one_weight() == experiments.one_weight()
    assert experiments.one_weight() != experiments.one_weight(start=4)
    assert experiments.one_weight() != 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(experiments.one_weight())


def test_losses_are_equal_if_their_classes_are():
    logits = losses.CategoricalCrossentropy(from_logits=True)
    assert losses.MeanSquaredError() == losses.MeanSquaredError()
    assert len({losses.MeanSquaredError(), losses.MeanSquaredError(), logits}) == 2
    assert losses.CategoricalCrossentropy() != logits
