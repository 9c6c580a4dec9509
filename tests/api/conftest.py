"""A server that models are fetched from."""

from __future__ import annotations

import pytest

from tests.media.serving import serving


@pytest.fixture
def server(monkeypatch, tmp_path_factory):
    """A server in place of the hub, and nobody's token."""
    with serving() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.address)
        monkeypatch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hub")))
        for name in ("HF_TOKEN", "HF_TOKEN_PATH"):
            monkeypatch.delenv(name, raising=False)
        yield running
