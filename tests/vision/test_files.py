"""A picture file is opened or explained, and written whole or not at all."""

import os
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dreamkit.images import load_image, save_picture


def test_a_missing_file_names_its_neighbours(tmp_path):
    Image.new("L", (2, 2)).save(tmp_path / "Holiday.JPG")
    with pytest.raises(FileNotFoundError, match=r"no holidya.jpg .* Did you mean 'Holiday.JPG'\?"):
        load_image(tmp_path / "holidya.jpg")
    with pytest.raises(FileNotFoundError, match="no folder .*photos"):
        load_image(tmp_path / "photos" / "holiday.jpg")


def test_a_folder_is_not_a_picture(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder. Give the path of a picture"):
        load_image(tmp_path)


def test_a_photo_of_an_iphone_is_read(tmp_path):
    heif = pytest.importorskip("pillow_heif")
    colour = Image.new("RGB", (64, 48), (200, 120, 40))
    heif.from_pillow(colour).save(tmp_path / "IMG_1.HEIC")
    photo = load_image(tmp_path / "IMG_1.HEIC")
    assert photo.shape == (48, 64, 3)
    np.testing.assert_allclose(photo[20, 20] * 255, (200, 120, 40), atol=4)


@pytest.mark.parametrize("content", [b"", b"Dear diary", b"%PDF-1.7 ..."])
def test_another_kind_of_file_is_not_a_picture(tmp_path, content):
    (tmp_path / "notes.jpg").write_bytes(content)
    with pytest.raises(ValueError, match="notes.jpg is not a picture.*Expected JPEG, PNG"):
        load_image(tmp_path / "notes.jpg")


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif", "a.bmp"])
def test_a_file_cut_short_is_refused(tmp_path, name):
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype="uint8")
    Image.fromarray(noise).save(tmp_path / name)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(ValueError, match=f"{name} is damaged, cut short"):
        load_image(tmp_path / name)


def test_a_damaged_header_is_refused(tmp_path):
    (tmp_path / "a.ppm").write_bytes(b"P6 4 " + b"4" * 99)
    with pytest.raises(ValueError, match="a.ppm is damaged, cut short or of a rare kind .*Token"):
        load_image(tmp_path / "a.ppm")


@pytest.mark.parametrize("side", [10_000, 20_000])  # Pillow warns of the one, refuses the other
def test_a_decompression_bomb_is_refused_before_it_unpacks(tmp_path, side):
    path = tmp_path / "bomb.png"
    Image.new("L", (2, 2)).save(path)
    content = bytearray(path.read_bytes())
    content[16:24] = struct.pack(">II", side, side)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    path.write_bytes(content)
    limit, filters = Image.MAX_IMAGE_PIXELS, list(warnings.filters)
    with pytest.raises(ValueError, match=f"more than {limit:,} pixels. Shrink it"):
        load_image(path)
    assert (limit, filters) == (Image.MAX_IMAGE_PIXELS, warnings.filters)


@pytest.mark.parametrize(
    ("name", "picture", "settings", "error", "message"),
    [
        ("old.gif", 0.5, {}, ValueError, "ends in .png, .jpg, .jpeg, .webp, got 'old.gif'"),
        ("old", 0.5, {}, ValueError, "got 'old'"),
        ("old.jpg", np.nan, {}, ValueError, "NaN"),
        ("old.jpg", 0.5, {"mask": {1, 2}}, TypeError, r"got \{1, 2\}"),
        ("old.jpg", 0.5, {"note": "x" * 70_000}, ValueError, "EXIF"),  # fails while being written
        ("none/old.jpg", 0.5, {}, FileNotFoundError, "no folder .*none. Make it"),
        ("folder.png", 0.5, {}, IsADirectoryError, "folder.png is a folder"),
    ],
)
def test_a_failed_save_changes_nothing(tmp_path, name, picture, settings, error, message):
    (tmp_path / "folder.png").mkdir()
    for old in ("old", "old.gif", "old.jpg"):
        (tmp_path / old).write_text("precious", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(error, match=message):
        save_picture(np.full((4, 4, 3), picture), tmp_path / name, settings)
    assert sorted(tmp_path.rglob("*")) == before
    assert {path.read_text(encoding="utf-8") for path in before if path.is_file()} == {"precious"}


def test_a_folder_that_can_not_be_written_to_says_so(tmp_path):
    tmp_path.chmod(0o500)
    # permissions do not bind the administrator, and Windows has none on folders
    folder = Path("/proc/self") if os.access(tmp_path, os.W_OK) else tmp_path
    if not folder.is_dir():
        pytest.skip("every folder can be written to here")
    with pytest.raises(PermissionError, match="can't be written to .* Choose another"):
        save_picture(np.zeros((4, 4, 3)), folder / "a.png")
    tmp_path.chmod(0o700)
    assert not list(tmp_path.iterdir())
