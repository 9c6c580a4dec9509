"""Servers are asked over https, follow-ups stay there, and a token goes to nobody but its own host."""

from __future__ import annotations

import socket
import ssl
import urllib.error

import pytest

from tests.media.serving import QUICK, serving
from v2a.errors import WeightsUnreachable
from v2a.media import web


@pytest.fixture
def server():
    with serving() as running:
        yield running


def read(url, token=""):
    with web.ask(url, {}, token, 2.0).body as body:
        return body.read()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://example.org/a", True),
        ("http://localhost:8000/a", True),
        ("http://127.0.0.1/a", True),
        ("http://[::1]:80/a", True),
        ("http://example.org/a", False),
        ("http://localhost.example.org/a", False),
        ("ftp://example.org/a", False),
        ("file:///etc/passwd", False),
        ("https:///a", False),
        ("a", False),
        ("", False),
    ],
)
def test_what_is_asked_at_all(url, allowed):
    assert web.is_allowed(url) is allowed


@pytest.mark.parametrize("place", ["http://example.org/a", "file:///etc/passwd", "ftp://example.org/a"])
def test_a_redirect_to_another_scheme_is_not_followed(server, place):
    server.hold("a", moved=place)
    with pytest.raises(WeightsUnreachable, match="is no https:// address"):
        read(server.url("a"))


def test_redirects_are_followed_and_the_first_answer_is_kept(server):
    server.hold("a", moved="/b", headers={"X-Linked-Size": "7"})
    server.hold("b", moved=server.url("c"))
    server.hold("c", b"content")
    answer = web.ask(server.url("a"), {}, "", 2.0)
    with answer.body:
        assert answer.first["X-Linked-Size"] == "7" and answer.body.read() == b"content"
    assert server.paths == ["a", "b", "c"]


def test_redirects_without_end(server):
    server.hold("a", moved="/a")
    with pytest.raises(WeightsUnreachable, match="without end"):
        read(server.url("a"))
    assert len(server.asked) == 8


def test_a_token_goes_to_its_own_host_alone(server):
    with serving() as other:
        server.hold("a", moved="/b")
        server.hold("b", moved=other.url("c"))
        other.hold("c", b"content")
        assert read(server.url("a"), "secret") == b"content"
        assert [h.get("Authorization") for _, h in server.asked] == ["Bearer secret"] * 2
        assert [h.get("Authorization") for _, h in other.asked] == [None]


def test_no_proxy_is_asked_for_this_machine(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.hold("a", b"content")
    assert read(server.url("a")) == b"content"


def test_an_error_is_urllibs(server):
    with pytest.raises(urllib.error.HTTPError):
        read(server.url("nothing"))


def test_what_is_no_json_is_told(server):
    server.hold("a", b"<html>sign in</html>")
    with pytest.raises(WeightsUnreachable, match="something else than a list"):
        web.read_json(server.url("a"), "", 2.0)


def test_waits_grow_and_a_server_may_ask_for_more(server, monkeypatch):
    waits = []
    monkeypatch.setattr(web.time, "sleep", waits.append)
    with pytest.raises(WeightsUnreachable):
        web.patiently(lambda: read(server.url("nothing")), "x", QUICK)
    assert waits == []
    patience = web.Patience(2.0, 4, 1.0)
    server.hold("b", statuses=[500] * 9)
    with pytest.raises(WeightsUnreachable):
        web.patiently(lambda: read(server.url("b")), "x", patience)
    assert waits == [1, 2, 4]
    server.hold("c", statuses=[429] * 9, headers={"Retry-After": "30"})
    with pytest.raises(WeightsUnreachable):
        web.patiently(lambda: read(server.url("c")), "x", patience)
    assert waits[3:] == [30, 30, 30]


def test_whoever_moves_is_asked_again_and_again():
    calls = []

    def call():
        calls.append(1)
        if len(calls) < 20:
            raise ConnectionError("broke off")
        return "done"

    assert web.patiently(call, "x", QUICK, moved=lambda: True) == "done"


def test_without_a_network_nobody_waits_unless_it_was_there_before(monkeypatch):
    calls, waits = [], []
    monkeypatch.setattr(web.time, "sleep", waits.append)

    def call():
        calls.append(1)
        raise urllib.error.URLError(socket.gaierror(-2, "Name or service not known"))

    with pytest.raises(WeightsUnreachable, match="Name or service not known"):
        web.patiently(call, "x", QUICK)
    assert (len(calls), waits) == (1, [])
    answers = iter([True, False, False])
    with pytest.raises(WeightsUnreachable):
        web.patiently(call, "x", QUICK, moved=lambda: next(answers))
    assert len(waits) == 2


def test_a_certificate_that_is_not_to_be_trusted_is_told_at_once(monkeypatch):
    error = ssl.SSLCertVerificationError()
    error.verify_message = "self-signed certificate"

    def call():
        raise urllib.error.URLError(error)

    monkeypatch.setattr(web.time, "sleep", lambda wait: pytest.fail("waited"))
    with pytest.raises(WeightsUnreachable, match="not to be trusted .self-signed certificate"):
        web.patiently(call, "x", QUICK)
