"""Whatever a person brings: the result is right, or the error is ours, a sentence that helps.

The table lists what takes something in, with arguments that are right. Each argument in turn is
replaced by what does not belong there.
"""

import datetime
import decimal
import linecache
import traceback
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image

import dreamkit as dk
from dreamkit import files, images, plots
from dreamkit.chars import concepts, learning, measures
from dreamkit.chars.corpus import Alphabet
from dreamkit.objectives.kinds import mean_of
from dreamkit.results import Training
from dreamkit.text import classifiers
from dreamkit.text.tokens import Vocabulary, tokenize
from dreamkit.text.vectors import WordVectors
from dreamkit.vision.atlas import class_scores, load_atlas, speaking_for
from tests.tiny import tiny_network

PACKAGE = str(Path(dk.__file__).parent)
TEXT = "to be or not to be, that is the question. " * 9
GREY = np.full((8, 8, 3), 0.5, "float32")
PHOTO = np.random.default_rng(0).random((16, 20, 3), "float32")


def film(**given):
    """What ``zoom`` makes, which makes a frame only when asked for it."""
    return list(dk.zoom(**given))


def moments(**given):
    """All that ``dreaming`` yields."""
    return list(dk.dreaming(**given))


def of_data(data):
    """An objective of one's own with an array."""
    return dk.objectives.of("mixed1", mean_of, data)


def with_concept(concept):
    """Cells that follow a concept of one's own."""
    return dk.find_cells(TEXT, dk.build_writer(TEXT, units=2), TEXT, {"it": concept})


def drawn_by(drawn):
    """A drawing through a transform that draws so."""
    how = dk.Transform(lambda x, *by: x, lambda rng, side: (drawn,))
    return dk.visualise(tiny_network(), "mixed1", transforms=how, side=16, steps=1)


def a_table():
    """What takes something in: its name, the callable, and arguments that are right."""
    writer = dk.build_writer(TEXT, units=4)
    words = Vocabulary(("good", "bad", "film", "fun", "dull", "plot"))
    vectors = WordVectors(words, np.random.default_rng(0).normal(size=(6, 4)).astype("float32"))
    clf = dk.build_classifier(vectors)
    dream = dk.dream_sentence("good film", clf, steps=2)
    texts, labels = ["good film", "bad film"] * 4, [1, 0] * 4
    drawing = {"top_k": 2, "top_p": 0.5, "errors": "replace"}
    net = tiny_network()
    few = {"octaves": 1, "steps": 1}
    settings = {"octave_scale": 1.4, "step_size": 0.1, "jitter": 2, "smoothing": 1.0, "seed": 0}
    atlas, robust = load_atlas("dreamnet"), dk.load_network("dreamnet")
    grid = atlas.grids[min(atlas.grids)]
    lit = np.ones(len(grid.counts))
    alt = {"alt": "It.", "size": (1, 1)}
    words_of = {"xlabel": "x", "ylabel": "y", "alt": "It."}
    settings |= {"natural_colour": 1.0, "keep_light": 0.8, "guide_mix": 0.5, "keep": 1}
    objective, unit = dk.objectives.channel("mixed1", 1), dk.objectives.channel("fc1", 1)
    rows = [
        # networks
        (dk.load_network, {"source": net.model, "top": False, "pixels": (0, 1)}),
        (dk.load_network, {"source": net.model, "precision": "float32", "preprocess": None}),
        (
            dk.deepdream,
            {"photo": PHOTO, "network": net, "objective": "mixed1", "mask": None, "tile": None}
            | {"guide": None, "match": "best", "progress": None}
            | few
            | settings,
        ),
        (
            dk.visualise,
            {"network": net, "objective": objective, "side": 16, "steps": 1, "step_size": 0.1}
            | {"transforms": (dk.transforms.turn(3),), "seed": 0},
        ),
        (
            dk.visualise,
            {"network": net, "objective": "mixed1", "count": 2, "side": 16, "steps": 1}
            | {"progress": None},
        ),
        (
            moments,
            {"photo": PHOTO, "network": net, "objective": "mixed1", "mask": None, "guide": None}
            | few
            | {name: value for name, value in settings.items() if name != "keep"},
        ),
        (dk.deepdream, {"photo": PHOTO, "guide": PHOTO, "network": net} | few),
        (
            film,
            {"photo": PHOTO, "network": net, "objective": "mixed1", "frames": 1, "rate": 1.04}
            | {"turn": 1.0, "drift": (1, 2)}
            | few,
        ),
        (net.activations, {"picture": PHOTO, "names": ["mixed1"]}),
        (net.predict, {"picture": PHOTO, "top": 2}),
        (dk.objectives.layer, {"name": "mixed1"}),
        (dk.objectives.mean, {"name": "mixed1"}),
        (dk.objectives.diversity, {"name": "mixed1"}),
        (dk.objectives.channel, {"name": "mixed1", "index": 1}),
        (dk.objectives.neuron, {"name": "mixed1", "index": 1, "position": (0, 0)}),
        (dk.objectives.direction, {"name": "mixed1", "vector": [1, 2, 3], "power": 1}),
        (dk.objectives.directions, {"name": "mixed1", "vectors": [[1, 2, 3]], "power": 1}),
        (dk.objectives.guide, {"name": "fc1", "activations": [[1, 2, 3]], "match": "best"}),
        (dk.objectives.logit, {"which": 1}),
        (dk.objectives.l2, {"target": 0.5}),
        (dk.objectives.of, {"layer": "mixed1", "score": mean_of}),
        (of_data, {"data": [1, 2]}),
        (objective.__add__, {"other": objective}),
        (objective.__mul__, {"factor": 2}),
        (dk.transforms.turn, {"degrees": 3}),
        (dk.transforms.size, {"least": -0.1, "most": 0.5}),
        (dk.transforms.shift, {"share": 0.1}),
        (dk.transforms.noise, {"deviation": 0.1}),
        (dk.Transform, {"apply": np.add, "draw": len, "text": "it"}),
        (drawn_by, {"drawn": np.ones(1)}),
        (net.channels, {"name": "mixed1"}),
        # pictures
        (images.as_picture, {"array": GREY}),
        (dk.load_image, {"path": "a.png", "max_side": 4}),
        (dk.read_settings, {"path": "a.png"}),
        (dk.sample_image, {"name": "clouds", "max_side": 8}),
        (images.save_picture, {"picture": GREY, "path": "b.png", "settings": {"seed": 3}}),
        (dk.resize, {"picture": GREY, "height": 4, "width": 4}),
        (dk.Picture(GREY).save, {"path": "b.webp"}),
        (dk.save_film, {"frames": [GREY, GREY], "path": "b.gif", "fps": 12}),
        (dk.Picture, {"image": GREY, "history": (1.0,), "settings": {}, "stopped": False}),
        (load_atlas, {"source": "dreamnet"}),
        (class_scores, {"network": robust, "means": grid.means}),
        (speaking_for, {"network": robust, "grid": grid, "name": robust.classes[0]}),
        (plots.atlas_sheet, {"atlas": atlas, "size": grid.size, "window": (0, 0, 1, 1)}),
        (plots.atlas_sheet, {"atlas": atlas, "size": grid.size, "lit": lit, "names": ()}),
        # characters
        (dk.load_text, {"path": "a.txt", "encoding": "utf-8"}),
        (dk.load_corpus, {"name": "python"}),
        (Alphabet, {"characters": "abc"}),
        (Alphabet("abc").decode, {"numbers": [0, 2]}),
        (with_concept, {"concept": concepts.word_starts}),
        (dk.build_writer, {"alphabet": "abc", "units": 2, "layers": 1, "dropout": 0, "seed": 0}),
        (dk.Writer, {"model": writer.model, "alphabet": writer.alphabet}),
        (dk.load_writer, {"name": "nietzsche"}),
        (
            dk.train_writer,
            {"writer": writer, "text": TEXT, "epochs": 1, "validation_split": 0.1, "window": 9}
            | {"learning_rate": 0.01, "folder": None, "seed": 0},
        ),
        (writer.generate, {"prompt": "to", "length": 1, "temperature": 1, "seed": 0, **drawing}),
        (writer.generate, {"prompt": "to", "length": 1, "hold": {0: 0.5}}),
        (writer.next_char, {"prompt": "to", "temperature": 1, **drawing}),
        (writer.loss, {"text": "to be", "errors": "strict"}),
        (writer.save, {"path": "b.keras"}),
        (dk.read_cells, {"text": "to be", "writer": writer, "errors": "strict"}),
        (dk.last_cells, {"texts": ["to", "be"], "writer": writer, "errors": "strict"}),
        (dk.find_cells, {"text": TEXT, "writer": writer, "validation_text": TEXT, "seed": 0}),
        (dk.reweight, {"probabilities": [0.5, 0.5], "temperature": 1}),
        (measures.words, {"text": TEXT}),
        (measures.repetition, {"text": TEXT, "n": 2}),
        (plots.letters, {"text": "ab", "values": [0, 1], "name": "it"}),
        # words
        (tokenize, {"text": "good film"}),
        (dk.load_vectors, {"path": "vectors.txt", "most": 2}),
        (Vocabulary, {"words": ("a", "b")}),
        (Vocabulary.of, {"texts": [["a", "b"]], "size": 2, "least": 1}),
        (WordVectors, {"vocabulary": words, "vectors": vectors.vectors}),
        (
            dk.build_classifier,
            {"vocabulary": texts, "dimensions": 2, "size": 9, "fine_tune": False, "seed": 0},
        ),
        (dk.load_classifier, {"name": "imdb"}),
        (
            dk.train_classifier,
            {"classifier": clf, "texts": texts, "labels": labels, "epochs": 1, "seed": 0},
        ),
        (clf.predict, {"texts": texts}),
        (clf.channels, {"name": "fc1"}),
        (clf.activations, {"vectors": vectors.vectors, "layer": "fc1"}),
        (clf.save, {"path": "b.keras"}),
        (
            dk.dream_sentence,
            {"text": "good film", "classifier": clf, "objective": unit, "steps": 1}
            | {"step_size": 0.1, "progress": None},
        ),
        (dk.dream_sentence, {"text": "good film", "classifier": clf, "guide": "bad", "steps": 1}),
        (
            dk.dream_words,
            {"text": "good film", "classifier": clf, "objective": unit, "rounds": 1, "choices": 2}
            | {"progress": None},
        ),
        (dk.words_of_unit, {"classifier": clf, "unit": 1, "layer": "fc1", "k": 2}),
        (dk.export_projector, {"dream": dream, "folder": "projector", "words": 2}),
        (dream.nearest, {"step": 0, "k": 2, "metric": "cosine", "frequent": 9}),
        (
            plots.word_map,
            {"dream": dream, "method": "pca", "dimensions": 2, "words": 2, "seed": 0},
        ),
        # plots
        (plots.curves, {"lines": {"a": [1, 2]}, "xlabel": "x", "ylabel": "y", "alt": "It."}),
        (plots.curves, {"lines": {"a": {1: 2}}, "every": 2, "mark": 1, "size": (1, 1)} | words_of),
        (plots.bars, {"values": {"a": 1}, "ylabel": "y", "highest": 2, "grey": ()} | alt),
        (plots.hinton, {"weights": np.eye(2), "rows": "r", "columns": ["a", "b"], "alt": "It."}),
        (plots.channels, {"activations": GREY, "count": 2, "side": 8, "alt": "It."}),
        (plots.painted, {"photo": GREY, "where": np.eye(2)}),
        (plots.pictures, {"shown": {"a": GREY}, "columns": 2, "alt": "It."}),
        (plots.film, {"frames": [GREY, GREY], "fps": 12, "alt": "It."}),
        (plots.clouds, {"shown": {"a": [("it", 0.5)]}, "columns": 1, "width": 60}),
        # files
        (dk.card, {"name": "imdb"}),
    ]
    return [(function.__qualname__, function, good) for function, good in rows]


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """A folder with a file of each kind, in which nothing is really learnt."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("here"))
        images.save_picture(GREY, "a.png", {"seed": 3})
        Path("a.txt").write_text(TEXT, encoding="utf-8")
        Path("vectors.txt").write_text("good 0.5 1\nbad -0.5 1\nfilm 0 1\n", encoding="utf-8")
        patch.setattr(classifiers, "fit", lambda *_, **__: Training(()))
        patch.setattr(learning, "descend", lambda *_, **__: Training(()))
        yield a_table()


class Labelled:
    """As pandas' Series: labels in the place of numbers."""

    def __getitem__(self, label):
        raise KeyError(label)


WRONG = st.one_of(
    st.sampled_from([None, True, -1, 0, 3, 2.5, float("nan"), float("inf"), "", "3", "0.1"]),
    st.sampled_from(["~", "~\0"]),
    st.sampled_from([[], {}, (), set(), b"", b"ab", object(), len, print, dk.Picture, Path("a")]),
    st.sampled_from([[None], [1, "a"], [[1], [2, 3]], {"a": 1}, {3: 0.5}, ["a", 3], [b"a"]]),
    st.sampled_from([np.zeros(0), np.ones((3, 3, 3)), np.eye(2), np.full((2, 2), np.nan)]),
    st.sampled_from([np.array(["a", "b"]), np.array(None), np.float32(0.5), np.int64(1)]),
    st.sampled_from([Image.new("L", (2, 2)), Alphabet("ab"), Vocabulary(("a",)), dk.Picture(GREY)]),
    st.sampled_from([10**400, 1e300, 1j, np.uint8(2), np.bool_(True), np.complex64(1j), range(3)]),
    st.sampled_from(
        [decimal.Decimal("0.5"), datetime.date(2020, 1, 1), Labelled(), iter("ab"), ...]
    ),
    st.sampled_from(
        ["\ud83d", "x" * 300, {"a": [("b", None)]}, {"": np.nan}, np.full((4, 4), None)]
    ),
    st.sampled_from([np.full((1, 4, 4, 3), 0.5), np.full((4, 4, 5), 0.5), np.full((4, 4), 2**40)]),
    st.text(max_size=6),
    st.lists(st.text(max_size=6), max_size=3),
    st.floats(-3, 3),
)


def ours(error):
    """Whether an error was raised by a sentence of this package, or by a file that it names."""
    if isinstance(error, OSError) and error.filename:
        return True
    last = traceback.extract_tb(error.__traceback__)[-1]
    raised = linecache.getline(last.filename, last.lineno).lstrip().startswith("raise ")
    own = last.filename.startswith(PACKAGE) and raised and " " in str(error)
    return own and isinstance(error, (ValueError, TypeError, OSError))


@pytest.mark.filterwarnings("ignore")
def test_what_is_right_is_taken(here):
    for name, function, good in here:
        assert function(**good) is not None, name


@pytest.mark.filterwarnings("ignore")
@settings(
    derandomize=True,
    deadline=None,
    max_examples=400,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_what_is_wrong_is_refused_in_a_sentence(here, data):
    name, function, good = data.draw(st.sampled_from(here))
    argument = data.draw(st.sampled_from(sorted(good)))
    wrong = data.draw(WRONG)
    own = {"progress", "concept", "draw", "apply", "score"}
    assume(argument not in own or not callable(wrong))  # what it raises is not ours
    huge = isinstance(wrong, int) and wrong > 99
    assume(not huge or argument not in {"steps", "frames", "length", "rounds"})  # as was asked for
    try:
        function(**{**good, argument: wrong})
    except Exception as error:
        assert ours(error), f"{name}({argument}={wrong!r})"


PATHS = [
    ("a picture", lambda path: dk.Picture(GREY).save(path), images.as_picture, ".png"),
    ("settings", lambda path: images.save_picture(GREY, path, {}), dk.read_settings, ".jpg"),
    ("a film", lambda path: dk.save_film([GREY], path), dk.load_image, ".webp"),
    ("a text", lambda path: files.write_whole(path, "abc"), dk.load_text, ".txt"),
    ("vectors", lambda path: files.write_whole(path, "a 1 2"), dk.load_vectors, ".txt"),
    ("an atlas", lambda path: load_atlas().save(path), load_atlas, ".npz"),
    ("a writer", lambda path: dk.build_writer("ab", units=2).save(path), dk.load_writer, ".keras"),
    (
        "a classifier",
        lambda path: dk.build_classifier(["good", "bad"]).save(path),
        dk.load_classifier,
        ".keras",
    ),
]


@pytest.mark.parametrize(
    ("write", "read", "ending"), [row[1:] for row in PATHS], ids=[row[0] for row in PATHS]
)
def test_a_home_folder_may_be_written_as_a_tilde(tmp_path, monkeypatch, write, read, ending):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # as Windows calls it
    assert write(f"~/mine{ending}").is_absolute()
    assert (tmp_path / f"mine{ending}").is_file()
    assert read(f"~/mine{ending}") is not None


def test_folders_may_be_in_the_home_folder_too(tmp_path, monkeypatch, here):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    good = {name: arguments for name, _, arguments in here}
    dk.export_projector(**good["export_projector"] | {"folder": "~/projector"})
    dk.train_writer(**good["train_writer"] | {"folder": "~/training"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["projector", "training"]


NET = tiny_network()
LET_THROUGH = [  # once taken without a word, or refused in another library's words after some work
    (lambda: dk.load_network(NET.model, pixels="01"), "smallest and the largest value"),
    (lambda: dk.load_network(NET.model, pixels=b"ab"), "smallest and the largest value"),
    (lambda: dk.load_network(NET.model, top="yes"), "top must be True or False"),
    (lambda: dk.deepdream(PHOTO, NET, octaves=10**20), "octaves must be .* to 100, got"),
    (lambda: dk.zoom(PHOTO, NET, drift=(1e9, 0)), "drift must be a number from -20 to 20"),
    (lambda: dk.visualise(NET, side=10**9), "side must be .* to 65,500"),
    (lambda: dk.objectives.l2(10**400), "target must be a number, got 1000"),
    (lambda: np.ones(3) * dk.objectives.l2(), "A weight must be a number, got an array"),
    (lambda: dk.objectives.guide("a", [[np.nan]]), "must be .*, finite"),
    (lambda: dk.Transform(None, lambda rng, side: ()), "apply must be a function, got None"),
    (lambda: drawn_by("ab"), "must be an array of numbers, got 'ab'"),
    (lambda: dk.Picture(None), "must be an array of numbers"),
    (lambda: dk.Vocabulary.of(["good film"], 5), "must be cut into words"),
    (lambda: dk.Vocabulary.of([["good"]], 2.5), "size must be a whole number"),
    (lambda: Alphabet("aa"), "characters must differ"),
    (lambda: Alphabet("ab").decode([-1]), "from 0 to 1"),
    (lambda: plots.hinton(np.eye(2), alt="It.", rows=["one"]), "must name each of the 2"),
    (lambda: plots.letters("ab", [np.nan, 1]), "one finite value for each"),
    (lambda: plots.channels(np.ones((2, 3, 3, 4))), "of one picture"),
    (lambda: plots.pictures({"a": GREY}, columns=0), "columns must be a whole number"),
]


@pytest.mark.parametrize(("call", "words"), LET_THROUGH)
def test_what_was_let_through_is_refused(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


def test_what_a_transform_does_not_give_back_is_told():
    nothing = dk.Transform(lambda pictures: None, lambda rng, side: (), "nothing")
    with pytest.raises(TypeError, match="must give back pictures .*, got None"):
        dk.visualise(NET, "mixed1", transforms=nothing, side=16, steps=1)


def test_small_ints_of_numpy_count_as_python_s():
    """Of 8 bits, 200 steps at two octaves would be 144."""
    how = {"octaves": np.uint8(2), "steps": np.uint8(200), "jitter": np.uint8(2)}
    first = next(iter(dk.dreaming(PHOTO, NET, "mixed1", octave_scale=1.1, **how)))
    assert first.total == 400
    dream = dk.deepdream(PHOTO, NET, "mixed1", octaves=1, steps=1, jitter=np.uint8(2))
    same = dk.deepdream(PHOTO, NET, "mixed1", octaves=1, steps=1, jitter=2)
    np.testing.assert_array_equal(dream.image, same.image)


def test_data_of_another_kind_is_another_step():
    """An arrow, then several, through the same layer: one compiled step does not take both."""
    one = dk.objectives.direction("mixed1", np.ones(10))
    two = dk.objectives.directions("mixed1", np.ones((2, 10)))
    assert one.structure != two.structure
    assert one.structure == dk.objectives.direction("mixed1", np.zeros(10)).structure
    dk.visualise(NET, one, side=16, steps=1)
    assert len(dk.visualise(NET, two, count=2, side=16, steps=1)) == 2


def test_a_concept_may_be_yes_or_no_and_a_nucleus_as_small_as_can_be():
    writer = dk.build_writer(TEXT, units=2)
    found = dk.find_cells(TEXT, writer, TEXT, {"e": lambda t: np.array([c == "e" for c in t])})
    assert 0 <= abs(found["e"].score) <= 1
    likely = writer.next_char("to", top_p=1e-320)
    assert list(likely.values())[0] == 1 and sum(likely.values()) == 1
