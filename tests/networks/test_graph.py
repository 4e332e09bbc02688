"""A model becomes one graph: nested models opened, every use of a layer named, nothing changed."""

import ast
import re
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

import dreamkit as dk
from dreamkit.ascent import Climber
from dreamkit.networks.graph import layers_within
from dreamkit.networks.loading import load_network
from dreamkit.objectives import layer


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)


def picture_input(size=None, channels=3, **how):
    return keras.Input((size, size, channels), **how)


def same(name="conv", filters=3, **how):
    return kl.Conv2D(filters, 3, padding="same", name=name, **how)


def nested_twice():
    """Rescaling and backbone inside a model inside a model; all three have a ``conv``."""
    inner = keras.Sequential([picture_input(), same(filters=4), kl.ReLU(name="relu")], name="inner")
    x = picture_input()
    middle = keras.Model(x, same(filters=6)(inner(kl.Rescaling(1 / 255)(x))), name="middle")
    head = [kl.GlobalAveragePooling2D(name="average"), kl.Dense(2, name="scores")]
    return keras.Sequential([picture_input(), middle, same(), *head], name="outer")


def shared():
    """Convolution, normalisation and activation, each used twice."""
    conv, norm, relu = same(), kl.BatchNormalization(name="norm"), kl.ReLU(name="relu")
    x = picture_input()
    once = relu(norm(conv(x)))
    model = keras.Model(x, kl.Add(name="sum")([relu(norm(conv(once))), once]), name="shared")
    rng = np.random.default_rng(0)
    norm.set_weights([rng.uniform(0.5, 2, 3) for _ in range(4)])
    return model


def answers(model, picture):
    return ops.convert_to_numpy(model(picture[None], training=False))


def test_nested_models_are_opened(photo):
    model = nested_twice()
    net = load_network(model)
    assert net.layers == ["conv", "conv-2", "conv-3"]
    kinds = {row.name: row.kind for row in net.table()}
    assert kinds["relu"] == "ReLU" and "Functional" not in kinds.values()
    expected = answers(model, 255 * photo)
    np.testing.assert_allclose(net.activations(photo, "scores"), expected, rtol=1e-4)
    dream = dk.deepdream(photo, net, "conv-2", octaves=1, steps=2, smoothing=0, natural_colour=0)
    assert dream.history[-1] > dream.history[0]


def test_a_layer_used_twice_is_there_twice_and_answers_as_in_the_model(photo):
    model = shared()
    net = load_network(model, pixels=(0, 1))
    assert list(net.graph.tensors)[1:] == [
        "conv",
        "norm",
        "relu",
        "conv-2",
        "norm-2",
        "relu-2",
        "sum",
    ]
    expected = answers(model, photo)
    np.testing.assert_allclose(net.activations(photo, "sum"), expected, atol=1e-5)
    assert len(model.get_layer("norm")._inbound_nodes) == 2  # the model is as it was


def test_operators_are_layers_and_junctions_too(photo):
    x = picture_input()
    left, right = same("left")(x), same("right")(x)
    total = left + right
    both = ops.concatenate([same("one")(total), same("more")(total)], axis=-1)
    gate = kl.Conv2D(6, 1, name="gate")(kl.GlobalAveragePooling2D(keepdims=True)(both))
    net = load_network(keras.Model(x, both * gate + 1), pixels=(0, 1))
    assert net.layers == ["add", "concatenate"]  # neither the gate nor the 1 is a branch
    assert {row.name for row in net.table()} >= {"multiply", "add-2"}
    half = load_network(net.model, precision="mixed_bfloat16", pixels=(0, 1))
    for each in (net, half):
        dream = dk.deepdream(photo, each, octaves=1, steps=2)
        assert np.abs(dream.image - photo).mean() > 0.004


@keras.saving.register_keras_serializable("tests")
class Halves(kl.Layer):
    def call(self, x):
        return x[..., :2], x[..., 2:]

    def compute_output_shape(self, shape):
        return (*shape[:-1], 2), (*shape[:-1], shape[-1] - 2)


def test_both_answers_of_a_layer_can_be_dreamt_at(photo):
    x = picture_input()
    left, right = Halves(name="halves")(same(filters=5)(x))
    net = load_network(keras.Model(x, [same("a")(left), same("b")(right)]), pixels=(0, 1))
    assert [net.channels(name) for name in ("halves", "halves-2")] == [2, 3]
    first, second = (
        dk.deepdream(photo, net, name, octaves=1, steps=1).image for name in ("halves", "halves-2")
    )
    assert np.abs(first - second).max() > 0.001


@pytest.mark.parametrize("policy", ["mixed_float16", "float16", "mixed_bfloat16"])
def test_a_model_of_few_digits_dreams_in_float32(policy, photo):
    """Gradients by pixels are smaller than the smallest number that float16 has."""
    x = picture_input()
    middle = same(activation="relu", dtype=policy)(x)
    model = keras.Model(x, same("deep", dtype=policy)(middle))
    net = load_network(model, pixels=(0, 1))
    assert {layer.compute_dtype for layer in net.graph.model.layers} == {"float32"}
    expected = answers(model, photo).astype("float32")
    np.testing.assert_allclose(net.activations(photo, "deep"), expected, atol=0.05)
    dream = dk.deepdream(photo, net, "deep", octaves=1, steps=2)
    assert np.abs(dream.image - photo).mean() > 0.003


class Block(kl.Layer):
    """Layers in a layer: held by name, in a list, in a dictionary, in a model, and by a method."""

    def __init__(self, **how):
        super().__init__(**how)
        self.each, self.ends = [same(filters=4)], {"last": (kl.ReLU(), same(filters=4))}
        self.body, x = keras.Sequential([same(filters=4), kl.ReLU()]), picture_input(channels=4)
        self.more, self.first = keras.Model(x, kl.Add()([x, same(filters=4)(x)])), self.begin

    def begin(self, x):
        return self.each[0](x)

    def build(self, shape):
        for each in (*self.each, self.body, *self.ends["last"]):
            each.build(shape)

    def call(self, x):
        for each in self.ends["last"]:
            x = each(x)
        return x + self.more(self.body(self.first(x)))


def attended(x):
    rows = kl.Reshape((-1, 4))(x)
    return kl.Reshape((16, 16, 4))(kl.MultiHeadAttention(1, 4)(rows, rows))


def closed(x):
    y = picture_input(16, channels=4)
    return Doubled(y, same(filters=4)(y), name="odd")(x)


@pytest.mark.parametrize(
    "inside",
    [
        lambda x: Block()(x),
        attended,
        closed,
        lambda x: kl.SpectralNormalization(same(filters=4))(x),
    ],
    # not TimeDistributed, whose gradient ends the process on Keras 3.13 with TensorFlow 2.20
    ids=["block", "attention", "closed model", "spectral"],
)
def test_layers_in_layers_compute_as_asked_whatever_they_were_trained_in(inside, make_picture):
    """Their answers and gradients are those of float32, and the model stays as it is."""
    photo, found, weights = make_picture(0, 16, 16), {}, None
    for policy in ("float32", "mixed_float16"):
        keras.config.set_dtype_policy(policy)
        x = picture_input(16)
        model = keras.Model(x, same("end")(inside(same(filters=4)(x))))
        keras.config.set_dtype_policy("float32")
        weights = weights or model.get_weights()
        model.set_weights(weights)
        net = load_network(model, pixels=(0, 1))
        climber = Climber(net.features(["end"]), objective := layer("end"))
        _, gradient = climber.look(photo[None], *objective.inputs, ())
        found[policy] = ops.convert_to_numpy(gradient).ravel()
        assert len({each.compute_dtype for each in layers_within(model)[1:]}) == 1
    rounding = 1e-5 * np.abs(found["float32"]).max()  # that of float16 is a hundred times larger
    np.testing.assert_allclose(found["mixed_float16"], found["float32"], atol=rounding)


class Doubled(keras.Model):
    """Its layers are not all that it does."""

    def call(self, x, training=None):
        return 2 * super().call(x, training=training)


def test_a_model_that_does_more_than_its_layers_is_refused_and_inside_another_stays_closed(photo):
    x = picture_input()
    odd = Doubled(x, same()(x), name="odd")
    with pytest.raises(
        ValueError, match="odd can't be looked into: .* more or less than the model"
    ):
        load_network(odd, pixels=(0, 1))
    y = picture_input()
    whole = keras.Model(y, same("last")(odd(same("first")(y))))
    net = load_network(whole, pixels=(0, 1))
    assert list(net.graph.tensors)[1:] == ["first", "odd", "last"]
    np.testing.assert_allclose(net.activations(photo, "last"), answers(whole, photo), atol=1e-5)


def defined(tree):
    """Names that a file defines: functions, classes, variables, and what it is (``self.name``)."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        stored = isinstance(getattr(node, "ctx", None), ast.Store)
        if stored and isinstance(node, ast.Name):
            yield node.id
        if stored and isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self":
            yield node.attr


def test_private_names_of_keras_are_in_one_file():
    """Those that begin with an underscore and are nowhere in the package defined, and keras.src."""
    files = sorted(Path(dk.__file__).parent.rglob("*.py"))
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    trees = {file: ast.parse(text) for file, text in texts.items()}
    own = {name for tree in trees.values() for name in defined(tree)}
    own |= {"_fields", "_getframe"}  # of Python's tuples, of its frames
    strangers = {
        (file.name, name)
        for file, tree in trees.items()
        for node in ast.walk(tree)
        for name in [getattr(node, "attr", None) or getattr(node, "arg", None) or ""]
        if re.match(r"_[^_]", name) and name not in own
    }
    assert ("graph.py", "_keras_history") in strangers
    assert {file for file, _ in strangers} == {"graph.py"}
    assert not [file for file, text in texts.items() if "keras.src" in text]
