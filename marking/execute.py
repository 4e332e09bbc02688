"""How nbgrader runs a submission here: the student's cells in one process, the tests in another.

A step of nbgrader's autograding, named in ``assignments/nbgrader_config.py`` in place of its own,
which runs tests in the student's kernel. There a submission may change what a test calls, look at
it in memory, or stop it from running. Here the tests run with this process's own NumPy and its own
``dreamkit.check``, as nbgrader's gradebook has them, and call the student's functions from afar.
"""

from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float, Integer

from .run import run_submission

Cells = tuple[tuple[str, bool], ...]  # as ``run_submission`` takes them


class Ran(NamedTuple):
    """What a worker has run already: the cells, and the outputs of each."""

    cells: Cells
    outputs: list[list[NotebookNode]]


class AutogradeRan(Autograde):
    """nbgrader's autograding, which hands its steps what was run already."""

    ran: Ran | None = None

    def init_single_notebook_resources(self, notebook_filename: str) -> dict[str, Any]:
        """What nbgrader's steps are told about a notebook."""
        resources = super().init_single_notebook_resources(notebook_filename)
        resources["nbgrader"]["ran"] = self.ran
        return resources


class ExecuteApart(NbGraderPreprocessor):
    """Run the student's cells apart from the tests."""

    seconds = Float(
        10, help="Limit on a cell's time of the processor, and on that of a task's tests."
    ).tag(config=True)
    megabytes = Integer(2048, help="Limit on the memory of the student's process.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Run every code cell, with its outputs in place of those it came with."""
        told = resources["nbgrader"]
        with Gradebook(told["db_url"]) as gradebook:
            tests = tests_of(gradebook, told["assignment"], told["notebook"])
        ran, cells = told.get("ran"), cells_of(nb, tests)
        if ran is None or ran.cells != cells:  # nbgrader alone, or it put other cells back
            ran = Ran(cells, run_submission(cells, self.seconds, self.megabytes))
        code = (cell for cell in nb.cells if cell.cell_type == "code")
        for number, cell in enumerate(code):
            cell.source, _ = cells[number]
            cell.outputs, cell.execution_count = ran.outputs[number], number + 1
        return nb, resources


def tests_of(gradebook: Gradebook, assignment: str, notebook: str) -> dict[str, str]:
    """The sources of a notebook's tests, by the names of their cells, as the gradebook has them."""
    noted = gradebook.find_notebook(notebook, assignment)
    graded = {cell.name for cell in noted.grade_cells}
    return {
        cell.name: cell.source
        for cell in noted.source_cells
        if cell.locked
        and cell.cell_type == "code"
        # The summary of what is done belongs to the checks, helpers to the student's cells.
        and (cell.name in graded or "dk.check" in cell.source)
    }


def cells_of(notebook: NotebookNode, tests: dict[str, Any]) -> Cells:
    """The code cells of a notebook: the source of each, and whether it holds tests."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in code]
    return tuple(
        (tests.get(name, cell.source), name in tests)
        for name, cell in zip(names, code, strict=True)
    )
