"""The networks in the reader's browser: the package's numbers; pages live through anything."""

import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from keras import ops
from PIL import Image

import dreamkit as dk
from dreamkit.backend import with_gradient
from dreamkit.movements import picked
from dreamkit.text.tokens import tokenize
from dreamkit.transforms import composed
from dreamkit.vision import canvas
from dreamkit.vision.spectrum import added, decode
from dreamkit.vision.waves import MOVES, SHEET
from tools import live

SOURCES = Path(__file__).parent.parent.parent / "docs" / "live"
PATIENCE = 60_000  # milliseconds; two busy cores need a tenth
DREAM = """async ([photo, guide, settings]) => {
  const { start } = await import("/_static/live/engine.js");
  const { Network } = await import("/_static/live/network.js");
  const { deepdream } = await import("/_static/live/dream.js");
  const picture = (p) => p && { ...p, data: Float32Array.from(p.data) };
  const backend = await start();
  const network = await Network.load("/_static/live/networks/network.json");
  const sheets = [];
  const random = tf.randomNormal;
  tf.randomNormal = (shape, ...rest) => {
    const sheet = random(shape, ...rest);
    sheets.push({ shape, data: Array.from(sheet.dataSync()) });
    return sheet;
  };
  const before = tf.memory().numTensors;
  const scores = [];
  let last;
  const dream = deepdream(picture(photo), network, "block10", settings, picture(guide));
  for await (const { image, score } of dream) {
    scores.push(score);
    last = image;
  }
  const left = tf.memory().numTensors - before;
  return { backend, scores, left, sheets, image: Array.from(last.data) };
}"""
SPECTRUM = """async ([photo, before, spectrum, keepLight, step]) => {
  const { start } = await import("/_static/live/engine.js");
  const { Canvas, changed, picked } = await import("/_static/live/spectrum.js");
  const { height, width } = photo;
  await start(["wasm"]);
  const { spectrum: facts } = await (await fetch("/_static/live/networks/network.json")).json();
  for (const picture of [photo, before]) picture.data = Float32Array.from(picture.data);
  const canvas = new Canvas(photo, before, keepLight, facts);
  // a row of the page's has all three colours of a wave side by side
  const x = tf.tensor(spectrum, [height, width, 3]).transpose([0, 2, 1]);
  const weights = tf.tensor(before.data, [1, height, width, 3]);
  const { movement } = facts.moves[step];
  const score = (x) => picked(canvas.decode(x), movement).mul(weights).sum();
  const none = { ...before, data: before.data.map(() => 0) };
  const answers = {
    added: canvas.added(x),
    decoded: canvas.decode(x),
    moved: picked(canvas.decode(x), movement),
    gradient: tf.grad(score)(x).transpose([0, 2, 1]),
  };
  const arrays = Object.entries(answers).map(([name, y]) => [name, Array.from(y.dataSync())]);
  const same = changed(photo, none, facts).data;
  return { ...Object.fromEntries(arrays), same: Array.from(same) };
}"""


def as_json(picture):
    height, width, _ = picture.shape
    return {"data": picture.ravel().tolist(), "height": height, "width": width}


@pytest.fixture(scope="module")
def net():
    return dk.load_network()


@pytest.fixture
def page(tab):
    """A tab that notes what it asks for; no error may reach its console."""
    tab.set_default_timeout(PATIENCE)
    tab.asked, faults = [], []
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.on("pageerror", lambda error: faults.append(str(error)))
    yield tab
    assert not faults


def opened(page, name, query=""):
    page.goto(f"/docs/live/{name}.html{query}")
    page.locator("section.live button").click()
    page.locator(".live-controls").first.wait_for()
    return page


def says(page, words):
    page.locator(".live-status", has_text=re.compile(words)).first.wait_for()


@pytest.fixture
def dreaming(page):
    """The page *Dream*, where a dream takes seconds."""

    def begin(query=""):
        opened(page, "dream", query)
        page.get_by_role("button", name="Stop").first.click()
        page.get_by_label("Longer side").select_option("160")
        page.get_by_label("Octaves").fill("1")
        page.get_by_label("Steps in each").fill("2")
        return page

    return begin


def dreams(page):
    page.get_by_role("button", name="Dream", exact=True).click()
    says(page, "Dreamt in 2 steps")


# ---- what is exported


def test_the_export_is_exact_and_the_same_each_time(tmp_path, net):
    facts, arrays = live.network()
    assert sum(array.size for array in arrays) == 692_688
    for name in ("one", "other"):
        live.write(tmp_path / name, *live.network())
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "other.json").read_bytes()
    written = np.fromfile(tmp_path / "one.bin", "<f2")
    np.testing.assert_array_equal(written, np.concatenate([array.ravel() for array in arrays]))
    assert [layer["name"] for layer in facts["layers"]][-1] == net.default
    with pytest.raises(ValueError, match="not in half precision"):
        live.write(tmp_path / "third", {}, [np.array([1 / 3], "float32")])


# ---- what they compute


def agrees(found, ours, photo):
    """That a page's dream over a photo is the package's."""
    np.testing.assert_allclose(found["scores"], ours.history[:-1], rtol=0.01)
    image = np.reshape(found["image"], photo.shape)
    assert np.abs(image - ours.image).mean() < 0.01
    # the control: it is the dream that agrees, not the photo in it
    assert np.abs(photo - ours.image).mean() > 0.015
    changes = np.ravel(image - photo), np.ravel(ours.image - photo)
    assert np.corrcoef(*changes)[0, 1] > 0.98


@pytest.mark.parametrize(("backend", "guided"), [("wasm", False), ("wasm", True), ("webgl", False)])
def test_a_dream_is_that_of_the_package(page, net, backend, guided):
    # Of most small pictures four steps make 1 % of a change of a millionth; not of this one.
    photo = dk.sample_image("cat", max_side=112)
    guide = dk.sample_image("clouds", max_side=64) if guided else None
    octaves = 1 if backend == "webgl" else 2  # imitated, it takes seconds for each new size
    settings = {"climb": "pixels", "octaves": octaves, "steps": 2}
    ours = dk.deepdream(photo, net, "block10", guide=guide, **settings)
    page.goto(f"/docs/live/dream.html?backend={backend}")
    found = page.evaluate(
        DREAM, [as_json(photo), guide if guide is None else as_json(guide), settings]
    )
    assert found["backend"] == backend
    assert found["left"] == 0  # tensors that nobody freed
    agrees(found, ours, photo)


def test_a_spectrum_is_added_and_moved_as_in_the_package(page):
    photo = dk.sample_image("cat", max_side=48)
    photo[:4] = np.linspace(0, 1, 4)[:, None, None]  # also black and white, where a logit ends
    assert photo.shape[0] != photo.shape[1]
    rng = np.random.default_rng(1)
    before, x = rng.normal(size=(2, *photo.shape)).astype("float32")
    page.goto("/docs/live/dream.html")
    step = 3  # whose movement is looked through
    given = [as_json(photo), as_json(before), x.ravel().tolist(), 0.8, step]
    found = page.evaluate(SPECTRUM, given)
    place = canvas.Canvas.of(photo, np.ones((1, 1, 1), "float32"), before, 0.8)
    rng, move = np.random.default_rng(0), composed(MOVES)[1]
    for _ in range(step + 1):
        ((movement,),) = move(rng, photo.shape[:2])
        rng.integers(0, SHEET + 1, 2)

    def score(x):
        return ops.sum(picked(decode(x, *place), movement) * before)

    _, gradient = with_gradient(lambda x: score(x)[None])(ops.convert_to_tensor(x[None]))
    ours = {
        "added": added(x[None], place.down, place.across, place.scale),
        "decoded": decode(x[None], *place),
        "moved": picked(decode(x[None], *place), movement),
        "gradient": gradient,
    }
    for name, expected in ours.items():
        expected = np.ravel(expected)
        np.testing.assert_allclose(found[name], expected, atol=1e-4 * np.abs(expected).max())
    np.testing.assert_allclose(found["same"], photo.ravel(), atol=1e-6)


class Drawn:
    """Seed 0, but for normal numbers: those are what the page has drawn."""

    def __init__(self, sheets):
        self.sheets = [np.reshape(sheet["data"], sheet["shape"]) for sheet in sheets]
        rng = np.random.default_rng(0)
        self.uniform, self.integers = rng.uniform, rng.integers

    def standard_normal(self, shape, dtype):
        # the last look, after the last step, has a sheet that the page does not need
        sheet = self.sheets.pop(0) if self.sheets else np.zeros(shape)
        assert sheet.shape == shape
        return sheet.astype(dtype) / 0.12


@pytest.mark.parametrize(("backend", "guided"), [("wasm", False), ("wasm", True), ("webgl", False)])
def test_a_dream_of_a_spectrum_is_that_of_the_package(page, net, monkeypatch, backend, guided):
    photo = dk.sample_image("cat", max_side=112)
    guide = dk.sample_image("clouds", max_side=64) if guided else None
    settings = {"climb": "spectrum", "octaves": 1 if backend == "webgl" else 2, "steps": 3}
    page.goto(f"/docs/live/dream.html?backend={backend}")
    found = page.evaluate(
        DREAM, [as_json(photo), guide if guide is None else as_json(guide), settings]
    )
    assert (found["backend"], found["left"]) == (backend, 0)
    drawn = Drawn(found["sheets"])
    monkeypatch.setattr(np.random, "default_rng", lambda seed: drawn)
    ours = dk.deepdream(photo, net, "block10", guide=guide, **settings)
    agrees(found, ours, photo)


SENTENCE = """async (text) => {
  const { start } = await import("/_static/live/engine.js");
  const { Classifier, dreamSentence } = await import("/_static/live/sentence.js");
  await start(["cpu"]);
  const classifier = await Classifier.load("/_static/live/networks/classifier.json");
  const { vectors, judged } = await dreamSentence(text, classifier);
  const norms = judged.map((j) => j.norm);
  return { norms, p: judged[0].p, near: classifier.nearest(vectors.at(-1)) };
}"""


@pytest.mark.parametrize("text", ["I love this show.", "The worst film I’ve seen: dull, long!"])
def test_a_sentence_dreams_as_in_the_package(page, text):
    page.goto("/docs/live/sentence.html")
    found = page.evaluate(SENTENCE, text)
    ours = dk.dream_sentence(text, dk.load_classifier("imdb"))
    np.testing.assert_allclose(found["norms"], ours.norms("fc2"), rtol=0.001)
    assert found["norms"][-1] > 2 * found["norms"][0]
    np.testing.assert_allclose(found["p"], ours.prediction, rtol=0.001)
    words, cosines = zip(*found["near"], strict=True)
    assert words == tuple(word for word, _ in ours.nearest())
    np.testing.assert_allclose(cosines, [cosine for _, cosine in ours.nearest()], atol=1e-4)


TEXTS = ["It’s great! I loved it?", "co-op 3D café Ελλάδα", "don't 'quote' rock´n`roll", "… –"]


def test_words_are_those_of_the_package(page):
    page.goto("/docs/live/sentence.html")
    script = """async (texts) => {
      const { tokenize } = await import("/_static/live/sentence.js");
      return texts.map(tokenize);
    }"""
    assert page.evaluate(script, TEXTS) == [tokenize(text) for text in TEXTS]


WRITE = """async ([text, length, settings]) => {
  const { Writer } = await import("/_static/live/writer.js");
  const { distribution, pick } = await import("/_static/live/sampling.js");
  const writer = await Writer.load("/_static/live/networks/writer.json");
  let state = writer.start();
  for (const id of writer.encode(text)) state = writer.step(state, id);
  const likely = settings.map((s) => distribution(writer.logits(state), ...s));
  let written = "";
  for (let i = 0; i < length; i++) {
    const next = pick(distribution(writer.logits(state), 0));
    written += writer.alphabet[next];
    state = writer.step(state, next);
  }
  return { written, likely };
}"""
# temperature, top-k, nucleus
DRAWINGS = [(1, 57, 1), (0.5, 57, 1), (1.5, 5, 1), (1, 57, 0.7), (0.8, 3, 0.9), (0, 57, 1)]


def test_greedy_text_and_every_chance_are_those_of_the_package(page):
    writer, prompt = dk.load_writer("nietzsche"), "What is noble? The will to "
    page.goto("/docs/live/write.html")
    found = page.evaluate(WRITE, [prompt, 300, DRAWINGS])
    assert found["written"] == writer.generate(prompt, length=300, temperature=0)
    for (temperature, top_k, top_p), likely in zip(DRAWINGS, found["likely"], strict=True):
        ours = writer.next_char(prompt, temperature, top_k=top_k, top_p=top_p)
        expected = [ours[c] for c in writer.alphabet.characters]
        np.testing.assert_allclose(likely, expected, rtol=1e-3, atol=1e-6)


# ---- the pages Sentence and Write


def test_a_sentence_is_read_or_refused_with_a_reason(page):
    opened(page, "sentence")
    verdict = page.locator(".live-status", has_text="The network says praise")
    verdict.wait_for()
    before = page.locator(".live-words").inner_text()
    page.get_by_role("slider", name="Step").fill("20")
    assert page.locator(".live-words").inner_text() != before
    refused = {"": "There are no words", "  ": "There are no words", "xyzzy": "None of these words"}
    for text, words in refused.items():
        page.get_by_role("textbox", name="A sentence").fill(text)
        page.get_by_role("textbox", name="A sentence").press("Enter")
        says(page, words)
    page.get_by_role("textbox", name="A sentence").fill("terrible " * 20_000 + "plugh")
    page.get_by_role("button", name="Dream").click()
    says(page, "Unknown words are left out: plugh")
    says(page, "The network says blame")


def test_the_writer_writes_and_refuses_signs_that_it_has_never_seen(page):
    opened(page, "write")
    says(page, "Wrote 400 characters")
    page.get_by_label("Temperature").fill("0")
    assert page.locator(".live-bars li").first.inner_text().endswith("100.0 %")
    page.get_by_role("textbox", name="It begins with").fill("What is 書?")
    says(page, "The writer has never seen “書”. Leave it out")
    page.get_by_role("textbox", name="It begins with").fill("The wil")
    page.locator(".live-bars li", has_text="l").first.wait_for()
    page.get_by_role("button", name="Write").click()
    says(page, "Wrote 400 characters")
    text = dk.load_writer("nietzsche").generate("The wil", length=400, temperature=0)
    assert page.locator(".live-text strong").text_content() == text


# ---- the page Dream


def saved(page, folder):
    """The settings of a dream that is saved as ``dream.png``."""
    dreams(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as PNG").click()
    download.value.save_as(folder / "dream.png")
    return dk.read_settings(folder / "dream.png")


def test_a_saved_dream_is_made_again_by_the_package(dreaming, net, tmp_path):
    photo = dk.sample_image("cat", max_side=96)
    Image.fromarray(np.uint8(np.rint(photo * 255))).save(tmp_path / "cat.png")
    page = dreaming()
    page.locator("input[type=file]").first.set_input_files(tmp_path / "cat.png")
    says(page, "Ready")
    page.get_by_label("Layer").select_option("block9")
    page.get_by_label("Climb").select_option("pixels")
    settings = saved(page, tmp_path)
    assert settings.pop("network") == net.name
    objective = settings.pop("objective")
    assert (objective, settings["octaves"], settings["steps"]) == ("block9", 1, 2)
    again = dk.deepdream(dk.load_image(tmp_path / "cat.png"), net, objective, **settings)
    assert np.abs(dk.load_image(tmp_path / "dream.png") - again.image).mean() < 0.005
    # of waves the package draws other noise, and takes the same settings
    page.get_by_label("Climb").select_option("spectrum")
    settings = saved(page, tmp_path)
    own = {name: settings.pop(name) for name in ("network", "objective")}
    assert settings["climb"] == "spectrum"
    again = dk.deepdream(dk.load_image(tmp_path / "cat.png"), net, own["objective"], **settings)
    assert again.settings == own | settings


def as_png(width, height):
    """A white picture of any size, of few bytes."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = zlib.compress((b"\0" + b"\xff" * (-(-width // 8))) * height, 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_bad_pictures_and_a_camera_refused_are_explained(dreaming):
    page = dreaming()
    chooser = page.locator("input[type=file]").first
    chooser.set_input_files({"name": "essay.txt", "mimeType": "text/plain", "buffer": b"No."})
    says(page, "essay.txt is not a picture that this browser can read. Choose")
    large = {"name": "large.png", "mimeType": "image/png", "buffer": as_png(8000, 5000)}
    chooser.set_input_files(large)
    says(page, "Ready to dream. Shrunk from 8000 × 5000 pixels")
    for name in ("Camera", "Mirror"):
        page.get_by_role("button", name=name).click()
        says(page, "The camera can't be used .* choose a file")
    chooser.set_input_files({"name": "thin.png", "mimeType": "image/png", "buffer": as_png(20, 90)})
    page.get_by_role("button", name="Dream", exact=True).click()
    says(page, "would be 90 × 20 pixels, and the network needs at least 32. Choose")
    page.get_by_role("button", name="Clouds").click()
    dreams(page)


def test_a_dream_goes_on_without_a_lost_graphics_card(dreaming):
    page = dreaming("?backend=webgl")
    page.evaluate("tf.backend().gpgpu.gl.getExtension('WEBGL_lose_context').loseContext()")
    says(page, "took the graphics card away. Dream again")
    dreams(page)
    assert page.evaluate("tf.getBackend()") == "wasm"


CAMERA = """navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement("canvas");
  canvas.getContext("2d").fillRect(0, 0, 10, 10);
  setInterval(() => canvas.getContext("2d").fillRect(0, 0, Math.random() * 99, 9), 50);
  return (globalThis.stream = canvas.captureStream());
}"""


def test_the_mirror_dreams_until_it_is_stopped(dreaming):
    page = dreaming()
    page.evaluate(CAMERA)
    page.get_by_role("button", name="Mirror").click()
    says(page, r"^\d+ pictures a second, \d+ pixels$")
    page.get_by_role("button", name="Stop").click()
    page.wait_for_function("stream.getTracks().every((track) => track.readyState == 'ended')")
    page.get_by_role("button", name="Camera").click()
    says(page, "Ready")
    dreams(page)


def test_a_page_out_of_sight_waits(dreaming):
    page = dreaming()
    page.get_by_label("Steps in each").fill("20")
    page.get_by_role("button", name="Dream", exact=True).click()
    says(page, r"step \d+ of")
    turn = """(hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(turn, True)
    page.wait_for_timeout(500)  # the step that was on its way
    line = page.locator(".live-status").inner_text()
    page.wait_for_timeout(1000)
    assert page.locator(".live-status").inner_text() == line
    page.evaluate(turn, False)
    says(page, "Dreamt in 20 steps")


# ---- all pages


def test_nothing_is_loaded_before_it_is_asked_for_and_then_from_here(page, address):
    page.goto("/index.html")
    loaded = [url for url in page.asked if "/_static/live/" in url]
    assert sorted(url.rsplit("/", 1)[1] for url in loaded) == ["01.jpg", "live.css", "page.js"]
    for name in ("sentence", "write", "dream"):
        opened(page, name)
    assert any(url.endswith("network.bin") for url in page.asked)
    assert not [url for url in page.asked if not url.startswith((address, "data:", "blob:"))]


@pytest.mark.parametrize("name", ["dream", "sentence", "write"])
def test_an_open_panel_fits_a_phone_and_shuts_nobody_out(page, axe, name):
    page.set_viewport_size({"width": 360, "height": 740})
    opened(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.add_script_tag(path=axe)
    for mode in ("light", "dark"):
        page.emulate_media(color_scheme=mode)
        result = page.evaluate("axe.run('section.live', { resultTypes: ['violations'] })")
        faults = [(fault["id"], fault["nodes"][0]["html"]) for fault in result["violations"]]
        assert not faults, mode


def test_where_nothing_can_compute_the_still_picture_stays(page):
    page.add_init_script(
        "delete globalThis.WebAssembly; HTMLCanvasElement.prototype.getContext = () => null"
    )
    page.goto("/docs/live/dream.html")
    page.locator("section.live button").click()
    page.get_by_role("alert").get_by_text("neither WebGL nor WebAssembly").wait_for()
    assert page.locator("section.live img").is_visible()


def test_what_the_pages_load_is_small(site):
    """Beside the networks' weights: under 1.5 MB, as a server would compress it."""
    folder = site / "_static" / "live"
    files = [p for p in folder.rglob("*") if p.suffix in (".js", ".css", ".html", ".wasm")]
    packed = sum(len(zlib.compress(path.read_bytes(), 9)) for path in files)
    assert 200_000 < packed < 1_500_000


def test_the_javascript_is_short():
    def is_code(line):
        return line.strip() and not line.strip().startswith(("/*", "*", "//"))

    lines = [line for path in SOURCES.glob("*.js") for line in path.read_text("utf-8").splitlines()]
    assert 500 < sum(map(bool, map(is_code, lines))) <= 1200
