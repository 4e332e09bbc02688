"""The settings for instructors: they parse, fit one another, and use keys that exist."""

import re
from pathlib import Path

import nbformat
import pytest
import yaml
from traitlets.config import Config

from dreamkit.check.notebook import is_test, marks

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs" / "instructors"

# Keys of the Helm chart's values.schema.yaml, of the parts that are used.
CHART = {
    "hub": {"config", "extraConfig", "loadRoles", "services"},
    "singleuser": set(
        "cpu memory image defaultUrl extraFiles fsGid networkPolicy startTimeout storage".split()
    ),
    "singleuser.storage": {
        "type",
        "capacity",
        "homeMountPath",
        "extraVolumes",
        "extraVolumeMounts",
    },
    "scheduling": {"userScheduler", "podPriority", "userPlaceholder"},
    "prePuller": {"hook", "continuous"},
    "cull": {"enabled", "timeout", "every", "maxAge"},
}


def settings(path):
    config = Config()
    exec(
        compile(path.read_text(encoding="utf-8"), str(path), "exec"),
        {"get_config": lambda: config, "__file__": str(path)},
    )
    return config


def test_the_hub_knows_the_course_by_its_own_name():
    course = settings(ROOT / "assignments" / "nbgrader_config.py").CourseDirectory.course_id
    hub = settings(DOCS / "jupyterhub" / "jupyterhub_config.py").JupyterHub
    assert set(hub.load_groups) == {f"formgrade-{course}", f"nbgrader-{course}"}
    (service,) = hub.services
    assert service["name"] == course
    assert hub.load_groups[f"formgrade-{course}"]["users"][-1] == service["user"]
    graders = next(role for role in hub.load_roles if role["name"] == f"formgrade-{course}")
    assert f"access:services!service={course}" in graders["scopes"]


def test_all_accounts_use_one_exchange():
    everyone = settings(DOCS / "jupyterhub" / "nbgrader_config.py").Exchange
    values = yaml.safe_load((DOCS / "jupyterhub" / "values.yaml").read_text(encoding="utf-8"))
    storage = values["singleuser"]["storage"]
    assert storage["extraVolumeMounts"][0]["mountPath"] == everyone.root
    assert everyone.root in values["singleuser"]["extraFiles"]["nbgrader"]["stringData"]


def test_the_charts_values_have_keys_that_it_knows():
    values = yaml.safe_load((DOCS / "jupyterhub" / "values.yaml").read_text(encoding="utf-8"))
    assert set(values) <= {*CHART}
    for place, known in CHART.items():
        part = values
        for key in place.split("."):
            part = part[key]
        assert set(part) <= known, place
    for source in values["hub"]["extraConfig"].values():
        compile(source, "<extraConfig>", "exec")


@pytest.mark.parametrize(
    "source", sorted((ROOT / "assignments").glob("source/*/*.ipynb")), ids=lambda p: p.stem
)
def test_the_guide_has_every_task_with_its_points(source):
    guide = (DOCS / "assignments.md").read_text(encoding="utf-8")
    (part,) = re.findall(rf"^## {source.stem[:2]} .*?(?=^## |\Z)", guide, re.DOTALL | re.MULTILINE)
    total = automatic = 0
    for cell in nbformat.read(source, 4).cells:
        points = marks(cell).get("points", 0)
        total, automatic = total + points, automatic + points * is_test(cell)
        if points:
            assert f"`{marks(cell)['grade_id'].removeprefix('test-')}` ({points})" in part
    assert f"*{total} points, {automatic} " in part
    title = next(c.source for c in nbformat.read(source, 4).cells if c.id == "title")
    assert f"{total} points" in title
