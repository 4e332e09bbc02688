"""Published data sets are read from their archives in place."""

import io
import os
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from dreamkit.datasets import PUBLISHED
from recipes.data import imagenet_samples, imdb, tiny_imagenet, tiny_imagenet_ids

ZIP = "tiny-imagenet-200.zip"
REAL = os.environ.get("DREAMKIT_REAL_DATA", "")  # what DREAMKIT_DATA was, see conftest.py

# The ids are out of order, as in the published wnids.txt. Each picture is of one colour, its
# green the number of its class, its blue the number of the picture.
NAMES = {"n03": "abacus", "n01": "goldfish, Carassius auratus", "n02": "tabby, tabby cat"}
GREEN = {"n01": 40, "n02": 120, "n03": 200}
TRAIN = [("n03", 0), ("n03", 80), ("n01", 0), ("n02", 0), ("n02", 80)]
VAL = ["n02", "n01", "n03", "n02"]


def picture(wnid, blue):
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (250, GREEN[wnid], blue)).save(file, "JPEG", quality=95)
    return file.getvalue()


def members():
    """Name and content of each member, in the published layout."""
    root = "tiny-imagenet-200"
    yield f"{root}/wnids.txt", "\n".join(NAMES)
    yield f"{root}/words.txt", "\n".join(f"{wnid}\t{name}" for wnid, name in NAMES.items())
    for wnid, blue in TRAIN:
        yield f"{root}/train/{wnid}/images/{wnid}_{blue}.JPEG", picture(wnid, blue)
    for wnid in NAMES:
        yield f"{root}/train/{wnid}/{wnid}_boxes.txt", f"{wnid}_0.JPEG\t0\t0\t62\t62"
    for number, wnid in enumerate(VAL):
        yield f"{root}/val/images/val_{number}.JPEG", picture(wnid, 40 * number)
    rows = (f"val_{number}.JPEG\t{wnid}\t0\t0\t62\t62" for number, wnid in enumerate(VAL))
    yield f"{root}/val/val_annotations.txt", "\n".join(rows)
    yield f"{root}/test/images/test_0.JPEG", picture("n01", 0)


def write_zip(path, leave_out="nothing"):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members():
            if leave_out not in name:
                archive.writestr(name, content)


@pytest.fixture
def tiny(data):
    write_zip(data / ZIP)
    return data / ZIP


def colours(pictures):
    """Green and blue of each picture, as they were before JPEG, to the nearest 40."""
    return (np.round(pictures.mean((1, 2))[:, 1:] / 40) * 40).astype(int).tolist()


def test_training_pictures_keep_the_order_of_the_zip(tiny):
    pictures, labels, names = tiny_imagenet("train")
    assert (pictures.shape, pictures.dtype) == ((5, 64, 64, 3), np.uint8)
    assert colours(pictures) == [[GREEN[wnid], blue] for wnid, blue in TRAIN]
    assert labels.dtype == np.int32
    assert labels.tolist() == [2, 2, 0, 1, 1]
    assert names == ["goldfish", "tabby", "abacus"]


def test_validation_pictures_keep_the_order_of_the_annotations(tiny):
    pictures, labels, names = tiny_imagenet("val")
    assert colours(pictures) == [[GREEN[wnid], 40 * number] for number, wnid in enumerate(VAL)]
    assert labels.tolist() == [1, 0, 2, 1]
    assert names == ["goldfish", "tabby", "abacus"]


def test_pictures_are_rgb(tiny):
    pictures, _, _ = tiny_imagenet("train", ["n01"])
    assert np.abs(pictures.astype(int) - (250, GREEN["n01"], 0)).max() <= 4


@pytest.mark.parametrize(("split", "expected"), [("train", [0, 0, 1, 1]), ("val", [1, 0, 1])])
def test_labels_follow_the_classes_asked_for(tiny, split, expected):
    pictures, labels, names = tiny_imagenet(split, ["n03", "n02"])
    assert labels.tolist() == expected
    assert [green for green, _ in colours(pictures)] == [(200, 120)[label] for label in labels]
    assert names == ["abacus", "tabby"]


def test_a_grey_picture_becomes_rgb(data):
    grey = io.BytesIO()
    Image.new("L", (64, 64), 90).save(grey, "JPEG")
    write_zip(data / ZIP, leave_out="n01_0.JPEG")
    with zipfile.ZipFile(data / ZIP, "a") as archive:
        archive.writestr("tiny-imagenet-200/train/n01/images/n01_0.JPEG", grey.getvalue())
    pictures, _, _ = tiny_imagenet("train", ["n01"])
    assert (pictures == 90).all()


def test_another_split_is_refused(tiny):
    with pytest.raises(ValueError, match="'train' or 'val', got 'test'"):
        tiny_imagenet("test")


@pytest.mark.parametrize(("classes", "got"), [(["n01", "n99"], "n99"), ([], "none")])
def test_classes_that_are_not_there_are_refused(tiny, classes, got):
    with pytest.raises(ValueError, match=f"n01 to n03, got {got}"):
        tiny_imagenet("val", classes)


@pytest.mark.parametrize("size", [0, 300, -30])
def test_a_zip_cut_short_is_refused(tiny, size):
    tiny.write_bytes(tiny.read_bytes()[:size])
    with pytest.raises(ValueError, match="damaged or incomplete.*Delete it") as caught:
        tiny_imagenet("train")
    assert str(tiny) in str(caught.value)
    assert PUBLISHED[ZIP] in str(caught.value)


def test_a_zip_with_a_damaged_picture_is_refused(tiny):
    content = tiny.read_bytes()
    inside = content.index(b"\xff\xd8") + 100
    tiny.write_bytes(content[:inside] + b"broken" + content[inside + 6 :])
    with pytest.raises(ValueError, match="damaged or incomplete.*CRC"):
        tiny_imagenet("train")


@pytest.mark.parametrize("member", ["wnids.txt", "words.txt", "val_annotations.txt", "val_2.JPEG"])
def test_a_zip_with_a_member_missing_is_refused(data, member):
    write_zip(data / ZIP, leave_out=member)
    with pytest.raises(ValueError, match=f"damaged or incomplete.*{member}"):
        tiny_imagenet("val")


def test_a_zip_without_training_pictures_is_refused(data):
    write_zip(data / ZIP, leave_out="/train/")
    with pytest.raises(ValueError, match="damaged or incomplete.*no train pictures"):
        tiny_imagenet("train")


@pytest.mark.skipif(
    not os.path.isfile(os.path.join(REAL, ZIP)),
    reason=f"DREAMKIT_DATA does not hold {ZIP}",
)
def test_the_published_zip_is_read(monkeypatch):
    monkeypatch.setenv("DREAMKIT_DATA", REAL)
    pictures, labels, names = tiny_imagenet("val", ["n02123045", "n01443537"])
    assert names == ["tabby", "goldfish"]
    assert pictures.shape == (100, 64, 64, 3)
    assert np.bincount(labels).tolist() == [50, 50]
    goldfish, tabby = pictures[labels == 1].mean((0, 1, 2)), pictures[labels == 0].mean((0, 1, 2))
    assert goldfish[0] - goldfish[2] > tabby[0] - tabby[2]  # goldfish are the redder


def test_the_order_of_the_labels_is_known(tiny):
    assert tiny_imagenet_ids() == ["n01", "n02", "n03"]


def striped(height, width, sides, middle):
    """A picture whose middle square is of one grey, and what is beside it of another."""
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    pixels = np.full((height, width), sides, "uint8")
    pixels[top : top + side, left : left + side] = middle
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=95)
    return file.getvalue()


@pytest.mark.parametrize(
    "template", ["imagenet-sample-images/{}.jpg", "imagenet-sample-images-master/{}.JPEG"]
)
def test_sample_pictures_come_in_the_order_of_the_classes(data, template):
    files = {
        "n02123045_tabby": striped(40, 80, 250, 90),
        "n01443537_great_white_shark": striped(60, 30, 250, 30),
        "n12057211_yellow_lady's_slipper": striped(32, 32, 250, 200),
    }
    with zipfile.ZipFile(data / "imagenet-sample-images.zip", "w") as archive:
        archive.writestr("imagenet-sample-images-master/README.md", "about")
        for name, content in files.items():
            archive.writestr(template.format(name), content)
    pictures, wnids, names = imagenet_samples(side=32)
    assert wnids == ["n01443537", "n02123045", "n12057211"]
    assert names == ["great white shark", "tabby", "yellow lady's slipper"]
    assert (pictures.shape, pictures.dtype) == ((3, 32, 32, 3), np.uint8)
    inside = pictures[:, 4:-4, 4:-4].astype(int)
    assert np.abs(inside - np.reshape([30, 90, 200], (3, 1, 1, 1))).max() <= 4


def test_a_zip_without_sample_pictures_is_refused(data):
    with zipfile.ZipFile(data / "imagenet-sample-images.zip", "w") as archive:
        archive.writestr("imagenet-sample-images-master/README.md", "about")
    with pytest.raises(ValueError, match="damaged or incomplete.*no pictures of classes"):
        imagenet_samples()


REVIEWS = {
    "train/pos/0_9.txt": "Good <br />café",
    "train/neg/1_2.txt": "Bad",
    "train/pos/2_8.txt": "Fine",
    "test/neg/0_1.txt": "Poor",
    "test/pos/0_10.txt": "Great",
    "train/unsup/0_0.txt": "Neither",
    "train/labeledBow.feat": "0:1",
    "imdb.vocab": "good",
}


def write_reviews(path, reviews=REVIEWS):
    with tarfile.open(path, "w:gz") as archive:
        folder = tarfile.TarInfo("aclImdb")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, text in reviews.items():
            member = tarfile.TarInfo(f"aclImdb/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))


def test_reviews_are_read_with_their_labels(data):
    write_reviews(data / "aclImdb_v1.tar.gz")
    texts, labels = imdb("train")
    assert dict(zip(texts, labels.tolist(), strict=True)) == {
        "Good <br />café": 1,
        "Bad": 0,
        "Fine": 1,
    }
    assert labels.dtype == np.int32
    assert imdb("test")[0] == ["Poor", "Great"]
    with pytest.raises(ValueError, match="'train' or 'test'"):
        imdb("valid")


def test_a_damaged_archive_of_reviews_is_named(data):
    path = data / "aclImdb_v1.tar.gz"
    write_reviews(path)
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(ValueError, match="damaged or incomplete.*ai.stanford.edu"):
        imdb("train")
    write_reviews(path, {"imdb.vocab": "good"})
    with pytest.raises(ValueError, match="no train reviews"):
        imdb("train")


@pytest.mark.skipif(
    not os.path.isfile(os.path.join(REAL, "aclImdb_v1.tar.gz")),
    reason="DREAMKIT_DATA does not hold aclImdb_v1.tar.gz",
)
def test_the_published_reviews_are_read(monkeypatch):
    monkeypatch.setenv("DREAMKIT_DATA", REAL)
    texts, labels = imdb("test")
    assert len(texts) == 25_000
    assert labels.sum() == 12_500
    worst = np.mean(["worst" in text for text in texts[:12_500]])
    assert labels[0] == 0 and worst > 3 * np.mean(["worst" in text for text in texts[12_500:]])
