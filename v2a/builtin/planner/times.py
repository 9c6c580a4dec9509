"""The grammar of times: reads one time expression at a position in the tokens of a brief."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.builtin.planner.clock import When, clock_text
from v2a.builtin.planner.film import Film
from v2a.builtin.planner.instants import Instants, Read
from v2a.builtin.planner.tokens import Token
from v2a.builtin.planner.vocabulary import Language
from v2a.model.observations import MomentKind
from v2a.model.time import Span

_EACH: dict[str, MomentKind] = {
    "impact": "impact",
    "hit": "impact",
    "contact": "contact",
    "flash": "flash",
    "stop": "stop",
    "start": "start",
    "turn": "turn",
    "mark": "mark",
    "marker": "mark",
}
_WHOLE = (
    "throughout the whole film", "throughout the film", "throughout the video", "throughout",
    "all the time", "all the way through", "all the way", "the whole time", "all along", "all through",
    "the whole film", "the whole video", "the whole movie", "the entire film", "the entire video",
    "whole film", "whole video", "entire film", "entire video", "everywhere", "for the whole film",
    "during the whole film", "over the whole film", "the full length", "non stop", "nonstop", "the entire time",
)  # fmt: skip
_TITLES = frozenset({"credits", "credit", "titles", "title", "card", "logo", "crawl"})
_PARTS = {
    "first": (0, 1),
    "opening": (0, 1),
    "second": (1, 1),
    "last": (1, 1),
    "final": (1, 1),
    "closing": (1, 1),
}


@dataclass(frozen=True, slots=True)
class Timed:
    """A time expression found in a brief, and the token after it."""

    when: When
    end: int


class Times:
    """Reads time expressions out of tokens."""

    def __init__(self, tokens: Sequence[Token], film: Film, language: Language) -> None:
        self._tokens = tokens
        self._film = film
        self._at = Instants(tokens, film, language)

    def read(self, start: int) -> Timed | None:
        """The time expression that begins at a token, or nothing."""
        for way in (
            self._whole, self._each, self._middle, self._part, self._scenes, self._range, self._frames, self._point,
            self._until, self._onwards, self._lasting, self._edge, self._bare,
        ):  # fmt: skip
            found = way(start)
            if found is not None:
                text = " ".join(t.text for t in self._tokens[start : found.end])
                only = self._at.word(found.end) == "only" and not self._at.word(found.end + 1).isalpha()
                return Timed(replace(found.when, text=text), found.end + only)
        return None

    def _words(self, start: int, *choices: str) -> int | None:
        """The position after the first of some phrases that stands here."""
        here = self._at.word(start)
        for choice in choices:
            if not here or not choice.startswith(here):
                continue
            parts = choice.split()
            if all(self._at.word(start + n) == part for n, part in enumerate(parts)):
                return start + len(parts)
        return None

    def _whole(self, start: int) -> Timed | None:
        end = self._words(start, *_WHOLE)
        return None if end is None else Timed(When(spans=(Span(Fraction(0), self._film.duration),)), end)

    def _each(self, start: int) -> Timed | None:
        at = self._words(start, "on", "at", "with", "for", "to") or start
        each = self._words(at, "every single", "every", "each", "all the", "all")
        named = each or self._words(at, "the")
        what = self._at.word(named if named is not None else at).removesuffix("s")
        end = (named if named is not None else at) + 1
        plural = self._at.word(end - 1).endswith("s")
        if what in ("cut", "edit", "transition") and (each is not None or (plural and at > start)):
            cuts = self._film.cuts
            return Timed(
                When(points=cuts, enumerated=True, problem="" if cuts else "the film has no cuts"), end
            )
        if each is None:
            return None
        if what in ("shot", "scene"):
            things: Sequence[Fraction] = [s.span.start for s in getattr(self._film, f"{what}s")]
            problem = "" if things else f"no {what}s were seen"
            return Timed(When(points=tuple(things), enumerated=True, problem=problem), end)
        if what in _EACH:
            return Timed(When(moments=_EACH[what]), end)
        period = self._at.length(each) or self._unit(each)
        return Timed(When(period=period.seconds), period.end) if period and period.seconds > 0 else None

    def _unit(self, at: int) -> Read | None:
        seconds = self._at.unit(at)
        return None if seconds is None else Read(seconds, at + 1)

    def _middle(self, start: int) -> Timed | None:
        """`the middle should be playful` speaks of the middle third."""
        end = self._words(start, "in the middle part", "in the middle section", "the middle part", "the middle section", "the middle")  # fmt: skip
        third = self._film.duration / 3
        return None if end is None else Timed(When(spans=(Span(third, 2 * third),)), end)

    def _part(self, start: int) -> Timed | None:
        at = (
            self._words(start, "for the", "in the", "during the", "over the", "at the", "the", "for", "in")
            or start
        )
        side = _PARTS.get(self._at.word(at))
        if side is None:
            return None
        total = self._film.duration
        share = {"half": Fraction(1, 2), "third": Fraction(1, 3), "quarter": Fraction(1, 4)}.get(
            self._at.word(at + 1)
        )
        if share is not None and not (self._at.word(at) == "second" and share != Fraction(1, 2)):
            length, end = total * share, at + 2
        else:
            read = self._at.length(at + 1) or self._unit(at + 1)
            if read is None or self._at.word(at) == "second":
                return None
            length, end = min(read.seconds, total), read.end
        end = self._words(end, "of the film", "of the video", "of the movie", "of film") or end
        span = Span(Fraction(0), length) if side[0] == 0 else Span(total - length, total)
        return Timed(When(spans=(span,)), end)

    def _scenes(self, start: int) -> Timed | None:
        at = self._words(
            start,
            "during all of",
            "during",
            "throughout",
            "all through",
            "through",
            "over",
            "in",
            "on",
            "for",
            "at",
            "within",
        )
        found = self._at.places(start if at is None else at, needs_number=at is None)
        return None if found is None else Timed(When(spans=found.spans, problem=found.problem), found.end)

    def _range(self, start: int) -> Timed | None:
        opened = self._words(
            start, "from about", "from", "between", "starting at", "starts at", "beginning at", "start at"
        )
        at = start if opened is None else opened
        first = self._at.instant(at, bare=opened is not None or self._at.shares_unit(at))
        if first is None:
            return None
        joint = self._words(
            first.end, "up to", "to", "until", "till", "through", "and", "-", "up until", "til"
        )
        if joint is None or (self._at.word(first.end) == "and" and self._at.word(start) != "between"):
            return None
        last = self._at.instant(joint, bare=True) or (self._at.number(joint) if opened is not None else None)
        if last is None or (opened is None and first.edge and last.edge and self._at.word(first.end) == "-"):
            return None
        begin = self._at.with_unit_of(first, last)
        problem = begin.problem or last.problem or self._outside(begin.seconds, text=True)
        if not problem and last.seconds <= begin.seconds:
            problem = "it ends before it starts"
        if problem:
            return Timed(When(problem=problem), last.end)
        return Timed(When(spans=(Span(begin.seconds, min(last.seconds, self._film.duration)),)), last.end)

    def _point(self, start: int) -> Timed | None:
        at = self._words(
            start, "at about", "at around", "at exactly", "exactly at", "at", "@", "around", "about", "on"
        )
        if at is None:
            return None
        read = self._at.instant(at, bare=self._at.word(start) in ("at", "@", "exactly"))
        if read is None or (read.edge and read.soft):
            return None
        points, problem, end = [read.seconds], read.problem or self._outside(read.seconds), read.end
        while True:
            joint = self._words(end, ", and at", ", and", ", at", "and at", ",", "and", "&")
            more = None if joint is None else self._at.instant(joint, bare=False)
            if more is None or more.edge or self._at.opens_range(more.end):
                break
            points.append(more.seconds)
            problem, end = problem or more.problem or self._outside(more.seconds), more.end
        return Timed(When(points=() if problem else tuple(map(self._inside, points)), problem=problem), end)

    def _frames(self, start: int) -> Timed | None:
        reads = self._at.frames(self._words(start, "at", "on") or start)
        if not reads:
            return None
        problem = next(filter(None, (self._outside(read.seconds) for read in reads)), "")
        points = () if problem else tuple(self._inside(read.seconds) for read in reads)
        return Timed(When(points=points, problem=problem), reads[-1].end)

    def _until(self, start: int) -> Timed | None:
        at = self._words(start, "up until", "until", "till", "before", "by", "up to", "ending at", "ends at", "stops at", "stop at")  # fmt: skip
        read = (
            None
            if at is None
            else self._titles(at, start) or self._at.instant(at, bare=True) or self._at.named(at, start)
        )
        if read is None:
            return None
        problem = read.problem or ("it ends before the film starts" if read.seconds <= 0 else "")
        span = Span(Fraction(0), min(max(read.seconds, Fraction(0)), self._film.duration))
        return Timed(When(spans=() if problem else (span,), problem=problem), read.end)

    def _titles(self, at: int, start: int) -> Read | None:
        """`the end credits at 1:20` are not the end."""
        titled = self._words(at, "the end", "end")
        return self._at.named(at, start) if titled and self._at.word(titled) in _TITLES else None

    def _onwards(self, start: int) -> Timed | None:
        at = self._words(start, "starting at", "starting from", "starts at", "begins at", "beginning at", "after", "from", "since", "past", "starting", "beginning")  # fmt: skip
        read = None if at is None else self._at.instant(at, bare=self._at.word(start) in ("after", "from"))
        if read is None:
            return None
        end = self._words(read.end, "on", "onwards", "onward", "in", "forward") or read.end
        problem = read.problem or self._outside(read.seconds, text=True)
        return Timed(
            When(spans=() if problem else (Span(read.seconds, self._film.duration),), problem=problem), end
        )

    def _lasting(self, start: int) -> Timed | None:
        at = self._words(start, "for about", "for around", "for", "lasting", "lasts", "of about")
        read = None if at is None else self._at.length(at)
        return None if read is None else Timed(When(length=read.seconds), read.end)

    def _edge(self, start: int) -> Timed | None:
        at = self._words(start, "right at", "at", "near", "in", "by", "on", "around", "towards", "toward", "just before", "to") or start  # fmt: skip
        middle = self._at.word(at) in ("halfway", "midway")
        if at == start and not middle:
            return None
        read = self._at.instant(at, bare=False)
        if read is None or not read.edge:
            return None
        if middle:
            return Timed(When(points=(read.seconds,)), read.end)
        total, reach = self._film.duration, min(Fraction(5), self._film.duration / 5)
        if self._at.word(start) in ("towards", "toward", "near"):
            reach = total / 4
        low = max(Fraction(0), read.seconds - (0 if read.seconds <= 0 else reach))
        high = min(total, read.seconds + (0 if read.seconds >= total else reach))
        return Timed(When(spans=(Span(low, high),) if low < high else (), edge=True), read.end)

    def _bare(self, start: int) -> Timed | None:
        read = self._at.clock(start) or self._at.offset(start)
        if read is not None:
            problem = read.problem or self._outside(read.seconds)
            points = () if problem else (self._inside(read.seconds),)
            return Timed(When(points=points, problem=problem), read.end)
        length = self._at.length(start)
        if length is None:
            return None
        short = self._at.word(length.end - 1) == "s" and self._at.word(length.end) not in ("of", "long")
        if short:
            problem = self._outside(length.seconds)
            points = () if problem else (self._inside(length.seconds),)
            return Timed(When(points=points, problem=problem), length.end)
        end = self._words(length.end, "long of", "long", "of") or length.end
        return Timed(When(length=length.seconds), end)

    def _inside(self, time: Fraction) -> Fraction:
        """The last frame stands for the film's very end."""
        return max(Fraction(0), min(time, self._film.duration - self._film.frame))

    def _outside(self, time: Fraction, text: bool = False) -> str:
        ends = self._film.duration
        if time > ends or (text and time >= ends):
            return f"that is outside the film, which ends at {clock_text(ends)}"
        return "that is before the film starts" if time < 0 else ""
