"""What is stored in the lessons: run from top to bottom, light, and readable without eyes."""

import re
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
LESSONS = sorted(FOLDER.glob("*.ipynb"))

# A path that starts at the root of somebody's machine; `/` after a letter or `:` is an address.
ABSOLUTE = re.compile(r"(?<![\w.:/~-])(?:/(?:home|root|Users|tmp|var|opt|mnt)/|[A-Z]:\\)")
MARKDOWN_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(")
HTML_PICTURE = re.compile(r"<(?:img|video)\b[^>]*>", re.IGNORECASE)
HTML_ALT = re.compile(r"\b(?:alt|aria-label)\s*=\s*([\"'])\s*[^\"'\s]", re.IGNORECASE)


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    notebook = nbformat.read(request.param, as_version=4)
    nbformat.validate(notebook)
    return notebook


def outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def texts(notebook):
    """All that is written in a notebook: sources, printed lines and textual results."""
    for cell in notebook.cells:
        yield cell.source
    for output in outputs(notebook):
        yield output.get("text", "")
        for kind in ("text/plain", "text/markdown", "text/html"):
            yield output.get("data", {}).get(kind, "")


def test_lessons_are_numbered_without_gaps():
    assert LESSONS
    assert [path.name[:3] for path in LESSONS] == [f"{n:02}_" for n in range(len(LESSONS))]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_at_most_two_megabytes(path):
    assert path.stat().st_size <= 2_000_000


def test_cells_ran_once_from_top_to_bottom(lesson):
    code = [cell for cell in lesson.cells if cell.cell_type == "code" and cell.source.strip()]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def test_no_cell_failed(lesson):
    assert not [output.evalue for output in outputs(lesson) if output.output_type == "error"]


def test_the_kernel_is_python3(lesson):
    assert lesson.metadata.kernelspec.name == "python3"


def test_no_path_of_one_machine(lesson):
    assert not [text for text in texts(lesson) if ABSOLUTE.search(text)]


def test_pictures_in_the_text_have_alt_text(lesson):
    written = "\n".join(texts(lesson))
    pictures = [match["alt"].strip() for match in MARKDOWN_PICTURE.finditer(written)]
    assert all(pictures)
    assert not [tag for tag in HTML_PICTURE.findall(written) if not HTML_ALT.search(tag)]


def test_pictures_in_the_outputs_have_alt_text(lesson):
    for output in outputs(lesson):
        for kind in output.get("data", {}):
            if kind.startswith("image/"):
                assert output.metadata.get(kind, output.metadata).get("alt", "").strip()
