"""Asking a server for a file: over https, by redirects that stay there, with a token for its own host alone."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

from v2a import __version__
from v2a.errors import WeightsUnreachable

T = TypeVar("T")
_LOCAL = ("localhost", "127.0.0.1", "::1")
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 8
_BUSY = (408, 425, 429, 500, 502, 503, 504)
_MOST_JSON = 32 << 20
_LONGEST = 60.0
CHECK = (
    "Check the network (HTTPS_PROXY names a proxy), or take the files from a mirror or a folder with --from."
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server may be silent, how often it is asked again without a byte in between, and after what wait."""

    timeout: float = 30.0
    tries: int = 5
    wait: float = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: its headers, those of its first answer where it sent us elsewhere, and the open body."""

    status: int
    headers: Message
    first: Message
    body: http.client.HTTPResponse


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are followed here, one by one, and not behind our back."""

    def redirect_request(self, *given: Any) -> None:
        return None


def is_allowed(url: str) -> bool:
    """Whether we ask for this address at all: https, or http on this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    )


def ask(url: str, headers: Mapping[str, str], token: str, timeout: float) -> Answer:
    """Open an address; raises the errors of urllib, and WeightsUnreachable where it leads where we do not go."""
    host = urlsplit(url).netloc
    first: Message | None = None
    for _ in range(_MOST_REDIRECTS):
        if not is_allowed(url):
            raise WeightsUnreachable("is no https:// address", where=url, remedy="Name one that is.")
        request = urllib.request.Request(url, headers=_ours(headers))
        if token and urlsplit(url).netloc == host:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            body = _opener(url).open(request, timeout=timeout)
            return Answer(body.status, body.headers, first or body.headers, body)
        except urllib.error.HTTPError as error:
            error.close()
            place = error.headers.get("Location")
            if error.code not in _REDIRECTS or not place:
                raise
            first, url = first or error.headers, urljoin(url, place)
    raise WeightsUnreachable("is sent from one address to the next without end", where=url, remedy=CHECK)


def _opener(url: str) -> urllib.request.OpenerDirector:
    """What opens an address: this machine is never asked by way of a proxy."""
    if urlsplit(url).hostname in _LOCAL:
        return urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(_Stay)


def _ours(headers: Mapping[str, str]) -> dict[str, str]:
    return {"User-Agent": f"v2a/{__version__}", "Accept-Encoding": "identity", **headers}


def read_json(url: str, token: str, timeout: float) -> tuple[Any, Message]:
    """What a server answers, as JSON, and its headers."""
    with ask(url, {"Accept": "application/json"}, token, timeout).body as body:
        text = body.read(_MOST_JSON)
        try:
            return json.loads(text), body.headers
        except ValueError as error:
            raise WeightsUnreachable(
                "the server answers with something else than a list of files", where=url, remedy=CHECK
            ) from error


def patiently(
    call: Callable[[], T], url: str, patience: Patience, moved: Callable[[], bool] = lambda: False
) -> T:
    """Call until it succeeds; where the server is silent or busy again after longer and longer waits.

    `moved` says whether the last call brought something: then the tries are counted anew.
    """
    failures, begun = 0, False
    while True:
        try:
            return call()
        except (OSError, http.client.HTTPException) as error:
            has_moved = moved()
            begun = begun or has_moved
            failures = 1 if has_moved else failures + 1
            if failures >= patience.tries or not _may_pass(error, begun):
                raise unreachable(error, url) from error
            time.sleep(_wait(error, patience.wait * 2 ** (failures - 1)))


def _may_pass(error: Exception, begun: bool) -> bool:
    """Whether asking again can help: not where no name is known from the start, as without a network."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code in _BUSY
    reason = getattr(error, "reason", error)
    if isinstance(reason, socket.gaierror):
        return begun
    return not isinstance(reason, ssl.SSLCertVerificationError)


def _wait(error: Exception, wait: float) -> float:
    """The wait, or the one that a busy server asks for."""
    asked = error.headers.get("Retry-After", "") if isinstance(error, urllib.error.HTTPError) else ""
    return min(max(wait, float(asked)) if asked.isdigit() else wait, _LONGEST)


def unreachable(error: Exception, url: str) -> WeightsUnreachable:
    """What urllib raised, as the one line that a user sees."""
    if isinstance(error, urllib.error.HTTPError):
        return WeightsUnreachable(
            f"the server answers {error.code} ({error.reason})", where=url, remedy=CHECK
        )
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return WeightsUnreachable("the server is silent", where=url, remedy=CHECK)
    if isinstance(reason, ssl.SSLCertVerificationError):
        what = f"the server's certificate is not to be trusted ({reason.verify_message})"
        return WeightsUnreachable(what, where=url, remedy=CHECK)
    said = str(reason) or type(reason).__name__
    return WeightsUnreachable(f"the server cannot be reached ({said})", where=url, remedy=CHECK)
