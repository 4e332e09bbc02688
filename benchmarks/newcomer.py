"""The newcomer's clock: seconds to the first picture, and each lesson's time and memory.

``python -m benchmarks.newcomer`` prints the table, keeps the numbers in ``benchmarks/results`` and
puts the table on the page of benchmarks. It needs Chromium, and nothing else that runs beside it.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbclient import NotebookClient

from tools import lab
from tools.links import NOTEBOOKS, ROOT, START
from tools.measure import keep, peak, publish


def first_picture() -> tuple[float, float]:
    """Seconds from ``make lab`` until lesson 00 has drawn its first dream, and the server's MB."""
    cells = nbformat.read(ROOT / START, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    drawn = next(n for n, cell in enumerate(code) if "<img" in str(cell.outputs))
    with tempfile.TemporaryDirectory() as home, lab.browser() as browser:
        page = browser.new_page()
        started = time.perf_counter()
        with lab.server(ROOT, Path(home), ["make", "lab"]) as (address, pid):
            lab.open_lesson(page, address, ROOT / START)
            lab.run_all(page, until=drawn)
            seconds = time.perf_counter() - started
            (jupyterlab,) = psutil.Process(pid).children()  # of make
            return seconds, peak(jupyterlab.pid)


def lesson(path: Path) -> tuple[float, float]:
    """Seconds and the kernel's peak MB of a lesson, from top to bottom in a new kernel."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(NOTEBOOKS, Path(folder) / "notebooks")
        where = {"metadata": {"path": Path(folder) / "notebooks"}}
        client = NotebookClient(nbformat.read(path, as_version=4), timeout=300, resources=where)
        started = time.perf_counter()
        with client.setup_kernel():
            client.execute(cleanup_kc=False)
            kernel: Any = client.km
            return time.perf_counter() - started, peak(kernel.provisioner.pid)


def table(results: dict[str, Any]) -> str:
    """Markdown."""
    lines = ["| lesson | from top to bottom | peak memory |", "|---|---|---|"]
    for name, (seconds, memory) in results["lessons"].items():
        lines.append(f"| {name} | {seconds:.0f} s | {memory / 1000:.2f} GB |")
    most = max(memory for _, memory in results["lessons"].values()) + results["server"]
    return "\n".join(
        [
            f"From `make lab` to the first picture: **{results['first_picture']:.0f} seconds**, "
            "once it is installed. JupyterLab takes "
            f"{results['server'] / 1000:.2f} GB, with its hungriest lesson {most / 1000:.2f} GB.",
            "",
            *lines,
            "",
            f"{results['machine']}, {results['date']}.",
        ]
    )


def main() -> None:
    """Measure, print, keep, and put it on the page."""
    seconds, memory = first_picture()
    lessons = {path.stem: lesson(path) for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    results = keep("newcomer", {"first_picture": seconds, "server": memory, "lessons": lessons})
    print(table(results))
    publish("newcomer", table(results))


if __name__ == "__main__":
    os.environ.pop("DREAMKIT_DATA", None)
    main()
