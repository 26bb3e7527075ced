"""The server of ``npnet play``: the page, and a WebSocket for each tab, on the loopback address alone.

Whoever does not know the token of this start, or comes by another name of this host or from a page of another origin,
gets an empty answer. One thread trains; a tab is sent a frame only when it has drawn the one before.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import logging
import queue
import secrets
import threading
import time
import urllib.parse
import weakref
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from npnet import language
from npnet.language import Language
from npnet.play import page
from npnet.play.player import Player, Reply

HOST = "127.0.0.1"
LARGEST = 1 << 18
"""Bytes of the longest message that is read."""
FRAME = 1 / 30
"""Seconds from one frame to the next, at least."""
AGAIN = 0.5
"""Seconds in which a tab that is loaded again may come back."""
ENDING = 0.5
"""Seconds that tabs have to close when it ends."""
TABS = 16
"""The most tabs."""
UNREAD = 1 << 23
"""Bytes that may wait for a tab to read them."""
YIELDED, LATE = 0.0005, 0.005
"""Seconds that are waited for messages where there is something to train, and where there soon is."""
LOGGER = logging.Logger("npnet.play")
"""Without a handler but this one: of what others send that is no request, nothing is printed."""
LOGGER.addHandler(logging.NullHandler())
POLICY = (
    "default-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Nothing comes from elsewhere, and no other page may show this one."""
POLICY_OF_STUDY = POLICY.replace("'self';", "'self' 'unsafe-inline' data:;", 1)
"""The study's page is one file, with its style and its scripts in it."""
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
TYPES = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml", ".png": "image/png", ".csv": "text/csv; charset=utf-8",
}  # fmt: skip
"""The kinds of files that are served."""


class Tab:
    """A tab that is open."""

    def __init__(self, connection: ServerConnection, say: Language) -> None:
        self.connection, self.say = connection, say
        self.drawn = True
        """Whether it has drawn the last frame that it was sent."""
        self.behind = True
        """Whether there is a frame that it was not sent."""

    async def send(self, text: str) -> None:
        """Send a message; a tab that does not read for long is cut off."""
        if self.connection.transport.get_write_buffer_size() > UNREAD:
            self.connection.transport.abort()
            return
        with contextlib.suppress(ConnectionClosed):
            await self.connection.send(text)


Answer = Callable[[list[Reply]], None]


class Trainer(threading.Thread):
    """The thread that trains and answers messages, one after another.

    Parameters
    ----------
    player : Player
        What it calls.
    tell : callable
        Called with what all tabs are told while nobody asked, in this thread.
    show : callable
        Called with each frame's text, in this thread.
    fail : callable
        Called with an error that ends it, in this thread.
    """

    def __init__(
        self, player: Player, tell: Answer, show: Callable[[str], None], fail: Callable[[Exception], None]
    ) -> None:
        super().__init__(daemon=True)
        self.player, self._tell, self._show, self._fail = player, tell, show, fail
        self._wanted, self._shown = False, 0.0
        self._orders: queue.SimpleQueue[Callable[[], bool]] = queue.SimpleQueue()

    def ask(self, order: Callable[[], list[Reply]], tell: Answer) -> None:
        """Have something done in this thread, and its answers told there."""

        def answer() -> bool:
            tell(order())
            return True

        self._orders.put(answer)

    def want(self, behind: bool) -> None:
        """Have the next frame shown, as a tab is ready for it; the last one again where the tab is behind."""

        def order() -> bool:
            self._wanted = True
            self.player.changed |= behind
            return True

        self._orders.put(order)

    def end(self) -> None:
        """End after what is being done."""
        self._orders.put(lambda: False)

    def run(self) -> None:
        """Do what is asked for, train and show, until the end."""
        try:
            last = time.monotonic()
            while self._obey():
                now = time.monotonic()
                if replies := self.player.tick(now - last):
                    self._tell(replies)
                last = now
                if self._waits() == 0:
                    self._wanted, self._shown = False, now
                    self._show(json.dumps(self.player.frame(), allow_nan=False))
        except Exception as error:
            self._fail(error)

    def _obey(self) -> bool:
        """Do what is asked for next, if it comes before there is something to train or to show."""
        wait = self._waits()
        if self.player.due:
            wait = YIELDED
        elif self.player.playing:
            wait = LATE if wait is None else min(wait, LATE)
        try:
            return self._orders.get(timeout=wait)()
        except queue.Empty:
            return True

    def _waits(self) -> float | None:
        """Return in how many seconds a frame is to be shown; None if none is."""
        if not (self._wanted and self.player.changed):
            return None
        return max(0.0, self._shown + FRAME - time.monotonic())


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
        self.player, self.port, self._once = player, port, once
        self.token = secrets.token_urlsafe(24)
        self.files = page.files()
        self._tabs: list[Tab] = []
        self._connections: weakref.WeakSet[ServerConnection] = weakref.WeakSet()
        self._sending: set[asyncio.Task[None]] = set()
        self._asking: set[asyncio.Future[list[Reply]]] = set()
        self._failed: Exception | None = None
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
        tell, show, fail = (functools.partial(self._soon, call) for call in (self._tell_all, self._show, self._fail))
        self._trainer = Trainer(self.player, tell, show, fail)
        connected: Any = self._connected
        server = await serve(
            self._serve_tab, HOST, self.port, process_request=self._answer, compression=None, max_size=LARGEST,
            close_timeout=0.2, open_timeout=5, ping_interval=None, server_header=None, create_connection=connected,
            logger=LOGGER,
        )  # fmt: skip
        self.port = server.sockets[0].getsockname()[1]
        self._trainer.start()
        try:
            started(self.address)
            await self._over.wait()
        finally:
            await self._end(server)
        if self._failed is not None:
            raise self._failed

    async def _end(self, server: Server) -> None:
        """Close all tabs; nobody is waited for for long."""
        self._over.set()
        self._trainer.end()
        for told in [*self._asking]:
            told.cancel()
        server.close()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(server.wait_closed(), ENDING)
        for connection in self._connections:
            connection.transport.abort()
        await asyncio.sleep(0)

    def _connected(self, *arguments: Any, **options: Any) -> ServerConnection:
        """Return what serves a new connection, of which it may be that nothing is ever asked."""
        connection = ServerConnection(*arguments, **options)
        self._connections.add(connection)
        return connection

    def _soon(self, call: Callable[..., Any], *arguments: Any) -> None:
        """Call something in the server's thread, unless it has ended."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call, *arguments)

    def _fail(self, error: Exception) -> None:
        self._failed = error
        self._over.set()

    # Who is answered

    def allows(self, request: Request) -> bool:
        """Return whether a request is for this start, by this host's name, and from a page of its own."""
        hosts = [f"{name}:{self.port}" for name in (HOST, "localhost")]
        named, origins = request.headers.get_all("Host"), request.headers.get_all("Origin")
        token, slash, _ = request.path.removeprefix("/").partition("/")
        known = secrets.compare_digest(token.encode(errors="replace"), self.token.encode())
        return (
            known and slash == "/" and request.path.startswith("/")
            and len(named) == 1 and named[0] in hosts
            and all(origin in [f"http://{host}" for host in hosts] for origin in origins)
        )  # fmt: skip

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """Return a file of the page; None to go on with a WebSocket; to others an empty answer."""
        if not self.allows(request):
            return response(HTTPStatus.NOT_FOUND)
        name = urllib.parse.unquote(request.path.split("/", 2)[2].partition("?")[0])
        name = name or self.player.say.page
        if name == "ws":
            known = request.headers.get_all("Origin") and len(self._tabs) < TABS
            return None if known else response(HTTPStatus.FORBIDDEN)
        if name.startswith("study/"):
            return _of_study(self.player.study, name.removeprefix("study/"))
        return response(HTTPStatus.OK, name, self.files[name]) if name in self.files else response(HTTPStatus.NOT_FOUND)

    # Tabs

    async def _serve_tab(self, connection: ServerConnection) -> None:
        tab = Tab(connection, self._language(connection.request))
        try:
            self._tell(tab, await self._asked(lambda: self.player.hello(tab.say)))
            self._tabs.append(tab)
            self._trainer.want(tab.behind)
            async for text in connection:
                await self._hear(tab, text)
        except ConnectionClosed:
            pass
        except Exception as error:
            self._fail(error)
        finally:
            if tab in self._tabs:
                self._tabs.remove(tab)
                self._loop.call_later(AGAIN, self._end_if_alone)

    def _language(self, request: Request | None) -> Language:
        """Return the language that a tab asks for."""
        query = urllib.parse.urlsplit("" if request is None else request.path).query
        code = urllib.parse.parse_qs(query).get("language", [self.player.say.code])[0]
        return language.get(code) if code in language.LANGUAGES else self.player.say

    def _end_if_alone(self) -> None:
        if self._once and not self._tabs:
            self._over.set()

    async def _hear(self, tab: Tab, text: str | bytes) -> None:
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            given = None
        if isinstance(given, dict) and given.get("do") == "ack":
            tab.drawn = True
            self._trainer.want(tab.behind)
        else:
            self._tell(tab, await self._asked(lambda: self.player.do(given, tab.say)))

    async def _asked(self, order: Callable[[], list[Reply]]) -> list[Reply]:
        """Have the trainer do something, and return its answers."""
        told: asyncio.Future[list[Reply]] = self._loop.create_future()
        if self._over.is_set():
            told.cancel()
        self._asking.add(told)
        told.add_done_callback(self._asking.discard)
        self._trainer.ask(order, lambda found: self._soon(lambda: None if told.done() else told.set_result(found)))
        return await told

    def _tell(self, tab: Tab, replies: list[Reply]) -> None:
        for reply in replies:
            text = json.dumps(reply.message, allow_nan=False)
            for one in [*self._tabs] if reply.to_all else [tab]:
                self._send(one, text)

    def _tell_all(self, replies: list[Reply]) -> None:
        for reply in replies:
            for tab in self._tabs:
                self._send(tab, json.dumps(reply.message, allow_nan=False))

    def _show(self, text: str) -> None:
        for tab in self._tabs:
            tab.behind = not tab.drawn
            if tab.drawn:
                tab.drawn = False
                self._send(tab, text)

    def _send(self, tab: Tab, text: str) -> None:
        task = self._loop.create_task(tab.send(text))
        # The loop keeps no reference to it
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)


def response(status: HTTPStatus, name: str = "", content: bytes = b"", policy: str = POLICY) -> Response:
    """Return an answer with the content of a file, or an empty one."""
    headers = Headers({"Content-Length": str(len(content)), "Connection": "close", "Content-Security-Policy": policy})
    headers.update(HEADERS)
    if content:
        headers["Content-Type"] = TYPES.get(Path(name).suffix, "application/octet-stream")
    return Response(status.value, status.phrase, headers, content)


def _of_study(folder: Path | None, name: str) -> Response:
    """Return a file of the study's folder, if it is one, or an empty answer."""
    if folder is not None and "\0" not in name:
        file = (folder / name).resolve()
        if file.is_relative_to(folder.resolve()) and file.suffix in TYPES and file.is_file():
            return response(HTTPStatus.OK, file.name, file.read_bytes(), POLICY_OF_STUDY)
    return response(HTTPStatus.NOT_FOUND)
