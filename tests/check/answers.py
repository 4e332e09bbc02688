"""Answers to the tasks of an assignment: the solutions, others that are right, and mistakes."""

import re
from pathlib import Path

import numpy as np
import pytest

import dreamkit as dk
from dreamkit.check.notebook import RELEASE
from dreamkit.check.report import NotYet
from dreamkit.check.task import DONE, TASKS
from marking.submissions import Assignment, Snippet, snippets

ROOT = Path(__file__).parent.parent.parent
FILES = sorted((ROOT / "tests" / "marking" / "submissions").glob("[0-9]*.py"))


def right(assignment):
    """The solution of each task, and other right answers."""
    solutions = Assignment(ROOT / "assignments", RELEASE, assignment).solutions
    found = [Snippet(task, "other", "the solution", solutions[task]) for task in TASKS[assignment]]
    return [*found, *_of_kind(assignment, "other")]


def wrong(assignment):
    """Answers with one mistake each."""
    return _of_kind(assignment, "mutant")


def _of_kind(assignment, kind):
    (file,) = (file for file in FILES if file.stem == assignment)
    return [snippet for snippet in snippets(file) if snippet.kind == kind]


def title(snippet):
    return f"{snippet.task} {snippet.about}"


def function(snippet):
    """The function that a piece of Python defines, as in a notebook."""
    namespace = {"np": np, "enlarge": lambda p: np.kron(p, np.ones((2, 2)))}
    exec(snippet.source, namespace)
    return namespace[snippet.task]


def passes(snippet, capsys):
    """Whether the check says in a sentence that the answer is right, and notes it."""
    getattr(dk.check, snippet.task)(function(snippet))
    said = capsys.readouterr().out
    return bool(re.fullmatch(rf"✓ {snippet.task}: \S.*\.\n", said)) and snippet.task in DONE


def gets_a_hint(snippet):
    """Whether the check ends in a hint that is no code, or in the error of the answer's own."""
    with np.errstate(all="ignore"), pytest.raises(Exception) as caught:
        getattr(dk.check, snippet.task)(function(snippet))
    if snippet.task in DONE:
        return False
    if not isinstance(caught.value, NotYet):
        return True
    said, begin = str(caught.value), f"✗ {snippet.task}: "
    is_code = re.search(r"np\.|lambda|return |\*\*|@", said)
    return said.startswith(begin) and len(said) > len(begin) + 11 and not is_code
