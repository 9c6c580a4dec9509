"""The grammar of instants and lengths: `0:02`, `01:00:10:05`, `frame 120`, `a minute`, `the end of scene 2`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.builtin.planner.film import Film
from v2a.builtin.planner.tokens import Token
from v2a.builtin.planner.vocabulary import Language
from v2a.model.time import Span
from v2a.model.timecode import Timecode

_UNITS: dict[str, Fraction] = {
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), Fraction(1, 1000)),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), Fraction(1)),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), Fraction(60)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), Fraction(3600)),
}
_EDGES: dict[str, Fraction] = {
    **dict.fromkeys(("start", "beginning", "opening", "outset", "top"), Fraction(0)),
    **dict.fromkeys(("end", "ending", "finish", "finale", "close"), Fraction(1)),
    **dict.fromkeys(("middle", "midpoint"), Fraction(1, 2)),
}

# What is done by somebody who is named, not by a time: `joined by a violin at 0:24`.
_DONE = frozenset({"joined", "followed", "replaced", "accompanied", "played", "performed", "carried", "led"})


@dataclass(frozen=True, slots=True)
class Read:
    """A time or length in seconds and the token after it; `edge` where it was named as a start or an end."""

    seconds: Fraction
    end: int
    problem: str = ""
    edge: bool = False
    soft: bool = False
    unit: Fraction | None = None
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """Scenes or shots that were named, and the token after them."""

    spans: tuple[Span, ...]
    end: int
    problem: str = ""


class Instants:
    """Reads instants and lengths out of tokens."""

    def __init__(self, tokens: Sequence[Token], film: Film, language: Language) -> None:
        self._tokens = tokens
        self._words = [token.word for token in tokens]
        self._film = film
        self._language = language

    def word(self, at: int) -> str:
        """The token there in lower case; empty behind the end."""
        return self._words[at] if 0 <= at < len(self._words) else ""

    def number(self, at: int) -> Read | None:
        """A number in figures or words."""
        if at >= len(self._tokens):
            return None
        token = self._tokens[at]
        if token.kind == "number" and token.value is not None:
            return Read(token.value, at + 1)
        first = self._language.numbers.get(token.word)
        if first is None:
            return None
        end = at + 2 if self.word(at + 1) == "-" else at + 1
        second = self._language.numbers.get(self.word(end))
        if first >= 20 and second is not None and 0 < second < 10:
            return Read(Fraction(first + second), end + 1)
        return Read(Fraction(first), at + 1)

    def unit(self, at: int) -> Fraction | None:
        """The seconds in the unit that is named there."""
        word = self.word(at)
        return self._film.frame if word in ("frame", "frames") else _UNITS.get(word)

    def length(self, at: int) -> Read | None:
        """A length such as `12s`, `2m30s`, `1 minute and 20 seconds`, `half a second`."""
        total, end, unit = Fraction(0), at, None
        while True:
            again = end + 1 if end > at and self.word(end) == "and" else end
            number = self._quantity(again)
            if number is None:
                break
            behind = number.end + 1 if self.word(number.end) == "-" else number.end
            seconds = self.unit(behind)
            if seconds is None or (unit is not None and seconds >= unit):
                break
            total, end, unit = total + number.seconds * seconds, behind + 1, seconds
        return None if unit is None else Read(total, end, unit=unit)

    def _quantity(self, at: int) -> Read | None:
        word = self.word(at)
        if word == "half":
            return Read(Fraction(1, 2), at + 2 if self.word(at + 1) in ("a", "an") else at + 1)
        if word in ("a", "an", "one"):
            if self.word(at + 1) in ("few", "couple"):
                end = at + 3 if self.word(at + 2) == "of" else at + 2
                return Read(Fraction(3 if self.word(at + 1) == "few" else 2), end)
            return Read(Fraction(1), at + 1)
        return self.number(at)

    def clock(self, at: int) -> Read | None:
        """A clock time, a source timecode or a frame number."""
        if at >= len(self._tokens):
            return None
        token = self._tokens[at]
        if token.kind == "clock" and token.value is not None:
            return self._clock(token, at)
        if token.kind == "timecode":
            return self._timecode(token.text, at)
        if token.word == "frame" and (number := self.number(at + 1)) is not None:
            return Read(number.seconds * self._film.frame, number.end)
        return None

    def frames(self, at: int) -> tuple[Read, ...]:
        """Several frames by number: `frames 200, 400 and 600`."""
        reads: list[Read] = []
        number = self.number(at + 1) if self.word(at) == "frames" else None
        while number is not None:
            reads.append(Read(number.seconds * self._film.frame, number.end))
            joint = number.end
            while self.word(joint) in (",", "and", "&"):
                joint += 1
            further = self.number(joint) if joint > number.end else None
            number = further if further and not self._names_something(further.end) else None
        return tuple(reads)

    def _clock(self, token: Token, at: int) -> Read:
        seconds = token.value or Fraction(0)
        if seconds > self._film.duration and token.text.count(":") == 2 and self._film.timecode is not None:
            read = self._timecode(token.text[:8] + ":00", at)
            if not read.problem and 0 <= read.seconds <= self._film.duration:
                return read
        return Read(seconds, at + 1)

    def _timecode(self, text: str, at: int) -> Read:
        start = self._film.timecode
        rate = 1 / self._film.frame
        try:
            found = Timecode.parse(text, rate, start.drop if start else None)
        except ValueError as error:
            return Read(Fraction(0), at + 1, problem=str(error))
        begin = start or Timecode(0, rate, found.drop)
        return Read(found.since(begin), at + 1)

    def instant(self, at: int, bare: bool) -> Read | None:
        """A point in time; a number without a unit counts as seconds where `bare` is set."""
        found = self.clock(at) or self._edge(at)
        if found is not None:
            return found
        found = self.offset(at) or self.length(at)
        if found is not None:
            return found
        number = self.number(at)
        if number is None:
            return None
        if self.word(number.end) == "%" or self.word(number.end) == "percent":
            return Read(self._film.duration * number.seconds / 100, number.end + 1)
        if bare and not self._names_something(number.end):
            return Read(number.seconds, number.end, bare=True)
        return None

    def named(self, at: int, start: int) -> Read | None:
        """A point in time that is called by what happens then: `until the reveal at 0:24`."""
        done_by = self.word(start) == "by" and self.word(start - 1) in _DONE
        if self.word(start) == "before" or done_by:
            return None
        for end in range(at + 1, min(at + 7, len(self._tokens))):
            word = self._tokens[end - 1]
            if word.kind != "word" or self._language.among("joins", word.word):
                return None
            if self.word(end) in ("at", "@"):
                return self.instant(end + 1, bare=True)
        return None

    def offset(self, at: int) -> Read | None:
        """A time so long before or after another: `3 seconds before the end`, `10 seconds into the film`, `5 s in`."""
        length = self.length(at)
        way = self.word(length.end) if length is not None else ""
        if length is None or way not in ("before", "after", "into", "in"):
            return None
        if way in ("into", "in"):
            end = self._film_word(length.end + 1)
            there = end is not None or self.word(length.end + 1) in ("", ",", ".", ";")
            return Read(length.seconds, end or length.end + 1) if there else None
        base = self.clock(length.end + 1) or self._edge(length.end + 1)
        if base is None:
            return None
        seconds = base.seconds + (length.seconds if way == "after" else -length.seconds)
        return Read(seconds, base.end, base.problem)

    def _names_something(self, at: int) -> bool:
        """Whether the token there makes a count of the number before it: `3 knocks`."""
        if at >= len(self._tokens) or self._tokens[at].kind != "word":
            return False
        word = self.word(at)
        return not (
            self._language.among("prepositions", word)
            or self._language.among("joins", word)
            or word in ("until", "till", "the")
        )

    def _edge(self, at: int) -> Read | None:
        begin = at
        while self.word(at) in ("the", "very"):
            at += 1
        if self.word(at) in ("halfway", "midway"):
            end = at + 2 if self.word(at + 1) == "through" else at + 1
            return Read(self._film.duration / 2, end, edge=True)
        share = _EDGES.get(self.word(at))
        if share is None or (at == begin and self._tokens[at].word in ("close", "top", "opening")):
            return None
        base, end = Span(Fraction(0), self._film.duration), at + 1
        if self.word(end) == "of":
            places = self.places(end + 1, needs_number=False)
            if places is not None:
                if places.problem:
                    return Read(Fraction(0), places.end, problem=places.problem)
                base = Span(places.spans[0].start, places.spans[-1].end)
                return Read(base.start + base.duration * share, places.end)
            end = self._film_word(end + 1) or end
        return Read(base.duration * share, end, edge=True, soft=True)

    def _film_word(self, at: int) -> int | None:
        at = at + 1 if self.word(at) in ("the", "this") else at
        return at + 1 if self.word(at) in ("film", "video", "movie", "picture") else None

    def shares_unit(self, at: int) -> bool:
        """Whether a bare number there is the start of a range whose end has a unit: `2-5 s`."""
        number = self.number(at)
        if number is None or self.word(number.end) not in ("-", "to"):
            return False
        return self.length(number.end + 1) is not None or self.clock(number.end + 1) is not None

    def with_unit_of(self, first: Read, last: Read) -> Read:
        """The start of a range, in the unit of its end where it has none of its own."""
        return replace(first, seconds=first.seconds * last.unit) if first.bare and last.unit else first

    def opens_range(self, at: int) -> bool:
        """Whether what stands there makes a range of the time before it."""
        return self.word(at) in ("-", "to", "until", "till")

    def places(self, at: int, needs_number: bool) -> Places | None:
        """Scenes or shots by number: `scene 2`, `shots 2 to 4`, `the second scene`, `the last shot`."""
        at = at + 1 if self.word(at) in ("the", "all") else at
        nth = self._language.ordinals.get(self.word(at))
        if self.word(at) in ("last", "final"):
            nth = -1
        if nth is not None:
            what = self.word(at + 1)
            return (
                self._places(what, (nth,), at + 2) if what in ("scene", "shot") and not needs_number else None
            )
        what = self.word(at)
        number = self.number(at + 1) if what in ("scene", "scenes", "shot", "shots") else None
        if number is None:
            return None
        wanted, end = [int(number.seconds)], number.end
        while (
            self.word(end) in ("to", "-", "and", "&", ",", "through")
            and (more := self.number(end + 1)) is not None
        ):
            if self.unit(more.end) is not None:
                break
            last = min(int(more.seconds), wanted[-1] + 100_000)
            listed = self.word(end) in ("and", "&", ",")
            wanted += [last] if listed else list(range(wanted[-1] + 1, last + 1))
            end = more.end
        return self._places(what.removesuffix("s"), tuple(wanted), end)

    def _places(self, what: str, wanted: Sequence[int], end: int) -> Places:
        there: Sequence[Span] = [s.span for s in (self._film.scenes if what == "scene" else self._film.shots)]
        missing = [n for n in wanted if n == 0 or n > len(there) or -n > len(there)]
        if missing:
            count = f"only {len(there)} {what}{'s' if len(there) != 1 else ''}" if there else f"no {what}s"
            return Places((), end, f"the film has {count}")
        return Places(tuple(there[n - 1 if n > 0 else n] for n in wanted), end)
