"""Run a submission: the student's cells in a sandbox, the tests in this process.

What comes in and goes out is plain data, and nothing is kept: any worker, on any machine, may run
a submission, and run it again when another was killed over it.
"""

import ast
import builtins
import contextlib
import io
import re
import sys
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_output

import dreamkit.check  # noqa: F401  (tests ask it)
from dreamkit.check.report import NotYet
from dreamkit.check.task import DONE

from .sandbox.process import Cut, Sandbox

RED, PLAIN = "\x1b[0;31m", "\x1b[0m"
NAMES = re.compile(r"^(?:(?:async +)?def +|class +)(\w+)|^(\w+) *(?::.*)?=(?!=)", re.MULTILINE)
PASS_ON = ("%%time", "%%capture", "%%prun")  # magics that run a cell as if they were not there
FORGETS = re.compile(r"^[ \t]*(%(?:reset|reset_selective|xdel)\b)", re.MULTILINE)
ALONE = threading.Lock()  # what is printed and what is done belong to one submission at a time


def run_submission(
    cells: Sequence[tuple[str, bool]], seconds: float, megabytes: int
) -> list[list[NotebookNode]]:
    """Run the code cells of a notebook, each its source and whether it holds tests.

    Returns the outputs of each cell; an error among them is told in a sentence.
    """
    outputs = []
    failed: dict[str, str] = {}  # names that a cell was to define: why they may not be there
    with ALONE, DONE.afresh(), Sandbox(seconds, megabytes) as sandbox:
        for source, is_test in cells:
            if is_test:
                outputs.append(run_tests(source, sandbox, failed))
                continue
            outputs.append(run_cell(source, sandbox))
            for magic in FORGETS.findall(source):
                failed |= dict.fromkeys(failed, f"{magic} in a cell below takes it away.")
            names = (defined or assigned for defined, assigned in NAMES.findall(source))
            failed |= dict.fromkeys(names, _why_not(source, outputs[-1]))
    return outputs


def _why_not(source: str, outputs: Sequence[NotebookNode]) -> str:
    """Why a name that a cell defines may not be there after it."""
    first = (line.split()[0] for line in source.splitlines() if line.strip())
    over = next((word for word in first if word not in PASS_ON), "")
    if over.startswith("%%"):
        return f"the cell begins with {over}, so what it defines is not kept. Delete that line."
    if outputs and outputs[-1].output_type == "error":
        return _sentence(outputs[-1].ename, outputs[-1].evalue)
    return "a cell defines it, but it is gone after that."


def run_cell(source: str, sandbox: Sandbox) -> list[NotebookNode]:
    """Run a cell of the student's; return its outputs."""
    try:
        reply = sandbox.run(source)
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


def run_tests(source: str, sandbox: Sandbox, failed: dict[str, str]) -> list[NotebookNode]:
    """Run the tests of one task; return their outputs, an error among them if one failed."""
    namespace: dict[str, Any] = {"np": np, "dk": sys.modules["dreamkit"]}
    printed, outputs = io.StringIO(), []
    try:
        sandbox.start_clock()
        for name in sorted(_asked_for(source) - set(namespace)):
            try:
                namespace[name] = sandbox.value(name)
            except KeyError:
                why = failed.get(name, "no cell defines it.")
                raise NotYet(f"✗ {name} is not there: {why}") from None
        with contextlib.redirect_stdout(printed):
            exec(compile(source, "<tests>", "exec"), namespace)
    except (NotYet, Cut) as hint:
        outputs.append(_error("NotYet", str(hint)))
    except AssertionError:
        text = "The check above is passed, but the answer is wrong in another case than its own."
        outputs.append(_error("NotYet", text))
    except Exception as error:
        outputs.append(_error("NotYet", _sentence(type(error).__name__, str(error))))
    if printed.getvalue():
        outputs.insert(0, new_output("stream", name="stdout", text=printed.getvalue()))
    return outputs


def _sentence(kind: str, text: str) -> str:
    said = text.strip().partition("\n")[0][:300]
    return said if kind == "Cut" else f"the code ended in {kind}" + (f": {said}" if said else ".")


def _asked_for(source: str) -> set[str]:
    """The names that a test reads and does not make itself."""
    nodes = list(ast.walk(ast.parse(source)))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    made = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    made |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    made |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    return {node.id for node in names} - made - set(vars(builtins))


def _error(name: str, text: str, traceback: str = "") -> NotebookNode:
    if name == "NotYet":
        lines = [f"{RED}{text}{PLAIN}"]
    else:
        lines = traceback.split("\n") if traceback else [f"{RED}{name}{PLAIN}: {text}"]
    return new_output("error", ename=name, evalue=text, traceback=lines)
