"""Where one background ends and the next begins: they cross at a cut, cross over a dissolve, and follow a fade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.builtin.planner.darkness import Fade, fades
from v2a.builtin.planner.desk import Desk
from v2a.builtin.planner.wishes import Wish
from v2a.model.spotting import Cue
from v2a.model.time import Span, nearest

_OPEN, _CLOSE = Fraction(1, 4), Fraction(1, 2)
_ANYWHERE = Fraction(1, 4)
_LONGEST = Fraction(10)


@dataclass(frozen=True, slots=True)
class Edge:
    """How a background begins or ends: its first or last instant, and the seconds that it takes to come or to go."""

    time: Fraction
    fade: Fraction


@dataclass(frozen=True)
class Borders:
    """Where backgrounds meet; `soft` are borders at which one gives way to another, with the seconds that takes."""

    desk: Desk
    soft: Mapping[Fraction, Fraction]
    fades: Mapping[Fraction, Fade]

    @classmethod
    def of(cls, wishes: Sequence[Wish], desk: Desk) -> Borders:
        """The borders of a film, soft where a wish comes or goes slowly."""
        soft = {s.start: wish.comes for wish in wishes for s in wish.when.spans if wish.comes}
        soft |= {s.end: wish.goes for wish in wishes for s in wish.when.spans if wish.goes}
        film = desk.film
        return cls(desk, soft, {fade.at: fade for fade in fades(film.shots, film.dark, film.duration)})

    @property
    def black(self) -> tuple[Span, ...]:
        """The shots that are nothing but black between a fade and the next picture."""
        return tuple(fade.black for fade in self.fades.values() if fade.black is not None)

    def cue(self, span: Span, prompt: str, why: str, *, exact: bool = False) -> Cue:
        """A background between two borders: it reaches over them as far as it crosses another one there.

        One whose times are `exact` follows the picture only where the film opens and closes.
        """
        film = self.desk.film
        begin, end = self._begin(span.start, exact), self._end(span.end, exact)
        whole = film.clamped(Span(begin.time, end.time)) if begin.time < end.time else None
        longest = (whole or span).duration / 2
        return Cue(
            id="",
            kind="bg",
            span=whole or span,
            prompt=prompt,
            fade_in=min(begin.fade, longest),
            fade_out=min(end.fade, longest),
            why=why,
        )

    def crossing(self, border: Fraction) -> Fraction:
        """How long two backgrounds overlap at a border in seconds: a dissolve's length, or a few frames at a cut."""
        if border in self.soft:
            return self.soft[border]
        film = self.desk.film
        shot = film.shot_starting(border)
        if shot is not None:
            slow = shot.transition_in in ("dissolve", "fade", "wipe") and shot.transition > 0
            return min(shot.transition, _LONGEST) if slow else self._cut
        return self._cut if film.scene_starts[film.scene_at(border)] == border else _ANYWHERE

    @property
    def _cut(self) -> Fraction:
        return self.desk.style.crossfade * self.desk.film.frame

    def _fade(self, border: Fraction, exact: bool) -> Fade | None:
        inside = self.desk.film.scope.start < border < self.desk.film.scope.end
        return None if (exact and inside) or border in self.soft else self.fades.get(border)

    def _begin(self, border: Fraction, exact: bool) -> Edge:
        fade = self._fade(border, exact)
        if fade is not None and (fade.back or fade.black is None):
            return Edge(fade.dark.end, max(fade.back, self._cut))
        if border <= self.desk.film.scope.start:
            return Edge(border, _OPEN)
        over = self.crossing(border)
        return Edge(border - over / 2, over)

    def _end(self, border: Fraction, exact: bool) -> Edge:
        fade = self._fade(border, exact)
        if fade is not None and (fade.out or fade.black is None):
            return Edge(fade.dark.start, max(fade.out, self._cut))
        if border >= self.desk.film.scope.end:
            return Edge(border, _CLOSE)
        over = self.crossing(border)
        return Edge(border + over / 2, over)


def lapped(cues: Sequence[Cue], borders: Borders) -> list[Cue]:
    """The same backgrounds of places, with those that meet at a cut doing so before it (J cut) or behind it (L cut).

    Where the style asks for both, they cross over all of the time between.
    """
    moves = {m.border: m for m in _moves(cues, borders)}
    half = {border: borders.crossing(border) / 2 for border in moves}
    ends = {border + half[border]: move for border, move in moves.items()}
    starts = {border - half[border]: move for border, move in moves.items()}
    return [_moved(cue, starts.get(cue.span.start), ends.get(cue.span.end), borders) for cue in cues]


@dataclass(frozen=True, slots=True)
class _Move:
    """A cut, the middle of where two backgrounds cross instead, and for how long they do."""

    border: Fraction
    middle: Fraction
    over: Fraction


def _moves(cues: Sequence[Cue], borders: Borders) -> list[_Move]:
    style, film = borders.desk.style, borders.desk.film
    if not style.prelap and not style.postlap:
        return []
    begun, ended = {c.span.start for c in cues}, {c.span.end for c in cues}
    moves = []
    for before, after in zip(film.scenes, film.scenes[1:], strict=False):
        border = after.span.start
        shot, half = film.shot_starting(border), borders.crossing(border) / 2
        if shot is None or shot.transition_in != "cut" or border in borders.soft:
            continue
        if border - half not in begun or border + half not in ended:
            continue
        most = min(before.span.duration, after.span.duration) / 2
        early, late = (
            min(_lap(n, film.frame), _whole(most, film.frame)) for n in (style.prelap, style.postlap)
        )
        over = early + late if early and late else 2 * half
        middle = border + (late - early) / (2 if early and late else 1)
        moves.append(_Move(border, middle, over))
    return moves


def _lap(frames: int, frame: Fraction) -> Fraction:
    """So many frames of a film of usual rate in seconds, on the frames of this one.

    Above 30 a second they are counted as timecode does, in pairs (SMPTE ST 12-1); below 20 as at 24.
    """
    if 20 * frame > 1:
        return nearest(frames / (24 * frame)) * frame
    return frames * -(-1 // (30 * frame)) * frame


def _whole(length: Fraction, frame: Fraction) -> Fraction:
    return length // frame * frame


def _moved(cue: Cue, begin: _Move | None, end: _Move | None, borders: Borders) -> Cue:
    """The cue with its ends where the moves put them."""
    start = cue.span.start if begin is None else begin.middle - begin.over / 2
    stop = cue.span.end if end is None else end.middle + end.over / 2
    span = borders.desk.film.clamped(Span(start, stop)) if start < stop else None
    if span is None or (begin is None and end is None):
        return cue
    longest = span.duration / 2
    fade_in = None if begin is None else min(begin.over, longest)
    fade_out = None if end is None else min(end.over, longest)
    return replace(
        cue,
        span=span,
        fade_in=min(cue.fade_in, span.duration - (fade_out or 0)) if fade_in is None else fade_in,
        fade_out=min(cue.fade_out, span.duration - (fade_in or 0)) if fade_out is None else fade_out,
    )
