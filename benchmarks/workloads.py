"""The list of benchmarks: a name, cases, and who takes part."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.cases import Case, Formula, Members, Prediction, Training
from npnet import activations, losses
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp
from npnet.regularizers import L2

# Small enough that it makes no difference to a loss where epsilon stands: npnet and TensorFlow have it inside RMSProp's
# and Adagrad's root, torch beside it; torch's Adam has it beside the corrected root, and the notes have none at all.
EPSILON = 1e-12

TRAINERS = (
    "npnet", "tf eager", "tf function", "tf xla step", "tf xla loop", "keras fit", "torch", "jax", "scikit-learn",
)  # fmt: skip
FLOOR = "matrix products"
DOTS = Training(
    "2-11-1, batch 32", (2, 11, 1), "relu", "identity", "mse", SGD(0.005), 800, "dots", regularizer=L2(0.03)
)
# 80 samples with random labels, of 10 steps an epoch: all fitted by the time of the late steps, when the gradients of
# one parameter in four are exactly 0, and have been for so long in one of seven that its moments are subnormal
CONVERGED = Training(
    "256-256-256-10, batch 8", (256, 256, 256, 10), "relu", "softmax", "categorical_crossentropy",
    Adam(0.001, epsilon=EPSILON), 180, batch_size=8, batches=10, stretches=(range(10, 40), range(150, 180)),
)  # fmt: skip


@dataclass(frozen=True)
class Benchmark:
    """A benchmark: one table."""

    name: str
    title: str
    cases: tuple[Case, ...]
    contestants: tuple[str, ...] = TRAINERS
    quick: int | None = None
    """How many of its cases ``--quick`` runs; None for all, 0 for none."""
    axis: str = ""
    """The number that the cases differ in, for the horizontal axis of a plot; empty if there is none."""
    starts: int = 1
    """How many fresh processes its times from a cold process are the median of."""


def optimizers() -> Iterator[tuple[str, Optimizer]]:
    """Yield the notes' five, with rates that train the irises."""
    yield "SGD", SGD(0.1)
    yield "SGDM", SGDM(0.1)
    yield "Adagrad", Adagrad(0.1, epsilon=EPSILON)
    yield "RMSProp", RMSProp(0.01, epsilon=EPSILON)
    yield "Adam", Adam(0.1, epsilon=EPSILON)


def benchmarks() -> list[Benchmark]:
    """Return all benchmarks, in the order in which they run."""
    return [*_runs(), _predictions(), *_members(), *_scaling(), *_formulas()]


def _runs() -> Iterator[Benchmark]:
    for name, optimizer in optimizers():
        case = Training("4-3, batch 32", (4, 3), "relu", "softmax", "mse", optimizer, 500, "iris")
        title = f"The notes' iris run with {name}: 500 epochs of 4 steps, a test pass after each"
        quick, starts = (None, 3) if name == "SGD" else (0, 1)
        yield Benchmark(f"iris-{name.lower()}", title, (case,), quick=quick, starts=starts)
    dots = "The notes' run on the dots with L2(0.03): 800 epochs of 10 steps"
    yield Benchmark("dots-l2", dots, (DOTS,), quick=0)
    digits = Training(
        "64-64-64-10, batch 32", (64, 64, 64, 10), "relu", "softmax", "categorical_crossentropy", _adam(), 20, "digits"
    )
    yield Benchmark("digits", "64-64-64-10 on the digits with Adam: steps of 32", (digits,), quick=0)
    for batch in (32, 128, 1024):
        title = f"784-512-512-10 with Adam, batch {batch}, synthetic inputs"
        case = _synthetic(f"batch {batch}", (784, 512, 512, 10), batch)
        yield Benchmark(f"large-{batch}", title, (case,), (*TRAINERS, FLOOR), quick=None if batch == 128 else 0)

    yield Benchmark(
        "converged",
        "256-256-256-10 with Adam once training has converged: steps 1500 to 1800 beside steps 100 to 400 of that run",
        (CONVERGED,),
        ("npnet", "tf function", "tf xla step", "torch", "jax", "scikit-learn"),
        quick=0,
    )


def _adam() -> Adam:
    return Adam(0.001, epsilon=EPSILON)


def _synthetic(label: str, widths: tuple[int, ...], batch: int, optimizer: Optimizer | None = None) -> Training:
    optimizer = optimizer or _adam()
    return Training(label, widths, "relu", "softmax", "categorical_crossentropy", optimizer, 100, batch_size=batch)


def _predictions() -> Benchmark:
    cases = [
        Prediction(f"{'-'.join(map(str, widths))}, batch {batch}", widths, batch)
        for widths in ((4, 3), (784, 512, 512, 10))
        for batch in (1, 128)
    ]
    contestants = ("npnet", "keras call", "tf function", "tf xla step", "torch", "jax", "scikit-learn")
    return Benchmark("predict", "The outputs for one batch, from array to array", tuple(cases), contestants)


def _members() -> Iterator[Benchmark]:
    contestants = ("npnet", "one by one", "jax", "tf xla loop")
    cases = tuple(Members(f"{members} nets", members) for members in (1, 10, 100, 1000))
    title = "Iris nets from many initial weights, SGD: one step of all of them"
    yield Benchmark("ensembles", title, cases, contestants, quick=3, axis="nets")
    cases = tuple(Members(f"{members} nets", members, DOTS) for members in (100, 1000))
    title = "2-11-1 nets on the dots, ReLU, L2: one step of all of them"
    yield Benchmark("ensembles-dots", title, cases, contestants, quick=0)
    digits = Training("64-64-10", (64, 64, 10), "relu", "softmax", "categorical_crossentropy", SGD(0.1), 20, "digits")
    title = "20 nets 64-64-10 on the digits, SGD: one step of all of them"
    yield Benchmark("ensembles-digits", title, (Members("20 nets", 20, digits),), contestants, quick=0)


def _scaling() -> Iterator[Benchmark]:
    contestants = ("npnet", "tf xla step", "torch", "jax", FLOOR)
    title = "One step of {} against the {}"
    batch = tuple(_synthetic(str(n), (256, 256, 256, 10), n) for n in (8, 32, 128, 512, 2048))
    yield Benchmark(
        "scaling-batch", title.format("Adam", "batch size (256-256-256-10)"), batch, contestants, 3, "batch size"
    )
    width = tuple(_synthetic(str(n), (n, n, n, 10), 64) for n in (16, 64, 256, 1024))
    yield Benchmark(
        "scaling-width", title.format("Adam", "width (two hidden layers, batch 64)"), width, contestants, 3, "width"
    )
    # In 16 layers a gradient can be all rounding, which Adam would make a whole step
    depth = tuple(_synthetic(str(n), (128, *[128] * n, 10), 64, SGD(0.01)) for n in (1, 2, 4, 8, 16))
    yield Benchmark(
        "scaling-depth",
        title.format("SGD", "hidden layers (of 128 units, batch 64)"),
        depth,
        contestants,
        0,
        "hidden layers",
    )


def _formulas() -> Iterator[Benchmark]:
    contestants = ("npnet", "tf xla step", "torch", "jax")
    names = ("sigmoid", "tanh", "relu", "leaky_relu", "softmax")
    cases = [
        Formula(f"{name}: {kind}, {shape}", kind, activations.get(name), shape)
        for shape in ((32, 16), (128, 512))
        for name in names
        for kind in ("value", "value, then backward")
    ]
    yield Benchmark("activations", "Each activation alone", tuple(cases), contestants, 0)
    kinds = [losses.MeanSquaredError(), losses.CategoricalCrossentropy(from_logits=True)]
    kinds.append(losses.BinaryCrossentropy(from_logits=True))
    cases = [
        Formula(f"{type(loss).__name__}: {kind}, {shape}", kind, loss, shape)
        for shape in ((32, 10), (1024, 10))
        for loss in kinds
        for kind in ("value", "value and gradient")
    ]
    yield Benchmark("losses", "Each loss alone, on logits", tuple(cases), contestants, 0)
    cases = [
        Formula(f"{name}: {size} parameters", "step", optimizer, (size,))
        for size in (1000, 669_706)
        for name, optimizer in optimizers()
    ]
    yield Benchmark("optimizers", "A step of each optimizer alone", tuple(cases), contestants, 0)
