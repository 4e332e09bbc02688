"""Every test of the checks begins with nothing done, as a new notebook does."""

import pytest

from dreamkit.check.task import DONE


@pytest.fixture(autouse=True)
def nothing_done():
    with DONE.afresh():
        yield
