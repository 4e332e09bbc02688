"""Whatever file or array a person brings becomes float32 RGB in [0, 1], or an error that helps."""

import json
import os
import warnings

import numpy as np
import pytest
from PIL import ExifTags, Image

import dreamkit as dk
from dreamkit.vision.images import as_picture, load_image, read_settings, resize, save_picture

RED, BLUE = (255, 0, 0), (0, 0, 255)
SETTINGS = {"target": {"mixed4": 0.5}, "network": "Träumer 夢 🌀", "octaves": 4, "guide": None}


def saved(path, mode, colour, **options):
    """A 4 × 6 file of one colour."""
    Image.new(mode, (6, 4), colour).save(path, **options)
    return path


def assert_all(picture, colour, atol=1e-6):
    assert picture.dtype == np.float32
    np.testing.assert_allclose(picture, np.broadcast_to(colour, picture.shape), atol=atol)


# Reading ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "mode", "stored", "seen"),
    [
        ("rgb.png", "RGB", (255, 51, 0), (1, 0.2, 0)),
        ("grey.png", "L", 51, (0.2, 0.2, 0.2)),
        ("line.png", "1", 1, (1, 1, 1)),
        ("grey_alpha.png", "LA", (0, 51), (0.8, 0.8, 0.8)),
        ("rgba.png", "RGBA", (255, 0, 51, 51), (1, 0.8, 0.84)),
        ("clear.webp", "RGBA", (9, 9, 9, 0), (1, 1, 1)),
        ("cmyk.tif", "CMYK", (0, 255, 255, 0), (1, 0, 0)),
        ("deep.png", "I;16", 32768, (0.5, 0.5, 0.5)),
        ("deep.tif", "I;16", 13107, (0.2, 0.2, 0.2)),
        ("deep.pgm", "I", 65535, (1, 1, 1)),
        ("float.tif", "F", 0.25, (0.25, 0.25, 0.25)),
    ],
)
def test_every_kind_of_picture_becomes_rgb(tmp_path, name, mode, stored, seen):
    picture = load_image(saved(tmp_path / name, mode, stored))
    assert picture.shape == (4, 6, 3)
    assert_all(picture, seen, atol=1e-5)


def test_red_in_a_cmyk_jpeg_is_red(tmp_path):
    assert_all(load_image(saved(tmp_path / "a.jpg", "CMYK", (0, 255, 255, 0))), (1, 0, 0), 0.02)


def test_sixteen_bits_keep_their_steps(tmp_path):
    values = np.array([[0, 1, 256, 257, 65535]], "uint16")
    Image.fromarray(values).save(tmp_path / "a.png")
    np.testing.assert_allclose(load_image(tmp_path / "a.png")[:, :, 1] * 65535, values, atol=0.01)


def test_a_palette_keeps_its_colours_and_its_transparent_one_is_white(tmp_path):
    image = Image.new("P", (2, 1))
    image.putpalette([*RED, *BLUE])
    image.putpixel((1, 0), 1)
    image.save(tmp_path / "solid.gif")
    image.save(tmp_path / "clear.gif", transparency=1)
    assert load_image(tmp_path / "solid.gif").tolist() == [[[1, 0, 0], [0, 0, 1]]]
    assert load_image(tmp_path / "clear.gif").tolist() == [[[1, 0, 0], [1, 1, 1]]]


# Where the file's first pixel and the last of its first row are seen (EXIF 2.3, 4.6.4 A).
@pytest.mark.parametrize(
    ("orientation", "first", "last", "shape"),
    [
        (1, (0, 0), (0, -1), (2, 5, 3)),
        (2, (0, -1), (0, 0), (2, 5, 3)),
        (3, (-1, -1), (-1, 0), (2, 5, 3)),
        (4, (-1, 0), (-1, -1), (2, 5, 3)),
        (5, (0, 0), (-1, 0), (5, 2, 3)),
        (6, (0, -1), (-1, -1), (5, 2, 3)),
        (7, (-1, -1), (0, -1), (5, 2, 3)),
        (8, (-1, 0), (0, 0), (5, 2, 3)),
    ],
)
def test_a_photo_is_the_way_up_it_was_taken(tmp_path, orientation, first, last, shape):
    image = Image.new("RGB", (5, 2))
    image.putpixel((0, 0), RED)
    image.putpixel((4, 0), BLUE)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    image.save(tmp_path / "a.png", exif=exif)
    with Image.open(tmp_path / "a.png") as opened:
        pictures = [load_image(tmp_path / "a.png"), as_picture(opened)]
    for picture in pictures:
        assert picture.shape == shape
        assert (picture[first].tolist(), picture[last].tolist()) == ([1, 0, 0], [0, 0, 1])


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png", "a.tif"])
def test_of_several_pictures_the_first_is_used_with_a_warning(tmp_path, name):
    blue = Image.new("RGB", (6, 4), BLUE)
    saved(tmp_path / name, "RGB", RED, save_all=True, append_images=[blue])
    with pytest.warns(UserWarning, match=f"{name} holds several pictures: only the first"):
        picture = load_image(tmp_path / name)
    assert_all(picture, (1, 0, 0), atol=0.02)


def test_a_photo_with_a_preview_behind_it_needs_no_warning(tmp_path):
    preview = Image.new("RGB", (6, 4), BLUE)
    path = saved(tmp_path / "a.mpo", "RGB", RED, save_all=True, append_images=[preview])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_all(load_image(path), (1, 0, 0), atol=0.02)


def test_max_side_shrinks_and_never_enlarges(tmp_path):
    Image.fromarray(np.indices((40, 80)).sum(0).astype("uint8") % 2 * 255).save(tmp_path / "a.png")
    assert load_image(tmp_path / "a.png", max_side=81).shape == (40, 80, 3)
    small = load_image(tmp_path / "a.png", max_side=20)
    assert small.shape == (10, 20, 3)
    assert_all(small, 0.5, atol=0.01)  # a fine chequerboard becomes grey, without a moiré


def test_shrinking_mixes_no_colour_of_what_is_transparent(tmp_path):
    stripes = np.zeros((8, 8, 4), "uint8")
    stripes[:, ::2] = (*RED, 255)
    Image.fromarray(stripes).save(tmp_path / "a.png")
    assert_all(load_image(tmp_path / "a.png", max_side=1), (1, 0.5, 0.5), atol=0.01)


@pytest.mark.parametrize("max_side", [0, -5, 0.5, float("nan")])
def test_max_side_must_be_a_pixel_or_more(tmp_path, max_side):
    with pytest.raises(ValueError, match="max_side must be at least 1"):
        load_image(saved(tmp_path / "a.png", "L", 0), max_side=max_side)
    with pytest.raises(ValueError, match="max_side must be at least 1"):
        dk.sample_image("clouds", max_side=max_side)


# Arrays -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "array",
    [
        np.full((2, 3, 3), 51, "uint8"),
        np.full((2, 3), 51, "int64"),
        np.full((2, 3, 1), 0.2, "float16"),
        np.full((2, 3, 3), 0.2, "float64"),
        np.full((2, 3, 3), 0.2, "float32"),
        np.broadcast_to(np.float32([0, 0, 0, 0.8]), (2, 3, 4)),
        [[51, 51, 51], [51, 51, 51]],
        Image.new("RGB", (3, 2), (51, 51, 51)),
        Image.new("I;16", (3, 2), 13107),
    ],
)
def test_an_array_of_any_kind_becomes_a_picture(array):
    picture = as_picture(array)
    assert picture.shape == (2, 3, 3)
    assert_all(picture, 0.2, atol=1e-4)


def test_true_is_white():
    assert as_picture(np.eye(2) > 0)[:, :, 0].tolist() == [[1, 0], [0, 1]]


def test_a_picture_that_is_as_wanted_is_not_copied():
    """Large pictures need the memory."""
    array = np.random.default_rng(0).random((4, 4, 3), "float32")
    assert np.shares_memory(as_picture(array), array)
    assert np.shares_memory(resize(array, 4, 4), array)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.full((2, 2, 3), np.nan), "NaN or infinite"),
        (np.full((2, 2, 3), -np.inf), "NaN or infinite"),
        (np.full((2, 2, 3), 254.0), r"in \[0, 1\], got 254 to 254. Divide it by 255"),
        (np.array([[-0.5, 1.0]]), r"in \[0, 1\], got -0.5 to 1. Scale it"),
        (np.array([[0.0, 1.1]]), r"got 0 to 1.1. .*np.clip"),
        (np.array([[0, 256]]), "0–255, got 0 to 256"),
        (np.array([[-1, 9]], "int8"), "0–255, got -1 to 9"),
        (np.full((2, 2), 40_000, "uint16"), "65535 for 16 bits"),
        (np.zeros(5), r"\(height, width, 3\).*got \(5,\)"),
        (np.zeros((1, 8, 8, 3)), r"got \(1, 8, 8, 3\). Take one picture out of a batch"),
        (np.zeros((3, 8, 8)), r"got \(3, 8, 8\).*channels last"),
        (np.zeros((0, 8, 3)), r"got \(0, 8, 3\)"),
        (np.zeros((2, 2), complex), "got dtype complex"),
        ([["a", "b"]], "got dtype <U1"),
    ],
)
def test_what_can_not_be_a_picture_is_refused(array, message):
    with pytest.raises(ValueError, match=message):
        as_picture(array)


@pytest.mark.parametrize("value", [-3.0, 0.0, 0.7, 1000.0])
@pytest.mark.parametrize("size", [(3, 5), (7, 11), (64, 20)])
def test_a_constant_stays_one_at_any_size(value, size):
    resized = resize(np.full((7, 11, 2), value), *size)
    assert resized.shape == (*size, 2)
    assert_all(resized, value, atol=abs(value) * 1e-6)


@pytest.mark.parametrize("size", [(24, 32), (35, 46), (96, 128)])
def test_resizing_keeps_the_mean(make_picture, size):
    change = make_picture(0) - 0.5
    assert change.min() < 0 < change.max()
    np.testing.assert_allclose(resize(change, *size).mean(), change.mean(), atol=2e-3)


def test_up_and_down_again_is_the_original(make_picture):
    picture = make_picture(0)
    there_and_back = resize(resize(picture, 144, 192), 48, 64)
    np.testing.assert_allclose(there_and_back, picture, atol=0.006)


def test_each_channel_is_resized_by_itself_rows_first(make_picture):
    picture = make_picture(0)
    whole = resize(picture, 20, 90)
    for channel in range(3):
        np.testing.assert_array_equal(whole[:, :, channel], resize(picture[:, :, channel], 20, 90))
    ramp = resize(np.arange(4.0)[:, None] * np.ones((4, 3)), 8, 3)
    assert (np.diff(ramp, axis=0) > 0).all()
    np.testing.assert_allclose(ramp[:, 1:] - ramp[:, :1], 0, atol=1e-6)


@pytest.mark.parametrize("size", [(0, 4), (4, -1)])
def test_resizing_to_nothing_is_refused(size):
    with pytest.raises(ValueError, match="at least 1 × 1, got the shape .4, 4. and the new size"):
        resize(np.zeros((4, 4)), *size)


# Writing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "error"), [("a.png", 0.5 / 255), ("a.jpg", 0.05), ("A.JPEG", 0.05), ("a.webp", 0.1)]
)
def test_a_picture_and_its_settings_come_back(tmp_path, make_picture, name, error):
    picture = 0.9 * make_picture(0)  # no longer whole steps of 1/255
    assert save_picture(picture, tmp_path / name, SETTINGS) == tmp_path / name
    assert read_settings(tmp_path / name) == SETTINGS
    np.testing.assert_allclose(load_image(tmp_path / name), picture, atol=error + 1e-6)
    assert os.listdir(tmp_path) == [name]


def test_bytes_come_back_from_a_png_as_they_were(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype="uint8")
    save_picture(as_picture(pixels), tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)


def test_other_programs_find_the_settings_in_a_png(tmp_path):
    save_picture(np.zeros((2, 2, 3)), tmp_path / "a.png", SETTINGS)
    with Image.open(tmp_path / "a.png") as image:
        assert json.loads(image.text["dreamkit"]) == SETTINGS
    assert b"iTXtdreamkit\0" in (tmp_path / "a.png").read_bytes()


def test_numpy_numbers_are_numbers(tmp_path):
    numbers = {"steps": np.int64(3), "step_size": np.float32(0.5), "natural": np.True_}
    save_picture(np.zeros((2, 2)), tmp_path / "a.png", numbers)
    assert read_settings(tmp_path / "a.png") == {"steps": 3, "step_size": 0.5, "natural": True}


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp"])
def test_a_picture_without_settings_says_so(tmp_path, name):
    save_picture(np.zeros((2, 2, 3)), tmp_path / name)
    with pytest.raises(ValueError, match=f"no dreamkit settings in {name}"):
        read_settings(tmp_path / name)


def test_a_cameras_own_comment_is_not_settings(tmp_path):
    exif = Image.Exif()
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.UserComment: b"ASCII\0\0\0by the sea"}
    with pytest.raises(ValueError, match="no dreamkit settings"):
        read_settings(saved(tmp_path / "a.jpg", "RGB", RED, exif=exif))


def test_settings_are_not_looked_for_in_what_is_not_a_picture(tmp_path):
    (tmp_path / "a.png").write_text("{}")
    with pytest.raises(ValueError, match="not a picture"):
        read_settings(tmp_path / "a.png")
    with pytest.raises(FileNotFoundError, match=r"Did you mean a.png"):
        read_settings(tmp_path / "b.png")
