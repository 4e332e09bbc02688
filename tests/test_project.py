"""What pyproject.toml says is what the code imports, and what is said elsewhere."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from dreamkit.files import portable
from tools import quick

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SPAN = SpecifierSet(PROJECT["requires-python"])
EXTRAS = PROJECT["optional-dependencies"]
MINORS = [f"3.{minor}" for minor in range(30) if f"3.{minor}.0" in SPAN]

# On the index, "dreamkit" is somebody else's package.
WRONG = re.compile(
    r"\bdreamkit\["
    r"|\b(?:un)?install\b.*(?<![\w./-])(?<!import )dreamkit(?![\w./@-])"
    r"|metadata\b.*\(\"dreamkit\"\)"
)


def texts():
    listed = ["git", "ls-files", "-z"]
    names = subprocess.check_output(listed, cwd=ROOT, encoding="utf-8").split("\0")
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
            assert set(named.split(",")) <= set(EXTRAS), path.name


def test_readme_says_what_each_extra_is_for():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"(?m)^ *\| extra \|.*\n.*\n((?: *\|.*\n)+)", text)
    named = [
        name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])
    ]
    assert sorted(named) == sorted(EXTRAS)


# What each folder may count on beside the dependencies of all.
COUNTS_ON = {
    "dreamkit": {"lessons", "cpu"},
    "marking": {"coursework"},
    "recipes": {"training"},
    "tools": {"lessons", "test"},
    "benchmarks": {"lessons", "coursework", "cpu", "test"},
}
# Other frameworks, and what make .venv-peers/.ready brings.
NOT_OURS = {"jax", "torch", "textgenrnn", "tf_keras_vis", "xplique"}


def brought(extra):
    """Distributions of an extra, and of those that it names."""
    for line in EXTRAS[extra]:
        name = re.match(r"[\w-]+", line)[0].lower()
        if name == PROJECT["name"]:
            for other in re.search(r"\[([\w,]+)\]", line)[1].split(","):
                yield from brought(other)
        else:
            yield name


def imported(folder):
    """The first part of what a folder's files import, but for Python's and our own."""
    ours = {*sys.stdlib_module_names, *COUNTS_ON}
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                names = [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            yield from {name.partition(".")[0] for name in names} - ours


@pytest.mark.parametrize("folder", COUNTS_ON)
def test_every_import_is_declared(folder):
    declared = {re.match(r"[\w-]+", line)[0].lower() for line in PROJECT["dependencies"]}
    declared = declared.union(*map(brought, COUNTS_ON[folder]))
    known = packages_distributions()
    strays = {
        name
        for name in set(imported(folder)) - NOT_OURS
        if not {d.lower().replace("_", "-") for d in known.get(name, [name])} & declared
    }
    assert not strays


# Of the standard library, what Windows lacks.
ONLY_POSIX = set("fcntl grp posix pty pwd readline resource syslog termios tty".split())
for of, names in {
    "os": "chown fork forkpty getegid geteuid getgid getloadavg getpgid getuid killpg mkfifo nice "
    "O_NOFOLLOW O_NONBLOCK O_PATH pathconf sched_getaffinity setsid setuid statvfs sysconf uname "
    "wait4 WNOHANG",
    "signal": "alarm pthread_kill setitimer SIGALRM SIGKILL SIGUSR1",
}.items():
    ONLY_POSIX |= {f"{of}.{name}" for name in names.split()}


def only_posix(tree):
    """Where a file needs what Windows lacks; an import inside a function waits until it is used."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = {f"{node.value.id}.{node.attr}"}
        elif isinstance(node, ast.Import) and not node.col_offset:
            found = {alias.name for alias in node.names}
        else:
            found = {node.module} if isinstance(node, ast.ImportFrom) else set()
        yield from found & ONLY_POSIX


@pytest.mark.parametrize("folder", ["dreamkit", "recipes", "tools"])
def test_what_students_import_is_on_windows_too(folder):
    for path in (ROOT / folder).rglob("*.py"):
        assert not set(only_posix(ast.parse(path.read_text(encoding="utf-8")))), path


def test_what_windows_lacks_would_be_seen():
    code = "import resource\nfrom pwd import getpwnam\nos.getuid()\ndef f():\n    import fcntl"
    assert set(only_posix(ast.parse(code))) == {"resource", "pwd", "os.getuid"}


def code_of(path, text):
    """The code of a Python file or of a notebook's cells, without IPython's commands."""
    cells = json.loads(text)["cells"] if path.suffix == ".ipynb" else [{"source": [text]}]
    for cell in (cell for cell in cells if cell.get("cell_type") != "markdown"):
        yield re.sub(r"(?m)^(\s*)[%!].*", r"\1pass", "".join(cell["source"]))


def test_texts_are_read_and_written_as_utf8():
    """As ruff's PLW1514 wants it, and where it can't tell that something is a path."""
    for path, text in texts():
        for code in code_of(path, text) if path.suffix in (".py", ".ipynb") else ():
            calls = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
            for call in calls if "_text(" in code else ():
                if getattr(call.func, "attr", "") in ("read_text", "write_text"):
                    said = ast.unparse(call)
                    assert "encoding=" in said or "'utf-8'" in said, f"{path}: {said}"


def test_no_file_has_a_name_that_windows_refuses_or_mixes_up():
    names = [path.relative_to(ROOT) for path, _ in texts()]
    assert all(portable(part) == part for path in names for part in path.parts)
    assert len({str(path).casefold() for path in names}) == len(names)


def test_python_has_an_upper_bound_and_classifiers_name_each_version():
    assert "4.0" not in SPAN
    said = [re.search(r"Python :: (3\.\d+)$", line) for line in PROJECT["classifiers"]]
    assert [found[1] for found in said if found] == MINORS


def test_readme_and_makefile_name_the_same_versions():
    words = f"{', '.join(MINORS[:-1])} or {MINORS[-1]}"
    for name in ("README.md", "Makefile"):
        assert f"Python {words}" in (ROOT / name).read_text(encoding="utf-8")


# How it is started ------------------------------------------------------------------------------


def commands(text):
    """Each ``uv run`` of a text: its extras, and what it runs."""
    for line in re.findall(r"(?m)^\W*(?:run: )?uv run (.+)$", text):
        extras = re.findall(r"--extra (\w+)", line)
        yield set(extras), re.sub(r"--extra \w+ ?", "", line).split()


def test_each_line_with_uv_names_extras_and_files_that_are_there():
    readme = list(commands((ROOT / "README.md").read_text(encoding="utf-8")))
    workflow = list(commands((ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")))
    assert [len(readme), len(workflow)] == [2, 1] and workflow[0] == readme[1]
    (lessons, lab), (tests, quick) = readme
    assert lab[:2] == ["jupyter", "lab"] and (ROOT / lab[2]).is_file()
    assert quick == ["python", "-m", "tools.quick"] and (ROOT / "tools/quick.py").is_file()
    assert lessons <= tests <= set(EXTRAS) and {"test", "coursework"} <= tests
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert {*re.search(r'editable "\.\[([\w,]+)\]"', makefile)[1].split(",")} == tests


def test_the_workflow_reads_only_ends_by_itself_and_runs_what_is_there():
    path = ROOT / ".github" / "workflows" / "test.yml"
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["cancel-in-progress"] is True
    linux, laptops = (workflow["jobs"][name] for name in ("linux", "laptops"))
    assert all(job["timeout-minutes"] <= 120 for job in (linux, laptops))
    assert [step["run"] for step in linux["steps"] if "run" in step] == [".ci/run"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert laptops["strategy"]["fail-fast"] is False
    assert set(laptops["strategy"]["matrix"]["python"]) <= set(MINORS)
    used = [step["uses"] for job in (linux, laptops) for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", action) for action in used)


@pytest.mark.parametrize(
    ("asked", "status", "ran"),
    [
        ([], 0, ["ruff", "ruff", "mypy", "pytest"]),
        (["lint"], 0, ["ruff", "ruff", "mypy"]),
        ([], 2, ["ruff"]),
    ],
)
def test_quick_stops_at_the_first_that_fails(monkeypatch, asked, status, ran):
    called = []
    monkeypatch.setattr(quick.subprocess, "call", lambda words: called.append(words) or status)
    assert quick.main(asked) == status
    assert [words[:2] for words in called] == [[sys.executable, "-m"]] * len(ran)
    assert [words[2] for words in called] == ran
    if ran[-1] == "pytest":
        assert "not slow" in called[-1]


MAKE = shutil.which("make")


def asked_of_make(folder, *programs):
    """What ``make lab`` would do where only these programs are."""
    (here := folder / "bin").mkdir()
    for name, script in {"sh": None, "id": None, **dict(programs)}.items():
        if script is None:
            (here / name).symlink_to(shutil.which(name))
        else:
            (here / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            (here / name).chmod(0o755)
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    environment = {"PATH": str(here)}
    said = subprocess.run(
        [MAKE, "-n", "lab"], cwd=folder, env=environment, capture_output=True, encoding="utf-8"
    )
    return said.stdout + said.stderr


SUITS = ("python3", f'exec "{sys.executable}" "$@"')
TOO_NEW = ("python3", 'case "$2" in *version_info*) exit 1;; *) echo 1;; esac')
NO_VENV = ("python3", "exit 1")
UV = ("uv", "")


@pytest.mark.skipif(os.name == "nt" or not MAKE, reason="needs make and a shell")
@pytest.mark.parametrize(
    ("there", "makes", "installs"),
    [
        ([SUITS], "/bin/python3 -m venv .venv\n", ".venv/bin/python -m pip install"),
        ([SUITS, UV], "--python {}/bin/python3 .venv\n", "/bin/uv pip install --python .venv/"),
        ([TOO_NEW, UV], "/bin/uv venv --quiet --seed --allow-existing  .venv\n", "/bin/uv pip"),
        ([TOO_NEW], ".venv-uv/bin/uv venv --quiet", ".venv-uv/bin/uv pip install"),
        ([UV], "/bin/uv venv --quiet --seed", "/bin/uv pip install"),
    ],
)
def test_make_sets_up_with_what_is_there(tmp_path, there, makes, installs):
    said = asked_of_make(tmp_path, *there)
    assert makes.format(tmp_path) in said and installs in said
    assert ("pip install --quiet uv" in said) == (there == [TOO_NEW])


@pytest.mark.skipif(os.name == "nt" or not MAKE, reason="needs make and a shell")
@pytest.mark.parametrize("there", [[], [NO_VENV]])
def test_make_says_what_it_needs_where_nothing_can_bring_it(tmp_path, there):
    said = asked_of_make(tmp_path, *there)
    assert "Python 3.11, 3.12 or 3.13 with its venv module is needed" in said
    assert "apt install python3-venv" in said and "uv" in said


def test_what_uv_chose_is_not_committed():
    """It names the host of the packages."""
    assert "/uv.lock" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert not [path for path, _ in texts() if path.name == "uv.lock"]
