"""Run every lesson from top to bottom and store what it shows.

``make notebooks`` is ``python -m tools.lessons notebooks``. A lesson that fails, or prints on red
more than TensorFlow's start-up notices, which are not stored, is left as it was. Of a widget, which
would be dead, its still is stored.
"""

import argparse
import os
import re
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

WIDGET = "application/vnd.jupyter.widget-view+json"
NOTICE = re.compile(r"(?:WARNING: All log messages before absl|[IWE]0000 |To enable the).*\n")


def run(path: Path) -> float:
    """Execute one notebook in place; return the seconds it took."""
    started = time.perf_counter()
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": path.parent}}
    how: dict[str, Any] = {"timeout": 300, "record_timing": False, "coalesce_streams": True}
    NotebookClient(notebook, resources=where, **how).execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            red = [o for o in cell.outputs if o.get("name") == "stderr"]
            if said := "".join(NOTICE.sub("", output.text) for output in red).strip():
                raise SystemExit(f"{path.name} prints on red, on stderr: {said}")
            cell.outputs = [o for o in cell.outputs if o not in red and not _bare(o)]
            for output in cell.outputs:
                data = output.get("data", {})
                data.pop(WIDGET, None)
                if "<iframe" in data.get("text/html", ""):
                    data["text/plain"] = "(A frame, shown while the lesson runs.)"
                    data["text/html"] = f"<p>{data['text/plain']}</p>"
    nbformat.write(notebook, path)
    return time.perf_counter() - started


def _bare(output: nbformat.NotebookNode) -> bool:
    """Whether an output is a widget without a still, such as a progress bar."""
    data = output.get("data", {})
    return WIDGET in data and "text/html" not in data


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="a folder of lessons, or one of them")
    for name in ("DREAMKIT_DATA", "DREAMKIT_HOME"):  # run as on a learner's new machine
        os.environ.pop(name, None)
    path = parser.parse_args().path
    for lesson in sorted(path.glob("*.ipynb")) if path.is_dir() else [path]:
        print(f"{lesson.name}: {run(lesson):.0f} s", flush=True)
