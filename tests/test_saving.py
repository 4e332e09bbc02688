"""Model files that older Keras reads too."""

import json
import zipfile

import keras
import numpy as np
import pytest

from dreamkit.pretrained import WEIGHTS
from dreamkit.saving import NEWER, save_model


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(2), keras.layers.BatchNormalization()]
    return keras.Sequential([keras.Input((3,)), *layers])


def settings(path):
    """All names of settings in a model file, at any depth."""

    def names(config):
        if isinstance(config, dict):
            yield from config
            config = list(config.values())
        if isinstance(config, list):
            for item in config:
                yield from names(item)

    with zipfile.ZipFile(path) as archive:
        return set(names(json.loads(archive.read("config.json"))))


def test_a_saved_model_is_the_same_model(model, tmp_path):
    path = save_model(model, tmp_path / "tiny.keras")
    assert [file.name for file in tmp_path.iterdir()] == ["tiny.keras"]
    x = np.ones((1, 3), "float32")
    again = keras.models.load_model(path)
    np.testing.assert_array_equal(*(keras.ops.convert_to_numpy(m(x)) for m in (again, model)))


def test_settings_that_older_keras_refuses_are_left_out(model, tmp_path):
    path = save_model(model, tmp_path / "tiny.keras")
    assert {"units", "momentum"} <= settings(path)
    assert not settings(path) & set(NEWER)


def test_a_younger_setting_that_matters_stays(tmp_path):
    class Odd(keras.layers.Dense):
        def get_config(self):
            return {**super().get_config(), "renorm": True}

    model = keras.Sequential([keras.Input((3,)), Odd(2)])
    assert "renorm" in settings(save_model(model, tmp_path / "odd.keras"))


@pytest.mark.parametrize("path", sorted(WEIGHTS.glob("*.keras")), ids=lambda path: path.stem)
def test_bundled_files_are_for_older_keras_too(path):
    assert not settings(path) & set(NEWER)


def test_the_name_and_the_folder_are_checked_first(model, tmp_path):
    with pytest.raises(ValueError, match=r"ends in .keras, got 'tiny.h5'"):
        save_model(model, tmp_path / "tiny.h5")
    with pytest.raises(FileNotFoundError, match="no folder .*missing"):
        save_model(model, tmp_path / "missing" / "tiny.keras")
    assert not list(tmp_path.iterdir())
