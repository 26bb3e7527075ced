"""scikit-learn's two optimizers: npnet's of the same rule, with the moments, and back to settings.

Once a model was fitted, ``partial_fit`` goes on with the settings of that optimizer, whatever ``set_params`` says
later. The optimizer is what the model keeps under the name ``_optimizer``; where there is none, the settings hold. A
float32 model's moments may be float64 there; here they have the weights' type.
"""

from typing import Any

import numpy as np

from npnet.optimizers import SGD, Adam, Momentum, Nesterov, Optimizer
from npnet.schedules import Constant

from ..checking.frameworks import settings_of


def from_sklearn(model: Any) -> Optimizer:
    """Return the optimizer that ``partial_fit`` goes on with, with its moments and count of steps."""
    theirs = vars(model).get("_optimizer", model)
    solver = model.solver
    if theirs is not model:
        solver = "adam" if hasattr(theirs, "ms") else "sgd"
    if solver == "lbfgs":
        raise ValueError("model: expected the solver adam or sgd, got lbfgs, which takes no single steps")
    if model.early_stopping:
        raise ValueError("model: expected early_stopping=False, without which partial_fit refuses to go on, got True")
    with settings_of("model"):
        return _adam(theirs, model.coefs_[0].dtype) if solver == "adam" else _sgd(model, theirs)


def _adam(theirs: Any, dtype: Any) -> Adam:
    made = Adam(theirs.learning_rate_init, theirs.beta_1, theirs.beta_2, theirs.epsilon)
    if getattr(theirs, "t", 0):
        made.iterations = theirs.t
        made.state["m"], made.state["V"] = _flat(theirs.ms, dtype), _flat(theirs.vs, dtype)
    return made


def _sgd(model: Any, theirs: Any) -> Optimizer:
    schedule = model.learning_rate if theirs is model else theirs.lr_schedule
    if schedule != "constant":
        raise ValueError(f"model: expected learning_rate='constant', got {schedule!r}, which changes it as it goes")
    if not theirs.momentum:
        return SGD(theirs.learning_rate_init)
    nesterov = theirs.nesterovs_momentum if theirs is model else theirs.nesterov
    made = (Nesterov if nesterov else Momentum)(theirs.learning_rate_init, theirs.momentum)
    if theirs is not model:
        made.state["v"] = _flat(theirs.velocities, model.coefs_[0].dtype)
    return made


def _flat(arrays: Any, dtype: Any) -> Any:
    """Return scikit-learn's arrays, all weights and then all biases, as one vector, laid out as a net's."""
    half = len(arrays) // 2
    return np.concatenate([array.ravel() for pair in zip(arrays[:half], arrays[half:]) for array in pair]).astype(dtype)


def to_sklearn(optimizer: Optimizer) -> dict[str, Any]:
    """Return the settings of a scikit-learn model whose steps are those of an optimizer without moments."""
    if not isinstance(optimizer.schedule, Constant) or optimizer.vectors():
        raise ValueError(f"optimizer: expected a constant learning rate, got {optimizer!r}")
    if optimizer.state:
        raise ValueError(
            "optimizer: expected one without moments, which scikit-learn takes in private attributes only, got one "
            f"after {optimizer.iterations} steps"
        )
    rate = {"learning_rate_init": optimizer.learning_rate}
    if type(optimizer) is SGD:
        return rate | {"solver": "sgd", "momentum": 0.0}
    if type(optimizer) in (Momentum, Nesterov) and optimizer.momentum:
        nesterov = type(optimizer) is Nesterov
        return rate | {"solver": "sgd", "momentum": optimizer.momentum, "nesterovs_momentum": nesterov}
    if type(optimizer) is Adam and optimizer.epsilon:
        numbers = {name: getattr(optimizer, name) for name in ("beta_1", "beta_2", "epsilon")}
        return rate | {"solver": "adam"} | numbers
    raise ValueError(
        f"optimizer: expected SGD with a momentum or without, or Adam with an epsilon above 0, got {optimizer!r}"
    )
