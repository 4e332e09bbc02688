"""What is bundled of DreamNet computes what was trained."""

import keras
import numpy as np

from recipes.dreamnet import build_dreamnet, folded


def test_the_folded_network_has_no_normalisation_and_answers_the_same():
    trained = build_dreamnet(3)
    rng = np.random.default_rng(0)
    for layer in trained.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            channels = layer.gamma.shape
            low = np.array([0.5, -1, -1, 0.5])[:, None]  # gamma, beta, mean, variance
            layer.set_weights(list(rng.uniform(low, 1.5, (4, *channels))))
    plain = folded(trained)
    assert {type(layer).__name__ for layer in trained.layers} - {
        type(layer).__name__ for layer in plain.layers
    } == {"BatchNormalization"}
    assert not any(type(layer).__name__ == "Identity" for layer in plain.layers)
    picture = rng.uniform(-1, 1, (1, 32, 32, 3)).astype("float32")
    before, after = (keras.ops.convert_to_numpy(m(picture)) for m in (trained, plain))
    assert np.abs(before).max() > 0.1
    np.testing.assert_allclose(after, before, rtol=1e-3, atol=1e-3)
