"""Watching one part of the film: one decode, shown to every observer that still lacks the part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from fractions import Fraction
from functools import partial

from v2a.interfaces import Block, Frames, Observer, PictureNeed, SoundNeed, StageBench
from v2a.media.decode import Decoding, Heard, Seen, decode
from v2a.model import Lost, Span, Video
from v2a.stages.grid import Grid
from v2a.stages.parts import Part, Shelf, columns, listening, need_of
from v2a.stages.seats import Seat

_TELL = Fraction(2)
_MARGIN = Fraction(1)


def watch(video: Video, part: Part, observers: Sequence[Observer], bench: StageBench) -> tuple[Seat, ...]:
    """Show one part to a company of observers and store what each made of it, and what of it was lost to each."""
    seats = tuple(Seat(o, part, partial(o.open, bench, video)) for o in observers)
    try:
        room = _Room(video, part, seats, bench)
        with room.decoding() as stream:
            for item in stream:
                room.show(item)
            room.end()
            lost = tuple(own for each in stream.lost if (own := _within(each, part.span)) is not None)
    finally:
        for seat in seats:
            seat.close()
    for seat in seats:
        if seat.error is None:
            Shelf(bench.store, video, seat.card).keep(part, seat.rows, lost)
    return seats


def _within(lost: Lost, span: Span) -> Lost | None:
    own = lost.span.intersection(span)
    return None if own is None else Lost(own, lost.what)


class _Room:
    """The seats of one part, and the sound grids between them and the decoder."""

    def __init__(self, video: Video, part: Part, seats: Sequence[Seat], bench: StageBench) -> None:
        self._video, self._part, self._bench = video, part, bench
        self._see: dict[PictureNeed, list[Callable[[Frames], None]]] = {}
        self._hear: dict[SoundNeed, list[Callable[[Block], None]]] = {}
        for seat in seats:
            for entry in columns(seat.card).values():
                need = need_of(seat.card, entry)
                if isinstance(need, PictureNeed) and seat.see not in self._see.setdefault(need, []):
                    self._see[need].append(seat.see)
                if isinstance(need, SoundNeed) and seat.hear not in self._hear.setdefault(need, []):
                    self._hear[need].append(seat.hear)
        self._hears = part.opens(max(listening(seat.card) for seat in seats))
        self._sees = part.opens(max(seat.card.lead for seat in seats))
        self._grids = {need: Grid(need, self._hears, part.span.end) for need in self._hear}
        self._told = part.span.start

    def decoding(self) -> AbstractContextManager[Decoding]:
        """The decoder, over the part with what comes before it and a little of what comes after."""
        longest = max((Fraction(n.block, n.rate) for n in self._hear), default=Fraction(0))
        end = self._part.span.end + longest + _MARGIN
        return decode(
            self._video,
            tuple(self._see),
            tuple(self._hear),
            Span(self._sees, end),
            self._bench.cancelled,
            hears=Span(self._hears, end),
        )

    def show(self, item: Seen | Heard) -> None:
        """Hand on what was decoded."""
        if isinstance(item, Seen):
            for see in self._see[item.need]:
                see(item.frames)
            if len(item.frames):
                self._tell(Fraction(float(item.frames.times[-1])))
            return
        for block in self._grids[item.need].put(item.block):
            self._spread(item.need, block)
        if not self._see:
            self._tell(item.block.start)

    def end(self) -> None:
        """Let the observers hear silence where sound ended before the part did."""
        for need, grid in self._grids.items():
            for block in grid.rest():
                self._spread(need, block)

    def _spread(self, need: SoundNeed, block: Block) -> None:
        for hear in self._hear[need]:
            hear(block)

    def _tell(self, time: Fraction) -> None:
        self._bench.check_cancelled()
        if time >= self._told + _TELL:
            self._told = time
            self._bench.progress(float(min(time, self._part.span.end)), float(self._video.duration))
