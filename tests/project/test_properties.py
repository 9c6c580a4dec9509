"""Whatever the cues and whatever the user types: what is written is read, and what was edited survives."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from v2a.interfaces import Plan
from v2a.model import KINDS, Cue, Reasoning, Span, SpottingList, Timecode, Unplaced
from v2a.project import Project
from v2a.project.text import blocks
from v2a.testing import film

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
FILMS = st.sampled_from(
    [
        film(3600, start="01:00:00:00"),
        film(3600, frame_rate=Fraction(24000, 1001)),
        film(3600, frame_rate=Fraction(30000, 1001), start="23:59:50;00"),
        film(
            3600, frame_rate=Fraction(60000, 1001), start=Timecode.parse("10:00:00;04", Fraction(60000, 1001))
        ),
        film(3600, variable=True),
    ]
)
FIELDS = {
    "prompt": TEXT,
    "avoid": TEXT,
    "why": TEXT,
    "generator": st.none() | TEXT,
    "params": st.dictionaries(
        st.text("abc -\"'.", min_size=1, max_size=5),
        st.integers(-99, 99)
        | st.floats(-9, 9)
        | TEXT
        | st.booleans()
        | st.lists(st.integers(0, 9), max_size=3),
        max_size=3,
    ),
    "reference": TEXT,
    "strength": st.floats(0, 1),
    "gain": st.floats(-144, 48),
    "pan": st.floats(-1, 1),
    "nudge": st.integers(-99, 99),
    "fade_in": st.fractions(0, 9, max_denominator=48_000),
    "fade_out": st.fractions(0, 9, max_denominator=7),
    "seed": st.none() | st.integers(0, 2**63 - 1),
    "locked": st.booleans(),
    "muted": st.booleans(),
    "solo": st.booleans(),
    "take": st.none() | TEXT,
    "suggested": st.booleans(),
    "confidence": st.floats(0, 1),
}


@st.composite
def cues(draw, video):
    times = st.fractions(0, 3599, max_denominator=48_000) | st.integers(0, 80_000).map(
        lambda n: n / video.frame_rate
    )
    start = draw(times)
    length = draw(
        st.fractions(Fraction(1, 48_000), 1) | st.integers(1, 20).map(lambda n: n / video.frame_rate)
    )
    values = draw(st.fixed_dictionaries({}, optional=FIELDS))
    return Cue(
        "",
        draw(st.sampled_from(KINDS)),
        Span(start, min(start + length, Fraction(3600))),
        values.pop("prompt", "x"),
        sync=draw(st.none() | times),
        **values,
    )


@st.composite
def lists(draw):
    video = draw(FILMS)
    reasoning = tuple(
        Reasoning(n, Span(Fraction(n), Fraction(2 * n + 1, 2)), *draw(st.tuples(TEXT, TEXT, TEXT, TEXT)))
        for n in range(draw(st.integers(0, 3)))
    )
    lost = draw(st.lists(st.builds(Unplaced, TEXT, TEXT), max_size=2, unique_by=lambda u: u.text))
    listed = tuple(draw(st.lists(cues(video), max_size=5)))
    spotting = SpottingList(
        video.identity, draw(st.integers(0, 2**63 - 1)), draw(TEXT), listed, reasoning, tuple(lost)
    )
    return video, spotting


@QUICK
@given(lists(), st.data())
def test_what_is_written_is_read(made, data):
    video, spotting = made
    with tempfile.TemporaryDirectory() as name:
        with Project.open(Path(name), video) as project:
            written = project.write(spotting)
            assert len(written.cues) == len(spotting.cues)
            assert sorted(map(plain, written.cues)) == sorted(map(plain, spotting.cues))
        with Project.open(Path(name), video) as project:
            assert project.read() == written
            if not written.cues:
                return
            old = data.draw(st.sampled_from(written.cues))
            new = replace(data.draw(cues(video)), id=old.id)
            again = project.write(replace(written.with_cue(new), brief="another\nbrief"))
            assert replace(again.cue(old.id), pinned=frozenset()) == new
            assert project.read() == again


def plain(cue: Cue) -> str:
    """The cue without what writing settles: its id, its pins, the order of params and the sign of nothing."""
    return repr(
        replace(
            cue,
            id="",
            pinned=frozenset(),
            params=dict(sorted(cue.params.items())),
            gain=cue.gain + 0.0,
            pan=cue.pan + 0.0,
            confidence=cue.confidence + 0.0,
        )
    )


EDITS = {
    "prompt": TEXT,
    "reference": TEXT,
    "strength": st.floats(0, 1),
    "gain": st.floats(-144, 48),
    "pan": st.floats(-1, 1),
    "nudge": st.integers(-9, 9),
    "muted": st.booleans(),
    "why": TEXT,
    "in": st.sampled_from([0.5, "0.5", "0:00.5", "01:00:00:12"]),
    "sync": st.floats(0, 59).map(lambda s: round(s, 3)),
    "generator": TEXT,
    "fade_in": st.floats(0, 9).map(lambda s: round(s, 3)),
}
AS_FIELD = {"in": "span"}
VIDEO = film(60, start="01:00:00:00", frame_rate=Fraction(24))


@QUICK
@given(st.data())
def test_any_edit_and_its_comment_survive_spotting_again(data):
    plan = Plan(
        (
            Cue("", "fx", Span(2, 3), "door slam", why="a"),
            Cue("", "bg", Span(0, 60), "rain"),
            Cue("", "fx", Span(9, 10), "bell"),
        )
    )
    edits = data.draw(st.fixed_dictionaries({}, optional=EDITS))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Project.open(folder, VIDEO) as project:
            project.respot(plan)
        path = folder / "spotting.toml"
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
        table = next(c for c in document["cue"] if c["id"] == "fx1")
        for key, value in edits.items():
            table[key] = value
        table.add(tomlkit.comment("mine"))
        path.write_text(tomlkit.dumps(document), encoding="utf-8", newline="\n")
        with Project.open(folder, VIDEO) as project:
            before = project.read().cue("fx1")
            others = (replace(plan.cues[0], prompt="door slam shut", why="b", gain=-7.0), plan.cues[1])
            after = project.respot(replace(plan, cues=others))
            final = project.respot(plan)
        for key in edits:
            field = AS_FIELD.get(key, key)
            for found in (after, final):
                if field in before.pinned:
                    assert getattr(found.cue("fx1"), field) == getattr(before, field)
        assert [c.id for c in after.cues if c.kind == "fx"] == ["fx1"]
        assert {c.id for c in final.cues if c.kind == "fx"} == {"fx1", "fx3"}
        assert "# mine\n" in path.read_text(encoding="utf-8")


@QUICK
@given(
    st.lists(
        st.sampled_from(
            [
                "[[cue]]\n",
                "[film]\n",
                "[cue.params]\n",
                "# c\n",
                "\n",
                'a = """\n[[cue]]\n"""\n',
                "b = [\n[1],\n]\n",
                "x = '[' # [\n",
                "c = 1",
            ]
        ),
        max_size=12,
    )
)
def test_the_blocks_of_any_text_add_up_to_it(lines):
    text = "".join(lines)
    assert "".join(block.text for block in blocks(text)) == text
