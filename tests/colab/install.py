"""Run a lesson's first cell as Colab would, and see that nothing that was there changes.

The package comes from this checkout in place of the published repository.
"""

import sys
from importlib.metadata import distributions
from pathlib import Path
from types import ModuleType

import nbformat
from IPython.core.interactiveshell import InteractiveShell

ROOT = Path(__file__).parent.parent.parent


def installed():
    return {found.name.lower(): found.version for found in distributions()}


def first_cell():
    notebook = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.id == "colab")
    _, address = cell.source.split("@ git+")
    return cell.source.replace(f"git+{address}", f'{ROOT.as_uri()}"')


sys.modules["google.colab"] = ModuleType("google.colab")
before = installed()
InteractiveShell.instance().run_cell(first_cell()).raise_error()
after = installed()
changed = {name: (old, after.get(name)) for name, old in before.items() if after.get(name) != old}
if changed:
    raise SystemExit(f"The first cell changed what Colab has: {changed}")
if "dreaming-networks" not in after:
    raise SystemExit("The first cell did not install the package.")
print("The first cell added", ", ".join(sorted(set(after) - set(before))), "and changed nothing.")
