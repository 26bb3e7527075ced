"""``npnet play``: what it refuses, the address that it prints, and how it ends."""

import os
import queue
import signal
import socket
import subprocess
import sys
import urllib.request
import webbrowser

import pytest

from npnet.commands import play

COMMAND = "play"
PATIENCE = 20
STARTED = """
import signal, sys
from npnet.__main__ import entry
# A shell's background jobs are started with Ctrl-C ignored, and these tests may run in one
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = ["npnet", "play", "--no-browser", *sys.argv[1:]]
entry()
"""


@pytest.mark.parametrize("port", ["x", "-1", "65536", "1.5"])
def test_what_is_no_port_is_refused(run_freely, port, capsys):
    with pytest.raises(SystemExit):
        run_freely("--port", port)
    assert "expected a whole number from 0 to 65535" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told_in_one_line(run_freely):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, out, err = run_freely("--port", str(taken.getsockname()[1]), "--no-browser")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("npnet play: ")


def test_a_file_that_cannot_be_used_is_told_in_one_line(run_freely, tmp_path):
    (tmp_path / "text.csv").write_text("a,b\nx,y\nz,y\n")
    for name in ("missing.csv", "text.csv"):
        status, out, err = run_freely("--data", str(tmp_path / name), "--no-browser")
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert err.startswith("npnet play: ")


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_file_that_cannot_be_read_is_named(run_freely, tmp_path, name):
    assert run_freely("--data", str(tmp_path / name))[2].startswith(f"npnet play: {tmp_path / name}: ")


def test_without_the_extra_one_line_says_what_to_install(run_freely, monkeypatch):
    monkeypatch.delitem(sys.modules, "npnet.play.server", raising=False)
    monkeypatch.setitem(sys.modules, "websockets.asyncio.server", None)
    status, out, err = run_freely("--no-browser")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("npnet play: websockets")
    assert "pip install 'npnet[play]'" in err


def test_the_browser_is_opened_at_the_address_unless_it_is_not_to_be(run_freely, monkeypatch):
    opened = queue.SimpleQueue()
    monkeypatch.setattr(webbrowser, "open", opened.put)
    monkeypatch.setattr("npnet.play.server.Play.run", ended)
    status, out, _ = run_freely()
    assert (status, out) == (0, f"The page: {opened.get(timeout=PATIENCE)}\n")
    assert run_freely("--no-browser", "--language", "zh")[1].startswith("页面：http://127.0.0.1:")
    assert opened.empty()


async def ended(server, started):
    """Stand in for a server that ends as soon as it has started."""
    started(server.address)


def process(*arguments):
    return subprocess.Popen(
        [sys.executable, "-c", STARTED, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill with SIGINT is POSIX's")
def test_ctrl_c_ends_it_in_one_line():
    with process() as started:
        try:
            address = started.stdout.readline().removeprefix("The page: ").strip()
            with urllib.request.urlopen(address, timeout=PATIENCE) as page:
                assert b"npnet play" in page.read()
            os.kill(started.pid, signal.SIGINT)
            out, err = started.communicate(timeout=PATIENCE)
        finally:
            started.kill()
    assert (started.returncode, out, err) == (130, "", "npnet play: interrupted\n")


def test_it_listens_on_the_loopback_address_alone():
    from npnet.play import server

    assert server.HOST == "127.0.0.1"
    assert play.EXTRA == "play"
