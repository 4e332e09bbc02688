"""The house keeps its floors: who may import whom, read from the source."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "dreamkit"
FILES = sorted(PACKAGE.rglob("*.py"))

# From the top. A file imports from floors below its own, and within its own room.
FLOORS = [
    {"coursework"},
    {"widgets"},
    {"plots"},
    {"vision", "text", "chars"},
    {"ascent", "health"},
    {"objectives"},
    {"check", "datasets"},
    {"backend"},
    {"memory", "pretrained", "saving"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
ABOVE_ALL = {"__init__", "training"}

ONLY_IN = {
    "tensorflow": "backend",
    "jax": "backend",
    "torch": "backend",
    "ipywidgets": "widgets",
    "matplotlib": "plots",
    "nbgrader": "coursework",
    "wordcloud": "plots",
    "sklearn.manifold": "plots",
}


def room(path):
    """``dreamkit/vision/dream.py`` is in "vision", ``dreamkit/ascent.py`` in "ascent"."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path):
    """Full dotted names that a file imports, at its top or inside a function."""
    package = ("dreamkit", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*start, *filter(None, [node.module])))
            yield from (f"{base}.{alias.name}" for alias in node.names)


def rooms_used(path):
    """Rooms of the package that a file imports; "" stands for the package as a whole."""
    parts = (name.split(".") for name in imports(path))
    return {(part[1:] or [""])[0] for part in parts if part[0] == "dreamkit"} - {room(path)}


def named(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(PACKAGE)))


@named([path for path in FILES if room(path) not in ABOVE_ALL])
def test_a_file_imports_only_from_floors_below(path):
    assert room(path) in FLOOR, f"give {room(path)} a floor in DESIGN and in this test"
    upward = {used for used in rooms_used(path) if FLOOR.get(used, -1) <= FLOOR[room(path)]}
    assert not upward


@named(FILES)
def test_a_library_stays_in_its_room(path):
    strays = [
        name
        for name in imports(path)
        for library, home in ONLY_IN.items()
        if f"{name}.".startswith(f"{library}.") and room(path) != home
    ]
    assert not strays


@named(FILES)
def test_a_file_is_short_enough_to_hold_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
