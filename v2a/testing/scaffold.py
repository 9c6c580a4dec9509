"""`v2a plugin new NAME`: a whole plugin with tests that pass, to be changed step by step into one's own."""

from __future__ import annotations

import importlib.util
import keyword
import re
import shutil
import tempfile
from pathlib import Path
from string import Template

from v2a.errors import CannotWrite, DocumentError
from v2a.files import writing

_NAME = re.compile(r"^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$")

_PYPROJECT = Template("""\
[build-system]
requires = ["hatchling>=1.24"]
build-backend = "hatchling.build"

[project]
name = "$project"
version = "0.1.0"
description = "A source of sound for v2a."
readme = "README.md"
license = "MIT"
requires-python = ">=3.11"
dependencies = ["numpy", "v2a"]

[project.optional-dependencies]
test = ["pytest"]

[project.entry-points.v2a]
$name = "$module"

[tool.hatch.build.targets.wheel]
packages = ["$module"]

[tool.pytest.ini_options]
testpaths = ["tests"]
""")

_INIT = Template('''\
"""A source of sound for v2a."""

from __future__ import annotations

import v2a

from $module.generator import $title


@v2a.hookimpl
def v2a_generators() -> list[v2a.Generator]:
    """What this plugin brings."""
    return [$title()]
''')

_GENERATOR = Template('''\
"""A tone that swells and fades: change `make` into the sound you want."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import v2a


@dataclass(frozen=True)
class ${title}Params:
    """What a user may set, in a preset under [generators.$name]."""

    pitch: float = v2a.option(440.0, "pitch of the tone", unit="Hz", low=20, high=10_000)


class $title(v2a.Generator):
    """What v2a knows of it without loading anything; `open` loads what is needed."""

    card = v2a.GeneratorCard(
        name="$name",
        version="1",
        kinds=("fx",),
        licence=v2a.Licence("MIT", commercial="yes"),
        about="a tone that swells and fades",
        channels=1,
        words=("tone", "beep"),
        params=${title}Params,
    )

    def open(self, bench: v2a.Bench) -> v2a.PlainMaker:
        """There is nothing to load: a plain function from a request to sound will do."""
        return make


def make(request: v2a.Request) -> v2a.Audio:
    """So many samples as are asked for, from the request's seed alone."""
    params = ${title}Params(**request.params)
    rng = np.random.default_rng(request.seed)
    time = np.arange(request.length) / request.rate
    tone = 0.5 * np.sin(2 * np.pi * params.pitch * time + rng.uniform(0, 2 * np.pi))
    swell = np.hanning(request.length + 2)[1:-1]
    return v2a.Audio(np.tile(tone * swell, (request.channels, 1)), request.rate)
''')

_TEST = Template('''\
"""The plugin keeps v2a's contract, and makes what it says."""

import numpy as np
from v2a.testing import bench, check_generator, host_of, request

import $module
from $module.generator import $title


def test_it_keeps_the_contract():
    check_generator($title(), "$module")


def test_v2a_finds_it():
    assert list(host_of($module).generators) == ["$name"]


def test_its_pitch_is_what_was_asked_for(tmp_path):
    make = $title().open(bench(tmp_path))
    sound = make(request(1, channels=1, params={"pitch": 1000.0}))
    assert np.argmax(np.abs(np.fft.rfft(sound.samples[0]))) == 1000
''')

_README = Template("""\
# $project

A source of sound for [v2a](https://pypi.org/project/v2a/).

    pip install -e '.[test]'
    pytest
    v2a plugin check $module
    v2a sound "a beep" --seconds 2 --generator $name -o beep.wav

The sound is made in `$module/generator.py`. What users may set is declared once, in `${title}Params`.

## Licence

The code is under the MIT licence (see LICENSE). The card in `$module/generator.py` repeats it, because v2a puts the
licence of every sound into its report. Where you add weights, name their licence there too, and whether their sound
may be sold; where you add recordings, return a `v2a.Credit` with each sound.
""")

_LICENCE = """\
MIT License

Copyright (c) the authors of this plugin

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def _checked(name: str) -> str:
    """The name without a leading v2a-; raises DocumentError where it cannot be the name of a plugin."""
    short = re.sub(r"^v2a[-_]", "", name.strip())
    if not _NAME.match(short) or keyword.iskeyword(short) or keyword.iskeyword(short.capitalize()):
        raise DocumentError(
            f"a plugin cannot be called {name!r}",
            remedy="Use lower-case letters and digits, with - between words, such as rain-stick; no word of Python's.",
        )
    return short.replace("_", "-")


def module_name(name: str) -> str:
    """The name of the module of a plugin: `v2a_rain_stick` for `rain-stick`."""
    return "v2a_" + _checked(name).replace("-", "_")


def new_plugin(name: str, folder: Path) -> Path:
    """Write a whole plugin into a new folder of its own inside `folder`, and return that folder."""
    short, module = _checked(name), module_name(name)
    if importlib.util.find_spec(module) is not None:
        raise DocumentError(
            f"a module called {module} is installed already", remedy="Choose another name for the plugin."
        )
    words = {
        "name": short,
        "project": f"v2a-{short}",
        "module": module,
        "title": "".join(part.capitalize() for part in short.split("-")),
    }
    made = folder / words["project"]
    if made.exists():
        raise CannotWrite(
            "is already there", where=str(made), remedy="Choose another name, or another folder."
        )
    files = {
        "pyproject.toml": _PYPROJECT.substitute(words),
        "README.md": _README.substitute(words),
        "LICENSE": _LICENCE,
        f"{module}/__init__.py": _INIT.substitute(words),
        f"{module}/generator.py": _GENERATOR.substitute(words),
        f"tests/test_{module.removeprefix('v2a_')}.py": _TEST.substitute(words),
    }
    with writing(made):
        folder.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{words['project']}.", dir=folder))
        try:
            for place, text in files.items():
                (building / place).parent.mkdir(exist_ok=True)
                (building / place).write_text(text, encoding="utf-8", newline="\n")
            building.chmod(0o755)
            building.rename(made)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return made
