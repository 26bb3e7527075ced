"""What a model file holds, in the terminal."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from npnet._text import printable
from npnet.ensemble import Ensemble
from npnet.language import ENGLISH, Language, Message, separated
from npnet.network import MLP
from npnet.saving import by_name, container, models

KINDS = {"MLP": MLP, "Ensemble": Ensemble}
PARTS = ("net", "optimizer", "training", "versions", "preparation", "form")
"""What is shown of a file; parts of other names are named."""
MOST = 30
"""Of more classes than these, the others are counted."""


def show(path: Path, console: Console, say: Language = ENGLISH) -> None:
    """Print a file's net, its optimizer, and the training that a checkpoint goes on with.

    Raises
    ------
    OSError, ValueError
        As of `npnet.saving.read`; nothing is printed then.
    """
    settings, arrays = container.read(path)
    with models.naming(path):
        given = models.field(settings, "net", dict, "a net")
        kind = KINDS.get(models.field(given, "kind", str, " or ".join(KINDS)), MLP)
        net: Any = models.net_made(kind, settings, arrays)
        facts = _of_net(net) + _of_optimizer(settings, arrays) + _of_training(settings, arrays)
        facts += _of_preparation(settings, net)
    others = sorted(settings.keys() - set(PARTS))
    if others:
        facts.append((Message("other parts"), separated(map(_shown, others))))
    console.print(Text(say(_head(path, settings, kind.__name__))))
    console.print(_layers(net, say))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in facts:
        grid.add_row(Text(say(name), style="bold"), Text(say(value)))
    console.print(grid)


def _head(path: Path, settings: dict[str, Any], kind: str) -> str:
    versions = settings.get("versions")
    found = versions if isinstance(versions, dict) else {}
    return Message(
        "{file}: {kind}, written by npnet {npnet} with NumPy {numpy}", file=_shown(path.name), kind=kind,
        npnet=_shown(found.get("npnet")), numpy=_shown(found.get("numpy")),
    )  # fmt: skip


def _shown(value: Any) -> str:
    """Return a text of the file, which may be anything."""
    return printable(f"{value!s:.60}")


def _layers(net: Any, say: Language) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in (Message("layer"), Message("shape"), Message("activation"), Message("parameters")):
        right = name in ("layer", "parameters")
        table.add_column(say(name), justify="right" if right else "left", overflow="fold")
    for layer, ((features, units), function, bias) in enumerate(
        zip(pairwise(net.widths), net.activations, net.use_bias)
    ):
        table.add_row(str(layer + 1), f"{features} → {units}", repr(function), f"{(features + bias) * units:,}")
    table.add_row("", "", say(Message("all")), f"{len(net.parameters):,}")
    return table


Facts = list[tuple[str, str]]


def _of_net(net: Any) -> Facts:
    facts: Facts = [] if net.members is None else [(Message("members"), str(net.members))]
    facts += [(Message("dtype"), str(net.dtype)), (Message("loss"), repr(net.loss))]
    if net.regularizer is not None:
        facts.append((Message("regularizer"), repr(net.regularizer)))
    return facts


def _of_optimizer(settings: Any, arrays: Any) -> Facts:
    if settings.get("optimizer") is None:
        return []
    optimizer = models.optimizer_made(settings, arrays)
    steps = Message("{optimizer}, after {steps} steps", optimizer=repr(optimizer), steps=optimizer.iterations)
    return [(Message("optimizer"), steps)]


def _of_training(settings: Any, arrays: Any) -> Facts:
    training = settings.get("training")
    if training is None:
        return []
    epochs = models.number(training, "epochs", 0)
    goes_on = Message("a checkpoint after {epochs} epochs; fit(…, resume=…) goes on from it", epochs=epochs)
    ended = Message("a checkpoint after {epochs} epochs, with which the training ended", epochs=epochs)
    facts: Facts = [(Message("training"), ended if training.get("ended") is True else goes_on)]
    if epochs:
        columns = {
            name.removeprefix("history."): array for name, array in arrays.items() if name.startswith("history.")
        }
        last = [f"{_shown(name)} {array[-1]:.6g}" for name, array in columns.items() if array.shape == (epochs,)]
        facts += [(Message("last epoch"), ", ".join(last))] if last else []
    machine = training.get("machine")
    if isinstance(machine, dict):
        facts.append((Message("machine"), ", ".join(f"{_shown(name)} {_shown(machine[name])}" for name in machine)))
    given = training.get("given")
    if isinstance(given, dict):
        names = ("batch_size", "clipping", "callbacks")
        shown = [f"{name}={by_name.shown(given.get(name))}" for name in names if given.get(name)]
        facts.append((Message("settings"), printable(", ".join(shown))))
    return facts


def _of_preparation(settings: Any, net: Any) -> Facts:
    if "preparation" not in settings:
        return []
    # Here, as a net alone needs no reader of tables
    from npnet.tabular.model import Model
    from npnet.tabular.preparation import Preparation

    preparation = Model(net, Preparation.from_settings(settings["preparation"])).preparation
    facts: Facts = [(Message("columns"), separated(map(_of_column, preparation.features)))]
    assert preparation.target is not None
    facts.append((Message("target"), _of_column(preparation.target)))
    if preparation.classes is not None:
        facts.append((Message("classes"), _several(preparation.classes)))
    rules = [f"{name}={rule}" for name, rule in vars(preparation.rules).items() if rule != "refuse"]
    facts.append((Message("rules"), separated(rules) if rules else Message("what does not fit is refused")))
    return facts


def _of_column(feature: Any) -> str:
    kinds = {"number": Message("number"), "category": Message("category"), "truth": Message("truth value")}
    if feature.kind == "category":
        count = Message("{kind}, {count}", kind=kinds["category"], count=feature.width)
        return Message("{column} ({kind})", column=_shown(feature.name), kind=count)
    return Message("{column} ({kind})", column=_shown(feature.name), kind=kinds[feature.kind])


def _several(names: Any) -> str:
    """Return names, of very many the first."""
    shown = separated(map(_shown, names[:MOST]))
    return Message("{names}, and {count} more", names=shown, count=len(names) - MOST) if len(names) > MOST else shown
