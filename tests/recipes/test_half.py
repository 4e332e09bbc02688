"""Weights in half precision take half the room, and load as they were, but for rounding."""

import keras
import numpy as np
import pytest

import dreamkit as dk
from dreamkit.files import save_model
from dreamkit.pretrained import checkpoint, digest
from recipes.half import halved


def weights(model):
    return [keras.ops.convert_to_numpy(variable) for variable in model.weights]


def test_weights_in_half_precision_are_rounded_and_load_as_before(tmp_path):
    keras.utils.set_random_seed(0)
    lstm = keras.layers.LSTM(64, name="lstm")
    layers = [keras.layers.Embedding(300, 40), lstm, keras.layers.Dropout(0.5)]
    model = keras.Sequential([keras.Input((None,), dtype="int32"), *layers, keras.layers.Dense(2)])
    whole = save_model(model, tmp_path / "whole.keras").stat().st_size
    half = halved(save_model(model, tmp_path / "half.keras"))
    saved = whole - half.stat().st_size
    assert abs(saved - 2 * model.count_params()) < 0.1 * saved
    for loaded, before in zip(weights(keras.models.load_model(half)), weights(model), strict=True):
        assert loaded.dtype == "float32"
        np.testing.assert_array_equal(loaded, before.astype("float16").astype("float32"))


def test_a_weight_too_large_for_half_precision_is_refused_and_leaves_the_file(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    path = save_model(model, tmp_path / "tiny.keras")
    model.layers[0].set_weights([np.full((3, 2), 70_000.0), np.zeros(2)])
    before = save_model(model, path).read_bytes()
    with pytest.raises(ValueError, match="as large as 70,000, and half precision ends at 65,504"):
        halved(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["tiny.keras"]


def test_the_card_beside_it_is_put_right(tmp_path):
    writer = dk.build_writer("to be or not to be", units=8)
    card = writer.save(tmp_path / "mine.keras", seed=3)
    path, facts = checkpoint(halved(card.with_suffix(".keras")))
    assert facts["seed"] == 3 and facts["alphabet"] == writer.alphabet.characters
    assert facts["sha256"] == digest(path) and facts["bytes"] == path.stat().st_size
    assert dk.load_writer(path).alphabet == writer.alphabet
