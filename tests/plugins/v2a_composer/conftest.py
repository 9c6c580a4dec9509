"""What tests of the composer have in common."""

import pytest

from v2a_composer import fonts


@pytest.fixture(scope="module")
def brought():
    """Every machine plays the font that came along."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fonts, "_folders", tuple)
        patch.delenv(fonts.VARIABLE, raising=False)
        yield
