"""The recipe of the article that lesson 04 grew out of, to compare with.

Windows of 60 characters every 3, one-hot, one target each; an LSTM of 128 units and a softmax;
RMSprop at 0.01, batches of 128 (F. Chollet, "Deep Learning with Python", 2017, section 8.1). Its
text is written by calling ``predict`` on the last 60 characters for every new one.
"""

import keras
import numpy as np

from dreamkit.chars.corpus import Alphabet
from dreamkit.chars.sampling import reweight

LENGTH, STEP, BATCH = 60, 3, 128


def article_model(characters: int) -> keras.Model:
    """Input float32 (n, 60, characters), one-hot; output probabilities (n, characters)."""
    model = keras.Sequential(
        [
            keras.Input((LENGTH, characters)),
            keras.layers.LSTM(128),
            keras.layers.Dense(characters, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.RMSprop(0.01), "categorical_crossentropy")
    return model


def article_windows(text: str, alphabet: Alphabet) -> tuple[np.ndarray, np.ndarray]:
    """All windows of a text, one-hot, and the character that follows each.

    Returns
    -------
    x : numpy.ndarray, float32, shape (windows, 60, characters)
    y : numpy.ndarray, float32, shape (windows, characters)

    Raises
    ------
    ValueError
        For a text of fewer than 61 characters.
    """
    ids = alphabet.encode(text)
    if len(ids) <= LENGTH:
        raise ValueError(f"A text of more than {LENGTH} characters is needed, got {len(ids)}.")
    starts = np.arange(0, len(ids) - LENGTH, STEP)
    one_hot = np.eye(len(alphabet), dtype="float32")
    return one_hot[ids[starts[:, None] + np.arange(LENGTH)]], one_hot[ids[starts + LENGTH]]


def article_text(
    model: keras.Model, alphabet: Alphabet, prompt: str, length: int, temperature: float, seed: int
) -> str:
    """Write as the article does: one call of ``predict`` for each character.

    Works for the article's model and for a ``Writer``'s, whose answer at the last place counts.
    """
    rng = np.random.default_rng(seed)
    ids = list(alphabet.encode(prompt))
    for _ in range(length):
        window = np.array(ids[-LENGTH:])
        if len(model.input_shape) == 3:
            p = model.predict(np.eye(len(alphabet))[window][None], verbose=0)[0]
        else:
            logits = model.predict(window[None], verbose=0)[0, -1].astype("float64")
            p = np.exp(logits - logits.max())
        p = reweight(p, temperature)
        ids.append(int(rng.choice(len(p), p=p)))
    return alphabet.decode(ids[len(ids) - length :])
