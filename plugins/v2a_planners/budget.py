"""What may be spent on a film: requests, images, tokens and seconds."""

from __future__ import annotations

import threading
import time


class Spent(Exception):
    """Nothing more may be asked; the text says which bound was met."""


class Budget:
    """Counts what is spent; a bound of 0 is none. Scenes that are asked about at once use it together."""

    def __init__(self, requests: int = 0, images: int = 0, tokens: int = 0, seconds: float = 0.0) -> None:
        self._bounds = {"requests": requests, "images": images, "tokens": tokens}
        self._spent = dict.fromkeys(self._bounds, 0)
        self._seconds = seconds
        self._begun = time.monotonic()
        self._lock = threading.Lock()

    def take(self, images: int) -> None:
        """One request with so many images, or Spent."""
        with self._lock:
            for name, wanted in (("requests", 1), ("images", images), ("tokens", 1)):
                bound = self._bounds[name]
                if bound and wanted and self._spent[name] + wanted > bound:
                    raise Spent(f"most_{name} = {bound}")
            if self._seconds and time.monotonic() - self._begun >= self._seconds:
                raise Spent(f"most_seconds = {self._seconds:g}")
            self._spent["requests"] += 1
            self._spent["images"] += images

    def count(self, tokens: int) -> None:
        """So many tokens were used."""
        with self._lock:
            self._spent["tokens"] += tokens
