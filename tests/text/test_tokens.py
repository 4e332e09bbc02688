"""Words of a text, and the numbers of words."""

import warnings

import numpy as np
import pytest

from dreamkit.text.tokens import Vocabulary, spans, tokenize

KNOWN = Vocabulary(("the", "film", "good", "it's", "!"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The FILM, it's good!", ["the", "film", "it's", "good", "!"]),
        ("It’s<br /><br />good &amp; <i>bad</i>", ["it's", "good", "bad"]),
        ("naïve Ünder 1999", ["naïve", "ünder", "1999"]),
        ("фильм 映画", ["фильм", "映画"]),
        ("... 👍 --", []),
        ("", []),
        ("I <3 <b>it</b>, it is > <!-- but one --> all", "i 3 it it is all".split()),
        ("a <b and c> d, x<y, <not> bad", "a b and c d x y not bad".split()),
        ("<A HREF='x.html' >good</A><br/><hr />film &lt;3 AT&amp;T", "good film 3 at t".split()),
        ("love&regret", ["love", "regret"]),  # "&reg" is ® to a browser, even without its ";"
        ("re\u0301sume\u0301", ["résumé"]),  # as macOS writes
        ("फिल्म बहुत अच्छी है", ["फिल्म", "बहुत", "अच्छी", "है"]),
        ("தமிழ் படம்", ["தமிழ்", "படம்"]),
        ("می‌خواهم", ["می‌خواهم"]),  # one word, its parts kept apart
        ("don’t don‘t donʼt don´t don＇t", ["don't"] * 5),
        ("film\xadnoir", ["filmnoir"]),
        ("good 👩‍🚀 film ❤️", ["good", "film"]),
        ("3 < 4 and 5 > 2", ["3", "4", "and", "5", "2"]),
    ],
)
def test_words_are_found(text, words):
    assert tokenize(text) == words


def test_spans_are_where_the_words_stand():
    text = "Good, it's GOOD!"
    assert [text[a:b] for a, b in spans(text)] == ["Good", "it's", "GOOD", "!"]


def test_a_vocabulary_has_the_most_frequent_words_first():
    texts = [["b", "a", "a"], ["a", "b", "c"]]
    assert Vocabulary.of(texts, 2).words == ("a", "b")
    assert Vocabulary.of(texts, 9, least=2).words == ("a", "b")


@pytest.mark.parametrize(
    "text", ["这部电影很好看", "この映画はとても面白い", "ภาพยนตร์เรื่องนี้ดีมาก", "这部电影很好看!! 5"]
)
def test_where_words_can_not_be_found_it_is_said(text):
    with pytest.warns(UserWarning, match="no spaces between words here: .*jieba"):
        Vocabulary.of([tokenize(text)] * 3, 9)


@pytest.mark.parametrize(
    "text",
    ["这 部 电影 很 好看", "film 映画 大好き", "ภาพยนตร์ เรื่อง นี้ ดี", "Donaudampfschifffahrt " * 3],
)
def test_where_words_are_apart_nothing_is_said(text):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Vocabulary.of([tokenize(text)] * 3, 9)


PARTS = "i did n't it 's ca wo not can should 've 'll l' homme dell' film".split()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("I didn’t; I didn't", "i did n't i did n't"),
        ("can't, won't, cannot", "ca n't wo n't can not"),
        ("It's I'll shouldn't've", "it 's i 'll should n't 've"),
        ("L’homme dell'film", "l' homme dell' film"),
        ("isn't", "n't"),  # "is" is unknown, and the not is not lost
        ("dog's", "'s"),
    ],
)
def test_a_word_that_is_known_in_parts_is_read_in_parts(text, parts):
    vocabulary = Vocabulary(tuple(PARTS))
    found = vocabulary.known(tokenize(text))
    assert [vocabulary.words[number - 1] for number in found] == parts.split()


def test_a_word_that_is_known_whole_or_not_at_all_stays_whole():
    vocabulary = Vocabulary(("didn't", "did", "n't", "rock'n", "can", "nt", "i"))
    assert vocabulary.known(["didn't", "isn't", "rock'n'roll", "i'd"]) == [1, 3]
    assert list(vocabulary.unknown(["isn't", "rock'n'roll", "i'd", "cannot"])) == [
        "is",
        "rock'n'roll",
        "i'd",
        "cannot",
    ]


def test_a_vocabulary_without_apostrophes_has_both_parts_or_none():
    vocabulary = Vocabulary(("don", "t", "i", "like"))  # as in text8
    assert vocabulary.known(tokenize("I don't like; I'd like")) == [3, 1, 2, 4, 4]
    assert vocabulary.unknown(["i'd"]) == {"i'd": 1}
    assert not Vocabulary(("don", "t", "it's")).known(["don't"])


def test_a_word_of_a_thousand_parts_is_read():
    vocabulary = Vocabulary(("x", "'s"))
    assert vocabulary.known(["x" + "'s" * 1500]) == [1, *[2] * 1500]


def test_capitals_and_curly_apostrophes_of_a_vocabulary_are_found():
    vocabulary = Vocabulary(("Film", "film", "Haus", "Straße", "don’t", "HAUS"))
    assert vocabulary.ids("Film film HAUS straße don't").tolist() == [2, 2, 3, 4, 5]


def test_what_is_left_out_is_named_in_parts():
    with pytest.warns(UserWarning, match="left out: zebra\\."):
        assert Vocabulary(("the", "'s")).ids("the zebra's").tolist() == [1, 2]


def test_numbers_start_at_one():
    ids = KNOWN.ids("The good film!")
    assert ids.dtype == np.int32
    assert ids.tolist() == [1, 3, 2, 5]


def test_unknown_words_are_listed_once_and_left_out():
    with pytest.warns(UserWarning, match="left out: zebra, noir\\."):
        assert KNOWN.ids("the zebra film noir, zebra").tolist() == [1, 2]


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", ValueError, "no words in ''"),
        ("  \n", ValueError, "no words"),
        ("... --", ValueError, "no words"),
        ("👍👍", ValueError, "no words"),
        ("фильм 映画", ValueError, "None of these words is known: фильм, 映画"),
        ("x" * 500, ValueError, "xxx…"),
        (" ".join(f"w{i}" for i in range(20)), ValueError, "and 12 more"),
        (None, TypeError, "NoneType"),
        (b"film", TypeError, "bytes"),
    ],
)
def test_what_has_no_known_word_is_refused(text, error, message):
    with pytest.raises(error, match=message):
        KNOWN.ids(text)


def test_a_million_characters_are_read():
    assert len(KNOWN.ids("the film " * 111_112)) == 222_224
