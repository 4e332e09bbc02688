"""The reading site is whole: all lessons and names, no broken link, nothing from another host."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

from tools import links

ROOT = Path(__file__).parent.parent.parent
LESSONS = sorted(links.NOTEBOOKS.glob("*.ipynb"))
HOME = links.repository()
on_github = pytest.mark.skipif(not HOME.on_github, reason="only a course on GitHub has these")
# What a browser fetches by itself; a link in <a href> is followed only when it is clicked.
FETCHED = [
    *((tag, "src") for tag in ("script", "img", "iframe", "video", "audio", "source", "embed")),
    ("link", "href"),
    ("object", "data"),
]
FETCHED_BY_STYLE = re.compile(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)")
ADDRESS = re.compile(r"https://[a-z\d-]+(\.[a-z\d-]+)+(/[^\s<>\"]*)?(\?[^\s<>\"]*)?")
FILE_NAME = re.compile(r"\.(png|jpe?g|webp|gif|svg)$", re.IGNORECASE)


def fetched(soup):
    return [tag[name] for kind, name in FETCHED for tag in soup.find_all(kind) if tag.get(name)]


def linked(soup):
    return [tag["href"] for tag in soup.find_all("a", href=True)]


def is_elsewhere(address):
    return address.startswith("//") or urlsplit(address).scheme not in ("", "data")


def broken(site, pages, name, address):
    """Whether an address on a page leads to no file, or to no place in it."""
    path, _, anchor = address.partition("#")
    target = (site / name).parent / unquote(urlsplit(path).path) if path else site / name
    if target.is_dir() or not target.exists():
        return True
    soup = pages.get(target.resolve().relative_to(site.resolve()).as_posix())
    return bool(anchor and soup and not soup.find(id=unquote(anchor)))


def test_the_front_page_leads_to_every_lesson(pages):
    assert {f"notebooks/{path.stem}.html" for path in LESSONS} <= set(linked(pages["index.html"]))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_shows_what_is_stored_in_it(pages, path):
    soup = pages[f"notebooks/{path.stem}.html"]
    shown = {image["src"] for image in soup.find_all("img")}
    printed = soup.get_text()
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            for line in output.get("text", "").splitlines():
                assert line.rstrip() in printed
            html = output.get("data", {}).get("text/html", "")
            assert set(re.findall(r'<img[^>]* src="([^"]+)', html)) <= shown
    assert not soup.find("iframe")
    assert not soup.find("script", type=re.compile("jupyter"))


@on_github
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_launch_buttons(pages, path):
    soup = pages[f"notebooks/{path.stem}.html"]
    buttons = linked(soup.find(class_="article-header-buttons"))
    binder = (
        f"https://mybinder.org/v2/gh/{HOME.on_github}/{HOME.branch}?urlpath=lab/tree/notebooks/"
    )
    assert links.colab(HOME, f"notebooks/{path.name}") in buttons
    assert f"{binder}{path.name}" in buttons


def test_no_link_within_the_site_is_broken(site, pages):
    addresses = {
        (name, address)
        for name, soup in pages.items()
        for address in (*fetched(soup), *linked(soup))
        if not is_elsewhere(address) and not address.startswith("data:")
    }
    assert len(addresses) > 1000
    assert not [pair for pair in sorted(addresses) if broken(site, pages, *pair)]


def test_nothing_is_loaded_from_another_host(site, pages):
    assert not [
        (name, address)
        for name, soup in pages.items()
        for address in fetched(soup)
        if is_elsewhere(address)
    ]
    styles = {path.name: path.read_text(encoding="utf-8") for path in site.rglob("*.css")}
    assert "site.css" in styles
    for style in styles.values():
        found = ("".join(pair) for pair in FETCHED_BY_STYLE.findall(style))
        assert not [address for address in found if is_elsewhere(address)]


@on_github
def test_the_source_of_a_name_is_where_the_reference_says(pages):
    start = f"{HOME.address}/blob/{HOME.branch}/"
    sources = [
        (signature.find(class_="descname").text, link["href"].removeprefix(start))
        for soup in pages.values()
        for signature in soup.find_all("dt", class_="sig")
        for link in signature.find_all("a", href=re.compile(re.escape(start)))
    ]
    assert len(sources) > 50
    for name, place in sources:
        path, _, line = place.partition("#L")
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()[int(line) - 1 :]
        assert re.search(rf"(def|class) {name}\b", "\n".join(lines[:2])), place  # or a decorator


def test_links_to_elsewhere_have_the_form_of_one(pages):
    outside = sorted({a for soup in pages.values() for a in linked(soup) if is_elsewhere(a)})
    print(*outside, sep="\n")  # the list: pytest -s
    assert HOME.address in outside
    assert not [address for address in outside if not ADDRESS.fullmatch(address)]


def test_every_picture_says_what_it_shows(pages):
    pictures = [image for soup in pages.values() for image in soup.find_all("img")]
    assert pictures
    for image in pictures:
        assert len(image.get("alt", "").split()) > 1, image.get("src")
        assert not FILE_NAME.search(image["alt"])


def test_headings_do_not_skip_levels(pages):
    for name, soup in pages.items():
        headings = soup.find("main").find_all(re.compile(r"^h[1-6]$"))
        levels = [int(heading.name[1]) for heading in headings]
        assert levels[0] == 1, name
        steps = zip(levels, levels[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), name
