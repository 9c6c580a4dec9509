"""Tempo maps and scores as Standard MIDI Files, which every sequencer and DAW opens (type 1; by mido)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from v2a.files import whole
from v2a.media import ticks
from v2a.media.easing import Written, eased
from v2a.model import Note, Score, ScoreMark, TempoMap, Timecode, Voice, nearest

_DRUMS = 9
_MELODIC = tuple(channel for channel in range(16) if channel != _DRUMS)
_ACCENT, _BEAT = (76, 112), (77, 80)
_VOLUME, _PAN = (7, 100), (10, 64)
_EXPRESSION = 11
_MAJOR = ("C", "G", "D", "A", "E", "B", "F#", "C#", "F", "Bb", "Eb", "Ab", "Db", "Gb", "Cb")
_MINOR = ("A", "E", "B", "F#", "C#", "G#", "D#", "A#", "D", "G", "C", "F", "Bb", "Eb", "Ab")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cue lies in a film, and what it is called: the timecode of the film's first frame and the seconds from there
    to the cue, its name, and its key as musicians write it, such as D minor."""

    start: Timecode | None = None
    at: Fraction = Fraction(0)
    name: str = ""
    key: str = ""

    def on_frame(self, seconds: Fraction) -> Fraction:
        """The time nearest to one of the cue that is a whole frame as MIDI counts them; without a timecode that time."""
        if self.start is None:
            return seconds
        frames = Fraction(self.start.nominal, _counted(self.start))
        exact = self.start.frame + (self.at + seconds) * self.start.rate
        return (nearest(exact / frames) * frames - self.start.frame) / self.start.rate - self.at


class _Event(NamedTuple):
    """A message at a tick; of those at one tick the one with the lower rank comes first."""

    tick: int
    rank: int
    message: Any


def write_tempo(
    path: Path, tempo: TempoMap, length: Fraction, marks: Sequence[ScoreMark] = (), place: Place | None = None
) -> None:
    """Write a tempo map, with what is marked in it, into a MIDI file that begins where the cue does."""
    ruler = ticks.at_once(tempo, length)
    data = _data(ruler, [_conductor(ruler, marks, place or Place())])
    with whole(path) as temporary:
        temporary.write_bytes(data)


def write_score(
    path: Path, score: Score, length: Fraction, place: Place | None = None, *, click_bars: int = 2
) -> None:
    """Write a score into a MIDI file: a tempo track, two bars of click before the cue, and a track for each voice.

    The cue begins in the bar behind the click; its timecode less what lies before it is the file's SMPTE offset, and a
    whole frame, for many programs read no more of it.
    """
    data = score_data(score, length, place, click_bars=click_bars)
    with whole(path) as temporary:
        temporary.write_bytes(data)


def score_data(score: Score, length: Fraction, place: Place | None = None, *, click_bars: int = 2) -> bytes:
    """The bytes of the file that `write_score` writes: the same for the same score."""
    place = place or Place()
    counted = click_bars > 0
    if counted:
        ruler = ticks.counted_in(score.tempo, length, click_bars, place.on_frame)
    else:
        ruler = ticks.at_once(score.tempo, length)
    marks = [ScoreMark(0.0, place.name or "Start"), *score.marks] if counted else score.marks
    tracks = [_conductor(ruler, marks, place)]
    tracks += [_click(ruler, score.tempo.meter.counted)] if counted else []
    return _data(ruler, [*tracks, *_voices(ruler, score.voices)])


def offset(place: Place, seconds: Fraction) -> dict[str, int | float] | None:
    """The SMPTE offset of so many seconds of the cue, as near as MIDI can say it; nothing without a timecode.

    MIDI knows 24, 25, 29.97 drop frame and 30 frames a second. 23.976 is written as 24 and 29.97 non drop as 30, since
    their counts are the same; of higher rates two or four frames are one. Hundredths of frames are kept.
    """
    start = place.start
    if start is None:
        return None
    exact = start.frame + (place.at + seconds) * start.rate
    frame, rest = divmod(nearest(exact * 100), 100)
    count = Timecode(frame, start.rate, start.drop).wrapped
    hours, minutes, whole_seconds, frames = (int(part) for part in str(count).replace(";", ":").split(":"))
    coarse = _counted(start)
    frames, rest = divmod(int((frames * 100 + rest) * Fraction(coarse, start.nominal)), 100)
    return {
        "frame_rate": 29.97 if start.drop else coarse,
        "hours": hours, "minutes": minutes, "seconds": whole_seconds, "frames": frames, "sub_frames": rest,
    }  # fmt: skip


def _counted(timecode: Timecode) -> int:
    """How many frames a second MIDI counts where a film counts that many."""
    return 24 if timecode.nominal % 24 == 0 else 25 if timecode.nominal % 25 == 0 else 30


def _conductor(ruler: ticks.Ruler, marks: Sequence[ScoreMark], place: Place) -> list[_Event]:
    events = _opening(place.name or "v2a")
    smpte = offset(place, ruler.start)
    if smpte is not None:
        events.append(_meta(0, "smpte_offset", **smpte))
    if key := _key(place.key):
        events.append(_meta(0, "key_signature", key=key))
    events += [_signature(metered) for metered in ruler.meters]
    events += [_meta(tempo.tick, "set_tempo", tempo=tempo.micros) for tempo in ruler.tempi]
    events += [_meta(ruler.tick(mark.time), "marker", text=mark.name) for mark in marks]
    return events


def _signature(metered: ticks.Metered) -> _Event:
    """A time signature; a metronome clicks on its beats, and in 6/8 and its like on every third."""
    beats, unit = metered.meter.beats, metered.meter.unit
    clocks = 96 // unit * metered.meter.pulse
    return _meta(metered.tick, "time_signature", numerator=beats, denominator=unit, clocks_per_click=clocks)


def _click(ruler: ticks.Ruler, beats: int) -> list[_Event]:
    events = _opening("Click")
    for number, tick in enumerate(ruler.clicks):
        pitch, velocity = _BEAT if number % beats else _ACCENT
        events += _sounded(tick, tick + ruler.resolution // 8, _DRUMS, pitch, velocity)
    return events


def _voices(ruler: ticks.Ruler, voices: Sequence[Voice]) -> Iterator[list[_Event]]:
    """A track for each voice, on a channel of its own: drums on 10, the others on the fifteen others.

    Where those do not suffice, the next fifteen are those of another port.
    """
    melodic = 0
    ports = sum(not voice.drums for voice in voices) > len(_MELODIC)
    for voice in voices:
        port, turn = divmod(melodic, len(_MELODIC))
        channel = _DRUMS if voice.drums else _MELODIC[turn]
        melodic += not voice.drums
        events = _opening(voice.name)
        if ports:
            events.append(_meta(0, "midi_port", port=0 if voice.drums else port))
        events.append(_message(0, "program_change", channel=channel, program=voice.program))
        for control, value in (_VOLUME, _PAN):
            events.append(_message(0, "control_change", channel=channel, control=control, value=value))
        notes, course = eased(
            ruler, sorted(_apart(ruler, voice.notes), key=lambda one: (one.on, one.note.pitch))
        )
        for tick, value in course:
            events.append(_message(tick, "control_change", channel=channel, control=_EXPRESSION, value=value))
        for on, off, note in notes:
            events += _sounded(on, off, channel, note.pitch, note.velocity)
        yield events


def _apart(ruler: ticks.Ruler, notes: Sequence[Note]) -> Iterator[Written]:
    """Where each note begins and ends: one that is struck again before it ended ends there, and none is empty.

    Of two that begin together with one pitch the later is left out, and its strength counts if it is more.
    """
    struck: dict[tuple[int, int], Note] = {}
    ends: dict[tuple[int, int], int] = {}
    for note in notes:
        place = (ruler.tick(note.time), note.pitch)
        if place not in struck or note.velocity > struck[place].velocity:
            struck[place] = note
        off = max(place[0] + 1, ruler.tick(note.time + note.length))
        ends[place] = max(off, ends.get(place, 0))
    following: dict[int, int] = {}
    for place in sorted(struck, reverse=True):
        on, pitch = place
        yield Written(on, min(ends[place], following.get(pitch, ends[place])), struck[place])
        following[pitch] = on


def _opening(name: str) -> list[_Event]:
    return [_meta(0, "track_name", name=name)]


def _sounded(on: int, off: int, channel: int, pitch: int, velocity: int) -> list[_Event]:
    return [
        _message(on, "note_on", 2, channel=channel, note=pitch, velocity=velocity),
        _message(off, "note_off", 1, channel=channel, note=pitch, velocity=64),
    ]


def _meta(tick: int, kind: str, **values: Any) -> _Event:
    from mido import MetaMessage

    return _Event(tick, 0, MetaMessage(kind, **values))


def _message(tick: int, kind: str, rank: int = 0, **values: int) -> _Event:
    from mido import Message

    return _Event(tick, rank, Message(kind, **values))


def _key(said: str) -> str:
    """A key as MIDI names it: Dm for D minor; nothing where it has no name for it."""
    tonic, _, mode = said.strip().partition(" ")
    minor = mode.strip().lower().startswith("min")
    tonic = tonic[:1].upper() + tonic[1:]
    return tonic + "m" * minor if tonic in (_MINOR if minor else _MAJOR) else ""


def _data(ruler: ticks.Ruler, tracks: Sequence[list[_Event]]) -> bytes:
    """The bytes of a file in which every track ends where the cue does, or with its last note."""
    from mido import MetaMessage, MidiFile, MidiTrack

    file = MidiFile(type=1, ticks_per_beat=ruler.resolution, charset="utf-8")
    for events in tracks:
        track, now = MidiTrack(), 0
        for tick, _, message in sorted(events, key=lambda event: event[:2]):
            message.time, now = tick - now, tick
            track.append(message)
        track.append(MetaMessage("end_of_track", time=max(0, ruler.end - now)))
        file.tracks.append(track)
    data = io.BytesIO()
    file.save(file=data)
    return data.getvalue()
