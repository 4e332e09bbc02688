"""``import dreamkit`` is instant: names are there, for people and editors; frameworks are not."""

import ast
import importlib.metadata
import inspect
import pydoc
import re
import subprocess
import sys
from pathlib import Path

import jedi
import pytest

import dreamkit
from dreamkit.missing import DISTRIBUTION

PACKAGE = Path(dreamkit.__file__).parent
HEAVY = {"ipywidgets", "jax", "keras", "matplotlib", "sklearn", "tensorflow", "torch"}
STUB = [
    node
    for node in ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8")).body
    if isinstance(node, ast.ImportFrom)
]
PUBLIC = {alias.name for line in STUB for alias in line.names}


def modules_after(code):
    """Modules that a fresh interpreter has loaded after running ``code``."""
    report = f"{code}\nimport sys; print(*sys.modules)"
    output = subprocess.check_output([sys.executable, "-c", report], text=True)
    return set(output.split())


def test_import_loads_what_looks_names_up_and_nothing_else():
    loaded = modules_after("import dreamkit; dir(dreamkit)") - modules_after("")
    others = {name for name in loaded if name.partition(".")[0] not in sys.stdlib_module_names}
    assert others == {"dreamkit", "dreamkit.missing", "lazy_loader"}


def test_the_checks_and_the_doctor_need_no_framework_and_no_nbgrader():
    loaded = modules_after("import dreamkit; dreamkit.check, __import__('dreamkit.check.notebook')")
    assert "numpy" in loaded
    assert not loaded & {*HEAVY, "nbgrader"}


def test_first_use_loads_keras():
    assert "keras" in modules_after("import dreamkit; dreamkit.deepdream")


def test_dir_lists_the_public_names():
    assert set(dir(dreamkit)) == set(dreamkit.__all__) == PUBLIC


def test_the_stub_gives_each_name_as_it_is():
    for line in STUB:
        for alias in line.names:
            assert alias.asname == alias.name, "without `as`, a type checker takes it as private"
            if line.module:
                home = importlib.import_module(f"dreamkit.{line.module}")
                assert getattr(dreamkit, alias.name) is getattr(home, alias.name)


DIRECTIVE = re.compile(r"(?m)^\.\. (currentmodule|auto\w+):: ([\w.]+).*((?:\n   :.*)*)")


def members(module, options):
    """What ``automodule`` shows beside the docstring, by name."""
    if ":members:" not in options:
        return {}
    left_out = re.findall(r"[\w.]+", options.partition(":exclude-members:")[2])
    return {
        f"{module.__name__}.{name}": thing
        for name, thing in vars(module).items()
        if getattr(thing, "__module__", "").startswith(module.__name__)
        and inspect.getdoc(thing)
        and name[0] != "_"
        and name not in left_out
    }


@pytest.fixture(scope="module")
def reference():
    """What the pages of the reference show, by its full name."""
    found = {}
    for page in (PACKAGE.parent / "docs" / "api").glob("*.md"):
        module = ""
        for kind, name, options in DIRECTIVE.findall(page.read_text(encoding="utf-8")):
            full = name if name.startswith("dreamkit") else f"{module}.{name}"
            if kind == "currentmodule":
                module = name
                continue
            new = {full: pydoc.locate(full)}
            if inspect.ismodule(new[full]):
                new |= members(new[full], options)
            assert not set(new) & set(found), "shown twice"
            found |= new
    return found


def test_the_reference_shows_what_there_is_once(reference):
    assert not [name for name, thing in reference.items() if thing is None]
    assert len({id(thing) for thing in reference.values()}) == len(reference)


def test_every_public_name_stands_on_a_page_of_the_reference(reference):
    things = {id(thing) for thing in reference.values()}
    assert not [name for name in PUBLIC if id(getattr(dreamkit, name)) not in things]


@pytest.mark.parametrize("name", ["plots", "widgets"])
def test_so_does_every_name_of_a_public_module(reference, name):
    module = getattr(dreamkit, name)
    own = members(module, ":members:")
    own.pop(f"{module.__name__}.{name}", None)
    things = {id(thing) for thing in reference.values()}
    assert own and not [name for name, thing in own.items() if id(thing) not in things]


def completed(code):
    """What an editor offers at the end of the code, which it reads and does not run."""
    return jedi.Script(code, project=jedi.Project(PACKAGE.parent)).complete()


def test_an_editor_offers_the_public_names_and_nothing_else():
    offered = {found.name for found in completed("import dreamkit as dk\ndk.")}
    inside = {path.stem for path in PACKAGE.iterdir()}  # jedi adds the files of a package
    public = {name for name in offered if not name.startswith("_")}
    assert public >= PUBLIC
    assert public - PUBLIC <= inside - PUBLIC


def test_an_editor_knows_what_a_name_takes():
    (found,) = completed("import dreamkit as dk\ndk.deepdre")
    assert found.type == "function"
    assert "octaves" in found.get_signatures()[0].to_string()


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_each_public_name_is_there(name):
    assert getattr(dreamkit, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'deepdreem'. Did you mean 'deepdream'"):
        _ = dreamkit.deepdreem
    with pytest.raises(AttributeError, match="no attribute 'qqq'[.]$"):
        _ = dreamkit.qqq


def test_the_version_is_the_installed_one():
    assert dreamkit.__version__ == importlib.metadata.version(DISTRIBUTION)
