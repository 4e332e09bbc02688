"""Films: every frame goes on from the one before, and what was dreamt is kept."""

import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import dreamkit as dk

pytestmark = pytest.mark.filterwarnings("ignore:No gradient")  # of films that only move
KNOBS = {"octaves": 2, "steps": 2, "step_size": 0.01, "jitter": 6}


@pytest.fixture
def frames(make_picture):
    return [make_picture(seed, 24, 32) for seed in range(4)]


def reopened(path):
    """Frames and their durations in milliseconds, as they were written."""
    pictures, durations = [], []
    with Image.open(path) as film:
        for number in range(film.n_frames):
            film.seek(number)
            film.load()
            pictures.append(np.asarray(film.convert("RGB"), "float32") / 255)
            durations.append(film.info["duration"])
    return pictures, durations


def test_a_film_has_its_frames_all_of_the_photo_s_size(warm_net, photo):
    film = list(dk.zoom(photo, warm_net, "mixed2", frames=3, **KNOBS))
    assert [(frame.shape, frame.dtype) for frame in film] == [(photo.shape, np.float32)] * 3
    assert all(frame.min() >= 0 and frame.max() <= 1 for frame in film)


def test_the_first_frame_is_a_dream_over_the_photo(warm_net, photo):
    first = next(dk.zoom(photo, warm_net, "mixed2", seed=5, **KNOBS))
    dream = dk.deepdream(photo, warm_net, "mixed2", seed=5, **KNOBS)
    np.testing.assert_array_equal(first, dream.image)


def test_the_knobs_of_a_dream_are_those_of_a_film(warm_net, photo, other_photo):
    knobs = {**KNOBS, "guide": other_photo, "step_size": 0.02, "jitter": 3}
    first = next(dk.zoom(photo, warm_net, {"mixed1": 2.0}, **knobs))
    dream = dk.deepdream(photo, warm_net, {"mixed1": 2.0}, **knobs)
    np.testing.assert_array_equal(first, dream.image)


def test_every_frame_goes_on_from_the_middle_of_the_one_before(warm_net, photo):
    """Undreamt, a frame is the one before enlarged about its centre by the rate."""
    start, then = dk.zoom(photo, warm_net, {"mixed2": 0.0}, frames=2, rate=1.25, **KNOBS)
    height, width = photo.shape[:2]
    box = (width * 0.1, height * 0.1, width * 0.9, height * 0.9)
    for channel in range(3):
        whole = Image.fromarray(start[..., channel])
        expected = whole.resize((width, height), Image.Resampling.BICUBIC, box=box)
        np.testing.assert_allclose(
            then[..., channel], expected, atol=0.06
        )  # whole pixels are cut off
    assert np.abs(then - start).mean() > 0.02


def test_every_frame_is_dreamt_with_a_seed_of_its_own(warm_net, photo):
    """One more than that of the frame before."""
    first, second = dk.zoom(photo, warm_net, "mixed2", frames=2, seed=5, **KNOBS)
    enlarged = list(dk.zoom(first, warm_net, {"mixed2": 0.0}, frames=2, **KNOBS))[1]
    dream = dk.deepdream(enlarged, warm_net, "mixed2", seed=6, **KNOBS)
    np.testing.assert_array_equal(second, dream.image)


def test_a_slow_zoom_moves_too(warm_net, photo):
    """However little is cut off at each side: 0.16 of a pixel here."""
    *_, last = dk.zoom(photo, warm_net, {"mixed2": 0.0}, frames=20, rate=1.005, **KNOBS)
    assert np.abs(last - photo).mean() > 0.01


def test_zooming_stays_centred(warm_net, make_picture):
    ring = np.hypot(*(np.indices((49, 65)) - np.array([24, 32])[:, None, None]))
    photo = np.repeat(np.clip(1 - ring / 40, 0, 1)[..., None], 3, axis=2).astype("float32")
    *_, last = dk.zoom(photo, warm_net, {"mixed2": 0.0}, frames=6, rate=1.05, **KNOBS)
    grey = last.mean(2)
    assert np.unravel_index(grey.argmax(), grey.shape) == (24, 32)
    np.testing.assert_allclose(grey, grey[::-1, ::-1], atol=0.02)


def spot(picture):
    """Where the lightest pixel is: (row, column)."""
    return np.unravel_index(picture.mean(2).argmax(), picture.shape[:2])


@pytest.mark.parametrize(
    ("moves", "place"),
    [
        ({"drift": (6, 3)}, (27, 50)),  # to the right, and down
        ({"drift": (-6, 0)}, (24, 38)),
        ({"turn": 90}, (12, 32)),  # anticlockwise: from the right of the middle to above it
        ({"turn": -90}, (36, 32)),
    ],
    ids=str,
)
def test_a_film_can_turn_and_drift(warm_net, moves, place):
    rows, columns = np.indices((49, 65))
    light = np.clip(1 - np.hypot(rows - 24, columns - 44) / 8, 0, 1)
    photo = np.repeat(light[..., None], 3, axis=2).astype("float32")
    *_, last = dk.zoom(photo, warm_net, {"mixed2": 0.0}, frames=2, rate=1.0001, **moves, **KNOBS)
    assert np.abs(np.subtract(spot(last), place)).max() <= 1


def test_beyond_an_edge_a_film_is_mirrored(warm_net, make_picture):
    """No black wedge comes in at a corner."""
    bright = make_picture(0) / 2 + 0.5
    film = dk.zoom(
        bright, warm_net, {"mixed2": 0.0}, frames=3, rate=1.001, turn=30, drift=(20, -20), **KNOBS
    )
    assert min(frame.min() for frame in film) > 0.4


def test_frames_are_dreamt_one_at_a_time(warm_net, photo):
    calls = []
    film = dk.zoom(
        photo, warm_net, "mixed2", frames=1000, progress=lambda *step: calls.append(step), **KNOBS
    )
    assert not calls
    assert len(list(islice(film, 2))) == 2
    assert len(calls) == 2 * 4


def test_the_same_seed_is_the_same_film_and_frames_differ(warm_net, photo):
    def film(seed):
        return list(dk.zoom(photo, warm_net, "mixed2", frames=3, seed=seed, **KNOBS))

    once, again, other = film(1), film(1), film(2)
    np.testing.assert_array_equal(once, again)
    assert np.any(once[0] != other[0])
    assert np.any(once[1] != once[0]) and np.any(once[2] != once[1])


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        ("frames", 0),
        ("frames", -1),
        ("frames", 2.5),
        ("rate", 1),
        ("rate", 0.9),
        ("rate", 2),
        ("turn", "fast"),
        ("turn", 360),
        ("drift", (np.nan, 0)),
    ],
)
def test_bad_knobs_are_refused_at_once(warm_net, photo, knob, value):
    with pytest.raises(ValueError, match=f"{knob} must be"):
        dk.zoom(photo, warm_net, "mixed2", **{knob: value})


@pytest.mark.parametrize(
    ("knob", "error", "message"),
    [
        ({"steps": 0}, ValueError, "steps must be"),
        ({"jitter": -1}, ValueError, "jitter must be"),
        ({"octaves": 9}, ValueError, "At most octaves="),
        ({"stepsize": 0.01}, ValueError, "got 'stepsize'. Did you mean 'step_size'"),
        ({"keep": 3}, ValueError, "A setting of a dream must be one of .*, got 'keep'"),
    ],
    ids=str,
)
def test_the_settings_of_every_frame_are_looked_at_before_the_first(
    warm_net, photo, knob, error, message
):
    with pytest.raises(error, match=message):
        dk.zoom(photo, warm_net, "mixed2", **knob)


def test_what_can_not_be_dreamt_is_refused_before_any_step(warm_net, photo):
    calls = []
    with pytest.raises(ValueError, match="no layer 'mixed3'"):
        dk.zoom(photo, warm_net, "mixed3", progress=lambda *step: calls.append(step))
    with pytest.raises(ValueError, match="NaN"):
        dk.zoom(photo * np.nan, warm_net, "mixed2")
    with pytest.raises(ValueError, match="With a guide, name layers"):
        dk.zoom(photo, warm_net, dk.objectives.channel("mixed2", 3), guide=photo)
    assert not calls


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".GIF"])
@pytest.mark.parametrize(("fps", "milliseconds"), [(10, 100), (20, 50), (0.5, 2000)])
def test_a_saved_film_has_its_frames_and_its_pace(frames, tmp_path, suffix, fps, milliseconds):
    path = dk.save_film(frames, tmp_path / f"film{suffix}", fps=fps)
    assert path == tmp_path / f"film{suffix}"
    pictures, durations = reopened(path)
    assert durations == [milliseconds] * 4
    for picture, frame in zip(pictures, frames, strict=True):
        assert picture.shape == frame.shape
        assert np.abs(picture - frame).mean() < 0.04


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_a_saved_film_plays_for_ever(frames, tmp_path, suffix):
    with Image.open(dk.save_film(frames, tmp_path / f"film{suffix}")) as film:
        assert film.info["loop"] == 0


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_a_film_is_as_long_as_its_frames_even_where_nothing_moves(frames, tmp_path, suffix):
    """Pillow may merge frames that are alike; the film must not become shorter for it."""
    path = dk.save_film(
        [frames[0], frames[1], frames[1], frames[2]], tmp_path / f"a{suffix}", fps=10
    )
    assert sum(reopened(path)[1]) == 400


def test_a_film_for_phones_has_its_frames_its_pace_and_an_even_size(make_picture, tmp_path):
    av = pytest.importorskip("av")
    frames = [make_picture(seed, 25, 33) for seed in range(4)]
    with av.open(dk.save_film(frames, tmp_path / "film.mp4", fps=10)) as film:
        video = film.streams.video[0]
        pictures = [frame.to_ndarray(format="rgb24") / 255 for frame in film.decode(video)]
        assert (video.codec_context.name, float(video.average_rate)) == ("h264", 10)
    for picture, frame in zip(pictures, frames, strict=True):
        assert np.abs(picture - frame[:24, :32]).mean() < 0.06  # colour at half the size


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
@pytest.mark.parametrize("fps", [0.7, 12, 15, 24, 29.97, 40, 49])
def test_a_film_lasts_as_long_as_it_should(make_picture, tmp_path, suffix, fps):
    """A GIF counts hundredths of a second, and browsers show what is below 0.02 s for 0.1."""
    frames = [make_picture(seed, 4, 6) for seed in range(30)]
    frames[9] = frames[8]  # they become one
    durations = reopened(dk.save_film(frames, tmp_path / f"a{suffix}", fps=fps))[1]
    unit = 10 if suffix == ".gif" else 1
    assert sum(durations) == pytest.approx(30_000 / fps, abs=unit / 2 + 1e-6)
    assert min(durations) >= 20
    single = durations[:8] + durations[9:]
    assert max(np.abs(np.subtract(single, 1000 / fps))) < unit


def test_a_still_that_a_gif_can_not_count_is_refused(frames, tmp_path):
    with pytest.raises(ValueError, match="655 seconds at most.*larger fps, or .webp"):
        dk.save_film([frames[0]] * 8, tmp_path / "a.gif", fps=0.01)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "width", "most"),
    [("a.webp", 16_384, "16,383"), ("a.mp4", 16_385, "16,384"), ("a.gif", 65_536, "65,535")],
)
def test_frames_that_a_film_has_no_room_for_are_refused_at_the_first(tmp_path, name, width, most):
    seen = []
    with pytest.raises(ValueError, match=f"{most} pixels at most, and here are 2 × {width:,}"):
        dk.save_film(drawn([np.zeros((2, width, 3))] * 3, seen), tmp_path / name)
    assert len(seen) == 1 and not list(tmp_path.iterdir())


@pytest.mark.parametrize(("height", "width"), [(1, 40), (40, 1), (1, 1), (3, 2)])
def test_of_a_single_row_or_column_two_are_made(tmp_path, height, width):
    av = pytest.importorskip("av")
    frames = [np.full((height, width, 3), light) for light in (0.25, 0.75)]
    with av.open(dk.save_film(frames, tmp_path / "a.mp4", np.float32(12.5))) as film:
        pictures = [frame.to_ndarray(format="rgb24") / 255 for frame in film.decode(video=0)]
    assert pictures[0].shape == (max(2, height // 2 * 2), max(2, width), 3)
    for picture, frame in zip(pictures, frames, strict=True):
        np.testing.assert_allclose(picture, frame[0, 0, 0], atol=0.02)


def test_a_film_on_a_page_has_a_pace_too(frames):
    for fps in (0, 100):
        with pytest.raises(ValueError, match="fps must be a number from 0.01 to 90"):
            dk.plots.film(frames, fps=fps, alt="Blobs.")


def test_without_an_encoder_it_is_said_before_any_frame_is_dreamt(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    frames = (pytest.fail("dreamt") for _ in range(3))
    with pytest.raises(ImportError, match=r"A film in .mp4 needs PyAV, .*pip install av"):
        dk.save_film(frames, tmp_path / "film.mp4")


def test_a_generator_is_written_as_it_dreams(warm_net, photo, tmp_path):
    path = dk.save_film(
        dk.zoom(photo, warm_net, "mixed2", frames=3, **KNOBS), tmp_path / "film.webp", fps=10
    )
    assert len(reopened(path)[0]) == 3


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_interrupting_keeps_the_frames_so_far(frames, tmp_path, suffix):
    def interrupted():
        yield from frames[:3]
        raise KeyboardInterrupt

    path = dk.save_film(interrupted(), tmp_path / f"film{suffix}", fps=10)
    assert len(reopened(path)[0]) == 3


def drawn(frames, seen):
    for frame in frames:
        seen.append(frame)
        yield frame


@pytest.mark.parametrize(
    ("name", "fps", "error", "message"),
    [
        ("film.avi", 12, ValueError, r"ends in '.gif', '.webp' or '.mp4', got 'film.avi'"),
        ("film", 12, ValueError, "ends in '.gif', '.webp'"),
        ("missing/film.gif", 12, FileNotFoundError, "no folder .*missing"),
        ("film.gif", 0, ValueError, "fps must be a number from 0.01 to 50 .*, got 0"),
        ("film.gif", -5, ValueError, "fps must be a number from 0.01"),
        ("film.gif", float("nan"), ValueError, "fps must be a number from 0.01"),
        ("film.gif", 51, ValueError, "to 50 .*got 51"),  # browsers would play 10 frames a second
        ("film.webp", 100, ValueError, "to 90 .*got 100"),
        ("film.webp", "12", ValueError, "got '12'"),
    ],
)
def test_bad_names_and_paces_are_refused_before_any_frame(
    frames, tmp_path, name, fps, error, message
):
    seen = []
    with pytest.raises(error, match=message):
        dk.save_film(drawn(frames, seen), tmp_path / name, fps=fps)
    assert not seen
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs Linux")
def test_a_folder_that_takes_no_files_is_refused_before_any_frame(frames):
    """No one, not even an administrator, may make a file in Linux' folder of processes."""
    seen = []
    with pytest.raises(OSError):
        dk.save_film(drawn(frames, seen), "/proc/film.gif")
    assert not seen


def test_a_film_without_frames_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no frames"):
        dk.save_film([], tmp_path / "film.gif")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_frames_of_two_sizes_are_refused(frames, make_picture, tmp_path, suffix):
    other = make_picture(0, 30, 40)
    with pytest.raises(ValueError, match="first and number 3 have 24 × 32 and 30 × 40"):
        dk.save_film([*frames[:2], other], tmp_path / f"film{suffix}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "frames", [np.zeros((24, 32, 3)), dk.Picture(np.zeros((2, 2, 3))), "a.png"]
)
def test_one_picture_is_no_film(frames, tmp_path):
    """The rows of an array would pass for frames, and the letters of a name for paths."""
    with pytest.raises(TypeError, match="this is one"):
        dk.save_film(frames, tmp_path / "film.gif")


def test_an_older_film_stays_until_the_new_one_is_whole(frames, tmp_path):
    path = dk.save_film(frames, tmp_path / "film.gif")
    before = path.read_bytes()
    with pytest.raises(ValueError):
        dk.save_film([frames[0], frames[1] * np.nan], path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
