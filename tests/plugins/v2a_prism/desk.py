"""What the generator is asked in tests, and what it made."""

from __future__ import annotations

import numpy as np

import v2a
from tests.plugins.v2a_prism import tiny
from v2a.testing import request

RATE = 44_100
QUICK = {"steps": 3, "model": "prismaudio"}


def asked(seconds=2, **given):
    params = QUICK | given.pop("params", {})
    return request(seconds, rate=RATE, kind="fo", params=params, **given)


def made(maker, *requests):
    return [answer.sound.samples if isinstance(answer, v2a.Made) else answer for answer in maker(requests)]


def track(folder, name, rows):
    path = folder / f"{name}.npy"
    np.save(path, np.asarray(rows, np.float32))
    return v2a.FeatureTrack(str(path), None, sliceable=False)


def features(folder, seconds, seed=0):
    told = tiny.features(seconds, seed=seed)
    names = {"videoprism": told.video, "t5gemma": told.text, "synchformer": told.sync}
    return {name: track(folder, f"{name}{seed}", rows.numpy()) for name, rows in names.items()}


def sound(folder, samples, name="sound"):
    path = folder / f"{name}.npy"
    return v2a.SoundFile.write(path, v2a.Audio(np.asarray(samples, np.float32), RATE))
