"""The grading is right: every submission gets the points that it should, from the real nbgrader."""

import hashlib
from pathlib import Path

import nbformat
import pytest

import dreamkit
import marking.__main__ as marking
from dreamkit.check.notebook import RELEASE
from marking.proof import lost
from marking.submissions import Assignment, all_submissions, snippets

COURSE = Path(__file__).parent.parent.parent / "assignments"
ANSWERS = Path(__file__).parent / "submissions"
FILES = sorted(ANSWERS.glob("[0-9]*.py"))
SUBMISSIONS = list(all_submissions(COURSE, RELEASE, ANSWERS))
NAMES = [f"{submission.assignment[:2]} {submission.title}" for submission in SUBMISSIONS]

# What nbgrader itself does with a submission: everything in one kernel.
STOCK = [
    "nbgrader.preprocessors.Execute",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.CheckCellMetadata",
]


@pytest.fixture
def stock(proof):
    """The course, graded in nbgrader's own way."""
    settings = proof.course.nbgrader.config.Autograde
    ours, settings.autograde_preprocessors = settings.autograde_preprocessors, STOCK
    yield proof
    settings.autograde_preprocessors = ours


def package():
    """A digest of every file of the package."""
    files = sorted(Path(dreamkit.__file__).parent.rglob("*.py"))
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("submission", SUBMISSIONS, ids=NAMES)
def test_a_submission_loses_the_points_of_its_mistakes_and_no_others(submission, proof):
    before = package()
    score = proof.grade(submission)
    assert lost(score) == submission.fails
    assert sum(score.most.values()) >= 15
    assert package() == before


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_task_has_mutants_and_other_answers(path):
    assignment = Assignment(COURSE, RELEASE, path.stem)
    kinds = [(snippet.task, snippet.kind) for snippet in snippets(path)]
    for task in assignment.points:
        assert kinds.count((task, "mutant")) >= 2
        assert kinds.count((task, "other")) >= 2  # beside the reference
    assert {task for task, _ in kinds} == set(assignment.points)


def test_every_assignment_is_proven():
    assert [path.stem for path in FILES] == sorted(p.name for p in (COURSE / "source").iterdir())


def named(title, assignment="01_deepdream"):
    (found,) = [s for s in SUBMISSIONS if s.title == title and s.assignment == assignment]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nbgraders_own_way_agrees_about_the_reference(path, stock):
    assert lost(stock.grade(named("reference", path.stem))) == frozenset()


def test_a_cheat_that_gains_nothing_here_gains_in_one_kernel(stock):
    cheat = named("cheat: replaces every check, and numpy finds everything equal")
    assert stock.grade(cheat).total > 0


def test_written_answers_wait_for_a_person(proof):
    reference = proof.grade(named("reference"))
    untouched = proof.grade(named("untouched"))
    assert reference.by_hand == ("explain",)
    assert untouched.by_hand == ()  # nbgrader gives an answer that was never written 0 points


def test_tests_that_were_edited_are_put_back(proof):
    submission = named("untouched")
    notebook = nbformat.from_dict(submission.notebook)
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("grade"):
            cell.source, mark["points"], mark["locked"] = "pass", 100, False
    edited = type(submission)(submission.assignment, "edited", notebook, submission.fails)
    score = proof.grade(edited)
    assert score.total == 0
    assert sum(score.most.values()) == 22


def test_without_the_notebook_check_nbgrader_runs_no_test_of_the_students_own(proof, tmp_path):
    """A cell that calls itself a test is run as the student's, or stops the grading."""
    forged = tmp_path / "ran"
    notebook = nbformat.from_dict(named("untouched").notebook)
    cell = nbformat.v4.new_code_cell(f"open({str(forged)!r}, 'w').write('here')", id="forged")
    cell.metadata["nbgrader"] = {
        "grade": True, "grade_id": "own", "locked": True, "points": 50, "schema_version": 3,
        "solution": False, "task": False, "cell_type": "code", "checksum": "0",
    }  # fmt: skip
    notebook.cells.insert(3, cell)
    path = proof.course.submitted("forger", "01_deepdream")
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    answer = proof.course.nbgrader.autograde("01_deepdream", "forger", force=True)
    assert not forged.exists()
    assert not answer["success"] or proof.course.score("forger", "01_deepdream").total == 0


BUSY = ["reference", "other answers 2", "mean_square never ends when called"]


@pytest.mark.parametrize("title", BUSY)
def test_points_do_not_depend_on_how_busy_the_machine_is(title, proof, busy_cores):
    submission = named(title)
    assert lost(proof.grade(submission)) == submission.fails


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["release", "--course", "nowhere"], "is no course folder"),
        (["proof", "nowhere"], "no folder with answers"),
        (["grade", "x" * 300], "too long for this disk"),
    ],
)
def test_what_can_not_be_marked_is_told_in_a_sentence(arguments, words, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["marking", *arguments])
    try:
        code = marking.main()
    except SystemExit as end:
        code = end.code
    said = capsys.readouterr()
    assert code == 2 and words in " ".join((said.out + said.err).split())
