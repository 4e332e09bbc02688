"""What a student gets back: tasks by name, reasons in sentences, nothing hidden, no other host."""

import re

import nbformat

from dreamkit.check.notebook import RELEASE
from marking.grade import grade_folder
from marking.submissions import Assignment

WRONG = {
    "climb": "import nothing_like_it\ndef climb(*a): return 1",
    "mean_square": "def mean_square(a): return a",
    "next_octave": "def next_octave(p, a, b): return p + enlarge(b - a) + (p.shape[0] > 2)",
}


def test_feedback_says_why_and_gives_nothing_away(proof, tmp_path, here):
    assignment = Assignment(proof.course.folder, RELEASE, "01_deepdream")
    nbformat.write(assignment.filled(assignment.solutions | WRONG), tmp_path / "wanda.ipynb")
    (row,) = grade_folder(tmp_path, proof.course, workers=here)
    assert set(row.reasons) == set(WRONG)
    assert "nothing_like_it" in row.reasons["climb"] and "single" in row.reasons["mean_square"]
    assert "another case" in row.reasons["next_octave"]  # only the hidden tests see it
    assert proof.course.nbgrader.generate_feedback("01_deepdream")["success"]
    place = proof.course.folder / "feedback" / "wanda" / "01_deepdream" / "01_deepdream.html"
    page = place.read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", page.partition("<body>")[0])
    assert "HIDDEN" not in page and "AssertionError" not in page and "default_rng" not in page
    assert 'href="#test-climb">climb<' in page and "Test cell" not in page
    for reason in row.reasons.values():
        assert reason.replace("'", "&#39;") in page or reason in page
