"""The lessons' controls in JupyterLab in a browser: every one moves what it should.

All stand on one page, so that one kernel starts; that the lessons' cells run is for nbval to prove.
The tests of a control follow one another: each goes on from where the one before left it.
"""

import io
import re
import shutil
import time
from pathlib import Path

import pytest
from PIL import Image

from tools import lab

from .controls import CELLS, PANELS, QUIZZES, after, cell_of, write_page
from .panels import Live

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
LESSON = "06_inside_vision.ipynb"  # it has two panels
NO_EXPLORER = {"next_char_bars", "quiz"}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """JupyterLab in a folder with the page and a lesson: its address and the folder."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copy(NOTEBOOKS / LESSON, folder)
    write_page(folder / "controls.ipynb")
    with lab.server(folder, tmp_path_factory.mktemp("home")) as (address, _):
        yield address, folder


@pytest.fixture(scope="module")
def tab(chromium):
    page = chromium.new_page(viewport={"width": 1400, "height": 1300})
    yield page
    page.close()


@pytest.fixture(scope="module")
def page(tab, served, screenshots):
    """The page after *Run All Cells*."""
    address, folder = served
    try:
        lab.open_lesson(tab, address, folder / "controls.ipynb")
        lab.run_all(tab)
    except Exception:
        tab.screenshot(path=screenshots / "failed.png")
        raise
    return tab


@pytest.fixture(scope="module", params=PANELS)
def name(request):
    return request.param


@pytest.fixture
def panel(name):
    return PANELS[name]


@pytest.fixture
def live(page, name):
    return Live(cell_of(page, name))


@pytest.fixture
def slider(live, panel):
    return live.slider(panel.slider)


def same(reading, value):
    return reading == value or float(reading) == float(value)


def caught_up(live, slider, said, before):
    """The panel's code once it says what the slider reads; on the way it may stop in between."""
    after = live.follow(before)
    until = time.monotonic() + lab.PATIENCE
    while not same(slider.reads(), said(after)) and time.monotonic() < until:
        after = live.settled()
    return after


def test_before_it_runs_a_panel_is_a_still(tab, served):
    address, folder = served
    lab.open_lesson(tab, address, folder / LESSON)
    stills = tab.get_by_text("A still: run the cell to move it.")
    stills.first.wait_for()
    assert stills.count() == 2
    assert tab.locator(".dreamkit-live").count() == 0


def test_every_control_of_the_lessons_is_on_the_page():
    lessons = "".join(path.read_text(encoding="utf-8") for path in NOTEBOOKS.glob("*.ipynb"))
    assert set(re.findall(r"widgets\.(\w+)\(", lessons)) - NO_EXPLORER <= CELLS.keys()
    assert set(re.findall(r'widgets\.quiz\(\\"(\w+)\\"', lessons)) == set(QUIZZES)


def test_the_picture_follows_the_mouse(live, slider, panel):
    before, picture = live.code(), live.shown()
    slider.drag(panel.by)
    after = caught_up(live, slider, panel.said, before)
    assert live.shown() != picture
    assert same(slider.reads(), panel.said(after))


def test_the_picture_follows_the_keyboard(live, slider, panel):
    before, reading, picture = live.code(), slider.reads(), live.shown()
    slider.press("ArrowRight")
    after = caught_up(live, slider, panel.said, before)
    assert live.shown() != picture and slider.reads() != reading
    assert same(slider.reads(), panel.said(after))


def test_of_many_quick_changes_the_last_wins(live, slider, panel, name, screenshots):
    before = live.code()
    slider.press("ArrowLeft")
    before = live.follow(before)
    for _ in range(4):
        slider.press("End")
        slider.press("Home")
    slider.press("ArrowRight", 4)
    slider.press("ArrowLeft")
    after = caught_up(live, slider, panel.said, before)
    assert same(slider.reads(), panel.said(after))
    assert "does not work" not in live.words()
    live.panel.screenshot(path=screenshots / f"{name}.png")


def test_stop_keeps_what_is_there(live, panel):
    stop = live.panel.get_by_role("button", name="Stop")
    assert stop.is_visible() == panel.stops
    if panel.longer:
        live.slider(panel.longer).press("End")
        stop.click()
        live.panel.get_by_text("stopped").wait_for()
        assert "does not work" not in live.words()


def test_it_fits_a_narrow_window(page, live, name, screenshots):
    wide = page.viewport_size
    page.set_viewport_size({"width": 900, "height": wide["height"]})
    try:
        live.settled()
        live.panel.screenshot(path=screenshots / f"{name}-900.png")
        assert live.panel.evaluate("panel => panel.scrollWidth - panel.clientWidth") <= 0
        picture, panel = (each.bounding_box() for each in (live.picture(), live.panel))
        assert picture["width"] > 0.7 * panel["width"]  # below the controls, not squeezed beside
    finally:
        page.set_viewport_size(wide)


def test_the_picture_follows_with_all_cores_busy(page, busy_cores):
    live = Live(cell_of(page, "dream_explorer"))
    before = live.code()
    for _ in range(3):
        live.slider("octaves").press("ArrowLeft")
    slider, said = live.slider("octaves"), after("octaves=")
    assert same(slider.reads(), said(caught_up(live, slider, said, before)))


def test_a_photo_of_one_s_own_is_dreamt_over_and_saved(page, served, screenshots):
    _, folder = served
    live = Live(cell_of(page, "dream_explorer"))
    before = live.code()
    buffer = io.BytesIO()
    Image.new("RGB", (160, 120), "teal").save(buffer, "JPEG")
    file = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}
    with page.expect_file_chooser() as chooser:
        live.panel.get_by_role("button", name="a photo of your own").click()
    chooser.value.set_files(file)
    assert "dk.load_image('me.jpg'" in live.follow(before)
    live.panel.get_by_role("button", name="a photo of your own: me.jpg").wait_for()
    live.panel.get_by_role("button", name="Save").click()
    live.panel.get_by_text("Saved as dream.png").wait_for()
    with Image.open(folder / "dream.png") as saved:
        assert saved.size == (160, 120) and "me.jpg" not in saved.text["dreamkit"]
    live.panel.screenshot(path=screenshots / "own-photo.png")


DRAWN = """async () => {
  const canvas = new OffscreenCanvas(120, 160);
  canvas.getContext("2d").fillRect(30, 30, 60, 60);
  return await canvas.convertToBlob();  // a PNG
}"""


def test_a_picture_is_dropped(page):
    live = Live(cell_of(page, "dream_explorer"))
    before = live.code()
    button = live.panel.get_by_role("button", name="a photo of your own")

    def drop(*files):
        """Files as JavaScript makes them."""
        added = "".join(f"dropped.items.add({file});" for file in files)
        script = f"async () => {{ const dropped = new DataTransfer(); {added} return dropped; }}"
        button.dispatch_event("drop", {"dataTransfer": page.evaluate_handle(script)})

    drop(f"new File([await ({DRAWN})()], 'dropped.png')")
    assert "dk.load_image('dropped.png'" in live.follow(before)
    drop("new File([new Uint8Array(2e7)], 'large.png')")
    live.panel.get_by_text("large.png is too large to send").wait_for()
    drop()
    live.panel.get_by_text("that was no file").wait_for()


def test_a_picture_is_pasted_and_the_notebook_takes_no_cell(page):
    live = Live(cell_of(page, "dream_explorer"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        f"""async () => navigator.clipboard.write(
          [new ClipboardItem({{ "image/png": await ({DRAWN})() }})]
        )"""
    )
    before, cells = live.code(), page.locator(".jp-Cell").count()
    live.panel.get_by_role("button", name="a photo of your own").focus()
    page.keyboard.press("Control+V")
    assert "dk.load_image('image.png'" in live.follow(before)
    assert page.locator(".jp-Cell").count() == cells


@pytest.mark.parametrize("number", QUIZZES)
def test_the_quiz_answers(page, number, screenshots):
    quiz = cell_of(page, f"quiz {number}").locator(".dreamkit-quiz")
    quiz.scroll_into_view_if_needed()
    questions = quiz.locator(".widget-radio")
    for question in range(questions.count()):
        questions.nth(question).locator("input").first.check()
    page.wait_for_function(
        "([quiz, n]) => (quiz.innerText.match(/✓|✗/g) || []).length === n",
        arg=[quiz.element_handle(), questions.count()],
    )
    right = quiz.get_by_text("✓ Right.").count()
    quiz.get_by_text(f"{right} of {questions.count()} right").wait_for()
    quiz.screenshot(path=screenshots / f"quiz-{number}.png")


def test_what_the_nucleus_cuts_off_turns_grey(page, screenshots):
    live = Live(cell_of(page, "temperature_explorer"))
    before, nucleus = live.code(), live.slider("nucleus")
    live.slider("temperature").press("End")
    before = live.follow(before)
    nucleus.drag(-40)

    def said(code):
        return (re.search(r"top_p=([\d.]+)", code) or ("", "nan"))[1]

    assert same(nucleus.reads(), said(caught_up(live, nucleus, said, before)))
    assert "; cut off: " in live.panel.locator("img").get_attribute("alt")
    live.panel.screenshot(path=screenshots / "nucleus.png")


def test_a_text_is_coloured_while_it_is_typed(page, screenshots):
    live = Live(cell_of(page, "surprise_explorer"))
    box = live.panel.get_by_role("textbox")
    box.fill("")
    box.press_sequentially("the will to qzwer")
    live.panel.locator("code", has_text="'the will to qzwer'").wait_for()
    live.panel.get_by_text("perplexity").first.wait_for()
    coloured = live.panel.locator(".dreamkit-letters")
    assert coloured.inner_text() == "the will to qzwer"
    deep = coloured.locator('span[style*="#5aa0e6"]').all_inner_texts()
    assert "z" in "".join(deep) and "will" not in "".join(deep)
    live.panel.screenshot(path=screenshots / "surprise_explorer.png")


def test_a_training_starts_shows_its_loss_and_stops(page, screenshots):
    panel = cell_of(page, "training_explorer").locator(".dreamkit-writertraining")
    panel.scroll_into_view_if_needed()
    panel.get_by_role("button", name="Start").click()
    panel.locator("img").wait_for()
    panel.get_by_text("nats a character").wait_for()
    panel.get_by_role("button", name="Stop").click()
    panel.get_by_text("Stopped.").wait_for()
    panel.get_by_label("prompt").fill("The statement ")
    panel.get_by_role("button", name="Write").click()
    panel.locator("b", has_text="The statement").wait_for()
    panel.screenshot(path=screenshots / "training_explorer.png")


def test_a_file_is_trained_on_by_its_path_and_its_held_out_loss_is_drawn(page, served, screenshots):
    _, folder = served
    text = "# naïve notes\n\nThe will to power, and the will to truth.\n" * 60
    (folder / "notes.md").write_bytes(text.encode("cp1252"))
    panel = cell_of(page, "training_explorer").locator(".dreamkit-writertraining")
    panel.scroll_into_view_if_needed()
    panel.get_by_label("or a path").fill("notes.md")
    panel.get_by_label("or a path").press("Enter")
    panel.get_by_text("notes.md is not UTF-8: byte 4").wait_for()
    panel.get_by_label("encoding").fill("cp1252")
    panel.get_by_label("encoding").press("Enter")
    panel.get_by_text("notes.md: 3,420 characters. That is little").wait_for()
    panel.get_by_role("button", name="Start").click()
    panel.get_by_text("epoch 1: loss").wait_for()
    panel.locator('img[alt*="held out"]').wait_for()
    panel.get_by_role("button", name="Stop").click()
    panel.screenshot(path=screenshots / "training_path.png")
