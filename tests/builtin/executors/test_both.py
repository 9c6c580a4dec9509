"""What every executor does: the same answers, whether a plugin runs here or in a process of its own."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests import tones
from tests.scores import scored
from v2a.builtin.executors import LocalExecutor, ProcessExecutor
from v2a.errors import Cancelled
from v2a.interfaces import Address, Bench, Bounce, Encoded, EncodeRequest
from v2a.media import sheets
from v2a.model import Failure, Progress, Request, Span, Warned, codec


def request(prompt="fine", cue="c1", seconds=Fraction(1, 10), channels=1):
    return Request(cue, "fx", prompt, Span(Fraction(0), seconds), seconds, 7, 48_000, channels)


def address(name, hook="v2a_generators"):
    return Address("tests.players", hook, name)


@pytest.fixture(scope="module", params=[LocalExecutor(), ProcessExecutor(2)], ids=["local", "process"])
def opened(request, tmp_path_factory):
    events = []
    bench = Bench(scratch=tmp_path_factory.mktemp("scratch"), stage="generate", tell=events.append)
    runner = request.param.open(bench, 20.0)
    yield runner, events
    runner.close()


@pytest.fixture
def runner(opened):
    opened[1].clear()
    return opened[0]


@pytest.fixture
def events(opened):
    return opened[1]


def results(runner, name, requests):
    found = sorted(runner.run(address(name), requests), key=lambda a: a.index)
    assert [a.index for a in found] == list(range(len(requests)))
    return [a.result for a in found]


def test_a_plain_function_makes_sound_in_files(runner):
    wanted = [request(cue=f"c{n}", seconds=Fraction(n, 10), channels=2) for n in range(1, 6)]
    for asked, made in zip(wanted, results(runner, "sine", wanted)):
        assert isinstance(made, Bounce)
        assert (made.sound.rate, made.sound.channels, made.sound.length) == (48_000, 2, asked.length)
        assert np.array_equal(made.sound.open().samples, tones.sine(asked).samples)


def test_everything_made_crosses_the_border_as_json(runner):
    (made,) = results(runner, "trouble", [request("parts")])
    again = codec.decode(Bounce, json.loads(codec.canonical(made)))
    assert again == made
    assert made.sync == Fraction(1, 8)
    assert made.credits[0].author == "B"
    assert made.notes == ("a note",)
    assert made.commercial == "no"
    assert [p.name for p in made.parts] == ["left"]
    assert np.array_equal(made.parts[0].sound.open().samples, tones.sine(request(), 220.0).samples)


@pytest.mark.parametrize("notes", [3, 60_000])
def test_a_score_crosses_in_a_file_of_its_own(runner, notes):
    (made,) = results(runner, "trouble", [request(f"score {notes}")])
    assert codec.decode(Bounce, json.loads(codec.canonical(made))) == made
    assert sheets.read(made.score) == scored(notes)


def test_what_has_no_score_names_no_file(runner):
    (made,) = results(runner, "sine", [request()])
    assert made.score == ""


BAD = {
    "raise": (43, "raised RuntimeError: the reed is broken"),
    "quit": (45, "ended its process with code 4"),
    "oom": (46, "ran out of memory"),
    "short": (47, "made 4799 samples where 4800 were asked for"),
    "rate": (47, "made sound at 24000 Hz where 48000 Hz was asked for"),
    "mono": (47, "made 2 channels where 1 were asked for"),
    "nan": (47, "samples that are not numbers"),
    "text": (47, "answered with str, not with a sound"),
    "misplayed late": (47, "Note(time=inf, length=1.0, pitch=60, velocity=64) in the voice 'Horn'"),
    "misplayed back": (47, "ends before it begins"),
    "misplayed high": (47, "a pitch from 0 to 127"),
    "misplayed mute": (47, "a velocity from 1 to 127"),
    "misplayed half": (47, "whole numbers belong there"),
    "misplayed soft": (47, "eased a note in the voice 'Horn' by Eased(after=0.1, velocity=0)"),
    "misplayed none": (47, "the program 128"),
    "misplayed stop": (47, "a tempo that is no number"),
    "misplayed mark": (47, "which is no name at a time"),
    "misplayed text": (47, "gave str where a Score belongs"),
    "terms": (47, "whether its sound may be sold with 'perhaps'"),
    "refuse": (43, "would rather not"),
}


def test_a_bad_answer_is_one_failure_and_the_others_are_served(runner):
    wanted = [request("fine"), *(request(what) for what in BAD), request("fine")]
    first, *bad, last = results(runner, "trouble", wanted)
    assert isinstance(first, Bounce)
    assert isinstance(last, Bounce)
    for failure, (code, said) in zip(bad, BAD.values()):
        assert isinstance(failure, Failure)
        assert failure.exit_code == code
        assert said in failure.what
        assert "\n" not in failure.what
        assert failure.remedy


def test_prints_do_not_break_the_answers(runner):
    made = results(runner, "trouble", [request("print"), request("fine"), request("print")])
    assert all(isinstance(m, Bounce) for m in made)


def test_progress_and_warnings_are_passed_on(runner, events):
    results(runner, "trouble", [request("progress")])
    assert Warned("out of breath") in events
    steps = [e for e in events if isinstance(e, Progress)]
    assert steps
    assert all(e.what == "blowing" and e.stage == "generate: trouble" for e in steps)


def test_batches_are_of_the_size_the_card_says(runner, events):
    made = results(runner, "batched", [request() for _ in range(10)])
    assert all(isinstance(m, Bounce) for m in made)
    sizes = sorted(int(e.text.split()[-1]) for e in events if isinstance(e, Warned))
    assert sizes == [2, 4, 4]


def test_batches_get_smaller_when_memory_runs_out(runner, events):
    made = results(runner, "batched", [request("big") for _ in range(4)])
    assert all(isinstance(m, Bounce) for m in made)
    assert [e.text for e in events if isinstance(e, Warned)] == ["batch of 2", "batch of 2"]


def test_one_that_raises_in_a_batch_does_not_take_the_others_with_it(runner):
    made = results(runner, "batched", [request("fine"), request("raise"), request("fine"), request("fine")])
    assert [isinstance(m, Bounce) for m in made] == [True, False, True, True]
    assert made[1].exit_code == 43


def test_too_few_answers_are_a_failure_and_too_many_a_warning(runner, events):
    made = results(runner, "batched", [request("fine"), request("stop"), request("fine")])
    assert [getattr(m, "exit_code", 0) for m in made] == [0, 47, 47]
    made = results(runner, "batched", [request("more")])
    assert isinstance(made[0], Bounce)
    assert any("more answers" in e.text for e in events if isinstance(e, Warned))


def test_what_cannot_be_opened_fails_for_all(runner):
    made = results(runner, "unopened", [request(), request()])
    assert [m.what for m in made] == ["raised FileNotFoundError: no weights here"] * 2
    for where in (Address("no.such.module", "v2a_generators", "x"), address("nobody")):
        (answer,) = runner.run(where, [request()])
        assert isinstance(answer.result, Failure)
        assert answer.result.exit_code in (41, 43)


def test_encoders_answer_with_files(runner):
    where = address("letters", "v2a_encoders")
    asked = [EncodeRequest("ab"), EncodeRequest("unreadable"), EncodeRequest("c")]
    first, second, third = (a.result for a in sorted(runner.run(where, asked), key=lambda a: a.index))
    assert isinstance(first, Encoded)
    assert np.load(first.path).tolist() == [97, 98]
    assert second == Failure("cannot read this")
    assert np.load(third.path).tolist() == [99]


def test_params_and_reasoning_reach_the_plugin(runner):
    asked = replace(request(channels=2), params={"hertz": 100.0, "words": "ø"})
    (made,) = results(runner, "sine", [asked])
    assert np.array_equal(made.sound.open().samples, tones.sine(asked, 100.0).samples)


def test_a_plugin_that_was_released_opens_again(runner):
    assert isinstance(results(runner, "sine", [request(channels=2)])[0], Bounce)
    runner.release(address("sine"))
    assert isinstance(results(runner, "sine", [request(channels=2)])[0], Bounce)
    assert list(runner.run(address("sine"), [])) == []


def test_cancelling_ends_the_run(tmp_path):
    for executor in (LocalExecutor(), ProcessExecutor(1)):
        answered = []
        bench = Bench(scratch=tmp_path, cancelled=lambda answered=answered: len(answered) > 1)
        runner = executor.open(bench)
        with pytest.raises(Cancelled):
            for answer in runner.run(address("trouble"), [request("slow") for _ in range(20)]):
                answered.append(answer)
        assert len(answered) < 5
        runner.close()
