"""A chat server that is asked patiently: what fails in passing is sent again, what it does not take is left out."""

from __future__ import annotations

import http.client
import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from v2a_planners.address import Address
from v2a_planners.budget import Budget
from v2a_planners.conversation import Trouble
from v2a_planners.line import Answered, exchange
from v2a_planners.refusals import Refusals, is_blind
from v2a_planners.wire import is_page, names, parsed, spared

_AGAIN = (408, 409, 425, 429, 500, 502, 503, 504, 529)
_LONGEST_WAIT = 60.0
_POLL = 0.05
_LESS = 5
_LISTED = 10.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer may take, how often it is asked for again, and after how many seconds, doubled each time."""

    seconds: float = 120.0
    retries: int = 3
    pause: float = 1.0


class Server:
    """A server at its address; it may be asked from several threads."""

    def __init__(
        self, address: Address, patience: Patience, budget: Budget, check: Callable[[], None]
    ) -> None:
        self.address, self._patience, self._budget, self._check = address, patience, budget, check
        self.refusals = Refusals(address)
        self._spared: tuple[Mapping[str, str], ...] = ()

    def is_there(self, seconds: float) -> bool:
        """Whether a chat server answers here within so many seconds."""
        try:
            got = self._exchange("/models", None, seconds)
        except (OSError, http.client.HTTPException):
            return False
        return got.status == 200 and names(got.body) is not None

    def models(self) -> tuple[str, ...]:
        """The models that it lists; raises an error where it lists none."""
        try:
            got = self._exchange("/models", None, min(_LISTED, self._patience.seconds))
        except (OSError, http.client.HTTPException) as error:
            raise self.refusals.lost(error, min(_LISTED, self._patience.seconds)) from error
        known = names(got.body)
        if got.status != 200 or known is None:
            raise self.refusals.refused(got)
        return known

    def chat(self, body: Mapping[str, Any], images: int) -> dict[str, Any]:
        """The answer to a request with so many images; what a server does not take is left out from then on."""
        for _ in range(_LESS):
            sent = self._less(body)
            got = self._patiently(sent, images)
            said = self.refusals.said(got)
            less = spared(sent, said) if got.status in (400, 422) and not is_blind(said) else {}
            if not less:
                break
            self._spared = (*self._spared, less)
        data = parsed(got.body)
        if got.status == 200 and data is not None and not data.get("error"):
            return data
        if got.status == 404 and not is_page(got.body):
            raise Trouble(self.refusals.unknown(got, str(body["model"]), self.models()), lasting=True)
        raise Trouble(self.refusals.refused(got), lasting=got.status not in (400, 422) or is_blind(said))

    def _less(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body with what the server does not take left out or under another name."""
        sent = dict(body)
        for renamed in self._spared:
            sent = {name: value for key, value in sent.items() if (name := renamed.get(key, key))}
        return sent

    def _patiently(self, body: Mapping[str, Any], images: int) -> Answered:
        """An answer that is not a passing failure; raises Trouble when patience ends."""
        wait, left = self._patience.pause, self._patience.retries
        while True:
            self._budget.take(images)
            pause = wait
            try:
                got = self._exchange("/chat/completions", body, self._patience.seconds)
            except (OSError, http.client.HTTPException) as error:
                lost = self.refusals.lost(error, self._patience.seconds)
                trouble = Trouble(lost, lasting=isinstance(error, ConnectionRefusedError))
            else:
                if self._is_final(got):
                    return got
                trouble = Trouble(self.refusals.passing(got))
                pause = max(wait, _asked_to_wait(got))
            if not left or pause > _LONGEST_WAIT:
                raise trouble
            self._sleep(pause)
            wait, left = 2 * wait, left - 1

    def _is_final(self, got: Answered) -> bool:
        """Whether another try would bring the same."""
        said = self.refusals.said(got)
        cut = got.status == 200 and parsed(got.body) is None and not is_page(got.body)
        return (got.status not in _AGAIN and not cut) or "quota" in said or is_blind(said)

    def _exchange(self, path: str, body: Mapping[str, Any] | None, seconds: float) -> Answered:
        headers = {"Accept": "application/json", "User-Agent": "v2a"}
        key = self.address.key()
        if key:
            headers["Authorization"] = f"Bearer {key}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address.url}{path}", data, headers)
        return exchange(request, seconds, self._check)

    def _sleep(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self._check()
            time.sleep(min(_POLL, left))


def _asked_to_wait(got: Answered) -> float:
    try:
        return max(0.0, float(got.headers.get("retry-after", "0")))
    except ValueError:
        return 0.0
