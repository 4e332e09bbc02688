"""Links: the repository's address stands once, and what is linked to is there."""

import re
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import nbformat
import pytest

from tools import links

ROOT = Path(__file__).parent.parent
OTHER = links.Repository("https://github.com/someone/elsewhere", "trunk")
ANOTHER_HOST = links.Repository("https://git.example.org/courses/dreams", "trunk")
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("notebooks/*.ipynb"))]
LINK = re.compile(r"""\]\(<?([^)\s>]+)|(?:href|src)=\\?["']([^"'\\]+)|(https?://[^\s)>\]"'`|]+)""")


def prose(path):
    """What is written for people: Markdown, without code."""
    if path.suffix != ".ipynb":
        text = path.read_text(encoding="utf-8")
    else:
        cells = nbformat.read(path, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)


def targets(path):
    return {next(filter(None, found)).rstrip(".,;:") for found in LINK.findall(prose(path))}


def anchors(path):
    """As GitHub and JupyterLab make them from headings."""
    headings = re.findall(r"(?m)^#+ (.*)$", prose(path))
    return {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


OUTSIDE = sorted({(link, page.name) for page in PAGES for link in targets(page) if "://" in link})


def pages():
    return pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)


@pytest.fixture
def pyproject(monkeypatch, tmp_path):
    """A function that puts another address into a copy of pyproject.toml, which is then read."""

    def written(address):
        text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        text = re.sub("(?m)^Repository = .*$", f'Repository = "{address}"', text)
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        monkeypatch.setattr(links, "ROOT", tmp_path)

    return written


def test_all_is_stamped_with_the_address_in_pyproject():
    for path, text in links.stamped(links.repository()).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make links`"


def test_the_address_stands_nowhere_else_by_hand():
    address = "/".join(links.repository().address.split("/")[-2:])
    stamped = links.stamped(OTHER)
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.check_output(listed, cwd=ROOT, encoding="utf-8").split("\0")
    by_hand = {name for name in names if name and "assignments/release" not in name}
    for path in (ROOT / name for name in by_hand - {"pyproject.toml"}):
        text = stamped.get(path) or path.read_text(encoding="utf-8", errors="ignore")
        assert address not in text, path.name


def test_a_badge_opens_its_own_lesson():
    for path in links.NOTEBOOKS.glob("*.ipynb"):
        colab, binder = re.findall(r"\)\]\(([^)]+)\)", links.stamp_lesson(path, OTHER))[:2]
        assert urlsplit(colab).path == f"/github/someone/elsewhere/blob/trunk/notebooks/{path.name}"
        assert urlsplit(binder).path == "/v2/gh/someone/elsewhere/trunk"
        assert parse_qs(urlsplit(binder).query)["urlpath"] == [f"/lab/tree/notebooks/{path.name}"]


def test_a_branch_with_a_slash_is_one_part_of_binders_address():
    assert "/elsewhere/a%2Fb?" in links.binder(OTHER._replace(branch="a/b"), "notebook.ipynb")


def test_what_is_installed_comes_from_the_same_branch():
    for path, text in links.stamped(OTHER).items():
        found = re.findall(r"git\+https[^\s\"\\]+", text)
        assert set(found) <= {"git+https://github.com/someone/elsewhere@trunk"}, path.name
        assert found or path.suffix != ".ipynb"


def test_a_course_on_another_host_has_no_badges():
    for path, text in links.stamped(ANOTHER_HOST).items():
        assert "colab.research.google.com" not in text and "mybinder.org" not in text, path.name
        if path.suffix == ".ipynb":
            assert "dreams@trunk" in text
            nbformat.validate(nbformat.reads(text, as_version=4))


@pytest.mark.parametrize("address", [OTHER.address, f"{OTHER.address}.git", f"{OTHER.address}/"])
def test_an_address_is_read_from_pyproject(pyproject, address):
    pyproject(address)
    assert links.repository().address == OTHER.address
    assert links.repository().on_github == "someone/elsewhere"


def test_an_address_that_pip_can_not_install_from_is_refused(pyproject):
    pyproject("git@github.com:someone/elsewhere.git")
    with pytest.raises(ValueError, match="https://github.com/OWNER/NAME, or .*, got git@github"):
        links.repository()


def test_a_page_without_a_place_for_its_badges_is_refused(tmp_path):
    with pytest.raises(ValueError, match="one block from <!-- badges"):
        links.stamp_readme("# A page", OTHER)
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "new.ipynb")
    with pytest.raises(ValueError, match="new.ipynb needs cells with the ids badges and colab"):
        links.stamp_lesson(tmp_path / "new.ipynb", OTHER)


@pages()
def test_what_a_page_links_to_within_the_project_is_there(page):
    for link in targets(page):
        if urlsplit(link).scheme:
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (page.parent / name) if name else page
        assert target.exists(), link
        if anchor:
            assert anchor.lower() in anchors(target), link


@pytest.mark.parametrize(("link", "page"), OUTSIDE)
def test_a_link_to_elsewhere_has_the_form_of_one(link, page):
    parts = urlsplit(link)
    assert parts.scheme == "https"
    assert re.fullmatch(r"[a-z\d-]+(\.[a-z\d-]+)+", parts.netloc)
