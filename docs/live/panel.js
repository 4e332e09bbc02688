/** What the live pages have in common. */

/**
 * Put a panel's HTML into its section.
 * @param {HTMLElement} section
 * @param {string} name - of the HTML beside this file
 * @returns {Promise<Record<string, any>>} the parts that have a name
 */
export async function panel(section, name) {
  const answer = await fetch(new URL(`./${name}.html`, import.meta.url));
  section.innerHTML = await answer.text();
  for (const slider of section.querySelectorAll("input[type=range]")) {
    const output = slider.previousElementSibling;
    const show = () => {
      output.value =
        slider.value === slider.max ? (slider.dataset.most ?? slider.max) : slider.value;
    };
    slider.addEventListener("input", show);
    show();
  }
  const parts = [...section.querySelectorAll("[data-part]")];
  return Object.fromEntries(parts.map((part) => [part.dataset.part, part]));
}

/**
 * An element of HTML.
 * @param {string} tag
 * @param {object} properties
 * @param {...(Node | string)} children
 */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** A function that runs a task; what goes wrong is said on a line, and the page lives on. */
export function guarding(line) {
  return async (task) => {
    try {
      await task();
    } catch (error) {
      line.textContent = error.message;
    }
  };
}

/** Let the page draw and hear its reader; in a tab out of sight, wait until it is seen again. */
export async function breath() {
  while (document.hidden) {
    await new Promise((seen) =>
      document.addEventListener("visibilitychange", seen, { once: true }),
    );
  }
  await new Promise((done) => setTimeout(done));
}
