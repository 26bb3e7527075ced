"""The server of ``npnet play``: the page, and a WebSocket for each tab, on the loopback address alone.

Whoever does not know the token of this start, or comes by another name of this host or from a page of another origin,
gets an empty answer. One thread trains; a tab is sent a frame only when it has drawn the one before.
"""

from __future__ import annotations

import asyncio
import json
import queue
import secrets
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from npnet.play import page
from npnet.play.player import Player, Reply

HOST = "127.0.0.1"
LARGEST = 1 << 18
"""Bytes of the longest message that is read."""
FRAME = 1 / 30
"""Seconds from one frame to the next, at least."""
AGAIN = 0.5
"""Seconds in which a tab that is loaded again may come back."""
TABS = 16
"""The most tabs."""
POLICY = {
    "Content-Security-Policy": "default-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Nothing comes from elsewhere, and no other page may show or read this one."""


class Tab:
    """A tab that is open."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.drawn = True
        """Whether it has drawn the last frame that it was sent."""


class Trainer(threading.Thread):
    """The thread that trains and answers messages, one after another.

    Parameters
    ----------
    player : Player
        What it calls.
    show : callable
        Called with each frame's text, in this thread.
    """

    def __init__(self, player: Player, show: Callable[[str], None]) -> None:
        super().__init__(daemon=True)
        self.player, self._show = player, show
        self.wanted = False
        """Whether a tab waits for a frame."""
        self._orders: queue.SimpleQueue[tuple[Callable[[], list[Reply]], Callable[[list[Reply]], None]] | None]
        self._orders = queue.SimpleQueue()

    def ask(self, order: Callable[[], list[Reply]], tell: Callable[[list[Reply]], None]) -> None:
        """Have something done in this thread, and its answers told there."""
        self._orders.put((order, tell))

    def end(self) -> None:
        """End after what is being done."""
        self._orders.put(None)

    def run(self) -> None:
        """Do what is asked for, train and show, until the end."""
        last = shown = time.monotonic()
        while True:
            try:
                asked = self._orders.get(timeout=self._pause(shown))
                if asked is None:
                    return
                asked[1](asked[0]())
            except queue.Empty:
                pass
            now = time.monotonic()
            self.player.tick(now - last)
            last = now
            if self.wanted and self.player.changed and time.monotonic() - shown >= FRAME:
                self.wanted, shown = False, time.monotonic()
                self._show(json.dumps(self.player.frame(), allow_nan=False))

    def _pause(self, shown: float) -> float:
        """Return how long messages may be waited for."""
        if self.player.playing and not self.player.speed:
            return 0.0005
        if self.player.playing:
            return 0.005
        return max(0.001, shown + FRAME - time.monotonic()) if self.wanted and self.player.changed else 0.05


class Play:
    """The server, from its start to its end.

    Parameters
    ----------
    player : Player
        What all tabs show.
    port : int
        The port; 0 for one that is free.
    once : bool
        Whether it ends with the last tab.
    """

    def __init__(self, player: Player, port: int = 0, once: bool = False) -> None:
        self.player, self._asked_port, self._once = player, port, once
        self.token = secrets.token_urlsafe(24)
        self.port = port
        self._tabs: list[Tab] = []
        self._over: asyncio.Event
        self._loop: asyncio.AbstractEventLoop
        self._trainer: Trainer

    @property
    def address(self) -> str:
        """The page's address."""
        return f"http://{HOST}:{self.port}/{self.token}/"

    async def run(self, started: Callable[[str], None]) -> None:
        """Serve until the last tab closes, or the task is cancelled; `started` is told the address."""
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._trainer = Trainer(self.player, lambda text: self._soon(self._show, text))
        server = await serve(
            self._serve_tab, HOST, self._asked_port, process_request=self._answer, compression=None,
            max_size=LARGEST, close_timeout=0.2, open_timeout=5, ping_interval=None, server_header=None,
        )  # fmt: skip
        self._trainer.start()
        try:
            self.port = server.sockets[0].getsockname()[1]
            started(self.address)
            await self._over.wait()
        finally:
            self._trainer.end()
            await self._close(server)

    async def _close(self, server: Server) -> None:
        server.close()
        await server.wait_closed()

    def _soon(self, call: Callable[..., Any], *arguments: Any) -> None:
        """Call something in the server's thread, unless it has ended."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *arguments)

    # Who is answered

    def allows(self, request: Request) -> bool:
        """Return whether a request is for this start, by this host's name, and from a page of its own."""
        hosts = [f"{name}:{self.port}" for name in (HOST, "localhost")]
        named, origins = request.headers.get_all("Host"), request.headers.get_all("Origin")
        path = request.path.encode("utf-8", "surrogateescape")
        token = path.split(b"/", 2)[1] if path.count(b"/") >= 2 else b""
        return (
            len(named) == 1 and named[0] in hosts
            and all(origin in [f"http://{host}" for host in hosts] for origin in origins)
            and secrets.compare_digest(token, self.token.encode())
        )  # fmt: skip

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """Return a file of the page; None to go on with a WebSocket; to others an empty answer."""
        if not self.allows(request):
            return _response(HTTPStatus.NOT_FOUND)
        name = request.path.split("/", 2)[2].partition("?")[0] or self.player.say.page
        if name == "ws":
            known = len(request.headers.get_all("Origin")) == 1 and len(self._tabs) < TABS
            return None if known else _response(HTTPStatus.FORBIDDEN)
        file = page.files().get(name)
        return _response(HTTPStatus.OK, *file) if file else _response(HTTPStatus.NOT_FOUND)

    # Tabs

    async def _serve_tab(self, connection: ServerConnection) -> None:
        tab = Tab(connection)
        try:
            await self._tell(tab, await self._asked(self.player.hello))
            self._tabs.append(tab)
            self.player.changed = self._trainer.wanted = True
            async for text in connection:
                await self._hear(tab, text)
        except ConnectionClosed:
            pass
        finally:
            if tab in self._tabs:
                self._tabs.remove(tab)
                self._loop.call_later(AGAIN, self._end_if_alone)

    def _end_if_alone(self) -> None:
        if self._once and not self._tabs:
            self._over.set()

    async def _hear(self, tab: Tab, text: str | bytes) -> None:
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            given = None
        if isinstance(given, dict) and given.get("do") == "ack":
            tab.drawn = self._trainer.wanted = True
            return
        await self._tell(tab, await self._asked(lambda: self.player.do(given)))

    async def _asked(self, order: Callable[[], list[Reply]]) -> list[Reply]:
        """Have the trainer do something, and return its answers."""
        told: asyncio.Future[list[Reply]] = self._loop.create_future()
        self._trainer.ask(order, lambda found: self._soon(lambda: None if told.done() else told.set_result(found)))
        return await told

    async def _tell(self, tab: Tab, replies: list[Reply]) -> None:
        for reply in replies:
            text = json.dumps(reply.message, allow_nan=False)
            for one in [*self._tabs] if reply.to_all else [tab]:
                await _send(one, text)

    def _show(self, text: str) -> None:
        for tab in self._tabs:
            if tab.drawn:
                tab.drawn = False
                self._loop.create_task(_send(tab, text))


async def _send(tab: Tab, text: str) -> None:
    try:
        await tab.connection.send(text)
    except ConnectionClosed:
        pass


def _response(status: HTTPStatus, kind: str = "", content: bytes = b"") -> Response:
    headers = Headers({"Content-Length": str(len(content)), "Connection": "close"} | POLICY)
    if content:
        headers["Content-Type"] = kind
    return Response(status.value, status.phrase, headers, content)
