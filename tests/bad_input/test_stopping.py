"""Ctrl-C and kill -9 at any stage: what was made is kept, nothing is half-written, and the next run goes on."""

import signal
import subprocess
import sys
import time

import pytest

from tests.bad_input import running

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
STOPS = [
    *[(signal.SIGINT, after) for after in (0.3, 1.0, 2.0)],
    *[(signal.SIGKILL, after) for after in (0.6, 1.5)],
    (signal.SIGTERM, 1.2),
]


def alive(folder):
    """Processes that still work for a run on this folder."""
    told = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in told.splitlines() if str(folder) in line and "pytest" not in line]


@pytest.mark.parametrize(("number", "after"), STOPS)
def test_a_run_that_is_stopped(film, number, after):
    before = running.digest(film)
    done = running.ended(running.started("score", film, "--brief", "footsteps, rain, piano"), number, after)
    scored = film.with_name("film.scored.mp4")
    if number == signal.SIGKILL:
        assert done.code in (-signal.SIGKILL, 0)
    else:
        assert done.code in (130, 0, -number), done.err
        assert "Traceback" not in done.err
        assert len(done.lines) <= 1, done.err
    assert running.digest(film) == before
    if done.code:
        assert not scored.exists() or after > 1.5
    time.sleep(0.3)
    assert alive(film.parent) == []
    again = running.here("score", film, "--brief", "footsteps, rain, piano")
    assert again.code == 0, again.err
    assert scored.exists()
    assert running.leftovers(film.parent) == []


def test_what_was_made_before_a_kill_is_not_made_again(film, tmp_path):
    body = "time.sleep(60) if request.prompt.startswith('second') else None; import v2a as w; " \
           "return w.Audio(np.full((2, request.length), 0.1, np.float32), 48000)"  # fmt: skip
    plugins = running.generator(tmp_path / "plugins", body)
    assert running.here("spot", film, "--brief", "room tone").code == 0
    path = film.with_suffix(".v2a") / "spotting.toml"
    cue = '\n[[cue]]\nin = {}\nout = {}\nkind = "fx"\nprompt = "{}"\ngenerator = "bad"\n'
    path.write_text(path.read_text() + cue.format(0.2, 0.7, "first") + cue.format(1, 1.5, "second"))
    running.ended(running.started("render", film, plugins=[plugins]), signal.SIGKILL, 8)
    quick = running.generator(tmp_path / "quick", body.replace("sleep(60)", "sleep(0)"))
    done = running.v2a("render", film, "--json", plugins=[quick])
    assert done.code == 0, done.err
    assert '"generator:bad": 1' in done.out
    assert "observer" not in done.out.partition('"ran"')[2]
