"""What is stored in the lessons: run from top to bottom, light, and readable without eyes."""

import base64
import io
import itertools
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image, ImageSequence

FOLDER = Path(__file__).parent.parent / "notebooks"
LESSONS = sorted(FOLDER.glob("*.ipynb"))
ASSIGNMENTS = sorted((FOLDER.parent / "assignments").rglob("*.ipynb"))

# A path that starts at the root of somebody's machine; `/` after a letter or `:` is an address.
ABSOLUTE = re.compile(r"(?<![\w.:/~-])(?:/(?:home|root|Users|tmp|var|opt|mnt)/|[A-Z]:\\)")
MARKDOWN_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(")
HTML_PICTURE = re.compile(r"<(?:img|video)\b[^>]*>", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w.#/-])\d[\d,]*(?:\.\d+)?(?!\w)")
# What is not read as prose: code, links, headings, numbered lists, how long a lesson takes, the
# lessons' own numbers, and the sources at the end.
NO_PROSE = re.compile(
    r"```.*?```|`[^`]*`|\[[^\]]*\]\([^)]*\)|(?m:^\s*\d+\. )|(?m:^#.*$)"
    r"|\*\d+ minutes|[Ll]essons? \d\d(?:(?:–|, | and )\d\d)*|## Sources.*",
    re.DOTALL,
)
FROM_THE_ARTICLES = {"80.10"}  # reported there, with no cell that could compute it
FLASH = 0.1  # change of a picture's brightness, of full white, that WCAG 2.3.1 calls a flash

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


@pytest.mark.parametrize("path", LESSONS + ASSIGNMENTS, ids=lambda path: path.stem)
def test_no_output_warns_or_names_a_place_in_memory(path):
    shown = [str(output) for output in outputs(nbformat.read(path, as_version=4))]
    assert not [o for o in shown for noise in ("WARNING", "Warning:", " at 0x") if noise in o]


def test_five_outputs_or_more_must_come_out_the_same_on_every_machine(lesson):
    marked = [cell for cell in lesson.cells if "# NBVAL_CHECK_OUTPUT" in cell.source.splitlines()]
    assert len(marked) >= 5 and all(cell.outputs for cell in marked)


def test_the_kernel_is_python3(lesson):
    assert lesson.metadata.kernelspec.name == "python3"


def test_no_path_of_one_machine(lesson):
    here = str(FOLDER.parent.parent) + "/"
    assert not [text for text in texts(lesson) if ABSOLUTE.search(text)]
    assert here == "//" or not [text for text in texts(lesson) if here in text]


def test_no_widget_is_stored_that_would_be_dead(lesson):
    assert "widgets" not in lesson.metadata
    kinds = {kind for output in outputs(lesson) for kind in output.get("data", {})}
    assert not [kind for kind in kinds if "widget" in kind]


def test_every_explorer_keeps_a_still(lesson):
    explorers = [cell for cell in lesson.cells if re.search(r"\.\w+_explorer\(", cell.source)]
    assert explorers
    for cell in explorers:
        assert cell.outputs[-1].data["text/html"].startswith("<p><i>A still: run the cell")


def test_numbers_in_the_prose_come_from_cells(lesson):
    shown = [output.get("text", "") for output in outputs(lesson)]
    shown += [output.get("data", {}).get("text/plain", "") for output in outputs(lesson)]
    shown += [cell.source for cell in lesson.cells if cell.cell_type == "code"]
    known = {number.replace(",", "") for number in NUMBER.findall("\n".join(shown))}
    for cell in lesson.cells:
        if cell.cell_type == "markdown":
            said = {n.replace(",", "") for n in NUMBER.findall(NO_PROSE.sub("", cell.source))}
            assert said <= known | FROM_THE_ARTICLES


def test_a_lesson_leads_to_the_glossary_which_is_in_order(lesson):
    assert "](../docs/glossary.md)" in lesson.cells[-1].source
    glossary = (FOLDER.parent / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = [term.lower() for term in re.findall(r"(?m)^\* \*\*([^*]+)\*\*", glossary)]
    assert len(terms) >= 40 and terms == sorted(set(terms))


def test_headings_do_not_skip_levels(lesson):
    written = "\n".join(cell.source for cell in lesson.cells if cell.cell_type == "markdown")
    written = re.sub(r"```.*?```", "", written, flags=re.DOTALL)
    levels = [len(marks) for marks in re.findall(r"(?m)^(#+) ", written)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_moving_pictures_can_be_stopped_and_do_not_flash(lesson):
    for output in outputs(lesson):
        html = output.get("data", {}).get("text/html", "")
        for encoded in re.findall(r'src="data:image/webp;base64,([^"]+)', html):
            moving = Image.open(io.BytesIO(base64.b64decode(encoded)))
            if moving.n_frames == 1:
                continue
            assert html.startswith("<details")
            frames = [
                np.asarray(frame.convert("L")) / 255 for frame in ImageSequence.Iterator(moving)
            ]
            brightness = [frame.mean() for frame in frames]
            assert np.abs(np.diff(brightness)).max() < FLASH


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
