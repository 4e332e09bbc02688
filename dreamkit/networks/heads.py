"""Where a network ends: its classes' scores, before what makes probabilities of them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from ..arguments import spoken
from ..objectives.objective import LOGITS
from .graph import Graph, maker, twin

PASSES, SQUASHES = "passes", "squashes"


class Head(NamedTuple):
    """An output of a network."""

    scores: Any
    squash: Callable[[Any], Any] | None = None  # makes probabilities of the scores, or logs of them
    names: tuple[str, ...] = ()  # of the layers that answer with probabilities


def heads_of(graph: Graph) -> list[Head]:
    """Each output of a network; what makes probabilities is told by what it makes of numbers."""
    names = {id(tensor): name for name, tensor in graph.tensors.items()}

    def head(answer: Any) -> Head:
        last = maker(answer)
        activation, weights = getattr(last, "activation", None), getattr(last, "weights", [])
        function: Any = activation if callable(activation) else None if weights else last
        effect = _effect(function, last)
        if effect == SQUASHES:
            scores = _linear(last, function) if weights else last.input
            return Head(answer) if scores is None else Head(scores, function, (names[id(answer)],))
        before = head(last.input) if effect == PASSES and not weights else Head(answer)
        if before.squash is None:
            return Head(before.scores if before.scores.shape == answer.shape else answer)
        scores = twin(last, f"{last.name}_{LOGITS}", "float32")(before.scores)
        return Head(scores, before.squash, (*before.names, names[id(answer)]))

    return [head(answer) for answer in graph.model.outputs]


def _effect(function: Callable[[Any], Any] | None, layer: Any) -> str:
    """What a layer's function does to random numbers: whether it passes them on, or squashes."""
    if function in (None, keras.activations.linear):
        return "" if function is None or layer.weights else PASSES
    try:
        given = _numbers(layer)
        made = ops.convert_to_numpy(function(given)).astype("float32")
    except Exception:  # of several inputs, of none, of text: each has its own
        return ""
    numbers = ops.convert_to_numpy(given)
    if made.size == numbers.size and np.allclose(made.ravel(), numbers.ravel(), rtol=0.02):
        return PASSES
    shares = (made >= 0).all() and (made <= 1).all()
    logs = np.allclose(np.exp(made.astype("float64")).sum(-1), 1, atol=1e-3)
    return SQUASHES if made.shape == numbers.shape and (shares or logs) else ""


def _numbers(layer: Any) -> Any:
    """Random numbers, large and small, of the shape that a layer is given."""
    shape = [2, *(side or 3 for side in layer.input.shape[1:])]
    return ops.convert_to_tensor(np.random.default_rng(0).normal(0, 5, shape), "float32")


def _linear(layer: Any, function: Callable[[Any], Any]) -> Any:
    """What a layer answers without its activation; None where that is not all that it does."""
    linear = twin(layer, f"{layer.name}_{LOGITS}", layer.dtype_policy.name)
    linear.activation = keras.activations.linear
    numbers = _numbers(layer)
    alike = ops.abs(function(linear(numbers)) - layer(numbers)) < 0.02
    return linear(layer.input) if ops.all(alike) else None


def logits_of(model: keras.Model, heads: list[Head]) -> Any:
    """The scores of a network with one set of classes; ValueError for another."""
    if len(heads) > 1:
        names = [maker(tensor).name for tensor in model.outputs]
        raise ValueError(
            f"{model.name} has {len(heads)} outputs, and so no one set of classes. Say which: "
            f"channel(name, number), where name is {spoken(names)}."
        )
    answer = model.outputs[0]
    if len(answer.shape) != 2:
        raise ValueError(
            f"{model.name} does not end in class scores but in shape {answer.shape}: there are no "
            "classes to dream of. Load it with its top, or dream at one of .layers."
        )
    return heads[0].scores
