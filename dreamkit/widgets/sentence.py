"""Explore sentence dreams: which sentence, which layer or unit, which step."""

from functools import lru_cache

import ipywidgets as ui

from .. import objectives
from ..arguments import a_text
from ..plots import WordMap, clouds, curves, map_figure, word_map
from ..text.classifiers import Classifier, check_classifier
from ..text.dream import SentenceDream, dream_sentence
from .call import Call, Named
from .live import Live

STEPS: int = (dream_sentence.__kwdefaults__ or {})["steps"]
ALL = -1  # in place of a unit: the whole layer
NEAR = 16  # words in the cloud


def sentence_explorer(classifier: Classifier, text: str = "I love this show.") -> Live:
    """Type a sentence and drag through the steps of its dream.

    The ``result`` is the words nearest to that step.
    """
    check_classifier(classifier)
    clf = Named("clf", classifier)
    most = max(classifier.channels(layer) for layer in classifier.layers) - 1
    controls = {
        "text": ui.Text(a_text(text), description="sentence", continuous_update=False),
        "layer": ui.Dropdown(
            options=classifier.layers, value=classifier.layers[-2], description="layer"
        ),
        "unit": ui.BoundedIntText(
            ALL, min=ALL, max=most, description="unit", tooltip="-1 is the whole layer"
        ),
        "step": ui.IntSlider(STEPS, min=0, max=STEPS, description="step"),
    }

    @lru_cache(maxsize=8)
    def dreamt(text: str, layer: str, unit: int) -> tuple[str, SentenceDream, WordMap]:
        one = Call("dk.objectives.channel", objectives.channel, layer, unit)
        call = Call("dk.dream_sentence", dream_sentence, text, clf, layer if unit == ALL else one)
        dream = call()
        return str(call), dream, word_map(dream, words=40)

    def call(text: str, layer: str, unit: int, step: int) -> Call:
        code, dream, _ = dreamt(text, layer, unit)
        return Call(f"{code}.nearest", dream.nearest, step, NEAR)

    def view(
        near: list[tuple[str, float]], code: str, text: str, layer: str, unit: int, step: int
    ) -> tuple[str, str]:
        _, dream, words = dreamt(text, layer, unit)
        name = f"norm of {layer}" if unit == ALL else f"unit {unit} of {layer}"
        curve = curves(
            {name: list(dream.norms(layer) if unit == ALL else dream.history)},
            xlabel="step",
            ylabel=name,
            mark=step,
            size=(4.2, 2.2),
            alt=f"The {name} over the steps of the dream, step {step} marked.",
        )
        cloud, plan = clouds({"": near}, width=380), map_figure(words, step, size=(4.4, 4.6))
        left = f'<div style="flex:0 1 380px">{curve.tag}{cloud.tag}</div>'
        right = f'<div style="flex:1 1 320px">{plan.tag}</div>'
        return f'<div style="display:flex;flex-wrap:wrap">{left}{right}</div>', (
            f"{'praise' if dream.prediction > 0.5 else 'blame'}, {dream.prediction:.2f}; near: "
            f"{', '.join(word for word, _ in near[:4])}"
        )

    return Live(controls, call, view)
