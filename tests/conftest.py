"""Every test, and every process a test starts, sees a new machine: no network, nothing cached."""

import os
import runpy
import tempfile
from pathlib import Path

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
