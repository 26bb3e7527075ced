"""A PyTorch model as the chain of its layers, which torch.fx proves; what is no chain is refused by name.

A traced graph shows each call of a forward pass. What it does not show is looked for first: hooks, parametrizations, a
forward method of an object's own; the contexts of a forward pass are looked for in `running`. A branch that it takes
by chance is seen as it fell when it was traced.
"""

import operator
from collections.abc import Callable
from typing import Any

import torch
from torch import fx, nn
from torch.nn import functional as F
from torch.nn.utils import parametrize

from . import activations

Maker = tuple[Callable[..., nn.Module], tuple[str, ...]]

_SLOPE, _DIM, _PLACE = ("negative_slope", "inplace"), ("dim",), ("inplace",)
# The module that each function is, and the names of its arguments after the input
_FUNCTIONS: dict[Any, Maker] = {
    torch.relu: (nn.ReLU, ()),
    F.relu: (nn.ReLU, _PLACE),
    torch.sigmoid: (nn.Sigmoid, ()),
    F.sigmoid: (nn.Sigmoid, ()),
    torch.tanh: (nn.Tanh, ()),
    F.tanh: (nn.Tanh, ()),
    F.leaky_relu: (nn.LeakyReLU, _SLOPE),
    F.elu: (nn.ELU, ("alpha", "inplace")),
    F.selu: (nn.SELU, _PLACE),
    torch.selu: (nn.SELU, ()),
    F.gelu: (nn.GELU, ("approximate",)),
    F.silu: (nn.SiLU, _PLACE),
    F.relu6: (nn.ReLU6, _PLACE),
    F.hardtanh: (nn.Hardtanh, ("min_val", "max_val", "inplace")),
    F.softplus: (nn.Softplus, ("beta", "threshold")),
    torch.softmax: (nn.Softmax, _DIM),
    F.softmax: (nn.Softmax, _DIM),
    torch.log_softmax: (nn.LogSoftmax, _DIM),
    F.log_softmax: (nn.LogSoftmax, _DIM),
    torch.flatten: (nn.Flatten, ("start_dim", "end_dim")),
}
_METHODS: dict[str, Maker] = {
    "relu": (nn.ReLU, ()),
    "sigmoid": (nn.Sigmoid, ()),
    "tanh": (nn.Tanh, ()),
    "softmax": (nn.Softmax, _DIM),
    "log_softmax": (nn.LogSoftmax, _DIM),
    "flatten": (nn.Flatten, ("start_dim", "end_dim")),
}
_DTYPES = (torch.float32, torch.float64)


class Rows(nn.Module):
    """A view of samples as rows of `width` numbers: the samples themselves, if they have as many.

    Parameters
    ----------
    width : int
        The numbers of each row.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the rows."""
        return x.reshape(-1, self.width)

    def extra_repr(self) -> str:
        """Return the width."""
        return str(self.width)


def chain(model: nn.Module) -> list[nn.Module]:
    """Return the modules that a model applies one after the other; functions are the modules that they equal.

    Parameters
    ----------
    model : torch.nn.Module
        A Sequential, with others inside of it or not, or any module whose forward pass is a chain.

    Raises
    ------
    ValueError
        If the model is no chain, or has what a chain of modules does not tell.
    """
    if not isinstance(model, nn.Module):
        raise ValueError(f"model: expected a torch.nn.Module, got {type(model).__name__}")
    for name, module in model.named_modules():
        _check_module(name, module)
    for name, _ in model.named_buffers():
        kind = type(model.get_submodule(name.rpartition(".")[0])).__name__
        raise ValueError(f"model: expected no buffers, which npnet does not have, got {name} of {kind}")
    _check_parameters(model)
    for module in model.modules():
        _check_layer(module)
    # Inside another one the model itself is one of the modules that are called
    whole = nn.Sequential(model)
    parts = [_part(whole, node) for node in _nodes(whole)]
    _check_all_used(model, parts)
    return parts


def _check_module(name: str, module: nn.Module) -> None:
    where = f"{type(module).__name__} {name}".strip()
    if parametrize.is_parametrized(module):
        raise ValueError(f"model: expected no parametrization, got one of {where}")
    for kind, hooks in vars(module).items():
        if hooks and kind.endswith("_hooks") and "state_dict" not in kind:
            found = ", ".join(type(hook).__name__ for hook in hooks.values())
            raise ValueError(f"model: expected no hooks, got {found} in {kind.strip('_')} of {where}")
    if "forward" in vars(module):
        raise ValueError(f"model: expected the forward method of its class, got another one of {where}")


def _check_layer(module: nn.Module) -> None:
    """Refuse one of torch.nn's layers that npnet does not have: a trace would name what is done with its result."""
    is_torchs = type(module).__module__.startswith("torch.nn.")
    if is_torchs and type(module) is not nn.Linear and list(module.parameters(recurse=False)):
        raise activations.unknown(module)


def _check_parameters(model: nn.Module) -> None:
    """Check what npnet needs of all parameters: one dtype, numbers in memory, trained as they are."""
    named = list(model.named_parameters())
    for name, parameter in named:
        got = None
        if not parameter.requires_grad:
            got = "requires_grad=False"
        elif parameter.layout is not torch.strided or parameter.is_meta:
            got = f"{parameter.layout} on {parameter.device}"
        elif parameter.dtype not in _DTYPES:
            got = f"{parameter.dtype}"
        elif parameter.dtype is not named[0][1].dtype:
            got = f"{named[0][1].dtype} and {parameter.dtype}"
        elif any(hooks for kind, hooks in _hooks_of(parameter)):
            got = "a hook on its gradient"
        if got:
            expected = "dense parameters that are trained, all float32 or all float64"
            raise ValueError(f"model: expected {expected}, got {got} of {name}")


def _hooks_of(parameter: nn.Parameter) -> list[tuple[str, Any]]:
    names = ("_backward_hooks", "_post_accumulate_grad_hooks")
    return [(name, getattr(parameter, name, None)) for name in names]


def _nodes(whole: nn.Module) -> list[fx.Node]:
    """Return the calls of a forward pass in their order, each on the result of the one before."""
    try:
        graph = fx.Tracer().trace(whole)
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ValueError(f"model: expected a chain that torch.fx can trace, but: {reason}") from error
    for node in graph.find_nodes(op="call_method", target="view") + graph.find_nodes(
        op="call_method", target="reshape"
    ):
        _flatten(graph, node)
    first, *calls, output = graph.nodes
    for before, node in zip([first, *calls], [*calls, output]):
        if node.args[:1] != (before,) or len(before.users) != 1 or len(node.all_input_nodes) != 1:
            if node.op == "get_attr":
                used = f"a use of {_called(node)} in {_owner(whole, node)}"
                raise ValueError(f"model: expected modules of torch.nn and calls of them, got {used}")
            raise ValueError(
                f"model: expected a chain, each result the one input of the next call, got {_called(node)} of "
                f"{', '.join(map(_called, node.all_input_nodes)) or 'no input'}"
            )
    return calls


def _flatten(graph: fx.Graph, node: fx.Node) -> None:
    """Put a flatten in the place of a view whose first size is that of the batch, ``x.view(x.size(0), -1)``."""
    if len(node.args) != 3 or node.args[2] != -1 or not isinstance(node.args[1], fx.Node):
        return
    x, size = node.args[0], node.args[1]
    if (size.target, size.args) == (operator.getitem, (size.args[0], 0)):
        shape = size.args[0]
        is_batch = (shape.target, shape.args) in (("size", (x,)), (getattr, (x, "shape")))
    else:
        shape, is_batch = None, (size.target, size.args) == ("size", (x, 0))
    if not is_batch:
        return
    with graph.inserting_before(node):
        node.replace_all_uses_with(graph.call_method("flatten", (x, 1)))
    graph.erase_node(node)
    for unused in (size, shape):
        if unused is not None and not unused.users:
            graph.erase_node(unused)


def _owner(whole: nn.Module, node: fx.Node) -> str:
    """Return the kind of the module that has a parameter, and its name if it is inside of the model."""
    name = str(node.target).rpartition(".")[0]
    return f"{type(whole.get_submodule(name)).__name__} {name.removeprefix('0').removeprefix('.')}".rstrip()


def _called(node: fx.Node) -> str:
    if node.op == "call_function":
        return getattr(node.target, "__name__", repr(node.target))
    return {"placeholder": "the input", "output": "the output"}.get(node.op, str(node.target).removeprefix("0."))


def _part(whole: nn.Module, node: fx.Node) -> nn.Module:
    """Return the module that a call is one of."""
    if node.op == "call_module":
        if len(node.args) + len(node.kwargs) == 1:
            return whole.get_submodule(str(node.target))
        raise ValueError(f"model: expected calls of the input alone, got {_called(node)} of {node.args, node.kwargs}")
    options = dict(node.kwargs)
    target = node.target
    if target in ("view", "reshape") and node.args[1:2] == (-1,) and len(node.args) == 3 and not options:
        return Rows(node.args[2])
    if target is F.dropout:
        names: tuple[str, ...] = ("p", "training", "inplace")
        options = {"p": 0.5, "training": True} | dict(zip(names, node.args[1:])) | options
        return nn.Dropout(options["p"]).train(bool(options["training"]))
    make, names = (_METHODS if node.op == "call_method" else _FUNCTIONS).get(target, (None, ()))
    options = dict(zip(names, node.args[1:])) | options
    # What functions have beside a module's own: another dtype, a level of warnings
    options.pop("_stacklevel", None)
    if options.get("dtype", 0) is None:
        del options["dtype"]
    if make is None or not options.keys() <= set(names) or len(node.args) > 1 + len(names):
        raise ValueError(f"model: expected Linear and activations, got {_called(node)} of {(*node.args[1:], options)}")
    if make is nn.Flatten:
        # A function's default is another one than the module's
        options = {"start_dim": 0} | options
    return make(**options)


def _check_all_used(model: nn.Module, parts: list[nn.Module]) -> None:
    used: set[int] = set()
    for part in parts:
        own = {id(parameter) for parameter in part.parameters()}
        if own & used:
            raise ValueError(f"model: expected parameters of one layer each, got {part!r} which shares some")
        used |= own
    for name, parameter in model.named_parameters():
        if id(parameter) not in used:
            raise ValueError(f"model: expected no parameters beside those of its layers, got {name}")
