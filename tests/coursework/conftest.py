"""What the tests of the coursework share: where things are, and one copy of the course."""

import warnings
from pathlib import Path

import pytest

from dreamkit.coursework.proof import Proof

COURSE = Path(__file__).parent.parent.parent / "assignments"


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
