"""Do a trained network's batch normalisation once, in its weights, instead of at every step."""

from typing import Any

import keras
import numpy as np
from keras import layers as kl

from .graph import maker


def fold_batch_norm(model: keras.Model, made: dict[str, Any] | None = None) -> keras.Model:
    """The same function, for inference, with batch normalisation folded into convolutions.

    After Jacob et al., "Quantization and Training of Neural Networks …" (2017), section 3.2.
    ``made`` holds convolutions that other parts of the network share, by name.
    """
    pairs = dict(_foldable(model))
    if not pairs:
        return model
    folded = {norm.name: conv.name for conv, norm in pairs.values()}
    made = {} if made is None else made
    new = pairs.keys() - made.keys()

    def copy(layer: Any) -> Any:
        if layer.name in folded:
            return kl.Identity(name=layer.name)
        if layer.name in pairs:
            if layer.name not in made:
                made[layer.name] = kl.Conv2D.from_config({**layer.get_config(), "use_bias": True})
            return made[layer.name]
        return layer  # shared with the model

    def call(layer: Any, *inputs: Any, **options: Any) -> Any:
        return layer(*inputs) if isinstance(layer, kl.Identity) else layer(*inputs, **options)

    twin = keras.models.clone_model(model, clone_function=copy, call_function=call)
    for name, (conv, norm) in pairs.items():
        if name not in new:
            continue
        kernel, *bias = conv.get_weights()
        mean, variance = (np.asarray(v) for v in (norm.moving_mean, norm.moving_variance))
        gamma = np.asarray(norm.gamma) if norm.scale else 1.0
        beta = np.asarray(norm.beta) if norm.center else 0.0
        scale, shift = scale_and_shift(mean, variance, norm.epsilon, gamma, beta)
        twin.get_layer(name).set_weights([kernel * scale, sum(bias) * scale + shift])
    return twin


def scale_and_shift(
    mean: np.ndarray, variance: np.ndarray, epsilon: float, gamma: Any = 1.0, beta: Any = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """What a trained normalisation multiplies each channel with, and then adds to it."""
    scale = gamma / np.sqrt(variance + epsilon)
    return scale, beta - mean * scale


def _foldable(model: keras.Model) -> Any:
    """Name of each plain convolution that feeds one normalisation and nothing else, and both."""
    feeds: dict[str, list[Any]] = {}
    for layer in model.layers:
        for tensor in keras.tree.flatten(getattr(layer, "input", [])):
            feeds.setdefault(maker(tensor).name, []).append(layer)
    for layer in model.layers:
        followers = feeds.get(layer.name, [])
        if (
            type(layer) is kl.Conv2D
            and layer.activation is keras.activations.linear
            and [type(follower) for follower in followers] == [kl.BatchNormalization]
            and followers[0].axis in (-1, 3)
            and layer.name not in model.output_names
        ):
            yield layer.name, (layer, followers[0])
