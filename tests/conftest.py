"""Every test, and every process a test starts, sees a new machine: no network, nothing cached."""

import importlib.util
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
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # keeps start-up notices out of the report


def pytest_collection_modifyitems(items):
    if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
        why = pytest.mark.skip(reason="only TensorFlow compiles once for all sizes")
        for item in items:
            if item.get_closest_marker("open_shapes"):
                item.add_marker(why)


def pass_over(reason):
    """Skip a test for which something is not installed; where nobody reads that, fail it."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="module")  # while it is there, no other code can run an event loop of its own
def chromium():
    """A browser."""
    if not importlib.util.find_spec("playwright"):
        pass_over("no browser test: pip install playwright")
    if not lab.chromium():
        pass_over("no browser test: install Chromium (Debian: apt-get install chromium)")
    with lab.browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def axe():
    """The script that looks for barriers."""
    script = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        pass_over("no accessibility test: npm install --no-save --no-package-lock axe-core@4")
    return script
