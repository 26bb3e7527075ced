"""The check of a model: whether it is the same function, with the same gradient and steps, as npnet's net."""

from collections.abc import Callable
from typing import Any

from npnet import MLP, losses, optimizers

from .adapter import Adapter
from .frameworks import adapter, check_instance, package
from .lines import lines
from .problem import problem
from .report import Report


def check(
    model: Any,
    x: Any = None,
    y: Any = None,
    loss: Any = None,
    optimizer: Any = None,
    steps: int = 50,
    seed: int = 0,
    against: MLP | None = None,
) -> Report:
    """Compare a model with npnet's net of the same weights, from the outputs of its first layer to its training.

    Parameters
    ----------
    model : object or path
        A Keras model, a chain of PyTorch's modules, a fitted ``MLPClassifier`` or ``MLPRegressor`` of scikit-learn, or
        the name of a ``.keras`` or ``.onnx`` file.
    x, y : array_like or None
        Samples, (samples, features), and labels; drawn at random where they are not given. Outputs, loss and gradients
        are compared on the first 32 of them.
    loss : str, Loss, torch.nn.Module or None
        The loss that the model should have; None is that of `against`, else npnet's counterpart of the model's own.
        PyTorch's models have none: theirs may be one of ``torch.nn``, and is by default the one of `against`. It is
        compared with that of `against`, unless that is the one which belongs to its output: then both have PyTorch's.
    optimizer : str, Optimizer, torch.optim.Optimizer or None
        The optimizer that it should have; None is npnet's counterpart of the model's own. PyTorch's models have none:
        theirs may be one of ``torch.optim``, of the model's parameters. Both sides then have its settings, which no net
        says otherwise: whether they are those that were meant, only the report's heading shows.
    steps : int
        How many steps are compared.
    seed : int
        The seed of all that is drawn at random.
    against : MLP or None
        The net that the model should be, such as one that it was ported from or to; None is the model's own layers as
        npnet has them, with its weights.

    Returns
    -------
    Report
        The lines that were compared; it is true if all agree.

    Raises
    ------
    ValueError
        If the model has something that npnet does not have: the error names it.
    """
    if not isinstance(steps, int) or steps < 1:
        raise ValueError(f"steps: expected a whole number >= 1, got {steps!r}")
    if against is not None and not isinstance(against, MLP):
        raise ValueError(f"against: expected an MLP, got {type(against).__name__}")
    theirs = adapter(
        model,
        against,
        _formula("loss", loss, losses.get),
        _formula("optimizer", optimizer, optimizers.get),
    )
    posed = problem(theirs, x, y, steps, seed)
    drawn = " and ".join(name for name, given in (("samples", x), ("labels", y)) if given is None)
    return Report(theirs.framework, repr(theirs.setting.net), _words(theirs, drawn, seed), list(lines(theirs, posed)))


def _formula(argument: str, value: Any, get: Callable[[Any], Any]) -> Any:
    """Return npnet's formula of that name; PyTorch's own loss or optimizer as it is, which its models do not hold."""
    if value is None or package(value) == "torch":
        return value
    check_instance(argument, value)
    return get(value)


def _words(theirs: Adapter, drawn: str, seed: int) -> str:
    setting = theirs.setting
    said = [repr(setting.loss), "no optimizer" if setting.optimizer is None else repr(setting.optimizer)]
    # Keras's optimizers clip themselves, npnet's do not: what both sides do is said
    said += [] if setting.clipping is None else [f"gradients clipped by {setting.clipping!r}"]
    return ", ".join(said) + (f"; random {drawn}, seed {seed}" if drawn else "")
