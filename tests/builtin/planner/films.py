"""Films as they are observed, made of numbers."""

import itertools
from fractions import Fraction as F

import v2a_composer
import v2a_foley
from v2a.builtin.planner import PLANNERS
from v2a.interfaces import Bench, GeneratorCard, PlanRequest
from v2a.model import (
    Colour,
    Identity,
    Licence,
    Moment,
    Observations,
    Picture,
    Scene,
    Shot,
    Span,
    Timecode,
    Video,
)

CARDS = tuple(g.card for m in (v2a_foley, v2a_composer) for g in m.v2a_generators())
OPEN = GeneratorCard("any", "1", ("fo", "fx", "bg", "mx", "vo"), Licence("MIT"))


def span(start, end):
    return Span(F(str(start)), F(str(end)))


def film(seconds=30, rate=F(25), start="01:00:00:00"):
    picture = Picture(0, "h264", 64, 36, 0, "yuv420p", 8, F(1), Colour())
    timecode = Timecode.parse(start, rate) if start else None
    return Video(
        path="film.mp4", identity=Identity(1, "a"), container="mp4", duration=F(str(seconds)), frame_rate=rate,
        variable=False, frames=None, start_time=F(0), start_timecode=timecode, timecode_from="tmcd", picture=picture,
    )  # fmt: skip


def moment(time, kind="impact", strength=0.7, confidence=0.9, x=0.5):
    return Moment(F(str(time)), kind, strength, confidence, x)


def shots(*borders):
    pairs = itertools.pairwise(borders)
    return tuple(Shot(span(a, b), "start" if n == 0 else "cut") for n, (a, b) in enumerate(pairs))


MOMENTS = (
    moment(2.2, "contact"), moment(2.8, "contact"), moment(3.4, "contact"),
    moment(12.1, "impact", x=0.9), moment(18, "start"), moment(25, "flash"),
)  # fmt: skip


def observed(seconds=30, **seen):
    seen.setdefault("shots", shots(0, 5, 12, 20, 30) if seconds == 30 else ())
    scenes = (Scene(span(0, 12), (0, 1)), Scene(span(12, 30), (2, 3)))
    seen.setdefault("scenes", scenes if seconds == 30 else ())
    seen.setdefault("moments", MOMENTS if seconds == 30 else ())
    return Observations(film(seconds), **seen)


def plan(brief="", seen=None, **asked):
    asked.setdefault("generators", CARDS)
    return PLANNERS[0].plan(Bench(), PlanRequest(seen or observed(), brief=brief, **asked))


def cues(found, *kinds):
    return [c for c in found.cues if c.kind in kinds and not c.suggested]


def asked_for(found):
    return [c for c in found.cues if c.why.startswith("brief")]


def one(brief, **asked):
    found = asked_for(plan(brief, **asked))
    assert len(found) == 1, [c.prompt for c in found]
    return found[0]
