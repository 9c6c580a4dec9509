"""When a brief says that something sounds."""

from fractions import Fraction as F

import pytest

from tests.builtin.planner.films import asked_for, cues, observed, one, plan, span


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("from 0:02 to 0:05", 2, 5),
        ("from 2s to 5s", 2, 5),
        ("from 2 to 5", 2, 5),
        ("from two to five seconds", 2, 5),
        ("between 2 and 5 seconds", 2, 5),
        ("0:02-0:05", 2, 5),
        ("2-5 s", 2, 5),
        ("from 0:02.5 until 0:05", "2.5", 5),
        ("from 01:00:02:00 to 01:00:05:05", 2, "5.2"),
        ("at 10s for 4 seconds", 10, 14),
        ("starting at 10 seconds for 4 s", 10, 14),
        ("until 0:10", 0, 10),
        ("before 10 seconds", 0, 10),
        ("after 10 seconds", 10, 30),
        ("from 0:10 onwards", 10, 30),
        ("from the start until 0:10", 0, 10),
        ("from 0:20 to the end", 20, 30),
        ("in the first 5 seconds", 0, 5),
        ("for the last 5 seconds", 25, 30),
        ("in the second half", 15, 30),
        ("throughout", 0, 30),
        ("during scene 2", 12, 30),
        ("in the second scene", 12, 30),
        ("during the last shot", 20, 30),
        ("in shot 2", 5, 12),
        ("in shots 2 to 3", 5, 20),
        ("from frame 50 to frame 100", 2, 4),
        ("from 10% to 50%", 3, 15),
        ("from 0:25 to 0:99", 25, 30),
        ("from 0:02 to the end of scene 1", 2, 12),
        ("for half a minute", 0, 30),
    ],
)
def test_times(written, start, end):
    for brief in (f"crowd murmur {written}", f"{written} crowd murmur", f"{written}, crowd murmur"):
        found = one(brief)
        assert abs(found.span.start - F(str(start))) <= F(1, 8), brief
        assert abs(found.span.end - F(str(end))) <= F(1, 8), brief


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("at 8s", 8), ("at 0:08", 8), ("@ 8 seconds", 8), ("at 01:00:08:05", "8.2"), ("at frame 200", 8),
        ("8s", 8), ("0:08", 8), ("0:08 -", 8), ("at around 0:08", 8), ("at 01:00:08", 8), ("in the middle", 15),
        ("at 50%", 15), ("halfway through", 15), ("at 8", 8), ("at eight seconds", 8),
    ],
)  # fmt: skip
def test_points(written, time):
    brief = f"{written} door slam" if written[0].isdigit() else f"door slam {written}"
    found = one(brief)
    if found.sync is None or abs(found.sync - F(str(time))) > F(1, 10):
        assert found.span.contains(F(str(time)) - F(3)), (brief, found)
        assert "middle" in written or "half" in written
    assert found.prompt == "door slam"


def test_source_timecode_counts_from_the_films_own():
    assert one("door slam at 01:00:10:05").sync == F("10.2")


def test_a_time_snaps_to_a_confident_moment_and_says_so():
    found = one("door slam at 12s")
    assert found.sync == F("12.1")
    assert "0:12.10" in found.why
    assert one("door slam at 11.7s").sync == F("11.7")
    assert one("door slam at 12s", confidence=0.95).sync == 12


def test_a_sound_without_time_takes_the_strongest_fitting_moment():
    found = one("door slam")
    assert found.sync == F("12.1")
    assert found.pan == pytest.approx(0.4)


def test_two_sounds_do_not_take_one_moment():
    found = asked_for(plan("door slam, glass shatter"))
    assert len({c.sync for c in found}) == len(found) == 2


def test_a_sound_without_time_or_moment_is_unplaced_with_a_remedy():
    found = plan("door slam", observed(moments=()))
    assert [u.text for u in found.unplaced] == ["door slam"]
    assert "give it a time" in found.unplaced[0].why


def test_a_faint_moment_only_suggests():
    found = plan("door slam", confidence=0.95)
    assert [c.suggested for c in asked_for(found)] == [True]
    assert any("suggested" in note for note in found.notes)


@pytest.mark.parametrize(
    ("brief", "count"),
    [
        ("three knocks at 0:08", 3),
        ("knocks three times at 0:08", 3),
        ("gunshots x3 at 0:08", 3),
        ("2 gunshots at 0:08", 2),
        ("gunshot twice at 0:08", 2),
        ("knocks at 2s, 7s and 9s", 3),
        ("whoosh on every cut", 3),
        ("bell every 2 seconds from 0:10 to 0:20", 5),
        ("door slam", 1),
    ],
)
def test_counts(brief, count):
    assert len(asked_for(plan(brief))) == count


def test_every_cut_is_on_the_cuts():
    assert [c.sync for c in asked_for(plan("whoosh on every cut"))] == [5, 12, 20]


def test_lists_of_times_and_sounds():
    found = plan("0:08 door slam\n0:14 - glass breaking\n* 0:16: bell")
    assert [(c.prompt, c.sync) for c in asked_for(found)] == [
        ("door slam", 8),
        ("glass breaking", 14),
        ("bell", 16),
    ]


@pytest.mark.parametrize(
    ("brief", "spans"),
    [
        ("music starts at 0:05 and stops at 0:20", [span(5, 20)]),
        ("music only from 0:10 to 0:20", [span(10, 20)]),
        ("piano from 0:05, strings from 0:15", [span(5, 16), span(15, 30)]),
        ("epic drums, fade out at 0:20", [span(0, 23)]),
        ("no music until 0:10, then epic drums", [span(10, 30)]),
        ("sad piano. warm strings.", [span(0, 30)]),
        ("piano except from 0:10 to 0:20", [span(0, 10), span(20, 30)]),
    ],
)
def test_where_music_plays(brief, spans):
    assert [c.span for c in cues(plan(brief), "mx")] == spans


@pytest.mark.parametrize(
    ("brief", "time"),
    [
        ("gunshot 3 seconds before the end", 27),
        ("gunshot 10 seconds into the film", 10),
        ("gunshot 7 seconds in", 7),
        ("gunshot 00:00:07,500", "7.5"),
    ],
)
def test_times_that_hang_on_others(brief, time):
    assert one(brief).sync == F(str(time))
