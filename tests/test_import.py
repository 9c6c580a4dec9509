"""What importing v2a loads."""

import subprocess
import sys

HEAVY = (
    "numpy",
    "scipy",
    "torch",
    "decord",
    "pedalboard",
    "av",
    "cv2",
    "soundfile",
    "soxr",
    "rich",
    "pluggy",
)


def loaded_by(code):
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(','.join(sys.modules))"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return set(told.stdout.strip().splitlines()[-1].split(","))


def test_importing_v2a_loads_nothing_heavy():
    assert not loaded_by("import v2a") & set(HEAVY)


def test_help_loads_nothing_heavy():
    code = "import v2a.cli, contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()):\n    v2a.cli.run(['--help'])"
    assert not loaded_by(code) & set(HEAVY)


def test_every_public_name_is_there():
    import v2a

    for name in v2a.__all__:
        assert getattr(v2a, name) is not None
