"""How nbgrader runs a submission here: the student's cells in one process, the tests in another.

A step of nbgrader's autograding, named in ``assignments/nbgrader_config.py`` in place of its own,
which runs tests in the student's kernel. There a submission may change what a test calls, look at
it in memory, or stop it from running. Here the tests run with this process's own NumPy and its own
``dreamkit.check``, as nbgrader's gradebook has them, and call the student's functions from afar.
"""

import ast
import builtins
import contextlib
import io
import sys
from typing import Any

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float, Integer

from ..check.report import DONE
from .apart import Cut, Student

RED, PLAIN = "\x1b[0;31m", "\x1b[0m"


class ExecuteApart(NbGraderPreprocessor):
    """Run the student's cells apart from the tests."""

    seconds = Float(10, help="Limit on a cell's time, and on that of a task's tests.").tag(
        config=True
    )
    megabytes = Integer(2048, help="Limit on the memory of the student's process.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Run every code cell, with its outputs in place of those it came with."""
        tests = _tests(resources["nbgrader"])
        DONE.clear()
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        with Student(self.seconds, self.megabytes) as student:
            for number, cell in enumerate(code, 1):
                cell.execution_count = number
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                if name in tests:
                    cell.source = tests[name]
                    cell.outputs = run_tests(cell.source, student)
                else:
                    cell.outputs = run_cell(cell.source, student)
        return nb, resources


def _tests(names: dict[str, str]) -> dict[str, str]:
    """The sources of a notebook's tests, by the names of their cells, as the gradebook has them."""
    with Gradebook(names["db_url"]) as gradebook:
        notebook = gradebook.find_notebook(names["notebook"], names["assignment"])
        graded = {cell.name for cell in notebook.grade_cells}
        return {
            cell.name: cell.source
            for cell in notebook.source_cells
            if cell.locked
            and cell.cell_type == "code"
            # The summary of what is done belongs to the checks, helpers to the student's cells.
            and (cell.name in graded or "dk.check" in cell.source)
        }


def run_cell(source: str, student: Student) -> list[NotebookNode]:
    """Run a cell of the student's; return its outputs."""
    try:
        reply = student.run(source)
    except Cut as cut:
        return [_error("Cut", str(cut))]
    outputs = []
    for part in reply.get("outputs", []):
        if part.get("text"):
            name = "stderr" if part.get("error") else "stdout"
            outputs.append(new_output("stream", name=name, text=str(part["text"])))
        elif part.get("data"):
            data = {str(kind): str(value) for kind, value in part["data"].items()}
            outputs.append(new_output("display_data", data=data))
    if "error" in reply:
        traceback = str(reply.get("traceback", ""))
        outputs.append(_error(str(reply["error"]), str(reply.get("text")), traceback))
    return outputs


def run_tests(source: str, student: Student) -> list[NotebookNode]:
    """Run the tests of one task; return their outputs, an error among them if one failed."""
    namespace: dict[str, Any] = {"np": np, "dk": sys.modules["dreamkit"]}
    printed, outputs = io.StringIO(), []
    try:
        student.start_clock()
        for name in sorted(_asked_for(source) - set(namespace)):
            with contextlib.suppress(KeyError):  # Python says then that it is not defined
                namespace[name] = student.value(name)
        with contextlib.redirect_stdout(printed):
            exec(compile(source, "<tests>", "exec"), namespace)
    except Exception as error:
        outputs.append(_error(type(error).__name__, str(error)))
    if printed.getvalue():
        outputs.insert(0, new_output("stream", name="stdout", text=printed.getvalue()))
    return outputs


def _asked_for(source: str) -> set[str]:
    """The names that a test reads and does not make itself."""
    names = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    made = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    made |= {node.arg for node in ast.walk(ast.parse(source)) if isinstance(node, ast.arg)}
    return {node.id for node in names} - made - set(vars(builtins))


def _error(name: str, text: str, traceback: str = "") -> NotebookNode:
    lines = traceback.split("\n") if traceback else [f"{RED}{name}{PLAIN}: {text}"]
    return new_output("error", ename=name, evalue=text, traceback=lines)
