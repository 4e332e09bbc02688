"""Widgets without a browser: values are set, buttons clicked, and the picture must follow."""

import io
import threading

import ipywidgets
import numpy as np
import pytest

import dreamkit as dk
from dreamkit.images import as_pillow
from dreamkit.results import Picture
from dreamkit.widgets import (
    Call,
    Live,
    Named,
    dream_explorer,
    growth_explorer,
    guide_explorer,
    quiz,
)
from dreamkit.widgets.dream import dream_view


@pytest.fixture(scope="module")
def photo():
    return dk.sample_image("clouds", max_side=96)


class Slow:
    """A render that takes as long as the test wants, and notes what became of it."""

    def __init__(self):
        self.go, self.begun = threading.Event(), threading.Event()
        self.go.set()
        self.log = []

    def __call__(self, number, progress):
        self.begun.set()
        self.go.wait(20)
        stopped = progress(1, 2, 1.0) is False
        self.log.append((number, "cut short" if stopped else "whole"))
        return Picture(np.full((4, 4, 3), number / 100), (1.0, 2.0), {}, stopped)


@pytest.fixture
def slow():
    return Slow()


@pytest.fixture
def live(slow):
    slider = ipywidgets.IntSlider(1, min=0, max=100)
    return Live(
        {"number": slider},
        lambda number: Call("render", slow, Named(f"{number} < 'x'", number)),
        dream_view,
    )


def test_the_first_picture_is_there_at_once(live):
    assert live.result.image.max() == pytest.approx(0.01)
    assert "<img" in live.picture.value and "score × 2.0" in live.status.value


def test_the_picture_has_escaped_alt_text_and_the_code_stands_below(live):
    assert 'alt="A dream made by render(1 &lt; &#x27;x&#x27;)"' in live.picture.value
    assert "render(1 &lt;" in live.line.value


def test_of_many_quick_changes_the_last_wins(live, slow):
    slow.go.clear()
    for number in range(2, 60):
        live.controls["number"].value = number
    slow.go.set()
    assert live.wait(20)
    assert live.result.image.max() == pytest.approx(0.59)
    assert slow.log[-1] == (59, "whole")
    assert len(slow.log) < 10  # most positions were never rendered
    assert all(fate == "cut short" for _, fate in slow.log[1:-1])


@pytest.fixture
def stopped(live, slow):
    """A panel that was stopped in the middle of a render."""
    slow.go.clear()
    slow.begun.clear()
    live.controls["number"].value = 7
    assert slow.begun.wait(20)
    live.stop.click()
    slow.go.set()
    assert live.wait(20)
    return live


def test_stop_keeps_the_dream_so_far(stopped):
    assert stopped.result.stopped and stopped.result.image.max() == pytest.approx(0.07)
    assert "stopped" in stopped.status.value


def test_an_error_is_shown_and_kept_and_the_next_render_recovers(problems):
    def render(number):
        if number == 2:
            raise ValueError("2 is <wrong>")
        return Picture(np.zeros((4, 4, 3)), (1.0, 2.0), {})

    slider = ipywidgets.IntSlider(1, min=0, max=9)
    live = Live({"number": slider}, lambda number: Call("render", render, number), dream_view)
    slider.value = 2
    assert live.wait(20)
    assert "2 is &lt;wrong&gt;" in live.status.value
    assert isinstance(live.error, ValueError) and live.error is problems.pop()
    slider.value = 3
    assert live.wait(20)
    assert live.error is None


def test_an_error_in_showing_is_shown_too_and_the_next_render_recovers(problems):
    slider = ipywidgets.IntSlider(1, min=0, max=9)
    live = Live(
        {"number": slider},
        lambda number: Named("number", number),
        lambda result, code, number: (str(9 // result), "done"),
    )
    assert live.picture.value == "9"
    slider.value = 0
    assert live.wait(20)
    assert "zero" in live.status.value
    assert isinstance(problems.pop(), ZeroDivisionError)
    slider.value = 3
    assert live.wait(20)
    assert live.error is None and live.picture.value == "3"


def test_a_score_that_starts_at_nothing_is_shown():
    dream = Picture(np.zeros((4, 4, 3)), (0.0, 2.0), {})
    assert dream_view(dream, "code")[1] == "done"


def test_the_explorer_shows_what_the_plain_call_makes(net, photo, set_to, typed):
    live = dream_explorer(photo, net, side=64)
    set_to(live, climb="pixels", layer="mixed1", steps=2, mixed2=0.5)
    again = typed(live, net=net, photo=photo)
    np.testing.assert_array_equal(again.image, live.result.image)
    assert again.history == live.result.history and again.settings == live.result.settings
    small = dk.shrink(photo, 64)
    expected = dk.deepdream(small, net, {"mixed1": 1.0, "mixed2": 0.5}, octaves=3, steps=2)
    np.testing.assert_array_equal(live.result.image, expected.image)
    assert small.shape == (43, 64, 3)


def test_the_explorer_begins_with_the_spectrum_and_its_steps(net, photo, set_to, typed):
    live = dream_explorer(photo, net, side=64)
    set_to(live, steps=2, step_size=0.02)
    small, how = dk.shrink(photo, 64), {"octaves": 3, "steps": 2, "step_size": 0.008}
    expected = dk.deepdream(small, net, {net.default: 1.0}, climb="spectrum", **how)
    np.testing.assert_array_equal(live.result.image, expected.image)
    np.testing.assert_array_equal(typed(live, net=net, photo=photo).image, expected.image)


def file_of(picture, name):
    """What a PictureInput holds once a learner has chosen, dropped or pasted a picture."""
    content = io.BytesIO()
    as_pillow(picture).save(content, "PNG")
    return [{"name": name, "content": memoryview(content.getvalue())}]


def test_a_photo_of_one_s_own_is_dreamt_over(net, photo, set_to, typed, tmp_path, monkeypatch):
    live = dream_explorer(photo, net, side=64)
    mine = photo[::-1, :80]
    set_to(live, own=file_of(mine, "me.png"))
    monkeypatch.chdir(tmp_path)
    as_pillow(mine).save("me.png")
    assert "dk.load_image('me.png'" in live.code_of_now()
    np.testing.assert_array_equal(typed(live, net=net).image, live.result.image)


def test_a_picture_of_any_kind_that_is_read_can_be_chosen(net, photo):
    accepted = dream_explorer(photo, net, side=64).controls["own"].accept.split(",")
    assert {"image/*", ".heic", ".jp2", ".avif"} < set(accepted)


def test_a_file_that_is_no_picture_is_explained(net, photo, problems):
    live = dream_explorer(photo, net, side=64)
    live.controls["own"].value = [{"name": "me.txt", "content": b"not a picture"}]
    assert live.wait(60) and "me.txt is not a picture" in live.status.value
    assert isinstance(problems.pop(), ValueError)


def test_save_writes_the_dream_and_never_over_another(net, photo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    live = dream_explorer(photo, net, side=64)
    live.save.click()
    live.save.click()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dream-2.png", "dream.png"]
    assert "dream-2.png" in live.status.value
    np.testing.assert_allclose(dk.load_image("dream.png"), live.result.image, atol=0.6 / 255)
    assert dk.read_settings("dream.png")["octaves"] == 3


def test_of_a_stopped_dream_the_line_of_code_says_that_it_is_more(stopped):
    assert stopped.line.value.startswith("All of it in code:")


def test_the_growth_of_a_dream_is_dragged_through(net, photo, set_to, typed):
    dream = dk.deepdream(photo, net, octaves=1, steps=4, keep=2)
    live = growth_explorer(dream)
    set_to(live, frame=0)
    assert live.code_of_now() == "dream.frames[0]"
    assert live.result is typed(live, dream=dream) is dream.frames[0]
    with pytest.raises(ValueError, match=r"keep=1"):
        growth_explorer(dk.deepdream(photo, net, octaves=1, steps=1))


def test_full_size_dreams_over_the_whole_photo(net, photo, set_to, typed):
    live = dream_explorer(photo, net, side=64)
    set_to(live, steps=1, full=True)
    assert live.result.image.shape == photo.shape
    again = typed(live, net=net, photo=photo)
    np.testing.assert_array_equal(again.image, live.result.image)


def test_too_many_octaves_are_explained_in_the_widget(net, photo, problems):
    live = dream_explorer(photo, net, side=32)
    live.controls["octaves"].value = 6
    assert live.wait(60)
    assert "At most octaves=" in live.status.value
    assert isinstance(problems.pop(), ValueError)


def test_the_guide_explorer_follows_guide_and_mix(net, photo, set_to, typed, tmp_path, monkeypatch):
    pictures = {"sky": photo, "upside_down": photo[::-1]}
    live = guide_explorer(pictures, pictures, net, side=64)
    set_to(live, climb="pixels", guide_mix=0.5, match="position")
    expected = dk.deepdream(
        dk.shrink(photo, 64),
        net,
        net.default,
        guide=photo[::-1],
        match="position",
        guide_mix=0.5,
        octaves=3,
        steps=6,
    )
    np.testing.assert_array_equal(live.result.image, expected.image)
    set_to(live, own_guide=file_of(photo[:, ::-1], "guide.png"))
    monkeypatch.chdir(tmp_path)
    as_pillow(photo[:, ::-1]).save("guide.png")
    again = typed(live, net=net, photos=pictures)
    np.testing.assert_array_equal(again.image, live.result.image)
    assert not np.array_equal(again.image, expected.image)


@pytest.mark.parametrize("lesson", ["00", "01", "02", "03", "04", "05"])
def test_a_quiz_has_one_right_answer_a_question_and_a_reason_for_each(lesson):
    for question in quiz(lesson).questions:
        assert sum(option["right"] for option in question["options"]) == 1
        assert all(option["because"] for option in question["options"])


def test_a_quiz_answers_back_and_keeps_score():
    checked = quiz("01")
    first, second = checked.questions[:2]
    right = next(option for option in first["options"] if option["right"])
    wrong = next(option for option in second["options"] if not option["right"])
    checked.choices[0].value = right["text"]
    checked.choices[1].value = wrong["text"]
    assert "Right" in checked.feedback[0].value
    assert "Not quite" in checked.feedback[1].value
    assert checked.status.value == f"1 of {len(checked.questions)} right"


def test_an_unknown_quiz_is_refused():
    with pytest.raises(ValueError, match="'00', '01', '02'"):
        quiz("99")
