"""scikit-learn's MLPClassifier and MLPRegressor to npnet's nets and back.

scikit-learn's gradient is ``x.T @ (output - y) / batch`` for each kind of output. So it minimizes the categorical
cross-entropy, of several labels the sum of their binary ones, and of numbers the sum of their squared errors, halved:
with k outputs, k/2 times npnet's mean. Its penalty is ``alpha / 2 * sum(W**2) / batch``: that of a batch of another
size is another one.
"""

import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from npnet import MLP
from npnet.losses import BinaryCrossentropy, CategoricalCrossentropy, Loss, MeanSquaredError
from npnet.optimizers import Optimizer
from npnet.regularizers import L2

from ..bounds.multiples import Multiple
from . import optimizers

_ACTIVATIONS = {"identity": "identity", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu", "softmax": "softmax"}
_NAMES = {ours: theirs for theirs, ours in _ACTIVATIONS.items()}


def from_sklearn(model: Any, batch_size: int | None = None) -> Any:
    """Return a net with the layers, the weights and the loss of a fitted scikit-learn model.

    Parameters
    ----------
    model : MLPClassifier or MLPRegressor
        The fitted model. A net's labels are places in ``model.classes_``, ``numpy.searchsorted(model.classes_, y)``; of
        two classes its one output is the probability of the second.
    batch_size : int or None
        The number of samples of each batch of a training that goes on. If given, the optimizer is returned too, with
        its moments, and the net has the penalty of such batches, ``L2(alpha / batch_size)``. Without it, it has none.

    Returns
    -------
    MLP, or (MLP, Optimizer)
        The net; where a batch's size is given, with what ``partial_fit`` goes on with.

    Examples
    --------
    >>> model = MLPRegressor(hidden_layer_sizes=(3,), solver="sgd", momentum=0, alpha=0.5, random_state=0)
    >>> model = model.partial_fit([[0.0, 1.0], [1.0, 0.0]], [1.0, 2.0])
    >>> net, optimizer = from_sklearn(model, batch_size=2)
    >>> net.loss, net.regularizer, optimizer
    (Multiple(0.5, MeanSquaredError()), L2(0.25), SGD(0.001))
    """
    if type(model) not in (MLPClassifier, MLPRegressor):
        raise ValueError(
            f"model: expected an MLPClassifier or an MLPRegressor, got {type(model).__name__}; of a pipeline it is the "
            "last step, of a search the best_estimator_"
        )
    if not hasattr(model, "coefs_"):
        raise ValueError("model: expected a fitted one, got one without weights")
    if model.out_activation_ not in _ACTIVATIONS:
        raise ValueError(f"model: expected a loss that npnet has, got {model.loss!r}")
    dtypes = {array.dtype for array in (*model.coefs_, *model.intercepts_)}
    if len(dtypes) > 1:
        raise ValueError(f"model: expected weights of one dtype, got {' and '.join(sorted(map(str, dtypes)))}")
    widths = [model.coefs_[0].shape[0], *(W.shape[1] for W in model.coefs_)]
    net = MLP(
        widths, _ACTIVATIONS[model.activation], _ACTIVATIONS[model.out_activation_], dtypes.pop(),
        kernel_initializer="zeros",
    )  # fmt: skip
    net.weights, net.biases = model.coefs_, model.intercepts_
    net.loss = minimized(net)
    if batch_size is None:
        return net
    if isinstance(batch_size, bool) or not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
        raise ValueError(f"batch_size: expected a whole number of at least 1, got {batch_size!r}")
    if model.alpha:
        net.regularizer = L2(model.alpha / batch_size)
    return net, optimizers.from_sklearn(model)


def minimized(net: MLP) -> Loss:
    """Return the loss that scikit-learn minimizes for outputs like a net's."""
    kind, units = net.activations[-1].name, net.widths[-1]
    if kind == "softmax":
        return CategoricalCrossentropy()
    loss, factor = (BinaryCrossentropy(), units) if kind == "sigmoid" else (MeanSquaredError(), units / 2)
    return loss if factor == 1 else Multiple(factor, loss)


def to_sklearn(net: MLP, optimizer: Optimizer | None = None, batch_size: int | None = None, classes: Any = None) -> Any:
    """Return a scikit-learn model with the net's layers and weights.

    Parameters
    ----------
    net : MLP
        The net, float32 or float64. All hidden layers have one activation.
    optimizer : Optimizer or None
        If given, what ``partial_fit`` trains with: one without moments, which only private attributes could carry. The
        net must have the loss that scikit-learn minimizes, `minimized`, and no penalty but one L2 of all layers.
    batch_size : int or None
        The number of samples of each batch, which scikit-learn's penalty needs.
    classes : array_like or None
        The classes, sorted, in the order of the outputs; the numbers from 0 on by default.

    Returns
    -------
    MLPClassifier or MLPRegressor
        The model: a classifier of classes where the output is a softmax or one sigmoid, of several labels where it is
        several sigmoids, else a regressor. ``fit`` begins anew, as always; ``partial_fit`` goes on.

    Notes
    -----
    Weights can be given to a fitted model only. It is fitted by L-BFGS, which leaves nothing behind but weights.
    """
    _check_net(net)
    hidden = {activation.name for activation in net.activations[:-1]} or {"relu"}
    settings: dict[str, Any] = {
        "hidden_layer_sizes": net.widths[1:-1],
        "activation": _NAMES[hidden.pop()],
        "alpha": 0.0,
    }
    kind = MLPRegressor if net.activations[-1].name == "identity" else MLPClassifier
    model = kind(**settings, solver="lbfgs", max_iter=1, random_state=0)
    y = _examples(net, classes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(np.zeros((len(y), net.widths[0]), net.dtype), y)
    model.coefs_ = [W.copy() for W in net.weights]
    model.intercepts_ = [b.copy() for b in net.biases]
    # What fitting by steps expects of an earlier fit
    model.loss_curve_, model.best_loss_ = [], np.inf
    settings = {"max_iter": 200} if optimizer is None else _training(net, optimizer, batch_size)
    return model.set_params(**settings)


def _check_net(net: MLP) -> None:
    if net.members is not None or net.dtype not in (np.float32, np.float64):
        raise ValueError(f"net: expected one of float32 or float64, got {net!r}")
    names = [activation.name for activation in net.activations]
    if len(set(names[:-1])) > 1 or not set(names[:-1]) <= {"identity", "sigmoid", "tanh", "relu"}:
        raise ValueError(f"net: expected one of scikit-learn's activations for all hidden layers, got {names[:-1]}")
    if names[-1] not in ("identity", "sigmoid", "softmax") or (names[-1] == "softmax" and net.widths[-1] == 2):
        raise ValueError(
            f"net: expected an identity, a softmax of at least 3 classes or sigmoids as its output, got {names[-1]} of "
            f"{net.widths[-1]}"
        )
    if any(b is None for b in net.biases):
        raise ValueError("net: expected layers with biases, which scikit-learn always has, got one without")


def _examples(net: MLP, classes: Any) -> Any:
    """Return labels of which scikit-learn tells the kind of output."""
    kind, units = net.activations[-1].name, net.widths[-1]
    if kind == "identity" or (kind == "sigmoid" and units > 1):
        if classes is not None:
            raise ValueError(f"classes: expected None for an output of {kind}s, got {classes!r}")
        return np.eye(2, units, dtype=int)[:, : units if units > 1 else None].squeeze()
    count = max(units, 2)
    given = np.arange(count) if classes is None else np.asarray(classes)
    if given.shape != (count,) or not np.array_equal(np.unique(given), given):
        raise ValueError(f"classes: expected {count} different ones, sorted, got {classes!r}")
    return given


def _training(net: MLP, optimizer: Optimizer, batch_size: int | None) -> dict[str, Any]:
    """Return the settings with which scikit-learn trains as npnet would."""
    if net.loss != minimized(net):
        raise ValueError(f"net: expected the loss that scikit-learn minimizes, {minimized(net)!r}, got {net.loss!r}")
    settings = {"max_iter": 200} | optimizers.to_sklearn(optimizer)
    if net.regularizer is not None:
        if type(net.regularizer) is not L2:
            raise ValueError(f"net: expected one L2 penalty for all layers, got {net.regularizer!r}")
        if batch_size is None:
            raise ValueError(
                "batch_size: expected the samples of a batch, which scikit-learn divides alpha by, got None"
            )
        settings["alpha"] = net.regularizer.strength * batch_size
    return settings if batch_size is None else settings | {"batch_size": batch_size}
