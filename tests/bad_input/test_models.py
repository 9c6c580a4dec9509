"""Models as they are fetched by a user: terms, exit codes, one line for everything that goes wrong."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time

import pytest

from tests.api.model_shop import WHOLE
from tests.bad_input import running
from tests.media.serving import serving

PLUGIN = """
    import v2a

    TERMS = v2a.Licence("MIT", "CC-BY-NC-4.0", commercial="no", read="https://example.org/licence")

    def card(name, **more):
        file = v2a.ModelFile("some.ckpt", ("{address}/some.ckpt",), {size})
        told = {{"files": (file,)}} | more
        return v2a.ModelCard(name, "1", "some model", TERMS, "https://example.org", ("Not for sale.",), **told)

    def convert(source, folder, bench):
        (folder / "model.safetensors").write_bytes(source.read_bytes())

    @v2a.hookimpl
    def v2a_models():
        whole = v2a.ModelRepository("some/one", ("*.npz",))
        return [card("some-model"), card("sharded", convert="shop:convert"),
                card("locked", files=(), repository=whole, gated=True)]
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A server, and a plugin that knows models which lie there."""
    with serving() as server:
        server.hold("some.ckpt", WHOLE)
        server.hold_repository("some/one", {"arrays.npz": WHOLE}, token="secret")
        monkeypatch.setenv("V2A_WEIGHTS", str(tmp_path / "weights"))
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
        monkeypatch.delenv("HF_TOKEN", raising=False)
        body = PLUGIN.format(address=server.address, size=len(WHOLE))
        server.plugins = [running.plugin(tmp_path / "plugins", "shop", body)]
        server.weights = tmp_path / "weights"
        yield server


def models(shop, *given):
    return running.here("models", *given, plugins=shop.plugins)


def refused(done, code, *words):
    assert done.code == code, (done.out, done.err)
    assert len(done.lines) == 1 or done.code == 65, done.err
    assert all(word in done.err for word in words), done.err
    assert "Traceback" not in done.err


def test_pulled_listed_found_and_checked(shop):
    done = models(shop, "pull", "some-model", "--accept-licence")
    assert done.code == 0, done.err
    assert done.out == f"{shop.weights / 'some-model'}\n  fetched   1 file, CC-BY-NC-4.0\n"
    assert "CC-BY-NC-4.0" in done.err and "not allowed" in done.err and "Not for sale." in done.err
    assert (shop.weights / "some-model" / "some.ckpt").read_bytes() == WHOLE
    listed = {row["name"]: row for row in json.loads(models(shop, "list", "--check", "--json").out)}
    assert (listed["some-model"]["state"], listed["some-model"]["damaged"]) == ("here", [])
    assert listed["some-model"]["licence"]["commercial"] == "no" and listed["locked"]["gated"]
    assert (listed["sharded"]["state"], listed["sharded"]["size"]) == ("missing", len(WHOLE))
    done = models(shop, "path", "some-model")
    assert (done.code, done.out) == (0, f"{shop.weights / 'some-model'}\n")
    again = models(shop, "pull", "some-model")
    assert again.code == 0 and "here      all of it" in again.out and again.err == ""
    (shop.weights / "some-model" / "some.ckpt").write_bytes(b"!" * len(WHOLE))
    done = models(shop, "list", "--check")
    assert done.code == 62 and "some-model\tdamaged\t200.0 kB\tCC-BY-NC-4.0\tnot allowed" in done.out
    assert "some.ckpt of some-model changed since it came" in done.err and str(shop.weights) in done.err
    assert "fetched   1 file" in models(shop, "pull", "some-model").out


def test_pulled_and_converted(shop):
    done = models(shop, "pull", "sharded", "some-model", "--accept-licence")
    assert done.code == 0, done.err
    assert "converted 1 files: model.safetensors" in done.out and "freed     200.0 kB" in done.out
    assert not (shop.weights / "sharded" / "some.ckpt").exists()
    assert (shop.weights / "some-model" / "some.ckpt").exists()
    assert models(shop, "convert", "sharded").out == "  converted already\n"
    done = models(shop, "convert", "sharded", "--from", shop.weights / "some-model" / "some.ckpt")
    assert done.code == 0 and (shop.weights / "some-model" / "some.ckpt").exists()


def test_without_a_word_on_the_licence(shop):
    done = models(shop, "pull", "some-model")
    refused(done, 65, "was not accepted", "https://example.org/licence", "--accept-licence")
    assert "Not for sale." in done.err and not shop.weights.exists() and shop.asked == []


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 65), ("\n", 65)])
def test_a_terminal_is_asked(shop, typed, code):
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "v2a", "models", "pull", "some-model"],
        stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, env=running.environment(*shop.plugins),
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, typed.encode())
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:  # the other side is closed
        pass
    finally:
        os.close(ours)
        run.stdout.close()
    assert run.wait(30) == code, said
    assert b"do you accept them? [y/N]" in said
    assert (shop.weights / "some-model" / "some.ckpt").exists() is (code == 0)


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (("pull", "some-modle"), 35, ("no model is called 'some-modle'", "Did you mean some-model?")),
        (("path", "nothing-like-it"), 35, ("There are:",)),
        (("path", "some-model"), 61, ("is not here", "v2a models pull some-model")),
        (("convert", "some-model"), 30, ("nothing to convert",)),
        (("convert", "sharded"), 61, ("v2a models pull sharded",)),
        (("convert", "sharded", "--from", "/no/such/file"), 11, ("/no/such/file",)),
        (("pull",), 2, ("NAME",)),
        (("pull", "some-model", "sharded", "--from", "/"), 2, ("--from",)),
        (("pull", "some-model", "-q", "--accept-licence", "--from", "/no/such"), 11, ("/no/such",)),
        (("pull", "some-model", "-q", "--accept-licence", "--from", "http://example.org"), 61, ("https",)),
        (("pull", "locked", "-q", "--accept-licence"), 67, ("401", "https://example.org", "HF_TOKEN")),
    ],
)
def test_in_one_line(shop, given, code, words):
    refused(models(shop, *given), code, *words)


def test_a_server_that_is_not_there(shop, monkeypatch):
    shop.files.clear()
    refused(models(shop, "pull", "some-model", "-q", "--accept-licence"), 67, "404", "--from")


def test_a_folder_that_is_a_file(shop):
    shop.weights.write_text("")
    refused(models(shop, "pull", "some-model", "-q", "--accept-licence"), 22, "a file lies", "V2A_WEIGHTS")
    assert models(shop, "list").code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_and_run_again(shop, number):
    held = shop.hold("some.ckpt", WHOLE, drops=[100_000])
    held.silent = 0.0
    run = running.started("models", "pull", "some-model", "--accept-licence", plugins=shop.plugins)
    place = shop.weights / "some-model" / "some.ckpt"
    deadline = time.monotonic() + 20
    while not (place.with_name("some.ckpt.part").exists()) and time.monotonic() < deadline:
        time.sleep(0.01)
    held.silent = 20.0
    done = running.ended(run, number, after=0.3)
    assert done.code == (130 if number != signal.SIGKILL else -9), done.err
    assert not place.exists() and place.with_name("some.ckpt.part").stat().st_size == 100_000
    held.silent = 0.0
    shop.asked.clear()
    done = models(shop, "pull", "some-model")
    assert done.code == 0, done.err
    assert place.read_bytes() == WHOLE and shop.ranges == ["bytes=100000-"]


def test_two_at_once(shop):
    held = shop.hold("some.ckpt", WHOLE, drops=[1000])
    run = running.started("models", "pull", "some-model", "--accept-licence", plugins=shop.plugins)
    deadline = time.monotonic() + 20
    while not (shop.weights / "some-model" / "some.ckpt.part").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    held.silent = 20.0
    done = models(shop, "pull", "some-model", "--accept-licence", "-q")
    refused(done, 23, "another v2a is working on this model", str(run.pid))
    running.ended(run, signal.SIGKILL, after=0)


def test_a_disk_without_room(shop, small_disk, monkeypatch):
    monkeypatch.setenv("V2A_WEIGHTS", str(small_disk / "weights"))
    free = os.statvfs(small_disk)
    (small_disk / "filler").write_bytes(b"x" * max(0, free.f_bavail * free.f_frsize - 100 * 1024))
    refused(models(shop, "pull", "some-model", "-q", "--accept-licence"), 21, "200.0 kB are needed")
    assert shop.asked == []


@pytest.mark.parametrize("command", ["score", "sound"])
def test_a_device_that_is_not_here_is_named_before_anything_is_made(tmp_path, command):
    if command == "score":
        what = [running.make_film(tmp_path / "film.mp4", seconds=1)]
    else:
        what = ["bang", "-o", tmp_path / "bang.wav"]
    ended = running.here(command, *what, "--device", "cuda:7")
    assert ended.code == 35
    assert len(ended.lines) == 1
    assert "'cuda:7'" in ended.err
    assert "cpu" in ended.err
    assert sorted(p.name for p in tmp_path.iterdir()) == (["film.mp4"] if command == "score" else [])
