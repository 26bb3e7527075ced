"""The server: who is answered and who is not, what tabs are told, and how it ends."""

import json
import socket

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from npnet.play import page
from tests.play.conftest import PATIENCE

NOTHING = (404, b"")


def test_the_page_is_there_for_who_has_the_address(served):
    status, content = served.get(f"/{served.play.token}/")
    assert (status, content) == (200, page.files()["index.html"])
    assert served.get(f"/{served.play.token}/index.zh.html")[1] == page.files()["index.zh.html"]
    assert served.get(f"/{served.play.token}/?x=1", host=f"localhost:{served.play.port}")[0] == 200


def test_who_does_not_know_the_token_gets_nothing(served):
    token = served.play.token
    wrong = ("/", "/ws", "/index.html", f"/{token}", f"/{token[:-1]}/", f"/{token}x/", "/x/ws", f"//{token}/",
             f"/{token.swapcase()}/", f"/x/{token}/", f"/%2e/{token}/", f"http://{served.host}/{token}/",
             "/%ff/")  # fmt: skip
    assert {served.get(path) for path in wrong} == {NOTHING}


def test_another_start_has_another_token(serve):
    tokens = {serve().play.token for _ in range(3)}
    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 32


@pytest.mark.parametrize("host", ["example.com", "127.0.0.1", "127.0.0.1:1", "[::1]", "localhost.example.com"])
def test_another_host_gets_nothing(served, host):
    name = host if ":" in host else f"{host}:{served.play.port}"
    if host == "127.0.0.1":
        name = host
    assert served.get(f"/{served.play.token}/", host=name) == NOTHING
    assert served.get(f"/{served.play.token}/ws", host=name, Origin=f"http://{name}") == NOTHING


def test_a_request_without_a_host_or_with_two_gets_nothing(served):
    line = f"GET /{served.play.token}/ HTTP/1.1\r\n"
    twice = f"Host: {served.host}\r\nHost: {served.host}\r\n"
    assert served.ask(f"{line}\r\n").partition(b"\r\n\r\n")[2] == b""
    assert served.ask(f"{line}{twice}\r\n").startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    "origin", ["http://example.com", "https://127.0.0.1:{port}", "http://127.0.0.1", "null", "", "http://[::1]:{port}"]
)
def test_another_origin_gets_nothing(served, origin):
    origin = origin.format(port=served.play.port)
    assert served.get(f"/{served.play.token}/", Origin=origin) == NOTHING
    with pytest.raises(InvalidHandshake), served.tab(origin=origin or "http://"):
        pass


def test_a_socket_without_an_origin_is_refused(served):
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}  # fmt: skip
    assert served.get(f"/{served.play.token}/ws", **headers) == (403, b"")


@pytest.mark.parametrize(
    "request_", ["POST / HTTP/1.1\r\nHost: {host}\r\n\r\n", "HEAD / HTTP/1.1\r\n\r\n", "garbage\r\n\r\n", "\r\n\r\n",
                 "GET /\xff\xfe/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
                 "GET / HTTP/1.1\r\nX: " + "x" * 100_000 + "\r\n\r\n"]
)  # fmt: skip
def test_what_is_no_request_for_the_page_tells_nothing_of_it(served, request_, caplog):
    answer = served.ask(request_.format(host=served.host))
    assert served.play.token.encode() not in answer
    assert b"npnet" not in answer
    assert not answer.startswith(b"HTTP/1.1 2")
    assert caplog.records == []
    assert served.get(f"/{served.play.token}/")[0] == 200


def test_files_beside_the_page_are_not_served(served):
    token = served.play.token
    paths = ["x.html", "../server.py", "..%2fserver.py", "%2e%2e/server.py", "templates/index.html.j2", "study/",
             "study/index.html", "__init__.py", "/etc/passwd"]  # fmt: skip
    assert {served.get(f"/{token}/{path}") for path in paths} == {NOTHING}


def test_the_study_is_served_and_nothing_around_it(serve, tmp_path):
    study = tmp_path / "study"
    study.mkdir()
    (study / "index.html").write_text("the study")
    (study / "notes.py").write_text("no page")
    (tmp_path / "secret.html").write_text("secret")
    (study / "link.html").symlink_to(tmp_path / "secret.html")
    served = serve(study=study)
    get = lambda path: served.get(f"/{served.play.token}/study/{path}")  # noqa: E731
    assert get("index.html") == (200, b"the study")
    wrong = ["../secret.html", "..%2fsecret.html", "link.html", "notes.py", "", "x%00.html", "/secret.html",
             f"{tmp_path}/secret.html"]  # fmt: skip
    assert {get(path) for path in wrong} == {NOTHING}


def test_answers_forbid_other_sources_and_other_pages(served):
    request = f"GET /{served.play.token}/ HTTP/1.1\r\nHost: {served.host}\r\n\r\n"
    head = served.ask(request).partition(b"\r\n\r\n")[0].decode()
    assert "Content-Security-Policy: default-src 'self';" in head
    assert "frame-ancestors 'none'" in head
    assert "Cache-Control: no-store" in head
    assert "Access-Control" not in head


def test_a_tab_is_told_the_choices_the_state_and_the_points(served):
    with served.tab() as tab:
        hello, state, data = (tab.hear(kind) for kind in ("hello", "state", "data"))
        assert hello["options"]["features"][:2] == ["x1", "x2"]
        assert state["state"]["data"] == "dots"
        assert len(data["train"]) + len(data["test"]) == 300
        assert tab.hear("frame")["epoch"] == 0


def test_a_tab_has_its_language(served):
    with served.tab(f"/{served.play.token}/ws?language=zh") as tab:
        assert tab.hear("hello")["language"] == "zh-Hans"
    with served.tab(f"/{served.play.token}/ws?language=xx") as tab:
        assert tab.hear("hello")["language"] == "en"


def test_it_trains_and_shows_while_it_plays(served):
    with served.tab() as tab:
        tab.say("play")
        epochs = [tab.hear("frame")["epoch"] for _ in range(10)]
        tab.say("pause")
    assert epochs == sorted(epochs)
    assert epochs[-1] > epochs[0]


def test_all_tabs_see_the_same_run(served):
    with served.tab() as one, served.tab() as other:
        for tab in (one, other):
            tab.hear("data")
        one.say("set", changes={"widths": [3]})
        assert one.hear("state")["link"] == other.hear("state")["link"]
        other.say("epoch")
        while (frame := one.hear("frame"))["epoch"] == 0:
            pass
        assert [len(layer) for layer in frame["units"]] == [3]


def test_what_is_refused_is_told_to_who_asked_alone(served):
    with served.tab() as one, served.tab() as other:
        for tab in (one, other):
            tab.hear("data")
        one.say("set", changes={"widths": [99]})
        assert one.hear("refused")["fields"] == ["widths"]
        one.say("set", changes={"widths": [2]})
        link = one.hear("state")["link"]
        heard = []
        while not heard or heard[-1].get("link") != link:
            heard.append(json.loads(other.connection.recv(PATIENCE)))
        assert {message["kind"] for message in heard} <= {"state", "frame"}


MALFORMED = [
    "", "x", "[[[", "[" * 100_000, "null", "[]", "1", "1" * 5000, b"\xff", '{"do": 1}', '{"do": null}', '{"do": "x"}',
    '{"do": "set"}', '{"do": "set", "changes": 1}', '{"do": "set", "changes": {"x": 1}}', '{"do": "point"}',
    '{"do": "set", "changes": {"noise": NaN}}', '{"do": "walk", "number": -1}', '{"do": "apart", "batch": 1e9}',
]  # fmt: skip


def test_malformed_messages_are_refused_and_change_nothing(served):
    with served.tab() as tab:
        before = served.player.run
        for text in MALFORMED:
            tab.connection.send(text)
            assert tab.hear("refused")["message"]
        assert served.player.run is before


def test_a_message_that_is_too_long_ends_its_tab_alone(served):
    with served.tab() as one, served.tab() as other:
        one.connection.send("x" * (1 << 18) + "x")
        with pytest.raises(ConnectionClosed):
            one.hear("nothing")
        other.say("script")
        assert "prepared(" in other.hear("script")["text"]


def test_a_tab_that_draws_nothing_is_sent_one_frame(served):
    with served.tab() as slow, served.tab() as quick:
        slow.hear("frame", draw=False)
        quick.say("play")
        for _ in range(5):
            last = quick.hear("frame")["frame"]
        quick.say("pause")
        quick.say("script")
        quick.hear("script")
        slow.say("ack")
        # The next one is of now: those between were not kept for it
        assert slow.hear("frame", draw=False)["frame"] >= last


def test_too_many_tabs_are_refused(served):
    from npnet.play import server

    tabs = []
    try:
        for _ in range(server.TABS):
            tabs.append(served.tab())
            tabs[-1].__enter__().hear("frame", draw=False)
        with pytest.raises(InvalidHandshake), served.tab():
            pass
    finally:
        for tab in tabs:
            tab.__exit__(None, None, None)


def test_once_it_ends_with_the_last_tab(serve):
    served = serve(once=True)
    with served.tab() as one:
        one.hear("hello")
        with served.tab() as other:
            other.hear("hello")
        one.say("script")
        one.hear("script")
    served.wait()


def test_once_a_tab_that_is_loaded_again_is_no_end(serve):
    served = serve(once=True)
    with served.tab() as tab:
        tab.hear("hello")
    with served.tab() as tab:
        tab.hear("hello")
        tab.say("epoch")
        while tab.hear("frame")["epoch"] == 0:
            pass
    served.wait()


def test_who_says_nothing_is_not_waited_for(serve):
    served = serve()
    with socket.create_connection(("127.0.0.1", served.play.port)), served.tab() as tab:
        tab.hear("hello")
        served.stop()


def test_an_error_of_its_own_ends_it_and_is_raised(serve, monkeypatch):
    served = serve()
    monkeypatch.setattr(served.player, "do", lambda *_: 1 / 0)
    with served.tab() as tab:
        tab.say("play")
        served.wait()
    assert isinstance(served.error, ZeroDivisionError)
    served.error = None
