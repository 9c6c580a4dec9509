"""What is known of a film: read from a file or refused with its place, and compared with what was found."""

import itertools
import json
from fractions import Fraction

import pytest

from v2a.api.truth import compare, figures_data, read_truth
from v2a.errors import DocumentError, FileMissing
from v2a.model import Moment, Observations, Shot, Span, Speech
from v2a.testing import film

VIDEO = film()
FRAME = 1 / VIDEO.frame_rate


@pytest.fixture
def known(tmp_path):
    def write(data):
        path = tmp_path / "truth.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data))
        return path

    return write


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("not json", "JSON"),
        ("[" * 100_000, "JSON"),
        ("[]", "object"),
        ("{}", "shots"),
        ('{"shots": 3}', "list"),
        ('{"shots": [{}]}', "shots[0]"),
        ('{"moments": [{"time": 1}, {"time": "soon"}]}', "moments[1]"),
        ('{"moments": [{"time": NaN}]}', "moments[0]"),
        ('{"moments": [{"time": 1e999}]}', "moments[0]"),
        ('{"moments": [{"time": true}]}', "moments[0]"),
        ('{"speech": [{"start": 2, "end": 1}]}', "speech[0]"),
        ('{"speech": [7]}', "speech[0]: is not an object"),
        ('{"onsets": [null]}', "onsets[0]: is not an object"),
        ('{"moments": [{"time": NaN}]}', "its time is NaN, which is no time in seconds"),
        ('{"moments": [{"time": -Infinity}]}', "its time is -Infinity"),
        ('{"moments": [{"time": 1' + 300 * "0" + "}]}", "moments[0]: its time is 1000"),
        ('{"moments": [{"time": "1e999999999"}]}', 'its time is "1e999999999"'),
        ('{"moments": [{"time": "nan"}]}', 'its time is "nan"'),
        ('{"moments": [{"time": [1]}]}', "its time is [1]"),
        ('{"shots": [{"start": 1, "transition": -1}]}', "transition lasts less than nothing"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(known, text, word):
    with pytest.raises(DocumentError) as caught:
        read_truth(known(text), VIDEO)
    assert word in str(caught.value) and "truth.json" in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileMissing):
        read_truth(tmp_path / "no.json", VIDEO)


def seen(**found):
    return Observations(VIDEO, **found)


def shots(*starts, kind="cut"):
    edges = [Fraction(s) for s in (0, *starts)] + [VIDEO.duration]
    return tuple(Shot(Span(a, b), kind if a else "start") for a, b in itertools.pairwise(edges))


def figures(path, found, sure=0.5, span=None):
    return figures_data(compare(found, read_truth(path, VIDEO, span), sure, span))


def test_cuts_two_frames_off_count_but_not_to_the_frame(known):
    path = known({"shots": [{"start": 0}, {"start": 1.0}]})
    told = figures(path, seen(shots=shots(1 + 2 * FRAME)))
    assert (told["cuts"]["f1"], told["hard_cuts"]["f1"]) == (1.0, 0.0)
    assert told["cuts"]["error"] == pytest.approx(float(2 * FRAME), abs=1e-6)
    assert figures(path, seen(shots=shots(1 + 3 * FRAME)))["cuts"]["f1"] == 0.0
    assert figures(path, seen(shots=shots(1)))["hard_cuts"]["f1"] == 1.0


def test_a_dissolve_is_met_anywhere_inside(known):
    path = known({"shots": [{"start": 1.0, "transition_in": "dissolve", "transition": 0.8}]})
    told = figures(path, seen(shots=shots(Fraction(7, 10), kind="dissolve")))
    assert told["cuts"]["kinds"]["dissolve"]["recall"] == 1.0
    assert told["hard_cuts"]["f1"] is None


def test_the_beginning_of_the_film_is_no_cut(known):
    told = figures(known({"shots": [{"start": 0}]}), seen(shots=shots()))
    assert (told["cuts"]["found"], told["cuts"]["known"]) == (0, 0)


def test_moments_that_are_sure_count_by_themselves(known):
    moments = [Moment(Fraction(1), "impact", 1.0, 0.9), Moment(Fraction(3, 2), "contact", 1.0, 0.2)]
    told = figures(known({"moments": [{"time": 1.03}]}), seen(moments=tuple(moments)))
    assert told["moments_40_ms"]["precision"] == 0.5
    assert told["placed_40_ms"]["precision"] == 1.0
    assert told["placed_40_ms"]["error"] == pytest.approx(-0.03)


def test_only_the_part_that_is_asked_for(known):
    part = Span(Fraction(1), Fraction(2))
    path = known({"shots": [{"start": 0.5}, {"start": 1.5}], "speech": [{"start": 0, "end": 1.5}]})
    found = seen(shots=shots(Fraction(3, 2)), speech=(Speech(Span(Fraction(0), Fraction(2))),))
    told = figures(path, found, span=part)
    assert told["cuts"]["recall"] == 1.0
    assert (told["speech"]["found"], told["speech"]["known"]) == (1.0, 0.5)
    assert "moments" not in str(list(told))


def test_what_lies_outside_the_film_is_said_and_counts_as_missed(known):
    after = float(VIDEO.duration) + 5
    path = known({
        "shots": [{"start": 0}, {"start": 1.0}, {"start": after}],
        "moments": [{"time": -3}, {"time": after}, {"time": 1}],
        "speech": [{"start": 0, "end": after}],
    })  # fmt: skip
    moments = (Moment(Fraction(1), "impact", 1.0, 0.9),)
    found = seen(shots=shots(1), moments=moments, speech=(Speech(VIDEO.span),))
    told = figures(path, found)
    assert told["cuts"]["recall"] == 0.5
    assert told["moments_40_ms"]["recall"] == pytest.approx(1 / 3, abs=1e-6)
    assert told["speech"]["recall"] == pytest.approx(float(VIDEO.duration) / after, abs=1e-6)
    [note] = read_truth(path, VIDEO).notes
    assert note.startswith("4 entries of ") and "outside the film" in note
    [note] = read_truth(known({"onsets": [{"time": after}]}), VIDEO).notes
    assert note.startswith("1 entry of ") and " lies outside" in note


def test_a_frame_past_the_end_is_rounding(known):
    end = float(VIDEO.duration + FRAME / 2)
    assert read_truth(known({"speech": [{"start": 0, "end": end}]}), VIDEO).notes == ()
