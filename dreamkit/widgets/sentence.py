"""Explore sentence dreams: which sentence, which layer or unit, which step."""

from functools import lru_cache
from typing import Any

import ipywidgets

from ..plots import clouds, curves, draw_map, word_map
from ..text.classifiers import Classifier
from ..text.dream import dream_sentence
from .live import Live

STEPS = 20
ALL = -1  # in place of a unit: the whole layer


def sentence_explorer(classifier: Classifier, text: str = "I love this show.") -> Live:
    """Type a sentence and drag through the steps of its dream.

    The ``result`` is (dream, map, step, what the curve shows, its values).
    """
    most = max(classifier.units(layer) for layer in classifier.layers) - 1
    controls = {
        "text": ipywidgets.Text(text, description="sentence", continuous_update=False),
        "layer": ipywidgets.Dropdown(
            options=classifier.layers, value=classifier.layers[-2], description="layer"
        ),
        "unit": ipywidgets.BoundedIntText(
            ALL, min=ALL, max=most, description="unit", tooltip="-1 is the whole layer"
        ),
        "step": ipywidgets.IntSlider(STEPS, min=0, max=STEPS, description="step"),
    }

    @lru_cache(maxsize=8)
    def dreamt(text: str, layer: str, unit: int) -> tuple[Any, Any]:
        chosen = None if unit == ALL else unit
        dream = dream_sentence(text, classifier, layer, unit=chosen, steps=STEPS)
        return dream, word_map(dream, words=40)

    def render(progress: Any, text: str, layer: str, unit: int, step: int) -> Any:
        dream, shown = dreamt(text, layer, unit)
        if unit == ALL:
            return dream, shown, step, f"norm of {layer}", dream.norms(layer)
        return dream, shown, step, f"unit {unit} of {layer}", dream.history

    def code(text: str, layer: str, unit: int, step: int) -> str:
        chosen = "" if unit == ALL else f", unit={unit}"
        return f"dk.dream_sentence({text!r}, clf, {layer!r}{chosen}).nearest({step})"

    return Live(controls, render, _view, code)


def _view(result: Any, code: str) -> tuple[str, str]:
    dream, shown, step, name, values = result
    near = dream.nearest(step, 16)
    curve = curves(
        {name: values},
        xlabel="step",
        ylabel=name,
        mark=step,
        size=(4.2, 2.2),
        alt=f"The {name} over the steps of the dream, step {step} marked.",
    )
    cloud = clouds({"": near}, width=380)
    plan = draw_map(shown, step, size=(4.4, 4.6))
    left = f'<div style="flex:0 1 380px">{curve.tag}{cloud.tag}</div>'
    right = f'<div style="flex:1 1 320px">{plan.tag}</div>'
    return f'<div style="display:flex;flex-wrap:wrap">{left}{right}</div>', (
        f"{'praise' if dream.prediction > 0.5 else 'blame'}, {dream.prediction:.2f}; near: "
        f"{', '.join(word for word, _ in near[:4])}"
    )
