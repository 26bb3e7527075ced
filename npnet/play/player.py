"""What the page's messages do: a run, whether it plays, and the answers; one thread at a time calls it.

A message is an object whose ``do`` is one of:

==========================================  ==========================================================================
``set`` changes, ``link`` link              change fields of `State`, or restore all of them
``play``, ``pause``, ``restart``            train at the speed, stop, begin again
``epoch``, ``batch``                        train on what is left of this epoch, or on the next batch
``speed`` epochs_per_second                 0 is as fast as it goes
``point`` x, y, label; ``erase`` x, y       set a point, or take away those around a place
``weight`` layer, row, column, value, net   set a weight; the row behind the last input is the bias
``apart`` batch, net                        take one step apart
``script``, ``model``, ``walk`` number      the script, a model file, the state of a walk
==========================================  ==========================================================================

Answers have a ``kind``: ``hello``, ``state``, ``data`` and ``frame`` show what there is, ``refused`` names the field
that does not fit, ``diverged`` says why the training has ended, and ``apart``, ``script`` and ``model`` are what was
asked for.
"""

from __future__ import annotations

import base64
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from npnet._checks import integer, number
from npnet.engine.errors import NotFiniteError
from npnet.language import ENGLISH, Language
from npnet.optimizers import Optimizer
from npnet.play import apart, script
from npnet.play.choices import State, at_most, one_of, options
from npnet.play.data import columns_of, numbers_of
from npnet.play.run import PIECE, Edit, Run
from npnet.play.snapshot import Views
from npnet.play.walks import WALKS
from npnet.study import highlighting

ERASER = 0.3
"""How far from where one erases a point may be, in units of the plane."""
HEAVIEST = 1000.0
"""The largest weight that may be set by hand."""
BEHIND = 0.1
"""Seconds that a training which falls behind its speed may catch up with."""
FIRST = 8
"""Batches that are trained at once at first; then more or fewer, as long as they take."""
PATIENCE = 0.01
"""Seconds after which messages are looked for, about."""
FASTEST = 1000.0
"""The most epochs in a second that may be asked for; 0 is as many as there can be."""


Action = Callable[[Mapping[str, Any]], "list[Reply]"]


class Reply(NamedTuple):
    """A message, and whether all tabs get it or the one that asked."""

    message: Mapping[str, Any]
    to_all: bool


class Player:
    """A run that messages change.

    Parameters
    ----------
    file : str, path or None
        The file of ``--data``, with which it begins.
    say : Language
        The language of the texts.
    study : path or None
        The folder of the study's page, to which lines link if it is there.
    """

    def __init__(self, file: str | Path | None = None, say: Language = ENGLISH, study: Path | None = None) -> None:
        self.file, self.say, self.study = file, say, study
        self.playing, self.speed, self._owed, self._frames = False, 30.0, 0.0, 0
        self._finishing = False
        """Whether an epoch that was asked for by itself has yet to come to its end."""
        self._start(State() if file is None else State(data="file"))
        self._actions: dict[str, Action] = {
            "set": lambda given: self._set(self.run.state.changed(given.get("changes"))),
            "link": lambda given: self._set(State.from_link(given.get("link"))),
            "play": self._play, "pause": self._pause, "restart": self._restart, "epoch": self._epoch,
            "batch": self._batch, "speed": self._speed, "point": self._point, "erase": self._erase,
            "weight": self._weight, "script": self._script, "model": self._model, "walk": self._walk,
        }  # fmt: skip

    def _start(self, state: State) -> None:
        run = Run(state, self.file)
        self.run, self.views, self.changed, self._finishing = run, Views(run), True, False
        self._piece = FIRST

    def hello(self, say: Language = ENGLISH) -> list[Reply]:
        """Return what a tab is told when it opens, in its language."""
        walks = [
            {"title": say(walk.title), "sentences": [*map(say, walk.sentences)], "question": say(walk.question)}
            for walk in WALKS
        ]
        offered = options() | {"walks": walks}
        if self.file is not None:
            offered["columns"]["file"] = list(numbers_of(self.file))
            offered["targets"] = list(columns_of(self.file))
        hello = {"kind": "hello", "version": 1, "language": say.tag, "options": offered,
                 "file": None if self.file is None else Path(self.file).name}  # fmt: skip
        return [Reply(message, False) for message in (hello, self._state(True), self.views.data())]

    def do(self, given: Any, say: Language = ENGLISH) -> list[Reply]:
        """Do what a message asks for, and return the answers; what does not fit is refused, and changes nothing."""
        try:
            if not isinstance(given, Mapping):
                raise ValueError(f"message: expected an object, got {given!r:.60}")
            name = one_of("do", given.get("do"), [*self._actions, "apart"])
            return self._apart(given, say) if name == "apart" else self._actions[name](given)
        except (ValueError, NotFiniteError, OSError) as error:
            field = str(error).partition(":")[0]
            return [Reply({"kind": "refused", "message": str(error), "fields": [field]}, False)]

    def has_study(self, say: Language) -> bool:
        """Return whether the study's page is there in a language."""
        return self.study is not None and (self.study / say.page).is_file()

    @property
    def due(self) -> bool:
        """Whether there is something to train now."""
        return self._finishing or (self.playing and (self._owed >= 1 or not self.speed))

    def tick(self, elapsed: float) -> list[Reply]:
        """Train some batches if the seconds since the last call make them due, and return what all are told of it."""
        if self.playing:
            self._owed = min(self._owed + elapsed * self.speed, max(1.0, BEHIND * self.speed))
        return self._advance() if self.due else []

    def _advance(self) -> list[Reply]:
        """Train on some batches, as many as take no long time."""
        epoch, start = self.run.epochs, time.perf_counter()
        self.run.advance(self._piece)
        taken = time.perf_counter() - start
        self._piece = max(1, self._piece // 2) if taken > PATIENCE else min(PIECE, 2 * self._piece)
        if self.run.epochs > epoch:
            self._owed, self._finishing = self._owed - 1, False
        return self._trained()

    def frame(self) -> dict[str, Any]:
        """Return the next frame."""
        self._frames += 1
        self.changed = False
        return self.views.frame() | {"frame": self._frames, "playing": self.playing, "speed": self.speed}

    def _state(self, restarted: bool) -> dict[str, Any]:
        state = self.run.state
        changed = "restart" if restarted else "live"
        return {"kind": "state", "state": state.json(), "link": state.link(), "changed": changed}

    def _set(self, state: State) -> list[Reply]:
        if self.run.state.restarts(state) or self.run.stopped:
            return self._begin(state)
        self.run.adjust(state)
        self.changed = True
        return [Reply(self._state(False), True)]

    def _begin(self, state: State) -> list[Reply]:
        """Start with first weights, and return what all are told of it."""
        self._start(state)
        return [Reply(self._state(True), True), Reply(self.views.data(), True)]

    def _walk(self, given: Mapping[str, Any]) -> list[Reply]:
        place = integer("number", given.get("number"), 0)
        if place >= len(WALKS):
            raise ValueError(f"number: expected one under {len(WALKS)}, got {place}")
        self.playing = False
        # From its first weights, though what was chosen may differ in nothing or in the rate alone
        return self._begin(WALKS[place].state)

    def _play(self, _: Mapping[str, Any]) -> list[Reply]:
        self.playing, self._owed, self._finishing = True, 1.0, False
        return self._trained()

    def _pause(self, _: Mapping[str, Any]) -> list[Reply]:
        self.playing, self._finishing, self.changed = False, False, True
        return []

    def _restart(self, _: Mapping[str, Any]) -> list[Reply]:
        return self._begin(self.run.state)

    def _epoch(self, _: Mapping[str, Any]) -> list[Reply]:
        self.playing, self._finishing = False, True
        return self._trained()

    def _batch(self, _: Mapping[str, Any]) -> list[Reply]:
        self.playing = self._finishing = False
        self.run.batch()
        return self._trained()

    def _trained(self) -> list[Reply]:
        """Return why the training has ended, if it has."""
        self.changed, stopped = True, self.run.stopped
        self.playing, self._finishing = self.playing and not stopped, self._finishing and not stopped
        return [Reply({"kind": "diverged", "message": stopped}, True)] if stopped else []

    def _speed(self, given: Mapping[str, Any]) -> list[Reply]:
        speed = number("epochs_per_second", given.get("epochs_per_second"), low=0)
        self.speed, self._owed, self.changed = at_most("epochs_per_second", speed, FASTEST), 0.0, True
        return []

    def _weight(self, given: Mapping[str, Any]) -> list[Reply]:
        value = at_most("value", number("value", given.get("value"), low=-HEAVIEST), HEAVIEST)
        layer, row, column, net = (given.get(name, 0) for name in ("layer", "row", "column", "net"))
        self.run.set_weight(Edit(net, layer, row, column, value))
        self.changed = True
        return []

    def _clicked(self) -> list[tuple[float, float, int]]:
        """Return all points as if they had been clicked."""
        state, points = self.run.state, self.run.points
        if state.data == "points":
            return list(state.points)
        if not points.classes:
            raise ValueError(f"data: expected one with classes for points to be set in, got {state.data!r}")
        both = ((points.plane_train, points.y_train), (points.plane_test, points.y_test))
        return [(x, y, k) for plane, labels in both for (x, y), k in zip(plane.tolist(), labels.tolist())]

    def _point(self, given: Mapping[str, Any]) -> list[Reply]:
        added = [given.get("x"), given.get("y"), given.get("label")]
        return self._set(self.run.state.changed({"data": "points", "points": [*self._clicked(), added]}))

    def _erase(self, given: Mapping[str, Any]) -> list[Reply]:
        x, y = number("x", given.get("x")), number("y", given.get("y"))
        radius = number("radius", given.get("radius", ERASER), low=0)
        points = self._clicked()
        left = [point for point in points if (point[0] - x) ** 2 + (point[1] - y) ** 2 > radius**2]
        if len(left) == len(points):
            return []
        return self._set(self.run.state.changed({"data": "points", "points": left}))

    def _apart(self, given: Mapping[str, Any], say: Language) -> list[Reply]:
        batch, net = given.get("batch", 0), given.get("net", 0)
        found = apart.entries(self.run, batch, net, say)
        for entry in found:
            name = entry["derivation"]
            entry["derivation"] = f"study/{say.page}#derivation-{name}" if name and self.has_study(say) else name
        return [Reply({"kind": "apart", "batch": batch, "net": net, "entries": found}, False)]

    def _script(self, _: Mapping[str, Any]) -> list[Reply]:
        text = script.text(self.run)
        return [Reply({"kind": "script", "text": text, "code": highlighting.python(text)}, False)]

    def _model(self, _: Mapping[str, Any]) -> list[Reply]:
        learner = self.run.learners[0]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "net.safetensors"
            # A file knows an optimizer by its name in npnet, which that of a claim has not
            known = type(learner.optimizer).__module__ == Optimizer.__module__
            learner.net.save(file, learner.optimizer if known else None)
            content = base64.b64encode(file.read_bytes()).decode()
        return [Reply({"kind": "model", "base64": content, "name": file.name}, False)]
