"""Lessons in JupyterLab in Chromium; where there is none, these tests are skipped, and say so."""

from pathlib import Path

import pytest

from tools import lab

ROOT = Path(__file__).parent.parent.parent
SCREENSHOTS = ROOT / "build" / "screenshots"


@pytest.fixture(scope="session")
def chromium():
    pytest.importorskip("playwright", reason="no browser test: pip install playwright")
    if not lab.chromium():
        pytest.skip("no browser test: install Chromium (Debian: apt-get install chromium)")
    with lab.browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def screenshots():
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS
