"""A chat server: asks it patiently, and says in one line what it did wrong and what helps."""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from v2a.errors import PresetError, ProgramFailed, V2aError
from v2a_planners.budget import Budget
from v2a_planners.conversation import Trouble
from v2a_planners.line import Answered, exchange
from v2a_planners.wire import complaint, is_page, names, parsed, without

_AGAIN = (408, 409, 425, 429, 500, 502, 503, 504, 529)
_LONGEST_WAIT = 60.0
_POLL = 0.05
_GONE = "Start the server, name another with url, or choose --planner builtin."


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is: its URL up to `/v1`, and the name of the variable that holds its key, if it wants one."""

    url: str
    key_variable: str = ""

    @classmethod
    def of(cls, url: str, key_variable: str) -> Address:
        """The address in what a user wrote."""
        text = url.strip()
        parts = urllib.parse.urlsplit(text if "://" in text else f"http://{text}")
        try:
            well = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            well = False
        if (
            not well
            or parts.username
            or parts.password
            or parts.query
            or parts.fragment
            or not text.isascii()
        ):
            raise PresetError(
                "this is no URL of a chat server",
                where="url",
                remedy="Write it like http://localhost:11434/v1; a key belongs into an environment variable.",
            )
        path = parts.path.rstrip("/").removesuffix("/chat/completions").rstrip("/")
        return cls(f"{parts.scheme}://{parts.netloc}{path or '/v1'}", key_variable)

    @property
    def host(self) -> str:
        """The machine's name."""
        return urllib.parse.urlsplit(self.url).hostname or ""

    def key(self) -> str:
        """The key, out of the environment; it is neither kept nor told."""
        key = os.environ.get(self.key_variable, "").strip() if self.key_variable else ""
        if not (key.isascii() and all(letter.isprintable() for letter in key)):
            raise PresetError(
                "the key has letters that no key has", where=self.key_variable, remedy="Set it again."
            )
        return key


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
        self._lean: tuple[str, ...] = ()
        self._lock = threading.Lock()

    def models(self, seconds: float | None = None) -> tuple[str, ...] | None:
        """The models that it lists; nothing where it lists none, or is no such server."""
        try:
            got = self._exchange("/models", None, seconds or self._patience.seconds)
        except (OSError, http.client.HTTPException):
            return None
        return names(got.body) if got.status == 200 else None

    def chat(self, body: Mapping[str, Any], images: int) -> dict[str, Any]:
        """The answer to a request with so many images; what a server does not take is left out from then on."""
        for _ in range(4):
            sent = self._trimmed(body)
            got = self._patiently(sent, images)
            said = self._redacted(complaint(got.body))
            if got.status not in (400, 422) or _blind(said):
                return self._read(got, said, str(body.get("model", "")))
            lean = without(sent, said)
            if len(sent) == len(lean) and set(sent) == set(lean):
                break
            with self._lock:
                gone = [key for key in sent if key not in lean]
                self._lean = (*self._lean, *gone, *(key for key in lean if key not in sent))
        raise Trouble(self._failed(f"it refuses the request ({said or 'and does not say why'})",
                                   "Show it fewer or smaller images (images, image_size), or use another model."))  # fmt: skip

    def _trimmed(self, body: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            lean = self._lean
        kept = {key: value for key, value in body.items() if key not in lean}
        if "max_completion_tokens" in lean:
            kept["max_completion_tokens"] = body["max_tokens"]
        return kept

    def _patiently(self, body: Mapping[str, Any], images: int) -> Answered:
        """An answer that is not a passing failure, or Trouble when patience ends."""
        wait = self._patience.pause
        for left in range(self._patience.retries, -1, -1):
            self._budget.take(images)
            try:
                got = self._exchange("/chat/completions", body, self._patience.seconds)
            except (OSError, http.client.HTTPException) as error:
                trouble = Trouble(self._lost(error), lasting=isinstance(error, ConnectionRefusedError))
                pause = wait
            else:
                cut = got.status == 200 and parsed(got.body) is None and not is_page(got.body)
                said = self._redacted(complaint(got.body))
                if (got.status not in _AGAIN and not cut) or "quota" in said or _blind(said):
                    return got
                trouble = Trouble(self._passing(got, said))
                pause = max(wait, _asked_to_wait(got))
            if not left or pause > _LONGEST_WAIT:
                raise trouble
            self._sleep(pause)
            wait *= 2
        raise AssertionError("unreachable")

    def _exchange(self, path: str, body: Mapping[str, Any] | None, seconds: float) -> Answered:
        headers = {"Accept": "application/json", "User-Agent": "v2a"}
        key = self.address.key()
        if key:
            headers["Authorization"] = f"Bearer {key}"
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address.url}{path}", data, headers)
        return exchange(request, seconds, self._check)

    def _sleep(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self._check()
            time.sleep(min(_POLL, left))

    def _read(self, got: Answered, said: str, model: str) -> dict[str, Any]:
        data = parsed(got.body)
        if got.status == 200 and data is not None and "error" not in data:
            return data
        raise Trouble(self._refusal(got, said, model), lasting=True)

    def _refusal(self, got: Answered, said: str, model: str) -> V2aError:
        told = f" ({said})" if said else ""
        if got.status in (401, 403):
            variable = self.address.key_variable or "the variable that key_variable names"
            return self._failed(
                f"it wants a key or refuses the one it got{told}", f"Set {variable} to a key of this server."
            )
        if 300 <= got.status < 400:
            there = self._redacted(got.headers.get("location", "elsewhere"))
            return self._failed(f"it sends us on to {there[:200]}", "Name that URL if you trust it.")
        if got.status == 404:
            return self._unknown(model, told)
        if got.status == 413:
            return self._failed("the images are too large for it", "Lower images or image_size.")
        if _blind(said):
            return self._failed(
                f"the model takes no images{told}", "Name a model that sees, or set images = 0."
            )
        if is_page(got.body):
            return self._failed(
                "it answers with a web page", "Name the URL of its chat API; it usually ends in /v1."
            )
        return self._failed(f"it answers with status {got.status}{told}", _GONE)

    def _unknown(self, model: str, told: str) -> V2aError:
        known = self.models(10.0)
        if known is None:
            return self._failed(
                f"there is no chat API at this URL{told}",
                "Name the URL of its chat API; it usually ends in /v1.",
            )
        return self._failed(
            f"it has no model {model!r}{told}",
            f"It has: {', '.join(known[:20]) or 'none'}. Name one with model.",
        )

    def _passing(self, got: Answered, said: str) -> V2aError:
        told = f" ({said})" if said else ""
        if got.status == 429:
            return self._failed(f"it wants fewer requests{told}", "Wait a while, or raise retries or pause.")
        if got.status == 200:
            return self._failed(
                "its answer is cut off, and no JSON", "Try again; look into the server's log."
            )
        return self._failed(f"it failed with status {got.status}{told}", "Look into the server's log.")

    def _lost(self, error: Exception) -> V2aError:
        if isinstance(error, TimeoutError):
            what = f"it did not answer within {self._patience.seconds:g} s"
            return self._failed(what, "Raise timeout, use a smaller model, or lower images.")
        if isinstance(error, ConnectionRefusedError):
            return self._failed("nobody answers there", _GONE)
        what = (
            "the connection broke"
            if isinstance(error, ConnectionError | http.client.HTTPException)
            else "no connection"
        )
        return self._failed(f"{what} ({self._redacted(str(error)) or type(error).__name__})", _GONE)

    def _failed(self, what: str, remedy: str) -> V2aError:
        return ProgramFailed(what, where=f"chat server {self.address.url}", remedy=remedy)

    def _redacted(self, text: str) -> str:
        key = self.address.key()
        return text.replace(key, "…") if key else text


def _blind(said: str) -> bool:
    """Whether a server says that its model cannot see."""
    said = said.casefold()
    return any(word in said for word in ("image", "vision", "multimodal", "mmproj")) and any(
        word in said for word in ("support", "not allowed", "cannot", "unable", "invalid content")
    )


def _asked_to_wait(got: Answered) -> float:
    try:
        return max(0.0, float(got.headers.get("retry-after", "0")))
    except ValueError:
        return 0.0
