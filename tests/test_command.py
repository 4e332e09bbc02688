"""Dreaming from the command line: many files, a bar each, and what failed named at the end."""

import io
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers as kl
from PIL import Image

import dreamkit as dk
from dreamkit.__main__ import NAMED, found, main, parser

KNOBS = ["--octaves", "1", "--steps", "2", "--seed", "3"]


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """The path of a tiny network; its convolutions are called a and b."""
    keras.utils.set_random_seed(0)
    layers = [kl.Conv2D(4, 3, name="a", activation="relu"), kl.Conv2D(4, 3, name="b")]
    path = tmp_path_factory.mktemp("network") / "tiny.keras"
    keras.Sequential([keras.Input((None, None, 3)), *layers]).save(path)
    return str(path)


@pytest.fixture
def album(tmp_path, monkeypatch):
    """A folder of two photos, one of which is cut short, and a note."""
    monkeypatch.chdir(tmp_path)
    (album := tmp_path / "album").mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (40, 56, 3), dtype="uint8")
    Image.fromarray(pixels).save(album / "good.png")
    (album / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    (album / "note.txt").write_text("not a picture", encoding="utf-8")
    return album


def test_a_folder_is_dreamt_over_and_what_fails_is_named_at_the_end(album, network, capsys):
    asked = [str(album), "-o", "out", "--network", network, "--layer", "b", *KNOBS]
    assert main(asked) == 1
    said = capsys.readouterr()
    assert [path.name for path in album.parent.joinpath("out").iterdir()] == ["good.png"]
    assert "good.png" in said.out and "broken.jpg is not a picture" in said.err.splitlines()[-1]
    photo = dk.load_image(album / "good.png")
    dream = dk.deepdream(photo, dk.load_network(network), "b", octaves=1, steps=2, seed=3)
    saved = dk.load_image("out/good.png")
    np.testing.assert_allclose(saved, dream.image, atol=0.5 / 255 + 1e-4)
    assert dk.read_settings("out/good.png")["steps"] == 2


def test_a_folder_s_pictures_are_all_that_can_be_read_and_the_rest_is_named(tmp_path, capsys):
    for name in ("a.jpg", "b.JFIF", "c.avif", "d.heic", "e.jp2", "f.mpo", "g.ppm"):
        (tmp_path / name).touch()
    taken = [path.name for path in found([tmp_path])]
    assert len(taken) == 7 and capsys.readouterr().err == ""
    for name in ("clip.mov", "DSC_1.NEF", ".DS_Store", "._a.jpg", "Thumbs.db", "desktop.ini"):
        (tmp_path / name).touch()
    (tmp_path / "more.jpg").mkdir()
    assert [path.name for path in found([tmp_path])] == taken
    told = f"Passed over in {tmp_path}, as no pictures: DSC_1.NEF, clip.mov, more.jpg/.\n"
    assert capsys.readouterr().err == told


def test_of_many_files_that_are_no_pictures_some_are_named(tmp_path):
    for number in range(NAMED + 3):
        (tmp_path / f"{number:02}.txt").touch()
    with pytest.raises(ValueError, match=r"no pictures in .*, only 00.txt, .*07.txt and 3 more\."):
        list(found([tmp_path]))


def undecodable(folder, name):
    """A path in a folder, of bytes; where the system takes no such names, the test has nothing."""
    path = os.fsdecode(os.fsencode(folder) + b"/" + name)
    try:
        Path(path).touch()
    except OSError:
        pytest.skip("file names are UTF-8 here")
    return path


@pytest.mark.parametrize(
    ("encoding", "name", "saved"),
    [
        ("utf-8", b"caf\xe9.png", b"caf_.png"),  # half a letter is in no name that all systems take
        ("cp1252", b"\xe5\xa4\x9c.png", b"\xe5\xa4\x9c.png"),
    ],
)
def test_a_name_that_can_not_be_printed_is_dreamt_and_told(
    album, network, monkeypatch, encoding, name, saved
):
    path, raw = undecodable(album, name), io.BytesIO()
    Path(path).write_bytes((album / "good.png").read_bytes())
    stream = io.TextIOWrapper(raw, encoding, errors="strict", write_through=True)
    for each in ("stdout", "stderr"):
        monkeypatch.setattr(sys, each, stream)
    assert main([path, str(album / "broken.jpg"), "-o", "out", "--network", network, *KNOBS]) == 1
    assert os.listdir(b"out") == [saved]
    told = os.fsdecode(saved).encode(encoding, "backslashreplace").decode(encoding)
    lines = raw.getvalue().decode(encoding).splitlines()
    assert str(Path("out", told)) in lines and "broken.jpg is not a picture" in lines[-1]


def test_a_name_as_long_as_can_be_leaves_room_for_a_number(album, network):
    long = "a" + "é" * 125
    (album / "good.png").rename(album / f"{long}.png")
    asked = [str(album / f"{long}.png"), "-o", "out", "--network", network, *KNOBS]
    assert [main(asked), main(asked)] == [0, 0]
    names = sorted(path.name for path in album.parent.joinpath("out").iterdir())
    assert names == [f"a{'é' * 119}{number}.png" for number in ("-2", "")]


def test_no_dream_replaces_another(album, network):
    asked = [str(album / "good.png"), "-o", "out", "--network", network, *KNOBS]
    assert [main(asked), main(asked), main(asked)] == [0, 0, 0]
    names = sorted(path.name for path in album.parent.joinpath("out").iterdir())
    assert names == ["good-2.png", "good-3.png", "good.png"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["album", "--layer", "block99"], "no layer 'block99'"),
        (["album", "--steps", "0"], "steps must be a whole number from 1"),
        (["album", "--max-side", "0"], "max_side must be a whole number from 1"),
        (["album/good.pgn"], "Did you mean 'good.png'?"),
        (["album", "--guide", "no.jpg"], "no.jpg"),
        (["empty"], "no pictures in the folder empty"),
        (["album", "--network", "no.keras"], "no file no.keras"),
    ],
)
def test_what_can_not_be_is_said_before_any_work(album, network, capsys, asked, said):
    (album.parent / "empty").mkdir()
    assert main([*asked, *([] if "--network" in asked else ["--network", network])]) == 2
    assert said in capsys.readouterr().err
    assert not (album.parent / "dreams").exists()


def test_several_layers_may_be_named():
    assert parser().parse_args(["a.png", "--layer", "a", "--layer", "b"]).layer == ["a", "b"]


RUN = """
import sys
from dreamkit.__main__ import main
try:
    code = main()
except SystemExit as end:
    code = end.code
print(*sys.modules)
sys.exit(code)
"""


def run(*asked):
    """Exit code, output, lines of errors and modules of the command in a process of its own."""
    loud = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *asked], env=loud, capture_output=True, text=True
    )
    *told, modules = done.stdout.splitlines()
    return done.returncode, told, done.stderr.splitlines(), set(modules.split())


def test_it_can_be_run_as_a_module():
    said = subprocess.check_output([sys.executable, "-m", "dreamkit", "--help"], text=True)
    assert "--octave-scale" in said and said.startswith("usage: dreamkit")


def test_help_is_told_where_the_console_has_few_letters():
    env = os.environ | {"PYTHONIOENCODING": "ascii"}
    said = subprocess.check_output([sys.executable, "-m", "dreamkit", "--help"], text=True, env=env)
    assert "dreamkit PICTURE \\u2026 -o FOLDER" in said


def test_help_and_mistakes_need_no_framework_and_no_array():
    code, told, said, imported = run("--help")
    assert code == 0 and told[0].startswith("usage: dreamkit") and said == []
    assert not imported & {"keras", "numpy", "PIL", "tensorflow"}
    code, _, said, imported = run("a.png", "--octaves", "many")
    assert code == 2 and "invalid int value: 'many'" in said[-1] and "numpy" not in imported


def test_a_missing_file_is_said_before_a_framework_is_loaded(tmp_path):
    code, _, said, imported = run(str(tmp_path / "none.png"))
    assert code == 2 and not imported & {"keras", "tensorflow"}
    assert said == [f"There is no none.png in {tmp_path}. Check the name and the folder."]


def test_a_dream_is_told_of_without_the_notices_of_a_framework(album):
    asked = [str(album / "good.png"), "-o", "out", "--network", "dreamnet", *KNOBS]
    code, told, said, imported = run(*asked)
    assert code == 0 and told == [str(Path("out", "good.png"))] and "keras" in imported
    assert {line.split(":")[0].strip() for line in said} <= {"good.png", ""}  # a bar
