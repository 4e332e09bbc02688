"""Every test, and every process a test starts, sees a new machine: no network, nothing cached."""

import os
import runpy
import tempfile
from pathlib import Path

import pytest

from tools import lab

OFFLINE = Path(__file__).parent / "offline"
runpy.run_path(str(OFFLINE / "sitecustomize.py"))
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(OFFLINE), *filter(None, [os.environ.get("PYTHONPATH")])]
)

EMPTY_HOME = tempfile.TemporaryDirectory(prefix="dreamkit-", ignore_cleanup_errors=True)
os.environ["DREAMKIT_HOME"] = os.environ["KERAS_HOME"] = EMPTY_HOME.name
if data := os.environ.pop("DREAMKIT_DATA", None):
    os.environ["DREAMKIT_REAL_DATA"] = data  # for the few tests that read the published files
os.environ.pop("KERAS_BACKEND", None)

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # keeps start-up notices out of the report


@pytest.fixture(scope="module")  # while it is there, no other code can run an event loop of its own
def chromium():
    """A browser; where there is none, the tests that need it are skipped, and say so."""
    pytest.importorskip("playwright", reason="no browser test: pip install playwright")
    if not lab.chromium():
        pytest.skip("no browser test: install Chromium (Debian: apt-get install chromium)")
    with lab.browser() as browser:
        yield browser
