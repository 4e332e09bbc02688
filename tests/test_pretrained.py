"""Weights come whole or not at all: against a real web server on this machine."""

import hashlib
import http.server
import json
import signal
import socket
import sys
import threading
import warnings
from pathlib import Path

import pytest

import dreamkit as dk
from dreamkit import pretrained
from dreamkit.pretrained import card, checkpoint, fetch, home, write_card

BODY = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(BODY).hexdigest()
WRONG = "0" * 64


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path == "/none":
            return self.send_error(404)
        self.send_response(200)
        if self.path == "/chunked-short":  # a chunk is announced, and never comes whole
            self.send_header("Transfer-Encoding", "chunked")
        elif self.path != "/no-length":
            self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        match self.path:
            case "/short":
                self.wfile.write(BODY[:1000])
            case "/chunked-short":
                self.wfile.write(b"%x\r\n" % len(BODY) + BODY[:1000])
            case "/interrupt":  # the user presses Ctrl-C half-way
                self.wfile.write(BODY[:1000])
                self.server.before_interrupt()
                signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
                self.server.released.wait(1)
            case _:
                self.wfile.write(BODY)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    """Serves BODY at every path, with what the path says wrong with it; keeps a list of visits."""
    monkeypatch.setenv("no_proxy", "*")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked = []
        server.released = threading.Event()
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def ctrl_c():
    """Python's own answer to Ctrl-C, which a shell takes from processes in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_home_is_the_folder_named_and_is_not_made(monkeypatch, tmp_path):
    monkeypatch.setenv("DREAMKIT_HOME", str(tmp_path / "here"))
    assert home() == tmp_path / "here"
    assert names(tmp_path) == []


@pytest.mark.parametrize("named", [{}, {"DREAMKIT_HOME": ""}])
def test_home_is_in_the_users_cache_unless_named(monkeypatch, named):
    monkeypatch.delenv("DREAMKIT_HOME")
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert home() == Path.home() / ".cache" / "dreamkit"


@pytest.mark.parametrize("hash", [None, SHA256, SHA256.upper()])
def test_a_download_arrives_whole_under_its_name(server, tmp_path, hash):
    path = fetch("w.bin", f"{server.url}/good", hash, tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / "w.bin"
    assert path.read_bytes() == BODY
    assert names(path.parent) == ["w.bin"]


def test_weights_are_kept_in_the_home_folder(server, tmp_path, monkeypatch):
    monkeypatch.setenv("DREAMKIT_HOME", str(tmp_path))
    assert fetch("w.bin", f"{server.url}/good") == tmp_path / "weights" / "w.bin"


def test_a_server_may_leave_the_length_out(server, tmp_path):
    assert fetch("w.bin", f"{server.url}/no-length", SHA256, tmp_path).read_bytes() == BODY


def test_others_may_read_what_was_downloaded(server, tmp_path):
    (tmp_path / "written").write_bytes(BODY)
    path = fetch("w.bin", f"{server.url}/good", folder=tmp_path)
    assert path.stat().st_mode == (tmp_path / "written").stat().st_mode


@pytest.mark.parametrize("hash", [None, SHA256])
def test_a_good_file_is_not_asked_for_again(server, tmp_path, hash):
    (tmp_path / "w.bin").write_bytes(BODY)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fetch("w.bin", f"{server.url}/good", hash, tmp_path) == tmp_path / "w.bin"
    assert server.asked == []


@pytest.mark.parametrize("damaged", [BODY[:-1], b"", BODY[:-1] + b"?"])
def test_a_damaged_file_is_downloaded_again(server, tmp_path, damaged):
    (tmp_path / "w.bin").write_bytes(damaged)
    with pytest.warns(UserWarning, match=r"w\.bin is damaged or cut short"):
        path = fetch("w.bin", f"{server.url}/good", SHA256, tmp_path)
    assert path.read_bytes() == BODY
    assert server.asked == ["/good"]


@pytest.mark.parametrize(
    ("page", "hash", "reason"),
    [
        ("/good", WRONG, f"its hash should be {WRONG} and is {SHA256}"),
        ("/short", None, "cut short after 1,000 bytes, 255,000 missing"),
        ("/chunked-short", None, "IncompleteRead"),
        ("/none", None, "404"),
    ],
)
def test_a_failed_download_leaves_nothing_and_says_what_to_do(server, tmp_path, page, hash, reason):
    with pytest.raises(OSError) as caught:
        fetch("w.bin", server.url + page, hash, tmp_path)
    for part in ("w.bin could not be downloaded", reason, server.url + page, str(tmp_path)):
        assert part in str(caught.value)
    assert names(tmp_path) == []


def test_a_refused_connection_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/w.bin"
    with pytest.raises(OSError, match="refused") as caught:
        fetch("w.bin", url, SHA256, tmp_path)
    assert url in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert names(tmp_path) == []


def test_no_network_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(OSError, match=r"example\.org.*put it in") as caught:
        fetch("w.bin", "https://example.org/w.bin", SHA256, tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_a_failed_download_keeps_the_older_file(server, tmp_path):
    (tmp_path / "w.bin").write_bytes(b"an older edition")
    with pytest.warns(UserWarning), pytest.raises(OSError, match="cut short"):
        fetch("w.bin", f"{server.url}/short", SHA256, tmp_path)
    assert (tmp_path / "w.bin").read_bytes() == b"an older edition"
    assert names(tmp_path) == ["w.bin"]


def test_a_full_disk_keeps_the_older_file(server, tmp_path, full_disk):
    (tmp_path / "w.bin").write_bytes(b"an older edition")
    told = f"too large: '{tmp_path / 'w.bin'}'"
    with full_disk(), pytest.warns(UserWarning), pytest.raises(OSError, match=told):
        fetch("w.bin", f"{server.url}/good", SHA256, tmp_path)
    assert (tmp_path / "w.bin").read_bytes() == b"an older edition"
    assert names(tmp_path) == ["w.bin"]


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals between threads here")
def test_an_interrupted_download_leaves_nothing_and_keeps_the_older_file(server, tmp_path, ctrl_c):
    (tmp_path / "w.bin").write_bytes(b"an older edition")
    half_way = []
    server.before_interrupt = lambda: half_way.extend(names(tmp_path))
    with pytest.warns(UserWarning), pytest.raises(KeyboardInterrupt):
        fetch("w.bin", f"{server.url}/interrupt", SHA256, tmp_path)
    assert len(half_way) == 2  # it was being written under another name
    assert names(tmp_path) == ["w.bin"]
    assert (tmp_path / "w.bin").read_bytes() == b"an older edition"


def test_a_folder_that_cannot_be_written_to_is_found_out_before_the_download(server, tmp_path):
    (tmp_path / "file").write_text(
        "no folder", encoding="utf-8"
    )  # unlike a read-only folder, this stops root too
    folder = tmp_path / "file" / "weights"
    with pytest.raises(OSError) as caught:
        fetch("w.bin", f"{server.url}/good", SHA256, folder)
    for part in ("w.bin", f"{server.url}/good", str(folder), "DREAMKIT_HOME"):
        assert part in str(caught.value)
    assert server.asked == []


def test_a_progress_bar_is_drawn_on_a_terminal_only(server, tmp_path, monkeypatch, capsys):
    pytest.importorskip("tqdm")
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    fetch("quiet.bin", f"{server.url}/good", folder=tmp_path)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert fetch("watched.bin", f"{server.url}/good", folder=tmp_path).read_bytes() == BODY
    assert "watched.bin: 100%" in capsys.readouterr().err


def test_an_address_is_no_home(monkeypatch):
    monkeypatch.setenv("DREAMKIT_HOME", "https://example.org/home")
    with pytest.raises(ValueError, match="got an address, 'https://example.org/home'"):
        home()


def test_in_a_notebook_progress_bars_are_no_stripes_on_red(server, tmp_path):
    """A notebook shows stderr on red, each step of a bar anew."""
    pytest.importorskip("tqdm")
    nbclient, v4 = pytest.importorskip("nbclient"), pytest.importorskip("nbformat.v4")
    notebook = v4.new_notebook(
        cells=[
            v4.new_code_cell(source)
            for source in (
                "from pathlib import Path\n"
                "from dreamkit.pretrained import fetch\n"
                f"fetch('w.bin', '{server.url}/good', folder=Path({str(tmp_path)!r}));",
                "from dreamkit.watching import bar",  # with the notices of a framework
                "progress = bar(3)\nfor n in (1, 2, 3):\n    progress(n, 3, 0.5)",
            )
        ]
    )
    nbclient.NotebookClient(notebook, kernel_name="python3").execute()
    download, _, training = (cell.outputs for cell in notebook.cells)
    for outputs in (download, training):
        assert [output.output_type for output in outputs] == ["display_data"]
        assert "application/vnd.jupyter.widget-view+json" in outputs[0].data


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """A folder of bundled weights with one checkpoint in it."""
    monkeypatch.setattr(pretrained, "WEIGHTS", tmp_path)
    (tmp_path / "tiny.keras").write_bytes(BODY)
    write_card(tmp_path / "tiny.keras", what="a tiny network", top1=0.5)
    return tmp_path


def test_a_card_holds_the_facts_and_the_measurements(weights):
    assert card("tiny") == {
        "what": "a tiny network",
        "top1": 0.5,
        "file": "tiny.keras",
        "bytes": len(BODY),
        "sha256": SHA256,
    }


def test_a_card_is_written_beside_its_weights(weights):
    path = write_card(weights / "tiny.keras", name="Übung", file="not this one")
    assert path == weights / "tiny.json"
    assert "Übung" in path.read_text(encoding="utf-8")
    assert card("tiny")["file"] == "tiny.keras"


@pytest.mark.parametrize("fact", [float("nan"), object()])
def test_a_fact_that_json_cannot_hold_leaves_the_older_card(weights, fact):
    with pytest.raises((TypeError, ValueError), match="JSON"):
        write_card(weights / "tiny.keras", top1=fact)
    assert card("tiny")["top1"] == 0.5


def test_a_card_needs_its_weights_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="none.keras"):
        write_card(tmp_path / "none.keras")
    assert names(tmp_path) == []


def test_bundled_weights_are_found_by_name(weights):
    assert checkpoint("tiny") == (weights / "tiny.keras", card("tiny"))


@pytest.mark.parametrize("damaged", [BODY[:-1], BODY[:-1] + b"?", None])
def test_damaged_bundled_weights_are_refused(weights, damaged):
    (weights / "tiny.keras").unlink()
    if damaged is not None:
        (weights / "tiny.keras").write_bytes(damaged)
    with pytest.raises(ValueError, match=r"tiny\.keras is missing or damaged.*Install .* again"):
        checkpoint("tiny")


@pytest.mark.parametrize("find", [card, checkpoint])
def test_an_unknown_name_lists_what_is_bundled(weights, find):
    (weights / "other.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"'tinny'.*Bundled: other, tiny\. Did you mean 'tiny'\?"):
        find("tinny")


@pytest.mark.parametrize(
    ("load", "name", "near"),
    [
        ("load_classifier", "nietzche", "Bundled: imdb."),
        ("load_writer", "imdbb", "Bundled: nietzsche, reviews, shakespeare."),
        ("load_writer", "shakespere", "Bundled: .* Did you mean 'shakespeare'"),
    ],
)
def test_what_is_suggested_is_of_the_kind_that_is_loaded(load, name, near):
    with pytest.raises(ValueError, match=f"no bundled {name!r}. {near}"):
        getattr(dk, load)(name)


def test_a_path_is_no_name(weights):
    (weights / "deeper").mkdir()
    with pytest.raises(ValueError, match="no bundled"):
        card("deeper/../tiny")


CARDS = sorted(pretrained.WEIGHTS.glob("*.json"))


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_each_checkpoint_of_the_package_fits_its_card(path):
    facts = json.loads(path.read_text(encoding="utf-8"))
    assert checkpoint(path.stem)[0].stat().st_size == facts["bytes"]
