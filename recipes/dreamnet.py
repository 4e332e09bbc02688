"""Train DreamNet, the small network that the course dreams with.

``python -m recipes.dreamnet`` reads Tiny ImageNet (see ``recipes.data``), trains in
three stages and writes ``dreamkit/weights/dreamnet.keras`` with its card. Stopped at any time, the
same command goes on from the last finished epoch.

What makes its gradients look like pictures rather than static:

* stage 1 trains under Gaussian noise of random strength;
* stages 2 and 3 train on pictures that were first nudged *against* the network (one step up the
  loss), far and then less far, after Wong, Rice & Kolter, "Fast is better than free" (2020), and
  Engstrom et al., "Adversarial Robustness as a Prior for Learned Representations" (2019);
* average instead of max pooling, and a 4 by 4 first kernel that its stride of 2 divides, so that
  gradients carry no checkerboard (Odena, Dumoulin & Olah, "Deconvolution and Checkerboard
  Artifacts", 2016).
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from dreamkit.files import save_model, whole_file, write_whole
from dreamkit.pretrained import WEIGHTS, home, write_card

from .parallel import add_option, split, use_all_devices

ANIMALS = (
    "n01443537 n01629819 n01641577 n01644900 n01698640 n01742172 n01768244 n01770393 n01774384 "
    "n01774750 n01784675 n01855672 n01882714 n01910747 n01917289 n01944390 n01945685 n01950731 "
    "n01983481 n01984695 n02002724 n02056570 n02058221 n02074367 n02085620 n02094433 n02099601 "
    "n02099712 n02106662 n02113799 n02123045 n02123394 n02124075 n02125311 n02129165 n02132136 "
    "n02165456 n02190166 n02206856 n02226429 n02231487 n02233338 n02236044 n02268443 n02279972 "
    "n02281406 n02321529 n02364673 n02395406 n02403003 n02410509 n02415577 n02423022 n02437312 "
    "n02480495 n02481823 n02486410 n02504458 n02509815"
).split()
GROWING = "n09256479 n04275548 n07734744 n07768694 n07715103".split()  # coral reef, web, mushroom …
CLASSES = ANIMALS + GROWING
BATCH = 128
TRIED = (  # seen on contact sheets of every junction over three photos
    "Stage 1 alone (noise): top-1 51.0 %. Spots, eyes and fur, under fine waves on every surface; "
    "without colour treatment, magenta and red blobs.",
    "Stages 1 and 2 (then a strong adversarial nudge): top-1 49.3 %. Waves gone; broad clean "
    "strokes like a woodcut, fewer creatures.",
    "All three (a weaker nudge last), kept: top-1 51.1 %. Strokes stay clean, and at mixed5 white "
    "dogs with eyes and noses come back, in clouds above all. mixed6 stays vague in all three.",
)


@dataclass(frozen=True)
class Stage:
    """One part of the training, with a one-cycle learning rate of its own."""

    epochs: int
    peak: float  # the highest learning rate
    noise: float  # the largest standard deviation of the noise, on the [-1, 1] scale
    attack: float  # L2 length of the adversarial nudge, on the [-1, 1] scale


STAGES = (
    Stage(epochs=14, peak=0.2, noise=0.5, attack=0.0),
    Stage(epochs=24, peak=0.1, noise=0.25, attack=1.5),
    Stage(epochs=12, peak=0.1, noise=0.3, attack=0.5),
)


def build_dreamnet(classes: int, batch_norm: bool = True) -> Any:
    """An Inception-style network: a stem, then junctions ``mixed1`` … ``mixed6``, then logits.

    Parameters
    ----------
    classes : int
    batch_norm : bool
        The trained form has batch normalisation after every convolution; the bundled form has it
        folded into the convolutions, which computes the same and runs faster.

    Returns
    -------
    keras.Model
        Input float32 (n, height, width, 3) in [-1, 1], any size; output logits (n, classes).
    """
    from keras import Model, layers

    def conv(x, filters, size, name, strides=1):
        x = layers.Conv2D(filters, size, strides, "same", use_bias=not batch_norm, name=name)(x)
        if batch_norm:
            x = layers.BatchNormalization(momentum=0.95, name=f"{name}_norm")(x)
        return layers.Activation("relu", name=f"{name}_relu")(x)

    def mixed(x, name, one, three, five, pooled):
        reduce_three, three = three
        reduce_five, five = five
        a = conv(x, one, 1, f"{name}_1x1")
        b = conv(x, reduce_three, 1, f"{name}_3x3_reduce")
        b = conv(b, three, 3, f"{name}_3x3")
        c = conv(x, reduce_five, 1, f"{name}_5x5_reduce")
        c = conv(c, five, 3, f"{name}_5x5_a")  # two 3x3 see what one 5x5 sees, for less
        c = conv(c, five, 3, f"{name}_5x5_b")
        d = layers.AveragePooling2D(3, 1, "same", name=f"{name}_pool")(x)
        d = conv(d, pooled, 1, f"{name}_pool_1x1")
        return layers.Concatenate(name=name)([a, b, c, d])

    picture = layers.Input((None, None, 3), name="picture")
    x = conv(picture, 32, 4, "stem1", strides=2)
    x = conv(x, 48, 3, "stem2")
    x = layers.AveragePooling2D(2, name="pool1")(x)
    x = mixed(x, "mixed1", 48, (32, 64), (16, 32), 16)
    x = mixed(x, "mixed2", 64, (48, 96), (24, 48), 16)
    x = layers.AveragePooling2D(2, name="pool2")(x)
    x = mixed(x, "mixed3", 96, (64, 128), (32, 64), 32)
    x = mixed(x, "mixed4", 112, (80, 160), (40, 80), 32)
    x = mixed(x, "mixed5", 128, (96, 192), (48, 96), 32)
    x = mixed(x, "mixed6", 128, (96, 224), (48, 112), 48)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return Model(picture, logits, name="dreamnet")


def folded(trained: Any) -> Any:
    """The same network in float32 with its batch normalisation folded into the convolutions."""
    from dreamkit.networks.folding import fold_batch_norm

    plain = build_dreamnet(trained.output_shape[-1], batch_norm=False)
    plain.set_weights(fold_batch_norm(trained).get_weights())
    return plain


def varied(pictures: np.ndarray, rng: np.random.Generator, noise: float) -> np.ndarray:
    """A training batch, float32 in [-1, 1]: crops and flips of uint8 pictures, then noise."""
    batch = np.empty(pictures.shape, "float32")
    for i, picture in enumerate(pictures):
        side = rng.uniform(40, 64)
        left, top = rng.uniform(0, 64 - side, 2)
        box = (left, top, left + side, top + side)
        crop = Image.fromarray(picture).resize((64, 64), Image.Resampling.BILINEAR, box)
        batch[i] = np.asarray(crop)[:, :: rng.choice((-1, 1))]
    batch = batch / 127.5 - 1
    strength = noise * rng.random((len(batch), 1, 1, 1), "float32")
    strength *= rng.random(strength.shape) < 0.8  # one in five stays clean
    return batch + strength * rng.standard_normal(batch.shape, "float32")


def one_cycle(progress: float, peak: float) -> float:
    """Learning rate at ``progress`` in [0, 1]: a short warm-up, then a cosine down to zero."""
    if progress < 0.15:
        return peak * (0.05 + 0.95 * progress / 0.15)
    return peak * 0.5 * (1 + np.cos(np.pi * (progress - 0.15) / 0.85))


def accuracy(model: Any, pictures: np.ndarray, labels: np.ndarray) -> float:
    """Share of pictures whose highest logit is their label."""
    logits = model.predict(pictures.astype("float32") / 127.5 - 1, batch_size=256, verbose=0)
    return float(np.mean(logits.argmax(-1) == labels))


def train(
    folder: str | Path,
    stages: Sequence[Stage] = STAGES,
    seed: int = 0,
    limit: int | None = None,
) -> tuple[Any, list[dict[str, float]]]:
    """Train (or go on training) in ``folder``; return the trained model and the log of its epochs.

    ``folder`` keeps ``model.keras`` (weights and optimiser) and ``log.json``, both written whole
    after every epoch, and the model as it stood at the end of each stage.
    """
    import keras
    from tqdm import tqdm

    from dreamkit.backend import Compiled, with_gradient

    from .data import tiny_imagenet

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    pictures, labels, _ = tiny_imagenet("train", CLASSES)
    unseen, unseen_labels, _ = tiny_imagenet("val", CLASSES)
    if limit:
        pictures, labels = pictures[:: len(pictures) // limit], labels[:: len(labels) // limit]
    targets = np.eye(len(CLASSES), dtype="float32")[labels]

    if (folder / "model.keras").exists():
        model = keras.models.load_model(folder / "model.keras")
        log = json.loads((folder / "log.json").read_text(encoding="utf-8"))
    else:
        keras.utils.set_random_seed(seed)
        keras.mixed_precision.set_global_policy("mixed_bfloat16")  # a third faster on recent CPUs
        model, log = build_dreamnet(len(CLASSES)), []
        keras.mixed_precision.set_global_policy("float32")
        optimizer = keras.optimizers.SGD(momentum=0.9, nesterov=True, weight_decay=5e-4)
        optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
        model.compile(
            optimizer,
            keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
            metrics=["accuracy"],
        )
    loss_and_gradient = Compiled(
        with_gradient(lambda x, y: model.loss(y, model(x, training=False)))
    )

    def attacked(x, y, length):
        _, gradient = loss_and_gradient(split(x), split(y))
        gradient = np.asarray(gradient, "float32")
        size = np.sqrt((gradient**2).sum((1, 2, 3), keepdims=True)) + 1e-12
        return x + length * gradient / size

    schedule = [(stage, epoch) for stage in stages for epoch in range(stage.epochs)]
    for number, (stage, epoch) in list(enumerate(schedule))[len(log) :]:
        rng = np.random.default_rng((seed, number))
        order = rng.permutation(len(pictures))
        batches = np.array_split(order, max(1, len(order) // BATCH))
        started = time.time()
        for i, batch in enumerate(
            tqdm(batches, desc=f"epoch {number + 1}/{len(schedule)}", mininterval=5)
        ):
            progress = (epoch + i / len(batches)) / stage.epochs
            model.optimizer.learning_rate = one_cycle(progress, stage.peak)
            x, y = varied(pictures[batch], rng, stage.noise), targets[batch]
            if stage.attack:
                x = attacked(x, y, stage.attack)
            loss, hits = model.train_on_batch(x, y)
            if i == 0:
                model.reset_metrics()
        top1 = accuracy(model, unseen, unseen_labels)
        seconds = time.time() - started
        log.append(
            {
                "loss": float(loss),
                "hits": float(hits),
                "top1": top1,
                "seconds": seconds,
                **asdict(stage),
            }
        )
        print(
            f"loss {loss:.3f}  training {hits:.3f}  held out {top1:.3f}  {seconds:.0f} s",
            flush=True,
        )
        with whole_file(folder / "model.keras") as file:
            model.save(file.name)
        write_whole(folder / "log.json", json.dumps(log, indent=1))
        if epoch + 1 == stage.epochs:
            save_model(folded(model), folder / f"stage{stages.index(stage) + 1}.keras")
    return model, log


def bundle(model: Any, log: list[dict[str, float]], seed: int, folder: Path = WEIGHTS) -> Path:
    """Write the trained network, folded, and its card into ``folder``."""
    from .data import tiny_imagenet
    from .half import halved

    unseen, labels, names = tiny_imagenet("val", CLASSES)
    plain = folded(model)
    return write_card(
        halved(save_model(plain, Path(folder) / "dreamnet.keras")),
        about="DreamNet: a small Inception-style network, made to dream.",
        command=f"python -m recipes.dreamnet --seed {seed}",
        data=f"Tiny ImageNet, the {len(CLASSES)} classes named here: 400 training pictures and 50 "
        "held-out pictures of each, 64 × 64 pixels",
        source="http://cs231n.stanford.edu/tiny-imagenet-200.zip",
        seed=seed,
        parameters=plain.count_params(),
        pixels=[-1, 1],
        smallest=32,
        step_size=0.006,
        side=96,
        scores={"held-out top-1": round(accuracy(plain, unseen, labels), 4)},
        stages=[asdict(stage) for stage in STAGES],
        seconds=round(sum(epoch["seconds"] for epoch in log)),
        tried=TRIED,
        classes=names,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=home() / "training" / "dreamnet")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, help="train on this many pictures only, to try it")
    add_option(parser)
    arguments = parser.parse_args()
    if arguments.data_parallel:
        use_all_devices()
    trained, epochs = train(arguments.folder, seed=arguments.seed, limit=arguments.limit)
    if not arguments.limit:
        print(bundle(trained, epochs, arguments.seed))
