"""Dreaming from the command line: many files, a bar each, and what failed named at the end."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import layers as kl
from PIL import Image

import dreamkit as dk
from dreamkit.__main__ import main, parser

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
    (album / "note.txt").write_text("not a picture")
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


def test_it_can_be_run_as_a_module(tmp_path):
    command = [sys.executable, "-m", "dreamkit", "--help"]
    said = subprocess.check_output(command, env=dict(os.environ), text=True)
    assert "--octave-scale" in said and said.startswith("usage: dreamkit")
