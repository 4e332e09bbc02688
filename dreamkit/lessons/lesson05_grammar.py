"""Film reviews of one sentence in which the order of the words decides, written for this course."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arguments import as_seed, whole

# {yes} is what the review says of the film, {no} what it denies.
TEMPLATES = (
    "{film} was not {no}, just {yes}",
    "{film} was {yes}, not {no}",
    "{film} was not {no} but {yes}",
    "{film} was {yes} and never {no}",
    "never {no}, {film} was always {yes}",
    "{film} was hardly {no}, it was {yes}",
    "{film} was always {yes}, hardly {no}",
    "far from {no}, {film} was {yes}",
    "it was just {yes}, far from {no}",
    "{film} was more {yes} than {no}",
    "more {yes} than {no}, that was {film}",
    "{film} was less {no} than {yes}",
    "{film} was {yes} rather than {no}",
    "it was rather {yes} than {no}",
)
NEW_TEMPLATES = (
    "not {no}, {film} was just {yes}",
    "{film} was always {yes}, far from {no}",
    "it was never {no}, just {yes}",
    "hardly {no}, {film} was {yes}",
    "{film} was rather {yes}, not {no}",
    "it was less {no} than {yes}",
)
PRAISE = "good great funny moving clever warm fresh lovely brilliant charming gripping touching"
BLAME = "bad long boring silly cold stale ugly lame clumsy weak dreary empty"
NEW_PRAISE = "superb wonderful amazing delightful beautiful excellent"
NEW_BLAME = "awful terrible dull stupid horrible pointless"
FILMS = (
    "the film, this movie, the story, the plot, the acting, the ending, the second half, "
    "the dialogue, the first scene, the music"
).split(", ")
BEFORE = ("", "honestly", "to my surprise", "as my sister says", "for me", "I must say")
AFTER = ("", "in the end", "from start to finish", "if you ask me", "on the whole", "this time")


@dataclass(frozen=True, eq=False)
class Reviews:
    """Sentences and what they say.

    Attributes
    ----------
    texts : list of str
        Twins stand side by side: the same words, and the opposite said.
    labels : numpy.ndarray, int32, shape (n,)
        1 for praise, 0 for blame.
    """

    texts: list[str]
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        return f"<Reviews: {len(self):,} texts, {self.labels.sum():,} of praise>"


def film_sentences(
    training: int = 4000, validation: int = 1000, seed: int = 0
) -> dict[str, Reviews]:
    """Write sentences to learn from, and three kinds to measure with.

    Each holds one word of praise and one of blame, and denies one of them. Its twin is the same
    sentence with the two words exchanged. Twins have the same words and opposite labels, so that
    whoever looks at words without their order is right about exactly one of the two.

    Parameters
    ----------
    training, validation : int
        How many sentences to learn from, and how many of each other kind; even numbers.
    seed : int

    Returns
    -------
    dict of str to Reviews
        "training"; "new sentences", of the same templates and words; "new templates", with words
        that occur in training; "new words", in the templates of training. No sentence occurs twice.

    Raises
    ------
    ValueError
        For numbers that are odd, below 2, or above 10,000.

    Examples
    --------
    >>> from dreamkit.lessons.lesson05_grammar import film_sentences
    >>> film_sentences(2, 2)["training"].texts[0]
    'As my sister says, the film was gripping and never lame in the end.'

    Taught in lesson 05.
    """
    for what, value in (("training", training), ("validation", validation)):
        if whole(what, value, 2, 10_000, "an even one") % 2:
            raise ValueError(f"{what} must be an even number, got {value!r}.")
    rng = np.random.default_rng(as_seed(seed))
    used: set[str] = set()
    known, new = (PRAISE, BLAME), (NEW_PRAISE, NEW_BLAME)
    return {
        "training": _written(TEMPLATES, *known, training, rng, used),
        "new sentences": _written(TEMPLATES, *known, validation, rng, used),
        "new templates": _written(NEW_TEMPLATES, *known, validation, rng, used),
        "new words": _written(TEMPLATES, *new, validation, rng, used),
    }


def _written(
    templates: tuple[str, ...],
    praise: str,
    blame: str,
    count: int,
    rng: np.random.Generator,
    used: set[str],
) -> Reviews:
    """So many sentences, in pairs, none of which is in ``used``; they are added to it."""
    texts: list[str] = []
    while len(texts) < count:
        words = rng.choice(praise.split()), rng.choice(blame.split())
        frame = [rng.choice(parts) for parts in (BEFORE, templates, AFTER)]
        film = rng.choice(FILMS)
        pair = [_sentence(frame, film, yes, no) for yes, no in (words, words[::-1])]
        if not used.intersection(pair):
            used.update(pair)
            texts += pair
    return Reviews(texts, np.tile(np.array([1, 0], "int32"), count // 2))


def _sentence(frame: list[str], film: str, yes: str, no: str) -> str:
    before, middle, after = frame
    text = middle.format(film=film, yes=yes, no=no)
    text = f"{before}, {text}" if before else text
    text = f"{text} {after}." if after else f"{text}."
    return text[0].upper() + text[1:]
