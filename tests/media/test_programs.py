"""Running other programs: their words, their end, and stopping them."""

import os
import signal
import sys
import threading
import time

import pytest

from v2a.errors import Cancelled, DiskFull, ProgramFailed, ProgramMissing
from v2a.media import programs


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_ffmpeg_is_found_and_says_its_version(monkeypatch):
    monkeypatch.delenv("V2A_FFMPEG", raising=False)
    assert programs.version(programs.ffmpeg())[0].isalnum()


def test_ffmpeg_of_the_users_choice(monkeypatch, tmp_path):
    monkeypatch.setenv("V2A_FFMPEG", sys.executable)
    assert programs.ffmpeg() == sys.executable
    monkeypatch.setenv("V2A_FFMPEG", str(tmp_path / "none"))
    with pytest.raises(ProgramMissing, match="V2A_FFMPEG"):
        programs.ffmpeg()


def test_an_ffmpeg_that_is_another_program_or_does_not_run(monkeypatch, tmp_path):
    monkeypatch.delenv("V2A_FFMPEG", raising=False)
    programs.check_ffmpeg()
    monkeypatch.setenv("V2A_FFMPEG", sys.executable)
    with pytest.raises(ProgramFailed, match="V2A_FFMPEG=.* not an ffmpeg|does not run"):
        programs.check_ffmpeg()
    silent = tmp_path / ("silent.bat" if os.name == "nt" else "silent")
    silent.write_text("exit 0\n" if os.name == "nt" else "#!/bin/sh\nexit 0\n")
    silent.chmod(0o755)
    monkeypatch.setenv("V2A_FFMPEG", str(silent))
    with pytest.raises(ProgramFailed, match="this is not an ffmpeg"):
        programs.check_ffmpeg()


def test_no_ffmpeg_at_all(monkeypatch):
    monkeypatch.delenv("V2A_FFMPEG", raising=False)
    monkeypatch.setattr(programs, "_bundled", lambda: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ProgramMissing, match="pip install imageio-ffmpeg"):
        programs.ffmpeg()
    assert programs.rubberband() is None


@pytest.mark.skipif(programs.rubberband() is None, reason="rubberband is not installed")
def test_rubberband_says_its_version():
    assert programs.version(programs.rubberband())[0].isdigit()


def test_run_returns_all_that_was_said():
    said = programs.run(_python("import sys; print('out', flush=True); print('err', file=sys.stderr)"))
    assert said.split() == ["out", "err"]


def test_much_output_does_not_block():
    assert len(programs.run(_python("print('x' * 5_000_000)"))) >= 5_000_000


def test_standard_input_is_closed():
    assert programs.run(_python("import sys; print(repr(sys.stdin.read()))")).strip() == "''"


def test_a_failure_ends_with_the_programs_last_words():
    with pytest.raises(ProgramFailed, match="code 3: .*it broke here") as caught:
        programs.run(_python("import sys; print('first\\n' * 9 + 'it broke here'); sys.exit(3)"))
    assert caught.value.remedy


def test_a_full_disk_is_named():
    with pytest.raises(DiskFull):
        programs.run(_python("import sys; print('av_interleaved: No space left on device'); sys.exit(1)"))


def test_a_missing_program_is_named(tmp_path):
    with pytest.raises(ProgramMissing, match="no such program"):
        programs.run([str(tmp_path / "nothing")])
    (tmp_path / "text").write_text("text")
    with pytest.raises(ProgramMissing, match="does not start"):
        programs.run([str(tmp_path / "text")])


SLEEPY = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"


def _gone(path) -> bool:
    try:
        os.kill(int(path.read_text()), 0)
    except ProcessLookupError:
        return True
    return False


def test_cancelling_kills_the_program(tmp_path):
    mark = tmp_path / "pid"
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        programs.run(
            [*_python(SLEEPY), str(mark)], cancelled=lambda: mark.exists() and mark.stat().st_size > 0
        )
    assert time.monotonic() - begun < 10
    assert _gone(mark)


def test_a_program_that_takes_too_long_is_stopped():
    begun = time.monotonic()
    with pytest.raises(ProgramFailed, match="in time"):
        programs.run(_python("import time; time.sleep(60)"), timeout=0.3)
    assert time.monotonic() - begun < 10


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_kills_the_program(tmp_path):
    mark = tmp_path / "pid"

    def press() -> None:
        while not (mark.exists() and mark.stat().st_size):
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        programs.run([*_python(SLEEPY), str(mark)])
    thread.join()
    assert _gone(mark)


ECHO = "import sys, shutil; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)"


def test_a_pipe_feeds_and_reads():
    with programs.piped(_python(ECHO)) as pipe:
        pipe.feed(b"x" * 1000)
        pipe.close_input()
        assert pipe.read(2000) == b"x" * 1000


def test_a_pipe_that_breaks_tells_why():
    with (
        pytest.raises(ProgramFailed, match="no more"),
        programs.piped(_python("import sys; sys.exit('no more')")) as pipe,
    ):
        for _ in range(100):
            pipe.feed(b"x" * 100_000)


def test_a_pipe_that_fails_at_its_end_tells_why():
    with (
        pytest.raises(ProgramFailed, match="at the end"),
        programs.piped(_python("import sys; sys.stdin.read(); sys.exit('at the end')")) as pipe,
    ):
        pipe.feed(b"x")


def test_a_pipe_that_stops_short_while_read_tells_why():
    with (
        pytest.raises(ProgramFailed, match="half way"),
        programs.piped(_python("import sys; print('abc', flush=True); sys.exit('half way')")) as pipe,
    ):
        pipe.read(100)


def test_leaving_a_pipe_early_kills_the_program(tmp_path):
    mark = tmp_path / "pid"
    code = "import os, sys; open(sys.argv[1], 'w').write(str(os.getpid()))\nwhile True: print('x' * 1000)"
    with programs.piped([*_python(code), str(mark)]) as pipe:
        assert pipe.read(10) == b"x" * 10
    assert _gone(mark)
    mark.unlink()
    with pytest.raises(ZeroDivisionError), programs.piped([*_python(code), str(mark)]) as pipe:
        pipe.read(10)
        raise ZeroDivisionError
    assert _gone(mark)


def test_cancelling_a_pipe_that_hangs():
    begun = time.monotonic()
    hang = _python("import time; time.sleep(60)")
    with (
        pytest.raises(Cancelled),
        programs.piped(hang, cancelled=lambda: time.monotonic() - begun > 0.5) as pipe,
    ):
        while True:
            pipe.feed(b"x" * 100_000)
    begun = time.monotonic()
    with (
        pytest.raises(Cancelled),
        programs.piped(hang, cancelled=lambda: time.monotonic() - begun > 0.5) as pipe,
    ):
        pipe.read(10)
    begun = time.monotonic()
    with pytest.raises(ProgramFailed, match="in time"), programs.piped(hang, timeout=0.5):
        pass
