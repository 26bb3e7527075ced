"""A server of the page in this process, for the tests that talk to it."""

import asyncio
import json
import socket
import threading
from contextlib import contextmanager

import pytest
from websockets.sync.client import connect

from npnet.play.player import Player
from npnet.play.server import Play

PATIENCE = 20
"""Seconds after which a test gives up; none takes a tenth of it."""


class Served:
    """A server that runs in a thread of its own, until it is stopped."""

    def __init__(self, **options):
        self.player = Player(study=options.pop("study", None))
        self.play, self.error = Play(self.player, **options), None
        self._started, self._stop = threading.Event(), None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._started.wait(PATIENCE)

    def _run(self):
        async def serve():
            loop, task = asyncio.get_running_loop(), asyncio.current_task()
            self._stop = lambda: loop.call_soon_threadsafe(task.cancel)
            await self.play.run(lambda _: self._started.set())

        try:
            asyncio.run(serve())
        except asyncio.CancelledError:
            pass
        except Exception as error:
            self.error = error

    def stop(self):
        if self._thread.is_alive():
            self._stop()
        self.wait()

    def wait(self):
        """Wait until it has ended by itself."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    @property
    def host(self):
        return f"127.0.0.1:{self.play.port}"

    def ask(self, text):
        """Send some text as it is, and return all that comes back until the connection is closed."""
        with socket.create_connection(("127.0.0.1", self.play.port), PATIENCE) as connection:
            connection.sendall(text.encode("latin-1"))
            parts = []
            while part := connection.recv(1 << 16):
                parts.append(part)
        return b"".join(parts)

    def get(self, path, host=None, **headers):
        """Ask for a path, and return the status and the content of the answer."""
        lines = [f"GET {path} HTTP/1.1", f"Host: {host or self.host}", *(f"{k}: {v}" for k, v in headers.items())]
        head, _, content = self.ask("\r\n".join([*lines, "", ""])).partition(b"\r\n\r\n")
        return int(head.split()[1]), content

    @contextmanager
    def tab(self, path=None, origin=None):
        """Open a tab, and yield it."""
        url = f"ws://{self.host}{path or f'/{self.play.token}/ws'}"
        with connect(url, origin=origin or f"http://{self.host}", open_timeout=PATIENCE, max_size=None) as connection:
            yield Tab(connection)


class Tab:
    """What a tab says and hears."""

    def __init__(self, connection):
        self.connection = connection

    def say(self, do, **values):
        self.connection.send(json.dumps({"do": do, **values}))

    def hear(self, kind, draw=True):
        """Return the next message of a kind; frames before it are drawn, unless they are not to be."""
        while True:
            message = json.loads(self.connection.recv(PATIENCE))
            if draw and message["kind"] == "frame":
                self.say("ack", frame=message["frame"])
            if message["kind"] == kind:
                return message


@pytest.fixture
def serve():
    """Return what starts a server; all are stopped after the test."""
    started = []

    def start(**options):
        started.append(Served(**options))
        return started[-1]

    yield start
    for served in started:
        served.stop()
    assert [served.error for served in started if served.error] == []


@pytest.fixture
def served(serve):
    """A server."""
    return serve()
