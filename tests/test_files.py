"""Files are whole or not there, and models can be read by older Keras too."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import keras
import nbformat
import numpy as np
import pytest

import dreamkit as dk
from dreamkit import files, plots
from dreamkit.check import reading
from dreamkit.files import NEWER, portable, save_model, unused, whole_file, write_whole
from dreamkit.images import save_picture
from dreamkit.pretrained import WEIGHTS, write_card
from dreamkit.vision.atlas import Atlas, Grid
from recipes.atlas import kept

ROOT = Path(__file__).parent.parent
GREY = np.full((40, 40, 3), 0.5)
WRITTEN_PLAINLY = re.compile(
    r'write_(?:text|bytes)\(|(?<!av\.)open\([^)]*"[wx]|nbformat\.write\(|os\.replace|shutil\.(?:move|copy2)|'
    r"(?:model|plain)\.save(?:_weights)?\((?!file|')"
)


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(2), keras.layers.BatchNormalization()]
    return keras.Sequential([keras.Input((3,)), *layers])


def settings(path):
    """All names of settings in a model file, at any depth."""

    def names(config):
        if isinstance(config, dict):
            yield from config
            config = list(config.values())
        if isinstance(config, list):
            for item in config:
                yield from names(item)

    with zipfile.ZipFile(path) as archive:
        return set(names(json.loads(archive.read("config.json"))))


def test_a_saved_model_is_the_same_model(model, tmp_path):
    path = save_model(model, tmp_path / "tiny.keras")
    assert [file.name for file in tmp_path.iterdir()] == ["tiny.keras"]
    x = np.ones((1, 3), "float32")
    again = keras.models.load_model(path)
    np.testing.assert_array_equal(*(keras.ops.convert_to_numpy(m(x)) for m in (again, model)))


def test_settings_that_older_keras_refuses_are_left_out(model, tmp_path):
    path = save_model(model, tmp_path / "tiny.keras")
    assert {"units", "momentum"} <= settings(path)
    assert not settings(path) & set(NEWER)


def test_a_younger_setting_that_matters_stays(tmp_path):
    class Odd(keras.layers.Dense):
        def get_config(self):
            return {**super().get_config(), "renorm": True}

    model = keras.Sequential([keras.Input((3,)), Odd(2)])
    assert "renorm" in settings(save_model(model, tmp_path / "odd.keras"))


@pytest.mark.parametrize("path", sorted(WEIGHTS.glob("*.keras")), ids=lambda path: path.stem)
def test_bundled_files_are_for_older_keras_too(path):
    assert not settings(path) & set(NEWER)


def test_the_name_and_the_folder_are_checked_first(model, tmp_path):
    with pytest.raises(ValueError, match=r"ends in .keras, got 'tiny.h5'"):
        save_model(model, tmp_path / "tiny.h5")
    with pytest.raises(FileNotFoundError, match="no folder .*missing"):
        save_model(model, tmp_path / "missing" / "tiny.keras")
    assert not list(tmp_path.iterdir())


# Whole or not there ------------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path):
    """A function that puts an older file somewhere, and one that sees that all is as it was."""

    def put(name):
        (tmp_path / name).write_bytes(b"precious")
        return tmp_path / name

    yield put
    assert {file.read_bytes() for file in tmp_path.iterdir()} == {b"precious"}


@pytest.mark.parametrize("error", [ValueError("odd"), KeyboardInterrupt(), OSError("cut off")])
def test_whatever_goes_wrong_leaves_the_older_file_alone(old, error):
    path = old("notes.txt")
    with pytest.raises(type(error)) as caught, whole_file(path) as file:
        file.write(b"half of it")
        raise error
    assert caught.value is error


def test_an_error_about_another_file_names_that_file(old):
    path = old("notes.txt")
    with pytest.raises(FileNotFoundError, match="elsewhere"), whole_file(path):
        (path.parent / "elsewhere").read_bytes()


def test_what_is_written_by_name_is_moved_into_place(tmp_path):
    with whole_file(tmp_path / "a.weights.h5") as file:
        assert file.name.endswith(".weights.h5") and file.name != str(tmp_path / "a.weights.h5")
        Path(file.name).write_bytes(b"by its name")
        assert not (tmp_path / "a.weights.h5").exists()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"by its name"]


LONG = (
    "1. " + "a long title of a photo " * 9,
    "夜明け." + "東京の夜明け" * 12,
    "x" * 245,
    "." * 245,
)


@pytest.mark.parametrize(
    "name", LONG, ids=["a full stop early", "three bytes each", "none", "only"]
)
def test_a_name_that_the_disk_takes_can_be_saved_as(tmp_path, name):
    dk.Picture(GREY).save(tmp_path / f"{name}.png")
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.png"]
    with whole_file(tmp_path / f"{name}.png") as file:
        assert file.name.endswith(".png")


def test_a_name_that_the_disk_does_not_take_is_refused_before_any_work(tmp_path):
    with pytest.raises(ValueError, match="258 bytes, and most disks take 255. Shorten it"):
        dk.save_film(iter(()), tmp_path / ("é" * 127 + ".gif"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("CON.png", "_CON.png"),
        ("nul", "_nul"),
        ("lpt¹ .txt.keras", "_lpt¹ .txt.keras"),
        ("12:30.png", "12_30.png"),
        ('<a>/"b"\\c|?*.png', "_a___b__c___.png"),
        ("one\ttwo\n.png", "one_two_.png"),
        ("caf\udce9.png", "caf_.png"),
        ("the end. .", "the end"),
        ("..", "_"),
        ("console.png", "console.png"),
        ("com10.png", "com10.png"),
        (".weights.h5", ".weights.h5"),
        ("Übung 1, 夜👩‍🚀.png", "Übung 1, 夜👩‍🚀.png"),
    ],
)
def test_a_portable_name_is_one_on_windows_too(name, fit):
    assert portable(name) == fit and portable(fit) == fit


def test_a_name_that_windows_refuses_is_told(tmp_path, monkeypatch):
    with pytest.warns(
        UserWarning, match="On Windows no file can be called 'a:b.png'. Call it 'a_b"
    ):
        dk.Picture(GREY).save(tmp_path / "a:b.png")
    assert [path.name for path in tmp_path.iterdir()] == ["a:b.png"]
    monkeypatch.setattr(files, "WINDOWS", True)
    with pytest.raises(ValueError, match=r"Call it '_NUL.txt', say\.$"):
        write_whole(tmp_path / "NUL.txt", "gone")


def test_nothing_that_is_numbered_replaces_another(tmp_path):
    def again(name):
        write_whole(path := unused(tmp_path / name), "precious")
        return path.name

    assert [again("a.png") for _ in range(3)] == ["a.png", "a-2.png", "a-3.png"]
    assert [again("A.png"), again("Straße"), again("STRASSE")] == ["A-4.png", "Straße", "STRASSE-2"]
    assert [again("é"), again("e\u0301")] == ["é", "e\u0301-2"]  # to macOS they are one
    assert [again("AUX.png"), again("1:2.png")] == ["_AUX.png", "1_2.png"]
    names = [again(f"{'夜' * 90}.png"), again(f"{'夜' * 90}.png")]
    assert names == [f"{'夜' * 83}.png", f"{'夜' * 83}-2.png"]
    assert len(list(tmp_path.iterdir())) == 12
    assert unused(tmp_path / "none" / "b.png") == tmp_path / "none" / "b.png"


def test_a_file_that_is_not_there_at_home_is_looked_for_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write_whole("~/a.txt", "precious")
    assert unused("~/a.txt") == tmp_path / "a-2.txt"


def held_open(monkeypatch, held, times):
    """Have a file refuse to be replaced, as on Windows while another program reads it."""
    replace, tried = Path.replace, []

    def replaced(part, path):
        tried.append(path)
        if path == held and len(tried) <= times:
            raise PermissionError(13, "Access is denied", str(part), None, str(path))
        return replace(part, path)

    monkeypatch.setattr(Path, "replace", replaced)
    monkeypatch.setattr(files.time, "sleep", lambda _: None)


def test_a_file_that_is_open_elsewhere_is_waited_for(tmp_path, monkeypatch):
    (path := tmp_path / "a.txt").write_text("old", encoding="utf-8")
    held_open(monkeypatch, path, times=2)
    assert write_whole(path, "new").read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_can_not_replace_a_file_that_is_open_elsewhere_is_kept_beside_it(
    tmp_path, monkeypatch
):
    (path := tmp_path / "a.txt").write_text("old", encoding="utf-8")
    held_open(monkeypatch, path, times=99)
    said = r"a.txt can't be replaced \(Access is denied\). Is it open in .* is in .*a-2.txt"
    with pytest.raises(PermissionError, match=said):
        write_whole(path, "new")
    assert path.read_bytes() == b"old" and (tmp_path / "a-2.txt").read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 2


def test_texts_are_utf8_with_plain_line_ends(tmp_path):
    assert write_whole(tmp_path / "a", "Übung\n") == tmp_path / "a"
    assert (tmp_path / "a").read_bytes() == b"\xc3\x9cbung\n"


def an_atlas():
    pictures = np.ones((1, 8, 8, 3), "uint8")
    return Atlas("x", {1: Grid(1, np.zeros((1, 2)), np.ones(1), np.ones((1, 3)), pictures)})


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.png", lambda path: save_picture(GREY, path, {"seed": 3})),
        ("a.jpg", lambda path: save_picture(GREY, path)),
        ("a.webp", lambda path: dk.save_film([GREY, GREY], path)),
        ("a.gif", lambda path: dk.save_film([GREY, GREY], path)),
        ("a.jpeg", lambda path: plots.pictures(GREY, alt="Grey.").save(path)),
        ("a.npz", lambda path: an_atlas().save(path)),
        ("a.npy", lambda path: kept(path.with_stem("a-new"), lambda: np.arange(99.0))),
        ("a.ipynb", lambda path: reading.write(nbformat.v4.new_notebook(), path)),
        (
            "marks.csv",
            lambda path: pytest.importorskip("marking.table")._write(path, ["name" * 9], []),
        ),
        ("a.json", lambda path: write_card(path, note="precious" * 9)),
        ("a.keras", lambda path: dk.build_writer("ab", units=2).save(path)),
    ],
)
def test_a_full_disk_leaves_the_older_file_alone_and_is_named(full_disk, old, name, write):
    path = old(name)
    with full_disk(), pytest.raises(OSError, match=re.escape(str(path.with_suffix("")))):
        write(path)


SAVES = "import numpy, os, sys; from dreamkit.images import save_picture as save; "


def saving_process(path, code):
    """A process that saves pictures to a path; it says a word when it begins."""
    command = [sys.executable, "-c", f"{SAVES}path = sys.argv[1]; {code}", str(path)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_process_that_is_killed_while_saving_leaves_a_whole_file(tmp_path):
    code = "print('now', flush=True)\nwhile True: save(numpy.random.rand(200, 200, 3), path)"
    for _ in range(3):
        with saving_process(tmp_path / "a.png", code) as process:
            process.stdout.readline()
            while not (tmp_path / "a.png").exists():
                pass
            process.kill()
        assert dk.load_image(tmp_path / "a.png").shape == (200, 200, 3)


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root can be another")
def test_what_a_killed_process_left_is_gone_a_day_later(tmp_path):
    old, young = tmp_path / ".dreamkit-old.bin", tmp_path / ".dreamkit-young.bin"
    for path in (old, young):
        path.write_bytes(b"half")
    yesterday = time.time() - 25 * 60 * 60
    os.utime(old, (yesterday, yesterday))
    write_whole(tmp_path / "a.txt", "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".dreamkit-young.bin", "a.txt"]


def test_a_folder_that_belongs_to_somebody_else_is_named():
    with tempfile.TemporaryDirectory() as mine:  # others may not even look into pytest's
        Path(mine).chmod(0o755)
        code = "os.setuid(65534); save(numpy.zeros((2, 2)), path)"
        with saving_process(Path(mine) / "a.png", code) as process:
            said = process.communicate()[1].decode()
        assert f"PermissionError: The folder {mine} can't be written to" in said
        assert not os.listdir(mine)


def test_a_full_disk_leaves_older_models_alone(full_disk, old, model):
    path = old("tiny.keras")
    with full_disk(), pytest.raises(OSError, match=re.escape(str(path))):
        save_model(model, path)


@pytest.mark.parametrize("package", ["dreamkit", "marking", "recipes", "benchmarks"])
def test_nothing_is_written_in_another_way(package):
    for path in sorted((ROOT / package).rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        found = [x for x in lines if WRITTEN_PLAINLY.search(x) and ">>>" not in x]
        assert path.name == "files.py" or not found, f"{path}: {found}"
