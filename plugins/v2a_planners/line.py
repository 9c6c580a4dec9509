"""One HTTP exchange through urllib that ends in time, whatever the server does, and can be broken off."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_POLL = 0.05
_LARGEST = 1 << 22
_JOIN = 1.0


@dataclass(frozen=True, slots=True)
class Answered:
    """What a server sent: its status, its headers in small letters, and the body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def is_local(url: str) -> bool:
    """Whether a URL names this machine."""
    host = urllib.parse.urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def exchange(request: urllib.request.Request, seconds: float, check: Callable[[], None]) -> Answered:
    """Send a request and read the answer within so many seconds; `check` is called all the while and may raise.

    A redirection is an answer and is not followed, so that nothing goes where the user did not send it. Raises OSError or
    HTTPException where no whole answer came; TimeoutError is one of the former.
    """
    sockets: list[socket.socket] = []
    box: queue.Queue[Answered | Exception] = queue.Queue(1)
    worker = threading.Thread(
        target=_work, args=(request, seconds, sockets, box), name="v2a chat", daemon=True
    )
    ends = time.monotonic() + seconds
    worker.start()
    try:
        while True:
            check()
            with contextlib.suppress(queue.Empty):
                found = box.get(timeout=_POLL)
                break
            if time.monotonic() >= ends:
                raise TimeoutError(f"no answer within {seconds:g} s")
    finally:
        for each in sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        worker.join(_JOIN)
    if isinstance(found, Exception):
        raise found
    return found


def _work(
    request: urllib.request.Request,
    seconds: float,
    sockets: list[socket.socket],
    box: queue.Queue[Answered | Exception],
) -> None:
    try:
        box.put(_answered(request, seconds, sockets))
    except urllib.error.URLError as error:
        box.put(error.reason if isinstance(error.reason, OSError) else OSError(str(error.reason)))
    except (OSError, http.client.HTTPException, ValueError) as error:
        box.put(
            error if not isinstance(error, ValueError) else http.client.HTTPException(type(error).__name__)
        )


def _answered(request: urllib.request.Request, seconds: float, sockets: list[socket.socket]) -> Answered:
    handlers: list[Any] = [_Plain(sockets), _Safe(sockets), _Stay()]
    if is_local(request.full_url):
        handlers.append(urllib.request.ProxyHandler({}))
    opener = urllib.request.build_opener(*handlers)
    try:
        response = opener.open(request, timeout=seconds)
    except urllib.error.HTTPError as refusal:
        response = refusal
    with response:
        body = response.read(_LARGEST)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answered(int(response.status), headers, body)


def _kept(kind: type[http.client.HTTPConnection], sockets: list[socket.socket]) -> Any:
    """A kind of connection that notes its socket, so that it can be shut while another thread reads from it."""

    class Kept(kind):  # type: ignore[misc, valid-type]
        def connect(self) -> None:
            super().connect()
            sockets.append(self.sock)

    return Kept


class _Plain(urllib.request.HTTPHandler):
    def __init__(self, sockets: list[socket.socket]) -> None:
        super().__init__()
        self._kind = _kept(http.client.HTTPConnection, sockets)

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._kind, req)


class _Safe(urllib.request.HTTPSHandler):
    def __init__(self, sockets: list[socket.socket]) -> None:
        self._trust = ssl.create_default_context()
        super().__init__(context=self._trust)
        self._kind = _kept(http.client.HTTPSConnection, sockets)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._kind, req, context=self._trust)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""
