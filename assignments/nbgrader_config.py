"""nbgrader's settings for this course; its folder is the course folder."""

import sys
from pathlib import Path

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "dreaming-networks"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)

# A student's cells run in one process, the tests in another (marking/execute.py says why). The
# other steps are nbgrader's own.
sys.path.append(
    str(Path(__file__).resolve().parents[1])
)  # where marking/ is, which is not installed
c.Autograde.autograde_preprocessors = [
    "marking.execute.ExecuteApart",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.ExecuteApart.seconds = 10
c.ExecuteApart.megabytes = 2048
c.GenerateFeedback.exporter_class = "marking.feedback.Feedback"
