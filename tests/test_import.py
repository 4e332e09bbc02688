"""``import dreamkit`` is instant: names are there, frameworks are not."""

import importlib.metadata
import subprocess
import sys

import pytest

import dreamkit

HEAVY = {"ipywidgets", "jax", "keras", "matplotlib", "sklearn", "tensorflow", "torch"}
PUBLIC = {
    "build_reader",
    "best_unit",
    "build_writer",
    "check",
    "corpus",
    "deepdream",
    "doctor",
    "dream_sentence",
    "dream_words",
    "export_projector",
    "find_cells",
    "last_cells",
    "load_atlas",
    "load_classifier",
    "load_image",
    "load_network",
    "load_vectors",
    "load_writer",
    "objectives",
    "read_cells",
    "read_settings",
    "read_text",
    "reweight",
    "sample_image",
    "save_film",
    "train_classifier",
    "train_reader",
    "train_writer",
    "visualise",
    "words_of_unit",
    "zoom",
}


def modules_after(code):
    """Top-level modules that a fresh interpreter has loaded after running ``code``."""
    report = f"{code}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    output = subprocess.check_output([sys.executable, "-c", report], text=True)
    return set(output.split())


def test_import_loads_no_framework():
    loaded = modules_after("import dreamkit; dir(dreamkit)")
    assert "dreamkit" in loaded
    assert not loaded & HEAVY


def test_the_checks_and_the_doctor_need_no_framework_and_no_nbgrader():
    loaded = modules_after(
        "import dreamkit; dreamkit.check, __import__('dreamkit.coursework.doctor')"
    )
    assert "numpy" in loaded
    assert not loaded & {*HEAVY, "nbgrader"}


def test_first_use_loads_keras():
    assert "keras" in modules_after("import dreamkit; dreamkit.deepdream")


def test_dir_lists_the_public_names():
    assert set(dir(dreamkit)) >= PUBLIC


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_each_public_name_is_there(name):
    assert getattr(dreamkit, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="deepdreem"):
        _ = dreamkit.deepdreem


def test_the_version_is_the_installed_one():
    assert dreamkit.__version__ == importlib.metadata.version("dreamkit")
