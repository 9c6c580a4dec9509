"""Licences of recordings: which want a credit, and where each can be read; their names and terms are the core's."""

from __future__ import annotations

import re

from v2a.model.licence import Commercial
from v2a.model.terms import OWN, UNKNOWN, admits, family, normal, wanted

__all__ = ["OWN", "UNKNOWN", "admits", "commercial", "family", "normal", "owes_credit", "read", "wanted"]
_FREE_OF_CREDIT = {"CC0-1.0", "public-domain", OWN, UNKNOWN, "royalty-free", "WTFPL"}


def owes_credit(licence: str) -> bool:
    """Whether whoever publishes the sound must name its author."""
    return licence not in _FREE_OF_CREDIT


def commercial(licence: str) -> Commercial:
    """Whether what is made of a recording may be sold."""
    if licence in (UNKNOWN, ""):
        return "unknown"
    return "no" if "-NC" in licence else "yes"


def read(licence: str) -> str:
    """Where a licence can be read, as far as its name tells."""
    found = re.fullmatch(r"CC-(BY[A-Z-]*?)-(\d\.\d)", licence)
    if found:
        return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
    if licence == "CC0-1.0":
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    return ""
