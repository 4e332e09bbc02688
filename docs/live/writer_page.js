/** *Write*: a network goes on where one stops, and shows what it expects next. */

import { breath, element, guarding, panel } from "./panel.js";
import { distribution, pick } from "./sampling.js";
import { Writer } from "./writer.js";

const LENGTH = 400; // characters to write
const SHOWN = 10; // of the likeliest characters
const NAMES = { " ": "␣", "\n": "⏎" };

/** @param {HTMLElement} section */
export async function open(section) {
  const writer = await Writer.load(new URL("./networks/writer.json", import.meta.url));
  let running = null; // changes when another task begins
  let logits = null;

  const part = await panel(section, "writer");
  const guarded = guarding(part.line);
  const { go, text, bars, prompt, line } = part;
  for (const slider of [part.temperature, part.topK, part.topP]) {
    slider.addEventListener("input", show);
  }
  prompt.oninput = () => guarded(read);
  go.onclick = () => (go.textContent === "Stop" ? stop() : guarded(write));
  guarded(write);

  function stop() {
    running = null;
  }

  function likely() {
    return distribution(logits, +part.temperature.value, +part.topK.value, +part.topP.value);
  }

  /** The bars: how likely each of the next characters is, by the sliders as they are. */
  function show() {
    if (!logits) return;
    const p = likely();
    const order = [...p.keys()].sort((a, b) => p[b] - p[a]).slice(0, SHOWN);
    const rows = order.map((i) => {
      const name = element("code", {}, NAMES[writer.alphabet[i]] ?? writer.alphabet[i]);
      const bar = element("span", { className: "live-bar" });
      bar.style.width = `${100 * p[i]}%`;
      return element("li", {}, name, element("span", {}, bar), `${(100 * p[i]).toFixed(1)} %`);
    });
    bars.replaceChildren(...rows);
  }

  /** Read the prompt; gives what the writer holds then, or nothing if it was read in vain. */
  async function read() {
    const mine = {};
    running = mine;
    text.replaceChildren();
    const ids = writer.encode(prompt.value);
    line.textContent = "";
    let state = writer.start();
    for (const [i, id] of ids.entries()) {
      state = writer.step(state, id);
      if (i % 32 === 31) await breath();
      if (running !== mine) return null;
    }
    logits = writer.logits(state);
    show();
    return state;
  }

  async function write() {
    let state = await read();
    const mine = running;
    if (!state) return;
    go.textContent = "Stop";
    const written = element("strong");
    text.replaceChildren(prompt.value, written);
    let count = 0;
    while (count < LENGTH && running === mine) {
      const next = pick(likely());
      written.append(writer.alphabet[next]);
      count += 1;
      state = writer.step(state, next);
      logits = writer.logits(state);
      if (count % 4 === 0) {
        show();
        await breath();
      }
    }
    show();
    go.textContent = "Write";
    if (running === mine || !running) line.textContent = `Wrote ${count} characters.`;
  }
}
