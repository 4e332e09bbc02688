"""What Binder makes of the repository, as far as it shows without a Docker engine."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parent.parent
BINDER = ROOT / "binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def extras(text):
    return set(re.search(r"\.\[([\w,]+)\]", text)[1].split(","))


@pytest.fixture
def pack(monkeypatch):
    """The build pack that repo2docker, which Binder runs, chooses for this repository."""
    repo2docker = pytest.importorskip("repo2docker.app", reason="pip install jupyter-repo2docker")
    monkeypatch.chdir(ROOT)
    app = repo2docker.Repo2Docker()
    packs = (kind(base_image=app.base_image) for kind in app.buildpacks)
    pack = next(pack for pack in packs if pack.detect())
    pack.platform = "linux/amd64"
    return pack


def test_repo2docker_takes_python_from_the_environment_and_runs_postbuild(pack):
    assert type(pack).__name__ == "CondaBuildPack"
    assert pack.binder_dir == "binder"
    assert pack.python_version in SpecifierSet(PROJECT["requires-python"])
    assert pack.get_post_build_scripts() == ["binder/postBuild"]


def test_the_dockerfile_says_so(pack):
    lines = pack.render({}).splitlines()
    assert any("env update" in line and "binder/environment.yml" in line for line in lines)
    assert "RUN ./binder/postBuild" in lines


def test_postbuild_runs_and_stops_at_the_first_error():
    script = BINDER / "postBuild"
    lines = script.read_text(encoding="utf-8").splitlines()
    assert os.access(script, os.X_OK)
    assert lines[0] == "#!/usr/bin/env bash" and lines[1].startswith("set -e")
    assert subprocess.run(["bash", "-n", script]).returncode == 0


def test_binder_gets_the_build_of_tensorflow_for_cpus():
    named = extras((BINDER / "postBuild").read_text(encoding="utf-8"))
    assert named == {"lessons", "cpu"}
    cpu = PROJECT["optional-dependencies"]["cpu"]
    assert any(line.startswith("tensorflow-cpu") for line in cpu)


@pytest.mark.parametrize("path", [BINDER / "environment.yml", ROOT / "environment.yml"])
def test_environments_are_for_a_python_that_fits(path):
    dependencies = yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]
    (python,) = (line for line in dependencies if str(line).startswith("python"))
    wanted = python.removeprefix("python").strip()
    if wanted.startswith("="):
        assert f"{wanted.strip('=')}.0" in SpecifierSet(PROJECT["requires-python"])
    else:
        assert "3.11.0" in SpecifierSet(wanted) and "3.14.0" not in SpecifierSet(wanted)
    pip = [line["pip"] for line in dependencies if isinstance(line, dict)]
    for line in [text for lines in pip for text in lines]:
        assert extras(line) <= set(PROJECT["optional-dependencies"])
