"""What the tests of the coursework share: where things are, and one copy of the course."""

import sys
import warnings
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from marking.proof import Proof

# What Windows lacks keeps even these tests from being imported.
collect_ignore = [] if sys.platform != "win32" else ["test_sandbox.py"]
COURSE = Path(__file__).parent.parent.parent / "assignments"


class Here(Executor):
    """An executor without workers, which saves their start."""

    def submit(self, function, /, *arguments):
        future = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future


@pytest.fixture(scope="session")
def here():
    return Here


@pytest.fixture(scope="session")
def proof(tmp_path_factory):
    """A copy of the course with a gradebook of its own."""
    return Proof(COURSE, tmp_path_factory.mktemp("course"))


@pytest.fixture(autouse=True)
def quiet():
    """SQLAlchemy has remarks about nbgrader's queries."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="nbgrader")
        yield
