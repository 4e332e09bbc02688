"""One name for pip and one span of versions of Python, wherever they are said."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SPAN = SpecifierSet(PROJECT["requires-python"])
MINORS = [f"3.{minor}" for minor in range(30) if f"3.{minor}.0" in SPAN]

# On the index, "dreamkit" is somebody else's package.
WRONG = re.compile(
    r"\bdreamkit\["
    r"|\b(?:un)?install\b.*(?<![\w./-])(?<!import )dreamkit(?![\w./@-])"
    r"|metadata\b.*\(\"dreamkit\"\)"
)


def texts():
    names = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")
    for path in (ROOT / name for name in names if name):
        if path.is_file() and path != Path(__file__):
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_every_text_that_names_an_install_names_ours():
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()[:120]}"
        for path, text in texts()
        for line in text.splitlines()
        if WRONG.search(line)
    ]
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        'pip install "dreamkit[lessons]"',
        "pip install --force-reinstall dreamkit",
        'metadata.version("dreamkit")',
        '%pip install --quiet "dreamkit @ git+https://github.com/someone/elsewhere"',
    ],
)
def test_a_wrong_name_would_be_seen(line):
    assert WRONG.search(line)


def test_extras_that_are_named_are_there():
    for path, text in texts():
        for named in re.findall(r"\bdreaming-networks\[([\w,-]+)\]", text):
            assert set(named.split(",")) <= set(PROJECT["optional-dependencies"]), path.name


def test_python_has_an_upper_bound_and_classifiers_name_each_version():
    assert "4.0" not in SPAN
    said = [re.search(r"Python :: (3\.\d+)$", line) for line in PROJECT["classifiers"]]
    assert [found[1] for found in said if found] == MINORS


def test_readme_and_makefile_name_the_same_versions():
    words = f"{', '.join(MINORS[:-1])} or {MINORS[-1]}"
    for name in ("README.md", "Makefile"):
        assert f"Python {words}" in (ROOT / name).read_text(encoding="utf-8")
