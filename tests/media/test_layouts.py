"""Loudspeakers in an order of their own, which PyAV frees too often: in a process that may die of it."""

import json
import subprocess
import sys

import numpy as np
import pytest

from v2a.media import programs

READ = """
import gc, json, sys
from v2a.media import sound
from v2a.media.probe import probe
for _ in range(3):
    video = probe(sys.argv[1])
    held = sound.info(sys.argv[1])
    audio = sound.read(sys.argv[1])
    gc.collect()
levels = [round(float(abs(channel).max()), 2) for channel in audio.samples]
print(json.dumps([video.sound[0].channels, held.speakers, levels, audio.length]))
"""
LEVELS = {"FL": 0.8, "FR": 0.7, "FC": 0.6, "LFE": 0.5, "BL": 0.4, "BR": 0.3, "SL": 0.2, "SR": 0.1}


@pytest.fixture
def film(tmp_path):
    """A second of 7.1 in MOV, where the sides come before the back."""
    path = tmp_path / "film.mov"
    tones = "|".join(f"{level}*sin(2*PI*500*t)" for level in LEVELS.values())
    programs.run([
        programs.ffmpeg(), "-v", "error", "-y", "-f", "lavfi", "-i", "color=gray:s=64x64:r=25:d=1",
        "-f", "lavfi", "-i", f"aevalsrc='{tones}':c=7.1:s=48000:d=1", "-af", "channelmap=map=FL|FR|FC|LFE|SL|SR|BL|BR:channel_layout=FL+FR+FC+LFE+SL+SR+BL+BR",
        "-c:v", "libx264", "-c:a", "pcm_s24le", str(path),
    ])  # fmt: skip
    return path


def test_every_loudspeaker_is_read_by_its_name(film):
    done = subprocess.run(
        [sys.executable, "-c", READ, str(film)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    channels, speakers, levels, length = json.loads(done.stdout)
    assert (channels, length) == (8, 48_000)
    assert dict(zip(speakers, levels, strict=True)) == pytest.approx(LEVELS, abs=0.011)
    assert not np.array_equal(speakers, list(LEVELS)), "the order is not the file's own any more"
