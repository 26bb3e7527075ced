"""Which framework a model belongs to."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from inspect import isfunction
from pathlib import Path
from typing import Any

from npnet import MLP
from npnet.losses import Loss
from npnet.optimizers import Optimizer

from .adapter import Adapter

# The package whose classes models are made of, and the module here that has its `adapter`
MODULES = {
    "keras": "tensorflow.keras_adapter",
    "torch": "torch.adapter",
    "sklearn": "sklearn.adapter",
    "onnx": "onnx.adapter",
}
# The same for files, by what their names end with
FILES = {".keras": "tensorflow.keras_adapter", ".onnx": "onnx.adapter"}
# Loading one runs whatever code it holds
REFUSED = (".pkl", ".pickle", ".joblib", ".pt", ".pth")


def adapter(
    model: Any, net: MLP | None = None, loss: Loss | None = None, optimizer: Optimizer | None = None
) -> Adapter:
    """Return the adapter of a model, or of the model in a file.

    Each framework's module has a function of this name with these arguments.

    Parameters
    ----------
    model : object or path
        The model.
    net, loss, optimizer : MLP, Loss, Optimizer or None
        What the model, its loss and its optimizer are compared with, in place of what each is translated to: then
        nothing is refused that only the translation does not know, such as a function of the user's own.
    """
    # TensorFlow's start-up messages say nothing about the model
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return import_module(f"..{_module(model)}", __package__).adapter(model, net, loss, optimizer)


def package(value: Any) -> str | None:
    """Return the framework of an object's class, or of one that it is derived from; None if there is none."""
    return _package(type(value))


def _package(kind: type) -> str | None:
    packages = [base.__module__.partition(".")[0] for base in kind.__mro__]
    return next((name for name in packages if name in MODULES), None)


_ARGUMENTS = {"loss": "", "optimizer": "model.parameters()"}
"""What each argument that may be an object of PyTorch's is made with."""


def check_instance(argument: str, value: Any) -> None:
    """Refuse a class or a function of PyTorch's in the place of an object."""
    if isinstance(value, type) and _package(value) == "torch":
        made = f"{value.__name__}({_ARGUMENTS[argument]})"
        raise ValueError(f"{argument}: expected an instance, got the class {value.__name__}; did you mean {made}?")
    if isfunction(value) and value.__module__.partition(".")[0] == "torch":
        raise ValueError(
            f"{argument}: expected an instance of one of PyTorch's classes, as torch.nn.CrossEntropyLoss(), got the "
            f"function {value.__name__}"
        )


@contextmanager
def settings_of(argument: str) -> Iterator[None]:
    """Have errors name the argument that a framework's settings came in, where they name one of npnet's own."""
    try:
        yield
    except ValueError as error:
        if str(error).startswith(f"{argument}: "):
            raise
        raise ValueError(f"{argument}: expected settings that npnet has, but {error}") from error


def _module(model: Any) -> str:
    if isinstance(model, (str, Path)):
        ending = Path(model).suffix.lower()
        if ending in REFUSED:
            raise ValueError(
                f"model: expected a file whose loading runs no code, got a {ending} file, which may hold any; a model "
                "that was loaded in Python can be passed to reference.check"
            )
        if ending not in FILES:
            raise ValueError(f"model: expected a file that ends with {' or '.join(FILES)}, got {str(model)!r}")
        return FILES[ending]
    found = package(model)
    if found is not None:
        return MODULES[found]
    raise ValueError(f"model: expected one of {', '.join(MODULES)}, or the name of a file, got {type(model).__name__}")
