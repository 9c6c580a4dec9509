"""Accents: how far hits stand out of the music before them, and that nothing louder follows on their heels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from v2a_composer.writing.sheet import SOFTEST, Line, Sheet, Which
from v2a_composer.writing.stings import Sting

FULL = 5.0
"""The power of a hit beyond which it would only be held back by the ceiling of what is played."""
_BEFORE, _LONGER, _HEARD, _BEHIND = 1.0, 4.0, 0.1, 1.0
_AT, _SPREAD, _TAILS = 0.03, 0.095, 0.3
_LESS, _OWN, _BESIDE = 0.25, 0.75, 0.35
_HELP, _EBB = 1.35, 0.16
_SHARE, _TAIL = 0.2, 0.6


def accented(lines: Sequence[Line], stings: Sequence[Sting]) -> list[Line]:
    """The lines with every hit struck as hard as it takes, in the order of time."""
    if not stings:
        return list(lines)
    sheet = Sheet(lines)
    times = [s.time for s in stings] + [float("inf")]
    for n, sting in enumerate(stings):
        _strike(sheet, sting)
        _hold_back(sheet, sting, min(_BEHIND, times[n + 1] - sting.time - _AT))
    return sheet.lines()


def before(sheet: Sheet, time: float) -> float:
    """The power that a hit has to stand out of: of the second before it, or a little less than that of the seconds before."""
    second = sheet.power(time - _BEFORE, time)
    return max(second, _LESS * sheet.power(time - _LONGER, time), (SOFTEST / 127) ** 4)


def _strike(sheet: Sheet, sting: Sting) -> None:
    """Strike a hit so many dB above the music before it, as far as there is room under the ceiling.

    Where that is more than its players have, those who play on the beat help, and what begins before it is softer.
    """
    near, late = (sheet.between(sting.time - _AT, sting.time + at) for at in (_AT, _SPREAD))
    own, others = late[sheet.sting[late]], near[~sheet.sting[near]]
    if not len(own):
        return
    wanted = min(before(sheet, sting.time) * 10 ** (sting.gain / 10), FULL)
    lacking = max(wanted - sheet.power(sting.time, sting.time + _HEARD, own), _OWN * wanted)
    struck = float(sheet.shares(own, sting.time, sting.time + _HEARD).sum())
    sheet.scale(own, lacking / max(struck, 1e-9), 127.0 / SOFTEST)
    held = others[sheet.held[others]]
    beside = _struck(sheet, held) / max(_BESIDE * _struck(sheet, own), 1e-9)
    if beside > 1:
        sheet.scale(held, 1 / beside, 1.0)
    short = _lacking(sheet, sting)
    if short > 1 and len(others):
        sheet.scale(others, short, _HELP)
    short = _lacking(sheet, sting)
    if short > 1:
        ebbing = sheet.between(sting.time - _BEFORE, sting.time - _AT)
        sheet.scale(ebbing[~sheet.sting[ebbing]], max(_EBB, 1 / short), 1.0)
    tails = sheet.between(sting.time + _SPREAD, sting.time + _TAILS)
    sheet.velocity[tails[sheet.sting[tails]]] = _TAIL * float(np.mean(sheet.velocity[own]))


def _struck(sheet: Sheet, which: Which) -> float:
    """The power with which some notes begin."""
    return float(np.sum((sheet.velocity[which] / 127.0) ** 4))


def _lacking(sheet: Sheet, sting: Sting) -> float:
    """By which factor the power of a hit falls short of what is wanted."""
    wanted = before(sheet, sting.time) * 10 ** (sting.gain / 10)
    return min(wanted, FULL) / max(sheet.power(sting.time, sting.time + _HEARD), 1e-9)


def _hold_back(sheet: Sheet, sting: Sting, room: float) -> None:
    """What begins just behind a hit has a fifth of its power at most."""
    most = _SHARE * _struck(sheet, sheet.between(sting.time - _AT, sting.time + _AT))
    behind = sheet.between(sting.time + _AT, sting.time + room)
    for at in range(int(_BEHIND / _AT) + 1):
        here = behind[(sheet.start[behind] - sting.time) // _AT == at]
        power = _struck(sheet, here)
        if power > most:
            sheet.scale(here, most / power, 1.0)
