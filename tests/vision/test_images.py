"""Whatever file or array a person brings becomes float32 RGB in [0, 1], or an error that helps."""

import json
import os
import re
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

import dreamkit as dk
from dreamkit.images import COMMENT, as_picture, load_image, read_settings, resize, save_picture

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


@pytest.mark.parametrize(
    ("dtype", "top", "white"),
    [
        ("int32", 254, 255),
        ("float32", 254.5, 255),
        ("int32", 60_000, 65_535),
        ("float32", 300, 65_535),
        ("int32", 10**6, 10**6),
    ],
)
def test_what_is_white_in_32_bits_of_grey_is_told_by_the_brightest(tmp_path, dtype, top, white):
    Image.fromarray(np.array([[0, top]], dtype)).save(tmp_path / "a.tif")
    with pytest.warns(UserWarning, match=re.escape(f"{white:g} is taken for white")):
        picture = load_image(tmp_path / "a.tif")
    np.testing.assert_allclose(picture[0, :, 0], [0, top / white], atol=1e-6)


@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_a_mask_of_0_and_1_needs_no_warning(tmp_path, dtype):
    Image.fromarray(np.array([[0, 1]], dtype)).save(tmp_path / "a.tif")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_image(tmp_path / "a.tif")[0, :, 0].tolist() == [0, 1]


def test_a_dark_picture_of_16_bits_stays_dark(tmp_path):
    assert_all(load_image(saved(tmp_path / "a.pgm", "I", 200)), 200 / 65535)


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
# Red, green and blue as XYZ under D50, and gamma (Adobe RGB 1998; Display P3, its curve simplified)
ADOBE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457), 563)
P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407), 563)


def profile(kind, *colours, gamma=563):
    """A colour profile (ICC.1:2001) of the kind "RGB " or "GRAY", of 256 × its gamma."""

    def numbers(*values):
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IHxx", 1, gamma)
    tags = {b"wtpt": numbers(0.9642, 1, 0.8249)}
    if kind == "GRAY":
        tags[b"kTRC"] = curve
    for name, colour in zip("rgb", colours, strict=False):
        tags |= {name.encode() + b"XYZ": numbers(*colour), name.encode() + b"TRC": curve}
    start, table, data = 132 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(data), len(content))
        data += content
    head = (
        struct.pack(
            ">I4sI4s4s4s12x4s28x",
            start + len(data),
            b"",
            0x02100000,
            b"mntr",
            kind.encode(),
            b"XYZ ",
            b"acsp",
        )
        + numbers(0.9642, 1, 0.8249)[8:]
    )
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


@pytest.mark.parametrize("colours", [ADOBE, P3], ids=["Adobe RGB", "P3"])
def test_a_photo_of_another_colour_space_is_converted(tmp_path, colours):
    """By hand: light of each colour, through XYZ, to sRGB's primaries and curve (IEC 61966-2-1)."""
    stored = np.array([120, 160, 130])
    *primaries, gamma = colours
    path = saved(tmp_path / "a.png", "RGB", tuple(stored), icc_profile=profile("RGB ", *primaries))
    light = (stored / 255) ** (gamma / 256) @ np.array(primaries)
    to_srgb = np.linalg.inv(
        [(0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)]
    )
    linear = light @ to_srgb
    expected = 1.055 * linear ** (1 / 2.4) - 0.055
    assert np.abs(expected - stored / 255).max() > 0.04
    assert_all(load_image(path), expected, atol=1.5 / 255)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK"])
def test_a_profile_of_srgb_changes_nothing(tmp_path, mode):
    image = Image.new("RGBA", (6, 4), (90, 90, 90, 128)).convert(mode)
    image.save(tmp_path / "plain.tif")
    image.save(tmp_path / "named.tif", icc_profile=SRGB)
    assert_all(load_image(tmp_path / "named.tif"), load_image(tmp_path / "plain.tif"), atol=1e-6)


def test_grey_of_another_gamma_is_converted(tmp_path):
    for mode, colour in (("L", 100), ("LA", (100, 255))):
        path = tmp_path / "a.png"
        saved(path, mode, colour, icc_profile=profile("GRAY", gamma=256))  # as bright as it says
        assert_all(load_image(path), 1.055 * (100 / 255) ** (1 / 2.4) - 0.055, atol=1.5 / 255)


@pytest.mark.parametrize("broken", [b"broken", SRGB[:200]])
def test_a_broken_profile_is_left_out_with_a_warning(tmp_path, broken):
    path = saved(tmp_path / "a.png", "RGB", RED, icc_profile=broken)
    with pytest.warns(UserWarning, match="colour profile can't be used"):
        assert_all(load_image(path), (1, 0, 0))


def test_a_palette_keeps_its_colours_and_its_transparent_one_is_white(tmp_path):
    image = Image.new("P", (2, 1))
    image.putpalette([*RED, *BLUE])
    image.putpixel((1, 0), 1)
    image.save(tmp_path / "solid.gif")
    image.save(tmp_path / "clear.gif", transparency=1)
    assert load_image(tmp_path / "solid.gif").tolist() == [[[1, 0, 0], [0, 0, 1]]]
    assert load_image(tmp_path / "clear.gif").tolist() == [[[1, 0, 0], [1, 1, 1]]]


def png(path, bits, kind, row, clear):
    """A PNG of one row of pixels, as bytes, in which one colour is transparent."""

    def chunk(name, data):
        code = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", code)

    head = struct.pack(">IIBBBBB", 2, 1, bits, kind, 0, 0, 0)
    chunks = (
        chunk(b"IHDR", head) + chunk(b"tRNS", clear) + chunk(b"IDAT", zlib.compress(b"\0" + row))
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks + chunk(b"IEND", b""))
    return path


GREY, COLOUR = 0, 2  # PNG (third edition), 11.2.2 and 11.3.2.1


@pytest.mark.parametrize(
    ("bits", "kind", "row", "clear", "seen"),
    [
        (1, GREY, b"\x40", struct.pack(">H", 0), 1),
        (2, GREY, b"\x60", struct.pack(">H", 1), 2 / 3),
        (4, GREY, b"\x5a", struct.pack(">H", 5), 2 / 3),
        (8, GREY, b"\x05\x33", struct.pack(">H", 5), 0.2),
        (16, GREY, struct.pack(">2H", 2000, 13107), struct.pack(">H", 2000), 0.2),
        (8, COLOUR, b"\5\6\7\x33\x33\x33", struct.pack(">3H", 5, 6, 7), 0.2),
        (16, COLOUR, struct.pack(">6H", 9, 8, 7, *[13107] * 3), struct.pack(">3H", 9, 8, 7), 0.2),
    ],
)
def test_a_transparent_colour_is_white_however_many_bits_it_has(
    tmp_path, bits, kind, row, clear, seen
):
    path = png(tmp_path / "a.png", bits, kind, row, clear)
    np.testing.assert_allclose(load_image(path)[0, :, 0], [1, seen], atol=1e-6)
    assert load_image(path, max_side=1).mean() == pytest.approx((1 + seen) / 2, abs=0.01)


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
    with pytest.raises(ValueError, match="max_side must be a whole number from 1"):
        load_image(saved(tmp_path / "a.png", "L", 0), max_side=max_side)
    with pytest.raises(ValueError, match="max_side must be a whole number from 1"):
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
        Image.new("La", (3, 2), (51, 255)),
        Image.new("RGBa", (3, 2), (0, 0, 0, 204)),
    ],
)
def test_an_array_of_any_kind_becomes_a_picture(array):
    picture = as_picture(array)
    assert picture.shape == (2, 3, 3)
    assert_all(picture, 0.2, atol=1e-4)


def test_a_path_or_a_dream_stands_for_its_picture(tmp_path):
    path = saved(tmp_path / "a.png", "RGB", RED)
    for red in (path, str(path), dk.Picture(as_picture(path))):
        assert_all(as_picture(red), (1, 0, 0))
    with pytest.raises(FileNotFoundError, match=r"no b.png .*Did you mean 'a.png'.*load_image"):
        as_picture(tmp_path / "b.png")


@pytest.mark.parametrize("over", [1.0000002, 1 + 0.4 / 255])
def test_what_rounding_overshoots_is_cut(over):
    assert as_picture(np.array([[1 - over, over]])).tolist() == [[[0] * 3, [1] * 3]]


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
        (np.array([[1 + 0.6 / 255]]), "got 1.00235 to 1.00235"),
        (np.array([[1e300]]), r"got 1e\+300"),
    ],
)
def test_what_can_not_be_a_picture_is_refused(array, message):
    with pytest.raises(ValueError, match=message):
        as_picture(array)


def test_integers_of_0_and_1_are_all_but_black_and_that_is_said():
    with pytest.warns(UserWarning, match="0 and 1 only.*astype.bool"):
        assert as_picture(np.eye(4, dtype="uint8")).max() == pytest.approx(1 / 255)


NO_ARRAYS = [None, [[1], [2, 3]], {}, [[None]], [["a"]], np.zeros((2, 2), complex)]


@pytest.mark.parametrize("array", NO_ARRAYS)
def test_what_is_no_array_is_refused(array):
    with pytest.raises(TypeError, match="array of numbers, a Pillow .* or a path, got"):
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


def test_a_size_that_no_picture_can_have_is_refused():
    with pytest.raises(ValueError, match="height must be a whole number from 1 to 65,500"):
        resize(np.zeros((4, 4)), 10**12, 4)


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
    with pytest.raises(ValueError, match="must be a whole number from 1 to 65,500, got"):
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


@pytest.mark.parametrize(
    ("name", "shape", "most"),
    [
        ("a.webp", (2, 16_384), "16,383"),
        ("a.jpg", (65_501, 2), "65,500"),
        ("A.JPEG", (1, 70_000), ""),
    ],
)
def test_a_side_that_its_kind_of_file_has_no_room_for_is_refused(tmp_path, name, shape, most):
    with pytest.raises(ValueError, match=f"{most} pixels at most, .*dk.shrink.*as .png"):
        save_picture(np.zeros(shape), tmp_path / name)
    assert not list(tmp_path.iterdir())
    assert load_image(save_picture(np.zeros(shape), tmp_path / "a.png")).shape == (*shape, 3)


def test_a_cameras_own_comment_is_not_settings(tmp_path):
    exif = Image.Exif()
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.UserComment: b"ASCII\0\0\0by the sea"}
    with pytest.raises(ValueError, match="no dreamkit settings"):
        read_settings(saved(tmp_path / "a.jpg", "RGB", RED, exif=exif))


@pytest.mark.parametrize("text", ["hello", "[1]", '{"seed": 3', "[" * 100_000, "null", ""])
def test_text_of_another_program_is_not_settings(tmp_path, text):
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("dreamkit", text)
    chunks.add_text("parameters", '{"seed": 3}')
    with pytest.raises(ValueError, match="no dreamkit settings in a.png"):
        read_settings(saved(tmp_path / "a.png", "RGB", RED, pnginfo=chunks))
    exif = Image.Exif()
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.UserComment: COMMENT + text[:9].encode()}
    with pytest.raises(ValueError, match="no dreamkit settings in a.jpg"):
        read_settings(saved(tmp_path / "a.jpg", "RGB", RED, exif=exif))


def test_settings_are_not_looked_for_in_what_is_not_a_picture(tmp_path):
    (tmp_path / "a.png").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match="not a picture"):
        read_settings(tmp_path / "a.png")
    with pytest.raises(FileNotFoundError, match=r"Did you mean 'a.png'"):
        read_settings(tmp_path / "b.png")
