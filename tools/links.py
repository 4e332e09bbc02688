"""Write the repository's address wherever it is needed: ``make links``.

The address stands in ``pyproject.toml`` and nowhere else by hand. From it come the badges and the
first cell of every lesson and assignment, the badges of the README, and how to cite.
"""

import re
import tomllib
from pathlib import Path
from urllib.parse import quote

import nbformat

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "notebooks"
ASSIGNMENTS = ROOT / "assignments" / "source"
BRANCH = "main"
START = "notebooks/00_start_here.ipynb"

ON_COLAB = """\
# On Colab this installs what the lesson needs; elsewhere it does nothing.
import sys

if "google.colab" in sys.modules:
    %pip install --quiet "{requirement}"\
"""


def repository() -> str:
    """The address, as ``[project.urls]`` in pyproject.toml has it."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["urls"]["Repository"].rstrip("/")


def owner_and_name(address: str) -> str:
    """``owner/name`` of an address on GitHub, which is where Colab and Binder look."""
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+)", address)
    if not found:
        raise ValueError(
            f"Repository in pyproject.toml should be https://github.com/OWNER/NAME, got {address}."
        )
    return found[1]


def colab(address: str, path: str) -> str:
    """Where a notebook opens in Colab."""
    return (
        f"https://colab.research.google.com/github/{owner_and_name(address)}/blob/{BRANCH}/{path}"
    )


def binder(address: str, path: str) -> str:
    """Where a notebook opens on Binder, in JupyterLab."""
    lab = quote(f"/lab/tree/{path}", safe="")
    return f"https://mybinder.org/v2/gh/{owner_and_name(address)}/{BRANCH}?urlpath={lab}"


def requirement(address: str) -> str:
    """What pip installs on Colab: the package, and what Colab lacks."""
    return f"dreamkit[colab] @ git+{address}"


def badges(address: str, path: str, images: str) -> str:
    """Two pictures that are links; they lie in the repository, so they show without a network."""
    return (
        f"[![Open in Colab]({images}/colab.svg)]({colab(address, path)}) "
        f"[![Launch on Binder]({images}/binder.svg)]({binder(address, path)})"
    )


def stamp_lesson(path: Path, address: str) -> str:
    """The lesson's text with its badges and its first cell as the address wants them."""
    notebook = nbformat.read(path, as_version=4)
    made = {
        "badges": badges(address, f"notebooks/{path.name}", "images"),
        "colab": ON_COLAB.format(requirement=requirement(address)),
    }
    for cell in notebook.cells:
        if cell.id in made:
            cell.source = made.pop(cell.id)
    if made:
        raise ValueError(f"{path.name} needs cells with the ids {' and '.join(made)}.")
    return nbformat.writes(notebook) + "\n"


def stamp_assignment(path: Path, address: str) -> str:
    """An assignment's text with its first cell as the address wants it."""
    notebook = nbformat.read(path, as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.id == "colab")
    install = ON_COLAB.format(requirement=requirement(address))
    cell.source = f"{install}\n\nimport dreamkit as dk"
    return nbformat.writes(notebook) + "\n"


def stamp_readme(text: str, address: str) -> str:
    """The README with its badges and its way to install on Colab."""
    made = {
        "badges": badges(address, START, "notebooks/images"),
        "install": f'```\npip install "{requirement(address)}"\n```',
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


def stamped(address: str) -> dict[Path, str]:
    """What every file should hold that names the repository."""
    readme = ROOT / "README.md"
    texts = {path: stamp_lesson(path, address) for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    texts |= {path: stamp_assignment(path, address) for path in ASSIGNMENTS.glob("*/*.ipynb")}
    texts[readme] = stamp_readme(readme.read_text(encoding="utf-8"), address)
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    before = re.search(r"(?m)^repository-code: (\S+)$", citation)[1]
    pages = ("CITATION.cff", "LICENSE-CONTENT.md", "docs/instructors/*.md")
    for path in (path for page in pages for path in ROOT.glob(page)):
        text = path.read_text(encoding="utf-8")
        texts[path] = text.replace(owner_and_name(before), owner_and_name(address))
    return texts


if __name__ == "__main__":
    for path, text in stamped(repository()).items():
        path.write_text(text, encoding="utf-8", newline="\n")
