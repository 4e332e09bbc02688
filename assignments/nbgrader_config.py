"""nbgrader's settings for this course; its folder is the course folder."""

from pathlib import Path

import dreamkit

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "dreaming-networks"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
# Student versions travel with the package: the submission doctor compares with them.
c.CourseDirectory.release_directory = str(
    Path(dreamkit.__file__).resolve().parent / "coursework" / "release"
)

# A student's cells run in one process, the tests in another (dreamkit/coursework/execute.py says
# why). The other steps are nbgrader's own.
c.Autograde.autograde_preprocessors = [
    "dreamkit.coursework.execute.ExecuteApart",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.ExecuteApart.seconds = 10
c.ExecuteApart.megabytes = 2048
