"""The hub's lists and files, at its own address or a mirror's, with the user's token where it belongs."""

from __future__ import annotations

import pytest

from tests.media.serving import QUICK, serving, sha256
from v2a.errors import WeightsDamaged, WeightsUnreachable
from v2a.interfaces import ModelRepository
from v2a.media import hub

FILES = {"config.json": b"{}", "model.safetensors": b"tensors", "README.md": b"read me"}
WANTED = ModelRepository("some/one", ("config.json", "*.safetensors"))


@pytest.fixture
def server(monkeypatch, tmp_path):
    with serving() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.address + "/")
        monkeypatch.setenv("HF_HOME", str(tmp_path))
        for name in ("HF_TOKEN", "HF_TOKEN_PATH"):
            monkeypatch.delenv(name, raising=False)
        yield running


def test_what_is_wanted_of_a_repository(server):
    server.hold_repository("some/one", FILES, plain=["config.json"])
    found = hub.listing(WANTED, patience=QUICK)
    assert found.commit == "c0ffee0"
    config, model = sorted(found.files, key=lambda file: file.name)
    assert (config.name, config.size, config.sha256) == ("config.json", 2, "")
    assert (model.name, model.size, model.sha256) == ("model.safetensors", 7, sha256(b"tensors"))
    assert model.urls == (server.url("some/one/resolve/c0ffee0/model.safetensors"),)


def test_a_list_of_several_pages(server):
    server.hold_json("api/models/some/one/revision/main", {"sha": "c0ffee0"})
    row = {"type": "file", "size": 7}
    server.hold_json("api/models/some/one/tree/c0ffee0", [row | {"path": "config.json"}],
                     headers={"Link": f'<{server.url("more")}>; rel="next"'})  # fmt: skip
    server.hold_json("more", [row | {"path": "model.safetensors"}])
    assert [f.name for f in hub.listing(WANTED, patience=QUICK).files] == ["config.json", "model.safetensors"]


def test_names_that_lead_elsewhere_are_not_taken(server):
    rows = [{"type": "file", "path": path, "size": 1} for path in
            ("config.json", "model.safetensors", "../evil.safetensors", "a/b.safetensors", "/etc/c.safetensors",
             "..\\d.safetensors", ".hidden.safetensors", "C:e.safetensors", 7)]  # fmt: skip
    rows += [{"type": "directory", "path": "f.safetensors"}, "g.safetensors", None]
    server.hold_json("api/models/some/one/revision/main", {"sha": "c0ffee0"})
    server.hold_json("api/models/some/one/tree/c0ffee0", rows)
    assert [f.name for f in hub.listing(WANTED, patience=QUICK).files] == ["config.json", "model.safetensors"]


def test_a_repository_that_lacks_what_is_wanted(server):
    server.hold_repository("some/one", {"config.json": b"{}"})
    with pytest.raises(WeightsDamaged, match=r"some/one: there is no \*\.safetensors among the files"):
        hub.listing(WANTED, patience=QUICK)


@pytest.mark.parametrize("said", [{}, [], {"sha": "../../x"}, {"sha": 7}, None])
def test_a_server_that_answers_nonsense(server, said):
    server.hold_json("api/models/some/one/revision/main", said)
    with pytest.raises(WeightsUnreachable, match="names no commit"):
        hub.listing(WANTED, patience=QUICK)


def test_a_repository_that_is_not_there(server):
    with pytest.raises(WeightsUnreachable, match="answers 404"):
        hub.listing(WANTED, patience=QUICK)


def test_an_address_on_the_hub_is_asked_at_the_users_mirror(server, monkeypatch):
    assert hub.at_endpoint("https://huggingface.co/a/b") == server.url("a/b")
    assert hub.at_endpoint("https://huggingface.co.example.org/a") == "https://huggingface.co.example.org/a"
    assert hub.at_endpoint("https://example.org/a") == "https://example.org/a"
    monkeypatch.delenv("HF_ENDPOINT")
    assert hub.at_endpoint("https://huggingface.co/a/b") == "https://huggingface.co/a/b"


def test_where_a_token_is_found_and_whom_it_is_for(server, monkeypatch, tmp_path):
    here = server.url("some/one")
    assert hub.token(here) == ""
    (tmp_path / "token").write_text("from-login\n")
    assert hub.token(here) == "from-login"
    (tmp_path / "other").write_text("from-path")
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "other"))
    assert hub.token(here) == "from-path"
    monkeypatch.setenv("HF_TOKEN", " named ")
    assert hub.token(here) == "named"
    assert hub.token("https://huggingface.co/some/one") == hub.token("https://example.org/a") == ""


def test_only_a_gated_model_is_asked_for_with_a_token(server, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "secret")
    server.hold_repository("some/one", FILES)
    hub.listing(WANTED, patience=QUICK)
    assert not any("Authorization" in headers for _, headers in server.asked)
    hub.listing(WANTED, gated=True, patience=QUICK)
    assert server.asked[-1][1]["Authorization"] == "Bearer secret"
