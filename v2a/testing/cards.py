"""What every card must say, whatever it is the card of."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from v2a.interfaces import EffectCard, EncoderCard, GeneratorCard, PlannerCard
from v2a.model import Licence, codec
from v2a.testing.findings import Finding

_NAME = re.compile(r"^[a-z0-9][a-z0-9_.-]*$")
_UNKNOWN = ("unknown", "none", "?")


def card_findings(card: Any, subject: str) -> Iterator[Finding]:
    """What is wrong with a card as such: its name, version, licence and parameters."""
    if not _NAME.match(card.name):
        yield Finding(
            subject, f"the name {card.name!r} does not fit", "Use lower-case letters, digits and - only."
        )
    if not str(card.version).strip():
        yield Finding(
            subject, "has no version", "Give the card a version; a new one whenever its results change."
        )
    if not str(getattr(card, "about", "")).strip():
        yield Finding(subject, "does not say what it is", "Write a few words into the card's about.")
    licence = getattr(card, "licence", None)
    if licence is not None:
        yield from _licence_findings(licence, str(getattr(card, "weights", "")), subject)
    if isinstance(card, GeneratorCard | EffectCard | PlannerCard):
        yield from params_findings(card.params, subject)
    if isinstance(card, GeneratorCard | EncoderCard) and card.batch < 1:
        yield Finding(subject, f"has a batch of {card.batch}", "A batch holds at least one request.")


def _licence_findings(licence: Licence, weights: str, subject: str) -> Iterator[Finding]:
    if licence.code.strip().lower() in _UNKNOWN:
        yield Finding(subject, "does not name its licence", "Name the code's licence, for example MIT.")
    if weights and licence.weights.strip().lower() in ("", "none"):
        yield Finding(
            subject,
            "has weights and names no licence for them",
            "Name the licence of the weights in the card.",
        )
    if licence.commercial not in ("yes", "no", "unknown"):
        yield Finding(subject, f"commercial is {licence.commercial!r}", "Write yes, no or unknown.")


def params_findings(kind: Any, subject: str) -> Iterator[Finding]:
    """What is wrong with a dataclass of parameters."""
    if not (isinstance(kind, type) and dataclasses.is_dataclass(kind)):
        yield Finding(subject, "its params are no dataclass", "Declare them as a frozen dataclass.")
        return
    if not kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        yield Finding(subject, f"{kind.__name__} is not frozen", "Write @dataclass(frozen=True).")
    try:
        blank = kind()
        codec.decode(kind, codec.encode(blank))
    except (TypeError, ValueError) as error:
        yield Finding(
            subject,
            f"{kind.__name__} does not fit: {error}",
            "Give every parameter a default that is plain data.",
        )
