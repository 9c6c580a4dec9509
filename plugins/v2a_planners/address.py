"""Where a chat server is, as a user writes it, and the key that it is given."""

from __future__ import annotations

import os
import urllib.parse
from dataclasses import dataclass

from v2a.errors import PresetError


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

    def redacted(self, text: str) -> str:
        """A text without the key, should a server repeat it."""
        key = self.key()
        return text.replace(key, "…") if key else text
