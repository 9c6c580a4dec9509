"""What a score in an answer must be, so that a file for a sequencer can be written of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from v2a.model import Eased, Note, Score, ScoreMark, TempoMap, Voice


def problem(score: object) -> str:
    """What is wrong with a score; "" where nothing is, and where there is none."""
    if score is None:
        return ""
    if not isinstance(score, Score):
        return f"gave {type(score).__name__} where a Score belongs"
    return next(_problems(score), "")


def _problems(score: Any) -> Iterator[str]:
    if not isinstance(score.tempo, TempoMap):
        yield "gave a score without a tempo map"
        return
    if not all(_is_time(mark.bpm) and mark.bpm > 0 for mark in score.tempo.marks):
        yield "gave a score with a tempo that is no number of beats a minute"
    for mark in score.marks:
        if not isinstance(mark, ScoreMark) or not _is_time(mark.time) or not isinstance(mark.name, str):
            yield f"marked its score with {mark!r}, which is no name at a time"
    for voice in score.voices:
        yield from _of_voice(voice)


def _of_voice(voice: Any) -> Iterator[str]:
    if not isinstance(voice, Voice) or not isinstance(voice.name, str) or not isinstance(voice.section, str):
        yield "gave a score with a voice that is no Voice"
        return
    if not _is_whole(voice.program, 0, 127):
        yield f"gave the voice {voice.name!r} the program {voice.program!r}: a whole number from 0 to 127 belongs there"
    for note in voice.notes:
        if not isinstance(note, Note) or not _is_time(note.time) or not _is_time(note.length):
            yield f"gave {note!r} in the voice {voice.name!r}: times in seconds belong there"
        elif not _is_whole(note.pitch, 0, 127) or not _is_whole(note.velocity, 1, 127):
            yield (
                f"gave {note!r} in the voice {voice.name!r}: whole numbers belong there, a pitch from 0 to 127 "
                "and a velocity from 1 to 127"
            )
        elif note.length < 0:
            yield f"gave {note!r} in the voice {voice.name!r}, which ends before it begins"
        elif note.eased is not None and not _is_eased(note.eased):
            yield (
                f"eased a note in the voice {voice.name!r} by {note.eased!r}: seconds that are more than nothing and a "
                "velocity from 1 to 127 belong there"
            )


def _is_eased(eased: object) -> bool:
    return (
        isinstance(eased, Eased)
        and _is_time(eased.after)
        and eased.after > 0
        and _is_whole(eased.velocity, 1, 127)
    )


def _is_time(value: object) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
