"""What pictures a model takes is looked for, said, and where it can't be known, asked for."""

import keras
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

import dreamkit as dk
from dreamkit.networks.inspecting import MULTIPLES
from dreamkit.networks.loading import load_network
from dreamkit.objectives import channel, logit
from dreamkit.objectives.objective import LOGITS

PLAIN = {"jitter": 0, "smoothing": 0, "natural_colour": 0, "keep_light": 0}  # scores only rise


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)


def after(*first, channels=3, size=None, dtype="float32"):
    """A model whose first weights, ``first``, come after some layers or functions."""
    x = picture = keras.Input((size, size, channels), dtype=dtype)
    for each in first:
        x = each(x)
    for name in ("first", "second"):
        x = kl.Conv2D(4, 3, padding="same", name=name)(x)
    return keras.Model(picture, x, name="mine")


IMAGENET = {"mean": [0.485, 0.456, 0.406], "variance": [0.0524, 0.0502, 0.0506]}
INSIDE = keras.Sequential(
    [keras.Input((None, None, 3)), kl.RandomRotation(0.1), kl.Rescaling(1 / 255)]
)


@pytest.mark.parametrize(
    ("first", "low", "high"),
    [
        ([kl.Rescaling(1 / 255)], 0, 255),
        ([kl.Rescaling(2, -1)], 0, 1),
        ([kl.RandomFlip(), kl.RandomZoom(0.1), kl.Rescaling(1 / 127.5, -1)], 0, 255),
        ([kl.Resizing(32, 32), kl.Rescaling(1 / 255)], 0, 255),
        ([kl.CenterCrop(32, 32), kl.Rescaling(1 / 255), kl.ZeroPadding2D(9)], 0, 255),
        ([INSIDE], 0, 255),
        ([lambda x: x / 255], 0, 255),
        ([lambda x: x / 127.5 - 1], 0, 255),
        ([lambda x: ops.subtract(ops.multiply(x, 2.0), 1.0)], 0, 1),
        ([lambda x: x - 0.5], 0, 1),
        ([lambda x: (x + 1) / 2], -1, 1),
        ([lambda x: ops.flip(x, -1) - np.array([103.9, 116.8, 123.7], "float32")], 0, 255),
        ([kl.Normalization(**IMAGENET)], 0, 1),
        ([kl.Normalization(mean=120, variance=3600)], 0, 255),
    ],
    ids=range(14),
)
def test_what_white_becomes_at_the_first_weights_tells_what_a_model_takes(
    first, low, high, recwarn
):
    net = load_network(after(*first))
    assert not [each for each in recwarn if "pixels" in str(each.message)]
    assert f"pixels from {low} to {high}: black, grey, white arrive at 'first' as" in str(net)


def test_white_arrives_as_one_in_print_and_in_the_network():
    net = load_network(after(kl.RandomFlip(), kl.Rescaling(1 / 255, name="scaled")))
    assert "arrive at 'first' as 0, 0.5, 1." in str(net)
    white = np.ones((16, 16, 3), "float32")
    np.testing.assert_allclose(net.activations(white, "scaled"), 1, rtol=1e-6)


def test_a_normalisation_with_what_it_has_learnt_tells_it_too():
    model = after(kl.BatchNormalization(name="norm"))
    model.get_layer("norm").set_weights([np.full(3, v) for v in (1, 0, 120, 3600)])
    assert "pixels from 0 to 255" in str(load_network(model))


def test_whole_numbers_are_pixels_to_255(photo):
    net = load_network(after(lambda x: ops.cast(x, "float32"), dtype="uint8"))
    assert "pixels from 0 to 255: its input is uint8" in str(net)
    assert np.any(dk.deepdream(photo, net, "second", octaves=1, steps=1).image != photo)


def test_where_nothing_changes_pixels_nothing_can_be_known_and_it_is_asked_for():
    with pytest.warns(
        UserWarning, match=r"What pixels mine takes can't be told .*pixels=\(0, 255\)"
    ):
        net = load_network(after())
    assert "pixels from 0 to 1: a guess" in str(net)


@pytest.mark.parametrize(
    ("told", "white"),
    [
        ({"pixels": (0, 255)}, [255] * 3),
        ({"preprocess": lambda x: 2 * x - 1}, [1] * 3),
        ({"preprocess": lambda x: x - 100, "pixels": (0, 255)}, [155] * 3),
        (
            {"preprocess": keras.applications.vgg16.preprocess_input},
            [255 - 103.939, 255 - 116.779, 255 - 123.68],
        ),
    ],
    ids=["pixels", "preprocess", "both", "one of keras.applications"],
)
def test_what_it_is_told_counts(told, white, recwarn):
    net = load_network(after(), **told)
    assert not recwarn and "as you said" in str(net)
    seen = ops.convert_to_numpy(net._preprocess(np.ones((1, 8, 8, 3), "float32")))
    np.testing.assert_allclose(seen[0, 0, 0], white, rtol=1e-6)


@pytest.mark.parametrize(
    "told",
    [
        {"pixels": 255},
        {"pixels": (1, 0)},
        {"pixels": ("dark", "light")},
        {"pixels": (0, float("inf"))},
        {"preprocess": 255},
        {"preprocess": lambda x: x[..., :2]},
        {"preprocess": lambda x: x / 0},
        {"preprocess": lambda x: x.no_such_thing},
    ],
    ids=range(8),
)
def test_nonsense_is_refused_by_name(told):
    with pytest.raises(ValueError, match=f"{next(iter(told))} must be"):
        load_network(after(), **told)


def test_a_network_that_is_known_needs_not_be_told():
    with pytest.raises(ValueError, match="What dreamnet takes is known"):
        load_network("dreamnet", pixels=(0, 255))


def test_an_application_as_a_model_gets_its_own_preprocessing_and_classes(recwarn):
    model = keras.applications.MobileNetV2(weights=None, alpha=0.35, input_shape=(96, 96, 3))
    net = load_network(model)
    assert "from 0 to 255: keras.applications.mobilenet_v2." in str(net)
    assert not [each for each in recwarn if "pixels" in str(each.message)]
    seen = ops.convert_to_numpy(net._preprocess(np.ones((1, 8, 8, 3), "float32")))
    np.testing.assert_allclose(seen, 1, rtol=1e-6)
    assert net.classes[281] == "tabby"


@pytest.mark.parametrize(
    "shape", [(32, 32, 2), (32, 32, 4), (3, 32, 32), (None, None, None)], ids=str
)
def test_other_channels_than_grey_and_rgb_are_refused(shape):
    model = keras.Sequential([keras.Input(shape), kl.Lambda(lambda x: x, name="same")])
    with pytest.raises(ValueError, match="channels"):
        load_network(model)


def test_channels_first_are_refused():
    first = kl.Conv2D(4, 3, data_format="channels_first")
    model = keras.Sequential([keras.Input((3, 32, 3)), keras.Sequential([first])])
    with pytest.raises(ValueError, match="channels first"):
        load_network(model)


def test_other_channels_can_be_made_of_rgb(photo):
    """As a network for RGB with transparency takes them."""

    def with_alpha(x):
        return ops.concatenate([x, ops.ones_like(x[..., :1])], axis=-1)

    net = load_network(after(channels=4), preprocess=with_alpha)
    assert np.any(dk.deepdream(photo, net, "second", octaves=1, steps=1).image != photo)


def test_a_grey_network_dreams_over_a_photo_larger_than_a_tile(make_picture):
    net = load_network(after(channels=1, size=28), pixels=(0, 1))
    picture = make_picture(0, 130, 350)
    dream = dk.deepdream(picture, net, "second", octaves=1, steps=2, tile=128, **PLAIN)
    assert dream.image.shape == picture.shape and dream.history[-1] > dream.history[0]


def fixed(height, width):
    layers = [kl.Conv2D(4, 3, strides=4, name=name) for name in ("first", "second")]
    return keras.Sequential(
        [keras.Input((height, width, 3)), *layers, kl.Flatten(), kl.Dense(5, "softmax")]
    )


@pytest.mark.parametrize(("height", "width"), [(40, 64), (340, 120)])
def test_a_size_of_its_own_need_not_be_square_or_smaller_than_a_tile(height, width, make_picture):
    net = load_network(fixed(height, width), pixels=(0, 1))
    assert net.fixed_size([LOGITS]) == (height, width) and net.fixed_size(["second"]) is None
    picture = make_picture(0, height, width)
    dream = dk.deepdream(picture, net, logit(3), octaves=1, steps=2, tile=128, **PLAIN)
    assert dream.history[-1] > dream.history[0]


def test_a_reshape_that_does_not_depend_on_the_size_leaves_it_open(make_picture):
    """Squeeze and excite: each channel is weighed by its own mean over the picture."""
    x = picture = keras.Input((32, 32, 3))
    x = kl.Conv2D(8, 3, padding="same", name="first")(x)
    gate = kl.Reshape((1, 1, 8))(kl.GlobalAveragePooling2D()(x))
    x = kl.Multiply(name="weighed")([x, kl.Conv2D(8, 1, activation="sigmoid")(gate)])
    net = load_network(keras.Model(picture, kl.Conv2D(4, 3, name="second")(x)), pixels=(0, 1))
    assert net.fixed_size(["second"]) is None
    dream = dk.deepdream(make_picture(0), net, "second", octaves=2, steps=2, **PLAIN)
    assert dream.history[-1] > dream.history[0]


def test_a_reshape_that_depends_on_the_size_does_not():
    x = picture = keras.Input((32, 32, 3))
    x = kl.Conv2D(4, 1, name="second")(kl.Conv2D(4, 1, name="first")(x))
    rows = kl.Conv1D(4, 1, name="rows")(kl.Reshape((1024, 4))(x))
    net = load_network(keras.Model(picture, rows), pixels=(0, 1))
    assert net.fixed_size(["rows"]) == (32, 32) and net.fixed_size(["second"]) is None


class Places(kl.Layer):
    """A number for each place, learnt."""

    def build(self, shape):
        self.places = self.add_weight(shape[1:], "random_normal")

    def call(self, x):
        return x + self.places


class Told(Places):
    """Says of every shape that it takes it; and holds what is no weight."""

    def build(self, shape):
        self.places = np.random.default_rng(0).random(shape[1:], "float32")

    def compute_output_shape(self, shape):
        return shape


class Flat(Told):
    """A weight of other sides than the picture's."""

    def build(self, shape):
        self.all = self.add_weight((shape[1] * shape[2],), "ones")
        self.sides = (1, *shape[1:3], 1)

    def call(self, x):
        return x * ops.reshape(self.all, self.sides)


class Within(Told):
    def build(self, shape):
        self.inside = kl.PReLU()
        self.inside.build(shape)

    def call(self, x):
        return self.inside(x)


LARGE = {
    "PReLU": kl.PReLU,
    "PReLU along one side": lambda: kl.PReLU(shared_axes=[2]),
    "LayerNormalization": lambda: kl.LayerNormalization(axis=[1, 2, 3]),
    "BatchNormalization": lambda: kl.BatchNormalization(axis=1),
    "learnt places": Places,
    "places that are no weights": Told,
    "one long weight": Flat,
    "a layer within": Within,
}


@pytest.mark.parametrize("make", LARGE.values(), ids=LARGE)
def test_weights_as_large_as_the_picture_take_one_size(make, make_picture):
    """It is found when the network is taken in, and said; what is before them takes any size."""
    x = picture = keras.Input((24, 32, 3))
    x = make()(kl.Conv2D(4, 3, padding="same", name="first")(x))
    net = load_network(keras.Model(picture, kl.Conv2D(4, 3, name="second")(x)), pixels=(0, 1))
    assert "It takes them of 24 × 32 pixels only." in str(net)
    assert net.fixed_size(["second"]) == (24, 32) and net.fixed_size(["first"]) is None
    dream = dk.deepdream(make_picture(0, 24, 32), net, "second", octaves=1, steps=1, **PLAIN)
    assert dream.history[-1] > dream.history[0]
    for size in ((32, 24), (48, 64), (16, 16)):
        with pytest.raises(ValueError, match="24 × 32 pixels only. Resize the photo"):
            dk.deepdream(make_picture(0, *size), net, "second", octaves=1)


@pytest.mark.parametrize(
    "make", [lambda: kl.PReLU(shared_axes=[1, 2]), kl.LayerNormalization, lambda: kl.Dense(4)]
)
def test_weights_for_channels_alone_take_any_size(make):
    x = picture = keras.Input((24, 24, 3))
    x = make()(kl.Conv2D(4, 3, name="first")(x))
    net = load_network(keras.Model(picture, kl.Conv2D(4, 3, name="second")(x)), pixels=(0, 1))
    assert net.fixed_size(["second"]) is None and "only" not in str(net)


def test_a_network_of_one_height_and_any_width_is_refused():
    x = picture = keras.Input((24, None, 3))
    rows = kl.PReLU(shared_axes=[2])(kl.Conv2D(4, 3, name="first")(x))
    model = keras.Model(picture, kl.Conv2D(4, 3, name="second")(rows), name="rows")
    with pytest.raises(
        ValueError, match="rows takes pictures of 24 × any pixels. Give it an input"
    ):
        load_network(model)


def u_net(depth):
    """Halved ``depth`` times and doubled again, each time joined to what it was before."""
    picture = keras.Input((None, None, 3))
    steps = [kl.Conv2D(4, 3, padding="same", activation="relu", name="down0")(picture)]
    for n in range(1, depth + 1):
        steps.append(kl.Conv2D(4, 3, padding="same", name=f"down{n}")(kl.MaxPooling2D()(steps[-1])))
    x = steps.pop()
    while steps:
        x = kl.Concatenate(name=f"join{len(steps)}")([kl.UpSampling2D()(x), steps.pop()])
        x = kl.Conv2D(4, 3, padding="same")(x)
    return keras.Model(picture, x, name="u")


@pytest.mark.parametrize("depth", [2, 3])
def test_a_network_that_joins_what_it_halved_dreams_at_any_size(depth, make_picture):
    net = load_network(u_net(depth), pixels=(0, 1))
    assert net.multiple == 2**depth and net.multiple in MULTIPLES
    picture = make_picture(0, 61, 83)
    dream = dk.deepdream(picture, net, "join1", octaves=2, steps=2, **PLAIN)
    assert dream.image.shape == picture.shape and dream.history[-1] > dream.history[0]
    rows, columns = net.activations(picture, "join1").shape[1:3]
    assert (rows, columns) == net.grid("join1", 61, 83) == (64, 84 if depth == 2 else 88)


def test_what_is_added_to_a_picture_is_its_mirror_image():
    from dreamkit.networks.network import up_to

    row = np.arange(5, dtype="float32").reshape(1, 1, 5, 1)
    continued = ops.convert_to_numpy(up_to(row, 4))
    np.testing.assert_array_equal(continued[0, :, :, 0], [[0, 1, 2, 3, 4, 3, 2, 1]] * 4)


@pytest.mark.parametrize(
    "last",
    [
        [kl.Dense(4, "sigmoid")],
        [kl.Dense(4), kl.Activation("sigmoid")],
        [kl.Dense(4, "sigmoid"), kl.Activation("linear", dtype="float32")],
        [kl.Dense(4), ops.sigmoid],
        [kl.Dense(4), kl.Activation("softmax")],
        [kl.Dense(4), ops.softmax],
    ],
    ids=range(6),
)
def test_a_logit_is_the_score_before_the_squashing(last, make_picture):
    x = picture = keras.Input((16, 16, 3))
    x = kl.Flatten()(kl.Conv2D(4, 3, name="second")(kl.Conv2D(4, 3, name="first")(x)))
    for each in last:
        x = each(x)
    model, photo = keras.Model(picture, x), make_picture(0, 16, 16)
    scores = load_network(model, pixels=(0, 1)).activations(photo, LOGITS)[0]
    chance = ops.convert_to_numpy(model(photo[None]))[0]
    expected = np.log(chance)  # up to a number that all of them share
    if not np.isclose(chance.sum(), 1):
        expected, scores = np.log(chance / (1 - chance)), np.append(scores, 0)
        expected = np.append(expected, 0)
    np.testing.assert_allclose(np.diff(scores), np.diff(expected), atol=1e-4)


def test_a_model_of_two_heads_has_to_be_asked_for_one(photo):
    x = keras.Input((None, None, 3))
    mean = kl.GlobalAveragePooling2D()(kl.Conv2D(4, 3, name="second")(kl.Conv2D(4, 3)(x)))
    heads = [kl.Dense(3, "softmax", name="kind")(mean), kl.Dense(1, name="age")(mean)]
    net = load_network(keras.Model(x, heads, name="pets"), pixels=(0, 1))
    with pytest.raises(ValueError, match="pets has 2 outputs.* 'kind' or 'age'"):
        dk.deepdream(photo, net, logit(0))
    assert len(dk.deepdream(photo, net, channel("age", 0), octaves=1, steps=1).history) == 2
