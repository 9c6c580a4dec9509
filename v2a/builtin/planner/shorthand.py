"""A brief with what is said in short, or not quite in English, in the words that the planner reads: `sc 2`, `pno`."""

from __future__ import annotations

import re

_CLOCK = r"\d{1,2}:\d\d"
_TIMED = r"until|till|to|at|on|from|by|before|after"
_WRITTEN = (
    (r"(\d:\d\d(?:[:;.]\d+)*)\s*\(([^()\n]{1,60})\)", r"\1 \2"),
    (r"\bsc\.?\s?(\d{1,3})\b", r"scene \1"),
    (r"\bthru\b", "through"),
    (r"\bpno\b", "piano"),
    (r"\bgtr\b", "guitar"),
    (r"\bperc\b", "percussion"),
    (r"\borch\b", "orchestra"),
    (r"\bstr\b", "strings"),
    (r"\bin the begin\b", "in the beginning"),
    (rf"\b(?:the\s+)?minute\s+(?={_CLOCK})", ""),
    (rf"\b(silence|nothing|no music)\s+to\s+(?={_CLOCK})", r"\1 until "),
    (rf"\bleave\s+(?=(?:from\s+)?{_CLOCK}\s*(?:-|to|until)\s*{_CLOCK}\s+without\b)", ""),
    (
        r",?\s+so(?: that)? (?:we|you|one|they)(?: can| could| may)? (?:still |only |just )?hear\b",
        ", so that we hear",
    ),
    (r",?\s+so that\b", ", so that"),
    (r"\bbefore and after (?:it|that|this)\b,?", "otherwise"),
    (r"\b(?:(?:some|a|any)\s+)?(?:kind|sort)\s+of\s+(?=(?:an?\s+|the\s+)?[a-z])", ""),
    (r"(?<=[,.;!?])\s*(?:you know|I think|I guess)(?=\s*[,.;!?])[,.;]?", ""),
    (r"(?:,\s*)?\b(?:you know|I think|I guess)(?=\s*(?:[.;!?]|$))", ""),
    (r"\b(?:maybe|perhaps)\s+(?=(?:an?|the|some|something|with|even|more|less)\b)", ""),
    (r"\bI (?:really )?(?:hate|dislike)\b", "no"),
    (r",\s*(?:after|afterwards|next)\s+(?:that\s+)?(?:comes?|there comes)\b", ", then"),
)
_PLAIN = tuple((re.compile(said, re.IGNORECASE), plain) for said, plain in _WRITTEN)
_SECOND = re.compile(
    rf"\b({_TIMED})(?:\s+the)?\s+second\s+(\d{{1,4}})(?=\s*(?:[.,;!?\n]|$|and\b|then\b))", re.IGNORECASE
)


def told_plainly(text: str) -> str:
    """A plain text in whole words: `0:08 (title)` says what is there, `until the second 31` means until 0:31."""
    for said, plain in _PLAIN:
        text = said.sub(plain, text)
    return _SECOND.sub(_at_second, text)


def _at_second(found: re.Match[str]) -> str:
    minutes, seconds = divmod(int(found[2]), 60)
    return f"{found[1]} {minutes}:{seconds:02}"
