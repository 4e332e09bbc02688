"""What a network says about its layers, and what it runs."""

import keras
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

import dreamkit as dk
from dreamkit import backend
from dreamkit.ascent import Climber
from dreamkit.networks.graph import opened
from dreamkit.networks.layers import junctions
from dreamkit.networks.loading import load_network
from dreamkit.objectives import channel, layer, logit
from dreamkit.objectives.objective import LOGITS


def features(net, names, picture):
    return keras.tree.map_structure(ops.convert_to_numpy, net.features(names)(picture[None]))


@pytest.mark.parametrize(
    ("builder", "expected"),
    [
        ("InceptionV3", [f"mixed{n}" for n in range(11)]),
        (
            "ResNet50",
            [
                f"conv{s}_block{b}_add"
                for s, n in zip("2345", (3, 4, 6, 3), strict=True)
                for b in range(1, n + 1)
            ],
        ),
        (
            "VGG16",
            [
                f"block{s}_conv{c}"
                for s, n in enumerate((2, 2, 3, 3, 3), 1)
                for c in range(1, n + 1)
            ],
        ),
        (
            "DenseNet121",
            [f"conv{s}_block{n}_concat" for s, n in ((2, 6), (3, 12), (4, 24), (5, 16))],
        ),
        ("MobileNetV2", [f"block_{n}_add" for n in (2, 4, 5, 7, 8, 9, 11, 12, 14, 15)]),
    ],
)
def test_junctions_are_where_branches_join_or_else_the_convolutions(builder, expected):
    model = getattr(keras.applications, builder)(
        include_top=False, weights=None, input_shape=(None, None, 3)
    )
    assert junctions(opened(model)) == expected


def test_the_tiny_network_dreams_at_its_junctions(net):
    assert net.layers == ["mixed1", "mixed2"]
    assert net.default == "mixed2"
    assert "tiny" in repr(net) and "mixed1, mixed2" in repr(net)


def test_a_network_without_convolutions_is_refused(recwarn):
    dense = keras.Sequential([keras.Input((8, 8, 3)), kl.Flatten(), kl.Dense(2)], name="flat")
    with pytest.raises(ValueError, match="flat has neither junctions nor convolutions"):
        load_network(dense)
    assert not recwarn  # that its pixels are a guess is not said of what is refused


def test_the_table_has_every_layer_with_its_shape_and_parameters(net, model):
    table = net.table()
    assert [row.name for row in table] == [layer.name for layer in model.layers]
    assert table[1] == ("stem", "Conv2D", (None, None, 8), 3 * 3 * 3 * 8 + 8)
    assert sum(row.parameters for row in table) == model.count_params()
    lines = str(table).splitlines()
    assert lines[0].split() == ["name", "kind", "shape", "parameters"]
    assert lines[2].split() == ["stem", "Conv2D", "?", "×", "?", "×", "8", "224"]
    assert len({len(line) for line in lines}) == 1  # columns line up


def test_channels_of_layers_and_of_the_logits(net):
    assert [net.channels(name) for name in ("stem", "mixed1", "average", LOGITS)] == [8, 10, 10, 5]


def test_an_unknown_layer_lists_near_matches(net):
    with pytest.raises(
        ValueError, match="no layer 'mixed3'. Did you mean 'mixed[12]' or 'mixed[12]'"
    ):
        net.check(["mixed1", "mixed3"])
    with pytest.raises(ValueError, match="no layer 'logit'. Did you mean 'logits'"):
        net.check(["logit"])


def test_logits_are_not_suggested_where_there_are_none(model):
    trunk = keras.Model(model.input, model.get_layer("mixed2").output, name="trunk")
    with pytest.raises(ValueError, match="no layer 'logit'. Dream at"):
        load_network(trunk, pixels=(0, 1)).check(["logit"])


def test_a_layer_of_one_size_is_refused_with_pictures_of_others(net):
    net.check(["mixed2", LOGITS], [(8, 8), (48, 64)])
    layers = [kl.Conv2D(4, 3, name=name) for name in ("first", "second")]
    model = keras.Sequential([keras.Input((32, 20, 3)), *layers, kl.Flatten(), kl.Dense(2)])
    fixed = load_network(model, pixels=(0, 1))
    fixed.check(["second"], [(8, 8), (48, 64)])
    fixed.check([LOGITS], [(32, 20)])
    for sizes in ([(20, 32)], [(16, 10), (32, 20)]):
        with pytest.raises(ValueError, match="takes pictures of 32 × 20 pixels only. Resize"):
            fixed.check(["second", LOGITS], sizes)


def test_an_unknown_layer_like_no_other_lists_those_worth_dreaming_at(net):
    with pytest.raises(ValueError, match="no layer 'zzz'. Dream at 'mixed1' or 'mixed2'"):
        net.features(["zzz"])


def test_activations_are_those_of_the_model(net, model, photo):
    names = ("stem", "mixed2", "classes")
    whole = keras.Model(model.input, [model.get_layer(name).output for name in names])
    answers = net.activations(photo, names)
    assert tuple(answers) == names
    np.testing.assert_array_equal(net.activations(photo, "stem"), answers["stem"])
    for name, tensor in zip(names, whole(photo[None]), strict=True):
        expected = ops.convert_to_numpy(tensor)
        np.testing.assert_allclose(answers[name], expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", ["conv", "norm", "relu"])
def test_activations_around_batch_normalisation_are_those_of_the_model(photo, name):
    """With the statistics of training, whatever is done to compute it faster."""
    picture = keras.Input((None, None, 3))
    x = kl.Conv2D(4, 3, name="conv")(picture)
    x = kl.ReLU(name="relu")(kl.BatchNormalization(name="norm")(x))
    model = keras.Model(picture, kl.Conv2D(2, 1, name="after")(x))
    rng = np.random.default_rng(1)
    model.get_layer("norm").set_weights([rng.uniform(0.5, 2, 4) for _ in range(4)])
    part = keras.Model(picture, model.get_layer(name).output)
    expected = ops.convert_to_numpy(part(photo[None], training=False))
    answer = load_network(model, pixels=(0, 1)).activations(photo, name)
    np.testing.assert_allclose(answer, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.open_shapes
def test_activations_of_many_sizes_share_one_trace(net, make_picture):
    for height in (16, 31, 48):
        rows, columns = net.activations(make_picture(height, height, 40), "mixed1").shape[1:3]
        assert (rows, columns) == (-(-height // 2), 20)
    assert net._answers["mixed1",]._traces == 1


def test_only_the_part_that_a_layer_needs_is_run(net):
    first = {layer.name for layer in net.part(["mixed1"]).layers}
    assert {"stem", "narrow1", "wide1", "mixed1"} <= first
    assert not first & {"pool1", "narrow2", "wide2", "mixed2", "average", "classes"}
    expected = sum(row.parameters for row in net.table()[:5])
    assert net.part(["mixed1"]).count_params() == expected
    assert {layer.name for layer in net.part(["mixed1", "mixed2"]).layers} >= {"mixed2", "wide2"}


def test_logits_are_what_softmax_was_taken_of(net, photo):
    answers = net.activations(photo, [LOGITS, "classes"])
    logits, logs = answers[LOGITS][0], np.log(answers["classes"][0])
    assert np.ptp(logits) > 0.01
    np.testing.assert_allclose(logits - logits.mean(), logs - logs.mean(), atol=1e-5)


def head(*layers):
    keras.utils.set_random_seed(1)
    convolution = [keras.Input((None, None, 3)), kl.Conv2D(4, 3, padding="same", activation="relu")]
    return keras.Sequential([*convolution, kl.GlobalAveragePooling2D(), *layers])


@pytest.mark.parametrize(
    ("layers", "logits_of"),
    [
        ([lambda: kl.Dense(5, name="scores")], "scores"),
        ([lambda: kl.Dense(5, name="scores"), lambda: kl.Softmax()], "scores"),
        ([lambda: kl.Dense(5, name="scores"), lambda: kl.Activation("softmax")], "scores"),
    ],
    ids=["linear", "Softmax layer", "Activation layer"],
)
def test_logits_of_other_heads(layers, logits_of, photo):
    net = load_network(head(*(make() for make in layers)), pixels=(0, 1))
    answers = net.activations(photo, [LOGITS, logits_of])
    np.testing.assert_array_equal(answers[LOGITS], answers[logits_of])


def test_a_network_without_a_classifier_has_no_logits(model):
    trunk = keras.Model(model.input, model.get_layer("mixed2").output, name="trunk")
    with pytest.raises(ValueError, match="trunk does not end in class scores"):
        load_network(trunk, pixels=(0, 1)).channels(LOGITS)


def test_what_a_picture_is_taken_for_is_what_the_model_says(net, model, photo):
    chances = ops.convert_to_numpy(model(photo[None]))[0]
    order = np.argsort(-chances)
    found = net.predict(photo)
    assert [name for name, _ in found] == [str(number) for number in order]
    np.testing.assert_allclose([p for _, p in found], chances[order], rtol=1e-4)
    assert sum(p for _, p in found) == pytest.approx(1, abs=1e-5)
    assert net.predict(photo, top=2) == found[:2]
    assert net.predict(photo, top=99) == net.predict(photo, top=None) == found
    net.classes = ["ant", "bee", "cat", "dog", "eel"]
    assert net.predict(photo)[0] == (net.classes[order[0]], found[0][1])
    with pytest.raises(ValueError, match="top must be a whole number from 1"):
        net.predict(photo, top=0)


@pytest.mark.parametrize(
    ("last", "to_probabilities"),
    [
        ([lambda: kl.Dense(4, "softmax")], None),
        ([lambda: kl.Dense(4), lambda: kl.Softmax()], None),
        ([lambda: kl.Dense(4)], ops.softmax),
        ([lambda: kl.Dense(4, "sigmoid")], None),
        ([lambda: kl.Dense(4), lambda: kl.Activation("sigmoid")], None),
        ([lambda: kl.Dense(4, "sigmoid"), lambda: kl.Activation("linear")], None),
        ([lambda: keras.Sequential([kl.Dense(4, "sigmoid")])], None),
        ([lambda: kl.Dense(1, "sigmoid")], None),
        ([lambda: kl.Dense(1)], ops.sigmoid),
    ],
    ids=range(9),
)
def test_probabilities_are_those_of_the_head(last, to_probabilities, photo):
    """Of a softmax they sum to 1; of a sigmoid each class is likely or not for itself."""
    model = head(*(make() for make in last))
    answer = model(photo[None])
    (expected,) = ops.convert_to_numpy(to_probabilities(answer) if to_probabilities else answer)
    found = load_network(model, pixels=(0, 1)).predict(photo)
    np.testing.assert_allclose([p for _, p in found], np.sort(expected)[::-1], rtol=1e-4)
    assert [int(name) for name, _ in found] == np.argsort(-expected).tolist()


def test_names_that_are_not_as_many_as_the_classes_are_refused(net, photo):
    net.classes = ["ant", "bee"]
    with pytest.raises(ValueError, match="tiny has 5 classes, and .classes names 2 of them"):
        net.predict(photo)


def test_a_network_without_a_classifier_takes_nothing_for_anything(model, photo):
    trunk = keras.Model(model.input, model.get_layer("mixed2").output, name="trunk")
    with pytest.raises(ValueError, match="trunk does not end in class scores"):
        load_network(trunk, pixels=(0, 1)).predict(photo)


def test_logits_are_the_scores_of_the_classes_whatever_a_layer_is_called(photo):
    hidden = head(kl.Dense(7, name=LOGITS), kl.Dense(5, activation="softmax", name="last"))
    net = load_network(hidden, pixels=(0, 1))
    assert [net.channels(name) for name in (LOGITS, "logits-2")] == [5, 7]
    assert "Its layer 'logits' is called 'logits-2'" in str(net)
    assert len(net.predict(photo)) == 5
    for layers in ([kl.Dense(5, "softmax", name=LOGITS)], [kl.Dense(5, name=LOGITS), kl.Softmax()]):
        net = load_network(head(*layers), pixels=(0, 1))
        assert LOGITS in net.graph.tensors and "logits-2" not in str(net)
        (answer,) = ops.convert_to_numpy(net.model(photo[None]))
        score = dk.deepdream(photo, net, logit(1), octaves=1, steps=1, jitter=0).history[0]
        other = dk.deepdream(photo, net, logit(2), octaves=1, steps=1, jitter=0).history[0]
        assert np.exp(score - other) == pytest.approx(answer[1] / answer[2], rel=1e-4)


def own_softmax(x):
    return ops.exp(x) / ops.sum(ops.exp(x), axis=-1, keepdims=True)


class Classes(kl.Layer):
    """Scores and softmax in one."""

    def build(self, shape):
        self.scores = kl.Dense(3)
        self.scores.build(shape)

    def call(self, x):
        return ops.softmax(self.scores(x))


HEADS = {
    "softmax": lambda x: kl.Dense(3, "softmax")(x),
    "a function of one's own": lambda x: kl.Dense(3, own_softmax)(x),
    "a layer of its own": lambda x: kl.Softmax()(kl.Dense(3)(x)),
    "Lambda": lambda x: kl.Lambda(own_softmax)(kl.Dense(3)(x)),
    "rearranged": lambda x: kl.Flatten()(kl.Conv2D(3, 1, activation="softmax")(x[:, None, None])),
    "passed on": lambda x: kl.Activation("linear")(kl.Dropout(0.5)(kl.Dense(3, "softmax")(x))),
    "log_softmax": lambda x: ops.log_softmax(kl.Dense(3)(x)),
    "sigmoid": lambda x: kl.Dense(3, "sigmoid")(x),
    "hard_sigmoid": lambda x: kl.Dense(3, "hard_sigmoid")(x),
}


def two_heads(make):
    x = keras.Input((None, None, 3))
    mean = kl.GlobalAveragePooling2D()(kl.Conv2D(4, 3, name="deep")(kl.Conv2D(4, 3)(x)))
    keras.utils.set_random_seed(3)
    return keras.Model(x, [make(mean), kl.Dense(1, name="age")(mean)], name="pets")


@pytest.mark.parametrize("make", HEADS.values(), ids=HEADS)
def test_a_unit_of_an_output_climbs_the_score_before_its_probability(make, photo, recwarn):
    """At whichever head; and one that answers with scores is left as it is."""
    model = two_heads(make)
    net = load_network(model, pixels=(0, 1))
    answer = ops.convert_to_numpy(model(photo[None], training=False)[0])[0]
    name = model.output_names[0] if model.output_names[0] in net.graph.tensors else "logsoftmax"
    np.testing.assert_allclose(net.activations(photo, name)[0], answer, rtol=1e-4)
    scores = [
        dk.deepdream(photo, net, channel(name, n), octaves=1, steps=1, jitter=0).history[0]
        for n in range(3)
    ]
    squash = next((f for k, f in SQUASHES.items() if HEADS[k] is make), ops.softmax)
    made = ops.convert_to_numpy(squash(np.array(scores, "float32")[None]))[0]
    np.testing.assert_allclose(made, answer, rtol=1e-3)
    assert not [each for each in recwarn if "probabilities" in str(each.message)]


SQUASHES = {name: getattr(ops, name) for name in ("sigmoid", "hard_sigmoid", "log_softmax")}


@pytest.mark.parametrize(
    "make", [lambda x: own_softmax(kl.Dense(3)(x)), lambda x: Classes()(x)], ids=["parts", "one"]
)
def test_a_probability_that_can_not_be_taken_apart_is_climbed_with_a_word(make, photo):
    x = keras.Input((None, None, 3))
    mean = kl.GlobalAveragePooling2D()(kl.Conv2D(4, 3, name="deep")(kl.Conv2D(4, 3)(x)))
    net = load_network(keras.Model(x, make(mean)), pixels=(0, 1))
    (answer,) = ops.convert_to_numpy(net.model(photo[None]))
    with pytest.warns(UserWarning, match="answers with probabilities at 'logits'"):
        dream = dk.deepdream(photo, net, logit(1), octaves=1, steps=1, jitter=0)
    assert dream.history[0] == pytest.approx(answer[1], rel=1e-4)
    assert sorted(p for _, p in net.predict(photo)) == pytest.approx(sorted(answer), rel=1e-4)


def test_a_layer_before_flatten_takes_pictures_of_any_size(make_model, make_picture):
    net = load_network(make_model(size=32), pixels=(0, 1))
    assert net.fixed_size(["mixed2"]) is None
    assert net.activations(make_picture(0, 48, 64), "mixed2").shape == (1, 12, 16, 10)


def test_the_size_is_opened_without_changing_the_weights_or_the_model(make_model, make_picture):
    model, picture = make_model(size=32), make_picture(0, 32, 32)
    part = keras.Model(model.input, model.get_layer("mixed2").output)
    expected = ops.convert_to_numpy(part(picture[None]))
    net = load_network(model, pixels=(0, 1))
    np.testing.assert_allclose(net.activations(picture, "mixed2"), expected, rtol=1e-5, atol=1e-7)
    assert model.input_shape == (None, 32, 32, 3)
    assert net.table()[1].shape == (16, 16, 8)


def test_activations_come_from_a_picture_scaled_as_the_network_was_trained(model, photo):
    """``pixels=(-1, 1)`` shows the network what it would see of ``2 * photo - 1``."""
    scaled = features(load_network(model, pixels=(-1, 1)), ["mixed1"], photo)["mixed1"]
    plain = features(load_network(model, pixels=(0, 1)), ["mixed1"], 2 * photo - 1)["mixed1"]
    np.testing.assert_allclose(scaled, plain, rtol=1e-5, atol=1e-6)


def test_save_writes_a_file_that_gives_the_same_activations(net, photo, tmp_path):
    path = net.save(tmp_path / "tiny.keras")
    loaded = load_network(path, pixels=(0, 1))
    assert (path, loaded.name, loaded.layers) == (tmp_path / "tiny.keras", "tiny", net.layers)
    for name, answer in net.activations(photo, ["mixed1", "mixed2"]).items():
        np.testing.assert_array_equal(loaded.activations(photo, name), answer)


def test_in_half_the_digits_the_answers_and_gradients_stay_about_the_same(net, photo):
    half = load_network(net.model, pixels=(0, 1), precision="mixed_bfloat16")
    exact, rough = (n.activations(photo, "mixed2") for n in (net, half))
    assert rough.dtype == np.float32
    assert 0 < np.abs(rough - exact).max() < 0.05 * exact.max()
    gradients = []
    for network in (net, half):
        objective = layer("mixed2")
        climber = Climber(network.features(["mixed2"]), objective)
        _, gradient = climber.look(photo[None], *objective.inputs, ())
        gradients.append(ops.convert_to_numpy(gradient).ravel())
    assert np.corrcoef(*gradients)[0, 1] > 0.98


def test_half_the_digits_leave_the_model_as_it_is(net, photo):
    before = net.activations(photo, "mixed1")
    load_network(net.model, pixels=(0, 1), precision="mixed_bfloat16").activations(
        photo, ["mixed1"]
    )
    assert {layer.compute_dtype for layer in net.model.layers} == {"float32"}
    np.testing.assert_array_equal(net.activations(photo, "mixed1"), before)


@pytest.mark.parametrize(
    ("flags", "gpu", "warned"),
    [
        ("flags : fpu sse avx2 fma", False, True),
        ("flags : fpu avx512f avx512_bf16", False, False),
        ("flags : fpu amx_bf16", False, False),
        ("Features : fp asimd bf16", False, False),
        ("flags : fpu sse avx2 fma", True, False),
        (None, False, False),  # no Linux: nothing is known
    ],
)
def test_a_cpu_that_is_slow_with_half_the_digits_is_told(
    model, flags, gpu, warned, tmp_path, monkeypatch, recwarn
):
    monkeypatch.setattr(backend, "CPU", tmp_path / "cpuinfo")
    monkeypatch.setattr(backend, "on_gpu", lambda: gpu)
    if flags:
        backend.CPU.write_text(f"processor : 0\n{flags}\n", encoding="utf-8")
    load_network(model, pixels=(0, 1))
    assert not recwarn
    load_network(model, pixels=(0, 1), precision="mixed_bfloat16")
    assert ["no instructions for bfloat16" in str(each.message) for each in recwarn] == [
        True
    ] * warned


def test_a_precision_that_loses_gradients_is_refused(net):
    with pytest.raises(ValueError, match="'float32' or 'mixed_bfloat16', got 'mixed_float16'"):
        load_network(net.model, precision="mixed_float16")


def test_the_precision_is_checked_before_anything_is_loaded():
    with pytest.raises(ValueError, match="precision must be"):
        load_network("nowhere.keras", precision="mixed_float16")
