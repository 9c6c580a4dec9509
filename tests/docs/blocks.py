"""The fenced blocks of a page, so that tests can run them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# ([\w./-]+\.\w+)\n")


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, and the file that its first line names, if it names one."""

    language: str
    text: str

    @property
    def file(self) -> str:
        match = _FILE.match(self.text)
        return match[1] if match else ""


def blocks(text: str) -> list[Block]:
    """All fenced blocks of a text, in order."""
    return [Block(language, body) for language, body in _FENCE.findall(text)]
