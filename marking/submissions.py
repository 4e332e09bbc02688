"""Submissions whose points are known beforehand.

For every assignment the reference solution, the untouched student version, other right answers,
*mutants* with one mistake each, a file as Colab writes it, answers that never end or take all the
memory, and cheats. Other answers, mutants and cheats are read from files of Python:

    # %% TASK | other: how it differs
    def TASK(...): ...

    # %% TASK | mutant: what is wrong
    def TASK(...): ...

A cheat is a cell of its own: ``# %% cheat: what it tries``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from dreamkit.check.notebook import is_test, marks

HEADER = re.compile(r"^# %% (?:(?P<task>\w+) \| )?(?P<kind>\w+): (?P<about>.+)$", re.MULTILINE)
ENDLESS = "while True:\n        pass"
HOG = "hog = []\n    while True:\n        hog.append(bytearray(10_000_000))"


@dataclass(frozen=True)
class Snippet:
    """A piece of Python from a file of answers."""

    task: str
    kind: str
    about: str
    source: str


@dataclass(frozen=True)
class Submission:
    """A notebook, and the tasks that it must lose, all of their points and no others."""

    assignment: str
    title: str
    notebook: NotebookNode
    fails: frozenset[str]


def snippets(path: Path) -> list[Snippet]:
    """The pieces of a file of answers; what is above the first is not used."""
    text = path.read_text(encoding="utf-8")
    heads = list(HEADER.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return [
        Snippet(head["task"] or "", head["kind"], head["about"], text[head.end() : end].strip())
        for head, end in zip(heads, ends, strict=True)
    ]


class Assignment:
    """An assignment's source, its student version and its answers."""

    def __init__(self, course: Path, release: Path, name: str) -> None:
        self.name = name
        self.source = nbformat.read(course / "source" / name / f"{name}.ipynb", as_version=4)
        self.student = nbformat.read(release / name / f"{name}.ipynb", as_version=4)
        tests = [marks(cell) for cell in self.source.cells if is_test(cell)]
        self.points = {mark["grade_id"].removeprefix("test-"): mark["points"] for mark in tests}
        solutions = [cell for cell in self.source.cells if marks(cell).get("solution")]
        self.solutions = {marks(cell)["grade_id"]: cell.source for cell in solutions}

    def filled(self, answers: dict[str, str], *first: str) -> NotebookNode:
        """The student version with answers in its cells, and cells of the student's own first."""
        notebook = nbformat.from_dict(self.student)
        for cell in notebook.cells:
            if marks(cell).get("solution"):
                cell.source = answers.get(marks(cell)["grade_id"], cell.source)
        added = [new_code_cell(source, id=f"own-{n}") for n, source in enumerate(first)]
        notebook.cells = added + notebook.cells
        return notebook

    def submissions(self, answers: list[Snippet], cheats: list[Snippet]) -> Iterator[Submission]:
        """All submissions, with what each must lose."""
        every, nothing = frozenset(self.points), frozenset[str]()

        def one(title: str, notebook: NotebookNode, fails: frozenset[str]) -> Submission:
            return Submission(self.name, title, notebook, fails)

        yield one("reference", self.filled(self.solutions), nothing)
        yield one("untouched", self.filled({}), every)
        others: dict[str, list[Snippet]] = {task: [] for task in self.points}
        for snippet in answers:
            if snippet.kind == "other":
                others[snippet.task].append(snippet)
        for number in range(max(map(len, others.values()))):
            chosen = {task: found[number % len(found)].source for task, found in others.items()}
            yield one(f"other answers {number + 1}", self.filled(self.solutions | chosen), nothing)
        for snippet in answers:
            if snippet.kind == "mutant":
                notebook = self.filled(self.solutions | {snippet.task: snippet.source})
                title = f"{snippet.task}: {snippet.about}"
                yield one(title, notebook, frozenset([snippet.task]))
        reference = self.filled(self.solutions)
        yield one("from Colab", as_colab_writes(reference), nothing)
        yield one("from Colab, marks lost", as_colab_writes(reference, marks_kept=False), nothing)
        task = list(self.points)[1]
        for title, body in (("never ends", ENDLESS), ("takes all memory", HOG)):
            called = f"def {task}(*arguments):\n    {body}"
            at_once = f"if True:\n    {body}"
            for when, source in (("when called", called), ("at once", at_once)):
                notebook = self.filled(self.solutions | {task: source})
                yield one(f"{task} {title} {when}", notebook, frozenset([task]))
        wrong = {task: f"def {task}(*arguments):\n    return 0.0" for task in self.points}
        for cheat in cheats:
            yield one(f"cheat: {cheat.about}", self.filled(wrong, cheat.source), every)


def as_colab_writes(notebook: NotebookNode, marks_kept: bool = True) -> NotebookNode:
    """A notebook in Colab's shape: format 4.0, no ids of cells, metadata of its own."""
    colab = nbformat.from_dict(notebook)
    colab.nbformat_minor = 0
    colab.metadata = nbformat.from_dict(
        {
            "colab": {"provenance": [], "toc_visible": True},
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python"},
        }
    )
    for number, cell in enumerate(colab.cells):
        del cell["id"]
        kept = {"nbgrader": cell.metadata.nbgrader} if marks_kept and marks(cell) else {}
        cell.metadata = nbformat.from_dict({"id": f"aBcDeFgHiJ{number:02}", **kept})
    return colab


def all_submissions(course: Path, release: Path, answers: Path) -> Iterator[Submission]:
    """The submissions of all assignments; cheats are tried on the first."""
    files = {path.stem: snippets(path) for path in sorted(answers.glob("[0-9]*.py"))}
    cheats = snippets(answers / "cheats.py")
    for name, found in files.items():
        yield from Assignment(course, release, name).submissions(found, cheats)
        cheats = []
