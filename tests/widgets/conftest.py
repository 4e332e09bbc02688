"""What a widget shows as a problem fails its test, unless the test takes it out of ``problems``."""

import pytest

from dreamkit.widgets.panel import Panel


@pytest.fixture(autouse=True)
def problems(monkeypatch):
    seen, fail = [], Panel.fail

    def noted(panel, problem):
        seen.append(problem)
        fail(panel, problem)

    monkeypatch.setattr(Panel, "fail", noted)
    yield seen
    assert not seen
