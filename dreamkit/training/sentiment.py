"""How the bundled classifier was made: ``python -m dreamkit.training.sentiment``.

Word vectors are learnt from the 25,000 training reviews without their labels, with gensim
(``pip install "dreamkit[training]"``); the layers above them from the labels. The 25,000 test
reviews are only measured.
"""

import argparse
import time
import warnings

import numpy as np

from ..datasets import PUBLISHED, imdb
from ..pretrained import WEIGHTS
from ..text.classifiers import Classifier, train_classifier
from ..text.tokens import Vocabulary, tokenize
from ..text.vectors import WordVectors

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
    frozen = train_classifier(texts, labels, vectors, epochs=20, seed=seed, name="imdb")
    seconds = time.perf_counter() - started
    scores = {
        "test accuracy, word vectors frozen": round(accuracy(frozen, test_texts, test_labels), 4)
    }
    print(scores, flush=True)
    tuned = train_classifier(
        texts, labels, vectors, epochs=3, seed=seed, name="tuned", fine_tune=True
    )
    scores["test accuracy, word vectors fine-tuned (not bundled)"] = round(
        accuracy(tuned, test_texts, test_labels), 4
    )
    print(scores, flush=True)
    print(
        frozen.save(
            WEIGHTS / "imdb.keras",
            about="Tells praise from blame in film reviews: the mean of frozen word vectors, then "
            "dense layers of 256 (fc1) and 512 units (fc2).",
            command=f"python -m dreamkit.training.sentiment --seed {seed}",
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
    )


if __name__ == "__main__":
    main()
