"""What is exported is what TensorBoard's own projector reads."""

from types import SimpleNamespace

import numpy as np
import pytest
from google.protobuf import text_format
from tensorboard.plugins.projector import projector_plugin
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig
from werkzeug.test import Client

import dreamkit as dk
from dreamkit.text.vectors import WordVectors


@pytest.fixture
def folder(clf, tmp_path):
    dream = dk.dream_sentence("the film is good", clf, steps=20)
    return dk.export_projector(dream, tmp_path / "new" / "projector", words=4), dream


def test_tensorboard_reads_config_vectors_and_labels(folder):
    path, dream = folder
    config = ProjectorConfig()
    text_format.Parse((path / "projector_config.pbtxt").read_text(encoding="utf-8"), config)
    (embedding,) = config.embeddings
    read = projector_plugin._read_tensor_tsv_file(str(path / embedding.tensor_path))
    assert read.shape == (8 + 21, 8)
    np.testing.assert_allclose(read[-21:], dream.vectors, rtol=1e-4, atol=1e-5)
    header, *rows = (path / embedding.metadata_path).read_text(encoding="utf-8").splitlines()
    assert header == "word\tkind"
    assert len(rows) == len(read)
    assert rows[0].endswith("\tpositive") and rows[7].endswith("\tnegative")
    assert [rows[8], rows[-1]] == ["step_1\tstep", "step_21\tstep"]


def test_the_projector_plugin_finds_it_and_serves_it(folder):
    path, dream = folder
    context = SimpleNamespace(logdir=str(path), data_provider=None)
    apps = projector_plugin.ProjectorPlugin(context).get_plugin_apps()

    def get(page, **query):
        response = Client(apps[page]).get(page, query_string=query)
        assert response.status_code == 200
        return response

    assert get("/runs").json == ["."]
    (embedding,) = get("/info", run=".").json["embeddings"]
    assert embedding["tensorShape"] == [29, 8]
    query = {"run": ".", "name": embedding["tensorName"]}
    served = np.frombuffer(get("/tensor", **query).data, "float32").reshape(29, 8)
    np.testing.assert_allclose(served[8:], dream.vectors, rtol=1e-4, atol=1e-5)
    assert get("/metadata", **query).data.decode().splitlines()[-1] == "step_21\tstep"


def test_a_word_is_one_row_whatever_is_in_it(tmp_path):
    words = dk.Vocabulary(("good", "a\tb", "a\nb", ". . .", "bad", "\x85"))
    table = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")
    classifier = dk.build_classifier(WordVectors(words, table))
    path = dk.export_projector(dk.dream_sentence("good", classifier, steps=1), tmp_path, words=3)
    rows = (path / "labels.tsv").read_text(encoding="utf-8").split("\n")[1:-1]
    assert len(rows) == 6 + 2 and all(row.count("\t") == 1 for row in rows)


@pytest.mark.parametrize("name", ["labels.tsv", "vectors.tsv", "projector_config.pbtxt"])
def test_an_earlier_dream_is_written_over_and_no_file_of_others(folder, tmp_path, name):
    path, dream = folder
    dk.export_projector(dream, path, words=3)
    assert len((path / "vectors.tsv").read_text(encoding="utf-8").splitlines()) == 6 + 21
    (tmp_path / name).write_text("precious", encoding="utf-8")
    with pytest.raises(ValueError, match=f"{name} is not this function's to write over"):
        dk.export_projector(dream, tmp_path)
    assert [each.read_text(encoding="utf-8") for each in tmp_path.iterdir() if each.is_file()] == [
        "precious"
    ]
