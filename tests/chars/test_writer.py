"""Writers: the carried state is that of the model, and what is written is as likely as it says."""

import json

import keras
import numpy as np
import pytest
from keras import layers as kl
from keras import ops

import dreamkit as dk
from dreamkit.chars.corpus import Alphabet
from dreamkit.chars.stepping import CHUNK
from dreamkit.chars.writer import WARM_UP, WINDOW, Writer
from dreamkit.pretrained import digest

TEXT = "to be or not to be, that is the question. " * 60


@pytest.fixture(scope="module", params=[1, 2], ids=["one layer", "two layers"])
def writer(request):
    return dk.build_writer(TEXT, units=24, layers=request.param, seed=1)


def last_logits(writer, text):
    return ops.convert_to_numpy(writer.model(writer.alphabet.encode(text)[None]))[0, -1]


@pytest.mark.parametrize("text", ["t", "to be", TEXT[:CHUNK], TEXT[: CHUNK + 1], TEXT[:300]])
def test_the_state_carried_is_that_of_reading_all_at_once(writer, text):
    _, logits = writer.loop.read([writer.alphabet.encode(text)])
    np.testing.assert_allclose(np.asarray(logits)[0], last_logits(writer, text), atol=1e-5)


def test_prompts_of_different_lengths_are_read_side_by_side(writer):
    texts = ["t", "to be or", TEXT[:100]]
    _, logits = writer.loop.read([writer.alphabet.encode(text) for text in texts])
    expected = [last_logits(writer, text) for text in texts]
    np.testing.assert_allclose(logits, expected, atol=1e-5)


def test_next_char_is_the_softmax_of_the_logits_over_temperature(writer):
    p = writer.next_char("to be", temperature=0.5)
    assert sum(p.values()) == pytest.approx(1, abs=1e-9)
    assert list(p.values()) == sorted(p.values(), reverse=True)
    z = last_logits(writer, "to be").astype("float64") / 0.5
    expected = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    for character, number in writer.alphabet.numbers.items():
        assert p[character] == pytest.approx(expected[number], rel=1e-3)


def test_greedy_takes_the_most_likely_each_time(writer):
    text = "to be"
    written = writer.generate(text, 12, temperature=0)
    for character in written:
        assert character == next(iter(writer.next_char(text)))
        text += character


def test_top_k_of_one_is_greedy(writer):
    assert writer.generate("to", 30, 1.0, top_k=1, seed=5) == writer.generate("to", 30, 0)


def test_the_first_character_written_is_as_frequent_as_it_is_likely(writer):
    p = writer.next_char("to be", 0.8)
    written = writer.generate(["to be"] * 4000, 1, 0.8, seed=0)
    for character, likely in list(p.items())[:4]:
        assert written.count(character) / 4000 == pytest.approx(likely, abs=0.03)


def test_a_seed_fixes_what_is_written_and_length_only_cuts_it(writer):
    whole = writer.generate("to be", 200, seed=3)
    assert len(whole) == 200
    assert writer.generate("to be", 200, seed=3) == whole
    assert writer.generate("to be", 70, seed=3) == whole[:70]
    assert writer.generate("to be", 200, seed=4) != whole
    assert writer.generate("to be", 0) == ""


def test_a_stream_is_the_same_text_in_pieces(writer):
    pieces = list(writer.stream("to be", 150, seed=3))
    assert len(pieces) > 1
    assert "".join(pieces) == writer.generate("to be", 150, seed=3)


@pytest.mark.parametrize("prompt", ["to be", ["to be", "or not"]])
def test_interrupting_keeps_what_was_written(writer, monkeypatch, prompt):
    def interrupted(*_, **__):
        yield from pieces[:2]
        raise KeyboardInterrupt

    whole = writer.generate(prompt, 2 * CHUNK, seed=3)
    pieces = list(writer.stream(prompt, 3 * CHUNK, seed=3))
    monkeypatch.setattr(Writer, "stream", interrupted)
    assert writer.generate(prompt, 3 * CHUNK, seed=3) == whole


def test_several_prompts_are_continued_at_once(writer):
    both = writer.generate(["to be", "or not"], 40, 0, seed=0)
    assert both == writer.generate(("to be", "or not"), 40, 0, seed=0)
    assert both == [writer.generate("to be", 40, 0), writer.generate("or not", 40, 0)]
    assert writer.generate(["to", "be"], 0) == ["", ""]


def test_an_empty_prompt_is_the_start_of_a_line():
    writer = dk.build_writer("a\nb", units=8)
    assert writer.generate("", 20, 0) == writer.generate("\n", 20, 0)


@pytest.mark.open_shapes
def test_one_compiled_loop_serves_all_lengths_and_temperatures(writer):
    for n, temperature in [(1, 0.2), (3, 1.0), (2, 5.0)]:
        writer.generate(["to be"] * n, 100, temperature)
    assert {loop._traces for loop in writer.loop._loops.values()} == {1}


@pytest.mark.parametrize("length", [2, WARM_UP + 1, WARM_UP + 2, WARM_UP + WINDOW + 1, 1500])
def test_surprise_is_minus_the_log_of_the_probability_of_what_came(writer, length):
    text = TEXT[:length]
    found = writer.surprises(text)
    assert found.shape == (length - 1,)
    ids = writer.alphabet.encode(text)
    logits = ops.convert_to_numpy(writer.model(ids[None, :-1])).astype("float64")[0]
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    expected = -np.log(p[np.arange(length - 1), ids[1:]])
    # beyond the first window the model has read 64 characters and not all: almost the same
    np.testing.assert_allclose(found, expected, atol=1e-3)
    assert writer.loss(text) == pytest.approx(expected.mean(), abs=1e-3)
    assert writer.bits_per_character(text) == pytest.approx(expected.mean() / np.log(2), abs=1e-3)
    assert writer.perplexity(text) == pytest.approx(np.exp(expected.mean()), rel=1e-2)


def test_a_writer_is_saved_with_its_alphabet(writer, tmp_path):
    card = writer.save(tmp_path / "mine.keras", seed=1)
    assert json.loads(card.read_text(encoding="utf-8"))["alphabet"] == writer.alphabet.characters
    again = dk.load_writer(tmp_path / "mine.keras")
    assert again.name == "mine"
    assert again.generate("to be", 80, seed=0) == writer.generate("to be", 80, seed=0)


def test_a_writer_is_saved_over_itself_but_over_no_other_file(writer, tmp_path):
    path, data = tmp_path / "reviews.keras", '[{"text": "good"}]'
    for others in (data, "{}", "no JSON", '{"file": "reviews.npz", "bytes": 1, "sha256": "0"}'):
        path.with_suffix(".json").write_text(others, encoding="utf-8")
        with pytest.raises(ValueError, match=r"reviews\.json is another program's.*reviews\.keras"):
            writer.save(path)
        assert path.with_suffix(".json").read_text(encoding="utf-8") == others and not path.exists()
    path.with_suffix(".json").unlink()
    card = writer.save(path, note="first")
    assert writer.save(path, note="second") == card and "second" in card.read_text(encoding="utf-8")
    moved = [each.rename(each.with_stem("moved")) for each in (path, card)]
    writer.save(moved[0])
    assert dk.load_writer(moved[0]).alphabet == writer.alphabet


@pytest.mark.parametrize("wrong", ["a fact", "Ctrl-C"])
def test_a_writer_and_its_card_are_replaced_together_or_not_at_all(writer, tmp_path, wrong):
    writer.save(tmp_path / "mine.keras")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    class Interrupting(dict):
        def items(self):
            raise KeyboardInterrupt

    note = float("nan") if wrong == "a fact" else Interrupting(a=1)
    with pytest.raises((ValueError, KeyboardInterrupt)):
        writer.save(tmp_path / "mine.keras", note=note)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


HALVES = {
    "the first": ("good night \ud83d and so on, ", "good night � and so on, "),
    "the second": ("good night \ude00 and so on, ", "good night � and so on, "),
    "both, apart": ("\ude00 night \ud83d, ", "� night �, "),
    "both, one after the other": ("night \ud83d\ude00, ", "night 😀, "),
    "a byte": ("caf\udce9 au lait, ", "caf� au lait, "),
    "beside a whole one": ("so far \ud83d 👩‍🚀 e\u0301, ", "so far � 👩‍🚀 é, "),
}


@pytest.mark.filterwarnings("ignore:Halves of characters")
@pytest.mark.parametrize(("text", "read"), HALVES.values(), ids=HALVES)
def test_a_text_with_half_an_emoji_is_read_and_its_writer_comes_back(tmp_path, text, read):
    writer = dk.build_writer(text, units=4)
    assert writer.alphabet == Alphabet.of(read)
    ids = writer.alphabet.encode(text)
    np.testing.assert_array_equal(ids, writer.alphabet.encode(read))
    writer.save(tmp_path / "mine.keras", note=text)
    again = dk.load_writer(tmp_path / "mine.keras")
    assert again.alphabet == writer.alphabet
    assert again.next_char(text).keys() == set(writer.alphabet.characters)


def test_halves_of_characters_are_told_once(writer):
    with pytest.warns(UserWarning, match="read as '�': 1, the first '.ud83d' at 3.$") as told:
        writer.surprises("to \ud83dbe", "replace")
    assert sum("Halves" in str(each.message) for each in told) == 1
    with pytest.warns(UserWarning, match="of text 1.$"):
        writer.generate(["to be"] + ["be\ude00"] * 9, 1, errors="replace")


def own_model(*between, reader=None, masked=False, last="linear", after=()):
    """A writer's model for three characters, with layers of someone's own."""
    keras.utils.set_random_seed(0)
    x = ids = keras.Input((None,), dtype="int32")
    x = kl.Embedding(3, 8, mask_zero=masked)(x)
    for layer in (reader or kl.LSTM(16, return_sequences=True), *between):
        x = layer(x)
    x = kl.Dense(3, activation=last)(x)
    for layer in after:
        x = layer(x)
    return keras.Model(ids, x)


ABC = Alphabet("abc")


@pytest.mark.parametrize("between", [[], [kl.Dropout(0.5), kl.LSTM(5, return_sequences=True)]])
def test_a_model_of_ones_own_is_taken_where_the_loop_says_the_same(between):
    mine = Writer(own_model(*between), ABC)
    p = mine.next_char("abca")
    z = last_logits(mine, "abca").astype("float64")
    np.testing.assert_allclose([p[c] for c in "abc"], np.exp(z) / np.exp(z).sum(), rtol=1e-4)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda: own_model(kl.LayerNormalization()), "answers something else"),
        (lambda: own_model(kl.Dense(16, "relu")), "answers something else"),
        (lambda: own_model(masked=True), "answers something else"),
        (lambda: own_model(last="softmax"), "answers probabilities; leave out the softmax"),
        (lambda: own_model(after=[kl.Softmax()]), "answers probabilities"),
        (lambda: own_model(reader=kl.LSTM(16)), "return_sequences.*answers something else"),
        (
            lambda: own_model(reader=kl.LSTM(16, return_sequences=True, go_backwards=True)),
            "answers something else",
        ),
        (
            lambda: own_model(reader=kl.GRU(16, return_sequences=True)),
            "This one has InputLayer, Embedding, GRU, Dense",
        ),
        (
            lambda: own_model(
                reader=kl.Bidirectional(kl.LSTM(8, return_sequences=True)),
            ),
            "This one has InputLayer, Embedding, Bidirectional, Dense",
        ),
    ],
)
def test_a_model_of_which_layers_would_be_left_out_is_refused(model, message):
    with pytest.raises(ValueError, match=f"A Writer's model is an Embedding.*{message}"):
        Writer(model(), ABC)


def test_what_is_no_model_or_alphabet_is_refused():
    with pytest.raises(TypeError, match="model must be a Model, got 'nietzsche'. load_writer"):
        Writer("nietzsche", ABC)
    with pytest.raises(TypeError, match="alphabet must be an Alphabet, got 'abc'"):
        Writer(own_model(), "abc")


def test_a_file_that_is_damaged_or_swapped_is_refused(writer, tmp_path):
    path = tmp_path / "mine.keras"
    card = writer.save(path)
    facts = json.loads(card.read_text(encoding="utf-8"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="mine.keras is not the file that its card mine.json"):
        dk.load_writer(path)
    for change, message in (
        ({"sha256": digest(path)}, "mine.keras could not be read as a Keras model"),
        ({"sha256": digest(path), "alphabet": 3}, "no alphabet"),
        ({"sha256": digest(path), "alphabet": [1, 2]}, "no alphabet"),
    ):
        card.write_text(json.dumps({**facts, **change}), encoding="utf-8")
        with pytest.raises(ValueError, match=message):
            dk.load_writer(path)


def test_a_writer_of_emoji_is_saved_with_them(tmp_path):
    text = "so far 👩‍🚀 so good 👩‍🚀"
    writer = dk.build_writer(text, units=4)
    assert len(writer.alphabet) == 9
    writer.save(tmp_path / "mine.keras")
    again = dk.load_writer(tmp_path / "mine.keras")
    assert again.alphabet == writer.alphabet
    assert set(again.next_char("so 👩‍🚀")) == set(writer.alphabet.characters)


def test_files_that_do_not_belong_together_are_refused(writer, tmp_path):
    path = tmp_path / "mine.keras"
    with pytest.raises(FileNotFoundError, match="no file"):
        dk.load_writer(path)
    writer.save(path)
    facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    path.with_suffix(".json").write_text(json.dumps({**facts, "alphabet": "abc"}), encoding="utf-8")
    with pytest.raises(ValueError, match="do not belong together"):
        dk.load_writer(path)
    path.with_suffix(".json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match="no alphabet"):
        dk.load_writer(path)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"prompt": "to be Ω"}, ValueError, "never seen 'Ω'|'ω'"),
        ({"prompt": 3}, TypeError, "list of texts, .*got 3"),
        ({"prompt": []}, ValueError, "prompt is empty"),
        ({"prompt": "to", "length": -1}, ValueError, "length"),
        ({"prompt": "to", "length": 1.5}, ValueError, "length"),
        ({"prompt": "to", "temperature": -0.1}, ValueError, "temperature"),
        ({"prompt": "to", "temperature": float("nan")}, ValueError, "temperature"),
        ({"prompt": "to", "top_k": 0}, ValueError, "top_k"),
        ({"prompt": "to", "top_p": 2}, ValueError, "top_p"),
        ({"prompt": "to", "seed": -1}, ValueError, "seed must be a whole number from 0"),
        ({"prompt": ["to", None]}, TypeError, "number 1 is None"),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(writer, arguments, error, message):
    with pytest.raises(error, match=message):
        writer.stream(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"alphabet": "aaaa"}, "1 different characters"),
        ({"alphabet": ""}, "0 different characters"),
        ({"alphabet": "ab", "units": 0}, "units"),
        ({"alphabet": "ab", "layers": 0}, "layers"),
        ({"alphabet": "ab", "dropout": 1}, "dropout"),
    ],
)
def test_a_writer_that_cannot_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        dk.build_writer(**arguments)


def test_a_model_of_another_alphabet_is_refused(writer):
    with pytest.raises(ValueError, match="do not belong together"):
        Writer(writer.model, Alphabet("abc"))


def test_the_same_seed_builds_the_same_writer():
    one, other = (dk.build_writer(TEXT, units=8, seed=7) for _ in range(2))
    keras.utils.set_random_seed(99)
    for a, b in zip(one.model.get_weights(), other.model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
