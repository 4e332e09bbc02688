"""Where a library is missing, one sentence says what installs it, whatever is called first."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dreamkit
from dreamkit.missing import DISTRIBUTION, LIBRARIES, explained

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]

SENTENCE = re.compile(
    r"\S+ needs [\w-]+, which is not installed: (pip install [^:]+) brings it"
    r"(, or set KERAS_BACKEND [^.]+)?\."
)
USE_EACH_TWICE = """
import json, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

ABSENT = set(sys.argv[1].split())
sys.meta_path.insert(0, Absent())
import dreamkit

said = {}
for name in [*dreamkit.__all__, *dreamkit.__all__]:
    try:
        getattr(dreamkit, name)
        said.setdefault(name, []).append("")
    except ImportError as error:
        said.setdefault(name, []).append(str(error))
print(json.dumps(said))
"""


def named(requirements):
    return {canonicalize_name(Requirement(line).name) for line in requirements}


def with_what_they_need(names):
    """Distributions, with all that comes along when they are installed."""
    found, todo = set(), {canonicalize_name(name) for name in names}
    while todo:
        found |= todo
        lines = [line for name in todo for line in metadata.requires(name) or ()]
        wanted = [Requirement(line) for line in lines]
        fitting = [one for one in wanted if not one.marker or one.marker.evaluate({"extra": ""})]
        todo = {canonicalize_name(one.name) for one in fitting} - found
    return found


def imports_of(distributions):
    """What Python calls what these distributions bring."""
    packages = metadata.packages_distributions().items()
    return {
        name
        for name, brought_by in packages
        if distributions & {*map(canonicalize_name, brought_by)}
    }


@pytest.fixture(scope="module")
def bare():
    """Top-level imports that a bare install has."""
    return imports_of(with_what_they_need(named(PROJECT["dependencies"])))


def said_without(absent, **environment):
    """What each public name says at its first and at its second use; nothing if it works."""
    command = [sys.executable, "-c", USE_EACH_TWICE, " ".join(absent)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return json.loads(subprocess.check_output(command, env=environment, text=True))


def extra_of(sentence):
    return re.search(rf'pip install "{DISTRIBUTION}\[(\w+)\]"', sentence)[1]


def test_on_a_bare_install_each_name_works_or_says_which_extra_to_install(bare):
    absent = set(metadata.packages_distributions()) - bare - {"dreamkit"}
    assert set(LIBRARIES) & absent == set(LIBRARIES) & set(metadata.packages_distributions())
    said = said_without(absent, KERAS_BACKEND="tensorflow")
    assert set(said) == set(dreamkit.__all__)
    for name, (first, second) in said.items():
        assert first == second
        assert not first or (SENTENCE.fullmatch(first) and first.startswith(f"dk.{name} needs "))
        assert not first or extra_of(first) in EXTRAS
    assert not any("".join(said[name]) for name in ("check", "doctor", "load_image", "load_text"))
    assert extra_of(said["deepdream"][0]) == extra_of(said["objectives"][0]) == "course"
    assert {extra_of(said[name][0]) for name in ("plots", "widgets")} <= {"colab", "course"}


def test_without_a_setting_tensorflow_is_asked_for(tmp_path):
    said = said_without({"tensorflow"}, KERAS_BACKEND="", KERAS_HOME=str(tmp_path))
    assert "TensorFlow" in said["deepdream"][0] and "KERAS_BACKEND" in said["deepdream"][0]


@pytest.mark.parametrize(("backend", "name"), [("jax", "JAX"), ("torch", "PyTorch")])
def test_another_framework_that_is_missing_is_named(backend, name):
    said = said_without({backend}, KERAS_BACKEND=backend)
    (sentence,) = set(said["deepdream"])
    assert SENTENCE.fullmatch(sentence)[1] == f"pip install {backend}"
    assert sentence.startswith(f"dk.deepdream needs {name}, ")


def brought_by(extra):
    """The requirements of an extra, with those of the extras that it names."""
    found = set()
    for wanted in map(Requirement, EXTRAS[extra]):
        found.add(canonicalize_name(wanted.name))
        if wanted.name == DISTRIBUTION:
            found |= {name for other in wanted.extras for name in brought_by(other)}
    return found


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_what_the_sentence_says_to_install_brings_the_library(library):
    _, command = LIBRARIES[library]
    if DISTRIBUTION in command:
        brought = brought_by(extra_of(command))
        assert {"sklearn": "scikit-learn", "nbformat": "jupyterlab"}.get(
            library, library
        ) in brought
    else:
        assert command == f"pip install {library}"


def test_each_library_that_the_package_imports_comes_along_or_has_a_sentence(bare):
    imported = set()
    for path in (ROOT / "dreamkit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(node.module.partition(".")[0])
    done_without = {"tqdm", "pillow_heif"}  # no bar then, and no HEIC
    assert imported - sys.stdlib_module_names - bare - done_without <= set(LIBRARIES)


def test_other_errors_pass():
    with pytest.raises(ModuleNotFoundError, match="elsewhere"), explained("dk.plots"):
        raise ModuleNotFoundError("elsewhere", name="elsewhere")
    with pytest.raises(ImportError, match="a broken build"), explained("dk.deepdream"):
        raise ImportError("a broken build", name="tensorflow")


def test_pip_knows_the_package_by_this_name():
    assert PROJECT["name"] == DISTRIBUTION
