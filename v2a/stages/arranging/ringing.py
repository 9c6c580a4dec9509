"""Music that ends on a beat which is not its last: it rings out, and dies away before the next note sets in."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from v2a.dsp.transients import onsets, rises
from v2a.model import MusicEdit, Span, Take, nearest

_RATE = 48_000
_SUDDEN, _APART = 6.0, 0.1
_LEAST, _STRUCK = Fraction(3, 10), Fraction(1, 10)
_CLOSE = Fraction(1, 20)


def rung(edit: MusicEdit, take: Take, strike: Fraction) -> MusicEdit:
    """An edit whose last beat is struck at a time of the take: what sets in behind that is left out."""
    last = edit.passages[-1]
    struck = last.heard(strike)
    stop = _next(take, strike + _LEAST, last.source.end)
    if stop is not None:
        end = Fraction(nearest(last.heard(stop) * _RATE), _RATE)
        anchors = tuple(a for a in last.anchors if a.source < stop - _CLOSE)
        last = replace(
            last,
            source=Span(last.source.start, stop),
            target=Span(last.target.start, end),
            anchors=anchors,
        )
    ringing = max(last.target.end - struck - _STRUCK, min(_LEAST, last.target.duration / 2))
    fade = Fraction(nearest(ringing * _RATE), _RATE)
    return replace(edit, passages=(*edit.passages[:-1], last), ending="bar", fade=fade)


def _next(take: Take, first: Fraction, last: Fraction) -> Fraction | None:
    """When the next note of a take sets in between two of its times."""
    sound = take.sound.open()
    begin, end = nearest(first * sound.rate), min(sound.length, nearest(last * sound.rate))
    if end <= begin:
        return None
    part = sound.samples[:, begin:end]
    found = onsets(part, rises(part, sound.rate), _SUDDEN, _APART * sound.rate)
    if not len(found):
        return None
    at = Fraction(nearest(Fraction(begin + int(found[0]), sound.rate) * _RATE), _RATE)
    return at if at < last - _CLOSE else None
