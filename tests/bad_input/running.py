"""Running v2a as a user does, with plugins of the test's own on the path."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from v2a.cli import run
from v2a.media.encode import encode
from v2a.model import Audio

RATE = 48_000


@dataclass(frozen=True)
class Ended:
    """How a run of v2a ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self):
        return [line for line in self.err.splitlines() if line.strip() and not line.startswith("v2a: note:")]


def make_film(path, seconds=3, sound=True):
    """A ball that bounces, 160×120 at 25 frames a second, with a quiet tone."""

    def frames():
        y, x = np.mgrid[0:120, 0:160]
        for n in range(round(seconds * 25)):
            height = abs(np.cos(np.pi * n / 25)) * 70
            ball = (x - 40 - n) ** 2 + (y - 100 + height) ** 2 < 100
            yield np.where(ball[..., None], (220, 60, 40), (60, 90, 120)).astype(np.uint8)

    heard = None
    if sound:
        t = np.arange(round(seconds * RATE)) / RATE
        heard = Audio((0.05 * np.sin(2 * np.pi * 220 * t)).astype(np.float32), RATE)
    encode(path, frames(), Fraction(25), sound=heard, quality=28)
    return path


def environment(*folders):
    """The environment of a run that finds these folders' plugins."""
    paths = [*map(str, folders), os.environ.get("PYTHONPATH", "")]
    own = {} if not folders else {"V2A_CACHE": str(Path(folders[0]) / "cache"), "V2A_IMPORT_SECONDS": "2"}
    return os.environ | {"PYTHONPATH": os.pathsep.join(p for p in paths if p), "V2A_DEBUG": ""} | own


def v2a(*arguments, plugins=(), prefix=(), timeout=120, cwd=None):
    """Run the command line to its end."""
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "v2a", *map(str, arguments)],
        capture_output=True, text=True, env=environment(*plugins), timeout=timeout, check=False, cwd=cwd,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


@contextlib.contextmanager
def caught(number):
    """A file with all that is written to a descriptor, by whomever, in this process and those it starts."""
    own = os.dup(number)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        os.dup2(file.fileno(), number)
        try:
            yield file
        finally:
            os.dup2(own, number)
            os.close(own)


@contextlib.contextmanager
def visited(*folders):
    """This process with these folders' plugins on its path, and as it was when they are gone."""
    environ, path, modules = dict(os.environ), list(sys.path), set(sys.modules)
    os.environ.update(environment(*folders))
    sys.path[:0] = map(str, folders)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(environ)
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(tuple(map(str, folders))):
                del sys.modules[name]


def here(*arguments, plugins=(), cwd=None):
    """Run the command line within this process, where a test needs none of its own.

    Most of what a short command costs is the start of Python and the loading of v2a.
    """
    with contextlib.ExitStack() as stack:
        if cwd is not None:
            stack.enter_context(contextlib.chdir(cwd))
        if plugins:
            stack.enter_context(visited(*plugins))
        out, err = stack.enter_context(caught(1)), stack.enter_context(caught(2))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run([*map(str, arguments)])
        return Ended(code, *(file.seek(0) or file.read() for file in (out, err)))


def started(*arguments, plugins=()):
    """Start the command line in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "v2a", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(*plugins), start_new_session=True,
    )  # fmt: skip


def ended(process, number, after):
    """Send a signal to the whole group after so many seconds, as a terminal does, and wait for the end."""
    time.sleep(after)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
    out, err = process.communicate(timeout=30)
    if number == signal.SIGKILL:
        time.sleep(0.1)
    return Ended(process.returncode, out, err)


def plugin(folder, name, body, distribution=None):
    """An installed plugin: a module and the metadata that announces it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(textwrap.dedent(body))
    metadata = folder / f"{distribution or name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution or name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[v2a]\n{name} = {name}\n")
    return folder


GENERATOR = """
    import os, signal, sys, time
    import numpy as np
    import v2a

    class Bad(v2a.Generator):
        card = v2a.GeneratorCard(name="bad", version="1", kinds=("fx", "fo"), licence=v2a.Licence("MIT"), rank=-5)

        def open(self, bench):
            return make

    def make(request):
        {body}

    @v2a.hookimpl
    def v2a_generators():
        return [Bad()]
"""


def generator(folder, body):
    """A plugin with the generator `bad`, which does this when it is asked."""
    return plugin(folder, "badplug", GENERATOR.format(body=body))


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def leftovers(folder):
    """Temporary files that should not be there."""
    return [p for p in Path(folder).rglob("*") if ".part" in p.name]


def copied(film, folder):
    """A copy of a film in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(film, folder / "film.mp4"))
