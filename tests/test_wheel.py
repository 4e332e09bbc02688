"""The wheel is whole: installed where the repository is not, it dreams."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

DREAM = """
import dreamkit as dk
print(dk.__file__)
photo = dk.sample_image("clouds")
dream = dk.deepdream(photo, dk.load_network("dreamnet"), octaves=1, steps=2)
print(dk.load_classifier("imdb").predict(["I love this show."])[0] > 0.5)
print(len(dk.load_writer("nietzsche").generate("the will to ", 30, seed=0)))
print(dream.history[0], dream.history[-1])
"""


def run(*command, cwd):
    process = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True)
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    # The build backend itself, which is here (the `test` extra): not every environment has pip.
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (path,) = folder.glob("dreaming_networks-*.whl")
    return path


@pytest.fixture
def python(wheel, tmp_path):
    """The interpreter of a new environment that holds the wheel and borrows its dependencies."""
    venv.create(tmp_path / "env", symlinks=True)
    (python,) = (tmp_path / "env").glob("bin/python")
    (site,) = (tmp_path / "env").glob("lib/python*/site-packages")
    # A folder named in a .pth file is searched after `site`, and its own .pth files, such as the
    # one of an editable install, are not read.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    zipfile.ZipFile(wheel).extractall(site)  # all that installing such a wheel is
    return python


def test_the_wheel_carries_the_weights_their_cards_and_the_licences(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    weights = {path.name for path in (ROOT / "dreamkit" / "weights").iterdir()}
    assert weights == {Path(name).name for name in names if name.startswith("dreamkit/weights/")}
    cards = {name for name in weights if name.endswith(".json")}
    assert {Path(name).with_suffix(".json").name for name in weights - cards} == cards
    assert {"dreamkit/__init__.pyi", "dreamkit/py.typed"} <= names
    assert "dreamkit/check/release/01_deepdream/01_deepdream.ipynb" in names
    licences = {"LICENSE", "LICENSE-CONTENT.md", "efficientnet_lite0.LICENSE"}
    assert licences <= {Path(name).name for name in names if ".dist-info/" in name}


def test_the_wheel_carries_the_package_and_nothing_else(wheel):
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"dreamkit"}


def test_the_wheel_dreams_in_a_clean_environment(python, tmp_path):
    *_, file, positive, written, scores = run(python, "-c", DREAM, cwd=tmp_path).splitlines()
    first, last = map(float, scores.split())
    assert Path(file).is_relative_to(tmp_path)
    assert last > first
    assert (positive, written) == ("True", "30")
