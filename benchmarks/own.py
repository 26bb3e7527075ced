"""A net of one's own as a benchmark: ``--net 784-128-10``, or a Keras file whose layers are taken over."""

import importlib.util
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.cases import Training
from benchmarks.contestants import entries
from benchmarks.workloads import EPSILON, TRAINERS, Benchmark
from npnet import optimizers
from npnet.optimizers import Optimizer
from npnet.registry import did_you_mean

# What every contestant has
HIDDEN = ("relu", "sigmoid", "tanh", "identity")
OUTPUTS = ("softmax", "sigmoid", "tanh", "identity")
OPTIMIZERS = ("sgd", "sgdm", "adagrad", "rmsprop", "adam")
LOSSES = {"softmax": ("categorical_crossentropy", "mse")}
MOST_PARAMETERS = 50_000_000


def benchmark(net: str, hidden: str, output: str, loss: str | None, rule: str, batch: int) -> Benchmark:
    """Return the benchmark of a net on synthetic data.

    Parameters
    ----------
    net : str
        The widths, such as ``"784-128-10"``, or the path of a ``.keras`` file, whose widths and activations are taken.
        Its weights are not: all contestants start from the same random ones, which take as long.
    hidden, output : str
        The activations, for widths alone.
    loss : str or None
        The loss; None is the cross-entropy after a softmax, else the mean squared error.
    rule : str
        The optimizer's name, with its default hyperparameters.
    batch : int
        The samples in a batch.
    """
    if net.endswith(".keras"):
        widths, hidden, output = _of_file(net)
    else:
        widths = _widths(net)
    known = LOSSES.get(output, ("mse",))
    if loss is not None and loss not in known:
        raise ValueError(f"--loss: after a {output}, expected {' or '.join(known)}, got {loss!r}")
    if output == "softmax" and widths[-1] < 2:
        raise ValueError("--output: softmax needs at least two units, use sigmoid or identity")
    if (size := sum((a + 1) * b for a, b in pairwise(widths))) > MOST_PARAMETERS:
        raise ValueError(f"--net: expected at most {MOST_PARAMETERS:,} parameters, got {size:,}")
    label = f"{'-'.join(map(str, widths))}, batch {batch}"
    case = Training(label, widths, hidden, output, loss or known[0], optimizer(rule), 100, batch_size=batch)
    title = f"{label}: {hidden}, {output}, {case.loss}, {type(case.optimizer).__name__}, synthetic data"
    return Benchmark("net", title, (case,), TRAINERS)


def optimizer(name: str) -> Optimizer:
    """Return the optimizer of that name, with so small an epsilon that its place makes no difference."""
    if name not in OPTIMIZERS:
        raise ValueError(f"--optimizer: expected one of {', '.join(OPTIMIZERS)}, got {name!r}")
    made = optimizers.get(name)
    if "epsilon" in made.table:
        made.epsilon = EPSILON
    return made


def contestants(text: str) -> tuple[str, ...]:
    """Return the names of a list with commas, npnet among them.

    Examples
    --------
    >>> contestants("tf function, jax")
    ('npnet', 'tf function', 'jax')
    """
    known = entries()
    names = [name for name in (part.strip() for part in text.split(",")) if name]
    for name in names:
        if name not in known:
            hint = did_you_mean(repr(name), map(repr, known))
            raise ValueError(f"--with: expected some of {', '.join(known)}, got {name!r}{hint}")
    return tuple(dict.fromkeys(["npnet", *names]))


def _widths(text: str) -> tuple[int, ...]:
    parts = text.split("-")
    if len(parts) < 2 or not all(part.isascii() and part.isdigit() and 0 < int(part) <= 10**6 for part in parts):
        raise ValueError(f"--net: expected widths such as 784-128-10, or a .keras file, got {text!r}")
    return tuple(map(int, parts))


def _of_file(path: str) -> tuple[tuple[int, ...], str, str]:
    """Return the widths and the activations of a Keras file."""
    if not Path(path).is_file():
        raise ValueError(f"--net: no such file: {path}")
    if importlib.util.find_spec("tensorflow") is None:
        raise ValueError("--net: a .keras file needs TensorFlow: pip install '.[bench]'")
    import keras

    from reference import from_keras

    try:
        net = from_keras(keras.saving.load_model(path, compile=False))
    except (ValueError, TypeError, OSError) as error:
        raise ValueError(f"--net: {path}: {str(error).splitlines()[0]}") from error
    names: Sequence[str] = [activation.name for activation in net.activations]
    hidden = set(names[:-1]) or {"relu"}
    if len(hidden) > 1 or not hidden <= set(HIDDEN) or names[-1] not in OUTPUTS:
        raise ValueError(
            f"--net: {path}: expected one of {', '.join(HIDDEN)} in all hidden layers, and one of "
            f"{', '.join(OUTPUTS)} at the end, got {', '.join(names)}"
        )
    return net.widths, hidden.pop(), names[-1]
