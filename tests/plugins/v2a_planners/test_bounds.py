"""What the planner `chat` may cost, how long it may take, and to whom keys and frames are given."""

from types import SimpleNamespace

import pytest

from tests.plugins.v2a_planners import chatting
from tests.plugins.v2a_planners.chatting import serving
from v2a.errors import PresetError, ProgramFailed, UnknownName
from v2a_planners import budget
from v2a_planners.address import Address
from v2a_planners.budget import Budget
from v2a_planners.endpoint import Endpoint
from v2a_planners.server import Patience, Server
from v2a_planners.talking import _told


@pytest.mark.parametrize(
    ("bound", "planned"),
    [
        ({"most_requests": 1}, 1),
        ({"most_images": 4}, 1),
        ({"most_tokens": 100}, 1),
        ({"most_requests": 2}, 2),
    ],
)
def test_a_budget_is_kept_and_what_is_left_is_told(ask, bound, planned):
    with serving() as (url, part):
        plan = ask(url, images=3, **bound)
    assert len(part.seen) == planned == len(plan.reasoning)
    told = " ".join((*plan.notes, *plan.failures))
    if planned == 1:
        name, value = next(iter(bound.items()))
        assert f"budget was spent ({name} = {value})" in told and "--from 2.00 --to 4.00" in told
    else:
        assert "budget" not in told


def test_a_budget_counts_tokens_where_the_server_does_not(ask):
    def uncounted(to, body):
        to.give(200, {"choices": chatting.good()["choices"]})

    with serving(uncounted) as (url, part):
        ask(url, most_tokens=500)
    assert len(part.seen) == 1


def test_a_budget_that_allows_nothing(ask):
    with serving() as (url, part), pytest.raises(ProgramFailed, match="most_images = 2"):
        ask(url, most_images=2, images=3)
    assert not part.seen


def test_time_that_is_over(ask, monkeypatch):
    """The clock is set forward by the first answer, so that a slow machine cannot be late before it."""
    answers: list[float] = []
    monkeypatch.setattr(budget, "time", SimpleNamespace(monotonic=lambda: 1000.0 * len(answers)))

    def dawdles(to, body):
        answers.append(1.0)
        to.give(200, chatting.good())

    with serving(dawdles) as (url, part):
        plan = ask(url, most_seconds=999.0)
    assert len(part.seen) == 1 and any("most_seconds = 999" in note for note in plan.notes)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x/v1",
        "http://",
        "file:///etc/passwd",
        "http://user:pass@host/v1",
        "http://h:99999999/",
        "http://h/v1?key=1",
    ],
)
def test_a_url_that_is_none(ask, url):
    with pytest.raises(PresetError, match="no URL of a chat server") as error:
        ask(url)
    assert "pass" not in str(error.value).replace("password", "")


def test_short_urls_are_completed():
    assert Address.of("localhost:11434", "").url == "http://localhost:11434/v1"
    assert Address.of("https://a.b/v1/chat/completions/", "").url == "https://a.b/v1"
    assert Address.of("http://a.b/llm/v1/", "").url == "http://a.b/llm/v1"


def test_the_key_goes_to_the_named_server_and_nowhere_else(ask, monkeypatch):
    monkeypatch.setenv("MY_KEY", "sk-very-secret")

    def echoes(to, body):
        to.give(401, {"error": {"message": f"bad key {to.headers['Authorization']}"}})

    with serving(echoes) as (url, part), pytest.raises(ProgramFailed) as error:
        ask(url, key_variable="MY_KEY")
    assert part.headers[-1]["Authorization"] == "Bearer sk-very-secret"
    assert "secret" not in str(error.value) and "MY_KEY" in str(error.value)

    with serving() as (there, other):

        def redirect(to, body):
            to.give(307, b"", Location=f"{there}/chat/completions")

        with serving(redirect) as (url, _), pytest.raises(ProgramFailed, match="sends us on"):
            ask(url, key_variable="MY_KEY")
        assert not other.seen


def test_a_key_that_is_none_is_not_told(ask, monkeypatch):
    monkeypatch.setenv("V2A_CHAT_KEY", "sk-one\nX-Evil: two")
    with pytest.raises(PresetError, match="V2A_CHAT_KEY") as error:
        ask("http://127.0.0.1:9/v1", model="m")
    assert "Evil" not in str(error.value)


def test_frames_that_leave_the_machine_are_told():
    def at(url):
        return _told(Endpoint(Server(Address(url), Patience(), Budget(), lambda: None), "m"))

    for here in ("http://localhost:1/v1", "http://127.0.0.5/v1", "http://[::1]:8000/v1"):
        assert at(here) == ()
    assert "left this machine" in at("https://api.example.org/v1")[0]
    assert "api.example.org" in at("https://api.example.org/v1")[0]
    assert "without encryption" in at("http://192.168.1.5:8000/v1")[0]
    assert at("http://localhost.example.org/v1")


def test_no_model_at_all(ask):
    with serving(models=()) as (url, _), pytest.raises(UnknownName, match="It has none"):
        ask(url)
