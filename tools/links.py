"""Write the repository's address wherever it is needed: ``make links``.

The address and the branch stand in ``pyproject.toml`` and nowhere else by hand. From them come the
badges and the first cell of every lesson and assignment, the badges of the README, and how to cite.
"""

import re
import tomllib
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import nbformat

from dreamkit.missing import DISTRIBUTION

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "notebooks"
ASSIGNMENTS = ROOT / "assignments" / "source"
RELEASE = "assignments/release"
START = "notebooks/00_start_here.ipynb"

ON_COLAB = """\
# On Colab this installs what the lesson needs; elsewhere it does nothing.
import sys

if "google.colab" in sys.modules:
    %pip install --quiet "{requirement}"\
"""


class Repository(NamedTuple):
    """Where the course is kept."""

    address: str
    branch: str

    @property
    def on_github(self) -> str:
        """``OWNER/NAME`` on GitHub, which is where Colab and Binder look; empty elsewhere."""
        found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+)", self.address)
        return found[1] if found else ""


def repository() -> Repository:
    """The address and the branch, as pyproject.toml has them."""
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    address = facts["project"]["urls"]["Repository"]
    if not re.fullmatch(r"https://[^/\s]+/\S+", address):
        raise ValueError(
            "Repository in pyproject.toml should be https://github.com/OWNER/NAME, or an address "
            f"elsewhere that begins with https://, got {address}."
        )
    address = address.rstrip("/").removesuffix(".git")
    return Repository(address, facts["tool"]["links"]["branch"])


def colab(home: Repository, path: str) -> str:
    """Where a notebook opens in Colab."""
    return f"https://colab.research.google.com/github/{home.on_github}/blob/{home.branch}/{path}"


def binder(home: Repository, path: str) -> str:
    """Where a notebook opens on Binder, in JupyterLab."""
    branch, lab = quote(home.branch, safe=""), quote(f"/lab/tree/{path}", safe="")
    return f"https://mybinder.org/v2/gh/{home.on_github}/{branch}?urlpath={lab}"


def requirement(home: Repository) -> str:
    """What pip installs on Colab: the package, and what Colab lacks."""
    return f"{DISTRIBUTION}[colab] @ git+{home.address}@{home.branch}"


def badges(home: Repository, path: str, images: str) -> str:
    """Two pictures that are links; they lie in the repository, so they show without a network."""
    if not home.on_github:
        return f"[The course's repository]({home.address})"
    return (
        f"[![Open in Colab]({images}/colab.svg)]({colab(home, path)}) "
        f"[![Launch on Binder]({images}/binder.svg)]({binder(home, path)})"
    )


def handed_out(home: Repository) -> str:
    """How students get an assignment."""
    if not home.on_github:
        return "Hand out the notebook itself."
    address = colab(home, f"{RELEASE}/01_deepdream/01_deepdream.ipynb")
    return f"Hand out the notebook itself, or its address on Colab:\n\n```\n{address}\n```"


def stamp_lesson(path: Path, home: Repository) -> str:
    """The lesson's text with its badges and its first cell as the repository wants them."""
    notebook = nbformat.read(path, as_version=4)
    made = {
        "badges": badges(home, f"notebooks/{path.name}", "images"),
        "colab": ON_COLAB.format(requirement=requirement(home)),
    }
    for cell in notebook.cells:
        if cell.id in made:
            cell.source = made.pop(cell.id)
    if made:
        raise ValueError(f"{path.name} needs cells with the ids {' and '.join(made)}.")
    return f"{nbformat.writes(notebook)}\n"


def stamp_assignment(path: Path, home: Repository) -> str:
    """An assignment's text with its first cell as the repository wants it."""
    notebook = nbformat.read(path, as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.id == "colab")
    install = ON_COLAB.format(requirement=requirement(home))
    cell.source = f"{install}\n\nimport dreamkit as dk"
    return f"{nbformat.writes(notebook)}\n"


def stamp_readme(text: str, home: Repository) -> str:
    """The README with its badges and its way to install on Colab."""
    made = {
        "badges": badges(home, START, "notebooks/images"),
        "install": f'```\npip install "{requirement(home)}"\n```',
    }
    for name, lines in made.items():
        text = replace_block(text, name, lines)
    return text


def replace_block(text: str, name: str, lines: str) -> str:
    """Put lines between ``<!-- name: how it is made -->`` and ``<!-- /name -->``."""
    block = re.compile(rf"(<!-- {name}: .* -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
    if len(block.findall(text)) != 1:
        raise ValueError(f"Expected one block from <!-- {name}: … --> to <!-- /{name} -->.")
    return block.sub(lambda found: found[1] + lines + found[2], text)


def stamped(home: Repository) -> dict[Path, str]:
    """What every file should hold that names the repository."""
    readme = ROOT / "README.md"
    texts = {path: stamp_lesson(path, home) for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    texts |= {path: stamp_assignment(path, home) for path in ASSIGNMENTS.glob("*/*.ipynb")}
    texts[readme] = stamp_readme(readme.read_text(encoding="utf-8"), home)
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    (before,) = re.findall(r"(?m)^repository-code: (\S+)$", citation)
    pages = ("CITATION.cff", "LICENSE-CONTENT.md", "docs/instructors/*.md")
    for path in (path for page in pages for path in ROOT.glob(page)):
        text = path.read_text(encoding="utf-8")
        installed = rf"git\+{re.escape(before)}(@[^\s\"]+)?"
        text = re.sub(installed, f"git+{home.address}@{home.branch}", text)
        texts[path] = text.replace(before, home.address)
    teach = ROOT / "docs" / "instructors" / "index.md"
    texts[teach] = replace_block(texts[teach], "handed out", handed_out(home))
    return texts


if __name__ == "__main__":
    try:
        texts = stamped(repository())
    except ValueError as problem:
        raise SystemExit(str(problem)) from None
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")
