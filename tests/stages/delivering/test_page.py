"""The report as a page: everything that was moved, set and treated can be read, and the page is sound HTML."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from html.parser import HTMLParser

import pytest

from v2a.model import (
    Applied,
    Balance,
    Filled,
    Meter,
    Score,
    Span,
    StepBack,
    Synced,
    TempoMap,
    TempoMark,
    Treatment,
    codec,
)
from v2a.stages.delivering.page import page
from v2a.stages.delivering.played import Sheet
from v2a.stages.delivering.report import report
from v2a.stages.delivering.wording import anchored, numbered, synced
from v2a.testing import delivery

CHAIN = (
    Applied("eq", "1", {"high_gain": 1.5, "low_frequency": 120.0}),
    Applied("external", "1", {"path": "/home/anna/plugins/warm.vst3"}),
)
BALANCE = Balance(
    -24.5, "dialogue", -24.5, (StepBack("bg", 4.0, 6.0), StepBack("mx", 10.0, 12.0)), 0.2, 0.7, 1.0, 1.5,
    (Treatment("bg", CHAIN, 12.0, -14.2),),
)  # fmt: skip
MOVED = Synced(0.12, 0.004, 0.93, (0.02, -0.031))


class Reader(HTMLParser):
    """The words on a page, by the elements they stand in; refuses what is not closed as it was opened."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self.words: list[tuple[str, str]] = []

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.words.append((self._open[-1], data.strip()))

    def said(self, tag):
        return [words for where, words in self.words if where == tag]


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert not reader._open
    return reader


@pytest.fixture
def said(tmp_path):
    made = delivery(tmp_path)
    first, *rest = made.regions
    first = replace(first, take=replace(first.take, synced=MOVED), moved=F(-1, 25))
    mixdown = replace(
        made.mixdown, spec="youtube", balance=BALANCE, filled=(Filled(Span(F(1), F(3, 2)), 4.0),)
    )
    return report(replace(made, regions=(first, *rest), mixdown=mixdown, preset="mastered"), [])


def test_what_was_moved_is_in_the_report_in_figures(said):
    assert said["sounds"][0]["sync"] == {
        "lag": 0.12, "drift": 0.004, "confidence": 0.93, "strokes": [0.02, -0.031], "abstained": False, "why": "",
    }  # fmt: skip
    assert said["sounds"][0]["nudge"] == pytest.approx(-0.04)
    assert said["sounds"][1]["sync"] is None


def test_how_stems_were_set_and_treated_is_in_the_report(said):
    balance = said["balance"]
    assert said["preset"] == "mastered"
    assert (balance["anchor"], balance["anchored_by"]) == (-24.5, "dialogue")
    assert balance["treatments"][0]["effects"][0]["params"]["high_gain"] == 1.5
    there = set(said["loudness"]["stems"])
    assert {step["stem"] for step in balance["steps"]} <= there


def test_no_place_on_this_machine_is_told(said):
    assert said["balance"]["treatments"][0]["effects"][1]["params"]["path"] == "warm.vst3"
    assert "anna" not in page(said)


def test_the_page_says_all_of_it(said):
    reader = read(page(said))
    cells = reader.said("td")
    assert "120 ms earlier, a drift of +0.40 % taken out, 2 strokes by up to 31 ms (confidence 0.93); " \
           "nudged by -40 ms" in cells  # fmt: skip
    assert "eq (high gain 1.5, low frequency 120) → external (path warm.vst3)" in cells
    paragraphs = " ".join(reader.said("p"))
    assert "preset mastered" in paragraphs
    assert "Levels stand against -24.5 LUFS, the loudness of the dialogue." in paragraphs
    assert "Down 0.2 s before speech" in paragraphs
    assert {"0.50", "4.0 s", "+12.0 dB"} <= set(cells)
    assert len(reader.said("h1")) == 1


def test_what_is_written_by_others_cannot_become_part_of_the_page(said):
    reader = read(page(said | {"brief": "<script>alert(1)</script>", "preset": "<b>"}))
    assert not reader.said("script")
    assert "Brief: <script>alert(1)</script>" in reader.said("p")


def test_columns_in_which_nothing_stands_are_left_out(said):
    still = [sound | {"sync": None, "nudge": 0.0, "stretch": 1.0, "notes": []} for sound in said["sounds"]]
    heads = read(page(said | {"sounds": still})).said("th")
    assert "moved" not in heads and "seed" in heads


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (None, ""),
        (Synced(0.0, 0.0, 0.9), "in sync as it came (confidence 0.90)"),
        (Synced(-0.05, 0.0, 0.8), "50 ms later (confidence 0.80)"),
        (Synced(0.0, 0.0, 0.95, (0.03,)), "one stroke by up to 30 ms (confidence 0.95)"),
        (
            Synced(0.0, 0.0, 0.2, abstained=True, why="nothing is heard"),
            "left as it is: nothing is heard (confidence 0.20)",
        ),
    ],
)
def test_a_move_in_words(how, words):
    assert synced(codec.encode(how)) == words


@pytest.mark.parametrize(
    ("by", "spoken", "words"),
    [
        ("setting", None, "nobody is heard to speak"),
        ("dialogue", -50.0, "-50.0 LUFS measured"),
        ("programme", -24.0, "whole programme"),
    ],
)
def test_how_the_anchor_was_found(by, spoken, words):
    assert words in anchored(codec.encode(replace(BALANCE, anchored_by=by, spoken=spoken)))


def music(tmp_path, played=()):
    made = delivery(tmp_path)
    score = replace(made.regions[0], cue="1M1", stem="mx")
    return report(replace(made, regions=(score,)), [], played)["sounds"][0]


def sheet(tempo, whole=True, kept=True):
    return Sheet("1M1", "1M1 – x", Score(tempo, ()), F(10), F(0), "D minor", whole, kept)


def test_music_has_its_number_its_tempo_its_meter_and_its_key(tmp_path):
    bent = TempoMap((TempoMark(F(0), 92.0), TempoMark(F(2), 94.5, F(4))), Meter(3, 4))
    sound = music(tmp_path, [sheet(bent)])
    assert sound["music"] == {
        "number": "1M1", "tempo": [92.0, 94.5], "meter": "3/4", "key": "D minor", "notes": True,
    }  # fmt: skip
    assert numbered(sound) == "1M1, 92 to 94.5 bpm, 3/4, D minor"
    assert numbered(music(tmp_path, [sheet(TempoMap.even(100))])) == "1M1, 100 bpm, 4/4, D minor"


def test_a_tempo_that_music_does_not_keep_is_not_said(tmp_path):
    loose, cut = (sheet(TempoMap.even(100), whole=False, kept=kept) for kept in (False, True))
    assert numbered(music(tmp_path)) == numbered(music(tmp_path, [loose])) == "1M1"
    assert numbered(music(tmp_path, [cut])) == "1M1, 100 bpm, 4/4, D minor"


def test_other_sounds_have_no_number(said):
    assert "music" not in said["sounds"][0] and numbered(said["sounds"][0]) == ""
    assert "music" in read(page(said)).said("th")
    quiet = {**said, "sounds": [sound for sound in said["sounds"] if sound["kind"] != "mx"]}
    assert "music" not in read(page(quiet)).said("th")
