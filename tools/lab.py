"""JupyterLab in a real browser, moved as a person would: for the browser tests and the clock."""

import contextlib
import functools
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TOKEN = "lesson"
JUPYTERLAB = (sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The first two are for containers; the others keep the browser from asking the network for things.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# JupyterLab would drop cells that are out of sight, and ask whether one wants its news.
SETTINGS = {
    "notebook-extension/tracker": '{"windowingMode": "none"}',
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
}
IDLE = ".jp-Notebook-ExecutionIndicator[data-status=idle]"
PROMPT = "Array.from(document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')).at({}).textContent"
ERROR = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']"

PATIENCE = 120  # seconds to wait for anything but the cells; two quiet cores need a tenth
CLICKS = 5  # a kernel may call itself idle before it hears what it should run
HEARD = 5  # seconds after which it has not


def chromium() -> str | None:
    """Path of a Chromium: ``CHROMIUM`` in the environment, or one that is installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium(), args=FLAGS)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that does not print."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def files(folder: Path) -> Iterator[str]:
    """A folder's files, served as any web server does: the address."""
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as found:
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{found.server_port}"
        finally:
            found.shutdown()
            thread.join()


@contextmanager
def server(
    folder: Path, home: Path, command: Sequence[str] = JUPYTERLAB
) -> Iterator[tuple[str, int]]:
    """JupyterLab, started in a folder, with a home of its own: its address and process id."""
    for name, text in SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {
        "BROWSER": "true",  # the command that opens no browser
        "JUPYTER_PORT": str(port),
        "JUPYTER_TOKEN": TOKEN,
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }
    with (home / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process, home / "log")
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start: {log.read_text(encoding='utf-8')[-2000:]}")


def open_lesson(page: Any, address: str, path: Path) -> None:
    """Open a lesson of the folder served, and wait until its cells and its kernel are there."""
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(f"{address}/lab/tree/{path.name}?token={TOKEN}&reset")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = sum(cell["cell_type"] == "code" for cell in cells)
    page.wait_for_function(f"document.querySelectorAll('.jp-CodeCell').length == {code}")
    until = time.monotonic() + PATIENCE
    while not _listens(page, address) and time.monotonic() < until:
        page.wait_for_timeout(500)
    page.locator(IDLE).wait_for()


def _listens(page: Any, address: str) -> bool:
    """Whether an idle kernel is connected; before that, JupyterLab asks which one to take."""
    kernels = page.request.get(f"{address}/api/kernels?token={TOKEN}").json()
    return any(k["connections"] and k["execution_state"] == "idle" for k in kernels)


def run_all(page: Any, until: int = -1, seconds: float = 600) -> None:
    """*Run*, *Run All Cells*; wait until a code cell, by default the last, has run, or one failed.

    An error raises RuntimeError: the cells after it do not run.
    """
    from playwright.sync_api import TimeoutError

    prompt = PROMPT.format(until)
    for _ in range(CLICKS):
        if page.locator(".jp-Dialog").count():  # it asks all the same: take what it offers
            page.keyboard.press("Enter")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        with contextlib.suppress(TimeoutError):
            page.wait_for_function(f"{prompt} == '[*]:'", timeout=1000 * HEARD)
            break
    else:
        raise RuntimeError(f"The cells do not run: {page.evaluate(prompt)} after {CLICKS} clicks.")
    over = f'/\\d+/.test({prompt}) || document.querySelector("{ERROR}")'
    page.wait_for_function(over, timeout=1000 * seconds)
    if failed := errors(page):
        raise RuntimeError("\n".join(failed))
    if until == -1:
        page.locator(IDLE).wait_for()


def errors(page: Any) -> list[str]:
    """What the cells raised, and what panels show as an error."""
    texts = page.locator(ERROR).all_inner_texts()
    panels = page.locator(".jupyter-widgets").get_by_text("This does not work:").all_inner_texts()
    return [*texts, *panels]
