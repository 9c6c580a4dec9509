"""Hum keeps the contract, and hums at the frequency it is given."""

import numpy as np
import pytest
from v2a.testing import bench, check_generator, request

import v2a_hum


def test_it_keeps_the_contract():
    check_generator(v2a_hum.Hum(), "v2a_hum")


@pytest.mark.parametrize("mains", [50.0, 60.0])
def test_it_hums_at_the_mains(tmp_path, mains):
    make = v2a_hum.Hum().open(bench(tmp_path))
    sound = make(request(2, kind="bg", channels=1, params={"mains": mains}))
    spectrum = np.abs(np.fft.rfft(sound.samples[0]))
    assert np.argmax(spectrum) / 2 == mains
