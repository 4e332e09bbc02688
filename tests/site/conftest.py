"""The reading site, built once, as ``make site`` builds it, into a folder of its own."""

import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tools import lab

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = f"-m sphinx --quiet -W --keep-going -c docs -d {folder / 'doctrees'} . {folder}/site"
    process = subprocess.run(
        [sys.executable, *command.split()], cwd=ROOT, capture_output=True, text=True
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return folder / "site"


@pytest.fixture(scope="session")
def pages(site):
    """Every page, parsed, under its name: ``notebooks/00_start_here.html`` …"""
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_bytes(), "html.parser")
        for path in sorted(site.rglob("*.html"))
        if "_static" not in path.parts  # templates of the theme
    }


@pytest.fixture(scope="session")
def address(site):
    with lab.files(site) as address:
        yield address


@pytest.fixture
def tab(chromium, address):
    """A new tab; a path such as ``index.html`` is one on the site."""
    with chromium.new_context(base_url=address, reduced_motion="reduce") as context:
        yield context.new_page()
