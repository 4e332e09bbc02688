/** *Dream*: a photo, a layer, and a dream that grows while one watches. */

import { deepdream, mirror, usual } from "./dream.js";
import { start, whenLost } from "./engine.js";
import { Network } from "./network.js";
import { breath, element, guarding, panel } from "./panel.js";
import { draw, pixels, png, read, shrunk } from "./pictures.js";

const HERE = new URL("./networks/", import.meta.url);
const FRAME = 200; // milliseconds, of the mirror

/** @param {HTMLElement} section */
export async function open(section) {
  let engine = await start();
  let network = await Network.load(new URL("network.json", HERE));
  const largest = network.facts.settings.tile; // pixels; larger pictures the package dreams in tiles
  const part = await panel(section, "dream");
  const guarded = guarding(part.line);
  let source; // a canvas with the photo
  let guide = null; // another
  let running = null; // what is being done, to be stopped
  let lost = null; // a promise: the graphics card is gone
  let settings = null; // of what is shown

  for (const [name, sees] of Object.entries(network.facts.sees)) {
    part.layer.append(new Option(`${name}: ${sees}`, name, false, true)); // the last is chosen
  }
  for (const [name, text] of Object.entries(network.facts.samples).reverse()) {
    const onclick = () => guarded(() => take(name));
    part.photos.prepend(element("button", { type: "button", onclick }, text));
    part.guides.options.add(new Option(text, name), 1);
  }
  part.go.onclick = () => (running ? stop() : guarded(dream));
  part.watch.onclick = () => (running ? stop() : guarded(look));
  part.save.onclick = () => guarded(keep);
  part.camera.onclick = () => guarded(photograph);
  part.own.onclick = () => part.file.click();
  part.side.onchange = show;
  part.climb.onchange = chooseClimb;
  part.guides.onchange = () => guarded(chooseGuide);
  part.file.onchange = () => chosen(part.file, take);
  part.guideFile.onchange = () => chosen(part.guideFile, takeGuide);
  section.ondragover = (event) => event.preventDefault();
  section.ondrop = (event) => given(event, event.dataTransfer);
  document.addEventListener("paste", (event) => given(event, event.clipboardData));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && running?.control === part.watch) stop();
  });
  chooseClimb();
  watchContext();
  await take(Object.keys(network.facts.samples)[0]);
  guarded(dream);

  function say(words) {
    part.line.textContent = words;
  }

  function chosen(input, use) {
    const [file] = input.files;
    if (file) guarded(() => use(file));
    input.value = ""; // the same file may be chosen again
  }

  function given(event, { files }) {
    if (!files.length) return;
    event.preventDefault();
    guarded(() => take(files[0]));
  }

  /** Take a photo: a file, or a sample by its name. */
  async function take(what) {
    stop();
    const { canvas, from } = await read(await asBlob(what), largest);
    source = canvas;
    show();
    const large = Math.max(...from) > largest ? ` Shrunk from ${from.join(" × ")} pixels.` : "";
    say(`Ready to dream.${large}`);
  }

  async function takeGuide(what) {
    guide = (await read(await asBlob(what), largest)).canvas;
  }

  async function chooseGuide() {
    guide = null;
    const name = part.guides.value;
    if (name === "own") part.guideFile.click();
    else if (name) await takeGuide(name);
  }

  /** What climbs decides how large a step is usual. */
  function chooseClimb() {
    const { step_size } = usual(network.facts, part.climb.value);
    const [least, value, max] = [1 / 6, 1, 10 / 3].map((x) => +(x * step_size).toPrecision(4));
    Object.assign(part.size, { min: least, max, step: least, value });
    part.size.dispatchEvent(new Event("input"));
  }

  async function asBlob(what) {
    return typeof what === "string" ? (await fetch(new URL(`${what}.webp`, HERE))).blob() : what;
  }

  function photo(longer = +part.side.value) {
    return pixels(shrunk(source, source.width, source.height, longer));
  }

  function show() {
    stop();
    draw(photo(), part.canvas);
    part.save.disabled = true;
  }

  function stop() {
    running = null;
  }

  /** Run something that a button stops; `work` asks again and again whether it goes on. */
  async function run(control, work) {
    const mine = { control };
    const name = control.textContent;
    running = mine;
    control.textContent = "Stop";
    const others = [part.go, part.watch].filter((other) => other !== control);
    for (const other of others) other.disabled = true;
    try {
      // without a graphics card, what waits for it would wait for ever
      await Promise.race([work(() => running === mine), lost]);
    } finally {
      control.textContent = name;
      for (const other of others) other.disabled = false;
      if (running === mine) stop();
    }
  }

  async function dream() {
    await ready();
    const objective = part.layer.value;
    const climb = part.climb.value;
    const chosen = { climb, octaves: +part.octaves.value, steps: +part.steps.value };
    chosen.step_size = +part.size.value;
    const other = guide && pixels(guide);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const began = performance.now();
    say("Dreaming …");
    await run(part.go, async (goes) => {
      const frames = deepdream(photo(), network, objective, chosen, other);
      for await (const { image, score, done, total } of frames) {
        if (!goes()) break;
        if (!still || done % chosen.steps === 0) {
          draw(image, part.canvas);
          const { match, guide_mix, ...others } = usual(network.facts, climb);
          const stopped = done < total ? done : undefined;
          const how = { ...(other && { match, guide_mix }), ...others, ...chosen, stopped };
          settings = { network: network.facts.name, objective, ...how };
          part.save.disabled = false;
        }
        const octave = Math.ceil(done / chosen.steps);
        const seconds = Math.round((performance.now() - began) / 1000);
        const so =
          done < total
            ? `Octave ${octave} of ${chosen.octaves}, step ${done} of ${total}`
            : `Dreamt in ${total} steps and ${seconds} seconds`;
        say(`${so}: score ${score.toPrecision(3)}`);
        await breath();
        if (!goes()) break;
      }
    });
  }

  /** Dream over what the camera sees, at whatever size is fast enough. */
  async function look() {
    await ready();
    const video = await opened();
    part.save.disabled = true;
    let longer = 96;
    let cost = 0; // milliseconds for each pixel, averaged over some frames
    let fresh = true;
    const frame = () => pixels(shrunk(video, video.videoWidth, video.videoHeight, longer));
    try {
      await run(part.watch, async (goes) => {
        let began = performance.now();
        for await (const image of mirror(frame, network, part.layer.value)) {
          draw(image, part.canvas);
          await breath();
          if (!goes()) break;
          const took = performance.now() - began;
          say(`${(1000 / took).toFixed(0)} pictures a second, ${longer} pixels`);
          if (fresh) {
            fresh = false; // the first of a size takes longer
          } else {
            cost = 0.7 * (cost || took / longer ** 2) + (0.3 * took) / longer ** 2;
            const fits = 16 * Math.floor(Math.min(512, Math.max(64, Math.sqrt(FRAME / cost))) / 16);
            fresh = fits < longer || fits > 1.2 * longer;
            if (fresh) longer = fits;
          }
          began = performance.now();
        }
      });
    } finally {
      closed(video);
    }
  }

  async function photograph() {
    stop();
    const video = await opened();
    say("Smile …");
    await new Promise((done) => setTimeout(done, 1000)); // the camera finds the light
    source = shrunk(video, video.videoWidth, video.videoHeight, largest);
    closed(video);
    show();
    say("Ready to dream.");
  }

  async function keep() {
    const link = element("a", { download: "dream.png" });
    link.href = URL.createObjectURL(await png(part.canvas, settings));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    say('Saved as dream.png. dk.read_settings("dream.png") tells how it was made.');
  }

  /** After the graphics card was lost: go on without it. */
  async function ready() {
    if (engine) return;
    engine = await start(["wasm"]);
    network = await Network.load(new URL("network.json", HERE));
    watchContext();
  }

  function watchContext() {
    const gone = () => {
      stop();
      engine = null;
      say("The browser took the graphics card away. Dream again: the processor goes on.");
    };
    lost = new Promise((done) => whenLost(() => done(gone())));
  }
}

/** The camera, as a video that plays. */
async function opened() {
  const video = element("video", { playsInline: true, muted: true });
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } });
  } catch (error) {
    throw new Error(
      `The camera can't be used (${error.message}). Allow it for this page, or choose a file.`,
    );
  }
  await video.play();
  return video;
}

function closed(video) {
  for (const track of video.srcObject.getTracks()) track.stop();
}
