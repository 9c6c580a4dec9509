"""What a chat server did wrong, in one line, and what helps."""

from __future__ import annotations

import http.client
from dataclasses import dataclass

from v2a.errors import ProgramFailed, V2aError
from v2a_planners.address import Address
from v2a_planners.line import Answered
from v2a_planners.wire import OPTIONAL, complaint, is_page

_GONE = "Start the server or name another with url."
_LOG = "Look into the server's log."
_API = "Name the URL of its chat API; it usually ends in /v1."


@dataclass(frozen=True, slots=True)
class Refusals:
    """The errors of one server."""

    address: Address

    def failed(self, what: str, remedy: str) -> V2aError:
        """An error that names the server."""
        return ProgramFailed(what, where=f"chat server {self.address.url}", remedy=remedy)

    def said(self, got: Answered) -> str:
        """What the server says is wrong."""
        return self.address.redacted(complaint(got.body))

    def refused(self, got: Answered) -> V2aError:
        """An answer that another try would not change."""
        told = self._told(got)
        if got.status in (401, 403):
            variable = self.address.key_variable or "the variable that key_variable names"
            return self.failed(
                f"it wants a key or refuses the one it got{told}", f"Set {variable} to a key of this server."
            )
        if 300 <= got.status < 400:
            there = self.address.redacted(got.headers.get("location", "elsewhere"))
            return self.failed(f"it sends us on to {there[:200]}", "Name that URL if you trust it.")
        if got.status == 413:
            return self.failed("the images are too large for it", "Lower images or image_size.")
        if is_blind(self.said(got)):
            return self.failed(
                f"the model takes no images{told}", "Name a model that sees, or set images = 0."
            )
        if is_page(got.body) or got.status == 404:
            page = "it answers with a web page" if is_page(got.body) else "there is no chat API at this URL"
            return self.failed(f"{page}{told}", _API)
        if got.status in (400, 422):
            why = self.said(got) or "and does not say why"
            return self.failed(
                f"it refuses the request ({why})",
                "Show it fewer or smaller images (images, image_size), or use another model.",
            )
        return self.failed(f"it answers with status {got.status}{told}", _GONE)

    def unknown(self, got: Answered, model: str, known: tuple[str, ...]) -> V2aError:
        """A model that it does not have."""
        return self.failed(
            f"it has no model {model!r}{self._told(got)}",
            f"It has: {', '.join(known[:20]) or 'none'}. Name one with model.",
        )

    def passing(self, got: Answered) -> V2aError:
        """An answer that another try may change, and did not."""
        if got.status == 429:
            return self.failed(
                f"it wants fewer requests{self._told(got)}", "Wait a while, or raise retries or pause."
            )
        if got.status == 200:
            return self.failed("its answer is cut off, and no JSON", f"Try again. {_LOG}")
        return self.failed(f"it failed with status {got.status}{self._told(got)}", _LOG)

    def lost(self, error: Exception, seconds: float) -> V2aError:
        """No answer at all."""
        if isinstance(error, TimeoutError):
            return self.failed(
                f"it did not answer within {seconds:g} s",
                "Raise timeout, use a smaller model, or lower images.",
            )
        if isinstance(error, ConnectionRefusedError):
            return self.failed("nobody answers there", _GONE)
        broke = isinstance(error, ConnectionError | http.client.HTTPException)
        why = self.address.redacted(str(error)) or type(error).__name__
        return self.failed(f"{'the connection broke' if broke else 'no connection'} ({why})", _GONE)

    def _told(self, got: Answered) -> str:
        said = self.said(got)
        return f" ({said})" if said else ""


def is_blind(said: str) -> bool:
    """Whether a server says that its model cannot see."""
    if any(key in said for key in OPTIONAL):
        return False
    said = said.casefold()
    return any(word in said for word in ("image", "vision", "multimodal", "mmproj")) and any(
        word in said for word in ("support", "not allowed", "cannot", "unable", "invalid content", "missing")
    )
