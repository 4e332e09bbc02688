"""Networks come from Keras, from files and from your own hands, or an error says why not."""

import os
import re
import shutil
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers as kl
from keras.src.applications import vgg16

import dreamkit as dk
from dreamkit.networks.inspecting import applications
from dreamkit.networks.loading import load_network
from dreamkit.objectives import logit
from dreamkit.objectives.objective import LOGITS
from dreamkit.pretrained import WEIGHTS
from tools import lab


def grey_digits():
    """The kind of model a first course ends with: 28 × 28 grey pixels, ten classes."""
    keras.utils.set_random_seed(2)
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            kl.Conv2D(4, 3, activation="relu", name="first"),
            kl.MaxPooling2D(),
            kl.Conv2D(6, 3, activation="relu", name="second"),
            kl.Flatten(),
            kl.Dense(10, activation="softmax", name="digits"),
        ],
        name="digits",
    )


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.convolution = kl.Conv2D(4, 3)

    def call(self, x):
        return self.convolution(x)


def what_is_seen(net, value):
    """Pixels, channel by channel, that reach the network from a picture of one colour."""
    picture = np.full((net.smallest, net.smallest, 3), value, "float32")
    return np.asarray(net._preprocess(picture[None]))[0, 0, 0]


@pytest.fixture(scope="module")
def mobilenet():
    return load_network("mobilenet_v2", weights=None)


def test_inception_sees_pixels_from_minus_one_to_one():
    net = load_network("inception_v3", weights=None)
    assert (net.name, net.smallest, net.layers[0]) == ("inception_v3", 75, "mixed0")
    np.testing.assert_allclose(what_is_seen(net, 0), [-1, -1, -1])
    np.testing.assert_allclose(what_is_seen(net, 1), [1, 1, 1])


def test_vgg_sees_blue_first_less_the_mean_of_imagenet():
    net = load_network("vgg16", weights=None)
    mean = np.array([103.939, 116.779, 123.68])  # B, G, R: Simonyan & Zisserman's, from Caffe
    np.testing.assert_allclose(what_is_seen(net, 0), -mean, rtol=1e-6)
    np.testing.assert_allclose(what_is_seen(net, 1), 255 - mean, rtol=1e-6)
    np.testing.assert_allclose(what_is_seen(net, [1, 0, 0]), [0, 0, 255] - mean, rtol=1e-6)


@pytest.mark.parametrize("spelling", ["MobileNetV2", "mobilenetv2", "mobilenet_v2"])
def test_an_application_goes_by_its_class_or_its_module(mobilenet, spelling):
    net = load_network(spelling, weights=None)
    assert (net.name, net.layers) == ("mobilenet_v2", mobilenet.layers)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("vgg61", "vgg16"),
        ("inceptoin_v3", "inception_v3"),
        ("dreamnett", "dreamnet"),
        ("resnet", "resnet50"),
        ("efficientnet", "efficientnetb7"),
        ("mobilenet_v3", "mobilenetv3small"),
    ],
)
def test_an_unknown_name_lists_near_matches_that_are_taken(name, near):
    with pytest.raises(ValueError, match=f"no .*{name!r}.*{near}") as raised:
        load_network(name)
    offered = re.findall("'([^']+)'", str(raised.value).split("Did you mean")[1].split("?")[0])
    assert near in offered
    for each in offered:
        assert (WEIGHTS / f"{each}.keras").is_file() or each.replace("_", "") in applications()


@pytest.mark.parametrize("source", ["dreamnet", "model", "file", "network"])
def test_weights_and_tops_that_have_no_use_are_refused_or_named(source, model, net, tmp_path):
    """They are for keras.applications alone, and so are not passed over in silence."""
    model.save(tmp_path / "my.keras")
    given = {"model": model, "file": tmp_path / "my.keras", "network": net}.get(source, source)
    pixels = {"pixels": (0, 1)} if source in ("model", "file") else {}
    with pytest.raises(ValueError, match="weights= is for networks of keras.applications.*load_w"):
        load_network(given, weights="my.h5", **pixels)
    with pytest.warns(UserWarning, match="top=True and weights=None passed over: for networks of"):
        load_network(given, top=True, weights=None, **pixels)


@pytest.mark.parametrize("how", [{"pixels": (0, 255)}, {"preprocess": lambda x: x}], ids=str)
def test_a_network_that_is_loaded_is_not_told_what_it_takes(net, how):
    with pytest.raises(ValueError, match="tiny is loaded.*load_network.net.model, pixels=") as _:
        load_network(net, **how)
    assert load_network(net.model, **how) is not net


def test_weights_from_a_file(mobilenet, make_picture, tmp_path):
    picture = make_picture(0, 64, 64)
    path = tmp_path / "mine.weights.h5"
    mobilenet.model.save_weights(path)
    loaded = load_network("mobilenet_v2", weights=path)
    expected = mobilenet.activations(picture, "block_4_add")
    untrained = load_network("mobilenet_v2", weights=None)
    assert np.any(untrained.activations(picture, "block_4_add") != expected)
    np.testing.assert_array_equal(loaded.activations(picture, "block_4_add"), expected)

    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ValueError, match="mine.weights.h5 does not hold weights for MobileNetV2"):
        load_network("mobilenet_v2", weights=path)


def test_weights_of_another_network_are_refused(model, tmp_path):
    model.save_weights(tmp_path / "tiny.weights.h5")
    with pytest.raises(ValueError, match="does not hold weights for MobileNetV2"):
        load_network("mobilenet_v2", weights=tmp_path / "tiny.weights.h5")


def test_weights_that_are_not_there():
    with pytest.raises(FileNotFoundError, match="no weights file nowhere.h5"):
        load_network("mobilenet_v2", weights="nowhere.h5")


def test_without_network_or_cache_the_error_names_the_file_its_address_and_the_folder():
    with pytest.raises(OSError) as raised:
        load_network("vgg16")
    message = str(raised.value)
    assert vgg16.WEIGHTS_PATH_NO_TOP in message
    assert str(Path(os.environ["KERAS_HOME"]) / "models") in message
    assert "dreamnet" in message


@pytest.fixture
def address_of_wrong_weights(tmp_path):
    """A server on this machine that hands out a file which is not what was published."""
    (tmp_path / "weights.h5").write_bytes(b"not what was published")
    with lab.files(tmp_path) as address:
        yield f"{address}/weights.h5"


def test_downloaded_weights_with_a_wrong_hash_are_refused(address_of_wrong_weights, monkeypatch):
    monkeypatch.setattr(vgg16, "WEIGHTS_PATH_NO_TOP", address_of_wrong_weights)
    with pytest.raises(OSError, match="file hash does not match"):
        load_network("vgg16")


def test_a_model_of_one_s_own_dreams_at_any_size_before_flatten(photo):
    net = load_network(grey_digits(), pixels=(0, 1))
    assert (net.name, net.layers, net.default) == ("digits", ["first", "second"], "second")
    dream = dk.deepdream(photo, net, "second", octaves=1, steps=3, jitter=0)
    assert dream.image.shape == photo.shape
    assert dream.history[-1] > dream.history[0]


def test_a_grey_model_sees_the_mean_of_the_colours():
    net = load_network(grey_digits(), pixels=(0, 1))
    np.testing.assert_allclose(what_is_seen(net, [0.2, 0.3, 0.7]), [0.4], rtol=1e-6)


def test_the_logits_of_a_model_with_flatten_need_its_own_size(photo, make_picture):
    net, calls = load_network(grey_digits(), pixels=(0, 1)), []
    with pytest.raises(ValueError, match="digits takes pictures of 28 × 28 pixels only"):
        dk.deepdream(photo, net, logit(3), progress=lambda *step: calls.append(step))
    assert not calls
    dream = dk.deepdream(make_picture(0, 28, 28), net, logit(3), octaves=1, steps=3, jitter=0)
    assert dream.history[-1] > dream.history[0]


@pytest.mark.parametrize("match", ["best", "position"])
def test_a_guide_for_a_model_of_one_size(match, make_picture):
    """The guide is brought to that size, or the error says which it is."""
    net, small = load_network(grey_digits(), pixels=(0, 1)), make_picture(0, 28, 28)
    guide = make_picture(1, 40, 56)
    with pytest.raises(ValueError, match="28 × 28 pixels only"):
        dk.deepdream(make_picture(0), net, "digits", guide=guide, match=match)
    dream = dk.deepdream(
        small, net, "digits", guide=guide, match=match, octaves=1, steps=3, jitter=0
    )
    assert dream.history[-1] > dream.history[0]


@pytest.mark.parametrize(
    ("first", "white"),
    [(lambda: kl.Rescaling(1 / 255), 255), (lambda: kl.Normalization(mean=100, variance=9), 255)],
    ids=["Rescaling", "Normalization"],
)
def test_a_model_that_scales_for_itself_gets_pixels_to_255(first, white):
    model = keras.Sequential([keras.Input((None, None, 3)), first(), kl.Conv2D(4, 3)])
    np.testing.assert_allclose(what_is_seen(load_network(model), 1), [white] * 3)


def test_any_other_model_gets_pixels_to_one_unless_told(model):
    np.testing.assert_allclose(what_is_seen(load_network(model), 1), [1, 1, 1])
    told = load_network(model, pixels=(-1, 1))
    np.testing.assert_allclose(what_is_seen(told, 0), [-1, -1, -1])
    np.testing.assert_allclose(what_is_seen(told, 1), [1, 1, 1])


def test_the_smallest_picture_of_a_model_of_one_s_own_can_be_dreamt_over(make_picture):
    """Convolutions without padding and pools eat up small pictures."""
    layers = [kl.Conv2D(4, 5, activation="relu", name=f"c{n}") for n in range(3)]
    pools = [kl.MaxPooling2D(), kl.MaxPooling2D()]
    model = keras.Sequential(
        [keras.Input((None, None, 3)), layers[0], pools[0], layers[1], pools[1], layers[2]]
    )
    net = load_network(model)
    # 5, then 14 = 2 × 5 + 4, then 32 = 2 × 14 + 4: the next size that is tried
    assert net.smallest == 32
    picture = make_picture(0, net.smallest, net.smallest)
    assert len(dk.deepdream(picture, net, "c2", octaves=1, steps=1).history) == 2


def built_subclass():
    model = Subclassed()
    model(np.zeros((1, 8, 8, 3), "float32"))
    return model


@pytest.mark.parametrize(
    "make",
    [Subclassed, built_subclass, lambda: keras.Sequential([kl.Conv2D(4, 3)])],
    ids=["subclassed", "subclassed and built", "unbuilt"],
)
def test_a_model_without_a_graph_of_layers_is_refused(make):
    with pytest.raises(ValueError, match="functional or Sequential"):
        load_network(make())


def test_a_model_of_something_else_than_one_picture_is_refused():
    words = keras.Sequential([keras.Input((20,)), kl.Dense(3)])
    pictures = [keras.Input((8, 8, 3)), keras.Input((8, 8, 3))]
    pair = keras.Model(pictures, kl.Conv2D(4, 3)(kl.Add()(pictures)))
    for model in (words, pair):
        with pytest.raises(ValueError, match="takes one picture"):
            load_network(model)


def test_a_model_from_a_file_is_the_model(model, net, photo, tmp_path):
    model.save(tmp_path / "my own.keras")
    loaded = load_network(str(tmp_path / "my own.keras"), pixels=(0, 1))
    assert loaded.name == "my own"
    np.testing.assert_array_equal(
        loaded.activations(photo, "mixed2"),
        net.activations(photo, "mixed2"),
    )


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("kept", [0, 100, 0.5, 0.99])
def test_a_file_that_is_cut_short_is_refused(model, tmp_path, kept, ending):
    path = tmp_path / f"short{ending}"
    model.save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: kept if isinstance(kept, int) else int(len(whole) * kept)])
    message = f"short{ending} could not be read as a Keras model: it may be cut short, or its"
    with pytest.raises(ValueError, match=message):
        load_network(path)


class Brightened(kl.Layer):
    """A layer that Keras can't know."""

    def call(self, x):
        return x + 1


def doubled(x):
    """A function that Keras can't know."""
    return 2 * x


WHY = {
    "a Lambda": ([lambda: kl.Lambda(lambda x: x * 2)], "holds Python code .a Lambda layer.*False"),
    "a layer": ([Brightened], "holds a layer or a function of your own.*custom_objects"),
    "a function": (
        [lambda: kl.Conv2D(2, 3, activation=doubled)],
        "holds a layer or a function of your own.*custom_objects",
    ),
    "a layer, inside": (
        [lambda: keras.Sequential([keras.Input((None, None, 2)), Brightened()])],
        "holds a layer or a function of your own.*custom_objects",
    ),
}


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize(("layers", "why"), WHY.values(), ids=WHY)
def test_why_a_file_can_not_be_read_is_told_from_what_it_holds(
    layers, why, ending, tmp_path, monkeypatch
):
    """Not from what Keras says, which is worded otherwise in every version."""
    first = [keras.Input((None, None, 3)), kl.Conv2D(2, 3)]
    path = tmp_path / f"mine{ending}"
    keras.Sequential([*first, *(make() for make in layers)]).save(path)
    with pytest.raises(ValueError, match=f"mine{ending} could not be read .*: it {why}"):
        load_network(path)

    def load_model(*_, **__):
        raise RuntimeError("Kaputt")

    monkeypatch.setattr(keras.models, "load_model", load_model)
    with pytest.raises(ValueError, match=f"it {why}.*Keras says: Kaputt"):
        load_network(path)


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_what_keras_knows_is_not_blamed(model, ending, tmp_path, monkeypatch):
    """Nor what was made known to it."""
    known = keras.saving.register_keras_serializable("tests")(type("Known", (Brightened,), {}))
    norm = kl.BatchNormalization(gamma_regularizer="l2")
    trunk = [keras.Input((16, 16, 3)), kl.Conv2D(2, 3, kernel_initializer="he_normal"), norm]
    both = keras.Sequential([*trunk, known(), kl.Activation("relu"), kl.RandomFlip()])
    monkeypatch.setattr(keras.models, "load_model", lambda *_, **__: 1 / 0)
    for number, each in enumerate((model, both)):
        each.save(tmp_path / f"{number}{ending}")
        with pytest.raises(ValueError, match="it may be cut short, or its weights"):
            load_network(tmp_path / f"{number}{ending}")


@pytest.mark.parametrize("name", ["b.hdf5", "C.H5", "d.KERAS", "e.h5"])
def test_files_of_keras_are_read_whatever_their_ending_looks_like(model, tmp_path, photo, name):
    path = tmp_path / name
    kind = path.suffix.lower()
    model.save(tmp_path / f"a{kind}")
    (tmp_path / f"a{kind}").rename(path)
    loaded = load_network(path, pixels=(0, 1))
    assert (loaded.name, loaded.layers) == (path.stem, ["mixed1", "mixed2"])


@pytest.mark.parametrize("name", ["a.tflite", "b.pt", "c.pth", "d.onnx", "e.pb", "saved"])
def test_files_of_others_are_named_and_how_to_bring_them(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"x") if path.suffix else path.mkdir()
    kind = f"a {path.suffix} file" if path.suffix else "a folder"
    with pytest.raises(ValueError, match=f"{name} is {kind}; networks are read from .keras.*save"):
        load_network(path)


def test_a_file_of_weights_alone_is_told_from_one_cut_short(model, tmp_path):
    model.save_weights(tmp_path / "mine.weights.h5")
    with pytest.raises(ValueError, match="mine.weights.h5 could not be read .*weights only"):
        load_network(tmp_path / "mine.weights.h5")


def test_weights_of_other_layers_are_refused(model, tmp_path):
    """As when a file was put together from two."""
    other = keras.Sequential([keras.Input((None, None, 3)), kl.Conv2D(7, 3, name="stem")])
    files = {}
    for each, name in ((model, "a.keras"), (other, "b.keras")):
        each.save(tmp_path / name)
        with zipfile.ZipFile(tmp_path / name) as archive:
            files[name] = {part: archive.read(part) for part in archive.namelist()}
    mixed = files["a.keras"] | {"model.weights.h5": files["b.keras"]["model.weights.h5"]}
    with zipfile.ZipFile(tmp_path / "mixed.keras", "w") as archive:
        for part, content in mixed.items():
            archive.writestr(part, content)
    with pytest.raises(ValueError, match="mixed.keras could not be read .*those of other layers"):
        load_network(tmp_path / "mixed.keras")


@pytest.mark.parametrize("name", ["efficientnet_lite0", "dreamnet"])
def test_a_bundled_file_by_its_path_takes_what_it_takes_by_its_name(name, tmp_path, recwarn):
    bundled, picture = load_network(name), np.full((32, 32, 3), 0.25, "float32")
    expected = bundled.activations(picture, bundled.layers[0])
    path = tmp_path / f"{name}.keras"
    shutil.copy(WEIGHTS / path.name, path)
    if name == "dreamnet":  # its layers do not tell
        shutil.copy(WEIGHTS / f"{name}.json", tmp_path)
    answer = load_network(path).activations(picture, bundled.layers[0])
    np.testing.assert_allclose(answer, expected, atol=1e-5)
    assert not recwarn


def test_with_its_top_an_application_has_classes_by_name(photo):
    net = load_network("mobilenet_v2", top=True, weights=None)
    assert (net.channels(LOGITS), len(net.classes)) == (1000, 1000)
    dream = dk.deepdream(photo, net, logit("Tabby"), octaves=1, steps=1)
    assert dream.settings["objective"] == "logit('Tabby')"
    without = load_network("mobilenet_v2", weights=None)
    for which in ("tabby", 3):
        with pytest.raises(ValueError, match="does not end in class scores.*with its top"):
            dk.deepdream(photo, without, logit(which), octaves=1)


@pytest.mark.parametrize(
    "nonsense", [None, 42, "", [1], keras.Model, kl.Dense(3), np.ones(3)], ids=range(7)
)
def test_what_is_no_network_is_refused_wherever_one_is_taken(nonsense, photo):
    for take in (
        load_network,
        lambda it: dk.deepdream(photo, it),
        lambda it: dk.dreaming(photo, it),
        lambda it: dk.visualise(it, logit(0)),
        lambda it: dk.zoom(photo, it),
        lambda it: dk.widgets.dream_explorer(photo, it),
        lambda it: dk.widgets.guide_explorer({"a": photo}, {"a": photo}, it),
        lambda it: dk.widgets.response_explorer({"a": photo}, it),
        lambda it: dk.widgets.atlas_explorer(dk.load_atlas("dreamnet"), it),
    ):
        with pytest.raises(ValueError, match="A network is what load_network gives"):
            take(nonsense)


def test_a_name_a_path_or_a_model_is_taken_where_a_network_is(model, photo, tmp_path, recwarn):
    scaled = keras.Sequential([keras.Input((None, None, 3)), kl.Rescaling(1 / 255), model])
    scaled.save(tmp_path / "mine.keras")
    dreams = [
        dk.deepdream(photo, it, "mixed1", octaves=1, steps=1)
        for it in (scaled, str(tmp_path / "mine.keras"), tmp_path / "mine.keras")
    ]
    for dream in dreams[1:]:
        np.testing.assert_allclose(dream.image, dreams[0].image, atol=1e-4)
    named = dk.deepdream(photo, "dreamnet", "mixed1", octaves=1, steps=1)
    assert named.settings["network"] == "dreamnet"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file .*missing.keras"):
        load_network(tmp_path / "missing.keras")


def test_a_file_with_code_in_it_is_not_run(tmp_path):
    """Keras' safe mode: a Lambda layer holds Python, and a model file comes from anywhere."""
    trap = keras.Sequential(
        [keras.Input((8, 8, 3)), kl.Conv2D(2, 3), kl.Lambda(lambda x: x * 2)], name="trap"
    )
    trap.save(tmp_path / "trap.keras")
    with pytest.raises(ValueError, match="Lambda.*load_network.*safe_mode=False") as raised:
        load_network(tmp_path / "trap.keras")
    assert "cut short" not in str(raised.value)


def test_an_application_that_has_no_module_of_its_own_is_found_too():
    net = load_network("mobilenet_v3_small", weights=None)
    assert net.name == "mobilenetv3small"
    assert net.model.count_params() == 939_120
