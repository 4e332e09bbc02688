"""The house keeps its floors: who may import whom, read from the source."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("benchmarks", "marking", "recipes", "tools", "dreamkit")
FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))

# From the top. A file imports from floors below its own, and within its own room.
FLOORS = [
    {"benchmarks"},
    {"marking", "recipes"},
    {"tools"},
    {""},  # the package as a whole
    {"widgets"},
    {"plots"},
    {"lessons"},
    {"vision", "text", "chars"},
    {"networks"},
    {"ascent", "descent", "health"},
    {"objectives", "results", "transforms", "watching"},
    {"check", "datasets"},
    {"backend", "images", "movements"},
    {"pretrained"},
    {"memory", "files"},
    {"arguments", "unicode"},
    {"missing"},
]
PACKAGE = "the package"  # in words, what is "" above
READING_PATH = (
    *("objectives/objective", "objectives/kinds", "ascent"),
    *("vision/dream", "vision/spectrum", "transforms"),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
ABOVE_ALL = {"__init__", "__main__"}

ONLY_IN = {
    "tensorflow": "backend",
    "jax": "backend",
    "torch": "backend",
    "ipywidgets": "widgets",
    "matplotlib": "plots",
    "nbgrader": "marking",
    "wordcloud": "plots",
    "sklearn.manifold": "plots, recipes",
}


def room(path):
    """``dreamkit/vision/dream.py`` is in "vision", ``dreamkit/ascent.py`` in "ascent"."""
    top, *inside = path.relative_to(ROOT).with_suffix("").parts
    return inside[0] if top == "dreamkit" else top


def imports(path):
    """Full dotted names that a file imports, at its top or inside a function."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*start, *filter(None, [node.module])))
            yield from (f"{base}.{alias.name}" for alias in node.names)


def rooms_used(path):
    """Rooms that a file imports; "" stands for the package as a whole."""
    parts = [name.split(".") for name in imports(path)]
    inside = {(part[1:] or [""])[0] for part in parts if part[0] == "dreamkit"}
    names = {name for name in inside if not any((ROOT / "dreamkit").glob(f"{name}*"))}
    inside = inside - names | ({""} if names else set())  # a public name is the package's
    return (inside | {part[0] for part in parts} & set(PACKAGES[:-1])) - {room(path)}


def named(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(ROOT)))


@named([path for path in FILES if room(path) not in ABOVE_ALL])
def test_a_file_imports_only_from_floors_below(path):
    assert room(path) in FLOOR, f"give {room(path)} a floor in this test and in CONTRIBUTING"
    upward = {used for used in rooms_used(path) if FLOOR.get(used, -1) <= FLOOR[room(path)]}
    assert not upward


@named(
    [path for path in FILES if path.relative_to(ROOT).parts[0] != "benchmarks"]
)  # peers have theirs
def test_a_library_stays_in_its_room(path):
    strays = [
        name
        for name in imports(path)
        for library, home in ONLY_IN.items()
        if f"{name}.".startswith(f"{library}.") and room(path) not in home.split(", ")
    ]
    assert not strays


def test_contributing_draws_the_house_that_is_held_here():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (drawn,) = re.findall(r"(?m)^\| rooms \|.*\n\|.*\n((?:\|.*\n)+)", text)
    rooms = [line.split("|")[1].replace(PACKAGE, "").split(",") for line in drawn.splitlines()]
    assert [{room.strip(" `") for room in floor} for floor in rooms] == FLOORS


def test_the_dream_of_a_picture_can_be_read_in_900_lines():
    """The README promises it, and names the files."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    path = re.findall(r"(?m)^\d\. \[`[^`]+`\]\(dreamkit/(.+)\.py\)", readme)
    assert tuple(path) == READING_PATH
    files = [ROOT / "dreamkit" / f"{name}.py" for name in path]
    assert sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files) <= 900
