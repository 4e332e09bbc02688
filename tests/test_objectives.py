"""Objectives are values, and each is the formula it says it is."""

import dataclasses
import json

import numpy as np
import pytest
from keras import ops

from dreamkit.backend import with_gradient
from dreamkit.networks.classes import class_number
from dreamkit.objectives import (
    channel,
    direction,
    direction_neuron,
    directions,
    diversity,
    guide,
    l2,
    layer,
    logit,
    mean,
    neuron,
    of,
    total_variation,
)
from dreamkit.objectives.naming import as_objective, record
from dreamkit.objectives.objective import INPUT, LOGITS, evaluate

RNG = np.random.default_rng(11)


def random(*shape):
    return RNG.normal(size=shape).astype("float32")


PICTURES = RNG.random((2, 6, 7, 3), "float32")
CONV, DENSE, SCORES = random(2, 4, 7, 8), random(2, 16), random(2, 10)
ACTIVATIONS = {INPUT: PICTURES, "conv": CONV, "dense": DENSE, LOGITS: SCORES}
GUIDE, OTHER_SIZE, VECTOR = random(1, 4, 7, 8), random(1, 3, 9, 8), random(8)
VECTORS = np.stack([VECTOR, random(8)])


class Bound:
    """A model as objectives know one: what it is asked about its layers, and what it answers."""

    name = "net"

    def __init__(self, classes=(), **channels):
        self.classes, self.known = classes, channels or {"conv": 8, "dense": 16, LOGITS: 10}

    def check(self, names, sizes=()):
        if missing := set(names) - set(self.known):
            raise ValueError(f"no layer {missing}")

    def channels(self, name):
        return self.known[name]

    def grid(self, name, height, width):
        return (height // 8, width // 8) if name == "conv" else ()

    def class_number(self, name):
        return class_number(name, self.classes, self.name)


def loudest(a):
    """A score of somebody's own."""
    return ops.max(a, axis=(1, 2, 3))


def nearest_to(a, vector, power):
    """Another, that takes arrays."""
    return -ops.mean(ops.abs(a - vector) ** power, axis=(1, 2, 3))


def values(objective):
    """One score per picture."""
    return np.asarray(evaluate(objective.structure, ACTIVATIONS, *objective.inputs))


def best_products(here, there):
    """For every position of ``here``, its largest dot product with a position of ``there``."""
    return [max(float(a @ b) for b in there.reshape(-1, 8)) for a in here.reshape(-1, 8)]


def powered(answers, vector, power):
    """Dot products, each times the power of a cosine that is at least 0.1."""
    products = answers @ vector
    cosines = products / np.linalg.norm(answers, axis=-1) / np.linalg.norm(vector)
    return (products * np.maximum(cosines, 0.1) ** power).mean()


def variation(picture):
    down, right = np.diff(picture, axis=0), np.diff(picture, axis=1)
    return np.abs(down).mean() + np.abs(right).mean()


# an objective, and the same in plain NumPy for the picture number i
FORMULAS = {
    "layer": (layer("conv"), lambda i: (CONV[i] ** 2).sum() / CONV[i].size),
    "dense layer": (layer("dense"), lambda i: (DENSE[i] ** 2).mean()),
    "channel": (channel("conv", 5), lambda i: CONV[i, :, :, 5].mean()),
    "dense unit": (channel("dense", 15), lambda i: DENSE[i, 15]),
    "middle neuron": (neuron("conv", 3), lambda i: CONV[i, 2, 3, 3]),
    "neuron": (neuron("conv", 3, (0, 4)), lambda i: CONV[i, 0, 4, 3]),
    "direction": (direction("conv", VECTOR), lambda i: (CONV[i] * VECTOR).sum(2).mean()),
    "dense direction": (direction("dense", np.arange(16)), lambda i: DENSE[i] @ np.arange(16)),
    "direction, squared cosine": (
        direction("conv", VECTOR, power=2),
        lambda i: powered(CONV[i], VECTOR, 2),
    ),
    "directions": (
        directions("conv", VECTORS, power=0.5),
        lambda i: powered(CONV[i], VECTORS[i], 0.5),
    ),
    "direction at a neuron": (
        direction_neuron("conv", VECTOR, power=1),
        lambda i: powered(CONV[i, 2, 3], VECTOR, 1),
    ),
    "mean": (mean("conv"), lambda i: CONV[i].mean()),
    "of": (of("conv", loudest), lambda i: CONV[i].max()),
    "of, with data": (
        of("conv", nearest_to, VECTOR, 3),
        lambda i: -(np.abs(CONV[i] - VECTOR) ** 3).mean(),
    ),
    "logit": (logit(9), lambda i: SCORES[i, 9]),
    "guide": (guide("conv", GUIDE, "position"), lambda i: (CONV[i] * GUIDE[0]).mean()),
    "guide, dense": (guide("dense", DENSE[:1], "position"), lambda i: (DENSE[i] * DENSE[0]).mean()),
    "guide, best": (
        guide("conv", OTHER_SIZE, "best"),
        lambda i: np.mean(best_products(CONV[i], OTHER_SIZE)) / 8,
    ),
    "total variation": (total_variation(), lambda i: variation(PICTURES[i])),
    "l2": (l2(), lambda i: ((PICTURES[i] - 0.5) ** 2).mean()),
    "l2 from black": (l2(0), lambda i: (PICTURES[i] ** 2).mean()),
}
each_formula = pytest.mark.parametrize(("objective", "formula"), FORMULAS.values(), ids=FORMULAS)
A, B, C, OWN = layer("conv"), channel("conv", 1), channel("dense", 2), of("conv", loudest)


@each_formula
def test_the_score_is_the_formula(objective, formula):
    np.testing.assert_allclose(values(objective), [formula(0), formula(1)], rtol=1e-4, atol=1e-6)


@each_formula
def test_pictures_in_a_batch_do_not_influence_each_other(objective, formula, monkeypatch):
    before = values(objective)
    for name in ACTIVATIONS:
        changed = ACTIVATIONS[name].copy()
        changed[1] *= -3
        monkeypatch.setitem(ACTIVATIONS, name, changed)
    after = values(objective)
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_diversity_is_how_little_the_gram_matrices_of_pictures_agree(monkeypatch):
    three = random(3, 4, 7, 8)
    monkeypatch.setitem(ACTIVATIONS, "conv", three)
    grams = [np.einsum("xyc,xyd->cd", a, a).ravel() for a in three]
    grams = np.array([gram / np.linalg.norm(gram) for gram in grams])
    alike = grams @ grams.T
    expected = [-np.mean(np.delete(alike[i], i)) for i in range(3)]
    np.testing.assert_allclose(values(diversity("conv")), expected, rtol=1e-4)


def test_diversity_of_the_same_twice_is_least_and_of_one_alone_nothing(monkeypatch):
    monkeypatch.setitem(ACTIVATIONS, "conv", np.repeat(CONV[:1], 2, axis=0))
    np.testing.assert_allclose(values(diversity("conv")), [-1, -1], rtol=1e-5)
    monkeypatch.setitem(ACTIVATIONS, "conv", CONV[:1])
    np.testing.assert_allclose(values(diversity("conv")), [0], atol=1e-6)


@pytest.mark.parametrize("aim", [direction("conv", VECTOR, power=2), diversity("conv")], ids=str)
def test_a_silent_layer_has_a_gradient(aim):
    """Roots and quotients have none at 0, unless something is added."""
    silent = ops.zeros((2, 4, 7, 8))
    look = with_gradient(lambda a: evaluate(aim.structure, {"conv": a}, *aim.inputs))
    assert np.isfinite(ops.convert_to_numpy(look(silent)[1])).all()


def test_total_variation_is_two_for_a_checkerboard():
    odd = np.indices((6, 6)).sum(0) % 2
    checkerboard = np.repeat(odd[None, :, :, None], 3, axis=-1).astype("float32")
    weights, data = total_variation().inputs
    score = evaluate(total_variation().structure, {INPUT: checkerboard}, weights, data)
    np.testing.assert_allclose(score, [2])


@pytest.mark.parametrize(
    ("combined", "expected"),
    [
        (A + B, lambda a, b, c: a + b),
        (A - B, lambda a, b, c: a - b),
        (B - A, lambda a, b, c: b - a),
        (-A, lambda a, b, c: -a),
        (-A - B, lambda a, b, c: -a - b),
        (A - -B, lambda a, b, c: a + b),
        (3 * A, lambda a, b, c: 3 * a),
        (A * 3, lambda a, b, c: 3 * a),
        (np.float32(3) * A, lambda a, b, c: 3 * a),
        (A / 4, lambda a, b, c: a / 4),
        (A + B + C, lambda a, b, c: a + b + c),
        (sum([A, B, C]), lambda a, b, c: a + b + c),
        (A - B - C, lambda a, b, c: a - b - c),
        (A - (B - C), lambda a, b, c: a - b + c),
        (A - 2 * (B + C / 5), lambda a, b, c: a - 2 * b - 2 * c / 5),
        (A - A, lambda a, b, c: 0 * a),
        (OWN - 2 * A, lambda a, b, c: values(OWN) - 2 * a),
    ],
    ids=lambda case: getattr(case, "__name__", str(case)),
)
def test_arithmetic_by_value(combined, expected):
    a, b, c = values(A), values(B), values(C)
    np.testing.assert_allclose(values(combined), expected(a, b, c), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "nonsense", [lambda: A * B, lambda: A + 1, lambda: A - 1, lambda: 1 - A, lambda: 1 / A]
)
def test_only_objectives_are_added_and_only_numbers_multiply(nonsense):
    with pytest.raises((TypeError, ValueError)):
        nonsense()


def test_what_can_t_be_done_with_an_objective_is_said():
    with pytest.raises(TypeError, match="What is added must be an Objective, got 1. A number"):
        A + 1
    with pytest.raises(ValueError, match="A weight must be a number .*a product of scores"):
        A * B
    with pytest.raises(ValueError, match="other than 0"):
        A / 0


def test_arithmetic_leaves_its_operands_alone():
    a, b = layer("conv"), channel("conv", 1)
    before = values(a), values(b)
    for _ in (a + b, a - b, 5 * a, -b, b / 2):
        pass
    np.testing.assert_array_equal((values(a), values(b)), before)
    assert (repr(a), repr(b)) == ("layer('conv')", "channel('conv', 1)")


def test_objectives_are_immutable():
    with pytest.raises(dataclasses.FrozenInstanceError):
        A.terms = ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        A.terms[0][1].layer = "other"


@pytest.mark.parametrize(
    "text",
    [
        "layer('conv')",
        "-layer('conv')",
        "layer('conv') + 0.5 * channel('dense', 7) - 0.1 * total_variation()",
        "-2 * neuron('conv', 3) - neuron('conv', 3, (0, 4))",
        "logit(4) - l2() + l2(0.25)",
        "mean('conv') + 5 * diversity('conv')",
        "of('conv', loudest) - 0.1 * total_variation()",
    ],
)
def test_repr_is_the_code_that_makes_it(text):
    assert repr(eval(text)) == text


def test_repr_of_arrays_is_short():
    assert repr(2 * direction("conv", VECTOR)) == "2 * direction('conv', <8 numbers>)"
    squared = directions("conv", VECTORS, power=2)
    assert repr(squared) == "directions('conv', <2 × 8 numbers>, power=2)"
    assert repr(guide("conv", GUIDE, "best")) == "guide('conv', <activations>, 'best')"
    own = of("conv", nearest_to, VECTORS, 3)
    assert repr(own) == "of('conv', nearest_to, <2 × 8>, <1>)"


def test_layers_are_those_needed_each_once_and_never_the_picture_itself():
    objective = layer("conv") + channel("dense", 1) - total_variation() + channel("conv", 2) - l2()
    assert objective.layers == ("conv", "dense")
    assert logit(3).layers == (LOGITS,)
    assert total_variation().layers == ()


@pytest.mark.parametrize(
    ("one", "another"),
    [
        (channel("conv", 0), channel("conv", 7)),
        (3 * layer("conv"), layer("conv")),
        (layer("conv") - 0.1 * l2(), layer("conv") + 9 * l2(0.1)),
        (neuron("conv", 1, (2, 3)), neuron("conv", 5, (0, 0))),
        (direction("conv", VECTOR), direction("conv", -VECTOR, power=2)),
        (logit(0), logit(9)),
        (guide("conv", GUIDE, "best"), guide("conv", OTHER_SIZE, "best")),
        (of("conv", nearest_to, VECTOR, 2), 3 * of("conv", nearest_to, -VECTOR, 1)),
    ],
)
def test_the_structure_does_not_depend_on_weights_and_data(one, another):
    assert one.structure == another.structure
    assert hash(one.structure) == hash(another.structure)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        (layer("conv"), layer("dense")),
        (layer("conv"), channel("conv", 0)),
        (layer("conv"), layer("conv") + l2()),
        (neuron("conv", 1), neuron("conv", 1, (2, 3))),
        (guide("conv", GUIDE, "best"), guide("conv", GUIDE, "position")),
        (of("conv", loudest), of("conv", nearest_to, VECTOR, 2)),
    ],
)
def test_the_structure_tells_different_computations_apart(one, another):
    assert one.structure != another.structure


@pytest.mark.parametrize(
    "objective",
    [
        channel("conv", 8),
        neuron("conv", 8),
        neuron("conv", 8, (0, 0)),
        direction("conv", np.ones(7)),
        directions("conv", np.ones((2, 7))),
        direction_neuron("conv", np.ones(7)),
        guide("conv", GUIDE[..., :5], "best"),
        layer("conv") + 0.5 * channel("conv", 99),
    ],
    ids=str,
)
def test_a_channel_that_the_layer_lacks_is_refused(objective):
    with pytest.raises(ValueError, match=r"layer 'conv' has 8 channels, numbered 0 to 7"):
        objective.bound_to(Bound(), [(64, 64)], objective.count or 1)


def test_the_last_channel_is_accepted():
    for objective in (channel("conv", 7), neuron("conv", 7), guide("conv", GUIDE, "position")):
        assert objective.bound_to(Bound(), [(64, 64)]) == objective


@pytest.mark.parametrize(
    ("objective", "has"),
    [
        (neuron("conv", 1, (8, 0)), "8 × 4"),
        (neuron("conv", 1, (0, 4)), "8 × 4"),
        (guide("conv", random(1, 8, 5, 8), "position"), "8 × 4"),
        (neuron("dense", 1), "no"),
        (direction_neuron("dense", np.ones(16)), "no"),
    ],
    ids=str,
)
def test_a_position_that_the_layer_lacks_is_refused(objective, has):
    """At the smallest size: the others are larger."""
    sizes = [(64, 32), (640, 640)]
    with pytest.raises(ValueError, match=f"at the smallest octave layer '.*' has {has} positions"):
        (layer("conv") + 2 * objective).bound_to(Bound(), sizes)


def test_the_last_position_is_accepted_and_a_sentence_has_none():
    last = neuron("conv", 1, (7, 3))
    assert last.bound_to(Bound(), [(64, 32), (640, 640)]) == last
    with pytest.raises(ValueError, match="neuron.'dense', 3. does not fit: .* has no positions"):
        neuron("dense", 3).bound_to(Bound())


def test_directions_are_for_as_many_pictures_as_there_are():
    objective = layer("conv") + directions("conv", VECTORS)
    assert objective.bound_to(Bound(), count=2) == objective
    for count in (1, 3):
        with pytest.raises(ValueError, match=f"for 2 pictures side by side, and .* are {count}"):
            objective.bound_to(Bound(), count=count)


def test_what_is_bound_is_the_same_objective():
    objective = layer("conv") - 0.5 * channel("dense", 3) + l2(0.1)
    assert objective.bound_to(Bound()) == objective
    with pytest.raises(ValueError, match="no layer {'other'}"):
        (objective + layer("other")).bound_to(Bound())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: channel("conv", -1), "whole number from 0, got -1"),
        (lambda: channel("conv", 1.5), "whole number from 0, got 1.5"),
        (lambda: logit(None), "whole number from 0, got None"),
        (lambda: neuron("conv", 1, (-1, 0)), "whole number from 0, got -1"),
        (lambda: direction("conv", np.ones((2, 8))), r"1-D vector .* \(2, 8\)"),
        (lambda: directions("conv", np.ones((0, 8))), r"2-D array .* \(0, 8\)"),
        (lambda: direction("conv", [1, np.nan]), "finite"),
        (lambda: direction("conv", VECTOR, power=-1), "power"),
        (lambda: guide("conv", GUIDE, "nearest"), "'position' or 'best', got 'nearest'"),
        (lambda: guide("conv", GUIDE[0]), r"activations must be .*got shape \(4, 7, 8\)"),
        (lambda: of("conv", 3), "score must be a function, got 3"),
        (lambda: of("conv", None), "score must be a function, got None"),
    ],
)
def test_nonsense_is_refused_when_it_is_made(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("given", ["ab", None, [[1], [2, 3]], {"a": 1}])
def test_what_somebody_s_own_score_takes_are_numbers(given):
    with pytest.raises(TypeError, match="data must be an array of numbers, got"):
        of("conv", nearest_to, given)
    with pytest.raises(TypeError, match="The layer of an objective must be a str, got 3"):
        of(3, loudest)


def test_numbers_for_somebody_s_own_score_are_of_the_precision_of_activations():
    """NumPy makes float64 of Python's numbers, which TensorFlow multiplies with no other."""

    def scaled(a, by, which):
        return ops.multiply(ops.mean(ops.take(a, which, axis=-1), axis=(1, 2)), by)

    objective = of("conv", scaled, 0.5, 3)
    _, ((by, which),) = objective.inputs
    assert (by.dtype, which.dtype.kind) == (np.float32, "i")
    np.testing.assert_allclose(values(objective), 0.5 * values(channel("conv", 3)), rtol=1e-5)


def test_a_class_goes_by_its_name():
    model = Bound(["tabby", "tiger cat", "gown, robe"], conv=8, logits=3)
    named = 2 * logit("Robe") + layer("conv")
    with pytest.raises(ValueError, match=r"logit\('Robe'\) has no number yet"):
        _ = named.inputs
    bound = named.bound_to(model)
    assert repr(bound) == repr(named)
    weights, ((index,), _) = bound.inputs
    assert (int(index), weights.tolist()) == (2, [2, 1])
    assert bound.structure == (2 * logit(0) + layer("conv")).structure
    with pytest.raises(ValueError, match="no class 'tabyb'"):
        logit("tabyb").bound_to(model)


def test_a_class_that_the_network_has_a_name_but_no_score_for_is_refused():
    model = Bound(["tabby", "tiger cat", "robe"], logits=2)
    with pytest.raises(ValueError, match=r"logit\('robe'\) does not fit: .* has 2 channels"):
        logit("robe").bound_to(model)


def test_an_objective_may_be_given_as_layers():
    both = layer("conv") + layer("dense")
    for given in (["conv", "dense"], ("conv", "dense"), {"conv": 1, "dense": 1.0}):
        assert repr(as_objective(given, "other")) == repr(both)
    assert repr(as_objective({"conv": -0.5}, "other")) == "-0.5 * layer('conv')"
    assert repr(as_objective(None, "other")) == "layer('other')"
    assert as_objective(both, "other") is both


@pytest.mark.parametrize(
    ("objective", "recorded"),
    [
        (layer("conv"), "conv"),
        (2 * layer("conv"), {"conv": 2.0}),
        (layer("conv") + layer("dense") / 2, {"conv": 1.0, "dense": 0.5}),
        (layer("conv") + layer("conv"), "layer('conv') + layer('conv')"),
        (channel("conv", 3), "channel('conv', 3)"),
        (layer("conv") - l2(), "layer('conv') - l2()"),
        (OWN, "of('conv', loudest)"),
    ],
    ids=str,
)
def test_an_objective_on_record_is_a_name_or_weights_or_words(objective, recorded):
    assert record(objective) == recorded


def test_only_directions_know_how_many_pictures_they_are_for():
    assert directions("conv", VECTORS).count == (layer("conv") + directions("conv", VECTORS)).count
    assert directions("conv", VECTORS).count == 2
    assert direction("conv", VECTOR).count is layer("conv").count is None


@pytest.mark.parametrize(
    "objective",
    [
        channel("conv", 4),
        channel(np.array(["conv"])[0], np.int64(4)),
        neuron("conv", 7),
        neuron("conv", 7, [np.int64(1), np.int64(2)]),
        logit(1),
        logit("jack-o'-lantern"),
        layer("conv") / 3 + layer("conv"),
        -mean("conv"),
        channel("conv", 4) / 7 - np.float32(0.1) * total_variation() - 1e-7 * l2(1 / 3),
        2.5 * diversity("conv") + l2() - l2(-0.25),
        sum(channel("conv", n) / 9 for n in range(300)),
    ],
    ids=lambda objective: repr(objective)[:40],
)
def test_settings_tell_an_objective_to_the_last_digit(objective):
    (told,) = json.loads(json.dumps([record(objective)]))
    again = as_objective(told, "other")
    assert again.structure == objective.structure
    assert [weight for weight, _ in again.terms] == [weight for weight, _ in objective.terms]
    for (_, one), (_, other) in zip(again.terms, objective.terms, strict=True):
        assert (one.named, one.index, one.grid) == (other.named, other.index, other.grid)
        np.testing.assert_equal(one.data, other.data)


@pytest.mark.parametrize(
    "objective",
    [
        direction("conv", VECTOR),
        directions("conv", VECTORS),
        direction_neuron("conv", VECTOR, power=2),
        guide("conv", GUIDE, "best"),
        layer("conv") + of("conv", np.mean),
    ],
    ids=repr,
)
def test_an_objective_that_words_can_not_hold_is_refused_by_name(objective):
    with pytest.raises(ValueError, match="can't be made again") as raised:
        as_objective(record(objective), "other")
    assert str(objective) in str(raised.value)
