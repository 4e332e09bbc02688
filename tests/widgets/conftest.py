"""What a widget shows as a problem fails its test, unless the test takes it out of ``problems``."""

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.lessons.lesson05_readers import verdicts
from dreamkit.vision.atlas import names_of, speaking_for
from dreamkit.widgets.panel import Panel
from tests.tiny import tiny_network


@pytest.fixture(autouse=True)
def problems(monkeypatch):
    seen, fail = [], Panel.fail

    def noted(panel, problem):
        seen.append(problem)
        fail(panel, problem)

    monkeypatch.setattr(Panel, "fail", noted)
    yield seen
    assert not seen


@pytest.fixture(scope="package")
def net():
    network = tiny_network()
    network.classes = list("abcde")
    return network


@pytest.fixture
def typed():
    """A panel's line of code, typed into a cell of a notebook that has such values."""

    def typed(live, **values):
        lesson = {"dk": dk, "np": np, "verdicts": verdicts}
        lesson |= {"names_of": names_of, "speaking_for": speaking_for}
        return eval(live.code_of_now(), lesson | values)

    return typed


@pytest.fixture
def set_to():
    """Controls moved, and waited for."""

    def set_to(live, **values):
        for name, value in values.items():
            live.controls[name].value = value
        assert live.wait(60) and live.error is None

    return set_to
