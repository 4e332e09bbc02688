"""Every test, and every process a test starts, sees a new machine: no network, nothing cached."""

import contextlib
import importlib.util
import os
import re
import runpy
import subprocess
import sys
import tempfile
import warnings
from importlib import metadata
from pathlib import Path

import pytest

from tools import lab

OFFLINE = Path(__file__).parent / "offline"
runpy.run_path(str(OFFLINE / "sitecustomize.py"))
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(OFFLINE), *filter(None, [os.environ.get("PYTHONPATH")])]
)

# What `make quick` leaves out: browsers and other processes, trainings, marking, many networks.
SLOW = tuple(
    f"tests/{each}"
    for each in """
    browser/ lessons/ marking/ networks/ recipes/ site/ widgets/
    chars/test_concepts chars/test_learning chars/test_scripts chars/test_writer
    plots/test_words_and_maps vision/test_atlas vision/test_film vision/test_traces
    test_command test_descent test_docstrings test_missing test_types test_watching test_wheel
    test_import.py::test_first_use test_pretrained.py::test_in_a_notebook
    """.split()
)

EMPTY_HOME = tempfile.TemporaryDirectory(prefix="dreamkit-", ignore_cleanup_errors=True)
os.environ["DREAMKIT_HOME"] = os.environ["KERAS_HOME"] = EMPTY_HOME.name
if data := os.environ.pop("DREAMKIT_DATA", None):
    os.environ["DREAMKIT_REAL_DATA"] = data  # for the few tests that read the published files
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # keeps start-up notices out of the report


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_make_scheduler(config, log):
    """A file's tests share a process; but the site is built once, and the long proof shared out."""
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            if file.startswith("tests/site/"):
                return "tests/site"
            assignment = re.search(r"test_proof\.py::.*\[(\d\d) ", nodeid)
            return f"{file} {assignment[1]}" if assignment else file

    return Together(config, log)


def pytest_collection_modifyitems(config, items):
    for each in SLOW:
        if not list(config.rootpath.glob(f"{each.partition('::')[0].rstrip('/')}*")):
            raise pytest.UsageError(f"{each} is in SLOW and not there: has it moved?")
    if metadata.version("ipywidgets").startswith(
        "7."
    ):  # as on Colab, whose panels have no still beside them
        for notebook in {item.parent for item in items if hasattr(item.parent, "skip_compare")}:
            notebook.skip_compare += ("text/html",)
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker("slow")
    if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
        why = pytest.mark.skip(reason="only TensorFlow compiles once for all sizes")
        for item in items:
            if item.get_closest_marker("open_shapes"):
                item.add_marker(why)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """An empty DREAMKIT_DATA, and a DREAMKIT_HOME that does not exist yet."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("DREAMKIT_DATA", str(folder))
    monkeypatch.setenv("DREAMKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("no_proxy", "*")
    return folder


@pytest.fixture
def full_disk():
    """Within ``with full_disk():`` no file can be written beyond its first bytes."""
    resource = pytest.importorskip("resource", reason="no limits on files here")

    @contextlib.contextmanager
    def limited():
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limited


@pytest.fixture
def busy_cores():
    """Something else computes on every core."""
    loop = [sys.executable, "-c", "while True: pass"]
    others = [subprocess.Popen(loop) for _ in range(os.cpu_count() or 2)]
    yield
    for other in others:
        other.kill()
        other.wait()


@pytest.fixture
def recwarn(recwarn):
    """Warnings, but for what Keras and PyTorch have to say of NumPy's."""
    for words in ("__array__ implementation", "__array_wrap__ must accept"):
        warnings.filterwarnings("ignore", words, DeprecationWarning)
    return recwarn


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
    package = importlib.util.find_spec("axe_playwright_python")
    if not package:
        pass_over("no accessibility test: pip install axe-playwright-python")
    return Path(package.origin).parent / "axe.min.js"


# A tiny network and pictures to dream over; Keras takes seconds, so it is imported where needed.


@pytest.fixture(scope="session")
def make_model():
    from tests.tiny import tiny_model

    return tiny_model


@pytest.fixture(scope="session")
def make_picture():
    from tests.tiny import smooth_picture

    return smooth_picture


@pytest.fixture(scope="session")
def model(make_model):
    """One for all tests: nothing in the package changes a model."""
    return make_model()


@pytest.fixture
def net(model):
    """A network whose steps are not compiled yet."""
    from dreamkit.networks.loading import load_network

    return load_network(model, pixels=(0, 1))


@pytest.fixture(scope="session")
def warm_net(model):
    """One that is shared, so that a step is compiled once."""
    from dreamkit.networks.loading import load_network

    return load_network(model, pixels=(0, 1))


@pytest.fixture
def photo(make_picture):
    return make_picture(0)


@pytest.fixture
def other_photo(make_picture):
    return make_picture(1, height=40, width=56)
