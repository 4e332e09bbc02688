/** *Sentence*: type one, and drag through the steps of its dream. */

import { start } from "./engine.js";
import { element, guarding, panel } from "./panel.js";
import { Classifier, dreamSentence } from "./sentence.js";

const STEPS = 20;
const [WIDTH, HEIGHT, EDGE] = [400, 160, 8]; // of the curve

/** @param {HTMLElement} section */
export async function open(section) {
  await start(["cpu"]); // so small a network needs no more, and every browser has it
  const classifier = await Classifier.load(new URL("./networks/classifier.json", import.meta.url));
  let dream = null;

  const { line, sentence, go, curve, step, verdict, words } = await panel(section, "sentence");
  const guarded = guarding(line);
  step.addEventListener("input", show);
  go.onclick = () => guarded(begin);
  sentence.onkeydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    guarded(begin);
  };
  await begin();

  async function begin() {
    dream = await dreamSentence(sentence.value, classifier, { steps: STEPS });
    const { unknown } = dream;
    const some = unknown.slice(0, 8).join(", ") + (unknown.length > 8 ? " …" : "");
    line.textContent = unknown.length ? `Unknown words are left out: ${some}.` : "";
    show();
  }

  function show() {
    if (!dream) return;
    const at = +step.value;
    const { norm, p } = dream.judged[at];
    const norms = dream.judged.map((each) => each.norm);
    curve.innerHTML = drawn(norms, at);
    const side = p > 0.5 ? "praise" : "blame";
    verdict.textContent =
      `The network says ${side}: P(positive) = ${p.toFixed(3)}. ` +
      `Length of fc2: ${norm.toFixed(2)}.`;
    const near = classifier.nearest(dream.vectors[at]);
    const [[, most]] = near;
    words.replaceChildren();
    for (const [word, cosine] of near) {
      const span = element("span", {}, word);
      span.style.fontSize = `${0.4 + 1.1 * (cosine / most) ** 2}em`;
      words.append(span, " ");
    }
  }
}

/** The curve of the norm, with a dot at one step. */
function drawn(norms, at) {
  const most = Math.max(...norms);
  const place = (norm, i) => [
    EDGE + (i / STEPS) * (WIDTH - 2 * EDGE),
    HEIGHT - EDGE - (norm / most) * (HEIGHT - 2 * EDGE),
  ];
  const [x, y] = place(norms[at], at);
  const told = `Length of fc2's answer by step: from ${norms[0].toFixed(1)} to ${most.toFixed(1)}`;
  const [left, right] = [norms[0], norms.at(-1)].map((norm) => norm.toFixed(0));
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${told}">
    <polyline points="${norms.map(place).join(" ")}" />
    <circle cx="${x}" cy="${y}" r="6" />
    <text x="${EDGE}" y="${HEIGHT - 5 * EDGE}">${left}</text>
    <text x="${WIDTH - EDGE}" y="${6 * EDGE}" text-anchor="end">${right}</text></svg>`;
}
