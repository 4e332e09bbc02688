"""Models as Keras 2 described them, and Keras 3 in .h5 files, are read, or it is said why not."""

import json
import zipfile

import h5py
import keras
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

from dreamkit.networks.loading import load_network
from dreamkit.networks.older import Unreadable, translated


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)


@pytest.fixture
def picture(make_picture):
    return make_picture(0, 16, 16)


def rewritten(model, path, change):
    """A file of a model whose description is changed, or is another."""
    model.save(path)
    if path.suffix == ".h5":
        with h5py.File(path, "r+") as file:
            file.attrs["model_config"] = json.dumps(change(json.loads(file.attrs["model_config"])))
        return path
    old = path.with_stem("as-saved")
    path.rename(old)
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            changed = name == "config.json"
            target.writestr(name, json.dumps(change(json.loads(data))) if changed else data)
    return path


def with_settings(**settings):
    """A change of descriptions: what Keras 2 says of each kind of layer too."""

    def change(written):
        if isinstance(written, list):
            return [change(each) for each in written]
        if not isinstance(written, dict):
            return written
        written = {key: change(value) for key, value in written.items()}
        if isinstance(written.get("config"), dict):
            written["config"] |= settings.get(written.get("class_name"), {})
        return written

    return change


HALF = {"class_name": "Policy", "config": {"name": "mixed_float16"}, "module": "keras"}
KERAS_2 = {
    "DepthwiseConv2D": {"groups": 1, "dtype": HALF},
    "Conv2DTranspose": {"groups": 1},
    "SeparableConv2D": {
        **{"groups": 1, "kernel_constraint": None, "kernel_regularizer": None},
        "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}},
    },
    "BatchNormalization": {"axis": [3]},
    "SpatialDropout2D": {"noise_shape": None, "trainable": True},
    "RandomFlip": {"rng_type": "stateful"},
    "MultiHeadAttention": {"query_shape": [None, 16, 4], "softmax_robust_masking": False},
    "SimpleRNN": {"time_major": False},
}


def of_many_layers():
    x = picture = keras.Input((16, 16, 3))
    x = kl.Conv2D(4, 3, padding="same", name="first")(kl.RandomFlip()(kl.Rescaling(1 / 255)(x)))
    x = kl.SeparableConv2D(4, 3, padding="same")(kl.DepthwiseConv2D(3, padding="same")(x))
    x = kl.SpatialDropout2D(0.5)(kl.BatchNormalization()(kl.Conv2DTranspose(4, 3, strides=2)(x)))
    x = kl.LayerNormalization(axis=[1, 2, 3], name="norm")(kl.Conv2D(4, 3, strides=8)(x))
    x = kl.MultiHeadAttention(1, 4)(s := kl.Reshape((-1, 4))(x), s)
    return keras.Model(picture, kl.Bidirectional(kl.SimpleRNN(3))(x), name="many")


@pytest.mark.parametrize("ending", [".h5", ".keras"])
def test_settings_of_keras_2_that_change_nothing_are_passed_over(ending, tmp_path, picture):
    model = of_many_layers()
    net = load_network(rewritten(model, tmp_path / f"old{ending}", with_settings(**KERAS_2)))
    expected = ops.convert_to_numpy(model(255 * picture[None], training=False))
    answer = ops.convert_to_numpy(net.model(255 * picture[None], training=False))
    np.testing.assert_allclose(answer, expected, atol=0.01)  # a layer computes in float16


@pytest.mark.parametrize("ending", [".h5", ".keras"])
@pytest.mark.parametrize(
    ("kind", "setting"), [("DepthwiseConv2D", {"groups": 2}), ("SimpleRNN", {"time_major": True})]
)
def test_a_setting_that_changes_something_is_not_passed_over(ending, kind, setting, tmp_path):
    path = tmp_path / f"old{ending}"
    rewritten(of_many_layers(), path, with_settings(**KERAS_2 | {kind: setting}))
    with pytest.raises(ValueError, match=f"such as Keras 2: Keras 3.* has no {kind} like.*Build"):
        load_network(path)


def layer(kind, name, *nodes, **config):
    config |= {"name": name, "dtype": "float32", "trainable": True}
    return {"class_name": kind, "name": name, "config": config, "inbound_nodes": list(nodes)}


def operation(function, *node, kind="TFOpLambda"):
    """As Keras 2 wrote one, which stands in no list."""
    name = f"tf.{function}"
    return layer(kind, name, list(node), function=function)


def described(*layers, end):
    """A model as Keras 2 wrote it."""
    first = {"batch_input_shape": [None, 16, 16, 3], "ragged": False, "sparse": False}
    config = {
        "name": "old",
        "trainable": True,
        "layers": [layer("InputLayer", "picture", **first), *layers],
        "input_layers": [["picture", 0, 0]],
        "output_layers": [end],
    }
    return {"class_name": "Functional", "config": config}


def conv(name, node, filters=3):
    return layer("Conv2D", name, [node], filters=filters, kernel_size=[1, 1], activation="linear")


def convs(*names):
    """The layers that have weights, as Keras 3 makes them."""
    x = picture = keras.Input((16, 16, 3))
    for name in names:
        x = kl.Conv2D(3, 1, name=name, bias_initializer="uniform")(x)
    return keras.Model(picture, x)


DOTS, BACKWARDS = {"class_name": "__ellipsis__"}, {"start": None, "stop": None, "step": -1}
OPERATIONS = {
    "y": (
        [
            operation("math.truediv", "picture", 0, 0, {"y": 127.5, "name": None}),
            operation("math.subtract", "tf.math.truediv", 0, 0, {"y": 1.0, "name": None}),
            conv("a", ["tf.math.subtract", 0, 0, {}]),
        ],
        lambda x, a: a(x / 127.5 - 1),
    ),
    "bias": (
        [
            operation("cast", "picture", 0, 0, {"dtype": "float32"}),
            operation(
                *("__operators__.getitem", "tf.cast", 0, 0, {"slice_spec": [DOTS, BACKWARDS]}),
                kind="SlicingOpLambda",
            ),
            operation("nn.bias_add", "tf.__operators__.getitem", 0, 0, {"bias": [-9, -5, 0.5]}),
            conv("a", ["tf.nn.bias_add", 0, 0, {}]),
        ],
        lambda x, a: a(ops.flip(x, -1) + np.array([-9, -5, 0.5], "float32")),
    ),
    "a number first": (
        [
            operation("math.subtract", "_CONSTANT_VALUE", -1, 1.0, {"y": ["picture", 0, 0]}),
            conv("a", ["tf.math.subtract", 0, 0, {}]),
            operation("math.pow", "a", 0, 0, {"y": 2}),
        ],
        lambda x, a: a(1 - x) ** 2,
    ),
    "two tensors": (
        [
            conv("a/b", ["picture", 0, 0, {}]),
            operation("math.sigmoid", "a/b", 0, 0, {}),
            operation("math.multiply", "a/b", 0, 0, {"y": ["tf.math.sigmoid", 0, 0]}),
        ],
        lambda x, a: a(x) * ops.sigmoid(a(x)),
    ),
    "several": (
        [
            conv("a", ["picture", 0, 0, {}]),
            operation("nn.relu6", "a", 0, 0, {}),
            operation("concat", ["a", 0, 0, {"axis": -1}], ["tf.nn.relu6", 0, 0, {"axis": -1}]),
            operation(
                "clip_by_value", "tf.concat", 0, 0, {"clip_value_min": 1, "clip_value_max": 90}
            ),
            operation(
                "image.resize", "tf.clip_by_value", 0, 0, {"size": [8, 8], "method": "nearest"}
            ),
        ],
        lambda x, a: ops.image.resize(
            ops.clip(ops.concatenate([a(x), ops.relu6(a(x))], axis=-1), 1, 90),
            (8, 8),
            interpolation="nearest",
        ),
    ),
    "means": (
        [
            conv("a", ["picture", 0, 0, {}]),
            operation("math.reduce_mean", "a", 0, 0, {"axis": [1, 2], "keepdims": True}),
            operation("math.subtract", "a", 0, 0, {"y": ["tf.math.reduce_mean", 0, 0]}),
        ],
        lambda x, a: a(x) - ops.mean(a(x), axis=(1, 2), keepdims=True),
    ),
}


@pytest.mark.parametrize(("layers", "expected"), OPERATIONS.values(), ids=OPERATIONS)
def test_operations_of_keras_2_are_those_of_keras_3(layers, expected, tmp_path, picture):
    model = convs("a")
    end = [layers[-1]["name"], 0, 0]
    path = rewritten(model, tmp_path / "old.h5", lambda _: described(*layers, end=end))
    net = load_network(path, pixels=(0, 255))
    answer = net.activations(picture, list(net.graph.tensors)[-1])
    wanted = ops.convert_to_numpy(expected(255 * picture[None], model.get_layer("a")))
    np.testing.assert_allclose(answer, wanted, rtol=1e-4, atol=1e-3)


def test_a_model_in_a_model_counts_its_uses_from_one(tmp_path, picture):
    """And names its inputs one by one where it takes them by name."""
    inner = described(conv("a", ["picture", 0, 0, {}]), end=["a", 0, 0])
    inner = inner | {
        "name": "inner",
        "inbound_nodes": [[["picture", 0, 0, {}]], [["inner", 1, 0, {}]]],
    }
    flat = layer("Reshape", "flat", [["inner", 2, 0, {}]], target_shape=[-1, 3])
    seen = layer("Attention", "seen", [["flat", 0, 0, {}], ["flat", 0, 0, {}]], score_mode="dot")
    old = described(inner, flat, seen, end=["seen", 0, 0])
    model = convs("a")
    net = load_network(rewritten(model, tmp_path / "old.h5", lambda _: old), pixels=(0, 1))
    a = model.get_layer("a")
    rows = ops.reshape(a(a(picture[None])), (1, -1, 3))
    wanted = ops.convert_to_numpy(kl.Attention()([rows, rows]))
    np.testing.assert_allclose(net.activations(picture, "seen"), wanted, rtol=1e-4, atol=1e-5)


def test_a_first_layer_that_knows_the_input_gets_one():
    """As Keras wrote Sequential models until 2019."""
    first = {"class_name": "Conv2D", "config": {"name": "a", "dtype": "float32"}}
    first["config"] |= {"filters": 2, "kernel_size": [3, 3], "batch_input_shape": [None, 8, 8, 3]}
    model = keras.Sequential.from_config(
        translated({"class_name": "Sequential", "config": [first]})["config"]
    )
    assert model.input_shape == (None, 8, 8, 3) and model.output_shape == (None, 6, 6, 2)


STRANGE = {
    "another": operation("nn.gelu", "a", 0, 0, {}),
    "another argument": operation("math.sigmoid", "a", 0, 0, {"slope": 2}),
    "of TensorFlow": layer("TensorFlowOpLayer", "tf.op", ["a", 0, 0, {}], node_def={"op": "Relu"}),
}


@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE)
def test_an_operation_without_a_name_in_keras_3_is_told_and_the_advice_helps(strange, tmp_path):
    layers = [conv("a", ["picture", 0, 0, {}]), strange]
    old, model = described(*layers, end=[strange["name"], 0, 0]), convs("a")
    path = rewritten(model, tmp_path / "old.h5", lambda _: old)
    function = strange["config"].get("function", "TensorFlowOpLayer")
    advice = r"Build the same layers in Keras 3, then model.load_weights\('old.h5'\)"
    with pytest.raises(ValueError, match=f"operation, {function}, as Keras 2 wrote it.*{advice}"):
        load_network(path)
    anew = convs("a")
    anew.load_weights(path)
    np.testing.assert_array_equal(anew.get_weights()[0], model.get_weights()[0])


def test_an_operation_that_is_given_nothing_is_told():
    lost = {"class_name": "TFOpLambda", "config": {"name": "x", "function": "math.truediv"}}
    with pytest.raises(Unreadable, match=r"math\.truediv"):
        translated({"class_name": "Sequential", "config": {"layers": [lost]}})


def test_operations_in_an_h5_file_of_keras_3_are_read_too(tmp_path, picture):
    """Keras itself does not read them: it writes no module."""
    x = keras.Input((16, 16, 3))
    y = kl.Conv2D(4, 3, name="a")(x[..., :2] / 127.5 - 1)
    z = ops.relu(y + ops.mean(y, axis=-1, keepdims=True))
    z = ops.image.resize(z - np.array([0.1, 0, 0, 0], "float32"), (8, 8))
    model = keras.Model(x, kl.Conv2D(2, 1, name="b")(z))
    model.save(tmp_path / "new.h5")
    net = load_network(tmp_path / "new.h5")
    expected = ops.convert_to_numpy(model(255 * picture[None], training=False))
    np.testing.assert_allclose(net.activations(picture, "b"), expected, atol=1e-4)
