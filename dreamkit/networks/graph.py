"""A model as one graph of our own: nested models opened, every use of a layer named once.

The only file that uses names of Keras which are not public (read in Keras 3.13 and 3.15).
"""

from __future__ import annotations

from types import MethodType
from typing import Any, NamedTuple

import keras
from keras import ops


class Graph(NamedTuple):
    """A model over float32 pictures, what each layer answers in it, and the user's input.

    A layer that is used again, or answers twice, or has the name of another, is there as ``name-2``
    too.
    """

    model: keras.Model
    tensors: dict[str, Any]
    source: Any


def opened(model: keras.Model, precision: str = "float32", taken: Any = ()) -> Graph:
    """The same layers, with their weights, each used once and computing in ``precision``.

    None has a name that is ``taken``.
    """
    source = model.inputs[0]
    picture = keras.Input(source.shape[1:], name=source.name)
    tensors = {picture.name: picture}

    def free(name: str) -> str:
        count = 2  # after a dash: PyTorch allows no dots in a name
        while name in tensors or name in taken:
            name, count = f"{name.removesuffix(f'-{count - 1}')}-{count}", count + 1
        return name

    def use(layer: Any, *given: Any, **how: Any) -> Any:
        if layer is model or _is_open(layer, how):
            inside = given[0] if given else how["inputs"]
            if isinstance(layer, keras.Sequential):
                for each in layer.layers:
                    inside = use(each, inside)
                return inside
            answer = layer._run_through_graph(inside, lambda each: each, use)
            return answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
        # Keras counts operations through the whole session: "add_37"
        name = layer.name if isinstance(layer, keras.Layer) else type(layer).__name__.lower()
        answer = twin(layer, free(name), precision)(*given, **how)
        tensors.update((free(name), each) for each in keras.tree.flatten(answer))
        return answer

    return Graph(keras.Model(picture, use(model, picture), name=model.name), tensors, source)


def _is_open(layer: Any, how: dict[str, Any]) -> bool:
    """Whether a layer is a model that does what its own layers do, and nothing else."""
    kind: Any = type(layer)
    stock = [each for each in kind.__mro__ if each.__name__ in ("Sequential", "Functional")]
    return bool(stock) and kind.call is stock[0].call and not how.get("training")


def twin(layer: Any, name: str, precision: str) -> Any:
    """The same layer, with the same weights, for another graph; and so the layers in it.

    Not made from its configuration: that would need new weights, and custom layers may have none.
    """
    within = layers_within(layer) if isinstance(layer, keras.Layer) else []
    wanted = keras.DTypePolicy(precision).compute_dtype
    if all(each.compute_dtype == wanted for each in within[1:]):
        within = []  # what is in it may be shared
    twins = {id(each): object.__new__(type(each)) for each in within or [layer]}
    for each in within or [layer]:
        other = twins[id(each)]
        vars(other).update(
            {k: _exchanged(v, twins) if within else v for k, v in vars(each).items()}
        )
        if isinstance(each, keras.Layer) and each.quantization_mode is None:
            other.dtype_policy = keras.DTypePolicy(precision)
            other.dtype_policy._variable_dtype = each.variable_dtype  # as the weights are
        if within and isinstance(each, keras.Model):
            _run_with(other, twins)
    vars(twins[id(layer)]).update(name=name, _inbound_nodes=[], _outbound_nodes=[])
    return twins[id(layer)]


def _exchanged(part: Any, twins: dict[int, Any]) -> Any:
    """What a layer holds, with twins in the place of layers, in lists and dictionaries too."""
    if id(part) in twins:
        return twins[id(part)]
    if isinstance(part, MethodType) and id(part.__self__) in twins:
        return MethodType(part.__func__, twins[id(part.__self__)])
    if isinstance(part, dict):
        return {key: _exchanged(each, twins) for key, each in part.items()}
    if type(part) is tuple:
        return tuple(_exchanged(each, twins) for each in part)
    return [_exchanged(each, twins) for each in part] if isinstance(part, list) else part


def _run_with(model: Any, twins: dict[int, Any]) -> None:
    """Let a model that is no graph of ours run twins in the place of its layers."""
    run: Any = getattr(type(model), "_run_through_graph", None)

    def through(given: Any, operation_fn: Any = lambda each: each, **how: Any) -> Any:
        return run(model, given, lambda each: operation_fn(twins.get(id(each), each)), **how)

    if isinstance(model, keras.Sequential):
        first = [each for each in model._layers if isinstance(each, keras.layers.InputLayer)]
        kept = [each for each in model._layers if each not in first]  # they have a precision
        vars(model).update(_functional=None, _layers=kept)  # it runs them one by one
    elif run is not None:
        vars(model)["_run_through_graph"] = through


def of_any_size(model: keras.Model) -> keras.Model:
    """The same layers over an input of open height and width, where they take other sizes too."""
    height, width = model.input_shape[1:3]
    if height is None and width is None:
        return model
    larger = (height or 64) + 64, (width or 64) + 128
    return over(model, None, None) if over(model, *larger) else model


def over(model: keras.Model, height: int | None, width: int | None) -> keras.Model | None:
    """The same layers over pictures of some size; None where they don't take it."""
    picture = keras.Input((height, width, model.input_shape[-1]))

    def use(layer: Any, *given: Any, **how: Any) -> Any:
        if isinstance(layer, keras.layers.Concatenate):  # the layer itself joins what doesn't fit
            ops.concatenate(given[0], axis=layer.axis)
        if height and _may_mind_size(layer):  # whatever it says of the shape of its answer
            keras.Operation.compute_output_spec(layer, *given, **how)
        return layer(*given, **how)

    try:
        other = keras.models.clone_model(model, picture, lambda layer: layer, use)
    except Exception:  # every layer, and every framework, has its own
        return None
    sides = [side for tensor in other.outputs for side in tensor.shape[1:]]
    return other if all(side is None or side > 0 for side in sides) else None


def _may_mind_size(layer: Any) -> bool:
    """Whether a layer is not of Keras, or may have a weight for each place of the picture."""
    if not isinstance(layer, keras.Layer):
        return False
    places = {side for x in keras.tree.flatten(layer.input) for side in x.shape[1:-1] if side}
    own = any(not type(each).__module__.startswith("keras.") for each in layers_within(layer))
    return own or any(not places.isdisjoint(weight.shape) for weight in layer.weights)


def maker(tensor: Any) -> Any:
    """The layer or the operation that answered with a tensor."""
    return tensor._keras_history.operation


def layers_within(model: keras.Model) -> list[Any]:
    """The model, its layers, and theirs."""
    return list(model._flatten_layers())
