"""Panels show their errors, and have a still for pages where nothing is live."""

import ipywidgets
import pytest

from dreamkit.widgets import Call, Live, quiz, training_explorer
from dreamkit.widgets.panel import Panel

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def live():
    slider = ipywidgets.IntSlider(3, min=0, max=9, description="number")
    return Live(
        {"number": slider},
        lambda number: Call("render", abs, number),
        lambda result, code, number: (f"<img alt='{result}'>", "done"),
    )


def test_an_error_in_a_callback_is_shown_and_kept(problems):
    panel, button = Panel(), ipywidgets.Button()

    def broken(_):
        raise ValueError("2 is <wrong>")

    button.on_click(panel.shielded(broken))
    button.click()
    assert isinstance(panel.error, ValueError)
    assert "2 is &lt;wrong&gt;" in panel.status.value
    assert [problems.pop()] == [panel.error]


def test_every_callback_of_the_package_is_shielded(live, problems):
    trainer, checked = training_explorer({"a": "text"}), quiz("00")
    live._read = trainer._thread = checked._chosen = "broken"
    trainer.start.click()
    live.controls["number"].value = 4
    checked.choices[0].index = 1
    for panel in (live, trainer, checked):
        assert panel.error is not None and "does not work" in panel.status.value
    assert len(problems) == 3
    problems.clear()


@pytest.mark.skipif(ipywidgets.__version__ < "8", reason="ipywidgets 7 shows itself another way")
def test_a_page_without_a_kernel_gets_the_still(live):
    bundle = live._repr_mimebundle_()
    assert bundle["text/html"] == live.still()
    assert WIDGET in bundle
    assert bundle["text/plain"] == "<Live: number: 3>"


def test_a_still_shows_settings_picture_and_code(live):
    live.controls["number"].value = 7
    assert live.wait(20)
    for part in ("number: 7", "<img alt='7'>", "render(7)"):
        assert part in live.still()


def test_a_quiz_answers_without_a_kernel_too():
    checked = quiz("01")
    still = checked.still()
    options = [option for question in checked.questions for option in question["options"]]
    assert still.count("<details>") == len(options)
    assert still.count("Right.") == len(checked.questions)


def test_a_still_of_the_training_names_its_settings():
    assert "text: question · units: 128 · epochs: 5" in training_explorer({"question": "a"}).still()
