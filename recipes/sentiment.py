"""How the bundled classifier was made: ``python -m recipes.sentiment``.

Word vectors are learnt from the 25,000 training reviews without their labels, with gensim
(``pip install "dreaming-networks[training]"``); the layers above them from the labels. The 25,000
test reviews are only measured.
"""

import argparse
import time
import warnings

import numpy as np

from dreamkit.datasets import PUBLISHED
from dreamkit.pretrained import WEIGHTS
from dreamkit.text.classifiers import Classifier, build_classifier, train_classifier
from dreamkit.text.tokens import Vocabulary, tokenize
from dreamkit.text.vectors import WordVectors

from .data import imdb
from .half import halved

SIZE = 18_000  # words that get a vector in the bundled file
SKIPGRAM = {
    "vector_size": 100,
    "sg": 1,
    "window": 10,
    "epochs": 10,
    "negative": 5,
    "sample": 1e-4,
    "min_count": 5,
}
TRIED = [
    "CBOW (window 5, 8 epochs) instead of skip-gram: 85.1 % with frozen vectors.",
    "skip-gram vectors scaled by 0.001 / (0.001 + the word's frequency) before the mean: 87.4 %.",
]


def word_vectors(texts: list[str], seed: int) -> WordVectors:
    """Skip-gram vectors (Mikolov et al., 2013) of the most frequent words.

    One thread only: with more, gensim's result is another one every time.
    """
    from gensim.models import Word2Vec

    order = np.random.default_rng(seed).permutation(len(texts))
    model = Word2Vec([tokenize(texts[i]) for i in order], seed=seed, workers=1, **SKIPGRAM)
    words = model.wv.index_to_key[:SIZE]
    return WordVectors(Vocabulary(tuple(words)), model.wv.vectors[:SIZE])


def accuracy(classifier: Classifier, texts: list[str], labels: np.ndarray) -> float:
    """Share of texts on the right side of one half."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # every review has some unknown words
        return float(np.mean((classifier.predict(texts) > 0.5) == labels))


def main() -> None:
    """Make the classifier, measure it, and write it with its card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    seed = parser.parse_args().seed
    texts, labels = imdb("train")
    test_texts, test_labels = imdb("test")
    started = time.perf_counter()
    vectors = word_vectors(texts, seed)
    print(f"{vectors}, {time.perf_counter() - started:.0f} s", flush=True)
    frozen = build_classifier(vectors, seed=seed, name="imdb")
    train_classifier(frozen, texts, labels, epochs=20, seed=seed)
    seconds = time.perf_counter() - started
    scores = {
        "test accuracy, word vectors frozen": round(accuracy(frozen, test_texts, test_labels), 4)
    }
    print(scores, flush=True)
    tuned = build_classifier(vectors, fine_tune=True, seed=seed, name="tuned")
    train_classifier(tuned, texts, labels, epochs=3, seed=seed)
    scores["test accuracy, word vectors fine-tuned (not bundled)"] = round(
        accuracy(tuned, test_texts, test_labels), 4
    )
    print(scores, flush=True)
    card = frozen.save(
        WEIGHTS / "imdb.keras",
        about="Tells praise from blame in film reviews: the mean of frozen word vectors, then "
        "dense layers of 256 (fc1) and 512 units (fc2).",
        command=f"python -m recipes.sentiment --seed {seed}",
        data="Large Movie Review Dataset: 25,000 training reviews (word vectors without their "
        "labels, the layers above with them), 25,000 test reviews",
        source=PUBLISHED["aclImdb_v1.tar.gz"],
        seed=seed,
        parameters=frozen.model.count_params(),
        scores=scores,
        seconds=round(seconds),
        vectors={"method": "skip-gram, gensim", **SKIPGRAM},
        tried=TRIED,
    )
    print(halved(card.with_suffix(".keras")))


if __name__ == "__main__":
    main()
