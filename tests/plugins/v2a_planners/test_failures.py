"""The planner `chat` against a server that is down, slow, out of order or talks nonsense: one line with a remedy each."""

import json
import socket

import pytest

import v2a
from tests.plugins.v2a_planners import films
from tests.plugins.v2a_planners.chatting import (
    GOOD,
    answers,
    cut_short,
    drips,
    hangs_up,
    raw,
    serving,
    slow,
    status,
    text,
)  # fmt: skip
from v2a.errors import ProgramFailed, ProgramMissing
from v2a_planners import endpoint

PAGE = b"<!DOCTYPE html><html><body>Welcome to nginx</body></html>"
GOODLY = json.dumps(GOOD)


def line(error):
    said = str(error.value)
    assert "\n" not in said and error.value.remedy
    return said


@pytest.mark.parametrize(
    ("script", "asked", "says"),
    [
        pytest.param((status(500, "oops"),), 6, "status 500 (oops)", id="500 for ever"),
        pytest.param((status(429, "slow down"),), 6, "fewer requests (slow down)", id="429 for ever"),
        pytest.param((status(429, "insufficient_quota"),), 1, "insufficient_quota", id="no money"),
        pytest.param((hangs_up,), 6, "the connection broke", id="closes"),
        pytest.param((cut_short,), 6, "cut off", id="cut in the middle"),
        pytest.param((raw(b'{"choices": [{"mess'),), 6, "cut off", id="truncated JSON"),
        pytest.param((raw(b""),), 6, "cut off", id="empty"),
        pytest.param((raw(PAGE, "text/html"),), 1, "web page", id="HTML"),
        pytest.param((raw(PAGE, "text/html", 502),), 6, "status 502", id="HTML of a proxy"),
        pytest.param((status(401, "bad key"),), 1, "V2A_CHAT_KEY", id="401"),
        pytest.param((status(404, "model 'seer' not found"),), 1, "It has: seer, other.", id="404 model"),
        pytest.param((raw(b"", number=302),), 1, "sends us on", id="redirect"),
        pytest.param((status(413),), 1, "image_size", id="too large"),
        pytest.param((status(400, "this model does not support image input"),), 1, "takes no images", id="blind"),
        pytest.param((status(500, "image input is not supported (mmproj)"),), 1, "takes no images", id="blind 500"),
        pytest.param((status(400, "missing data required for image input"),), 1, "takes no images", id="blind Ollama"),
        pytest.param((raw(b"[1, 2]"),), 6, "no JSON", id="another JSON"),
        pytest.param((raw(b'{"object": "list"}'),), 2, "no answer in what it sent", id="wrong schema"),
        pytest.param((raw(b'{"error": {"message": "out of memory"}}'),), 1, "out of memory", id="error with 200"),
        pytest.param((text("lorem ipsum"),), 4, "it begins 'lorem ipsum'", id="nonsense"),
        pytest.param((text(""),), 4, "it is empty", id="empty answer"),
        pytest.param((text("I'm sorry, I can't help with that."),), 4, "I'm sorry", id="refusal"),
        pytest.param((text('{"cues": "none"}'),), 4, "cues is not a list", id="wrong kind"),
        pytest.param((text("{" * 5000),), 4, "no JSON object", id="braces"),
    ],
)  # fmt: skip
def test_where_no_scene_succeeds_the_user_is_told_in_one_line(ask, script, asked, says):
    with serving(*script, models=("seer", "other")) as (url, part), pytest.raises(ProgramFailed) as error:
        ask(url, model="seer")
    assert says in line(error)
    assert "--planner builtin" in line(error)
    assert len(part.seen) == asked


def test_a_server_that_is_slow_or_drips_ends_in_time(ask):
    for act in (slow(20), drips):
        with serving(act) as (url, part), pytest.raises(ProgramFailed, match=r"within 0\.9 s.*timeout"):
            ask(url, model="seer", timeout=0.9, retries=0)
        assert len(part.seen) == 2


def test_nobody_there(ask):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ProgramFailed, match="nobody answers there") as error:
        ask(f"http://127.0.0.1:{port}/v1", model="seer")
    assert "name another with url" in line(error)
    with pytest.raises(ProgramFailed, match="nobody answers there"):
        ask(f"http://127.0.0.1:{port}/v1")
    with pytest.raises(ProgramFailed, match="no connection"):
        ask("http://no-such-host.invalid/v1", model="seer")


def test_where_no_server_runs_here_the_usual_ones_are_named(ask, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setattr(endpoint, "HERE", (("Ollama", f"http://127.0.0.1:{port}/v1"),))
    with pytest.raises(ProgramMissing, match="Ollama") as error:
        ask("")
    assert "--planner builtin" in line(error)


def test_servers_on_this_machine_are_tried_in_order_and_get_no_key(ask, monkeypatch):
    monkeypatch.setenv("V2A_CHAT_KEY", "sk-secret")
    assert [name for name, _ in endpoint.HERE] == ["Ollama", "vLLM", "llama.cpp"]
    with serving(models=None) as (page, no_chat), serving() as (first, one), serving() as (second, other):
        monkeypatch.setattr(endpoint, "HERE", (("a page", page), ("first", first), ("second", second)))
        plan = ask("")
    assert no_chat.paths == ["/v1/models"] and not no_chat.seen
    assert one.seen and not other.paths
    assert not any("Authorization" in headers for headers in one.headers)
    assert any(first in note for note in (*plan.notes, *plan.failures))


@pytest.mark.parametrize(
    "fault", [status(429, "later"), status(503), hangs_up, cut_short, raw(b""), raw(b'{"cho')]
)
def test_what_fails_in_passing_is_asked_again(ask, fault):
    with serving(fault, fault, answers()) as (url, part):
        assert len(ask(url).cues) == 3
    assert len(part.seen) == 4


def test_a_server_says_how_long_to_wait(ask):
    with serving(status(429, "later", Retry_After="0.2"), answers()) as (url, _):
        assert ask(url, pause=0.0).cues
    with (
        serving(status(429, "tomorrow", Retry_After="86400")) as (url, part),
        pytest.raises(ProgramFailed, match="tomorrow"),
    ):
        ask(url)
    assert len(part.seen) == 2


def test_one_scene_fails_and_the_others_go_on(ask, video):
    with serving(text("?"), text("?"), answers()) as (url, _):
        plan = ask(url)
    assert [r.scene for r in plan.reasoning] == [1]
    assert all(cue.span.start >= video.duration / 2 for cue in plan.cues)
    told = " ".join((*plan.notes, *plan.failures))
    assert "Scene 1 (0.00 to 2.00 s) has no cues" in told and "--from 0.00 --to 2.00" in told


def test_a_server_that_goes_on_failing_is_not_asked_for_every_scene(ask, video):
    eighth = video.duration / 8
    scenes = tuple(v2a.Scene(v2a.Span(n * eighth, (n + 1) * eighth), (0,)) for n in range(8))
    with serving(answers(), status(500)) as (url, part):
        plan = ask(url, observations=films.seen(video, scenes=scenes), retries=0)
    assert len(part.seen) == 4 and len(plan.reasoning) == 1
    assert any("From 2.00 to 4.00 s nothing was planned" in note for note in plan.failures)


def test_stretches_that_are_left_are_named_together(ask, video):
    quarter = video.duration / 4
    scenes = tuple(v2a.Scene(v2a.Span(n * quarter, (n + 1) * quarter), (n,)) for n in range(4))
    with serving(text("?"), text("?"), answers(), answers(), text("?")) as (url, _):
        plan = ask(url, observations=films.seen(video, scenes=scenes))
    assert [thought.scene for thought in plan.reasoning] == [1, 2]
    assert any("--from 0.00 --to 1.00, then --from 3.00 --to 4.00, with" in note for note in plan.notes)


def test_the_better_of_two_answers_counts(ask):
    half = {**GOOD, "reasoning": None}
    with serving(text(json.dumps(half)), text("?"), answers()) as (url, _):
        plan = ask(url)
    assert len(plan.cues) == 3
    assert plan.reasoning[0].sounds == "wind in trees; impact of a ball"


def test_an_answer_that_cannot_be_used_is_mended_once(ask):
    with serving(text("let me think"), answers()) as (url, part):
        assert len(ask(url).cues) == 3
    assert len(part.seen) == 3
    last = part.seen[1]["messages"]
    assert [m["role"] for m in last] == ["system", "user", "assistant", "user"]
    assert last[2]["content"] == "let me think" and "no JSON object" in last[3]["content"]


@pytest.mark.parametrize(
    "words",
    [
        f"Here you are:\n```json\n{GOODLY}\n```\nEnjoy!",
        f"<think>a {{strange}} thought</think>{GOODLY}",
        GOODLY.replace("}]}", "},],}"),
        str(GOOD),
        GOODLY.replace('"kind": "bg"', '"kind": "Background"').replace('"kind": "fx"', '"kind": "SFX"'),
        GOODLY.replace('"in": 0.4', '"in": "0.4 s"').replace('"sync": 0.5', '"sync": "0:00.5"'),
    ],
    ids=["fences", "thinking", "commas", "python", "names of kinds", "times in words"],
)
def test_answers_in_bad_shape_are_read(ask, words):
    with serving(text(words)) as (url, part):
        assert len(ask(url).cues) == 3
    assert len(part.seen) == 2


def test_servers_that_take_less_are_asked_for_less(ask):
    def picky(to, body):
        for key, more in (
            ("response_format", ""),
            ("max_tokens", "; use 'max_completion_tokens' instead"),
            ("seed", ""),
        ):
            if key in body:
                return to.give(400, {"error": {"message": f"unsupported parameter: '{key}'{more}"}})
        return answers()(to, body)

    with serving(picky) as (url, part):
        assert ask(url, images=0, answer_tokens=777).cues
    assert len(part.seen) == 5  # it learns in three steps, once
    assert part.seen[-1]["max_completion_tokens"] == 777 and "temperature" in part.seen[-1]

    def silent(to, body):
        return to.give(422, b"nope", "text/plain") if "seed" in body else answers()(to, body)

    with serving(silent) as (url, part):
        assert ask(url).cues
    assert len(part.seen) == 3


def test_a_request_that_is_refused_whatever_it_lacks(ask):
    with (
        serving(status(400, "too many tokens")) as (url, _),
        pytest.raises(ProgramFailed, match="too many tokens") as error,
    ):
        ask(url)
    assert "images" in error.value.remedy
