"""The manual says what the commands say."""

from pathlib import Path

from v2a.cli.manual import manual

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def test_the_manual_is_made_from_the_commands():
    assert PAGE.read_text(encoding="utf-8") == manual(), "run: python -m v2a.cli.manual docs/cli.md"
