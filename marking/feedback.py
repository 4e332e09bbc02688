"""What a student gets back: each task by its name, why it has no points, and no hidden tests."""

import re
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets import default

from dreamkit.check.notebook import is_test

ELSEWHERE = re.compile(r"<(script|link)\b[^>]*\b(?:src|href)=\"?(?:https?:)?//[^>]*>(?:\s*</\1>)?")


class Feedback(HTMLExporter):
    """nbgrader's page, without hidden tests and without what comes from other hosts."""

    @default("template_name")
    def _template_name_default(self) -> str:
        return "feedback"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page, and nbconvert's resources."""
        shown = nbformat.from_dict(nb)
        for cell in filter(is_test, shown.cells):
            cell.source = cell.source.partition("### BEGIN HIDDEN TESTS")[0].rstrip()
        page, resources = super().from_notebook_node(shown, resources, **more)
        page = ELSEWHERE.sub("", page).replace("Grade cell: <code>test-", "Task: <code>")
        return re.sub(r'(href="#test-(\w+)">)Test cell<', r"\1\2<", page), resources
