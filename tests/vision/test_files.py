"""A picture file is opened or explained, and written whole or not at all."""

import os
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dreamkit.images import endings, load_image, save_picture


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


def tiff(path, order, *pages, inside=(), header=b""):
    """A TIFF of grey pages, each (its side, more of its tags), and pictures inside the first."""
    start, body = 8 + len(header), b""

    def page(side, more, after, tags=()):
        nonlocal body
        bits = 16 if more.get(262) in (32803, 34892) else 8
        place, body = start + len(body), body + bytes([90]) * (side * side * bits // 8)
        known = {256: side, 257: side, 258: bits, 259: 1, 262: 1, 273: place, 277: 1, 278: side}
        entries = sorted((known | {279: side * side * bits // 8} | more | dict(tags)).items())
        table = b"".join(struct.pack(order + "HHII", key, 4, 1, value) for key, value in entries)
        place = start + len(body)
        body += struct.pack(order + "H", len(entries)) + table + struct.pack(order + "I", after)
        return place

    places = [page(*each, 0) for each in inside]
    first, *others = pages
    after = 0
    for each in reversed(others):
        after = page(*each, after)
    tags = {330: places[0]} if places else {}
    place = page(*first, after, tags)
    magic = b"II*\0" if order == "<" else b"MM\0*"
    path.write_bytes(magic + struct.pack(order + "I", place) + header + body)
    return path


PREVIEW, SENSOR, LINEAR = {254: 1}, {262: 32803}, {262: 34892}


@pytest.mark.parametrize(
    ("name", "order", "pages", "more"),
    [
        ("a.NEF", "<", [(12, PREVIEW)], {"inside": [(60, SENSOR)]}),
        ("a.pef", ">", [(12, PREVIEW)], {"inside": [(60, SENSOR)]}),
        ("a.arw", "<", [(12, {})], {"inside": [(60, SENSOR)]}),
        ("a.dng", "<", [(12, PREVIEW)], {"inside": [(60, LINEAR)]}),
        ("whole.dng", "<", [(12, {50706: 0x401})], {}),
        ("a.CR2", "<", [(12, {}), (60, SENSOR)], {"header": b"CR\2\0\0\0\0\0"}),
        ("a.tif", "<", [(12, PREVIEW)], {"inside": [(60, {})]}),
    ],
)
def test_the_preview_in_a_cameras_raw_file_is_not_taken_for_the_photo(
    tmp_path, name, order, pages, more
):
    path = tiff(tmp_path / name, order, *pages, **more)
    with pytest.raises(ValueError, match=f"{name} is a camera's raw file.*12 × 12.*export it as"):
        load_image(path)


@pytest.mark.parametrize(
    "content", [b"II\x55\0\x18\0\0\0", b"IIRO\x08\0\0\0", b"FUJIFILMCCD-RAW 0201"]
)
def test_of_a_raw_file_that_can_not_be_opened_a_jpeg_is_asked_for(tmp_path, content):
    (tmp_path / "a.rw2").write_bytes(content + bytes(99))
    with pytest.raises(ValueError, match="a.rw2 is not a picture.*raw file export a JPEG"):
        load_image(tmp_path / "a.rw2")


@pytest.mark.parametrize(
    ("pages", "inside"),
    [
        ([(60, {})], [(12, PREVIEW)]),  # smaller copies inside, as microscopes write
        ([(60, {254: 0})], [(12, {})]),
        ([(60, PREVIEW)], []),  # a preview that was taken out of its file
        ([(60, {254: 2}), (60, {254: 2})], []),  # pages
        ([(60, {}), (12, PREVIEW)], []),
    ],
)
@pytest.mark.filterwarnings("ignore:a.tif holds several pictures")
def test_other_files_of_its_family_are_read(tmp_path, pages, inside):
    assert load_image(tiff(tmp_path / "a.tif", ">", *pages, inside=inside)).shape == (60, 60, 3)
    Image.new("L", (6, 4)).save(tmp_path / "large.tif", big_tiff=True)
    assert load_image(tmp_path / "large.tif").shape == (4, 6, 3)


def test_the_endings_of_pictures_are_those_that_pillow_reads():
    assert endings() >= set(".jpg .jpe .jfif .png .webp .avif .heic .mpo .jp2 .ppm .tga".split())
    assert not endings() & set(".pdf .eps .ps .mpg .h5 .wmf .svg .mp4 .palm .nef .dng".split())


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
