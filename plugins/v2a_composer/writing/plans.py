"""What is to be composed for a request: mood, tempo, length, sections, speech, seed."""

from __future__ import annotations

import v2a
from v2a_composer import moods, score, tempo

Plan = score.Plan


def plan_for(request: v2a.Request) -> Plan:
    """What is to be composed for a request."""
    mood = moods.mood_of(request.prompt, str(request.params.get("mood", "")))
    bpm = float(request.params.get("tempo", 0.0) or 0.0)
    if not bpm and request.timing:
        bpm = request.timing.tempo.marks[0].bpm
    hits = [tempo.Hit(float(s.span.start), 1.0) for s in request.shots if s.span.start > 0]
    hits += [tempo.Hit(float(m.time), m.strength * m.confidence) for m in request.moments]
    return Plan(
        mood=mood,
        bpm=bpm or tempo.best_tempo(hits, mood.slow, mood.fast),
        length=float(request.whole),
        sections=tuple(float(s.span.start) for s in request.shots if s.span.start > 0),
        quiet=tuple(score.Quiet(float(s.span.start), float(s.span.end)) for s in request.speech),
        seed=request.seed,
    )
