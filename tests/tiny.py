"""One tiny network with random weights, and pictures as smooth as photos, for tests in seconds."""

from pathlib import Path

import keras
import numpy as np
from keras import layers as kl
from PIL import Image

from dreamkit.networks.loading import load_network

WEIGHTS = Path(__file__).with_suffix(".npz")


def tiny_model(size=None):
    """Two junctions, ``mixed1`` and ``mixed2``, of 10 channels, and a softmax over five classes."""
    x = picture = keras.Input((size, size, 3), name="picture")
    x = kl.Conv2D(8, 3, strides=2, padding="same", activation="relu", name="stem")(x)
    for number in (1, 2):
        narrow = kl.Conv2D(4, 1, activation="relu", name=f"narrow{number}")(x)
        wide = kl.Conv2D(6, 3, padding="same", activation="relu", name=f"wide{number}")(x)
        x = kl.Concatenate(name=f"mixed{number}")([narrow, wide])
        x = kl.MaxPooling2D(padding="same", name=f"pool{number}")(x)
    x = kl.GlobalAveragePooling2D(name="average")(x)
    scores = kl.Dense(5, activation="softmax", name="classes")(x)
    model = keras.Model(picture, scores, name="tiny")
    with np.load(WEIGHTS) as weights:  # random, but the same on every framework
        model.set_weights([weights[name] for name in weights.files])
    return model


def tiny_network(size=None):
    """The same, as the package takes it in; it reads pictures from 0 to 1."""
    return load_network(tiny_model(size), pixels=(0, 1))


def smooth_picture(seed, height=48, width=64):
    """Random soft blobs, float32 in [0, 1]: as smooth as a photo, and made in no time."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype="uint8")
    fine = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(fine, "float32") / 255
