"""Every lesson in JupyterLab: all cells run, and every control moves what it should."""

import shutil
import time
from pathlib import Path

import pytest

from tools import lab

from .panels import Live

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
LESSONS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
PATIENCE = 60_000  # milliseconds

# The slider to move in each lesson's panel, and the argument it stands for.
SLIDERS = {
    "00_start_here": ("layer", "{"),
    "01_deepdream": ("octaves", "octaves="),
    "02_guided_dreams": ("free–guided", "guide_mix="),
    "03_text_deepdream": ("step", "nearest("),
    "04_character_lstm": ("temperature", "temperature="),
    "05_sequence_models": ("words read", "words="),
    "06_inside_vision": ("layer", "], ["),
    "07_inside_recurrent": ("cell", "[:, "),
}
# Those that answer at once, and have nothing to stop.
QUICK = {
    "03_text_deepdream",
    "05_sequence_models",
    "06_inside_vision",
    "07_inside_recurrent",
}
# Those whose pictures take long enough to be stopped: the slider that makes them longer.
LONG = {"00_start_here": "steps", "01_deepdream": "steps", "02_guided_dreams": "steps"}


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request, chromium, screenshots, tmp_path_factory):
    """A lesson after *Run All Cells*, in a server of its own."""
    folder = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(NOTEBOOKS, folder)
    page = chromium.new_page(viewport={"width": 1400, "height": 1300})
    page.set_default_timeout(PATIENCE)
    with lab.server(folder, tmp_path_factory.mktemp("home")) as (address, _):
        page.lesson = request.param
        try:
            lab.open_lesson(page, address, folder / f"{request.param}.ipynb")
            page.stills = page.get_by_text("A still: run the cell to move it.").count()
            lab.run_all(page)
        except Exception:
            page.screenshot(path=screenshots / f"{request.param}-failed.png")
            raise
        yield page
        page.close()


@pytest.fixture
def live(lesson):
    return Live(lesson)


@pytest.fixture
def slider(lesson, live):
    return live.slider(SLIDERS[lesson.lesson][0])


def value(lesson, code):
    """What the line of code says of the slider's argument."""
    _, _, rest = code.partition(SLIDERS[lesson.lesson][1])
    return rest.lstrip("'").replace("'", ",").replace(")", ",").replace("]", ",").partition(",")[0]


def same(reading, value):
    return reading == value or float(reading) == float(value)


def test_every_cell_runs_without_an_error(lesson):
    assert lab.errors(lesson) == []


def test_before_it_runs_a_panel_is_a_still(lesson):
    assert lesson.stills >= 1


def test_the_picture_follows_the_mouse(lesson, live, slider):
    before, picture = live.code(), live.shown()
    slider.drag(-40)
    after = live.follow(before)
    assert live.shown() != picture
    assert same(slider.reads(), value(lesson, after))


def test_the_picture_follows_the_keyboard(lesson, live, slider):
    before, reading, picture = live.code(), slider.reads(), live.shown()
    slider.press("ArrowRight")
    after = live.follow(before)
    assert live.shown() != picture and slider.reads() != reading
    assert same(slider.reads(), value(lesson, after))


def test_of_many_quick_changes_the_last_wins(lesson, live, slider, screenshots):
    before = live.code()
    slider.press("ArrowLeft")
    before = live.follow(before)
    for _ in range(4):
        slider.press("End")
        slider.press("Home")
    slider.press("ArrowRight", 4)
    slider.press("ArrowLeft")
    after = live.follow(before)
    until = time.monotonic() + PATIENCE / 1000
    while not same(slider.reads(), value(lesson, after)) and time.monotonic() < until:
        after = live.settled()
    assert same(slider.reads(), value(lesson, after))
    assert "does not work" not in live.words()
    live.panel.screenshot(path=screenshots / f"{lesson.lesson}.png")


def test_stop_keeps_what_is_there(lesson, live):
    stop = live.panel.get_by_role("button", name="Stop")
    assert stop.is_visible() == (lesson.lesson not in QUICK)
    if lesson.lesson not in LONG:
        return
    live.slider(LONG[lesson.lesson]).press("End")
    stop.click()
    live.panel.get_by_text("stopped").wait_for()
    assert "does not work" not in live.words()


def test_the_quiz_answers(lesson, screenshots):
    quiz = lesson.locator(".dreamkit-quiz")
    quiz.scroll_into_view_if_needed()
    questions = quiz.locator(".widget-radio")
    for number in range(questions.count()):
        questions.nth(number).locator("input").first.check()
    lesson.wait_for_function(
        "([quiz, n]) => (quiz.innerText.match(/✓|✗/g) || []).length === n",
        arg=[quiz.element_handle(), questions.count()],
    )
    right = quiz.get_by_text("✓ Right.").count()
    quiz.get_by_text(f"{right} of {questions.count()} right").wait_for()
    quiz.screenshot(path=screenshots / f"{lesson.lesson}-quiz.png")


def test_a_training_starts_shows_its_loss_and_stops(lesson, screenshots):
    panel = lesson.locator(".dreamkit-writertraining")
    assert panel.count() == (lesson.lesson == "04_character_lstm")
    if not panel.count():
        return
    panel.scroll_into_view_if_needed()
    panel.get_by_role("button", name="Start").click()
    panel.locator("img").wait_for()
    panel.get_by_text("nats a character").wait_for()
    panel.get_by_role("button", name="Stop").click()
    panel.get_by_text("Stopped.").wait_for()
    panel.screenshot(path=screenshots / "04_character_lstm-training.png")
