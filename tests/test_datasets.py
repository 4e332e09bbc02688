"""Published data: found, or downloaded."""

import pytest

from dreamkit.datasets import PUBLISHED, data_file
from tools import lab


@pytest.fixture
def published(data, tmp_path, monkeypatch):
    """A web server that publishes one text, and where data_file looks for it."""

    (tmp_path / "input.txt").write_text("First Citizen:", encoding="utf-8")
    with lab.files(tmp_path) as address:
        url = f"{address}/input.txt"
        monkeypatch.setitem(PUBLISHED, "shakespeare.txt", url)
        yield url


def test_the_users_own_folder_comes_first(published, data, tmp_path):
    (tmp_path / "home" / "data").mkdir(parents=True)
    for folder in (data, tmp_path / "home" / "data"):
        (folder / "shakespeare.txt").write_text("kept", encoding="utf-8")
    assert data_file("shakespeare.txt") == data / "shakespeare.txt"


def test_what_the_users_folder_lacks_is_taken_from_home(published, data, tmp_path):
    (tmp_path / "home" / "data").mkdir(parents=True)
    (tmp_path / "home" / "data" / "shakespeare.txt").write_text("kept", encoding="utf-8")
    assert data_file("shakespeare.txt").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("own", ["empty", "unset"])
def test_what_neither_holds_is_downloaded_into_home(published, data, tmp_path, monkeypatch, own):
    if own == "unset":
        monkeypatch.delenv("DREAMKIT_DATA")
    path = data_file("shakespeare.txt")
    assert path == tmp_path / "home" / "data" / "shakespeare.txt"
    assert path.read_text(encoding="utf-8") == "First Citizen:"
    assert list(data.iterdir()) == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_no_network_says_where_to_put_the_file(data, tmp_path, name):
    with pytest.raises(OSError) as caught:
        data_file(name)
    for part in (name, PUBLISHED[name], str(tmp_path / "home" / "data"), "DREAMKIT_DATA"):
        assert part in str(caught.value)


def test_an_unknown_file_lists_the_published_ones(data):
    with pytest.raises(ValueError, match=r"tiny-imagenet-200\.zip', .*got 'imagenet\.zip'"):
        data_file("imagenet.zip")
